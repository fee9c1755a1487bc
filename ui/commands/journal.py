"""journal: read the entries of this kiosk, check that nobody has changed them, and let go of what need not be kept.

Reading works beside a running kiosk; letting go needs the folder to itself, or is done by the kiosk when nobody stands
at the gate.
"""

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
    by_option,
    every_command,
    language_option,
    park_seconds,
    progress,
)

if TYPE_CHECKING:
    from kiosk.replaying import Tally
    from kiosk.rules.entries import Entry
    from kiosk.store.home import Home
    from kiosk.store.journal import Head
    from ui.assembly import Memory


@click.group(epilog="Example: qaqpa journal verify")
def journal() -> None:
    """Read and check the journal."""


journal.add_command(handover.export)


@journal.command(epilog="Example: qaqpa journal show --limit 50 --json")
@click.argument("entries", nargs=-1, metavar="[ENTRY]...")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many of the newest entries.")
@click.option("--trace", "traces", is_flag=True, help="With each decision, which rules were asked and what each said.")
@language_option
@every_command
def show(entries: tuple[str, ...], limit: int, traces: bool, language: str, folder: Path, output: Output) -> int:
    """Print entries, oldest first: those named, or the newest ones. Nothing that names a person is printed."""
    from kiosk.errors import UsageError
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    with open_reader(Home(folder)) as memory:
        if entries:
            named = [(name, memory.journal.get(name)) for name in entries]
            missing = [name for name, entry in named if entry is None]
            if missing:
                raise UsageError(f"This kiosk has no entry {', '.join(missing)}")
            found = [entry for _, entry in named if entry is not None]
        else:
            found = memory.journal.newest_of_all_kinds(limit)[::-1]
        for entry in found:
            _show(entry, memory, output, language, with_trace=traces)
    return EXIT_DONE


def _show(entry: Entry, memory: Memory, output: Output, language: str, *, with_trace: bool) -> None:
    from kiosk.rules.entries import DecisionBody
    from ui.commands.decisions import entry_line
    from ui.decision_json import entry_json
    from ui.tracing import trace_json, trace_lines, trace_of

    policy = memory.policies.current()
    record, lines = entry_json(entry), [entry_line(entry, policy, language)]
    if with_trace and isinstance(entry.body, DecisionBody):
        told = trace_of(entry, memory.policies)
        record["trace"] = trace_json(told)
        offset = policy.policy.utc_offset_minutes if policy else 0
        lines += [f"    {line}" for line in trace_lines(told, language, offset)]
    output.result(record, lines)


@journal.command(epilog="Example: qaqpa journal verify --registry --json")
@click.option("--registry", "asks", is_flag=True, help="Ask the registry now how far it holds the chain.")
@every_command
def verify(asks: bool, folder: Path, output: Output) -> int:
    """Walk the hash chain from its beginning, and up to the head that the registry is known to hold."""
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    home = Home(folder)
    with open_reader(home) as memory:
        witnessed = _head_at_registry(home, memory) if asks else memory.deliveries.witnessed()
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


def _head_at_registry(home: Home, memory: Memory) -> Head | None:
    """The newest head of this device's chain that the registry holds, asked now."""
    from kiosk.store.journal import Head
    from ui.assembly import open_registry

    with open_registry(home, memory) as registry:
        head = registry.push(memory.record.device, []).head
    return Head(chain=head.chain, n=head.n, hash=head.hash) if head else None


@journal.command(epilog="Example: qaqpa journal purge")
@every_command
def purge(folder: Path, output: Output) -> int:
    """Let go now of all that need not be kept any longer; a running kiosk does this by itself."""
    from kiosk.store.home import Home
    from kiosk.tidying import Tidied
    from ui.assembly import open_checkpoint

    total = Tidied()
    with open_checkpoint(Home(folder), purpose="purge") as kiosk:
        for gone in progress(iter(kiosk.checkpoint.tidy, Tidied())):
            total += gone
    record = {"entries": total.entries, "private_parts": total.private_parts, "contacts": total.contacts}
    output.result(record, [f"{name}: {count}" for name, count in record.items()])
    return EXIT_DONE


@journal.command(epilog="Example: qaqpa journal erase 007M4G80040000000010")
@click.argument("entry", metavar="ENTRY")
@by_option
@every_command
def erase(entry: str, by: str, folder: Path, output: Output) -> int:
    """Erase what names a person in this entry and all others of its ticket; entries and counts stay."""
    from kiosk.rules.roles import Right
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint
    from ui.commands.acts import staff_name
    from ui.commands.pins import signs

    with open_checkpoint(Home(folder), purpose="erase") as kiosk:
        name = staff_name(kiosk, by)
        if not signs(kiosk.memory, name, Right.ERASE, kiosk.clock.now().now):
            return EXIT_NO
        erased = kiosk.checkpoint.acts.erase(entry, by=name)
    output.result({"erased": erased}, f"{erased} private parts were erased")
    return EXIT_DONE if erased else EXIT_NO


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
