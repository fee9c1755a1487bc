"""Spot checks: who is asked, what is compared, and that nothing of it is a value or a tag."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.admission import decide
from kiosk.rules.canon import plain
from kiosk.rules.entries import DecisionBody, Place, Use
from kiosk.rules.facts import Answers, Facts, Question
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.spot_check import SpotCheck, is_picked, spot_check
from kiosk.rules.tags import Tag, TagState
from kiosk.rules.words import Direction, Outcome, Reason, Source, Topic
from tests.support.park import CHECKED, DAY_TICKET, DOCUMENT, KID, NOON, PARK, PLATE, SmallPark, permit_of
from tests.support.tickets import CLAIMS

HOUR = 3600
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
PICKED = SpotCheck(plate=TagState.OPEN, draw=0)


def answer(spot: SpotCheck | None, product: int = CHECKED, **changes: Any) -> DecisionBody | Question:
    claims = SmallPark().claims(product=product)
    fields: dict[str, Any] = {
        "moment": Moment.at(NOON), "place": HERE, "source": Source.CAMERA, "claims": claims, "kid": KID,
        "permit": permit_of(claims), "signed_at": NOON, "revocations_at": NOON, "spot": spot,
    }  # fmt: skip
    return decide(Facts(**(fields | changes)), SmallPark().set())


def use(hours: float, direction: Direction = Direction.ENTRY) -> Use:
    at = NOON - int(hours * HOUR)
    return Use(
        entry_id=str(at), entry_number=1, party=Party(adults=2, children=1), gate=1, lane=1, direction=direction, at=at
    )


def test_a_picked_visit_asks_for_what_the_ticket_bears_a_tag_of() -> None:
    both = SpotCheck(plate=TagState.OPEN, holder=TagState.OPEN, draw=9)
    asked = answer(both)
    assert isinstance(asked, Question)
    assert (asked.topic, asked.tags) == (Topic.HOLDER, (Tag.PLATE, Tag.HOLDER))
    asked = answer(replace(both, plate=TagState.NOT_COMPARABLE))
    assert isinstance(asked, Question)
    assert asked.tags == (Tag.HOLDER,)


@pytest.mark.parametrize(
    "spot, product",
    [
        pytest.param(replace(PICKED, draw=10), CHECKED, id="not drawn"),
        pytest.param(PICKED, DAY_TICKET, id="not checked"),
        pytest.param(None, CHECKED, id="nothing to compare"),
        pytest.param(SpotCheck(plate=TagState.NOT_COMPARABLE, draw=None), CHECKED, id="no key"),
        pytest.param(replace(PICKED, plate=TagState.MATCHES), CHECKED, id="right"),
        pytest.param(replace(PICKED, holder=TagState.MATCHES), CHECKED, id="one of two is enough"),
    ],
)
def test_who_is_not_picked_or_was_found_right_goes_in_without_a_question(spot: SpotCheck | None, product: int) -> None:
    body = answer(spot, product)
    assert isinstance(body, DecisionBody)
    assert body.outcome is Outcome.ADMITTED


def test_a_ranger_who_looked_answers_without_a_value_and_the_entry_says_so() -> None:
    body = answer(PICKED, answers=Answers(holder_seen=True))
    assert isinstance(body, DecisionBody)
    assert (body.reason, body.details["holder_seen"]) == (Reason.OK, 1)


@pytest.mark.parametrize("product", [CHECKED, DAY_TICKET])
def test_what_differs_is_referred_whether_it_was_asked_for_or_not(product: int) -> None:
    body = answer(SpotCheck(plate=TagState.DIFFERS, holder=TagState.MATCHES, draw=50), product)
    assert isinstance(body, DecisionBody)
    assert (body.outcome, body.reason) == (Outcome.REFERRED, Reason.HOLDER_CHECK)
    assert {"plate": "differs", "holder": "matches"}.items() <= body.details.items()


def test_what_cannot_be_compared_is_told_and_keeps_nobody_out() -> None:
    body = answer(SpotCheck(plate=TagState.NOT_COMPARABLE, holder=TagState.OPEN))
    assert isinstance(body, DecisionBody)
    assert (body.outcome, body.details["plate"]) == (Outcome.ADMITTED, "not_comparable")
    assert "holder" not in body.details


def test_an_exit_asks_and_objects_to_nothing() -> None:
    out = replace(HERE, direction=Direction.EXIT)
    for spot in (PICKED, SpotCheck(plate=TagState.DIFFERS, draw=0)):
        body = answer(spot, place=out, uses=(use(2),))
        assert isinstance(body, DecisionBody)
        assert body.reason is Reason.EXIT


def test_the_third_use_of_a_day_is_always_looked_at() -> None:
    policy, seldom = Policy(), replace(PICKED, draw=99)
    today = (use(5), use(4, Direction.EXIT), use(3))
    assert is_picked(seldom, today, policy, NOON)
    assert is_picked(replace(seldom, draw=None), today, policy, NOON)
    assert not is_picked(seldom, today[:2], policy, NOON)
    assert not is_picked(seldom, (use(20), use(19), use(3)), policy, NOON)


@pytest.mark.parametrize("percent, draws", [(0, []), (10, [0, 9]), (100, [0, 9, 10, 99])])
def test_the_policy_says_how_many_are_looked_at(percent: int, draws: list[int]) -> None:
    policy = Policy(holder_check_percent=percent)
    assert [draw for draw in (0, 9, 10, 99) if is_picked(SpotCheck(draw=draw), (), policy, NOON)] == draws
    assert not is_picked(SpotCheck(), (), policy, NOON)


def test_a_spot_check_says_words_only() -> None:
    key = SmallPark().season_key
    check = spot_check(CLAIMS, plate=PLATE, document=DOCUMENT, season_key=key, local_day=20638)
    assert check is not None
    assert plain(check) == {"plate": "differs", "holder": "differs", "draw": check.draw}
    assert check.told == {"plate": "differs", "holder": "differs"}


def test_there_is_nothing_to_say_without_a_tag_or_without_a_key() -> None:
    bare = replace(CLAIMS, plate_tag=None, holder_tag=None)
    assert spot_check(bare, plate=None, document=None, season_key=bytes(32), local_day=1) is None
    assert spot_check(CLAIMS, plate=None, document=None, season_key=None, local_day=1) is None
    assert spot_check(bare, plate=PLATE, document=None, season_key=bytes(32), local_day=1) == SpotCheck(
        plate=TagState.NOT_COMPARABLE
    )
    for claims in (replace(CLAIMS, plate_tag=None), replace(CLAIMS, holder_tag=None)):
        check = spot_check(claims, plate=None, document=None, season_key=bytes(32), local_day=1)
        assert check is not None
        assert check.draw is not None


@pytest.mark.parametrize("plate, foreign", [("01 KG 777 AAA", True), (PLATE, None), (None, None), ("-", None)])
def test_of_a_plate_that_was_seen_only_this_is_kept_that_it_is_of_another_country(
    plate: str | None, foreign: bool | None
) -> None:
    check = spot_check(SmallPark().claims(), plate=plate, document=None, season_key=None, local_day=1)
    assert (check.foreign if check is not None else None) is foreign
