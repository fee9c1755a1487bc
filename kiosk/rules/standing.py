"""Where a right stands after its uses: which entry number is open, who may still go in, who is inside.

A use is (permit, entry number, heads by category). Later parts of a party use the same entry number and take only
heads that are left. Entry number k+1 opens at the first presentation on a later local day than the one on which k
opened, if the right's `entries` allows it (0: always). Whom a ranger lets in beyond that comes under a number of their
own, and takes from the last one that was bought. The right is compared by total heads; categories are for counting.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.entries import ActBody, DecisionBody, Entry, FirstUse, Use, use_of, uses_of
from kiosk.rules.facts import Answers
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.words import ActKind, Direction, Reason

UNSAID = Party(other=1)
"""On a vehicle's ticket: nobody said who sits in it. No ticket is for nobody, and one that knows says a category."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is left of a right at one moment, under the entry number that is open then."""

    entry_number: int
    fresh: int
    returning: int
    left: Party
    room: int | None = None
    """Of a vehicle, how many may be said to sit in it now; None where heads are counted against the ticket's."""
    is_spent_earlier: bool = False
    first: FirstUse | None = None

    @property
    def allowed(self) -> int:
        """Heads that may go in now."""
        return self.fresh + self.returning if self.room is None else self.room

    def returning_of(self, heads: int) -> int:
        """How many of these heads come back; those who left earlier today are taken to come first."""
        return min(heads, self.returning)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Day:
    """Where the heads of one entry number are in the course of a local day."""

    day: int
    fresh: int
    """Never entered."""
    stayed: int = 0
    """Inside since an earlier day."""
    there: int = 0
    """Inside since this day."""
    came: int = 0
    """Entered on this day and on none before."""
    out: int = 0
    """Left on this day and may come back: who spent the entry on an earlier day has no way back."""
    ahead: int = 0
    """Left on this day before they were seen to come: a clock is behind, or another gate was not heard of."""
    back: int = 0
    """Came back on this day, each time anew."""

    def on(self, day: int) -> "_Day":
        """The same heads on this day; on another one than before, nobody who is out has a way back."""
        if day == self.day:
            return self
        # who came back of those that had left ahead was seen to come but then
        return _Day(day=day, fresh=max(0, self.fresh - min(self.ahead, self.back)), stayed=self.stayed + self.there)

    def after(self, use: Use) -> "_Day":
        """The day when this use has been, too; who came on it is taken to leave first, and who left to come first."""
        heads = use.party.heads
        if use.direction is Direction.EXIT:
            of_today = min(heads, self.there)
            for_good = min(heads - of_today, self.stayed)
            return replace(
                self,
                there=self.there - of_today,
                stayed=self.stayed - for_good,
                out=self.out + heads - for_good,
                ahead=self.ahead + heads - of_today - for_good,
            )
        back = min(heads, self.out)
        return replace(
            self,
            fresh=max(0, self.fresh - (heads - back)),
            there=self.there + heads,
            came=self.came + heads - back,
            out=self.out - back,
            back=self.back + back,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Inside:
    """Who is inside under one entry number."""

    entry_number: int
    party: Party


def standing(
    party: Party, entries: int, uses: Sequence[Use], policy: Policy, at: int, seats: int | None = None
) -> Standing:
    """Where a right for `party`, `entries` times, stands at Unix second `at`; uses are oldest first.

    With `seats` it is one vehicle's, whoever sits in it: in once, and in again when it was seen to leave.
    """
    today = policy.local_day(at)
    number, opened = _newest_number(uses, entries)
    if opened is not None and today > policy.local_day(opened) and (entries == 0 or number < entries):
        number, opened = number + 1, None
    if opened is None:
        if seats is not None and party == UNSAID:
            party = Party()
        room = None if seats is None else max(seats, party.heads)
        return Standing(entry_number=number, fresh=party.heads, returning=0, left=party, room=room)
    mine = [use for use in uses if _counted_under(use, entries) == number]
    if seats is not None:  # who sat in it is the party: nobody is left to come later on the same ticket
        party = _entered(mine)
    fresh, returning = _tally(party.heads, number, mine, policy, today)
    room = None if seats is None else _room(mine, fresh, returning, seats)
    first = next(use for use in mine if use.direction is Direction.ENTRY)
    return Standing(
        entry_number=number,
        fresh=fresh,
        returning=returning,
        left=_left(party, mine, fresh + returning),
        room=room,
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


def numbered(uses: Sequence[Use], entries: int, policy: Policy) -> tuple[Use, ...]:
    """The uses, oldest first, under the numbers they would have had if each gate had known of all the earlier ones.

    A gate that is cut off takes the second day of a right for its first. A number that was never bought stays: it says
    that a ranger let somebody in.
    """
    number, opened = 1, None
    there: dict[int, int] = defaultdict(int)
    found: list[Use] = []
    for use in uses:
        today = policy.local_day(use.at)
        mine = [use]
        if use.direction is Direction.EXIT:
            mine = _by_number(use, there)
        elif not entries or use.entry_number <= entries:
            if use.party.heads and opened is not None and today > opened and (not entries or number < entries):
                number, opened = number + 1, None
            opened = today if use.party.heads and opened is None else opened
            mine = [replace(use, entry_number=number)]
        for each in mine:
            there[each.entry_number] += each.party.heads * _sign(each)
        found += mine
    return tuple(found)


def bearing(uses: Sequence[Use], entries: int) -> tuple[Use, ...]:
    """The uses on which a verdict can still depend: `standing` and `inside` answer the same from them alone.

    They are those of the newest entry number and of the one that an exit would end, so that a ticket used on every
    day of a season weighs no more in an entry than one used twice.
    """
    newest, _ = _newest_number(uses, entries)
    there = inside(uses)
    kept = {there.entry_number} if there else set()
    return tuple(use for use in uses if use.entry_number in kept or _counted_under(use, entries) == newest)


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
    """How many the ranger said went out, in whatever words; 0 where nobody did."""
    try:
        said = rebuild(Answers, body.facts.get("answers")).wanted
    except CanonError:
        return 0
    return max(0, said or 0)


def _age(use: Use) -> tuple[int, str]:
    return use.at, use.entry_id


def _by_number(use: Use, there: Mapping[int, int]) -> list[Use]:
    """An exit under the numbers that it ends, the newest that has anybody inside first."""
    found: list[Use] = []
    left = use.party
    for number in sorted((number for number, heads in there.items() if heads > 0), reverse=True):
        if left.heads:
            found.append(replace(use, entry_number=number, party=left.take(there[number])))
            left -= found[-1].party
    if not found:
        return [use]
    return [replace(found[0], party=found[0].party + left), *found[1:]]


def _counted_under(use: Use, entries: int) -> int:
    return min(use.entry_number, entries) if entries else use.entry_number


def _newest_number(uses: Sequence[Use], entries: int) -> tuple[int, int | None]:
    entered = [use for use in uses if use.direction is Direction.ENTRY and use.party.heads]
    if not entered:
        return 1, None
    number = max(_counted_under(use, entries) for use in entered)
    return number, min(use.at for use in entered if _counted_under(use, entries) == number)


def _tally(heads: int, number: int, uses: Sequence[Use], policy: Policy, today: int) -> tuple[int, int]:
    """Heads that never entered, and heads that entered and left today and may come back."""
    # whom a ranger let in beyond the right has a number of their own and takes nobody's room
    beyond = sum(use.party.heads for use in uses if use.entry_number > number and use.direction is Direction.ENTRY)
    now = _Day(day=today, fresh=heads)
    for use in uses:
        now = now.on(policy.local_day(use.at)).after(use)
    now = now.on(today)
    # gates that were alone may have let in as many again: of all who left, so many return as the right has room
    room = max(0, heads + beyond - now.fresh - now.stayed - now.there)
    return now.fresh, min(now.out, now.came, heads, room)


def _entered(uses: Sequence[Use]) -> Party:
    """Who came in at first under one entry number: until somebody left, and whoever came back since is of them."""
    there, most = Party(), Party()
    for use in uses:
        there = (
            there + use.party if use.direction is Direction.ENTRY else there.take(max(0, there.heads - use.party.heads))
        )
        most = there if there.heads > most.heads else most
    return most


def _room(uses: Sequence[Use], fresh: int, returning: int, seats: int) -> int:
    """How many may be said to come back: some on foot, or the vehicle with anybody in it once all were out."""
    if _net(uses).heads:
        return returning
    # of heads that never entered none is left of a vehicle's own party, unless an exit was dated before its entry
    outside = fresh + returning
    return max(seats, outside) if outside else 0


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
