"""Reading a batch of entries one by one, so that one which cannot be read holds up no other."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.rules.receipts import Receipt, ReceiptResult
from sync.protocol import MOST_ENTRIES, MessageError, PushReply, SentEntry, read

_LONGEST_DETAIL = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A batch as it came: the entries that have the form of one, and receipts for the others, by their places."""

    readable: tuple[SentEntry, ...]
    unreadable: dict[int, Receipt]

    def settled(self, reply: PushReply) -> PushReply:
        """The reply for the readable ones, with the receipts of the others in their places."""
        rest = iter(reply.receipts)
        places = range(len(self.readable) + len(self.unreadable))
        receipts = [self.unreadable[place] if place in self.unreadable else next(rest) for place in places]
        return PushReply(receipts=tuple(receipts), head=reply.head)


def read_batch(body: bytes) -> Batch:
    """The batch that the bytes are; MessageError only where they are no batch at all."""
    readable: list[SentEntry] = []
    unreadable: dict[int, Receipt] = {}
    for place, item in enumerate(_items(body)):
        try:
            readable.append(read(SentEntry, json.dumps(item).encode()))
        except MessageError as error:
            named = item.get("id") if isinstance(item, dict) else None
            unreadable[place] = Receipt(
                id=named if isinstance(named, str) else "",
                result=ReceiptResult.QUARANTINED,
                detail=str(error)[:_LONGEST_DETAIL],
            )
    return Batch(readable=tuple(readable), unreadable=unreadable)


def _items(body: bytes) -> Sequence[Any]:
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from error
    items = raw.get("entries") if isinstance(raw, dict) else None
    if not isinstance(items, list):
        raise MessageError("expected a list in 'entries'")
    if len(items) > MOST_ENTRIES:
        raise MessageError(f"expected at most {MOST_ENTRIES} entries in 'entries', got {len(items)}")
    return items
