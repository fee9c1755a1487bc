"""Whom the gates of a park look for: what they reported of missing people, as every set says it to all of them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from kiosk.rules.canon import plain
from kiosk.rules.entries import Entry, ReportBody, read_core
from kiosk.rules.permit import PERMIT_ID_BYTES
from kiosk.rules.sought import SOUGHT_SECONDS, Sought
from kiosk.rules.words import EntryKind, ReportKind, Whereabouts
from sync.registry import database as db

MEMBER = "sought"
"""Of a set's tables: it follows from reports, and nobody loads it."""
MOST_SOUGHT = 100
"""The newest so many: one kiosk gone mad must not make a set that no gate would take."""


def report_of(entry: Entry) -> ReportBody | None:
    """What an entry reports of somebody of a known party, missing or found; None where it reports no such thing."""
    body = entry.body
    if not isinstance(body, ReportBody) or body.report is not ReportKind.PERSON:
        return None
    return body if body.permit is not None and len(body.permit) == PERMIT_ID_BYTES else None


def sought(connection: Connection, park: int, now: int) -> list[dict[str, Any]]:
    """The rows for a set published now, newest first: of each permit its newest report of the last days decides."""
    newest = {row.permit: row for row in sorted(_reported(connection, park, now), key=lambda row: row.since)}
    missing = [row for row in newest.values() if row.what is not Whereabouts.FOUND]
    return [plain(row) for row in sorted(missing, key=lambda row: (-row.since, row.permit))[:MOST_SOUGHT]]


def _reported(connection: Connection, park: int, now: int) -> Iterator[Sought]:
    """Each report of the last days, those of one kiosk in the order in which it wrote them."""
    table = db.entry
    wanted = select(table.c.core, table.c.received_at).where(
        table.c.park_id == park, table.c.at > now - SOUGHT_SECONDS, table.c.kind == EntryKind.REPORT.value
    )
    for row in connection.execute(wanted.order_by(table.c.device, table.c.chain, table.c.n)):
        entry = read_core(row.core)
        at = min(entry.at, row.received_at)  # nothing was reported after it came in, whatever the gate's clock said
        if (body := report_of(entry)) and at > now - SOUGHT_SECONDS:
            what = Whereabouts.FOUND if body.what == Whereabouts.FOUND else Whereabouts.MISSING
            yield Sought(permit=(body.permit or b"").hex(), gate=body.place.gate, since=at, what=what)
