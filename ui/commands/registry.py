"""registry: what an administrator does with a registry kept on this machine, each command one call of its service."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Function, Output, every_command, unix
from ui.commands.device import device
from ui.commands.devices import devices
from ui.commands.enrol import enrol
from ui.commands.export import deliver, export_options, period_of
from ui.commands.keys import keys
from ui.commands.lost import claims, reissue
from ui.commands.printing import expect_printable, print_job, print_options
from ui.commands.quota import quota
from ui.commands.reports import reports
from ui.commands.tables import park_group, tables
from ui.commands.tls import tls
from ui.commands.trust import trust
from ui.commands.unsold import unsold

if TYPE_CHECKING:
    from sync.registry.issuing import IssuedTicket
    from sync.registry.revoking import Revoked

_MOST_HEADS = 2**16 - 1
_OUT_SUFFIXES = (".txt", ".png", ".pdf")


@click.group(epilog="Example: qaqpa registry init --demo")
def registry() -> None:
    """Keep the registry: permits, kiosks, visitor counts."""


registry.add_command(keys)
registry.add_command(quota)
registry.add_command(tables)
registry.add_command(park_group)
registry.add_command(reissue)
registry.add_command(claims)
registry.add_command(reports)
registry.add_command(unsold)
registry.add_command(devices)
registry.add_command(enrol)
registry.add_command(trust)
registry.add_command(device)
registry.add_command(tls)


@registry.command(epilog="Example: qaqpa registry init --demo")
@click.option("--demo", is_flag=True, help="Fill in two demo parks with gates, products, keys and 2,000 permits.")
@database_option
@every_command
def init(demo: bool, database: str | None, folder: Path, output: Output) -> int:
    """Make a registry: its folder, its keys, its tables."""
    from kiosk.store.home import Home
    from sync.registry.service import init_registry

    path = Home(folder).registry

    def told(done: int, total: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{done} of {total} permits", err=True, nl=done >= total)

    with closing(init_registry(path, database, is_demo=demo, progress=told)) as service:
        parks = service.parks()
    output.result(
        {"folder": str(path), "parks": parks},
        f"The registry is in {path}, with {', '.join(f'park {number}' for number in parks) or 'no park yet'}.",
    )
    return EXIT_DONE


@registry.command(epilog="Example: qaqpa registry serve --host 0.0.0.0 --port 8600")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8600, show_default=True, help="The port; 0 takes any.")
@click.option("--tls", "is_secure", is_flag=True, help="Over HTTPS, by the certificate of `qaqpa registry tls make`.")
@database_option
@every_command
def serve(host: str, port: int, is_secure: bool, database: str | None, folder: Path, output: Output) -> int:
    """Serve kiosks over HTTP or HTTPS until stopped; what it can do is described at /docs of its address."""
    import logging

    from sync.registry.serving import serve as serve_registry
    from sync.registry.trust_desk import TrustDesk

    logging.basicConfig(format="%(asctime)s %(name)s %(message)s")

    def told(url: str) -> None:
        output.result({"url": url}, f"The registry is at {url}")
        sys.stdout.flush()  # whoever started it waits for this line

    # Ctrl-C and SIGTERM are how it is meant to end; the server hands both on when it has closed its connections.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with opened(folder, database) as service, suppress(KeyboardInterrupt):
        for park in TrustDesk(service).open_park_keys():
            output.say(
                f"The key of park {park} is sealed: nothing of the park can be published by this server. Start it with "
                "$QAQPA_PARK_PASSPHRASE, or at a terminal."
            )
        serve_registry(service, host, port, told, is_secure=is_secure)
    return EXIT_DONE


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """The beginning or end of a validity: a time, or a whole local day."""

    time: datetime
    is_day: bool

    def begins(self, utc_offset_minutes: int) -> int:
        """The first second."""
        return unix(self.time, utc_offset_minutes)

    def ends(self, utc_offset_minutes: int) -> int:
        """The second after the last; a day is included."""
        return unix(self.time + timedelta(days=1) if self.is_day else self.time, utc_offset_minutes)


class EdgeType(click.ParamType[Edge]):
    """A time or a day."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Edge:
        """The edge as it was written."""
        if isinstance(value, Edge):
            return value
        try:
            return Edge(time=datetime.fromisoformat(value), is_day=len(value) == len("2026-07-14"))
        except ValueError:
            self.fail(f"{value!r} is no time and no day: write 2026-07-14T09:30 or 2026-07-14", param, ctx)


EDGE = EdgeType()


def _heads_option(category: str) -> Callable[[Function], Function]:
    return click.option(f"--{category}", type=click.IntRange(0, _MOST_HEADS), default=0, help=f"How many {category}.")


