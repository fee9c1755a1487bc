"""revocations.db: the revocation log as far as this kiosk has verified it. Sync alone writes, every scan reads.

It is a copy of its own beside the one in the replica, so that a damaged replica lets no revoked ticket in. Of each
ticket the newest row is kept; nothing that comes later with a lower number can replace it. A damaged file is set aside
and made anew, and the age of the list is unknown until sync has fetched the log again.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from kiosk.rules.revocation import PREFIX_BYTES, LogHead, Revocation, RevocationAction
from kiosk.store import driver
from kiosk.store.driver import Connection, DamagedError, Step, script
from kiosk.store.files import PRIVATE_FILE, told
from kiosk.store.home import Home
from kiosk.store.right_of_way import RightOfWay

_log = logging.getLogger(__name__)
_MODULUS = 2**64
_SLICE_ROWS = 40  # about a millisecond of Python

SCHEMA_1 = """
CREATE TABLE revocation (
    cti8      BLOB PRIMARY KEY CHECK (length(cti8) = 8),
    seq       INTEGER NOT NULL,
    action    TEXT NOT NULL,
    effective INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- keeps_log is NULL until the registry said whether it keeps one; count and checksum are those of the rows
CREATE TABLE state (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    park        INTEGER NOT NULL,
    keeps_log   INTEGER,
    last        INTEGER NOT NULL DEFAULT 0,
    hash        BLOB NOT NULL DEFAULT (zeroblob(32)) CHECK (length(hash) = 32),
    signed_at   INTEGER,
    was_damaged INTEGER NOT NULL,
    count       INTEGER NOT NULL DEFAULT 0,
    checksum    BLOB NOT NULL DEFAULT (zeroblob(8)) CHECK (length(checksum) = 8)
) STRICT;
"""
STEPS: tuple[Step, ...] = (script(SCHEMA_1),)
_ROW = "SELECT seq, cti8, action, effective, expires FROM revocation "
_STATE = "SELECT keeps_log, last, hash, signed_at, was_damaged, count FROM state"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogState:
    """How far the log is known here, and as of when: `signed_at` is the newest word that this was all of it."""

    head: LogHead = field(default_factory=LogHead)
    signed_at: int | None = None
    keeps_log: bool | None = None
    """Whether the registry keeps a log at all; None until it said so."""
    was_damaged: bool = False
    count: int = 0

    @property
    def is_own(self) -> bool:
        """Whether the age of the list is this log's: otherwise it is that of the replica, which has the rows too."""
        return bool(self.keeps_log) or self.was_damaged


class Revocations:
    """The log as a scan asks it: one look-up each; a file that sync has made anew is opened anew."""

    def __init__(self, home: Home, *, reports_damage: bool = False) -> None:
        self._path, self._home = home.revocations_file, home
        self._reports_damage = reports_damage
        self._open: tuple[int, Connection] | None = None

    def close(self) -> None:
        """Give the file back."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def find(self, cti: bytes) -> Revocation | None:
        """The newest word of the log about a ticket; DamagedError where the file cannot tell."""
        with self._looking() as database:
            if database is None:
                return None
            row = database.execute(_ROW + "WHERE cti8 = ?", (cti[:PREFIX_BYTES],)).fetchone()
            return None if row is None else _revocation(row)

    def state(self) -> LogState:
        """How far the log is known; nothing at all before the first cycle."""
        with self._looking() as database:
            return LogState() if database is None else _state(database)

    @contextmanager
    def _looking(self) -> Iterator[Connection | None]:
        try:
            with driver.guarded(self._path.name):
                yield self._database()
        except DamagedError:
            self.close()
            if self._reports_damage:  # sync reads other pages than a scan does: it must be told
                with suppress(OSError):
                    _mark(self._path).touch(mode=PRIVATE_FILE)
            raise

    def _database(self) -> Connection | None:
        try:
            inode = self._path.stat().st_ino
        except FileNotFoundError:
            self.close()
            return None
        if self._open is not None and self._open[0] == inode:
            return self._open[1]
        self.close()
        database = driver.connect(self._path, self._home.database_key(), readonly=True)
        try:
            if driver.check_version(database, STEPS, self._path.name) == 0:
                database.close()
                return None  # sync is about to make its tables
            _check(database, self._path.name)
        except BaseException:
            database.close()
            raise
        self._open = (inode, database)
        return database


class RevocationLog:
    """The one writer of the log, for sync. Rows, head and time change together or not at all."""

    def __init__(self, home: Home, park: int, *, right_of_way: RightOfWay | None = None) -> None:
        self.right_of_way = right_of_way or RightOfWay()
        self._path, self._home, self._park = home.revocations_file, home, park
        home.prepare()
        try:
            self._database = self._opened(was_damaged=False)
        except DamagedError as error:
            self._set_aside(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def state(self) -> LogState:
        """How far the log is known."""
        with driver.guarded(self._path.name):
            return _state(self._database)

    def mend(self) -> bool:
        """Begin anew where somebody found a damaged place; whether that was so. The replica's rows speak meanwhile."""
        try:
            if not _mark(self._path).exists():
                self.state()
                return False
            raise DamagedError(f"a scan found {self._path.name} damaged", file=self._path.name)
        except DamagedError as error:
            self.renew(error)
            return True

    def renew(self, error: DamagedError) -> None:
        """Set the damaged file aside and begin an empty one, whose age is unknown."""
        self._database.close()
        self._set_aside(error)

    def add(self, rows: Sequence[Revocation], head: LogHead, signed_at: int) -> None:
        """Take these rows over as the log up to this head, all of which was signed at this time.

        Whoever calls has verified that they follow. A row gives way to one of a higher number that is here already.
        """
        with driver.writing(self._database, self._path.name):
            for some in _slices(rows):
                self.right_of_way.give_way()
                self._write(some)
            self._drop_over(signed_at)
            self._database.execute(
                "UPDATE state SET keeps_log = 1, last = ?, hash = ?, signed_at = max(coalesce(signed_at, 0), ?), "
                "was_damaged = 0",
                (head.last, head.hash, signed_at),
            )

    def nothing_new(self, signed_at: int) -> None:
        """The registry said at this time that its log is exactly what is here."""
        state = self.state()
        if state.keeps_log and not state.was_damaged and (state.signed_at or 0) >= signed_at:
            return  # a manifest stands for ten minutes, and a cycle comes every ten seconds
        with driver.writing(self._database, self._path.name):
            self._database.execute(
                "UPDATE state SET keeps_log = 1, signed_at = max(coalesce(signed_at, 0), ?), was_damaged = 0",
                (signed_at,),
            )

    def not_kept(self) -> None:
        """The registry is of a version without a log: the replica's rows are all there are."""
        if self.state().keeps_log is None:
            with driver.writing(self._database, self._path.name):
                self._database.execute("UPDATE state SET keeps_log = 0, was_damaged = 0")

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _opened(self, *, was_damaged: bool) -> Connection:
        database = driver.connect(self._path, self._home.database_key())
        try:
            driver.migrate(database, STEPS, self._path.name)
            with driver.writing(database, self._path.name):
                values = (self._park, was_damaged)
                database.execute("INSERT OR IGNORE INTO state (one, park, was_damaged) VALUES (1, ?, ?)", values)
                (park,) = database.execute("SELECT park FROM state").fetchone()
                if park != self._park:  # the folder was enrolled elsewhere before
                    database.execute("DELETE FROM revocation")
                    database.execute("REPLACE INTO state (one, park, was_damaged) VALUES (1, ?, ?)", values)
            with driver.guarded(self._path.name):
                _check(database, self._path.name)
        except BaseException:
            database.close()
            raise
        return database

    def _set_aside(self, error: DamagedError) -> None:
        _log.error("%s; it is set aside and the log fetched again", error)
        self._database = cast("Connection", driver.NoConnection())  # if no other can be opened now
        with told(self._path):
            for suffix in ("-wal", "-shm"):
                self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
            if self._path.exists():
                self._path.replace(self._path.with_name(self._path.name + ".damaged"))
            _mark(self._path).unlink(missing_ok=True)
        self._database = self._opened(was_damaged=True)

    def _write(self, rows: Sequence[Revocation]) -> None:
        marks = ", ".join("?" * len(rows))
        found = self._database.execute(_ROW + f"WHERE cti8 IN ({marks})", [row.cti8 for row in rows])
        held = {row.cti8: row for row in map(_revocation, found)}
        before = dict(held)
        for row in rows:
            known = held.get(row.cti8)
            if known is None or known.seq < row.seq:
                held[row.cti8] = row
        changed = [row for cti8, row in held.items() if before.get(cti8) != row]
        replaced = [before[row.cti8] for row in changed if row.cti8 in before]
        self._database.executemany(
            "INSERT OR REPLACE INTO revocation (cti8, seq, action, effective, expires) VALUES (?, ?, ?, ?, ?)",
            [(row.cti8, row.seq, str(row.action), row.effective, row.expires) for row in changed],
        )
        self._count(added=changed, gone=replaced)

    def _drop_over(self, signed_at: int) -> None:
        """Let rows go whose tickets had ended by a time that was signed: no clock here will ever be before it again."""
        found = self._database.execute(_ROW + "WHERE expires != 0 AND expires <= ?", (signed_at,))
        gone = list(map(_revocation, found))
        self._database.executemany("DELETE FROM revocation WHERE cti8 = ?", [(row.cti8,) for row in gone])
        self._count(added=(), gone=gone)

    def _count(self, *, added: Sequence[Revocation], gone: Sequence[Revocation]) -> None:
        (count, checksum) = self._database.execute("SELECT count, checksum FROM state").fetchone()
        total = int.from_bytes(checksum, "big") + sum(row.part() for row in added) - sum(row.part() for row in gone)
        values = (count + len(added) - len(gone), (total % _MODULUS).to_bytes(8, "big"))
        self._database.execute("UPDATE state SET count = ?, checksum = ?", values)


def _check(database: Connection, name: str) -> None:
    """DamagedError unless the file is sound and its rows are those it says it holds; a megabyte, some milliseconds.

    A page of an earlier state, as a disk leaves it that lost a write, passes every other test.
    """
    driver.check_integrity(database, name)
    row = database.execute("SELECT count, checksum FROM state").fetchone()
    rows = list(map(_revocation, database.execute(_ROW)))
    total = sum(each.part() for each in rows) % _MODULUS
    if row is None or row != (len(rows), total.to_bytes(8, "big")):
        raise DamagedError(f"{name} does not hold the revocations that it says it holds", file=name)


def _state(database: Connection) -> LogState:
    row = database.execute(_STATE).fetchone()
    if row is None:
        raise DamagedError("a revocation log that does not say how far it is known cannot be used")
    return LogState(
        keeps_log=None if row[0] is None else bool(row[0]),
        head=LogHead(last=row[1], hash=row[2]),
        signed_at=row[3],
        was_damaged=bool(row[4]),
        count=row[5],
    )


def _revocation(row: Any) -> Revocation:
    try:
        action = RevocationAction(row[2])
    except ValueError as error:
        raise DamagedError(f"a revocation says {row[2]!r}, which is no act of the log") from error
    return Revocation(seq=row[0], cti8=row[1], action=action, effective=row[3], expires=row[4])


def _mark(path: Path) -> Path:
    """The file that says that somebody found a damaged place in the log."""
    return path.with_name(path.name + ".doubt")


def _slices(rows: Iterable[Revocation]) -> Iterator[list[Revocation]]:
    rest = iter(rows)
    while some := list(islice(rest, _SLICE_ROWS)):
        yield some
