"""What the registry does by itself, once an hour: let go what need not be kept any longer, in steps that stop nobody.

Each step is a transaction of its own, so a round that is cut off goes on in the next one. A park that cannot be tidied
keeps no other from it.
"""

import logging
import threading
from dataclasses import dataclass, fields

from kiosk.errors import BusyError, QaqpaError
from kiosk.rules.policy import DAY_SECONDS
from sync.registry import feed, keeping, snapshots
from sync.registry.wire import RegistryEnd

EVERY_SECONDS = 3600
SNAPSHOT_DAYS = 7
_STEP_SECONDS = DAY_SECONDS
_STOP_SECONDS = 5
_LONG_AGO = -(2**53)
_log = logging.getLogger("qaqpa.registry")


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What went in one round."""

    private_parts: int = 0
    permits: int = 0
    snapshots: int = 0

    def __add__(self, other: "Round") -> "Round":
        return Round(**{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(Round)})

    def __str__(self) -> str:
        return (
            f"{self.private_parts} private parts let go, {self.permits} ended permits out of the feed, "
            f"{self.snapshots} snapshots renewed"
        )


class Housekeeper:
    """Goes its rounds over one registry; remembers how far the last one came."""

    def __init__(self, end: RegistryEnd) -> None:
        self._end, self._service = end, end.service
        self._done: dict[int, int] = {}
        self._is_to_sweep = True  # the program before this one may have ended between the two

    def tidy(self) -> Round:
        """One round through all parks; what went wrong with one is in the log."""
        went = Round()
        for park in self._service.parks():
            try:
                went += self._tidied(park)
            except (QaqpaError, OSError) as error:
                _log.error("park %d could not be tidied: %s", park, error)
        self._end.renew_trust()
        self._forget_requests()
        self._sweep(went)
        _log.info("tidied: %s", went)
        return went

    def _forget_requests(self) -> None:
        """A device that is heard lets its own go; of those that are not heard any more some would stay."""
        try:
            self._service.requests.forget(self._service.now())
        except QaqpaError as error:
            _log.error("%s", error)

    def _tidied(self, park: int) -> Round:
        now = self._service.now()
        parts = self._emptied(park, now)
        permits = self._end.drop_ended(park)
        self._service.settle_shares(park)  # a new day has its places back
        is_renewed = self._is_snapshot_due(park, now) and self._end.renew_snapshot(park)
        return Round(private_parts=parts, permits=permits, snapshots=int(is_renewed))

    def _emptied(self, park: int, now: int) -> int:
        database = self._service.database
        limit = keeping.kept_from(self._service.policy_set(park).policy, now)
        at, emptied = self._done.get(park, _LONG_AGO), 0
        while True:
            with database.reading() as connection:
                first = keeping.oldest(connection, park, at)
                at = limit if first is None else min(first, limit)
                before = min(at + _STEP_SECONDS, limit)
                is_due = at < before and keeping.has_private(connection, park, at, before)
            if is_due:
                with database.writing() as connection:
                    emptied += keeping.empty(connection, park, at, before)
            if before == limit:
                break
            at = before
        with database.writing() as connection:
            emptied += keeping.empty_early(connection, park, now, limit)
        # a batch may have been on its way while its day went by
        self._done[park] = limit - _STEP_SECONDS
        return emptied

    def _is_snapshot_due(self, park: int, now: int) -> bool:
        """Whether the file that new kiosks begin with still holds what went from the feed long since."""
        with self._service.database.reading() as connection:
            state = feed.state(connection, park)
            newest = snapshots.newest(connection, state)
        if newest is None or newest.cursor.seq == state.head:
            return False
        return newest.built_at < now - SNAPSHOT_DAYS * DAY_SECONDS

    def _sweep(self, went: Round) -> None:
        """Let nothing of it stay in the database's log; where somebody reads, in the next round."""
        self._is_to_sweep |= bool(went.private_parts or went.permits)
        if not self._is_to_sweep:
            return
        try:
            self._service.database.sweep()
            self._is_to_sweep = False
        except BusyError:
            pass
        except QaqpaError as error:
            _log.error("%s", error)


class Rounds:
    """A thread that goes a round at once and then every hour, until it is told to stop."""

    def __init__(self, housekeeper: Housekeeper, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._housekeeper, self._every_seconds = housekeeper, every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeper", daemon=True)

    def start(self) -> None:
        """Begin beside the caller."""
        self._thread.start()

    def stop(self) -> None:
        """End, with the round under way if that is short."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._housekeeper.tidy()
            except QaqpaError as error:  # not even the parks could be listed: the next round tries again
                _log.error("nothing could be tidied: %s", error)
            self._stop.wait(self._every_seconds)
