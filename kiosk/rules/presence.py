"""Who is inside: what entries and exits of a party amount to, when it should be back, and what is done when it is not.

Nothing is counted beside the entries: who is inside follows from the uses of a permit, here and at other gates, each
once. Heads that come in again without having been seen to leave had left; a party that comes in under a later entry
number came from outside, so of those before only so many can still be inside as the right has heads left.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.rules.canon import unpack
from kiosk.rules.dusk import sunset
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Use
from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS, PolicySet, ProductKind
from kiosk.rules.standing import settled, take
from kiosk.rules.words import NOT_RECREATION, ActKind, Direction, EntryKind, Outcome, Reason, Step

CALLS = (ActKind.LEADER_CALLED, ActKind.CONTACT_CALLED, ActKind.RESCUE_CALLED)
MUST_LOOK = 1_000_000
_MINUTE = 60
_MOVES = frozenset({str(Outcome.ADMITTED), str(ActKind.OVERRIDE)})
_WEIGHED = _MOVES | {str(act) for act in (ActKind.ANNUL, ActKind.CORRECT, ActKind.LEFT, *CALLS)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A step that somebody took to ask after a party, and when."""

    act: ActKind
    target: str
    at: int
    by: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What is known of one party: who of it is inside now, and how they came and went; it names nobody."""

    permit: bytes | None
    uses: tuple[Use, ...]
    party: Party = Party()
    entry_id: str | None = None
    """This kiosk's newest admission of the party, upon which acts are done; None where it came in elsewhere only."""
    ticket: bytes | None = None
    product: int | None = None
    vehicle_class: str | None = None
    code_tail: str | None = None
    right: Party | None = None
    entries: int = 1
    until: int | None = None
    expected: int | None = None
    """When the party said that it would be back."""
    is_never_due: bool = False
    calls: tuple[Call, ...] = ()
    revoked_at: int | None = None

    @property
    def heads(self) -> int:
        """How many of the party are inside now."""
        return self.party.heads

    @property
    def came(self) -> Use:
        """How the last part of it came in."""
        return next(use for use in reversed(self.uses) if use.direction is Direction.ENTRY)

    @property
    def number(self) -> int:
        """The newest entry number that any of it came in under: who leaves is of that one first, then of older ones."""
        return max(use.entry_number for use in self.uses if use.direction is Direction.ENTRY)

    @property
    def left(self) -> Use | None:
        """How the last of it went out; None where nobody did."""
        return next((use for use in reversed(self.uses) if use.direction is Direction.EXIT), None)

    @property
    def since(self) -> int:
        """Since when somebody of it has been inside without a break, by what was recorded."""
        return self._stay[0].at

    @property
    def calls_now(self) -> frozenset[ActKind]:
        """What was done about this stay: the calls that point to one of its admissions, whatever the clock said."""
        mine = {use.entry_id for use in self._stay}
        return frozenset(call.act for call in self.calls if call.target in mine)

    @property
    def _stay(self) -> tuple[Use, ...]:
        """The entries since nobody of it was inside."""
        heads = 0
        stay: tuple[Use, ...] = (self.came,)
        for use in self.uses:
            if use.direction is Direction.ENTRY:
                stay = (use,) if heads == 0 else (*stay, use)
                heads += use.party.heads
            else:
                heads = max(0, heads - use.party.heads)
        return stay


def visit_of(entries: Sequence[Entry], heard: Iterable[Use] = ()) -> Visit | None:
    """The party that these entries of one permit, or of one admission without any, are about; None where none is."""
    numbered = [_numbered(entry) for entry in entries]
    uses = settled(numbered, heard)
    if not any(use.direction is Direction.ENTRY and use.party.heads for use in uses):
        return None
    mine = {entry.id: entry for entry in numbered}
    own = [mine[use.entry_id] for use in uses if use.entry_id in mine and use.direction is Direction.ENTRY]
    told = _told(own, entries)
    return replace(told, uses=uses, party=inside_now(uses, _returning(own), told.right))


