"""registry unsold: tickets that people went in on and that nobody sold, which only the registry can see."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import DAY, EXIT_DONE, EXIT_NO, Output, every_command

if TYPE_CHECKING:
    from sync.registry.unsold import Unsold


@click.command(epilog="Example: qaqpa registry unsold --park 7 --from 2026-07-01 --to 2026-07-31")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@click.option("--from", "first", type=DAY, required=True, help="The first local day.")
@click.option("--to", "last", type=DAY, required=True, help="The last local day, included.")
@database_option
@every_command
def unsold(park: int, first: date, last: date, database: str | None, folder: Path, output: Output) -> int:
    """List the tickets that people went in on and that this registry never sold; 1 when there are some."""
    from sync.registry.unsold import unsold as find

    with opened(folder, database) as service:
        found = find(service, park, first=first, last=last)
        offset = service.policy_set(park).policy.utc_offset_minutes
    for ticket in found:
        output.result(_record(ticket), _line(ticket, offset))
    output.say(_summary(found))
    return EXIT_NO if found else EXIT_DONE


def _record(ticket: Unsold) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "ticket": ticket.ticket.hex(),
        "key": ticket.kid,
        "product": ticket.product,
        "heads": ticket.heads,
        "entries": ticket.entries,
        "gate": ticket.gate,
        "lane": ticket.lane,
        "at": iso(ticket.at),
        "entry_id": ticket.first_entry,
    }


def _line(ticket: Unsold, offset_minutes: int) -> str:
    from ui.words import local

    at = f"{local(ticket.at, offset_minutes):%Y-%m-%d %H:%M}"
    return (
        f"{ticket.ticket.hex()}  key {ticket.kid}, product {ticket.product}, {ticket.heads} heads, "
        f"first {at} at gate {ticket.gate}, lane {ticket.lane}, entry {ticket.first_entry}"
    )


def _summary(found: list[Unsold]) -> str:
    if not found:
        return "Every ticket that somebody went in on was sold here."
    by_key = Counter(str(ticket.kid) for ticket in found)
    keys = ", ".join(f"{count} under key {kid}" for kid, count in sorted(by_key.items()))
    heads = sum(ticket.heads for ticket in found)
    return (
        f"{len(found)} tickets that were never sold here let in {heads} people: {keys}. If the key has leaked, "
        "`qaqpa registry keys list-only KEY` lets only sold tickets in."
    )
