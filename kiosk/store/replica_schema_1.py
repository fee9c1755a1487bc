"""Replicas and snapshots of schema 1: read to be taken over into today's tables, written by nobody any more.

A kiosk that was updated while it was offline must still know its revocations, and a registry that was not updated yet
still sends snapshots of this kind.
"""

from kiosk.rules.codes import code_number
from kiosk.rules.permit import PermitStatus
from kiosk.store import replica_columns as columns
from kiosk.store import replica_tables as tables
from kiosk.store.driver import Connection

VERSION = 1

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


# SQLite copies and sorts, our own rules say what becomes of a value; NULL for one that today's tables cannot hold
_AS_TODAY = """
SELECT
    number_of(code) AS code, id, product, nbf, exp, packed(party) AS party, entries, gates,
    numbered(status) AS status, sealed, search
FROM fetched.permit
"""
_HELD = "code IS NOT NULL AND party IS NOT NULL AND status IS NOT NULL"


def take_over(database: Connection) -> None:
    """Write every row of the attached database `fetched` into today's tables, which are empty but for its description.

    A permit that today's tables cannot hold is left out: the checksum then differs from the registry's, and the kiosk
    fetches a snapshot; a revocation is never left out.
    """
    for name, function in (("number_of", _number_of), ("packed", _packed), ("numbered", _numbered)):
        database.create_function(name, 1, function, deterministic=True)
    columns_of_today = "code, id, product, nbf, exp, party, entries, gates, status"
    statements = (
        f"INSERT INTO main.permit SELECT {columns_of_today} FROM ({_AS_TODAY}) WHERE {_HELD} ORDER BY code, id",  # noqa: S608
        (
            f"INSERT INTO main.personal SELECT code, id, x'', sealed FROM ({_AS_TODAY}) "  # noqa: S608
            f"WHERE length(sealed) AND {_HELD}"
        ),
        "INSERT INTO main.used SELECT * FROM fetched.used",
        "INSERT INTO main.revocation SELECT * FROM fetched.revocation",
    )
    for statement in statements:
        database.execute(statement)
    query = f"SELECT 1 FROM ({_AS_TODAY}) WHERE search <> '' OR NOT ({_HELD}) LIMIT 1"  # noqa: S608  (ours)
    if database.execute(query).fetchone() is not None:
        tables.write_tally(database, tables.recount(database))


def _number_of(code: str) -> int | None:
    try:
        return code_number(code)
    except ValueError:
        return None


def _packed(party: str) -> int | str | None:
    try:
        return columns.packed_party(columns.party_of_text(party))
    except (TypeError, ValueError):
        return None


def _numbered(status: str) -> int | None:
    try:
        return columns.status_number(PermitStatus(status))
    except ValueError:
        return None
