"""A folder in another machine: noticed once, whatever breaks off in between, and never where nothing is known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.moving import heed_machine
from kiosk.rules.entries import ChainBody
from kiosk.rules.machine import Machine, MarkKind, mark_of
from kiosk.rules.words import ChainCause, Source
from kiosk.store.machine import note_machine, noted_machine
from tests.support.gate import DEVICE, Gate, gate


def box(*serials: str) -> Machine:
    return Machine(marks=frozenset(mark_of(MarkKind.BOARD, serial, DEVICE) for serial in serials))


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "kiosk") as made:
        made.checkpoint.scan(Scan(text=made.park.ticket(1), source=Source.CAMERA))
        yield made


def causes(here: Gate) -> list[ChainCause | None]:
    here.checkpoint.scan(Scan(text=here.park.ticket(2), source=Source.CAMERA))
    return [entry.body.cause for entry in here.journal.openings() if isinstance(entry.body, ChainBody)]


def test_the_first_machine_is_noted_and_opens_nothing(here: Gate) -> None:
    assert not heed_machine(here.home, here.journal, box("A"))
    assert noted_machine(here.home) == box("A")
    assert causes(here) == [None]


def test_another_machine_opens_one_chain_and_is_the_noted_one_from_then_on(here: Gate) -> None:
    note_machine(here.home, box("A"))
    assert heed_machine(here.home, here.journal, box("B"))
    assert not heed_machine(here.home, here.journal, box("B"))
    assert causes(here) == [None, ChainCause.MOVED]
    opening = here.journal.openings()[-1].body
    assert isinstance(opening, ChainBody)
    assert (opening.old_chain, opening.gaps, opening.lost_uses) == (1, (), False)
    assert here.journal.verify() == []


def test_killed_before_it_is_noted_it_is_noticed_again_and_opens_no_second_chain(here: Gate, tmp_path: Path) -> None:
    note_machine(here.home, box("A"))
    here.journal.owe_moved()  # and the power was cut
    here.close()
    with gate(tmp_path / "kiosk") as again:
        assert heed_machine(again.home, again.journal, box("B"))
        assert causes(again) == [None, ChainCause.MOVED]


def test_an_exchanged_part_is_noted_and_opens_nothing(here: Gate) -> None:
    note_machine(here.home, box("A", "X"))
    assert not heed_machine(here.home, here.journal, box("A", "Y"))
    assert not heed_machine(here.home, here.journal, box("Y"))
    assert causes(here) == [None]


def test_where_nothing_can_be_read_nothing_is_said_and_the_note_stays(here: Gate) -> None:
    note_machine(here.home, box("A"))
    assert not heed_machine(here.home, here.journal, Machine())
    assert noted_machine(here.home) == box("A")


def test_a_journal_without_entries_needs_no_chain(tmp_path: Path) -> None:
    with gate(tmp_path / "new") as new:
        note_machine(new.home, box("A"))
        assert heed_machine(new.home, new.journal, box("B"))
        assert causes(new) == [None]
