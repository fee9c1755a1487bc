"""The journal: what happened at this gate, in order, for ever. It only grows, and only the checkpoint writes it.

An entry is on the disk when `writing()` ends, or `writing()` raises: there is no silent yes. A journal that cannot be
read to its end, that is missing or that lacks what was written is never continued: what can be read of it is kept
(kiosk/store/salvage.py), and a new chain is opened that names the old head (kiosk/store/reopening.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import BugError, BusyError, EnvironmentalError
from kiosk.rules.entries import (
    NO_PRIVATE,
    Body,
    ChainBody,
    Entry,
    EntryKey,
    Private,
    TrustBody,
    core_bytes,
    entry_hash,
    head_message,
    private_bytes,
    private_hash,
)
from kiosk.rules.moment import Moment
from kiosk.store import driver, salvage
from kiosk.store.audit import audit
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.files import told
from kiosk.store.home import Home
from kiosk.store.journal_chain import Head, WireEntry
from kiosk.store.journal_columns import columns
from kiosk.store.journal_file import NAME, SALT_BYTES, open_readonly
from kiosk.store.journal_schema import bound_to, steps
from kiosk.store.mark import Mark
from kiosk.store.reopening import ReopeningJournal
from kiosk.store.vault import Vault

_PRUNED_TO = """
INSERT INTO pruned VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, chain) DO UPDATE SET
    n = excluded.n, hash = excluded.hash, lost_uses_at = coalesce(excluded.lost_uses_at, lost_uses_at)
