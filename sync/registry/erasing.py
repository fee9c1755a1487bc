"""Erasing one person: what is personal goes from every place of the registry, and the gates are told to do the same.

Nothing that is counted changes: cores, hashes, uses and conflicts stay. What is known afterwards is that a permit's
person was erased, when and why, so that entries still on their way lose their private part on arrival.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, null, or_, select, update
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.entries import EntryKey
from kiosk.rules.keyring import Keyring
from sync.registry import database as db
from sync.registry import feed
from sync.registry.finding import find_right, permit_of_entry
from sync.registry.uses import successors_of

LONGEST_REASON = 300
# in an entry set aside, as it came: the value of either, to the end of the kept piece if it was cut off there
_PRIVATE = re.compile(rb'"(private|salt)":\s*"[^"]*("|$)')
_SEARCH, _SEALED = 10, 11  # places in a permit's row


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """A permit whose person is forgotten, since when, and how many entries of all their tickets held something."""

    park: int
    permit: bytes
    at: int
    entries: int
    was_erased: bool = False


def erase(
    connection: Connection, keys: Keyring, which: str, *, reason: str, now: int, park: int | None = None
) -> Erased:
    """Forget the person behind a ticket (text, identity, typed code) or an entry; a second time changes nothing.

    A ticket that was issued again is of the same person: all that stood for this right are emptied.
    """
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise UsageError(f"An erasure needs a reason of at most {LONGEST_REASON} characters: say it with --reason")
    number, permit = _find(connection, keys, which, park)
    feed.lock(connection, number)  # a batch that is being taken in is through, or finds the erasure below
    permits = _with_reissued(connection, number, permit)
    known = {row.permit: row for row in connection.execute(select(db.erasure).where(*_any_of(number, permits)))}
    told = {each: row.entries for each, row in known.items()}
    for each in sorted(permits - known.keys()):
        told[each] = _erase_one(connection, number, each, reason.strip(), now)
    was_erased = known.keys() == permits
    at = max(row.at for row in known.values()) if was_erased else now
    return Erased(park=number, permit=permit, at=at, entries=sum(told.values()), was_erased=was_erased)


def _with_reissued(connection: Connection, park: int, permit: bytes) -> frozenset[bytes]:
    """The permit, with those that it was issued again for or as: each of them is of the same person."""
    successors = successors_of(connection, park, [permit])
    return frozenset({permit, *successors, *successors.values()})


def _erase_one(connection: Connection, park: int, permit: bytes, reason: str, now: int) -> int:
    entries = _empty_entries(connection, park, permit)
    values = {"permit": permit, "at": now, "entries": entries, "reason": reason}
    connection.execute(insert(db.erasure).values(park_id=park, **values))
    _empty_quarantine(connection, park, permit)
    _empty_history(connection, park, permit)
    _empty_permit(connection, park, permit)
    feed.append(connection, park, [row_of(permit, now)])
    return entries


def row_of(permit: bytes, at: int) -> feed.Row:
    """An erasure as it travels to the gates."""
    return ["e", permit.hex(), at]


def among(connection: Connection, park: int, permits: Iterable[bytes]) -> frozenset[bytes]:
    """Those of these permits whose person was erased."""
    wanted = select(db.erasure.c.permit).where(*_any_of(park, permits))
    return frozenset(connection.execute(wanted).scalars())


def keep_erased(connection: Connection, park: int, permits: Iterable[bytes]) -> None:
    """Empty what was taken in of erased permits while their erasure went on; the caller holds the park's feed."""
    for permit in sorted(among(connection, park, permits)):
        _empty_entries(connection, park, permit)


def _find(connection: Connection, keys: Keyring, which: str, park: int | None) -> tuple[int, bytes]:
    found = permit_of_entry(connection, which, park)
    if found is not None:
        return found
    right = find_right(connection, keys, which, park)
    return right.park, right.id


def _empty_entries(connection: Connection, park: int, permit: bytes) -> int:
    """Empty the private parts of the permit's entries and of the acts upon them; how many held anything."""
    table = db.entry
    own = select(table.c.device, table.c.chain, table.c.n).where(*_this(table, park, permit, "permit"))
    ids = [str(EntryKey(device=row.device, chain=row.chain, n=row.n)) for row in connection.execute(own)]
    of_person = table.c.park_id == park, or_(table.c.permit == permit, table.c.target.in_(ids))
    parts = connection.execute(select(table.c.private).where(*of_person)).scalars().all()
    connection.execute(update(table).where(*of_person).values(private=null(), salt=null()))
    return sum(1 for part in parts if part)


def _empty_quarantine(connection: Connection, park: int, permit: bytes) -> None:
    """Empty the private parts of what was set aside; a core holds the permit as it is, so the item says whose it is."""
    table = db.quarantine
    kept = select(table.c.device, table.c.digest, table.c.item).where(table.c.park_id == park)
    rows = [row for row in connection.execute(kept) if permit.hex().encode() in row.item]
    known = {(row.device, row.digest) for row in rows}
    for row in rows:
        item = _PRIVATE.sub(rb'"\1":null', row.item)
        if item == row.item:
            continue
        this = table.c.park_id == park, table.c.device == row.device, table.c.digest == row.digest
        digest = hashlib.sha256(item).digest()  # under which it would be set aside if it came once more
        if (row.device, digest) in known:
            connection.execute(delete(table).where(*this))
        else:
            known.add((row.device, digest))
            connection.execute(update(table).where(*this).values(item=item, digest=digest))


def _empty_history(connection: Connection, park: int, permit: bytes) -> None:
    """Empty the permit's older rows in the feed: who is behind reads them still, and its newest row comes last."""
    table = db.change
    told = table.c.park_id == park, table.c.row.like(f'["p","{permit.hex()}",%')
    for change in connection.execute(select(table.c.seq, table.c.row).where(*told)).all():
        row = json.loads(change.row)
        row[_SEARCH], row[_SEALED] = "", ""
        text = json.dumps(row, separators=(",", ":"))
        connection.execute(update(table).where(table.c.park_id == park, table.c.seq == change.seq).values(row=text))


def _empty_permit(connection: Connection, park: int, permit: bytes) -> None:
    table = db.permit
    this = _this(table, park, permit, "id")
    row = connection.execute(select(table).where(*this)).one_or_none()
    if row is None:
        return
    before = feed.permit_of(row)
    connection.execute(update(table).where(*this).values(search="", sealed=b"", plate_tag=null()))
    after = feed.permit_of(connection.execute(select(table).where(*this)).one())
    if row.is_live and after != before:
        feed.put_permits(connection, park, changed=[(before, after)])


def _any_of(park: int, permits: Iterable[bytes]) -> tuple[Any, Any]:
    return db.erasure.c.park_id == park, db.erasure.c.permit.in_(set(permits))


def _this(table: Any, park: int, permit: bytes, column: str) -> tuple[Any, Any]:
    return table.c.park_id == park, table.c[column] == permit
