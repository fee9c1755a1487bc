"""When the journal cannot be continued: it is set aside untouched, and what can still be read of it is carried over.

The new file owes a chain: the first thing appended to it opens one that names the old head, says what is missing, and
whether people may have been let in by it of whom nobody knows. No entry id is ever given twice.

A crash at any point is finished by the next start: a file under construction is thrown away, a journal that was set
aside and has no successor is carried over again.
"""

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.rules.canon import CanonError, pack, unpack
from kiosk.rules.entries import ChainBody, entry_hash, read_core
from kiosk.rules.words import ChainCause
from kiosk.store import driver
from kiosk.store.driver import Attached, Connection, Error
from kiosk.store.files import sync_folder, told
from kiosk.store.home import Home
from kiosk.store.journal_schema import TRIGGERS_2, TRIGGERS_OF_SALVAGE, bound_to, steps
from kiosk.store.mark import Mark, MarkFile
from kiosk.store.sync_schema import NAME as SYNC_NAME
from kiosk.store.sync_schema import open_sync
from kiosk.store.vault import Vault

_ASIDE = re.compile(r"journal-damaged-(\d+)\.db")
_RUN_ROWS = 2_000
_FARTHEST = 1 << 22
_CORRUPT = 11
# corrupt, no database, a row that is there twice, and of the errors of a disk those of reading: sqlite.org/rescode.html
_UNREADABLE = (_CORRUPT, 26, 19, 266, 522)
_FIRST = (0, 0, 0)
Key = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopening:
    """The chain that is due: its number, and what its first entry will say."""

    chain: int
    cause: ChainCause
    old_chain: int | None = None
    old_n: int | None = None
    old_head: bytes | None = None
    gaps: tuple[tuple[int, ...], ...] = ()
    lost_uses: bool = False
    lost_until: int | None = None


def due(database: Connection) -> Reopening | None:
    """The chain that the next entry has to open, if any."""
    row = database.execute("SELECT body FROM reopening").fetchone()
    return unpack(Reopening, row[0]) if row else None


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
    mark, told_to = MarkFile(home.mark_file).read(device), _told_to_registry(home, device)
    if aside is None and mark is None and told_to is None:
        return
    database = driver.connect(part, home.database_key(), synchronous="NORMAL")
    try:
        driver.migrate(database, steps(Vault(home.vault_file)), home.journal_file.name)
        with driver.guarded(part.name):
            for trigger in TRIGGERS_OF_SALVAGE:
                database.execute(f"DROP TRIGGER {trigger}")
            owed = _carry_over(database, home, aside, device) if aside is not None else None
            fresh = _reopening(database, device, mark, told_to, is_damaged=aside is not None)
            _owe(database, _both(fresh, owed) if owed is not None else fresh)
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
        sync_folder(home.kiosk)


def note_older(database: Connection, home: Home, mark: Mark, chain: int, n: int) -> None:
    """This journal's head is (chain, n) and lacks the entry of the mark: owe a chain behind the lost ones."""
    told_to = _told_to_registry(home, mark.device)
    first = n + 1 if chain == mark.chain else 1
    gaps = ((mark.chain, first, mark.n),) if first <= mark.n else ()
    _owe(
        database,
        Reopening(
            chain=max(chain, mark.chain, told_to.chain if told_to else 0) + 1,
            cause=ChainCause.OLDER,
            old_chain=mark.chain,
            old_n=mark.n,
            old_head=mark.hash,
            gaps=gaps,
            lost_uses=not gaps or _is_unknown_to(told_to, gaps),
            lost_until=mark.at,
        ),
    )


def note_missing(database: Connection, home: Home, device: int) -> bool:
    """An empty journal without a mark: whether sync.db knows of an earlier one; if so, owe a chain behind it."""
    told_to = _told_to_registry(home, device)
    if told_to is None:
        return False
    _owe(database, replace(_reopening(database, device, told_to.head, told_to, is_damaged=False), lost_uses=True))
    return True


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
    owed = None
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
                with suppress(Error, MemoryError), _one(database):
                    database.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM old.{table}")  # noqa: S608
            old.again()
            with suppress(Error, MemoryError, CanonError):
                row = database.execute("SELECT body FROM old.reopening").fetchone()
                owed = unpack(Reopening, row[0]) if row else None
        database.execute("PRAGMA foreign_keys = ON")
    return owed


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
        with suppress(Error, MemoryError), _one(database):
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
        except (Error, MemoryError):
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
        except (Error, MemoryError):
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
    except (Error, MemoryError) as error:
        with suppress(Error, MemoryError):
            database.execute("ROLLBACK")
        code = getattr(error, "sqlite_errorcode", _CORRUPT)
        if code & 0xFF in _UNREADABLE or code in _UNREADABLE:
            raise
        with driver.guarded("journal.db"):
            raise  # the new file's trouble, not the old one's


# ---- what the new chain says ----------------------------------------------------------------------------------------


def _both(fresh: Reopening, owed: Reopening) -> Reopening:
    """One chain for two reasons: what is missing now, and what was owed when the damage came."""
    return replace(
        fresh,
        chain=max(fresh.chain, owed.chain),
        gaps=tuple(dict.fromkeys((*owed.gaps, *fresh.gaps))),
        lost_uses=fresh.lost_uses or owed.lost_uses,
        lost_until=max(fresh.lost_until or 0, owed.lost_until or 0) or None,
    )


