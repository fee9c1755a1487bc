"""The rules of admission. Nothing here reads a clock, a file or a database; what a rule needs is a field of Facts.

`decide` is pure, so every verdict can be decided again from the journal. Rules are asked in the order a visitor should
hear them, and the first objection wins: refusals the ticket itself causes, then what its uses say, then what only a
person can settle.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from kiosk.rules import limits
from kiosk.rules.canon import plain
from kiosk.rules.closures import Advisory, Shut
from kiosk.rules.edges import edges, window
from kiosk.rules.entries import DecisionBody, Place
from kiosk.rules.facts import Facts, Question, Right
from kiosk.rules.keyring import SignatureDetail, key_objection
from kiosk.rules.moment import Moment
from kiosk.rules.parties import guides_needed, is_larger, most_heads
from kiosk.rules.permit import Party, PermitStatus
from kiosk.rules.policy import DAY_SECONDS, Policy, PolicySet, Product, ProductKind, Reentry, TypedCode, WrongGate
from kiosk.rules.quota import Period, Quota
from kiosk.rules.special import (
    SpecialKind,
    needs_second_look,
    special_details,
    special_objection,
    special_reason,
)
from kiosk.rules.spot_check import is_picked
from kiosk.rules.standing import UNSAID, Standing, inside, standing, take
from kiosk.rules.tags import Tag, TagState
from kiosk.rules.ticket import Claims, Flag
from kiosk.rules.words import Direction, Outcome, Reason, Source, Staleness, Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class Objection:
    """One rule's no, with what the visitor and the ranger should know about it."""

    reason: Reason
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """The facts and the policy at one instant, with what several rules need derived once."""

    facts: Facts
    rules: PolicySet
    at: int
    right: Right

    @property
    def policy(self) -> Policy:
        return self.rules.policy

    @property
    def product(self) -> Product | None:
        return self.rules.product_of(self.right.product)

    @property
    def day(self) -> int:
        return self.policy.local_day(self.at)

    @property
    def is_on_duty(self) -> bool:
        """Staff, officials, emergency services: what is closed, late or full for visitors does not keep them out."""
        special, product = self.facts.special, self.product
        if special is not None and special.is_on_duty:
            return True
        return product is not None and product.kind is ProductKind.STAFF

    @property
    def good_for(self) -> Product:
        """The product by which limits are weighed; whoever needs none is a visitor of the whole park."""
        return self.product or limits.VISITOR

    @property
    def shut(self) -> Shut | None:
        place = self.facts.place
        return None if self.is_on_duty else limits.closed(self.rules, self.good_for, place.gate, self.at)

    @property
    def warnings(self) -> tuple[Advisory, ...]:
        if self.is_on_duty:
            return ()
        return limits.warned(self.rules, self.good_for, self.facts.place.gate, self.facts.uses, self.at)

    @property
    def quotas(self) -> list[tuple[Quota, Period]]:
        return [] if self.is_on_duty else limits.quotas_at(self.rules, self.good_for, self.facts.place, self.at)

    @property
    def is_hurried(self) -> bool:
        """Whether nobody is asked here how many go in or whether a warning was seen."""
        place = self.facts.place
        return self.facts.kept_open or (place.gate, place.lane) in self.policy.fast_lanes

    @property
    def standing(self) -> Standing:
        return standing(self.right.party, self.right.entries, self.facts.uses, self.policy, self.at, self.seats)

    @property
    def seats(self) -> int | None:
        return most_heads(self.product.vehicle_class) if self.product else None

    @property
    def group_limit(self) -> int | None:
        return next((row.group_limit for row in self.rules.tables.guided if row.product == self.right.product), None)


Rule = Callable[[_Case], Objection | None]
Hear = Callable[[str, Objection | None], None]
"""Told what each rule said, in the order in which they were asked."""


