"""What a checkpoint does when its journal cannot be written: mend what can be mended, and do the work once more.

The work writes all or nothing and reads before it decides, so it may be begun again. What cannot be mended is raised,
and then nothing was written and nobody may be let in by it.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import ChainBody, Entry
from kiosk.rules.words import ChainCause, Fault
from kiosk.store.driver import DamagedError, DiskFailedError, DiskFullError, ReadOnlyError, UncertainError
from kiosk.store.journal import NAME, Journal
from kiosk.store.replica import ReplicaState
from kiosk.store.reserve import Reserve

_log = logging.getLogger(__name__)
_MENDED_AT_MOST = 2
_TOLD_SECONDS = 86_400
T = TypeVar("T")


class Mending:
    """The journal, the reserve of the disk it is on, and what is wrong with either."""

    def __init__(self, journal: Journal, reserve: Reserve | None) -> None:
        self._journal, self._reserve = journal, reserve
        self._trouble: Fault | None = None

    def durably(self, work: Callable[[], T]) -> T:
        """Do this; where the journal can be mended, once more from its beginning."""
        mended: set[type[EnvironmentalError]] = set()
        for attempt in range(_MENDED_AT_MOST + 1):
            try:
                done = work()
            except EnvironmentalError as error:
                cause = _cause_of(error)
                self._trouble = _fault_of(cause)
                # each kind once: a journal that is damaged again at once would only be set aside again and again
                if attempt == _MENDED_AT_MOST or type(cause) in mended or not self._is_mended(cause):
                    raise
                mended.add(type(cause))
                _log.error("Mended, and tried again: %s", error)
            else:
                self._trouble = None
                return done
        raise AssertionError  # the last attempt returned or raised

    def renew_where_doubted(self) -> None:
        """Renew a journal in which a reader found damage that no scan has met: what waits there could not be sent."""
        if self._journal.is_doubted:
            _log.error("%s is damaged where no scan looks, and is renewed", NAME)
            self._is_mended(DamagedError(f"{NAME} is damaged", file=NAME))

    def refill(self) -> None:
        """Hold the reserve again, as soon as there is room."""
        if self._reserve is not None:
            self._reserve.hold()

    def faults(self, now: int, replica: ReplicaState) -> tuple[Fault, ...]:
        """What a ranger is told, until it is mended or, of what is mended, a day has gone by."""
        found = {self._trouble} if self._trouble else set()
        renewed = [entry for entry in self._journal.renewals if entry.at > now - _TOLD_SECONDS]
        moved = [entry for entry in renewed if _is_of_a_moved_disk(entry)]
        if self._journal.is_chain_due or len(moved) < len(renewed):
            found.add(Fault.JOURNAL_RENEWED)
        if moved:  # of which nothing is missing
            found.add(Fault.DISK_MOVED)
        if self._reserve is not None and not self._reserve.is_held:
            found.add(Fault.DISK_FULL)
        if replica is ReplicaState.DAMAGED:
            found.add(Fault.REPLICA_DAMAGED)
        return tuple(fault for fault in Fault if fault in found)

    def _is_mended(self, error: EnvironmentalError) -> bool:
        match error:
            case DamagedError(file=file) if file == NAME:
                try:
                    self._journal.renew()
                except DiskFullError:
                    if not self._free():
                        raise
                    self._journal.renew()
                return True
            case DiskFullError():
                return self._free()
            case DiskFailedError():
                return True  # a disk may fail once
            case _:
                return False

    def _free(self) -> bool:
        return self._reserve is not None and self._reserve.free()


def _is_of_a_moved_disk(opening: Entry) -> bool:
    return isinstance(opening.body, ChainBody) and opening.body.cause is ChainCause.MOVED


def _cause_of(error: EnvironmentalError) -> EnvironmentalError:
    """What kept a COMMIT from its end, or the error itself."""
    is_uncertain = isinstance(error, UncertainError) and isinstance(error.cause, EnvironmentalError)
    return error.cause if is_uncertain else error  # type: ignore[attr-defined]


def _fault_of(error: EnvironmentalError) -> Fault | None:
    match error:
        case DiskFullError():
            return Fault.DISK_FULL
        case ReadOnlyError():
            return Fault.DISK_READ_ONLY
        case DiskFailedError():
            return Fault.DISK_FAILED
        case _:
            return None
