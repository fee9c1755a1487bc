"""A kiosk's line to a registry in memory: it can be cut, be down, deliver twice, late or in another order.

The registry at its end tells the uses of every gate back to all of them, as the real one does.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Any

from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey, Use, read_core, uses_of
from kiosk.rules.receipts import ReceiptResult
from sync.errors import CutOffError, RegistryUnavailableError, UnreachableError
from sync.protocol import Download, PushReply, SentEntry, SignedBody, SnapshotRef
from tests.support.registry_simulator import RegistrySimulator


class Trouble(StrEnum):
    """What is wrong with the line during one cycle."""

    DOWN = "down"
    REQUEST_LOST = "request_lost"
    REPLY_LOST = "reply_lost"
    UNAVAILABLE = "unavailable"
    RECEIPTS_MISSING = "receipts_missing"
    SHUFFLED = "shuffled"
    REPEATED = "repeated"
    PULL_CUT = "pull_cut"
    NOTHING_COMES_BACK = "nothing_comes_back"
    SNAPSHOT_CUT = "snapshot_cut"
    DIES_AFTER_PUSH = "dies_after_push"


@dataclass
class Back:
    """What the registry tells every gate of the uses it was told."""

    registry: RegistrySimulator
    of_permit: dict[bytes, dict[EntryKey, Entry]] = field(default_factory=dict)
    told: dict[bytes, dict[str, Use]] = field(default_factory=dict)

    def learn(self, entries: Sequence[SentEntry]) -> None:
        """Entries that the registry did not hold before."""
        touched = set()
        for sent in entries:
            entry = read_core(sent.core)
            body = entry.body
            if isinstance(body, DecisionBody | ActBody) and body.permit is not None:
                self.of_permit.setdefault(body.permit, {})[entry.key] = entry
                touched.add(body.permit)
        for permit in sorted(touched):
            self._tell(permit)

    def uses(self, permit: bytes) -> tuple[Use, ...]:
        """The uses of a permit at all gates, as the registry has been told them."""
        return uses_of(self.entries(permit))

    def entries(self, permit: bytes) -> list[Entry]:
        """All entries of a permit, in the order of their keys."""
        held = self.of_permit.get(permit, {})
        return [held[key] for key in sorted(held, key=lambda key: (key.device, key.chain, key.n))]

    def _tell(self, permit: bytes) -> None:
        told = self.told.setdefault(permit, {})
        now = {use.entry_id: use for use in self.uses(permit)}
        for entry_id, use in now.items():
            if told.get(entry_id) != use:
                self._row(permit, use, use.party.trimmed())
        for entry_id in told.keys() - now.keys():
            self._row(permit, told[entry_id], [])
        self.told[permit] = now

    def _row(self, permit: bytes, use: Use, party: Sequence[int]) -> None:
        place = [use.gate, use.lane, str(use.direction), use.at, use.entry_id]
        self.registry.add(["u", permit.hex(), use.entry_number, list(party), *place])


class Line:
    """Implements `protocol.Registry` for one kiosk, over the registry that all share."""

    def __init__(self, back: Back, chance: random.Random, dies: Callable[[], None]) -> None:
        self._back, self._registry, self._chance, self._dies = back, back.registry, chance, dies
        self._earlier: list[SentEntry] = []
        self.trouble: Trouble | None = None
        self.met = 0

    def close(self) -> None:
        """Nothing is held."""

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        """Hand entries over, through whatever trouble there is."""
        self._expect_up()
        if self.trouble is Trouble.REQUEST_LOST:
            raise CutOffError("The connection broke.")
        if self.trouble is Trouble.UNAVAILABLE:
            raise RegistryUnavailableError("Later.", status=503)
        sent = list(entries)
        if self.trouble is Trouble.SHUFFLED:
            self._chance.shuffle(sent)
        if self.trouble is Trouble.REPEATED:  # a batch of an earlier cycle that was under way for long
            self._deliver(device, self._earlier)
        reply = self._deliver(device, sent)
        self._earlier = sent
        if self.trouble is Trouble.REPLY_LOST:
            raise CutOffError("The connection broke.")
        if self.trouble is Trouble.DIES_AFTER_PUSH:
            self._dies()
        if self.trouble is Trouble.RECEIPTS_MISSING and len(sent) > 1:
            kept = [receipt for receipt in reply.receipts if self._chance.random() < 0.5] or reply.receipts[:1]
            return replace(reply, receipts=tuple(kept))
        return reply

    def changes(self, park: int, after: str) -> SignedBody:
        """The page of changes after a cursor."""
        self._expect_up()
        is_cut = self.trouble is Trouble.PULL_CUT and self._chance.random() < 0.7
        if is_cut or self.trouble is Trouble.NOTHING_COMES_BACK:
            raise CutOffError("The connection broke.")
        return self._registry.changes(park, after)

    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> AbstractContextManager[Download]:
        """The snapshot, or only its beginning."""
        self._expect_up()
        if self.trouble is Trouble.SNAPSHOT_CUT:
            return _cut(self._registry.snapshot(ref, offset))
        return self._registry.snapshot(ref, offset)

    def __getattr__(self, name: str) -> Any:
        """Whatever else the protocol asks goes straight through, unless the line is down."""
        self._expect_up()
        return getattr(self._registry, name)

    def _expect_up(self) -> None:
        if self.trouble is Trouble.DOWN:
            raise UnreachableError("No connection.")

    def _deliver(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        reply = self._registry.push(device, entries)
        new = {receipt.id for receipt in reply.receipts if receipt.result is ReceiptResult.ACCEPTED}
        self._back.learn([entry for entry in entries if entry.id in new])
        return reply


@contextmanager
def _cut(whole: AbstractContextManager[Download]) -> Iterator[Download]:
    """A download that breaks off in its middle."""
    with whole as download:
        yield replace(download, chunks=islice(download.chunks, 2))
