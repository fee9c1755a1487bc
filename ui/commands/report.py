"""report: what a person at the gate reports, for the registry to know; an entry that is sent like all others."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.errors import UsageError
from kiosk.rules.words import Incident
from ui.commands.acts import unsigned_name
from ui.commands.common import EXIT_DONE, Output, by_option, every_command
from ui.commands.missing import person


@click.group(epilog='Example: qaqpa report incident fire --place "Blue Bay, second bend" --words "smoke, no flame yet"')
def report() -> None:
    """Report what happened in the park."""


@report.command(
    epilog='Example: qaqpa report incident fire --place "Blue Bay, second bend" --words "smoke, no flame yet"'
)
@click.argument("kind", type=click.Choice([str(kind) for kind in Incident]), metavar="KIND")
@click.option("--place", required=True, metavar="TEXT", help="Where; kept, like the words, in the erasable part.")
@click.option("--words", default="", metavar="TEXT", help="What was seen, in your own words.")
@by_option
@every_command
def incident(kind: str, place: str, words: str, by: str, folder: Path, output: Output) -> int:
    """Report an incident: fire, injury, flood, wildlife, waste_dump, vandalism, poaching, blocked_road or other.

    It is written down at once and waits for the registry; no PIN is asked, for whoever sees a fire may report it.
    """
    from kiosk.rules.entries import Private, ReportBody
    from kiosk.rules.words import ReportKind
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.decision_json import entry_json

    if not place.strip():
        raise UsageError("An incident needs a place: say it with --place")
    with open_checkpoint(Home(folder), purpose="report incident") as kiosk:
        name = unsigned_name(kiosk, by)
        body = ReportBody(report=ReportKind.INCIDENT, place=kiosk.checkpoint.place, what=kind, by=name)
        private = Private(reason="\n".join(part.strip() for part in (place, words) if part.strip()))
        entry = kiosk.checkpoint.note(body, private)
        pending = kiosk.memory.deliveries.pending_count()
        record = entry_json(entry) | {"pending": pending}
        output.result(record, f"{kind}: written down as {entry.id}; {pending} entries wait for the registry")
    return EXIT_DONE


report.add_command(person)
