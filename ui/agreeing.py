"""How a running kiosk agrees with its registry: one thread works through cycles, one waits for what is urgent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from kiosk.store.home import Home
from sync.revocation_log import LONGEST_WAIT_SECONDS
from sync.transport import Limits
from sync.urgent import Bell, UrgentLane
from sync.worker import SyncWorker
from ui.assembly import Kiosk, open_registry, open_sync

_LIMITS = Limits(silence_seconds=LONGEST_WAIT_SECONDS + 15, total_seconds=LONGEST_WAIT_SECONDS + 20, body_bytes=4096)


@contextmanager
def agreeing(home: Home, kiosk: Kiosk) -> Iterator[SyncWorker]:
    """Both threads, with memory of their own and the kiosk's clock, which learns from signatures."""
    bell, record = Bell(), kiosk.memory.record
    with ExitStack() as stack:
        end = stack.enter_context(
            open_sync(home, clock=kiosk.clock, right_of_way=kiosk.checkpoint.right_of_way, bell=bell)
        )
        # another connection: a cycle may be busy with a snapshot for half an hour
        registry = stack.enter_context(open_registry(home, kiosk.memory, clock=kiosk.clock, limits=_LIMITS))
        worker = SyncWorker(end.engine, poll_after_seconds=record.poll_after_seconds, abort=end.registry.abort)
        lane = UrgentLane(registry, park=record.park, bell=bell, wake=worker.wake, abort=registry.abort)
        worker.start()
        lane.start()
        try:
            yield worker
        finally:
            lane.stop()
            worker.stop()
