"""The replica: what the registry knows of a park, on this disk. It can be thrown away and fetched again.

A new snapshot is a new file, permits-<epoch>-<seq>.db; a pointer in sync.db moves, and readers open the new file before
their next look-up. Renaming over an open WAL database would corrupt it. Sync alone writes, by a `Replicas` of its own.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import Use
from kiosk.rules.permit import Permit
from kiosk.rules.revocation import PREFIX_BYTES, Revocation
from kiosk.store import driver
from kiosk.store import replica_tables as tables
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.files import PRIVATE_FILE, sync_folder, told
from kiosk.store.home import Home
from kiosk.store.replica_tables import REPLICA_SCHEMA, REPLICA_VERSION, Meta, Tally
from kiosk.store.rows import read_rows
from kiosk.store.sync_schema import NAME as SYNC_NAME
from kiosk.store.sync_schema import open_sync

__all__ = ["REPLICA_SCHEMA", "Meta", "NoReplicaError", "ReplicaReader", "Replicas", "Tally", "build_snapshot"]

_FILE = re.compile(r"permits-(\d+)-(\d+)\.db(-wal|-shm|-journal|\.part|\.damaged)?")
_BUILD_ROWS = 5_000


class NoReplicaError(EnvironmentalError):
    """There is no replica yet to which rows could be added: a snapshot has to come first."""


def build_snapshot(path: Path, park: int, epoch: int, cursor: str, rows: Iterable[Sequence[object]]) -> Tally:
    """Write a plain SQLite file that `Replicas.install` takes: every row of a park up to the cursor.

    Permits that come sorted by id make the smallest file. The tally is that of its live permits.
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


class ReplicaReader:
    """One replica file, read-only. Whatever is damaged in it raises; it never gives another answer."""

    def __init__(self, path: Path, key: bytes, *, reports_damage: bool = True) -> None:
        self.path = path
        self._reports_damage = reports_damage
        if not path.exists():
            raise DamagedError(f"{path.name} is missing: a new snapshot has to be fetched")
        self._database = driver.connect(path, key, readonly=True, synchronous="NORMAL")
        try:
            _check_version(self._database, path.name)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def find(self, permit_id: bytes) -> Permit | None:
        """The live permit of this id."""
        with self._looking():
            return tables.find_permit(self._database, permit_id)

    def by_code(self, code: str) -> list[Permit]:
        """The live permits that a typed code may mean; more than one is possible."""
        with self._looking():
            return tables.permits_by_code(self._database, code)

    def by_search(self, word: bytes) -> list[Permit]:
        """The live permits that a keyed look-up word belongs to."""
        with self._looking():
            # WORKAROUND: a walk over every row, until the words have a table of their own
            return tables.permits_by_search(self._database, word)

    def uses(self, permit_id: bytes) -> list[Use]:
        """The uses of a permit at every gate of the park, as the registry told them, oldest first."""
        with self._looking():
            return tables.uses_of_permit(self._database, permit_id)

    def erasures(self) -> list[tuple[bytes, int]]:
        """STUB until merged."""
        return []

    def revoked(self, cti: bytes) -> Revocation | None:
        """The newest word of the revocation log about a ticket; whether it is in force is for the rules to say."""
        with self._looking():
            return tables.newest_revocation(self._database, cti[:PREFIX_BYTES])

    @property
    def meta(self) -> Meta:
        """Whose rows these are and how far they reach, as of now."""
        with self._looking():
            return tables.read_meta(self._database)

    @property
    def park(self) -> int:
        """The park whose permits these are."""
        return self.meta.park

    @property
    def epoch(self) -> int:
        """The registry's epoch that the cursor belongs to."""
        return self.meta.epoch

    @property
    def cursor(self) -> str:
        """How far the registry's feed was applied."""
        return self.meta.cursor

    @property
    def signed_at(self) -> int:
        """The newest signed time of what was applied."""
        return self.meta.signed_at

    @property
    def count(self) -> int:
        """How many live permits there are."""
        return self.meta.tally.count

    def checksum(self) -> int:
        """The checksum of the live permits, as it was kept with them."""
        return self.meta.tally.checksum

    def recount(self) -> Tally:
        """Count and checksum from every row, which takes a while."""
        with self._looking():
            return tables.recount(self._database)

    @contextmanager
    def _looking(self) -> Iterator[None]:
        try:
            with driver.guarded(self.path.name):
                yield
        except DamagedError:
            # sync reads other pages than a scan does: it must be told, or it would never fetch the file anew
            if self._reports_damage:
                with suppress(OSError):
                    _damage_mark(self.path).touch(mode=PRIVATE_FILE)
            raise


