"""People counted on fingers: what one gate may know of who went through, and what it must therefore answer.

It shares no rule with the product. Where fingers can tell exactly who may go in, an answer must be that; elsewhere it
must at least stay within what was bought. Days are the park's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.facts import Question
from kiosk.rules.moment import Moment
from kiosk.rules.words import Direction, Outcome, Reason
from tests.support.park import UTC_OFFSET

DAY = 86_400
ASKED_ABOVE = 6
REENTRY_SECONDS = 900
OWED_SECONDS = 120
USED = frozenset({Reason.ALREADY_USED, Reason.USED_UP})
CLOSED = frozenset({Reason.NOT_YET, Reason.EXPIRED})


def day_of(at: int) -> int:
    """The local day of a second."""
    return (at + UTC_OFFSET) // DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """What was bought: so many heads, on so many days (0: on each), within these seconds."""

    permit: bytes
    cti8: bytes
    heads: int
    entries: int
    good_from: int
    good_until: int
    is_free: bool
    """The same heads may come again without having left."""
    is_rehearsal: bool
    seats: int | None = None
    """Of a vehicle: how many may be said to sit in it, whatever was said when it was sold."""
    revoked_from: int | None = None
    """Where it is revoked by more than the log."""


@dataclass(kw_only=True, slots=True)
class Went:
    """Heads that went through by one entry, and the barrier's part in it."""

    entry_id: str
    permit: bytes | None
    direction: Direction
    heads: int
    returning: int
    at: int
    is_unknown: bool = False
    """An exit of whom nobody was known to be inside: who they were is found out later, by where others came in."""
    said: int | None = None
    is_by_hand: bool = False
    is_counted: bool = True
    is_visitor: bool = True
    true_at: int = 0
    """When it was, whatever the gate's clock said."""
    most: int | None = None
    """How many of its right can be inside at once; None where a person let them in."""
    is_annulled: bool = False
    is_corrected: bool = False
    is_pulsed: bool = False
    pulses: int = 0
    unwritten: int = 0
    """Pulses that were given and never written down: the process ended there."""

    @property
    def is_there(self) -> bool:
        """Whether these heads count."""
        return self.is_counted and not self.is_annulled and self.heads > 0

    @property
    def is_amended(self) -> bool:
        """Whether a person had a hand in it, so that more may have gone in than was bought."""
        return self.is_by_hand or self.is_corrected or (self.is_annulled and self.direction is Direction.EXIT)

    @property
    def signed_heads(self) -> int:
        """Heads that are inside by it, or outside."""
        return self.heads if self.direction is Direction.ENTRY else -self.heads