@registry.command(
    epilog="Example: qaqpa registry issue --park 7 --product 1 --from 2026-07-14 --to 2026-07-14 --adults 2 --out t.pdf"
)
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@click.option("--product", type=click.IntRange(min=0), required=True, help="The product's number.")
@click.option("--from", "begin", type=EDGE, required=True, help="The beginning: a time, or a local day.")
@click.option("--to", "end", type=EDGE, required=True, help="The end: a time, or a local day, included.")
@_heads_option("adults")
@_heads_option("children")
@_heads_option("preferential")
@_heads_option("preschool")
@_heads_option("other")
@click.option("--plate", help="The vehicle's plate; like what follows, stored sealed under the ticket.")
@click.option("--name", help="The holder's name.")
@click.option("--phone", help="The holder's telephone number.")
@click.option("--document", help="The number of the holder's document.")
@click.option("--contact", help="Whom to ask when the party does not come back.")
@click.option("--receipt", help="The number of the receipt, by which a claim of this payment is found.")
@click.option("--expected-return", type=EDGE, help="When the party means to be back: a time, or a local day.")
@click.option("--entries", type=click.IntRange(0), default=1, show_default=True, help="On how many days; 0 for any.")
@click.option("--gate", "gates", type=click.IntRange(1, 32), multiple=True, help="Only this gate; may be repeated.")
@click.option("--language", type=click.Choice(("kk", "ru", "en")), help="The holder's language.")
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True, help="How many tickets.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="FILE.txt, .png or .pdf; many pictures are numbered."
)
@print_options
@database_option
@every_command
def issue(
    park: int,
    product: int,
    begin: Edge,
    end: Edge,
    plate: str | None,
    name: str | None,
    phone: str | None,
    document: str | None,
    contact: str | None,
    receipt: str | None,
    expected_return: Edge | None,
    entries: int,
    gates: tuple[int, ...],
    language: str | None,
    count: int,
    out: Path | None,
    on_paper: bool,
    strip: Path | None,
    database: str | None,
    folder: Path,
    output: Output,
    **heads: int,
) -> int:
    """Issue permits and the tickets that name them: as text, as a picture, or as a page to print."""
    from kiosk.rules.parties import most_heads
    from kiosk.rules.permit import Party
    from kiosk.rules.personal import Personal
    from kiosk.rules.standing import UNSAID
    from ui.ticket_strip import ticket_job

    require_form(out)
    expect_printable(folder, on_paper=on_paper, strip=strip)
    party = Party(**heads)
    with opened(folder, database) as service:
        policy = service.policy_set(park)
        offset, known = policy.policy.utc_offset_minutes, policy.products.get(product)
        if not party.heads and known is not None and most_heads(known.vehicle_class) is not None:
            party = UNSAID  # a vehicle is sold, and the gate counts who sits in it
        if not party.heads:
            raise UsageError("A ticket is for somebody: say how many with --adults, --children and so on")
        if end.ends(offset) <= begin.begins(offset):
            raise UsageError("The ticket would end before it begins: exchange --from and --to")
        holder = Personal(
            name=name,
            phone=phone,
            document=document,
            contact=contact,
            receipt=receipt,
            expected_return=expected_return.ends(offset) if expected_return else None,
        )
        tickets = service.issue(
            park=park,
            product=product,
            nbf=begin.begins(offset),
            exp=end.ends(offset),
            party=party,
            entries=entries,
            gates=tuple(sorted(set(gates))) or None,
            language=language,
            plate=plate,
            personal=holder,
            count=count,
        )
    files = write_files(tickets, out)
    for ticket, file in zip(tickets, files, strict=True):
        output.result(ticket_record(ticket, file), str(file) if file else ticket.text)
    print_job(folder, output, lambda dots: [ticket_job(one, dots) for one in tickets], on_paper=on_paper, strip=strip)
    return EXIT_DONE


@registry.command(epilog='Example: qaqpa registry revoke U648SJSDVB --reason "refunded"')
@click.argument("ticket", metavar="TICKET_OR_TEXT")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--park", type=click.IntRange(min=1), help="The park, where a typed code is known in several.")
@database_option
@every_command
def revoke(ticket: str, reason: str, park: int | None, database: str | None, folder: Path, output: Output) -> int:
    """Revoke a ticket by its identity, its text or its typed code; gates on line refuse it within seconds."""
    with opened(folder, database) as service:
        revoked = service.revoke(ticket, reason=reason, park=park)
    output.result(
        _revoked_record(revoked) | {"was_revoked": revoked.was_so},
        "It was revoked before."
        if revoked.was_so
        else "Revoked; gates on line refuse it within seconds, others after their next sync.",
    )
    return EXIT_DONE


