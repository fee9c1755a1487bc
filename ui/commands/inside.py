"""inside, left, called: who is in the park, whom a ranger strikes off, and whom somebody called about a late party."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError
from kiosk.rules.roles import Right
from ui.commands.acts import act_options, do_act
from ui.commands.common import (
    EXIT_DONE,
    EXIT_NO,
    TIME,
    Output,
    by_option,
    every_command,
    language_option,
    park_seconds,
)
from ui.commands.heads import HEADS, Heads
from ui.commands.printing import expect_printable, print_job, print_options

if TYPE_CHECKING:
    from kiosk.devices.printer import Job
    from kiosk.rules.entries import Entry, Use
    from kiosk.rules.policy import PolicySet
    from kiosk.rules.presence import Visit
    from ui.assembly import Kiosk
    from ui.muster import Muster, Row

_WHOM = {"leader": "leader_called", "contact": "contact_called", "112": "rescue_called"}


@click.command(epilog="Example: qaqpa inside --overdue")
@click.option("--overdue", is_flag=True, help="Only parties that should be back, each with what is to be done next.")
@click.option("--contacts", is_flag=True, help="With plates, and whom to call about late parties; asks for the PIN.")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Also as a sheet to print, in A4.")
@print_options
@click.option("--at", type=TIME, help="What is late at this time (default: now).")
@by_option
@language_option
@every_command
def inside(
    overdue: bool,
    contacts: bool,
    pdf: Path | None,
    on_paper: bool,
    strip: Path | None,
    at: datetime | None,
    by: str,
    language: str,
    folder: Path,
    output: Output,
) -> int:
    """Say who is inside now, by entries and exits here and at the gates heard of. Works beside a running kiosk."""
    from kiosk.clock import SystemClock
    from kiosk.store.home import Home
    from ui.assembly import open_reader
    from ui.commands.pins import signs
    from ui.muster import muster

    expect_printable(folder, on_paper=on_paper, strip=strip)
    home = Home(folder)
    with open_reader(home) as memory:
        policy = memory.policies.current()
        if policy is None:
            raise EnvironmentalError("This kiosk has no rules of its park yet: run `qaqpa sync --once` first")
        now = SystemClock(memory.floor()).now().now
        if contacts and not signs(memory, by, Right.CONTACTS, now):
            return EXIT_NO
        found = muster(
            memory,
            policy,
            now if at is None else park_seconds(at, policy),
            is_overdue=overdue,
            has_contacts=contacts,
        )
    for row in found.rows:
        output.result(_record(row, found), _lines(row, found, policy, language))
    if pdf is not None:
        from ui.muster_sheet import write_sheet

        write_sheet(found, policy, language, pdf)
    output.say(_summary(found))
    print_job(folder, output, lambda dots: [_job(found, policy, language, dots)], on_paper=on_paper, strip=strip)
    return EXIT_NO if overdue and found.rows else EXIT_DONE


@click.command(epilog='Example: qaqpa left 007M4G80040000000010 --reason "seen driving out"')
@click.option("--heads", type=HEADS, help="How many are out (default: all of the party that are inside).")
@act_options
def left(entry: str, heads: Heads | None, reason: str, by: str, folder: Path, output: Output) -> int:
    """Strike a party off: it is out, though nobody scanned its ticket on the way. ENTRY is its admission."""

    def act(kiosk: Kiosk, name: str) -> Entry:
        party = heads.of(_inside_of(kiosk, entry)) if heads else None
        return kiosk.checkpoint.acts.strike_off(entry, reason=reason, by=name, party=party)

    return do_act(folder, output, Right.STRIKE_OFF, by, reason, act, told="left")


@click.command(epilog='Example: qaqpa called 007M4G80040000000010 --whom leader --reason "no answer, tried twice"')
@click.option(
    "--whom", type=click.Choice(tuple(_WHOM)), required=True, help="Whom: the party's leader, its contact, 112."
)
@act_options
def called(entry: str, whom: str, reason: str, by: str, folder: Path, output: Output) -> int:
    """Write down that somebody was called about a party that has not come back, and what came of it."""
    from kiosk.rules.words import ActKind

    def act(kiosk: Kiosk, name: str) -> Entry:
        return kiosk.checkpoint.acts.called(entry, ActKind(_WHOM[whom]), reason=reason, by=name)

    return do_act(folder, output, Right.CALLED, by, reason, act)


def _job(found: Muster, policy: PolicySet, language: str, dots: int) -> Job:
    from ui.muster_sheet import as_sheet
    from ui.strip import job_of, sheet_strip

    name = "list of those who are late" if found.is_overdue_only else "list of those inside"
    return job_of(name, sheet_strip(as_sheet(found, policy, language), dots), language)


def _inside_of(kiosk: Kiosk, entry_id: str) -> Any:
    from kiosk.presence import visit_at

    entry = kiosk.memory.journal.get(entry_id)
    return visit_at(entry, kiosk.memory.journal, kiosk.memory.replicas).party if entry is not None else None


def _record(row: Row, found: Muster) -> dict[str, Any]:
    from kiosk.export import iso

    visit = row.visit
    came = visit.came
    record: dict[str, Any] = {
        "permit": visit.permit.hex() if visit.permit else None,
        "entry_id": visit.entry_id,
        "code_tail": visit.code_tail,
        "heads": visit.heads,
        "party": visit.party.as_dict(),
        "product": visit.product,
        "vehicle_class": visit.vehicle_class,
        "since": iso(visit.since),
        "gate": came.gate,
        "lane": came.lane,
        "expected": None if visit.expected is None else iso(visit.expected),
        "due": None if row.due is None else iso(row.due),
        "overdue": row.is_overdue,
        "step": None if row.step is None else str(row.step),
        "calls": [{"call": str(call.act), "at": iso(call.at), "by": call.by} for call in visit.calls],
        "revoked_at": None if visit.revoked_at is None else iso(visit.revoked_at),
    }
    if found.is_overdue_only:
        record["witnesses"] = [_witness(other) for other in row.witnesses]
    if found.has_contacts:
        record |= {"plates": list(row.plates), "contact": row.contact}
    return record


def _witness(visit: Visit) -> dict[str, Any]:
    from kiosk.export import iso

    out = visit.left if not visit.heads else None
    return {
        "permit": visit.permit.hex() if visit.permit else None,
        "code_tail": visit.code_tail,
        "since": iso(visit.since),
        "left": None if out is None else iso(out.at),
        "gate": visit.came.gate,
    }


def _lines(row: Row, found: Muster, policy: PolicySet, language: str) -> list[str]:
    from ui.words import party_line

    visit = row.visit
    product = policy.products.get(visit.product) if visit.product is not None else None
    named = product.names.in_language(language) if product else "no ticket" if visit.product is None else "unknown"
    parts = [
        f"{visit.entry_id or '(another gate)'}  {party_line(visit.party, language)}",
        named + (f", {visit.vehicle_class}" if visit.vehicle_class else "") + _tail(visit),
        f"in {_time(visit.since, policy)}, {_at_gate(visit.came)}",
        f"out by {_time(row.due, policy)}" if row.due is not None else "no time set",
    ]
    if visit.revoked_at is not None:
        parts.append(f"REVOKED {_time(visit.revoked_at, policy)}")
    if row.step is not None:
        parts.append(f"OVERDUE: {str(row.step).replace('_', ' ')}")
    lines = ["; ".join(parts)]
    lines += [f"    {str(call.act).replace('_', ' ')} {_time(call.at, policy)} by {call.by}" for call in visit.calls]
    if row.plates or row.contact:
        lines.append(f"    plate {', '.join(row.plates) or '-'}; contact {row.contact or '-'}")
    for other in row.witnesses:
        out = "still inside" if other.heads or other.left is None else f"out {_time(other.left.at, policy)}"
        lines.append(f"    may have seen them:{_tail(other)} in {_time(other.since, policy)}, {out}")
    return lines


def _tail(visit: Visit) -> str:
    return f" …{visit.code_tail}" if visit.code_tail else ""


def _at_gate(use: Use) -> str:
    return f"gate {use.gate}, lane {use.lane}"


def _time(at: int | None, policy: PolicySet) -> str:
    from ui.words import local

    return "-" if at is None else f"{local(at, policy.policy.utc_offset_minutes):%Y-%m-%d %H:%M}"


def _summary(found: Muster) -> str:
    revoked = f", {found.revoked} with a revoked ticket" if found.revoked else ""
    return f"Inside: {found.heads} people in {found.parties} parties; overdue: {found.overdue}{revoked}."
