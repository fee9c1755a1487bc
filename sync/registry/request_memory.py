"""Which signed requests were heard: a row for each, in a database that all processes of one registry share.

With PostgreSQL it is a table of the registry's own. The embedded database takes one writer at a time, and a poll must
not wait for the issuing of ten thousand tickets: there the table is in a file beside it, `requests.db`.
"""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from sync.registry.database import Database, heard_request
from sync.request_guard import MOST_REMEMBERED, Heard, Whose

_TABLE = heard_request


class HeardRequests:
    """Implements `sync.request_guard.RequestMemory`; each call is one durable transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._insert = (sqlite.insert if database.is_sqlite else postgresql.insert)(_TABLE)

    def prepare(self) -> None:
        """Make the table where it is in a file of its own, which no migration reaches."""
        with self._database.writing() as connection:
            _TABLE.create(connection, checkfirst=True)

    def remember(self, whose: Whose, nonce: str, *, until: int, now: int) -> Heard:
        """Keep a nonce until that time, and let go what was to be kept until `now`."""
        mine = _TABLE.c.park_id == whose.park, _TABLE.c.device == whose.device
        with self._database.writing() as connection:
            connection.execute(delete(_TABLE).where(*mine, _TABLE.c.until <= now))
            kept = connection.execute(select(func.count()).where(*mine)).scalar_one()
            if kept >= MOST_REMEMBERED:
                return Heard.TOO_MANY
            values = {"park_id": whose.park, "device": whose.device, "nonce": nonce, "until": until}
            # of two processes that hear it at once, the second waits here for the first, and then finds it
            added = self._insert.values(**values).on_conflict_do_nothing().returning(_TABLE.c.nonce)
            return Heard.BEFORE if connection.execute(added).first() is None else Heard.FIRST

    def forget(self, now: int) -> int:
        """Let go what was to be kept until now, of devices too that are not heard any more; how many these were."""
        with self._database.writing() as connection:
            return int(connection.execute(delete(_TABLE).where(_TABLE.c.until <= now)).rowcount)