"""
_SMALL_BYTES = 32 * 1024 * 1024
# Frames of the WAL, each a page of 4 KiB: from so many on they are moved into the file when nobody stands at the gate.
_WORTH_MOVING_FRAMES = 500
# A gate that is never left alone moves them within the scan that brings so many: no WAL grows beyond 8 MiB.
_MOST_FRAMES = 1_800

__all__ = ["NAME", "Head", "Journal", "WireEntry", "columns"]


class Journal(ReopeningJournal):
    """journal.db through one connection, which one thread uses at a time."""

    def __init__(self, database: Connection, home: Home, device: int, *, follows: bool = False) -> None:
        super().__init__(database, home, device, follows=follows)
        self._fresh: list[Entry] = []
        self._replaced: list[int] = []
        self._durable: frozenset[EntryKey] = frozenset()
        self._believed: bytes | None = None
        self._key: Ed25519PrivateKey | None = None

    @classmethod
    def open(cls, home: Home, device: int, *, readonly: bool = False) -> Journal:
        """The journal of this folder, made if need be; read-only it is opened beside the one that writes."""
        if readonly:
            return cls(open_readonly(home), home, device, follows=True)
        home.prepare()
        try:
            return cls._settled(home, device)
        except DamagedError as error:
            if error.file != NAME:
                raise
            salvage.renew(home, device)
            return cls._settled(home, device)

    @classmethod
    def _settled(cls, home: Home, device: int) -> Journal:
        journal = cls(_open(home, device), home, device)
        try:
            journal._settle()
        except BaseException:
            journal.close()
            raise
        return journal

    def close(self) -> None:
        """Give the file back."""
        self._mark.close()
        super().close()

    @property
    def is_doubted(self) -> bool:
        """Whether a reader beside this one found damage since the journal was last renewed."""
        return self._home.doubt_file.exists()

    def renew(self) -> None:
        """Set the damaged file aside, and go on in a new one with all that can still be read.

        Where that cannot be done now, whatever is asked next meets damage again, and whoever mends comes here again.
        """
        self._database.close()
        self._database = cast("Connection", driver.NoConnection())
        salvage.renew(self._home, self._device)
        self._database = _open(self._home, self._device)
        self._believed = None
        self._settle()

    # ---- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is appended inside is on the disk when this ends, or none of it.

        Where COMMIT itself raised, what it wrote is looked for: if it is there, and on the disk, nothing is wrong. If
        not, UncertainError is raised, and appending the same again gives it the same entry ids.
        """
        self._fresh = []
        try:
            try:
                with driver.writing(self._database, NAME):
                    yield
                    if self._fresh:
                        self._sign(self._fresh[-1].key, self._fresh[-1].hash)
            except driver.UncertainError:
                if not self._is_there_all_the_same():
                    raise
            if self._fresh:
                self._remember(self._fresh[-1])
                self._durable = frozenset(entry.key for entry in self._fresh)
            with suppress(EnvironmentalError):  # the entry is on the disk: what goes wrong now costs a key too many
                self._vault.forget(self._replaced)
        finally:
            if any(isinstance(entry.body, TrustBody) for entry in self._fresh):
                self._believed = None
            self._fresh, self._replaced = [], []

    def believed(self) -> bytes | None:
        """The digest of the policy set that was last written down as believed, looked up once: every scan asks."""
        if self._follows:  # somebody else writes
            return super().believed()
        if self._believed is None:
            self._believed = super().believed()
        return self._believed

    def append(self, body: Body, moment: Moment, policy: bytes, private: Private | None = None) -> Entry:
        """The next entry of the chain, inside `writing()`; the first one of a chain opens it before."""
        if not self._database.in_transaction:
            raise BugError("an entry is appended inside writing() only")
        with _contradictions_as_damage(), driver.guarded(NAME):
            head = self._next_head()
            if head.n == 0 and not isinstance(body, ChainBody):
                head = _head_of(self._insert(self._opening(moment), moment, policy, None, head))
                self._database.execute("DELETE FROM reopening")
                self._past = None
            return self._insert(body, moment, policy, private, head)

    def reopen(self, moment: Moment, policy: bytes) -> None:
        """Open the chain that follows a journal which was set aside, if one is due: before anything is decided."""
        if self._reopening() is None:
            return
        with self.writing(), driver.guarded(NAME):
            self._insert(self._opening(moment), moment, policy, None, self._next_head())
            self._database.execute("DELETE FROM reopening")
        self._past, self._may_be_due = None, False

    def is_durable(self, entry: Entry) -> bool:
        """Whether this entry is surely on the disk: it is of the last commit here, or was flushed after it."""
        return entry.key in self._durable

    def flush(self, entry: Entry) -> None:
        """Have this entry on the disk: one that was read back may stand in memory only, since a process died before."""
        if self.is_durable(entry):
            return
        ((is_busy, _, _),) = self._rows("PRAGMA wal_checkpoint(FULL)")
        if is_busy:
            raise BusyError(f"{NAME} is being read, and {entry.id} may not be on the disk yet: scan the ticket again")
        self._durable |= {entry.key}

    def drain(self) -> None:
        """Move what stands in the WAL into the file, if it is much: no scan should have to, which takes far longer."""
        ((_, frames, moved),) = self._rows("PRAGMA wal_checkpoint(NOOP)")
        if frames - moved >= _WORTH_MOVING_FRAMES:
            self._rows("PRAGMA wal_checkpoint(PASSIVE)")

    # ---- what may go ------------------------------------------------------------------------------------------------

    def keep_contact(self, permit: bytes, contact: bytes) -> None:
        """Keep, inside `writing()`, whom to call about a party that is expected back; never sent anywhere."""
        self._replaced += [slot for (slot,) in self._rows("SELECT slot FROM contact WHERE permit = ?", permit)]
        slot, sealed = self._vault.seal(contact, permit)
        with driver.guarded(NAME):
            self._database.execute("INSERT OR REPLACE INTO contact VALUES (?, ?, ?)", (permit, slot, sealed))

    def contacts(self) -> list[bytes]:
        """The permits of whose parties a contact is kept."""
        return [permit for (permit,) in self._rows("SELECT permit FROM contact ORDER BY permit")]

    def forget_contacts(self, permits: Iterable[bytes]) -> int:
        """Let these contacts go, in every copy there is; how many there were."""
        wanted = set(permits)
        rows = [row for row in self._rows("SELECT permit, slot FROM contact") if row[0] in wanted]
        self._vault.forget(slot for _, slot in rows)
        with driver.writing(self._database, NAME):
            self._database.executemany("DELETE FROM contact WHERE permit = ?", [(permit,) for permit, _ in rows])
        return len(rows)

    def private_keys(self, permit: bytes | None = None) -> list[EntryKey]:
        """The entries, of this permit if one is given, that still have a private part."""
        everything, of_permit = (
            "SELECT device, chain, n FROM sealed",
            " JOIN entry USING (device, chain, n) WHERE permit = ?",
        )
        rows = self._rows(everything) if permit is None else self._rows(everything + of_permit, permit)
        return [EntryKey(device=device, chain=chain, n=n) for device, chain, n in rows]

    def private_before(self, at: int, most: int) -> list[EntryKey]:
        """Up to so many entries made before this time that still have a private part, whoever has heard of them."""
        query = "SELECT device, chain, n FROM sealed JOIN entry USING (device, chain, n) WHERE at < ? LIMIT ?"
        return [EntryKey(device=device, chain=chain, n=n) for device, chain, n in self._rows(query, at, most)]

    def has_private(self, keys: Iterable[EntryKey], permits: Iterable[bytes]) -> bool:
        """Whether any of these entries has a private part, or any of these permits a contact."""
        return any(self._slots(key) for key in keys) or not set(permits).isdisjoint(self.contacts())

    def erase(self, keys: Sequence[EntryKey]) -> int:
        """Let the private parts of these entries go, in every copy there is; how many there were. Counts stay."""
        found = [(key, row[0]) for key in keys for row in self._slots(key)]
        if found:
            self.forget_files("journal-schema*.db")  # of schema 1, where a part had no key of its own
        # the key first: between the two a part is unreadable and still there, never readable and thought gone
        self._vault.forget(slot for _, slot in found)
        gone = [(key.device, key.chain, key.n) for key, _ in found]
        with driver.writing(self._database, NAME):
            self._database.executemany("DELETE FROM sealed WHERE device = ? AND chain = ? AND n = ?", gone)
        return len(found)

    def forget_files(self, pattern: str, before: float | None = None) -> int:
        """Remove what an upgrade or damage left beside the journal, if older than this time; how many files."""
        gone = 0
        with told(self._home.kiosk):
            for path in self._home.kiosk.glob(pattern):
                if before is None or path.stat().st_mtime < before:
                    path.unlink(missing_ok=True)
                    gone += 1
        return gone

    def prune(self, chain: int, n: int, most: int) -> int:
        """Let up to `most` of this device's oldest entries go, up to this one, which the registry holds; how many.

        The hash of the last one stays, for the chain to hang on; private parts go with their entries.
        """
        keys = [key for key in self.keys_after(0, 0, most) if (key.chain, key.n) <= (chain, n)]
        if not keys:
            return 0
        self.erase(keys)
        with driver.writing(self._database, NAME):
            lost_at = self.lost_uses_at() if any(key.n == 1 for key in keys) else None
            for last in {key.chain: key for key in keys}.values():
                values = (last.device, last.chain, last.n, self.hash_of(last), lost_at)
                self._database.execute(_PRUNED_TO, values)
            rows = [(key.device, key.chain, key.n) for key in keys]
            self._database.executemany("DELETE FROM entry WHERE device = ? AND chain = ? AND n = ?", rows)
        self._past = None
        return len(keys)

    # ---- the audit --------------------------------------------------------------------------------------------------

    def missing_after(self, chain: int, n: int) -> int:
        """How many entries this chain had behind this one, as far as the mark beside the data folder knows."""
        mark = self._mark.read(self._device)
        return max(0, mark.n - n) if mark is not None and mark.chain == chain else 0

    def verify(self, witnessed: Sequence[Head] = ()) -> list[str]:
        """Every fault of every chain, each in a sentence; an empty list is a sound journal.

        `witnessed` are heads that somebody outside has seen. The mark beside the data folder is one, and the signed
        head of each chain another: without any, a chain cut short at its end looks whole.
        """
        mark = self._mark.read(self._device)
        seen = [(self._device, head.chain, head.n, head.hash) for head in witnessed]
        if mark is not None:
            seen.append((mark.device, mark.chain, mark.n, mark.hash))
        return audit(self._database, NAME, self._home, self._device, seen)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _insert(self, body: Body, moment: Moment, policy: bytes, private: Private | None, head: Head) -> Entry:
        key = EntryKey(device=self._device, chain=head.chain, n=head.n + 1)
        entry = Entry(key=key, at=moment.now, clock=moment.trust, policy=policy, body=body, private=private)
        core, hidden = core_bytes(entry), private_bytes(private)
        salt = secrets.token_bytes(SALT_BYTES) if hidden else b""
        hash_of_private = private_hash(hidden, salt) if hidden else NO_PRIVATE
        entry = replace(entry, hash=entry_hash(head.hash, core, hash_of_private))
        place = (key.device, key.chain, key.n)
        self._database.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, *columns(entry), core, hash_of_private, entry.hash),
        )
        if hidden:
            slot, sealed = self._vault.seal(salt + hidden, bound_to(*place))
            self._database.execute("INSERT INTO sealed VALUES (?, ?, ?, ?, ?)", (*place, slot, sealed))
        self._fresh.append(entry)
        return entry

    def _settle(self) -> None:
        """After opening: hold the file against what is known of it, and sign heads that no version before this did."""
        with driver.guarded(NAME):
            self._hold_against_what_is_known()
            slots = {slot for (slot,) in self._rows("SELECT slot FROM sealed UNION SELECT slot FROM contact")}
            self._vault.never_below(max(slots, default=0))
            # a journal that was set aside, or that should be here instead of this one, may need the other keys
            if not self.is_chain_due and not salvage.is_any_aside(self._home):
                with suppress(EnvironmentalError):  # at the next start, then
                    self._vault.forget_all_but(slots)
            signed = {chain for (chain,) in self._rows("SELECT chain FROM head WHERE device = ?", self._device)}
            for chain in set(range(1, self.head().chain + 1)) - signed:
                self._sign_end_of(chain)

    def _is_there_all_the_same(self) -> bool:
        """Whether what a raised COMMIT wrote is in the file, and on the disk when this returns."""
        if not self._fresh or any(self.hash_of(entry.key) != entry.hash for entry in self._fresh):
            return False
        # a flush that failed is not repeated by the next one, which finds nothing left to write; a checkpoint writes
        # the pages again, into the database itself
        ((is_busy, _, _),) = self._rows("PRAGMA wal_checkpoint(FULL)")
        return not is_busy

    def _sign_end_of(self, chain: int) -> None:
        query = "SELECT n, hash FROM entry WHERE device = ? AND chain = ? ORDER BY n DESC LIMIT 1"
        for n, hash_ in self._rows(query, self._device, chain):
            with driver.writing(self._database, NAME):
                self._sign(EntryKey(device=self._device, chain=chain, n=n), hash_)

    def _sign(self, key: EntryKey, hash_: bytes) -> None:
        self._key = self._key or self._home.device_key()
        signature = self._key.sign(head_message(key, hash_))
        values = (key.device, key.chain, key.n, hash_, signature)
        self._database.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?)", values)

    def _remember(self, entry: Entry) -> None:
        key = entry.key
        self._mark.write(Mark(device=key.device, chain=key.chain, n=key.n, at=entry.at, hash=entry.hash))

    def _slots(self, key: EntryKey) -> list[tuple[int]]:
        query = "SELECT slot FROM sealed WHERE device = ? AND chain = ? AND n = ?"
        return self._rows(query, key.device, key.chain, key.n)


