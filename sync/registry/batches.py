"""Reading a batch of entries one by one, so that one which cannot be read holds up no other."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.rules.receipts import Receipt, ReceiptResult
from sync.protocol import MOST_ENTRIES, MessageError, PushReply, SentEntry, read

_LONGEST_DETAIL, _LONGEST_ID = 200, 40


@dataclass(frozen=True, kw_only=True, slots=True)
class Malformed:
    """An item of a batch that has not the form of an entry: the id it names, its JSON, and what is wrong with it."""

    id: str
    item: bytes
    why: str

    @property
    def receipt(self) -> Receipt:
        """What its sender is told."""
        return Receipt(id=self.id, result=ReceiptResult.QUARANTINED, detail=self.why)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """A batch as it came: the entries that have the form of one, and the others by their places."""

    readable: tuple[SentEntry, ...]
    malformed: dict[int, Malformed]

    def settled(self, reply: PushReply) -> PushReply:
        """The reply for the readable ones, with the receipts of the others in their places."""
        rest = iter(reply.receipts)
        places = range(len(self.readable) + len(self.malformed))
        receipts = [self.malformed[place].receipt if place in self.malformed else next(rest) for place in places]
        return PushReply(receipts=tuple(receipts), head=reply.head)


def read_batch(body: bytes) -> Batch:
    """The batch that the bytes are; MessageError only where they are no batch at all."""
    readable: list[SentEntry] = []
    malformed: dict[int, Malformed] = {}
    for place, item in enumerate(_items(body)):
        data = _json_of(item)
        try:
            readable.append(read(SentEntry, data))
        except MessageError as error:
            named = item.get("id") if isinstance(item, dict) else None
            # an id has letters and digits only; half a surrogate pair could not even be sent back
            name = named[:_LONGEST_ID].encode("ascii", "replace").decode() if isinstance(named, str) else ""
            malformed[place] = Malformed(id=name, item=data, why=str(error)[:_LONGEST_DETAIL])
    return Batch(readable=tuple(readable), malformed=malformed)


def _json_of(item: Any) -> bytes:
    try:
        return json.dumps(item).encode()
    except RecursionError:  # writing needs more of the stack than reading did
        return b"nested too deeply to be kept"


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
