"""The tables of journal.db. Columns beside `core` are copies of what core says, for look-ups; core is the record.

Schema 2 seals each private part under a key of its own (kiosk/store/vault.py), signs the head of each chain, and lets a
prefix go that the registry holds.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from kiosk.store.driver import Step, script
from kiosk.store.vault import Vault

if TYPE_CHECKING:
    import sqlite_utils

SCHEMA_1 = """
CREATE TABLE entry (
    device       INTEGER NOT NULL CHECK (device BETWEEN 0 AND 4294967295),
    chain        INTEGER NOT NULL CHECK (chain BETWEEN 1 AND 65535),
    n            INTEGER NOT NULL CHECK (n BETWEEN 1 AND 281474976710655),
    at           INTEGER NOT NULL,
    clock        TEXT NOT NULL,
    kind         TEXT NOT NULL,
    outcome      TEXT,
    reason       TEXT,
    permit       BLOB,
    target       TEXT,
    text_hash    BLOB,
    core         BLOB NOT NULL,
    private_hash BLOB NOT NULL CHECK (length(private_hash) = 32),
    hash         BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (device, chain, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE private (
    device  INTEGER NOT NULL,
    chain   INTEGER NOT NULL,
    n       INTEGER NOT NULL,
    salt    BLOB NOT NULL CHECK (length(salt) = 16),
    private BLOB NOT NULL,
    PRIMARY KEY (device, chain, n),
    FOREIGN KEY (device, chain, n) REFERENCES entry
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_permit ON entry (permit) WHERE permit IS NOT NULL;
CREATE INDEX entry_target ON entry (target) WHERE target IS NOT NULL;
CREATE INDEX entry_text ON entry (text_hash, at) WHERE text_hash IS NOT NULL;
CREATE INDEX entry_at ON entry (at);
CREATE INDEX entry_trusted ON entry (at) WHERE clock = 'trusted';
CREATE INDEX entry_trust ON entry (device, chain, n) WHERE kind = 'trust';

CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'an entry never changes'); END;

CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'an entry is never deleted'); END;

CREATE TRIGGER entry_leaves_no_gap BEFORE INSERT ON entry
WHEN NEW.n <> 1 + coalesce((SELECT max(n) FROM entry WHERE device = NEW.device AND chain = NEW.chain), 0)
BEGIN SELECT raise(ABORT, 'an entry follows the head of its chain'); END;

CREATE TRIGGER private_never_changes BEFORE UPDATE ON private
BEGIN SELECT raise(ABORT, 'a private part may be erased, not changed'); END;
"""

SCHEMA_2 = """
CREATE TABLE sealed (
    device INTEGER NOT NULL,
    chain  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    slot   INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (device, chain, n),
    FOREIGN KEY (device, chain, n) REFERENCES entry
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (
    permit BLOB PRIMARY KEY CHECK (length(permit) = 16),
    slot   INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE head (
    device    INTEGER NOT NULL,
    chain     INTEGER NOT NULL,
    n         INTEGER NOT NULL,
    hash      BLOB NOT NULL CHECK (length(hash) = 32),
    signature BLOB NOT NULL,
    PRIMARY KEY (device, chain)
) STRICT, WITHOUT ROWID;

CREATE TABLE pruned (
    device       INTEGER NOT NULL,
    chain        INTEGER NOT NULL,
    n            INTEGER NOT NULL,
    hash         BLOB NOT NULL CHECK (length(hash) = 32),
    lost_uses_at INTEGER,
    PRIMARY KEY (device, chain)
) STRICT, WITHOUT ROWID;

CREATE TABLE reopening (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    body BLOB NOT NULL
) STRICT;
"""

# An entry goes only below the head that `pruned` keeps of its chain, and follows that head or its forerunner.
TRIGGERS_2 = """
CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
WHEN OLD.n > coalesce((SELECT n FROM pruned WHERE device = OLD.device AND chain = OLD.chain), 0)
BEGIN SELECT raise(ABORT, 'an entry is never deleted'); END;

CREATE TRIGGER entry_leaves_no_gap BEFORE INSERT ON entry
WHEN NEW.n <> 1 + max(
    coalesce((SELECT max(n) FROM entry WHERE device = NEW.device AND chain = NEW.chain), 0),
    coalesce((SELECT n FROM pruned WHERE device = NEW.device AND chain = NEW.chain), 0))
BEGIN SELECT raise(ABORT, 'an entry follows the head of its chain'); END;

CREATE TRIGGER sealed_never_changes BEFORE UPDATE ON sealed
BEGIN SELECT raise(ABORT, 'a private part may be erased, not changed'); END;

CREATE TRIGGER pruned_never_goes BEFORE DELETE ON pruned
BEGIN SELECT raise(ABORT, 'what was pruned does not come back'); END;

CREATE TRIGGER pruned_only_rises BEFORE UPDATE ON pruned WHEN NEW.n < OLD.n
BEGIN SELECT raise(ABORT, 'what was pruned does not come back'); END;
"""
TRIGGERS_OF_SALVAGE = ("entry_leaves_no_gap", "entry_never_goes")
"""Those that rows of a damaged journal may not meet: what lay between them is lost, and a row of zeros goes again."""

_KEY = struct.Struct(">IHQ")


def bound_to(device: int, chain: int, n: int) -> bytes:
    """What a private part is sealed to, so that it opens under no other entry."""
    return _KEY.pack(device, chain, n)


def steps(vault: Vault) -> tuple[Step, ...]:
    """The steps from an empty file to the newest schema; the second seals what stood open before."""

    def seal_private_parts(database: sqlite_utils.Database) -> None:
        # what the old rows leave behind on their pages must not outlive a later erasure
        database.conn.execute("PRAGMA secure_delete = ON")
        database.executescript(SCHEMA_2)
        rows = database.conn.execute("SELECT device, chain, n, salt, private FROM private WHERE length(private) > 0")
        for device, chain, n, salt, private in rows.fetchall():
            slot, sealed = vault.seal(salt + private, bound_to(device, chain, n))
            database.conn.execute("INSERT INTO sealed VALUES (?, ?, ?, ?, ?)", (device, chain, n, slot, sealed))
        database.executescript(
            "DELETE FROM private; DROP TABLE private; DROP TRIGGER entry_never_goes; DROP TRIGGER entry_leaves_no_gap;"
        )
        database.executescript(TRIGGERS_2)

    return (script(SCHEMA_1), seal_private_parts)
