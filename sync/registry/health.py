"""How the devices of each kiosk are, as it said last. Nothing here judges: what a word means is said by who shows it.

The newest report is the one that came last. A report's own time is a kiosk's clock, which may have been wrong by years;
to go by it would keep the true ones out.
"""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from sync.health_report import HealthReport
from sync.protocol import read, write
from sync.registry import database as db
from sync.registry.enrolling import Device


@dataclass(frozen=True, kw_only=True, slots=True)
class HeardHealth:
    """A kiosk's newest report, and when it came by the registry's clock."""

    received_at: int
    report: HealthReport

    def as_dict(self) -> dict[str, Any]:
        """For administrators as JSON: the report, and when it came."""
        told: dict[str, Any] = json.loads(write(self.report))
        return {"received_at": self.received_at, **told}


def keep(connection: Connection, device: Device, report: HealthReport, now: int) -> None:
    """Put this report in the place of the device's former one."""
    table = db.device_health
    # a report that is sent again, its reply having been lost, may come beside the first: one waits here for the other
    here = db.device.c.park_id == device.park, db.device.c.device == device.device
    connection.execute(select(db.device.c.device).where(*here).with_for_update())
    values = {"at": report.at, "report": json.loads(write(report)), "received_at": now}
    this = table.c.park_id == device.park, table.c.device == device.device
    if not connection.execute(update(table).where(*this).values(**values)).rowcount:
        connection.execute(insert(table).values(park_id=device.park, device=device.device, **values))


def of_park(connection: Connection, park: int) -> dict[int, HeardHealth]:
    """The newest report of each device of a park; who never sent one is not in it."""
    table = db.device_health
    return {
        row.device: HeardHealth(received_at=row.received_at, report=read(HealthReport, json.dumps(row.report).encode()))
        for row in connection.execute(select(table).where(table.c.park_id == park))
    }
