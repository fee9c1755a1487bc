"""Tables before they are published: every fault is said, with its path."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.exemption import Exemption
from kiosk.rules.table_faults import reference_faults, share_faults, table_faults, unreadable
from kiosk.rules.tables import NO_TABLES, Tables, read_tables
from tests.support.park import names

PUBLISHED = json.loads(
    Path(__file__).parents[3].joinpath("sync/registry/published_tariffs.json").read_text(encoding="utf-8")
)
GOOD: dict[str, Any] = {
    "indices": PUBLISHED["indices"],
    "tariffs": PUBLISHED["parks"]["bayanaul"],
    "exemptions": [{"category": "pensioners", "names": names("Pensioners"), "since": "2026-01-01"}],
}


def test_good_tables_have_no_fault_and_are_read() -> None:
    assert table_faults({}) == table_faults(GOOD) == table_faults({"tariffs": []}) == ()
    tables = read_tables(GOOD)
    assert (len(tables.tariffs), len(tables.indices), len(tables.exemptions)) == (6, 5, 1)
    assert read_tables(None) == read_tables({}) == NO_TABLES == Tables()


@pytest.mark.parametrize("raw", [[], "tables", 7, None])
def test_what_is_no_object_is_no_table(raw: Any) -> None:
    (fault,) = table_faults(raw)
    assert fault.startswith("tables: expected an object, got ")


def test_every_row_s_fault_is_said_at_once() -> None:
    raw = {
        "tarifs": [],
        "tariffs": [{"item": "e", "since": "2026-13-01", "unit": "person_day"}, 5, {"item": "e", "cost": 1}],
        "exemptions": GOOD["exemptions"] + [{"category": 7, "names": names("x"), "since": "2026-01-01"}],
        "indices": {"since": "2026-01-01", "tenge": 1},
    }
    faults = table_faults(raw)
    assert faults[0].startswith("tables.tarifs: nothing is called so here; there are ")
    told = "\n".join(faults)
    for part in (
        "tables.exemptions[1].category: expected str, got int",
        "tables.tariffs[0]: '2026-13-01' is not a day",
        "tables.tariffs[1]: expected dict, got int",
        "tables.tariffs[2].cost: nothing is called so here; there are item, since, unit",
        "tables.tariffs[2].since is missing",
        "tables.indices: expected a list, got dict",
    ):
        assert part in told
    assert len(faults) == 7


@dataclass(frozen=True, kw_only=True, slots=True)
class OneRow:
    """A section of one row that may be left out."""

    only: Exemption | None = None


def test_a_section_of_one_row_is_read_like_any_other() -> None:
    good = GOOD["exemptions"][0]
    assert unreadable({}, OneRow) == unreadable({"only": good}, OneRow) == ()
    assert unreadable({"only": good | {"since": "now"}}, OneRow) == (
        "tables.only: 'now' is not a day: write it as 2026-07-04",
    )


def test_rows_that_can_be_read_are_held_against_each_other() -> None:
    twice = GOOD | {
        "tariffs": GOOD["tariffs"] + GOOD["tariffs"][:1],
        "indices": GOOD["indices"] + GOOD["indices"][-1:],
        "exemptions": [GOOD["exemptions"][0] | {"percent": 200}],
    }
    assert table_faults(twice) == (
        "tables.exemptions[0]: expected 1 to 100 per cent, got 200",
        "tables.tariffs[6]: tables.tariffs[0] is for the same item and class and begins on the same day",
        "tables.indices[4]: another row begins on 2026-01-01, too",
        "tables.indices[5]: another row begins on 2026-01-01, too",
    )


QUOTA: dict[str, Any] = {
    "quota": "bozzhyra", "counts": "entered", "per": "day", "heads": 66, "shares": [{"gate": 1, "heads": 66}],
    "authority": names("Akimat"), "document": "12", "since": "2026-01-01",
}  # fmt: skip
ORDER: dict[str, Any] = {"authority": names("Akimat"), "document": "12-3", "since": 0, "cause": "fire"}


def test_a_quota_that_this_version_does_not_count_is_a_fault() -> None:
    assert table_faults({"quotas": [QUOTA]}) == ()
    assert table_faults({"quotas": [QUOTA, QUOTA | {"per": "moon"}]}) == (
        "tables.quotas[1]: 'entered' by 'moon' is not counted by this version",
    )


def test_rows_that_name_what_the_park_does_not_have_would_never_hold() -> None:
    tables = read_tables(
        {
            "zones": [
                {"zone": 1, "names": names("Lake"), "gates": [1]},
                {"zone": 2, "names": names("Hill"), "gates": [9]},
            ],
            "closures": [ORDER | {"zones": [1]}, ORDER | {"zones": [3], "gates": [2], "lets_in": [5]}],
            "hours": [{"open": ["08:00-20:00"], "any_hour": [30, 31]}],
            "quotas": [QUOTA | {"products": [7]}],
            "exemptions": GOOD["exemptions"],
            "place": {"latitude": 53_000_000, "longitude": 70_000_000},
        }
    )
    assert reference_faults(tables, gates=(1, 2), products=(30,)) == (
        "tables.zones[1].gates: the park has no 9",
        "tables.hours[0].any_hour: the park has no 31",
        "tables.closures[1].zones: the park has no 3",
        "tables.closures[1].lets_in: the park has no 5",
        "tables.quotas[0].products: the park has no 7",
    )


@pytest.mark.parametrize(
    "share, fault",
    [
        ({"gate": 1, "lane": 2}, None),
        ({"gate": 1}, None),
        ({"gate": 9, "lane": 1, "heads": 0}, None),  # of a lane that gives up what it had: it may be gone since
        ({"gate": 9}, "gate: the park has no 9"),
        ({"gate": 9, "lane": 1}, "gate: the park has no 9"),
        ({"gate": 1, "lane": 1}, "lane: gate 1 has no lane 1 by which anybody enters"),
        ({"gate": 2}, "gate: gate 2 has no lane by which anybody enters"),
    ],
)
def test_a_share_is_of_a_lane_by_which_people_enter(share: dict[str, int], fault: str | None) -> None:
    raw = {"quotas": [QUOTA, QUOTA | {"shares": [{"gate": 1, "heads": 6}, {"heads": 60} | share]}]}
    told = () if fault is None else (f"tables.quotas[1].shares[1].{fault}",)
    assert share_faults(raw, {1: (2, 3), 2: ()}) == told


def test_tables_without_quotas_have_no_shares_to_doubt() -> None:
    assert share_faults({}, {}) == share_faults({"quotas": []}, {}) == ()
