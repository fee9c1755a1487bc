"""Claims of a payment find the permits that were bought with their receipt or for their plate, also later."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.entries import DecisionBody, Entry, Private
from kiosk.rules.permit import Party
from kiosk.rules.personal import Personal, search_words
from kiosk.rules.words import Outcome, Reason, Source
from sync.registry.claims import Claim, claims
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON, Gate

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]
RECEIPT, PLATE = "4471-0093", "917 CNY 05"


def found(service: RegistryService) -> list[Claim]:
    with service.database.reading() as connection:
        return claims(connection, 7, service.folder.lookup_key(7))


def claim(gate: Gate, private: Private | None, at: int = NOON, **changes: Any) -> Entry:
    body = DecisionBody(
        place=gate.place, source=Source.RANGER, outcome=Outcome.ADMITTED, reason=Reason.CLAIM, party=Party(adults=2)
    )
    return gate.write(replace(body, **changes), at, private)


def sold(service: RegistryService, **given: Any) -> IssuedTicket:
    fields: dict[str, Any] = {"park": 7, "product": 2, "party": Party(adults=2), "nbf": NOON, "exp": NOON + 3600}
    return service.issue(**(fields | given))[0]


@pytest.mark.parametrize("later", [False, True])
def test_a_claim_finds_its_payment_whenever_it_comes_in(service: RegistryService, gate_at: GateAt, later: bool) -> None:
    gate = gate_at()
    (word,) = search_words(Personal(receipt=RECEIPT), service.folder.lookup_key(7))
    bought = None if later else sold(service, personal=Personal(receipt="44710093"))
    entry = claim(gate, None, facts={"special": {"receipt": word}})
    gate.push()
    if bought is None:
        assert [(each.is_matched, each.permits) for each in found(service)] == [(False, ())]
        bought = sold(service, personal=Personal(receipt="44710093"))
    (matched,) = found(service)
    assert (matched.entry.id, matched.is_matched, [permit.id for permit in matched.permits]) == (
        entry.id, True, [bought.permit.id],
    )  # fmt: skip


def test_the_plate_and_the_receipt_of_the_private_part_find_it_too_while_they_are_kept(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    by_plate, by_receipt = sold(service, plate=PLATE), sold(service, personal=Personal(receipt=RECEIPT))
    claim(gate, Private(plate="917cny05"), reason=Reason.CLAIM_OPEN, outcome=Outcome.REFERRED)
    claim(gate, Private(receipt=RECEIPT), at=NOON + 1)
    claim(gate, Private(receipt="1", plate="-"), at=NOON + 2)
    claim(gate, None, at=NOON + 3)
    gate.admit(ticket(), at=NOON + 4)
    gate.push()
    assert [[permit.id for permit in each.permits] for each in found(service)] == [
        [by_plate.permit.id], [by_receipt.permit.id], [], [],
    ]  # fmt: skip


def test_a_private_part_of_another_version_finds_nothing(
    service: RegistryService, gate_at: GateAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = gate_at()
    sold(service, plate=PLATE)
    claim(gate, Private(plate=PLATE))
    monkeypatch.setattr("tests.sync.registry.conftest.private_bytes", lambda private: b"\x83\x01\x02\x03")
    gate.push()
    assert [each.permits for each in found(service)] == [()]
