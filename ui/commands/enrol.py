"""registry enrol: a one-time code for a machine that is to be a kiosk, also as a ticket with a QR code."""

from __future__ import annotations

from pathlib import Path

import click

from kiosk.errors import UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Output, every_command

_FORMS = (".txt", ".png", ".pdf")


@click.command(epilog="Example: qaqpa registry enrol --park 7 --gate 1 --lane 1 --direction both")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@click.option("--gate", type=click.IntRange(1, 32), required=True, help="The gate's number.")
@click.option("--lane", type=click.IntRange(1, 255), required=True, help="The lane's number.")
@click.option("--direction", type=click.Choice(("entry", "exit", "both")), required=True, help="Which way it goes.")
@click.option("--url", metavar="URL", help="The registry's address as the kiosk will reach it; needed for --out.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also as a ticket with a QR code: FILE.txt, .png, .pdf.",
)
@database_option
@every_command
def enrol(
    park: int,
    gate: int,
    lane: int,
    direction: str,
    url: str | None,
    out: Path | None,
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Print a code that makes one machine the kiosk of this lane: good once, for 15 minutes."""
    from kiosk.export import iso
    from kiosk.rules.words import LaneDirection
    from sync.enrolment_code import EnrolmentCode, EnrolmentTicket

    if out is not None and url is None:
        raise UsageError("A ticket says where the registry is: give --url with --out")
    if out is not None and out.suffix.lower() not in _FORMS:
        raise UsageError(f"{out} must end with {', '.join(_FORMS)}")
    with opened(folder, database) as service:
        invitation = service.enrol(park, gate, lane, LaneDirection(direction))
    record = {"code": invitation.text, "expires_at": iso(invitation.expires_at)}
    if url is not None:
        ticket = EnrolmentTicket(code=EnrolmentCode.parse(invitation.text), url=url)
        record["ticket"] = str(ticket)
        if out is not None:
            from sync.registry.enrolment_paper import write

            words = [f"Park {park}, gate {gate}, lane {lane}", f"until {record['expires_at']}", url]
            write(ticket, words, out)
            record["file"] = str(out)
    output.result(record, [record[name] for name in ("code", "ticket", "file") if name in record])
    output.say(f"On the kiosk, before {record['expires_at']}: qaqpa enrol {url or 'ADDRESS'} {invitation.text}")
    return EXIT_DONE
