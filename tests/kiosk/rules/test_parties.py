"""A vehicle's ticket and whoever sits in it; a guide and how many one may lead."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.admission import decide
from kiosk.rules.entries import DecisionBody, Place, Use
from kiosk.rules.facts import Answers, Facts, Question
from kiosk.rules.moment import Moment
from kiosk.rules.parties import LARGEST_VEHICLE, Guided, class_of_seats, guides_needed, is_larger, most_heads
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicyError, read_policy_set
from kiosk.rules.standing import UNSAID, standing
from kiosk.rules.ticket import Flag
from kiosk.rules.words import Direction, Outcome, Reason, Source, Topic, VehicleClass
from tests.support.park import DAY_TICKET, FREE_VEHICLE, KID, NOON, PARK, VEHICLE, SmallPark, permit_of

HOUR, DAY = 3600, 86_400
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
TWO = Party(adults=2)
GUIDED = SmallPark(tables={"guided": [{"product": DAY_TICKET, "group_limit": 20}]})


def decided(
    answers: Answers | None = None, uses: tuple[Use, ...] = (), park: SmallPark | None = None, **claims: Any
) -> DecisionBody | Question:
    fields: dict[str, Any] = {"product": VEHICLE, "party": TWO}
    ticket = SmallPark().claims(**(fields | claims))
    facts = Facts(
        moment=Moment.at(NOON), place=HERE, source=Source.CAMERA, claims=ticket, kid=KID, permit=permit_of(ticket),
        signed_at=NOON, revocations_at=NOON, uses=uses, answers=answers or Answers(),
    )  # fmt: skip
    return decide(facts, (park or SmallPark()).set())


def verdict(*given_: Any, **claims: Any) -> DecisionBody:
    body = decided(*given_, **claims)
    assert isinstance(body, DecisionBody), body
    return body


def asked(*given_: Any, **claims: Any) -> Question:
    body = decided(*given_, **claims)
    assert isinstance(body, Question), body
    return body


def used(heads: int, at: int = NOON - HOUR, way: Direction = Direction.ENTRY, number: int = 1) -> Use:
    party = Party(adults=heads)
    return Use(entry_id=f"{at}{way}", entry_number=number, party=party, gate=1, lane=1, direction=way, at=at)


def out(heads: int, at: int = NOON - HOUR // 2) -> Use:
    return used(heads, at, Direction.EXIT)


# ---- classes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seats, vehicle",
    [
        (0, "pedestrian"), (1, "motorcycle"), (2, "motorcycle"), (3, "car"), (9, "car"), (10, "minibus"),
        (16, "minibus"), (17, "bus"), (32, "bus"), (33, "bus_large"), (60, "bus_large"),
    ],
)  # fmt: skip
def test_a_vehicle_s_class_goes_by_its_seats(seats: int, vehicle: str) -> None:
    assert class_of_seats(seats) == vehicle


def test_only_a_vehicle_s_heads_are_said_at_the_gate() -> None:
    assert most_heads(None) is None
    assert most_heads("pedestrian") is None
    figures = {word: most_heads(word) for word in VehicleClass if word != "pedestrian"}
    assert figures == {"motorcycle": 3, "car": 9, "minibus": 20, "truck": 9, "bus": 40, "bus_large": LARGEST_VEHICLE}
    assert most_heads("hovercraft") == LARGEST_VEHICLE == 120


def test_only_a_dearer_class_than_was_paid_for_is_larger() -> None:
    order = ["pedestrian", "motorcycle", "car", "minibus", "bus", "bus_large"]
    for place, seen in enumerate(order):
        for other, paid in enumerate(order):
            assert is_larger(VehicleClass(seen), paid) is (place > other)
    assert not is_larger(VehicleClass.TRUCK, "minibus")
    assert not is_larger(VehicleClass.MINIBUS, "truck")
    assert is_larger(VehicleClass.TRUCK, "car")
    assert not is_larger(None, "car")
    assert not is_larger(VehicleClass.BUS_LARGE, None)
    assert not is_larger(VehicleClass.BUS_LARGE, "hovercraft")


# ---- a vehicle's ticket ---------------------------------------------------------------------------------------------


def test_a_car_goes_in_with_those_on_its_ticket_unless_others_are_counted() -> None:
    body = verdict()
    assert (body.reason, body.party, body.remaining, body.vehicle_class) == (Reason.OK, TWO, 0, None)
    more = verdict(Answers(heads=4, vehicle_class=VehicleClass.CAR))
    assert (more.reason, more.party) == (Reason.OK, Party(adults=2, other=2))
    assert (more.remaining, more.vehicle_class) == (0, "car")
    named = Party(adults=1, children=4)
    assert verdict(Answers(party=named)).party == named
    assert verdict(Answers(heads=1)).reason is Reason.OK  # fewer than were said: nobody comes later on its ticket


def test_a_car_whose_ticket_names_nobody_is_asked_for_its_heads() -> None:
    question = asked(party=UNSAID)
    assert (question.topic, question.left, question.most, question.problem) == (Topic.HEADS, Party(), 9, None)
    assert verdict(Answers(heads=3), party=UNSAID).party == Party(other=3)
    assert asked(Answers(heads=10), party=UNSAID).problem == "heads"
    assert asked(Answers(heads=0), party=UNSAID).problem == "heads"
    assert verdict(Answers(heads=9), party=UNSAID).party.heads == 9
    assert verdict(party=Party(adults=1)).party == Party(adults=1)  # who says that it is one is believed
    assert verdict(product=DAY_TICKET, party=UNSAID).party == UNSAID


def test_a_full_bus_is_asked_and_its_list_is_counted_by_category() -> None:
    question = asked(product=FREE_VEHICLE, party=Party(adults=43, preferential=7))
    assert (question.left.heads, question.most) == (50, 120)
    listed = Party(adults=40, children=3, preferential=7)
    body = verdict(Answers(party=listed), product=FREE_VEHICLE, party=Party(adults=43, preferential=7))
    assert (body.party, body.remaining, body.reason) == (listed, 0, Reason.OK)


def test_a_vehicle_that_is_inside_is_not_let_in_again_with_anybody_else() -> None:
    body = verdict(None, (used(1),))
    assert (body.reason, body.remaining) == (Reason.ALREADY_USED, 0)
    assert verdict(Answers(heads=1), (used(4),)).reason is Reason.ALREADY_USED


def test_a_vehicle_that_left_comes_back_with_whoever_sits_in_it() -> None:
    body = verdict(None, (used(4), out(4)))
    assert (body.reason, body.party.heads, body.returning) == (Reason.WELCOME_BACK, 4, 4)
    more = verdict(Answers(heads=6), (used(4), out(4)))
    assert (more.reason, more.party.heads, more.returning) == (Reason.OK, 6, 4)
    assert asked(Answers(heads=10), (used(4), out(4))).most == 9


def test_who_went_out_on_foot_comes_back_and_no_more_than_those() -> None:
    body = verdict(None, (used(4), out(2)))
    assert (body.reason, body.party.heads, body.remaining) == (Reason.WELCOME_BACK, 2, 0)
    assert asked(Answers(heads=3), (used(4), out(2))).problem == "heads"
    again = (used(4), out(2), used(2, NOON - 60))
    assert verdict(None, again).reason is Reason.ALREADY_USED


def test_with_free_re_entry_the_bus_comes_again_without_having_been_seen_to_leave() -> None:
    bus: dict[str, Any] = {"product": FREE_VEHICLE, "party": Party(adults=5)}
    again = verdict(None, (used(5),), **bus)
    assert (again.reason, again.party.heads, again.returning) == (Reason.FLAGGED_REENTRY, 5, 5)
    assert verdict(Answers(heads=120), (used(5),), **bus).party.heads == 120
    assert asked(Answers(heads=121), (used(5),), **bus).most == 120
    unsaid: dict[str, Any] = {"product": FREE_VEHICLE, "party": UNSAID}
    assert (asked(None, (used(5),), **unsaid).left, asked(None, (used(5),), **unsaid).most) == (Party(), 120)
    crowd = {"product": FREE_VEHICLE, "party": Party(adults=130)}
    assert verdict(Answers(heads=130), (used(130),), **crowd).party.heads == 130


def test_on_the_next_day_of_its_ticket_a_car_goes_in_anew_and_an_old_one_is_spent() -> None:
    yesterday = (used(4, NOON - DAY), out(4, NOON - DAY + HOUR))
    body = verdict(None, yesterday, entries=2, nbf=NOON - 2 * DAY, exp=NOON + DAY)
    assert (body.reason, body.entry_number, body.party) == (Reason.OK, 2, TWO)
    assert verdict(None, yesterday, nbf=NOON - 2 * DAY, exp=NOON + DAY).reason is Reason.USED_UP


def test_a_larger_vehicle_than_was_paid_for_is_the_ranger_s() -> None:
    body = verdict(Answers(vehicle_class=VehicleClass.MINIBUS))
    assert (body.outcome, body.reason) == (Outcome.REFERRED, Reason.HOLDER_CHECK)
    assert (body.details["vehicle"], body.details["paid"], body.vehicle_class) == ("differs", "car", "minibus")
    assert verdict(Answers(vehicle_class=VehicleClass.MOTORCYCLE)).reason is Reason.OK
    assert verdict(Answers(vehicle_class=VehicleClass.BUS), product=DAY_TICKET).reason is Reason.OK
    assert verdict(Answers(vehicle_class=VehicleClass.BUS), product=99).reason is Reason.UNKNOWN_PRODUCT


heads = st.integers(1, 6)


@given(st.lists(st.tuples(st.booleans(), heads), max_size=8), heads)
def test_no_vehicle_goes_in_twice_without_having_left(moves: list[tuple[bool, int]], declared: int) -> None:
    there = 0
    uses: list[Use] = []
    for place, (goes_in, wanted) in enumerate(moves):
        now = standing(Party(adults=declared), 1, uses, SmallPark().set().policy, NOON, 9)
        many = min(wanted, now.allowed) if goes_in else min(wanted, there)
        entered = sum(use.party.heads for use in uses if use.direction is Direction.ENTRY)
        if goes_in and there and not any(use.direction is Direction.EXIT for use in uses):
            assert now.allowed == 0
        assert 0 <= now.returning <= entered
        assert now.left.heads == now.fresh + now.returning
        there += many if goes_in else -many
        way = Direction.ENTRY if goes_in else Direction.EXIT
        uses += [used(many, NOON - 1000 + place, way)] if many else []
        assert 0 <= there <= 9


# ---- guides ---------------------------------------------------------------------------------------------------------


def test_so_many_heads_need_so_many_guides() -> None:
    assert [guides_needed(n, None, is_led=False) for n in (0, 50)] == [0, 0]
    assert [guides_needed(n, None, is_led=True) for n in (1, 50)] == [1, 1]
    assert [guides_needed(n, 20, is_led=False) for n in (0, 1, 20, 21, 40, 41)] == [1, 1, 1, 2, 2, 3]


def test_a_guide_booked_for_twenty_leads_twenty_and_for_twenty_three_another_is_named() -> None:
    group: dict[str, Any] = {"product": DAY_TICKET, "party": Party(adults=23)}
    assert asked(park=GUIDED, **group).topic is Topic.GUIDE
    one = Answers(guide_named=True, heads=23)
    question = asked(one, park=GUIDED, **group)
    assert (question.topic, question.problem) == (Topic.GUIDE, "group")
    assert verdict(replace(one, heads=20), park=GUIDED, **group).party.heads == 20
    assert verdict(replace(one, guides=2), park=GUIDED, **group).party.heads == 23
    assert asked(replace(one, guides=1), park=GUIDED, **group).problem == "group"
    booked = asked(one, park=GUIDED, product=DAY_TICKET, party=Party(adults=20))
    assert (booked.topic, booked.problem) == (Topic.HEADS, "heads")


def test_a_ticket_that_demands_a_guide_is_content_with_one_where_no_group_is_set() -> None:
    led: dict[str, Any] = {"product": DAY_TICKET, "party": Party(adults=23), "flags": int(Flag.GUIDE_REQUIRED)}
    assert asked(**led).topic is Topic.GUIDE
    assert verdict(Answers(guide_named=True, heads=23), **led).party.heads == 23
    assert verdict(Answers(heads=23), product=DAY_TICKET, party=Party(adults=23)).party.heads == 23
    other = SmallPark(tables={"guided": [{"product": VEHICLE, "group_limit": 1}]})
    assert verdict(Answers(heads=23), park=other, product=DAY_TICKET, party=Party(adults=23)).party.heads == 23


def test_a_group_of_nobody_is_no_rule() -> None:
    with pytest.raises(PolicyError, match="group of one head"):
        read_policy_set(SmallPark(tables={"guided": [{"product": 1, "group_limit": 0}]}).set_bytes())
    assert Guided(product=1, group_limit=1).group_limit == 1
