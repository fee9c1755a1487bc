"""The feed of a park: every change once, in one order, and the cursor that says how much of it somebody has.

A park's places in the feed are given out from its one row in `feed`, which stays locked until the writer commits. So a
smaller place is never committed after a larger one, on SQLite and PostgreSQL alike, and a plain `seq > n` misses none.
"""

import base64
import binascii
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, null, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.engine import Row as SqlRow

from kiosk.errors import UsageError
from kiosk.rules.permit import Party, Permit, PermitStatus
from sync.errors import CursorExpiredError
from sync.protocol import MOST_ROWS, ProblemKind
from sync.registry import database as db

Row = list[Any]
_MODULUS = 2**64
_LARGEST_EPOCH = 2**31 - 1


def _gone(sentence: str) -> CursorExpiredError:
    return CursorExpiredError(sentence, status=410, kind=ProblemKind.CURSOR_EXPIRED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """How much of a park's feed is known."""

    epoch: int
    seq: int

    @property
    def token(self) -> str:
        """The cursor as it travels; nobody but the registry reads it."""
        return base64.urlsafe_b64encode(f"{self.epoch}.{self.seq}".encode()).decode().rstrip("=")

    @classmethod
    def read(cls, token: str) -> "Cursor":
        """The cursor of a token; CursorExpiredError for anything else."""
        try:
            padded = token + "=" * (-len(token) % 4)
            text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
            epoch, seq = re.fullmatch(r"([0-9]{1,10})\.([0-9]{1,18})", text).groups()  # type: ignore[union-attr]
        except (binascii.Error, ValueError, AttributeError) as error:
            raise _gone("This cursor is none of this registry's.") from error
        return cls(epoch=int(epoch), seq=int(seq))


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """Where a park's feed stands."""

    park: int
    epoch: int
    head: int
    oldest: int
    permits: int
    checksum: int

    def cursor(self, seq: int | None = None) -> Cursor:
        """The cursor at this place; at the head when none is given."""
        return Cursor(epoch=self.epoch, seq=self.head if seq is None else seq)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedPage:
    """A page of rows after a cursor. Only `more` being false means the end."""

    rows: tuple[Row, ...]
    next: Cursor
    head: Cursor
    more: bool


def open_feed(connection: Connection, park: int) -> None:
    """Begin a park's feed under an epoch of its own."""
    values = {
        "epoch": secrets.randbelow(_LARGEST_EPOCH) + 1,
        "head": 0,
        "oldest": 0,
        "permits": 0,
        "checksum": _hexadecimal(0),
    }
    connection.execute(insert(db.feed).values(park_id=park, **values))


def state(connection: Connection, park: int) -> FeedState:
    """Where the park's feed stands; UsageError for a park that is not here."""
    row = connection.execute(select(db.feed).where(db.feed.c.park_id == park)).one_or_none()
    if row is None:
        raise UsageError(f"There is no park {park} in this registry.")
    return FeedState(
        park=park,
        epoch=row.epoch,
        head=row.head,
        oldest=row.oldest,
        permits=row.permits,
        checksum=int(row.checksum, 16),
    )


def lock(connection: Connection, park: int) -> None:
    """Let no other writer of this park go on until this transaction ends.

    Where what is written depends on what was read, this comes before the reading: PostgreSQL lets writers run side by
    side, and each would read as if the other did not exist.
    """
    append(connection, park, [])


def append(connection: Connection, park: int, rows: Iterable[Row]) -> int:
    """Put rows at the end of the park's feed; its new head."""
    texts = [json.dumps(row, separators=(",", ":")) for row in rows]
    moved = update(db.feed).where(db.feed.c.park_id == park).values(head=db.feed.c.head + len(texts))
    head: int = connection.execute(moved.returning(db.feed.c.head)).scalar_one()
    first = head - len(texts) + 1
    if texts:
        values = [{"park_id": park, "seq": first + place, "row": text} for place, text in enumerate(texts)]
        connection.execute(insert(db.change), values)
    return head


def page(connection: Connection, park: int, after: Cursor, limit: int = MOST_ROWS) -> FeedPage:
    """The rows after a cursor, in order; CursorExpiredError where they are not all kept any more."""
    now = state(connection, park)
    if after.epoch != now.epoch or not now.oldest <= after.seq <= now.head:
        raise _gone("This cursor is too old: fetch the manifest and its snapshot.")
    wanted = select(db.change.c.seq, db.change.c.row).where(db.change.c.park_id == park, db.change.c.seq > after.seq)
    found = connection.execute(wanted.order_by(db.change.c.seq).limit(limit)).all()
    last = found[-1].seq if found else after.seq
    return FeedPage(
        rows=tuple(json.loads(item.row) for item in found),
        next=now.cursor(last),
        head=now.cursor(),
        more=last < now.head,
    )


def compact(connection: Connection, park: int, keep_from: int) -> None:
    """Forget rows up to this place; who is behind it must begin again with a snapshot."""
    connection.execute(delete(db.change).where(db.change.c.park_id == park, db.change.c.seq <= keep_from))
    older = db.feed.c.park_id == park, db.feed.c.oldest < keep_from
    connection.execute(update(db.feed).where(*older).values(oldest=keep_from))


def put_permits(
    connection: Connection,
    park: int,
    *,
    new: Sequence[Permit] = (),
    changed: Sequence[tuple[Permit, Permit]] = (),
    gone: Sequence[Permit] = (),
) -> None:
    """Tell the kiosks of new, of changed (before, after) and of gone permits; count and checksum stay true."""
    told = [permit.row() for permit in new] + [after.row() for _, after in changed]
    append(connection, park, told + [["x", permit.id.hex(), permit.code] for permit in gone])
    difference = sum(permit.checksum_part() for permit in new) - sum(permit.checksum_part() for permit in gone)
    difference += sum(after.checksum_part() - before.checksum_part() for before, after in changed)
    now = state(connection, park)  # after append(), so under its lock
    total = _hexadecimal((now.checksum + difference) % _MODULUS)
    values = {"permits": now.permits + len(new) - len(gone), "checksum": total}
    connection.execute(update(db.feed).where(db.feed.c.park_id == park).values(**values))


def drop_expired(connection: Connection, park: int, before: int) -> int:
    """Take permits that ended before this second out of the replicas, as tombstones; how many these were."""
    table = db.permit
    lock(connection, park)
    ended = table.c.park_id == park, table.c.is_live == 1, table.c.exp < before
    gone = [permit_of(row) for row in connection.execute(select(table).where(*ended).limit(MOST_ROWS))]
    if gone:
        put_permits(connection, park, gone=gone)
        this = table.c.park_id == park, table.c.id == bindparam("of_id")
        # nobody will show this ticket again, and without it what was sealed is of use to nobody
        ended_for_good = update(table).where(*this).values(is_live=0, search="", sealed=b"", plate_tag=null())
        connection.execute(ended_for_good, [{"of_id": permit.id} for permit in gone])
    return len(gone)


def permit_of(row: SqlRow[Any]) -> Permit:
    """The permit of a row of the table."""
    fields = row._mapping  # noqa: SLF001  (SQLAlchemy's public way to the columns by name)
    return Permit(
        id=fields["id"],
        code=fields["code"],
        product=fields["product"],
        nbf=fields["nbf"],
        exp=fields["exp"],
        party=Party.of(fields["party"]),
        entries=fields["entries"],
        gates=None if fields["gates"] is None else tuple(fields["gates"]),
        status=PermitStatus(fields["status"]),
        search=fields["search"],
        sealed=fields["sealed"],
    )


def _hexadecimal(checksum: int) -> str:
    return f"{checksum:016x}"
