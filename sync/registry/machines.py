"""On which machine each device runs. A second one is noticed at its first word: the device is suspended, and named.

Nobody here can tell a disk that was moved after a repair from one that was copied; whoever was at the gate can.
Restoring the device says that it was moved: then the machine it spoke from last is the right one.
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from kiosk.rules.machine import Machine, MachineMark, MarkKind
from sync.registry import database as db
from sync.registry.enrolling import Device, DeviceStatus, set_status

MOVED = (
    "it answers from another machine than before: its disk was moved or copied. If it was moved after a repair, "
    "restore it (`qaqpa registry device restore`); if not, find the second machine, and enrol one of the two anew"
)


def heard(connection: Connection, device: Device, machine: Machine, now: int) -> None:
    """Hold what a device says of its machine against what is known; another machine suspends it."""
    this = db.device.c.park_id == device.park, db.device.c.device == device.device
    row = connection.execute(select(db.device.c.machine).where(*this).with_for_update()).one()
    known = None if row.machine is None else _machine(row.machine)
    if not machine.marks:
        return
    if known is None or known.is_same(machine):
        # a later restore must not take a machine for the right one that it has left again
        values = {"machine": _stored(machine), "other_machine": None, "other_machine_at": None}
        connection.execute(update(db.device).where(*this).values(**values))
        return
    connection.execute(update(db.device).where(*this).values(other_machine=_stored(machine), other_machine_at=now))
    if device.status is DeviceStatus.ACTIVE:
        set_status(connection, device, DeviceStatus.SUSPENDED, MOVED)


def accept_other(connection: Connection, device: Device) -> None:
    """The machine that this device spoke from last is the right one from now on."""
    table = db.device
    this = table.c.park_id == device.park, table.c.device == device.device, table.c.other_machine.is_not(None)
    values = {"machine": table.c.other_machine, "other_machine": None, "other_machine_at": None}
    connection.execute(update(table).where(*this).values(**values))


def _stored(machine: Machine) -> list[dict[str, str]]:
    return [{"kind": str(mark.kind), "hash": mark.hash.hex()} for mark in sorted(machine.marks)]


def _machine(stored: list[dict[str, Any]]) -> Machine:
    marks = [MachineMark(kind=MarkKind(item["kind"]), hash=bytes.fromhex(item["hash"])) for item in stored]
    return Machine(marks=frozenset(marks))
