"""The verdict. Nothing here reads a clock, a file or a database; what a rule needs is a field of Facts.

`decide` is pure, so every verdict can be decided again from the journal. The rules of `objections` are asked in their
order, and the first objection wins; then come questions, heads and quotas, and the one word an admission goes under.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kiosk.rules import limits
from kiosk.rules.canon import plain
from kiosk.rules.case import Case, Objection
from kiosk.rules.edges import edges
from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.facts import Facts, Question, Right
from kiosk.rules.moment import Moment
from kiosk.rules.objections import TICKET_RULES, full, rule_name, rules_for
from kiosk.rules.parties import guides_needed
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, ProductKind, WrongGate
from kiosk.rules.sought import told_of
from kiosk.rules.special import (
    SpecialKind,
    needs_second_look,
    special_details,
    special_reason,
)
from kiosk.rules.spot_check import is_picked
from kiosk.rules.standing import UNSAID, inside, take
from kiosk.rules.tags import Tag, TagState
from kiosk.rules.ticket import Claims, Flag
from kiosk.rules.words import Direction, Reason, Source, Topic

Hear = Callable[[str, Objection | None], None]
"""Told what each rule said, in the order in which they were asked."""


def decide(facts: Facts, policy: PolicySet) -> DecisionBody | Question:
    """The verdict on one scan; while the clock is suspect, one that holds in every second that it may be."""
    now = facts.moment.now
    if facts.moment.latest > facts.moment.earliest and differing(facts, policy) is not None:
        return _decision(facts, policy, now, _case(facts, policy, now), Reason.CLOCK_SUSPECT)
    return verdict_at(facts, policy, now)


def verdict_at(facts: Facts, policy: PolicySet, at: int, hear: Hear | None = None) -> DecisionBody | Question:
    """The verdict if the clock stood at this second; whoever wants to know why hears each rule."""
    case = _case(facts, policy, at)
    if facts.place.direction is Direction.EXIT:
        return _exit(facts, policy, at, case)
    found = _found(facts, case, hear)
    match found:
        case Question():
            return found
        case Objection():
            return _decision(facts, policy, at, case, found.reason, found.told)
        case _:
            return _admitted(found)


def differing(facts: Facts, policy: PolicySet) -> int | None:
    """The first second that the clock may stand at with another verdict than the one of `now`; None where none has."""
    # whoever wants out goes out at any time: of that, nothing hangs on the clock but what is told beside it
    if facts.place.direction is Direction.EXIT:
        return None
    gist = gist_at(facts, policy, facts.moment.now)
    return next((at for at in edges(facts, policy) if gist_at(facts, policy, at) != gist), None)


def gist_at(facts: Facts, policy: PolicySet, at: int) -> object:
    """What a visitor who wants in gets at this second: two of one gist differ in nothing that counts.

    In doubt it is asked for thousands of seconds: nothing is worked out that is only told or written.
    """
    found = _found(facts, _case(facts, policy, at))
    match found:
        case Question():
            return found
        case Objection(reason=reason):
            return (reason,)
        case _:
            return found.reason, found.party, found.returning, found.remaining, found.entry_number


def ticket_objection(claims: Claims, kid: str, policy: PolicySet, place: Place, at: int) -> Objection | None:
    """What the ticket alone objects to, without uses, products or revocations: the rules up to the gate."""
    facts = Facts(moment=Moment.at(at), place=place, source=Source.TEXT, claims=claims, kid=kid)
    case = Case.of(facts, policy, at, Right.of_claims(claims))
    return next((objection for rule in TICKET_RULES if (objection := rule(case))), None)


def unanswered(facts: Facts, policy: PolicySet) -> DecisionBody:
    """The verdict when a question lapsed: nobody went in, and the ranger is called."""
    now = facts.moment.now
    return _decision(facts, policy, now, _case(facts, policy, now), Reason.UNANSWERED)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Admission:
    """Who goes in and under which word, before anything is written of it."""

    case: Case
    reason: Reason
    party: Party
    returning: int
    remaining: int
    entry_number: int | None


def _case(facts: Facts, policy: PolicySet, at: int) -> Case | None:
    """What the rules weigh at this second; None where nothing was presented that a right could be read from."""
    right = facts.right
    return None if right is None else Case.of(facts, policy, at, right)


def _found(facts: Facts, case: Case | None, hear: Hear | None = None) -> Objection | Question | _Admission:
    """What comes of an entry, before anything is written of it."""
    if facts.rejection is not None or case is None:
        return _unread(facts)
    for rule in rules_for(facts):
        objection = rule(case)
        if hear is not None:
            hear(rule_name(rule), objection)
        if objection:
            return objection
    return _admit(case)


def _unread(facts: Facts) -> Objection:
    if facts.rejection is not None:
        return Objection(reason=facts.rejection.reason, details={"check": facts.rejection.detail})
    reason = Reason.SEVERAL_MATCHES if facts.matches > 1 else Reason.TYPED_ONLY
    if facts.special is not None and facts.special.kind is SpecialKind.RESIDENT:
        reason = Reason.NOT_LISTED
    return Objection(reason=reason, details={"matches": facts.matches})


# ---- admission ------------------------------------------------------------------------------------------------------


def _admit(case: Case) -> Objection | Question | _Admission:
    now, answers = case.standing, case.facts.answers
    if question := _question(case):
        return question
    is_free = not now.allowed
    allowed, left = _allowed(case)
    heads = _heads(case, allowed, left)
    if isinstance(heads, Question):
        return heads
    if objection := full(case, heads):
        return objection
    party = answers.party or take(left, heads)
    returning = heads if is_free else now.returning_of(heads)
    remaining = allowed - heads if case.seats is None else 0
    reason = _admitted_as(case, is_free=is_free, returning=returning, heads=heads, remaining=remaining)
    number = None if case.right.permit is None else now.entry_number
    return _Admission(
        case=case, reason=reason, party=party, returning=returning, remaining=remaining, entry_number=number
    )


def _admitted(found: _Admission) -> DecisionBody:
    case = found.case
    return replace(
        _decision(case.facts, case.rules, case.at, case, found.reason, _admission_details(case)),
        party=found.party,
        returning=found.returning,
        remaining=found.remaining,
        entry_number=found.entry_number,
    )


def _wants_second_look(case: Case, heads: int) -> bool:
    """Whether another of the staff looks too: by an exemption's share, or for a foreign car on a resident's pass."""
    if case.facts.answers.second_look:
        return False
    special, spot, product = case.facts.special, case.facts.spot, case.product
    if special is not None and needs_second_look(special, case.rules, case.day, case.facts.place.gate, heads):
        return True
    is_pass = product is not None and product.kind is ProductKind.PASS
    return is_pass and spot is not None and spot.foreign is True


def _heads(case: Case, allowed: int, left: Party) -> int | Question:
    """How many go in, or what must be said of it first; while the barrier is open it is as many as are known of."""
    most, answers = (None if case.seats is None else allowed), case.facts.answers
    if answers.wanted is None and not case.is_hurried and not 1 <= left.heads <= case.policy.ask_above_heads:
        return Question(topic=Topic.HEADS, right=case.right, left=left, most=most)
    heads = max(1, left.heads) if answers.wanted is None else answers.wanted
    if not 1 <= heads <= allowed:
        return Question(topic=Topic.HEADS, right=case.right, left=left, most=most, problem="heads")
    if not case.facts.kept_open and answers.guides_named < _guides_needed(case, heads):
        return Question(topic=Topic.GUIDE, right=case.right, left=left, problem="group")
    return heads


def _allowed(case: Case) -> tuple[int, Party]:
    """How many may go in now, and who these are as far as anybody knows."""
    now = case.standing
    if now.allowed:
        return now.allowed, now.left
    party = case.right.party  # free re-entry: the same once more
    if case.seats is not None and party == UNSAID:
        return case.seats, Party()
    return (party.heads if case.seats is None else max(case.seats, party.heads)), party


def _guides_needed(case: Case, heads: int) -> int:
    claims = case.facts.claims
    is_led = claims is not None and claims.has(Flag.GUIDE_REQUIRED)
    return guides_needed(heads, case.group_limit, is_led=is_led)


def _question(case: Case) -> Question | None:
    """What only a person can settle before anybody goes in, one thing at a time; nothing while the barrier is open."""
    answers, right, now = case.facts.answers, case.right, case.standing
    if case.facts.kept_open:
        return None
    if not answers.guides_named and _guides_needed(case, 1):
        return Question(topic=Topic.GUIDE, right=right, left=now.left)
    if tags := _unseen(case):
        return Question(topic=Topic.HOLDER, right=right, left=now.left, tags=tags)
    if _wants_second_look(case, now.left.heads):
        return Question(topic=Topic.SECOND_LOOK, right=right, left=now.left)
    if not answers.acknowledged and not case.is_hurried and (warnings := case.warnings):
        return Question(topic=Topic.ACKNOWLEDGE, right=right, left=now.left, warnings=warnings)
    return None


def _is_checked(case: Case) -> bool:
    spot, product = case.facts.spot, case.product
    if spot is None or product is None or not product.checks_holder:
        return False
    return is_picked(spot, case.facts.uses, case.policy, case.at)


def _unseen(case: Case) -> tuple[Tag, ...]:
    """What a ranger is asked to look at before this party goes in."""
    spot, special = case.facts.spot, case.facts.special
    if special is not None and special.kind is SpecialKind.FOUND and not case.facts.answers.holder_seen:
        return (Tag.HOLDER,)
    if spot is None or case.facts.answers.holder_seen or not spot.is_open or not _is_checked(case):
        return ()
    return spot.which(TagState.OPEN)


def _admitted_as(case: Case, *, is_free: bool, returning: int, heads: int, remaining: int) -> Reason:
    """The one word an admission goes under, the one the visitor most needs first."""
    claims, special = case.facts.claims, case.facts.special
    named = special_reason(special) if special is not None else None
    if named is not None:
        return named
    reasons = (
        (claims is not None and claims.has(Flag.TRAINING), Reason.TRAINING),
        (case.is_other_gate and case.policy.wrong_gate is WrongGate.FLAG, Reason.FLAGGED_GATE),
        (_is_of(case, ProductKind.STAFF), Reason.STAFF),
        (_is_of(case, ProductKind.PASS), Reason.PASS),
        (is_free, Reason.FLAGGED_REENTRY),
        (returning == heads, Reason.WELCOME_BACK),
        (remaining > 0, Reason.PARTIAL),
        (case.facts.permit is None, Reason.UNLISTED),
    )
    return next((reason for holds, reason in reasons if holds), Reason.OK)


def _is_of(case: Case, kind: ProductKind) -> bool:
    return case.product is not None and case.product.kind is kind


def _admission_details(case: Case) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if case.right.permit is not None:
        details |= {"until": case.right.exp, "listed": int(case.facts.permit is not None)}
    if (special := case.facts.special) is not None:
        details |= special_details(special, case.rules, case.day, case.facts.place.gate)
    if case.right.gates is not None and case.is_other_gate:
        details["gates"] = list(case.right.gates)
    spot = case.facts.spot
    details |= spot.told if spot is not None else {}
    if case.facts.answers.holder_seen:
        details["holder_seen"] = 1
    if case.facts.answers.second_look:
        details["second_look"] = 1
    return details | _limit_details(case)


def _limit_details(case: Case) -> dict[str, Any]:
    """What a party that goes in all the same is told, and what it was not asked."""
    details: dict[str, Any] = {}
    if (shut := case.shut) is not None:
        details["closed"] = shut.told
    if warnings := case.warnings:
        is_asked = case.facts.answers.acknowledged
        details["acknowledged" if is_asked else "warnings"] = limits.told(warnings)
    if limits.is_after_hours(case.rules, case.facts.place.gate, case.at):
        details["outside_hours"] = 1
    if case.facts.kept_open and (unasked := _unasked(case)):
        details["unasked"] = unasked
    return details


def _unasked(case: Case) -> list[str]:
    """What somebody should have settled, and nobody was asked while the barrier was open."""
    unasked = {
        Topic.GUIDE: not case.facts.answers.guides_named and _guides_needed(case, 1) > 0,
        Topic.HOLDER: bool(_unseen(case)),
        Topic.SECOND_LOOK: _wants_second_look(case, case.standing.left.heads),
    }
    return [str(topic) for topic, is_open in unasked.items() if is_open]


def _exit(facts: Facts, policy: PolicySet, at: int, case: Case | None) -> DecisionBody:
    """An exit is always let through and asks nothing; only what is no ticket at all moves no barrier."""
    if facts.rejection is not None and facts.rejection.reason is Reason.NOT_A_TICKET:
        return _decision(facts, policy, at, case, Reason.NOT_A_TICKET, {"check": facts.rejection.detail})
    there, special = inside(facts.uses), facts.special
    # nobody is kept inside at night, but who is on the way then is worth a look
    told = {"outside_hours": 1} if limits.is_after_hours(policy, facts.place.gate, at) else {}
    if special is not None and not special.has_permit:
        body = _decision(facts, policy, at, case, Reason.EXIT, told)
        return replace(body, party=special.party or Party(), remaining=0)
    if case is None or case.right.park != policy.park or there is None:
        return _decision(facts, policy, at, case, Reason.EXIT_UNKNOWN, told)
    wanted = facts.answers.wanted
    heads = there.party.heads if wanted is None else max(1, min(wanted, there.party.heads))
    body = _decision(facts, policy, at, case, Reason.EXIT, told)
    named = facts.answers.party
    party = named if named is not None and named.heads == heads else take(there.party, heads)
    return replace(body, party=party, entry_number=there.entry_number, remaining=there.party.heads - heads)


def _decision(
    facts: Facts,
    policy: PolicySet,
    at: int,
    case: Case | None,
    reason: Reason,
    details: dict[str, Any] | None = None,
) -> DecisionBody:
    special = facts.special
    common = partial(
        DecisionBody,
        place=facts.place,
        source=facts.source,
        outcome=reason.outcome,
        reason=reason,
        vehicle_class=facts.answers.vehicle_class,
        staleness=policy.policy.staleness(at, facts.signed_at),
        details=(details or {}) | _told_beside(facts, policy, at),
        facts=plain(facts),
        category=special.category if special else None,
        document=special.document if special else None,
        by=special.by if special else None,
    )
    if case is None:
        return common()
    now, right = case.standing, case.right
    return common(
        ticket=right.ticket,
        permit=right.permit,
        product=right.product,
        right=right.party,
        remaining=now.left.heads,
        first_use=now.first,
    )


def _told_beside(facts: Facts, policy: PolicySet, at: int) -> dict[str, Any]:
    """What a ranger or the screen should know, whatever the verdict."""
    right = facts.right
    return _without_none(
        language=right.language if right else None,
        kept_open=1 if facts.kept_open else None,
        sought=told_of(policy.tables.sought, right.permit if right else None, at),
    )


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
