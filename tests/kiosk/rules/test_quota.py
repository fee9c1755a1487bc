"""Quotas: periods, shares, and what a lane's journal amounts to."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.entries import ActBody, Body, DecisionBody, Entry, EntryKey, FirstUse, Place
from kiosk.rules.names import Names
from kiosk.rules.passages import Passage, passages_of
from kiosk.rules.permit import Party
from kiosk.rules.quota import (
    Period,
    Quota,
    Share,
    Tally,
    counted,
    left,
    next_period,
    period_at,
    period_edges,
)
from kiosk.rules.running import tallied
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ActKind, ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import DAY_TICKET, NOON, PARK, SLOT, UTC_OFFSET, SmallPark, names

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON - 12 * HOUR
TODAY = Period(start=MIDNIGHT, end=MIDNIGHT + DAY)
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = replace(HERE, direction=Direction.EXIT)
PERMIT, OTHER = bytes(16), bytes([1]) * 16
PARK_SET = SmallPark().set()


def quota(**fields: Any) -> Quota:
    common: dict[str, Any] = {
        "quota": "day", "counts": "entered", "per": "day", "heads": 66, "since": "2026-05-01",
        "shares": (Share(gate=1, heads=40), Share(gate=1, lane=2, heads=6), Share(gate=2, heads=20)),
        "authority": Names(**names("Park")), "document": "No 3",
    }  # fmt: skip
    return Quota(**(common | fields))


# ---- periods --------------------------------------------------------------------------------------------------------


def test_a_day_is_the_parks_own_from_midnight_to_midnight() -> None:
    assert period_at(quota(), MIDNIGHT, UTC_OFFSET) == TODAY
    assert period_at(quota(), MIDNIGHT + DAY - 1, UTC_OFFSET) == TODAY
    assert period_at(quota(), MIDNIGHT - 1, UTC_OFFSET) == Period(start=MIDNIGHT - DAY, end=MIDNIGHT)


def test_a_quota_holds_on_its_days_both_ends_included() -> None:
    one = quota(since="2026-07-04", until="2026-07-04")
    assert period_at(one, MIDNIGHT - 1, UTC_OFFSET) is None
    assert period_at(one, NOON, UTC_OFFSET) == TODAY
    assert period_at(one, MIDNIGHT + DAY, UTC_OFFSET) is None


def test_a_slot_may_run_over_midnight_and_between_slots_there_is_no_period() -> None:
    slots = quota(per="slot", slots=("22:00-02:00", "08:00-12:00"))
    night = Period(start=MIDNIGHT - 2 * HOUR, end=MIDNIGHT + 2 * HOUR)
    assert period_at(slots, MIDNIGHT + HOUR, UTC_OFFSET) == night
    assert period_at(slots, MIDNIGHT + 2 * HOUR, UTC_OFFSET) is None
    assert period_at(slots, NOON - 1, UTC_OFFSET) == Period(start=NOON - 4 * HOUR, end=NOON)
    assert period_at(slots, NOON, UTC_OFFSET) is None


def test_a_stay_and_whatever_is_not_understood_never_end() -> None:
    for each in (quota(counts="inside", per="stay"), quota(per="moon"), quota(counts="cars"), quota(per="stay")):
        assert period_at(each, NOON, UTC_OFFSET) == Period(start=0, end=LATEST_TIME + 1)
    assert [each.is_known for each in (quota(), quota(counts="inside", per="stay"))] == [True, True]
    assert [each.is_known for each in (quota(per="moon"), quota(counts="cars"), quota(per="stay"))] == [False] * 3


def test_the_next_period_is_the_next_day_or_slot_while_the_order_holds() -> None:
    assert next_period(quota(), TODAY.end, UTC_OFFSET) == TODAY.end
    assert next_period(quota(until="2026-07-04"), TODAY.end, UTC_OFFSET) is None
    slots = quota(per="slot", slots=("14:00-18:00", "08:00-12:00"))
    assert next_period(slots, NOON, UTC_OFFSET) == NOON + 2 * HOUR
    assert next_period(slots, NOON + 6 * HOUR, UTC_OFFSET) == NOON + 20 * HOUR
    assert next_period(quota(counts="inside", per="stay"), NOON, UTC_OFFSET) is None
    assert next_period(quota(per="slot"), NOON, UTC_OFFSET) is None, "no slot is written down"


@settings(max_examples=200)
@given(
    per=st.sampled_from(["day", "slot", "stay", "moon"]), first=st.integers(MIDNIGHT - DAY, MIDNIGHT + DAY),
    length=st.integers(1, 2 * DAY), data=st.data(),
)  # fmt: skip
def test_between_two_edges_the_period_stays_the_same(per: str, first: int, length: int, data: st.DataObject) -> None:
    some = quota(per=per, counts="inside", slots=("22:00-02:00", "08:00-12:00"), since="2026-07-04", until="2026-07-05")
    known = sorted({first, *(e for e in period_edges(some, first, first + length, UTC_OFFSET) if e > first)})
    at = data.draw(st.integers(first, first + length))
    edge = max(each for each in known if each <= at)
    assert period_at(some, edge, UTC_OFFSET) == period_at(some, at, UTC_OFFSET)


# ---- whom it touches ------------------------------------------------------------------------------------------------


def test_a_quota_is_for_visitors_unless_it_names_products() -> None:
    assert quota().touches(1, (), is_visitor=True)
    assert not quota().touches(30, (), is_visitor=False)
    assert quota(products=(30,)).touches(30, (), is_visitor=False)
    assert not quota(products=(30,)).touches(1, (), is_visitor=True)


def test_a_quota_of_zones_is_for_whoever_may_go_there() -> None:
    lake = quota(zones=(2,))
    assert lake.touches(1, (1, 2), is_visitor=True)
    assert not lake.touches(1, (1, 3), is_visitor=True)
    assert lake.touches(1, (), is_visitor=True), "nobody says where it is good for"


def test_a_share_is_a_lanes_own_and_a_lane_without_one_has_none() -> None:
    assert [quota().share_of(*lane) for lane in ((1, 1), (1, 2), (2, 1), (3, 1))] == [40, 6, 20, 0]
    assert quota().other_gates(1) == [2]
    assert quota(shares=(Share(gate=3, heads=0), Share(gate=2, heads=1))).other_gates(1) == [2]
    after = Share(gate=1, heads=4, counted_from=NOON)
    assert quota(shares=(after,)).counted_from(1, 1) == NOON
    assert quota(shares=(after,)).counted_from(2, 1) is None


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"shares": (Share(gate=1, heads=67),)}, "more than its 66 heads"),
        ({"shares": (Share(gate=1, heads=-1),)}, "none is below 0"),
        ({"heads": -1, "shares": ()}, "none is below 0"),
        ({"slots": ("morning",)}, "no span of hours"),
        ({"until": "2026-04-30"}, "before it begins"),
    ],
)
def test_a_quota_that_cannot_be_kept_is_none(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        quota(**fields)


FIRST: dict[str, Any] = {"first_use": FirstUse(at=NOON, gate=1, lane=1)}


# ---- what the journal amounts to ------------------------------------------------------------------------------------


class Writer:
    """Writes entries as a checkpoint would, without a file."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def write(self, body: Body, at: int = NOON, clock: ClockTrust = ClockTrust.TRUSTED) -> Entry:
        key = EntryKey(device=1, chain=1, n=len(self.entries) + 1)
        self.entries.append(Entry(key=key, at=at, clock=clock, policy=b"", body=body))
        return self.entries[-1]

    def go(self, heads: int, at: int = NOON, clock: ClockTrust = ClockTrust.TRUSTED, **fields: Any) -> Entry:
        common: dict[str, Any] = {
            "place": HERE, "source": Source.CAMERA, "outcome": Outcome.ADMITTED, "reason": Reason.OK, "permit": PERMIT,
            "product": DAY_TICKET, "party": Party(adults=heads), "right": Party(adults=5), "entry_number": 1,
        }  # fmt: skip
        return self.write(DecisionBody(**(common | fields)), at, clock)

    def act(self, kind: ActKind, target: Entry, heads: int | None = None, at: int = NOON) -> Entry:
        party = Party(adults=heads) if heads is not None else None
        return self.write(ActBody(act=kind, target=target.id, place=HERE, party=party, permit=PERMIT), at)

    def passages(self) -> tuple[Passage, ...]:
        return passages_of(self.entries, HERE)

    def heads(self, of: Quota | None = None, at: int = NOON) -> int:
        """What is counted of the quota at this second."""
        some = of or quota()
        return 40 - left(some, tallied(PARK_SET, some, HERE, self.passages(), at, at), HERE, some_period(some, at))


