"""Publishing a park's set: what the park has decided, as one JSON document, versioned; its park's role signs it."""

import json
import logging
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from kiosk.errors import QaqpaError, UsageError
from kiosk.rules.canon import plain
from kiosk.rules.keyring import KeyStatus
from kiosk.rules.personal import lookup_key_id
from kiosk.rules.policy import SCHEMA, PolicySet, read_policy_set
from kiosk.rules.tags import Season
from sync.registry import database as db
from sync.registry import enrolling, feed, shares, sought, trust
from sync.registry.folder import RegistryFolder

_log = logging.getLogger("qaqpa.registry")
MOST_SEASONS = 4  # whose tickets may still be alive
_PRODUCT_FIELDS = (
    "product", "names", "kind", "vehicle_class", "reentry", "unconfirmed", "risk", "check_holder", "price",
    "zones",
)  # fmt: skip
_KEY_FIELDS = (
    "kid", "alg", "sign_not_before", "sign_expires", "verify_until", "parks", "products", "longest_validity_seconds",
    "status", "listed",
)  # fmt: skip


def publish_set(connection: Connection, folder: RegistryFolder, park: int, now: int) -> PolicySet:
    """Publish what the database holds for the park under the next version; the set as a kiosk will read it."""
    return publish_sets(connection, folder, [park], now)[park]


def publish_sets(
    connection: Connection, folder: RegistryFolder, parks: Iterable[int], now: int
) -> dict[int, PolicySet]:
    """Publish the sets of these parks at once, under one new snapshot of the signed data."""
    parks = sorted(parks)
    for park in parks:  # every feed before the signed data's own lock, and in one order, or two writers wait in a ring
        feed.lock(connection, park)
    sets = {park: _written(connection, folder, park, now) for park in parks}
    trust.publish(connection, folder, {park: content for park, (_parsed, content) in sets.items()}, now)
    return {park: parsed for park, (parsed, _content) in sets.items()}


def publish_all(connection: Connection, folder: RegistryFolder, now: int) -> dict[int, PolicySet]:
    """Publish the sets of all parks."""
    numbers = connection.execute(select(db.park.c.park_id)).scalars().all()
    return publish_sets(connection, folder, numbers, now)


def _written(connection: Connection, folder: RegistryFolder, park: int, now: int) -> tuple[PolicySet, bytes]:
    """The park's next set in the history, as it was read again, and its bytes for the signed data."""
    newest = connection.execute(
        select(func.max(db.published_set.c.version)).where(db.published_set.c.park_id == park)
    ).scalar()
    version = (newest or 0) + 1
    document = _document(connection, park, version, now) | {"lookup_key": lookup_key_id(folder.lookup_key(park))}
    document["seasons"] = [plain(season) for season in _seasons(connection, park, document["lookup_key"], now)]
    document["handover_key"] = folder.handover_key(park).public_key().public_bytes_raw().hex()
    data = _bytes(document)
    parsed = read_policy_set(data)  # never publish what no kiosk could read
    values = {"park_id": park, "version": version, "signed_at": now, "data": data}
    # what is granted stands in the set; what is wanted must outlive it, or a share that waits would be forgotten
    wanted = connection.execute(select(db.park.c.tables).where(db.park.c.park_id == park)).scalar_one()
    connection.execute(insert(db.published_set).values(**values, wanted=wanted))
    return parsed, trust.as_target(data)


