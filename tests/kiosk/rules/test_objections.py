"""What a refusal keeps, rule by rule: the numbers that a visitor's sentence names and a ranger asks about."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.admission import decide
from kiosk.rules.entries import DecisionBody
from kiosk.rules.facts import Facts
from kiosk.rules.objections import RULES, rule_name, rules_for
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.policy import PolicySet
from kiosk.rules.special import OfficialReason, Special, SpecialKind
from kiosk.rules.spot_check import SpotCheck
from kiosk.rules.tags import TagState
from kiosk.rules.ticket import Flag
from kiosk.rules.words import Reason
from tests.kiosk.rules.test_admission import DAY, HERE, HOUR, entered, facts, left
from tests.support.park import FREE_REENTRY, HIGH_RISK, NOON, OTHER_PARK, SmallPark, permit_of

FLAGS = ["training", "critical_4"]
ON_DUTY = Special(kind=SpecialKind.OFFICIAL, by="r1", category=OfficialReason.FIRE, party=Party(adults=2))


def refused(given: Facts, rules: PolicySet | None = None) -> DecisionBody:
    body = decide(given, rules or SmallPark().set())
    assert isinstance(body, DecisionBody)
    return body


def typed(**changes: Any) -> Facts:
    """A code was typed: nothing but the permit's row is known."""
    return replace(facts(), claims=None, kid=None, permit=replace(permit_of(SmallPark().claims()), **changes))


@pytest.mark.parametrize(
    "given, reason, details",
    [
        (facts(kid="never"), Reason.UNKNOWN_KEY, {"check": "kid"}),
        (facts(claims={"park": OTHER_PARK}), Reason.WRONG_PARK, {"park": OTHER_PARK}),
        (facts(claims={"flags": int(Flag.TRAINING) | 1 << 4}), Reason.UNKNOWN_FLAG, {"flags": FLAGS}),
        (facts(claims={"product": 999}), Reason.UNKNOWN_PRODUCT, {"product": 999}),
        (facts(claims={"nbf": NOON + DAY, "exp": NOON + 2 * DAY}), Reason.NOT_YET, {"from": NOON + DAY}),
        (facts(claims={"nbf": NOON - 2 * DAY, "exp": NOON - DAY}), Reason.EXPIRED, {"until": NOON - DAY}),
        (typed(status=PermitStatus.REVOKED), Reason.REVOKED, {"at": NOON}),
        (typed(), Reason.TYPED_ONLY, {"matches": 1}),
    ],
)
def test_a_refusal_keeps_what_it_was_for(given: Facts, reason: Reason, details: dict[str, Any]) -> None:
    body = refused(given)
    assert (body.reason, dict(body.details)) == (reason, details)


def test_a_ticket_for_other_gates_names_them() -> None:
    park = SmallPark(policy={"wrong_gate": "refuse"}).set()
    assert refused(facts(claims={"gates": (2, 3)}), park).details == {"gates": [2, 3]}


def test_a_right_that_is_used_up_says_how_many_entries_it_had() -> None:
    days = {"nbf": NOON - 5 * DAY, "exp": NOON + 5 * DAY}
    gone = entered(3, NOON - DAY)
    assert refused(facts(claims=days | {"entries": 1}, uses=(gone,))).details == {"count": 1}
    both = (entered(3, NOON - 2 * DAY), entered(3, NOON - DAY, number=2))
    assert refused(facts(claims=days | {"entries": 2}, uses=both)).details == {"count": 2}


def test_of_a_risky_product_it_says_for_how_many_days_nothing_was_heard() -> None:
    risky = {"product": HIGH_RISK}
    old = refused(facts(claims=risky, signed_at=NOON - 40 * DAY))
    assert (old.reason, old.details) == (Reason.STALE_TRUST, {"days": 40})
    unheard = refused(facts(claims=risky, revocations_at=NOON - 41 * DAY))
    assert (unheard.reason, unheard.details) == (Reason.STALE_REVOCATIONS, {"days": 41})


@pytest.mark.parametrize("stale, reason", [("all", Reason.STALE_TRUST), ("high_risk", Reason.OK)])
def test_a_park_may_ask_it_of_every_product(stale: str, reason: Reason) -> None:
    park = SmallPark(policy={"stale_products": stale}).set()
    assert refused(facts(signed_at=NOON - 40 * DAY), park).reason is reason


def test_what_was_seen_at_the_gate_is_told_with_the_refusal() -> None:
    spot = SpotCheck(plate=TagState.DIFFERS)
    body = refused(facts(spot=spot))
    assert (body.reason, body.details) == (Reason.HOLDER_CHECK, dict(spot.told))


def test_where_a_gate_is_closed_at_this_hour_it_says_when_it_opens() -> None:
    hours = [{"open": ["14:00-20:00"], "gates": [1]}, {"open": ["00:00-24:00"], "gates": [2]}]
    park = SmallPark(tables={"hours": hours}).set()
    body = refused(facts(), park)
    assert (body.reason, body.details) == (Reason.OUTSIDE_HOURS, {"opens": NOON + 2 * HOUR})
    there = replace(HERE, gate=2)
    assert refused(facts(place=there), park).reason is Reason.OK
    assert (
        refused(replace(facts(), special=ON_DUTY, claims=None, kid=None, permit=None), park).reason is Reason.OFFICIAL
    )


def test_free_re_entry_is_for_who_went_in_and_after_the_minutes_of_the_policy() -> None:
    free = {"product": FREE_REENTRY}
    assert refused(facts(claims=free, uses=(entered(3, NOON - 899),))).reason is Reason.ALREADY_USED
    assert refused(facts(claims=free, uses=(entered(3, NOON - 900),))).reason is Reason.FLAGGED_REENTRY
    assert refused(facts(uses=(entered(3, NOON - 900),))).reason is Reason.ALREADY_USED
    assert refused(facts(claims=free, uses=(left(3),))).reason is Reason.OK


def test_every_rule_has_a_word_and_people_on_duty_are_asked_one() -> None:
    names_of = [rule_name(rule) for rule in RULES]
    assert names_of[:3] == ["key", "park", "flags"]
    assert all(name.isidentifier() and not name.startswith("_") for name in names_of)
    on_duty = replace(facts(), special=ON_DUTY, claims=None)
    assert [rule_name(rule) for rule in rules_for(on_duty)] == ["special"]
    resident = replace(
        on_duty, special=Special(kind=SpecialKind.EXEMPT, by="r1", category="pupils", party=Party(adults=1))
    )
    assert [rule_name(rule) for rule in rules_for(resident)] == ["special", *names_of]
    assert rules_for(facts()) == RULES
