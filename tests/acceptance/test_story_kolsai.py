"""Kolsai: a power cut, no phone signal, foreigners with cash only, and a bus of fifty of whom seven are exempt."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import Gate, Story, gist, told

BUS = 3


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


def test_a_bus_of_fifty_enters_as_it_gets_off(kolsai: Story, gate: Gate) -> None:
    (bus,) = kolsai.sell("adults=43", product=BUS, day="2026-07-04")
    kolsai.cut()
    kolsai.it_is("2026-07-04T11:00")
    asked = gate.shows(bus)
    assert gist(asked) == ("question", "heads", 43)
    assert gist(gate.shows(bus, "--heads", "12")) == ("admitted", "partial", 12)
    assert gate.says(bus, "--heads", "31", language="en").startswith("Your ticket is genuine")
    assert gist(gate.shows(bus, "--heads", "32")) == ("question", "heads", 31), "no more than are left"
    assert gist(gate.shows(bus, "--heads", "31")) == ("admitted", "unlisted", 31)
    assert gist(gate.shows(bus)) == ("refused", "already_used", 0)
    assert gate.persons() == 43
