"""The barrier's move for whoever may go through: once for each entry, after it is durable, and written down in turn."""

import logging
from collections.abc import Callable
from functools import partial

from kiosk.clock import Clock
from kiosk.devices.barrier import Barrier, BarrierError
from kiosk.devices.sequels import Came, Sequel
from kiosk.errors import EnvironmentalError
from kiosk.keep_open import KeptOpen
from kiosk.mending import Mending
from kiosk.rules.acts import did_not_turn, kinds_of, moves_barrier
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
        self.hear_first()
        # one that is held open needs none: a pulse would close it when its time is over
        if self._kept_open.hold() or not self._mending.durably(lambda: self._owes_pulse(entry)):
            return
        kind = ActKind.PULSE
        try:
            self._barrier.pulse(self._milliseconds, entry.id)
        except BarrierError as error:
            # It did not take the pulse, or nobody knows: the ranger opens by hand, a rescan tries again. Of a doubtful
            # one the contacts may still tell that it opened; then `hear` writes its pulse, and no rescan gives another
            # (docs/adr/0030).
            _log.error("entry %s: %s", entry.id, error)
            kind = ActKind.POSITION
        act = ActBody(act=kind, target=entry.id, place=self._place(), position=str(self._barrier.position()))
        try:
            self._mending.durably(lambda: self._written(act, entry.policy))
        except EnvironmentalError as error:
            # the admission is on the disk and the barrier has moved: a rescan within two minutes moves it once more
            _log.error("The pulse for %s could not be written down: %s", entry.id, error)

    def hear_first(self) -> None:
        """The same before anything is decided by it; where it cannot be written, what follows says what is wrong."""
        try:
            self.hear()
        except EnvironmentalError as error:  # it stays with the barrier, and is tried again
            _log.error("What came of a pulse could not be written down: %s", error)

    def hear(self) -> tuple[Entry, ...]:
        """Journal what came of earlier pulses, each once; the entries that came of it."""
        written = []
        for sequel in self._barrier.sequels():
            entry = self._mending.durably(partial(self._heard, sequel))
            self._barrier.settle(sequel)
            if entry is not None:
                written.append(entry)
        return tuple(written)

    def _heard(self, sequel: Sequel) -> Entry | None:
        target = self._journal.get(sequel.cause)
        if target is None:
            return None  # a journal that was set aside meanwhile
        acts = self._journal.acts_on(target.id)
        is_pulsed, is_annulled = ActKind.PULSE in kinds_of(acts), ActKind.ANNUL in kinds_of(acts)
        match sequel.came:
            case Came.OPENED if not is_pulsed:
                kind = ActKind.PULSE
            case Came.NOT_TURNED if is_pulsed and not is_annulled and not did_not_turn(acts):
                kind = ActKind.POSITION
            case _:
                return None
        position = str(self._barrier.position())
        return self._written(ActBody(act=kind, target=target.id, place=self._place(), position=position), target.policy)

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
