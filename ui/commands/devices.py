"""registry devices: a park's kiosks, when each was last heard, what of it is here, and what ails its devices."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command

if TYPE_CHECKING:
    from sync.health_report import DeviceHealth
    from sync.registry.device_states import DeviceState


@click.command(epilog="Example: qaqpa registry devices --park 7")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@database_option
@every_command
def devices(park: int, database: str | None, folder: Path, output: Output) -> int:
    """List the kiosks, when each was heard, and what is wrong with its devices; 1 when one of them needs somebody."""
    with opened(folder, database) as service:
        offset = service.policy_set(park).policy.utc_offset_minutes
        states = service.devices(park)
    states.sort(key=lambda state: (state.device.gate, state.device.lane, state.device.enrolled_at))
    if not states:
        output.say(f"Park {park} has no kiosk yet: `qaqpa registry enrol` prints the code that makes one.")
    for state in states:
        output.result(_record(state), _line(state, offset))
    return EXIT_NO if any(_needs_somebody(state) for state in states) else EXIT_DONE


def _record(state: DeviceState) -> dict[str, Any]:
    from kiosk.export import iso

    device, told = state.device, state.told
    health = None if told is None else told.as_dict()
    if health is not None:
        health |= {"received_at": iso(health["received_at"]), "at": iso(health["at"])}
    return {
        "device": device.device,
        "gate": device.gate,
        "lane": device.lane,
        "direction": str(device.direction),
        "status": str(device.status),
        "remark": device.remark,
        "heard_at": None if state.heard_at is None else iso(state.heard_at),
        "chain": state.chain,
        "n": state.n,
        "pending": state.pending,
        "quarantined": state.quarantined,
        "after_revocation": state.after_revocation,
        "health": health,
    }


def _line(state: DeviceState, offset_minutes: int) -> str:
    device = state.device
    heard = "never heard" if state.heard_at is None else f"heard {_time(state.heard_at, offset_minutes)}"
    parts = [f"gate {device.gate}, lane {device.lane}: device {device.device}, {device.status}, {heard}"]
    if state.pending:
        parts.append(f"{state.pending} entries wait for one before them")
    if state.quarantined:
        parts.append(f"{state.quarantined} entries are set aside")
    if state.after_revocation:
        parts.append(f"{state.after_revocation} entries came after it was revoked")
    return "; ".join([*parts, *_health(state, offset_minutes)])


def _health(state: DeviceState, offset_minutes: int) -> list[str]:
    told = state.told
    if told is None:
        return ["it never said how its devices are"]
    troubles = [
        f"{device.kind} {device.state} since {_time(told.received_at - device.since_seconds, offset_minutes)}, "
        f"{_advice(device)}"
        for device in _troubles(state)
    ]
    return troubles or ["its devices are well" if told.report.devices else "it names no devices"]


def _advice(device: DeviceHealth) -> str:
    """What is wrong and what to do, by the table of this program; of a newer kiosk's problem only the word is known."""
    from kiosk.devices.problems import PROBLEMS

    known = {str(problem): advice for problem, (_, advice) in PROBLEMS.items()}
    return known.get(device.problem) or device.problem or "it does not say why"


def _troubles(state: DeviceState) -> list[DeviceHealth]:
    from kiosk.devices.problems import OK

    return [device for device in state.told.report.devices if device.state != OK] if state.told else []


def _needs_somebody(state: DeviceState) -> bool:
    return str(state.device.status) != "revoked" and bool(_troubles(state))


def _time(at: int, offset_minutes: int) -> str:
    from ui.words import local

    return f"{local(at, offset_minutes):%Y-%m-%d %H:%M}"
