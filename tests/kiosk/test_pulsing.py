"""What is journalled of a pulse of a real barrier: lost answers, contacts that tell later, a pulled plug."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.checkpoint import Checkpoint
from kiosk.devices.barrier import Barrier
from kiosk.devices.barrier_gpiod import GpiodBoard
from kiosk.devices.barrier_relay import RelayBoard
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.devices.health import HealthState
from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.rules.acts import did_not_turn
from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, Outcome, Reason, Source
from tests.support.gate import Gate, gate
from tests.support.gpio_chip import INPUTS, Pins
from tests.support.park import SmallPark
from tests.support.relay_server import RelayServer, relay_server

PARK = SmallPark()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "data", PARK) as made:
        yield made


@pytest.fixture
def relay() -> Iterator[RelayServer]:
    with relay_server() as made:
        yield made


@contextmanager
def checkpoint_of(here: Gate, barrier: DrivenBarrier) -> Iterator[Checkpoint]:
    """This gate's checkpoint with a barrier of its own."""
    with closing(barrier):
        barrier.position()
        yield Checkpoint(
            record=here.record,
            journal=here.journal,
            replicas=here.replicas,
            revocations=here.revocations,
            policies=here.policies,
            deliveries=here.deliveries,
            clock=here.clock,
            barrier=barrier,
            pulse_milliseconds=400,
        )


def scanned(checkpoint: Checkpoint, serial: int = 1) -> Entry:
    entry = checkpoint.scan(Scan(text=PARK.ticket(serial), source=Source.CAMERA))
    assert isinstance(entry, Entry)
    return entry


def reason(entry: Entry) -> Reason:
    assert isinstance(entry.body, DecisionBody)
    return entry.body.reason


def acts(here: Gate, entry: Entry) -> list[tuple[ActKind, str | None]]:
    bodies = [act.body for act in here.journal.acts_on(entry.id)]
    return [(body.act, body.position) for body in bodies if isinstance(body, ActBody)]


def until(checkpoint: Checkpoint, seconds: float = 20.0) -> tuple[Entry, ...]:
    """Wait until the barrier has told what came of a pulse."""
    end = time.monotonic() + seconds
    while not (told := checkpoint.hear_barrier()):
        assert time.monotonic() < end, "nothing was ever heard of it"
        time.sleep(0.01)
    return told


def wait_for(barrier: Barrier, state: HealthState) -> None:
    end = time.monotonic() + 10
    while barrier.health().state is not state:
        assert time.monotonic() < end, f"{state} was not named within ten seconds"
        time.sleep(0.01)


def test_a_pulse_whose_answer_was_lost_and_that_was_seen_to_open_is_never_given_again(
    here: Gate, relay: RelayServer
) -> None:
    with checkpoint_of(here, DrivenBarrier(RelayBoard(relay.wiring()))) as checkpoint:
        relay.answer = "500"
        entry = scanned(checkpoint)
        relay.answer = ""
        assert [kind for kind, _ in acts(here, entry)] == [ActKind.POSITION]
        until(checkpoint)
        assert [kind for kind, _ in acts(here, entry)] == [ActKind.POSITION, ActKind.PULSE]
        assert reason(scanned(checkpoint)) is Reason.ALREADY_USED
        assert relay.rises == 1
        assert not did_not_turn(here.journal.acts_on(entry.id))


def test_what_came_of_a_pulse_is_heard_before_a_rescan_is_decided(here: Gate, relay: RelayServer) -> None:
    barrier = DrivenBarrier(RelayBoard(relay.wiring()))
    with checkpoint_of(here, barrier) as checkpoint:
        relay.answer = "500"
        entry = scanned(checkpoint)
        end = time.monotonic() + 20
        while not barrier.sequels():
            assert time.monotonic() < end
            time.sleep(0.01)
        assert reason(scanned(checkpoint)) is Reason.ALREADY_USED
        assert [kind for kind, _ in acts(here, entry)] == [ActKind.POSITION, ActKind.PULSE]


def test_what_came_of_an_override_s_pulse_is_heard_before_it_is_repeated(here: Gate, relay: RelayServer) -> None:
    barrier = DrivenBarrier(RelayBoard(relay.wiring()))
    with checkpoint_of(here, barrier) as checkpoint:
        refused = checkpoint.scan(Scan(text="nonsense", source=Source.CAMERA))
        assert isinstance(refused, Entry)
        relay.answer = "500"
        act = checkpoint.acts.override(refused.id, reason="a receipt", by="Saule", party=Party(adults=2))
        end = time.monotonic() + 20
        while not barrier.sequels():
            assert time.monotonic() < end
            time.sleep(0.01)
        relay.answer = ""
        assert checkpoint.acts.override(refused.id, reason="again", by="Saule", party=Party(adults=2)).id == act.id
        assert [kind for kind, _ in acts(here, act)] == [ActKind.POSITION, ActKind.PULSE]
        assert relay.rises == 1


