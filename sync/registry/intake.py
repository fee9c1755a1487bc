"""Taking in what devices did: each entry is stored once, flagged or set aside, and never refused for what it says.

The admission already happened. So a malformed entry goes into quarantine on both sides and holds up no other; the same
key with other content means that a device was copied: it is suspended, and what it sends is set aside, not merged.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection, Row

from kiosk.rules.canon import CanonError
from kiosk.rules.entries import (
    GENESIS,
    PLACED,
    ActBody,
    DecisionBody,
    Entry,
    EntryKey,
    ReportBody,
    entry_hash,
    private_hash,
    read_core,
)
from kiosk.rules.permit import Party
from kiosk.rules.receipts import Receipt, ReceiptResult
from sync.protocol import LARGEST_ENTRY_BYTES, ChainHead, PushReply, SentEntry, read
from sync.protocol import write as as_json
from sync.registry import database as db
from sync.registry import erasing, keeping
from sync.registry.batches import Malformed
from sync.registry.enrolling import Device, DeviceStatus, find, set_status
from sync.registry.sought import report_of

CLONED = "same entry, other content: this device was copied"
SUSPENDED = "this device is suspended: ask the administrator"
REVOKED = "this device was revoked: its entries are set aside until the administrator takes them in"
LARGEST_CHAIN, LARGEST_N, LARGEST_FIGURE = 2**16 - 1, 2**48 - 1, 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The answer to a batch, and the permits whose uses it may have changed."""

    reply: PushReply
    permits: frozenset[bytes]
    has_search: bool = False
    """Whether somebody was reported missing or found."""