def some_period(of: Quota, at: int) -> Period:
    period = period_at(of, at, UTC_OFFSET)
    assert period is not None
    return period


def test_heads_that_came_in_count_and_refusals_exits_and_rehearsals_do_not() -> None:
    writer = Writer()
    writer.go(3)
    writer.go(2, outcome=Outcome.REFUSED, reason=Reason.FULL)
    writer.go(2, reason=Reason.TRAINING)
    writer.go(1, place=OUT, reason=Reason.EXIT)
    assert writer.heads() == 3
    assert writer.heads(at=NOON + DAY) == 0


def test_heads_of_other_lanes_gates_and_parks_are_not_this_lanes() -> None:
    writer = Writer()
    for place in (replace(HERE, lane=2), replace(HERE, gate=2), replace(HERE, park=12)):
        writer.go(3, place=place)
    assert writer.passages() == ()


def test_who_returns_on_the_day_counts_once_and_who_came_in_before_the_period_counts_again() -> None:
    writer = Writer()
    writer.go(3, returning=2, first_use=FirstUse(at=NOON - HOUR, gate=1, lane=1))
    assert writer.heads() == 1
    slots = quota(per="slot", slots=("08:00-11:30", "11:30-16:00"))
    assert writer.heads(slots) == 3
    assert counted(quota(counts="inside"), 3, 2, NOON, MIDNIGHT) == 3
    assert counted(quota(), 3, 2, None, MIDNIGHT) == 3


