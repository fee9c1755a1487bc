"""Which signed requests were heard: a row for each, in a database that all processes of one registry share.

With PostgreSQL it is a table of the registry's own. The embedded database takes one writer at a time, and a poll must
not wait for the issuing of ten thousand tickets: there the table is in a file beside it, `requests.db`, and what comes
together is written together.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from kiosk.errors import EnvironmentalError
from sync.registry.database import Database, heard_request
from sync.request_guard import MOST_REMEMBERED, Heard, Whose

_TABLE = heard_request


@dataclass(kw_only=True, slots=True)
class _Asked:
    whose: Whose
    nonce: str
    until: int
    now: int
    answer: Heard | EnvironmentalError | None = None


class HeardRequests:
    """Implements `sync.request_guard.RequestMemory`; what is remembered is on the disk before it is said."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = (sqlite.insert if database.is_sqlite else postgresql.insert)(_TABLE)
        self._queue: list[_Asked] = []
        self._queued, self._turn = threading.Lock(), threading.Lock()

    def prepare(self) -> None:
        """Make the table where it is in a file of its own, which no migration reaches."""
        with self._database.writing() as connection:
            _TABLE.create(connection, checkfirst=True)

    def remember(self, whose: Whose, nonce: str, *, until: int, now: int) -> Heard:
        """Keep a nonce until that time, and let go what was to be kept until `now`."""
        asked = _Asked(whose=whose, nonce=nonce, until=until, now=now)
        if self._database.is_sqlite:
            self._settle_in_turn(asked)
        else:
            self._settle([asked])  # PostgreSQL writes together what comes together by itself
        if isinstance(asked.answer, EnvironmentalError):
            raise asked.answer
        assert asked.answer is not None
        return asked.answer

    def forget(self, now: int) -> int:
        """Let go what was to be kept until now, of devices too that are not heard any more; how many these were."""
        with self._database.writing() as connection:
            return int(connection.execute(delete(_TABLE).where(_TABLE.c.until <= now)).rowcount)

    def _settle_in_turn(self, asked: _Asked) -> None:
        """Whoever has its turn settles all that wait: one write to the disk, however many they are."""
        with self._queued:
            self._queue.append(asked)
        with self._turn:
            if asked.answer is None:
                with self._queued:
                    waiting, self._queue = self._queue, []
                self._settle(waiting)

    def _settle(self, waiting: Sequence[_Asked]) -> None:
        try:
            with self._database.writing() as connection:
                answers = [self._heard(connection, asked) for asked in waiting]
        except EnvironmentalError as error:
            answers = [error] * len(waiting)  # type: ignore[list-item]
        except BaseException:
            # a mistake of ours is the one's who met it; the others must not wait for an answer that never comes
            for asked in waiting:
                asked.answer = EnvironmentalError("The registry could not note the request.")
            raise
        for asked, answer in zip(waiting, answers, strict=True):
            asked.answer = answer

    def _heard(self, connection: Connection, asked: _Asked) -> Heard:
        mine = _TABLE.c.park_id == asked.whose.park, _TABLE.c.device == asked.whose.device
        connection.execute(delete(_TABLE).where(*mine, _TABLE.c.until <= asked.now))
        if connection.execute(select(func.count()).where(*mine)).scalar_one() >= MOST_REMEMBERED:
            return Heard.TOO_MANY
        values = {"park_id": asked.whose.park, "device": asked.whose.device, "nonce": asked.nonce, "until": asked.until}
        # of two processes that hear it at once, the second waits here for the first, and then finds it
        added = self._insert.values(**values).on_conflict_do_nothing().returning(_TABLE.c.nonce)
        return Heard.BEFORE if connection.execute(added).first() is None else Heard.FIRST
