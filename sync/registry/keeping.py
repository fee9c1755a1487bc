"""How long the registry keeps what names a person in an entry: as many days as the park's policy keeps entries.

An entry's own time counts, and where that lies in the future the time at which it came. What was set aside counts from
when it came, and of what nobody could read its digest stays. Cores, hashes, counts, uses and conflicts stay always.
"""

import hashlib
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, null, select, update
from sqlalchemy.engine import Connection

from kiosk.rules.policy import DAY_SECONDS, Policy
from sync.protocol import MessageError, SentEntry, read
from sync.protocol import write as as_json
from sync.registry import database as db


def kept_from(policy: Policy, now: int) -> int:
    """The oldest time whose private parts are still kept."""
    return now - policy.entries_keep_days * DAY_SECONDS


def without_private(sent: SentEntry) -> SentEntry:
    """The same entry as after an erasure: its hash still says that there was a private part."""
    return replace(sent, private=None, salt=None)


def oldest(connection: Connection, park: int, since: int) -> int | None:
    """The first time, from this one on, at which there is an entry, or at which something was set aside."""
    entry, aside = db.entry.c, db.quarantine.c
    times = (
        connection.execute(select(func.min(entry.at)).where(entry.park_id == park, entry.at >= since)).scalar(),
        connection.execute(
            select(func.min(aside.received_at)).where(aside.park_id == park, aside.received_at >= since)
        ).scalar(),
    )
    return min((at for at in times if at is not None), default=None)


def has_private(connection: Connection, park: int, since: int, before: int) -> bool:
    """Whether anything of this time may still name somebody: asked first, because most steps find nothing."""
    queries = (select(db.entry.c.n).where(_of_time(park, since, before)), _items(park, since, before))
    return any(connection.execute(query.limit(1)).first() is not None for query in queries)


def empty(connection: Connection, park: int, since: int, before: int) -> int:
    """Let the private parts of this time go, of entries and of what was set aside; how many there were."""
    emptied = _emptied(connection, _of_time(park, since, before))
    places = connection.execute(_items(park, since, before)).all()
    return emptied + sum(_empty_item(connection, park, place.device, place.digest) for place in places)


def empty_early(connection: Connection, park: int, now: int, received_before: int) -> int:
    """Let those of entries go that say they were made in the future, by when they came; how many there were."""
    early = and_(_with_private(park), db.entry.c.at > now, db.entry.c.received_at < received_before)
    return _emptied(connection, early)


def _with_private(park: int) -> ColumnElement[bool]:
    # an entry without a private part has an empty one, which its hash is made of
    return and_(db.entry.c.park_id == park, func.length(db.entry.c.private) > 0)


def _of_time(park: int, since: int, before: int) -> ColumnElement[bool]:
    return and_(_with_private(park), db.entry.c.at >= since, db.entry.c.at < before)


def _emptied(connection: Connection, this: ColumnElement[bool]) -> int:
    return connection.execute(update(db.entry).where(this).values(private=null(), salt=null())).rowcount


def _items(park: int, since: int, before: int) -> Any:
    table = db.quarantine.c
    within = table.received_at >= since, table.received_at < before, func.length(table.item) > 0
    return select(table.device, table.digest).where(table.park_id == park, *within)


def _empty_item(connection: Connection, park: int, device: int, digest: bytes) -> int:
    """Keep of an entry that was set aside what an erasure would leave, and of anything else its digest."""
    table = db.quarantine
    this = table.c.park_id == park, table.c.device == device, table.c.digest == digest
    item: bytes = connection.execute(select(table.c.item).where(*this)).scalar_one()
    try:
        sent = read(SentEntry, item)
    except MessageError:
        connection.execute(update(table).where(*this).values(item=b""))
        return 1
    if not sent.private:
        return 0
    left = as_json(without_private(sent))
    named = hashlib.sha256(left).digest()  # under which it is set aside if it comes once more
    same = table.c.park_id == park, table.c.device == device, table.c.digest == named
    if connection.execute(select(table.c.digest).where(*same)).first():
        connection.execute(delete(table).where(*this))
    else:
        connection.execute(update(table).where(*this).values(item=left, digest=named))
    return 1
