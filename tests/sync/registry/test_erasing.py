"""One person is forgotten on request: nothing of theirs is left, and nothing that is counted changes."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.errors import UsageError
from kiosk.rules.entries import GENESIS, ActBody, Entry, Private, entry_hash
from kiosk.rules.permit import Permit, permit_id
from kiosk.rules.personal import Personal
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import ActKind
from sync.protocol import SentEntry, read
from sync.registry import database as db
from sync.registry import feed, snapshots
from sync.registry.counts import counts
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON, Gate
from tests.sync.registry.test_issuing import feed_of
from tests.sync.registry.test_personal import HOLDER, contents, issue

GateAt = Callable[..., Gate]
SEEN = Private(plate="777QAU02", contact="Ержан 8 702 555 02 88", reason="said she was Қанағат")
DAY = date(2026, 7, 5)


@pytest.fixture
def issued(service: RegistryService) -> IssuedTicket:
    return issue(service)


@pytest.fixture
def gate(gate_at: GateAt) -> Gate:
    return gate_at(gate=3)


@pytest.fixture
def visited(gate: Gate, issued: IssuedTicket, service: RegistryService) -> Entry:
    """An admission with a private part, one of somebody else, and an act with a reason; all handed over."""
    admission = gate.admit(issued, private=SEEN)
    somebody_else = issue(service, Personal(name="Aliya"), plate=None)
    gate.admit(somebody_else, at=NOON + 60, private=Private(plate="OTHER1"))
    correction = ActBody(act=ActKind.CORRECT, target=admission.id, place=gate.place, party=issued.claims.party)
    gate.write(correction, NOON + 90, Private(reason="Қанағат came alone"))
    gate.push()
    return admission


def entry_rows(service: RegistryService) -> list[Any]:
    with service.database.reading() as connection:
        return list(connection.execute(select(db.entry).order_by(db.entry.c.device, db.entry.c.n)).all())


def counted(service: RegistryService) -> object:
    return counts(service, 7, first=DAY, last=DAY).rows, service.conflicts(7), service.devices(7)


@pytest.mark.parametrize("named_by", ["cti", "text", "code", "entry", "act"])
def test_a_person_is_named_by_the_ticket_or_by_an_entry(
    service: RegistryService, visited: Entry, issued: IssuedTicket, gate: Gate, named_by: str
) -> None:
    name = {
        "cti": issued.claims.cti.hex(), "text": issued.text, "code": issued.code.lower(), "entry": visited.id.lower(),
        "act": gate.entries[0].id,
    }[named_by]  # fmt: skip
    erased = service.erase(name, reason="asked for")
    assert (erased.park, erased.permit, erased.at, erased.entries) == (7, issued.permit.id, NOON, 2)
    assert not erased.was_erased


def test_the_private_parts_go_and_the_chain_and_the_counts_stay(
    service: RegistryService, visited: Entry, issued: IssuedTicket
) -> None:
    before, rows_before = counted(service), entry_rows(service)
    service.erase(issued.code, reason="asked for")
    rows = entry_rows(service)
    assert [(row.private, row.salt) for row in rows if row.n != 2] == [(None, None)] * 2
    assert rows[1].private == rows_before[1].private  # somebody else's
    for each, was in zip(rows, rows_before, strict=True):
        assert (each.core, each.private_hash, each.hash) == (was.core, was.private_hash, was.hash)
    link = GENESIS
    for row in rows:
        link = entry_hash(link, row.core, row.private_hash)
        assert row.hash == link
    assert counted(service) == before


def test_the_gates_are_told_and_count_and_checksum_are_true(
    service: RegistryService, end: RegistryEnd, issued: IssuedTicket
) -> None:
    before = len(feed_of(end, service))
    service.erase(issued.text, reason="asked for")
    rows = feed_of(end, service)
    assert rows[before + 1 :] == [["e", issued.permit.id.hex(), NOON]]
    emptied = Permit.from_row(rows[before])
    assert (emptied.id, emptied.search, emptied.sealed) == (issued.permit.id, "", b"")
    with service.database.reading() as connection:
        state = feed.state(connection, 7)
        live = connection.execute(select(db.permit).where(db.permit.c.park_id == 7, db.permit.c.is_live == 1)).all()
    assert state.checksum == sum(feed.permit_of(row).checksum_part() for row in live) % 2**64


def test_who_begins_with_a_snapshot_is_told_too(
    service: RegistryService, end: RegistryEnd, issued: IssuedTicket
) -> None:
    end.manifest(7)
    service.erase(issued.text, reason="asked for")
    with service.database.reading() as connection:
        rows = list(snapshots._rows(connection, 7, NOON))
        newest = snapshots.newest(connection, feed.state(connection, 7))
    assert rows[-1] == ["e", issued.permit.id.hex(), NOON]
    assert newest is not None
    assert [path.name for path in service.folder.snapshots.iterdir()] == [newest.name]
    assert newest.cursor.seq == len(feed_of(end, service))


def test_nothing_of_the_person_is_left_in_any_byte(
    service: RegistryService, end: RegistryEnd, visited: Entry, issued: IssuedTicket
) -> None:
    end.manifest(7)
    traces = [(SEEN.plate or "").encode(), "Ержан".encode(), "Қанағат came".encode(), issued.search.encode()]
    held = contents(service.folder.path)
    assert all(any(trace in data for data in held.values()) for trace in traces)  # so that it can be missed
    service.erase(issued.code, reason="asked for")
    held = contents(service.folder.path)
    for trace in [*traces, issued.sealed, issued.sealed.hex().encode()]:
        assert not [name for name, data in held.items() if trace in data]


def test_what_comes_later_is_stored_without_its_private_part(
    service: RegistryService, issued: IssuedTicket, gate: Gate, visited: Entry
) -> None:
    service.erase(visited.id, reason="asked for")
    gate.admit(issued, at=NOON + 7200, private=SEEN)
    receipts = gate.push().receipts
    assert [receipt.result for receipt in receipts[:3]] == [ReceiptResult.DUPLICATE] * 3
    assert entry_rows(service)[-1].private is None
    assert entry_rows(service)[-1].hash == gate.head
    # sent once more, as after a lost reply: the same entry, not a copied device
    assert gate.push(gate.entries[-1]).receipts[0].result in {ReceiptResult.DUPLICATE, ReceiptResult.CONFLICT}
    assert service.devices(7)[0].device.status is DeviceStatus.ACTIVE


def test_what_was_set_aside_loses_its_private_part_and_is_still_taken_back(
    service: RegistryService, issued: IssuedTicket, gate: Gate
) -> None:
    gate.admit(issued, private=SEEN)
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked at")
    gate.push()
    service.erase(issued.text, reason="asked for")
    gate.admit(issue(service), private=Private(plate="OTHER1"), at=NOON + 5)
    gate.push()
    with service.database.reading() as connection:
        items = connection.execute(select(db.quarantine.c.item).order_by(db.quarantine.c.n)).scalars().all()
    first, second = (read(SentEntry, item).private for item in items)
    assert first is None
    assert second
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "it was nothing")
    assert [bool(row.private) for row in entry_rows(service)] == [False, True]


def test_erasing_twice_tells_the_gates_once(service: RegistryService, end: RegistryEnd, issued: IssuedTicket) -> None:
    service.erase(issued.code, reason="asked for")
    rows = feed_of(end, service)
    again = service.erase(issued.text, reason="asked again")
    assert again.was_erased
    assert feed_of(end, service) == rows


@pytest.mark.parametrize("named", [0, 1, 2])
def test_a_person_is_forgotten_under_every_ticket_of_a_right_that_was_issued_again(
    service: RegistryService, end: RegistryEnd, issued: IssuedTicket, gate: Gate, named: int
) -> None:
    gate.admit(issued, private=SEEN)
    second = service.reissue(issued.code, 7).ticket
    gate.admit(second, private=SEEN, at=NOON + 60)
    gate.push()
    chain = [issued, second, service.reissue(second.code, 7, personal=HOLDER, plate="777QAU02").ticket]
    erased = service.erase(chain[named].code, reason="asked for")
    assert (erased.permit, erased.entries, erased.was_erased) == (chain[named].permit.id, 2, False)
    with service.database.reading() as connection:
        ids = select(db.permit.c.search, db.permit.c.sealed, db.permit.c.plate_tag)
        ids = ids.where(db.permit.c.id.in_([each.permit.id for each in chain]))
        assert [tuple(row) for row in connection.execute(ids)] == [("", b"", None)] * 3
    rows = feed_of(end, service)
    assert sorted(str(row[1]) for row in rows if row[0] == "e") == sorted(each.permit.id.hex() for each in chain)
    assert {row.private for row in entry_rows(service)} == {None}
    for each in chain:
        again = service.erase(each.text, reason="asked again")
        assert (again.entries, again.was_erased) == (2, True)
    assert feed_of(end, service) == rows


def test_who_was_forgotten_under_the_old_ticket_alone_is_forgotten_under_the_new_one_when_asked_again(
    service: RegistryService, issued: IssuedTicket
) -> None:
    service.erase(issued.code, reason="asked for")
    new = service.reissue(issued.code, 7, personal=HOLDER).ticket
    assert new.search
    assert not service.erase(issued.code, reason="asked again").was_erased
    with service.database.reading() as connection:
        assert connection.execute(select(db.permit.c.search).where(db.permit.c.id == new.permit.id)).scalar() == ""


def test_that_it_happened_is_kept_and_names_nobody(service: RegistryService, issued: IssuedTicket) -> None:
    service.erase(issued.code, reason="  asked for ")
    with service.database.reading() as connection:
        (row,) = connection.execute(select(db.erasure)).all()
        permit = connection.execute(select(db.permit).where(db.permit.c.id == issued.permit.id)).one()
    assert tuple(row) == (7, issued.permit.id, NOON, 0, "asked for")
    assert (permit.search, permit.sealed, permit.plate_tag) == ("", b"", None)


def test_a_ticket_that_was_sold_elsewhere_can_be_erased_too(service: RegistryService, end: RegistryEnd) -> None:
    cti = "ab" * 16
    with pytest.raises(UsageError, match="name its park"):
        service.erase(cti, reason="asked for")
    assert service.erase(cti, reason="asked for", park=7).permit == permit_id(bytes.fromhex(cti))
    assert feed_of(end, service)[-1][0] == "e"


@pytest.mark.parametrize("which", ["hello", "0" * 20, "KP1:ABC"])
def test_what_names_nobody_is_a_sentence(service: RegistryService, which: str) -> None:
    with pytest.raises(UsageError):
        service.erase(which, reason="asked for")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_an_erasure_needs_a_reason(service: RegistryService, issued: IssuedTicket, reason: str) -> None:
    with pytest.raises(UsageError, match="reason"):
        service.erase(issued.text, reason=reason)


def test_erased_permits_stay_out_of_the_way_of_revoking(service: RegistryService, issued: IssuedTicket) -> None:
    service.erase(issued.text, reason="asked for")
    assert service.revoke(issued.code, reason="refund").permit == issued.permit.id
