"""The replica: what the registry knows of a park, on this disk. It can be thrown away and fetched again.

A new snapshot is a new file, permits-<epoch>-<seq>.db; a pointer in sync.db moves, and readers open the new file before
their next look-up. Renaming over an open WAL database would corrupt it. Sync alone writes, by a `Replicas` of its own,
in slices between which a scan goes first.
"""

import logging
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeVar

from kiosk.errors import EnvironmentalError
from kiosk.store import driver, replica_schema_1
from kiosk.store import replica_tables as tables
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.files import shred, sync_folder, told
from kiosk.store.home import Home
from kiosk.store.replica_reader import (
    ReplicaDamagedError,
    ReplicaReader,
    ReplicaState,
    damage_mark,
    refuse_newer,
    version_of,
)
from kiosk.store.replica_tables import REPLICA_SCHEMA, REPLICA_VERSION, Meta, Tally
from kiosk.store.right_of_way import RightOfWay
from kiosk.store.rows import Rows, read_rows
from kiosk.store.sync_schema import NAME as SYNC_NAME
from kiosk.store.sync_schema import open_sync

__all__ = [
    "REPLICA_SCHEMA",
    "Meta",
    "NoReplicaError",
    "ReplicaDamagedError",
    "ReplicaReader",
    "ReplicaState",
    "Replicas",
    "Tally",
    "build_snapshot",
]

Item = TypeVar("Item")

_log = logging.getLogger(__name__)
_FILE = re.compile(r"permits-(\d+)-(\d+)\.db(-wal|-shm|-journal|\.part|\.damaged)?")
_BUILD_ROWS = 5_000
_SLICE_ROWS = 40  # about a millisecond of Python
_FLUSH_BYTES = 8 * 1024 * 1024
_FLUSH_LOOK_STEPS = 100_000
_SCHEMAS = {
    REPLICA_VERSION: tables.statements_of(REPLICA_SCHEMA),
    replica_schema_1.VERSION: tables.statements_of(replica_schema_1.SCHEMA),
}


class NoReplicaError(EnvironmentalError):
    """There is no replica yet to which rows could be added: a snapshot has to come first."""


def build_snapshot(path: Path, park: int, epoch: int, cursor: str, rows: Iterable[Sequence[object]]) -> Tally:
    """Write a plain SQLite file that `Replicas.install` takes: every row of a park up to the cursor.

    Permits that come sorted by code and id make the smallest file, and are written fastest. The tally is that of the
    live permits.
    """
    path.unlink(missing_ok=True)
    database = driver.connect_plain(path, readonly=False)
    try:
        with driver.writing(database, path.name):
            tables.make_tables(database, Meta(park=park, epoch=epoch, cursor=cursor, signed_at=0, tally=Tally()))
            for chunk in _batches(rows):
                tables.write_rows(database, read_rows(chunk))
            return tables.read_meta(database).tally
    finally:
        database.close()
        with told(path):
            descriptor = os.open(path, os.O_RDWR)
            os.fsync(descriptor)
            os.close(descriptor)


