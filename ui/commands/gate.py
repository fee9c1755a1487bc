"""gate: what a ranger does with the barrier itself."""

from __future__ import annotations

import click

from ui.commands.acts import open_


@click.group(epilog='Example: qaqpa gate open --reason "a tractor of the park"')
def gate() -> None:
    """Open the barrier by hand."""


gate.add_command(open_)
