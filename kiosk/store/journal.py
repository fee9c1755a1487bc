"""The journal: what happened at this gate, in order, for ever. It only grows, and only the checkpoint writes it.

An entry is on the disk when `writing()` ends, or `writing()` raises: there is no silent yes.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from typing import Any

from kiosk.errors import BugError, UsageError
from kiosk.rules.canon import CanonError, unpack
from kiosk.rules.entries import (
    GENESIS,
    ActBody,
    Body,
    ChainBody,
    DecisionBody,
    Entry,
    EntryKey,
    Private,
    TrustBody,
    core_bytes,
    entry_hash,
    private_bytes,
    private_hash,
    read_core,
)
from kiosk.rules.moment import Moment
from kiosk.rules.words import ActKind, Direction, EntryKind, Outcome
from kiosk.store import driver
from kiosk.store.audit import audit
from kiosk.store.driver import Connection, DamagedError
from kiosk.store.home import Home
from kiosk.store.journal_schema import STEPS

SALT_BYTES = 16
NAME = "journal.db"
_PAGE_ENTRIES = 500
_MOST_PARAMETERS = 500
_SELECT = """
SELECT device, chain, n, core, hash, private.private
FROM entry LEFT JOIN private USING (device, chain, n) """
_SELECT_WIRE = """
SELECT device, chain, n, core, private.private, private.salt, private_hash, hash
FROM entry LEFT JOIN private USING (device, chain, n) """


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The newest entry of a chain; n = 0 with the genesis hash where there is none."""

    chain: int
    n: int
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class WireEntry:
    """An entry as it is stored and sent; after an erasure `private` is None and the salt is empty."""

    key: EntryKey
    core: bytes
    private: bytes | None
    salt: bytes
    private_hash: bytes
    hash: bytes


