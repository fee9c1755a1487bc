"""journal export, registry settle: a kiosk's entries by hand, when the network or the kiosk itself is gone."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command, version
from ui.commands.registry import database_option, opened

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


@click.command(epilog="Example: qaqpa registry settle gate-1.qaqpa /mnt/disk/qaqpa")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE_OR_DIR...")
@database_option
@every_command
def settle(paths: tuple[Path, ...], database: str | None, folder: Path, output: Output) -> int:
    """Take in the entries of kiosks that cannot push any more: their exports, or their data folders."""
    from sync.registry.settling import settle as settle_one

    code = EXIT_DONE
    with opened(folder, database) as service:
        for path in paths:
            settled = settle_one(service, path, _Progress().tell)
            receipts = {str(result): count for result, count in sorted(settled.receipts.items())}
            output.result(
                {
                    "file": str(path),
                    "park": settled.park,
                    "device": settled.device,
                    "entries": settled.entries,
                    "receipts": receipts,
                    "missing": settled.missing,
                    "cut_short": settled.is_cut,
                    "flagged": [
                        {"entry_id": r.id, "result": str(r.result), "detail": r.detail} for r in settled.flagged
                    ],
                },
                f"{path}: device {settled.device}, {settled.entries} entries"
                + "".join(f", {count} {result}" for result, count in receipts.items()),
            )
            _tell_missing(output, settled.missing, is_cut=settled.is_cut)
            if not settled.is_good:
                code = EXIT_NO
    return code


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
