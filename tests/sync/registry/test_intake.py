"""Entries come in: once each, in any order, and none holds up another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, func, select

from kiosk.rules.entries import (
    GENESIS,
    ActBody,
    AlarmBody,
    ClockBody,
    Place,
    Private,
    ReportBody,
    ShiftBody,
    entry_hash,
    private_bytes,
    private_hash,
)
from kiosk.rules.permit import Party
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import ActKind, AlarmKind, ClockTrust, Direction, Reason, ReportKind, ShiftKind, Source
from sync.protocol import ChainHead, ChangesPage, read
from sync.registry import database as db
from sync.registry import feed
from sync.registry.counts import counts
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON, SALT, Gate, sent

Issue = Callable[..., IssuedTicket]
GateAt = Callable[..., Gate]
ACCEPTED, DUPLICATE = ReceiptResult.ACCEPTED, ReceiptResult.DUPLICATE
CONFLICT, QUARANTINED = ReceiptResult.CONFLICT, ReceiptResult.QUARANTINED


def stored(service: RegistryService) -> int:
    with service.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(db.entry)).scalar_one()


def rows_after(service: RegistryService, end: RegistryEnd, seq: int) -> list[list[object]]:
    with service.database.reading() as connection:
        cursor = feed.state(connection, 7).cursor(seq)
    return list(read(ChangesPage, end.changes(7, cursor.token).data).rows)


def head_of(service: RegistryService) -> int:
    with service.database.reading() as connection:
        return feed.state(connection, 7).head


def test_an_entry_is_accepted_once_and_a_duplicate_ever_after(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    for _ in range(5):
        gate.admit(ticket())
    assert [receipt.result for receipt in gate.push().receipts] == [ACCEPTED] * 5
    reply = gate.push()
    assert [receipt.result for receipt in reply.receipts] == [DUPLICATE] * 5
    assert [receipt.id for receipt in reply.receipts] == [entry.id for entry in gate.entries]
    assert stored(service) == 5


def test_a_ranger_s_word_for_the_time_is_kept_and_counts_as_no_use(service: RegistryService, gate_at: GateAt) -> None:
    gate = gate_at()
    before = head_of(service)
    gate.write(ClockBody(park=7, gate=1, lane=1, given=NOON, believed=0, trust=ClockTrust.SUSPECT, wall=0, by="device"))
    assert [receipt.result for receipt in gate.push().receipts] == [ACCEPTED]
    assert stored(service) == 1
    assert head_of(service) == before  # other gates need not know


def test_an_admission_for_a_reason_that_only_a_newer_kiosk_knows_is_taken_in_and_counts(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate, one = gate_at(), ticket()
    before = head_of(service)
    gate.admit(one, reason=Reason("moon_pass"), source=Source("drone"))
    gate.write(ActBody(act=ActKind("half_annul"), target=gate.entries[0].id, place=gate.place))
    assert [receipt.result for receipt in gate.push().receipts] == [ACCEPTED, ACCEPTED]
    assert head_of(service) > before  # the other gates hear of the use
    noon = datetime.fromtimestamp(NOON, UTC).date()
    assert sum(row.persons for row in counts(service, 7, first=noon, last=noon).rows) == one.claims.party.heads


def test_alarms_shifts_and_reports_are_kept_and_one_of_another_lane_is_set_aside(
    service: RegistryService, gate_at: GateAt
) -> None:
    gate = gate_at()
    here = gate.place
    gate.write(AlarmBody(alarm=AlarmKind.TILT, place=here))
    gate.write(ShiftBody(shift=ShiftKind.OPEN, place=here, by="device"))
    gate.write(ReportBody(report=ReportKind.INCIDENT, place=here, what="fire", permit=bytes(16)))
    gate.write(AlarmBody(alarm=AlarmKind.DOOR, place=replace(here, lane=9)))
    receipts = gate.push().receipts
    assert [receipt.result for receipt in receipts] == [ACCEPTED, ACCEPTED, ACCEPTED, QUARANTINED]
    assert "lane 9" in (receipts[-1].detail or "")


def test_the_reply_names_the_head_up_to_which_the_chain_has_no_gap(gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    entries = [gate.admit(ticket(), at=NOON + n) for n in range(4)]
    late = gate.push(entries[2], entries[3])
    assert [receipt.result for receipt in late.receipts] == [ACCEPTED, ACCEPTED]
    assert late.head is None, "the beginning is not here yet"
    first = gate.push(entries[0])
    assert first.head is not None
    assert first.head.n == 1
    whole = gate.push(entries[1])
    assert whole.head is not None
    assert (whole.head.chain, whole.head.n, whole.head.hash) == (1, 4, gate.head)


def test_pending_links_are_told_to_the_administrator(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    gate.admit(ticket())
    gate.push(gate.admit(ticket()))
    (state,) = service.devices(7)
    assert (state.chain, state.n, state.pending) == (0, 0, 1)
    gate.push()
    (state,) = service.devices(7)
    assert (state.chain, state.n, state.pending) == (1, 2, 0)


def test_the_same_key_with_other_content_is_a_copied_device(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    entry = gate.admit(ticket())
    gate.push()
    other = replace(entry, at=entry.at + 1)
    later = gate.admit(ticket())
    receipts = gate.push(other, later).receipts
    assert [receipt.result for receipt in receipts] == [CONFLICT, QUARANTINED]
    (state,) = service.devices(7)
    assert state.device.status is DeviceStatus.SUSPENDED
    assert state.quarantined == 2
    assert stored(service) == 1
    assert gate.push(entry).receipts[0].result is DUPLICATE, "what was known stays known"
    assert end.device(gate.device) is not None, "and revocations still reach it"


def test_a_device_that_is_restored_is_heard_again(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    entry = gate.admit(ticket())
    gate.push()
    gate.push(replace(entry, at=1))
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "looked into")
    assert gate.push(gate.admit(ticket())).receipts[0].result is ACCEPTED


def test_what_a_suspended_device_sent_is_taken_in_when_it_is_restored(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, other, copied = gate_at(gate=3), gate_at(gate=4), ticket(adults=2)
    gate.admit(ticket())
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "stolen?")
    waiting = [gate.admit(ticket()), gate.admit(copied, at=NOON + 60)]
    assert [receipt.result for receipt in gate.push(*waiting).receipts] == [QUARANTINED] * 2
    other.admit(copied)
    other.push()
    last = gate.admit(ticket())
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "found again")
    state = next(state for state in service.devices(7) if state.device.device == gate.device)
    assert (state.n, state.pending, state.quarantined) == (3, 0, 0)
    assert [conflict.entry_id for conflict in service.conflicts(7)] == [waiting[1].id]
    assert gate.push(*waiting, last).head == ChainHead(chain=1, n=4, hash=gate.head)


def test_what_was_looked_into_and_comes_once_more_suspends_nobody_again(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    entry = gate.admit(ticket(), private=Private(plate="777QAU02"))
    gate.push()
    other = replace(entry, at=entry.at + 1)
    gate.push(other)
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "two disks of one kiosk")
    # as when the whole of its disk is settled, or sync.db was lost; also without its private part
    bare = replace(sent(other), private=None, salt=None)
    for again in (sent(other), bare):
        (receipt,) = gate.registry.push(gate.device, [again]).receipts
        assert receipt.result is CONFLICT
    (state,) = service.devices(7)
    assert (state.device.status, state.quarantined) == (DeviceStatus.ACTIVE, 1)
    assert gate.push(replace(entry, at=entry.at + 2)).receipts[0].result is CONFLICT
    assert service.devices(7)[0].device.status is DeviceStatus.SUSPENDED


def test_all_that_was_set_aside_is_weighed_at_once_even_if_it_shows_a_copied_device(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    gate.admit(ticket())
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "stolen?")
    waiting = [gate.admit(ticket()) for _ in range(3)]
    copies = [replace(entry, at=entry.at + 1) for entry in waiting]
    gate.push(*waiting, *copies)
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "found again")
    (state,) = service.devices(7)
    assert (state.device.status, state.n, state.quarantined) == (DeviceStatus.SUSPENDED, 4, 3)
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "known by now")
    (state,) = service.devices(7)
    assert (state.device.status, state.quarantined) == (DeviceStatus.ACTIVE, 3)


def test_a_batch_looks_at_no_more_than_its_own_places_of_the_chain(
    service: RegistryService, gate_at: GateAt, ticket: Issue
) -> None:
    gate = gate_at()
    for _ in range(3):
        gate.admit(ticket())
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT entry."):
            plans.extend(row[3] for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall())

    with service.database.reading() as connection:
        engine = connection.engine
    event.listen(engine, "before_cursor_execute", explain)
    gate.push()
    sum(1 for _ in service.entries(7, 3, NOON, NOON + 1))
    event.remove(engine, "before_cursor_execute", explain)
    ways = {plan.partition(" (")[2] for plan in plans if "entry" in plan}
    assert ways == {
        "park_id=? AND device=? AND chain=? AND n=?)",
        "park_id=? AND device=? AND chain=? AND n>?)",
        "park_id=? AND permit=?)",
        "park_id=? AND target=?)",
        "park_id=? AND at>? AND at<?)",
    }


def test_one_unreadable_core_holds_up_no_other(service: RegistryService, gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    good = [sent(gate.admit(ticket())) for _ in range(3)]
    poison = replace(good[0], core=b"\xff\xff")
    reply = gate.registry.push(gate.device, [poison, *good[1:]])
    assert [receipt.result for receipt in reply.receipts] == [QUARANTINED, ACCEPTED, ACCEPTED]
    assert "not CBOR" in str(reply.receipts[0].detail)
    assert service.devices(7)[0].quarantined == 1
    gate.registry.push(gate.device, [poison])
    assert service.devices(7)[0].quarantined == 1, "the same once more is not another"


def test_an_entry_of_another_device_park_gate_or_lane_is_set_aside(gate_at: GateAt, ticket: Issue) -> None:
    here, there = gate_at(gate=3), gate_at(gate=4)
    foreign = there.admit(ticket())
    assert "an entry of device" in str(here.push(foreign).receipts[0].detail)
    elsewhere = Place(park=12, gate=1, lane=1, direction=Direction.ENTRY)
    assert "it names park 12" in str(here.push(here.admit(ticket(), place=elsewhere)).receipts[0].detail)
    for gate, lane in ((4, 1), (3, 2)):
        place = Place(park=7, gate=gate, lane=lane, direction=Direction.ENTRY)
        receipt = here.push(here.admit(ticket(), place=place)).receipts[0]
        assert f"it names lane {lane} of gate {gate}" in str(receipt.detail), "or one gate could fill another's counts"


def test_figures_that_no_gate_writes_are_set_aside(gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    for more in ({"entry_number": 2**31}, {"party": Party(adults=2**31)}, {"right": Party(adults=2**31)}):
        assert gate.push(gate.admit(ticket(), **more)).receipts[0].result is QUARANTINED


def test_a_private_part_must_be_the_one_that_was_hashed(gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    forged = replace(sent(gate.admit(ticket())), private=private_bytes(Private(plate="123ABC01")))
    assert gate.registry.push(gate.device, [forged]).receipts[0].result is QUARANTINED


def test_an_entry_whose_private_part_was_erased_since_is_the_same_entry(gate_at: GateAt, ticket: Issue) -> None:
    gate = gate_at()
    private = private_bytes(Private(plate="123ABC01"))
    whole = replace(sent(gate.admit(ticket())), private=private, private_hash=private_hash(private, SALT))
    erased = replace(whole, private=None, salt=None)
    assert gate.registry.push(gate.device, [whole]).receipts[0].result is ACCEPTED
    reply = gate.registry.push(gate.device, [erased])
    assert reply.receipts[0].result is DUPLICATE
    assert reply.head is not None
    assert reply.head.hash == entry_hash(GENESIS, whole.core, whole.private_hash)


def test_a_use_is_told_to_every_gate_and_an_annulled_one_with_nobody_in_it(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, issued = gate_at(gate=3), ticket(adults=2, children=1)
    head = head_of(service)
    entry = gate.admit(issued)
    gate.push()
    told = ["u", issued.permit.id.hex(), 1, [2, 1], 3, 1, "entry", NOON, entry.id]
    assert rows_after(service, end, head) == [told]
    gate.push()
    assert rows_after(service, end, head) == [told], "a duplicate tells nothing"
    gate.push(gate.annul(entry))
    assert rows_after(service, end, head) == [told, [*told[:3], [], *told[4:]]]


def test_an_annulment_that_comes_before_its_entry_still_counts(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, issued = gate_at(), ticket()
    head = head_of(service)
    entry = gate.admit(issued)
    annulled = gate.annul(entry)
    gate.push(annulled)
    gate.push(entry)
    assert rows_after(service, end, head) == []


def test_tickets_that_are_unknown_here_are_taken_in_too(
    service: RegistryService, end: RegistryEnd, gate_at: GateAt, ticket: Issue
) -> None:
    gate, issued = gate_at(), ticket()
    head = head_of(service)
    entry = gate.admit(issued, permit=b"\x07" * 16)
    assert gate.push().receipts[0].result is ACCEPTED
    assert rows_after(service, end, head)[0][1] == entry.body.permit.hex()  # type: ignore[union-attr]
