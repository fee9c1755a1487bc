"""Kolsai: a power cut, no phone signal, foreigners with cash only, and a bus of fifty of whom seven are exempt."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Gate, Story, gist, told

PERSONS, BUS = 1, 3


@pytest.fixture
def kolsai(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with told(tmp_path, "Kolsai", begins="2026-07-03T18:00", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def gate(kolsai: Story) -> Gate:
    return kolsai.gate("saty", 1)


def test_the_power_is_cut_while_a_family_stands_at_the_barrier(kolsai: Story, gate: Gate) -> None:
    family, next_car = kolsai.sell("adults=2", "children=1", count=2, day="2026-07-04", language="kk")
    gate.sync()
    kolsai.cut()  # no phone signal in the valley, all day
    kolsai.it_is("2026-07-04T09:41")
    gate.power_cut(family)
    kolsai.passes(90)  # the battery takes over, the kiosk has started again
    # the family is let in by the very entry that was on the disk, and counted once
    assert gist(gate.shows(family)) == ("admitted", "ok", 3)
    assert [(entry["reason"], entry["admitted_now"]) for entry in gate.journal("decision")] == [("ok", 3)]
    assert [entry["act"] for entry in gate.journal("act")] == ["pulse"]
    # a copy of it a little later is a copy
    kolsai.passes(300)
    assert gist(gate.shows(family)) == ("refused", "already_used", 0)
    assert gate.says(family) == "Бұл билет бүгін қолданылған: 09:41, 1-жолақ. Инспекторға келіңіз, ол көмектеседі."
    assert gist(gate.shows(next_car)) == ("admitted", "ok", 3)
    assert gate.persons() == 6
    assert gate.is_sound()


def test_a_ticket_for_the_bus_is_for_one_bus_whoever_sits_in_it(kolsai: Story, gate: Gate) -> None:
    (bus,) = kolsai.sell("adults=50", product=BUS, day="2026-07-04")
    kolsai.cut()
    kolsai.it_is("2026-07-04T10:30")
    assert gist(gate.shows(bus)) == ("question", "heads", 50)
    # who sits in it is counted at the door: 43 adults, 5 who pay less or nothing, 2 small children
    let_in = gate.shows(bus, "--heads", "43+0+5+2", "--vehicle", "bus_large")
    assert gist(let_in) == ("admitted", "unlisted", 50)
    assert gist(gate.shows(bus, "--heads", "7"))[:2] == ("refused", "already_used"), "it is here already"
    rows = gate.do("export", "--from", kolsai.today, "--to", kolsai.today, "--format", "json")["rows"]
    counted = {(row["vehicle_class"], row["category"]): row["persons"] for row in rows}
    assert counted == {("bus_large", "adults"): 43, ("bus_large", "preferential"): 5, ("bus_large", "preschool"): 2}


def test_of_a_bus_of_fifty_forty_three_have_paid_and_seven_are_exempt(kolsai: Story, gate: Gate) -> None:
    (bus,) = kolsai.sell("adults=43", product=PERSONS, day="2026-07-04")
    kolsai.cut()
    kolsai.it_is("2026-07-04T11:00")
    asked = gate.shows(bus)
    assert gist(asked) == ("question", "heads", 43)
    assert gist(gate.shows(bus, "--heads", "12")) == ("admitted", "partial", 12)
    assert gate.says(bus, "--heads", "31", language="en").startswith("Your ticket is genuine")
    assert gist(gate.shows(bus, "--heads", "32")) == ("question", "heads", 31), "no more than are left"
    assert gist(gate.shows(bus, "--heads", "31")) == ("admitted", "unlisted", 31)
    assert gist(gate.shows(bus)) == ("refused", "already_used", 0)
    # four pensioners and a blind man show what proves it, two small children need nothing; nobody's papers are copied
    exempt = ("admit", "exempt", "--by", "device")
    proved = {"pensioners": ("4", "pension_certificate"), "disabled": ("1", "disability_certificate")}
    for category, (heads, document) in proved.items():
        words = ("--category", category, "--heads", heads, "--document", document)
        let_in = gate.do(*exempt, *words, pin=PIN)
        assert gist(let_in) == ("admitted", "exempt", int(heads))
        assert let_in["details"]["price"] == 0
    assert gist(gate.do(*exempt, "--category", "preschool", "--heads", "2", pin=PIN)) == ("admitted", "exempt", 2)
    unproved = gate.run(*exempt, "--category", "pensioners", "--heads", "1", pin=PIN)
    assert (unproved.code, unproved.out) == (2, "")
    assert "pension_certificate" in unproved.err, "and is told what would prove it"
    assert gate.persons() == 50
    rows = gate.do("export", "--from", kolsai.today, "--to", kolsai.today, "--format", "json")["rows"]
    assert {row["category"]: row["persons"] for row in rows} == {"adults": 43, "preferential": 5, "preschool": 2}
    assert gate.is_sound()


def test_foreigners_with_cash_pay_the_ranger_who_writes_the_receipt_down(kolsai: Story, gate: Gate) -> None:
    kolsai.cut()
    kolsai.it_is("2026-07-04T12:00")
    # the park's rules let nobody in on a receipt alone: the ranger who took the cash answers for it
    slip = kolsai.folder / "slip.txt"
    words = ("--receipt", "0004471", "--heads", "2", "--slip", slip)
    told = gate.run("admit", "claim", *words, pin=PIN)
    assert (told.code, gist(told.record)) == (1, ("referred", "claim_open", 0))
    let_in = gate.do("override", told.record["entry_id"], "--reason", "cash, receipt 0004471", "--heads", "2", pin=PIN)
    assert (let_in["act"], let_in["party"]) == ("override", {"adults": 2})
    # the slip speaks to them in English too, and says nothing of who they are
    assert "Nobody enters on this slip alone: the ranger decides." in slip.read_text(encoding="utf-8")
    assert gate.persons() == 2
    assert "0004471" not in json.dumps(gate.journal()), "the receipt is in the erasable part only"
