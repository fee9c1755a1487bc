"""Devices: one-time codes, the numbers devices are given, and whose signed requests are heard."""

import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from kiosk.errors import UsageError
from kiosk.rules.words import LaneDirection
from sync.enrolment_code import EnrolmentCode
from sync.errors import RegistryRefusedError
from sync.fields import MOST_DEVICE
from sync.protocol import Enrolled, EnrolmentRequest, ProblemKind
from sync.registry import database as db
from sync.registry import trust, wrong_codes
from sync.registry.wrong_codes import WrongCode

CODE_SECONDS = 15 * 60
POLL_AFTER_SECONDS = 10
_WRONG: dict[str, WrongCode] = {
    ProblemKind.CODE_UNKNOWN: WrongCode.UNKNOWN,
    ProblemKind.CODE_USED: WrongCode.USED,
    ProblemKind.CODE_EXPIRED: WrongCode.EXPIRED,
}


class DeviceStatus(StrEnum):
    """Whether a device is heard. A suspended one may still fetch, its entries wait in quarantine.

    A revoked one gets nothing any more; its entries are taken and marked.
    """

    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Invitation:
    """A one-time code to make a machine the kiosk of one lane, and until when it may be used."""

    text: str
    expires_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Device:
    """An enrolled device."""

    park: int
    device: int
    gate: int
    lane: int
    direction: LaneDirection
    public_key: bytes
    status: DeviceStatus
    remark: str | None
    enrolled_at: int
    last_received_at: int | None
    revoked_at: int | None = None
    replaced_at: int | None = None
    replaced_by: int | None = None

    @property
    def is_missed(self) -> bool:
        """Whether another kiosk stands in its place, and it was not heard since: its disk may hold entries."""
        return self.replaced_at is not None and (self.last_received_at or 0) <= self.replaced_at

    @property
    def word(self) -> str:
        """How it stands, for people: an active one whose lane has another kiosk by now is `replaced`."""
        is_replaced = self.status is DeviceStatus.ACTIVE and self.replaced_by is not None
        return "replaced" if is_replaced else str(self.status)


def invite(connection: Connection, park: int, gate: int, lane: int, direction: LaneDirection, now: int) -> Invitation:
    """A code for this lane, which the park must have for this direction; only its digest is kept."""
    table = db.lane
    this = table.c.park_id == park, table.c.gate == gate, table.c.lane == lane
    row = connection.execute(select(table.c.direction).where(*this)).one_or_none()
    if row is None:
        raise UsageError(f"Park {park} has no gate {gate} with a lane {lane} in this registry.")
    if row.direction not in (LaneDirection.BOTH, direction):
        raise UsageError(f"Lane {lane} of gate {gate} is for {row.direction} only, not for {direction}.")
    code = EnrolmentCode.new(trust.root_to_begin_with(connection, park))
    expires_at = now + CODE_SECONDS
    values = {"gate": gate, "lane": lane, "direction": direction.value, "expires_at": expires_at}
    connection.execute(insert(db.enrolment).values(park_id=park, secret_hash=digest_of(code.secret), **values))
    return Invitation(text=str(code), expires_at=expires_at)


def enrol(connection: Connection, request: EnrolmentRequest, now: int) -> Enrolled:
    """Make a device of a code; the same code with the same key answers the same, since a reply may be lost.

    Whatever kiosk the lane had before is replaced by it: it stays in the list, and its entries are still taken.
    """
    digest = digest_of(request.code)
    wrong_codes.expect_room(connection, digest, now)
    row = connection.execute(
        select(db.enrolment).where(db.enrolment.c.secret_hash == digest).with_for_update()
    ).one_or_none()
    if row is None:
        raise _refused("This enrolment code is unknown here.", 403, ProblemKind.CODE_UNKNOWN)
    if row.used_at is not None:
        known = find(connection, row.device)
        if known is None or known.public_key != request.public_key:
            raise _refused(
                "This enrolment code was used already, by another machine: ask the administrator for a new one, and "
                "tell them, for somebody else may have read it.",
                403,
                ProblemKind.CODE_USED,
            )
        return _enrolled(known)
    if now >= row.expires_at:
        raise _refused("This enrolment code has expired; ask for a new one.", 403, ProblemKind.CODE_EXPIRED)
    number = _new_number(connection, row.park_id, now)
    device = Device(
        park=row.park_id,
        device=number,
        gate=row.gate,
        lane=row.lane,
        direction=LaneDirection(row.direction),
        public_key=request.public_key,
        status=DeviceStatus.ACTIVE,
        remark=None,
        enrolled_at=now,
        last_received_at=None,
    )
    _replace(connection, device, now)
    _insert(connection, device, request.software)
    this = db.enrolment.c.park_id == row.park_id, db.enrolment.c.secret_hash == row.secret_hash
    connection.execute(update(db.enrolment).where(*this).values(used_at=now, device=number))
    return _enrolled(device)