class Journal:
    """journal.db through one connection, which one thread uses at a time."""

    def __init__(self, database: Connection, home: Home, device: int) -> None:
        self._database = database
        self._home = home
        self._device = device
        self._fresh: list[Entry] = []
        self._uncertain: tuple[Entry, ...] = ()

    @classmethod
    def open(cls, home: Home, device: int, *, readonly: bool = False) -> "Journal":
        """The journal of this folder, made if need be; read-only it is opened beside the one that writes."""
        if not readonly:
            home.prepare()
        database = driver.connect(home.journal_file, home.database_key(), readonly=readonly, synchronous="FULL")
        try:
            if readonly:
                driver.check_version(database, STEPS, NAME)
            else:
                driver.migrate(database, STEPS, NAME)
        except BaseException:
            database.close()
            raise
        return cls(database, home, device)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    @property
    def device(self) -> int:
        """The device whose chain this journal continues."""
        return self._device

    # ---- writing ----------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All that is appended inside is on the disk when this ends, or none of it.

        After UncertainError, when COMMIT itself raised, reconcile() says what is there all the same.
        """
        self._fresh = []
        try:
            with driver.writing(self._database, NAME):
                yield
        except driver.UncertainError:
            self._uncertain = tuple(self._fresh)
            raise
        finally:
            self._fresh = []

    def append(self, body: Body, moment: Moment, policy: bytes, private: Private | None = None) -> Entry:
        """The next entry of the chain, inside `writing()`; the first one of a device opens its chain before it."""
        if not self._database.in_transaction:
            raise BugError("an entry is appended inside writing() only")
        with driver.guarded(NAME):
            head = self._head()
            if head.n == 0 and not isinstance(body, ChainBody):
                head = _head_of(self._insert(self._opening(), moment, policy, None, head))
            return self._insert(body, moment, policy, private, head)

    def reconcile(self) -> tuple[Entry, ...]:
        """Of the entries whose COMMIT raised, those that are in the file all the same; asked once, then forgotten.

        What is not there was not written: appending it again gives it the same entry id.
        """
        kept = tuple(entry for entry in self._uncertain if self._hash_of(entry.key) == entry.hash)
        self._uncertain = ()
        return kept

    def _insert(self, body: Body, moment: Moment, policy: bytes, private: Private | None, head: Head) -> Entry:
        key = EntryKey(device=self._device, chain=head.chain, n=head.n + 1)
        entry = Entry(key=key, at=moment.now, clock=moment.trust, policy=policy, body=body, private=private)
        core, salt, hidden = core_bytes(entry), secrets.token_bytes(SALT_BYTES), private_bytes(private)
        hash_of_private = private_hash(hidden, salt)
        entry = replace(entry, hash=entry_hash(head.hash, core, hash_of_private))
        self._database.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key.device, key.chain, key.n, *columns(entry), core, hash_of_private, entry.hash),
        )
        self._database.execute(
            "INSERT INTO private VALUES (?, ?, ?, ?, ?)", (key.device, key.chain, key.n, salt, hidden)
        )
        self._fresh.append(entry)
        return entry

    def _opening(self) -> ChainBody:
        """The first entry of a chain; a journal that an earlier device of this machine wrote is named by its head."""
        record = self._home.enrolled()
        old = self._database.execute(
            "SELECT chain, hash FROM entry WHERE device <> ? ORDER BY at DESC, n DESC LIMIT 1", (self._device,)
        ).fetchone()
        chain, head = old or (None, None)
        return ChainBody(
            park=record.park, gate=record.gate, lane=record.lane, software=_software(), old_chain=chain, old_head=head
        )

    def _hash_of(self, key: EntryKey) -> bytes | None:
        query = "SELECT hash FROM entry WHERE device = ? AND chain = ? AND n = ?"
        row = self._rows(query, key.device, key.chain, key.n)
        return row[0][0] if row else None

    # ---- look-ups of a scan -----------------------------------------------------------------------------------------

    def get(self, entry_id: str) -> Entry | None:
        """The entry of this id with its private part; UsageError where the text is no entry id."""
        key = _key(entry_id)
        return self._one("WHERE device = ? AND chain = ? AND n = ?", key.device, key.chain, key.n)

    def of_permit(self, permit: bytes, since_at: int = 0) -> list[Entry]:
        """The admissions of a permit and the acts that name it, in the order in which they were written.

        Refusals and pulses move nobody and are left out: a season's pass has hundreds, and every scan reads this.
        """
        clause = "WHERE permit = ? AND at >= ? AND (outcome = 'admitted' OR kind = 'act') ORDER BY device, chain, n"
        return self._entries(clause, permit, since_at)

    def acts_on(self, entry_id: str) -> list[Entry]:
        """What was done about an entry, oldest first."""
        return self._on_targets([str(_key(entry_id))])

    def unpulsed(self, permit: bytes, lane: int, direction: Direction, since_at: int) -> Entry | None:
        """The newest admission of a permit here that was not annulled, if it has no pulse yet: the barrier owes one."""
        for entry in reversed(self.of_permit(permit, since_at)):
            body = entry.body
            if not isinstance(body, DecisionBody | ActBody) or not _is_admission(entry):
                continue
            if (body.place.lane, body.place.direction) != (lane, direction):
                continue
            acts = {act.body.act for act in self.acts_on(entry.id) if isinstance(act.body, ActBody)}
            if ActKind.ANNUL not in acts:
                return None if ActKind.PULSE in acts else entry
        return None

    def recent_text(self, text_hash: bytes, since_at: int) -> Entry | None:
        """The newest decision about a text that is no ticket, made at this time or later."""
        return self._one(
            "WHERE text_hash = ? AND at >= ? ORDER BY at DESC, chain DESC, n DESC LIMIT 1", text_hash, since_at
        )

    def believed(self) -> bytes | None:
        """The digest of the policy set that was last written down as believed."""
        entry = self.newest(EntryKind.TRUST)
        return entry.body.digest if entry is not None and isinstance(entry.body, TrustBody) else None

    # ---- reading ----------------------------------------------------------------------------------------------------

    def newest(self, kind: EntryKind) -> Entry | None:
        """The newest entry of a kind that this device wrote."""
        return next(iter(self.latest(1, kind)), None)

    def latest(self, limit: int, kind: EntryKind = EntryKind.DECISION) -> list[Entry]:
        """The newest entries of a kind that this device wrote, newest first."""
        # SQLite would walk the whole chain backwards for a kind as rare as this
        source = "entry INDEXED BY entry_trust" if kind is EntryKind.TRUST else "entry"
        query = _SELECT.replace("FROM entry", f"FROM {source}") + (
            f"WHERE device = ? AND kind = '{kind.value}' ORDER BY chain DESC, n DESC LIMIT ?"
        )
        return [_entry(row) for row in self._rows(query, self._device, limit)]

    def between(self, first_at: int, last_at: int) -> Iterator[Entry]:
        """The entries of all kinds made at first_at or later and before last_at, by time, without private parts."""
        after = (first_at, -1, 0, 0)
        while True:
            rows = self._rows(
                "SELECT device, chain, n, core, hash, NULL, at FROM entry WHERE at >= ? AND at < ? "
                "AND (at, device, chain, n) > (?, ?, ?, ?) ORDER BY at, device, chain, n LIMIT ?",
                *(after[0], last_at, *after, _PAGE_ENTRIES),
            )
            for row in rows:
                yield _entry(row[:6])
            if len(rows) < _PAGE_ENTRIES:
                return
            # page by page, no cursor left open: a reader that dawdles would keep the WAL from being emptied
            after = (rows[-1][6], *rows[-1][:3])

    def with_acts(self, first_at: int, before: int) -> Iterator[Entry]:
        """The entries of a time, and the acts upon them whenever these were made, without private parts."""
        entries = self.between(first_at, before)
        while some := list(islice(entries, _PAGE_ENTRIES)):
            yield from some
            # those within the time come by themselves; others may be older, where the clock was set back meanwhile
            acts = self._on_targets([entry.id for entry in some if _is_admission(entry)])
            yield from (act for act in acts if not first_at <= act.at < before)

    def after(self, chain: int, n: int, limit: int) -> list[WireEntry]:
        """This device's entries that follow one, as they are sent; over the end of a chain into the next."""
        clause = "WHERE device = ? AND (chain, n) > (?, ?) ORDER BY chain, n LIMIT ?"
        return [_wire(row) for row in self._rows(_SELECT_WIRE + clause, self._device, chain, n, limit)]

    def wire(self, keys: Sequence[EntryKey]) -> list[WireEntry]:
        """These entries as they are sent, in this order; one that is missing is left out."""
        clause = "WHERE device = ? AND chain = ? AND n = ?"
        rows = (self._rows(_SELECT_WIRE + clause, key.device, key.chain, key.n) for key in keys)
        return [_wire(row) for found in rows for row in found]

    def keys_after(self, chain: int, n: int, limit: int) -> list[EntryKey]:
        """The keys of this device's entries that follow one."""
        query = "SELECT chain, n FROM entry WHERE device = ? AND (chain, n) > (?, ?) ORDER BY chain, n LIMIT ?"
        rows = self._rows(query, self._device, chain, n, limit)
        return [EntryKey(device=self._device, chain=row[0], n=row[1]) for row in rows]

    def count_after(self, chain: int, n: int) -> int:
        """How many entries of this device follow one."""
        query = "SELECT count(*) FROM entry WHERE device = ? AND (chain, n) > (?, ?)"
        return int(self._rows(query, self._device, chain, n)[0][0])

    def head(self) -> Head:
        """The newest entry of this device."""
        with driver.guarded(NAME):
            return self._head()

    def last_trusted_at(self) -> int | None:
        """The newest time of an entry that was made while the clock was trusted."""
        at: int | None = self._rows("SELECT max(at) FROM entry WHERE clock = 'trusted'")[0][0]
        return at

    def count(self) -> int:
        """All entries of the file."""
        return int(self._rows("SELECT count(*) FROM entry")[0][0])

    def verify(self, witnessed: Sequence[Head] = ()) -> list[str]:
        """Every fault of every chain, each in a sentence; an empty list is a sound journal.

        `witnessed` are heads that somebody outside has seen: without one, a chain cut short at its end looks whole.
        """
        heads = [(self._device, head.chain, head.n, head.hash) for head in witnessed]
        return audit(self._database, NAME, columns, heads)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _head(self) -> Head:
        row = self._database.execute(
            "SELECT chain, n, hash FROM entry WHERE device = ? ORDER BY chain DESC, n DESC LIMIT 1", (self._device,)
        ).fetchone()
        return Head(chain=1, n=0, hash=GENESIS) if row is None else Head(chain=row[0], n=row[1], hash=row[2])

    def _on_targets(self, targets: Sequence[str]) -> list[Entry]:
        found: list[Entry] = []
        for first in range(0, len(targets), _MOST_PARAMETERS):
            some = targets[first : first + _MOST_PARAMETERS]
            found += self._entries(f"WHERE target IN ({', '.join('?' * len(some))}) ORDER BY device, chain, n", *some)
        return found

    def _one(self, clause: str, *values: object) -> Entry | None:
        return next(iter(self._entries(clause, *values)), None)

    def _entries(self, clause: str, *values: object) -> list[Entry]:
        return [_entry(row) for row in self._rows(_SELECT + clause, *values)]

    def _rows(self, query: str, *values: object) -> list[Any]:
        with driver.guarded(NAME):
            return self._database.execute(query, values).fetchall()


