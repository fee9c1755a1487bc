"""A party that gates look for: told with every decision, in or out, for seven days, and never a reason of its own."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.admission import decide, unanswered
from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.edges import edges
from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.facts import Facts, Rejection
from kiosk.rules.moment import Moment
from kiosk.rules.policy import PolicySet
from kiosk.rules.sought import SOUGHT_SECONDS, Sought, sought_at, told_of
from kiosk.rules.words import Direction, Outcome, Reason, Source, Whereabouts
from tests.support.park import KID, NOON, PARK, SmallPark, permit_of

HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
OUT = replace(HERE, direction=Direction.EXIT)
TICKET = SmallPark().claims(1)
PERMIT = permit_of(TICKET)
ROW: dict[str, Any] = {"permit": PERMIT.id.hex(), "gate": 2, "since": NOON - 60, "what": "missing"}
TOLD = {"what": "missing", "since": NOON - 60, "gate": 2}


def rules(*rows: dict[str, Any]) -> PolicySet:
    return SmallPark(tables={"sought": list(rows)}).set()


def facts(at: int = NOON, **changes: Any) -> Facts:
    fields: dict[str, Any] = {
        "moment": Moment.at(at), "place": HERE, "source": Source.CAMERA, "claims": TICKET, "kid": KID,
        "permit": PERMIT, "signed_at": at, "revocations_at": at,
    }  # fmt: skip
    return Facts(**fields | changes)


def decided(facts: Facts, policy: PolicySet) -> DecisionBody:
    verdict = decide(facts, policy)
    assert isinstance(verdict, DecisionBody)
    return verdict


@pytest.mark.parametrize("case", [
    facts(), facts(place=OUT), facts(claims=None), facts(kid="strange"), facts(NOON - 3 * 86_400),
])  # fmt: skip
def test_whoever_is_looked_for_is_told_of_whatever_the_verdict_and_the_verdict_is_the_same(case: Facts) -> None:
    told, plain = decided(case, rules(ROW)), decided(case, rules())
    assert told.details == plain.details | {"sought": TOLD}
    assert replace(told, details=plain.details) == plain


def test_a_question_that_lapsed_tells_it_too() -> None:
    assert unanswered(facts(), rules(ROW)).details["sought"] == TOLD


def test_nobody_else_is_told_of() -> None:
    other = ROW | {"permit": permit_of(SmallPark().claims(2)).id.hex()}
    assert "sought" not in decided(facts(), rules(other)).details
    forged = facts(claims=None, permit=None, rejection=Rejection(reason=Reason.FORGED, detail="signature"))
    assert "sought" not in decided(forged, rules(ROW)).details
    assert decided(facts(), rules(other, ROW)).details["sought"] == TOLD


def test_it_is_told_for_seven_days_and_by_a_clock_that_is_behind() -> None:
    row = rebuild(Sought, ROW)
    last = row.since + SOUGHT_SECONDS - 1
    assert (row.is_sought(row.since - 999), row.is_sought(last), row.is_sought(last + 1)) == (True, True, False)
    assert (sought_at((row,), last), sought_at((row,), last + 1)) == ((row,), ())
    assert (told_of((row,), PERMIT.id, last), told_of((row,), PERMIT.id, last + 1)) == (TOLD, None)
    assert told_of((row,), None, last) is None
    over = decided(facts(), rules(ROW | {"since": NOON - SOUGHT_SECONDS}))
    assert (over.reason, "sought" in over.details) == (Reason.OK, False)


def test_a_row_is_of_a_permit_and_may_say_a_word_of_a_newer_registry() -> None:
    with pytest.raises(CanonError, match="'zz' is no permit's id"):
        rebuild(Sought, ROW | {"permit": "zz"})
    assert rebuild(Sought, {name: ROW[name] for name in ("permit", "gate", "since")}).what is Whereabouts.MISSING
    assert decided(facts(), rules(ROW | {"what": "injured"})).details["sought"]["what"] == "injured"


@given(since=st.integers(NOON - 2 * SOUGHT_SECONDS, NOON + 60), ahead=st.integers(0, 9 * 86_400), is_out=st.booleans())
def test_with_a_clock_in_doubt_it_makes_no_verdict_another_one(since: int, ahead: int, is_out: bool) -> None:
    moment = replace(Moment.at(NOON), latest=NOON + ahead)
    case = facts(moment=moment, place=OUT if is_out else HERE)
    told, plain = decided(case, rules(ROW | {"since": since})), decided(case, rules())
    assert (told.outcome, told.reason, told.party) == (plain.outcome, plain.reason, plain.party)
    assert edges(case, rules(ROW)) == edges(case, rules())
    assert ("sought" in told.details) == (since + SOUGHT_SECONDS > NOON)


def test_an_exit_of_a_party_that_is_looked_for_is_let_out_all_the_same() -> None:
    gone = decided(facts(place=OUT), rules(ROW))
    assert (gone.outcome, gone.details["sought"]) == (Outcome.ADMITTED, TOLD)
