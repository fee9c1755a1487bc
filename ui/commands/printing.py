"""printer test, and what every command that prints shares: --print onto receipt paper, --strip into a picture of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import EXIT_DONE, Output, every_command

if TYPE_CHECKING:
    from kiosk.config import Config
    from kiosk.devices.printer import Job
    from kiosk.store.home import Home

Function = TypeVar("Function", bound=Callable[..., Any])
_PATIENCE_SECONDS = 20.0
"""Who stands before the printer is told soon that it has no paper, and may ask again."""


def print_options(function: Function) -> Function:
    """--print, handed on as `on_paper`, and --strip."""
    on_paper = click.option(
        "--print", "on_paper", is_flag=True, help="Onto receipt paper, by the printer of config.toml."
    )
    strip = click.option(
        "--strip",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The receipt as a picture, FILE.png; needs no printer.",
    )
    return on_paper(strip(function))


def expect_printable(folder: Path, *, on_paper: bool, strip: Path | None) -> None:
    """UsageError before anything is done, where what is asked for could not be printed at all."""
    if strip is not None and strip.suffix.lower() != ".png":
        raise UsageError(f"{strip} must end with .png")
    if on_paper:
        _printer_of(_config(folder))


def print_job(
    folder: Path, output: Output, make: Callable[[int], Sequence[Job]], *, on_paper: bool, strip: Path | None
) -> None:
    """Print what `make` draws at the printer's width, a strip each, and wait for it; or EnvironmentalError.

    With `strip` it is left as a picture; asked for alone, that needs no printer.
    """
    if not on_paper and strip is None:
        return
    from kiosk.store.home import Home

    config = _config(folder)
    jobs = make(config.printer_width_dots)
    if strip is not None:
        from ui.strip import picture_of, save_picture, stacked

        save_picture(strip, stacked([picture_of(job.raster) for job in jobs]))
        output.say(f"Written as {strip}")
    if on_paper:
        _print(config, Home(folder), jobs)
        output.say(f"Printed: {', '.join(job.name for job in jobs)}")


def _print(config: Config, home: Home, jobs: Sequence[Job]) -> None:
    from contextlib import closing

    from kiosk.devices.body import TURN, make_printer
    from kiosk.devices.printer import JobState

    _printer_of(config)
    turn = home.kiosk / TURN if home.kiosk.is_dir() else None
    printer = make_printer(config, turn=turn, patience_seconds=_PATIENCE_SECONDS)
    assert printer is not None
    with closing(printer):
        for job in jobs:
            printing = printer.put(job)
            if printing.wait(10 * _PATIENCE_SECONDS) is not JobState.DONE:
                raise EnvironmentalError(f"Not printed: {job.name}. {printing.why or 'The printer is too slow'}")


def _config(folder: Path) -> Config:
    from kiosk.config import read_config
    from kiosk.store.home import Home

    return read_config(Home(folder).config_file)


def _printer_of(config: Config) -> None:
    if config.printer is None:
        raise UsageError(
            'No printer is set: set printer.where = "tcp:ADDRESS:9100" in config.toml, see docs/DEVICES.md'
        )


@click.group(epilog="Example: qaqpa printer test")
def printer() -> None:
    """Try the receipt printer."""


@printer.command(epilog="Example: qaqpa printer test --strip trial.png")
@click.option("--strip", type=click.Path(path_type=Path), metavar="FILE", help="Only as a picture, FILE.png.")
@click.option("--width", type=click.Choice(("576", "384")), help="Dots across (default: the setting's).")
@every_command
def test(strip: Path | None, width: str | None, folder: Path, output: Output) -> int:
    """Print all letters, Kazakh ones first, a ruler, fine lines and a QR code."""
    from ui.ticket_strip import trial_job

    on_paper = strip is None
    expect_printable(folder, on_paper=on_paper, strip=strip)
    print_job(folder, output, lambda dots: [trial_job(int(width) if width else dots)], on_paper=on_paper, strip=strip)
    output.result({"file": str(strip) if strip else None, "printed": on_paper})
    return EXIT_DONE
