"""What gates told besides scans: incidents and other reports, alarms, shifts; read as it is asked for.

Free words stand in the private part, and are there as long as entries keep what is private.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.engine import Connection

from kiosk.rules.canon import CanonError, unpack
from kiosk.rules.entries import AlarmBody, Entry, Private, ReportBody, ShiftBody, read_core
from kiosk.rules.words import EntryKind
from sync.registry import database as db

KINDS = (EntryKind.REPORT, EntryKind.ALARM, EntryKind.SHIFT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One of them: its entry, what it says, and its free words while they are kept."""

    entry: Entry
    body: ReportBody | AlarmBody | ShiftBody
    words: str | None


def told(connection: Connection, park: int, kinds: Sequence[EntryKind] = KINDS) -> Iterator[Told]:
    """Those of a park of these kinds, oldest first."""
    table = db.entry
    rows = select(table.c.core, table.c.private).where(
        table.c.park_id == park, table.c.kind.in_([kind.value for kind in kinds])
    )
    for row in connection.execute(rows.order_by(table.c.at, table.c.device, table.c.chain, table.c.n)):
        entry = read_core(row.core)
        if isinstance(entry.body, ReportBody | AlarmBody | ShiftBody):
            yield Told(entry=entry, body=entry.body, words=_words(row.private))


def _words(data: bytes | None) -> str | None:
    try:
        return unpack(Private, data).reason if data else None
    except CanonError:  # of another version, or damaged: what it says is not known
        return None
