"""The barrier held open: written first, over a restart, reminded of, and scans go on meanwhile."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.admitting import Admission
from kiosk.devices.barrier import BarrierError, SimulatedBarrier
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import Scan
from kiosk.replaying import decisions, replay_all
from kiosk.rules.entries import ActBody, AlarmBody, DecisionBody, Entry, Private
from kiosk.rules.facts import Answers
from kiosk.rules.permit import Party
from kiosk.rules.special import SpecialKind
from kiosk.rules.words import ActKind, AlarmKind, BarrierPosition, EntryKind, Outcome, Reason, Source
from kiosk.store.journal import Journal
from tests.support.gate import Gate, gate
from tests.support.park import NOON


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


def scan(here: Gate, serial: int, **claims: object) -> DecisionBody:
    entry = here.checkpoint.scan(Scan(text=here.park.ticket(serial, **claims), source=Source.CAMERA))
    assert isinstance(entry, Entry), entry
    assert isinstance(entry.body, DecisionBody)
    return entry.body


def alarm(entry: Entry | None) -> AlarmBody:
    assert entry is not None
    assert isinstance(entry.body, AlarmBody)
    return entry.body


def held(here: Gate) -> Entry:
    return here.checkpoint.acts.keep_open(reason="fire in the gorge", by="device")


def test_who_holds_it_open_and_why_is_written_and_then_it_opens(here: Gate) -> None:
    entry = held(here)
    assert (alarm(entry).alarm, alarm(entry).details) == (AlarmKind.KEPT_OPEN, {"by": "device", "since": NOON})
    found = here.journal.get(entry.id)
    assert found is not None
    assert found.private == Private(reason="fire in the gorge")
    assert here.barrier.position() is BarrierPosition.HELD
    assert here.checkpoint.status().kept_open_since == NOON


def test_what_cannot_be_written_down_opens_nothing(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise EnvironmentalError("journal.db: the disk is full; free some space")

    monkeypatch.setattr(Journal, "append", full)
    with pytest.raises(EnvironmentalError, match="disk is full"):
        held(here)
    assert here.barrier.position() is BarrierPosition.CLOSED
    assert here.checkpoint.status().kept_open_since is None


def test_scans_go_on_without_questions_or_pulses_and_refusals_stay_refusals(here: Gate) -> None:
    held(here)
    group = scan(here, 1, party=Party(adults=20))
    assert (group.reason, group.party.heads, group.details["kept_open"]) == (Reason.UNLISTED, 20, 1)
    over = scan(here, 2, exp=NOON - 86_400, nbf=NOON - 90_000)
    assert (over.outcome, over.reason, over.details["kept_open"]) == (Outcome.REFUSED, Reason.EXPIRED, 1)
    assert here.barrier.pulses == ()
    told = replay_all(decisions(here.journal, days=60), here.policies)
    assert (told.decisions, told.same) == (2, 2), told
    here.checkpoint.acts.set_back(reason="the fire is out", by="device")
    assert "kept_open" not in scan(here, 3).details
    assert len(here.barrier.pulses) == 1


def test_it_lasts_over_a_restart_however_many_alarms_lie_above_it(here: Gate) -> None:
    held(here)
    for _ in range(20):
        here.checkpoint.note(AlarmBody(alarm=AlarmKind.DOOR, place=here.checkpoint.place))
    with gate(here.home.path) as again:
        assert again.checkpoint.status().kept_open_since == NOON
        assert again.barrier.position() is BarrierPosition.CLOSED, "a reader of the folder moves nothing"
        again.checkpoint.go_on()
        assert again.barrier.position() is BarrierPosition.HELD
        again.checkpoint.acts.set_back(reason="over", by="device")
    with gate(here.home.path) as again:
        again.checkpoint.go_on()
        assert again.checkpoint.status().kept_open_since is None
        assert again.barrier.position() is BarrierPosition.CLOSED


def test_it_is_reminded_of_every_few_minutes_until_it_is_set_back(here: Gate, caplog: pytest.LogCaptureFixture) -> None:
    assert here.checkpoint.remind() is None
    held(here)
    here.clock.at = NOON + 15 * 60 - 1
    assert here.checkpoint.remind() is None
    with caplog.at_level(logging.WARNING):
        here.clock.at = NOON + 15 * 60
        first = alarm(here.checkpoint.remind())
    assert (first.alarm, first.details) == (AlarmKind.STILL_OPEN, {"since": NOON, "seconds": 900})
    assert "still held open" in caplog.text
    assert here.checkpoint.remind() is None
    with gate(here.home.path) as again:
        again.clock.at = NOON + 30 * 60
        assert alarm(again.checkpoint.remind()).details["since"] == NOON
        again.clock.at = NOON + 31 * 60
        back = alarm(again.checkpoint.acts.set_back(reason="over", by="device", uncounted=40))
        assert (back.alarm, back.details) == (
            AlarmKind.SET_BACK,
            {"by": "device", "since": NOON, "seconds": 31 * 60, "uncounted": 40},
        )
        again.clock.at = NOON + 90 * 60
        assert again.checkpoint.remind() is None
        assert again.journal.newest(EntryKind.ALARM) is not None


def test_twice_the_same_is_told_and_done_once(here: Gate) -> None:
    with pytest.raises(UsageError, match="not held open"):
        here.checkpoint.acts.set_back(reason="over", by="device")
    held(here)
    with pytest.raises(UsageError, match="held open already"):
        held(here)


# ---- a barrier that does not answer ---------------------------------------------------------------------------------


def test_a_barrier_that_does_not_answer_is_held_by_hand_and_the_record_stands(
    here: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    here.barrier.break_down(True)
    held(here)
    assert here.checkpoint.status().kept_open_since == NOON
    assert "moved by hand" in caplog.text
    assert here.barrier.position() is BarrierPosition.FAULTED


def test_a_barrier_that_could_not_be_held_is_held_with_the_next_admission_or_pulsed_for_it(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise BarrierError("The barrier does not answer: open it by hand and call the service")

    with monkeypatch.context() as broken:
        broken.setattr(SimulatedBarrier, "hold", silent)
        held(here)
        scan(here, 1)
        assert len(here.barrier.pulses) == 1, "whoever was let in stands before a closed barrier otherwise"
    scan(here, 2)
    assert here.barrier.position() is BarrierPosition.HELD
    assert len(here.barrier.pulses) == 1


def test_a_barrier_that_takes_neither_is_written_down_with_the_entry(here: Gate) -> None:
    here.barrier.break_down(True)
    held(here)
    entry = here.checkpoint.scan(Scan(text=here.park.ticket(1), source=Source.CAMERA))
    assert isinstance(entry, Entry)
    acts = [act.body for act in here.journal.acts_on(entry.id) if isinstance(act.body, ActBody)]
    assert [(act.act, act.position) for act in acts] == [(ActKind.POSITION, "faulted")]


def test_a_barrier_that_answers_again_is_held_without_waiting_for_a_visitor(here: Gate) -> None:
    here.barrier.break_down(True)
    held(here)
    here.barrier.break_down(False)
    assert here.barrier.position() is BarrierPosition.CLOSED
    assert here.checkpoint.remind() is None
    assert here.barrier.position() is BarrierPosition.HELD


def test_a_barrier_that_could_not_be_let_go_is_let_go_when_it_answers_again(here: Gate) -> None:
    held(here)
    here.barrier.break_down(True)
    here.checkpoint.acts.set_back(reason="the fire is out", by="device")
    here.barrier.break_down(False)
    assert here.barrier.position() is BarrierPosition.HELD
    here.checkpoint.remind()
    assert here.barrier.position() is BarrierPosition.CLOSED
    scan(here, 1)
    assert len(here.barrier.pulses) == 1


def test_a_barrier_that_a_person_holds_is_not_let_go_by_the_kiosk(here: Gate) -> None:
    here.barrier.hold(held=True)
    here.checkpoint.remind()
    assert here.barrier.position() is BarrierPosition.HELD


# ---- who came while it was held open owes no pulse afterwards ------------------------------------------------------


def test_a_ticket_scanned_while_held_open_is_a_used_one_after_it_is_set_back(here: Gate) -> None:
    held(here)
    first = here.checkpoint.scan(Scan(text=here.park.ticket(1), source=Source.CAMERA))
    here.checkpoint.acts.set_back(reason="the fire is out", by="device")
    here.clock.at = NOON + 60
    copy = here.checkpoint.scan(Scan(text=here.park.ticket(1), source=Source.CAMERA))
    assert isinstance(first, Entry)
    assert isinstance(copy, Entry)
    assert isinstance(copy.body, DecisionBody)
    assert (copy.id != first.id, copy.body.reason) == (True, Reason.ALREADY_USED)
    assert here.barrier.pulses == ()


def test_a_group_that_comes_in_parts_while_held_open_is_counted_with_each(here: Gate) -> None:
    held(here)
    ticket = Scan(text=here.park.ticket(1, party=Party(adults=50)), source=Source.CAMERA)
    heads = []
    for part in (12, 20):
        entry = here.checkpoint.scan(ticket, Answers(heads=part))
        assert isinstance(entry, Entry)
        assert isinstance(entry.body, DecisionBody)
        heads.append(entry.body.party.heads)
        here.clock.at += 30
    assert heads == [12, 20]


def test_every_fire_engine_that_goes_through_while_held_open_is_an_entry(here: Gate) -> None:
    held(here)
    ids = set()
    for plate in ("101 AAA 05", "102 AAA 05", "103 AAA 05"):
        engine = Admission(kind=SpecialKind.OFFICIAL, by="device", category="fire", party=Party(adults=5), plate=plate)
        entry = here.checkpoint.admit(engine)
        assert isinstance(entry, Entry)
        ids.add(entry.id)
        here.clock.at += 13
    assert len(ids) == 3


def test_an_override_while_held_open_is_done_and_is_no_pulse_owed(here: Gate) -> None:
    held(here)
    over = here.checkpoint.scan(
        Scan(text=here.park.ticket(2, exp=NOON - 86_400, nbf=NOON - 90_000), source=Source.CAMERA)
    )
    assert isinstance(over, Entry)
    here.checkpoint.acts.override(over.id, reason="they fled the fire", by="device")
    with pytest.raises(UsageError, match="overridden already"):
        here.checkpoint.acts.override(over.id, reason="they fled the fire", by="device")
    here.checkpoint.acts.set_back(reason="the fire is out", by="device")
    with pytest.raises(UsageError, match="overridden already"):
        here.checkpoint.acts.override(over.id, reason="they fled the fire", by="device")
    assert here.barrier.pulses == ()
