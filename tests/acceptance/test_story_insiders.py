"""Insiders: 99 extra tickets by a copied key, and exempt visitors at four times their usual share on one shift."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.permit import Party
from kiosk.rules.ticket import Claims, sign
from sync.registry.folder import RegistryFolder
from tests.support.story import PIN, Gate, Story, described_park, gist, seconds_of, told

EXTRA, SOLD = 99, 60
KEY = "0701"


@pytest.fixture
def trusting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """A park whose table asks nobody to look twice: only the figures can tell."""
    park = described_park("Burabay")
    for row in park["tables"]["exemptions"]:
        row.pop("second_look_every", None)
        row.pop("usual_percent", None)
    with told(tmp_path, park, begins="2026-07-01T07:00", monkeypatch=monkeypatch) as story:
        yield story


@pytest.fixture
def burabay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    with told(tmp_path, "Burabay", begins="2026-07-04T07:00", monkeypatch=monkeypatch) as story:
        yield story


def copied_key_signs(story: Story, count: int) -> list[str]:
    """Tickets for today under a copy of the office's own key: nothing about any of them is wrong."""
    key = RegistryFolder(story.office / "registry").issuer_key(story.park, KEY)
    midnight = int(seconds_of(f"{story.today}T00:00"))
    return [
        sign(
            Claims(
                cti=hashlib.sha256(f"extra {serial}".encode()).digest()[:16],
                park=story.park,
                product=1,
                party=Party(adults=2),
                entries=1,
                iat=story.now - 3600,
                nbf=midnight,
                exp=midnight + 86_400,
            ),
            KEY,
            key,
        )
        for serial in range(count)
    ]


def test_99_tickets_that_nobody_sold_are_found_by_what_was_sold_and_stopped(burabay: Story) -> None:
    # given: a gate on line, tickets that were sold, and 99 that somebody made beside the till
    gate, other = burabay.gate("gate-3", 3), burabay.gate("gate-4", 4)
    sold = burabay.sell("adults=2", count=SOLD)
    gate.sync()
    bought_late = burabay.sell("adults=2")
    extra = copied_key_signs(burabay, EXTRA)

    # when: they come among the others; no gate can tell them from a ticket bought minutes ago
    burabay.it_is("10:00")
    assert {gist(answer) for answer in gate.scan(*sold)} == {("admitted", "ok", 2)}
    assert {gist(answer) for answer in gate.scan(*extra[:90], *bought_late)} == {("admitted", "unlisted", 2)}
    assert {gist(answer) for answer in other.scan(*extra[80:])} == {("admitted", "unlisted", 2)}

    # then: copies of copies are conflicts, and what was never sold is named ticket by ticket, with the key
    gate.sync()
    other.sync()
    assert sum(conflict["excess"] for conflict in burabay.conflicts()) == 20, "ten of them went in at both gates"
    day = ("--park", "7", "--from", burabay.today, "--to", burabay.today)
    found = burabay.registry("unsold", *day, code=1)
    assert len(found) == EXTRA
    assert {ticket["key"] for ticket in found} == {KEY}
    assert sum(ticket["heads"] for ticket in found) == (90 + 19) * 2
    said = burabay.run("registry", "unsold", *day, "--data", burabay.office)
    assert f"99 tickets that were never sold here let in 218 people: 99 under key {KEY}" in said.err

    # and the key believes from now on only what was sold: the thief's next tickets are for the ranger
    burabay.registry("keys", "list-only", KEY, "--park", "7")
    gate.sync()
    burabay.it_is("2026-07-05T10:00")
    assert gist(gate.shows(copied_key_signs(burabay, EXTRA + 1)[-1])) == ("referred", "not_listed", 0)
    # and a day on which nobody was let in by such a ticket has none
    assert burabay.registry("unsold", "--park", "7", "--from", "2026-07-05", "--to", "2026-07-05") == []


def shift(story: Story, gate: Gate, day: str, *, paid: int, exempt: int) -> dict[str, Any]:
    """One day's shift: so many couples with tickets, so many pensioners let in free; its page."""
    story.it_is(f"{day}T08:00")
    gate.run("shift", "open", pin=PIN)
    tickets = story.sell("adults=2", count=paid)
    assert {gist(answer) for answer in gate.scan(*tickets)} == {("admitted", "unlisted", 2)}
    for _ in range(exempt):
        story.passes(600)
        words = ("--category", "pensioners", "--heads", "1", "--document", "pension_certificate")
        assert gist(gate.do("admit", "exempt", *words, pin=PIN)) == ("admitted", "exempt", 1)
    story.it_is(f"{day}T20:00")
    page = gate.do("shift", "page")
    gate.do("shift", "close", pin=PIN)
    return page


def test_exempt_visitors_at_four_times_their_usual_share_are_named_on_the_page_of_the_shift(trusting: Story) -> None:
    gate = trusting.gate("gate-3", 3)
    # given: honest days, with one pensioner among ten visitors
    for day in ("2026-07-01", "2026-07-02", "2026-07-03"):
        page = shift(trusting, gate, day, paid=9, exempt=2)
        (share,) = page["exempt_shares"]
        assert (share["category"], share["share"], share["unusual"]) == ("pensioners", 0.1, False)

    # when: on Saturday the money of twelve goes into a pocket, and twelve pensioners into the journal
    page = shift(trusting, gate, "2026-07-04", paid=9, exempt=12)

    # then: the page that whoever takes over reads and signs names it, with the share that is usual
    (share,) = page["exempt_shares"]
    assert share == {"category": "pensioners", "heads": 12, "share": 0.4, "usual": 0.1, "unusual": True}
    assert gate.is_sound()
