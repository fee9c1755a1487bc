"""journal export, registry settle: a kiosk's entries by hand, when the network or the kiosk itself is gone."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command
from ui.version import version

if TYPE_CHECKING:
    from sync.registry.service import RegistryService
    from sync.registry.settling import Settled

_TELL_SECONDS = 1.0


@click.command(epilog="Example: qaqpa journal export --out gate-1.qaqpa")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Where to leave the sealed file."
)
@every_command
def export(out: Path, folder: Path, output: Output) -> int:
    """Write all entries to a file that only the registry can open; reads only, beside a running kiosk."""
    from kiosk.errors import EnvironmentalError
    from kiosk.store.home import Home
    from kiosk.store.policies import Policies
    from sync.exporting import export as export_journal

    home = Home(folder)
    record = home.enrolled()
    policy = Policies(home).current()
    if policy is None:
        raise EnvironmentalError("This kiosk has no rules of its park yet: connect it to the registry")
    header = export_journal(home, record, policy, out, software=f"qaqpa {version()}", told=_Progress().tell)
    fields = {
        "file": str(out),
        "park": header.park,
        "device": header.device,
        "entries": header.entries,
        "pending": header.pending,
        "head": {"chain": header.head_chain, "n": header.head_n, "hash": header.head_hash},
        "missing": header.missing,
        "cut_short": bool(header.is_cut),
    }
    output.result(fields, f"{header.entries} entries of device {header.device} are in {out}, sealed for the registry.")
    is_whole = _tell_missing(output, header.missing, is_cut=bool(header.is_cut))
    return EXIT_DONE if is_whole else EXIT_NO


def settle_all(service: RegistryService, paths: tuple[Path, ...], output: Output) -> int:
    """Settle each of these, a line a piece; 1 when somebody should look at one of them."""
    from sync.registry.settling import settle

    code = EXIT_DONE
    for path in paths:
        settled = settle(service, path, _Progress().tell)
        output.result(_settled_record(path, settled), _settled_line(path, settled))
        _tell_missing(output, settled.missing, is_cut=settled.is_cut)
        if not settled.is_good:
            code = EXIT_NO
    return code


def _settled_record(path: Path, settled: Settled) -> dict[str, Any]:
    return {
        "file": str(path),
        "park": settled.park,
        "device": settled.device,
        "entries": settled.entries,
        "receipts": {str(result): count for result, count in sorted(settled.receipts.items())},
        "missing": settled.missing,
        "cut_short": settled.is_cut,
        "flagged": [{"entry_id": r.id, "result": str(r.result), "detail": r.detail} for r in settled.flagged],
    }


def _settled_line(path: Path, settled: Settled) -> str:
    counted = "".join(f", {count} {result}" for result, count in sorted(settled.receipts.items()))
    return f"{path}: device {settled.device}, {settled.entries} entries{counted}"


def _tell_missing(output: Output, missing: int, *, is_cut: bool) -> bool:
    if missing:
        output.say(f"{missing} entries could not be read: that part of the journal is damaged.")
    if is_cut:
        output.say("The end of the journal could not be read: it is damaged, and what stood there is missing.")
    return not (missing or is_cut)


class _Progress:
    """A line on standard error, where a person looks at it and it takes long."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _TELL_SECONDS

    def tell(self, done: int, total: int | None) -> None:
        """So many entries are done."""
        if sys.stderr.isatty() and time.monotonic() >= self._next:
            self._next += _TELL_SECONDS
            click.echo(f"{done} entries" if total is None else f"{done} of {total} entries", err=True)
