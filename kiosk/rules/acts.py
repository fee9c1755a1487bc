"""What a ranger's act upon an entry says: what can be acted upon, and how the act counts. Nothing here writes."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from kiosk.errors import UsageError
from kiosk.rules.entries import ActBody, AlarmBody, DecisionBody, Entry, EntryKey, Place, Use
from kiosk.rules.parties import most_heads
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet, ProductKind
from kiosk.rules.presence import Visit
from kiosk.rules.standing import inside, standing
from kiosk.rules.ticket import Flag
from kiosk.rules.words import ActKind, BarrierPosition, Direction, Outcome, Reason

MOST_HEADS = 999
"""More go through on no ticket: a longer number is a slip of a finger."""


def is_admission(entry: Entry) -> bool:
    """Whether somebody was let through by this entry."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False


def kinds_of(acts: Iterable[Entry]) -> frozenset[ActKind]:
    """What was done, of all these acts."""
    return frozenset(act.body.act for act in acts if isinstance(act.body, ActBody))


def moves_barrier(entry: Entry) -> bool:
    """Whether the barrier owes this entry a pulse: somebody was let through, or a ranger opened without a scan."""
    return is_admission(entry) or (isinstance(entry.body, ActBody) and entry.body.act is ActKind.OPEN)


def passed_held_open(entry: Entry) -> bool:
    """Whether the barrier was held open when it let somebody through by this entry: no pulse is owed for it."""
    match entry.body:
        case DecisionBody(details=details):
            return is_admission(entry) and bool(details.get("kept_open"))
        case ActBody(position=BarrierPosition.HELD):
            return moves_barrier(entry)
        case _:
            return False


def did_not_turn(acts: Iterable[Entry]) -> bool:
    """Whether nobody turned after the pulse, of all acts upon one entry in their order: its position was read again."""
    kinds = [act.body.act for act in acts if isinstance(act.body, ActBody)]
    return ActKind.PULSE in kinds and ActKind.POSITION in kinds[kinds.index(ActKind.PULSE) :]


def is_against_the_rules(entry: Entry) -> bool:
    """Whether a ranger decided here what the rules had not: an override, or an opening without a scan."""
    return isinstance(entry.body, ActBody) and entry.body.act in (ActKind.OVERRIDE, ActKind.OPEN)


def own_key(entry_id: str, device: int) -> EntryKey:
    """Which entry is meant; UsageError for what is no entry id, and for another device's entry."""
    try:
        key = EntryKey.parse(entry_id)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if key.device != device:
        where = f"{key} is an entry of device {key.device}, and this is device {device}"
        raise UsageError(f"{where}: act upon it at the gate that wrote it")
    return key


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
    _expect_possible(party)
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
            product = rules.product_of(body.product)
            seats = most_heads(product.vehicle_class) if product else None
            stand = standing(body.right, 0, uses, rules.policy, now, seats)
            number, returning = stand.entry_number, stand.returning_of(party.heads)
    return _act(target, body, ActKind.OVERRIDE, by=by, number=number, party=party, returning=returning)


def opening_body(place: Place, by: str, target: Entry | None) -> ActBody:
    """The barrier opened by hand, without a scan: nobody is counted by it; it may be about an earlier entry."""
    return ActBody(act=ActKind.OPEN, target=target.id if target else "", place=place, by=by)


def acknowledging_body(target: Entry, acts: Sequence[Entry], place: Place, by: str) -> ActBody:
    """A ranger has seen to this alarm; UsageError for what is none, and for one that was seen to already."""
    if not isinstance(target.body, AlarmBody):
        raise UsageError(f"{target.id} is no alarm")
    for act in acts:
        if isinstance(act.body, ActBody) and act.body.act is ActKind.ACKNOWLEDGE:
            raise UsageError(f"{act.body.by} has seen to {target.id} already: {act.id}")
    return ActBody(act=ActKind.ACKNOWLEDGE, target=target.id, place=place, by=by)


