"""What names a person goes after its time by itself; nothing that is counted changes."""

import logging
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.rules.entries import Entry, Private
from kiosk.rules.personal import Personal
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.receipts import ReceiptResult
from sync.protocol import SentEntry, read
from sync.registry import database as db
from sync.registry import feed, snapshots
from sync.registry.batches import read_batch
from sync.registry.counts import counts
from sync.registry.enrolling import DeviceStatus
from sync.registry.housekeeping import Housekeeper, Round, Rounds
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.serving import RegistryServer
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON, Gate, HeldClock, sent
from tests.sync.registry.test_personal import contents, issue

GateAt = Callable[..., Gate]
Issue = Callable[..., IssuedTicket]
SEEN = Private(plate="777QAU02", contact="Ержан 8 702 555 02 88", reason="said she was Қанағат")
TRACES = [b"777QAU02", "Ержан".encode(), "Қанағат".encode()]
DAY = date(2026, 7, 5)
KEPT = 30 * DAY_SECONDS


@pytest.fixture
def keeper(end: RegistryEnd) -> Housekeeper:
    return Housekeeper(end)


@pytest.fixture
def gate(gate_at: GateAt) -> Gate:
    return gate_at(gate=3)


def entry_rows(service: RegistryService) -> list[Any]:
    with service.database.reading() as connection:
        return list(connection.execute(select(db.entry).order_by(db.entry.c.device, db.entry.c.n)).all())


def aside(service: RegistryService) -> list[bytes]:
    with service.database.reading() as connection:
        return list(connection.execute(select(db.quarantine.c.item).order_by(db.quarantine.c.n)).scalars())


def counted(service: RegistryService) -> object:
    return counts(service, 7, first=DAY, last=DAY).rows, service.conflicts(7), service.devices(7)


def test_private_parts_go_when_their_days_are_over_and_nothing_else_does(
    service: RegistryService, gate: Gate, ticket: Issue, keeper: Housekeeper, clock: HeldClock
) -> None:
    gate.admit(ticket(), private=SEEN)
    gate.admit(ticket(), at=NOON + 60, private=SEEN)
    gate.admit(ticket(), at=NOON + 61)
    gate.push()
    before, rows_before = counted(service), entry_rows(service)
    clock.at = NOON + KEPT
    assert keeper.tidy().private_parts == 0
    clock.at = NOON + KEPT + 1
    assert keeper.tidy().private_parts == 1
    assert [bool(row.private) for row in entry_rows(service)] == [False, True, False]
    clock.at = NOON + KEPT + 3600
    assert keeper.tidy().private_parts == 1
    rows = entry_rows(service)
    assert [(row.private, row.salt) for row in rows[:2]] == [(None, None)] * 2
    for each, was in zip(rows, rows_before, strict=True):
        assert (each.core, each.private_hash, each.hash) == (was.core, was.private_hash, was.hash)
    assert counted(service) == before
    # sent once more, as by a kiosk that lost its receipts: the same entries
    assert {receipt.result for receipt in gate.push().receipts} == {ReceiptResult.DUPLICATE}
    assert not any(row.private for row in entry_rows(service))


def test_nothing_personal_is_in_any_byte_after_its_time(
    service: RegistryService, gate: Gate, ticket: Issue, keeper: Housekeeper, clock: HeldClock
) -> None:
    gate.admit(ticket(), private=SEEN)
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked at")
    gate.push(gate.admit(ticket(), private=SEEN))
    held = contents(service.folder.path)
    assert all(any(trace in data for data in held.values()) for trace in TRACES)  # so that it can be missed
    clock.at = NOON + KEPT + 1
    assert keeper.tidy().private_parts == 2
    held = contents(service.folder.path)
    words = [*TRACES, *(trace.hex().encode() for trace in TRACES)]
    assert not [(name, word) for name, data in held.items() for word in words if word in data]


def test_what_comes_after_its_time_is_stored_without_its_private_part(
    service: RegistryService, gate: Gate, ticket: Issue, clock: HeldClock
) -> None:
    gate.admit(ticket(), private=SEEN)
    gate.admit(ticket(), at=NOON + DAY_SECONDS, private=SEEN)
    clock.at = NOON + KEPT + 1
    assert {receipt.result for receipt in gate.push().receipts} == {ReceiptResult.ACCEPTED}
    rows = entry_rows(service)
    assert [bool(row.private) for row in rows] == [False, True]
    assert rows[-1].hash == gate.head
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked at")
    gate.push(gate.admit(ticket(), private=SEEN))
    assert [read(SentEntry, item).private for item in aside(service)] == [None]


