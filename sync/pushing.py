"""The push half of a cycle: tell the registry what happened here. Nothing is dropped, nothing waits for another.

But for a scan, which goes before each step that five hundred entries go through.
"""

from collections.abc import Callable, Sequence

from kiosk.rules.entries import EntryKey
from kiosk.rules.receipts import ReceiptResult
from kiosk.store.delivery import Deliveries
from kiosk.store.journal import Head, WireEntry
from sync.batches import Batches
from sync.errors import CutOffError, RegistryRefusedError, RegistryUnavailableError, SyncError, UnreadableReplyError
from sync.protocol import MOST_ENTRIES, ChainHead, PushReply, Registry, SentEntry
from sync.report import Notes

# A batch that the registry cannot take is split nine times from 500 down to one entry; then it is not the batch.
_MOST_REFUSALS_IN_A_ROW = 12
# A registry in trouble is not asked more often than this in one cycle.
_MOST_TROUBLES_IN_A_ROW = 3
_MOST_LONE_FAILURES = 8
_ABOUT_THE_BATCH = frozenset({400, 413, 415, 422})


class Push:
    """Sends what waits, in batches; remembers between cycles what failed together."""

    def __init__(
        self,
        *,
        registry: Registry,
        deliveries: Deliveries,
        device: int,
        between: Callable[[Notes], None] = lambda notes: None,
        first: Callable[[], None] = lambda: None,
    ) -> None:
        self._between, self._first = between, first
        self._registry, self._deliveries, self._device = registry, deliveries, device
        self._give_way = deliveries.right_of_way.give_way
        self._batches = Batches()
        self._has_asked = False

    def run(self, notes: Notes) -> None:
        """Send until nothing waits but what failed alone; raises a SyncError that concerns all that is left."""
        self._ask_for_head(notes)
        failed_alone: set[EntryKey] = set()
        refusals = troubles = 0
        while len(failed_alone) < _MOST_LONE_FAILURES:
            waiting = [entry for entry in self._deliveries.pending(MOST_ENTRIES) if entry.key not in failed_alone]
            self._give_way()
            batch = self._batches.next(waiting)
            if not batch:
                return
            keys = [entry.key for entry in batch]
            self._between(notes)  # a revocation does not wait for a day's entries
            try:
                reply = self._answer(batch)
            except SyncError as error:
                refusals, troubles = self._counted(error, refusals, troubles)
                self._blame(keys, failed_alone, notes, str(error))
                if refusals >= _MOST_REFUSALS_IN_A_ROW or troubles >= _MOST_TROUBLES_IN_A_ROW:
                    raise
                continue
            notes.has_contact = True
            refusals = troubles = 0
            missing = self._settle(reply, keys, notes)
            self._compare_heads(reply.head, batch, notes)
            if missing:
                self._blame(missing, failed_alone, notes, "the registry gave no receipt for it.")

    def _ask_for_head(self, notes: Notes) -> None:
        """Before the first batch of a run: a journal put back from a backup is noticed before it sends one id twice."""
        if self._has_asked:
            return
        try:
            reply = self._registry.push(self._device, [])
        except RegistryUnavailableError as error:
            if error.retry_after_seconds is not None:
                raise
            return  # the first batch will meet the same trouble, and tell it
        except (RegistryRefusedError, UnreadableReplyError, CutOffError):
            return
        self._has_asked = True
        self._first()  # a copied disk is named before its entries come
        self._compare_heads(reply.head, (), notes)

    def _answer(self, batch: Sequence[WireEntry]) -> PushReply:
        sent = [sent_entry(entry) for entry in batch]
        self._give_way()
        reply = self._registry.push(self._device, sent)
        self._give_way()
        # or a registry that answers everything so would be asked for each entry alone, and revocations would wait
        if not {receipt.id for receipt in reply.receipts} & {str(entry.key) for entry in batch}:
            raise UnreadableReplyError("The registry gave no receipt for any of the entries that were sent.")
        return reply

    def _counted(self, error: SyncError, refusals: int, troubles: int) -> tuple[int, int]:
        """Whether the fault may lie in the batch; re-raises what concerns every batch alike."""
        match error:
            case RegistryRefusedError(status=status) if status in _ABOUT_THE_BATCH:
                return refusals + 1, troubles
            case UnreadableReplyError():
                return refusals + 1, troubles
            case RegistryUnavailableError(retry_after_seconds=None) | CutOffError():
                return refusals, troubles + 1
            case _:
                raise error

    def _blame(self, keys: Sequence[EntryKey], failed_alone: set[EntryKey], notes: Notes, sentence: str) -> None:
        self._deliveries.failed(keys)
        self._batches.failed(keys)
        if len(keys) == 1:
            failed_alone.update(keys)
            notes.stuck.append(f"Entry {keys[0]} waits: {sentence}")

    def _settle(self, reply: PushReply, keys: Sequence[EntryKey], notes: Notes) -> list[EntryKey]:
        sent = {str(key): key for key in keys}
        receipts = {receipt.id: receipt for receipt in reply.receipts if receipt.id in sent}
        self._give_way()
        self._deliveries.settle(tuple(receipts.values()))
        self._batches.settled([sent[name] for name in receipts])
        notes.pushed += len(receipts)
        for receipt in receipts.values():
            notes.receipts[receipt.result] += 1
            if receipt.result in {ReceiptResult.CONFLICT, ReceiptResult.QUARANTINED}:
                notes.flagged.append(receipt)
        return [key for name, key in sent.items() if name not in receipts]

    def _compare_heads(self, head: ChainHead | None, batch: Sequence[WireEntry], notes: Notes) -> None:
        """The registry works the chain out for itself: where it comes to another hash, one journal was changed."""
        if head is None:
            return
        key = EntryKey(device=self._device, chain=head.chain, n=head.n)
        own = next((entry for entry in batch if entry.key == key), None) or self._deliveries.held(key)
        if own is None:
            notes.alarms.append(f"The registry holds entry {key}, which this journal does not have: it was cut short.")
        elif own.hash != head.hash:
            notes.alarms.append(f"The registry's copy of this journal differs from it at entry {key} or before.")
            return
        self._deliveries.witness(Head(chain=head.chain, n=head.n, hash=head.hash))


def sent_entry(entry: WireEntry) -> SentEntry:
    """The entry as it travels."""
    return SentEntry(
        id=str(entry.key),
        core=entry.core,
        private=entry.private,
        salt=None if entry.private is None else entry.salt,
        private_hash=entry.private_hash,
    )