def _bytes(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def settle_shares(connection: Connection, folder: RegistryFolder, park: int, now: int) -> PolicySet | None:
    """Publish a further set where lanes may have other shares now than in the newest one; None where they may not."""
    data = _newest(connection, park)
    tables = connection.execute(select(db.park.c.tables).where(db.park.c.park_id == park)).scalar_one()
    if data is None or not tables.get("quotas"):
        return None
    before = (json.loads(data).get("tables") or {}).get("quotas") or []
    after = shares.granted(connection, park, tables, now)["quotas"]
    if [row["shares"] for row in before] == [row["shares"] for row in after] or _is_shut(connection, folder, park, now):
        return None
    feed.lock(connection, park)
    return publish_set(connection, folder, park, now)


def settle_sought(connection: Connection, folder: RegistryFolder, park: int, now: int) -> PolicySet | None:
    """Publish a further set where gates look for others by now than the newest one says; None where they do not."""
    feed.lock(connection, park)
    newest = json.loads(newest_set(connection, park))
    before = (newest.get("tables") or {}).get(sought.MEMBER) or []
    if before == sought.sought(connection, park, now) or _is_shut(connection, folder, park, now):
        return None
    return publish_set(connection, folder, park, now)


def _is_shut(connection: Connection, folder: RegistryFolder, park: int, now: int) -> bool:
    """Whether news of a park have to wait: what a kiosk sends must be taken in all the same."""
    public_key = connection.execute(select(db.park.c.set_key).where(db.park.c.park_id == park)).scalar_one()
    try:
        if trust.is_here(connection, folder):  # a trial names the next key as it publishes
            public_key = folder.next_set_key(park) or public_key
        folder.fitting_set_key(park, public_key)
        trust.expect_ready(connection, folder, now)
    except QaqpaError as error:
        _log.error("park %d has something to publish, which has to wait: %s", park, error)
        return True
    return False


def newest_set(connection: Connection, park: int) -> bytes:
    """The exact bytes of the newest published set."""
    data = _newest(connection, park)
    if data is None:
        raise UsageError(f"Park {park} has published no set in this registry.")
    return data


def names_lookup_key(connection: Connection, folder: RegistryFolder, park: int) -> bool:
    """Whether the newest set names the look-up key in force; a park without any set has nothing to mend."""
    data = _newest(connection, park)
    return data is None or json.loads(data).get("lookup_key") == lookup_key_id(folder.lookup_key(park))


def season_since(connection: Connection, park: int) -> int:
    """From when on tickets bear tags of the look-up key in force; those dated before would be compared with another."""
    return read_policy_set(newest_set(connection, park)).seasons[-1].since


def _seasons(connection: Connection, park: int, key: str, now: int) -> tuple[Season, ...]:
    data = _newest(connection, park)
    if data is None:
        return (Season(id=key, since=0),)
    known = read_policy_set(data).seasons
    if known and known[-1].id == key:
        return known
    # not before the newest, even where the machine's clock was set back between the two
    since = max(now, known[-1].since + 1) if known else 0
    return (*known, Season(id=key, since=since))[-MOST_SEASONS:]


def _newest(connection: Connection, park: int) -> bytes | None:
    table = db.published_set
    wanted = select(table.c.data).where(table.c.park_id == park).order_by(table.c.version.desc()).limit(1)
    data: bytes | None = connection.execute(wanted).scalar()
    return data


def _document(connection: Connection, park: int, version: int, now: int) -> dict[str, Any]:
    own = connection.execute(select(db.park).where(db.park.c.park_id == park)).one_or_none()
    if own is None:
        raise UsageError(f"There is no park {park} in this registry.")
    others = connection.execute(select(db.park).where(db.park.c.park_id != park).order_by(db.park.c.park_id))
    return {
        "schema": SCHEMA,
        "park": park,
        "version": version,
        "signed_at": now,
        "names": own.names,
        "parks": {str(other.park_id): other.names for other in others},
        "gates": _gates(connection, park),
        "keys": [*_keys(connection, park), *_neighbours_keys(connection, park)],
        "online_keys": [
            {"kid": key["kid"], "public_key": key["public_key"].hex()}
            for key in _rows(connection, db.online_key, park, "kid")
        ],
        "products": [
            {name: item[name] for name in _PRODUCT_FIELDS} for item in _rows(connection, db.product, park, "product")
        ],
        "policy": own.policy,
        "tables": _tables(connection, park, own.tables, now),
        "staff": own.staff,
        "revoked_devices": enrolling.revoked(connection, park),
    }


def _tables(connection: Connection, park: int, tables: dict[str, Any], now: int) -> dict[str, Any]:
    """What the park has loaded, with what the registry knows besides: shares as granted, and who is looked for."""
    missing = sought.sought(connection, park, now)
    return shares.granted(connection, park, tables, now) | ({sought.MEMBER: missing} if missing else {})


def _keys(connection: Connection, park: int) -> list[dict[str, Any]]:
    return [
        {"public_key": key["public_key"].hex(), **{name: key[name] for name in _KEY_FIELDS}}
        for key in _rows(connection, db.issuer_key, park, "kid")
    ]


def _neighbours_keys(connection: Connection, park: int) -> list[dict[str, Any]]:
    """The other parks' keys, each for its own park only: so a gate tells "of another park" from "unknown key"."""
    own = {key["kid"] for key in _rows(connection, db.issuer_key, park, "kid")}
    others = connection.execute(select(db.park.c.park_id).where(db.park.c.park_id != park).order_by(db.park.c.park_id))
    found: dict[str, dict[str, Any]] = {}
    for other in others.scalars().all():
        for key in _keys(connection, other):
            if key["kid"] not in own:
                found.setdefault(key["kid"], _for_a_neighbour(key, other))
    return list(found.values())


def _for_a_neighbour(key: dict[str, Any], park: int) -> dict[str, Any]:
    """A list of tickets is the affair of its own gates alone: here none of them opens anything."""
    is_listed = key["status"] == KeyStatus.LISTED_ONLY.value
    status = KeyStatus.VERIFY_ONLY.value if is_listed else key["status"]
    return {**key, "parks": [park], "status": status, "listed": []}


def _gates(connection: Connection, park: int) -> list[dict[str, Any]]:
    lanes = _rows(connection, db.lane, park, "lane")
    return [
        {
            "gate": gate["gate"],
            "names": gate["names"],
            "lanes": [
                {"lane": lane["lane"], "direction": lane["direction"]} for lane in lanes if lane["gate"] == gate["gate"]
            ],
        }
        for gate in _rows(connection, db.gate, park, "gate")
    ]


def _rows(connection: Connection, table: Any, park: int, order: str) -> list[dict[str, Any]]:
    wanted = select(table).where(table.c.park_id == park).order_by(table.c[order])
    return [dict(row) for row in connection.execute(wanted).mappings()]
