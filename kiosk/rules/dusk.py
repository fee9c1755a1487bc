"""When the sun sets over a park: the hour from which nobody should be out on a day's ticket any more.

The formula is NOAA's (General Solar Position Calculations, NOAA Global Monitoring Division); below 65 degrees of
latitude it is right to three minutes, which is finer than any mountain's own horizon.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

DAY_SECONDS = 86_400
_ZENITH = math.radians(90.833)  # the sun's upper edge on a level horizon, bent by the air
_ROUNDS = 2  # the sun's place is that of the hour looked for, which is not known at first


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where a park lies, in millionths of a degree; north and east are above zero."""

    latitude: int
    longitude: int

    def __post_init__(self) -> None:
        if abs(self.latitude) > 90_000_000 or abs(self.longitude) > 180_000_000:
            raise ValueError(f"no place on earth lies at {self.latitude}, {self.longitude} millionths of a degree")


@lru_cache(maxsize=64)  # one answer a park and day, asked for every party inside
def sunset(site: Site, day: int) -> int | None:
    """The Unix second at which the sun sets on this local day, counted from 1970-01-01; None where it does not."""
    latitude = math.radians(site.latitude / 1e6)
    noon = day * DAY_SECONDS + DAY_SECONDS / 2 - site.longitude / 1e6 * 240
    at = noon
    for _ in range(_ROUNDS):
        declination, equation = _sun(at)
        height = math.cos(_ZENITH) / (math.cos(latitude) * math.cos(declination))
        height -= math.tan(latitude) * math.tan(declination)
        if not -1 <= height <= 1:  # it stays above or below all day
            return None
        at = noon + math.degrees(math.acos(height)) * 240 - equation * 60
    return round(at)


def _sun(at: float) -> tuple[float, float]:
    """The sun's declination in radians, and how many minutes a sundial is ahead of the clock."""
    moment = datetime.fromtimestamp(at, UTC)
    g = math.tau / 365 * (moment.timetuple().tm_yday - 1 + (moment.hour - 12) / 24)
    equation = 0.000075 + 0.001868 * math.cos(g) - 0.032077 * math.sin(g)
    equation -= 0.014615 * math.cos(2 * g) + 0.040849 * math.sin(2 * g)
    declination = 0.006918 - 0.399912 * math.cos(g) + 0.070257 * math.sin(g)
    declination += 0.000907 * math.sin(2 * g) - 0.006758 * math.cos(2 * g)
    declination += 0.00148 * math.sin(3 * g) - 0.002697 * math.cos(3 * g)
    return declination, 229.18 * equation
