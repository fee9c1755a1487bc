"""The revocation log as it is kept: numbered rows, and the signed batches that they were published in, never changed.

A row and its batch are written in one transaction, under the lock of the park's feed. The feed and the snapshots of the
replica carry the rows too, as a second copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules.keyring import Keyring
from kiosk.rules.permit import PermitStatus
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from sync.protocol import SignedBody, write
from sync.registry import database as db
from sync.registry import feed
from sync.registry.finding import Right, find_right
from sync.registry.folder import RegistryFolder
from sync.registry.snapshots import KEPT_SECONDS
from sync.registry.uses import successors_of
from sync.revocation_log import (
    FAR_ROWS,
    MOST_BATCH_ROWS,
    MOST_BATCHES,
    MOST_PAGE_BYTES,
    RevocationsPage,
    SignedText,
    batch_hash,
    batch_of,
    snapshot_of,
)
from sync.signing import SignatureKind, key_id, public_half, sign_body

SNAPSHOT_SECONDS = 30 * DAY_SECONDS


@dataclass(frozen=True, kw_only=True, slots=True)
class Revoked:
    """A ticket that will no longer be admitted, or is admitted again; `was_so` where nothing had to be done."""

    park: int
    seq: int
    cti8: bytes
    permit: bytes | None
    was_so: bool = False


def change(
    connection: Connection,
    folder: RegistryFolder,
    keys: Keyring,
    which: str,
    action: RevocationAction,
    *,
    reason: str,
    now: int,
    park: int | None = None,
) -> Revoked:
    """Revoke or restore the ticket of this identity (hexadecimal), text or typed code; twice is the same as once."""
    feed.lock(connection, find_right(connection, keys, which, park).park)
    found = find_right(connection, keys, which, park)  # again: it may have been changed just now
    permit = None if found.permit is None else found.permit.id
    before = _newest_row(connection, found.park, found.cti8)
    is_revoked = before is not None and before.action == RevocationAction.REVOKE
    if is_revoked or action is RevocationAction.RESTORE:
        _expect_not_reissued(connection, found)
    if is_revoked is (action is RevocationAction.REVOKE):
        seq = before.seq if before is not None else 0
        return Revoked(park=found.park, seq=seq, cti8=found.cti8, permit=permit, was_so=True)
    row = Revocation(seq=0, cti8=found.cti8, action=action, effective=now, expires=_expires(found))
    (numbered,) = publish(connection, folder, found.park, [row], reason=reason, now=now, permit=permit)
    if found.permit is not None:
        _set_status(connection, found.park, found.permit, action)
    return Revoked(park=found.park, seq=numbered.seq, cti8=found.cti8, permit=permit)


def publish(
    connection: Connection,
    folder: RegistryFolder,
    park: int,
    rows: Sequence[Revocation],
    *,
    reason: str,
    now: int,
    permit: bytes | None = None,
) -> list[Revocation]:
    """Number these rows, store them, sign them as one batch, or several where they are many, and tell the feed."""
    feed.lock(connection, park)
    newest = select(func.max(db.revocation.c.seq)).where(db.revocation.c.park_id == park)
    last = connection.execute(newest).scalar() or 0
    numbered = [replace(row, seq=last + place) for place, row in enumerate(rows, start=1)]
    common = {"park_id": park, "permit": permit, "reason": reason, "recorded_at": now}
    connection.execute(insert(db.revocation), [common | _values(row) for row in numbered])
    feed.append(connection, park, [feed_row(row) for row in numbered])
    cut_batches(connection, folder, park, now)
    return numbered


def cut_batches(connection: Connection, folder: RegistryFolder, park: int, now: int) -> None:
    """Sign whatever rows no batch holds yet: those just written, or those of a registry that kept no log."""
    end = head(connection, park)
    table = db.revocation
    wanted = select(table).where(table.c.park_id == park, table.c.seq > end.last).order_by(table.c.seq)
    waiting = [_row_of(row) for row in connection.execute(wanted)]
    key = folder.online_key(park) if waiting else None
    for first in range(0, len(waiting), MOST_BATCH_ROWS):
        assert key is not None
        some = waiting[first : first + MOST_BATCH_ROWS]
        data = write(batch_of(park, end, some, now))
        signature = sign_body(SignatureKind.REVOCATIONS, key, data)
        end = LogHead(last=some[-1].seq, hash=batch_hash(data))
        values = {"park_id": park, "last": end.last, "hash": end.hash, "data": data, "signature": signature}
        connection.execute(insert(db.revocation_batch).values(**values))


def is_cut(connection: Connection, park: int) -> bool:
    """Whether every row stands in a batch."""
    newest = select(func.max(db.revocation.c.seq)).where(db.revocation.c.park_id == park)
    return (connection.execute(newest).scalar() or 0) == head(connection, park).last


def head(connection: Connection, park: int) -> LogHead:
    """How far the park's log reaches."""
    table = db.revocation_batch
    wanted = select(table.c.last, table.c.hash).where(table.c.park_id == park).order_by(table.c.last.desc()).limit(1)
    row = connection.execute(wanted).one_or_none()
    return LogHead() if row is None else LogHead(last=row.last, hash=row.hash)


