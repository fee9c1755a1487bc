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


def moment_of(reading: Reading, floor: Floor, anchor: Anchor | None, started: Reading) -> Moment:
    """The present time as far as the floor and the anchor let the wall clock be believed.

    With an anchor the wall clock may differ from it only by what the monotonic clock has run; after power-off it
    may stand anywhere between the floor and the last signed time + 90 days. Below the floor, or after a jump, time
    ticks on from what was known; too far ahead after power-off it is an interval.
    """
    # a registry a few seconds ahead signs times that are not yet here; that is skew, not a wrong clock
    is_below = reading.wall < floor.trusted - LARGEST_JUMP_SECONDS
    if anchor is not None:
        expected = anchor.wall + (reading.monotonic - anchor.monotonic)
        if abs(reading.wall - expected) <= LARGEST_JUMP_SECONDS and not is_below:
            return Moment.at(max(int(reading.wall), floor.trusted))
        return Moment.at(max(int(expected), floor.trusted), ClockTrust.SUSPECT)
    ticked = floor.trusted + max(0, int(reading.monotonic - started.monotonic))
    if is_below:
        return Moment.at(ticked, ClockTrust.SUSPECT)
    if floor.signed and reading.wall > floor.signed + LONGEST_POWER_OFF_SECONDS:
        return Moment(earliest=ticked, latest=max(ticked, int(reading.wall)), trust=ClockTrust.SUSPECT)
    return Moment.at(max(int(reading.wall), floor.trusted))
