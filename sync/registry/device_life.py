"""What an administrator decides of a device: suspended, restored, revoked for ever, and what is done with its entries.

A revocation is published in the same transaction, as part of the park's signed set: a kiosk believes nothing else. What
a revoked device hands over is set aside, for whoever has its key could write entries that keep honest visitors out;
`take` merges it once somebody has looked (docs/adr/0042).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.export import iso
from kiosk.rules.policy import read_policy_set
from sync.registry import enrolling, erasing, intake, keeping, machines, publishing, uses
from sync.registry.enrolling import Device, DeviceStatus
from sync.registry.folder import RegistryFolder


@dataclass(frozen=True, kw_only=True, slots=True)
class Changed:
    """What became of a device: how it was and is, and how many entries were taken in by it."""

    before: Device
    device: Device
    taken: int = 0
    set_version: int | None = None
    """The version of the park's set that says so, where one was published."""


def change(
    connection: Connection, folder: RegistryFolder, number: int, status: DeviceStatus, remark: str, now: int
) -> Changed:
    """Suspend, restore or revoke a device; what a restored one sent meanwhile is taken in. A revocation stays."""
    device = _device(connection, number)
    if device.status is DeviceStatus.REVOKED:
        return _of_a_revoked(device, status)
    more: dict[str, Any] = {"revoked_at": now} if status is DeviceStatus.REVOKED else {}
    enrolling.set_status(connection, device, status, remark, **more)
    taken, version = 0, None
    if status is DeviceStatus.ACTIVE:
        machines.accept_other(connection, device)
        taken = _take_back(connection, folder, device, now)
    if status is DeviceStatus.REVOKED:
        version = publishing.publish_set(connection, folder, device.park, now).version
    return Changed(before=device, device=_device(connection, number), taken=taken, set_version=version)


def take(connection: Connection, folder: RegistryFolder, number: int, now: int) -> Changed:
    """Take in what a revoked device handed over, on the word of somebody who looked; it stays revoked."""
    device = _device(connection, number)
    if device.status is not DeviceStatus.REVOKED:
        raise UsageError(
            f"Device {number} is {device.word}, not revoked: what a suspended one sent is taken in when it is restored"
        )
    return Changed(before=device, device=device, taken=_take_back(connection, folder, device, now))


def _of_a_revoked(device: Device, status: DeviceStatus) -> Changed:
    if status is DeviceStatus.REVOKED:
        return Changed(before=device, device=device)
    raise UsageError(
        f"Device {device.device} was revoked on {iso(device.revoked_at or 0)}, and that cannot be undone: its "
        "machine has wiped itself. To use the machine again, enrol it anew in an empty data folder, with a code of "
        "`qaqpa registry enrol`"
    )


def _take_back(connection: Connection, folder: RegistryFolder, device: Device, now: int) -> int:
    policy = read_policy_set(publishing.newest_set(connection, device.park))
    kept_from = keeping.kept_from(policy.policy, now)
    taken = intake.take_back(connection, device, now, kept_from=kept_from)
    uses.refresh(connection, policy, taken.permits, now)
    erasing.keep_erased(connection, device.park, taken.permits)
    if taken.has_search:
        publishing.settle_sought(connection, folder, device.park, now)
    return len(taken.reply.receipts)


def _device(connection: Connection, number: int) -> Device:
    device = enrolling.find(connection, number)
    if device is None:
        raise UsageError(f"There is no device {number} in this registry.")
    return device
