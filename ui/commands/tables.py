"""registry tables, registry park: a park's dated tables and whole parks, loaded from files and published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.books import database_option, opened
from ui.commands.common import EXIT_DONE, Output, every_command

if TYPE_CHECKING:
    from kiosk.rules.policy import PolicySet

_PARK = click.option("--park", type=click.IntRange(min=1), required=True, help="The park's number.")
_MOST_BYTES = 4 * 2**20


@click.group(epilog="Example: qaqpa registry tables show --park 7")
def tables() -> None:
    """Hours, closures, quotas, exemptions, tariffs: a park's dated tables."""


@tables.command(epilog="Example: qaqpa registry tables show --park 7 --version 3 --json")
@_PARK
@click.option("--version", type=click.IntRange(min=1), help="An earlier version (default: the newest).")
@database_option
@every_command
def show(park: int, version: int | None, database: str | None, folder: Path, output: Output) -> int:
    """Print the tables of a published set as they can be loaded again."""
    from kiosk.export import iso
    from sync.registry.tables import published

    with opened(folder, database) as service, service.database.reading() as connection:
        found = published(connection, park, version)
    record = {"park": park, "version": found.version, "signed_at": iso(found.signed_at), "tables": found.tables}
    output.result(record, json.dumps(found.tables, ensure_ascii=False, indent=1))
    output.say(f"Version {found.version} of park {park}, signed {iso(found.signed_at)}")
    return EXIT_DONE


@tables.command(epilog="Example: qaqpa registry tables load tables.json --park 7")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_PARK
@database_option
@every_command
def load(file: Path, park: int, database: str | None, folder: Path, output: Output) -> int:
    """Publish the tables of a file in place of the park's: all of them, or none if one row is wrong."""
    from sync.registry.tables import load as load_tables

    raw = read_json(file)
    with opened(folder, database) as service, service.database.writing() as connection:
        policy = load_tables(connection, service.folder, park, raw, service.now())
    return _tell(policy, output)


@tables.command(epilog="Example: qaqpa registry tables back 3 --park 7")
@click.argument("version", type=click.IntRange(min=1), metavar="VERSION")
@_PARK
@database_option
@every_command
def back(version: int, park: int, database: str | None, folder: Path, output: Output) -> int:
    """Publish the tables of an earlier version again, under the next version: no gate steps back by itself."""
    from sync.registry.tables import back as tables_back

    with opened(folder, database) as service, service.database.writing() as connection:
        policy = tables_back(connection, service.folder, park, version, service.now())
    return _tell(policy, output)


@click.group("park", epilog="Example: qaqpa registry park add park.json")
def park_group() -> None:
    """The parks of this registry."""


@park_group.command(epilog="Example: qaqpa registry park add park.json")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@database_option
@every_command
def add(file: Path, database: str | None, folder: Path, output: Output) -> int:
    """Add a park by a file: names, gates, lanes, products, policy, tables; its keys are made here."""
    from sync.registry.parks import add as add_park

    raw = read_json(file)
    with opened(folder, database) as service, service.database.writing() as connection:
        policy = add_park(connection, service.folder, raw, service.now())
    return _tell(policy, output)


@park_group.command(epilog="Example: qaqpa registry park staff staff.json --park 7")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@_PARK
@click.option(
    "--back-to-device-pin", is_flag=True, help="Publish it though nobody has a code then, and a device's PIN opens all."
)
@database_option
@every_command
def staff(file: Path, park: int, back_to_device_pin: bool, database: str | None, folder: Path, output: Output) -> int:
    """Publish the staff list of a file in place of the park's: who may act at its gates, by name and role."""
    from sync.registry.staffing import set_staff

    raw = read_json(file)
    with opened(folder, database) as service, service.database.writing() as connection:
        policy = set_staff(connection, service.folder, park, raw, service.now(), back_to_device_pin=back_to_device_pin)
    return _tell(policy, output)


@park_group.command(epilog='Example: qaqpa registry park activate --park 7 --name "Aigul Bekova"')
@_PARK
@click.option("--name", required=True, metavar="NAME", help="Who, by the park's staff list.")
@click.option(
    "--device", type=click.IntRange(min=1), metavar="N", help="Good at this device only (default: once at each)."
)
@click.option(
    "--hours", type=click.IntRange(1, 24 * 365), default=72, show_default=True, help="How long it may be used."
)
@database_option
@every_command
def activate(
    park: int, name: str, device: int | None, hours: int, database: str | None, folder: Path, output: Output
) -> int:
    """Make the code by which a person of the staff list first signs in at a gate; it is shown once and kept nowhere.

    From the first code on the whole park signs in by persons: the PIN of a device opens nothing any more.
    """
    from kiosk.export import iso
    from sync.registry.staffing import Wanted
    from sync.registry.staffing import activate as make_code

    with opened(folder, database) as service, service.database.writing() as connection:
        now = service.now()
        wanted = Wanted(name=name, until=now + hours * 3600, device=device)
        code, policy = make_code(connection, service.folder, park, wanted, now)
    record = {"park": park, "version": policy.version, "name": name, "code": code, "until": iso(wanted.until)}
    where = "once at each device" if device is None else f"once, at device {device}"
    told = f"Park {park} has published version {policy.version}; the code is good {where}, until {iso(wanted.until)}."
    output.result(record | {"device": device}, code)
    output.say(f"{told} It is not shown again.")
    return EXIT_DONE


def read_json(file: Path) -> Any:
    """The JSON of a file; a sentence says what it is instead."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise EnvironmentalError(f"{file} cannot be read: {error.strerror}") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{file} has more than {_MOST_BYTES} bytes: no gate would take such a set")
    try:
        return json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{file} is not JSON: {error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands twice in one object")
    return found


def _tell(policy: PolicySet, output: Output) -> int:
    record = {"park": policy.park, "version": policy.version}
    output.result(record, f"Park {policy.park} has published version {policy.version}; gates fetch it when they sync.")
    return EXIT_DONE
