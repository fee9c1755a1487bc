"""Reading the journal: look-ups of a scan, and runs of entries. Nothing here writes."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from kiosk.errors import UsageError
from kiosk.rules.acts import is_admission, moves_people, passed_held_open
from kiosk.rules.canon import CanonError, pack, unpack
from kiosk.rules.entries import (
    ActBody,
    ChainBody,
    DecisionBody,
    Entry,
    EntryKey,
    Private,
    TrustBody,
    read_core,
)
from kiosk.rules.words import ActKind, Direction, EntryKind, Reason
from kiosk.store.driver import DamagedError
from kiosk.store.journal_chain import ChainReader
from kiosk.store.journal_columns import SHELVED
from kiosk.store.journal_file import NAME, SALT_BYTES

_PAGE_ENTRIES = 500
_PULSE = pack({"act": "pulse"})[1:]  # as the word stands in a core
_MOST_PARAMETERS = 500
_SELECT = """
SELECT device, chain, n, core, hash, slot, sealed
FROM entry LEFT JOIN sealed USING (device, chain, n) """
_MOVES = "(outcome = 'admitted' OR kind = 'act') ORDER BY device, chain, n"


class JournalReader(ChainReader):
    """What a gate asks of its journal."""

    def get(self, entry_id: str) -> Entry | None:
        """The entry of this id with its private part; UsageError where the text is no entry id."""
        key = _key(entry_id)
        return self._one("WHERE device = ? AND chain = ? AND n = ?", key.device, key.chain, key.n)

    def of_permit(self, permit: bytes, since_at: int = 0) -> list[Entry]:
        """The admissions of a permit and the acts that name it, in the order in which they were written.

        Refusals and pulses move nobody and are left out: a season's pass has hundreds, and every scan reads this.
        """
        return self._entries(f"WHERE permit = ? AND at >= ? AND {_MOVES}", permit, since_at)

    def moves_after(self, chain: int, n: int) -> list[Entry]:
        """This device's admissions and acts that follow one entry, in the order in which they were written."""
        return self._entries(f"WHERE device = ? AND (chain, n) > (?, ?) AND {_MOVES}", self._device, chain, n)

    def moves_of_others(self, since_at: int) -> list[Entry]:
        """The admissions and acts since a time that stand here of devices which this folder was before."""
        return self._entries(f"WHERE device <> ? AND at >= ? AND {_MOVES}", self._device, since_at)

    def before(self, at: int) -> tuple[int, int] | None:
        """The chain and place of this device's last entry that is surely older than this time."""
        query = (
            "SELECT chain, n FROM entry INDEXED BY entry_trusted WHERE clock = 'trusted' AND at < ? AND device = ? "
            "ORDER BY at DESC, chain DESC, n DESC LIMIT 1"
        )
        rows = self._rows(query, at, self._device)
        return (rows[0][0], rows[0][1]) if rows else None

    def acts_on(self, entry_id: str) -> list[Entry]:
        """What was done about an entry, oldest first."""
        return self._on_targets([str(_key(entry_id))])

    def unpulsed(self, permit: bytes, lane: int, direction: Direction, since_at: int) -> Entry | None:
        """The newest admission of a permit here that was not annulled, if it has no pulse yet: the barrier owes one."""
        for entry in reversed(self.of_permit(permit, since_at)):
            body = entry.body
            if not isinstance(body, DecisionBody | ActBody) or not is_admission(entry):
                continue
            if (body.place.lane, body.place.direction) != (lane, direction):
                continue
            acts = {act.body.act for act in self.acts_on(entry.id) if isinstance(act.body, ActBody)}
            if ActKind.ANNUL not in acts:
                return None if ActKind.PULSE in acts or passed_held_open(entry) else entry
        return None

    def recent_text(self, text_hash: bytes, since_at: int) -> Entry | None:
        """The newest decision about a text that is no ticket, made at this time or later."""
        return self._one(
            "WHERE text_hash = ? AND at >= ? ORDER BY at DESC, chain DESC, n DESC LIMIT 1", text_hash, since_at
        )

    def of_reason(self, reason: Reason, since_at: int = 0) -> list[Entry]:
        """The decisions under one reason that were made at this time or later, oldest first."""
        return self._entries("WHERE at >= ? AND reason = ? ORDER BY at, device, chain, n", since_at, reason.value)

    def counts(self, first_at: int, before: int) -> dict[tuple[str, str], int]:
        """How many decisions there were by outcome and reason, made at first_at or later and before the other."""
        rows = self._rows(
            "SELECT outcome, reason, count(*) FROM entry WHERE at >= ? AND at < ? AND outcome IS NOT NULL "
            "GROUP BY outcome, reason",
            first_at,
            before,
        )
        return {(outcome, reason): count for outcome, reason, count in rows}

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
        shelf = f"target = '{kind.value}' AND " if kind in SHELVED else ""
        query = _SELECT.replace("FROM entry", f"FROM {source}") + (
            f"WHERE {shelf}device = ? AND kind = '{kind.value}' ORDER BY chain DESC, n DESC LIMIT ?"
        )
        return [self._entry(row) for row in self._rows(query, self._device, limit)]

    def newest_of_all_kinds(self, limit: int) -> list[Entry]:
        """The newest entries that this device wrote, newest first, over the beginning of a chain into an older one."""
        return self._entries("WHERE device = ? ORDER BY chain DESC, n DESC LIMIT ?", self._device, limit)

    def following(self, key: EntryKey) -> Iterator[Entry]:
        """This device's entries after one, of all kinds, in the order they were written, without private parts."""
        chain, n = key.chain, key.n
        while True:
            rows = self._rows(
                "SELECT device, chain, n, core, hash, NULL, NULL FROM entry WHERE device = ? AND (chain, n) > (?, ?) "
                "ORDER BY chain, n LIMIT ?",
                *(self._device, chain, n, _PAGE_ENTRIES),
            )
            yield from (self._entry(row) for row in rows)
            if len(rows) < _PAGE_ENTRIES:
                return
            chain, n = rows[-1][1], rows[-1][2]

    def openings(self) -> list[Entry]:
        """The first entry of each of this device's chains that is still here, oldest first."""
        chains = range(1, self.head().chain + 1)
        found = (self.get(str(EntryKey(device=self._device, chain=chain, n=1))) for chain in chains)
        return [entry for entry in found if entry is not None]

    def between(self, first_at: int, last_at: int) -> Iterator[Entry]:
        """The entries of all kinds made at first_at or later and before last_at, by time, without private parts."""
        after = (first_at, -1, 0, 0)
        while True:
            rows = self._rows(
                "SELECT device, chain, n, core, hash, NULL, NULL, at FROM entry WHERE at >= ? AND at < ? "
                "AND (at, device, chain, n) > (?, ?, ?, ?) ORDER BY at, device, chain, n LIMIT ?",
                *(after[0], last_at, *after, _PAGE_ENTRIES),
            )
            for row in rows:
                yield self._entry(row[:7])
            if len(rows) < _PAGE_ENTRIES:
                return
            # page by page, no cursor left open: a reader that dawdles would keep the WAL from being emptied
            after = (rows[-1][7], *rows[-1][:3])

    def with_acts(self, first_at: int, before: int) -> Iterator[Entry]:
        """The entries of a time, and the acts upon them whenever these were made, without private parts."""
        entries = self.between(first_at, before)
        while some := list(islice(entries, _PAGE_ENTRIES)):
            yield from some
            # those within the time come by themselves; others may be older, where the clock was set back meanwhile
            acts = self._on_targets([entry.id for entry in some if moves_people(entry)])
            yield from (act for act in acts if not first_at <= act.at < before)

    def movers(self, after: EntryKey, limit: int) -> list[tuple[EntryKey, bytes]]:
        """The cores of entries behind this one that may have moved somebody, of every device, in their order."""
        # pulses are as many as admissions, move nobody and name no permit: by their word in the core they are left out
        clause = (
            "WHERE (device, chain, n) > (?, ?, ?) AND (outcome = 'admitted' OR kind = 'act' AND "
            "(permit IS NOT NULL OR instr(core, ?) = 0)) ORDER BY device, chain, n LIMIT ?"
        )
        rows = self._rows(
            f"SELECT device, chain, n, core FROM entry {clause}",  # noqa: S608  (a constant)
            *(after.device, after.chain, after.n, _PULSE, limit),
        )
        return [(EntryKey(device=device, chain=chain, n=n), core) for device, chain, n, core in rows]

    def contact(self, permit: bytes) -> bytes | None:
        """Whom to call about a party that is expected back; None where nothing is kept."""
        for slot, sealed in self._rows("SELECT slot, sealed FROM contact WHERE permit = ?", permit):
            with suppress(DamagedError):
                return self._vault.open(slot, sealed, permit)
        return None

    def whole_since(self) -> int | None:
        """From when on no entry of this device is missing here; None where none ever was."""
        pruned = self._rows("SELECT 1 FROM pruned WHERE device = ? LIMIT 1", self._device)
        oldest = self._rows("SELECT at FROM entry WHERE device = ? ORDER BY chain, n LIMIT 1", self._device)
        times = [oldest[0][0]] if pruned and oldest else []
        times += [entry.at for entry in self.openings() if isinstance(entry.body, ChainBody) and entry.body.gaps]
        return max(times, default=None)

    def last_trusted_at(self) -> int | None:
        """The time of the last entry that was made while the clock was trusted.

        Of the last one, not the latest: a clock that was put right takes back the times before.
        """
        query = "SELECT at FROM entry WHERE device = ? AND clock = 'trusted' ORDER BY chain DESC, n DESC LIMIT 1"
        last = self._rows(query, self._device)
        others = "SELECT max(at) FROM entry WHERE device <> ? AND clock = 'trusted'"
        at: int | None = (last or self._rows(others, self._device))[0][0]
        return at

    def first_trusted_after(self, key: EntryKey) -> int | None:
        """The time of the first entry after this one that was made while the clock was trusted."""
        query = (
            "SELECT at FROM entry WHERE device = ? AND (chain, n) > (?, ?) AND clock = 'trusted' "
            "ORDER BY chain, n LIMIT 1"
        )
        rows = self._rows(query, key.device, key.chain, key.n)
        return rows[0][0] if rows else None

    def count(self) -> int:
        """All entries of the file."""
        return int(self._rows("SELECT count(*) FROM entry")[0][0])

    # ---- inside -----------------------------------------------------------------------------------------------------

    def _on_targets(self, targets: Sequence[str]) -> list[Entry]:
        found: list[Entry] = []
        for first in range(0, len(targets), _MOST_PARAMETERS):
            some = targets[first : first + _MOST_PARAMETERS]
            found += self._entries(f"WHERE target IN ({', '.join('?' * len(some))}) ORDER BY device, chain, n", *some)
        return found

    def _one(self, clause: str, *values: object) -> Entry | None:
        return next(iter(self._entries(clause, *values)), None)

    def _entries(self, clause: str, *values: object) -> list[Entry]:
        return [self._entry(row) for row in self._rows(_SELECT + clause, *values)]

    def _entry(self, row: Sequence[Any]) -> Entry:
        device, chain, n, core, hash_, slot, sealed = row
        key = EntryKey(device=device, chain=chain, n=n)
        try:
            entry = read_core(core)
            if entry.key != key:
                raise CanonError(f"it says it is {entry.key}")
            hidden = self._hidden(key, slot, sealed)
            private = unpack(Private, hidden[SALT_BYTES:]) if hidden else None
            return replace(entry, private=private, hash=hash_)
        except CanonError as error:
            raise DamagedError(f"{NAME}: entry {key} cannot be read ({error})", file=NAME) from error


def _key(entry_id: str) -> EntryKey:
    try:
        return EntryKey.parse(entry_id)
    except ValueError as error:
        raise UsageError(str(error)) from error
