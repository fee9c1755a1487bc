"""shift, alarm, report from a shell: a day of a ranger, on one kiosk without its registry."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.words import Incident
from kiosk.store.home import Home
from tests.support.enrolled import PIN, enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import Finished, qaqpa_here

SIGNED = {"QAQPA_PIN": PIN}


@pytest.fixture
def park() -> SmallPark:
    return SmallPark()


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    return enrolled_home(tmp_path / "data", park)


def run(home: Home, *words: str | Path, env: dict[str, str] | None = None) -> Finished:
    """One command of a group, with the PIN at hand."""
    return qaqpa_here(*words[:2], "--data", home.path, "--json", *words[2:], env=SIGNED if env is None else env)


def entries(home: Home, kind: str) -> list[dict[str, Any]]:
    records = qaqpa_here("journal", "show", "--data", home.path, "--json", "--limit", "100").records
    return [record for record in records if record["kind"] == kind]


# ---- a shift --------------------------------------------------------------------------------------------------------


def test_a_shift_is_opened_counted_handed_over_and_closed_and_each_step_is_an_entry(home: Home, tmp_path: Path) -> None:
    opened = run(home, "shift", "open", "--counter", "100").record
    assert opened["by"] == "device"
    assert {item["part"] for item in opened["card"]["items"]} >= {"data", "revocations", "clock", "disk", "barrier"}
    qaqpa_here("scan", "--data", home.path, "--text", "nonsense")
    run(home, "gate", "open", "--reason", "a tractor")
    counted = run(home, "shift", "count", "103")
    assert counted.code == 1
    assert counted.record["passages"] == {"counted": 3, "openings": 1, "difference": 2}
    page = run(home, "shift", "page", "--pdf", tmp_path / "page.pdf").record
    assert (page["opened"], page["opened_by"]) == (opened["entry_id"], "device")
    assert page["figures"]["outcomes"] == {"refused": 1}
    assert page["figures"]["reasons"] == {"not_a_ticket": 1}
    assert page["figures"]["overrides"] == {"device": 1}
    assert page["passages"] == {"counted": 3, "openings": 1, "difference": 2}
    assert [(alarm["alarm"], alarm["open"]) for alarm in page["alarms"]] == [("tailgating", True)]
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    closed = run(home, "shift", "close", "--relieved-by", "device").record
    (first, count, last) = entries(home, "shift")
    assert [first["shift"], count["shift"], last["shift"]] == ["open", "count", "close"]
    assert (last["entry_id"], last["relieved_by"]) == (closed["entry_id"], "device")
    assert last["figures"]["opened"] == opened["entry_id"]
    assert last["figures"]["passages"] == 3


def test_no_shift_and_no_stick_are_told_as_none_and_never_as_unknown(home: Home) -> None:
    told = qaqpa_here("status", "--data", home.path).out.splitlines()
    assert {"shift: none is open", "paper: no stick is named", "paper_seconds: no page was made"} <= set(told)
    run(home, "shift", "open")
    assert "shift: device" in qaqpa_here("status", "--data", home.path).out.splitlines()
    assert qaqpa_here("status", "--data", home.path, "--json").record["paper"] is None


def test_what_a_shift_is_not_for_is_said(home: Home, tmp_path: Path) -> None:
    for words in (("close",), ("count", "5"), ("page",)):
        told = run(home, "shift", *words)
        assert told.code == 2
        assert "No shift is open at this gate: begin one with `qaqpa shift open`" in told.err
    run(home, "shift", "open")
    again = run(home, "shift", "open")
    assert again.code == 2
    assert "The shift of device goes on" in again.err
    assert run(home, "shift", "count", "7").record["passages"] is None
    assert run(home, "shift", "page", "--pdf", tmp_path / "nowhere" / "page.pdf").code == 3
    assert run(home, "shift", "close").code == 0
    assert run(home, "shift", "close").code == 2


def test_a_shift_is_signed_by_pin_and_name(home: Home) -> None:
    assert run(home, "shift", "open", env={"QAQPA_PIN": "000000"}).code == 1
    assert "not on the park's staff list" in run(home, "shift", "open", "--by", "Somebody").err
    assert entries(home, "shift") == []


@pytest.mark.parametrize(
    "language, title", [("kk", "Ауысым парағы"), ("ru", "Сдача смены"), ("en", "Hand-over of a shift")]
)
def test_the_page_is_read_in_three_languages(home: Home, language: str, title: str) -> None:
    run(home, "shift", "open")
    told = qaqpa_here("shift", "page", "--data", home.path, "--language", language)
    assert told.out.splitlines()[0] == title


# ---- alarms ---------------------------------------------------------------------------------------------------------


def test_an_alarm_is_open_until_a_ranger_has_seen_to_it(home: Home) -> None:
    assert run(home, "alarm", "list").code == 0
    raised = run(home, "alarm", "raise", "tilt").record
    assert run(home, "alarm", "raise", "tilt").record["entry_id"] is None  # it is open already
    listed = run(home, "alarm", "list")
    assert (listed.code, listed.record["alarm"], listed.record["open"]) == (1, "tilt", True)
    assert qaqpa_here("status", "--data", home.path, "--json").record["alarms"] == [f"tilt {raised['entry_id']}"]
    wrong = run(home, "alarm", "acknowledge", raised["entry_id"], "--reason", "x", env={"QAQPA_PIN": "000000"})
    assert wrong.code == 1
    act = run(home, "alarm", "acknowledge", raised["entry_id"], "--reason", "a goat").record
    assert (act["act"], act["target"]) == ("acknowledge", raised["entry_id"])
    seen = run(home, "alarm", "list")
    assert (seen.code, seen.record["open"], seen.record["seen_to_by"]) == (0, False, "device")
    twice = run(home, "alarm", "acknowledge", raised["entry_id"], "--reason", "x")
    assert (twice.code, "has seen to" in twice.err) == (2, True)
    assert "is no alarm" in run(home, "alarm", "acknowledge", act["entry_id"], "--reason", "x").err
    assert run(home, "alarm", "raise", "tilt").record["entry_id"] is not None


def test_a_running_kiosk_is_told_of_an_alarm_by_a_file(home: Home) -> None:
    with home.lock("run"):
        told = run(home, "alarm", "raise", "door")
    assert (told.code, told.record["entry_id"]) == (0, None)
    assert "takes it up" in told.err
    assert [path.name for path in home.contacts.iterdir()] == ["door"]
    assert run(home, "alarm", "raise", "cable").record["entry_id"] is not None  # both are written down now
    assert {record["alarm"] for record in run(home, "alarm", "list").records} == {"door", "cable"}
    assert list(home.contacts.iterdir()) == []


# ---- reports --------------------------------------------------------------------------------------------------------


def test_an_incident_is_an_entry_whose_words_and_place_can_be_erased(home: Home) -> None:
    told = run(home, "report", "incident", "fire", "--place", "Blue Bay", "--words", "smoke behind Aigul's house")
    assert told.code == 0
    assert (told.record["what"], told.record["report"], told.record["pending"]) == ("fire", "incident", 3)
    assert "Blue Bay" not in json.dumps(told.record)
    shown = qaqpa_here("journal", "show", "--data", home.path).out
    assert "what=fire" in shown
    assert "Aigul" not in shown
    assert "needs a place" in run(home, "report", "incident", "fire", "--place", " ").err
    assert run(home, "report", "incident", "ufo", "--place", "Blue Bay").code == 2


def test_every_incident_is_named_in_the_help() -> None:
    told = qaqpa_here("report", "incident", "--help").out
    assert [kind for kind in Incident if str(kind) not in told] == []


# ---- paper mode -----------------------------------------------------------------------------------------------------


def settings(home: Home, stick: Path) -> None:
    home.config_file.write_text(f'[paper]\nfolder = "{stick}"\nminutes = 5\n', encoding="utf-8")


def paper(home: Home) -> str:
    state: str = qaqpa_here("status", "--data", home.path, "--json").record["paper"]
    return state


def test_the_page_of_paper_mode_takes_the_place_of_the_last_one(home: Home, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    settings(home, stick)
    assert paper(home) == "never"
    missing = run(home, "shift", "paper")
    assert (missing.code, missing.record["state"]) == (3, "missing")
    assert paper(home) == "missing"
    stick.mkdir()
    (stick / ".qaqpa-paper.pdf.half").write_bytes(b"of a stick that was pulled out")
    assert run(home, "shift", "paper").record["state"] == "ok"
    first = (stick / "qaqpa-paper.pdf").read_bytes()
    assert run(home, "shift", "paper", "--language", "kk").code == 0
    assert [path.name for path in stick.iterdir()] == ["qaqpa-paper.pdf"]
    assert (stick / "qaqpa-paper.pdf").read_bytes() != first
    assert paper(home) == "ok"


def test_a_page_by_hand_needs_no_stick(home: Home, tmp_path: Path) -> None:
    told = run(home, "shift", "paper")
    assert (told.code, "No stick is set" in told.err) == (2, True)
    assert run(home, "shift", "paper", "--out", tmp_path / "paper.pdf").code == 0
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF")
    assert run(home, "shift", "paper", "--out", tmp_path / "nowhere" / "paper.pdf").code == 3
    assert qaqpa_here("status", "--data", home.path, "--json").record["paper"] is None