def test_what_was_set_aside_loses_its_private_part_too_and_is_still_taken_back(
    service: RegistryService, gate: Gate, ticket: Issue, keeper: Housekeeper, clock: HeldClock, end: RegistryEnd
) -> None:
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "looked at")
    entry = gate.admit(ticket(), private=SEEN)
    gate.push()
    batch = read_batch(b'{"entries": [{"id": "?", "plate": "777QAU02"}]}')
    end.push(gate.device, batch.readable, list(batch.malformed.values()))
    clock.at = NOON + KEPT + 1
    assert keeper.tidy().private_parts == 2
    assert sorted(len(item) > 0 for item in aside(service)) == [False, True]
    assert Housekeeper(end).tidy().private_parts == 0
    # both once more: known, and not stored again
    gate.push()
    end.push(gate.device, batch.readable, list(batch.malformed.values()))
    assert service.devices(7)[0].quarantined == 2
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "it was nothing")
    (row,) = entry_rows(service)
    assert (row.private, row.hash) == (None, gate.head)
    assert sent(entry).core == row.core


def test_an_entry_from_the_future_counts_from_when_it_came(
    service: RegistryService, gate: Gate, ticket: Issue, keeper: Housekeeper, clock: HeldClock
) -> None:
    gate.admit(ticket(), at=NOON + 5 * 365 * DAY_SECONDS, private=SEEN)
    gate.push()
    clock.at = NOON + KEPT
    assert keeper.tidy().private_parts == 0
    clock.at = NOON + KEPT + 1
    assert keeper.tidy().private_parts == 1


def test_a_round_after_a_restart_finds_what_the_one_before_left(
    service: RegistryService, end: RegistryEnd, gate: Gate, ticket: Issue, clock: HeldClock
) -> None:
    for days in (0, 200, 400):
        gate.admit(ticket(), at=NOON + days * DAY_SECONDS, private=SEEN)
    for entry in gate.entries:
        clock.at = entry.at
        gate.push(entry)
    clock.at += KEPT + 1
    assert Housekeeper(end).tidy().private_parts == 3


def test_ended_permits_leave_the_feed_though_nobody_asks_for_a_snapshot(
    service: RegistryService, end: RegistryEnd, keeper: Housekeeper, clock: HeldClock
) -> None:
    issued = issue(service, Personal(name="Қанағат"), plate="777QAU02")
    end.manifest(7)
    clock.at = issued.permit.exp + snapshots.KEPT_SECONDS + 1
    went = keeper.tidy()
    assert went.permits > 0
    with service.database.reading() as connection:
        row = connection.execute(select(db.permit).where(db.permit.c.id == issued.permit.id)).one()
        state = feed.state(connection, 7)
        newest = snapshots.newest(connection, state)
    assert (row.is_live, row.search, row.sealed, row.plate_tag) == (0, "", b"", None)
    assert newest is not None
    assert (newest.built_at, newest.cursor.seq) == (clock.at, state.head)
    assert keeper.tidy() == Round()


def test_in_a_quiet_park_what_was_sealed_leaves_the_feed_after_some_weeks(
    service: RegistryService, end: RegistryEnd, keeper: Housekeeper, clock: HeldClock
) -> None:
    end.manifest(7)
    issued = issue(service, Personal(name="Қанағат"))
    told = select(db.change.c.seq).where(db.change.c.row.like(f'%"{issued.permit.id.hex()}"%'))

    def rows() -> int:
        with service.database.reading() as connection:
            return len(connection.execute(told).all())

    assert rows() == 1
    for _ in range(4):
        clock.at += 8 * DAY_SECONDS
        issue(service, Personal(name="Aliya"))
        assert keeper.tidy().snapshots == 1
    assert rows() == 0


def test_a_park_that_cannot_be_tidied_keeps_no_other_from_it(
    service: RegistryService,
    keeper: Housekeeper,
    gate: Gate,
    ticket: Issue,
    clock: HeldClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate.admit(ticket(), private=SEEN)
    gate.push()
    other = min(number for number in service.parks() if number != 7)
    with service.database.writing() as connection:
        connection.execute(db.published_set.delete().where(db.published_set.c.park_id == other))
    clock.at = NOON + KEPT + 1
    assert keeper.tidy().private_parts == 1
    assert f"park {other} could not be tidied" in caplog.text


def test_a_registry_that_serves_goes_its_rounds_and_says_so_in_one_line(
    service: RegistryService, gate: Gate, ticket: Issue, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    visit: Entry = gate.admit(ticket(), private=SEEN)
    gate.push()
    clock.at = visit.at + KEPT + 1
    server = RegistryServer(service, port=0)
    with caplog.at_level(logging.INFO, "qaqpa.registry"):
        server.start()
        server.rounds.start()
        server.rounds.stop()
        server.stop()
    assert not any(row.private for row in entry_rows(service))
    assert [line for line in caplog.messages if line.startswith("tidied: 1 private part")]


def test_rounds_that_never_began_can_be_stopped(keeper: Housekeeper) -> None:
    Rounds(keeper).stop()
