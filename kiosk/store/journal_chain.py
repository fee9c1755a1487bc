"""The journal's chain: its head, and its entries as they are sent, held against their hashes. Nothing here writes."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.rules.entries import GENESIS, NO_PRIVATE, EntryKey, entry_hash, head_message
from kiosk.store.driver import DamagedError
from kiosk.store.journal_file import NAME, SALT_BYTES, JournalFile

_SELECT_WIRE = """
SELECT device, chain, n, core, slot, sealed, private_hash, hash
FROM entry LEFT JOIN sealed USING (device, chain, n) """
_AT_ONCE = 25  # entries, about a millisecond


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


class ChainReader(JournalFile):
    """What sync and the audit ask of a journal."""

    def after(self, chain: int, n: int, limit: int) -> list[WireEntry]:
        """This device's entries that follow one, as they are sent; over the end of a chain into the next."""
        clause = "WHERE device = ? AND (chain, n) > (?, ?) ORDER BY chain, n LIMIT ?"
        return [self._wire(row) for row in self._rows(_SELECT_WIRE + clause, self._device, chain, n, limit)]

    def wire(self, keys: Sequence[EntryKey], pause: Callable[[], None] = lambda: None) -> list[WireEntry]:
        """These entries as they are sent, in this order; one that is missing is left out.

        `pause` is called again and again meanwhile: a scan goes before the five hundred of a batch.
        """
        clause = "WHERE device = ? AND chain = ? AND n BETWEEN ? AND ? ORDER BY n"
        found: list[WireEntry] = []
        for first, last in _runs(keys):
            pause()
            rows = self._rows(_SELECT_WIRE + clause, first.device, first.chain, first.n, last.n)
            entries = [self._wire(row) for row in rows]
            self._expect_linked(entries)
            found += entries
        return found

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
        rows = self._rows(
            "SELECT chain, n, hash FROM entry WHERE device = ? ORDER BY chain DESC, n DESC LIMIT 1", self._device
        )
        return Head(chain=rows[0][0], n=rows[0][1], hash=rows[0][2]) if rows else Head(chain=1, n=0, hash=GENESIS)

    def hash_of(self, key: EntryKey) -> bytes | None:
        """The hash of an entry; None where it is not here."""
        query = "SELECT hash FROM entry WHERE device = ? AND chain = ? AND n = ?"
        rows = self._rows(query, key.device, key.chain, key.n)
        return rows[0][0] if rows else None

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the device of this key signed the head of any chain that is here."""
        rows = self._rows("SELECT chain, n, hash, signature FROM head WHERE device = ?", self._device)
        verifier = Ed25519PublicKey.from_public_bytes(public_key)
        for chain, n, hash_, signature in rows:
            with suppress(InvalidSignature):
                verifier.verify(signature, head_message(EntryKey(device=self._device, chain=chain, n=n), hash_))
                return True
        return False

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _wire(self, row: Sequence[Any]) -> WireEntry:
        device, chain, n, core, slot, sealed, hash_of_private, hash_ = row
        key = EntryKey(device=device, chain=chain, n=n)
        private, salt = (b"", b"") if hash_of_private == NO_PRIVATE else (None, b"")
        if hidden := self._hidden(key, slot, sealed):
            salt, private = hidden[:SALT_BYTES], hidden[SALT_BYTES:]
        return WireEntry(key=key, core=core, private=private, salt=salt, private_hash=hash_of_private, hash=hash_)

    def _expect_linked(self, entries: Sequence[WireEntry]) -> None:
        """DamagedError where an entry is not the one that its hash was made of: nothing half read is ever sent.

        A page of zeros behind a wrong MAC is no error to SQLite where a long row runs over into it.
        """
        before: WireEntry | None = None
        for entry in entries:
            key = entry.key
            if before is not None and before.key == replace(key, n=key.n - 1):
                last: bytes | None = before.hash
            else:
                last = self._hash_before(key)
            if last is not None and entry_hash(last, entry.core, entry.private_hash) != entry.hash:
                raise DamagedError(f"{NAME}: entry {key} is not what its hash was made of", file=NAME)
            before = entry

    def _hash_before(self, key: EntryKey) -> bytes | None:
        if key.n == 1:
            return GENESIS
        pruned = "SELECT hash FROM pruned WHERE device = ? AND chain = ? AND n = ?"
        rows = self._rows(pruned, key.device, key.chain, key.n - 1)
        return rows[0][0] if rows else self.hash_of(replace(key, n=key.n - 1))


def _runs(keys: Sequence[EntryKey]) -> Iterator[tuple[EntryKey, EntryKey]]:
    """The same keys as runs without a gap, first and last of each, none longer than a scan may wait for."""
    begin = 0
    for place, key in enumerate(keys, 1):
        is_whole = place - begin == _AT_ONCE or place == len(keys)
        if is_whole or keys[place] != replace(key, n=key.n + 1):
            yield keys[begin], key
            begin = place