def decide(facts: Facts, policy: PolicySet) -> DecisionBody | Question:
    """The verdict on one scan; while the clock is suspect, one that holds in every second that it may be."""
    verdict = _verdict(facts, policy, facts.moment.now)
    # whoever wants out goes out at any time: of that, nothing hangs on the clock but what is told beside it
    if facts.moment.latest == facts.moment.earliest or facts.place.direction is Direction.EXIT:
        return verdict
    gist = _gist(verdict)
    if all(_gist(_verdict(facts, policy, at)) == gist for at in edges(facts, policy)):
        return verdict
    return _decision(facts, policy, facts.moment.now, Reason.CLOCK_SUSPECT)


def verdict_at(facts: Facts, policy: PolicySet, at: int, hear: Hear | None = None) -> DecisionBody | Question:
    """The verdict if the clock stood at this second; whoever wants to know why hears each rule."""
    return _verdict(facts, policy, at, hear)


def differing(facts: Facts, policy: PolicySet) -> int | None:
    """The first second that the clock may stand at with another verdict than the one of `now`; None where none has."""
    gist = _gist(_verdict(facts, policy, facts.moment.now))
    return next((at for at in edges(facts, policy) if _gist(_verdict(facts, policy, at)) != gist), None)


def ticket_objection(claims: Claims, kid: str, policy: PolicySet, place: Place, at: int) -> Objection | None:
    """What the ticket alone objects to, without uses, products or revocations: the rules up to the gate."""
    facts = Facts(moment=Moment.at(at), place=place, source=Source.TEXT, claims=claims, kid=kid)
    case = _Case(facts=facts, rules=policy, at=at, right=Right.of_claims(claims))
    return next((objection for rule in TICKET_RULES if (objection := rule(case))), None)


def unanswered(facts: Facts, policy: PolicySet) -> DecisionBody:
    """The verdict when a question lapsed: nobody went in, and the ranger is called."""
    return _decision(facts, policy, facts.moment.now, Reason.UNANSWERED)


def _gist(verdict: DecisionBody | Question) -> object:
    """What a visitor gets by a verdict: two of one gist differ in nothing that counts."""
    if isinstance(verdict, Question):
        return verdict
    counted = (verdict.party, verdict.returning, verdict.remaining, verdict.entry_number)
    return (verdict.reason, *(counted if verdict.outcome is Outcome.ADMITTED else ()))


def _verdict(facts: Facts, policy: PolicySet, at: int, hear: Hear | None = None) -> DecisionBody | Question:
    if facts.place.direction is Direction.EXIT:
        return _exit(facts, policy, at)
    right = facts.right
    if facts.rejection is not None or right is None:
        return _unread(facts, policy, at)
    case = _Case(facts=facts, rules=policy, at=at, right=right)
    for rule in rules_for(facts):
        objection = rule(case)
        if hear is not None:
            hear(rule_name(rule), objection)
        if objection:
            return _decision(facts, policy, at, objection.reason, objection.details)
    return _admit(case)


def _unread(facts: Facts, policy: PolicySet, at: int) -> DecisionBody:
    if facts.rejection is not None:
        return _decision(facts, policy, at, facts.rejection.reason, {"check": facts.rejection.detail})
    reason = Reason.SEVERAL_MATCHES if facts.matches > 1 else Reason.TYPED_ONLY
    if facts.special is not None and facts.special.kind is SpecialKind.RESIDENT:
        reason = Reason.NOT_LISTED
    return _decision(facts, policy, at, reason, {"matches": facts.matches})


# ---- one small function per rule ------------------------------------------------------------------------------------


def _special(case: _Case) -> Objection | None:
    special = case.facts.special
    objection = special_objection(special, case.rules, case.day, case.facts.place.gate) if special else None
    return objection and Objection(reason=objection[0], details=objection[1])


def _key(case: _Case) -> Objection | None:
    claims, kid = case.facts.claims, case.facts.kid
    if claims is None or kid is None:
        return None
    key = case.rules.keyring.get(kid)
    if key is None:
        return Objection(reason=Reason.UNKNOWN_KEY, details={"check": SignatureDetail.KID})
    objection = key_objection(key, claims, case.at)
    return objection and Objection(reason=objection[0], details={"key": str(objection[1])})


