"""The one place that asks what time it is. The rule of what to believe is `kiosk/rules/moment.py`."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from kiosk.rules.moment import Anchor, Floor, Moment, Reading, least, moment_of
from kiosk.rules.words import ClockTrust


class Clock(Protocol):
    """Tells the present time, and learns from signatures."""

    def now(self) -> Moment:
        """The present time, with what is known of it."""
        ...

    def signed(self, at: int) -> None:
        """A verified signature was made at this time: it is not earlier than that now."""
        ...


def seconds_since_boot() -> float:
    """A clock that nobody sets; unlike time.monotonic() it runs on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class SystemClock:
    """The machine's clock above a floor that never sinks; safe to use from several threads."""

    def __init__(
        self,
        floor: Floor,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = seconds_since_boot,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._floor = floor
        self._anchor: Anchor | None = None
        self._known = Anchor(wall=floor.trusted, monotonic=self._monotonic())

    def now(self) -> Moment:
        """The present time; the first trusted one becomes the anchor that all later jumps are measured from."""
        with self._lock:
            reading = self._read()
            moment = moment_of(reading, self._floor, self._anchor, self._known)
            if moment.trust is ClockTrust.TRUSTED:
                # kept as it is: measured from the last look, any number of small jumps would go unseen
                self._anchor = self._anchor or Anchor(wall=reading.wall, monotonic=reading.monotonic)
                self._floor = self._floor.raised(trusted=moment.now)
            return moment

    def signed(self, at: int) -> None:
        """Raise the floor to a verified signed time; a wall clock that agrees with it is believed again."""
        with self._lock:
            reading = self._read()
            if at > least(reading, self._floor, self._known):
                self._known = Anchor(wall=at, monotonic=reading.monotonic)
            self._floor = self._floor.raised(signed=at)
            if abs(reading.wall - at) <= _FRESH_SIGNATURE_SECONDS:
                self._anchor = Anchor(wall=reading.wall, monotonic=reading.monotonic)

    def _read(self) -> Reading:
        return Reading(wall=self._wall(), monotonic=self._monotonic())


# the registry signs its manifest anew every 10 minutes; twice that, and the wall clock is surely in step with it
_FRESH_SIGNATURE_SECONDS = 1200


class GivenClock:
    """A time that somebody gave: for rehearsals and demo data, never touching the floor."""

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> Moment:
        """The given time."""
        return Moment.at(self._at, ClockTrust.GIVEN)

    def signed(self, at: int) -> None:
        """A given time learns nothing."""
