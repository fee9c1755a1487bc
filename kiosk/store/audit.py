"""The audit of a journal: walk every chain from its first entry and name each thing that does not follow.

It trusts nothing but the hashes: not the triggers, not the columns, not the order in which rows are stored.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kiosk.errors import EnvironmentalError
from kiosk.rules.canon import CanonError
from kiosk.rules.entries import GENESIS, Entry, EntryKey, entry_hash, private_hash, read_core
from kiosk.rules.words import EntryKind
from kiosk.store import driver
from kiosk.store.driver import Connection

Columns = Callable[[Entry], tuple[object, ...]]
Witness = tuple[int, int, int, bytes]
"""Device, chain, n and hash of a head that somebody outside has seen."""

_WALK = """
SELECT device, chain, n, core, private_hash, hash, private.salt, private.private,
       at, clock, kind, outcome, reason, permit, target, text_hash
FROM entry LEFT JOIN private USING (device, chain, n) ORDER BY device, chain, n
"""
_COPIES = slice(8, None)
_ORPHANS = "SELECT device, chain, n FROM private EXCEPT SELECT device, chain, n FROM entry"


def audit(database: Connection, name: str, columns: Columns, witnessed: Iterable[Witness]) -> list[str]:
    """Every fault in a sentence; a file that cannot be read to its end is one of them."""
    walk = _Walk(columns=columns, witnessed={witness[:3]: witness[3] for witness in witnessed})
    try:
        with driver.guarded(name):
            lines = [line for (line,) in database.execute("PRAGMA integrity_check")]
            walk.faults += [f"{name}: {line}" for line in lines if line != "ok"]
            for row in database.execute(_WALK):
                walk.step(row)
            for device, chain, n in database.execute(_ORPHANS):
                walk.faults.append(f"{EntryKey(device=device, chain=chain, n=n)}: a private part without its entry")
    except EnvironmentalError as error:
        walk.faults.append(str(error))
    for device, chain, n in walk.witnessed:
        key = EntryKey(device=device, chain=chain, n=n)
        walk.faults.append(f"chain {chain} is cut short: entry {key} was seen elsewhere and is not here")
    return walk.faults


@dataclass(kw_only=True, slots=True)
class _Walk:
    """How far the walk has come: the chain it is in, and the hash that the next entry must build on."""

    columns: Columns
    witnessed: dict[tuple[int, int, int], bytes]
    faults: list[str] = field(default_factory=list)
    at: tuple[int, int, int] = (-1, 0, 0)
    hash: bytes = GENESIS

    def step(self, row: tuple[Any, ...]) -> None:
        """Look at one row, which is the next in the order of keys."""
        device, chain, n, core, hash_of_private, hash_, salt, private = row[: _COPIES.start]
        name = str(EntryKey(device=device, chain=chain, n=n))
        if self.at[:2] != (device, chain):
            self.at, self.hash = (device, chain, 0), GENESIS
        if n != self.at[2] + 1:
            self.faults.append(f"chain {chain} has a gap: entry {name} (n = {n}) follows n = {self.at[2]}")
        faults = list(_faults_of_core(row, self.columns))
        if hash_ != entry_hash(self.hash, core, hash_of_private):
            faults.append("its hash does not follow from the entry before it")
        if salt is not None and private_hash(private, salt) != hash_of_private:
            faults.append("its private part was changed")
        if self.witnessed.pop((device, chain, n), hash_) != hash_:
            faults.append("it is not the entry that was seen elsewhere under this id")
        self.faults += [f"{name}: {fault}" for fault in faults]
        self.at, self.hash = (device, chain, n), hash_


def _faults_of_core(row: tuple[Any, ...], columns: Columns) -> Iterable[str]:
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
