"""The tables of a replica and of the snapshots that registries build: one schema, one way to write rows into it.

Count and checksum of the live permits are kept with the rows, in the same transaction: the checksum is the sum modulo
2⁶⁴ of each permit's part, so a change costs the row that changed and no more.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from kiosk.rules.entries import Use
from kiosk.rules.permit import Party, Permit, PermitStatus
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.words import Direction
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.rows import Rows

REPLICA_VERSION = 1
CHUNK_ROWS = 500
MODULUS = 2**64

REPLICA_SCHEMA = """
CREATE TABLE permit (
    id      BLOB PRIMARY KEY CHECK (length(id) = 16),
    code    TEXT NOT NULL,
    product INTEGER NOT NULL,
    nbf     INTEGER NOT NULL,
    exp     INTEGER NOT NULL,
    party   TEXT NOT NULL,
    entries INTEGER NOT NULL,
    gates   INTEGER,
    status  TEXT NOT NULL,
    search  TEXT NOT NULL,
    sealed  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX permit_code ON permit (code);
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

_PERMIT = "SELECT id, code, product, nbf, exp, party, entries, gates, status, search, sealed FROM permit "
_USE = "SELECT entry_id, entry_number, party, gate, lane, direction, at FROM used "
_META = "SELECT park, epoch, cursor, signed_at, count, checksum FROM main.meta"
META_FETCHED = "SELECT park, epoch, cursor, signed_at, count, checksum FROM fetched.meta"

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


EXPECTED_SCHEMA = frozenset(" ".join(sql.split()) for sql in REPLICA_SCHEMA.split(";") if sql.strip())


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
    _write_permits(database, rows.permits)
    database.executemany(
        "INSERT OR REPLACE INTO used VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                use.entry_id,
                permit,
                use.entry_number,
                _party_text(use.party),
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


def chunks_of(rows: Rows, size: int = CHUNK_ROWS) -> Iterator[Rows]:
    """The same rows in runs that hold the write lock only briefly."""
    for permits in _runs(rows.permits.items(), size):
        yield Rows(permits=dict(permits))
    for uses in _runs(rows.uses.items(), size):
        yield Rows(uses=dict(uses))
    for revocations in _runs(rows.revocations.items(), size):
        yield Rows(revocations=dict(revocations))


def find_permit(database: Connection, permit_id: bytes) -> Permit | None:
    """The live permit of this id."""
    row = database.execute(_PERMIT + "WHERE id = ?", (permit_id,)).fetchone()
    return None if row is None else _permit(row)


def permits_by_code(database: Connection, code: str) -> list[Permit]:
    """The live permits that a typed code may mean."""
    return [_permit(row) for row in database.execute(_PERMIT + "WHERE code = ? ORDER BY id", (code,))]


def permits_by_search(database: Connection, word: bytes) -> list[Permit]:
    """The live permits that a keyed look-up word belongs to."""
    rows = database.execute(_PERMIT + "WHERE search LIKE ? ORDER BY id", (f"%{word.hex()}%",)).fetchall()
    return [permit for permit in map(_permit, rows) if word.hex() in permit.search.split(" ")]


def uses_of_permit(database: Connection, permit_id: bytes) -> list[Use]:
    """The uses of a permit, oldest first, those that were taken back left out."""
    rows = database.execute(_USE + "WHERE permit = ? ORDER BY at, entry_id", (permit_id,)).fetchall()
    return [use for use in map(_use, rows) if use.party.heads]


def newest_revocation(database: Connection, cti8: bytes) -> Revocation | None:
    """The row of the revocation log that holds for tickets of this prefix."""
    query = "SELECT seq, cti8, action, effective, expires FROM revocation WHERE cti8 = ? ORDER BY seq DESC LIMIT 1"
    row = database.execute(query, (cti8,)).fetchone()
    return None if row is None else _revocation(row)


def recount(database: Connection) -> Tally:
    """Count and checksum from the rows themselves."""
    count = checksum = 0
    for row in database.execute(_PERMIT):
        count, checksum = count + 1, checksum + _permit(row).checksum_part()
    return Tally(count=count, checksum=checksum % MODULUS)


def _write_permits(database: Connection, permits: dict[bytes, Permit | None]) -> None:
    if not permits:
        return
    count = checksum = 0
    for some in _runs(permits, CHUNK_ROWS):
        marks = ", ".join("?" * len(some))
        for row in database.execute(_PERMIT + f"WHERE id IN ({marks})", some):
            count, checksum = count - 1, checksum - _permit(row).checksum_part()
    live = [permit for permit in permits.values() if permit is not None]
    gone = [(permit_id,) for permit_id, permit in permits.items() if permit is None]
    live.sort(key=lambda permit: permit.id)
    database.executemany("DELETE FROM permit WHERE id = ?", gone)
    database.executemany(
        "INSERT OR REPLACE INTO permit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(permit.id, permit.code, permit.product, permit.nbf, permit.exp, _party_text(permit.party)),
                *(permit.entries, _gate_bits(permit.gates), str(permit.status), permit.search, permit.sealed),
            )
            for permit in live
        ],
    )
    tally = read_meta(database).tally
    count += tally.count + len(live)
    checksum += tally.checksum + sum(permit.checksum_part() for permit in live)
    stored = _stored(Tally(count=count, checksum=checksum % MODULUS))
    database.execute("UPDATE meta SET count = ?, checksum = ?", stored)


def _stored(tally: Tally) -> tuple[int, bytes]:
    return tally.count, tally.checksum.to_bytes(8, "big")


def _permit(row: Sequence[Any]) -> Permit:
    try:
        return Permit(
            id=row[0],
            code=row[1],
            product=row[2],
            nbf=row[3],
            exp=row[4],
            party=_party(row[5]),
            entries=row[6],
            gates=None if row[7] is None else tuple(gate for gate in range(1, 33) if row[7] >> (gate - 1) & 1),
            status=PermitStatus(row[8]),
            search=row[9],
            sealed=row[10],
        )
    except (TypeError, ValueError) as error:
        raise DamagedError(f"a permit of the replica cannot be read ({error})") from error


def _use(row: Sequence[Any]) -> Use:
    try:
        return Use(
            entry_id=row[0],
            entry_number=row[1],
            party=_party(row[2]),
            gate=row[3],
            lane=row[4],
            direction=Direction(row[5]),
            at=row[6],
        )
    except (TypeError, ValueError) as error:
        raise DamagedError(f"a use of the replica cannot be read ({error})") from error


def _revocation(row: Sequence[Any]) -> Revocation:
    try:
        return Revocation(seq=row[0], cti8=row[1], action=RevocationAction(row[2]), effective=row[3], expires=row[4])
    except ValueError as error:
        raise DamagedError(f"a revocation of the replica cannot be read ({error})") from error


def _party_text(party: Party) -> str:
    return json.dumps(party.trimmed(), separators=(",", ":"))


def _party(text: str) -> Party:
    return Party.of(json.loads(text))


def _gate_bits(gates: tuple[int, ...] | None) -> int | None:
    return None if gates is None else sum(1 << (gate - 1) for gate in gates)


def _runs(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while run := list(islice(rest, size)):
        yield run
