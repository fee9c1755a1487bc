"""Where a right stands after its uses: which entry number is open, who may still go in, who is inside.

A use is (permit, entry number, heads by category). Later parts of a party use the same entry number and take only
heads that are left. Entry number k+1 opens at the first presentation on a later local day than the one on which k
opened, if the right's `entries` allows it (0: always). The right is compared by total heads; categories are for
counting.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kiosk.rules.entries import ActBody, DecisionBody, Entry, FirstUse, Use, use_of, uses_of
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.words import ActKind, Direction, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is left of a right at one moment, under the entry number that is open then."""

    entry_number: int
    fresh: int
    returning: int
    left: Party
    is_spent_earlier: bool = False
    first: FirstUse | None = None

    @property
    def allowed(self) -> int:
        """Heads that may go in now."""
        return self.fresh + self.returning

    def returning_of(self, heads: int) -> int:
        """How many of these heads come back; those who left earlier today are taken to come first."""
        return min(heads, self.returning)


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """Who is inside under one entry number."""

    entry_number: int
    party: Party


def standing(party: Party, entries: int, uses: Sequence[Use], policy: Policy, at: int) -> Standing:
    """Where a right for `party`, `entries` times, stands at Unix second `at`; uses are oldest first."""
    today = policy.local_day(at)
    number, opened = _newest_number(uses)
    if opened is not None and today > policy.local_day(opened) and (entries == 0 or number < entries):
        number, opened = number + 1, None
    if opened is None:
        return Standing(entry_number=number, fresh=party.heads, returning=0, left=party)
    mine = [use for use in uses if use.entry_number == number]
    fresh, returning = _tally(party.heads, mine, policy, today)
    first = next(use for use in mine if use.direction is Direction.ENTRY)
    return Standing(
        entry_number=number,
        fresh=fresh,
        returning=returning,
        left=_left(party, mine, fresh + returning),
        is_spent_earlier=fresh + returning == 0 and policy.local_day(opened) < today,
        first=FirstUse(at=first.at, gate=first.gate, lane=first.lane),
    )


def inside(uses: Sequence[Use]) -> Inside | None:
    """Who is inside under the newest entry number that has anybody inside; None when nobody is."""
    heads: dict[int, int] = defaultdict(int)
    for use in uses:
        heads[use.entry_number] += use.party.heads * _sign(use)
    number = max((number for number, there in heads.items() if there > 0), default=None)
    if number is None:
        return None
    mine = [use for use in uses if use.entry_number == number]
    return Inside(entry_number=number, party=take(_net(mine), heads[number]))


def settled(entries: Iterable[Entry], heard: Iterable[Use] = ()) -> tuple[Use, ...]:
    """The uses that entries of one permit and those heard from other gates amount to, each once, oldest first.

    An exit that nobody could explain at its gate takes out whoever is known by now to have been inside then: they came
    in by a gate that had not been heard of yet.
    """
    mine = list(entries)
    unexplained = _unexplained(mine)
    held = {entry.id for entry in mine} - unexplained.keys()  # what is told back of those is the registry's own word
    uses = {use.entry_id: use for use in (*uses_of(mine), *(use for use in heard if use.entry_id not in held))}
    for entry_id, exit_ in unexplained.items():
        if entry_id in uses:
            continue
        before = [use for use in sorted(uses.values(), key=_age) if _age(use) < _age(exit_)]
        if there := inside(before):
            heads = min(exit_.party.heads or there.party.heads, there.party.heads)
            uses[entry_id] = replace(exit_, entry_number=there.entry_number, party=take(there.party, heads))
    return tuple(sorted(uses.values(), key=_age))


def bearing(uses: Sequence[Use]) -> tuple[Use, ...]:
    """The uses on which a verdict can still depend: `standing` and `inside` answer the same from them alone.

    They are those of the newest entry number and of the one that an exit would end, so that a ticket used on every
    day of a season weighs no more in an entry than one used twice.
    """
    newest, _ = _newest_number(uses)
    there = inside(uses)
    kept = {newest, there.entry_number} if there else {newest}
    return tuple(use for use in uses if use.entry_number in kept)


def take(available: Party, heads: int) -> Party:
    """So many heads in the ticket's order; heads that no category has left are counted as `other`."""
    taken = available.take(heads)
    return taken + Party(other=heads - taken.heads)


def _unexplained(entries: Sequence[Entry]) -> dict[str, Use]:
    """The exits of these entries of whom nobody was known to be inside, by entry id, oldest first; no party: all."""
    found: dict[str, Use] = {}
    for entry in entries:
        match entry.body:
            case DecisionBody(reason=Reason.EXIT_UNKNOWN, permit=bytes()) as body:
                found[entry.id] = use_of(entry, body.place, 1, Party(other=_said(body)))
            case ActBody(act=ActKind.ANNUL, target=target):
                found.pop(target, None)
            case ActBody(act=ActKind.CORRECT, target=target, party=Party() as party) if target in found:
                found[target] = replace(found[target], party=party)
            case _:
                pass
    return dict(sorted(found.items(), key=lambda item: _age(item[1])))


def _said(body: DecisionBody) -> int:
    """How many the ranger said went out; 0 where nobody did."""
    answers = body.facts.get("answers")
    heads = answers.get("heads") if isinstance(answers, dict) else None
    return heads if type(heads) is int and heads > 0 else 0


def _age(use: Use) -> tuple[int, str]:
    return use.at, use.entry_id


def _newest_number(uses: Sequence[Use]) -> tuple[int, int | None]:
    entered = [use for use in uses if use.direction is Direction.ENTRY and use.party.heads]
    if not entered:
        return 1, None
    number = max(use.entry_number for use in entered)
    return number, min(use.at for use in entered if use.entry_number == number)


def _tally(heads: int, uses: Sequence[Use], policy: Policy, today: int) -> tuple[int, int]:
    """Heads that never entered, and heads that entered and left today and may come back."""
    fresh, out, entered_today = heads, 0, 0
    for use in uses:
        is_today = policy.local_day(use.at) == today
        if use.direction is Direction.EXIT:
            out += use.party.heads if is_today else 0
            continue
        back = min(use.party.heads, out)
        out -= back
        fresh = max(0, fresh - (use.party.heads - back))
        entered_today += use.party.heads - back if is_today else 0
    # somebody who spent the entry on an earlier day and left today has no way back under this number
    return fresh, min(out, entered_today, heads - fresh)


def _left(party: Party, uses: Sequence[Use], heads: int) -> Party:
    gone = _net(uses)
    pairs = zip(party.counts(), gone.counts(), strict=True)
    return take(Party.of(max(0, mine - theirs) for mine, theirs in pairs), heads)


def _net(uses: Sequence[Use]) -> Party:
    """Entered less left, by category, never below zero."""
    counts = [0] * len(Party().counts())
    for use in uses:
        counts = [max(0, count + _sign(use) * moved) for count, moved in zip(counts, use.party.counts(), strict=True)]
    return Party.of(counts)


def _sign(use: Use) -> int:
    return 1 if use.direction is Direction.ENTRY else -1