def columns(entry: Entry) -> tuple[object, ...]:
    """What an entry's row repeats of its core, in the order of the table."""
    outcome = reason = permit = target = text_hash = None
    match entry.body:
        case DecisionBody() as body:
            outcome, reason, permit, text_hash = str(body.outcome), str(body.reason), body.permit, body.text_hash
        case ActBody() as body:
            permit, target = body.permit, body.target
        case _:
            pass
    return (entry.at, str(entry.clock), str(entry.kind), outcome, reason, permit, target, text_hash)


def _entry(row: Sequence[Any]) -> Entry:
    device, chain, n, core, hash_, private = row
    key = EntryKey(device=device, chain=chain, n=n)
    try:
        entry = read_core(core)
        if entry.key != key:
            raise CanonError(f"it says it is {entry.key}")
        return replace(entry, private=unpack(Private, private) if private else None, hash=hash_)
    except CanonError as error:
        raise DamagedError(f"{NAME}: entry {key} cannot be read ({error})") from error


def _wire(row: Sequence[Any]) -> WireEntry:
    device, chain, n, core, private, salt, hash_of_private, hash_ = row
    key = EntryKey(device=device, chain=chain, n=n)
    return WireEntry(key=key, core=core, private=private, salt=salt or b"", private_hash=hash_of_private, hash=hash_)


def _head_of(entry: Entry) -> Head:
    return Head(chain=entry.key.chain, n=entry.key.n, hash=entry.hash)


def _key(entry_id: str) -> EntryKey:
    try:
        return EntryKey.parse(entry_id)
    except ValueError as error:
        raise UsageError(str(error)) from error


def _is_override(entry: Entry) -> bool:
    return isinstance(entry.body, ActBody) and entry.body.act is ActKind.OVERRIDE


def _is_admission(entry: Entry) -> bool:
    return _is_override(entry) or (isinstance(entry.body, DecisionBody) and entry.body.outcome is Outcome.ADMITTED)


def _software() -> str:
    try:
        return f"qaqpa {version('qaqpa')}"
    except PackageNotFoundError:  # run from a tree that was never installed
        return "qaqpa"
