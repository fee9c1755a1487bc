"""The barrier held open: for a fire, or a queue that would burst. Who did it and why is written first, then it opens.

It lasts over a restart, since it is read back from the journal, and it is written down again every few minutes until
somebody sets it back. Scans are decided and recorded as ever meanwhile; only nobody is asked, and nothing is pulsed.
"""

import logging
from dataclasses import replace

from kiosk.devices.barrier import Barrier, BarrierError
from kiosk.errors import UsageError
from kiosk.rules.entries import ActBody, AlarmBody, Entry, Place
from kiosk.rules.words import AlarmKind, BarrierPosition, EntryKind
from kiosk.store.journal import Journal

_log = logging.getLogger(__name__)
_OF_IT = frozenset({AlarmKind.KEPT_OPEN, AlarmKind.STILL_OPEN, AlarmKind.SET_BACK})
_FIRST_LOOK = 16


class KeptOpen:
    """Whether the barrier is held open, since when, and when that was last written down."""

    def __init__(self, journal: Journal, barrier: Barrier) -> None:
        self._barrier = barrier
        self._last = _newest(journal)
        self._is_behind = False
        """Whether the barrier did not follow the last time it was moved."""

    @property
    def since(self) -> int | None:
        """Since when the barrier is held open; None where it is not."""
        if self._last is None or not isinstance(self._last.body, AlarmBody):
            return None
        since = self._last.body.details.get("since")
        if self._last.body.alarm is AlarmKind.SET_BACK:
            return None
        return since if type(since) is int else self._last.at

    def told_by(self, act: ActBody) -> ActBody:
        """The act that lets somebody through, saying so if that is through a barrier held open, as a decision does."""
        return replace(act, position=str(BarrierPosition.HELD)) if self.since is not None else act

    def opening(self, place: Place, by: str, now: int) -> AlarmBody:
        """What is written down before the barrier is held open; UsageError where it is already."""
        if self.since is not None:
            raise UsageError("The barrier is held open already: set it back with `qaqpa gate normal`")
        return AlarmBody(alarm=AlarmKind.KEPT_OPEN, place=place, details={"by": by, "since": now})

    def closing(self, place: Place, by: str, now: int, uncounted: int | None) -> AlarmBody:
        """What is written down when it is set back; UsageError where it is not held open."""
        if self.since is None:
            raise UsageError("The barrier is not held open: there is nothing to set back")
        details = {"by": by, "since": self.since, "seconds": max(0, now - self.since), "uncounted": uncounted}
        known = {name: value for name, value in details.items() if value is not None}
        return AlarmBody(alarm=AlarmKind.SET_BACK, place=place, details=known)

    def reminder(self, place: Place, now: int, every_seconds: int) -> AlarmBody | None:
        """What is written down again while it stays open; None while that is not due."""
        since = self.since
        if since is None or self._last is None or abs(now - self._last.at) < every_seconds:
            return None
        details = {"since": since, "seconds": max(0, now - since)}
        return AlarmBody(alarm=AlarmKind.STILL_OPEN, place=place, details=details)

    def written(self, entry: Entry) -> Entry:
        """It is on the disk: now the barrier follows."""
        was_open, self._last = self.since is not None, entry
        if was_open != (self.since is not None):
            self._move(held=self.since is not None)
        elif was_open:
            _log.warning("entry %s: the barrier is still held open", entry.id)
        return entry

    def hold(self) -> bool:
        """Hold it where it is to be held, as after a restart, and let go what did not let go; whether it is held so."""
        if self.since is not None:
            return self._barrier.position() is BarrierPosition.HELD or self._move(held=True)
        if self._is_behind:  # a boom that a person holds is left alone
            self._move(held=False)
        return False

    def _move(self, *, held: bool) -> bool:
        """Whether the barrier followed."""
        try:
            self._barrier.hold(held)
        except BarrierError as error:
            _log.error("The barrier is moved by hand, then: %s", error)
            self._is_behind = True
            return False
        self._is_behind = False
        return True


def _newest(journal: Journal) -> Entry | None:
    """The newest entry about it; other alarms may lie above it, many of them."""
    limit = _FIRST_LOOK
    while True:
        entries = journal.latest(limit, EntryKind.ALARM)
        found = next((each for each in entries if isinstance(each.body, AlarmBody) and each.body.alarm in _OF_IT), None)
        if found is not None or len(entries) < limit:
            return found
        limit *= 8
