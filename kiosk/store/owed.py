"""The chain that is owed after a loss: what its first entry will say of the ones before it.

How far the journal had come is known from its own signed heads and openings, from the mark in the folder of keys, and
from what sync.db remembers of the registry. What is said is kept in the new journal until that entry is written.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.errors import EnvironmentalError
from kiosk.rules.canon import CanonError, pack, unpack
from kiosk.rules.entries import ChainBody, read_core
from kiosk.rules.words import ChainCause
from kiosk.store import driver
from kiosk.store.driver import Connection
from kiosk.store.home import Home
from kiosk.store.mark import Mark
from kiosk.store.sync_schema import NAME as SYNC_NAME
from kiosk.store.sync_schema import open_sync

_JOURNAL = "journal.db"
_OPENINGS = "SELECT core FROM entry WHERE device = ? AND n = 1 AND kind = 'chain'"
_GAPS = """
SELECT chain, before + 1, n - 1 FROM (
    SELECT entry.chain, entry.n,
           coalesce(lag(entry.n) OVER (PARTITION BY entry.chain ORDER BY entry.n), pruned.n, 0) AS before
    FROM entry LEFT JOIN pruned USING (device, chain) WHERE entry.device = ?)
WHERE n > before + 1 ORDER BY chain, n
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopening:
    """The chain that is due: its number, and what its first entry will say."""

    chain: int
    cause: ChainCause
    old_chain: int | None = None
    old_n: int | None = None
    old_head: bytes | None = None
    gaps: tuple[tuple[int, ...], ...] = ()
    lost_uses: bool = False
    lost_until: int | None = None


def due(database: Connection, file: Literal["main", "old"] = "main") -> Reopening | None:
    """The chain that the next entry has to open, if any; of an attached older file, the one that it had to open."""
    row = database.execute(f"SELECT body FROM {file}.reopening").fetchone()  # noqa: S608
    return unpack(Reopening, row[0]) if row else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What sync.db remembers of the journal: how far it went, what the registry holds, what of that was told back."""

    chain: int
    head: Mark | None
    heard: tuple[int, int] | None


def told_to_registry(home: Home, device: int) -> Told | None:
    """What sync.db remembers of this device's journal; None where it remembers nothing, or cannot be read."""
    try:
        database = open_sync(home, readonly=True)
        try:
            with driver.guarded(SYNC_NAME):
                row = database.execute(
                    "SELECT device, queued_chain, head_chain, head_n, head_hash, heard.chain, heard.n "
                    "FROM state LEFT JOIN heard USING (one)"
                ).fetchone()
        finally:
            database.close()
    except EnvironmentalError:
        return None
    if row is None or row[0] != device or not (row[1] or row[2]):
        return None
    head = None if row[2] is None else Mark(device=device, chain=row[2], n=row[3], at=0, hash=row[4])
    return Told(chain=max(row[1], row[2] or 0), head=head, heard=None if row[5] is None else (row[5], row[6]))


def reopening(
    database: Connection, device: int, mark: Mark | None, told_to: Told | None, *, is_damaged: bool
) -> Reopening:
    """What a journal owes that was made of what could be read of the one before it."""
    last = database.execute(
        "SELECT chain, n, hash FROM entry WHERE device = ? ORDER BY chain DESC, n DESC LIMIT 1", (device,)
    ).fetchone()
    newest = last
    if mark is not None and (last is None or (mark.chain, mark.n) >= (last[0], last[1])):
        newest = (mark.chain, mark.n, mark.hash)
    gaps = tuple(_gaps(database, device, mark))
    chains = (last[0] if last else 0, mark.chain if mark else 0, told_to.chain if told_to else 0)
    return Reopening(
        chain=1 + max(chains),
        cause=ChainCause.DAMAGED if is_damaged else ChainCause.MISSING,
        old_chain=newest[0] if newest else None,
        old_n=newest[1] if newest else None,
        old_head=newest[2] if newest else None,
        gaps=gaps,
        # without a mark nobody knows how far the journal went
        lost_uses=mark is None or _is_unknown_to(told_to, gaps),
        lost_until=mark.at if mark else None,
    )