def test_an_annulment_takes_back_a_correction_replaces_and_an_override_counts() -> None:
    writer = Writer()
    first, second = writer.go(3), writer.go(2)
    writer.act(ActKind.ANNUL, first)
    writer.act(ActKind.CORRECT, second, 4)
    writer.act(ActKind.CORRECT, first, 5)
    writer.act(ActKind.PULSE, second)
    override = writer.act(ActKind.OVERRIDE, writer.go(5, outcome=Outcome.REFUSED, reason=Reason.FULL), 5)
    assert writer.heads() == 4 + 5
    writer.act(ActKind.ANNUL, override)
    assert writer.heads() == 4


def test_a_return_that_is_corrected_frees_no_place_of_those_who_came_in_before() -> None:
    writer = Writer()
    writer.go(5)
    writer.go(5, place=OUT, reason=Reason.EXIT)
    back = writer.go(5, returning=5, **FIRST)
    assert writer.heads() == 5
    writer.act(ActKind.CORRECT, back, 1)
    assert writer.heads() == 5
    writer.act(ActKind.CORRECT, back, 7)
    assert writer.heads() == 7


def test_who_returned_after_an_entry_that_was_taken_back_came_in_then() -> None:
    writer = Writer()
    first = writer.go(5)
    writer.go(5, place=OUT, reason=Reason.EXIT)
    back = writer.go(5, returning=5, **FIRST)
    writer.go(5, place=OUT, reason=Reason.EXIT)
    writer.go(5, returning=5, **FIRST)
    writer.act(ActKind.ANNUL, first)
    assert writer.heads() == 5
    writer.act(ActKind.ANNUL, back)
    assert writer.heads() == 5, "by the last entry, which is left alone"


def test_an_entry_that_is_corrected_holds_as_many_returns_as_it_has_heads() -> None:
    writer = Writer()
    first = writer.go(5)
    writer.go(5, place=OUT, reason=Reason.EXIT)
    writer.go(4, returning=4, **FIRST)
    for heads, expected in ((4, 4), (3, 4), (0, 4), (6, 6)):
        writer.act(ActKind.CORRECT, first, heads)
        assert writer.heads() == expected


def test_part_of_a_party_taken_back_leaves_the_rest_as_it_was() -> None:
    writer = Writer()
    first = writer.go(3)
    writer.go(2)
    writer.go(5, place=OUT, reason=Reason.EXIT)
    writer.go(5, returning=5, **FIRST)
    assert writer.heads() == 5
    writer.act(ActKind.ANNUL, first)
    assert writer.heads() == 5


