"""The tables of a replica and of the snapshots that registries build: one schema, one way to write rows into it.

Count and checksum of the live permits are kept with the rows, in the same transaction: the checksum is the sum modulo
2⁶⁴ of each permit's part, so a change costs the row that changed and no more. What is personal stands in tables of its
own, because most permits have nothing personal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

from kiosk.rules.codes import code_number, code_of_number
from kiosk.rules.entries import Use
from kiosk.rules.permit import Permit
from kiosk.rules.revocation import Revocation
from kiosk.store import replica_columns as columns
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.rows import Gone, Rows

REPLICA_VERSION = 2
CHUNK_ROWS = 500
MODULUS = 2**64

# A permit is a row under one key: the typed code first, because a scan knows it with the id (both follow from the cti),
# and a typed code then is a range of rows; an index of its own would cost half as much again as the row.
REPLICA_SCHEMA = """
CREATE TABLE permit (
    code    INTEGER NOT NULL,
    id      BLOB NOT NULL CHECK (length(id) = 16),
    product INTEGER NOT NULL,
    nbf     INTEGER NOT NULL,
    exp     INTEGER NOT NULL,
    party   ANY NOT NULL,
    entries INTEGER NOT NULL,
    gates   INTEGER,
    status  INTEGER NOT NULL,
    PRIMARY KEY (code, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE personal (
    code   INTEGER NOT NULL,
    id     BLOB NOT NULL,
    words  BLOB NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (code, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE search (
    word INTEGER NOT NULL,
    code INTEGER NOT NULL,
    PRIMARY KEY (word, code)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased (
    permit BLOB PRIMARY KEY CHECK (length(permit) = 16),
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE used (
    entry_id     TEXT PRIMARY KEY,
    permit       BLOB NOT NULL CHECK (length(permit) = 16),
    entry_number INTEGER NOT NULL,
    party        TEXT NOT NULL,
    gate         INTEGER NOT NULL,
    lane         INTEGER NOT NULL,
    direction    TEXT NOT NULL,
    at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_permit ON used (permit);
CREATE TABLE revocation (
    seq       INTEGER PRIMARY KEY,
    cti8      BLOB NOT NULL CHECK (length(cti8) = 8),
    action    TEXT NOT NULL,
    effective INTEGER NOT NULL,
    expires   INTEGER NOT NULL
) STRICT;
CREATE INDEX revocation_cti8 ON revocation (cti8, seq);
CREATE TABLE meta (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    park      INTEGER NOT NULL,
    epoch     INTEGER NOT NULL,
    cursor    TEXT NOT NULL,
    signed_at INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    checksum  BLOB NOT NULL CHECK (length(checksum) = 8)
) STRICT;
"""

_WINDOW = 5_000
_PERMIT = (
    "SELECT p.code, p.id, p.product, p.nbf, p.exp, p.party, p.entries, p.gates, p.status, s.words, s.sealed "
    "FROM permit AS p LEFT JOIN personal AS s ON s.code = p.code AND s.id = p.id "
)
_USE_COLUMNS = "entry_id, entry_number, party, gate, lane, direction, at"
_USE = f"SELECT {_USE_COLUMNS} FROM used "  # noqa: S608  (a constant)
_META = "SELECT park, epoch, cursor, signed_at, count, checksum FROM main.meta"
META_FETCHED = "SELECT park, epoch, cursor, signed_at, count, checksum FROM fetched.meta"
COPIED = ("permit", "personal", "search", "erased", "used", "revocation")

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many live permits there are, and their checksum."""

    count: int = 0
    checksum: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Meta:
    """Whose rows these are and how far they reach; signed_at is 0 in a snapshot, whose manifest says it."""

    park: int
    epoch: int
    cursor: str
    signed_at: int
    tally: Tally


def schema_of(database: Connection) -> frozenset[str]:
    """The statements that made the tables and indexes of a file, each in one line."""
    rows = database.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return frozenset(" ".join(sql.split()) for (sql,) in rows)


def statements_of(schema: str) -> frozenset[str]:
    """The statements of a schema as `schema_of` gives those of a file."""
    return frozenset(" ".join(sql.split()) for sql in schema.split(";") if sql.strip())


def make_tables(database: Connection, meta: Meta) -> None:
    """Make the tables in an empty file, and write down whose they are."""
    import sqlite_utils  # only where a replica is made: see kiosk/store/driver.py

    sqlite_utils.Database(database, execute_plugins=False).executescript(REPLICA_SCHEMA)
    database.execute(f"PRAGMA user_version = {REPLICA_VERSION}")
    values = (1, meta.park, meta.epoch, meta.cursor, meta.signed_at, *_stored(meta.tally))
    database.execute("INSERT INTO meta VALUES (?, ?, ?, ?, ?, ?, ?)", values)


def read_meta(database: Connection, query: str = _META) -> Meta:
    """Whose rows these are; DamagedError where nothing says so."""
    row = database.execute(query).fetchone()
    if row is None:
        raise DamagedError("a replica without its own description cannot be used")
    tally = Tally(count=row[4], checksum=int.from_bytes(row[5], "big"))
    return Meta(park=row[0], epoch=row[1], cursor=row[2], signed_at=row[3], tally=tally)


def write_rows(database: Connection, rows: Rows) -> None:
    """Take these rows over, with count and checksum, inside the caller's transaction."""
    rows = placed(database, rows)
    _write_permits(database, rows.permits)
    database.executemany(
        "INSERT OR REPLACE INTO used VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                use.entry_id,
                permit,
                use.entry_number,
                columns.party_text(use.party),
                use.gate,
                use.lane,
                str(use.direction),
                use.at,
            )
            for permit, use in rows.uses.values()
        ],
    )
    database.executemany(
        "INSERT OR REPLACE INTO revocation VALUES (?, ?, ?, ?, ?)",
        [(r.seq, r.cti8, str(r.action), r.effective, r.expires) for r in rows.revocations.values()],
    )
    database.executemany(
        "INSERT INTO erased VALUES (?, ?) ON CONFLICT (permit) DO UPDATE SET at = max(at, excluded.at)",
        rows.erasures.items(),
    )


def write_tally(database: Connection, tally: Tally) -> None:
    """Keep this count and checksum with the rows."""
    database.execute("UPDATE meta SET count = ?, checksum = ?", _stored(tally))


def chunks_of(rows: Rows, size: int = CHUNK_ROWS) -> Iterator[Rows]:
    """The same rows in runs that hold the write lock only briefly."""
    for permits in _runs(rows.permits.items(), size):
        yield Rows(permits=dict(permits))
    for uses in _runs(rows.uses.items(), size):
        yield Rows(uses=dict(uses))
    for revocations in _runs(rows.revocations.items(), size):
        yield Rows(revocations=dict(revocations))
    for erasures in _runs(rows.erasures.items(), size):
        yield Rows(erasures=dict(erasures))


def placed(database: Connection, rows: Rows) -> Rows:
    """The same rows, each tombstone with its code; those without one are looked for, at the price of a slow walk."""
    lost = [gone.id for gone in rows.permits.values() if isinstance(gone, Gone) and gone.code is None]
    if not lost:
        return rows
    found: dict[bytes, Gone] = {}
    for some in _runs(lost, CHUNK_ROWS * 10):
        marks = ", ".join("?" * len(some))
        query = f"SELECT code, id FROM permit WHERE id IN ({marks})"  # noqa: S608  (question marks)
        for code, permit_id in database.execute(query, some):
            found[permit_id] = Gone(id=permit_id, code=code_of_number(code))
    known: dict[bytes, Permit | Gone] = {key: value for key, value in rows.permits.items() if value.code is not None}
    return replace(rows, permits={**known, **found})


def find_permit(database: Connection, permit_id: bytes, code: str) -> Permit | None:
    """The live permit of this id and code."""
    query = _PERMIT + "WHERE p.code = ? AND p.id = ?"
    row = database.execute(query, (code_number(code), permit_id)).fetchone()
    return None if row is None else columns.permit_of(row)


def permits_by_code(database: Connection, code: str) -> list[Permit]:
    """The live permits that a typed code may mean."""
    return _permits_of(database, code_number(code))


def permits_valid_between(database: Connection, first: int, before: int, most: int) -> list[Permit]:
    """Up to so many live permits that are good in some second of this time, in no order that means anything.

    They are looked for window by window: no page is held for long, whoever writes meanwhile.
    """
    found: list[Permit] = []
    at = (-1, b"")
    while len(found) < most:
        query = _PERMIT + "WHERE (p.code, p.id) > (?, ?) ORDER BY p.code, p.id LIMIT ?"
        rows = database.execute(query, (*at, _WINDOW)).fetchall()
        found += [columns.permit_of(row) for row in rows if row[3] < before and row[4] > first]
        if len(rows) < _WINDOW:
            break
        at = rows[-1][:2]
    return found[:most]


def permits_by_search(database: Connection, word: bytes) -> list[Permit]:
    """The live permits that are found by this keyed hash."""
    query = "SELECT code FROM search WHERE word = ? ORDER BY code"
    codes = database.execute(query, (columns.word_number(word),)).fetchall()
    near = [permit for (code,) in codes for permit in _permits_of(database, code)]
    return [permit for permit in near if word.hex() in permit.search.split()]


def erasures(database: Connection) -> list[tuple[bytes, int]]:
    """The permits whose entries are to lose what is personal in them, and until when they were asked to."""
    return list(database.execute("SELECT permit, at FROM erased ORDER BY at, permit"))


def uses_of_permit(database: Connection, permit_id: bytes) -> list[Use]:
    """The uses of a permit, oldest first, those that were taken back left out."""
    rows = database.execute(_USE + "WHERE permit = ? ORDER BY at, entry_id", (permit_id,)).fetchall()
    return [use for use in map(columns.use_of, rows) if use.party.heads]


def uses_behind(database: Connection, entry_id: str, limit: int) -> list[tuple[bytes, Use]]:
    """The uses behind this entry id, each with its permit, in the order of ids."""
    query = f"SELECT permit, {_USE_COLUMNS} FROM used WHERE entry_id > ? ORDER BY entry_id LIMIT ?"  # noqa: S608
    return [(row[0], columns.use_of(row[1:])) for row in database.execute(query, (entry_id, limit))]


def permits_by_id(database: Connection, permit_ids: Iterable[bytes]) -> list[Permit]:
    """The live permits of these ids, without their codes, at the price of a walk over all."""
    found: list[Permit] = []
    for some in _runs(permit_ids, CHUNK_ROWS):
        query = _PERMIT + f"WHERE p.id IN ({', '.join('?' * len(some))})"
        found += map(columns.permit_of, database.execute(query, some))
    return found


def newest_revocation(database: Connection, cti8: bytes) -> Revocation | None:
    """The row of the revocation log that holds for tickets of this prefix."""
    query = "SELECT seq, cti8, action, effective, expires FROM revocation WHERE cti8 = ? ORDER BY seq DESC LIMIT 1"
    row = database.execute(query, (cti8,)).fetchone()
    return None if row is None else columns.revocation_of(row)


def recount(database: Connection) -> Tally:
    """Count and checksum from the rows themselves."""
    count = checksum = 0
    for row in database.execute(_PERMIT):
        count, checksum = count + 1, checksum + columns.permit_of(row).checksum_part()
    return Tally(count=count, checksum=checksum % MODULUS)


def _write_permits(database: Connection, permits: dict[bytes, Permit | Gone]) -> None:
    if not permits:
        return
    keyed = sorted((code_number(item.code or ""), item.id, item) for item in permits.values())
    before = _those_before(database, [(code, permit_id) for code, permit_id, _ in keyed])
    live = [(code, permit) for code, _, permit in keyed if isinstance(permit, Permit)]
    gone = [(code, permit_id) for code, permit_id, item in keyed if isinstance(item, Gone)]
    database.executemany("DELETE FROM permit WHERE code = ? AND id = ?", gone)
    database.executemany(
        "INSERT OR REPLACE INTO permit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(code, permit.id, permit.product, permit.nbf, permit.exp, columns.packed_party(permit.party)),
                *(permit.entries, columns.gate_bits(permit.gates), columns.status_number(permit.status)),
            )
            for code, permit in live
        ],
    )
    _drop_personal(database, [permit for permit in before if permit.search or permit.sealed])
    _write_personal(database, [(code, permit) for code, permit in live if permit.search or permit.sealed])
    tally = read_meta(database).tally
    count = tally.count + len(live) - len(before)
    checksum = tally.checksum + sum(permit.checksum_part() for _, permit in live)
    checksum -= sum(permit.checksum_part() for permit in before)
    write_tally(database, Tally(count=count, checksum=checksum % MODULUS))


def _those_before(database: Connection, keys: list[tuple[int, bytes]]) -> list[Permit]:
    """The live permits of these rising keys, as they are now."""
    # one look-up for a whole run that goes behind everything there is, as in a snapshot being built
    if database.execute("SELECT 1 FROM permit WHERE (code, id) >= (?, ?) LIMIT 1", keys[0]).fetchone() is None:
        return []
    found: list[Permit] = []
    for some in _runs(keys, CHUNK_ROWS):
        marks = ", ".join(["(?, ?)"] * len(some))
        values = [value for key in some for value in key]
        query = _PERMIT + f"WHERE (p.code, p.id) IN (VALUES {marks})"
        found += map(columns.permit_of, database.execute(query, values))
    return found


def _drop_personal(database: Connection, permits: list[Permit]) -> None:
    if not permits:
        return
    codes = {permit: code_number(permit.code) for permit in permits}
    database.executemany(
        "DELETE FROM personal WHERE code = ? AND id = ?", [(code, permit.id) for permit, code in codes.items()]
    )
    words = [(columns.word_number(word), code) for permit, code in codes.items() for word in columns.words_of(permit)]
    database.executemany("DELETE FROM search WHERE word = ? AND code = ?", words)
    for code in set(codes.values()):  # two permits of one code may share a word
        for permit in _permits_of(database, code):
            _write_words(database, [(code, permit)])


def _write_personal(database: Connection, permits: list[tuple[int, Permit]]) -> None:
    database.executemany(
        "INSERT OR REPLACE INTO personal VALUES (?, ?, ?, ?)",
        [(code, permit.id, b"".join(columns.words_of(permit)), permit.sealed) for code, permit in permits],
    )
    _write_words(database, permits)


def _write_words(database: Connection, permits: list[tuple[int, Permit]]) -> None:
    words = [(columns.word_number(word), code) for code, permit in permits for word in columns.words_of(permit)]
    database.executemany("INSERT OR IGNORE INTO search VALUES (?, ?)", words)


def _permits_of(database: Connection, code: int) -> list[Permit]:
    return [columns.permit_of(row) for row in database.execute(_PERMIT + "WHERE p.code = ? ORDER BY p.id", (code,))]


def _stored(tally: Tally) -> tuple[int, bytes]:
    return tally.count, tally.checksum.to_bytes(8, "big")


def _runs(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while run := list(islice(rest, size)):
        yield run
