"""What a ranger's act upon an entry says: what can be acted upon, and how the act counts. Nothing here writes."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.errors import UsageError
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Use
from kiosk.rules.parties import most_heads
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.presence import Visit
from kiosk.rules.standing import inside, standing
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, Direction, Outcome


def is_admission(entry: Entry) -> bool:
    """Whether somebody was let through by this entry."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False


def moves_people(entry: Entry) -> bool:
    """Whether somebody went in or out by this entry, so that it can be annulled or corrected."""
    return is_admission(entry) or (isinstance(entry.body, ActBody) and entry.body.act is ActKind.LEFT)


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
    target: Entry, body: DecisionBody, party: Party, *, by: str, uses: Sequence[Use], rules: PolicySet, now: int
) -> ActBody:
    """An admission on a person's word, under the entry number that its permit stands at."""
    number, returning = 1, 0
    if body.permit is not None and body.right is not None:
        if body.place.direction is Direction.EXIT:
            there = inside(uses)
            number = there.entry_number if there else 1
        else:
            # an override may exceed the right: the excess shows as such when the registry merges
            product = rules.products.get(body.product) if body.product is not None else None
            seats = most_heads(product.vehicle_class) if product else None
            stand = standing(body.right, 0, uses, rules.policy, now, seats)
            number, returning = stand.entry_number, stand.returning_of(party.heads)
    return _act(target, body, ActKind.OVERRIDE, by=by, number=number, party=party, returning=returning)


def amending_body(target: Entry, act: ActKind, party: Party | None, by: str) -> ActBody:
    """An annulment or a correction of an admission or of a striking off; UsageError where nobody moved."""
    body = target.body
    if not moves_people(target) or not isinstance(body, DecisionBody | ActBody):
        raise UsageError(f"{target.id} let nobody through: there is nothing to {act}")
    return _act(target, body, act, by=by, number=body.entry_number, party=party)


def struck_off_body(target: Entry, visit: Visit, party: Party | None, by: str) -> ActBody:
    """A ranger's word that a party is out, all of it or so many; UsageError where nobody of it is inside."""
    body = target.body
    if not is_admission(target) or not isinstance(body, DecisionBody | ActBody) or not visit.heads:
        raise UsageError(f"Nobody of {target.id} is inside")
    if party is not None and not 1 <= party.heads <= visit.heads:
        raise UsageError(f"{visit.heads} of {target.id} are inside: say how many of these are out")
    act = _act(target, body, ActKind.LEFT, by=by, number=visit.came.entry_number, party=party or visit.party)
    return replace(act, place=replace(body.place, direction=Direction.EXIT))


def call_body(target: Entry, visit: Visit, act: ActKind, by: str) -> ActBody:
    """A step of asking after a party that has not come back; UsageError where nobody of it is inside."""
    body = target.body
    if not is_admission(target) or not isinstance(body, DecisionBody | ActBody) or not visit.heads:
        raise UsageError(f"Nobody of {target.id} is inside: there is nobody to ask after")
    return _act(target, body, act, by=by, number=body.entry_number, party=None)


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
        vehicle_class=body.vehicle_class,
    )
