"""The tables of sync.db: which replica is current, and what the registry has of the journal.

Losing this file only sends and fetches again.
"""

from pathlib import Path

from kiosk.store import driver
from kiosk.store.driver import Connection, DamagedError, Step, script
from kiosk.store.files import told
from kiosk.store.home import Home

NAME = "sync.db"

SCHEMA_1 = """
CREATE TABLE replica (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    file TEXT NOT NULL,
    seq  INTEGER NOT NULL
) STRICT;

CREATE TABLE queued (
    chain    INTEGER NOT NULL,
    n        INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (chain, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX queued_next ON queued (attempts, chain, n);

CREATE TABLE flagged (
    chain  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    result TEXT NOT NULL,
    detail TEXT,
    PRIMARY KEY (chain, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE state (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    device       INTEGER,
    queued_chain INTEGER NOT NULL DEFAULT 0,
    queued_n     INTEGER NOT NULL DEFAULT 0,
    signed_at    INTEGER,
    last_contact INTEGER,
    head_chain   INTEGER,
    head_n       INTEGER,
    head_hash    BLOB
) STRICT;
INSERT INTO state (one) VALUES (1);
"""

# How far the registry had confirmed the journal on the last contact of each day: what a purge may take.
SCHEMA_2 = """
CREATE TABLE confirmed (
    day   INTEGER PRIMARY KEY,
    at    INTEGER NOT NULL,
    chain INTEGER NOT NULL,
    n     INTEGER NOT NULL
) STRICT;
-- The head that the registry held when its feed was last read to the end: what those entries did was told back.
CREATE TABLE heard (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    chain INTEGER NOT NULL,
    n     INTEGER NOT NULL
) STRICT;
"""

STEPS: tuple[Step, ...] = (script(SCHEMA_1), script(SCHEMA_2))


def open_sync(home: Home, *, readonly: bool) -> Connection:
    """sync.db, made if need be, and made anew where it is damaged; read-only, one that is not there reads as empty."""
    path = home.sync_file
    if readonly:
        if path.exists():
            return _open(path, home.database_key(), readonly=True)
        database = driver.connect_empty()
        driver.migrate(database, STEPS, NAME)
        return database
    home.prepare()
    try:
        return _open(path, home.database_key(), readonly=False)
    except DamagedError:
        # nothing in it is worth a gate that does not start; kept beside for whoever wants to know why
        with told(path):
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            path.replace(path.with_name(path.name + ".damaged"))
        return _open(path, home.database_key(), readonly=False)


def _open(path: Path, key: bytes, *, readonly: bool) -> Connection:
    # FULL: after a power cut the pointer must not lead to a replica that was removed because of it
    database = driver.connect(path, key, readonly=readonly, synchronous="FULL")
    try:
        if readonly:
            driver.check_version(database, STEPS, NAME)
        else:
            driver.check_integrity(database, NAME)  # a small file: milliseconds
            driver.migrate(database, STEPS, NAME)
            _expect_tables(database)
    except BaseException:
        database.close()
        raise
    return database


def _expect_tables(database: Connection) -> None:
    """DamagedError where another database took the file's place: it is set aside like a damaged one."""
    wanted = {"replica", "queued", "flagged", "state", "confirmed", "heard"}
    with driver.guarded(NAME):
        found = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not wanted <= found:
        raise DamagedError(f"{NAME} is not what it should be: it lacks {', '.join(sorted(wanted - found))}", file=NAME)