class Replicas:
    """The replica that is current now; each thread has its own, and only sync's installs and applies."""

    def __init__(self, home: Home, *, readonly: bool = False, right_of_way: RightOfWay | None = None) -> None:
        self.right_of_way = right_of_way or RightOfWay()
        self._home = home
        self._readonly = readonly
        self._sync = open_sync(home, readonly=readonly)
        self._reader: ReplicaReader | None = None
        self._writer: tuple[str, Connection] | None = None
        if not readonly:
            self._adopt()
            self._take_over_old()

    def close(self) -> None:
        """Give all files back."""
        self._close_reader()
        self._close_writer()
        self._sync.close()

    def current(self) -> ReplicaReader | None:
        """The current replica, or None before the first snapshot; asked before each scan, it costs one look-up.

        ReplicaDamagedError where it cannot be read, or nothing can say which it is.
        """
        try:
            name = self._pointer()
        except DamagedError as error:
            raise ReplicaDamagedError(str(error)) from error
        reader = self._reader
        # a connection that met a damaged page answers nothing any more: others of the file may be whole
        if reader is not None and reader.path.name == name and not reader.is_damaged:
            return reader
        self._close_reader()
        if name is None:
            return None
        try:
            self._reader = self._open(name)
        except EnvironmentalError:
            # the pointer may have moved, and the file gone, between the look and the opening
            moved = self._pointer()
            if moved is None or moved == name:
                raise
            self._reader = self._open(moved)
        return self._reader

    def meta(self) -> Meta | None:
        """Whose rows the current replica holds; ReplicaDamagedError as soon as anybody found a damaged place in it.

        Sync asks before it builds on a replica, and forgets a damaged one.
        """
        reader = self.current()
        if reader is None:
            return None
        if damage_mark(reader.path).exists():
            raise ReplicaDamagedError(f"a scan found {reader.path.name} damaged: a new snapshot has to be fetched")
        return reader.meta

    def state(self) -> tuple[ReplicaState, int | None]:
        """Whether there is a sound replica, as far as anybody found, and how many permits it holds."""
        try:
            meta = self.meta()
        except ReplicaDamagedError:
            return ReplicaState.DAMAGED, None
        return (ReplicaState.NONE, None) if meta is None else (ReplicaState.OK, meta.tally.count)

    def install(self, snapshot: Path, *, park: int, epoch: int, cursor: str, signed_at: int) -> None:
        """Make a fetched snapshot the current replica, whole or not at all; the one before it is removed.

        The file's own hash and signature were checked by whoever fetched it. Here: that it is sound, has exactly the
        expected tables, and is the one that its manifest named.
        """
        self._home.prepare()
        version = _check_snapshot(snapshot, park=park, epoch=epoch, cursor=cursor)
        fetched = _Source(address=driver.plain_address(snapshot, readonly=True), key="", version=version)
        self._put_in_place(fetched, signed_at)

    def apply(self, rows: Iterable[object], cursor: str, signed_at: int) -> None:
        """Take one page over: its rows in short transactions, its cursor in the last of them.

        A crash in between leaves the old cursor, and the page comes again; applying it twice is the same as once. A
        page with one row that is none is refused whole.
        """
        found = self._read(rows)
        name, database = self._writing_to()
        with driver.guarded(name):
            found = tables.placed(database, found)
        # the cursor's chunk is the last one, and an empty page has only that
        for chunk in tables.chunks_of(found):
            with driver.writing(database, name):
                for few in tables.chunks_of(chunk, _SLICE_ROWS):
                    self.right_of_way.give_way()
                    tables.write_rows(database, few)
                self.right_of_way.give_way()
        with driver.writing(database, name):
            database.execute("UPDATE meta SET cursor = ?, signed_at = max(signed_at, ?)", (cursor, signed_at))

    def forget(self) -> None:
        """Drop the current replica, because it is damaged or of another park; the next cycle fetches a new one."""
        self._close_reader()
        self._close_writer()
        with driver.writing(self._sync, SYNC_NAME):
            self._sync.execute("UPDATE replica SET file = ''")
        self._sweep("")

    def wipe(self) -> bool:
        """Point to no replica, and overwrite every file of one before it is removed; whether there was any."""
        if (files := [path for _, path in self._files()]) or self._has_pointer():
            self._close_reader()
            self._close_writer()
            with driver.writing(self._sync, SYNC_NAME):  # first: nobody opens what is about to go
                self._sync.execute("UPDATE replica SET file = ''")
        for path in files:
            if path.name.endswith("-shm"):
                path.unlink(missing_ok=True)  # it holds no row, and another process may have it mapped
            else:
                shred(path)
        return bool(files)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _open(self, name: str) -> ReplicaReader:
        path = self._home.kiosk / name
        return ReplicaReader(path, self._home.database_key(), reports_damage=not self._readonly)

    def _read(self, rows: Iterable[object]) -> Rows:
        found, place = Rows(), 0
        for few in _batches(rows, _SLICE_ROWS):
            self.right_of_way.give_way()
            found.add(read_rows(few, place))
            place += len(few)
        return found

    def _put_in_place(self, source: "_Source", signed_at: int | None) -> None:
        """Write the source's rows into a new file, point to that, and remove those before it."""
        seq = self._next_seq()
        self._drop_parts()  # of a run that was killed
        part = self._home.kiosk / f"permits-0-{seq}.db.part"
        try:
            meta = _encrypt(source, part, self._home.database_key(), signed_at)
        except BaseException:
            self._drop_parts()  # most likely the disk is full, and the journal needs the room
            raise
        path = self._home.kiosk / f"permits-{meta.epoch}-{seq}.db"
        with told(path):
            part.rename(path)
            sync_folder(path.parent)
        with driver.writing(self._sync, SYNC_NAME):
            self._sync.execute("INSERT OR REPLACE INTO replica VALUES (1, ?, ?)", (path.name, seq))
            self._sync.execute("DELETE FROM heard")  # what was told back may be younger than this file
        self._close_writer()
        self._sweep(path.name)

    def _take_over_old(self) -> None:
        """Convert a replica that an older program left: a kiosk updated offline must still know its revocations."""
        name = self._pointer()
        path = self._home.kiosk / (name or "")
        if name is None or not path.exists():
            return
        key = self._home.database_key()
        try:
            if (version := _version_of_file(path, key)) == replica_schema_1.VERSION:
                address = driver.address(path)
                self._put_in_place(_Source(address=address, key=f"x'{key.hex()}'", version=version), None)
        except EnvironmentalError as error:
            # a gate that scans on the signature alone is better than none; whoever opens the file will say so
            _log.error("%s could not be taken over (%s): a new snapshot has to be fetched", name, error)

    def _pointer(self) -> str | None:
        with driver.guarded(SYNC_NAME):
            row = self._sync.execute("SELECT file FROM replica").fetchone()
        return row[0] or None if row else None

    def _has_pointer(self) -> bool:
        with driver.guarded(SYNC_NAME):
            return bool(self._sync.execute("SELECT 1 FROM replica WHERE file <> ''").fetchone())

    def _adopt(self) -> None:
        """Point at the newest whole replica where nothing points anywhere: sync.db was lost, and the file was not."""
        with driver.guarded(SYNC_NAME):
            if self._sync.execute("SELECT count(*) FROM replica").fetchone() != (0,):
                return
        whole = {seq: path.name for seq, path in self._files() if path.suffix == ".db"}
        if whole:
            with driver.writing(self._sync, SYNC_NAME):
                newest = max(whole)
                self._sync.execute("INSERT OR IGNORE INTO replica VALUES (1, ?, ?)", (whole[newest], newest))

    def _next_seq(self) -> int:
        with driver.guarded(SYNC_NAME):
            row = self._sync.execute("SELECT seq FROM replica").fetchone()
        # by the files too: sync.db may have been lost while they stayed
        return 1 + max([row[0] if row else 0, *(seq for seq, _ in self._files())])

    def _files(self) -> list[tuple[int, Path]]:
        """Every replica file, finished or not, with the number it was given."""
        with told(self._home.kiosk):
            found = ((_FILE.fullmatch(path.name), path) for path in self._home.kiosk.iterdir())
            return [(int(match[2]), path) for match, path in found if match]

    def _writing_to(self) -> tuple[str, Connection]:
        name = self._pointer()
        if name is None:
            raise NoReplicaError("there is no replica yet: a snapshot has to come first")
        if self._writer is None or self._writer[0] != name:
            self._close_writer()
            path = self._home.kiosk / name
            if not path.exists():  # connect() would make an empty one
                raise DamagedError(f"{name} is missing: a new snapshot has to be fetched")
            database = driver.connect(path, self._home.database_key(), synchronous="NORMAL")
            self._writer = (name, database)
            _expect_version(database, name, REPLICA_VERSION)
        return self._writer

    def _sweep(self, keep: str) -> None:
        """Remove replicas that nobody will open again; who has one open still reads it to the end."""
        with told(self._home.kiosk):
            for _, path in self._files():
                if not (keep and path.name.startswith(keep)):
                    path.unlink(missing_ok=True)

    def _drop_parts(self) -> None:
        with told(self._home.kiosk):
            for path in self._home.kiosk.glob("permits-*.part*"):
                path.unlink(missing_ok=True)

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _close_writer(self) -> None:
        if self._writer is not None:
            self._writer[1].close()
            self._writer = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """A file whose rows become a replica: where it is, under which key, and of which schema."""

    address: str
    key: str
    version: int


