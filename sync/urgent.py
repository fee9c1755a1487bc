"""The urgent lane: a request that the registry answers as soon as there is something that must not wait for a poll.

Nothing in the answer is believed. It rings a bell, the sync thread looks for itself, and verifies what it finds.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.backoff import Backoff, Event
from sync.errors import SyncError
from sync.revocation_log import LONGEST_WAIT_SECONDS, UrgentReply

log = logging.getLogger(__name__)
STOP_SECONDS = 2.0
_HEARD_SECONDS = 5.0  # for a cycle, until the same thing may be rung for again
_LOOK_SECONDS = 0.2
_PAUSE_SECONDS = 1.0  # however soon an answer without news comes: some proxy may give it at once


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """How far the kiosk is: the last row of its revocation log, and the versions of its set and of its keys, added."""

    revocations: int = 0
    set_version: int = 0

    def is_behind(self, reply: UrgentReply) -> bool:
        """Whether the registry says that there is more."""
        return reply.revocations > self.revocations or reply.set > self.set_version


class Bell:
    """What the urgent lane and the sync thread share: whether it rang, and how far the sync thread is."""

    def __init__(self) -> None:
        self._rung = threading.Event()
        self.known = Known()

    @property
    def is_rung(self) -> bool:
        """Whether something waits that must not wait."""
        return self._rung.is_set()

    def ring(self) -> None:
        """Something must not wait."""
        self._rung.set()

    def silence(self) -> None:
        """The sync thread is about to look."""
        self._rung.clear()


class UrgentRegistry(Protocol):
    """The one question that this lane asks."""

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        """How far the registry is, as soon as it is further than this, or after the wait."""
        ...


class UrgentLane:
    """One thread that waits at the registry and rings; it has a connection of its own and touches no file."""

    def __init__(
        self,
        registry: UrgentRegistry,
        *,
        park: int,
        bell: Bell,
        wake: Callable[[], None],
        abort: Callable[[], None] | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self._registry, self._park, self._bell = registry, park, bell
        self._wake, self._abort, self._backoff = wake, abort, backoff or Backoff()
        self._stopped = threading.Event()
        self._rung_at: Known | None = None
        self._thread = threading.Thread(target=self._run, name="urgent", daemon=True)

    def start(self) -> None:
        """Begin to wait at the registry."""
        self._thread.start()

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """End the thread, and the request under way with it; whether it ended in time."""
        self._stopped.set()
        if self._abort:
            self._abort()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._backoff.happen(Event.DUE)
            is_well = self._ask_once()
            self._backoff.happen(Event.SUCCEEDED if is_well else Event.FAILED)
            self._stopped.wait(_PAUSE_SECONDS if is_well else self._backoff.delay_seconds(poll_after_seconds=0))

    def _ask_once(self) -> bool:
        """One answer waited for; False where the next one had better come later."""
        known = self._bell.known
        try:
            reply = self._registry.urgent(
                self._park,
                after=known.revocations,
                set_version=known.set_version,
                wait_seconds=LONGEST_WAIT_SECONDS,
            )
        except SyncError as error:
            if self._backoff.failures == 0 and not self._stopped.is_set():
                log.info("the urgent lane is closed: %s", error)
            return False
        except Exception:  # the poll brings the same, later
            log.exception("the urgent lane met a mistake of ours; it tries again")
            return False
        if not known.is_behind(reply):
            return True
        # rung for before, and nothing came of it: what the registry says cannot be followed, or is not true
        is_news = self._rung_at != known
        self._rung_at = known
        self._bell.ring()
        self._wake()
        self._wait_for_more_than(known)
        return is_news

    def _wait_for_more_than(self, known: Known) -> None:
        for _ in range(int(_HEARD_SECONDS / _LOOK_SECONDS)):
            if self._bell.known != known or self._stopped.wait(_LOOK_SECONDS):
                return