def test_who_came_in_by_another_lane_is_counted_there_whatever_is_taken_back_here() -> None:
    writer = Writer()
    writer.go(1, NOON - DAY)
    mine = writer.go(1)
    writer.go(5, returning=5, **FIRST)
    assert writer.heads() == 1
    writer.act(ActKind.ANNUL, mine)
    assert writer.heads() == 1, "four of the five had come in by another lane"


def test_whoever_is_no_visitor_says_so_by_the_reason_he_was_let_in_for() -> None:
    writer = Writer()
    for reason in (Reason.PASS, Reason.STAFF, Reason.OFFICIAL, Reason.EXEMPT, Reason.OK):
        writer.go(1, reason=reason, permit=None, product=None)
    assert [each.is_visitor for each in writer.passages()] == [False, False, False, True, True]
    assert len({each.permit for each in writer.passages()}) == 5, "without a permit each entry stands for itself"


def inside(writer: Writer, **fields: Any) -> int:
    return writer.heads(quota(counts="inside", per="stay", **fields))


def test_who_left_makes_room_and_nobody_leaves_who_is_not_inside() -> None:
    writer = Writer()
    writer.go(3)
    writer.go(2, place=OUT, reason=Reason.EXIT)
    assert inside(writer) == 1
    writer.go(4, place=OUT, reason=Reason.EXIT)
    assert inside(writer) == 0
    writer.go(2)
    assert inside(writer) == 2


def test_who_comes_in_again_without_having_left_is_inside_once() -> None:
    writer = Writer()
    writer.go(5)
    writer.go(5, returning=5, reason=Reason.FLAGGED_REENTRY)
    assert inside(writer) == 5
    writer.act(ActKind.OVERRIDE, writer.go(5, outcome=Outcome.REFUSED, reason=Reason.FULL), 3)
    assert inside(writer) == 8, "whom a ranger lets in beyond the right is inside too"
    writer.go(1)
    assert inside(writer) == 8
    writer.go(8, place=OUT, reason=Reason.EXIT)
    assert inside(writer) == 0


def test_in_a_vehicle_as_many_are_inside_as_were_said_to_sit_in_it() -> None:
    writer = Writer()
    sold_for_one = Party(adults=1)
    writer.go(5, right=sold_for_one)
    assert inside(writer) == 5
    writer.go(2, place=OUT, reason=Reason.EXIT)
    writer.go(2, returning=2, right=sold_for_one)
    assert inside(writer) == 5
    writer.go(5, returning=5, right=sold_for_one)
    assert inside(writer) == 5, "they had left by another gate"


def test_who_is_struck_off_has_left() -> None:
    writer = Writer()
    came = writer.go(3)
    writer.act(ActKind.LEFT, came, 2)
    assert (inside(writer), writer.heads()) == (1, 3)
    mistake = writer.act(ActKind.LEFT, came, 1)
    assert inside(writer) == 0
    writer.act(ActKind.ANNUL, mistake)
    assert inside(writer) == 1
    elsewhere = writer.go(3, place=replace(HERE, lane=2), permit=OTHER)
    writer.act(ActKind.LEFT, elsewhere, 3)
    assert inside(writer) == 1


def test_who_came_without_a_ticket_and_is_struck_off_makes_room_again() -> None:
    writer = Writer()
    came = writer.go(4, reason=Reason.EXEMPT, permit=None, product=None, right=Party(adults=4))
    writer.write(ActBody(act=ActKind.LEFT, target=came.id, place=OUT, party=Party(adults=4)))
    assert inside(writer) == 0
    car = writer.go(2, product=SLOT)
    writer.write(ActBody(act=ActKind.LEFT, target=car.id, place=OUT, party=Party(adults=2)))
    assert {each.product for each in writer.passages()} == {0, SLOT}, "they leave as what they came in as"


def test_who_stays_over_night_is_inside_on_a_stay_and_gone_on_a_day() -> None:
    writer = Writer()
    writer.go(3, NOON - DAY)
    assert inside(writer) == 3
    assert writer.heads(quota(counts="inside")) == 0


