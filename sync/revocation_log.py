"""The revocation log on the wire: signed batches chained by hash, a signed snapshot of them, and what follows what.

A batch is the exact bytes that were signed when it was made; its hash stands in the next one. A snapshot says what the
log amounts to at one batch. `kiosk/rules/revocation.py` says what a row means.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from kiosk.rules.revocation import PREFIX_BYTES, LogHead, Revocation, RevocationAction
from sync.fields import Hex, Hex8, Hex32, Number, Whole

MOST_BATCH_ROWS: Final = 1_000
MOST_BATCHES: Final = 200  # on one page; with what a page may weigh, a second or two over 2G
MOST_PAGE_BYTES: Final = 128 * 1024
FAR_ROWS: Final = 500
"""Behind by more than this a kiosk takes the snapshot, and a registry makes a new one."""
LONGEST_WAIT_SECONDS: Final = 25

Position = Annotated[int, Field(ge=1, le=2**53 - 1)]
Step = Annotated[int, Field(ge=-(2**53), le=2**53)]
LogRow = tuple[Position, Hex8, RevocationAction, Whole, Whole]
"""`[seq, cti8, action, effective, expires]`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldHead:
    """How far the registry's log reaches, as its manifest says: the last row's number and its batch's hash."""

    last: Whole
    hash: Hex32

    @property
    def head(self) -> LogHead:
        """The same for the rules."""
        return LogHead(last=self.last, hash=self.hash)


@dataclass(frozen=True, kw_only=True, slots=True)
class RevocationBatch:
    """Rows `first` to `last` of a park's log, all of them, and the SHA-256 of the batch `before` them."""

    schema: int
    park: Number
    first: Position
    last: Position
    before: Hex32
    signed_at: Whole
    rows: Annotated[list[LogRow], Field(min_length=1, max_length=MOST_BATCH_ROWS)]

    def revocations(self) -> list[Revocation]:
        """The rows as the rules read them."""
        return [
            Revocation(seq=seq, cti8=cti8, action=action, effective=effective, expires=expires)
            for seq, cti8, action, effective, expires in self.rows
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedText:
    """A signed message inside another: its exact text, and the value of `Qaqpa-Signature`."""

    text: str
    signature: Annotated[str, Field(max_length=300)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RevocationsPage:
    """`GET /v1/scopes/{park}/revocations?after=`: batches in their order, each signed by itself."""

    park: Number
    after: Whole
    more: bool
    batches: Annotated[tuple[SignedText, ...], Field(max_length=MOST_BATCHES)]


@dataclass(frozen=True, kw_only=True, slots=True)
class RevocationSnapshot:
    """`GET /v1/scopes/{park}/revocations/snapshot`: of each ticket the newest row, unless the ticket has ended.

    In columns, because they pack to two thirds of what rows do: `seq`, `effective` and `expires` are each the
    difference from the row before, `cti8` are all prefixes in one text, `restored` the places of rows that restore.
    """

    schema: int
    park: Number
    last: Whole
    hash: Hex32
    signed_at: Whole
    cti8: Hex
    seq: list[Step]
    effective: list[Step]
    expires: list[Step]
    restored: list[Whole]

    @property
    def head(self) -> LogHead:
        """The batch it was made at."""
        return LogHead(last=self.last, hash=self.hash)

    def revocations(self) -> Iterator[Revocation]:
        """The rows in their order; ValueError where the columns do not belong together."""
        restored = frozenset(self.restored)
        prefixes = [self.cti8[at : at + PREFIX_BYTES] for at in range(0, len(self.cti8), PREFIX_BYTES)]
        seq = effective = expires = 0
        columns = zip(prefixes, self.seq, self.effective, self.expires, strict=True)
        for place, (cti8, further, later, longer) in enumerate(columns):
            seq, effective, expires = seq + further, effective + later, expires + longer
            is_row = min(effective, expires) >= 0 and len(cti8) == PREFIX_BYTES
            if not (is_row and further > 0 and seq <= self.last):
                raise ValueError(f"row {place} is out of its order")
            action = RevocationAction.RESTORE if place in restored else RevocationAction.REVOKE
            yield Revocation(seq=seq, cti8=cti8, action=action, effective=effective, expires=expires)


@dataclass(frozen=True, kw_only=True, slots=True)
class UrgentReply:
    """`GET /v1/scopes/{park}/urgent`: how far the log and the set are now. Unsigned: it only rings a bell."""

    revocations: Whole
    set: Whole


def log_row(row: Revocation) -> LogRow:
    """The row as it travels."""
    return row.seq, row.cti8, row.action, row.effective, row.expires


def batch_hash(data: bytes) -> bytes:
    """By which the next batch names this one."""
    return hashlib.sha256(data).digest()


def objection(head: LogHead, batch: RevocationBatch) -> str | None:
    """Why a batch is not the next one after this head; None where it is."""
    numbers = [row[0] for row in batch.rows]
    if numbers != list(range(batch.first, batch.last + 1)):
        return f"batch {batch.first} to {batch.last} does not hold these rows"
    if batch.first <= head.last:
        return f"it goes back: row {head.last} is known, and batch {batch.first} to {batch.last} came"
    if batch.first != head.last + 1:
        return f"rows {head.last + 1} to {batch.first - 1} are missing"
    if batch.before != head.hash:
        return f"its past was rewritten: batch {batch.first} to {batch.last} follows another row {head.last}"
    return None


def snapshot_of(park: int, head: LogHead, rows: Iterable[Revocation], signed_at: int) -> RevocationSnapshot:
    """What the log up to this head amounts to: rows in any order, of each ticket the newest."""
    newest: dict[bytes, Revocation] = {}
    for row in rows:
        if (known := newest.get(row.cti8)) is None or known.seq < row.seq:
            newest[row.cti8] = row
    # a restore stays as long as its ticket may come: a kiosk that knows only the revocation must hear of it
    kept = sorted((row for row in newest.values() if not row.is_over(signed_at)), key=lambda row: row.seq)
    return RevocationSnapshot(
        schema=1,
        park=park,
        last=head.last,
        hash=head.hash,
        signed_at=signed_at,
        cti8=b"".join(row.cti8 for row in kept),
        seq=_steps([row.seq for row in kept]),
        effective=_steps([row.effective for row in kept]),
        expires=_steps([row.expires for row in kept]),
        restored=[place for place, row in enumerate(kept) if row.action is RevocationAction.RESTORE],
    )


def batch_of(park: int, head: LogHead, rows: Sequence[Revocation], signed_at: int) -> RevocationBatch:
    """These rows, numbered on from a head, as the batch that follows it."""
    return RevocationBatch(
        schema=1,
        park=park,
        first=head.last + 1,
        last=head.last + len(rows),
        before=head.hash,
        signed_at=signed_at,
        rows=[log_row(row) for row in rows],
    )


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]