def _owe(database: Connection, reopening: Reopening) -> None:
    with driver.writing(database, "journal.db"):
        database.execute("INSERT OR REPLACE INTO reopening VALUES (1, ?)", (pack(reopening),))


def _reopening(
    database: Connection, device: int, mark: Mark | None, told_to: "_Told | None", *, is_damaged: bool
) -> Reopening:
    last = database.execute(
        "SELECT chain, n, hash FROM entry WHERE device = ? ORDER BY chain DESC, n DESC LIMIT 1", (device,)
    ).fetchone()
    newest = last
    if mark is not None and (last is None or (mark.chain, mark.n) >= (last[0], last[1])):
        newest = (mark.chain, mark.n, mark.hash)
    gaps = tuple(_gaps(database, device, mark))
    chains = (last[0] if last else 0, mark.chain if mark else 0, told_to.chain if told_to else 0)
    return Reopening(
        chain=1 + max(chains),
        cause=ChainCause.DAMAGED if is_damaged else ChainCause.MISSING,
        old_chain=newest[0] if newest else None,
        old_n=newest[1] if newest else None,
        old_head=newest[2] if newest else None,
        gaps=gaps,
        # without a mark nobody knows how far the journal went
        lost_uses=mark is None or _is_unknown_to(told_to, gaps),
        lost_until=mark.at if mark else None,
    )


def _gaps(database: Connection, device: int, mark: Mark | None) -> Iterator[tuple[int, int, int]]:
    """What is missing of this device's chains and was not known to be missing before."""
    openings = [body for (core,) in database.execute(_OPENINGS, (device,)) if (body := _opening_of(core))]
    known = {gap for body in openings for gap in body.gaps}
    # how far each chain is known to have come: by its signed head, by the chain that followed it, by the mark
    ends: dict[int, int] = dict(database.execute("SELECT chain, n FROM head WHERE device = ?", (device,)).fetchall())
    heads = [(body.old_chain, body.old_n) for body in openings] + ([(mark.chain, mark.n)] if mark else [])
    for chain, n in heads:
        if chain is not None and n is not None:
            ends[chain] = max(ends.get(chain, 0), n)
    tails = [(chain, _last(database, device, chain) + 1, n) for chain, n in sorted(ends.items())]
    for gap in [*database.execute(_GAPS, (device,)).fetchall(), *tails]:
        if gap not in known and gap[1] <= gap[2]:
            yield gap


def _opening_of(core: bytes) -> ChainBody | None:
    with suppress(CanonError):
        body = read_core(core).body
        return body if isinstance(body, ChainBody) else None
    return None


def _last(database: Connection, device: int, chain: int) -> int:
    """The newest entry of a chain that is here or was purged."""
    queries = (
        "SELECT coalesce(max(n), 0) FROM entry WHERE device = ? AND chain = ?",
        "SELECT coalesce(max(n), 0) FROM pruned WHERE device = ? AND chain = ?",
    )
    return max(int(database.execute(query, (device, chain)).fetchone()[0]) for query in queries)


_OPENINGS = "SELECT core FROM entry WHERE device = ? AND n = 1 AND kind = 'chain'"
_GAPS = """
SELECT chain, before + 1, n - 1 FROM (
    SELECT entry.chain, entry.n,
           coalesce(lag(entry.n) OVER (PARTITION BY entry.chain ORDER BY entry.n), pruned.n, 0) AS before
    FROM entry LEFT JOIN pruned USING (device, chain) WHERE entry.device = ?)
WHERE n > before + 1 ORDER BY chain, n
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What sync.db remembers of the journal: how far it went, what the registry holds, what of that was told back."""

    chain: int
    head: Mark | None
    heard: tuple[int, int] | None


def _is_unknown_to(told_to: _Told | None, gaps: tuple[tuple[int, ...], ...]) -> bool:
    """Whether the uses of what is missing here did not all come back from the registry."""
    if told_to is None or told_to.heard is None:
        return bool(gaps)
    return any((chain, last) > told_to.heard for chain, _, last in gaps)


def _told_to_registry(home: Home, device: int) -> _Told | None:
    try:
        database = open_sync(home, readonly=True)
        try:
            with driver.guarded(SYNC_NAME):
                row = database.execute(
                    "SELECT device, queued_chain, head_chain, head_n, head_hash, heard.chain, heard.n "
                    "FROM state LEFT JOIN heard USING (one)"
                ).fetchone()
        finally:
            database.close()
    except EnvironmentalError:
        return None
    if row is None or row[0] != device or not (row[1] or row[2]):
        return None
    head = None if row[2] is None else Mark(device=device, chain=row[2], n=row[3], at=0, hash=row[4])
    return _Told(chain=max(row[1], row[2] or 0), head=head, heard=None if row[5] is None else (row[5], row[6]))


def _statements_of(triggers: tuple[str, ...]) -> Iterator[str]:
    for statement in TRIGGERS_2.split("END;"):
        if any(name in statement for name in triggers):
            yield statement + "END;"
