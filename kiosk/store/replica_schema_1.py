"""Replicas and snapshots of schema 1: read to be taken over into today's tables, written by nobody any more.

A kiosk that was updated while it was offline must still know its revocations, and a registry that was not updated yet
still sends snapshots of this kind.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from kiosk.rules.codes import code_number
from kiosk.rules.permit import Permit, PermitStatus
from kiosk.store import replica_columns as columns
from kiosk.store import replica_tables as tables
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.rows import Rows

VERSION = 1
_BATCH_ROWS = 5_000

SCHEMA = """
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


def take_over(database: Connection) -> None:
    """Write every row of the attached database `fetched` into today's empty tables, with their own count and checksum.

    A permit that today's tables cannot hold is left out: the checksum then differs from the registry's, and the kiosk
    fetches a snapshot; a revocation is never left out.
    """
    rows = database.execute(
        "SELECT id, code, product, nbf, exp, party, entries, gates, status, search, sealed "
        "FROM fetched.permit ORDER BY code, id"
    )
    for batch in _batches(rows):
        tables.write_rows(database, Rows(permits={permit.id: permit for permit in batch}))
    database.execute("INSERT INTO main.used SELECT * FROM fetched.used")
    database.execute("INSERT INTO main.revocation SELECT * FROM fetched.revocation")


def _batches(rows: Iterator[Sequence[Any]]) -> Iterator[list[Permit]]:
    permits = (permit for row in rows if (permit := _permit(row)) is not None)
    while batch := list(islice(permits, _BATCH_ROWS)):
        yield batch


def _permit(row: Sequence[Any]) -> Permit | None:
    try:
        code_number(row[1])
    except ValueError:
        return None
    try:
        return Permit(
            id=row[0],
            code=row[1],
            product=row[2],
            nbf=row[3],
            exp=row[4],
            party=columns.party_of_text(row[5]),
            entries=row[6],
            gates=columns.gates_of(row[7]),
            status=PermitStatus(row[8]),
            search="",  # no registry of that time wrote one
            sealed=row[10],
        )
    except (TypeError, ValueError) as error:
        raise DamagedError(f"a permit of the replica cannot be read ({error})") from error
