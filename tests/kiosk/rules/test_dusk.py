"""Sunset over a park, held against an almanac made by another program, and places where the sun does not set."""

import math
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from kiosk.rules.canon import CanonError
from kiosk.rules.dusk import Site, sunset
from kiosk.rules.tables import read_tables

BURABAY = Site(latitude=53_083_000, longitude=70_283_000)
ALTYN_EMEL = Site(latitude=44_100_000, longitude=78_750_000)
MANGYSTAU = Site(latitude=43_400_000, longitude=51_900_000)
QUITO = Site(latitude=-180_000, longitude=-78_470_000)
TROMSO = Site(latitude=69_650_000, longitude=18_960_000)
EPOCH = date(1970, 1, 1)
EPOCH_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "site, day, at",  # the times are those of astral 3.2
    [
        (BURABAY, "2026-01-01", "2026-01-01T11:11:49"),
        (BURABAY, "2026-06-21", "2026-06-21T15:48:47"),
        (BURABAY, "2026-07-04", "2026-07-04T15:46:39"),
        (BURABAY, "2028-02-29", "2028-02-29T12:55:29"),
        (BURABAY, "2030-10-03", "2030-10-03T12:51:15"),
        (ALTYN_EMEL, "2026-03-20", "2026-03-20T12:56:43"),
        (ALTYN_EMEL, "2026-12-21", "2026-12-21T11:08:57"),
        (MANGYSTAU, "2026-07-04", "2026-07-04T16:15:54"),
        (MANGYSTAU, "2026-09-23", "2026-09-23T14:28:13"),
    ],
)
def test_the_sun_sets_when_the_almanac_says(site: Site, day: str, at: str) -> None:
    expected = datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp()
    found = sunset(site, (date.fromisoformat(day) - EPOCH).days)
    assert found is not None
    assert abs(found - expected) <= 180


def noaa(site: Site, day: int) -> float:
    """NOAA's sheet line by line, twice: for noon, and for the hour that this gave."""
    lat, lon = math.radians(site.latitude / 1e6), site.longitude / 1e6
    since_midnight = 720 - 4 * lon  # minutes of UTC
    for _ in range(2):
        at = EPOCH_TIME + timedelta(days=day, minutes=since_midnight)
        year = 2 * math.pi / 365 * ((at.date() - date(at.year, 1, 1)).days + (at.hour - 12) / 24)
        c1, s1, c2, s2, c3, s3 = (f(k * year) for k in (1, 2, 3) for f in (math.cos, math.sin))
        eqtime = 229.18 * (0.000075 + 0.001868 * c1 - 0.032077 * s1 - 0.014615 * c2 - 0.040849 * s2)
        decl = 0.006918 - 0.399912 * c1 + 0.070257 * s1 - 0.006758 * c2 + 0.000907 * s2 - 0.002697 * c3 + 0.00148 * s3
        angle = math.acos(
            math.cos(math.radians(90.833)) / (math.cos(lat) * math.cos(decl)) - math.tan(lat) * math.tan(decl)
        )
        since_midnight = 720 - 4 * (lon - math.degrees(angle)) - eqtime
    return day * 86_400 + since_midnight * 60


@pytest.mark.parametrize("site", [BURABAY, ALTYN_EMEL, MANGYSTAU, QUITO])
def test_every_day_of_two_years_it_is_noaa_s_own_second(site: Site) -> None:
    first = (date(2027, 1, 1) - EPOCH).days
    assert [sunset(site, day) for day in range(first, first + 731)] == [
        pytest.approx(noaa(site, day), abs=0.6) for day in range(first, first + 731)
    ]


def test_the_time_zone_of_the_machine_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sunset.cache_clear()
    monkeypatch.setenv("TZ", "Asia/Almaty")
    time.tzset()
    try:
        day = (date(2028, 2, 29) - EPOCH).days
        assert sunset(BURABAY, day) == pytest.approx(noaa(BURABAY, day), abs=0.6)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_west_of_greenwich_it_is_the_evening_of_the_same_local_day() -> None:
    day = (date(2026, 7, 4) - EPOCH).days
    found = sunset(QUITO, day)
    assert found is not None
    assert (found - 5 * 3600) // 86_400 == day
    assert 17 <= datetime.fromtimestamp(found - 5 * 3600, UTC).hour <= 18


def test_a_later_day_of_spring_is_a_longer_one() -> None:
    first = (date(2026, 1, 10) - EPOCH).days
    evenings = [(sunset(BURABAY, day) or 0) - day * 86_400 for day in range(first, first + 140)]
    assert all(later > earlier for earlier, later in pairwise(evenings))


@pytest.mark.parametrize("day", ["2026-06-21", "2026-12-21"])
def test_where_the_sun_stays_up_or_away_all_day_there_is_no_sunset(day: str) -> None:
    assert sunset(TROMSO, (date.fromisoformat(day) - EPOCH).days) is None


def test_a_place_that_is_none_on_earth_is_refused_and_the_ends_are_not() -> None:
    for latitude, longitude in ((90_000_001, 0), (-90_000_001, 0), (0, 180_000_001), (0, -180_000_001)):
        with pytest.raises(ValueError, match=f"{latitude}, {longitude} millionths"):
            Site(latitude=latitude, longitude=longitude)
    assert sunset(Site(latitude=0, longitude=180_000_000), 0) is not None
    assert Site(latitude=-90_000_000, longitude=-180_000_000).latitude == -90_000_000


def test_the_place_travels_in_the_tables_of_the_set() -> None:
    assert read_tables({"place": {"latitude": 53_083_000, "longitude": 70_283_000, "height": 380}}).place == BURABAY
    assert read_tables({}).place is None
    with pytest.raises(CanonError):
        read_tables({"place": {"latitude": "53"}})
