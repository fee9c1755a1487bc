"""Whom the gates of a park look for: what they reported of missing people, as every set says it to all of them."""

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


def is_of_a_person(entry: Entry) -> bool:
    """Whether it reports that somebody of a known party is missing, or was found."""
    body = entry.body
    if not isinstance(body, ReportBody) or body.report is not ReportKind.PERSON:
        return False
    return body.permit is not None and len(body.permit) == PERMIT_ID_BYTES


def sought(connection: Connection, park: int, now: int) -> list[dict[str, Any]]:
    """The rows for a set published now, newest first: of each permit its newest report of the last days decides."""
    newest: dict[bytes, Sought] = {}
    for at, entry in _reports(connection, park, now):
        body = entry.body
        if isinstance(body, ReportBody) and body.permit is not None:
            what = Whereabouts.FOUND if body.what == Whereabouts.FOUND else Whereabouts.MISSING
            newest[body.permit] = Sought(permit=body.permit.hex(), gate=body.place.gate, since=at, what=what)
    missing = [row for row in newest.values() if row.what is Whereabouts.MISSING]
    return [plain(row) for row in sorted(missing, key=lambda row: (-row.since, row.permit))[:MOST_SOUGHT]]


def _reports(connection: Connection, park: int, now: int) -> list[tuple[int, Entry]]:
    """The reports of people of the last days, oldest first, each with when it was made."""
    table = db.entry
    wanted = select(table.c.core, table.c.received_at).where(
        table.c.park_id == park, table.c.at > now - SOUGHT_SECONDS, table.c.kind == EntryKind.REPORT.value
    )
    heard = [(row.received_at, read_core(row.core)) for row in connection.execute(wanted)]
    # nothing was reported after it came in, whatever the gate's clock said
    found = [(min(entry.at, came), entry) for came, entry in heard if is_of_a_person(entry)]
    lately = [(at, entry) for at, entry in found if at > now - SOUGHT_SECONDS]
    return sorted(lately, key=lambda each: (each[0], each[1].id))
