"""demo and run: the kiosk on its screen, on real data or on data made up for the purpose."""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.common import Output, data_option, debug_option, every_command

_FILE = click.Path(path_type=Path)


@click.command(epilog="Example: qaqpa demo --headless")
@click.option("--headless", is_flag=True, help="Without a window; chosen by itself where there is no display.")
@click.option("--keep", is_flag=True, help="Go on with the last demo's data instead of starting from nothing.")
@every_command
def demo(headless: bool, keep: bool, folder: Path, output: Output) -> int:
    """Show everything on one machine: a registry, a kiosk, and visitors before a camera; all data is made up."""
    from kiosk.store.home import Home
    from ui.demo import run_demo

    return run_demo(Home(folder), headless=headless, keep=keep, output=output)


@click.command(epilog="Example: qaqpa run")
@click.option("--headless", is_flag=True, help="Without a display; a film is looked at as fast as it can be.")
@click.option("--until-end", is_flag=True, help="End when the camera's film has ended.")
@click.option(
    "--touches", type=click.Path(path_type=Path), metavar="FILE", help="What fingers do, at frames of a film."
)
@click.option(
    "--screenshots", type=click.Path(path_type=Path), metavar="DIR", help="Leave a picture of each page there."
)
@click.option("--decisions", is_flag=True, help="Print each decision as a JSON line.")
@data_option
@debug_option
def run(
    folder: Path, headless: bool, until_end: bool, touches: Path | None, screenshots: Path | None, decisions: bool
) -> int:
    """Run the kiosk on its screen, with the camera and barrier of config.toml."""
    from kiosk.store.home import Home
    from ui.app import RunOptions, run_kiosk

    options = RunOptions(
        headless=headless, until_end=until_end, touches=touches, screenshots=screenshots, decisions=decisions
    )
    return run_kiosk(Home(folder), options)
