"""Whether a gate is ready, what is said of each part, and until when."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.readiness import MOST_UNSENT, Card, Item, Mark, Part, State, card
from kiosk.rules.words import ClockTrust, Fault
from tests.support.park import NOON, SmallPark

DAY = 86_400
RULES = SmallPark().set()
WELL = State(
    now=NOON,
    signed_at=NOON - 60,
    revocations_at=NOON - 30,
    permits=1000,
    clock=ClockTrust.TRUSTED,
    free_bytes=100 * 2**20,
    day_bytes=2**20,
    barrier="closed",
    has_camera=True,
    paper="ok",
)


def part(name: Part, **changes: Any) -> Item:
    return next(item for item in card(replace(WELL, **changes), RULES).items if item.part is name)


def test_a_gate_that_is_well_is_ready_until_the_first_thing_gives_out() -> None:
    told = card(WELL, RULES)
    assert told.is_ready
    assert {item.mark for item in told.items} == {Mark.OK}
    assert tuple(item.part for item in told.items) == tuple(Part)
    assert told.ready_until == NOON - 60 + 30 * DAY
    fuller = card(replace(WELL, free_bytes=3 * 2**20 + 5), RULES)
    assert fuller.ready_until == NOON + 3 * DAY


@pytest.mark.parametrize(
    "name, changes, mark",
    [
        (Part.DATA, {"signed_at": None}, Mark.BAD),
        (Part.DATA, {"signed_at": NOON - 8 * DAY}, Mark.ATTENTION),
        (Part.DATA, {"signed_at": NOON - 31 * DAY}, Mark.BAD),
        (Part.REVOCATIONS, {"revocations_at": None}, Mark.BAD),
        (Part.REVOCATIONS, {"revocations_at": NOON - 31 * DAY}, Mark.BAD),
        (Part.PERMITS, {"permits": None}, Mark.ATTENTION),
        (Part.CLOCK, {"clock": ClockTrust.SUSPECT}, Mark.BAD),
        (Part.CLOCK, {"clock": ClockTrust.GIVEN}, Mark.OK),
        (Part.DISK, {"free_bytes": 2**21}, Mark.OK),
        (Part.DISK, {"free_bytes": 2**21 - 1}, Mark.ATTENTION),
        (Part.DISK, {"free_bytes": 2**20 - 1}, Mark.BAD),
        (Part.DISK, {"day_bytes": 0}, Mark.OK),
        (Part.JOURNAL, {"faults": (Fault.DISK_FULL, Fault.JOURNAL_RENEWED)}, Mark.BAD),
        (Part.JOURNAL, {"faults": (Fault.REPLICA_DAMAGED,)}, Mark.ATTENTION),
        (Part.JOURNAL, {"faults": (Fault.JOURNAL_RENEWED,)}, Mark.ATTENTION),
        (Part.JOURNAL, {"faults": (Fault.DISK_MOVED,)}, Mark.ATTENTION),
        (Part.BARRIER, {"barrier": "open"}, Mark.OK),
        (Part.BARRIER, {"barrier": "held"}, Mark.ATTENTION),
        (Part.BARRIER, {"barrier": "faulted"}, Mark.BAD),
        (Part.CAMERA, {"has_camera": False}, Mark.ATTENTION),
        (Part.CAMERA, {"has_camera": None}, Mark.ATTENTION),
        (Part.PAPER, {"paper": "missing"}, Mark.ATTENTION),
        (Part.UNSENT, {"pending": MOST_UNSENT}, Mark.OK),
        (Part.UNSENT, {"pending": MOST_UNSENT + 1}, Mark.ATTENTION),
        (Part.ALARMS, {"alarms": 2}, Mark.ATTENTION),
    ],
)
def test_each_part_is_fine_to_be_looked_at_or_keeps_the_gate_shut(
    name: Part, changes: dict[str, Any], mark: Mark
) -> None:
    assert part(name, **changes).mark is mark
    told = card(replace(WELL, **changes), RULES)
    assert told.is_ready is (mark is not Mark.BAD)
    assert (told.ready_until is None) is (mark is Mark.BAD)


def test_the_figures_are_those_a_person_asks_for() -> None:
    assert part(Part.DATA).figure == 60
    assert part(Part.DATA, signed_at=NOON + 5).figure == 0
    assert part(Part.REVOCATIONS).figure == 30
    assert part(Part.REVOCATIONS, revocations_at=NOON + 5).figure == 0
    assert part(Part.REVOCATIONS).until == NOON - 30 + 30 * DAY
    assert part(Part.REVOCATIONS, revocations_at=NOON - 30 * DAY).until is None
    assert (part(Part.PERMITS).figure, part(Part.UNSENT).figure, part(Part.ALARMS).figure) == (1000, 0, 0)
    assert part(Part.DISK).figure == 100 * 2**20
    assert (part(Part.CLOCK).word, part(Part.BARRIER).word, part(Part.PAPER).word) == ("trusted", "closed", "ok")
    assert [part(Part.CAMERA, has_camera=seen).word for seen in (True, False, None)] == ["there", "missing", "unknown"]
    assert part(Part.JOURNAL, faults=(Fault.DISK_FULL,)).word == "disk_full"
    assert part(Part.JOURNAL).word == ""


def test_without_rules_no_gate_is_ready_and_without_a_stick_nobody_is_told_of_one() -> None:
    told = card(replace(WELL, paper=None), None)
    assert not told.is_ready
    assert Part.PAPER not in {item.part for item in told.items}
    bad = {item.part for item in told.items if item.mark is Mark.BAD}
    assert bad == {Part.DATA, Part.REVOCATIONS}
    assert Card(items=(), ready_until=None).is_ready


@given(signed=st.integers(0, 40 * DAY), heard=st.integers(0, 40 * DAY), free=st.integers(0, 2**27))
def test_until_then_nothing_on_the_card_is_over(signed: int, heard: int, free: int) -> None:
    state = replace(WELL, signed_at=NOON - signed, revocations_at=NOON - heard, free_bytes=free)
    told = card(state, RULES)
    if told.ready_until is None:
        assert not told.is_ready
        return
    assert told.ready_until > NOON
    later = replace(state, now=told.ready_until, free_bytes=free - (told.ready_until - NOON) // DAY * state.day_bytes)
    still = {item.part: item.mark for item in card(later, RULES).items}
    assert still[Part.DATA] is not Mark.BAD
    assert still[Part.REVOCATIONS] is not Mark.BAD