def inside_now(uses: Sequence[Use], returning: Mapping[str, int], right: Party | None) -> Party:
    """Who is inside by these uses of one permit, oldest first; `returning` are heads that an entry let in again."""
    by_number: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        by_number[use.entry_number].append(use)
    there, later = Party(), 0
    beyond: list[Use] = []
    for number in sorted(by_number, reverse=True):
        room = max(0, (right.heads if right else 0) - later) if later else None
        # one word strikes off a whole party: what it takes beyond its own number is of older ones
        uses_of_it = sorted((*by_number[number], *beyond), key=lambda use: use.at)
        party, beyond = _there(uses_of_it, returning, number, room)
        there += party
        later += _entered(by_number[number], returning)
    return there


def due_at(visit: Visit, rules: PolicySet) -> int | None:
    """When the last of the party should be out: as it said, else by its right, and by a day's ticket before dark."""
    if visit.expected is not None:
        return visit.expected
    product = rules.products.get(visit.product) if visit.product is not None else None
    if visit.is_never_due or (product is not None and product.kind is ProductKind.PASS):
        return None
    ends = _end_of_day(visit.since, rules)
    if visit.until is not None and visit.permit is not None:  # without a ticket there is no right that ends
        ends = visit.until if visit.entries == 1 else min(visit.until, ends)
    site = rules.tables.place
    dark = sunset(site, rules.policy.local_day(ends - 1)) if site else None
    return ends if dark is None or dark <= visit.since else min(ends, dark)


def step(visit: Visit, rules: PolicySet, now: int) -> Step | None:
    """What is to be done next about a party; None while it need not be back, or when nobody of it is inside."""
    due = due_at(visit, rules)
    if due is None or now < due or not visit.heads:
        return None
    done = visit.calls_now
    if ActKind.RESCUE_CALLED in done:
        return Step.RESCUE_CALLED
    late = now - due
    if late >= rules.policy.contact_after_minutes * _MINUTE:
        return Step.CALL_RESCUE if ActKind.CONTACT_CALLED in done else Step.CALL_CONTACT
    if late < rules.policy.overdue_after_minutes * _MINUTE or ActKind.LEADER_CALLED in done:
        return Step.WAIT
    return Step.CALL_LEADER


def witnesses(visit: Visit, others: Iterable[Visit], rules: PolicySet, now: int) -> tuple[Visit, ...]:
    """Who may have seen the party: those of its product or zones who were in with it, the last to leave first.

    Those who are out can be asked; behind them come those still inside, unless they are late themselves.
    """
    known = [
        other
        for other in others
        if (other.permit, other.entry_id) != (visit.permit, visit.entry_id)
        and _is_on_the_same_way(visit, other, rules)
        and _out_at(other) >= visit.since
    ]
    asked = [other for other in known if not other.heads or step(other, rules, now) is None]
    return tuple(sorted(asked, key=lambda other: (other.heads > 0, -_out_at(other), -other.since)))


def weigh(entry_id: str, core: bytes) -> tuple[bytes | str, int] | None:
    """Whose party a core moves and by how many heads, read in a third of the time that the whole entry takes.

    What changes an earlier entry weighs more than any party: its party has to be looked at.
    """
    light = unpack(_Light, core)
    kind, body = light.kind, light.body
    word = body.get("act") if kind == EntryKind.ACT else body.get("outcome")
    if word not in _WEIGHED or body.get("reason") == Reason.TRAINING:
        return None
    if word in _MOVES:
        heads = sum((body.get("party") or {}).values())
        return body.get("permit") or entry_id, heads if body["place"]["direction"] == Direction.ENTRY else -heads
    return body.get("permit") or body["target"], MUST_LOOK


def heads_of(visits: Collection[Visit]) -> int:
    """How many people are inside."""
    return sum(visit.heads for visit in visits)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Light:
    """Of a core only what says whom it moves."""

    kind: str
    body: dict[str, Any]


# ---- inside one party -----------------------------------------------------------------------------------------------


