"""The tables of sync.db: which replica is current, and what the registry has of the journal.

Losing this file only sends and fetches again.
"""

from kiosk.store import driver
from kiosk.store.driver import Connection, Step, script
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
    etag         TEXT,
    head_chain   INTEGER,
    head_n       INTEGER,
    head_hash    BLOB
) STRICT;
INSERT INTO state (one) VALUES (1);
"""

STEPS: tuple[Step, ...] = (script(SCHEMA_1),)


def open_sync(home: Home, *, readonly: bool) -> Connection:
    """sync.db, made if need be; read-only, a file that is not there yet reads like an empty one."""
    path = home.sync_file
    if readonly and not path.exists():
        database = driver.connect_empty()
        driver.migrate(database, STEPS, NAME)
        return database
    if not readonly:
        home.prepare()
    # FULL: after a power cut the pointer must not lead to a replica that was removed because of it
    database = driver.connect(path, home.database_key(), readonly=readonly, synchronous="FULL")
    try:
        if readonly:
            driver.check_version(database, STEPS, NAME)
        else:
            driver.migrate(database, STEPS, NAME)
    except BaseException:
        database.close()
        raise
    return database
