"""A kiosk's journal out of its folder, read only and as far as it can be read, in batches as they would be pushed.

A damaged page costs the entries on it and no others: the journal is opened again behind it.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

from kiosk.errors import EnvironmentalError
from kiosk.rules.policy import PolicySet
from kiosk.store import files
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Head, Journal, WireEntry
from sync.handover import HandoverWriter, Header
from sync.protocol import MOST_ENTRIES, SentEntry
from sync.pushing import sent_entry

_LONGEST_GAP = 2_000
_CHAINS_TRIED = 3

OpenJournal = Callable[[], Journal]
Told = Callable[[int, int | None], None]
"""How many entries are done, of how many where that is known."""


@dataclass(kw_only=True, slots=True)
class Reading:
    """How far a journal could be read: the entries found, those missing between them, and whether its end was read."""

    entries: int = 0
    missing: int = 0
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether nothing was passed over."""
        return not self.missing and not self.is_cut


def batches(open_journal: OpenJournal, reading: Reading) -> Iterator[tuple[SentEntry, ...]]:
    """All entries of the device, oldest first, in batches of a push; what cannot be read is counted in `reading`."""
    chain, n, limit, tried = 0, 0, MOST_ENTRIES, 0
    last = (chain, n)
    while (found := _after(open_journal, chain, n, limit)) != []:
        if found is not None:
            reading.missing += _missing_of(last, found)
            reading.entries += len(found)
            yield tuple(sent_entry(entry) for entry in found)
            chain, n = last = found[-1].key.chain, found[-1].key.n
            limit, tried = min(MOST_ENTRIES, limit * 8), 0
        elif limit > 1:
            limit = max(1, limit // 8)  # up to the damage, and not one entry less
        elif tried < _LONGEST_GAP:
            n, tried = n + 1, tried + 1  # an entry on the page behind may be whole
        else:
            reading.is_cut = True
            chain, n, tried = chain + 1, 0, _LONGEST_GAP  # a later chain is tried once each
            if chain > last[0] + _CHAINS_TRIED:
                break
    with closing(open_journal()) as journal:
        reading.missing += journal.missing_after(*last)


def _after(open_journal: OpenJournal, chain: int, n: int, limit: int) -> list[WireEntry] | None:
    """The next entries, or None where they cannot be read; DamagedError where nothing of the file can."""
    # opened for each: a connection that met a damaged page reads nothing any more
    with closing(open_journal()) as journal:
        try:
            return journal.after(chain, n, limit)
        except DamagedError:
            return None


def _missing_of(last: tuple[int, int], found: Sequence[WireEntry]) -> int:
    """The entries that should stand before and between those that could be read."""
    places = [last, *((entry.key.chain, entry.key.n) for entry in found)]
    return sum(max(0, n - 1 - (before if chain == same else 0)) for (same, before), (chain, n) in pairwise(places))


def export(home: Home, record: DeviceRecord, policy: PolicySet, path: Path, *, software: str, told: Told) -> Header:
    """Write the whole journal to one file for the registry; what was at the path stays until it is done."""
    if policy.handover_key is None:
        raise EnvironmentalError(
            "The park's set names no hand-over key yet: connect this kiosk to its registry (`qaqpa sync --once`) first"
        )
    if not home.has_device_key:
        raise EnvironmentalError(
            f"{home.keys} holds no key of this device, and no registry takes a file without its signature: settle the "
            "folder itself with `qaqpa registry settle`"
        )

    def journal() -> Journal:
        return Journal.open(home, record.device, readonly=True)

    count = Reading()
    for _ in batches(journal, count):
        told(count.entries, None)
    header = _header(home, record, policy.handover_key, count, software, journal)
    beside = path.with_name(f".{path.name}.part")
    with files.told(path):
        try:
            with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, files.PRIVATE_FILE), "wb") as file:
                _write(file, header, home, journal, told)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        files.sync_folder(path.parent)
    return header


def _write(file: BinaryIO, header: Header, home: Home, journal: OpenJournal, told: Told) -> None:
    writer, reading, left = HandoverWriter(file, header, home.device_key()), Reading(), header.entries
    for batch in batches(journal, reading):
        # a running kiosk goes on writing: what came since the header was made is for the next file
        if some := batch[:left]:
            writer.add(some)
        left -= len(some)
        told(header.entries - left, header.entries)
        if not left:
            break
    writer.finish()


def _header(
    home: Home, record: DeviceRecord, handover_key: bytes, count: Reading, software: str, journal: OpenJournal
) -> Header:
    head, pending = _head(journal), _pending(home, journal)
    return Header(
        park=record.park,
        device=record.device,
        gate=record.gate,
        lane=record.lane,
        entries=count.entries,
        head_chain=head.chain,
        head_n=head.n,
        head_hash=head.hash.hex(),
        pending=pending,
        missing=count.missing,
        is_cut=int(count.is_cut),
        handover_key=handover_key.hex(),
        software=software,
    )


def _head(journal: OpenJournal) -> Head:
    try:
        with closing(journal()) as opened:
            return opened.head()
    except DamagedError:
        return Head(chain=0, n=0, hash=bytes(32))  # its end is what cannot be read


def _pending(home: Home, journal: OpenJournal) -> int | None:
    """How many entries have no receipt; unknown where that cannot be read."""
    try:
        with closing(journal()) as opened, closing(Deliveries(home, opened, readonly=True)) as deliveries:
            return deliveries.pending_count()
    except DamagedError:
        return None
