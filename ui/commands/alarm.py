"""alarm: what the kiosk noticed by itself, and that a ranger has seen to it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.rules.roles import Right
from kiosk.rules.words import AlarmKind
from kiosk.tamper import CONTACTS
from ui.commands.acts import do_act
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, by_option, every_command

if TYPE_CHECKING:
    from kiosk.alarms import Alarm
    from kiosk.rules.entries import Entry
    from ui.assembly import Kiosk


@click.group(epilog="Example: qaqpa alarm list")
def alarm() -> None:
    """List alarms, try one, say that you have seen to it."""


@alarm.command("list", epilog="Example: qaqpa alarm list --json")
@every_command
def list_(folder: Path, output: Output) -> int:
    """The newest alarms of this kiosk, newest first; 1 while one is open."""
    from kiosk.alarms import alarms
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    with open_reader(Home(folder)) as memory:
        found = alarms(memory.journal)
        for one in found:
            record = _record(one)
            state = f"seen to by {record['seen_to_by']}" if one.seen_to else "open"
            output.result(record, f"{record['at']}  {one.kind}: {state} ({one.entry.id})")
    return EXIT_NO if any(one.is_open for one in found) else EXIT_DONE


def _record(one: Alarm) -> dict[str, Any]:
    from ui.decision_json import entry_json

    seen_to = one.seen_to
    told = {"open": one.is_open, "seen_to": seen_to.id if seen_to else None, "seen_to_by": one.seen_to_by}
    return entry_json(one.entry) | told


@alarm.command("raise", epilog="Example: qaqpa alarm raise door")
@click.argument("kind", type=click.Choice([str(kind) for kind in CONTACTS]), metavar="KIND")
@every_command
def raise_(kind: str, folder: Path, output: Output) -> int:
    """Do what a contact does: door (opened), cable (pulled), tilt (struck, moved). A running kiosk locks its screen."""
    from kiosk.alarms import take_up
    from kiosk.errors import BusyError
    from kiosk.store.home import Home
    from kiosk.tamper import ContactFolder
    from ui.assembly import open_checkpoint

    home = Home(folder)
    home.enrolled()
    contacts = ContactFolder(home.contacts)
    contacts.raise_(AlarmKind(kind))
    written: tuple[Entry, ...] = ()
    try:
        with open_checkpoint(home, purpose="alarm raise") as kiosk:
            written = take_up(kiosk.checkpoint, kiosk.memory.journal, contacts)
    except BusyError:
        output.say("The running kiosk takes it up within a second.")
    entry_id = written[0].id if written else None
    told = f"{kind}: written down as {entry_id}" if entry_id else f"{kind}: handed over, or an alarm of it is open"
    output.result({"alarm": kind, "entry_id": entry_id}, told)
    return EXIT_DONE


@alarm.command(epilog='Example: qaqpa alarm acknowledge 007M4G80040000000010 --reason "the service was here"')
@click.argument("entry", metavar="ENTRY")
@click.option("--reason", required=True, metavar="TEXT", help="What you found; kept in the entry's erasable part.")
@by_option
@every_command
def acknowledge(entry: str, reason: str, by: str, folder: Path, output: Output) -> int:
    """Say that you have seen to an alarm: the screen is open again. Asks for the PIN."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.acknowledge(entry, reason=reason, by=name)

    return do_act(folder, output, Right.ACKNOWLEDGE, by, reason, act, told="alarm acknowledge")