def _park(case: _Case) -> Objection | None:
    if case.right.park == case.rules.park:
        return None
    return Objection(reason=Reason.WRONG_PARK, details={"park": case.right.park})


def _flags(case: _Case) -> Objection | None:
    claims = case.facts.claims
    if claims is None:
        return None
    if claims.has_unknown_critical_flag:
        return Objection(reason=Reason.UNKNOWN_FLAG, details={"flags": list(claims.flag_names)})
    return Objection(reason=Reason.DYNAMIC_REQUIRED) if claims.has(Flag.DYNAMIC_REQUIRED) else None


def _revoked(case: _Case) -> Objection | None:
    revocation = case.facts.revocation
    if revocation is not None and revocation.is_in_force(case.at):
        return Objection(reason=Reason.REVOKED, details={"at": revocation.effective})
    row = case.facts.permit
    # A row's status is for look-up only; it counts where there is no ticket to look up in the revocations.
    if case.facts.claims is None and row is not None and row.status is PermitStatus.REVOKED:
        return Objection(reason=Reason.REVOKED, details={"at": case.at})
    return None


def _product(case: _Case) -> Objection | None:
    if case.product is not None or case.right.product is None:
        return None
    return Objection(reason=Reason.UNKNOWN_PRODUCT, details={"product": case.right.product})


def _window(case: _Case) -> Objection | None:
    first, over = window(case.right, case.policy, case.product)
    if case.at < first:
        return Objection(reason=Reason.NOT_YET, details={"from": case.right.nbf})
    if case.at >= over:
        return Objection(reason=Reason.EXPIRED, details={"until": case.right.exp})
    return None


def _gate(case: _Case) -> Objection | None:
    if not _is_other_gate(case) or case.policy.wrong_gate is not WrongGate.REFUSE:
        return None
    return Objection(reason=Reason.WRONG_GATE, details={"gates": list(case.right.gates or ())})


def _closed(case: _Case) -> Objection | None:
    shut = case.shut
    return Objection(reason=Reason.CLOSED, details=shut.told) if shut is not None and shut.is_all else None


def _hours(case: _Case) -> Objection | None:
    if case.is_on_duty:
        return None
    told = limits.outside_hours(case.rules, case.good_for, case.facts.place.gate, case.at)
    return None if told is None else Objection(reason=Reason.OUTSIDE_HOURS, details=told)


def _use(case: _Case) -> Objection | None:
    now = case.standing
    if now.allowed or _is_free_reentry(case, now):
        return None
    if now.is_spent_earlier:
        return Objection(reason=Reason.USED_UP, details={"count": max(1, case.right.entries)})
    return Objection(reason=Reason.ALREADY_USED)


def _lost(case: _Case) -> Objection | None:
    """People may have gone in on this ticket of whom nobody knows any more: a damaged journal forgot them."""
    lost_at, claims = case.facts.uses_lost_at, case.facts.claims
    if lost_at is None or case.right.permit is None or (claims is not None and claims.iat > lost_at):
        return None
    # a right for several days is good for another entry from the next day on, whatever was lost of this one
    if case.right.entries != 1 and case.policy.local_day(case.at) > case.policy.local_day(lost_at):
        return None
    return Objection(reason=Reason.USES_UNKNOWN, details={"at": lost_at})


def _holder(case: _Case) -> Objection | None:
    """What was seen at the gate is not what the ticket was issued for: whether the product is checked or not."""
    spot = case.facts.spot
    if spot is None or not spot.which(TagState.DIFFERS):
        return None
    return Objection(reason=Reason.HOLDER_CHECK, details=dict(spot.told))


def _vehicle(case: _Case) -> Objection | None:
    """A larger vehicle came than was paid for: what is owed for it is a person's affair."""
    product, seen = case.product, case.facts.answers.vehicle_class
    if product is None or not is_larger(seen, product.vehicle_class):
        return None
    return Objection(reason=Reason.HOLDER_CHECK, details={"vehicle": "differs", "paid": str(product.vehicle_class)})