def test_what_cannot_be_written_of_an_earlier_pulse_keeps_nobody_outside(
    here: Gate, relay: RelayServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    barrier = DrivenBarrier(RelayBoard(relay.wiring()))
    with checkpoint_of(here, barrier) as checkpoint:
        relay.answer = "500"
        scanned(checkpoint, 1)
        relay.answer = ""
        end = time.monotonic() + 20
        while not barrier.sequels():
            assert time.monotonic() < end
            time.sleep(0.01)
        with monkeypatch.context() as full:
            full.setattr("kiosk.pulsing.Pulsing._heard", _disk_full)
            assert reason(scanned(checkpoint, 2)) is Reason.UNLISTED
        assert "could not be written down" in caplog.text
        assert len(checkpoint.hear_barrier()) == 1
        assert relay.rises == 2


def _disk_full(*_: object) -> None:
    raise EnvironmentalError("The disk is full")


def test_a_pulse_of_which_nobody_ever_knows_is_owed_to_whoever_paid(here: Gate, relay: RelayServer) -> None:
    with checkpoint_of(here, DrivenBarrier(RelayBoard(replace(relay.wiring(), open=None)))) as checkpoint:
        relay.answer = "500"
        entry = scanned(checkpoint)
        relay.answer = ""
        assert scanned(checkpoint).id == entry.id
        assert [kind for kind, _ in acts(here, entry)] == [ActKind.POSITION, ActKind.PULSE]


def test_nobody_turned_is_written_down_once_and_never_annulled_by_itself(here: Gate) -> None:
    pins = Pins()
    board = GpiodBoard(pins.wiring(turned=INPUTS["turned"]), open_chip=pins.open)
    with checkpoint_of(here, DrivenBarrier(board, turn_seconds=0.4)) as checkpoint:
        entry = scanned(checkpoint)
        assert acts(here, entry) == [(ActKind.PULSE, "open")]
        (told,) = until(checkpoint)
        assert acts(here, entry) == [(ActKind.PULSE, "open"), (ActKind.POSITION, "closed")]
        assert did_not_turn(here.journal.acts_on(entry.id))
        assert told.policy == entry.policy
        assert checkpoint.hear_barrier() == ()
        assert reason(scanned(checkpoint)) is Reason.ALREADY_USED
        checkpoint.acts.annul(entry.id, reason="turnstile did not turn", by="Saule")
        again = scanned(checkpoint)
        assert isinstance(again.body, DecisionBody)
        assert again.body.outcome is Outcome.ADMITTED
        assert here.journal.verify() == []


def test_who_was_annulled_at_once_is_not_said_to_have_stayed_outside(here: Gate) -> None:
    pins = Pins()
    board = GpiodBoard(pins.wiring(turned=INPUTS["turned"]), open_chip=pins.open)
    barrier = DrivenBarrier(board, turn_seconds=0.4)
    with checkpoint_of(here, barrier) as checkpoint:
        entry = scanned(checkpoint)
        checkpoint.acts.annul(entry.id, reason="wrong ticket", by="Saule")
        end = time.monotonic() + 20
        while not barrier.sequels():
            assert time.monotonic() < end
            time.sleep(0.01)
        assert checkpoint.hear_barrier() == ()
        assert barrier.sequels() == ()
        assert [kind for kind, _ in acts(here, entry)] == [ActKind.PULSE, ActKind.ANNUL]


def test_no_scan_is_lost_or_kept_waiting_while_the_barrier_is_pulled_out(here: Gate, relay: RelayServer) -> None:
    barrier = DrivenBarrier(RelayBoard(relay.wiring()))
    with checkpoint_of(here, barrier) as checkpoint:
        scanned(checkpoint, 1)
        relay.stop()
        wait_for(barrier, HealthState.MISSING)
        entries = []
        for serial in range(2, 8):
            begun = time.monotonic()
            entries.append(scanned(checkpoint, serial))
            assert time.monotonic() - begun < 2.0
        assert [reason(entry) for entry in entries] == [Reason.UNLISTED] * 6
        assert all(acts(here, entry) == [(ActKind.POSITION, "faulted")] for entry in entries)
        relay.start()
        wait_for(barrier, HealthState.OK)
        assert relay.rises == 1, "what was refused while it was out does not open it when it is back"
        assert scanned(checkpoint, 7).id == entries[-1].id
        assert relay.rises == 2
