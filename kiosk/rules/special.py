"""Who goes in without a ticket: exempt visitors, residents, staff, officials, claims, found permits, clean-up days.

A ranger says which, and everything that the answer depends on is a fact. Staff, officials and emergency services go in
whatever is closed or full; everybody else obeys what visitors obey. Nothing here is a name or a number of a visitor.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.rules.exemption import NOBODY_YET, Exemption, Seen, asks_second_look, exemption_of
from kiosk.rules.permit import CATEGORIES, Party, Permit, PermitStatus
from kiosk.rules.policy import ClaimPolicy, PolicySet, ProductKind
from kiosk.rules.words import Reason


class SpecialKind(StrEnum):
    """Why somebody needs no ticket in hand."""

    EXEMPT = "exempt"
    RESIDENT = "resident"
    """By a plate that a pass was issued for."""
    STAFF = "staff"
    OFFICIAL = "official"
    """The barrier first, the form later."""
    CLAIM = "claim"
    """Paid, they say, but no ticket."""
    FOUND = "found"
    """The ticket is lost and its permit was found."""
    EVENT = "event"
    """A clean-up day: who takes part and how many bags come back is counted."""


class OfficialReason(StrEnum):
    """Why the barrier opens before anybody asks."""

    AMBULANCE = "ambulance"
    FIRE = "fire"
    POLICE = "police"
    RESCUE = "rescue"
    INSPECTION = "inspection"
    DELEGATION = "delegation"
    WORKS = "works"


@dataclass(frozen=True, kw_only=True, slots=True)
class Special:
    """What a ranger said of those who go in; `by` and `second_by` are of the park's staff."""

    kind: SpecialKind
    by: str
    party: Party | None = None
    category: str | None = None
    document: str | None = None
    second_by: str | None = None
    staff: str | None = None
    product: int | None = None
    bags: int | None = None
    receipt: bytes | None = None
    """The keyed hash of a receipt's number, by which the registry finds the payment."""
    seen: Seen = NOBODY_YET

    @property
    def is_on_duty(self) -> bool:
        """Whether nothing that visitors obey may keep them out."""
        return self.kind in (SpecialKind.STAFF, SpecialKind.OFFICIAL)

    @property
    def has_permit(self) -> bool:
        """Whether a permit of the replica must say what they may do."""
        return self.kind in (SpecialKind.RESIDENT, SpecialKind.FOUND)


def special_objection(special: Special, rules: PolicySet, day: int, gate: int) -> tuple[Reason, dict[str, Any]] | None:
    """What the park's set objects to on this local day, with what the ranger should know about it."""
    match special.kind:
        case SpecialKind.EXEMPT:
            wrong = exempt_objection(special, rules, day, gate)
            return (Reason.UNKNOWN_POLICY, wrong) if wrong else None
        case SpecialKind.STAFF if special.staff not in {member.name for member in rules.staff}:
            return Reason.NOT_LISTED, {}
        case SpecialKind.CLAIM if rules.policy.claims is ClaimPolicy.REFER:
            return Reason.CLAIM_OPEN, {}
        case SpecialKind.EVENT if _kind_of(special.product, rules) is not ProductKind.EVENT:
            return Reason.UNKNOWN_PRODUCT, {"product": special.product}
    return None


def exempt_objection(special: Special, rules: PolicySet, day: int, gate: int) -> dict[str, Any] | None:
    """Which part of an exemption does not hold here today: the category, its being free, or the document."""
    row = exemption_of(rules.tables.exemptions, special.category, day, gate)
    if row is None or row.counts_as not in CATEGORIES:
        return {"category": special.category}
    if not row.is_free:
        return {"percent": row.percent}
    return None if row.is_proved_by(special.document) else {"document": special.document}


def needs_second_look(special: Special, rules: PolicySet, day: int, gate: int, heads: int) -> bool:
    """Whether a second person must look before these heads go in under their exemption."""
    row = _row(special, rules, day, gate)
    return row is not None and asks_second_look(row, special.seen, heads)


def pass_of(permits: Iterable[Permit], rules: PolicySet, at: int) -> Permit | None:
    """Of the permits of one plate the pass that is good now, else the one that ends last; None where none is a pass."""
    passes = [permit for permit in permits if _kind_of(permit.product, rules) is ProductKind.PASS]
    return max(passes, key=lambda permit: (_is_good(permit, at), permit.exp, permit.id), default=None)


def special_reason(special: Special) -> Reason | None:
    """The word an admission goes under; None where its permit says."""
    return _REASONS.get(special.kind)


def special_details(special: Special, rules: PolicySet, day: int, gate: int) -> dict[str, Any]:
    """What a decision says of it beside its category and document."""
    row = _row(special, rules, day, gate)
    told = {
        "price": 0 if row is not None else None,
        "staff": special.staff,
        "bags": special.bags,
        "receipt": special.receipt,
        "second_by": special.second_by,
        "found": 1 if special.kind is SpecialKind.FOUND else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _row(special: Special, rules: PolicySet, day: int, gate: int) -> Exemption | None:
    is_exempt = special.kind is SpecialKind.EXEMPT
    return exemption_of(rules.tables.exemptions, special.category, day, gate) if is_exempt else None


def _is_good(permit: Permit, at: int) -> bool:
    return permit.status is PermitStatus.ACTIVE and permit.nbf <= at < permit.exp


def _kind_of(number: int | None, rules: PolicySet) -> ProductKind | None:
    product = rules.product_of(number)
    return product.kind if product is not None else None


_REASONS = {
    SpecialKind.EXEMPT: Reason.EXEMPT,
    SpecialKind.RESIDENT: Reason.PASS,
    SpecialKind.STAFF: Reason.STAFF,
    SpecialKind.OFFICIAL: Reason.OFFICIAL,
    SpecialKind.CLAIM: Reason.CLAIM,
    SpecialKind.EVENT: Reason.OK,
}
