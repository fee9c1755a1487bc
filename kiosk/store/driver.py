"""How a database file is opened, written and migrated: the one door to SQLite, with its errors turned into ours.

sqlcipher3, because its SQLite is free of the WAL-reset race of Debian's and because a stolen disk must tell nothing:
every page is encrypted and carries a MAC, so a damaged page is an error and never another answer.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias
from urllib.parse import quote

from kiosk.errors import BugError, BusyError, EnvironmentalError, QaqpaError
from kiosk.store.files import (
    PRIVATE_FILE,
    DiskFailedError,
    DiskFullError,
    ReadOnlyError,
    sync_file,
    sync_folder,
    told,
)

if TYPE_CHECKING:
    # sqlcipher3 has the interface of sqlite3, and no types of its own
    import sqlite3 as _driver
    from sqlite3 import Connection, Cursor, Error

    import sqlite_utils  # at run time only where a file is made: it loads numpy, and a command starts twice as fast
else:
    from sqlcipher3 import dbapi2 as _driver
    from sqlcipher3.dbapi2 import Connection, Cursor, Error

__all__ = [
    "Connection",
    "Cursor",
    "DamagedError",
    "DiskFailedError",
    "DiskFullError",
    "Error",
    "ReadOnlyError",
    "UncertainError",
    "connect",
    "guarded",
    "migrate",
    "writing",
]

KEY_BYTES = 32
# Of a damaged file: SQLCipher says MemoryError of every page after one whose MAC was wrong, and the driver cannot read
# what SQLite says where that quotes a damaged schema.
UNREADABLE = (Error, MemoryError, UnicodeDecodeError)
BUSY_SECONDS = 10
_CORRUPT = 11  # SQLITE_CORRUPT
_MEBIBYTE = 1024 * 1024
_WAL_KEPT_BYTES = 4 * _MEBIBYTE
_SPARE_BYTES = 8 * _MEBIBYTE

Step: TypeAlias = "Callable[[sqlite_utils.Database], None]"


class DamagedError(EnvironmentalError):
    """A database file is damaged, or the key is not its key; nothing that was read from it may be believed."""

    def __init__(self, sentence: str, file: str = "") -> None:
        super().__init__(sentence)
        self.file = file
        """The name of the damaged file, where it is a database."""


class UncertainError(EnvironmentalError):
    """A COMMIT raised: what it wrote may be on the disk all the same, so read again before deciding again."""

    def __init__(self, cause: QaqpaError) -> None:
        super().__init__(str(cause))
        self.cause = cause


def connect(
    path: Path, key: bytes, *, readonly: bool = False, synchronous: Literal["FULL", "NORMAL"] = "FULL"
) -> Connection:
    """The encrypted database at this path, made if need be; read-only it is opened beside a writer or alone."""
    if len(key) != KEY_BYTES:
        raise BugError(f"a database key has {KEY_BYTES} bytes, not {len(key)}")
    if not readonly:
        _make_private(path)
    elif not path.exists():
        raise EnvironmentalError(f"{path} does not exist yet")
    with guarded(path.name):
        database = _open(_address(path, readonly=readonly))
        try:
            database.execute("PRAGMA cipher_log_level = NONE")  # standard error is for sentences; errors are raised
            database.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            _settle(database, readonly=readonly, synchronous=synchronous)
        except BaseException:
            database.close()
            raise
        return database


def connect_plain(path: Path, *, readonly: bool) -> Connection:
    """An unencrypted file that nobody else has open: a snapshot being built, or one that was fetched."""
    with guarded(path.name):
        database = _open(plain_address(path, readonly=readonly))
        try:
            database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            if not readonly:
                # whoever builds the file syncs it as a whole and throws it away after a crash
                database.execute("PRAGMA journal_mode = OFF")
                database.execute("PRAGMA synchronous = OFF")
        except BaseException:
            database.close()
            raise
        return database


def library_versions() -> dict[str, str]:
    """Which SQLite and SQLCipher these are."""
    with guarded("a database in memory"):
        database = connect_empty()
        (sqlite,) = database.execute("SELECT sqlite_version()").fetchone()
        row = database.execute("PRAGMA cipher_version").fetchone()
        database.close()
    return {"sqlite": sqlite, "sqlcipher": row[0] if row else "none"}


def plain_address(path: Path, *, readonly: bool) -> str:
    """The address of an unencrypted file that nobody else has open."""
    return f"file:{quote(str(path.absolute()))}?mode={'ro&immutable=1' if readonly else 'rwc'}"


class Attached:
    """Another encrypted file beside a database, under the name `old`, only to be read, as far as it can be read."""

    def __init__(self, database: Connection, path: Path, key: bytes) -> None:
        self._database, self._path, self._key = database, path, key
        self.version: int | None = None
        """Its schema version; None where not even that can be read."""
        self._attach()

    def close(self) -> None:
        """Let the file go."""
        with suppress(*UNREADABLE):
            self._database.execute("DETACH old")

    def again(self) -> None:
        """Take the file anew: after one page whose MAC is wrong SQLCipher gives none of the others any more."""
        self.close()
        self._attach()

    def _attach(self) -> None:
        address = _address(self._path, readonly=True)
        with suppress(*UNREADABLE):
            self._database.execute(f"ATTACH ? AS old KEY \"x'{self._key.hex()}'\"", (address,))
            (self.version,) = self._database.execute("PRAGMA old.user_version").fetchone()


class NoConnection:
    """What stands where a damaged file was given up and no other could be opened yet: all that is asked is damage."""

    in_transaction = False

    def execute(self, statement: str, values: object = ()) -> NoReturn:
        """Raise as a damaged file does."""
        error = Error("the file was set aside")
        error.sqlite_errorcode = _CORRUPT
        raise error

    def close(self) -> None:
        """There is nothing to give back."""


def connect_empty() -> Connection:
    """A database in memory, to read from where a file that may be missing is missing."""
    return _open(":memory:")


class guarded:  # noqa: N801  (a context manager that is read as a verb; as a generator it would take five times as long)
    """Turn what the driver raises about this file into a sentence: the environment's fault, or ours."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Error):
            raise _failure(error, self._name) from error
        if isinstance(error, MemoryError | UnicodeDecodeError):
            why = "its schema is no text" if isinstance(error, UnicodeDecodeError) else "a page cannot be decrypted"
            raise DamagedError(f"{self._name} is damaged ({why})", file=self._name) from error