class FaultError(ValueError):
    """Why an entry is set aside; never leaves the registry but as the detail of its receipt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Read:
    sent: SentEntry
    entry: Entry


def take(
    connection: Connection,
    device: Device,
    entries: Sequence[SentEntry],
    now: int,
    malformed: Sequence[Malformed] = (),
    *,
    kept_from: int,
) -> Taken:
    """Store these entries of one device; the caller's transaction makes them durable before the reply is sent.

    The private part of an entry from before `kept_from` came after its time, and is not stored.
    """
    _lock(connection, device, now)
    # read again under the lock: another batch may have shown meanwhile that the device was copied
    intake = _Intake(connection, find(connection, device.device) or device, now, kept_from)
    for item in malformed:
        intake.keep_aside(item.item, item.id, item.why)
    return intake.take(entries)


def take_back(connection: Connection, device: Device, now: int, *, kept_from: int) -> Taken:
    """Take in what the device sent while it was suspended, or since it was revoked; it will not send it again.

    All of it is weighed, also behind an entry that shows a copied device and has it suspended once more.
    """
    table = db.quarantine
    mine = table.c.park_id == device.park, table.c.device == device.device, table.c.why.in_((SUSPENDED, REVOKED))
    _lock(connection, device, device.last_received_at)
    items = connection.execute(select(table.c.item).where(*mine).order_by(table.c.chain, table.c.n)).scalars().all()
    connection.execute(delete(table).where(*mine))
    waiting = [read(SentEntry, item) for item in items]
    again = find(connection, device.device) or device
    return _Intake(connection, again, now, kept_from, is_replay=True).take(waiting)


class _Intake:
    """One batch of one device, within one transaction."""

    def __init__(
        self, connection: Connection, device: Device, now: int, kept_from: int, *, is_replay: bool = False
    ) -> None:
        self._connection, self._device, self._now, self._kept_from = connection, device, now, kept_from
        self._is_suspended = device.status is not DeviceStatus.ACTIVE and not is_replay
        self._is_replay = is_replay

    def take(self, entries: Sequence[SentEntry]) -> Taken:
        receipts: dict[int, Receipt] = {}
        read: dict[int, _Read] = {}
        for place, sent in enumerate(entries):
            try:
                read[place] = _Read(sent=sent, entry=_readable(sent, self._device))
            except FaultError as fault:
                receipts[place] = self._set_aside(self._without_erased(sent), str(fault))
        self._forget(read)
        known = self._known([item.entry.key for item in read.values()])
        new: list[_Read] = []
        for place, item in read.items():
            receipts[place] = self._weigh(item, known, new)
        if new:
            self._connection.execute(insert(db.entry), [self._values(item) for item in new])
            self._link({item.entry.key.chain for item in new})
        permits = self._permits([item.entry for item in new])
        reply = PushReply(receipts=tuple(receipts[place] for place in sorted(receipts)), head=self._head())
        has_search = any(report_of(item.entry) is not None for item in new)
        return Taken(reply=reply, permits=permits, has_search=has_search)

    def _without_erased(self, sent: SentEntry) -> SentEntry:
        """What is set aside, without its private part if that came too late, or its person was erased."""
        try:
            entry = read_core(sent.core)
        except CanonError:
            return sent
        is_erased = bool(erasing.among(self._connection, self._device.park, self._permits([entry])))
        return keeping.without_private(sent) if is_erased or entry.at < self._kept_from else sent

    def _forget(self, read: dict[int, _Read]) -> None:
        """Drop the private parts of entries that came after their time, or whose people were erased before."""
        for place, item in list(read.items()):
            if item.sent.private and item.entry.at < self._kept_from:
                read[place] = replace(item, sent=keeping.without_private(item.sent))
        permits = {place: self._permits([item.entry]) for place, item in read.items() if item.sent.private}
        erased = erasing.among(self._connection, self._device.park, frozenset().union(*permits.values()))
        for place in [place for place, about in permits.items() if about & erased]:
            read[place] = replace(read[place], sent=keeping.without_private(read[place].sent))

    def _weigh(self, item: _Read, known: dict[EntryKey, tuple[bytes, bytes]], new: list[_Read]) -> Receipt:
        key, content = item.entry.key, (item.sent.core, item.sent.private_hash)
        if key in known:
            if known[key] == content:
                return Receipt(id=item.sent.id, result=ReceiptResult.DUPLICATE)
            # sent once more it tells nothing new, and whoever looked into it may have restored the device since
            if not self._is_aside(item.sent, CLONED):
                self._suspend()
                self._set_aside(item.sent, CLONED)
            return Receipt(id=item.sent.id, result=ReceiptResult.CONFLICT, detail=CLONED)
        if self._is_suspended:
            is_revoked = self._device.status is DeviceStatus.REVOKED
            return self._set_aside(item.sent, REVOKED if is_revoked else SUSPENDED)
        known[key] = content
        new.append(item)
        return Receipt(id=item.sent.id, result=ReceiptResult.ACCEPTED)

    def _suspend(self) -> None:
        # a revoked one stays so, and one that is suspended already keeps the first reason
        if self._device.status is DeviceStatus.ACTIVE and not self._is_suspended:
            set_status(self._connection, self._device, DeviceStatus.SUSPENDED, CLONED)
            self._is_suspended = not self._is_replay

    def _is_aside(self, sent: SentEntry, why: str) -> bool:
        """Whether this entry was set aside for this, with its private part or since without."""
        key, table = EntryKey.parse(sent.id), db.quarantine
        this = table.c.chain == key.chain, table.c.n == key.n, table.c.why == why
        items = self._connection.execute(select(table.c.item).where(*self._mine(table), *this)).scalars().all()
        known = [read(SentEntry, item) for item in items]
        return any((one.core, one.private_hash) == (sent.core, sent.private_hash) for one in known)

    def _set_aside(self, sent: SentEntry, why: str) -> Receipt:
        self.keep_aside(as_json(sent), sent.id, why)
        return Receipt(id=sent.id, result=ReceiptResult.QUARANTINED, detail=why)

    def keep_aside(self, item: bytes, name: str, why: str) -> None:
        """Keep what could not be taken, once, for whoever looks into it; of a huge one its beginning."""
        digest = hashlib.sha256(item).digest()
        table = db.quarantine
        if self._connection.execute(select(table.c.digest).where(*self._mine(table), table.c.digest == digest)).first():
            return
        key = _key_of(name)
        values = {"park_id": self._device.park, "device": self._device.device, "digest": digest, "why": why}
        values |= {"chain": key.chain if key else None, "n": key.n if key else None}
        kept = item[: 5 * LARGEST_ENTRY_BYTES]  # core and private part in hexadecimal, and what names them
        self._connection.execute(insert(table).values(item=kept, received_at=self._now, **values))

    def _known(self, keys: Sequence[EntryKey]) -> dict[EntryKey, tuple[bytes, bytes]]:
        table = db.entry
        wanted = select(table.c.chain, table.c.n, table.c.core, table.c.private_hash).where(*self._mine(table))
        found: dict[EntryKey, tuple[bytes, bytes]] = {}
        # chain by chain, not by pairs: for those SQLite would walk all that the device ever sent
        for chain in sorted({key.chain for key in keys}):
            places = [key.n for key in keys if key.chain == chain]
            for row in self._connection.execute(wanted.where(table.c.chain == chain, table.c.n.in_(places))):
                key = EntryKey(device=self._device.device, chain=row.chain, n=row.n)
                found[key] = (row.core, row.private_hash)
        return found

    def _values(self, item: _Read) -> dict[str, Any]:
        entry, body = item.entry, item.entry.body
        return {
            "park_id": self._device.park,
            "device": entry.key.device,
            "chain": entry.key.chain,
            "n": entry.key.n,
            "gate": body.place.gate if isinstance(body, PLACED) else self._device.gate,
            "at": entry.at,
            "kind": entry.kind.value,
            "permit": body.permit if isinstance(body, DecisionBody | ActBody | ReportBody) else None,
            "target": body.target if isinstance(body, ActBody | ReportBody) else None,
            "core": item.sent.core,
            "private": item.sent.private,
            "salt": item.sent.salt,
            "private_hash": item.sent.private_hash,
            "hash": None,
            "received_at": self._now,
        }

    def _link(self, chains: set[int]) -> None:
        """Work out the hashes of entries that now hang on the chain without a gap; later ones stay pending."""
        table = db.entry
        for chain in sorted(chains):
            head = self._stored_head(chain)
            n, last = (head.n, head.hash) if head else (0, GENESIS)
            wanted = select(table.c.n, table.c.core, table.c.private_hash)
            waiting = wanted.where(*self._mine(table), table.c.chain == chain, table.c.n > n).order_by(table.c.n)
            linked = []
            for row in self._connection.execute(waiting):
                if row.n != n + 1:
                    break
                n, last = row.n, entry_hash(last, row.core, row.private_hash)
                linked.append({"of_n": n, "hash": last})
            if linked:
                self._store_links(chain, linked, is_first=head is None)

    def _store_links(self, chain: int, linked: list[dict[str, Any]], *, is_first: bool) -> None:
        table, heads = db.entry, db.chain_head
        one = update(table).where(*self._mine(table), table.c.chain == chain, table.c.n == bindparam("of_n"))
        self._connection.execute(one.values(hash=bindparam("hash")), linked)
        head = {"n": linked[-1]["of_n"], "hash": linked[-1]["hash"]}
        if is_first:
            named = {"park_id": self._device.park, "device": self._device.device, "chain": chain}
            self._connection.execute(insert(heads).values(**named, **head))
        else:
            self._connection.execute(update(heads).where(*self._mine(heads), heads.c.chain == chain).values(**head))

    def _stored_head(self, chain: int) -> Row[Any] | None:
        table = db.chain_head
        return self._connection.execute(select(table).where(*self._mine(table), table.c.chain == chain)).one_or_none()

    def _head(self) -> ChainHead | None:
        table = db.chain_head
        newest = select(table).where(*self._mine(table)).order_by(table.c.chain.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else ChainHead(chain=row.chain, n=row.n, hash=row.hash)

    def _permits(self, entries: Sequence[Entry]) -> frozenset[bytes]:
        """The permits these entries are about, directly or through the entry they act upon."""
        found: set[bytes] = set()
        for entry in entries:
            match entry.body:
                case (
                    DecisionBody(permit=bytes() as permit)
                    | ActBody(permit=bytes() as permit)
                    | ReportBody(permit=bytes() as permit)
                ):
                    found.add(permit)
                case ActBody(target=target):
                    found |= self._permit_of(target)
                case _:
                    pass
        return frozenset(found)

    def _permit_of(self, target: str) -> set[bytes]:
        try:
            key = EntryKey.parse(target)
        except ValueError:
            return set()
        table = db.entry
        this = table.c.park_id == self._device.park, table.c.device == key.device
        wanted = select(table.c.permit).where(*this, table.c.chain == key.chain, table.c.n == key.n)
        permit = self._connection.execute(wanted).scalar()
        return set() if permit is None else {permit}

    def _mine(self, table: Any) -> tuple[Any, Any]:
        return table.c.park_id == self._device.park, table.c.device == self._device.device


def _lock(connection: Connection, device: Device, now: int | None) -> None:
    """One batch of a device at a time: its row is held until the transaction ends."""
    this = db.device.c.park_id == device.park, db.device.c.device == device.device
    connection.execute(update(db.device).where(*this).values(last_received_at=now))


def _readable(sent: SentEntry, device: Device) -> Entry:
    if max(len(sent.core), len(sent.private or b"")) > LARGEST_ENTRY_BYTES:
        raise FaultError(f"larger than {LARGEST_ENTRY_BYTES} bytes")
    try:
        entry = read_core(sent.core)
    except CanonError as error:
        raise FaultError(str(error)[:200]) from error
    key = entry.key
    if key.device != device.device:
        raise FaultError(f"it is an entry of device {key.device}")
    if not (1 <= key.chain <= LARGEST_CHAIN and 1 <= key.n <= LARGEST_N and 0 <= entry.at < 2**53):
        raise FaultError("its key or its time is out of range")
    if entry.id != sent.id:
        raise FaultError("its id is not that of its core")
    if isinstance(entry.body, PLACED):
        _expect_own(entry.body, device)
    if sent.private is not None and private_hash(sent.private, sent.salt or b"") != sent.private_hash:
        raise FaultError("its private part is not the one its hash was made of")
    return entry


def _expect_own(body: PLACED, device: Device) -> None:
    """FaultError for what no honest kiosk of this place writes: it would count at another gate, or fit no column."""
    place = body.place
    if place.park != device.park:
        raise FaultError(f"it names park {place.park}, the device stands in park {device.park}")
    if (place.gate, place.lane) != (device.gate, device.lane):
        raise FaultError(
            f"it names lane {place.lane} of gate {place.gate}, the device stands at lane {device.lane} of gate "
            f"{device.gate}"
        )
    if not isinstance(body, DecisionBody | ActBody):
        return
    party, right = body.party or Party(), body.right or Party()
    if max(body.entry_number or 1, body.returning, party.heads, right.heads) > LARGEST_FIGURE:
        raise FaultError(f"expected figures up to {LARGEST_FIGURE}")


def _key_of(name: str) -> EntryKey | None:
    try:
        return EntryKey.parse(name)
    except ValueError:
        return None
