"""The registry of a data folder, opened for one command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kiosk.errors import EnvironmentalError
from ui.commands.common import Function

if TYPE_CHECKING:
    from sync.registry.service import RegistryService


def database_option(function: Function) -> Function:
    """--database URL."""
    return click.option(
        "--database",
        metavar="URL",
        envvar="QAQPA_DATABASE",
        help="The database (default: SQLite in the data folder), as in postgresql+psycopg://host/name.",
    )(function)


@contextmanager
def opened(folder: Path, database: str | None) -> Iterator[RegistryService]:
    """The registry of this data folder."""
    from kiosk.store.home import Home
    from sync.registry.service import open_registry

    path = Home(folder).registry
    if not path.is_dir():
        raise EnvironmentalError(f"There is no registry in {path}: make one with `qaqpa registry init`")
    with closing(open_registry(path, database, passphrase=_asker())) as service:
        yield service


def _asker() -> Callable[[str], str] | None:
    """Asks for a park's passphrase when it is needed; None where nobody could answer."""
    from ui.commands.passphrases import PARK_VARIABLE, ask_passphrase, can_ask

    return (lambda what: ask_passphrase(what, PARK_VARIABLE)) if can_ask(PARK_VARIABLE) else None
