import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kiosk.errors import BugError
from sync.backoff import Backoff, Delays, Event, State
from sync.client import HttpRegistry
from sync.errors import SyncError
from sync.report import Report
from sync.worker import SyncState, SyncWorker
from tests.support.scripted_server import Reply, serve
from tests.support.sync_kiosk import SyncKiosk

GOOD = Report(started_at=1, has_contact=True, poll_after_seconds=3600)
BAD = Report(started_at=1, pull_errors=("no connection",), has_failed=True, poll_after_seconds=3600)


@dataclass
class Cycles:
    """An engine whose cycles the test lets happen, counted."""

    answer: Callable[[int], Report] = lambda count: GOOD
    count: int = 0
    began: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    may_end: threading.Event = field(default_factory=threading.Event)

    def run_cycle(self) -> Report:
        self.count += 1
        self.began.release()
        self.may_end.wait(5)
        return self.answer(self.count)


@contextmanager
def working(
    cycles: Cycles, *, backoff: Backoff | None = None, held: bool = False
) -> Iterator[tuple[SyncWorker, list[SyncState]]]:
    """A worker that runs while the block does, and all states it told of."""
    if not held:
        cycles.may_end.set()
    told: list[SyncState] = []
    worker = SyncWorker(cycles, poll_after_seconds=3600, listener=told.append, backoff=backoff)
    worker.start()
    try:
        yield worker, told
    finally:
        cycles.may_end.set()
        assert worker.stop()


def until(condition: Callable[[], bool], seconds: float = 3.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.005)


def quick() -> Backoff:
    return Backoff(delays=Delays(first_seconds=0.01, longest_seconds=0.02), rng=random.Random(1))


def test_the_first_cycle_begins_at_once_and_the_next_one_waits() -> None:
    with working(Cycles()) as (worker, told):
        until(lambda: worker.state.state is State.WAITING)
        assert worker.state == SyncState(state=State.WAITING, report=GOOD, failures=0)
        assert worker.state.is_online
    assert [state.state for state in told] == [State.RUNNING, State.WAITING, State.STOPPED]


def test_a_wake_runs_a_cycle_now() -> None:
    cycles = Cycles()
    with working(cycles) as (worker, _):
        until(lambda: worker.state.state is State.WAITING)
        worker.wake()
        until(lambda: cycles.count == 2 and worker.state.state is State.WAITING)


def test_wakes_during_a_cycle_run_one_more_after_it() -> None:
    cycles = Cycles()
    with working(cycles, held=True) as (worker, _):
        assert cycles.began.acquire(timeout=3)
        for _ in range(5):
            worker.wake()
        cycles.may_end.set()
        until(lambda: cycles.count == 2 and worker.state.state is State.WAITING)
    assert cycles.count == 2


def test_it_polls_by_the_interval_the_registry_named() -> None:
    cycles = Cycles(answer=lambda count: Report(started_at=1, has_contact=True, poll_after_seconds=1))
    backoff = Backoff(delays=Delays(shortest_poll_seconds=0.01, longest_poll_seconds=0.02))
    with working(cycles, backoff=backoff):
        until(lambda: cycles.count >= 4)


def test_it_tries_again_after_failures_and_says_so() -> None:
    cycles = Cycles(answer=lambda count: BAD if count < 4 else GOOD)
    with working(cycles, backoff=quick()) as (worker, told):
        until(lambda: worker.state.is_online)
    assert max(state.failures for state in told) == 3
    assert State.BACKING_OFF in [state.state for state in told]


def test_a_mistake_of_ours_does_not_end_the_thread() -> None:
    def answer(count: int) -> Report:
        if count == 1:
            raise BugError("ours")
        return GOOD

    with working(Cycles(answer=answer), backoff=quick()) as (worker, _):
        until(lambda: worker.state.is_online)


def test_nothing_that_goes_wrong_in_a_cycle_or_in_who_listens_ends_the_thread() -> None:
    def answer(count: int) -> Report:
        if count == 1:
            raise MemoryError
        return GOOD

    def listener(state: SyncState) -> None:
        raise RuntimeError("a screen that is closing")

    cycles = Cycles(answer=answer)
    cycles.may_end.set()
    worker = SyncWorker(cycles, poll_after_seconds=3600, listener=listener, backoff=quick())
    worker.start()
    until(lambda: worker.state.is_online)
    assert worker.stop()


def test_a_stop_just_before_the_next_cycle_is_due_ends_the_thread_quietly() -> None:
    backoff = quick()
    backoff.happen(Event.STOP)
    assert backoff.happen(Event.DUE) is State.STOPPED


def test_an_alarm_or_one_entry_that_is_stuck_does_not_slow_the_poll_that_brings_revocations() -> None:
    odd = Report(started_at=1, has_contact=True, alarms=("an old set",), stuck=("one",), poll_after_seconds=3600)
    with working(Cycles(answer=lambda count: odd)) as (worker, _):
        until(lambda: worker.state.state is State.WAITING)
        assert worker.state.is_online


def test_stop_ends_a_request_that_hangs_within_two_seconds() -> None:
    def hang() -> Iterator[bytes]:
        while True:
            time.sleep(0.05)
            yield b" "

    with serve(lambda request: Reply(body=hang)) as url:
        registry = HttpRegistry(url)

        class Hanging:
            def run_cycle(self) -> Report:
                try:
                    registry.trust_file("metadata/timestamp.json")
                except SyncError as error:
                    return Report(started_at=1, pull_errors=(str(error),), has_failed=True)
                return GOOD

        worker = SyncWorker(Hanging(), poll_after_seconds=10, abort=registry.abort)
        worker.start()
        time.sleep(0.2)
        began = time.monotonic()
        assert worker.stop()
        assert time.monotonic() - began < 1
        assert worker.state.state is State.STOPPED


def test_a_worker_that_never_started_can_be_stopped() -> None:
    assert SyncWorker(Cycles(), poll_after_seconds=10).stop()


def test_a_real_engine_made_in_one_thread_runs_in_the_workers(kiosk: SyncKiosk) -> None:
    kiosk.write(3)
    worker = SyncWorker(kiosk.engine, poll_after_seconds=3600)
    worker.start()
    until(lambda: worker.state.is_online)
    kiosk.write(2)
    worker.wake()
    until(lambda: (report := worker.state.report) is not None and report.pushed == 2)
    assert worker.stop()
    assert kiosk.deliveries.pending_count() == 0
