"""registry keys: the life of a park's issuer keys, each command one call of the registry's service."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, TIME, Output, every_command, park_seconds

if TYPE_CHECKING:
    from kiosk.rules.keyring import IssuerKey
    from sync.registry.service import RegistryService

_DAY_SECONDS = 86_400
_LONGEST_DAYS = 3_650
_PARK = click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
_KID = click.argument("kid", metavar="KEY")


@click.group(epilog="Example: qaqpa registry keys list --park 7")
def keys() -> None:
    """Look after a park's issuer keys; gates know of a change once the officer has signed it (registry trust keys)."""


@keys.command("list", epilog="Example: qaqpa registry keys list --park 7")
@_PARK
@database_option
@every_command
def list_keys(park: int, database: str | None, folder: Path, output: Output) -> int:
    """Print each key, its times, and how many of its tickets may still be shown."""
    with opened(folder, database) as service:
        states = service.key_states(park)
    for state in states:
        record = _record(state.key) | {"alive": state.alive}
        output.result(record, f"{_line(record)}, {state.alive} tickets alive")
    return EXIT_DONE


@keys.command(epilog="Example: qaqpa registry keys add --park 7")
@_PARK
@click.option(
    "--from", "begin", type=TIME, help="From when on it signs (default: in 90 days, when every gate knows it)."
)
@click.option(
    "--days", type=click.IntRange(1, _LONGEST_DAYS), default=400, show_default=True, help="How long it signs."
)
@click.option(
    "--longest", type=click.IntRange(1, _LONGEST_DAYS), default=400, show_default=True, help="Days a ticket may last."
)
@click.option("--product", "products", type=click.IntRange(min=0), multiple=True, help="Only this; may be repeated.")
@database_option
@every_command
def add(
    park: int,
    begin: datetime | None,
    days: int,
    longest: int,
    products: tuple[int, ...],
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Make the next key, to be signed for in time: gates refer the tickets of a key that they do not know yet."""
    from sync.registry.issuer_keys import AHEAD_DAYS, NextKey

    with opened(folder, database) as service:
        ahead = service.now() + AHEAD_DAYS * _DAY_SECONDS
        first = ahead if begin is None else park_seconds(begin, service.policy_set(park))
        wanted = NextKey(sign_not_before=first, signs_days=days, longest_days=longest, products=products)
        key = service.add_issuer_key(park, wanted)
        say_unsigned(service, output)
    _tell(key, output)
    if first < ahead:
        output.say(
            f"It signs in less than {AHEAD_DAYS} days: a gate that does not sync before then refers its tickets."
        )
    return EXIT_DONE


@keys.command(epilog="Example: qaqpa registry keys retire 0701 --park 7")
@_KID
@_PARK
@database_option
@every_command
def retire(kid: str, park: int, database: str | None, folder: Path, output: Output) -> int:
    """Sign nothing more with a key; what it signed stays good."""
    with opened(folder, database) as service:
        _tell(service.retire_issuer_key(park, _kid(kid)), output)
        _warn_of_none(service, park, output)
    return EXIT_DONE


@keys.command(
    "list-only", epilog="Example: qaqpa registry keys list-only 0701 --park 7 --issued-before 2026-07-14T09:30"
)
@_KID
@_PARK
@click.option("--issued-before", type=TIME, help="Of those issued here, only the ones from before this time.")
@click.option(
    "--allow", type=click.Path(path_type=Path), metavar="FILE", help="These identities instead, one in each line."
)
@database_option
@every_command
def list_only(
    kid: str,
    park: int,
    issued_before: datetime | None,
    allow: Path | None,
    database: str | None,
    folder: Path,
    output: Output,
) -> int:
    """Believe of a leaked key only the living tickets that were issued here: a thief can date a signature back."""
    if allow is not None and issued_before is not None:
        raise UsageError("Give --allow or --issued-before, not both")
    allowed = None if allow is None else _identities(allow)
    with opened(folder, database) as service:
        before = None if issued_before is None else park_seconds(issued_before, service.policy_set(park))
        _tell(service.list_issuer_key(park, _kid(kid), allowed=allowed, issued_before=before), output)
        _warn_of_none(service, park, output)
    return EXIT_DONE


@keys.command(epilog="Example: qaqpa registry keys revoke 0701 --park 7")
@_KID
@_PARK
@database_option
@every_command
def revoke(kid: str, park: int, database: str | None, folder: Path, output: Output) -> int:
    """Believe nothing more of a key, for ever: all of its tickets are refused."""
    with opened(folder, database) as service:
        _tell(service.revoke_issuer_key(park, _kid(kid)), output)
        _warn_of_none(service, park, output)
    return EXIT_DONE


def _kid(kid: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{4}", kid):
        raise UsageError(f"{kid!r} is not a key's id: it has four hexadecimal digits, as in 0701")
    return kid.lower()


def _identities(path: Path) -> frozenset[bytes]:
    try:
        words = path.read_text(encoding="ascii").split()
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is no list of identities") from error
    for word in words:
        if not re.fullmatch(r"[0-9a-fA-F]{32}", word):
            raise UsageError(f"{path}: {word[:40]!r} is not a ticket's identity of 32 hexadecimal digits")
    return frozenset(map(bytes.fromhex, words))


def _record(key: IssuerKey) -> dict[str, Any]:
    from kiosk.export import iso

    return {
        "kid": key.kid,
        "status": str(key.status),
        "signs_from": iso(key.sign_not_before),
        "signs_until": iso(key.sign_expires),
        "verifies_until": iso(key.verify_until),
        "products": sorted(key.products),
        "longest_validity_days": key.longest_validity_seconds // _DAY_SECONDS,
        "listed": len(key.listed),
    }


def _line(record: dict[str, Any]) -> str:
    listed = f" ({record['listed']} tickets)" if record["listed"] else ""
    return (
        f"{record['kid']} {record['status']}{listed}: signs from {record['signs_from']} until {record['signs_until']}, "
        f"verifies until {record['verifies_until']}"
    )


def _tell(key: IssuerKey, output: Output) -> None:
    record = _record(key)
    output.result(record, _line(record))


def say_unsigned(service: RegistryService, output: Output) -> None:
    """Say which keys no officer has signed yet, and what to do."""
    for line in service.unsigned_keys():
        output.say(f"Not signed yet: {line}")
    if service.unsigned_keys():
        output.say("No kiosk knows of it before the officer signs: qaqpa registry trust keys prepare --out FOLDER")


def _warn_of_none(service: RegistryService, park: int, output: Output) -> None:
    from kiosk.rules.keyring import KeyStatus

    say_unsigned(service, output)
    now = service.now()
    active = [state.key for state in service.key_states(park) if state.key.status is KeyStatus.ACTIVE]
    if not any(key.sign_not_before <= now < key.sign_expires for key in active):
        output.say("No key may sign tickets now: nothing can be sold until one is added.")
