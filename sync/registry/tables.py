"""The life of a park's tables: loaded as one whole, published under the next version, and brought back the same way.

What was published stays in `published_set` for ever, so an earlier content can be published again; never under an
earlier version, for no gate steps back by itself.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.policy import PolicySet
from kiosk.rules.table_faults import reference_faults, share_faults, table_faults
from kiosk.rules.tables import read_tables
from sync.registry import database as db
from sync.registry import feed
from sync.registry.folder import RegistryFolder
from sync.registry.publishing import publish_set
from sync.registry.shares import lanes_for_entering
from sync.registry.sought import MEMBER

_MOST_TOLD = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """One published set: its version, when it was signed, and its tables as they were loaded, or moved since.

    Of a quota they say which shares are wanted, never only those that could be granted in that hour.
    """

    version: int
    signed_at: int
    tables: dict[str, Any]


def _expect_known(connection: Connection, park: int, tables: Any) -> None:
    gates = connection.execute(select(db.gate.c.gate).where(db.gate.c.park_id == park)).scalars().all()
    products = connection.execute(select(db.product.c.product).where(db.product.c.park_id == park)).scalars().all()
    expect_references(tables, {gate: lanes_for_entering(connection, park, gate) for gate in gates}, products)


def load(connection: Connection, folder: RegistryFolder, park: int, tables: Any, now: int) -> PolicySet:
    """Publish these tables in place of the park's, all or none; UsageError names each fault with its path."""
    expect_faultless(tables)
    feed.lock(connection, _known(connection, park))
    _expect_known(connection, park, tables)
    connection.execute(update(db.park).where(db.park.c.park_id == park).values(tables=tables))
    return publish_set(connection, folder, park, now)


def back(connection: Connection, folder: RegistryFolder, park: int, version: int, now: int) -> PolicySet:
    """Publish the tables of an earlier version under the next one."""
    return load(connection, folder, park, published(connection, park, version).tables, now)


def published(connection: Connection, park: int, version: int | None = None) -> Published:
    """The set of this version, or the newest one; UsageError says which there are."""
    table = db.published_set
    mine = select(table).where(table.c.park_id == _known(connection, park))
    wanted = mine if version is None else mine.where(table.c.version == version)
    row = connection.execute(wanted.order_by(table.c.version.desc()).limit(1)).one_or_none()
    if row is None:
        raise UsageError(f"Park {park} has published no version {version}; it has {_versions(connection, park)}.")
    tables = row.wanted if row.wanted is not None else _as_published(row.data)
    return Published(version=row.version, signed_at=row.signed_at, tables=tables)


def _as_published(data: bytes) -> dict[str, Any]:
    """The tables of a set that was published before the registry kept what was wanted beside it."""
    tables: dict[str, Any] = json.loads(data).get("tables") or {}
    tables.pop(MEMBER, None)  # it is of that hour, and comes of itself into every set
    return tables


def expect_faultless(tables: Any) -> None:
    """UsageError with every fault on a line of its own."""
    faults = table_faults(tables)
    if isinstance(tables, dict) and MEMBER in tables:
        faults = (*faults, f"tables.{MEMBER}: it is not loaded, gates report it with `qaqpa report person`")
    _say(faults)


def expect_references(tables: Any, lanes: Mapping[int, Collection[int]], products: Collection[int]) -> None:
    """UsageError for what these faultless tables name that the park does not have; `lanes` for entering, by gate."""
    _say((*reference_faults(read_tables(tables), lanes, products), *share_faults(tables, lanes)))


def _say(faults: Sequence[str]) -> None:
    if not faults:
        return
    more = [f"and {len(faults) - _MOST_TOLD} more"] if len(faults) > _MOST_TOLD else []
    told = "\n  ".join([*faults[:_MOST_TOLD], *more])
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    raise UsageError(f"Nothing was published, the tables have {count}:\n  {told}")


def _known(connection: Connection, park: int) -> int:
    return feed.state(connection, park).park


def _versions(connection: Connection, park: int) -> str:
    table = db.published_set
    rows = select(table.c.version).where(table.c.park_id == park).order_by(table.c.version)
    versions = [str(version) for version in connection.execute(rows).scalars()]
    return f"{versions[0]} to {versions[-1]}" if versions else "none"
