"""staff: who may act at this gate, and how each of them first signs in here. Works beside a running kiosk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command

if TYPE_CHECKING:
    from kiosk.people import People
    from kiosk.rules.policy import PolicySet, StaffMember
    from ui.assembly import Memory


@click.group(epilog="Example: qaqpa staff list")
def staff() -> None:
    """Who may act at this gate: the park's signed list, and the PINs chosen here."""


@staff.command("list", epilog="Example: qaqpa staff list --json")
@every_command
def list_(folder: Path, output: Output) -> int:
    """Say who may act here, in what role, and whether they have chosen a PIN on this device."""
    with _opened(folder) as (memory, people, policy):
        now = _now(memory)
        people.sweep(policy.staff)
        for member in policy.staff:
            record = _record(member, people, now)
            output.result(record, _line(record))
        if not policy.has_activations:
            output.say("No activation code was made in this park yet: the one PIN of the device is asked for.")
    return EXIT_DONE


@staff.command(epilog='Example: qaqpa staff activate "Aigul Bekova"')
@click.argument("name", metavar="NAME")
@every_command
def activate(name: str, folder: Path, output: Output) -> int:
    """Sign in here for the first time, or after a PIN was forgotten: by the activation code, choosing a PIN.

    The code is asked for (or $QAQPA_ACTIVATION), then the PIN twice (or $QAQPA_PIN). 1 when the code is wrong.
    """
    from kiosk.rules.activation import read_activation
    from ui.commands.pins import ask_code, listed, own_pin

    with _opened(folder) as (memory, people, policy):
        member = listed(policy, name)
        code = read_activation(ask_code(member.name))
        answer = people.check_code(member, code, _now(memory))
        if answer.is_right:
            answer = people.activate(member, code, own_pin(member.name), _now(memory))
    if answer.is_right:
        output.result({"name": member.name, "role": member.role}, f"{member.name} signs in here from now on.")
        return EXIT_DONE
    if answer.locked_seconds:
        output.say(f"Activation is locked: try again in {answer.locked_seconds} seconds.")
    else:
        output.say(f"That is not the code of {member.name}; {answer.attempts_left} attempts are left.")
    return EXIT_NO


@staff.command(epilog='Example: qaqpa staff signin "Aigul Bekova"')
@click.argument("name", metavar="NAME")
@every_command
def signin(name: str, folder: Path, output: Output) -> int:
    """Try this person's PIN (or $QAQPA_PIN), and do nothing else; 1 when it is wrong."""
    from ui.commands.pins import listed, signs_in

    with _opened(folder) as (memory, _, policy):
        member = listed(policy, name)
        if not signs_in(memory, member):
            return EXIT_NO
    output.result({"name": member.name, "role": member.role}, f"That is {member.name}, {member.role}.")
    return EXIT_DONE


@contextmanager
def _opened(folder: Path) -> Iterator[tuple[Memory, People, PolicySet]]:
    from kiosk.people import People
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    home = Home(folder)
    with open_reader(home) as memory:
        policy = memory.policies.current()
        if policy is None:
            raise EnvironmentalError("This kiosk has no rules of its park yet: connect it to the registry")
        yield memory, People.of(home, memory.record.device), policy


def _now(memory: Memory) -> int:
    from kiosk.clock import SystemClock

    return SystemClock(memory.floor()).now().now


def _record(member: StaffMember, people: People, now: int) -> dict[str, Any]:
    from kiosk.export import iso

    until = member.activation.until if member.activation and people.has_code(member, now) else None
    return {
        "name": member.name,
        "role": member.role,
        "pin": people.has_pin(member),
        "locked_seconds": people.left(member).locked_seconds,
        "code_until": None if until is None else iso(until),
    }


def _line(record: dict[str, Any]) -> str:
    pin = "has a PIN here" if record["pin"] else "no PIN here"
    locked = f", locked for {record['locked_seconds']} s" if record["locked_seconds"] else ""
    code = f", a code is good until {record['code_until']}" if record["code_until"] else ""
    return f"{record['name']}: {record['role']}, {pin}{locked}{code}"
