"""gate: what a ranger does with the barrier itself: open it once, hold it open, let it work again as ever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.rules.roles import Right
from ui.commands.acts import do_act, open_
from ui.commands.common import Output, by_option, every_command

if TYPE_CHECKING:
    from kiosk.rules.entries import Entry
    from ui.assembly import Kiosk


@click.group(epilog='Example: qaqpa gate open --reason "a tractor of the park"')
def gate() -> None:
    """Open the barrier by hand, or hold it open."""


@click.command("keep-open", epilog='Example: qaqpa gate keep-open --reason "fire in the gorge"')
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the entry's erasable part.")
@by_option
@every_command
def keep_open(reason: str, by: str, folder: Path, output: Output) -> int:
    """Hold the barrier open until it is set back: scans are recorded as ever, and nobody is asked anything."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.keep_open(reason=reason, by=name)

    return do_act(folder, output, Right.KEEP_OPEN, by, reason, act, told="gate keep-open")


@click.command(epilog='Example: qaqpa gate normal --uncounted 40 --reason "the queue is gone"')
@click.option("--uncounted", type=click.IntRange(0, 1_000_000), metavar="N", help="How many went in without a scan.")
@click.option("--reason", default="set back", metavar="TEXT", help="Why now; kept in the entry's erasable part.")
@by_option
@every_command
def normal(uncounted: int | None, reason: str, by: str, folder: Path, output: Output) -> int:
    """Let a barrier that was held open work again as ever."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.set_back(by=name, reason=reason, uncounted=uncounted)

    return do_act(folder, output, Right.SET_BACK, by, reason, act, told="gate normal")


gate.add_command(open_)
gate.add_command(keep_open)
gate.add_command(normal)