def count_wrong(connection: Connection, secret: str, kind: str, now: int) -> None:
    """Remember a code that was refused, in a transaction of its own: that of the refusal is undone."""
    if kind in _WRONG:
        wrong_codes.count(connection, digest_of(secret), _WRONG[kind], now)


def _replace(connection: Connection, device: Device, now: int) -> None:
    """Note of the lane's kiosks before this one that it stands in their place now."""
    table = db.device
    former = (
        table.c.park_id == device.park,
        table.c.gate == device.gate,
        table.c.lane == device.lane,
        table.c.replaced_by.is_(None),
    )
    connection.execute(update(table).where(*former).values(replaced_at=now, replaced_by=device.device))


def find(connection: Connection, number: int) -> Device | None:
    """The device of this number, in whichever park."""
    table, numbers = db.device, db.device_number
    here = (table.c.park_id == numbers.c.park_id) & (table.c.device == numbers.c.device)
    row = connection.execute(select(table).join(numbers, here).where(numbers.c.device == number)).one_or_none()
    return None if row is None else _device(row)


def of_park(connection: Connection, park: int) -> list[Device]:
    """The park's devices in the order of their numbers."""
    wanted = select(db.device).where(db.device.c.park_id == park).order_by(db.device.c.device)
    return [_device(row) for row in connection.execute(wanted)]


def gates_heard(connection: Connection, park: int) -> dict[int, int | None]:
    """Of each gate when it last sent entries, of several kiosks the one that is silent longest; None is never.

    A kiosk that another one replaced counts until it was heard once more: its disk may hold entries that nobody has.
    """
    found: dict[int, list[int]] = {}
    for device in of_park(connection, park):
        is_settled = device.replaced_at is not None and not device.is_missed
        if device.status is not DeviceStatus.REVOKED and not is_settled:
            found.setdefault(device.gate, []).append(device.last_received_at or 0)
    return {gate: min(times) or None for gate, times in sorted(found.items())}


def _device(row: Row[Any]) -> Device:
    return Device(
        park=row.park_id,
        device=row.device,
        gate=row.gate,
        lane=row.lane,
        direction=LaneDirection(row.direction),
        public_key=row.public_key,
        status=DeviceStatus(row.status),
        remark=row.remark,
        enrolled_at=row.enrolled_at,
        last_received_at=row.last_received_at,
        revoked_at=row.revoked_at,
        replaced_at=row.replaced_at,
        replaced_by=row.replaced_by,
    )


def revoked(connection: Connection, park: int) -> list[dict[str, int]]:
    """The devices that the park has revoked, as its set names them: each for ever."""
    table = db.device
    wanted = select(table.c.device, table.c.revoked_at).where(
        table.c.park_id == park, table.c.status == DeviceStatus.REVOKED.value
    )
    return [{"device": row.device, "at": row.revoked_at} for row in connection.execute(wanted.order_by("device"))]


def set_status(connection: Connection, device: Device, status: DeviceStatus, remark: str | None, **more: Any) -> None:
    """Suspend, revoke or restore a device, and note why; `more` are columns that change with it."""
    this = db.device.c.park_id == device.park, db.device.c.device == device.device
    connection.execute(update(db.device).where(*this).values(status=status.value, remark=remark, **more))


def _insert(connection: Connection, device: Device, software: str) -> None:
    values = {
        "park_id": device.park,
        "device": device.device,
        "gate": device.gate,
        "lane": device.lane,
        "direction": device.direction.value,
        "public_key": device.public_key,
        "software": software,
        "status": device.status.value,
        "enrolled_at": device.enrolled_at,
    }
    connection.execute(insert(db.device).values(**values))


def _new_number(connection: Connection, park: int, now: int) -> int:
    while True:
        number = secrets.randbelow(MOST_DEVICE) + 1
        taken = select(db.device_number.c.device).where(db.device_number.c.device == number)
        if connection.execute(taken).first() is None:
            connection.execute(insert(db.device_number).values(device=number, park_id=park, given_at=now))
            return number


def _enrolled(device: Device) -> Enrolled:
    return Enrolled(
        device=device.device,
        park=device.park,
        gate=device.gate,
        lane=device.lane,
        direction=device.direction,
        poll_after_seconds=POLL_AFTER_SECONDS,
    )


def digest_of(secret: str) -> bytes:
    """By which a code is known here; the code itself is kept nowhere."""
    return hashlib.sha256(b"qaqpa enrolment" + secret.encode("ascii")).digest()


def _refused(sentence: str, status: int, kind: ProblemKind) -> RegistryRefusedError:
    return RegistryRefusedError(sentence, status=status, kind=kind)
