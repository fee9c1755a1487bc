"""find: the permits that fit a plate, a telephone, a document or words of a name; nothing personal is printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command, language_option

if TYPE_CHECKING:
    from kiosk.rules.entries import Use
    from kiosk.rules.permit import Permit
    from kiosk.rules.policy import PolicySet


@click.command(epilog='Example: qaqpa find --name "Aidana" --phone "+7 701 234 56 78"')
@click.option("--plate", metavar="PLATE", help="The vehicle's plate.")
@click.option("--phone", metavar="NUMBER", help="The holder's telephone number.")
@click.option("--document", metavar="NUMBER", help="The number of the holder's document.")
@click.option("--receipt", metavar="NUMBER", help="The number of the receipt it was paid by.")
@click.option("--name", metavar="WORDS", help="Words of the holder's name, in any spelling; more words narrow it.")
@language_option
@every_command
def find(
    plate: str | None,
    phone: str | None,
    document: str | None,
    receipt: str | None,
    name: str | None,
    language: str,
    folder: Path,
    output: Output,
) -> int:
    """Find a visitor's permit without the ticket: all that is given must fit. Works beside a running kiosk."""
    from kiosk.facts import FactFinder
    from kiosk.lookup import found
    from kiosk.rules.personal import LookUp
    from kiosk.store.home import Home
    from ui.assembly import open_reader

    given = {LookUp.PLATE: plate, LookUp.PHONE: phone, LookUp.DOCUMENT: document, LookUp.NAME: name}
    given[LookUp.RECEIPT] = receipt
    wanted = {kind: value for kind, value in given.items() if value is not None}
    if not wanted:
        raise UsageError("Say what is known: --plate, --phone, --document, --receipt or --name")
    home = Home(folder)
    with open_reader(home) as memory:
        replica, key = memory.replicas.current(), home.lookup_key()
        if replica is None or key is None:
            raise EnvironmentalError("This kiosk cannot look anybody up yet: run `qaqpa sync --once` first")
        facts = FactFinder(
            journal=memory.journal,
            replicas=memory.replicas,
            revocations=memory.revocations,
            deliveries=memory.deliveries,
        )
        permits = found(replica, key, wanted)
        policy = memory.policies.current()
        for permit in permits:
            uses = facts.uses(permit.id)
            output.result(_record(permit, uses), _line(permit, uses, policy, language))
    if not permits:
        output.say("No permit here fits.")
    return EXIT_DONE if permits else EXIT_NO


def _record(permit: Permit, uses: tuple[Use, ...]) -> dict[str, Any]:
    from kiosk.export import iso
    from kiosk.rules.codes import tail

    return {
        "permit": permit.id.hex(),
        "code_tail": tail(permit.code),
        "product": permit.product,
        "from": iso(permit.nbf),
        "to": iso(permit.exp),
        "party": permit.party.as_dict(),
        "entries": permit.entries,
        "gates": None if permit.gates is None else list(permit.gates),
        "status": str(permit.status),
        "used": [
            {
                "entry_id": use.entry_id,
                "entry_number": use.entry_number,
                "party": use.party.as_dict(),
                "gate": use.gate,
                "lane": use.lane,
                "direction": str(use.direction),
                "at": iso(use.at),
            }
            for use in uses
        ],
    }


def _line(permit: Permit, uses: tuple[Use, ...], policy: PolicySet | None, language: str) -> str:
    from kiosk.rules.codes import tail
    from ui.words import local, party_line

    offset = policy.policy.utc_offset_minutes if policy else 0
    product = policy.products.get(permit.product) if policy else None
    named = product.names.in_language(language) if product else f"product {permit.product}"
    times = " – ".join(f"{local(at, offset):%Y-%m-%d %H:%M}" for at in (permit.nbf, permit.exp))
    used = "; ".join(
        f"{use.direction} {local(use.at, offset):%Y-%m-%d %H:%M}, gate {use.gate}, lane {use.lane}: "
        f"{party_line(use.party, language)}"
        for use in uses
    )
    status = "" if permit.status.value == "active" else f", {permit.status}"
    right = f"{named}, {times}, {party_line(permit.party, language)}{status}"
    return f"…{tail(permit.code)}  {right}; used: {used or 'never'}"
