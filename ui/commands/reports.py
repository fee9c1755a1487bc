"""registry reports: what gates told besides scans, for whoever sits at the registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Output, every_command

if TYPE_CHECKING:
    from sync.registry.told import Told

_KINDS = ("report", "alarm", "shift")


@click.command(epilog="Example: qaqpa registry reports --park 7 --kind report")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@click.option("--kind", "kinds", type=click.Choice(_KINDS), multiple=True, help="Only this kind; may be repeated.")
@database_option
@every_command
def reports(park: int, kinds: tuple[str, ...], database: str | None, folder: Path, output: Output) -> int:
    """List what gates reported: incidents with their place and words, alarms, and shifts with their figures."""
    from kiosk.rules.words import EntryKind
    from sync.registry.told import told

    with opened(folder, database) as service, service.database.reading() as connection:
        service.policy_set(park)  # a park that is not there is said
        for one in told(connection, park, [EntryKind(kind) for kind in kinds or _KINDS]):
            output.result(_record(one), _line(one))
    return EXIT_DONE


def _record(one: Told) -> dict[str, Any]:
    from ui.decision_json import entry_json

    return entry_json(one.entry) | {"words": one.words}


def _line(one: Told) -> str:
    from kiosk.export import iso
    from kiosk.rules.entries import AlarmBody, ReportBody

    place = one.body.place
    match one.body:
        case ReportBody() as body:
            what = f"{body.report} {body.what}"
        case AlarmBody() as body:
            what = f"alarm {body.alarm}"
        case body:
            what = f"shift {body.shift} by {body.by}"
    words = f": {' / '.join(one.words.splitlines())}" if one.words else ""
    return f"{iso(one.entry.at)}  gate {place.gate}, lane {place.lane}  {what}{words} ({one.entry.id})"
