"""How often somebody may guess: attempts, and pauses that grow, in one table. Nothing here reads a clock or a file.

A pause is so many seconds of the machine's uptime that are left, never a time of day: no setting of a clock moves it.
It counts down while one boot lasts, told by the boot's own id; after another start it begins again with what was left
when that was last written down. So nothing but waiting ends it, and no clock makes the waiting longer than the table.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MINUTE, HOUR, DAY = 60, 3600, 86_400
ATTEMPTS = 5
"""Wrong ones in a row by one person, before each of their pauses."""
PERSON_PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY)
"""The first, the second and so on; the last one from then on, until that person's word is right."""
DEVICE_ATTEMPTS = 20
"""Wrong ones of all persons together, each since that person's last right one: nobody walks along the list."""
DEVICE_PAUSES = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)
"""For everybody; an hour at most, or a bored visitor could keep all rangers out for a day."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Uptime:
    """Which boot of the machine this is, and for how many seconds it has lasted, sleep included."""

    boot: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """The wrong attempts of one person since the last right one, and what is left of their pause."""

    wrong: int = 0
    left: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Tries:
    """The counts of a device by what was guessed at; the seconds that are left are those of `seconds` in `boot`."""

    counts: Mapping[str, Count] = field(default_factory=dict)
    device_left: float = 0.0
    boot: str = ""
    seconds: float = 0.0

    @property
    def wrong(self) -> int:
        """All wrong attempts that no right one has made good."""
        return sum(count.wrong for count in self.counts.values())


def waited(tries: Tries, uptime: Uptime) -> Tries:
    """The same counts now: what this boot has lasted since is waited; what another one lasted is unknown."""
    passed = max(0.0, uptime.seconds - tries.seconds) if uptime.boot == tries.boot else 0.0
    counts = {key: replace(count, left=max(0.0, count.left - passed)) for key, count in tries.counts.items()}
    left = max(0.0, tries.device_left - passed)
    return Tries(counts=counts, device_left=left, boot=uptime.boot, seconds=uptime.seconds)


def pause_seconds(tries: Tries, key: str) -> int:
    """How long nobody may guess at this, in whole seconds; 0 when somebody may."""
    return math.ceil(max(tries.counts.get(key, Count()).left, tries.device_left))


def attempts_left(tries: Tries, key: str) -> int:
    """How many wrong ones there may be before the next pause."""
    wrong = tries.counts.get(key, Count()).wrong
    return min(ATTEMPTS - wrong % ATTEMPTS, DEVICE_ATTEMPTS - tries.wrong % DEVICE_ATTEMPTS)


def counted(tries: Tries, key: str) -> Tries:
    """One attempt more, taken for a wrong one until it is known to be right."""
    wrong = tries.counts.get(key, Count()).wrong + 1
    count = Count(wrong=wrong, left=_pause(wrong, ATTEMPTS, PERSON_PAUSES))
    after = replace(tries, counts={**tries.counts, key: count})
    return replace(after, device_left=max(tries.device_left, _pause(after.wrong, DEVICE_ATTEMPTS, DEVICE_PAUSES)))


def cleared(tries: Tries, key: str) -> Tries:
    """It was right: what this person did wrong before is made good, and the pause that counting it began is none."""
    counts = {other: count for other, count in tries.counts.items() if other != key}
    return replace(tries, counts=counts, device_left=0.0)


def _pause(wrong: int, attempts: int, pauses: tuple[int, ...]) -> float:
    if wrong % attempts:
        return 0.0
    return float(pauses[min(wrong // attempts, len(pauses)) - 1])
