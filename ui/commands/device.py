"""registry device: what becomes of one kiosk: suspended, restored, revoked for ever, its entries taken in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Function, Output, every_command

if TYPE_CHECKING:
    from sync.registry.device_life import Changed

_TAKEN = "{count} of its entries that were set aside are weighed again."


@click.group(epilog="Example: qaqpa registry device revoke 1000001 --reason stolen")
def device() -> None:
    """Suspend, restore or for ever revoke a kiosk, by the number that `registry devices` shows."""


def _number(function: Function) -> Function:
    return click.argument("number", metavar="DEVICE", type=click.IntRange(min=1))(function)


def _reason(function: Function) -> Function:
    return click.option("--reason", required=True, metavar="TEXT", help="Why; `registry devices` shows it.")(function)


@device.command(epilog='Example: qaqpa registry device suspend 1000001 --reason "its disk was copied?"')
@_number
@_reason
@database_option
@every_command
def suspend(number: int, reason: str, database: str | None, folder: Path, output: Output) -> int:
    """Set aside what a kiosk sends until somebody has looked; it goes on scanning, and learns what changes."""
    from sync.registry.enrolling import DeviceStatus

    with opened(folder, database) as service:
        changed = service.set_device_status(number, DeviceStatus.SUSPENDED, reason)
    output.result(_record(changed), f"Device {number} is suspended: what it sends is set aside until it is restored.")
    return EXIT_DONE


@device.command(epilog='Example: qaqpa registry device restore 1000001 --reason "moved into a new case"')
@_number
@_reason
@database_option
@every_command
def restore(number: int, reason: str, database: str | None, folder: Path, output: Output) -> int:
    """Hear a suspended kiosk again, and take in what it sent meanwhile; a moved disk is believed where it is now."""
    from sync.registry.enrolling import DeviceStatus

    with opened(folder, database) as service:
        changed = service.set_device_status(number, DeviceStatus.ACTIVE, reason)
    output.result(_record(changed), f"Device {number} is heard again. {_TAKEN.format(count=changed.taken)}")
    return EXIT_DONE


@device.command(epilog="Example: qaqpa registry device revoke 1000001 --reason stolen")
@_number
@_reason
@database_option
@every_command
def revoke(number: int, reason: str, database: str | None, folder: Path, output: Output) -> int:
    """Believe a kiosk no more, for ever: its park's set says so at once, and it wipes itself when it learns it."""
    from sync.registry.enrolling import DeviceStatus

    with opened(folder, database) as service:
        changed = service.set_device_status(number, DeviceStatus.REVOKED, reason)
    said = (
        "It was revoked before."
        if changed.set_version is None
        else f"Device {number} is revoked by version {changed.set_version} of its park's set. On line it stops within "
        "seconds, else when the set comes to it; it still hands its journal over, which is set aside: `qaqpa registry "
        "device take` takes it in. The lane's next kiosk is enrolled with a new code: `qaqpa registry enrol`"
    )
    output.result(_record(changed), said)
    return EXIT_DONE


@device.command(epilog="Example: qaqpa registry device take 1000001")
@_number
@database_option
@every_command
def take(number: int, database: str | None, folder: Path, output: Output) -> int:
    """Take in what a revoked kiosk handed over, once you have looked: whoever had its key could have written some."""
    with opened(folder, database) as service:
        changed = service.take_entries_of_revoked(number)
    output.result(_record(changed), f"Device {number} stays revoked. {_TAKEN.format(count=changed.taken)}")
    return EXIT_DONE


def _record(changed: Changed) -> dict[str, Any]:
    device = changed.device
    return {
        "device": device.device,
        "park": device.park,
        "gate": device.gate,
        "lane": device.lane,
        "was": changed.before.word,
        "status": device.word,
        "taken": changed.taken,
        "set_version": changed.set_version,
    }