@registry.command(epilog='Example: qaqpa registry restore U648SJSDVB --reason "the refund was a mistake"')
@click.argument("ticket", metavar="TICKET_OR_TEXT")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--park", type=click.IntRange(min=1), help="The park, where a typed code is known in several.")
@database_option
@every_command
def restore(ticket: str, reason: str, park: int | None, database: str | None, folder: Path, output: Output) -> int:
    """Take a revocation back, by the ticket's identity, its text or its typed code."""
    with opened(folder, database) as service:
        restored = service.restore(ticket, reason=reason, park=park)
    output.result(
        _revoked_record(restored) | {"was_revoked": not restored.was_so},
        "It is not revoked."
        if restored.was_so
        else "Restored; gates on line admit it within seconds, others after their next sync.",
    )
    return EXIT_DONE


def _revoked_record(changed: Revoked) -> dict[str, Any]:
    return {
        "park": changed.park,
        "seq": changed.seq,
        "permit": changed.permit.hex() if changed.permit else None,
    }


@registry.command(epilog='Example: qaqpa registry erase U648SJSDVB --reason "asked for by the holder"')
@click.argument("which", metavar="TICKET_OR_ENTRY")
@click.option("--reason", required=True, metavar="TEXT", help="Why, without naming anybody: this is kept.")
@click.option("--park", type=click.IntRange(min=1), help="The park, where a typed code is known in several.")
@database_option
@every_command
def erase(which: str, reason: str, park: int | None, database: str | None, folder: Path, output: Output) -> int:
    """Forget the person behind a ticket, named by its identity, text or typed code, or by an entry; counts stay."""
    from kiosk.export import iso

    with opened(folder, database) as service:
        erased = service.erase(which, reason=reason, park=park)
    output.result(
        {
            "park": erased.park,
            "permit": erased.permit.hex(),
            "at": iso(erased.at),
            "entries": erased.entries,
            "was_erased": erased.was_erased,
        },
        "It was erased before."
        if erased.was_erased
        else f"Erased here, in {erased.entries} entries too; gates erase theirs after their next sync.",
    )
    return EXIT_DONE


@registry.command(epilog="Example: qaqpa registry export --park 7 --from 2026-07-01 --to 2026-07-31 --out july.csv")
@click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
@database_option
@export_options
def export(
    park: int,
    first: date,
    last: date,
    by: str,
    gate: int | None,
    form: str | None,
    table: str,
    out: Path | None,
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Count visitors of a whole park, a party seen at two gates once; says how far each kiosk's entries are in."""
    from kiosk.export import iso
    from kiosk.rules.statistics import By
    from sync.registry.counts import counts

    period_of(first, last)
    with opened(folder, database) as service:
        counted = counts(service, park, first=first, last=last, by=By(by), gate=gate)
    for item in counted.completeness:
        heard = "nothing yet" if item.until is None else f"up to {iso(item.until)}"
        missed = (
            "; it was replaced, and what it did not send is on its disk: `registry settle`" if item.is_missed else ""
        )
        output.say(f"gate {item.gate}, lane {item.lane}: {heard}{missed}")
    return deliver(counted, form, table, out, output)


@registry.command(epilog="Example: qaqpa registry settle gate-1.qaqpa /mnt/disk/qaqpa")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE_OR_DIR...")
@database_option
@every_command
def settle(paths: tuple[Path, ...], database: str | None, folder: Path, output: Output) -> int:
    """Take in the entries of kiosks that cannot send them any more: their exports, or their data folders."""
    from ui.commands.handover import settle_all

    with opened(folder, database) as service:
        return settle_all(service, paths, output)


def require_form(out: Path | None) -> None:
    """UsageError for a file of a form that no ticket has."""
    if out is not None and out.suffix.lower() not in _OUT_SUFFIXES:
        raise UsageError(f"{out} must end with {', '.join(_OUT_SUFFIXES)}")


def write_files(tickets: list[IssuedTicket], out: Path | None) -> list[Path | None]:
    """Write the tickets and say which file each is in: one file for all, but a picture for each."""
    if out is None:
        return [None] * len(tickets)
    from sync.registry.paper import write

    if out.suffix.lower() != ".png" or len(tickets) == 1:
        write(tickets, out)
        return [out] * len(tickets)
    places = len(str(len(tickets)))
    files = [out.with_stem(f"{out.stem}-{number:0{places}}") for number in range(1, len(tickets) + 1)]
    for ticket, file in zip(tickets, files, strict=True):
        write([ticket], file)
    return list(files)


def ticket_record(ticket: IssuedTicket, file: Path | None) -> dict[str, Any]:
    """A ticket as JSON."""
    claims = ticket.claims.as_dict()
    return {"ticket": claims["cti"], "code": ticket.code, "text": ticket.text, "file": str(file) if file else None} | {
        name: value for name, value in claims.items() if name != "cti"
    }
