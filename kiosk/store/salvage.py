"""When the journal cannot be continued: it is set aside untouched, and what can still be read of it is carried over.

The new file owes a chain, whose first entry says what is missing (kiosk/store/owed.py). No entry id is ever given
twice.

A crash at any point is finished by the next start: a file under construction is thrown away, a journal that was set
aside and has no successor is carried over again.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kiosk.rules.canon import CanonError
from kiosk.rules.entries import entry_hash, read_core
from kiosk.store import driver, owed
from kiosk.store.driver import Attached, Connection
from kiosk.store.files import sync_folder, told
from kiosk.store.home import Home
from kiosk.store.journal_schema import TRIGGERS_2, TRIGGERS_OF_SALVAGE, bound_to, steps
from kiosk.store.mark import MarkFile
from kiosk.store.owed import Reopening
from kiosk.store.vault import Vault

_ASIDE = re.compile(r"journal-damaged-(\d+)\.db")
_RUN_ROWS = 2_000
_FARTHEST = 1 << 22
_CORRUPT = 11
# corrupt, no database, a row that is there twice, and of the errors of a disk those of reading: sqlite.org/rescode.html
_UNREADABLE = (_CORRUPT, 26, 19, 266, 522)
_FIRST = (0, 0, 0)
Key = tuple[int, int, int]


def renew(home: Home, device: int) -> None:
    """Set the journal aside and put in its place what can be read of it; nobody here may have it open."""
    _set_aside(home)
    finish(home, device)


def finish(home: Home, device: int) -> None:
    """Where there is no journal and there was one, make it anew of what is left."""
    part = home.kiosk / "journal.new"
    _remove(part)
    if home.journal_file.exists():
        return
    aside = _newest_aside(home)
    _adopt_wal(home, aside)
    mark, told_to = MarkFile(home.mark_file).read(device), owed.told_to_registry(home, device)
    if aside is None and mark is None and told_to is None:
        return
    database = driver.connect(part, home.database_key(), synchronous="NORMAL")
    try:
        driver.migrate(database, steps(Vault(home.vault_file)), home.journal_file.name)
        with driver.guarded(part.name):
            for trigger in TRIGGERS_OF_SALVAGE:
                database.execute(f"DROP TRIGGER {trigger}")
            before = _carry_over(database, home, aside, device) if aside is not None else None
            fresh = owed.reopening(database, device, mark, told_to, is_damaged=aside is not None)
            owed.owe(database, owed.both(fresh, before) if before is not None else fresh)
            for trigger in _statements_of(TRIGGERS_OF_SALVAGE):
                database.execute(trigger)
            # here, where it raises: closing would do it too, and hide that the disk was full
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        database.close()
    with told(part):
        descriptor = os.open(part, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)
        part.rename(home.journal_file)
        home.doubt_file.unlink(missing_ok=True)  # it was about the one before
        sync_folder(home.kiosk)


def is_any_aside(home: Home) -> bool:
    """Whether a journal that was set aside is still kept."""
    return _newest_aside(home) is not None


# ---- aside ----------------------------------------------------------------------------------------------------------


def _set_aside(home: Home) -> None:
    path = home.journal_file
    with told(path):
        if not path.exists():
            return  # an earlier attempt came this far
        aside = _next_aside(home)
        # its last entries may still stand in the log; after a crash in between, _adopt_wal() brings the two together
        path.rename(aside)
        _adopt_wal(home, aside)
        for part in (aside, aside.with_name(aside.name + "-wal")):
            if part.exists():
                os.utime(part)  # its days count from now
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        sync_folder(home.kiosk)


def _adopt_wal(home: Home, aside: Path | None) -> None:
    """A log without its journal belongs to the one that was set aside; a new journal must never meet it."""
    wal = home.journal_file.with_name(home.journal_file.name + "-wal")
    with told(wal):
        if not wal.exists():
            return
        if aside is None or aside.with_name(aside.name + "-wal").exists():
            aside = _next_aside(home)  # a log alone: nobody can read it, and nobody may throw it away
        wal.rename(aside.with_name(aside.name + "-wal"))


def _next_aside(home: Home) -> Path:
    names = [path.name.removesuffix("-wal") for path in home.kiosk.iterdir()]
    number = 1 + max((int(match[1]) for match in map(_ASIDE.fullmatch, names) if match), default=0)
    return home.kiosk / f"journal-damaged-{number}.db"


def _newest_aside(home: Home) -> Path | None:
    with told(home.kiosk):
        found = {int(match[1]): path for path in home.kiosk.iterdir() if (match := _ASIDE.fullmatch(path.name))}
    return found[max(found)] if found else None


def _remove(part: Path) -> None:
    with told(part):
        for suffix in ("", "-wal", "-shm"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


# ---- over -----------------------------------------------------------------------------------------------------------


def _carry_over(database: Connection, home: Home, aside: Path, device: int) -> Reopening | None:
    """Copy every row that can still be read, and step over a page that cannot; the chain that was owed, if any."""
    before = None
    with closing(Attached(database, aside, home.database_key())) as old:
        if old.version is None:
            return None
        database.execute("PRAGMA foreign_keys = OFF")
        _copy(database, old, "entry", device)
        _drop_half_read(database)
        if old.version == 1:
            _seal(database, old, Vault(home.vault_file), device)
        else:
            mine = "AND EXISTS (SELECT 1 FROM main.entry e WHERE (e.device, e.chain, e.n) = (o.device, o.chain, o.n))"
            _copy(database, old, "sealed", device, mine)
            for table in ("head", "pruned", "contact"):
                old.again()
                with suppress(*driver.UNREADABLE), _one(database):
                    database.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM old.{table}")  # noqa: S608
            old.again()
            with suppress(*driver.UNREADABLE, CanonError):
                before = owed.due(database, "old")
        database.execute("PRAGMA foreign_keys = ON")
    return before


def _drop_half_read(database: Connection) -> None:
    """Let go of rows that are not what their hash was made of.

    Where a long row runs over into a page whose MAC is wrong, SQLCipher gives zeros for that page, and SQLite no error.
    """
    before: tuple[Key, bytes] | None = None
    spoiled: list[Key] = []
    query = "SELECT device, chain, n, core, private_hash, hash FROM main.entry ORDER BY device, chain, n"
    for device, chain, n, core, hash_of_private, hash_ in database.execute(query):
        key = (device, chain, n)
        if before is not None and _next(before[0]) == key:
            is_sound = entry_hash(before[1], core, hash_of_private) == hash_
        else:
            is_sound = any(hash_) and _is_core_of(core, key)
        if is_sound:
            before = (key, hash_)
        else:
            before = None
            spoiled.append(key)
    with _one(database):
        for table in ("sealed", "entry"):
            query = f"DELETE FROM main.{table} WHERE device = ? AND chain = ? AND n = ?"  # noqa: S608
            database.executemany(query, spoiled)


def _is_core_of(core: bytes, key: Key) -> bool:
    with suppress(CanonError):
        found = read_core(core).key
        return (found.device, found.chain, found.n) == key
    return False


def _copy(database: Connection, old: Attached, table: str, device: int, condition: str = "") -> None:
    """A whole table in runs, ever shorter where one cannot be read, and on beyond it where it is a single row."""
    query = (
        # >= and not >: a row inside the tree is found without the page before it, which may be the damaged one
        f"INSERT INTO main.{table} SELECT o.* FROM old.{table} o WHERE (o.device, o.chain, o.n) >= (?, ?, ?) "  # noqa: S608
        f"{condition} ORDER BY o.device, o.chain, o.n LIMIT ?"
    )
    last = f"SELECT device, chain, n FROM main.{table} ORDER BY device DESC, chain DESC, n DESC LIMIT 1"  # noqa: S608
    first, rows = _FIRST, _RUN_ROWS
    while True:
        copied = None
        with suppress(*driver.UNREADABLE), _one(database):
            copied = database.execute(query, (*first, rows)).rowcount
        if copied:
            first, rows = _next(database.execute(last).fetchone()), min(_RUN_ROWS, rows * 4)
        elif copied == 0:
            return
        elif rows > 1:
            old.again()
            rows = max(1, rows // 16)
        else:
            beyond = _beyond(database, old, table, first, device)
            if beyond is None:
                return
            first = beyond


def _seal(database: Connection, old: Attached, vault: Vault, device: int) -> None:
    """The private parts of a journal of schema 1, each under a key of its own from now on."""
    query = (
        "SELECT device, chain, n, salt, private FROM old.private JOIN main.entry USING (device, chain, n) "
        "WHERE (device, chain, n) >= (?, ?, ?) AND length(private) > 0 ORDER BY device, chain, n LIMIT 1"
    )
    first: Key | None = _FIRST
    while first is not None:
        try:
            row = database.execute(query, first).fetchone()
        except driver.UNREADABLE:
            first = _beyond(database, old, "private", first, device)
            continue
        if row is None:
            return
        first = _next(row[:3])
        slot, sealed = vault.seal(row[3] + row[4], bound_to(*row[:3]))
        with _one(database):
            database.execute("INSERT INTO main.sealed VALUES (?, ?, ?, ?, ?)", (*row[:3], slot, sealed))


def _beyond(database: Connection, old: Attached, table: str, first: Key, own: int) -> Key | None:
    """The next row that can be read, when the one from `first` on cannot; None where there is none."""
    device, chain, n = first if first != _FIRST else (own, 1, 1)
    query = (
        f"SELECT device, chain, n FROM old.{table} WHERE (device, chain, n) >= (?, ?, ?) "  # noqa: S608
        "ORDER BY device, chain, n LIMIT 1"
    )

    def look(device: int, chain: int, n: int) -> tuple[bool, Key | None]:
        old.again()
        try:
            return True, database.execute(query, (device, chain, n)).fetchone()
        except driver.UNREADABLE:
            return False, None

    unread, far = 0, 1
    is_read, found = look(device, chain, n + far)
    while not is_read and far < _FARTHEST:
        unread, far = far, far * 2
        is_read, found = look(device, chain, n + far)
    if not is_read:
        others = (look(device, chain + 1, 0), look(device + 1, 0, 0))
        found = next((key for was_read, key in others if was_read), None)
        unread = far  # nothing between is worth asking for
    while far - unread > 1:
        middle = (far + unread) // 2
        is_read, nearer = look(device, chain, n + middle)
        if is_read:
            far, found = middle, nearer
        else:
            unread = middle
    old.again()
    return found


def _next(key: Key) -> Key:
    return key[0], key[1], key[2] + 1


@contextmanager
def _one(database: Connection) -> Iterator[None]:
    """One transaction; of its errors only those of the new file are raised as they are meant."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except driver.UNREADABLE as error:
        with suppress(*driver.UNREADABLE):
            database.execute("ROLLBACK")
        code = getattr(error, "sqlite_errorcode", _CORRUPT)
        if code & 0xFF in _UNREADABLE or code in _UNREADABLE:
            raise
        with driver.guarded("journal.db"):
            raise  # the new file's trouble, not the old one's


def _statements_of(triggers: tuple[str, ...]) -> Iterator[str]:
    for statement in TRIGGERS_2.split("END;"):
        if any(name in statement for name in triggers):
            yield statement + "END;"
