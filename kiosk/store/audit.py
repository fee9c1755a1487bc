"""The audit of a journal: walk every chain from its first entry and name each thing that does not follow.

It trusts nothing but the hashes and the device's signature: not the triggers, not the columns, not the order in which
rows are stored. What a later chain says is missing of an earlier one, after damage, is known and no fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature

from kiosk.errors import EnvironmentalError
from kiosk.rules.canon import CanonError
from kiosk.rules.entries import GENESIS, ChainBody, EntryKey, entry_hash, head_message, private_hash, read_core
from kiosk.rules.words import EntryKind
from kiosk.store import driver
from kiosk.store.driver import Connection
from kiosk.store.home import Home
from kiosk.store.journal_columns import columns
from kiosk.store.journal_schema import bound_to
from kiosk.store.vault import Vault

Witness = tuple[int, int, int, bytes]
"""Device, chain, n and hash of a head that somebody outside has seen."""

_SALT_BYTES = 16
_WALK = """
SELECT device, chain, n, core, private_hash, hash, sealed.slot, sealed.sealed,
       at, clock, kind, outcome, reason, permit, target, text_hash
FROM entry LEFT JOIN sealed USING (device, chain, n) ORDER BY device, chain, n
"""
_COPIES = slice(8, None)
_ORPHANS = "SELECT device, chain, n FROM sealed EXCEPT SELECT device, chain, n FROM entry"


def audit(database: Connection, name: str, home: Home, device: int, witnessed: Iterable[Witness]) -> list[str]:
    """Every fault in a sentence; a file that cannot be read to its end is one of them."""
    walk = _Walk(vault=Vault(home.vault_file), witnessed={witness[:3]: witness[3] for witness in witnessed})
    try:
        with driver.guarded(name):
            lines = [line for (line,) in database.execute("PRAGMA integrity_check")]
            walk.faults += [f"{name}: {line}" for line in lines if line != "ok"]
            walk.prepare(database)
            for row in database.execute(_WALK):
                walk.step(row)
            for place in database.execute(_ORPHANS):
                walk.faults.append(f"{_name(*place)}: a private part without its entry")
            walk.faults += _faults_of_heads(database, home, device, walk)
    except EnvironmentalError as error:
        walk.faults.append(str(error))
    for place in walk.witnessed:
        if not walk.is_known_to_be_missing(*place):
            walk.faults.append(
                f"chain {place[1]} is cut short: entry {_name(*place)} was seen elsewhere and is not here"
            )
    return walk.faults


@dataclass(kw_only=True, slots=True)
class _Walk:
    """How far the walk has come: the chain it is in, and the hash that the next entry must build on."""

    vault: Vault
    witnessed: dict[tuple[int, int, int], bytes]
    faults: list[str] = field(default_factory=list)
    at: tuple[int, int, int] = (-1, 0, 0)
    hash: bytes = GENESIS
    pruned: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)
    gaps: set[tuple[int, ...]] = field(default_factory=set)
    ends: dict[tuple[int, int], tuple[int, bytes]] = field(default_factory=dict)

    def prepare(self, database: Connection) -> None:
        """Learn where chains begin after a purge, and what later chains say is missing of earlier ones."""
        for device, chain, n, hash_ in database.execute("SELECT device, chain, n, hash FROM pruned"):
            self.pruned[device, chain] = (n, hash_)
            if self.witnessed.get((device, chain, n), hash_) != hash_:
                self.faults.append(f"{_name(device, chain, n)}: the purge kept another hash than was seen elsewhere")
            # what was seen elsewhere may have been purged since
            for place in [place for place in self.witnessed if place[:2] == (device, chain) and place[2] <= n]:
                del self.witnessed[place]
        openings = "SELECT device, core FROM entry WHERE n = 1 AND kind = ?"
        for device, core in database.execute(openings, (EntryKind.CHAIN.value,)):
            body = _body(core)
            self.gaps |= {(device, *gap) for gap in body.gaps} if isinstance(body, ChainBody) else set()

    def is_known_to_be_missing(self, device: int, chain: int, n: int) -> bool:
        """Whether a later chain says that this entry was lost."""
        return any(gap[:2] == (device, chain) and gap[2] <= n <= gap[3] for gap in self.gaps)

    def step(self, row: tuple[Any, ...]) -> None:
        """Look at one row, which is the next in the order of keys."""
        device, chain, n, core, hash_of_private, hash_ = row[:6]
        if self.at[:2] != (device, chain):
            begin, self.hash = self.pruned.get((device, chain), (0, GENESIS))
            self.at = (device, chain, begin)
        faults = list(_faults_of_core(row))
        if n != self.at[2] + 1 and (device, chain, self.at[2] + 1, n - 1) not in self.gaps:
            self.faults.append(
                f"chain {chain} has a gap: entry {_name(device, chain, n)} (n = {n}) follows n = {self.at[2]}"
            )
        follows_gap = n != self.at[2] + 1
        if not follows_gap and hash_ != entry_hash(self.hash, core, hash_of_private):
            faults.append("its hash does not follow from the entry before it")
        faults += _faults_of_private(row, self.vault)
        if self.witnessed.pop((device, chain, n), hash_) != hash_:
            faults.append("it is not the entry that was seen elsewhere under this id")
        self.faults += [f"{_name(device, chain, n)}: {fault}" for fault in faults]
        self.at, self.hash = (device, chain, n), hash_
        self.ends[device, chain] = (n, hash_)


def _faults_of_core(row: tuple[Any, ...]) -> Iterable[str]:
    device, chain, n, core = row[:4]
    try:
        entry = read_core(core)
    except CanonError as error:
        yield f"its core cannot be read ({error})"
        return
    if entry.key != EntryKey(device=device, chain=chain, n=n):
        yield f"its core says it is {entry.key}"
    if columns(entry) != row[_COPIES]:
        yield "its columns differ from its core"
    if (n == 1) != (entry.kind is EntryKind.CHAIN):
        yield "the first entry of a chain, and no other, opens it"


def _faults_of_private(row: tuple[Any, ...], vault: Vault) -> Iterable[str]:
    device, chain, n, _, hash_of_private, _, slot, sealed = row[: _COPIES.start]
    if slot is None:
        return
    try:
        hidden = vault.open(slot, sealed, bound_to(device, chain, n))
    except EnvironmentalError:
        yield "its private part was changed"
        return
    if hidden is not None and private_hash(hidden[_SALT_BYTES:], hidden[:_SALT_BYTES]) != hash_of_private:
        yield "its private part was changed"


def _faults_of_heads(database: Connection, home: Home, device: int, walk: _Walk) -> Iterable[str]:
    """Each chain of this device ends where its signed head says, and the signature is the device's."""
    rows = database.execute("SELECT chain, n, hash, signature FROM head WHERE device = ?", (device,)).fetchall()
    signed = {chain: (n, hash_, signature) for chain, n, hash_, signature in rows}
    for (owner, chain), end in walk.ends.items():
        if owner != device:
            continue
        if chain not in signed:
            yield f"chain {chain} has no signed head"
            continue
        n, hash_, signature = signed[chain]
        if (n, hash_) != end and not walk.is_known_to_be_missing(device, chain, n):
            yield f"chain {chain} ends at n = {end[0]}, and its signed head is n = {n}"
        try:
            home.device_key().public_key().verify(signature, head_message(_key(device, chain, n), hash_))
        except InvalidSignature:
            yield f"the head of chain {chain} is not signed by this device"


def _body(core: bytes) -> object:
    try:
        return read_core(core).body
    except CanonError:
        return None


def _key(device: int, chain: int, n: int) -> EntryKey:
    return EntryKey(device=device, chain=chain, n=n)


def _name(device: int, chain: int, n: int) -> str:
    return str(_key(device, chain, n))