def _open(home: Home, device: int) -> Connection:
    salvage.finish(home, device)
    is_doubtful = _is_worth_a_look(home)
    database = driver.connect(home.journal_file, home.database_key(), synchronous="FULL")
    try:
        if is_doubtful:
            driver.check_integrity(database, NAME)
        with driver.guarded(NAME):
            # what a process wrote that died before its flush is read back from memory: nobody may act on it before this
            database.execute("PRAGMA wal_checkpoint(FULL)").fetchone()
        driver.migrate(database, steps(Vault(home.vault_file)), NAME)
        _expect_tables(database)
        database.execute(f"PRAGMA wal_autocheckpoint = {_MOST_FRAMES}")
        # what is erased leaves nothing behind on its page
        database.execute("PRAGMA secure_delete = ON")
    except BaseException:
        database.close()
        raise
    return database


def _expect_tables(database: Connection) -> None:
    """DamagedError where another database took the journal's place, under the same key and schema number."""
    with driver.guarded(NAME):
        found = {name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not {"entry", "sealed", "head", "pruned", "reopening"} <= found:
        raise DamagedError(f"{NAME} is not a journal", file=NAME)


@contextmanager
def _contradictions_as_damage() -> Iterator[None]:
    """A constraint that fails on appending: the file contradicts itself, a page of it is older than the rest."""
    try:
        yield
    except BugError as error:
        raise DamagedError(f"{NAME} is damaged ({error})", file=NAME) from error


def _is_worth_a_look(home: Home) -> bool:
    """Whether to read the whole file before it is continued: after an end that was none, and always while it is small.

    A page that the disk never wrote has a sound MAC and old content; only a check of the whole finds it.
    """
    try:
        wal = home.journal_file.with_name(f"{NAME}-wal")
        return home.journal_file.stat().st_size <= _SMALL_BYTES or (wal.exists() and wal.stat().st_size > 0)
    except FileNotFoundError:
        return False


def _head_of(entry: Entry) -> Head:
    return Head(chain=entry.key.chain, n=entry.key.n, hash=entry.hash)
