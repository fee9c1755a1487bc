"""doctor: what this machine lacks to be a kiosk."""

from __future__ import annotations

from pathlib import Path

import click

from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command


@click.command(epilog="Example: qaqpa doctor --data /var/lib/qaqpa")
@every_command
def doctor(folder: Path, output: Output) -> int:
    """Find what is missing on this machine, and say how to get it; 1 when a gate cannot work so."""
    from kiosk.store.home import Home
    from ui.doctor import findings
    from ui.findings import Mark

    signs = {Mark.OK: "✓", Mark.ATTENTION: "!", Mark.BAD: "✗"}
    marks = []
    for finding in findings(Home(folder)):
        lines = [f"{signs[finding.mark]} {finding.part}: {finding.what}"]
        if finding.cure:
            lines.append(f"    {finding.cure}")
        output.result(finding.as_dict(), lines)
        marks.append(finding.mark)
    amiss = sum(mark is Mark.ATTENTION for mark in marks)
    if Mark.BAD in marks:
        output.say("A gate cannot work on this machine as it is: see what is marked ✗.")
        return EXIT_NO
    output.say(f"A gate can work on this machine.{f' {amiss} things want somebody.' if amiss else ''}")
    return EXIT_DONE
