"""demo and run: the kiosk on its screen, on real data or on data made up for the purpose."""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.common import data_option, debug_option


@click.command(epilog="Example: qaqpa demo --headless")
@click.option("--headless", is_flag=True, help="Without a window; chosen by itself where there is no display.")
@click.option("--keep", is_flag=True, help="Go on with the last demo's data instead of starting from nothing.")
@data_option
@debug_option
def demo(headless: bool, keep: bool, folder: Path) -> int:
    """Show everything on one machine: a registry, a kiosk, and visitors before a camera; all data is made up."""
    from kiosk.store.home import Home
    from ui.demo import run_demo

    return run_demo(Home(folder), headless=headless, keep=keep)


@click.command(epilog="Example: qaqpa run")
@data_option
@debug_option
def run(folder: Path) -> int:
    """Run the kiosk on its screen, with the camera and barrier of config.toml."""
    from kiosk.store.home import Home
    from ui.app import run_kiosk

    return run_kiosk(Home(folder), headless=False)