@contextmanager
def writing(database: Connection, name: str) -> Iterator[None]:
    """One transaction that holds the write lock from its first statement; all of it or none.

    BEGIN IMMEDIATE: a deferred one that reads first fails at once beside another writer. When COMMIT itself raises,
    UncertainError says so.
    """
    if database.in_transaction:
        raise BugError(f"{name}: a transaction is open already")
    with guarded(name):
        database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            _roll_back(database)
            raise
        try:
            database.execute("COMMIT")
        except UNREADABLE as error:
            _roll_back(database)
            damaged = DamagedError(f"{name} is damaged (a page cannot be decrypted)", file=name)
            raise UncertainError(_failure(error, name) if isinstance(error, Error) else damaged) from error


def migrate(database: Connection, steps: tuple[Step, ...], name: str) -> None:
    """Bring the file to the newest schema, each step once; a file of a newer program is refused by name.

    A file on the disk that has a schema already is first copied whole to `<stem>-schema<N>.db` beside it.
    """
    found = check_version(database, steps, name)
    if found == len(steps):
        return
    import sqlite_utils

    seen = _data_version(database, name)
    if found and (path := _path_of(database, name)) is not None:
        keep_copy(database, path, found)
    with writing(database, name):
        # read again under the lock: another process may have migrated or written meanwhile
        done = _version(database, name)
        if done == found and _data_version(database, name) != seen:
            raise BusyError(f"{name} was written by another process while it was copied: try again")
        for step in steps[done:]:
            step(sqlite_utils.Database(database, execute_plugins=False))
        database.execute(f"PRAGMA user_version = {len(steps)}")


def keep_copy(database: Connection, path: Path, version: int) -> Path:
    """Leave the whole file as it is now beside it, under the same key and durable before this returns."""
    kept = path.with_name(f"{path.stem}-schema{version}.db")
    beside = kept.with_name(f".{kept.name}.part")
    _expect_room(path, kept)
    with told(kept):
        beside.unlink(missing_ok=True)  # of an attempt that was cut short
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE))
        try:
            with guarded(path.name):
                # by SQLite and not as bytes: it takes in what still stands in the WAL, and closing a second descriptor
                # of the file would give up the locks that SQLite holds on it (sqlite.org/howtocorrupt.html, 2.2)
                database.execute("VACUUM INTO ?", (str(beside),))
            sync_file(beside)
            beside.replace(kept)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(kept.parent)
    return kept


def _expect_room(path: Path, kept: Path) -> None:
    """EnvironmentalError unless there is room for the copy, and for the WAL of an upgrade that rewrites every row."""
    with told(path):
        wal = path.with_name(path.name + "-wal")
        size = path.stat().st_size + (wal.stat().st_size if wal.exists() else 0)
        free = shutil.disk_usage(path.parent).free
    if free < (needed := 2 * size + _SPARE_BYTES):
        raise EnvironmentalError(
            f"{path.name} is of an older version and must be upgraded, and {kept.name} be kept before: that takes "
            f"{needed / _MEBIBYTE:.0f} MiB, and {free / _MEBIBYTE:.0f} MiB are free in {path.parent}. Free some space; "
            "nothing was changed"
        )


