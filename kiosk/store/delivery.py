"""Deliveries: which entries the registry has, and what it said of them. Sync alone writes here.

An entry waits until its receipt comes, whatever that says; one that fails is tried after the others. Nothing here is
needed at a gate, and losing it only sends entries again, which the registry answers with `duplicate`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.rules.entries import EntryKey
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store import driver
from kiosk.store.driver import DamagedError
from kiosk.store.home import Home
from kiosk.store.journal import NAME as JOURNAL_NAME
from kiosk.store.journal import Head, Journal, WireEntry
from kiosk.store.right_of_way import RightOfWay
from kiosk.store.sync_schema import NAME, open_sync

_QUEUE_ENTRIES = 500
_NO_LIMIT = -1
_CONFIRMED_DAYS = 400
_QUIET = (ReceiptResult.ACCEPTED, ReceiptResult.DUPLICATE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flagged:
    """An entry that the registry holds and wants somebody to look at."""

    key: EntryKey
    result: ReceiptResult
    detail: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How far the registry's word reached: its newest signed time, and whether all uses it holds were told back."""

    signed_at: int | None
    is_told_back: bool


class Deliveries:
    """The delivery state of one device's journal; the journal itself is only read."""

    def __init__(
        self, home: Home, journal: Journal, *, readonly: bool = False, right_of_way: RightOfWay | None = None
    ) -> None:
        self.right_of_way = right_of_way or RightOfWay()
        self._journal = journal
        self._database = open_sync(home, readonly=readonly)
        if not readonly:
            self._begin_anew_for(journal.device)

    def close(self) -> None:
        """Give sync.db back; the journal stays open."""
        self._database.close()

    # ---- up ---------------------------------------------------------------------------------------------------------

    def pending(self, size: int) -> list[WireEntry]:
        """Entries without a receipt: those with the fewest attempts first, then the oldest.

        A journal that is damaged there is renewed by whoever writes it; what can be read of it is pending then.
        """
        try:
            return self._pending(size)
        except DamagedError as error:
            if error.file == JOURNAL_NAME:
                self._journal.doubt()
            raise

    def _pending(self, size: int) -> list[WireEntry]:
        self._queue_new()
        while True:
            rows = self._rows("SELECT chain, n FROM queued ORDER BY attempts, chain, n LIMIT ?", size)
            found = self._journal.wire([self._key(chain, n) for chain, n in rows], self.right_of_way.give_way)
            lost = set(rows) - {(entry.key.chain, entry.key.n) for entry in found}
            if not lost:
                return found
            # a damaged journal lost them, as the opening of its next chain says: nobody can send them any more
            with driver.writing(self._database, NAME):
                self._database.executemany("DELETE FROM queued WHERE chain = ? AND n = ?", sorted(lost))

    def settle(self, receipts: Iterable[Receipt]) -> None:
        """The registry holds these entries; what it flagged is remembered, so that people are told."""
        given = [(EntryKey.parse(receipt.id), receipt) for receipt in receipts]
        own = [(key, receipt) for key, receipt in given if key.device == self._journal.device]
        with driver.writing(self._database, NAME):
            self._database.executemany("DELETE FROM queued WHERE chain = ? AND n = ?", [(k.chain, k.n) for k, _ in own])
            self._database.executemany(
                "INSERT OR REPLACE INTO flagged VALUES (?, ?, ?, ?)",
                [(k.chain, k.n, str(r.result), r.detail) for k, r in own if r.result not in _QUIET],
            )

    def failed(self, keys: Sequence[EntryKey]) -> None:
        """These were sent and brought no receipt: they go behind all that were tried less."""
        with driver.writing(self._database, NAME):
            self._database.executemany(
                "UPDATE queued SET attempts = attempts + 1 WHERE chain = ? AND n = ?",
                [(key.chain, key.n) for key in keys],
            )

    def waiting(self) -> set[EntryKey]:
        """Every entry that has no receipt."""
        rows = self._rows("SELECT chain, n FROM queued")
        later = self._journal.keys_after(*self._queued_to(), _NO_LIMIT)
        return {self._key(chain, n) for chain, n in rows} | set(later)

    def pending_count(self) -> int:
        """How many entries the registry has not confirmed."""
        (queued,) = self._rows("SELECT count(*) FROM queued")[0]
        return int(queued) + self._journal.count_after(*self._queued_to())

    def flagged(self) -> list[Flagged]:
        """What the registry flagged, oldest first."""
        rows = self._rows("SELECT chain, n, result, detail FROM flagged ORDER BY chain, n")
        return [Flagged(key=self._key(row[0], row[1]), result=ReceiptResult(row[2]), detail=row[3]) for row in rows]

    def witness(self, head: Head) -> None:
        """Remember a head of the own chain that the registry says it holds."""
        self._set("UPDATE state SET head_chain = ?, head_n = ?, head_hash = ?", head.chain, head.n, head.hash)

    def witnessed(self) -> Head | None:
        """The newest head of the own chain that the registry is known to hold."""
        chain, n, hash_ = self._rows("SELECT head_chain, head_n, head_hash FROM state")[0]
        return None if chain is None else Head(chain=chain, n=n, hash=hash_)

    def held(self, key: EntryKey) -> WireEntry | None:
        """The entry as the own journal has it."""
        return next(iter(self._journal.wire([key])), None)

    # ---- down -------------------------------------------------------------------------------------------------------

    def signed_at(self) -> int | None:
        """The newest verified signed time of the registry, from which staleness is counted."""
        at: int | None = self._rows("SELECT signed_at FROM state")[0][0]
        return at

    def signed(self, at: int) -> None:
        """The feed was read to its end, as the registry signed it at this time; an older time changes nothing.

        Whatever the registry holds of the own journal it has told back by then, as uses.
        """
        head = self.witnessed()
        with driver.writing(self._database, NAME):
            self._database.execute("UPDATE state SET signed_at = max(coalesce(signed_at, 0), ?)", (at,))
            if head is not None:
                told_back = self._before_what_waits(head.chain, head.n)
                self._database.execute("INSERT OR REPLACE INTO heard VALUES (1, ?, ?)", told_back)

    def has_heard(self) -> bool:
        """Whether the feed was read to its end since the replica came: the uses of entries lost or let go are in it."""
        return bool(self._rows("SELECT 1 FROM heard"))

    def told(self) -> Told:
        """What the registry has told, in one look: every scan asks."""
        signed_at, has_heard = self._rows("SELECT signed_at, EXISTS (SELECT 1 FROM heard) FROM state")[0]
        return Told(signed_at=signed_at, is_told_back=bool(has_heard))

    def last_contact(self) -> int | None:
        """When the registry last answered."""
        at: int | None = self._rows("SELECT last_contact FROM state")[0][0]
        return at

    def contacted(self, at: int, *, is_sure: bool = True) -> None:
        """The registry answered at this time; a time in doubt begins none of the days that entries are kept."""
        with driver.writing(self._database, NAME):
            self._database.execute("UPDATE state SET last_contact = ?", (at,))
            if not is_sure:
                return
            self._database.execute(
                "INSERT OR REPLACE INTO confirmed SELECT ?, ?, head_chain, head_n FROM state WHERE head_n IS NOT NULL",
                (at // DAY_SECONDS, at),
            )
            self._database.execute("DELETE FROM confirmed WHERE day < ?", (at // DAY_SECONDS - _CONFIRMED_DAYS,))

    def confirmed_before(self, at: int) -> Head | None:
        """The newest head that the registry had confirmed by this time, with nothing before it that still waits."""
        rows = self._rows("SELECT chain, n FROM confirmed WHERE at <= ? ORDER BY at DESC LIMIT 1", at)
        if not rows:
            return None
        chain, n = self._before_what_waits(*rows[0])
        return Head(chain=chain, n=n, hash=b"")

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _before_what_waits(self, chain: int, n: int) -> tuple[int, int]:
        """This head of a chain, or the last entry before one that still waits, which may be of an older chain."""
        waiting = self._rows("SELECT chain, n FROM queued ORDER BY chain, n LIMIT 1")
        return min([(chain, n), *((chain, n - 1) for chain, n in waiting)])

    def _queue_new(self) -> None:
        while keys := self._journal.keys_after(*self._queued_to(), _QUEUE_ENTRIES):
            self.right_of_way.give_way()
            with driver.writing(self._database, NAME):
                self._database.executemany(
                    "INSERT OR IGNORE INTO queued (chain, n) VALUES (?, ?)", [(key.chain, key.n) for key in keys]
                )
                self._database.execute("UPDATE state SET queued_chain = ?, queued_n = ?", (keys[-1].chain, keys[-1].n))

    def _queued_to(self) -> tuple[int, int]:
        device, chain, n = self._rows("SELECT device, queued_chain, queued_n FROM state")[0]
        return (chain, n) if device == self._journal.device else (0, 0)

    def _begin_anew_for(self, device: int) -> None:
        """What an earlier device of this folder delivered says nothing of this one's entries."""
        if self._rows("SELECT device FROM state")[0][0] == device:
            return
        with driver.writing(self._database, NAME):
            self._database.execute("DELETE FROM queued")
            self._database.execute("DELETE FROM flagged")
            self._database.execute("DELETE FROM confirmed")
            self._database.execute("DELETE FROM heard")
            self._database.execute("DELETE FROM state")
            self._database.execute("INSERT INTO state (one, device) VALUES (1, ?)", (device,))

    def _key(self, chain: int, n: int) -> EntryKey:
        return EntryKey(device=self._journal.device, chain=chain, n=n)

    def _set(self, statement: str, *values: object) -> None:
        with driver.writing(self._database, NAME):
            self._database.execute(statement, values)

    def _rows(self, query: str, *values: object) -> list[Any]:
        with driver.guarded(NAME):
            return self._database.execute(query, values).fetchall()
