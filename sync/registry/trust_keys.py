"""The list of keys that kiosks believe, as the target `keys.json`: which sign tickets, which are the registry's.

The database says what the list should be; only what an officer signed with the targets key is what kiosks believe.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from kiosk.errors import BugError, UsageError
from sync import trust_roles as roles
from sync.registry import database as db
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store
from sync.registry.folder import RegistryFolder
from sync.registry.issuer_keys import issuer_key
from sync.registry.park_ca import ParkCa

SCHEMA = 1
_CHANGING = ("version", "signed_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyList:
    """The keys as they should be, and by which key each park signs its set."""

    document: dict[str, Any]
    parks: dict[int, bytes]

    def at(self, version: int, now: int) -> bytes:
        """The bytes of this version of the list."""
        document = {"schema": SCHEMA, "version": version, "signed_at": now} | self.document
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def wanted(connection: Connection, folder: RegistryFolder) -> KeyList:
    """The list as the database has it now."""
    issuers = connection.execute(select(db.issuer_key).order_by(db.issuer_key.c.park_id, db.issuer_key.c.kid))
    online = connection.execute(select(db.online_key).order_by(db.online_key.c.park_id, db.online_key.c.kid))
    parks = connection.execute(select(db.park.c.park_id, db.park.c.set_key).order_by(db.park.c.park_id))
    return KeyList(
        document={
            "keys": [issuer_key(row).as_json() for row in issuers],
            "online_keys": [
                {"kid": row.kid, "public_key": row.public_key.hex(), "parks": [row.park_id]} for row in online
            ],
            "park_ca": list(ParkCa(folder).certificates()),
        },
        parks={row.park_id: folder.next_set_key(row.park_id) or row.set_key for row in parks},
    )


def has_other_certificates(connection: Connection, folder: RegistryFolder) -> bool:
    """Whether the park's authority in the folder is another than the signed list names."""
    found = published(connection)
    return found is not None and found[0].document["park_ca"] != list(ParkCa(folder).certificates())


def name_set_keys(connection: Connection, parks: Mapping[int, bytes]) -> None:
    """Note by which key each park signs from now on."""
    for park, public_key in parks.items():
        this = db.park.c.park_id == park, db.park.c.set_key != public_key
        connection.execute(update(db.park).where(*this).values(set_key=public_key))


def published(connection: Connection) -> tuple[KeyList, int] | None:
    """The list that kiosks believe, and its version; None before there is one."""
    data = store.newest(connection, roles.TARGETS)
    if data is None:
        return None
    targets = signing.read(data, signing.Targets, "targets.json").signed
    content = store.target(connection, roles.KEYS_PATH, targets.targets[roles.KEYS_PATH].hashes["sha256"])
    if content is None:
        raise BugError("The signed list of keys is not in the database")
    return read(content, signing.delegated_parks(targets))


def read(content: bytes, parks: dict[int, bytes]) -> tuple[KeyList, int]:
    """A list from its bytes, with its version; UsageError for anything else."""
    try:
        document = json.loads(content)
        version = document["version"]
        kept = {name: value for name, value in document.items() if name not in ("schema", *_CHANGING)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("keys.json is no list of keys") from error
    if type(version) is not int or document.get("schema") != SCHEMA:
        raise UsageError(f"keys.json is of schema {document.get('schema')!r}, which this program does not know")
    return KeyList(document=kept, parks=parks), version
