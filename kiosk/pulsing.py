"""The barrier's move for whoever may go through: once for each entry, after it is durable, and written down in turn."""

import logging
from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.devices.barrier import Barrier, BarrierError
from kiosk.errors import EnvironmentalError
from kiosk.keep_open import KeptOpen
from kiosk.mending import Mending
from kiosk.rules.acts import kinds_of, moves_barrier
from kiosk.rules.entries import ActBody, Entry, Place
from kiosk.rules.words import ActKind
from kiosk.store.journal import Journal

_log = logging.getLogger(__name__)


class Pulsing:
    """Moves the barrier for entries that owe it; nothing else does."""

    def __init__(
        self,
        *,
        journal: Journal,
        mending: Mending,
        barrier: Barrier,
        kept_open: KeptOpen,
        clock: Clock,
        place: Callable[[], Place],
        milliseconds: int,
    ) -> None:
        self._journal, self._mending, self._barrier, self._kept_open = journal, mending, barrier, kept_open
        self._clock, self._place, self._milliseconds = clock, place, milliseconds

    def open_for(self, entry: Entry) -> None:
        """Pulse the barrier for an entry that has no pulse yet, and journal what it answered."""
        if not moves_barrier(entry):
            return
        # one that is held open needs none: a pulse would close it when its time is over
        if self._kept_open.hold() or not self._mending.durably(lambda: self._owes_pulse(entry)):
            return
        kind = ActKind.PULSE
        try:
            self._barrier.pulse(self._milliseconds, entry.id)
        except BarrierError:
            kind = ActKind.POSITION  # it did not take the pulse: the ranger opens by hand, a rescan tries again
        act = ActBody(act=kind, target=entry.id, place=self._place(), position=str(self._barrier.position()))
        try:
            self._mending.durably(lambda: self._written(act, entry.policy))
        except EnvironmentalError as error:
            # the admission is on the disk and the barrier has moved: a rescan within two minutes moves it once more
            _log.error("The pulse for %s could not be written down: %s", entry.id, error)

    def _owes_pulse(self, entry: Entry) -> bool:
        if self._journal.is_durable(entry):
            return True  # and its pulse would have been the last commit instead
        if self._journal.hash_of(entry.key) != entry.hash:
            raise EnvironmentalError(f"The journal does not hold {entry.id} any more: scan the ticket again")
        if ActKind.PULSE in kinds_of(self._journal.acts_on(entry.id)):
            return False
        self._journal.flush(entry)
        return True

    def _written(self, act: ActBody, policy: bytes) -> Entry:
        # under the set of its entry: what is believed meanwhile has no part in it
        with self._journal.writing():
            return self._journal.append(act, self._clock.now(), policy)
