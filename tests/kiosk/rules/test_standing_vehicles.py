"""Where a vehicle's right stands: in once with whoever sits in it, and in again when it was seen to leave."""

import pytest

from kiosk.rules.entries import Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.standing import UNSAID, Standing, standing
from kiosk.rules.words import Direction
from tests.support.park import NOON

HOUR, DAY = 3600, 86_400
YESTERDAY, TODAY = NOON, NOON + DAY
SEATS = 5
IN, OUT = Direction.ENTRY, Direction.EXIT


def moved(party: Party, way: Direction, at: int) -> Use:
    return Use(entry_id=f"{at}-{way}", entry_number=1, party=party, gate=1, lane=1, direction=way, at=at)


def told(moves: str) -> list[Use]:
    """`Y+2 T-1`: yesterday two came in with it, today one left."""
    days = {"Y": YESTERDAY, "T": TODAY}
    return [
        moved(Party(adults=int(move[2])), IN if move[1] == "+" else OUT, days[move[0]] + second)
        for second, move in enumerate(moves.split())
    ]


def stands(uses: list[Use], party: Party = UNSAID, seats: int | None = SEATS) -> Standing:
    return standing(party, 1, uses, Policy(), TODAY + HOUR, seats)


@pytest.mark.parametrize(
    "party, seats, left, room, allowed",
    [
        (UNSAID, 5, Party(), 5, 5),
        (Party(adults=3), 5, Party(adults=3), 5, 5),
        (Party(adults=7), 5, Party(adults=7), 7, 7),
        (Party(adults=2, other=1), 2, Party(adults=2, other=1), 3, 3),
        (Party(other=2), 5, Party(other=2), 5, 5),
        (UNSAID, None, UNSAID, None, 1),  # a person of no category, and no vehicle
        (Party(adults=3), None, Party(adults=3), None, 3),
    ],
)
def test_a_vehicle_that_never_came_has_room_for_its_seats_or_for_those_it_was_sold_for(
    party: Party, seats: int | None, left: Party, room: int | None, allowed: int
) -> None:
    now = stands([], party, seats)
    assert now == Standing(entry_number=1, fresh=left.heads, returning=0, left=left, room=room)
    assert now.allowed == allowed


ROOM = [
    # inside, and nobody of it left: nobody comes later on the same ticket
    ("T+3", 0),
    ("T+1", 0),
    # some left on foot: so many may come back, the vehicle cannot
    ("T+3 T-1", 1),
    ("T+3 T-2", 2),
    ("T+3 T-2 T+1", 1),
    ("T+3 T-2 T+2", 0),
    # it was seen to leave: in again with anybody in it
    ("T+3 T-3", 5),
    ("T+3 T-1 T-2", 5),
    ("T+3 T-3 T+4", 0),
    ("T+3 T-3 T+4 T-4", 5),
    ("T+3 T-3 T+4 T-1", 1),
    ("T+3 T-3 T+2 T-1", 2),
    ("T+1 T-1", 5),
    ("T+7 T-7", 7),
    ("T+7 T-3", 3),
    # it came yesterday: the ticket is spent
    ("Y+3", 0),
    ("Y+3 T-3", 0),
    ("Y+3 Y-3", 0),
    # two gates that were alone let it in: no more come back than left
    ("T+2 T+2 T-1", 1),
    ("T+2 T+2 T-4", 5),
]


@pytest.mark.parametrize("moves, room", ROOM)
@pytest.mark.parametrize("party", [UNSAID, Party(adults=3)])
def test_a_vehicle_has_room_for_those_who_left_it_and_for_its_seats_once_all_are_out(
    moves: str, room: int, party: Party
) -> None:
    now = stands(told(moves), party)
    assert (now.fresh, now.room, now.allowed) == (0, room, room)


def test_who_may_come_back_with_it_are_those_who_came_with_it_at_first() -> None:
    came = [moved(Party(adults=2, children=1), IN, TODAY), moved(Party(children=1), OUT, TODAY + 1)]
    assert stands(came).left == Party(children=1)
    all_out = [*came, moved(Party(adults=2), OUT, TODAY + 2)]
    assert stands(all_out).left == Party(adults=2, children=1)
    # with others in it as many came again, and they are not who it was
    others = [*all_out, moved(Party(preschool=3), IN, TODAY + 3), moved(Party(preschool=3), OUT, TODAY + 4)]
    assert stands(others).left == Party(adults=2, children=1)
    more = [*all_out, moved(Party(preschool=4), IN, TODAY + 3), moved(Party(preschool=4), OUT, TODAY + 4)]
    assert stands(more).left == Party(preschool=4)


def test_a_vehicle_that_came_yesterday_is_spent_and_on_the_next_entry_number_free_again() -> None:
    assert stands(told("Y+3")).is_spent_earlier
    again = standing(UNSAID, 2, told("Y+3"), Policy(), TODAY, SEATS)
    assert (again.entry_number, again.room, again.left) == (2, SEATS, Party())


def test_a_vehicle_whose_exit_was_dated_before_its_entry_comes_back_when_it_has_left_once_more() -> None:
    assert stands(told("T-4 T+4")).allowed == 0
    assert stands(told("T-4 T+4 T-4")).allowed == SEATS
