"""The demo parks: gates, products, tariffs, keys and permits, so that a newcomer sees a registry with something in it.

What the parks are called and sell is data, in `demo_parks.json`; the figures are published ones and no law.
"""

import json
import random
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from sqlalchemy.engine import Connection

from kiosk.rules.permit import Party
from kiosk.rules.policy import DAY_SECONDS
from sync.registry.folder import RegistryFolder
from sync.registry.issuing import Issuer, Order
from sync.registry.parks import make_park
from sync.registry.publishing import publish_all
from sync.registry.trust import make_here

PERMITS = 2_000
_BATCH = 250
_DAYS_BACK, _DAYS_AHEAD = 10, 14
_OPENS, _CLOSES = 8 * 3600, 20 * 3600


def fill(connection: Connection, folder: RegistryFolder, now: int, progress: Callable[[int, int], None]) -> None:
    """Fill an empty registry, and publish the first set of each park."""
    parks = json.loads(files("sync.registry").joinpath("demo_parks.json").read_text(encoding="utf-8"))["parks"]
    for park in parks:
        tables = _published(park.get("published")) | park.get("tables", {})
        make_park(connection, folder, park | {"tables": tables}, now)
    make_here(connection, folder, now)  # a demo is one machine: its officers' keys lie beside the registry's own
    publish_all(connection, folder, now)
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


def _published(name: str | None) -> dict[str, Any]:
    """The tariffs that the park of this name has published, with the index that they are multiples of."""
    if name is None:
        return {}
    known = json.loads(files("sync.registry").joinpath("published_tariffs.json").read_text(encoding="utf-8"))
    return {"indices": known["indices"], "tariffs": known["parks"][name]}


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