def check_version(database: Connection, steps: tuple[Step, ...], name: str) -> int:
    """The file's schema version, if this program can read it; an older one is readable once it was migrated."""
    version = _version(database, name)
    if version > len(steps):
        raise EnvironmentalError(
            f"{name} was written by a newer version of this program (schema {version}, this one knows up to "
            f"{len(steps)}): install that version, or a newer one"
        )
    return version


def check_integrity(database: Connection, name: str) -> None:
    """DamagedError unless every page and index of the file is as it should be; this reads the whole file."""
    # integrity_check: quick_check let 16 of 43 damaged files through
    with guarded(name):
        lines = [line for (line,) in database.execute("PRAGMA integrity_check")]
    if lines != ["ok"]:
        raise DamagedError(f"{name} is damaged ({lines[0]})", file=name)


def script(sql: str) -> Step:
    """A migration step that runs these statements."""

    def step(database: sqlite_utils.Database) -> None:
        database.executescript(sql)

    return step


def _data_version(database: Connection, name: str) -> int:
    """A number that another connection's commit changes."""
    with guarded(name):
        (version,) = database.execute("PRAGMA data_version").fetchone()
    return int(version)


def _path_of(database: Connection, name: str) -> Path | None:
    """Where the file is, or None for one in memory."""
    with guarded(name):
        rows = database.execute("PRAGMA database_list").fetchall()
    file = next((row[2] for row in rows if row[1] == "main"), "")
    return Path(file) if file else None


def _version(database: Connection, name: str) -> int:
    with guarded(name):
        (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def _open(address: str) -> Connection:
    # isolation_level None: transactions begin and end where this module says. The connection may be handed from the
    # thread that opens it to the one that owns it; SQLite itself is built for several threads here.
    return _driver.connect(
        address, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS, cached_statements=256
    )


def address(path: Path) -> str:
    """The address of an encrypted file, to be attached to another one."""
    return _address(path, readonly=False)


def _address(path: Path, *, readonly: bool) -> str:
    mode = "rw"
    if readonly:
        # A WAL database is read through its -shm file, which even a reader must be able to make. On a disk that
        # cannot be written nobody else can write either, so there the bare file may be taken as it is.
        wal = path.with_name(path.name + "-wal")
        is_bare = not wal.exists() or wal.stat().st_size == 0
        mode = "ro&immutable=1" if is_bare and not os.access(path.parent, os.W_OK) else "ro"
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def _settle(database: Connection, *, readonly: bool, synchronous: str) -> None:
    database.execute("SELECT count(*) FROM sqlite_schema").fetchone()  # fails here, not later, under a wrong key
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA trusted_schema = OFF")
    if readonly:
        database.execute("PRAGMA query_only = ON")
        return
    database.execute("PRAGMA journal_mode = WAL")
    # FULL, not NORMAL, where an acknowledged commit must outlive a power cut: in WAL mode NORMAL may lose the last
    # ones (sqlite.org/pragma.html#pragma_synchronous)
    database.execute(f"PRAGMA synchronous = {synchronous}")
    database.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")


def _make_private(path: Path) -> None:
    with told(path):
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE)
        except FileExistsError:
            return
        os.close(descriptor)
        sync_folder(path.parent)


def _roll_back(database: Connection) -> None:
    if database.in_transaction:
        with suppress(*UNREADABLE):  # what went wrong before is what the caller must hear
            database.execute("ROLLBACK")


# by primary result code (sqlite.org/rescode.html)
_SENTENCES: dict[int, tuple[type[EnvironmentalError], str]] = {
    5: (BusyError, "{name} is in use by another process: try again when that has finished"),
    6: (BusyError, "{name} is in use by another process: try again when that has finished"),
    8: (ReadOnlyError, "{name} cannot be written: its disk or its folder is read-only"),
    10: (DiskFailedError, "{name}: the disk failed ({error}); look at its cable, its space and its health"),
    11: (DamagedError, "{name} is damaged ({error})"),
    13: (DiskFullError, "{name}: the disk is full; free some space"),
    14: (EnvironmentalError, "{name} cannot be opened ({error})"),
    26: (DamagedError, "{name} is damaged, or was written under another key ({error})"),
}


def _failure(error: Error, name: str) -> QaqpaError:
    if isinstance(error, _driver.IntegrityError | _driver.ProgrammingError | _driver.InterfaceError):
        return BugError(f"{name}: {error}")
    kind, sentence = _SENTENCES.get(
        getattr(error, "sqlite_errorcode", 0) & 0xFF, (EnvironmentalError, "{name} cannot be used ({error})")
    )
    text = sentence.format(name=name, error=error)
    return DamagedError(text, file=name) if kind is DamagedError else kind(text)