@dataclass
class HeadsAccount:
    """All that one gate wrote, and what it was told of the others."""

    went: dict[str, Went] = field(default_factory=dict)
    own: dict[bytes | None, list[Went]] = field(default_factory=lambda: defaultdict(list))
    heard: dict[bytes, dict[str, Went]] = field(default_factory=dict)
    revoked: dict[bytes, int] = field(default_factory=dict)
    untold: dict[str, Went] = field(default_factory=dict)

    def record(self, went: Went) -> None:
        """Somebody was let through here."""
        self.went[went.entry_id] = self.untold[went.entry_id] = went
        self.own[went.permit].append(went)

    def annul(self, went: Went) -> None:
        """It was a mistake."""
        went.is_annulled = True
        self.untold[went.entry_id] = went

    def correct(self, went: Went, heads: int) -> None:
        """Somebody counted."""
        went.heads, went.is_corrected = heads, True
        self.untold[went.entry_id] = went

    def tell(self, board: dict[bytes, dict[str, Went]]) -> None:
        """Write on the common board what has changed here."""
        for key, went in self.untold.items():
            if went.permit is not None:
                board[went.permit][key] = replace(went)
        self.untold.clear()

    def hear(self, board: dict[bytes, dict[str, Went]], permits: Iterable[bytes]) -> None:
        """Read the board."""
        for permit in permits:
            self.heard[permit] = {one.entry_id: one for one in explained(board[permit].values())}

    def of(self, permit: bytes | None) -> list[Went]:
        """What was written here of a permit."""
        return self.own.get(permit, [])

    def known(self, permit: bytes | None) -> list[Went]:
        """What counts of a permit here and, as far as it is told, elsewhere; oldest first."""
        heard = self.heard.get(permit, {}) if permit is not None else {}
        # whom the registry has found out to have left is known by its word
        mine = [
            heard.get(one.entry_id, one) if one.is_unknown and not one.is_annulled else one for one in self.of(permit)
        ]
        return explained((*mine, *(one for key, one in heard.items() if key not in self.went)))

    def is_amended(self, permit: bytes) -> bool:
        """Whether a person had a hand in any of it."""
        return any(one.is_amended for one in (*self.of(permit), *self.heard.get(permit, {}).values()))

    def owed(self, permit: bytes, direction: Direction, now: int) -> Went | None:
        """The admission that this ticket still has a pulse to get for."""
        for went in reversed(self.of(permit)):
            if went.at >= now - OWED_SECONDS and went.direction is direction and not went.is_annulled:
                return None if went.is_pulsed or went.is_by_hand else went
        return None

    # ---- shares -----------------------------------------------------------------------------------------------------

    def entered(self, day: int, *, is_gross: bool = False) -> int:
        """Visitors who came in here on a day, each once; or as often as they came."""
        return sum(
            one.heads - (0 if is_gross else one.returning)
            for one in self.went.values()
            if one.is_there and one.is_visitor and one.direction is Direction.ENTRY and day_of(one.true_at) == day
        )

    def inside_here(self) -> int:
        """Visitors who came in here and have not left here."""
        there: dict[object, int] = defaultdict(int)
        peak: dict[object, int] = defaultdict(int)
        for one in self.went.values():
            key = one.permit or one.entry_id
            if not one.is_there or not one.is_visitor:
                continue
            if one.direction is Direction.EXIT:
                there[key] = max(0, there[key] - one.heads)
            else:
                together = there[key] + one.heads
                most = together if one.most is None else max(one.most, one.heads, peak[key])
                there[key] = max(there[key], min(most, together))
            peak[key] = max(peak[key], there[key])
        return sum(there.values())

    # ---- answers ----------------------------------------------------------------------------------------------------

    def exit_problem(
        self, right: Right, answer: Entry | Question | None, wanted: int | None, *, is_found: bool
    ) -> str | None:
        """Whoever wants out goes out; as many as are inside, and nobody who is not."""
        body = answer.body if isinstance(answer, Entry) else None
        if not isinstance(body, DecisionBody) or body.outcome is not Outcome.ADMITTED:
            return f"somebody was not let out: {body}"
        known = self.known(right.permit) if is_found else []
        left = body.party.heads if body.reason is Reason.EXIT else 0
        there, is_clear = entries_less_exits(known)
        if not is_clear or self.is_amended(right.permit) or is_guesswork(right, known):
            most = sum(one.heads for one in known if one.direction is Direction.ENTRY)
            return None if left <= most else f"{left} left of {most} who ever came"
        if left > there or (left == 0) != (there == 0):
            return f"{left} left of {there} inside"
        asked = there if wanted is None else max(1, min(wanted, there))
        is_exact = right.entries == 1
        return f"{left} left of {there} inside, {asked} were to" if is_exact and there and left != asked else None

    def entry_problem(
        self,
        right: Right,
        answer: Entry | Question | None,
        moment: Moment,
        wanted: int | None,
        *,
        is_closed: bool,
    ) -> str | None:
        """At each second that it may be, what was answered is what fingers say."""
        if not isinstance(answer, Entry):
            if not isinstance(answer, Question):
                return "there is no answer"
        elif not isinstance(answer.body, DecisionBody):
            return f"the answer is no decision: {answer.body}"
        body = answer.body if isinstance(answer, Entry) and isinstance(answer.body, DecisionBody) else None
        known = [] if right.is_rehearsal else self.known(right.permit)
        if body is not None and body.reason is Reason.CLOCK_SUSPECT:
            return None if moment.latest > moment.earliest else "the clock was not in doubt"
        if is_closed:
            is_in = body is not None and body.outcome is Outcome.ADMITTED
            return "a typed code alone was admitted" if is_in else None
        if body is not None and body.reason is Reason.FULL:
            return None  # weighed by the share
        is_admitted = body is None or body.outcome is Outcome.ADMITTED
        # a refusal for a sum of reasons may be given for another one at each second
        times = {moment.now, moment.earliest, moment.latest} if is_admitted else {moment.now}
        for at in times:
            if problem := self._problem_at(right, body, known, at, wanted):
                return problem
        if body is not None and body.outcome is Outcome.ADMITTED and not right.is_rehearsal:
            return self._beyond_the_right(right, body, known, moment.now)
        return None

    def _problem_at(
        self, right: Right, body: DecisionBody | None, known: Sequence[Went], at: int, wanted: int | None
    ) -> str | None:
        reason = body.reason if body is not None else None
        is_admitted = body is not None and body.outcome is Outcome.ADMITTED
        revoked_at = self.revoked.get(right.cti8) if right.revoked_from is None else right.revoked_from
        if revoked_at is not None and at >= revoked_at:
            return None if reason is Reason.REVOKED else f"revoked, and {reason}"
        if not right.good_from <= at < right.good_until:
            return None if reason in CLOSED else f"not its time, and {reason}"
        allowed = (right.seats or right.heads) if right.is_rehearsal else allowed_heads(right, known, at)
        if allowed is None:
            most = right.seats or right.heads
            is_possible = reason in USED or body is None or (is_admitted and body.party.heads <= most)
            return None if is_possible else f"{reason}, where only its heads could be counted"
        if allowed == 0:
            return None if reason in USED else f"nobody is left to go in, and {reason}"
        usual = allowed if right.seats is None else right.heads
        is_asked = wanted is None and usual > ASKED_ABOVE
        if is_asked or (wanted is not None and not 1 <= wanted <= allowed):
            return None if body is None else f"{allowed} may go in, {wanted} want to, and it was not asked but {reason}"
        if body is None or not is_admitted:
            return f"{allowed} may go in, {wanted} want to, and {reason}"
        heads = usual if wanted is None else wanted
        got = (body.party.heads, body.remaining)
        return (
            None
            if got == (heads, allowed - heads if right.seats is None else 0)
            else f"{heads} of {allowed} were to go in, and {got} did"
        )

    def _beyond_the_right(self, right: Right, body: DecisionBody, known: Sequence[Went], at: int) -> str | None:
        """What holds even where nobody can tell who came back: never more than the party without a recorded exit."""
        number, today = body.entry_number or 0, day_of(at)
        if number < 1 or (right.entries and number > right.entries):
            return f"entry number {number} of {right.entries}"
        days = {day_of(one.at) for one in known if one.direction is Direction.ENTRY}
        if number - 1 > len({day for day in days if day < today}) and not self.is_amended(right.permit):
            return f"entry number {number} on day {today}, after {sorted(days)}"
        out = [one for one in known if one.direction is Direction.EXIT]
        out_today = sum(one.heads for one in out if day_of(one.at) == today)
        if is_guesswork(right, known):
            return None
        if body.returning > (right.heads if right.is_free else min(out_today, body.party.heads)):
            return f"{body.returning} come back where {out_today} left today"
        if right.is_free or right.seats or self.is_amended(right.permit) or is_guesswork(right, known):
            return None
        own = [one for one in self.of(right.permit) if one.is_there and one.direction is Direction.ENTRY]
        mine = body.party.heads + sum(one.heads for one in own if day_of(one.at) == today)
        if mine > right.heads + out_today:
            return f"{mine} went in here today, {out_today} left"
        all_mine = body.party.heads + sum(one.heads for one in own)
        most = right.heads * (right.entries or len(days | {today})) + sum(one.heads for one in out)
        return f"{all_mine} went in here, {most} at most" if all_mine > most else None


