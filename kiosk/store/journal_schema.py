"""The tables of journal.db. Columns beside `core` are copies of what core says, for look-ups; core is the record."""

from kiosk.store.driver import Step, script

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

STEPS: tuple[Step, ...] = (script(SCHEMA_1),)
