"""What a gate keeps of a party that means to come back, and that it keeps nothing of anybody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry, core_bytes
from kiosk.rules.facts import Answers, Question
from kiosk.rules.personal import NONCE_BYTES, Personal, seal
from kiosk.rules.ticket import SignedTicket, read
from kiosk.rules.words import Direction, Outcome, Source
from kiosk.store import driver
from kiosk.store.replica import ReplicaDamagedError, ReplicaReader
from tests.support.gate import Gate, gate
from tests.support.park import NOON, SmallPark, permit_of

PARTY = Personal(name="Айдана", phone="87015550199", contact="Ержан 8 702 555 02 88", expected_return=NOON + 86_400)
BACK = NOON + 86_400


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "gate") as made:
        yield made


def sold(here: Gate, personal: Personal, **changes: Any) -> str:
    """A ticket that the replica knows, with this sealed."""
    park = SmallPark()
    text = park.ticket(**changes)
    signed = read(text)
    assert isinstance(signed, SignedTicket)
    permit = permit_of(park.claims(**changes))
    here.know(replace(permit, sealed=seal(personal, signed.signature, permit.id, bytes(NONCE_BYTES))).row())
    return text


def scan(here: Gate, text: str, **answers: Any) -> tuple[DecisionBody, str | None]:
    """The decision as the journal holds it, and whose contact is kept for it."""
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(**answers))
    assert isinstance(entry, Entry)
    held = here.journal.get(entry.id)
    assert held is not None
    assert isinstance(held.body, DecisionBody)
    assert held.private is None  # what is private in an entry goes to the registry; the contact does not
    assert "Ержан".encode() not in core_bytes(entry)
    contact = here.journal.contact(permit_of(SmallPark().claims()).id)
    return held.body, None if contact is None else contact.decode()


def test_the_contact_is_kept_beside_the_entry_and_the_return_among_its_details(here: Gate) -> None:
    body, contact = scan(here, sold(here, PARTY))
    assert body.outcome is Outcome.ADMITTED
    assert body.details["expected_return"] == BACK
    assert contact == PARTY.contact


def test_a_question_keeps_nothing_and_its_answer_does(here: Gate) -> None:
    text = sold(here, PARTY)
    asked = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(heads=9))
    assert isinstance(asked, Question)
    assert here.journal.contacts() == []
    assert scan(here, text, heads=2)[1] == PARTY.contact


def test_the_second_part_of_a_party_keeps_no_second_contact(here: Gate) -> None:
    text = sold(here, PARTY)
    scan(here, text, heads=1)
    slots = [bytes(row[0]) for row in here.journal._rows("SELECT sealed FROM contact")]
    body, contact = scan(here, text, heads=1)
    assert (body.details["expected_return"], contact) == (BACK, PARTY.contact)
    assert [bytes(row[0]) for row in here.journal._rows("SELECT sealed FROM contact")] == slots


@pytest.mark.parametrize(
    "personal", [replace(PARTY, contact=None), replace(PARTY, expected_return=None)], ids=["no contact", "no return"]
)
def test_without_contact_or_return_nothing_is_kept(here: Gate, personal: Personal) -> None:
    body, contact = scan(here, sold(here, personal))
    assert (body.outcome, contact) == (Outcome.ADMITTED, None)
    assert "expected_return" not in body.details


def test_a_refused_visitor_leaves_nothing_behind(here: Gate) -> None:
    text = sold(here, PARTY, exp=NOON - 12 * 3600 + 60)
    body, contact = scan(here, text)
    assert (body.outcome, contact) == (Outcome.REFUSED, None)


def test_who_leaves_is_not_asked_after_again(here: Gate) -> None:
    text = sold(here, replace(PARTY, contact=None))
    scan(here, text)
    text = sold(here, PARTY)
    here.checkpoint.turn(Direction.EXIT)
    here.clock.at += 3600
    body, contact = scan(here, text)
    assert (body.outcome, contact) == (Outcome.ADMITTED, None)


def test_what_was_sealed_under_another_ticket_is_not_kept(here: Gate) -> None:
    text = sold(here, PARTY)
    permit = permit_of(SmallPark().claims())
    here.know(replace(permit, sealed=seal(PARTY, bytes(64), permit.id, bytes(NONCE_BYTES))).row(), cursor="2")
    assert scan(here, text)[1] is None


def test_a_damaged_replica_keeps_nobody_outside(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    text = sold(here, PARTY)

    def damaged(*_: object) -> Any:
        raise ReplicaDamagedError("permits-1-1.db is damaged")

    monkeypatch.setattr(ReplicaReader, "find", damaged)
    body, contact = scan(here, text)
    assert (body.outcome, contact) == (Outcome.ADMITTED, None)


def test_when_the_decision_cannot_be_written_no_contact_is_kept_either(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = sold(here, PARTY)

    def full(*_: object, **__: object) -> Any:
        raise driver.DiskFullError("no room")

    monkeypatch.setattr(here.journal, "append", full)
    with pytest.raises(driver.DiskFullError):
        here.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    assert here.journal.contacts() == []
