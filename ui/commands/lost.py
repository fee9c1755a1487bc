"""registry reissue, registry claims: lost tickets issued again, and payments looked for that somebody claimed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command
from ui.commands.printing import expect_printable, print_job, print_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.registry.claims import Claim
    from sync.registry.reissuing import Wanted

_PARK = click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")


@click.command(epilog="Example: qaqpa registry reissue U648SJSDVB --park 7 --out new.pdf")
@click.argument("permits", nargs=-1, metavar="[PERMIT]...")
@_PARK
@click.option("--wanted", is_flag=True, help="List what gates have asked for, instead.")
@click.option("--plate", help="The vehicle's plate; like what follows, sealed anew under the new ticket.")
@click.option("--name", help="The holder's name.")
@click.option("--phone", help="The holder's telephone number.")
@click.option("--document", help="The number of the holder's document.")
@click.option("--contact", help="Whom to ask when the party does not come back.")
@click.option("--language", type=click.Choice(("kk", "ru", "en")), help="The holder's language.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="FILE.txt, .png or .pdf.")
@print_options
@database_option
@every_command
def reissue(
    permits: tuple[str, ...],
    park: int,
    wanted: bool,
    plate: str | None,
    language: str | None,
    out: Path | None,
    on_paper: bool,
    strip: Path | None,
    database: str | None,
    folder: Path,
    output: Output,
    **personal: Any,
) -> int:
    """Issue lost tickets again, named by text, code, permit or entry; the old ones are revoked, their uses follow."""
    from kiosk.rules.personal import Personal
    from sync.registry.enrolling import gates_heard
    from ui.commands.registry import require_form, ticket_record, write_files
    from ui.ticket_strip import ticket_job

    require_form(out)
    expect_printable(folder, on_paper=on_paper, strip=strip)
    if wanted:
        return _list_wanted(park, database, folder, output)
    if not permits:
        raise UsageError("Say which ticket was lost: its text, its code, its permit or an entry")
    with opened(folder, database) as service:
        done = [
            service.reissue(which, park, personal=Personal(**personal), plate=plate, language=language)
            for which in permits
        ]
        with service.database.reading() as connection:
            heard = gates_heard(connection, park)
    tickets = [item.ticket for item in done]
    for item, file in zip(done, write_files(tickets, out), strict=True):
        record = ticket_record(item.ticket, file) | {"permit": item.ticket.permit.id.hex(), "former": item.former.hex()}
        output.result(record, str(file) if file else item.ticket.text)
    output.say("The old tickets are revoked; gates on line refuse them within seconds, others after their next sync.")
    output.say(until_synced(heard))
    print_job(folder, output, lambda dots: [ticket_job(one, dots) for one in tickets], on_paper=on_paper, strip=strip)
    return EXIT_DONE


def until_synced(heard: Mapping[int, int | None]) -> str:
    """What the old ticket's uses do not keep anybody from yet, and how long each gate has sent nothing."""
    from kiosk.export import iso

    known = (
        "A party that went in on an old ticket can go in again on the new one at the same gate, until that gate has "
        "synced."
    )
    gates = [
        f"Gate {gate} has never sent any entries." if at is None else f"Gate {gate} sent its last at {iso(at)}."
        for gate, at in heard.items()
    ]
    return " ".join([known, *gates])


def _list_wanted(park: int, database: str | None, folder: Path, output: Output) -> int:
    from sync.registry.reissuing import wanted

    with opened(folder, database) as service, service.database.reading() as connection:
        found = wanted(connection, park)
    for item in found:
        output.result(_wanted_record(item), f"{item.permit.hex()}  asked for by entry {item.entry.id}")
    output.say(f"{len(found)} tickets are wanted" if found else "No ticket is wanted")
    return EXIT_DONE


def _wanted_record(item: Wanted) -> dict[str, Any]:
    from kiosk.export import iso

    return {"permit": item.permit.hex(), "entry_id": item.entry.id, "at": iso(item.entry.at)}


@click.command(epilog="Example: qaqpa registry claims --park 7 --unmatched")
@_PARK
@click.option("--unmatched", is_flag=True, help="Only those whose payment is not found.")
@database_option
@every_command
def claims(park: int, unmatched: bool, database: str | None, folder: Path, output: Output) -> int:
    """List "paid but no ticket", each with the permits that its receipt or plate finds; 1 while one is unmatched."""
    from sync.registry.claims import claims as all_claims

    with opened(folder, database) as service:
        key = service.folder.lookup_key(service.policy_set(park).park)
        with service.database.reading() as connection:
            found = all_claims(connection, park, key)
    for claim in found:
        if not (unmatched and claim.is_matched):
            output.result(_claim_record(claim), _claim_line(claim))
    missing = sum(not claim.is_matched for claim in found)
    output.say(f"{len(found)} claims, {missing} unmatched")
    return EXIT_NO if missing else EXIT_DONE


def _claim_record(claim: Claim) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "entry_id": claim.entry.id,
        "at": iso(claim.entry.at),
        "gate": claim.body.place.gate,
        "outcome": str(claim.body.outcome),
        "heads": (claim.body.right or claim.body.party).heads,
        "matched": claim.is_matched,
        "permits": [
            {"permit": permit.id.hex(), "heads": permit.party.heads, "status": str(permit.status)}
            for permit in claim.permits
        ],
    }


def _claim_line(claim: Claim) -> str:
    record = _claim_record(claim)
    found = ", ".join(f"{one['permit']} ({one['heads']} heads, {one['status']})" for one in record["permits"])
    heads = f"{record['heads']} heads {record['outcome']}"
    return f"{record['entry_id']}  {record['at']}  gate {record['gate']}: {heads}; {found or 'no payment found'}"
