"""The demo parks: gates, products, tariffs, keys and permits, so that a newcomer sees a registry with something in it.

What the parks are called and sell is data, in `demo_parks.json`; the figures are published ones and no law.
"""

import json
import random
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS
from kiosk.rules.ticket import ED25519
from sync.registry import database as db
from sync.registry import feed
from sync.registry.folder import RegistryFolder
from sync.registry.issuing import Issuer, Order
from sync.registry.publishing import publish_set
from sync.signing import key_id

PERMITS = 2_000
_BATCH = 250
_SIGNED_SINCE, _SIGNED_UNTIL, _VERIFIED_UNTIL = 400, 400, 800  # days around the day the registry was made
_DAYS_BACK, _DAYS_AHEAD = 10, 14
_OPENS, _CLOSES = 8 * 3600, 20 * 3600


def fill(connection: Connection, folder: RegistryFolder, now: int, progress: Callable[[int, int], None]) -> None:
    """Fill an empty registry, and publish the first set of each park."""
    parks = json.loads(files("sync.registry").joinpath("demo_parks.json").read_text(encoding="utf-8"))["parks"]
    for park in parks:
        _make_park(connection, folder, park, now)
    for park in parks:
        publish_set(connection, folder, park["park"], now)
    done = 0
    progress(done, PERMITS)
    draw = random.Random(20260705)  # the same visitors in every demo; the tickets' identities are never drawn from it
    for park in parks:
        issuer = Issuer(connection, folder, park["park"])
        wanted = round(PERMITS * park["share"])
        orders = [_order(park, draw, now) for _ in range(wanted)]
        for start in range(0, wanted, _BATCH):
            batch = orders[start : start + _BATCH]
            issuer.store([issuer.sign(order, now) for order in batch])
            done += len(batch)
            progress(done, PERMITS)


def _make_park(connection: Connection, folder: RegistryFolder, park: dict[str, Any], now: int) -> None:
    number = park["park"]
    values = {"names": park["names"], "set_key": folder.make_set_key(number), "policy": park["policy"]}
    values["tables"] = _published(park.get("published")) | park.get("tables", {})
    connection.execute(insert(db.park).values(park_id=number, **values))
    for gate in park["gates"]:
        connection.execute(insert(db.gate).values(park_id=number, gate=gate["gate"], names=gate["names"]))
        lanes = [{"park_id": number, "gate": gate["gate"], **lane} for lane in gate["lanes"]]
        connection.execute(insert(db.lane), lanes)
    connection.execute(insert(db.product), [_product(number, item) for item in park["products"]])
    for key in park["keys"]:
        connection.execute(insert(db.issuer_key).values(_issuer_key(folder, number, key, now)))
    online = folder.make_online_key(number)
    connection.execute(insert(db.online_key).values(park_id=number, kid=key_id(online), public_key=online, signs=1))
    folder.season_pepper(number)
    feed.open_feed(connection, number)


def _published(name: str | None) -> dict[str, Any]:
    """The tariffs that the park of this name has published, with the index that they are multiples of."""
    if name is None:
        return {}
    known = json.loads(files("sync.registry").joinpath("published_tariffs.json").read_text(encoding="utf-8"))
    return {"indices": known["indices"], "tariffs": known["parks"][name]}


def _product(park: int, item: dict[str, Any]) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "kind": "day",
        "vehicle_class": None,
        "reentry": "exit_only",
        "unconfirmed": "strict",
        "risk": "normal",
    }
    usual |= {"check_holder": "no", "price": None, "ticket_flags": 0, "zones": []}
    own = {name: value for name, value in item.items() if name not in ("drawn", "parties", "days", "entries")}
    return {"park_id": park, **usual, **own}


def _issuer_key(folder: RegistryFolder, park: int, key: dict[str, Any], now: int) -> dict[str, Any]:
    return {
        "park_id": park,
        "kid": key["kid"],
        "alg": ED25519,
        "public_key": folder.make_issuer_key(park, key["kid"]),
        "sign_not_before": now - _SIGNED_SINCE * DAY_SECONDS,
        "sign_expires": now + _SIGNED_UNTIL * DAY_SECONDS,
        "verify_until": now + _VERIFIED_UNTIL * DAY_SECONDS,
        "parks": [park],
        "products": key["products"],
        "longest_validity_seconds": key["longest_validity_days"] * DAY_SECONDS,
        "status": "active",
        "listed": [],
    }


def _order(park: dict[str, Any], draw: random.Random, now: int) -> Order:
    """What one visitor bought: most of them for the days around today."""
    sold = [item for item in park["products"] if item.get("drawn", 0)]
    product = draw.choices(sold, [item["drawn"] for item in sold])[0]
    offset = park["policy"]["utc_offset_minutes"] * 60
    today = (now + offset) // DAY_SECONDS * DAY_SECONDS - offset
    day = today + round(draw.triangular(-_DAYS_BACK, _DAYS_AHEAD, 0)) * DAY_SECONDS
    days = product.get("days", 1)
    bound = product["product"] != 12 and draw.random() < park["bound_to_gate"]
    plate = None
    if product.get("vehicle_class"):
        letters = "".join(draw.choice("ABCEHKMNOPTXYZ") for _ in range(3))
        plate = f"{draw.randrange(1, 1000):03d} {letters} {draw.choice(park['regions']):02d}"
    return Order(
        park=park["park"],
        product=product["product"],
        nbf=day + _OPENS,
        exp=day + (days - 1) * DAY_SECONDS + _CLOSES,
        party=Party.of(draw.choice(product["parties"])),
        entries=product.get("entries", 1),
        gates=(draw.choice([gate["gate"] for gate in park["gates"]]),) if bound else None,
        language=draw.choice(["kk", "kk", "ru", "ru", "en"]),
        plate=plate,
        issued_at=min(now, day - draw.randrange(0, 14 * DAY_SECONDS)),
    )
