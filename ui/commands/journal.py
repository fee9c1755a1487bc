"""journal: read the entries of this kiosk, and check that nobody has changed them. Both work beside a running kiosk."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands import handover
from ui.commands.common import (
    EXIT_DONE,
    EXIT_NO,
    TIME,
    Output,
    every_command,
    language_option,
    park_seconds,
    progress,
)

if TYPE_CHECKING:
    from kiosk.replaying import Tally


@click.group(epilog="Example: qaqpa journal verify")
def journal() -> None:
    """Read and check the journal."""


journal.add_command(handover.export)


@journal.command(epilog="Example: qaqpa journal show --limit 50 --json")
@click.argument("entries", nargs=-1, metavar="[ENTRY]...")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many of the newest entries.")
@language_option
@every_command
def show(entries: tuple[str, ...], limit: int, language: str, folder: Path, output: Output) -> int:
    """Print entries, oldest first: those named, or the newest ones. Nothing that names a person is printed."""
    from kiosk.errors import UsageError
    from kiosk.rules.entries import read_core
    from kiosk.store.home import Home
    from ui.assembly import open_reader
    from ui.commands.decisions import entry_line
    from ui.decision_json import entry_json

    with open_reader(Home(folder)) as memory:
        policy = memory.policies.current()
        if entries:
            named = [(name, memory.journal.get(name)) for name in entries]
            missing = [name for name, entry in named if entry is None]
            if missing:
                raise UsageError(f"This kiosk has no entry {', '.join(missing)}")
            found = [entry for _, entry in named if entry is not None]
        else:
            head = memory.journal.head()
            # over the end of an older chain too: its last entries stand before the newest chain's first
            first = max(0, head.n - limit)
            wire = memory.journal.after(head.chain if first or head.chain == 1 else head.chain - 1, first, limit * 2)
            found = [read_core(each.core) for each in wire][-limit:]
        for entry in found:
            output.result(entry_json(entry), entry_line(entry, policy, language))
    return EXIT_DONE


@journal.command(epilog="Example: qaqpa journal verify --json")
@every_command
def verify(folder: Path, output: Output) -> int:
    """Walk the hash chain from its beginning, and up to the head that the registry is known to hold."""
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    with open_reader(Home(folder)) as memory:
        witnessed = memory.deliveries.witnessed()
        faults = memory.journal.verify([witnessed] if witnessed else [])
        head, total = memory.journal.head(), memory.journal.count()
    record = {
        "sound": not faults,
        "entries": total,
        "head": {"chain": head.chain, "n": head.n, "hash": head.hash.hex()},
        "witnessed": {"chain": witnessed.chain, "n": witnessed.n} if witnessed else None,
        "faults": faults,
    }
    seen = f", of which the registry holds those up to {witnessed.n}" if witnessed else ", none known to the registry"
    output.result(record, faults or [f"sound: {total} entries{seen}"])
    return EXIT_NO if faults else EXIT_DONE


@journal.command(epilog="Example: qaqpa journal replay --days 7 --json")
@click.option(
    "--days", type=click.IntRange(1), default=60, show_default=True, help="How many days, up to the newest entry."
)
@click.option("--from", "begin", type=TIME, help="From this time on, instead of a number of days.")
@every_command
def replay(days: int, begin: datetime | None, folder: Path, output: Output) -> int:
    """Decide every scan again from the facts its entry kept and the set it names; 1 when one comes out differently."""
    from kiosk.replaying import decisions, replay_all
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    with open_reader(Home(folder)) as memory:
        since_at = None if begin is None else park_seconds(begin, memory.policies.current())
        entries = decisions(memory.journal, days=days, since_at=since_at)
        tally = replay_all(progress(entries), memory.policies)
    output.result(_tally_record(tally), _tally_lines(tally))
    return EXIT_NO if tally.different else EXIT_DONE


def _tally_record(tally: Tally) -> dict[str, object]:
    return {
        "decisions": tally.decisions,
        "same": tally.same,
        "different": tally.different,
        "undecidable": {str(reason): count for reason, count in tally.undecidable.items()},
        "differences": list(tally.differences),
    }


def _tally_lines(tally: Tally) -> list[str]:
    lines = [*tally.differences, f"{tally.same} of {tally.decisions} decisions come out the same"]
    if tally.different:
        lines.append(f"{tally.different} come out differently")
    words = {
        "set_gone": "the set they were made by is not kept any more",
        "set_unreadable": "the set they were made by cannot be read",
        "facts_unreadable": "another version of the program wrote their facts",
    }
    cannot = [(words[reason], count) for reason, count in tally.undecidable.items() if count]
    return lines + [f"{count} cannot be decided again: {why}" for why, count in cannot]
