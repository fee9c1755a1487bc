"""A machine's own zone data may be of any year and any place: days and times are those of the park's signed policy.

Asia/Almaty is UTC+5 since 1 March 2024; data older than that says +6, as `ALMT-6` does here.
"""

from pathlib import Path

import pytest

from kiosk.store.home import Home
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import qaqpa

ZONES = ["UTC0", "Asia/Almaty", "PST8PDT", "LINT-14"]
EVENING, MIDNIGHT = "2026-07-04T23:30", "2026-07-05T00:30"


def told(home: Home, park: SmallPark, zone: str) -> list[str]:
    """All that a kiosk says of two tickets around midnight, by a machine in this zone."""
    env = {"TZ": zone}
    lines = []
    for serial, at in enumerate((EVENING, MIDNIGHT, "2026-07-05T02:04:59", "2026-07-05T02:05:00")):
        text = park.ticket(serial)
        lines.append(qaqpa("scan", "--data", home.path, "--at", at, "--text", text, "--language", "ru", env=env).out)
        lines.append(qaqpa("scan", "--data", home.path, "--at", at, "--text", text, "--dry-run", "--json", env=env).out)
    lines.append(qaqpa("journal", "show", "--data", home.path, env=env).out)
    day = ("--from", "2026-07-04", "--to", "2026-07-04")
    lines.append(qaqpa("export", "--data", home.path, *day, "--by", "hour", env=env).out)
    return lines


@pytest.fixture(scope="module")
def in_utc(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return told(enrolled_home(tmp_path_factory.mktemp("utc") / "data", SmallPark()), SmallPark(), ZONES[0])


def test_a_day_ends_at_the_park_s_midnight_to_the_second(in_utc: list[str]) -> None:
    # a day ticket is good for two hours and five minutes more: grace and skew
    reasons = [line.split()[1] for line in in_utc[:8:2]]
    assert reasons == ["unlisted:", "unlisted:", "unlisted:", "expired:"]
    assert "2026-07-04 23:30:00" in in_utc[8]
    assert "2026-07-05 00:30:00" in in_utc[8]
    assert [row.split(",")[2:4] for row in in_utc[9].splitlines()[1:]] == [["2026-07-04", "23"]] * 2


@pytest.mark.parametrize("zone", ZONES[1:])
def test_no_zone_of_the_machine_changes_a_word(zone: str, tmp_path: Path, in_utc: list[str]) -> None:
    assert told(enrolled_home(tmp_path / "data", SmallPark()), SmallPark(), zone) == in_utc
