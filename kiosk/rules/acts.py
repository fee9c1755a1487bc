"""What a ranger's act upon an entry says: what can be acted upon, and how the act counts. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.errors import UsageError
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy, PolicySet, ProductKind
from kiosk.rules.standing import inside, standing
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, Direction, Outcome, Reason


def is_admission(entry: Entry) -> bool:
    """Whether somebody was let through by this entry."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False


def overridable(target: Entry, party: Party | None) -> tuple[DecisionBody, Party]:
    """The decision that is to be overridden and who goes in by it; UsageError says why it cannot be."""
    body = target.body
    if not isinstance(body, DecisionBody):
        raise UsageError(f"{target.id} is not a decision")
    if body.outcome is Outcome.ADMITTED:
        raise UsageError(f"{target.id} was admitted: there is nothing to override")
    claims = body.facts.get("claims") or {}
    if claims.get("flags", 0) & Flag.TRAINING:
        raise UsageError(f"{target.id} is of a training ticket: it lets nobody in and is never counted")
    party = party or body.right
    if party is None or not party.heads:
        raise UsageError("This scan named no party: say how many people go in")
    return body, party


def override_body(
    target: Entry, body: DecisionBody, party: Party, *, by: str, uses: Sequence[Use], policy: Policy, now: int
) -> ActBody:
    """An admission on a person's word, under the entry number that its permit stands at."""
    number, returning = 1, 0
    if body.permit is not None and body.right is not None:
        if body.place.direction is Direction.EXIT:
            there = inside(uses)
            number = there.entry_number if there else 1
        else:
            # an override may exceed the right: the excess shows as such when the registry merges
            stand = standing(body.right, 0, uses, policy, now)
            number, returning = stand.entry_number, stand.returning_of(party.heads)
    return _act(target, body, ActKind.OVERRIDE, by=by, number=number, party=party, returning=returning)


def amending_body(target: Entry, act: ActKind, party: Party | None, by: str) -> ActBody:
    """An annulment or a correction of an admission; UsageError where nobody was let through."""
    body = target.body
    if not is_admission(target) or not isinstance(body, DecisionBody | ActBody):
        raise UsageError(f"{target.id} let nobody through: there is nothing to {act}")
    return _act(target, body, act, by=by, number=body.entry_number, party=party)


def completing_body(target: Entry, by: str) -> ActBody:
    """The form of an official entry, filled in afterwards; UsageError for any other entry."""
    body = target.body
    if not isinstance(body, DecisionBody) or body.reason is not Reason.OFFICIAL:
        raise UsageError(f"{target.id} is no official entry: it has no form to complete")
    return _act(target, body, ActKind.COMPLETE, by=by, number=None, party=None)


def bags_body(target: Entry, bags: int, by: str, policy: PolicySet) -> ActBody:
    """So many bags more that a party brought back; UsageError where it did not come to a clean-up day."""
    body = target.body
    product = policy.product_of(body.product) if isinstance(body, DecisionBody | ActBody) else None
    is_event = product is not None and product.kind is ProductKind.EVENT
    if not is_event or not is_admission(target) or not isinstance(body, DecisionBody | ActBody):
        raise UsageError(f"{target.id} let nobody in to a clean-up day: it has no bags")
    return replace(_act(target, body, ActKind.BAGS, by=by, number=None, party=None), bags=bags)


def _act(
    target: Entry,
    body: DecisionBody | ActBody,
    act: ActKind,
    *,
    by: str,
    number: int | None,
    party: Party | None,
    returning: int = 0,
) -> ActBody:
    return ActBody(
        act=act,
        target=target.id,  # as it is stored: people type small letters, blanks and O for 0
        place=body.place,
        by=by,
        permit=body.permit,
        ticket=body.ticket,
        product=body.product,
        right=body.right,
        entry_number=number,
        party=party,
        returning=returning,
    )
