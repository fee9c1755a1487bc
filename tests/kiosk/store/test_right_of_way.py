"""A scan goes first: sync works in slices, and between two of them waits for the scan under way."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.rules.words import Source
from kiosk.store.delivery import Deliveries
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.replica import Replicas, build_snapshot
from kiosk.store.right_of_way import LONGEST_WAIT_SECONDS, RightOfWay
from tests.support.gate import gate
from tests.support.memory import PARK, POLICY, START, admitted, moment, permit
from tests.support.park import SmallPark


class Counted(RightOfWay):
    """Remembers how often it was asked."""

    asked = 0

    def give_way(self) -> None:
        self.asked += 1
        super().give_way()


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def test_where_nobody_scans_nobody_waits() -> None:
    begun = time.monotonic()
    for _ in range(1000):
        RightOfWay().give_way()
    assert time.monotonic() - begun < LONGEST_WAIT_SECONDS


def test_sync_waits_for_the_scan_under_way_and_not_for_the_next() -> None:
    way, passed = RightOfWay(), threading.Event()

    def sync() -> None:
        way.give_way()
        passed.set()

    with way, beside(sync):
        time.sleep(0.02)
        assert not passed.is_set()
        way.__exit__(None, None, None)
        way.__enter__()  # the next visitor is there at once
        assert passed.wait(LONGEST_WAIT_SECONDS / 2)


def test_a_scan_that_hangs_does_not_keep_revocations_out() -> None:
    way = RightOfWay()
    begun = time.monotonic()
    with way:
        way.give_way()
    assert LONGEST_WAIT_SECONDS <= time.monotonic() - begun < 20 * LONGEST_WAIT_SECONDS


def test_a_page_is_applied_in_slices_that_each_give_way(home: Home, tmp_path: Path) -> None:
    way = Counted()
    replicas = Replicas(home, right_of_way=way)
    build_snapshot(tmp_path / "s", PARK, 1, "0", [])
    replicas.install(tmp_path / "s", park=PARK, epoch=1, cursor="0", signed_at=START)
    replicas.apply([permit(number).row() for number in range(1, 1001)], "1", START)
    assert way.asked >= 50  # 25 slices read, 25 written
    replicas.close()


def test_a_batch_to_be_sent_is_queued_and_read_in_slices_that_each_give_way(home: Home, journal: Journal) -> None:
    with journal.writing():
        for number in range(1000):
            journal.append(admitted(number), moment(), POLICY)
    way = Counted()
    deliveries = Deliveries(home, journal, right_of_way=way)
    assert len(deliveries.pending(500)) == 500
    assert way.asked >= 2 + 20  # thousand queued, five hundred read
    deliveries.close()


@pytest.mark.parametrize("gap", [0, 1, 24, 25, 26, 50, 75])
def test_entries_are_read_in_their_order_wherever_one_is_missing(journal: Journal, gap: int) -> None:
    with journal.writing():
        for number in range(75):
            journal.append(admitted(number), moment(), POLICY)
    keys = journal.keys_after(0, 0, 100)
    wanted = keys[:gap] + keys[gap + 1 :]
    assert [entry.key for entry in journal.wire(wanted)] == wanted
    assert [entry.key for entry in journal.wire(wanted[::-1])] == wanted[::-1]


def test_a_scan_holds_the_right_of_way_from_its_beginning_to_its_end_whatever_happens(tmp_path: Path) -> None:
    park = SmallPark()
    with gate(tmp_path / "gate", park) as here:
        held: list[bool] = []
        real = here.barrier.pulse

        def pulse(milliseconds: int, cause: str) -> None:
            held.append(here.checkpoint.right_of_way._is_taken)
            real(milliseconds, cause)

        here.barrier.pulse = pulse  # type: ignore[method-assign]
        here.checkpoint.scan(Scan(text=park.ticket(), source=Source.CAMERA))
        assert held == [True]
        with pytest.raises(UsageError):
            here.checkpoint.scan(Scan(text="no code", source=Source.TYPED))
        assert not here.checkpoint.right_of_way._is_taken
