"""The figures of a shift, and what is named of them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import ActBody, AlarmBody, Body, DecisionBody, Entry, EntryKey, Place, ShiftBody, TrustBody
from kiosk.rules.handover import exempt_category, figures, is_open, shares, tailgating
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, AlarmKind, ClockTrust, Direction, Outcome, Reason, ShiftKind, Source
from tests.support.park import DAY_TICKET, NOON, PARK, SmallPark

RULES = SmallPark().set()
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = Place(park=PARK, gate=1, lane=1, direction=Direction.EXIT)


def chain(*bodies: Body) -> list[Entry]:
    return [
        Entry(key=EntryKey(device=1, chain=1, n=n), at=NOON + n, clock=ClockTrust.TRUSTED, policy=b"", body=body)
        for n, body in enumerate(bodies, start=1)
    ]


def id_of(n: int) -> str:
    return str(EntryKey(device=1, chain=1, n=n))


def admitted(heads: int = 2, place: Place = HERE, reason: Reason = Reason.OK, **more: Any) -> DecisionBody:
    fields: dict[str, Any] = {"product": DAY_TICKET, "right": Party(adults=heads), "entry_number": 1}
    party = Party(adults=heads)
    outcome = Outcome.ADMITTED
    return DecisionBody(place=place, source=Source.TEXT, outcome=outcome, reason=reason, party=party, **(fields | more))


def refused(reason: Reason = Reason.EXPIRED) -> DecisionBody:
    return DecisionBody(place=HERE, source=Source.TEXT, outcome=reason.outcome, reason=reason)


def act(kind: ActKind, target: str = "", **more: Any) -> ActBody:
    return ActBody(act=kind, target=target or id_of(1), place=HERE, **more)


def test_a_shift_amounts_to_its_decisions_people_and_acts() -> None:
    entries = chain(
        TrustBody(park=PARK, version=1, digest=b""),
        admitted(3, permit=b"a" * 16),
        act(ActKind.PULSE, id_of(2)),
        refused(),
        refused(),
        refused(Reason.TYPED_ONLY),
        act(ActKind.OVERRIDE, id_of(4), by="Saule", party=Party(children=1), entry_number=1),
        act(ActKind.OPEN, by="Saule"),
        act(ActKind.OPEN),
        admitted(2, permit=b"b" * 16),
        act(ActKind.ANNUL, id_of(10), by="Saule"),
        act(ActKind.CORRECT, id_of(2), party=Party(adults=2), by="Saule"),
        admitted(1, OUT, Reason.EXIT, permit=b"a" * 16),
        AlarmBody(alarm=AlarmKind.DOOR, place=HERE),
    )
    found = figures(entries, RULES)
    assert found.outcomes == {"admitted": 3, "refused": 2, "referred": 1}
    assert (found.entered, found.left) == (3, 1)
    assert found.by_category == {"adults": 2, "children": 1}
    assert found.by_product == {str(DAY_TICKET): 2, "0": 1}
    assert found.reasons == {"expired": 2, "typed_only": 1}
    assert found.overrides == {"Saule": 2, "device": 1}
    assert (found.annulled, found.corrected, found.openings) == (1, 1, 1)
    assert found.alarms == {"door": 1}
    words = found.as_words()
    assert words["entered"] == 3
    assert words["overrides"] == {"Saule": 2, "device": 1}
    assert all(type(value) in (int, dict) for value in words.values())


def test_a_shift_without_entries_has_nothing_to_hand_over() -> None:
    found = figures([], RULES)
    assert (found.entered, found.outcomes, found.exempt) == (0, {}, {})


def test_who_went_through_a_barrier_held_open_is_no_tailgater() -> None:
    held: dict[str, Any] = {"details": {"kept_open": 1}}
    entries = chain(
        admitted(2, permit=b"a" * 16),
        act(ActKind.PULSE, id_of(1)),
        AlarmBody(alarm=AlarmKind.KEPT_OPEN, place=HERE, details={"by": "Saule", "since": NOON}),
        admitted(3, permit=b"b" * 16, **held),
        admitted(20, permit=b"c" * 16, **held),
        replace(refused(), details={"kept_open": 1}),
        act(ActKind.OVERRIDE, id_of(6), by="Saule", party=Party(adults=1), entry_number=1, position="held"),
        act(ActKind.POSITION, id_of(5), position="held"),
        AlarmBody(alarm=AlarmKind.STILL_OPEN, place=HERE, details={"since": NOON, "uncounted": "?"}),
        AlarmBody(alarm=AlarmKind.SET_BACK, place=HERE, details={"by": "Saule", "since": NOON, "uncounted": 40}),
        AlarmBody(alarm=AlarmKind.SET_BACK, place=HERE, details={"by": "Saule", "since": NOON}),
    )
    openings = figures(entries, RULES).openings
    assert openings == 1 + 3 + 40
    assert tailgating(1044, 1000, openings) == 0


def test_a_barrier_that_was_pulsed_although_it_was_to_be_held_open_is_one_opening() -> None:
    entries = chain(admitted(2, details={"kept_open": 1}), act(ActKind.PULSE, id_of(1)))
    assert figures(entries, RULES).openings == 1


def test_a_pulse_after_which_nobody_turned_is_no_opening_that_a_tailgater_could_hide_behind() -> None:
    entries = chain(
        admitted(1, permit=b"a" * 16),
        act(ActKind.POSITION, id_of(1), position="faulted"),  # it did not take the pulse, and then it did
        act(ActKind.PULSE, id_of(1)),
        admitted(1, permit=b"b" * 16),
        act(ActKind.PULSE, id_of(4)),
        admitted(1, permit=b"c" * 16),
        act(ActKind.PULSE, id_of(6)),
        act(ActKind.POSITION, id_of(4), position="closed"),
        act(ActKind.POSITION, id_of(4), position="closed"),
    )
    assert figures(entries, RULES).openings == 2


def test_an_entry_that_opened_twice_over_a_power_cut_is_two_openings() -> None:
    entries = chain(admitted(1), act(ActKind.PULSE, id_of(1)), act(ActKind.PULSE, id_of(1)))
    assert figures(entries, RULES).openings == 2


def test_of_a_barrier_that_was_to_be_held_open_and_after_whose_pulse_nobody_turned_there_is_no_opening() -> None:
    entries = chain(
        admitted(2, details={"kept_open": 1}), act(ActKind.PULSE, id_of(1)), act(ActKind.POSITION, id_of(1))
    )
    assert figures(entries, RULES).openings == 0


def test_a_turnstile_counts_each_of_a_party_as_corrected_last_and_whoever_was_not_scanned_as_one() -> None:
    held: dict[str, Any] = {"details": {"kept_open": 1}}
    entries = chain(
        admitted(3, permit=b"a" * 16),
        act(ActKind.PULSE, id_of(1)),
        admitted(7, permit=b"b" * 16),
        act(ActKind.PULSE, id_of(3)),
        act(ActKind.CORRECT, id_of(3), party=Party(adults=6), by="Saule"),
        act(ActKind.CORRECT, id_of(3), party=Party(adults=5), by="Saule"),
        refused(),
        act(ActKind.OVERRIDE, id_of(7), by="Saule", party=Party(adults=2), entry_number=1),
        act(ActKind.PULSE, id_of(8)),
        act(ActKind.OPEN, "", by="Saule"),
        act(ActKind.PULSE, id_of(10)),
        act(ActKind.PULSE, "an entry of the shift before"),
        admitted(4, permit=b"c" * 16, **held),
        admitted(9, permit=b"d" * 16),
        act(ActKind.PULSE, id_of(14)),
        act(ActKind.POSITION, id_of(14), position="closed"),
        act(ActKind.OVERRIDE, id_of(7), by="Saule", entry_number=1),
        act(ActKind.PULSE, id_of(17)),
    )
    assert figures(entries, RULES, counts_people=True).openings == 3 + 5 + 2 + 1 + 1 + 4 + 1
    assert figures(entries, RULES).openings == 7


def test_free_entries_are_counted_by_category_unless_annulled() -> None:
    free = [admitted(n, reason=Reason.EXEMPT, details={"category": word}) for n, word in ((1, "veteran"), (2, "child"))]
    entries = chain(*free, act(ActKind.PULSE, id_of(1)), admitted(4, reason=Reason.EXEMPT), admitted(9))
    assert figures(entries, RULES).exempt == {"veteran": 1, "child": 2, "exempt": 4}
    taken_back = chain(*free, act(ActKind.ANNUL, id_of(1)))
    assert figures(taken_back, RULES).exempt == {"child": 2}


def test_free_entries_are_counted_as_they_were_corrected_last_and_as_all_who_entered_are() -> None:
    bodies: list[Body] = [
        admitted(20, reason=Reason.EXEMPT, details={"category": "pensioners"}),
        admitted(3, reason=Reason.EXEMPT, details={"category": "child"}),
        act(ActKind.CORRECT, id_of(1), party=Party(adults=5), by="Saule"),
        act(ActKind.CORRECT, id_of(1), party=Party(adults=2), by="Saule"),
        act(ActKind.CORRECT, id_of(2), by="Saule"),  # of a version that says no party
        act(ActKind.CORRECT, id_of(99), party=Party(adults=7), by="Saule"),
    ]
    found = figures(chain(*bodies), RULES)
    assert (found.exempt, found.entered) == ({"pensioners": 2, "child": 3}, 5)
    annulled = figures(chain(*bodies, act(ActKind.ANNUL, id_of(1))), RULES)
    assert (annulled.exempt, annulled.entered) == ({"child": 3}, 3)


@pytest.mark.parametrize(
    "details, word", [({}, "exempt"), ({"category": 7}, "exempt"), ({"category": "veteran"}, "veteran")]
)
def test_the_category_of_a_free_entry_is_the_one_that_was_picked(details: dict[str, Any], word: str) -> None:
    assert exempt_category(admitted(1, reason=Reason.EXEMPT, details=details)) == word


def closed(entered: Any, exempt: Any, kind: ShiftKind = ShiftKind.CLOSE) -> ShiftBody:
    return ShiftBody(shift=kind, place=HERE, by="Saule", figures={"entered": entered, "exempt": exempt})


def test_a_category_at_four_times_its_usual_share_is_named() -> None:
    earlier = [closed(100, {"veteran": 5}), closed(100, {"veteran": 5, "child": 40})]
    veteran, child = shares({"veteran": 20, "child": 20}, 100, earlier)[::-1]
    assert (veteran.category, veteran.heads, veteran.share, veteran.usual) == ("veteran", 20, 200, 50)
    assert veteran.is_unusual
    assert (child.share, child.usual, child.is_unusual) == (200, 200, False)


@pytest.mark.parametrize(
    "heads, entered, earlier, unusual",
    [
        (15, 100, [closed(100, {"veteran": 5})], True),
        (14, 100, [closed(100, {"veteran": 5})], False),
        (4, 4, [closed(1000, {"veteran": 1})], False),
        (5, 5, [closed(1000, {"veteran": 1})], True),
        (5, 50, [closed(1000, {})], True),
        (50, 50, [], False),
        (50, 50, [closed(1000, {"veteran": 1}, ShiftKind.OPEN)], False),
        (50, 50, [closed("many", 7)], False),
        (5, 0, [closed(10, {"veteran": 10})], True),
    ],
)
def test_what_is_usual_comes_from_closed_shifts_and_one_family_is_no_pattern(
    heads: int, entered: int, earlier: list[ShiftBody], unusual: bool
) -> None:
    (share,) = shares({"veteran": heads}, entered, earlier)
    assert share.is_unusual is unusual
    assert (share.usual is None) is not any(
        body.shift is ShiftKind.CLOSE and type(body.figures["entered"]) is int for body in earlier
    )


@given(heads=st.integers(1, 500), more=st.integers(0, 500), usual=st.integers(0, 500), others=st.integers(0, 500))
def test_no_share_at_the_usual_one_is_named(heads: int, more: int, usual: int, others: int) -> None:
    entered, before = heads + more, usual + others
    (share,) = shares({"veteran": heads}, entered, [closed(before, {"veteran": usual})])
    assert 0 <= share.share <= 1000
    if usual and heads * before <= usual * entered:
        assert not share.is_unusual
    if before and usual and heads >= 5 and heads * before >= 4 * usual * entered:
        assert share.is_unusual


@pytest.mark.parametrize(
    "counted, at_opening, openings, more", [(110, 100, 10, 0), (112, 100, 10, 2), (109, 100, 10, -1)]
)
def test_more_than_the_barrier_was_opened_for_is_a_difference(
    counted: int, at_opening: int, openings: int, more: int
) -> None:
    assert tailgating(counted, at_opening, openings) == more


def test_a_shift_is_open_from_its_opening_to_its_closing() -> None:
    opened, counted, ended = (
        ShiftBody(shift=kind, place=HERE, by="Saule") for kind in (ShiftKind.OPEN, ShiftKind.COUNT, ShiftKind.CLOSE)
    )
    assert is_open([]) is None
    assert is_open(chain(counted, opened)) is opened
    assert is_open(chain(opened)) is opened
    assert is_open(chain(counted, ended, opened)) is None
    assert is_open(chain(refused(), opened)) is opened
