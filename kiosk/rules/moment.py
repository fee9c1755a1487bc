"""What is known of the present time: an instant, or the two ends of an interval. Pure: `kiosk/clock.py` asks."""

from dataclasses import dataclass

from kiosk.rules.words import ClockTrust

LONGEST_POWER_OFF_SECONDS = 90 * 86_400
LARGEST_JUMP_SECONDS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """The present time in Unix seconds; earliest and latest differ only while the clock is suspect."""

    earliest: int
    latest: int
    trust: ClockTrust

    @classmethod
    def at(cls, at: int, trust: ClockTrust = ClockTrust.TRUSTED) -> "Moment":
        """One known instant."""
        return cls(earliest=at, latest=at, trust=trust)

    @property
    def now(self) -> int:
        """The time an entry is written under: never later than the truth is known to be."""
        return self.earliest


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchor:
    """A wall time that was believed, with the monotonic clock's reading at that instant."""

    wall: float
    monotonic: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the two clocks of the machine say at one instant."""

    wall: float
    monotonic: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Floor:
    """The newest trusted time seen, and the newest time a signature vouched for; both in Unix seconds."""

    trusted: int
    signed: int

    def raised(self, *, trusted: int = 0, signed: int = 0) -> "Floor":
        """The floor after a trusted entry or a signed time; it never sinks."""
        return Floor(trusted=max(self.trusted, trusted, signed), signed=max(self.signed, signed))


def least(reading: Reading, floor: Floor, known: Anchor) -> int:
    """The time that has surely come: what was last vouched for, and all that the monotonic clock has run since."""
    return max(floor.trusted, int(known.wall + max(0.0, reading.monotonic - known.monotonic)))


def moment_of(reading: Reading, floor: Floor, anchor: Anchor | None, known: Anchor) -> Moment:
    """The present time as far as the floor and the anchor let the wall clock be believed.

    With an anchor the wall clock may differ from it only by what the monotonic clock has run; after power-off it
    may stand anywhere between the floor and the last signed time + 90 days. Below the floor, or after a jump, time
    ticks on from what was known; too far ahead after power-off it is an interval.
    """
    earliest = least(reading, floor, known)
    # a registry a few seconds ahead signs times that are not yet here; that is skew, not a wrong clock
    is_below = reading.wall < earliest - LARGEST_JUMP_SECONDS
    if anchor is not None:
        expected = anchor.wall + (reading.monotonic - anchor.monotonic)
        if abs(reading.wall - expected) <= LARGEST_JUMP_SECONDS and not is_below:
            return Moment.at(max(int(reading.wall), earliest))
        return Moment.at(max(int(expected), earliest), ClockTrust.SUSPECT)
    if is_below:
        return Moment.at(earliest, ClockTrust.SUSPECT)
    if floor.signed and reading.wall > floor.signed + LONGEST_POWER_OFF_SECONDS:
        return Moment(earliest=earliest, latest=max(earliest, int(reading.wall)), trust=ClockTrust.SUSPECT)
    return Moment.at(max(int(reading.wall), earliest))
