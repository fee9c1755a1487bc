"""A real barrier at a running kiosk: who did not turn comes first, the loop reads itself, a line has one owner."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.devices.barrier import SimulatedBarrier, UntouchedBarrier
from kiosk.devices.barrier_gpiod import GpiodBoard
from kiosk.devices.crossings import CrossingLog
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.errors import BugError, UsageError
from kiosk.facts import Scan
from kiosk.rules.words import ActKind, AlarmKind, EntryKind, Source
from kiosk.shift import Shifts
from kiosk.store.home import Home
from tests.support.enrolled import PIN, enrolled_home
from tests.support.gpio_chip import INPUTS, Pins
from tests.support.park import NOON, SmallPark
from tests.support.relay_server import RelayServer, relay_server
from tests.support.shell import Finished
from tests.support.shell import qaqpa_here as qaqpa
from ui.assembly import Kiosk, open_checkpoint, open_reader, reading_checkpoint
from ui.gate import KioskGate

PARK = SmallPark()
SIGNED = {"QAQPA_PIN": PIN}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled_home(tmp_path / "data", PARK)


@pytest.fixture
def pins() -> Pins:
    return Pins()


def barrier(pins: Pins, home: Home, *inputs: str) -> DrivenBarrier:
    wired = {name: INPUTS[name] for name in inputs}
    board = GpiodBoard(pins.wiring(**wired), open_chip=pins.open)
    return DrivenBarrier(
        board,
        turn_seconds=0.3 if "turned" in wired else None,
        crossings=CrossingLog(home.crossings_file) if "loop" in wired else None,
    )


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


def test_who_did_not_turn_stands_first_with_an_offer_to_annul_and_is_annulled_by_nobody_else(
    home: Home, pins: Pins
) -> None:
    with (
        closing(barrier(pins, home, "turned")) as boom,
        open_checkpoint(home, purpose="test", barrier=boom, at=NOON) as kiosk,
    ):
        gate = KioskGate(kiosk, worker=None)
        first = kiosk.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.CAMERA))
        until(lambda: boom.sequels() != ())
        gate.seen()
        second = kiosk.checkpoint.scan(Scan(text=PARK.ticket(2), source=Source.CAMERA))
        pins.set("turned", True)
        until(lambda: not pins.is_up())
        time.sleep(0.5)
        gate.seen()
        _, rows = gate.queue()
        assert [(row.entry_id, row.state, row.act) for row in rows] == [
            (first.id, "not_turned", "annul"),  # type: ignore[union-attr]
            (second.id, "", "annul"),  # type: ignore[union-attr]
        ]
        gate.act("annul", rows[0].entry_id, "not_passed", 0, "")
        _, rows = gate.queue()
        assert {row.entry_id: row.state for row in rows}[first.id] == "annulled"  # type: ignore[union-attr]


def test_an_override_after_which_nobody_turned_is_offered_too(home: Home, pins: Pins) -> None:
    with (
        closing(barrier(pins, home, "turned")) as boom,
        open_checkpoint(home, purpose="test", barrier=boom, at=NOON) as kiosk,
    ):
        gate = KioskGate(kiosk, worker=None)
        refused = kiosk.checkpoint.scan(Scan(text="nonsense", source=Source.CAMERA))
        gate.act("override", refused.id, "receipt_seen", 2, "")  # type: ignore[union-attr]
        until(lambda: boom.sequels() != ())
        gate.seen()
        _, (row,) = gate.queue()
        assert (row.state, row.act) == ("not_turned", "annul")
        gate.act("annul", row.entry_id, "not_passed", 0, "")
        _, (row,) = gate.queue()
        assert (row.state, row.act) == ("", "override")


def _shifts(kiosk: Kiosk) -> Shifts:
    memory = kiosk.memory
    policy = kiosk.checkpoint.believe()
    return Shifts(checkpoint=kiosk.checkpoint, journal=memory.journal, replicas=memory.replicas, policy=policy)


def _crossed(boom: DrivenBarrier, pins: Pins, times: int) -> None:
    before = boom.crossings()
    assert before is not None
    for _ in range(times):
        pins.set("loop", True)
        pins.set("loop", False)
    until(lambda: boom.crossings() != before and _count(boom) == before.count + times)


def _count(boom: DrivenBarrier) -> int:
    now = boom.crossings()
    assert now is not None
    return now.count


def test_the_loop_reads_itself_at_each_step_of_a_shift_and_more_than_was_opened_for_is_an_alarm(
    home: Home, pins: Pins
) -> None:
    with (
        closing(barrier(pins, home, "loop")) as boom,
        open_checkpoint(home, purpose="t", barrier=boom, at=NOON) as kiosk,
    ):
        shifts = _shifts(kiosk)
        boom.position()
        _crossed(boom, pins, 5)
        shifts.open(by="Saule")
        kiosk.checkpoint.scan(Scan(text=PARK.ticket(1), source=Source.CAMERA))
        _crossed(boom, pins, 1)
        shifts.count(by="Saule")
        assert kiosk.memory.journal.latest(5, EntryKind.ALARM) == []
        _crossed(boom, pins, 2)
        shifts.count(by="Saule")
        page = shifts.page(kiosk.checkpoint.status(), NOON)
        assert page.passages is not None
        assert (page.passages.counted, page.passages.openings, page.passages.difference) == (3, 1, 2)
        assert [alarm.kind for alarm in page.alarms] == [AlarmKind.TAILGATING]


@pytest.mark.parametrize("is_orderly", [True, False])
def test_a_count_goes_on_over_an_orderly_restart_and_is_unknown_after_a_crash(
    home: Home, pins: Pins, is_orderly: bool
) -> None:
    boom = barrier(pins, home, "loop")
    with open_checkpoint(home, purpose="t", barrier=boom, at=NOON) as kiosk:
        boom.position()
        _shifts(kiosk).open(by="Saule")
        _crossed(boom, pins, 1)
    left = home.crossings_file.read_bytes()
    boom.close()
    if not is_orderly:
        home.crossings_file.write_bytes(left)  # what a kiosk leaves that is killed
    with (
        closing(barrier(pins, home, "loop")) as later,
        open_checkpoint(home, purpose="t", barrier=later, at=NOON) as kiosk,
    ):
        until(lambda: not later.health().problem)
        _crossed(later, pins, 1)
        shifts = _shifts(kiosk)
        shifts.count(by="Saule")
        passages = shifts.page(kiosk.checkpoint.status(), NOON).passages
        assert passages is None if not is_orderly else passages is not None
        if passages is not None:
            assert passages.counted == 2


def test_a_turnstile_s_counter_is_laid_beside_people(home: Home) -> None:
    home.config_file.write_text('barrier.loop_counts = "people"\n', encoding="utf-8")
    with open_checkpoint(home, purpose="t", at=NOON) as kiosk:
        kiosk.checkpoint.scan(Scan(text="nonsense", source=Source.CAMERA))
        refused = kiosk.checkpoint.latest(1)[0].entry

    def run(*words: str) -> Finished:
        return qaqpa(*words[:2], "--data", home.path, "--json", *words[2:], env=SIGNED)

    run("shift", "open", "--counter", "100")
    qaqpa("override", refused.id, "--data", home.path, "--heads", "3", "--reason", "a receipt", env=SIGNED)
    assert run("shift", "count", "103").record["passages"] == {"counted": 3, "openings": 3, "difference": 0}
    assert run("shift", "page").record["passages"] == {"counted": 3, "openings": 3, "difference": 0}


def test_without_a_loop_a_count_needs_a_number(home: Home) -> None:
    with open_checkpoint(home, purpose="t", at=NOON) as kiosk:
        shifts = _shifts(kiosk)
        assert shifts.loop is None
        shifts.open(by="Saule")
        with pytest.raises(UsageError, match="No loop"):
            shifts.count(by="Saule")


@pytest.fixture
def relay() -> Iterator[RelayServer]:
    with relay_server() as made:
        yield made


def _settings(relay: RelayServer) -> str:
    wiring = relay.wiring()
    lines = ['[barrier]\nkind = "relay"\npulse_milliseconds = 300']
    lines += [f'{name} = "{getattr(wiring, name)}"' for name in ("pulse_url", "state_url", "open")]
    return "\n".join(lines)


def test_the_command_line_opens_the_barrier_of_the_settings_and_lets_it_go(home: Home, relay: RelayServer) -> None:
    home.config_file.write_text(_settings(relay), encoding="utf-8")
    opened = qaqpa("gate", "open", "--data", home.path, "--reason", "a tractor", env=SIGNED)
    assert opened.code == 0, opened.err
    assert relay.asked == ["/on?toggle_after=0.3"]
    acts = [each for each in qaqpa("journal", "show", "--data", home.path, "--json").records if each["kind"] == "act"]
    assert {act["act"] for act in acts} == {ActKind.OPEN, ActKind.PULSE}


def test_whoever_only_looks_asks_nothing_of_the_relay(home: Home, relay: RelayServer) -> None:
    home.config_file.write_text(_settings(relay), encoding="utf-8")
    looks = relay.looks
    assert "database: ok" in qaqpa("status", "--data", home.path).out.splitlines()
    with open_reader(home) as memory:
        assert reading_checkpoint(home, memory)[0].status().barrier is None
    assert relay.looks == looks
    untouched = UntouchedBarrier()
    with pytest.raises(BugError):
        untouched.pulse(100, "ENTRY")
    with pytest.raises(BugError):
        untouched.hold(held=True)


def test_a_barrier_that_is_missing_at_the_start_is_said_and_codes_are_decided(home: Home, relay: RelayServer) -> None:
    home.config_file.write_text(_settings(relay), encoding="utf-8")
    relay.stop()
    assert qaqpa("scan", "--data", home.path, "--json", "--text", "nonsense").record["outcome"] == "refused"
    card = qaqpa("shift", "open", "--data", home.path, "--json", env=SIGNED).record["card"]
    assert {item["part"]: (item["mark"], item["word"]) for item in card["items"]}["barrier"] == ("bad", "faulted")


def test_without_settings_the_barrier_is_a_simulated_one(home: Home) -> None:
    with open_checkpoint(home, purpose="t", at=NOON) as kiosk:
        assert isinstance(kiosk.barrier, SimulatedBarrier)