def _check_snapshot(path: Path, *, park: int, epoch: int, cursor: str) -> int:
    """The schema of a snapshot that is sound and the one that was named."""
    database = driver.connect_plain(path, readonly=True)
    try:
        with driver.guarded(path.name):
            version = _expect_version(database, path.name, *_SCHEMAS)
            if tables.schema_of(database) != _SCHEMAS[version]:
                raise DamagedError(f"{path.name} has other tables than a snapshot of version {version}")
            driver.check_integrity(database, path.name)
            meta = tables.read_meta(database)
    finally:
        database.close()
    if (meta.park, meta.epoch, meta.cursor) != (park, epoch, cursor):
        raise DamagedError(
            f"{path.name} is of park {meta.park}, epoch {meta.epoch}, cursor {meta.cursor!r}, and not the snapshot "
            f"that its manifest names (park {park}, epoch {epoch}, cursor {cursor!r})"
        )
    return version


def _encrypt(source: _Source, part: Path, key: bytes, signed_at: int | None) -> Meta:
    """Copy the source's rows into a new encrypted file, on the disk before this returns."""
    database = driver.connect(part, key, synchronous="NORMAL")
    try:
        with driver.guarded(part.name):
            database.execute("ATTACH ? AS fetched KEY ?", (source.address, source.key))
            meta = tables.read_meta(database, tables.META_FETCHED)
            meta = replace(meta, signed_at=meta.signed_at if signed_at is None else signed_at)
            # no journal: until it is renamed the file is nobody's, and after a crash it is made anew
            database.execute("PRAGMA main.journal_mode = OFF")
            database.set_progress_handler(_Flushing(part).go_on, _FLUSH_LOOK_STEPS)
            database.execute("BEGIN IMMEDIATE")
            tables.make_tables(database, meta)
            if source.version == replica_schema_1.VERSION:
                replica_schema_1.take_over(database)
            else:
                for table in tables.COPIED:
                    database.execute(f"INSERT INTO main.{table} SELECT * FROM fetched.{table}")  # noqa: S608  (ours)
            database.execute("COMMIT")
            database.set_progress_handler(None, 0)
            database.execute("DETACH fetched")
            database.execute("PRAGMA journal_mode = WAL")
    finally:
        database.close()
    with told(part):
        descriptor = os.open(part, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)
    return meta


class _Flushing:
    """Flushes a growing file bit by bit: half a gigabyte at once would keep a scan's own flush waiting for a second."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._flushed = 0

    def go_on(self) -> int:
        """Called by SQLite between two steps of its work; 0 lets it go on."""
        with suppress(OSError):  # whoever flushes the whole at the end will meet it again, and say so
            if (size := self._path.stat().st_size) - self._flushed >= _FLUSH_BYTES:
                descriptor = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
                try:
                    os.fdatasync(descriptor)
                finally:
                    os.close(descriptor)
                self._flushed = size
        return 0


def _version_of_file(path: Path, key: bytes) -> int:
    database = driver.connect(path, key, readonly=True, synchronous="NORMAL")
    try:
        return version_of(database, path.name)
    finally:
        database.close()


def _expect_version(database: Connection, name: str, *expected: int) -> int:
    version = version_of(database, name)
    refuse_newer(version, name)
    if version not in expected:
        raise DamagedError(f"{name} is of schema {version}, which is none")
    return version


def _batches(rows: Iterable[Item], size: int = _BUILD_ROWS) -> Iterator[list[Item]]:
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
