"""A park's devices as its administrator sees them: how far each one's entries are in, and how it said it is."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.engine import Connection, Row

from kiosk.rules.entries import ChainBody, read_core
from kiosk.rules.words import ChainCause
from sync.registry import database as db
from sync.registry import enrolling, health


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceState:
    """An enrolled device, how far its chain is held, what of it is set aside, and its newest word of its devices."""

    device: enrolling.Device
    chain: int
    n: int
    pending: int
    quarantined: int
    told: health.HeardHealth | None
    code_tries: int = 0
    """How often its enrolment code was tried again by somebody else, newest at `code_tried_at`."""
    code_tried_at: int | None = None
    cause: ChainCause | None = None
    """Why its newest chain was opened, where something had happened to the one before: `older`, `moved` and others."""

    @property
    def heard_at(self) -> int | None:
        """When it last sent entries or word of its devices; None where it never did."""
        times = (self.device.last_received_at, self.told.received_at if self.told else None)
        return max((at for at in times if at is not None), default=None)


def of_park(connection: Connection, park: int) -> list[DeviceState]:
    """The park's devices in the order of their numbers."""
    told = health.of_park(connection, park)
    codes = {row.device: row for row in connection.execute(select(db.enrolment).where(db.enrolment.c.park_id == park))}
    return [
        _state(connection, device, told.get(device.device), codes.get(device.device))
        for device in enrolling.of_park(connection, park)
    ]


def _state(
    connection: Connection, device: enrolling.Device, told: health.HeardHealth | None, code: Row[Any] | None
) -> DeviceState:
    def mine(table: Table) -> tuple[Any, Any]:
        return table.c.park_id == device.park, table.c.device == device.device

    heads = db.chain_head
    newest = select(heads).where(*mine(heads)).order_by(heads.c.chain.desc()).limit(1)
    head = connection.execute(newest).one_or_none()
    pending = select(func.count()).where(*mine(db.entry), db.entry.c.hash.is_(None))
    aside = select(func.count()).where(*mine(db.quarantine))
    return DeviceState(
        device=device,
        chain=head.chain if head else 0,
        n=head.n if head else 0,
        pending=connection.execute(pending).scalar_one(),
        quarantined=connection.execute(aside).scalar_one(),
        told=told,
        cause=_cause_of(connection, device, head.chain) if head else None,
        code_tries=code.tries if code else 0,
        code_tried_at=code.tried_at if code else None,
    )


def _cause_of(connection: Connection, device: enrolling.Device, chain: int) -> ChainCause | None:
    """What the first entry of this chain says of the one before."""
    table = db.entry
    first = table.c.park_id == device.park, table.c.device == device.device, table.c.chain == chain, table.c.n == 1
    core = connection.execute(select(table.c.core).where(*first)).scalar_one_or_none()
    body = None if core is None else read_core(core).body
    return body.cause if isinstance(body, ChainBody) else None