class Replicas:
    """The replica that is current now; each thread has its own, and only sync's installs and applies."""

    def __init__(self, home: Home, *, readonly: bool = False) -> None:
        self._home = home
        self._readonly = readonly
        self._sync = open_sync(home, readonly=readonly)
        self._reader: ReplicaReader | None = None
        self._writer: tuple[str, Connection] | None = None
        if not readonly:
            self._adopt()

    def close(self) -> None:
        """Give all files back."""
        self._close_reader()
        self._close_writer()
        self._sync.close()

    def current(self) -> ReplicaReader | None:
        """The current replica, or None before the first snapshot; asked before each scan, it costs one look-up."""
        name = self._pointer()
        if self._reader is not None and self._reader.path.name == name:
            return self._reader
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
        """Whose rows the current replica holds; DamagedError as soon as anybody found a damaged place in it.

        Sync asks before it builds on a replica, and forgets a damaged one.
        """
        reader = self.current()
        if reader is None:
            return None
        if _damage_mark(reader.path).exists():
            raise DamagedError(f"a scan found {reader.path.name} damaged: a new snapshot has to be fetched")
        return reader.meta

    def install(self, snapshot: Path, *, park: int, epoch: int, cursor: str, signed_at: int) -> None:
        """Make a fetched snapshot the current replica, whole or not at all; the one before it is removed.

        The file's own hash and signature were checked by whoever fetched it. Here: that it is sound, has exactly the
        expected tables, and is the one that its manifest named.
        """
        self._home.prepare()
        seq = self._next_seq()
        path = self._home.kiosk / f"permits-{epoch}-{seq}.db"
        part = path.with_name(path.name + ".part")
        _check_snapshot(snapshot, park=park, epoch=epoch, cursor=cursor)
        self._drop_parts()  # of a run that was killed
        try:
            _encrypt(snapshot, part, self._home.database_key(), signed_at)
        except BaseException:
            self._drop_parts()  # most likely the disk is full, and the journal needs the room
            raise
        with told(path):
            part.rename(path)
            sync_folder(path.parent)
        with driver.writing(self._sync, SYNC_NAME):
            self._sync.execute("INSERT OR REPLACE INTO replica VALUES (1, ?, ?)", (path.name, seq))
        self._close_writer()
        self._sweep(path.name)

    def apply(self, rows: Iterable[object], cursor: str, signed_at: int) -> None:
        """Take one page over: its rows in short transactions, its cursor in the last of them.

        A crash in between leaves the old cursor, and the page comes again; applying it twice is the same as once. A
        page with one row that is none is refused whole.
        """
        found = read_rows(rows)
        name, database = self._writing_to()
        # the cursor's chunk is the last one, and an empty page has only that
        for chunk in tables.chunks_of(found):
            with driver.writing(database, name):
                tables.write_rows(database, chunk)
        with driver.writing(database, name):
            database.execute("UPDATE meta SET cursor = ?, signed_at = max(signed_at, ?)", (cursor, signed_at))

    def forget(self) -> None:
        """Drop the current replica, because it is damaged or of another park; the next cycle fetches a new one."""
        self._close_reader()
        self._close_writer()
        with driver.writing(self._sync, SYNC_NAME):
            self._sync.execute("UPDATE replica SET file = ''")
        self._sweep("")

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _open(self, name: str) -> ReplicaReader:
        path = self._home.kiosk / name
        return ReplicaReader(path, self._home.database_key(), reports_damage=not self._readonly)

    def _pointer(self) -> str | None:
        with driver.guarded(SYNC_NAME):
            row = self._sync.execute("SELECT file FROM replica").fetchone()
        return row[0] or None if row else None

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
            _check_version(database, name)
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


def _check_snapshot(path: Path, *, park: int, epoch: int, cursor: str) -> None:
    database = driver.connect_plain(path, readonly=True)
    try:
        with driver.guarded(path.name):
            _check_version(database, path.name)
            if tables.schema_of(database) != tables.EXPECTED_SCHEMA:
                raise DamagedError(f"{path.name} has other tables than a snapshot of version {REPLICA_VERSION}")
            driver.check_integrity(database, path.name)
            meta = tables.read_meta(database)
    finally:
        database.close()
    if (meta.park, meta.epoch, meta.cursor) != (park, epoch, cursor):
        raise DamagedError(
            f"{path.name} is of park {meta.park}, epoch {meta.epoch}, cursor {meta.cursor!r}, and not the snapshot "
            f"that its manifest names (park {park}, epoch {epoch}, cursor {cursor!r})"
        )


def _encrypt(snapshot: Path, part: Path, key: bytes, signed_at: int) -> None:
    """Copy a snapshot's rows into a new encrypted file, on the disk before this returns."""
    database = driver.connect(part, key, synchronous="NORMAL")
    try:
        with driver.guarded(part.name):
            database.execute("ATTACH ? AS fetched KEY ''", (driver.plain_address(snapshot, readonly=True),))
            meta = tables.read_meta(database, tables.META_FETCHED)
            # no journal: until it is renamed the file is nobody's, and after a crash it is made anew
            database.execute("PRAGMA main.journal_mode = OFF")
            database.execute("BEGIN IMMEDIATE")
            tables.make_tables(
                database,
                Meta(park=meta.park, epoch=meta.epoch, cursor=meta.cursor, signed_at=signed_at, tally=meta.tally),
            )
            database.execute("INSERT INTO main.permit SELECT * FROM fetched.permit")
            database.execute("INSERT INTO main.used SELECT * FROM fetched.used")
            database.execute("INSERT INTO main.revocation SELECT * FROM fetched.revocation")
            database.execute("COMMIT")
            database.execute("DETACH fetched")
            database.execute("PRAGMA journal_mode = WAL")
    finally:
        database.close()
    with told(part):
        descriptor = os.open(part, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)


def _damage_mark(path: Path) -> Path:
    return path.with_name(path.name + ".damaged")


def _check_version(database: Connection, name: str) -> None:
    with driver.guarded(name):
        (version,) = database.execute("PRAGMA user_version").fetchone()
    if version != REPLICA_VERSION:
        newer = "a newer" if version > REPLICA_VERSION else "another"
        raise EnvironmentalError(f"{name} was written for {newer} version of this program (schema {version})")


def _batches(rows: Iterable[Sequence[object]]) -> Iterable[list[Sequence[object]]]:
    batch: list[Sequence[object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BUILD_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch
