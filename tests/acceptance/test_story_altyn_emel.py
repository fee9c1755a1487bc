"""Altyn-Emel: a ticket of the other entrance, a guide for 20 of whom 23 come, and a party that leaves after nine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import PIN, Gate, Story, described_park, gist, told

BASSHI, SHYGAN = 1, 2
GUIDED = 50


@pytest.fixture
def altyn_emel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """Friday evening; the park sells a tour that only a guide may lead."""
    park = described_park("Altyn-Emel")
    tour = {"kk": "Гидпен серуен", "ru": "Тур с гидом", "en": "Tour with a guide"}
    park["products"].append({"product": GUIDED, "names": tour, "price": None, "ticket_flags": 4})
    park["keys"][0]["products"].append(GUIDED)
    park["tables"]["hours"] = [{"open": ["07:00-21:00"]}]
    with told(tmp_path, park, begins="2026-07-03T18:00", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def gates(altyn_emel: Story) -> tuple[Gate, Gate]:
    return altyn_emel.gate("basshi", BASSHI), altyn_emel.gate("shygan", SHYGAN)


def test_a_ticket_of_the_other_entrance_is_let_in_and_known_there_afterwards(
    altyn_emel: Story, gates: tuple[Gate, Gate]
) -> None:
    basshi, shygan = gates
    (ticket,) = altyn_emel.sell("adults=2", gate=str(SHYGAN), day="2026-07-04")
    altyn_emel.it_is("2026-07-04T09:00")
    basshi.sync()
    assert basshi.says(ticket, language="en").startswith("Your ticket names another entrance: Shygan.")
    assert gist(basshi.shows(ticket)) == ("admitted", "flagged_gate", 2)
    basshi.sync()
    shygan.sync()
    # a friend with the screenshot at the entrance it was bought for, sixty kilometres away
    refused = shygan.shows(ticket)
    assert gist(refused) == ("refused", "already_used", 0)
    assert refused["first_use"]["gate"] == BASSHI
    # and whoever really came in at Basshi leaves by Shygan
    altyn_emel.it_is("17:00")
    assert gist(shygan.shows(ticket, "--direction", "exit")) == ("admitted", "exit", 2)


def test_a_guide_was_booked_for_twenty_and_twenty_three_come(altyn_emel: Story, gates: tuple[Gate, Gate]) -> None:
    basshi, _ = gates
    (tour,) = altyn_emel.sell("adults=20", product=GUIDED, day="2026-07-04")
    altyn_emel.it_is("2026-07-04T08:30")
    asked = basshi.shows(tour, "--heads", "23")
    assert gist(asked) == ("question", "guide", 20), "first who guides them"
    asked = basshi.shows(tour, "--heads", "23", "--guide", "Serik Omarov")
    assert (gist(asked), asked["problem"]) == (("question", "heads", 20), "heads"), "not three more than were paid for"
    assert gist(basshi.shows(tour, "--heads", "20", "--guide", "Serik Omarov")) == ("admitted", "unlisted", 20)
    # the three buy tickets of their own on the spot, and are of the same party for whoever counts
    (more,) = altyn_emel.sell("adults=3")
    assert gist(basshi.shows(more)) == ("admitted", "unlisted", 3)
    assert basshi.persons() == 23
    assert "Omarov" not in str(basshi.journal()), "the guide's name is in the erasable part only"
    assert basshi.is_sound()


def test_who_leaves_after_nine_is_let_out_and_who_slipped_out_is_struck_off(
    altyn_emel: Story, gates: tuple[Gate, Gate]
) -> None:
    basshi, _ = gates
    early, late, unseen, too_late = altyn_emel.sell("adults=4", count=4, day="2026-07-04")
    altyn_emel.cut()
    altyn_emel.it_is("2026-07-04T10:00")
    assert {gist(answer) for answer in basshi.scan(early, late, unseen)} == {("admitted", "unlisted", 4)}
    altyn_emel.it_is("19:00")
    assert gist(basshi.shows(early, "--direction", "exit")) == ("admitted", "exit", 4)

    # after nine nobody moves in the park: who is on the way out is let out all the same, and the barrier opens
    altyn_emel.it_is("21:40")
    assert gist(basshi.shows(late, "--direction", "exit")) == ("admitted", "exit", 4)
    assert basshi.journal("act")[-1]["act"] == "pulse"
    # but nobody goes in any more, and is told when
    assert gist(basshi.shows(too_late)) == ("refused", "outside_hours", 0)
    assert basshi.says(too_late, language="kk") == (
        "Қазір кіру уақыты емес. Ашылуы: ертең, 07:00. Паркте түнейтін болсаңыз, инспекторға айтыңыз."
    )

    # one party is not out: at dusk it was due, and hours later somebody has to be called
    altyn_emel.it_is("23:55")
    told = basshi.run("inside", "--overdue")
    assert told.code == 1
    (party,) = told.records
    assert (party["heads"], party["step"]) == (4, "call_leader")
    basshi.do("called", party["entry_id"], "--whom", "leader", "--reason", "home since eight", pin=PIN)
    basshi.do("left", party["entry_id"], "--reason", "home since eight", pin=PIN)
    assert basshi.run("inside").records == []
    assert basshi.run("inside", "--overdue").code == 0
    assert (basshi.persons(), basshi.persons(direction="exit")) == (12, 12)
    assert basshi.is_sound()