def amending_body(
    target: Entry, act: ActKind, party: Party | None, by: str, *, acts: Sequence[Entry] = (), uses: Sequence[Use] = ()
) -> ActBody:
    """An annulment or a correction of an admission or of a striking off; UsageError where it cannot be.

    `acts` are those upon the target, `uses` those of its permit, here and elsewhere.
    """
    body = target.body
    _expect_no_act(target)
    if not moves_people(target) or not isinstance(body, DecisionBody | ActBody):
        raise UsageError(f"{target.id} let nobody through: there is nothing to {act}")
    _expect_standing(target, acts)
    if party is not None:
        _expect_change(target, party, _now(body, acts))
    _expect_nobody_left_who_never_came(target, act, party, uses)
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


def _expect_no_act(target: Entry) -> None:
    """UsageError for an annulment or a correction: neither is taken back, each is followed by another record."""
    body = target.body
    if not isinstance(body, ActBody) or body.act not in _FOLLOWED_BY:
        return
    raise UsageError(f"{target.id} is itself an act upon {body.target}: {_FOLLOWED_BY[body.act]}")


_FOLLOWED_BY = {
    ActKind.ANNUL: "it stays; if they do go in, scan the ticket again",
    ActKind.CORRECT: "it stays; correct or annul that entry again",
}


def _now(body: DecisionBody | ActBody, acts: Sequence[Entry]) -> Party:
    """Who is taken to have gone through: by the last correction, or by the entry itself."""
    corrected = [act.body.party for act in acts if isinstance(act.body, ActBody) and act.body.act is ActKind.CORRECT]
    return next((party for party in reversed(corrected) if party is not None), body.party or Party())


def _expect_standing(target: Entry, acts: Sequence[Entry]) -> None:
    for act in acts:
        if isinstance(act.body, ActBody) and act.body.act is ActKind.ANNUL:
            raise UsageError(f"{target.id} was annulled already by {act.id}")


def _expect_change(target: Entry, party: Party, now: Party) -> None:
    if not party.heads:
        raise UsageError(f"Nobody went through by {target.id}? Then annul it")
    _expect_possible(party)
    if party == now:
        raise UsageError(f"{target.id} says so already: {now.heads} went through")


def _expect_possible(party: Party) -> None:
    if party.heads > MOST_HEADS:
        raise UsageError(f"{party.heads} people at once? At most {MOST_HEADS} can be said")


def _expect_nobody_left_who_never_came(target: Entry, act: ActKind, party: Party | None, uses: Sequence[Use]) -> None:
    """UsageError where more would have left than went in: presence would be wrong from then on."""
    mine = next((use for use in uses if use.entry_id == target.id), None)
    if mine is None:
        return
    change = (party or Party()).heads - mine.party.heads
    change = change if mine.direction is Direction.ENTRY else -change
    if change < 0 and _balance(uses, mine.entry_number) + change < 0:
        raise UsageError(_why(mine, uses))


def _balance(uses: Sequence[Use], number: int) -> int:
    """Heads that went in less those that left, under one entry number."""
    own = [use for use in uses if use.entry_number == number]
    return sum(use.party.heads if use.direction is Direction.ENTRY else -use.party.heads for use in own)


def _why(mine: Use, uses: Sequence[Use]) -> str:
    """What stands against it, and what to do first."""
    if mine.direction is Direction.EXIT:
        return "Fewer than that had gone in: correct their entry first"
    exits = [use for use in uses if use.direction is Direction.EXIT and use.entry_number == mine.entry_number]
    heads, last = sum(use.party.heads for use in exits), exits[-1]
    where = f"{last.entry_id}, gate {last.gate}, lane {last.lane}"
    return f"{heads} of them left again since: they had gone in. If not, annul or correct that exit first ({where})"


def struck_off_body(target: Entry, visit: Visit, party: Party | None, by: str) -> ActBody:
    """A ranger's word that a party is out, all of it or so many; UsageError where nobody of it is inside."""
    body = target.body
    if not is_admission(target) or not isinstance(body, DecisionBody | ActBody) or not visit.heads:
        raise UsageError(f"Nobody of {target.id} is inside")
    if party is not None and not 1 <= party.heads <= visit.heads:
        raise UsageError(f"{visit.heads} of {target.id} are inside: say how many of these are out")
    act = _act(target, body, ActKind.LEFT, by=by, number=visit.number, party=party or visit.party)
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
