"""A ticket that is one vehicle's: in once with whoever sits in it, and in again when it was seen to leave."""

from dataclasses import replace

import pytest

from kiosk.rules.entries import FirstUse, Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.standing import UNSAID, Standing, standing
from kiosk.rules.words import Direction
from tests.support.park import NOON

HOUR, DAY = 3600, 86_400
SEATS = 5


def use(party: Party, *, hours: int, way: Direction = Direction.ENTRY, number: int = 1, gate: int = 1) -> Use:
    at = NOON + hours * HOUR
    entry_id = f"{at}-{number}-{way}"
    return Use(entry_id=entry_id, entry_number=number, party=party, gate=gate, lane=gate + 1, direction=way, at=at)


def came(heads: int, *, hours: int = 0, gate: int = 1) -> Use:
    return use(Party(adults=heads), hours=hours, gate=gate)


def left(heads: int, *, hours: int = 1) -> Use:
    return use(Party(adults=heads), hours=hours, way=Direction.EXIT)


def now(*uses: Use, party: Party = UNSAID, seats: int | None = SEATS, hours: int = 3) -> Standing:
    return standing(party, 1, uses, Policy(), NOON + hours * HOUR, seats)


def test_before_anybody_came_it_is_open_to_as_many_as_it_seats() -> None:
    fresh = now()
    assert (fresh.room, fresh.allowed, fresh.left, fresh.fresh) == (SEATS, SEATS, Party(), 0)


def test_who_is_on_the_ticket_is_known_and_may_be_more_than_the_seats() -> None:
    family = Party(adults=2, children=1)
    assert (now(party=family).room, now(party=family).left) == (SEATS, family)
    assert now(party=Party(adults=7)).room == 7
    assert now(party=UNSAID, seats=None).left == UNSAID, "of one that is no vehicle's, one head is one head"
    assert now(party=UNSAID, seats=None).room is None


@pytest.mark.parametrize(
    "uses, room",
    [
        ((came(3),), 0),
        ((came(3), left(3)), SEATS),
        ((came(7), left(7)), 7),
        ((came(3), left(1)), 1),
        ((came(3), left(2), came(1, hours=2)), 1),
        ((came(3), left(3), came(2, hours=2)), 1),
    ],
    ids=["inside", "all out", "more than the seats, all out", "one on foot", "one of two is back", "others came back"],
)
def test_it_comes_back_with_anybody_in_it_once_all_are_out_and_else_as_many_as_left(
    uses: tuple[Use, ...], room: int
) -> None:
    assert now(*uses).room == room
    assert now(*uses).allowed == room


def test_whoever_came_in_it_is_its_party_and_nobody_is_left_to_come_later() -> None:
    there = now(came(3))
    assert (there.fresh, there.returning, there.left) == (0, 0, Party())
    out = now(came(3), left(2))
    assert (out.fresh, out.returning, out.left) == (0, 2, Party(adults=2))


def test_the_party_is_the_most_that_were_inside_at_once_and_not_all_who_ever_came() -> None:
    swapped = now(came(3), left(3), came(3, hours=2))
    assert (swapped.fresh, swapped.returning) == (0, 0)
    grown = now(came(2), came(1, hours=1), left(3, hours=2))
    assert (grown.returning, grown.room) == (3, SEATS)


def test_what_left_on_an_earlier_day_does_not_come_back_under_the_same_entry() -> None:
    spent = standing(UNSAID, 1, (came(3), left(3)), Policy(), NOON + DAY, SEATS)
    assert (spent.room, spent.allowed, spent.is_spent_earlier) == (0, 0, True)
    again = standing(UNSAID, 2, (came(3), left(3)), Policy(), NOON + DAY, SEATS)
    assert (again.entry_number, again.room, again.left) == (2, SEATS, Party())


def test_the_first_use_is_told_with_its_gate() -> None:
    assert now(came(3, gate=4), came(1, hours=1)).first == FirstUse(at=NOON, gate=4, lane=5)


def test_a_party_on_foot_comes_back_as_those_who_are_out_and_by_category() -> None:
    family = Party(adults=2, children=1)
    entered, out = use(family, hours=0), use(Party(children=1), hours=1, way=Direction.EXIT)
    back = standing(family, 1, (entered, out), Policy(), NOON + 2 * HOUR)
    assert (back.fresh, back.returning, back.left, back.room) == (0, 1, Party(children=1), None)
    part = standing(family, 1, (use(Party(adults=1), hours=0),), Policy(), NOON + HOUR)
    assert (part.fresh, part.left) == (2, Party(adults=1, children=1))
    twice = standing(family, 1, (entered, out, replace(out, at=out.at + 60, entry_id="x")), Policy(), NOON + 2 * HOUR)
    assert (twice.returning, twice.allowed) == (2, 2)
