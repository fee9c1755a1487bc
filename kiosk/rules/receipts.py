"""What the registry says of each entry it was sent. Nothing here does any I/O."""

from dataclasses import dataclass
from enum import StrEnum


class ReceiptResult(StrEnum):
    """The four answers: an upload is never refused for business reasons, only flagged."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """The registry's word that it holds this entry; `id` is the entry id, `detail` a short reason or nothing."""

    id: str
    result: ReceiptResult
    detail: str | None = None
