"""The one place that asks what time it is. What to believe of the answer is the rule of `kiosk/rules/moment.py`."""

import secrets
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.rules.lockout import Uptime
from kiosk.rules.moment import Floor, Moment, Reading, TimeBelief, confirmed, looked, lowest, proven, signed, started
from kiosk.rules.words import ClockTrust

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_UNKNOWN_BOOT = secrets.token_hex(16)
"""Where the kernel does not say which boot this is: then each start of the program is one of its own."""


class Clock(Protocol):
    """Tells the present time, and learns from signatures and from people."""

    def now(self) -> Moment:
        """The present time, with what is known of it."""
        ...

    def proven(self) -> Moment:
        """The present time as far as signatures prove it: where they do not, it may be as early as the last of them."""
        ...

    def signed(self, at: int, *, is_live: bool = False) -> None:
        """A verified signature was made at this time, just now if it is live: it is not earlier than that."""
        ...

    def wall(self) -> int:
        """What the machine's own clock says, whatever is believed of it."""
        ...

    def lowest(self) -> int:
        """The earliest time that a person can set."""
        ...

    def confirm(self, at: int) -> None:
        """A person says that it is this time; where a signature is later, it is as late as that."""
        ...


def seconds_since_boot() -> float:
    """A clock that nobody sets; unlike time.monotonic() it runs on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def uptime() -> Uptime:
    """Which boot of the machine this is and how long it has lasted: what no setting of a clock moves."""
    try:
        boot = _BOOT.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        boot = _UNKNOWN_BOOT
    return Uptime(boot=boot, seconds=seconds_since_boot())


def machine_seconds() -> int:
    """The machine's own clock, where nothing is known that could contradict it: at a registry, before enrolment."""
    return int(time.time())


class SystemClock:
    """The machine's clock as far as it can be believed; safe to use from several threads."""

    def __init__(
        self,
        floor: Floor,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = seconds_since_boot,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._lock = threading.Lock()
        self._belief: TimeBelief = started(floor, self._read())

    def now(self) -> Moment:
        """The present time, with what is known of it."""
        with self._lock:
            self._belief, moment = looked(self._belief, self._read())
            return moment

    def proven(self) -> Moment:
        """The present time as far as signatures prove it: where they do not, it may be as early as the last of them."""
        with self._lock:
            self._belief, moment = proven(self._belief, self._read())
            return moment

    def signed(self, at: int, *, is_live: bool = False) -> None:
        """A verified signature was made at this time, just now if it is live: it is not earlier than that."""
        with self._lock:
            self._belief = signed(self._belief, at, self._read(), is_live=is_live)

    def wall(self) -> int:
        """What the machine's own clock says, whatever is believed of it."""
        return int(self._wall())

    def lowest(self) -> int:
        """The earliest time that a person can set."""
        with self._lock:
            return lowest(self._belief, self._read())

    def confirm(self, at: int) -> None:
        """A person says that it is this time; where a signature is later, it is as late as that."""
        with self._lock:
            self._belief = confirmed(self._belief, at, self._read())

    def _read(self) -> Reading:
        return Reading(wall=self._wall(), monotonic=self._monotonic())


class GivenClock:
    """A time that somebody gave: for rehearsals and demo data; nothing is learned, and nothing set."""

    def __init__(self, at: int) -> None:
        self._at = at

    def now(self) -> Moment:
        """The given time."""
        return Moment.at(self._at, ClockTrust.GIVEN)

    def proven(self) -> Moment:
        """The given time."""
        return self.now()

    def signed(self, at: int, *, is_live: bool = False) -> None:
        """Learn nothing."""

    def wall(self) -> int:
        """The given time."""
        return self._at

    def lowest(self) -> int:
        """The given time."""
        return self._at

    def confirm(self, at: int) -> None:
        """Change nothing."""
