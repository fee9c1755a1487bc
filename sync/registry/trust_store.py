"""Where the registry keeps its signed data: every version of metadata and target that a kiosk may still ask for.

Nothing here signs, and nothing judges what is stored; roots are kept for ever, since a kiosk that was away for years
follows them one by one.
"""

import hashlib
import re

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from sync import trust_roles as roles
from sync.registry import database as db

KEPT_VERSIONS = 20
"""So many of each role but the root: a kiosk that is fetching while others publish finds all that it was told of."""
_METADATA = re.compile(r"metadata/(?:([1-9][0-9]{0,17})\.([a-z]+(?:-[0-9]{1,10})?)|(timestamp))\.json")
_TARGET = re.compile(r"targets/((?:[a-z0-9]+/)*)([0-9a-f]{64})\.([a-z]+\.json)")


def lock(connection: Connection) -> None:
    """Let nobody else publish until this transaction ends; a park's feed is locked before, never after."""
    moved = update(db.trust_state).where(db.trust_state.c.id == 1)
    connection.execute(moved.values(publications=db.trust_state.c.publications + 1))


def version(connection: Connection, role: str) -> int:
    """The newest version of a role's metadata; 0 where there is none."""
    table = db.trust_metadata
    return connection.execute(select(func.max(table.c.version)).where(table.c.role == role)).scalar() or 0


def newest(connection: Connection, role: str) -> bytes | None:
    """The newest metadata of a role."""
    return metadata(connection, role, version(connection, role))


def metadata(connection: Connection, role: str, number: int) -> bytes | None:
    """This version of a role's metadata."""
    table = db.trust_metadata
    wanted = select(table.c.data).where(table.c.role == role, table.c.version == number)
    found: bytes | None = connection.execute(wanted).scalar()
    return found


def roots(connection: Connection) -> list[bytes]:
    """Every root from the first on."""
    table = db.trust_metadata
    return list(
        connection.execute(select(table.c.data).where(table.c.role == roles.ROOT).order_by(table.c.version)).scalars()
    )


def put(connection: Connection, role: str, number: int, data: bytes, now: int) -> None:
    """Store a role's next metadata, and forget what is too old to be asked for."""
    table = db.trust_metadata
    connection.execute(insert(table).values(role=role, version=number, data=data, stored_at=now))
    if role != roles.ROOT:
        kept = 1 if role == roles.TIMESTAMP else KEPT_VERSIONS
        connection.execute(delete(table).where(table.c.role == role, table.c.version <= number - kept))


def put_target(connection: Connection, path: str, number: int, data: bytes, now: int) -> None:
    """Store a target as this version of its role's metadata names it, and forget what is too old."""
    table, digest = db.trust_target, hashlib.sha256(data).hexdigest()
    same = table.c.path == path, table.c.sha256 == digest
    if connection.execute(update(table).where(*same).values(version=number)).rowcount == 0:
        values = {"path": path, "sha256": digest, "version": number, "data": data, "stored_at": now}
        connection.execute(insert(table).values(**values))
    connection.execute(delete(table).where(table.c.path == path, table.c.version <= number - KEPT_VERSIONS))


def target(connection: Connection, path: str, sha256: str) -> bytes | None:
    """The target of this path with this content."""
    table = db.trust_target
    wanted = select(table.c.data).where(table.c.path == path, table.c.sha256 == sha256)
    found: bytes | None = connection.execute(wanted).scalar()
    return found


def file(connection: Connection, name: str) -> bytes | None:
    """What is stored under the name that it has at `/v1/trust/` and on a stick; None for anything else."""
    if found := _METADATA.fullmatch(name):
        number, role, _timestamp = found.groups()
        if role == roles.TIMESTAMP:
            return None
        return newest(connection, roles.TIMESTAMP) if role is None else metadata(connection, role, int(number))
    if found := _TARGET.fullmatch(name):
        folder, digest, last = found.groups()
        return target(connection, folder + last, digest)
    return None
