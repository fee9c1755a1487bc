"""report person: somebody is missing. Find the party, say who came and left when and where, and write it down."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.acts import unsigned_name
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, by_option, every_command, language_option

if TYPE_CHECKING:
    from kiosk.rules.entries import Use
    from kiosk.rules.personal import LookUp
    from kiosk.rules.policy import PolicySet
    from kiosk.rules.presence import Visit
    from ui.assembly import Memory


@click.command(
    epilog='Example: qaqpa report person --plate "917 CNY 05" --words "boy, 7, red jacket; last seen at the lake"'
)
@click.option("--text", metavar="TEXT", help="The party's ticket.")
@click.option("--code", metavar="XXXXXXXXXX", help="The code printed below it.")
@click.option("--entry", metavar="ENTRY", help="An entry of the party at this gate.")
@click.option("--plate", metavar="PLATE", help="The vehicle's plate.")
@click.option("--phone", metavar="NUMBER", help="The holder's telephone number.")
@click.option("--document", metavar="NUMBER", help="The number of the holder's document.")
@click.option("--name", metavar="WORDS", help="Words of the holder's name.")
@click.option("--words", metavar="TEXT", help="Who is missing, last seen where; kept in the entry's erasable part.")
@click.option("--found", "is_found", is_flag=True, help="The person was found again.")
@click.option("--look", "only_look", is_flag=True, help="Only look the party up; works beside a running kiosk.")
@by_option
@language_option
@every_command
def person(
    text: str | None,
    code: str | None,
    entry: str | None,
    plate: str | None,
    phone: str | None,
    document: str | None,
    name: str | None,
    words: str | None,
    is_found: bool,
    only_look: bool,
    by: str,
    language: str,
    folder: Path,
    output: Output,
) -> int:
    """Report a lost child or adult: who of the party came and left when and where; the report goes to the registry.

    It is written down though nobody's party fits; no PIN is asked, for whoever is asked for help may report it.
    """
    from kiosk.rules.personal import LookUp
    from kiosk.rules.words import Whereabouts
    from kiosk.store.home import Home
    from ui.assembly import open_checkpoint, open_reader

    values = {LookUp.PLATE: plate, LookUp.PHONE: phone, LookUp.DOCUMENT: document, LookUp.NAME: name}
    wanted = {kind: value for kind, value in values.items() if value is not None}
    if not only_look and not (words or "").strip():
        raise UsageError("Say who is missing and where they were last seen with --words, or only look with --look")
    home = Home(folder)
    if only_look:
        with open_reader(home) as memory:
            visits = _parties(memory, wanted, text=text, code=code, entry=entry)
            _show(visits, memory.policies.current(), language, output)
        return EXIT_DONE if visits else EXIT_NO
    with open_checkpoint(home, purpose="report person") as kiosk:
        who = unsigned_name(kiosk, by)
        visits = _parties(kiosk.memory, wanted, text=text, code=code, entry=entry)
        _show(visits, kiosk.policies.current(), language, output)
        written = kiosk.checkpoint.note(
            *_report(kiosk.checkpoint.place, visits, Whereabouts.FOUND if is_found else Whereabouts.MISSING, words, who)
        )
        pending = kiosk.memory.deliveries.pending_count()
        output.say(f"Written down as {written.id}; {pending} entries wait for the registry.")
    return EXIT_DONE


def _report(place: Any, visits: list[Visit], what: str, words: str | None, by: str) -> Any:
    """The entry: of one party it names the permit, of several or none the words must do."""
    from kiosk.rules.entries import Private, ReportBody
    from kiosk.rules.words import ReportKind

    visit = visits[0] if len(visits) == 1 else None
    details = {"inside": visit.heads, "came_at": visit.came.at, "gate": visit.came.gate} if visit else {}
    body = ReportBody(
        report=ReportKind.PERSON,
        place=place,
        what=what,
        by=by,
        permit=visit.permit if visit else None,
        target=visit.entry_id if visit else None,
        details=details,
    )
    return body, Private(reason=(words or "").strip())


def _parties(
    memory: Memory, wanted: Mapping[LookUp, str], *, text: str | None, code: str | None, entry: str | None
) -> list[Visit]:
    """The parties that what is known fits, as far as this gate has heard of them."""
    from kiosk.presence import visit_at, visit_by

    if not wanted and text is None and code is None and entry is None:
        return []
    if entry is not None:
        written = memory.journal.get(entry)
        if written is None:
            raise UsageError(f"This kiosk has no entry {entry}")
        visit = visit_at(written, memory.journal, memory.replicas)
        return [visit] if visit.uses else []
    replica = memory.replicas.current()
    visits = (visit_by(permit, memory.journal, replica) for permit in _permits(memory, wanted, text, code))
    return [visit for visit in visits if visit is not None]


def _permits(memory: Memory, wanted: Mapping[LookUp, str], text: str | None, code: str | None) -> list[bytes]:
    from kiosk.lookup import found
    from kiosk.rules.codes import CodeFault, read_code
    from kiosk.rules.keyring import Rejected
    from kiosk.rules.permit import permit_id

    if text is not None:
        policy = memory.policies.current()
        opened = policy.keyring.open(text) if policy else None
        if opened is None or isinstance(opened, Rejected):
            raise UsageError("That is no ticket of this park's")
        return [permit_id(opened.claims.cti)]
    replica = memory.replicas.current()
    if replica is None:
        raise EnvironmentalError("This kiosk has no permits to look in yet: run `qaqpa sync --once` first")
    if code is not None:
        read = read_code(code)
        if isinstance(read, CodeFault):
            raise UsageError(f"{code[:20]!r} is not a ticket code")
        return [permit.id for permit in replica.by_code(read)]
    key = memory.home.lookup_key()
    if key is None:
        raise EnvironmentalError("This kiosk cannot look anybody up yet: run `qaqpa sync --once` first")
    return [permit.id for permit in found(replica, key, wanted)]


def _show(visits: list[Visit], policy: PolicySet | None, language: str, output: Output) -> None:
    for visit in visits:
        output.result(_record(visit), _lines(visit, policy, language))
    if not visits:
        output.say("No party that came in fits, as far as this gate has heard.")


def _record(visit: Visit) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "permit": visit.permit.hex() if visit.permit else None,
        "entry_id": visit.entry_id,
        "code_tail": visit.code_tail,
        "inside": visit.heads,
        "party": visit.party.as_dict(),
        "passages": [
            {
                "direction": str(use.direction),
                "at": iso(use.at),
                "gate": use.gate,
                "lane": use.lane,
                "party": use.party.as_dict(),
            }
            for use in visit.uses
        ],
    }


def _lines(visit: Visit, policy: PolicySet | None, language: str) -> list[str]:
    from ui.words import party_line

    head = f"…{visit.code_tail}" if visit.code_tail else "A party"
    inside = f"inside now: {party_line(visit.party, language)}" if visit.heads else "nobody of it is inside"
    return [f"{head}: {inside}", *(_passage(use, policy, language) for use in visit.uses)]


def _passage(use: Use, policy: PolicySet | None, language: str) -> str:
    from ui.words import local, party_line

    offset = policy.policy.utc_offset_minutes if policy else 0
    gate = policy.gate_name(use.gate, language) if policy else str(use.gate)
    way = "in " if use.direction == "entry" else "out"
    return (
        f"    {way} {local(use.at, offset):%Y-%m-%d %H:%M}  {gate}, lane {use.lane}: {party_line(use.party, language)}"
    )
