"""Clocks that tests move by hand."""

from kiosk.rules.moment import Moment


class ManualClock:
    """Tells the time it was set to, and remembers what signatures told it."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.signed_times: list[int] = []
        self.live_times: list[int] = []

    def now(self) -> Moment:
        """The time it was set to."""
        return Moment.at(self.at)

    def proven(self) -> Moment:
        """The time it was set to."""
        return self.now()

    def signed(self, at: int, *, is_live: bool = False) -> None:
        """Remember a signed time."""
        self.signed_times.append(at)
        if is_live:
            self.live_times.append(at)

    def wall(self) -> int:
        """The time it was set to."""
        return self.at

    def lowest(self) -> int:
        """Any time will do."""
        return 0

    def confirm(self, at: int) -> None:
        """Be set by a person."""
        self.at = at


class TwoHands:
    """A wall clock and a monotonic clock that can be set apart."""

    def __init__(self, wall: float) -> None:
        self.wall_time, self.monotonic_time = wall, 1000.0

    def wall(self) -> float:
        """What the wall clock says."""
        return self.wall_time

    def monotonic(self) -> float:
        """What the monotonic clock says."""
        return self.monotonic_time

    def run(self, seconds: float) -> None:
        """Let real time pass."""
        self.wall_time += seconds
        self.monotonic_time += seconds
