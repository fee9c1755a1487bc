"""The one sync thread: it wakes by itself, backs off, and can be asked to go now; backoff.py says when and how."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.backoff import Backoff, Event, State
from sync.report import Report

log = logging.getLogger(__name__)
STOP_SECONDS = 2.0


class Cycle(Protocol):
    """What the thread runs; SyncEngine in life."""

    def run_cycle(self) -> Report:
        """One cycle."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncState:
    """What a screen may show: where the thread stands, the newest report, and failures in a row since it was good."""

    state: State
    report: Report | None
    failures: int

    @property
    def is_online(self) -> bool:
        """Whether the newest cycle came to its end; what a single entry waits for is no lost connection."""
        return self.report is not None and self.report.has_contact and self.failures == 0


Listener = Callable[[SyncState], None]


class SyncWorker:
    """Runs cycles in one background thread. The listener is called from that thread."""

    def __init__(
        self,
        engine: Cycle,
        *,
        poll_after_seconds: int,
        listener: Listener | None = None,
        abort: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._engine, self._listener, self._abort = engine, listener, abort
        self._poll_after_seconds: int = poll_after_seconds
        self._retry_after_seconds: int | None = None
        self._backoff = backoff or Backoff()
        self._condition = threading.Condition()
        self._is_nudged = False
        self._report: Report | None = None
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    @property
    def state(self) -> SyncState:
        """What is known now."""
        with self._condition:
            return SyncState(state=self._backoff.state, report=self._report, failures=self._backoff.failures)

    def start(self) -> None:
        """Begin with a cycle at once."""
        self._thread.start()

    def wake(self) -> None:
        """Run a cycle now, or another one after that which is under way."""
        with self._condition:
            self._is_nudged = True
            if self._backoff.state in {State.RUNNING, State.RUNNING_AGAIN}:
                self._backoff.happen(Event.WOKEN)
            self._condition.notify_all()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """End the thread, and the request under way with it; whether it ended in time."""
        with self._condition:
            self._backoff.happen(Event.STOP)
            self._condition.notify_all()
        if self._abort:
            self._abort()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        event = Event.DUE
        while self._happen(event) is not State.STOPPED:
            while self.state.state in {State.RUNNING, State.RUNNING_AGAIN}:
                self._happen(self._cycle())
            event = self._wait()

    def _cycle(self) -> Event:
        try:
            report = self._engine.run_cycle()
        except Exception:  # without this thread no revocation would ever reach the gate again
            log.exception("a sync cycle met a mistake of ours; scanning goes on, the next cycle tries again")
            return Event.FAILED
        log.info("sync: %s", report)
        with self._condition:
            self._report = report
            self._poll_after_seconds = report.poll_after_seconds
            self._retry_after_seconds = report.retry_after_seconds
        return Event.FAILED if report.has_failed else Event.SUCCEEDED

    def _wait(self) -> Event:
        with self._condition:
            if self._is_stopped():
                return Event.STOP
            seconds = self._backoff.delay_seconds(
                poll_after_seconds=self._poll_after_seconds, retry_after_seconds=self._retry_after_seconds
            )
            self._condition.wait_for(lambda: self._is_nudged or self._is_stopped(), seconds)
            if self._is_stopped():
                return Event.STOP
            return Event.WOKEN if self._is_nudged else Event.DUE

    def _is_stopped(self) -> bool:
        return self._backoff.state is State.STOPPED

    def _happen(self, event: Event) -> State:
        with self._condition:
            before = self._backoff.state
            state = self._backoff.happen(event)
            if state is State.RUNNING and before is not State.RUNNING:
                self._is_nudged = False
        self._tell()
        return state

    def _tell(self) -> None:
        try:
            if self._listener:
                self._listener(self.state)
        except Exception:  # who listens must not end what it listens to
            log.exception("whoever listens to the sync thread failed; syncing goes on")