def _numbered(entry: Entry) -> Entry:
    """The entry with an entry number: people let in without any ticket come and go but once."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED, permit=None, entry_number=None) as body if body.party.heads:
            return replace(entry, body=replace(body, entry_number=1))
        case _:
            return entry


def _told(own: Sequence[Entry], entries: Sequence[Entry]) -> Visit:
    """What this kiosk's own entries say of the party, the newest word of each."""
    visit = Visit(permit=None, uses=())
    for entry in own:
        visit = _said_by(entry, visit)
    return replace(visit, calls=_calls(entries))


def _said_by(entry: Entry, visit: Visit) -> Visit:
    body = entry.body
    assert isinstance(body, DecisionBody | ActBody)  # only these are uses
    visit = replace(
        visit,
        permit=body.permit,
        entry_id=entry.id,
        ticket=body.ticket or visit.ticket,
        product=body.product if body.product is not None else visit.product,
        right=body.right or visit.right,
        vehicle_class=body.vehicle_class or visit.vehicle_class,
    )
    if isinstance(body, ActBody):
        return visit
    right = body.facts.get("claims") or body.facts.get("permit") or {}
    return replace(
        visit,
        code_tail=body.code_tail or visit.code_tail,
        entries=right.get("entries", visit.entries),
        until=body.details.get("until", visit.until),
        expected=body.details.get("expected_return", visit.expected),
        is_never_due=body.reason in NOT_RECREATION,
    )


def _calls(entries: Iterable[Entry]) -> tuple[Call, ...]:
    acts = ((entry.at, entry.body) for entry in entries if isinstance(entry.body, ActBody))
    calls = (Call(act=body.act, target=body.target, at=at, by=body.by) for at, body in acts if body.act in CALLS)
    return tuple(calls)


def _returning(own: Iterable[Entry]) -> dict[str, int]:
    bodies = ((entry.id, entry.body) for entry in own)
    return {entry_id: body.returning for entry_id, body in bodies if isinstance(body, DecisionBody | ActBody)}


def _there(uses: Sequence[Use], returning: Mapping[str, int], number: int, room: int | None) -> tuple[Party, list[Use]]:
    """Who is inside under one entry number, category by category, and never fewer than nobody; and exits beyond it.

    `room` are the heads that those under later numbers leave; exits under a later number come out of these.
    """
    there, out = Party(), 0
    beyond: list[Use] = []
    for use in uses:
        if use.direction is Direction.EXIT:
            there = there if use.entry_number == number else _within(there, room)
            if use.party.heads > there.heads:
                beyond.append(replace(use, party=_less(use.party, there)))
            out += min(use.party.heads, there.heads)
            there = _less(there, use.party)
            continue
        back = min(returning.get(use.entry_id, min(out, use.party.heads)), use.party.heads)
        there = _less(there, use.party.take(max(0, back - out))) + use.party
        out = max(0, out - back)
    return _within(there, room), beyond


def _within(party: Party, room: int | None) -> Party:
    return party if room is None else take(party, min(party.heads, room))


def _less(there: Party, gone: Party) -> Party:
    """Those that are left; who goes beyond a category is taken from the others in their order."""
    counts = [max(0, mine - theirs) for mine, theirs in zip(there.counts(), gone.counts(), strict=True)]
    left = max(0, there.heads - gone.heads)
    return Party.of(counts).take(left)


def _entered(uses: Sequence[Use], returning: Mapping[str, int]) -> int:
    """How many different heads came in under one entry number."""
    return sum(
        max(0, use.party.heads - returning.get(use.entry_id, 0)) for use in uses if use.direction is Direction.ENTRY
    )


def _end_of_day(at: int, rules: PolicySet) -> int:
    return (rules.policy.local_day(at) + 1) * DAY_SECONDS - rules.policy.utc_offset_minutes * _MINUTE


def _out_at(visit: Visit) -> int:
    """When the last of it left; who is inside has not left before anybody."""
    left = visit.left
    return 2**63 if visit.heads or left is None else left.at


def _is_on_the_same_way(visit: Visit, other: Visit, rules: PolicySet) -> bool:
    if visit.product == other.product:
        return True
    mine, theirs = (
        set(product.zones) if (product := rules.products.get(party.product or 0)) else set() for party in (visit, other)
    )
    return bool(mine & theirs)