def both(fresh: Reopening, owed: Reopening) -> Reopening:
    """One chain for two reasons: what is missing now, and what was owed when the damage came."""
    return replace(
        fresh,
        chain=max(fresh.chain, owed.chain),
        gaps=tuple(dict.fromkeys((*owed.gaps, *fresh.gaps))),
        lost_uses=fresh.lost_uses or owed.lost_uses,
        lost_until=max(fresh.lost_until or 0, owed.lost_until or 0) or None,
    )


def owe(database: Connection, reopening: Reopening) -> None:
    """Let the next entry of this journal open the chain that says so."""
    with driver.writing(database, _JOURNAL):
        database.execute("INSERT OR REPLACE INTO reopening VALUES (1, ?)", (pack(reopening),))


def note_older(database: Connection, home: Home, mark: Mark, chain: int, n: int, *, is_newest: bool) -> None:
    """This journal's head is (chain, n) and lacks the entry of the mark: owe a chain behind the lost ones.

    A mark that is not the journal's newest head is one that the registry has seen: what came after it nobody knows. Nor
    how far a chain went that is missing before the mark's own.
    """
    told_to = told_to_registry(home, mark.device)
    first = n + 1 if chain == mark.chain else 1
    gaps = ((mark.chain, first, mark.n),) if first <= mark.n else ()
    owe(
        database,
        Reopening(
            chain=max(chain, mark.chain, told_to.chain if told_to else 0) + 1,
            cause=ChainCause.OLDER,
            old_chain=mark.chain,
            old_n=mark.n,
            old_head=mark.hash,
            gaps=gaps,
            lost_uses=not is_newest or not gaps or chain != mark.chain or _is_unknown_to(told_to, gaps),
            lost_until=mark.at,
        ),
    )


def note_moved(database: Connection, chain: int, n: int, hash_: bytes) -> None:
    """Nothing is missing, and a copy of this disk may go on elsewhere: owe a chain that the copy will not write."""
    owe(database, Reopening(chain=chain + 1, cause=ChainCause.MOVED, old_chain=chain, old_n=n, old_head=hash_))


def note_missing(database: Connection, device: int, told_to: Told) -> None:
    """An empty journal without a mark, and sync.db knows of an earlier one: owe a chain behind that."""
    owe(database, replace(reopening(database, device, told_to.head, told_to, is_damaged=False), lost_uses=True))


def _gaps(database: Connection, device: int, mark: Mark | None) -> Iterator[tuple[int, int, int]]:
    """What is missing of this device's chains and was not known to be missing before."""
    openings = [body for (core,) in database.execute(_OPENINGS, (device,)) if (body := _opening_of(core))]
    known = {gap for body in openings for gap in body.gaps}
    # how far each chain is known to have come: by its signed head, by the chain that followed it, by the mark
    ends: dict[int, int] = dict(database.execute("SELECT chain, n FROM head WHERE device = ?", (device,)).fetchall())
    heads = [(body.old_chain, body.old_n) for body in openings] + ([(mark.chain, mark.n)] if mark else [])
    for chain, n in heads:
        if chain is not None and n is not None:
            ends[chain] = max(ends.get(chain, 0), n)
    tails = [(chain, _last(database, device, chain) + 1, n) for chain, n in sorted(ends.items())]
    for gap in [*database.execute(_GAPS, (device,)).fetchall(), *tails]:
        if gap not in known and gap[1] <= gap[2]:
            yield gap


def _opening_of(core: bytes) -> ChainBody | None:
    with suppress(CanonError):
        body = read_core(core).body
        return body if isinstance(body, ChainBody) else None
    return None


def _last(database: Connection, device: int, chain: int) -> int:
    """The newest entry of a chain that is here or was purged."""
    queries = (
        "SELECT coalesce(max(n), 0) FROM entry WHERE device = ? AND chain = ?",
        "SELECT coalesce(max(n), 0) FROM pruned WHERE device = ? AND chain = ?",
    )
    return max(int(database.execute(query, (device, chain)).fetchone()[0]) for query in queries)


def _is_unknown_to(told_to: Told | None, gaps: tuple[tuple[int, ...], ...]) -> bool:
    """Whether the uses of what is missing here did not all come back from the registry."""
    if told_to is None or told_to.heard is None:
        return bool(gaps)
    return any((chain, last) > told_to.heard for chain, _, last in gaps)
