"""Claims of a payment, beside the permits that were bought with the receipt or for the plate that was told at the gate.

The keyed hash of the receipt stands in the entry for ever; plate and receipt themselves only as long as entries keep
what is private. Nothing is written here: a match is looked up each time, for the payment may come in later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from kiosk.rules.canon import CanonError, unpack
from kiosk.rules.entries import DecisionBody, Entry, Private, read_core
from kiosk.rules.permit import Permit
from kiosk.rules.personal import LookUp, word_for
from kiosk.rules.words import EntryKind, Reason
from sync.registry import database as db
from sync.registry import feed

CLAIMS = frozenset({Reason.CLAIM, Reason.CLAIM_OPEN})


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One claim, and the permits that its receipt or plate finds; none: no payment is known here yet."""

    entry: Entry
    body: DecisionBody
    permits: tuple[Permit, ...]

    @property
    def is_matched(self) -> bool:
        """Whether a payment was found."""
        return bool(self.permits)


def claims(connection: Connection, park: int, lookup_key: bytes) -> list[Claim]:
    """All claims of a park, oldest first."""
    table = db.entry
    rows = select(table.c.core, table.c.private).where(
        table.c.park_id == park, table.c.kind == EntryKind.DECISION.value, table.c.permit.is_(None)
    )
    found = []
    for row in connection.execute(rows.order_by(table.c.at, table.c.device, table.c.chain, table.c.n)):
        entry = read_core(row.core)
        body = entry.body
        if isinstance(body, DecisionBody) and body.reason in CLAIMS:
            words = _words(body, _private(row.private), lookup_key)
            found.append(Claim(entry=entry, body=body, permits=_permits(connection, park, words)))
    return found


def _words(body: DecisionBody, private: Private, lookup_key: bytes) -> list[str]:
    """The hashes that find a permit: the receipt's of the entry, and what is still told of receipt and plate."""
    special = body.facts.get("special") or {}
    words = [special["receipt"]] if isinstance(special.get("receipt"), bytes) else []
    for kind, value in ((LookUp.RECEIPT, private.receipt), (LookUp.PLATE, private.plate)):
        words += word_for(kind, value, lookup_key) if value else ()
    return sorted({word.hex() for word in words})


def _permits(connection: Connection, park: int, words: Sequence[str]) -> tuple[Permit, ...]:
    found: dict[bytes, Permit] = {}
    for word in words:
        rows = select(db.permit).where(db.permit.c.park_id == park, db.permit.c.search.like(f"%{word}%"))
        found |= {row.id: feed.permit_of(row) for row in connection.execute(rows) if word in row.search.split()}
    return tuple(sorted(found.values(), key=lambda permit: (permit.nbf, permit.id)))


def _private(data: Any) -> Private:
    try:
        return unpack(Private, data) if data else Private()
    except CanonError:  # of another version, or damaged: what it says is not known
        return Private()