def _stale(case: _Case) -> Objection | None:
    product, signed_at, heard_at = case.product, case.facts.signed_at, case.facts.revocations_at
    if product is None or not (product.is_high_risk or case.policy.stale_products == "all"):
        return None
    if case.policy.staleness(case.at, signed_at) is Staleness.STALE:
        return Objection(reason=Reason.STALE_TRUST, details=_days(case.at, signed_at))
    if case.policy.are_revocations_stale(case.at, heard_at):
        return Objection(reason=Reason.STALE_REVOCATIONS, details=_days(case.at, heard_at))
    return None


def _days(at: int, since: int | None) -> dict[str, Any]:
    return {} if since is None else {"days": (at - since) // DAY_SECONDS}


def _typed(case: _Case) -> Objection | None:
    if case.facts.claims is not None or case.facts.special is not None:
        return None  # a ranger stands there and has looked
    if case.policy.typed_code_alone is TypedCode.ADMIT:
        return None
    return Objection(reason=Reason.TYPED_ONLY, details={"matches": 1})


def _counts(case: _Case) -> Objection | None:
    """Quotas that cannot be kept by what is known here, and those that leave no room for anybody at all."""
    quotas = case.quotas
    if strange := limits.is_not_understood(quotas):
        return Objection(reason=Reason.UNKNOWN_POLICY, details={"quota": strange})
    lost_at = limits.uncounted_since(quotas, case.facts.place, case.facts.tallies_lost_at)
    if lost_at is not None:
        return Objection(reason=Reason.USES_UNKNOWN, details={"at": lost_at})
    return _full(case, 1)


def _full(case: _Case, heads: int) -> Objection | None:
    place = case.facts.place
    over = limits.over(case.quotas, case.facts.tallies, place, case.standing, heads)
    if over is None:
        return None
    return Objection(reason=Reason.FULL, details=limits.full(case.rules, *over[:2], place, over[2]))


TICKET_RULES: tuple[Rule, ...] = (_key, _park, _flags, _window, _gate)
RULES: tuple[Rule, ...] = (
    _key,
    _park,
    _flags,
    _revoked,
    _product,
    _window,
    _gate,
    _closed,
    _hours,
    _use,
    _lost,
    _holder,
    _vehicle,
    _stale,
    _typed,
    _counts,
)


def rule_name(rule: Rule) -> str:
    """The word under which a rule is documented and told."""
    return rule.__name__.removeprefix("_")


def rules_for(facts: Facts) -> tuple[Rule, ...]:
    """The rules that are asked about these facts; of people on duty only whether they may be let in as such."""
    if facts.special is None:
        return RULES
    return (_special,) if facts.special.is_on_duty else (_special, *RULES)


# ---- admission ------------------------------------------------------------------------------------------------------


def _admit(case: _Case) -> DecisionBody | Question:
    now, answers = case.standing, case.facts.answers
    if question := _question(case, now):
        return question
    is_free = not now.allowed
    heads = _heads(case, now)
    if isinstance(heads, Question):
        return heads
    if objection := _full(case, heads):
        return _decision(case.facts, case.rules, case.at, objection.reason, objection.details)
    allowed, left = _allowed(case, now)
    most = None if case.seats is None else allowed
    party = answers.party or take(left, heads)
    returning = heads if is_free else now.returning_of(heads)
    remaining = allowed - heads if most is None else 0
    reason = _admitted_as(case, is_free=is_free, returning=returning, heads=heads, remaining=remaining)
    body = _decision(case.facts, case.rules, case.at, reason, _admission_details(case))
    number = None if case.right.permit is None else now.entry_number
    return replace(body, party=party, returning=returning, remaining=remaining, entry_number=number)


def _wants_second_look(case: _Case, heads: int) -> bool:
    """Whether another of the staff looks too: by an exemption's share, or for a foreign car on a resident's pass."""
    if case.facts.answers.second_look:
        return False
    special, spot, product = case.facts.special, case.facts.spot, case.product
    if special is not None and needs_second_look(special, case.rules, case.day, case.facts.place.gate, heads):
        return True
    is_pass = product is not None and product.kind is ProductKind.PASS
    return is_pass and spot is not None and spot.foreign is True


def _heads(case: _Case, now: Standing) -> int | Question:
    """How many go in, or what must be said of it first; while the barrier is open it is as many as are known of."""
    allowed, left = _allowed(case, now)
    most, answers = (None if case.seats is None else allowed), case.facts.answers
    if answers.wanted is None and not case.is_hurried and not 1 <= left.heads <= case.policy.ask_above_heads:
        return Question(topic=Topic.HEADS, right=case.right, left=left, most=most)
    heads = max(1, left.heads) if answers.wanted is None else answers.wanted
    if not 1 <= heads <= allowed:
        return Question(topic=Topic.HEADS, right=case.right, left=left, most=most, problem="heads")
    if not case.facts.kept_open and answers.guides_named < _guides_needed(case, heads):
        return Question(topic=Topic.GUIDE, right=case.right, left=left, problem="group")
    return heads


def _allowed(case: _Case, now: Standing) -> tuple[int, Party]:
    """How many may go in now, and who these are as far as anybody knows."""
    if now.allowed:
        return now.allowed, now.left
    party = case.right.party  # free re-entry: the same once more
    if case.seats is not None and party == UNSAID:
        return case.seats, Party()
    return (party.heads if case.seats is None else max(case.seats, party.heads)), party


def _guides_needed(case: _Case, heads: int) -> int:
    claims = case.facts.claims
    is_led = claims is not None and claims.has(Flag.GUIDE_REQUIRED)
    return guides_needed(heads, case.group_limit, is_led=is_led)


def _question(case: _Case, now: Standing) -> Question | None:
    """What only a person can settle before anybody goes in, one thing at a time; nothing while the barrier is open."""
    answers, right = case.facts.answers, case.right
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


def _is_checked(case: _Case) -> bool:
    spot, product = case.facts.spot, case.product
    if spot is None or product is None or not product.checks_holder:
        return False
    return is_picked(spot, case.facts.uses, case.policy, case.at)


def _unseen(case: _Case) -> tuple[Tag, ...]:
    """What a ranger is asked to look at before this party goes in."""
    spot, special = case.facts.spot, case.facts.special
    if special is not None and special.kind is SpecialKind.FOUND and not case.facts.answers.holder_seen:
        return (Tag.HOLDER,)
    if spot is None or case.facts.answers.holder_seen or not spot.is_open or not _is_checked(case):
        return ()
    return spot.which(TagState.OPEN)


def _admitted_as(case: _Case, *, is_free: bool, returning: int, heads: int, remaining: int) -> Reason:
    """The one word an admission goes under, the one the visitor most needs first."""
    claims, special = case.facts.claims, case.facts.special
    named = special_reason(special) if special is not None else None
    if named is not None:
        return named
    reasons = (
        (claims is not None and claims.has(Flag.TRAINING), Reason.TRAINING),
        (_is_other_gate(case) and case.policy.wrong_gate is WrongGate.FLAG, Reason.FLAGGED_GATE),
        (_is_of(case, ProductKind.STAFF), Reason.STAFF),
        (_is_of(case, ProductKind.PASS), Reason.PASS),
        (is_free, Reason.FLAGGED_REENTRY),
        (returning == heads, Reason.WELCOME_BACK),
        (remaining > 0, Reason.PARTIAL),
        (case.facts.permit is None, Reason.UNLISTED),
    )
    return next((reason for holds, reason in reasons if holds), Reason.OK)


def _is_of(case: _Case, kind: ProductKind) -> bool:
    return case.product is not None and case.product.kind is kind


def _admission_details(case: _Case) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if case.right.permit is not None:
        details |= {"until": case.right.exp, "listed": int(case.facts.permit is not None)}
    if (special := case.facts.special) is not None:
        details |= special_details(special, case.rules, case.day, case.facts.place.gate)
    if case.right.gates is not None and _is_other_gate(case):
        details["gates"] = list(case.right.gates)
    spot = case.facts.spot
    details |= spot.told if spot is not None else {}
    if case.facts.answers.holder_seen:
        details["holder_seen"] = 1
    if case.facts.answers.second_look:
        details["second_look"] = 1
    return details | _limit_details(case)


def _limit_details(case: _Case) -> dict[str, Any]:
    """What a party that goes in all the same is told, and what it was not asked."""
    details: dict[str, Any] = {}
    if (shut := case.shut) is not None:
        details["closed"] = shut.told
    if warnings := case.warnings:
        is_asked = case.facts.answers.acknowledged
        details["acknowledged" if is_asked else "warnings"] = limits.told(warnings)
    if limits.is_after_hours(case.rules, case.facts.place.gate, case.at):
        details["outside_hours"] = 1
    unasked = {
        Topic.GUIDE: not case.facts.answers.guides_named and _guides_needed(case, 1) > 0,
        Topic.HOLDER: bool(_unseen(case)),
        Topic.SECOND_LOOK: _wants_second_look(case, case.standing.left.heads),
    }
    if case.facts.kept_open and any(unasked.values()):
        details["unasked"] = [str(topic) for topic, is_open in unasked.items() if is_open]
    return details


def _exit(facts: Facts, policy: PolicySet, at: int) -> DecisionBody:
    """An exit is always let through and asks nothing; only what is no ticket at all moves no barrier."""
    if facts.rejection is not None and facts.rejection.reason is Reason.NOT_A_TICKET:
        return _decision(facts, policy, at, Reason.NOT_A_TICKET, {"check": facts.rejection.detail})
    there, right, special = inside(facts.uses), facts.right, facts.special
    # nobody is kept inside at night, but who is on the way then is worth a look
    told = {"outside_hours": 1} if limits.is_after_hours(policy, facts.place.gate, at) else {}
    if special is not None and not special.has_permit:
        body = _decision(facts, policy, at, Reason.EXIT, told)
        return replace(body, party=special.party or Party(), remaining=0)
    if right is None or right.park != policy.park or there is None:
        return _decision(facts, policy, at, Reason.EXIT_UNKNOWN, told)
    wanted = facts.answers.wanted
    heads = there.party.heads if wanted is None else max(1, min(wanted, there.party.heads))
    body = _decision(facts, policy, at, Reason.EXIT, told)
    named = facts.answers.party
    party = named if named is not None and named.heads == heads else take(there.party, heads)
    return replace(body, party=party, entry_number=there.entry_number, remaining=there.party.heads - heads)


def _is_other_gate(case: _Case) -> bool:
    return case.right.gates is not None and case.facts.place.gate not in case.right.gates


def _is_free_reentry(case: _Case, now: Standing) -> bool:
    product = case.product
    if product is None or product.reentry is not Reentry.FREE or now.first is None or now.is_spent_earlier:
        return False
    return case.at >= now.first.at + case.policy.reentry_seconds


def _decision(
    facts: Facts, policy: PolicySet, at: int, reason: Reason, details: dict[str, Any] | None = None
) -> DecisionBody:
    right, special = facts.right, facts.special
    common = partial(
        DecisionBody,
        place=facts.place,
        source=facts.source,
        outcome=reason.outcome,
        reason=reason,
        vehicle_class=facts.answers.vehicle_class,
        staleness=policy.policy.staleness(at, facts.signed_at),
        details=(details or {})
        | _without_none(language=right.language if right else None, kept_open=1 if facts.kept_open else None),
        facts=plain(facts),
        category=special.category if special else None,
        document=special.document if special else None,
        by=special.by if special else None,
    )
    if right is None:
        return common()
    case = _Case(facts=facts, rules=policy, at=at, right=right)
    now = case.standing
    return common(
        ticket=right.ticket,
        permit=right.permit,
        product=right.product,
        right=right.party,
        remaining=now.left.heads,
        first_use=now.first,
    )


def _without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
