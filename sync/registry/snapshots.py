"""Snapshots: the whole replica of a park as one immutable compressed file, named after the digest of its bytes."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard
from sqlalchemy import ColumnElement, Select, insert, or_, select
from sqlalchemy.engine import Connection, Row

from kiosk.errors import EnvironmentalError
from kiosk.rules.policy import DAY_SECONDS
from kiosk.store.replica import build_snapshot
from sync.protocol import SnapshotRef
from sync.registry import database as db
from sync.registry import erasing, feed
from sync.registry.uses import use_row

KEEP_FILES = 3  # a kiosk may still be fetching the one before
KEPT_SECONDS = 40 * DAY_SECONDS  # of uses, and of permits after their end
_LEVEL = 9
_CHUNK_BYTES = 1 << 16
_NAME = re.compile(r"[0-9a-f]{64}\.db\.zst")


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotFile:
    """A built snapshot: which file, and at which place of the feed it was made."""

    park: int
    name: str
    sha256: bytes
    size: int
    cursor: feed.Cursor
    built_at: int

    def ref(self) -> SnapshotRef:
        """The snapshot as a manifest names it."""
        return SnapshotRef(
            url=f"/v1/scopes/{self.park}/snapshots/{self.name}",
            sha256=self.sha256,
            bytes=self.size,
            cursor=self.cursor.token,
        )


def newest(connection: Connection, state: feed.FeedState, until: int | None = None) -> SnapshotFile | None:
    """The newest snapshot of the park's present epoch, or the newest that was built until then."""
    table = db.snapshot
    wanted = select(table).where(table.c.park_id == state.park, table.c.epoch == state.epoch)
    if until is not None:
        wanted = wanted.where(table.c.built_at <= until)
    row = connection.execute(wanted.order_by(table.c.seq.desc(), table.c.built_at.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return SnapshotFile(
        park=state.park,
        name=row.name,
        sha256=bytes.fromhex(row.sha256),
        size=row.bytes,
        cursor=state.cursor(row.seq),
        built_at=row.built_at,
    )


def is_known(connection: Connection, park: int, name: str) -> bool:
    """Whether the park has, or recently had, a snapshot of this name."""
    table = db.snapshot
    wanted = select(table.c.name).where(table.c.park_id == park, table.c.name == name)
    return connection.execute(wanted).first() is not None


def find(folder: Path, name: str) -> Path | None:
    """The file of this name, if it is one of ours."""
    path = folder / name
    return path if _NAME.fullmatch(name) and path.is_file() else None


def build(connection: Connection, folder: Path, park: int, now: int) -> SnapshotFile:
    """Build the park's snapshot as this connection sees it; the caller records it with `record`."""
    state = feed.state(connection, park)
    cursor = state.cursor()
    with _scratch(folder) as plain, _scratch(folder) as packed:
        build_snapshot(plain, park, state.epoch, cursor.token, _rows(connection, park, now))
        digest, size = _compress(plain, packed)
        name = f"{digest.hex()}.db.zst"
        packed.replace(folder / name)
    return SnapshotFile(park=park, name=name, sha256=digest, size=size, cursor=cursor, built_at=now)


def record(connection: Connection, file: SnapshotFile) -> None:
    """Note a built snapshot as one that manifests may name."""
    table = db.snapshot
    if connection.execute(select(table.c.name).where(table.c.park_id == file.park, table.c.name == file.name)).first():
        return
    values = {"park_id": file.park, "name": file.name, "epoch": file.cursor.epoch, "seq": file.cursor.seq}
    values |= {"sha256": file.sha256.hex(), "bytes": file.size, "built_at": file.built_at}
    connection.execute(insert(table).values(**values))


def sweep(connection: Connection, folder: Path, park: int, keep: int = KEEP_FILES) -> None:
    """Remove the files of all but the newest snapshots of the park."""
    table = db.snapshot
    wanted = select(table.c.name).where(table.c.park_id == park).order_by(table.c.built_at.desc(), table.c.seq.desc())
    for name in connection.execute(wanted).scalars().all()[keep:]:
        (folder / name).unlink(missing_ok=True)
        connection.execute(table.delete().where(table.c.park_id == park, table.c.name == name))


def read(path: Path, offset: int) -> Iterator[bytes]:
    """The file's bytes from this offset on, in pieces."""
    with path.open("rb") as file:
        file.seek(offset)
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _rows(connection: Connection, park: int, now: int) -> Iterator[feed.Row]:
    # sorted by key: the snapshot's tables are WITHOUT ROWID, and in order they fill without splitting a page
    live = db.permit.c.park_id == park, db.permit.c.is_live == 1
    permits = select(db.permit).where(*live).order_by(db.permit.c.code, db.permit.c.id)
    for row in _streamed(connection, permits):
        yield feed.permit_of(row).row()
    uses = select(db.use).where(db.use.c.park_id == park, or_(db.use.c.at >= now - KEPT_SECONDS, _may_return()))
    for row in _streamed(connection, uses.order_by(db.use.c.permit, db.use.c.entry_id)):
        yield use_row(row)
    revocations = select(db.revocation).where(db.revocation.c.park_id == park).order_by(db.revocation.c.seq)
    for row in _streamed(connection, revocations):
        yield ["r", row.seq, row.cti8.hex(), row.action, row.effective, row.expires]
    erasures = select(db.erasure).where(db.erasure.c.park_id == park).order_by(db.erasure.c.permit)
    for row in _streamed(connection, erasures):
        yield erasing.row_of(row.permit, row.at)


def _may_return() -> ColumnElement[bool]:
    """Uses of a right that is counted and can still be presented: without them it would be good for more entries.

    A right for any number of entries a season hangs on the newest of them only, which are there anyway.
    """
    right, counted = db.permit.c, db.use.c
    same = right.park_id == counted.park_id, right.id == counted.permit
    return select(right.id).where(*same, right.is_live == 1, right.entries > 0).exists()


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(query, execution_options={"yield_per": 2_000}))


def _compress(plain: Path, packed: Path) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with plain.open("rb") as source, packed.open("wb") as target:
        for piece in compressor.read_to_iter(source, size=plain.stat().st_size):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
        target.flush()
        os.fsync(target.fileno())
    return digest.digest(), size


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A name for a file that is gone at the end unless it was moved."""
    path = folder / f".{secrets.token_hex(8)}.part"
    try:
        yield path
    except OSError as error:
        raise EnvironmentalError(f"The snapshot cannot be written to {folder}: {error.strerror}.") from error
    finally:
        path.unlink(missing_ok=True)