def page(connection: Connection, park: int, after: int) -> RevocationsPage:
    """The batches after a row, as many as one answer should carry."""
    feed.state(connection, park)  # UsageError for a park that is not here
    table = db.revocation_batch
    wanted = select(table.c.data, table.c.signature).where(table.c.park_id == park, table.c.last > after)
    batches: list[SignedText] = []
    room = MOST_PAGE_BYTES
    for row in connection.execute(wanted.order_by(table.c.last).limit(MOST_BATCHES + 1)):
        room -= len(row.data) + len(row.signature)
        if batches and (room < 0 or len(batches) == MOST_BATCHES):
            return RevocationsPage(park=park, after=after, more=True, batches=tuple(batches))
        batches.append(SignedText(text=row.data.decode(), signature=row.signature))
    return RevocationsPage(park=park, after=after, more=False, batches=tuple(batches))


def newest_snapshot(connection: Connection, folder: RegistryFolder, park: int, now: int) -> SignedBody | None:
    """The snapshot that is kept, unless it is a month old, far behind the log, or signed by an earlier key."""
    feed.state(connection, park)
    table = db.revocation_snapshot
    row = connection.execute(select(table).where(table.c.park_id == park)).one_or_none()
    if row is None or now - row.signed_at >= SNAPSHOT_SECONDS or head(connection, park).last - row.last > FAR_ROWS:
        return None
    if row.signature.split()[0] != key_id(public_half(folder.online_key(park))):
        return None
    return SignedBody(data=row.data, signature=row.signature)


def build_snapshot(connection: Connection, folder: RegistryFolder, park: int, now: int) -> SignedBody:
    """Fold the log into a new snapshot, in place of the one before."""
    feed.lock(connection, park)
    end = head(connection, park)
    rows = connection.execute(select(db.revocation).where(db.revocation.c.park_id == park))
    data = write(snapshot_of(park, end, map(_row_of, rows), now))
    signature = sign_body(SignatureKind.REVOCATIONS_SNAPSHOT, folder.online_key(park), data)
    table = db.revocation_snapshot
    connection.execute(delete(table).where(table.c.park_id == park))
    values = {"park_id": park, "last": end.last, "signed_at": now, "data": data, "signature": signature}
    connection.execute(insert(table).values(**values))
    return SignedBody(data=data, signature=signature)


def feed_row(row: Revocation) -> list[Any]:
    """The row as the feed and the replica's snapshots carry it."""
    return ["r", row.seq, row.cti8.hex(), row.action.value, row.effective, row.expires]


def _newest_row(connection: Connection, park: int, cti8: bytes) -> Row[Any] | None:
    table = db.revocation
    wanted = select(table).where(table.c.park_id == park, table.c.cti8 == cti8)
    return connection.execute(wanted.order_by(table.c.seq.desc()).limit(1)).one_or_none()


def _expect_not_reissued(connection: Connection, found: Right) -> None:
    """UsageError for a ticket that was issued again: its successor would be good beside it, or stay good."""
    successor = successors_of(connection, found.park, [found.id]).get(found.id)
    if successor is None:
        return
    wanted = select(db.permit.c.code).where(db.permit.c.park_id == found.park, db.permit.c.id == successor)
    raise UsageError(
        "This ticket was issued again and stays revoked: the ticket with the typed code "
        f"{connection.execute(wanted).scalar_one()} stands for it now. Revoke or restore that one."
    )


def _expires(found: Right) -> int:
    """When nobody can show this ticket any more, on a whole day: 0, which is never, where its end is not known here."""
    if found.permit is None:
        return 0
    days = -(-(int(found.permit.exp) + KEPT_SECONDS) // DAY_SECONDS)
    return days * DAY_SECONDS


def _set_status(connection: Connection, park: int, row: Row[Any], action: RevocationAction) -> None:
    table = db.permit
    status = PermitStatus.REVOKED if action is RevocationAction.REVOKE else PermitStatus.ACTIVE
    this = table.c.park_id == park, table.c.id == row.id
    before = feed.permit_of(row)
    connection.execute(update(table).where(*this).values(status=status.value))
    after = feed.permit_of(connection.execute(select(table).where(*this)).one())
    if row.is_live:
        feed.put_permits(connection, park, changed=[(before, after)])


def _values(row: Revocation) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "cti8": row.cti8,
        "action": row.action.value,
        "effective": row.effective,
        "expires": row.expires,
    }


def _row_of(row: Row[Any]) -> Revocation:
    return Revocation(
        seq=row.seq,
        cti8=row.cti8,
        action=RevocationAction(row.action),
        effective=row.effective,
        expires=row.expires,
    )
