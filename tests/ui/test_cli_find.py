"""find from a shell: a visitor without a ticket is found by what she says, and nothing of it is printed."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.rules.permit import Party
from kiosk.rules.personal import Personal, lookup_key_of, search_text, search_words
from kiosk.store.home import Home
from kiosk.store.replica import Replicas, build_snapshot
from tests.support.enrolled import LOCAL_NOON, enrolled_home
from tests.support.park import NOON, PARK, SmallPark, permit_of
from tests.support.shell import ROOT, Finished, qaqpa_here

SMALL = SmallPark()
KEY = lookup_key_of(SMALL.pepper)
HOLDERS = [
    Personal(name="Айдана Серікқызы", phone="+7 701 555 01 99", plate="777 ABC 02", document="N12345678"),
    Personal(name="Aidana Kim", phone="+82 10 1234 5678"),
    Personal(name="Жібек Омарова", phone="8 702 555 02 88", plate="777 ABC 02"),
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An enrolled kiosk with a key to look up with, and a permit for each holder."""
    home = enrolled_home(tmp_path / "data", SMALL)
    home.save_lookup_key(KEY)
    rows = [
        replace(permit_of(SMALL.claims(serial)), search=search_text(search_words(holder, KEY))).row()
        for serial, holder in enumerate(HOLDERS)
    ]
    build_snapshot(tmp_path / "snapshot", PARK, 1, "1", sorted(rows, key=lambda row: str(row[1])))
    replicas = Replicas(home)
    replicas.install(tmp_path / "snapshot", park=PARK, epoch=1, cursor="1", signed_at=NOON)
    replicas.close()
    return home


def find(home: Home, *options: str) -> Finished:
    return qaqpa_here("find", *options, "--data", home.path, "--json")


def ids(*serials: int) -> set[str]:
    return {permit_of(SMALL.claims(serial)).id.hex() for serial in serials}


@pytest.mark.parametrize(
    "options, serials",
    [
        (("--name", "aidana"), {0, 1}),
        (("--name", "AYDANA Serikkyzy"), {0}),
        (("--name", "Айдана", "--phone", "+82 10 12345678"), {1}),
        (("--phone", "87015550199"), {0}),
        (("--phone", "701 555-01-99"), {0}),
        (("--plate", "777авс02"), {0, 2}),
        (("--plate", "777ABC02", "--name", "zhibek"), {2}),
        (("--document", "n 12 345 678"), {0}),
    ],
)
def test_a_visitor_is_found_by_what_is_known(home: Home, options: tuple[str, ...], serials: set[int]) -> None:
    told = find(home, *options)
    assert told.code == 0
    assert {record["permit"] for record in told.records} == ids(*serials)


@pytest.mark.parametrize(
    "options", [("--name", "Dana"), ("--phone", "701"), ("--plate", "777ABC02", "--name", "Kim"), ("--document", "N1")]
)
def test_nobody_is_found_by_half_of_a_value_or_by_values_of_two_people(home: Home, options: tuple[str, ...]) -> None:
    told = find(home, *options)
    assert (told.code, told.out) == (1, "")


def test_what_is_printed_is_the_right_and_its_uses_and_nothing_personal(home: Home) -> None:
    entry = qaqpa_here(
        "scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", SMALL.ticket(0), "--heads", "2"
    ).record["entry_id"]
    told = find(home, "--phone", "87015550199")
    permit = permit_of(SMALL.claims(0))
    assert told.record == {
        "permit": permit.id.hex(), "code_tail": permit.code[-3:], "product": 1, "from": "2026-07-03T19:00:00Z",
        "to": "2026-07-04T19:00:00Z", "party": {"adults": 2, "children": 1}, "entries": 1, "gates": None,
        "status": "active",
        "used": [
            {
                "entry_id": entry, "entry_number": 1, "party": Party(adults=2).as_dict(), "gate": 1, "lane": 1,
                "direction": "entry", "at": "2026-07-04T07:00:00Z",
            }
        ],
    }  # fmt: skip
    page = (ROOT / "docs" / "COMMANDS.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r'```json\n(\{"permit".*?)\n```', page, re.DOTALL)
    assert json.loads(shown).keys() == told.record.keys()
    assert json.loads(shown)["used"][0].keys() == told.record["used"][0].keys()
    plain = qaqpa_here("find", "--phone", "87015550199", "--data", home.path)
    assert plain.out.startswith(f"…{permit.code[-3:]}  Day ticket")
    assert "gate 1, lane 1" in plain.out
    for finished in (told, plain):
        for value in ("5550199", "555 01 99", "Айдана", "777", "12345678", permit.code):
            assert value not in finished.out + finished.err


@pytest.mark.parametrize("options", [(), ("--phone", "abc"), ("--name", "…"), ("--plate", " - ")])
def test_a_value_of_no_use_is_a_sentence_that_does_not_show_it(home: Home, options: tuple[str, ...]) -> None:
    told = find(home, *options)
    assert (told.code, told.out) == (2, "")
    assert "--" in told.err
    assert "abc" not in told.err


def test_without_a_key_or_without_permits_it_says_how_to_get_them(home: Home, tmp_path: Path) -> None:
    (home.keys / "lookup.key").unlink()
    empty = enrolled_home(tmp_path / "empty", SMALL)
    empty.save_lookup_key(KEY)
    for folder in (home, empty):
        told = find(folder, "--name", "Aidana")
        assert (told.code, told.out) == (3, "")
        assert "qaqpa sync" in told.err
