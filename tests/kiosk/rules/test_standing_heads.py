"""Heads counted: who of a party never came, who may come back today, and who is inside, beside people with names."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import FirstUse, Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.standing import Standing, inside, numbered, standing, take
from kiosk.rules.words import Direction
from tests.support.park import NOON

HOUR, DAY = 3600, 86_400
YESTERDAY, TODAY = NOON, NOON + DAY
FAMILY = Party(adults=2, children=1)
IN, OUT = Direction.ENTRY, Direction.EXIT


def moved(party: Party | int, way: Direction, at: int, number: int = 1, gate: int = 1) -> Use:
    party = Party(adults=party) if isinstance(party, int) else party
    return Use(
        entry_id=f"{at}-{number}-{way}-{gate}",
        entry_number=number,
        party=party,
        gate=gate,
        lane=gate + 10,
        direction=way,
        at=at,
    )


def told(moves: str, number: int = 1) -> list[Use]:
    """`Y+2 T-1`: yesterday two came in, today one left; `*` marks who came in on a ranger's word beyond the right."""
    found = []
    for second, move in enumerate(moves.split()):
        day = {"Y": YESTERDAY, "T": TODAY, "L": TODAY + DAY}[move[0]]
        heads, way = int(move[2]), IN if move[1] == "+" else OUT
        found.append(moved(heads, way, day + second, number + move.count("*")))
    return found


def today(moves: str, heads: int = 3) -> tuple[int, int]:
    now = standing(Party(adults=heads), 1, told(moves), Policy(), TODAY + HOUR)
    return now.fresh, now.returning


# ---- who never came, and who may come back ---------------------------------------------------------------------------

OF_THREE = [
    # on one day
    ("T+1", (2, 0)),
    ("T+2 T-1", (1, 1)),
    ("T+3 T-1 T-1", (0, 2)),
    ("T+3 T-3", (0, 3)),
    ("T+3 T-2 T+1", (0, 1)),
    ("T+2 T-2 T+1 T-1", (1, 2)),
    ("T+1 T-1 T+2", (1, 0)),
    ("T+1 T-1 T+3", (0, 0)),
    # who spent the entry yesterday has no way back today
    ("Y+3", (0, 0)),
    ("Y+3 T-3", (0, 0)),
    ("Y+3 Y-3", (0, 0)),
    ("Y+1 T-1", (2, 0)),
    ("Y+2 Y-1", (1, 0)),
    ("Y+2 Y-1 T+1", (0, 0)),
    ("Y+2 Y-2 T+1 T-1", (0, 1)),
    # and takes no place of those who never came
    ("Y+1 T-1 T+1", (1, 0)),
    ("Y+2 T-2 T+1", (0, 0)),
    ("Y+2 T-2 T+1 T-1", (0, 1)),
    ("Y+2 T+1 T-3", (0, 1)),
    ("Y+2 T+1 T-3 T+1", (0, 0)),
    ("Y+2 T+1 T-3 T+1 T-1", (0, 1)),
    ("Y+1 T+1 T-1 T+2", (0, 0)),
    # who came back yesterday had come already, so that the others may still come today
    ("Y+1 Y-1 Y+1", (2, 0)),
    ("Y+1 Y-1 Y+1 T-1", (2, 0)),
    ("Y+2 Y-1 Y+1 T+1", (0, 0)),
    ("Y+1 Y-1 Y+2 T+1", (0, 0)),
    # a clock was behind, or a gate was not heard of: never more than the right in one day
    ("T-1 T+2 T-1", (2, 0)),
    ("T-3 T+3", (3, 0)),
    ("T+1 T-2", (2, 1)),
    ("T+1 T-2 T+1", (2, 0)),
    ("Y-3 Y+3", (0, 0)),
    ("Y-1 Y+1", (2, 0)),
    ("Y+1 Y-2 Y+2", (1, 0)),
    ("Y+1 Y-2", (2, 0)),
    ("Y+1 T-2", (2, 0)),
    ("Y+1 Y-3 T+1", (1, 0)),
    ("Y+2 T-3 T+1 T-1", (1, 0)),
    ("Y+2 Y-2 Y+2", (1, 0)),
    # gates that were alone let in as many again
    ("T+3 T+3 T-3", (0, 0)),
    ("T+3 T+3 T-4", (0, 1)),
    ("T+3 T+3 T-6", (0, 3)),
    ("Y+3 T+3 T-4", (0, 1)),
    ("Y+3 T+2 T-3", (0, 1)),
    # whom a ranger let in beyond the right takes nobody's room, and makes none
    ("T+3 T+2* T-3", (0, 3)),
    ("T+3 T+2* T-5", (0, 3)),
    ("T+3 T+2* T-3 T+3", (0, 0)),
    ("T+3 T+2* T-2*", (0, 2)),
    # what a fast clock dates tomorrow brings nobody back today
    ("T+3 L-3", (0, 0)),
]