IN_DOUBT: dict[str, Any] = {"facts": {"moment": {"earliest": NOON - 5 * DAY, "latest": NOON + 5 * DAY}}}


def test_heads_of_a_time_in_doubt_count_in_each_period_it_may_be() -> None:
    writer = Writer()
    writer.go(3, NOON - 3 * DAY, ClockTrust.SUSPECT, **IN_DOUBT)
    for day, expected in ((-6, 0), (-5, 3), (0, 3), (5, 3), (6, 0)):
        assert writer.heads(at=NOON + day * DAY) == expected
    assert writer.heads(quota(counts="inside")) == 3
    writer.go(3, NOON, ClockTrust.SUSPECT, place=OUT, reason=Reason.EXIT, **IN_DOUBT)
    assert writer.heads(quota(counts="inside")) == 3, "they may have left before the day began"
    assert inside(writer) == 0


def test_what_was_written_before_an_entry_of_a_known_time_happened_before_it() -> None:
    writer = Writer()
    writer.go(3, NOON - 3 * DAY, ClockTrust.SUSPECT, **IN_DOUBT)
    writer.go(1, NOON - DAY, outcome=Outcome.REFUSED, reason=Reason.EXPIRED)
    assert writer.heads() == 0
    assert writer.heads(at=NOON - DAY) == 3
    writer.go(2, NOON, ClockTrust.SUSPECT, facts={"moment": {"earliest": NOON, "latest": NOON + DAY}})
    writer.go(0, NOON)  # by a clock that ran ahead
    writer.go(1, NOON - HOUR, outcome=Outcome.REFUSED, reason=Reason.EXPIRED)
    assert writer.heads(at=NOON + DAY) == 0, "a clock that was put right: not later than its own first second"
    assert writer.heads() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {}, {"moment": 7}, {"moment": {}}, {"moment": {"earliest": "x", "latest": 2}},
        {"moment": {"earliest": 1, "latest": None}}, {"moment": {"earliest": 9, "latest": 2}},
    ],
)  # fmt: skip
def test_facts_of_a_form_of_their_own_leave_the_estimate(facts: dict[str, Any]) -> None:
    writer = Writer()
    writer.go(3, NOON, ClockTrust.SUSPECT, facts=facts)
    assert [(each.earliest, each.latest) for each in writer.passages()] == [(NOON, NOON)]


def test_a_given_or_trusted_time_is_no_interval_whatever_the_facts_say() -> None:
    writer = Writer()
    writer.go(3, NOON, **IN_DOUBT)
    assert [(each.earliest, each.latest) for each in writer.passages()] == [(NOON, NOON)]


def test_the_tallies_of_an_interval_name_each_period_that_has_heads_in_it() -> None:
    writer = Writer()
    for at in (NOON - 2 * DAY, NOON - DAY, NOON, NOON):
        writer.go(1, at, permit=OTHER)
    found = tallied(PARK_SET, quota(), HERE, writer.passages(), NOON - DAY - HOUR, NOON + 3 * DAY)
    assert found == (
        Tally(quota="day", heads=1, start=MIDNIGHT - DAY),
        Tally(quota="day", heads=2, start=MIDNIGHT),
    )


def test_between_slots_nothing_is_counted() -> None:
    writer = Writer()
    writer.go(1, NOON)
    slots = quota(per="slot", slots=("13:00-16:00",))
    assert tallied(PARK_SET, slots, HERE, writer.passages(), NOON, NOON + 2 * HOUR) == ()
    writer.go(2, NOON, ClockTrust.SUSPECT, product=SLOT, **IN_DOUBT)
    assert tallied(PARK_SET, slots, HERE, writer.passages(), NOON, NOON) == (Tally(quota="day", heads=2),)


def test_what_is_left_is_the_share_less_what_counted_and_never_below_none() -> None:
    known = (
        Tally(quota="day", heads=30, start=MIDNIGHT), Tally(quota="day", heads=4), Tally(quota="other", heads=9),
        Tally(quota="day", heads=7, start=MIDNIGHT - DAY),
    )  # fmt: skip
    assert left(quota(), known, HERE, TODAY) == 6
    assert left(quota(), known, replace(HERE, lane=2), TODAY) == 0
