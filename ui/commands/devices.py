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


_ANEW = "enrol the lane's kiosk anew (`qaqpa registry enrol`), on a disk that is sound"
_CAUSES = {
    "damaged": f"its journal was damaged and began anew: its disk may be failing, {_ANEW}",
    "missing": f"its journal was gone and began anew: somebody removed it, or its disk is failing; ask, and {_ANEW}",
    "older": (
        "an older copy of its disk was put back: what it lacks is named, and is here if it had been sent; ask who did "
        f"it, and {_ANEW}"
    ),
    "moved": "its disk is in another machine than before",
}


@click.command(epilog="Example: qaqpa registry devices --park 7")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@database_option
@every_command
def devices(park: int, database: str | None, folder: Path, output: Output) -> int:
    """List the kiosks, when each was heard, and what is wrong with its devices; 1 when one of them needs somebody."""
    with opened(folder, database) as service:
        offset = service.policy_set(park).policy.utc_offset_minutes
        states, wrong = service.devices(park), service.wrong_codes()
    states.sort(key=lambda state: (state.device.gate, state.device.lane, state.device.enrolled_at))
    if not states:
        output.say(f"Park {park} has no kiosk yet: `qaqpa registry enrol` prints the code that makes one.")
    for state in states:
        output.result(_record(state), _line(state, offset))
    if sum(wrong.values()):
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(wrong.items()))
        output.say(f"Wrong enrolment codes were tried at this registry since yesterday: {told}.")
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
        "status": device.word,
        "remark": device.remark,
        "revoked_at": _iso(device.revoked_at),
        "replaced_at": _iso(device.replaced_at),
        "replaced_by": device.replaced_by,
        "code_tries": state.code_tries,
        "code_tried_at": _iso(state.code_tried_at),
        "heard_at": None if state.heard_at is None else iso(state.heard_at),
        "chain": state.chain,
        "cause": None if state.cause is None else str(state.cause),
        "n": state.n,
        "pending": state.pending,
        "quarantined": state.quarantined,
        "health": health,
    }


def _iso(at: int | None) -> str | None:
    from kiosk.export import iso

    return None if at is None else iso(at)


def _line(state: DeviceState, offset_minutes: int) -> str:
    device = state.device
    heard = "never heard" if state.heard_at is None else f"heard {_time(state.heard_at, offset_minutes)}"
    parts = [
        f"gate {device.gate}, lane {device.lane}: device {device.device}, {_standing(state, offset_minutes)}, {heard}"
    ]
    if state.cause is not None:
        parts.append(_CAUSES.get(state.cause, f"its journal began anew ({state.cause})"))
    if state.code_tries:
        times = "" if state.code_tries == 1 else f", {state.code_tries} times by now"
        parts.append(
            f"its enrolment code was tried again on {_time(state.code_tried_at or 0, offset_minutes)}{times}: ask who "
            "enrolled it, revoke it if it does not stand at this lane, and enrol the lane's kiosk anew"
        )
    if state.pending:
        parts.append(f"{state.pending} entries wait for one before them")
    if state.quarantined:
        parts.append(f"{state.quarantined} entries are set aside")
    return "; ".join([*parts, *_health(state, offset_minutes)])


def _standing(state: DeviceState, offset_minutes: int) -> str:
    """Whether it is heard, since when not, and why: what its remark says."""
    device = state.device
    word = device.word
    if device.revoked_at is not None:
        word += f" on {_time(device.revoked_at, offset_minutes)}"
    elif device.replaced_at is not None:
        by = f"on {_time(device.replaced_at, offset_minutes)} by device {device.replaced_by}"
        word += f" {by}" if word == "replaced" else f", replaced {by}"
    word = f"{word} ({device.remark})" if device.remark and word != "active" else word
    if device.word == "suspended" and "device restore`" not in (device.remark or ""):
        word += ": once somebody has looked, restore it (`qaqpa registry device restore`) or revoke it"
    return word


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
    """Whether an officer has to do something; whoever restored a device has said that its moved disk is right."""
    if state.device.word in ("revoked", "replaced"):
        return False
    is_odd = state.device.word != "active" or state.cause not in (None, "moved") or state.code_tries > 0
    return is_odd or bool(_troubles(state))


def _time(at: int, offset_minutes: int) -> str:
    from ui.words import local

    return f"{local(at, offset_minutes):%Y-%m-%d %H:%M}"
