"""clock: what this kiosk believes of the time, and a person's word for it, which is an entry."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.acts import staff_name
from ui.commands.common import EXIT_DONE, EXIT_NO, TIME, Output, by_option, every_command, park_seconds

if TYPE_CHECKING:
    from ui.assembly import Memory

_DOUBTFUL_WALL = (
    "The machine's own clock says {wall}: set it too (timedatectl set-time), or the time is in doubt again after the "
    "next start."
)


@click.group(invoke_without_command=True, epilog="Example: qaqpa clock --json")
@every_command
@click.pass_context
def clock(ctx: click.Context, folder: Path, output: Output) -> int:
    """Say what time this kiosk believes it is, and why; 1 while that is in doubt.

    A kiosk that runs may know more than its files: its ranger page says what it believes.
    """
    from kiosk.rules.words import ClockTrust
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    if ctx.invoked_subcommand is not None:
        return EXIT_DONE
    with open_reader(Home(folder)) as memory:
        record = _believed(memory)
    output.result(record, [f"{name}: {_shown(value)}" for name, value in record.items()])
    return EXIT_DONE if record["clock"] == ClockTrust.TRUSTED else EXIT_NO


@clock.command("set", epilog="Example: qaqpa clock set 2026-07-14T09:30")
@click.argument("time", type=TIME)
@by_option
@every_command
def set_(time: datetime, by: str, folder: Path, output: Output) -> int:
    """Say what time it is; the kiosk takes your word until a signature or a power-off, and writes it down.

    Asks for the PIN. A time that the registry's signatures say is over is refused. A kiosk that runs is told on its
    ranger page.
    """
    from kiosk.export import iso
    from kiosk.rules.moment import LARGEST_JUMP_SECONDS
    from kiosk.rules.roles import Right
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.commands.pins import signs
    from ui.decision_json import entry_json

    with open_checkpoint(Home(folder), purpose="clock set") as kiosk:
        at, name = park_seconds(time, kiosk.policies.current()), staff_name(kiosk, by)
        if not signs(kiosk.memory, name, Right.SET_CLOCK, kiosk.clock.now().now):
            return EXIT_NO
        entry = kiosk.checkpoint.acts.set_time(at, by=name)
        output.result(entry_json(entry), f"clock set: written down as {entry.id}")
        if abs(kiosk.clock.wall() - at) > LARGEST_JUMP_SECONDS:
            output.say(_DOUBTFUL_WALL.format(wall=iso(kiosk.clock.wall())))
    return EXIT_DONE


def _believed(memory: Memory) -> dict[str, Any]:
    from kiosk.clock import SystemClock
    from kiosk.export import iso
    from kiosk.rules.entries import ClockBody
    from kiosk.rules.words import EntryKind

    floor = memory.floor()
    clock = SystemClock(floor)
    moment = clock.now()
    last = memory.journal.newest(EntryKind.CLOCK)
    said = last.body if last is not None and isinstance(last.body, ClockBody) else None
    return {
        "now": iso(moment.now),
        "clock": str(moment.trust),
        "earliest": iso(moment.earliest),
        "latest": None if moment.is_open else iso(moment.latest),
        "machine": iso(clock.wall()),
        "signed_at": iso(floor.signed) if floor.signed else None,
        "trusted_at": iso(floor.trusted) if floor.trusted else None,
        "set_to": iso(said.given) if said else None,
        "set_by": said.by if said else None,
    }


def _shown(value: object) -> str:
    return "unknown" if value is None else str(value)