@pytest.mark.parametrize("moves, expected", OF_THREE)
def test_of_three_so_many_never_came_and_so_many_may_come_back(moves: str, expected: tuple[int, int]) -> None:
    assert today(moves) == expected


@pytest.mark.parametrize("moves, fresh", [("Y+1 T+1 T-2 T+1", 1), ("Y+1 T-1 T+1 T-1 T+1", 1), ("Y+1 T+1 T-3 T+1", 0)])
def test_on_the_third_day_those_may_come_who_came_on_neither_of_the_two_before(moves: str, fresh: int) -> None:
    now = standing(FAMILY, 1, told(moves), Policy(), TODAY + DAY)
    assert (now.fresh, now.returning) == (fresh, 0)


def test_where_nobody_ever_came_all_may_come() -> None:
    for moves in ("", "T-1", "Y-3"):
        assert today(moves) == (3, 0)
    now = standing(FAMILY, 1, [moved(0, IN, TODAY)], Policy(), TODAY + HOUR)
    assert now == Standing(entry_number=1, fresh=3, returning=0, left=FAMILY)


@dataclass
class People:
    """A party by name: each of them has not come yet, is in, or is out; and knows on which day it came first."""

    heads: int
    day: int = 0
    came_on: dict[int, int] = field(default_factory=dict)
    out_since: dict[int, int] = field(default_factory=dict)

    def may_come_back(self) -> list[int]:
        """Those who left today, and had come today."""
        return [who for who, day in self.out_since.items() if day == self.day == self.came_on[who]]

    def never_came(self) -> list[int]:
        return [who for who in range(self.heads) if who not in self.came_on]

    def are_inside(self) -> list[int]:
        """Those who came today first."""
        return sorted(set(self.came_on) - set(self.out_since), key=lambda who: self.came_on[who] != self.day)

    def go(self, way: Direction, heads: int) -> int:
        """So many go, or as many as can; how many that were."""
        able = [*self.may_come_back(), *self.never_came()] if way is IN else self.are_inside()
        for who in able[:heads]:
            if way is IN:
                self.out_since.pop(who, None)
                self.came_on.setdefault(who, self.day)
            else:
                self.out_since[who] = self.day
        return len(able[:heads])


walks = st.lists(st.tuples(st.sampled_from(Direction), st.integers(1, 3), st.booleans()), min_size=4, max_size=12)


@given(walks, st.integers(2, 5))
def test_heads_are_counted_as_people_with_names_are(steps: Sequence[tuple[Direction, int, bool]], heads: int) -> None:
    people, uses = People(heads), list[Use]()
    for second, (way, wanted, is_next_day) in enumerate(steps):
        people.day += is_next_day
        at = NOON + people.day * DAY + second
        if went := people.go(way, wanted):
            uses.append(moved(went, way, at))
        now = standing(Party(adults=heads), 1, uses, Policy(), at)
        assert (now.fresh, now.returning) == (len(people.never_came()), len(people.may_come_back()))
        assert now.left == Party(adults=now.allowed)
        there = inside(uses)
        assert (there.party.heads if there else 0) == len(people.are_inside())


# ---- who they are ----------------------------------------------------------------------------------------------------


def test_who_is_left_are_the_categories_that_are_not_inside() -> None:
    came = [moved(Party(adults=2), IN, TODAY)]
    assert standing(FAMILY, 1, came, Policy(), TODAY + HOUR).left == Party(children=1)
    back = [*came, moved(Party(adults=1), OUT, TODAY + 1)]
    assert standing(FAMILY, 1, back, Policy(), TODAY + HOUR).left == Party(adults=1, children=1)
    more = [moved(Party(children=2), IN, TODAY)]
    assert standing(FAMILY, 1, more, Policy(), TODAY + HOUR).left == Party(adults=1)


def test_who_is_left_beyond_what_the_categories_have_is_of_the_others() -> None:
    # of two parties of one ticket one adult is still inside, and nobody can tell of which
    mixed = [moved(Party(adults=2), IN, TODAY), moved(Party(children=1), OUT, TODAY + 1)]
    now = standing(Party(adults=2), 1, mixed, Policy(), TODAY + HOUR)
    assert (now.returning, now.left) == (1, Party(other=1))
    assert take(FAMILY, 2) == Party(adults=2)
    assert take(FAMILY, 5) == Party(adults=2, children=1, other=2)
    assert take(Party(), 0) == Party()


