"""Deliveries: every entry is sent until it has a receipt, and none holds up another."""

from collections.abc import Iterator

import pytest

from kiosk.rules.entries import EntryKey
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store.delivery import Deliveries
from kiosk.store.home import Home
from kiosk.store.journal import Head, Journal, WireEntry
from tests.support.memory import DEVICE, POLICY, START, admitted, moment


@pytest.fixture
def deliveries(home: Home, journal: Journal) -> Iterator[Deliveries]:
    """The delivery state beside the journal."""
    opened = Deliveries(home, journal)
    yield opened
    opened.close()


def scans(journal: Journal, count: int) -> None:
    with journal.writing():
        for number in range(count):
            journal.append(admitted(number), moment(), POLICY)


def receipts(entries: list[WireEntry], result: ReceiptResult = ReceiptResult.ACCEPTED) -> list[Receipt]:
    return [Receipt(id=str(entry.key), result=result, detail=None) for entry in entries]


def numbers(entries: list[WireEntry]) -> list[int]:
    return [entry.key.n for entry in entries]


def test_every_entry_waits_until_it_has_a_receipt(journal: Journal, deliveries: Deliveries) -> None:
    assert deliveries.pending(10) == []
    scans(journal, 5)
    assert deliveries.pending_count() == 6  # with the opening of the chain
    first = deliveries.pending(4)
    assert numbers(first) == [1, 2, 3, 4]
    assert first == journal.after(0, 0, 4)
    deliveries.settle(receipts(first[:3]))
    assert numbers(deliveries.pending(10)) == [4, 5, 6]
    assert deliveries.pending_count() == 3
    scans(journal, 1)
    deliveries.settle(receipts(deliveries.pending(10)))
    assert (deliveries.pending(10), deliveries.pending_count()) == ([], 0)


def test_what_failed_goes_behind_what_was_tried_less(journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 4)
    deliveries.failed([entry.key for entry in deliveries.pending(2)])
    assert numbers(deliveries.pending(10)) == [3, 4, 5, 1, 2]
    deliveries.failed([EntryKey(device=DEVICE, chain=1, n=n) for n in (3, 4, 5, 1)])
    assert numbers(deliveries.pending(10)) == [2, 3, 4, 5, 1]


def test_attempts_and_receipts_survive_a_restart(home: Home, journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 3)
    batch = deliveries.pending(2)
    deliveries.settle(receipts(batch[:1]))
    deliveries.failed([batch[1].key])
    deliveries.close()
    again = Deliveries(home, journal)
    assert numbers(again.pending(10)) == [3, 4, 2]
    again.close()


def test_what_the_registry_flagged_is_remembered_and_not_sent_again(journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 3)
    batch = deliveries.pending(10)
    deliveries.settle(
        [
            *receipts(batch[:1], ReceiptResult.DUPLICATE),
            Receipt(id=str(batch[1].key), result=ReceiptResult.CONFLICT, detail="gate 2"),
            Receipt(id=str(batch[2].key), result=ReceiptResult.QUARANTINED),
        ]
    )
    assert numbers(deliveries.pending(10)) == [4]
    flagged = [(item.key.n, item.result, item.detail) for item in deliveries.flagged()]
    assert flagged == [(2, ReceiptResult.CONFLICT, "gate 2"), (3, ReceiptResult.QUARANTINED, None)]


def test_a_receipt_for_another_device_settles_nothing_here(journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 1)
    deliveries.pending(10)
    stranger = EntryKey(device=DEVICE + 1, chain=1, n=1)
    deliveries.settle([Receipt(id=str(stranger), result=ReceiptResult.ACCEPTED)])
    assert deliveries.pending_count() == 2


def test_losing_the_delivery_state_only_sends_again(home: Home, journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 3)
    deliveries.settle(receipts(deliveries.pending(10)))
    deliveries.close()
    for path in home.kiosk.glob("sync.db*"):
        path.unlink()
    again = Deliveries(home, journal)
    assert numbers(again.pending(10)) == [1, 2, 3, 4]
    again.close()


def test_another_device_in_the_same_folder_begins_anew(home: Home, journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 3)
    deliveries.settle(receipts(deliveries.pending(10)))
    deliveries.contacted(START)
    other = Journal.open(home, DEVICE + 1)
    anew = Deliveries(home, other)
    assert (anew.pending(10), anew.pending_count(), anew.last_contact()) == ([], 0, None)
    scans(other, 1)
    assert [entry.key.device for entry in anew.pending(10)] == [DEVICE + 1] * 2
    anew.close()
    other.close()


def test_a_reader_beside_sync_sees_how_much_waits(home: Home, journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 3)
    beside = Deliveries(home, journal, readonly=True)
    assert beside.pending_count() == 4
    deliveries.settle(receipts(deliveries.pending(2)))
    assert beside.pending_count() == 2
    beside.close()


def test_a_reader_where_sync_never_ran_counts_every_entry(home: Home, journal: Journal) -> None:
    scans(journal, 3)
    reader = Deliveries(home, journal, readonly=True)
    assert (reader.pending_count(), reader.last_contact(), reader.signed_at()) == (4, None, None)
    assert not home.sync_file.exists()
    reader.close()


def test_a_signed_time_never_goes_back(deliveries: Deliveries) -> None:
    assert deliveries.signed_at() is None
    deliveries.signed(START)
    deliveries.signed(START - 5)
    assert deliveries.signed_at() == START


def test_contact_and_witnessed_head_are_remembered(home: Home, journal: Journal, deliveries: Deliveries) -> None:
    head = Head(chain=1, n=9, hash=bytes(32))
    deliveries.contacted(START)
    assert deliveries.witnessed() is None
    deliveries.witness(head)
    deliveries.close()
    again = Deliveries(home, journal)
    assert (again.last_contact(), again.witnessed()) == (START, head)
    again.close()


def test_thousands_of_waiting_entries_are_queued_once_and_in_order(journal: Journal, deliveries: Deliveries) -> None:
    scans(journal, 6_000)
    assert numbers(deliveries.pending(500)) == list(range(1, 501))
    assert deliveries.pending_count() == 6_001


@pytest.mark.parametrize("place", [0, 20, 5000, 9000])
def test_a_damaged_delivery_state_keeps_no_kiosk_from_starting(home: Home, journal: Journal, place: int) -> None:
    scans(journal, 40)
    before = Deliveries(home, journal)
    before.pending(10)
    before.close()
    data = bytearray(home.sync_file.read_bytes())
    data[place] ^= 1
    home.sync_file.write_bytes(data)
    again = Deliveries(home, journal)
    assert numbers(again.pending(3)) == [1, 2, 3]
    assert again.pending_count() == 41
    assert (home.kiosk / "sync.db.damaged").exists()
    again.close()
