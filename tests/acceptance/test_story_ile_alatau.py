"""Ile-Alatau: fire danger of class V, an order of the akimat at 11:30 for one gorge, 300 people inside, and refunds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import Story, described_park, gist, seconds_of, told

BOTH_GORGES, ALMA_ARASAN, BIG_ALMATY, WITH_ESCORT = 1, 2, 3, 4
AKIMAT = {"kk": "Алматы қаласының әкімдігі", "ru": "Акимат города Алматы", "en": "Akimat of Almaty"}
PARK = {"kk": "Парк әкімшілігі", "ru": "Администрация парка", "en": "Park administration"}
TODAY = "2026-07-04"


def fire_danger() -> dict[str, object]:
    """The warning of the morning, for the whole park."""
    since = int(seconds_of(f"{TODAY}T00:00"))
    return {"warning": "fire_danger", "level": 5, "authority": PARK, "document": "№ 31", "since": since}


def order() -> dict[str, object]:
    """The akimat's order: the gorge of Alma-Arasan is closed from 11:30 until Monday morning."""
    since, until = (int(seconds_of(at)) for at in (f"{TODAY}T11:30", "2026-07-06T08:00"))
    at = {"since": since, "until": until, "zones": [1]}
    return {"cause": "fire", "authority": AKIMAT, "document": "№ 3/412", **at}


@pytest.fixture
def ile_alatau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with told(tmp_path, "Ile-Alatau", begins=f"{TODAY}T07:00", monkeypatch=monkeypatch) as story:
        yield story


def test_a_gorge_is_closed_while_three_hundred_people_are_inside(ile_alatau: Story) -> None:
    tables = described_park("Ile-Alatau")["tables"]
    ile_alatau.publish(tables | {"advisories": [fire_danger()]})
    gorge, other = ile_alatau.gate("alma-arasan", 1), ile_alatau.gate("big-almaty", 2)
    families = ile_alatau.sell("adults=2", "children=1", product=ALMA_ARASAN, count=100)
    later = ile_alatau.sell("adults=2", product=ALMA_ARASAN, count=5)
    (anywhere,) = ile_alatau.sell("adults=2", product=BOTH_GORGES)
    (neighbour,) = ile_alatau.sell("adults=2", product=BIG_ALMATY)
    (walkers,) = ile_alatau.sell("adults=4", product=WITH_ESCORT)
    for gate in (gorge, other):
        gate.sync()

    # in the morning everybody is asked whether they know how dry it is; nobody is kept out by that
    ile_alatau.it_is("09:00")
    asked = gorge.shows(families[0])
    assert gist(asked)[:2] == ("question", "acknowledge")
    assert {gist(answer) for answer in gorge.scan(*families, options=["--acknowledge"])} == {("admitted", "ok", 3)}
    assert sum(party["heads"] for party in gorge.run("inside").records) == 300

    # 11:30: the order is loaded at the office, and the gates have it with their next poll
    ile_alatau.it_is("11:30")
    ile_alatau.publish(tables | {"advisories": [fire_danger()], "closures": [order()]})
    for gate in (gorge, other):
        gate.sync()
    ile_alatau.passes(5)
    refused = gorge.shows(later[0], "--acknowledge")
    assert gist(refused) == ("refused", "closed", 0)
    assert gorge.says(later[1], "--acknowledge", language="ru") == (
        "Закрыто: Ущелье Алма-Арасан, до 6 июля, 08:00. Причина: пожар. "
        "Основание: Акимат города Алматы, № 3/412. Открыто: Большое Алматинское ущелье."
    )
    assert gorge.says(later[1], "--acknowledge", language="kk") == (
        "Жабық аймақ: Алма-Арасан шатқалы. Ашылуы: 6 шілде, 08:00. Себебі: өрт. "
        "Негізі: Алматы қаласының әкімдігі, № 3/412. Ашық аймақтар: Үлкен Алматы шатқалы."
    )
    # the other gorge is open: to its own tickets, and to those for both
    assert gist(other.shows(neighbour, "--acknowledge")) == ("admitted", "ok", 2)
    assert gist(other.shows(anywhere, "--acknowledge")) == ("admitted", "ok", 2)
    # on foot only with an escort, who is named
    assert gist(other.shows(walkers, "--acknowledge")) == ("question", "guide", 4)
    assert gist(other.shows(walkers, "--acknowledge", "--guide", "Inspector Nurlanov")) == ("admitted", "ok", 4)

    # the muster list holds everybody who is in the gorge, and shrinks as they come out; nobody is kept in
    assert sum(party["heads"] for party in gorge.run("inside").records) == 300
    ile_alatau.it_is("12:15")
    assert {gist(answer) for answer in gorge.scan(*families[:98], options=["--direction", "exit"])} == {
        ("admitted", "exit", 3)
    }
    left = gorge.run("inside").records
    assert [party["heads"] for party in left] == [3, 3], "these two families are looked for"

    # who could not go in gets the money back: the office revokes, and the ticket is good nowhere any more
    for text in later:
        ile_alatau.registry("revoke", text, "--reason", "refunded: the gorge was closed")
    gorge.sync()
    other.sync()
    assert {gist(answer) for answer in other.scan(*later)} == {("refused", "revoked", 0)}
    # but nobody gets it back for a visit that took place, and goes on inside: the list says so
    ile_alatau.registry("revoke", families[98], "--reason", "refunded by mistake")
    gorge.sync()
    inside = gorge.run("inside").records
    assert [party["heads"] for party in inside if party["revoked_at"] is not None] == [3]
    assert sum(party["heads"] for party in inside) == 6 + 8, "and it knows of the eight in the other gorge, too"
    assert gorge.is_sound()
    assert other.is_sound()
