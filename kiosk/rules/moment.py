"""What is known of the present time, to the second. Nothing here asks a clock: `kiosk/clock.py` reads both of them.

Only a signature proves that a time has come. What the kiosk takes on its own word, the wall clock after power-off or a
person's, is an estimate: entries are written under it, it can be taken back, and no verdict hangs on it alone while
there is doubt. In doubt the time is an interval, as wide as what is proven leaves it.
"""

from dataclasses import dataclass, replace

from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ClockTrust

LONGEST_POWER_OFF_SECONDS = 90 * 86_400
LARGEST_JUMP_SECONDS = 300
FRESH_SECONDS = 1200
"""The registry signs its manifest anew every 10 minutes: one that it hands out is surely not older than twice that."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """The present time in Unix seconds; earliest and latest differ only while the clock is suspect."""

    earliest: int
    latest: int
    trust: ClockTrust
    best: int | None = None
    """The estimate between the two; the earliest where none is said."""

    @classmethod
    def at(cls, at: int, trust: ClockTrust = ClockTrust.TRUSTED) -> "Moment":
        """One known instant."""
        return cls(earliest=at, latest=at, trust=trust)

    @classmethod
    def between(cls, earliest: float, latest: float, best: float) -> "Moment":
        """An interval in doubt, with the estimate brought inside; both ends are times that a ticket can name."""
        first = min(int(earliest), LATEST_TIME)
        last = min(max(first, int(latest)), LATEST_TIME)
        return cls(earliest=first, latest=last, trust=ClockTrust.SUSPECT, best=min(max(first, int(best)), last))

    @property
    def now(self) -> int:
        """The time an entry is written under."""
        return self.earliest if self.best is None else self.best

    @property
    def is_open(self) -> bool:
        """Whether nothing at all is known of how late it is."""
        return self.latest == LATEST_TIME


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the two clocks of the machine say at one instant; nobody sets the monotonic one, and it runs in sleep."""

    wall: float
    monotonic: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """What is remembered over power-off: the time of the last trusted entry, and the newest time that was signed."""

    trusted: int
    signed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """A time, with the monotonic clock's reading at that instant."""

    at: float
    monotonic: float

    def then(self, reading: Reading) -> float:
        """The time since, by all that the monotonic clock has run."""
        return self.at + (reading.monotonic - self.monotonic)


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A time that was taken for the true one, with what both clocks said at that instant."""

    at: float
    wall: float
    monotonic: float
    is_proven: bool
    """Whether a signature made just then agreed; else it is the kiosk's own word, or a person's."""

    def then(self, reading: Reading) -> float:
        """The time since, by all that the monotonic clock has run."""
        return self.at + (reading.monotonic - self.monotonic)

    def shown(self, reading: Reading) -> float | None:
        """The time by the wall clock, if it is right by now or still as wrong as it was; None after a jump."""
        expected, lead = self.then(reading), self.wall - self.at
        candidates = (wall for wall in (reading.wall, reading.wall - lead) if _is_near(wall, expected))
        return next(candidates, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeBelief:
    """All that is known of the time while the process runs; each transition below gives the next one."""

    sure: Anchor
    """The newest signed time: it has come."""
    guess: Anchor
    """The estimate where no time is held."""
    held: Held | None = None
    live: Anchor | None = None
    """The newest signature that was made just then."""
    ceiling: Anchor | None = None
    """In doubt: it is not later than this; None where nothing is known of that."""
    told: int = 0
    """The newest trusted time that was told, below which no trusted one is told."""


def started(floor: Floor, reading: Reading) -> TimeBelief:
    """After power-off, or a start: nothing is held yet."""
    guess = max(floor.trusted, floor.signed)
    return TimeBelief(
        sure=Anchor(at=floor.signed, monotonic=reading.monotonic),
        guess=Anchor(at=guess, monotonic=reading.monotonic),
    )


def looked(belief: TimeBelief, reading: Reading) -> tuple[TimeBelief, Moment]:
    """The present time. The first wall time that can be believed is held, and all later ones are measured by it.

    It stays as it is: measured from the last look, any number of small jumps would go unseen.
    """
    held = belief.held or _believable(belief, reading)
    if held is None:
        return belief, _in_doubt(belief, reading)
    shown = held.shown(reading)
    if shown is None:
        return belief, _jumped(belief, held, reading)
    now = max(int(shown), belief.told, int(belief.sure.then(reading)))
    is_new = now != belief.told or held is not belief.held  # every scan comes by here
    return (replace(belief, held=held, told=now) if is_new else belief), Moment.at(now)


def proven(belief: TimeBelief, reading: Reading) -> tuple[TimeBelief, Moment]:
    """The present time by what is proven: a time that nobody signed may still be as early as the last signed one."""
    belief, moment = looked(belief, reading)
    if belief.held is not None and belief.held.is_proven:
        return belief, moment
    return belief, Moment.between(belief.sure.then(reading), moment.latest, moment.now)


def signed(belief: TimeBelief, at: int, reading: Reading, *, is_live: bool) -> TimeBelief:
    """A verified signature was made at this time, and if it is live, just now: it is not earlier than that."""
    if at > belief.sure.then(reading):
        belief = replace(belief, sure=Anchor(at=at, monotonic=reading.monotonic))
    if is_live and at >= belief.sure.then(reading) - FRESH_SECONDS:
        return _heard(belief, at, reading)
    if at > _latest(belief, reading) + LARGEST_JUMP_SECONDS:
        return _let_go(belief, at, reading)
    guess = belief.guess if belief.guess.then(reading) >= at else Anchor(at=at, monotonic=reading.monotonic)
    return replace(belief, guess=guess)


def lowest(belief: TimeBelief, reading: Reading) -> int:
    """The earliest time that a person can set: a signature says that an earlier one is over."""
    return max(0, int(belief.sure.then(reading)) - LARGEST_JUMP_SECONDS)


def confirmed(belief: TimeBelief, at: int, reading: Reading) -> TimeBelief:
    """A person says that it is this time, not below `lowest`; a wall clock that agrees knows the seconds too."""
    time = max(float(at), belief.sure.then(reading))
    held = Held(
        at=reading.wall if _is_near(reading.wall, time) else time,
        wall=reading.wall,
        monotonic=reading.monotonic,
        is_proven=False,
    )
    return replace(_let_go(belief, int(held.at), reading), held=held)


# ---- what can be believed -------------------------------------------------------------------------------------------


def _is_near(time: float, other: float) -> bool:
    return abs(time - other) <= LARGEST_JUMP_SECONDS


def _is_fresh(at: int, time: float) -> bool:
    """Whether it can be this time when a signature made just now says `at`."""
    return at - LARGEST_JUMP_SECONDS <= time <= at + FRESH_SECONDS


def _believable(belief: TimeBelief, reading: Reading) -> Held | None:
    """The wall clock as the time to hold: not below what is known, and not further ahead than a power-off may last."""
    earliest = max(belief.sure.then(reading), belief.guess.then(reading))
    latest = _furthest(belief, reading) if belief.live is None else belief.live.then(reading) + FRESH_SECONDS
    if not earliest - LARGEST_JUMP_SECONDS <= reading.wall <= latest:
        return None
    is_proven = belief.live is not None
    return Held(at=reading.wall, wall=reading.wall, monotonic=reading.monotonic, is_proven=is_proven)


def _furthest(belief: TimeBelief, reading: Reading) -> float:
    """The latest wall time after a power-off; before anything was signed there is nothing to measure it by."""
    return belief.sure.then(reading) + LONGEST_POWER_OFF_SECONDS if belief.sure.at else LATEST_TIME


def _latest(belief: TimeBelief, reading: Reading) -> float:
    """The latest that it can be by what is believed now."""
    upper = belief.held or belief.ceiling
    return upper.then(reading) if upper is not None else LATEST_TIME


# ---- in doubt -------------------------------------------------------------------------------------------------------


def _in_doubt(belief: TimeBelief, reading: Reading) -> Moment:
    """The clock was dead, or nobody agrees with it: any time from what is proven on."""
    return Moment.between(belief.sure.then(reading), _latest(belief, reading), belief.guess.then(reading))


def _jumped(belief: TimeBelief, held: Held, reading: Reading) -> Moment:
    """The wall clock was set: the monotonic clock says what time it is, if the time it is counted from was right.

    If that was the kiosk's own word and the wall clock now shows a time that can be, either may be the wrong one.
    """
    sure, expected = belief.sure.then(reading), held.then(reading)
    is_possible = sure - LARGEST_JUMP_SECONDS <= reading.wall <= _furthest(belief, reading)
    if held.is_proven or not is_possible:
        return Moment.at(max(int(expected), belief.told, int(sure)), ClockTrust.SUSPECT)
    return Moment.between(max(sure, min(expected, reading.wall)), max(expected, reading.wall), expected)


def _heard(belief: TimeBelief, at: int, reading: Reading) -> TimeBelief:
    """A live signature: the wall clock or the held time is proven by it, or else it puts the time in doubt."""
    live, held = Anchor(at=at, monotonic=reading.monotonic), belief.held
    if _is_fresh(at, reading.wall):
        proven = Held(at=reading.wall, wall=reading.wall, monotonic=reading.monotonic, is_proven=True)
        told = belief.told if belief.told <= reading.wall + LARGEST_JUMP_SECONDS else 0
        return replace(_let_go(belief, at, reading), held=proven, live=live, told=told)
    if held is not None and _is_fresh(at, held.then(reading)):
        return replace(belief, held=replace(held, is_proven=True), live=live)
    if held is not None and held.is_proven and at <= held.then(reading):
        return belief  # it came late
    # what was believed may be right all the same, if the signature was not made just now
    believed = max((belief.held or belief.ceiling or belief.guess).then(reading), at + FRESH_SECONDS)
    ceiling = Anchor(at=believed, monotonic=reading.monotonic)
    return replace(_let_go(belief, at, reading), live=live, ceiling=ceiling)


def _let_go(belief: TimeBelief, at: int, reading: Reading) -> TimeBelief:
    """Nothing is held any more; the estimate counts from this time."""
    return TimeBelief(sure=belief.sure, guess=Anchor(at=at, monotonic=reading.monotonic))
