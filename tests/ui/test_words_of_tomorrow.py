"""Entries with words of a later version: people are asked to wait for the ranger, and nothing breaks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.rules.entries import ActBody, DecisionBody, Entry, Place
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, Direction, Outcome, Reason, Source
from kiosk.store.journal import Journal
from tests.support.enrolled import DEVICE, enrolled_home
from tests.support.gate import Gate, gate
from tests.support.park import NOON, PARK, SmallPark
from tests.support.shell import qaqpa
from ui.assembly import open_checkpoint
from ui.gate import KioskGate
from ui.sentences import LANGUAGES, catalogue
from ui.telling import verdict_of
from ui.words import shown, tell

HERE = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
LATER = DecisionBody(
    place=HERE,
    source=Source("drone"),
    outcome=Outcome.REFERRED,
    reason=Reason("moon_phase"),
    permit=b"p" * 16,
    right=Party(adults=3),
    details={"check": "eclipse", "until": "dawn"},
)


def written(journal: Journal, policy: bytes) -> Entry:
    with journal.writing():
        entry = journal.append(LATER, Moment.at(NOON), policy)
        journal.append(ActBody(act=ActKind("half_annul"), target=entry.id, place=HERE), Moment.at(NOON), policy)
    return entry


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_visitor_is_asked_to_wait_for_the_ranger(here: Gate, language: str) -> None:
    entry = written(here.journal, here.park.set().digest)
    verdict = verdict_of(entry, here.policies.current())
    assert str(tell(verdict.telling, language)).startswith(
        {"kk": "Инспекторды күтіңіз", "ru": "Подождите инспектора", "en": "Please wait for the ranger"}[language]
    )
    assert catalogue(language).text(f"label.{shown(verdict.reason)}")


def test_the_ranger_s_queue_shows_it_and_who_waits_can_be_let_in(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    with open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        entry = written(kiosk.memory.journal, SmallPark().set().digest)
        panel = KioskGate(kiosk, worker=None)
        _, (row,) = panel.queue()
        assert (row.entry_id, row.reason, row.act, row.check) == (entry.id, "unknown", "override", "")
        assert row.waiting_minutes == 0
        decided = panel.act("override", entry.id, "the moon is full", 0, "")
        assert decided is not None
        assert decided.verdict.party == Party(adults=3)


def test_every_command_that_reads_the_journal_reads_it(tmp_path: Path) -> None:
    park = SmallPark()
    home = enrolled_home(tmp_path / "data", park)
    journal = Journal.open(home, DEVICE)
    entry = written(journal, park.set().digest)
    journal.close()
    listed = qaqpa("journal", "show", "--data", home.path)
    assert listed.code == 0
    assert "referred moon_phase" in listed.out
    assert "half_annul" in listed.out
    told = qaqpa("journal", "show", "--data", home.path, "--json", entry.id).record
    assert (told["outcome"], told["reason"]) == ("referred", "moon_phase")
    replayed = qaqpa("journal", "replay", "--data", home.path, "--json")
    assert (replayed.code, replayed.record["undecidable"]["facts_unreadable"]) == (0, 1)
    assert qaqpa("journal", "verify", "--data", home.path).code == 0
    counts = qaqpa("export", "--data", home.path, "--from", "2026-07-04", "--to", "2026-07-04")
    assert counts.code == 0
