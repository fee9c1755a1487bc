"""registry tls: the park's own certificate authority, and the certificate by which kiosks know their registry."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, EXIT_NO, Output, every_command
from ui.commands.keys import say_unsigned

if TYPE_CHECKING:
    from sync.registry.park_ca import CertificateState, ParkCa, TlsState

_HOST = "A name or an address under which kiosks reach the registry; may be repeated."


@click.group(epilog="Example: qaqpa registry tls make --host registry.example.kz")
def tls() -> None:
    """Make and renew the certificate by which kiosks know their registry."""


@tls.command(epilog="Example: qaqpa registry tls make --host registry.example.kz --host 10.0.0.5")
@click.option("--host", "hosts", multiple=True, required=True, metavar="NAME", help=_HOST)
@database_option
@every_command
def make(hosts: tuple[str, ...], database: str | None, folder: Path, output: Output) -> int:
    """Make the park's authority, unless it is there, and a certificate of it for this server."""
    from kiosk.clock import machine_seconds

    state = _authority(folder).make(hosts, machine_seconds())
    _tell(state, output)
    _announce(folder, database, output)
    output.say("Serve with `qaqpa registry serve --tls`. Kiosks learn of a new authority from the signed keys.")
    return EXIT_DONE


@tls.command(epilog="Example: qaqpa registry tls renew")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help=_HOST + " Default: the same as before.")
@every_command
def renew(hosts: tuple[str, ...], folder: Path, output: Output) -> int:
    """Make a new key and certificate for this server; a registry that serves takes it up with the next connection."""
    from kiosk.clock import machine_seconds

    _tell(_authority(folder).renew(machine_seconds(), hosts), output)
    return EXIT_DONE


@tls.command("next", epilog="Example: qaqpa registry tls next")
@database_option
@every_command
def make_next(database: str | None, folder: Path, output: Output) -> int:
    """Make the authority that will follow; the signed keys name both until `switch`."""
    from kiosk.clock import machine_seconds

    _tell(_authority(folder).make_next(machine_seconds()), output)
    _announce(folder, database, output)
    output.say("When every kiosk has keys that name both: `qaqpa registry tls switch`.")
    return EXIT_DONE


@tls.command(epilog="Example: qaqpa registry tls switch")
@click.option("--force", is_flag=True, help="Though no officer has signed for it yet: every kiosk then needs a stick.")
@database_option
@every_command
def switch(force: bool, database: str | None, folder: Path, output: Output) -> int:
    """Let the next authority follow and certify the server by it; a kiosk that does not know it needs a stick."""
    from kiosk.clock import machine_seconds
    from kiosk.errors import UsageError

    with opened(folder, database) as service:
        if not force and not service.are_authorities_signed():
            raise UsageError(
                "No officer has signed for the next authority yet, so no kiosk would know its registry any more: "
                "`qaqpa registry trust keys prepare`, sign, publish, and give kiosks time to fetch it. Or add --force."
            )
    _tell(_authority(folder).switch(machine_seconds()), output)
    _announce(folder, database, output)
    return EXIT_DONE


@tls.command(epilog="Example: qaqpa registry tls status")
@every_command
def status(folder: Path, output: Output) -> int:
    """Say for whom the certificates are and until when; 1 when one should be renewed."""
    from kiosk.clock import machine_seconds

    now, state = machine_seconds(), _authority(folder).state()
    _tell(state, output)
    if state.server.is_due(now):
        output.say("The server's certificate should be renewed: `qaqpa registry tls renew`.")
    return EXIT_NO if state.server.is_due(now) or state.authority.is_due(now) else EXIT_DONE


def _announce(folder: Path, database: str | None, output: Output) -> None:
    """Have the signed keys name what there is now: at once in a trial, else by the officer, who is told so."""
    with opened(folder, database) as service:
        service.publish_all()
        say_unsigned(service, output)


def _authority(folder: Path) -> ParkCa:
    from kiosk.errors import EnvironmentalError
    from kiosk.store.home import Home
    from sync.registry.folder import RegistryFolder
    from sync.registry.park_ca import ParkCa

    registry = RegistryFolder(Home(folder).registry)
    if not registry.keys.is_dir():
        raise EnvironmentalError(f"There is no registry in {registry.path}: make one with `qaqpa registry init`")
    return ParkCa(registry)


def _tell(state: TlsState, output: Output) -> None:
    following = state.following
    lines = [
        f"the park's authority: until {_day(state.authority.ends)}, SHA-256 {state.authority.sha256}",
        f"the server: {', '.join(state.server.hosts)}, until {_day(state.server.ends)}",
    ]
    if following is not None:
        lines.append(f"the next authority: until {_day(following.ends)}, SHA-256 {following.sha256}")
    record = {"authority": _record(state.authority), "server": _record(state.server)}
    output.result({**record, "next": None if following is None else _record(following)}, lines)


def _record(certificate: CertificateState) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "sha256": certificate.sha256,
        "hosts": list(certificate.hosts),
        "begins": iso(certificate.begins),
        "ends": iso(certificate.ends),
    }


def _day(at: int) -> str:
    from kiosk.export import iso

    return iso(at)[:10]