def allowed_heads(right: Right, known: Sequence[Went], at: int) -> int | None:
    """Heads that may go in; None where some left on other days, and fingers cannot tell who came back."""
    if not any(one.direction is Direction.EXIT for one in known):
        return _allowed_of_those_who_stay(right, known, at)
    if right.seats is not None:
        return None
    inside_now, is_clear = entries_less_exits(known)
    is_today = all(day_of(one.at) == day_of(at) for one in known)
    if not is_today or not is_clear or inside_now > right.heads or right.is_free or is_guesswork(right, known):
        return None
    running = 0
    for one in known:
        running += one.signed_heads
        if running > right.heads:
            return None
    return right.heads - inside_now


def explained(went: Iterable[Went]) -> list[Went]:
    """Who went through, oldest first; an exit that nobody could explain took out who is known to have been inside."""
    found: list[Went] = []
    there = 0
    for one in sorted(went, key=lambda one: (one.at, one.entry_id)):
        if one.is_unknown and not one.is_annulled and one.is_counted and not one.heads and there > 0:
            found.append(replace(one, heads=min(one.said or there, there)))
        elif one.is_there:
            found.append(one)
        else:
            continue
        there += found[-1].signed_heads
    return found


def is_guesswork(right: Right, known: Iterable[Went]) -> bool:
    """Whether somebody left unseen whose day, or whose ranger, fingers cannot tell."""
    known = list(known)
    is_one = right.entries == 1 and not any(one.is_by_hand for one in known)
    return not is_one and any(one.is_unknown for one in known)


def entries_less_exits(known: Sequence[Went]) -> tuple[int, bool]:
    """Entries less exits, and whether nobody left before coming."""
    there = 0
    for one in known:
        there += one.signed_heads
        if there < 0:
            return 0, False
    return there, True


def beyond(right: Right, went: Iterable[Went]) -> int:
    """Heads over all gates beyond what was bought, where nobody ever left."""
    return sum(max(0, sum(one.heads for one in group) - right.heads) for group in _by_entry(right, went))


def _allowed_of_those_who_stay(right: Right, known: Sequence[Went], at: int) -> int:
    groups = _by_entry(right, known)
    newest = max((day_of(one.at) for one in known), default=0)
    today = max(day_of(at), newest)  # a clock may be behind another gate's
    opens = not groups or (today > min(day_of(one.at) for one in groups[-1]) and _may_open(right, len(groups)))
    if opens:
        return right.seats or right.heads
    if right.seats is not None:
        return 0
    group = groups[-1]
    left = max(0, right.heads - sum(one.heads for one in group))
    if left or not right.is_free:
        return left
    first = min(one.at for one in group)
    comes_again = day_of(first) >= day_of(at) and at >= first + REENTRY_SECONDS
    return right.heads if comes_again else 0


def _by_entry(right: Right, went: Iterable[Went]) -> list[list[Went]]:
    """Those who went in, by the day that opened their entry: each day one, until all are used up."""
    groups: list[list[Went]] = []
    opened = 0
    for one in sorted(went, key=lambda one: one.at):
        if not groups or (day_of(one.at) > opened and _may_open(right, len(groups))):
            groups.append([])
            opened = day_of(one.at)
        groups[-1].append(one)
    return groups


def _may_open(right: Right, opened: int) -> bool:
    return right.entries == 0 or opened < right.entries
