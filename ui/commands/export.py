"""export: visitor counts from this kiosk's journal, as a file or on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import DAY, EXIT_DONE, Function, Output, data_option, debug_option, json_option
from ui.version import version

if TYPE_CHECKING:
    from kiosk.export import Export
    from kiosk.rules.entries import Entry
    from kiosk.rules.statistics import Period

_FORMATS = ("csv", "json")
_BY = ("hour", "day", "month")


def export_options(function: Function) -> Function:
    """The options that the kiosk's export and the registry's share."""
    options = (
        click.option("--from", "first", type=DAY, required=True, help="The first local day."),
        click.option("--to", "last", type=DAY, required=True, help="The last local day, included."),
        click.option("--by", type=click.Choice(_BY), default="day", show_default=True, help="How fine the rows are."),
        click.option("--gate", type=click.IntRange(1, 32), help="Only this gate."),
        click.option(
            "--format", "form", type=click.Choice(_FORMATS), help="The file's form (default: by its name, else csv)."
        ),
        click.option(
            "--table",
            type=click.Choice(("counts", "events")),
            default="counts",
            show_default=True,
            help="Visitor counts, or clean-up days with their participants and bags; JSON holds both.",
        ),
        click.option(
            "--out", type=click.Path(path_type=Path), metavar="FILE", help="The file (default: standard output)."
        ),
        data_option,
        json_option,
        debug_option,
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command(epilog="Example: qaqpa export --from 2026-07-01 --to 2026-07-31 --by day --out july.csv")
@export_options
def export(
    first: date,
    last: date,
    by: str,
    gate: int | None,
    form: str | None,
    table: str,
    out: Path | None,
    folder: Path,
    output: Output,
) -> int:
    """Count visitors of this kiosk's own journal; it works beside a running kiosk."""
    from kiosk.export import Completeness, Export, iso
    from kiosk.rules.entries import ActBody, DecisionBody
    from kiosk.rules.events import events
    from kiosk.rules.statistics import By, count
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    period = period_of(first, last)
    with open_reader(Home(folder)) as memory:
        policy = memory.policies.current()
        if policy is None:
            raise EnvironmentalError("This kiosk holds no rules of its park yet: connect it to the registry")
        record = memory.record
        wanted = record.gate if gate is None else gate
        bounds = period.bounds(policy.policy)

        def entries() -> Iterator[Entry]:
            for entry in memory.journal.with_acts(*bounds):
                body = entry.body
                if not isinstance(body, DecisionBody | ActBody):
                    continue
                if (body.place.park, body.place.gate) == (record.park, wanted):
                    yield entry

        since = memory.journal.whole_since()
        if since is not None and period.bounds(policy.policy)[0] < since:
            output.say(
                f"Entries before {iso(since)} are no longer kept here or were lost with a damaged journal: count this "
                "period at the registry (qaqpa registry export)"
            )
        newest = next(iter(memory.journal.latest(1)), None)
        counted = Export(
            park=record.park,
            by=By(by),
            period=period,
            completeness=(
                Completeness(gate=record.gate, lane=record.lane, until=newest.at if newest else None, since=since),
            ),
            software=f"qaqpa {version()}",
            rows=tuple(count(entries(), policy, By(by), period)),
            events=tuple(events(entries(), policy, period)),
        )
    return deliver(counted, form, table, out, output)


def period_of(first: date, last: date) -> Period:
    """The period of these days; UsageError if it ends before it begins."""
    from kiosk.rules.statistics import Period

    try:
        return Period(first=first, last=last)
    except ValueError as error:
        raise UsageError(f"{error}: exchange --from and --to") from error


def deliver(counted: Export, form: str | None, table: str, out: Path | None, output: Output) -> int:
    """Write the counts where they were wanted, and say so."""
    from kiosk.export import Format, Table, as_json_object, render, write

    chosen = Format(form or _form_of(out))
    if out is not None:
        write(counted, chosen, out, Table(table))
        rows = len(counted.events if table == Table.EVENTS else counted.rows)
        output.result({"file": str(out), "rows": rows}, f"{out}: {rows} rows")
    elif output.as_json:
        output.result(as_json_object(counted))
    else:
        click.echo(render(counted, chosen, Table(table)), nl=False)
    return EXIT_DONE


def _form_of(out: Path | None) -> str:
    suffix = out.suffix.lower().removeprefix(".") if out else ""
    return suffix if suffix in _FORMATS else "csv"
