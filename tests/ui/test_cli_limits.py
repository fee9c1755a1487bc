"""Warnings, closures, quotas and the barrier held open, from a shell, on one kiosk and on one registry."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.store.home import Home
from tests.support.enrolled import LOCAL_NOON, PIN, enrolled_home
from tests.support.park import NOON, SmallPark, names
from tests.support.shell import Finished, qaqpa_here

HOUR = 3600
ORDER: dict[str, Any] = {"authority": names("Akimat"), "document": "No 214"}
TABLES: dict[str, Any] = {
    "zones": [{"zone": 1, "names": names("Gorge")}, {"zone": 2, "names": names("Lake")}],
    "closures": [{"cause": "fire", "since": NOON - HOUR, "until": NOON + HOUR, "zones": [1]} | ORDER],
    "advisories": [{"warning": "storm", "since": NOON - HOUR, "until": None} | ORDER],
    "quotas": [
        {"quota": "day", "counts": "entered", "per": "day", "heads": 5, "since": "2026-01-01", "until": None}
        | {"shares": [{"gate": 1, "lane": lane, "heads": 2} for lane in (1, 2)]}
        | ORDER
    ],
}


@pytest.fixture
def park() -> SmallPark:
    return SmallPark(tables=TABLES)


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    return enrolled_home(tmp_path / "data", park)


def scan(home: Home, text: str, *options: str) -> Finished:
    return qaqpa_here("scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", text, *options)


def test_a_warning_is_asked_a_share_kept_and_what_is_closed_told(home: Home, park: SmallPark) -> None:
    text = park.ticket(1)
    asked = scan(home, text, "--heads", "2")
    assert (asked.code, asked.record["question"]) == (1, "acknowledge")
    assert [(each["warning"], each["document"]) for each in asked.record["warnings"]] == [("storm", "No 214")]
    full = scan(home, text, "--acknowledge")
    assert (full.code, full.record["reason"], full.record["details"]["left"]) == (1, "full", 2)
    some = scan(home, text, "--acknowledge", "--heads", "2").record
    assert (some["reason"], some["admitted_now"], some["remaining"]) == ("partial", 2, 1)
    assert some["details"]["acknowledged"][0]["warning"] == "storm"
    assert some["details"]["closed"]["zones"] == [1]
    assert scan(home, park.ticket(2), "--acknowledge").record["details"]["left"] == 0


def gate(home: Home, *words: str) -> Finished:
    return qaqpa_here("gate", words[0], "--data", home.path, "--json", *words[1:], env={"QAQPA_PIN": PIN})


def test_a_barrier_is_held_open_and_set_back(home: Home, park: SmallPark) -> None:
    held = gate(home, "keep-open", "--reason", "fire in the gorge").record
    assert (held["kind"], held["alarm"], held["gate"]) == ("alarm", "kept_open", 1)
    assert "fire in the gorge" not in json.dumps(held)
    assert qaqpa_here("status", "--data", home.path, "--json").record["kept_open_since"] is not None
    # nobody is asked whether the warning was seen; what is full stays full, and the record says that it stood open
    assert scan(home, park.ticket(1), "--heads", "2").record["details"]["kept_open"] == 1
    assert gate(home, "keep-open", "--reason", "again").code == 2
    back = gate(home, "normal", "--uncounted", "12").record
    assert (back["alarm"], back["details"]["uncounted"]) == ("set_back", 12)
    assert "not held open" in gate(home, "normal").err
    assert "kept_open_since" not in qaqpa_here("status", "--data", home.path).out


def test_a_share_is_listed_and_moved(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    assert qaqpa_here("registry", "init", "--demo", "--data", folder).code == 0

    def quota(*words: str) -> Finished:
        return qaqpa_here("registry", "quota", *words, "--data", folder, "--json")

    listed = quota("list", "--park", "12")
    assert [(line["gate"], line["lane"], line["granted"]) for line in listed.records] == [(1, 1, 280), (2, 1, 120)]
    assert "no quotas" in quota("list", "--park", "7").err
    words = ("--park", "12", "--quota", "day", "--from-gate", "1", "--to-gate", "2")
    moved = quota("move", *words, "--heads", "30")
    assert [(line["wanted"], line["granted"], line["settled"]) for line in moved.records] == [
        (250, 250, True),
        (150, 150, True),
    ]
    assert "cannot give 999" in quota("move", *words, "--heads", "999").err
    for unknown in (quota("list", "--park", "77"), quota("move", "--park", "77", *words[2:], "--heads", "1")):
        assert (unknown.code, "There is no park 77" in unknown.err) == (2, True)
