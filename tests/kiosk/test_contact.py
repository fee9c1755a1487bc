"""What a gate keeps of a party that means to come back, and that it keeps nothing of anybody else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.rules.admission import Answers, Question
from kiosk.rules.entries import DecisionBody, Entry, Private, core_bytes
from kiosk.rules.personal import NONCE_BYTES, Personal, seal
from kiosk.rules.ticket import SignedTicket, read
from kiosk.rules.words import Direction, Outcome, Source
from kiosk.store.driver import DamagedError
from kiosk.store.replica import ReplicaReader
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


def scan(here: Gate, text: str, private: Private | None = None, **answers: Any) -> tuple[DecisionBody, Private | None]:
    entry = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(**answers), private)
    assert isinstance(entry, Entry)
    assert b"\xd0\x95\xd1\x80\xd0\xb6\xd0\xb0\xd0\xbd" not in core_bytes(entry)
    kept = here.journal.get(entry.id)
    assert kept is not None
    assert isinstance(kept.body, DecisionBody)
    return kept.body, kept.private


def test_the_contact_is_kept_in_the_erasable_part_and_the_return_among_the_details(here: Gate) -> None:
    body, private = scan(here, sold(here, PARTY))
    assert body.outcome is Outcome.ADMITTED
    assert body.details["expected_return"] == BACK
    assert private == Private(contact=PARTY.contact)


def test_what_a_ranger_wrote_stays_beside_it(here: Gate) -> None:
    _, private = scan(here, sold(here, PARTY), Private(plate="123ABC02"))
    assert private == Private(plate="123ABC02", contact=PARTY.contact)


def test_a_question_keeps_nothing_and_its_answer_does(here: Gate) -> None:
    text = sold(here, PARTY)
    asked = here.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(heads=9))
    assert isinstance(asked, Question)
    _, private = scan(here, text, heads=2)
    assert private is not None


@pytest.mark.parametrize(
    "personal", [replace(PARTY, contact=None), replace(PARTY, expected_return=None)], ids=["no contact", "no return"]
)
def test_without_contact_or_return_nothing_is_kept(here: Gate, personal: Personal) -> None:
    body, private = scan(here, sold(here, personal))
    assert (body.outcome, private) == (Outcome.ADMITTED, None)
    assert "expected_return" not in body.details


def test_a_refused_copy_keeps_nothing(here: Gate) -> None:
    text = sold(here, PARTY)
    scan(here, text)
    here.clock.at += 300
    body, private = scan(here, text)
    assert (body.outcome, private) == (Outcome.REFUSED, None)


def test_who_leaves_is_not_asked_after_again(here: Gate) -> None:
    text = sold(here, PARTY)
    scan(here, text)
    here.checkpoint.turn(Direction.EXIT)
    here.clock.at += 3600
    body, private = scan(here, text)
    assert (body.outcome, private) == (Outcome.ADMITTED, None)


def test_what_was_sealed_under_another_ticket_is_not_kept(here: Gate) -> None:
    text = sold(here, PARTY)
    permit = permit_of(SmallPark().claims())
    here.know(replace(permit, sealed=seal(PARTY, bytes(64), permit.id, bytes(NONCE_BYTES))).row(), cursor="2")
    assert scan(here, text)[1] is None


def test_a_damaged_replica_keeps_nobody_outside(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    text = sold(here, PARTY)

    def damaged(*_: object) -> Any:
        raise DamagedError("permits-1-1.db is damaged")

    monkeypatch.setattr(ReplicaReader, "by_code", damaged)  # the file itself breaks between two reads
    body, private = scan(here, text)
    assert (body.outcome, private) == (Outcome.ADMITTED, None)