def test_who_is_inside_are_those_who_came_and_did_not_leave_by_category() -> None:
    moves = [moved(Party(children=2, preschool=1), IN, TODAY), moved(Party(preschool=1), OUT, TODAY + 1)]
    there = inside(moves)
    assert there is not None
    assert there.party == Party(children=2)
    # an adult left whom nobody had seen come: it is one less, and of those who are known to be there
    odd = inside([*moves, moved(1, OUT, TODAY + 2)])
    assert odd is not None
    assert odd.party == Party(children=1)
    assert inside([*moves, moved(2, OUT, TODAY + 2)]) is None
    before = inside([moved(1, OUT, TODAY), moved(Party(adults=1, children=1), IN, TODAY + 1)])
    assert before is not None
    assert before.party == Party(adults=1)


# ---- the entry number that is open -----------------------------------------------------------------------------------


def test_the_first_use_is_the_first_that_came_in_with_its_gate_and_lane() -> None:
    moves = [
        moved(1, OUT, TODAY - 5, gate=4),
        moved(1, IN, TODAY, gate=7),
        moved(1, IN, TODAY + 1, gate=2),
    ]
    now = standing(FAMILY, 1, moves, Policy(), TODAY + HOUR)
    assert now.first == FirstUse(at=TODAY, gate=7, lane=17)


SPENT = [
    ("Y+3", True),
    ("Y+3 T-3", True),
    ("T+3", False),
    ("Y+2", False),
    ("Y+1 T+1 T-1", False),
    ("Y+2 T+1 T-1", False),
]


@pytest.mark.parametrize("moves, is_spent", SPENT)
def test_a_right_is_spent_earlier_when_an_earlier_day_opened_it_and_nobody_may_go_in(
    moves: str, is_spent: bool
) -> None:
    assert standing(FAMILY, 1, told(moves), Policy(), TODAY + HOUR).is_spent_earlier is is_spent


@pytest.mark.parametrize(
    "entries, at, number, fresh",
    [
        (0, TODAY + HOUR, 2, 3),
        (2, TODAY + HOUR, 2, 3),
        (1, TODAY + HOUR, 1, 1),
        (0, YESTERDAY + HOUR, 1, 1),
        (2, YESTERDAY + HOUR, 1, 1),
        (2, YESTERDAY + 12 * HOUR - 1, 1, 1),
        (2, YESTERDAY + 12 * HOUR, 2, 3),
        (0, YESTERDAY - DAY, 1, 1),
    ],
)
def test_the_next_entry_number_opens_at_midnight_if_it_was_bought(
    entries: int, at: int, number: int, fresh: int
) -> None:
    now = standing(FAMILY, entries, told("Y+2"), Policy(), at)
    assert (now.entry_number, now.fresh, now.first is None) == (number, fresh, number == 2)


def test_an_entry_number_is_open_from_its_first_use_and_not_its_last() -> None:
    moves = [*told("Y+1"), moved(1, IN, TODAY)]
    assert standing(FAMILY, 0, moves, Policy(), TODAY + HOUR).entry_number == 2
    assert standing(FAMILY, 1, moves, Policy(), TODAY + HOUR).fresh == 1


def test_those_who_come_back_are_counted_before_those_who_never_came() -> None:
    now = standing(FAMILY, 1, told("T+2 T-1"), Policy(), TODAY + HOUR)
    assert (now.allowed, now.returning_of(1), now.returning_of(2), now.returning_of(0)) == (2, 1, 1, 0)


def test_an_exit_is_put_down_under_the_numbers_it_ends_with_so_many_heads_of_each() -> None:
    uses = [moved(1, IN, YESTERDAY), moved(1, IN, YESTERDAY + 1), moved(1, IN, TODAY), moved(3, OUT, TODAY + 1)]
    found = numbered(uses, 0, Policy())
    assert [(use.entry_number, use.party.heads) for use in found] == [(1, 1), (1, 1), (2, 1), (2, 1), (1, 2)]
    over = numbered([*uses[:3], moved(5, OUT, TODAY + 1)], 0, Policy())
    assert [(use.entry_number, use.party.heads) for use in over[3:]] == [(2, 3), (1, 2)]
    one_by_one = numbered([*uses[:3], *(moved(1, OUT, TODAY + n) for n in (1, 2, 3))], 0, Policy())
    assert [use.entry_number for use in one_by_one[3:]] == [2, 1, 1]
