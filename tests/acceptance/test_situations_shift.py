"""Situations at a gate, continued: what the kiosk notices, what rangers report, and one shift handed to the next."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Gate, Story, gist, told


@pytest.fixture
def burabay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with told(tmp_path, "Burabay", begins="2026-07-04T07:30", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def gate(burabay: Story) -> Gate:
    return burabay.gate("gate-3", 3)


def test_21_a_door_a_cable_and_a_tilt_are_alarms_until_somebody_has_seen_to_them(burabay: Story, gate: Gate) -> None:
    burabay.cut()
    raised = {}
    for kind in ("door", "cable", "tilt"):
        raised[kind] = gate.do("alarm", "raise", kind)["entry_id"]
        burabay.passes(60)
    again = gate.do("alarm", "raise", "door")
    assert again["entry_id"] is None, "one alarm of a kind is enough until it is seen to"
    told_now = gate.run("alarm", "list")
    assert told_now.code == 1
    assert [(alarm["alarm"], alarm["open"]) for alarm in told_now.records] == [
        ("tilt", True),
        ("cable", True),
        ("door", True),
    ]
    for entry in raised.values():
        gate.do("alarm", "acknowledge", entry, "--reason", "the service was here", pin=PIN)
    assert gate.run("alarm", "list").code == 0
    assert [entry["alarm"] for entry in gate.journal("alarm")] == ["door", "cable", "tilt"]
    assert "the service was here" not in str(gate.journal())
    burabay.connect()
    assert gate.sync()["errors"] == []
    assert gate.is_sound()


def test_37_an_incident_waits_for_the_registry_and_names_nobody(burabay: Story, gate: Gate) -> None:
    burabay.cut()
    words = ("--place", "Blue Bay, second bend", "--words", "smoke, no flame yet")
    reported = gate.do("report", "incident", "fire", *words)
    assert reported["pending"] >= 1
    (entry,) = gate.journal("report")
    assert (entry["report"], entry["what"]) == ("incident", "fire")
    assert "Blue Bay" not in str(gate.journal()), "where and what stand in the erasable part"
    burabay.connect()
    assert gate.sync()["errors"] == []
    assert gate.status()["pending"] == 0


def test_39_more_passed_than_the_barrier_was_opened_for(burabay: Story, gate: Gate) -> None:
    (family,) = burabay.sell("adults=2")
    gate.run("shift", "open", "--counter", "1000", pin=PIN)
    burabay.it_is("10:00")
    assert gist(gate.shows(family)) == ("admitted", "unlisted", 2)
    told_now = gate.run("shift", "count", "1003", pin=PIN)
    assert told_now.code == 1
    assert told_now.record["passages"] == {"counted": 3, "openings": 1, "difference": 2}
    assert "tailgating" in {entry["alarm"] for entry in gate.journal("alarm")}
    page = gate.do("shift", "page")
    assert page["passages"] == {"counted": 3, "openings": 1, "difference": 2}


def test_41_43_one_page_says_all_that_the_next_shift_must_know(burabay: Story, gate: Gate) -> None:
    families = burabay.sell("adults=2", "children=1", count=4)
    gate.sync()
    gate.run("shift", "open", pin=PIN)
    burabay.cut()
    burabay.it_is("09:00")
    assert {gist(answer) for answer in gate.scan(*families)} == {("admitted", "ok", 3)}
    copy = gate.shows(families[0])
    gate.do("override", copy["entry_id"], "--reason", "the child's coat", "--heads", "1", pin=PIN)
    burabay.it_is("12:00")
    gate.shows(families[1], "--direction", "exit")
    gate.do("admit", "exempt", "--category", "pensioners", "--heads", "2", "--document", "pension_certificate", pin=PIN)

    page = gate.do("shift", "page")
    figures = page["figures"]
    assert (figures["entered"], figures["left"]) == (4 * 3 + 1 + 2, 3)
    assert page["inside"] == 12
    assert figures["reasons"] == {"already_used": 1}
    assert figures["overrides"] == {"device": 1}
    assert figures["exempt"] == {"pensioners": 2}
    assert page["unsent"] == gate.status()["pending"]
    sheet = burabay.folder / "hand-over.pdf"
    closed = gate.do("shift", "close", "--pdf", sheet, pin=PIN)
    assert sheet.read_bytes().startswith(b"%PDF")
    kept = gate.journal("shift")[-1]
    assert (kept["shift"], kept["entry_id"]) == ("close", closed["entry_id"])
    assert kept["figures"]["entered"] == 15
    assert gate.is_sound()


def test_41_two_people_sign_a_hand_over_and_a_colleague_looks_where_too_many_are_free(
    burabay: Story, gate: Gate
) -> None:
    listed = burabay.folder / "staff.json"
    listed.write_text(
        '[{"name": "Aigul Bekova", "role": "ranger"}, {"name": "Askar Omarov", "role": "senior"}]', encoding="utf-8"
    )
    burabay.registry("park", "staff", listed, "--park", "7")
    families = burabay.sell("adults=4", count=5)
    gate.sync()
    gate.run("shift", "open", "--by", "Aigul Bekova", pin=PIN)
    burabay.it_is("09:00")
    gate.scan(*families)
    # four in a hundred is usual here: three of 23 are for a second pair of eyes, and not the same one again
    words = ("admit", "exempt", "--category", "disabled", "--heads", "3", "--document", "disability_certificate")
    asked = gate.run(*words, "--by", "Aigul Bekova", pin=PIN)
    assert (asked.code, asked.record["question"]) == (1, "second_look")
    alone = gate.run(*words, "--by", "Aigul Bekova", "--second-look", "Aigul Bekova", pin=PIN)
    assert (alone.code, alone.out) == (2, "")
    looked = gate.do(*words, "--by", "Aigul Bekova", "--second-look", "Askar Omarov", pin=PIN)
    assert gist(looked) == ("admitted", "exempt", 3)
    assert looked["details"]["second_by"] == "Askar Omarov"
    closed = gate.do("shift", "close", "--by", "Aigul Bekova", "--relieved-by", "Askar Omarov", pin=PIN)
    assert closed["figures"]["entered"] == 23
    kept = gate.journal("shift")[-1]
    assert (kept["by"], kept["relieved_by"]) == ("Aigul Bekova", "Askar Omarov")
