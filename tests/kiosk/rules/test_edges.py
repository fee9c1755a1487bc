"""In doubt a verdict holds in every second that it may be, or the ranger is asked: no second is overlooked."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.admission import decide
from kiosk.rules.edges import edges
from kiosk.rules.entries import DecisionBody, Place, Use
from kiosk.rules.facts import Answers, Facts, Question, Rejection
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source
from tests.support.park import DAY_TICKET, FREE_REENTRY, HIGH_RISK, KID, NOON, PARK, SLOT, SmallPark, permit_of

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON + 12 * HOUR  # in the park, which knows no zone but its policy's offset
RULES = SmallPark(key_fields={"verify_until": NOON + 9 * DAY}).set()
HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
FAMILY = Party(adults=2, children=1)
LONG: dict[str, Any] = {"exp": NOON + 30 * DAY}


def in_doubt(first: int, last: int) -> Moment:
    return Moment(earliest=first, latest=last, trust=ClockTrust.SUSPECT)


def facts(first: int = NOON, last: int = LATEST_TIME, claims: dict[str, Any] | None = None, **changes: Any) -> Facts:
    ticket = SmallPark().claims(**({"party": FAMILY} | (claims or {})))
    fields: dict[str, Any] = {
        "moment": in_doubt(first, last), "place": HERE, "source": Source.CAMERA, "claims": ticket, "kid": KID,
        "permit": permit_of(ticket), "signed_at": NOON, "revocations_at": NOON,
    }  # fmt: skip
    return Facts(**(fields | changes))


def use(at: int, heads: int = 3, number: int = 1, way: Direction = Direction.ENTRY) -> Use:
    party = Party(adults=min(2, heads), children=max(0, heads - 2))
    return Use(entry_id=f"{at}{way}", entry_number=number, party=party, gate=1, lane=1, direction=way, at=at)


def outcome(given_facts: Facts, at: int) -> object:
    """What a visitor gets at one second, everything else being as it is."""
    verdict = decide(replace(given_facts, moment=Moment.at(at)), RULES)
    if isinstance(verdict, Question):
        return verdict
    if verdict.outcome is not Outcome.ADMITTED:
        return verdict.reason
    if given_facts.place.direction is Direction.EXIT:
        return verdict.reason, verdict.party, verdict.entry_number
    return verdict.reason, verdict.party, verdict.returning, verdict.remaining, verdict.entry_number


revoked = Revocation(seq=1, cti8=bytes(8), action=RevocationAction.REVOKE, effective=NOON + 100, expires=NOON + 200)


@pytest.mark.parametrize(
    "case, second",
    [
        (facts(NOON - 2 * DAY, claims={"nbf": NOON, "product": SLOT}), NOON - 300),
        (facts(NOON - 2 * DAY, claims={"nbf": NOON, "product": DAY_TICKET}), NOON - 300 - 900),
        (facts(claims={"exp": NOON + HOUR, "product": SLOT}), NOON + HOUR + 300),
        (facts(claims={"exp": NOON + HOUR, "product": DAY_TICKET}), NOON + HOUR + 300 + 7200),
        (facts(claims=LONG), NOON + 9 * DAY),
        (facts(claims=LONG, revocation=revoked), NOON + 100),
        (facts(claims=LONG, revocation=revoked), NOON + 200),
        (facts(claims=LONG | {"entries": 2}, uses=(use(NOON - HOUR),)), MIDNIGHT),
        (facts(NOON - DAY, claims=LONG, uses=(use(NOON), use(NOON + 1, way=Direction.EXIT))), MIDNIGHT - DAY),
        (facts(claims=LONG | {"product": FREE_REENTRY}, uses=(use(NOON - 60),)), NOON - 60 + 900),
        (facts(claims=LONG | {"entries": 2}, uses_lost_at=NOON), MIDNIGHT),
        (facts(NOON, claims=LONG | {"product": HIGH_RISK}, signed_at=NOON - 29 * DAY), NOON + DAY + 1),
        (facts(NOON, claims=LONG | {"product": HIGH_RISK}, revocations_at=NOON - 29 * DAY), NOON + DAY + 1),
    ],
)
def test_each_rule_of_time_has_its_edge_to_the_second(case: Facts, second: int) -> None:
    assert outcome(case, second - 1) != outcome(case, second)
    assert second in edges(case, RULES)


def test_the_ends_are_edges_and_nothing_outside_is() -> None:
    case = facts(NOON + 100, NOON + 200, claims=LONG, revocation=revoked, uses=(use(NOON),))
    assert edges(case, RULES) == (NOON + 100, NOON + 200)
    assert edges(replace(case, moment=Moment.at(NOON)), RULES) == (NOON,)


def test_what_is_no_ticket_or_of_no_known_key_has_no_edges_of_its_own() -> None:
    rejected = Rejection(reason=Reason.FORGED, detail="signature")
    for case in (facts(claims=None, kid="0001"), replace(facts(), claims=None, permit=None, rejection=rejected)):
        body = decide(replace(case, moment=in_doubt(NOON, NOON + 10 * DAY)), RULES)
        assert isinstance(body, DecisionBody)
        assert body.reason in (Reason.UNKNOWN_KEY, Reason.FORGED)


def test_a_revocation_that_begins_and_ends_within_the_doubt_is_not_overlooked() -> None:
    case = facts(NOON, NOON + 300, claims=LONG, revocation=revoked)
    assert outcome(case, NOON) == outcome(case, NOON + 300)
    body = decide(case, RULES)
    assert isinstance(body, DecisionBody)
    assert body.reason is Reason.CLOCK_SUSPECT


def test_two_admissions_under_different_entry_numbers_are_two_verdicts() -> None:
    # one of two went out and may come back today; tomorrow both go in anew
    uses = (use(NOON - HOUR, heads=1), use(NOON - HOUR + 60, heads=1, way=Direction.EXIT))
    claims: dict[str, Any] = LONG | {"entries": 2, "party": Party(adults=2)}
    case = facts(NOON, MIDNIGHT, claims=claims, uses=uses)
    body = decide(case, RULES)
    assert isinstance(body, DecisionBody)
    assert body.reason is Reason.CLOCK_SUSPECT


def test_nobody_is_kept_inside_by_a_clock_in_doubt() -> None:
    # all of them are out, as far as is known here: how many may come in again differs from day to day
    uses = (use(NOON - HOUR), use(NOON - HOUR + 60, way=Direction.EXIT))
    case = facts(NOON, MIDNIGHT, claims=LONG, uses=uses, place=replace(HERE, direction=Direction.EXIT))
    body = decide(case, RULES)
    assert isinstance(body, DecisionBody)
    assert body.reason is Reason.EXIT_UNKNOWN


def test_the_verdict_is_told_as_of_the_best_estimate() -> None:
    estimate = replace(in_doubt(NOON, NOON + 20 * DAY), best=NOON + 8 * DAY)
    body = decide(replace(facts(), moment=estimate, place=replace(HERE, direction=Direction.EXIT)), RULES)
    assert isinstance(body, DecisionBody)
    assert (body.reason, body.staleness) == (Reason.EXIT_UNKNOWN, "ageing")


# ---- any facts at all -----------------------------------------------------------------------------------------------

# close together, so that one thing does not hide all the others
times = st.integers(NOON - 30 * HOUR, NOON + 30 * HOUR)
seldom = st.sampled_from([False, False, False, True])
drawn_uses = st.builds(
    use,
    at=times,
    heads=st.integers(1, 3),
    number=st.sampled_from([1, 1, 2]),
    way=st.sampled_from([Direction.ENTRY, Direction.ENTRY, Direction.EXIT]),
)


@st.composite
def revocations(draw: st.DrawFn) -> Revocation:
    effective = draw(times)
    expires = effective + draw(st.integers(1, DAY)) if draw(st.booleans()) else 0
    action = RevocationAction.RESTORE if draw(seldom) else RevocationAction.REVOKE
    return Revocation(seq=1, cti8=bytes(8), action=action, effective=effective, expires=expires)


@st.composite
def drawn(draw: st.DrawFn) -> Facts:
    first = draw(times)
    claims = {
        "product": draw(st.sampled_from([DAY_TICKET, SLOT, FREE_REENTRY, HIGH_RISK])),
        "entries": draw(st.integers(0, 2)),
        "nbf": draw(times) if draw(seldom) else NOON - 5 * DAY,
        "exp": draw(times) + 12 * HOUR if draw(seldom) else NOON + 5 * DAY,
        "iat": NOON - 6 * DAY,
        "gates": draw(st.sampled_from([None, None, (2,)])),
    }
    old = times.map(lambda at: at - 30 * DAY)
    return facts(
        first,
        first + draw(st.integers(1, 3 * DAY)),
        claims=claims,
        place=replace(HERE, direction=Direction.EXIT if draw(seldom) else Direction.ENTRY),
        answers=Answers(heads=draw(st.integers(0, 4)) if draw(seldom) else None),
        uses=tuple(sorted(draw(st.lists(drawn_uses, max_size=3)), key=lambda each: each.at)),
        revocation=draw(revocations()) if draw(seldom) else None,
        signed_at=draw(st.none() | old) if draw(seldom) else NOON,
        revocations_at=draw(st.none() | old) if draw(seldom) else NOON,
        uses_lost_at=draw(times) if draw(seldom) else None,
    )


@settings(max_examples=400)
@given(case=drawn(), data=st.data())
def test_between_two_edges_no_verdict_changes(case: Facts, data: st.DataObject) -> None:
    known = edges(case, RULES)
    assert known == tuple(sorted(set(known)))
    for first, following in pairwise(known):
        same = outcome(case, first)
        assert outcome(case, following - 1) == same
        assert outcome(case, data.draw(st.integers(first, following - 1))) == same


@settings(max_examples=400)
@given(case=drawn(), data=st.data())
def test_a_verdict_given_in_doubt_is_the_verdict_of_every_second(case: Facts, data: st.DataObject) -> None:
    verdict = decide(case, RULES)
    seconds = {case.moment.earliest, case.moment.latest}
    seconds |= {data.draw(st.integers(case.moment.earliest, case.moment.latest)) for _ in range(5)}
    seconds |= {at - 1 for at in edges(case, RULES) if at > case.moment.earliest} | set(edges(case, RULES))
    every = {str(outcome(case, at)) for at in seconds}
    if isinstance(verdict, DecisionBody) and verdict.reason is Reason.CLOCK_SUSPECT:
        assert len(every) > 1
    else:
        assert every == {str(outcome(case, case.moment.now))}
