"""A park's staff list at its registry: who may act at its gates, in what role, and the codes they first sign in by.

A code is made here, told once, and kept nowhere: the list, which travels in the signed set, has only a digest of it.
What belongs to a person on a device hangs on an id that this module gives: whoever leaves the list, or has another
role, has another id when they come back, and nothing that a device remembers fits it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.activation import CODE_BITS, SALT_BYTES, Activation, code_of, read_activation, verifier_of
from kiosk.rules.canon import CanonError, plain, rebuild
from kiosk.rules.policy import PolicySet, StaffMember
from kiosk.rules.roles import Role
from sync.registry import database as db
from sync.registry import feed
from sync.registry.folder import RegistryFolder
from sync.registry.publishing import publish_set

_DEVICE = "device"  # under which acts stand that nobody put a name to
_ID_BYTES = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A person as a file names them; what devices know them by is never in a file."""

    name: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffFile:
    """What a file with a staff list says."""

    staff: tuple[Listed, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """For whom a code is made, until when it is good, and at which device: None for once at each."""

    name: str
    until: int
    device: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    staff: tuple[StaffMember, ...]


def set_staff(
    connection: Connection, folder: RegistryFolder, park: int, raw: Any, now: int, *, back_to_device_pin: bool = False
) -> PolicySet:
    """Publish this staff list in place of the park's; UsageError says what is wrong with it.

    Who was listed under the same name and role stays who they are, code and PINs included. A list on which nobody has a
    code any more gives the device's PIN everything back, so that must be asked for.
    """
    try:
        listed = rebuild(StaffFile, {"staff": raw}).staff
    except CanonError as error:
        raise UsageError(f"This is no staff list: {error}") from error
    if faults := staff_faults(listed):
        raise UsageError(f"This staff list cannot be published: {'; '.join(faults)}")
    before = _locked_staff(connection, park)
    known = {(member.name, member.role): member for member in before}
    members = [known.get((one.name, one.role), StaffMember(name=one.name, role=one.role)) for one in listed]
    if _signs_for_itself(before) and not _signs_for_itself(members) and not back_to_device_pin:
        raise UsageError(
            "On this list nobody is left who has a code, so the one PIN of each device would open everything again: "
            "whoever has another role is somebody else. Make a code for somebody who stays in their role first (`qaqpa "
            "registry park activate`), or say that you want it with --back-to-device-pin, and make a code right after. "
            "Nothing was changed"
        )
    return _publish(connection, folder, park, members, now)


def activate(
    connection: Connection, folder: RegistryFolder, park: int, wanted: Wanted, now: int
) -> tuple[str, PolicySet]:
    """A new code for a person of the list, in place of the one before, and the set that was published with it.

    Devices with which this person signs in already go on taking their PIN until the code is used there.
    """
    if wanted.until <= now:
        raise UsageError("That time is over: a code must be good for a while")
    members = _locked_staff(connection, park)
    if wanted.name not in [member.name for member in members]:
        known = ", ".join(member.name for member in members) or "nobody is"
        raise UsageError(f"{wanted.name!r} is not on the staff list of park {park}: {known}")
    code, salt = code_of(secrets.randbits(CODE_BITS)), secrets.token_hex(SALT_BYTES)
    activation = Activation(
        salt=salt, verifier=verifier_of(read_activation(code), salt), until=wanted.until, device=wanted.device
    )
    changed = [
        replace(member, id=member.id or secrets.token_hex(_ID_BYTES), activation=activation)
        if member.name == wanted.name
        else member
        for member in members
    ]
    return code, _publish(connection, folder, park, changed, now)


def staff_faults(listed: Sequence[Listed]) -> list[str]:
    """What no gate could tell apart or follow, each in words."""
    named = [member.name for member in listed]
    faults = [f"staff: {name!r} stands twice" for name in sorted({name for name in named if named.count(name) > 1})]
    faults += [f"staff: {name!r} is no name" for name in named if not name.strip() or name == _DEVICE]
    roles = {member.role for member in listed} - set(map(str, Role))
    return faults + [f"staff: {role!r} is no role: there are {', '.join(Role)}" for role in sorted(roles)]


def _locked_staff(connection: Connection, park: int) -> tuple[StaffMember, ...]:
    """The list as it stays until this transaction ends."""
    own = select(db.park.c.staff).where(db.park.c.park_id == park)
    if connection.execute(own).first() is None:
        raise UsageError(f"There is no park {park} in this registry.")
    feed.lock(connection, park)
    return rebuild(_Kept, {"staff": connection.execute(own).scalar_one()}).staff


def _publish(
    connection: Connection, folder: RegistryFolder, park: int, members: Sequence[StaffMember], now: int
) -> PolicySet:
    connection.execute(
        update(db.park).where(db.park.c.park_id == park).values(staff=[_written(one) for one in members])
    )
    return publish_set(connection, folder, park, now)


def _signs_for_itself(members: Sequence[StaffMember]) -> bool:
    """Whether each person signs in for themselves, as PolicySet.has_activations says of a set."""
    return any(member.activation is not None for member in members)


def _written(member: StaffMember) -> dict[str, Any]:
    return {name: value for name, value in plain(member).items() if value != ""}
