"""Where a right stands after its uses: what bears on it, who is inside, what two clocks may do to it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.standing import bearing, inside, numbered, standing
from kiosk.rules.words import Direction
from tests.support.park import NOON

HOUR, DAY = 3600, 86_400
PARTY = Party(adults=2, children=1)


def use(
    heads: int = 3, *, at: int = NOON, number: int = 1, way: Direction = Direction.ENTRY, party: Party | None = None
) -> Use:
    return Use(
        entry_id=f"{at}-{number}-{way}",
        entry_number=number,
        party=party or PARTY.take(heads),
        gate=1,
        lane=1,
        direction=way,
        at=at,
    )


def left(heads: int = 3, *, at: int = NOON + HOUR, number: int = 1) -> Use:
    return use(heads, at=at, number=number, way=Direction.EXIT)


moves = st.builds(
    use,
    heads=st.integers(0, 3),
    at=st.integers(NOON, NOON + 5 * DAY),
    number=st.integers(1, 5),
    way=st.sampled_from(Direction),
)


@given(st.lists(moves, max_size=12), st.integers(0, 5), st.integers(NOON, NOON + 7 * DAY))
def test_a_verdict_depends_on_the_bearing_uses_only(uses: list[Use], entries: int, at: int) -> None:
    oldest_first = sorted(uses, key=lambda each: each.at)
    kept = bearing(oldest_first, entries)
    assert standing(PARTY, entries, kept, Policy(), at) == standing(PARTY, entries, oldest_first, Policy(), at)
    assert inside(kept) == inside(oldest_first)


def test_a_season_of_days_leaves_two_uses_that_bear_on_today() -> None:
    season = [use(at=NOON + day * DAY, number=day + 1) for day in range(200)]
    assert [each.entry_number for each in bearing(season, 0)] == [200]
    out = [left(at=NOON + day * DAY + HOUR, number=day + 1) for day in range(1, 200)]
    both = sorted([*season, *out], key=lambda each: each.at)
    assert {each.entry_number for each in bearing(both, 0)} == {1, 200}


def test_who_is_inside_is_told_by_the_newest_number_first_and_then_by_the_ones_before() -> None:
    camp = [use(1), use(2, at=NOON + DAY, number=2)]
    there = inside(camp)
    assert there is not None
    assert (there.entry_number, there.party.heads) == (2, 2)
    earlier = inside([*camp, left(2, at=NOON + DAY + HOUR, number=2)])
    assert earlier is not None
    assert (earlier.entry_number, earlier.party.heads) == (1, 1)
    assert inside([*camp, left(2, at=NOON + DAY + HOUR, number=2), left(1, at=NOON + DAY + 2 * HOUR)]) is None


def test_an_exit_that_another_gate_dated_before_its_entry_still_gives_the_heads_back() -> None:
    now = standing(PARTY, 1, [left(at=NOON - 60), use()], Policy(), NOON + HOUR)
    assert now.allowed == 3
    assert standing(PARTY, 1, [left(at=NOON - 60), use(), use(at=NOON + 60)], Policy(), NOON + HOUR).allowed == 0


@pytest.mark.parametrize("heads, allowed", [(3, 0), (5, 0), (0, 3)])
def test_more_heads_than_the_right_has_never_count_below_zero(heads: int, allowed: int) -> None:
    now = standing(PARTY, 1, [use(party=Party(adults=heads))], Policy(), NOON + HOUR)
    assert now.allowed == allowed


def test_of_two_parties_that_gates_let_in_alone_only_one_comes_back() -> None:
    twice_in, both_out = [use(), use(at=NOON + 1)], [left(), left(at=NOON + HOUR + 1)]
    back = use(at=NOON + 2 * HOUR)
    assert standing(PARTY, 1, [*twice_in, *both_out], Policy(), NOON + 3 * HOUR).allowed == 3
    assert standing(PARTY, 1, [*twice_in, *both_out, back], Policy(), NOON + 3 * HOUR).allowed == 0
    assert standing(PARTY, 1, [*twice_in, left()], Policy(), NOON + 3 * HOUR).allowed == 0


def test_whom_a_ranger_let_in_beyond_the_right_keeps_nobody_of_it_from_coming_back() -> None:
    came = [use(), use(2, at=NOON + 1, number=2), left(3)]
    now = standing(PARTY, 1, came, Policy(), NOON + 2 * HOUR)
    assert (now.fresh, now.returning) == (0, 3)
    assert standing(PARTY, 1, [*came, use(at=NOON + 2 * HOUR)], Policy(), NOON + 3 * HOUR).allowed == 0


def test_an_exit_alone_opens_no_entry_number_and_leaves_nobody_inside() -> None:
    now = standing(PARTY, 2, [left(number=2)], Policy(), NOON + DAY)
    assert (now.entry_number, now.allowed) == (1, 3)
    assert inside([left(number=2)]) is None


def test_a_day_that_another_gate_took_for_the_first_is_the_second_one() -> None:
    # gate 2 was cut off on the second day and did not know of the first
    uses = (use(at=NOON), use(at=NOON + DAY, number=1))
    today = numbered(uses, 3, Policy())
    assert [each.entry_number for each in today] == [1, 2]
    assert standing(PARTY, 3, today, Policy(), NOON + DAY + HOUR).allowed == 0
    tomorrow = standing(PARTY, 3, today, Policy(), NOON + 2 * DAY)
    assert (tomorrow.entry_number, tomorrow.allowed) == (3, 3)


def test_an_annulled_first_day_is_given_back() -> None:
    uses = (use(at=NOON + DAY, number=2), left(at=NOON + DAY + HOUR, number=2), use(at=NOON + 2 * DAY, number=3))
    assert [each.entry_number for each in numbered(uses, 3, Policy())] == [1, 1, 2]


def test_days_beyond_those_bought_are_pooled_and_an_exit_ends_the_newest_with_anybody_inside() -> None:
    uses = (use(2, at=NOON), use(1, at=NOON + DAY), left(1, at=NOON + DAY + HOUR), left(2, at=NOON + DAY + 2 * HOUR))
    assert [each.entry_number for each in numbered(uses, 0, Policy())] == [1, 2, 2, 1]
    assert [each.entry_number for each in numbered(uses, 1, Policy())] == [1, 1, 1, 1]
    nobody = (left(number=4), use(0, at=NOON + DAY), use(at=NOON + 2 * DAY))
    assert [each.entry_number for each in numbered(nobody, 0, Policy())] == [4, 1, 1]


def test_an_exit_of_more_than_the_newest_number_has_inside_ends_the_one_before_too() -> None:
    # a gate that knew of the first day only let six out; three had come on the second day, elsewhere
    uses = (use(at=NOON), use(at=NOON + 1), use(at=NOON + DAY), left(6, at=NOON + DAY + HOUR))
    known = numbered((*uses[:3], replace(uses[3], party=Party(adults=4, children=2))), 0, Policy())
    assert [(each.entry_number, each.party.heads) for each in known] == [(1, 3), (1, 3), (2, 3), (2, 3), (1, 3)]
    there = inside(known)
    assert there is not None
    assert (there.entry_number, there.party.heads) == (1, 3)
    more = numbered((use(), replace(left(), party=Party(adults=5))), 0, Policy())
    assert [each.party.heads for each in more] == [3, 5]


def test_whom_a_ranger_let_in_beyond_the_right_leaves_nobody_else_a_way_in() -> None:
    # used up yesterday; one was let in today on a ranger's word, under a number that was never bought
    uses = (use(at=NOON), use(1, at=NOON + DAY, number=2))
    assert numbered(uses, 1, Policy()) == uses
    now = standing(PARTY, 1, bearing(uses, 1), Policy(), NOON + DAY + HOUR)
    assert (now.entry_number, now.allowed, now.is_spent_earlier) == (1, 0, True)
    out = (*uses, left(1, at=NOON + DAY + HOUR, number=2))
    back = standing(PARTY, 1, bearing(out, 1), Policy(), NOON + DAY + 2 * HOUR)
    assert (back.fresh, back.returning) == (0, 1)


@given(st.lists(moves, max_size=12), st.integers(0, 5))
def test_numbering_moves_nobody_and_again_gives_those_who_came_the_same_numbers(uses: list[Use], entries: int) -> None:
    oldest_first = sorted(uses, key=lambda each: each.at)
    once = numbered(oldest_first, entries, Policy())
    again = numbered(once, entries, Policy())
    came = [[each.entry_number for each in all_ if each.direction is Direction.ENTRY] for all_ in (once, again)]
    assert came[0] == came[1]
    assert [each.at for each in once] == sorted(each.at for each in once)
    assert sum((each.party for each in once), Party()) == sum((each.party for each in oldest_first), Party())
