"""What can stand against an admission: one small function per rule, asked in the order a visitor should hear them.

Refusals that the ticket itself causes come first, then the place and the day, then what its uses say, then what only a
person can settle, and last what is counted.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from kiosk.rules import limits
from kiosk.rules.case import Case, Objection
from kiosk.rules.edges import window
from kiosk.rules.facts import Facts
from kiosk.rules.keyring import SignatureDetail, key_objection
from kiosk.rules.parties import is_larger
from kiosk.rules.permit import PermitStatus
from kiosk.rules.policy import DAY_SECONDS, Reentry, TypedCode, WrongGate
from kiosk.rules.special import special_objection
from kiosk.rules.standing import Standing
from kiosk.rules.tags import TagState
from kiosk.rules.ticket import Flag
from kiosk.rules.words import Reason, Staleness

Rule = Callable[[Case], Objection | None]


def _special(case: Case) -> Objection | None:
    special = case.facts.special
    objection = special_objection(special, case.rules, case.day, case.facts.place.gate) if special else None
    return objection and Objection(reason=objection[0], details=objection[1])


def _key(case: Case) -> Objection | None:
    claims, kid = case.facts.claims, case.facts.kid
    if claims is None or kid is None:
        return None
    key = case.rules.keyring.get(kid)
    if key is None:
        return Objection(reason=Reason.UNKNOWN_KEY, details={"check": SignatureDetail.KID})
    objection = key_objection(key, claims, case.at)
    return objection and Objection(reason=objection[0], details={"key": str(objection[1])})


def _park(case: Case) -> Objection | None:
    if case.right.park == case.rules.park:
        return None
    return Objection(reason=Reason.WRONG_PARK, details={"park": case.right.park})


def _flags(case: Case) -> Objection | None:
    claims = case.facts.claims
    if claims is None:
        return None
    if claims.has_unknown_critical_flag:
        return Objection(reason=Reason.UNKNOWN_FLAG, details={"flags": list(claims.flag_names)})
    return Objection(reason=Reason.DYNAMIC_REQUIRED) if claims.has(Flag.DYNAMIC_REQUIRED) else None


def _revoked(case: Case) -> Objection | None:
    revocation = case.facts.revocation
    if revocation is not None and revocation.is_in_force(case.at):
        return Objection(reason=Reason.REVOKED, details={"at": revocation.effective})
    row = case.facts.permit
    # A row's status is for look-up only; it counts where there is no ticket to look up in the revocations.
    if case.facts.claims is None and row is not None and row.status is PermitStatus.REVOKED:
        return Objection(reason=Reason.REVOKED, details={"at": case.at})
    return None


def _product(case: Case) -> Objection | None:
    if case.product is not None or case.right.product is None:
        return None
    return Objection(reason=Reason.UNKNOWN_PRODUCT, details={"product": case.right.product})


def _window(case: Case) -> Objection | None:
    first, over = window(case.right, case.policy, case.product)
    if case.at < first:
        return Objection(reason=Reason.NOT_YET, details={"from": case.right.nbf})
    if case.at >= over:
        return Objection(reason=Reason.EXPIRED, details={"until": case.right.exp})
    return None


def _gate(case: Case) -> Objection | None:
    if not case.is_other_gate or case.policy.wrong_gate is not WrongGate.REFUSE:
        return None
    return Objection(reason=Reason.WRONG_GATE, details={"gates": list(case.right.gates or ())})


def _closed(case: Case) -> Objection | None:
    shut = case.shut
    return Objection(reason=Reason.CLOSED, tell=lambda: shut.told) if shut is not None and shut.is_all else None


def _hours(case: Case) -> Objection | None:
    gate = case.facts.place.gate
    if case.is_on_duty or not limits.is_outside_hours(case.rules, case.good_for, gate, case.at):
        return None
    return Objection(reason=Reason.OUTSIDE_HOURS, tell=partial(limits.opening_after, case.rules, gate, case.at))


def _use(case: Case) -> Objection | None:
    now = case.standing
    if now.allowed or _is_free_reentry(case, now):
        return None
    if now.is_spent_earlier:
        return Objection(reason=Reason.USED_UP, details={"count": max(1, case.right.entries)})
    return Objection(reason=Reason.ALREADY_USED)


def _is_free_reentry(case: Case, now: Standing) -> bool:
    product = case.product
    if product is None or product.reentry is not Reentry.FREE or now.first is None or now.is_spent_earlier:
        return False
    return case.at >= now.first.at + case.policy.reentry_seconds


def _lost(case: Case) -> Objection | None:
    """People may have gone in on this ticket of whom nobody knows any more: a damaged journal forgot them."""
    lost_at, claims = case.facts.uses_lost_at, case.facts.claims
    if lost_at is None or case.right.permit is None or (claims is not None and claims.iat > lost_at):
        return None
    # a right for several days is good for another entry from the next day on, whatever was lost of this one
    if case.right.entries != 1 and case.policy.local_day(case.at) > case.policy.local_day(lost_at):
        return None
    return Objection(reason=Reason.USES_UNKNOWN, details={"at": lost_at})


def _holder(case: Case) -> Objection | None:
    """What was seen at the gate is not what the ticket was issued for: whether the product is checked or not."""
    spot = case.facts.spot
    if spot is None or not spot.which(TagState.DIFFERS):
        return None
    return Objection(reason=Reason.HOLDER_CHECK, details=dict(spot.told))


def _vehicle(case: Case) -> Objection | None:
    """A larger vehicle came than was paid for: what is owed for it is a person's affair."""
    product, seen = case.product, case.facts.answers.vehicle_class
    if product is None or not is_larger(seen, product.vehicle_class):
        return None
    return Objection(reason=Reason.HOLDER_CHECK, details={"vehicle": "differs", "paid": str(product.vehicle_class)})


def _stale(case: Case) -> Objection | None:
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


def _typed(case: Case) -> Objection | None:
    if case.facts.claims is not None or case.facts.special is not None:
        return None  # a ranger stands there and has looked
    if case.policy.typed_code_alone is TypedCode.ADMIT:
        return None
    return Objection(reason=Reason.TYPED_ONLY, details={"matches": 1})


def _counts(case: Case) -> Objection | None:
    """Quotas that cannot be kept by what is known here, and those that leave no room for anybody at all."""
    quotas = case.quotas
    if strange := limits.is_not_understood(quotas):
        return Objection(reason=Reason.UNKNOWN_POLICY, details={"quota": strange})
    lost_at = limits.uncounted_since(case.rules, quotas, case.facts.place, case.facts.tallies_lost_at, case.at)
    if lost_at is not None:
        return Objection(reason=Reason.USES_UNKNOWN, details={"at": lost_at})
    return full(case, 1)


def full(case: Case, heads: int) -> Objection | None:
    """The quota that has no room for so many, if one has not."""
    place = case.facts.place
    over = limits.over(case.quotas, case.facts.tallies, place, case.standing, heads)
    if over is None:
        return None
    return Objection(reason=Reason.FULL, tell=partial(limits.full, case.rules, *over[:2], place, over[2]))


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
