"""A park put into the registry from a file: names, gates, lanes, products, policy, tables. A new park needs no code.

Keys are made here and never stand in a file. What is checked is checked before anything is written; what a kiosk could
not read is refused when the set is published, and then nothing of the park stays.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.names import Names
from kiosk.rules.policy import DAY_SECONDS, Gate, Policy, PolicyError, PolicySet, Product
from kiosk.rules.tables import read_tables
from kiosk.rules.ticket import ED25519, Flag
from kiosk.rules.words import VehicleClass
from sync.registry import database as db
from sync.registry import feed
from sync.registry.folder import RegistryFolder
from sync.registry.issuer_keys import SIGNS_DAYS, NextKey
from sync.registry.issuer_keys import add as add_key
from sync.registry.publishing import publish_all
from sync.registry.shares import ENTERING
from sync.registry.staffing import Listed, staff_faults
from sync.registry.tables import expect_faultless, expect_references
from sync.signing import key_id

_SIGNED_SINCE, _SIGNED_UNTIL, _VERIFIED_UNTIL = 400, 400, 800  # days around the day the park was made
_LARGEST_NUMBER = 2**31 - 1  # what an INTEGER of any database holds
_ALL_FLAGS = sum(Flag)
_KID = re.compile("[0-9a-f]{4}")
_USUAL_PRODUCT: dict[str, Any] = {
    "kind": "day",
    "vehicle_class": None,
    "reentry": "exit_only",
    "unconfirmed": "strict",
    "risk": "normal",
    "check_holder": "no",
    "price": None,
    "ticket_flags": 0,
    "zones": [],
}


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuerKeyFile:
    """An issuer key that a park's file names by its id, to be made here."""

    kid: str
    products: tuple[int, ...]
    longest_validity_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SoldProduct(Product):
    """A product with what only its registry knows of it."""

    ticket_flags: int = 0
    """What every ticket of it bears, bits of Flag."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ParkFile:
    """What a park's file says, beside its tables; members that only demos use are left alone."""

    park: int
    names: Names
    gates: tuple[Gate, ...]
    products: tuple[SoldProduct, ...]
    keys: tuple[IssuerKeyFile, ...] = ()
    policy: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    staff: tuple[Listed, ...] = ()


def add(connection: Connection, folder: RegistryFolder, raw: Any, now: int) -> PolicySet:
    """Put the park of this file into the registry and publish every park's set; UsageError says what is wrong."""
    park = _read(raw)
    if connection.execute(select(db.park.c.park_id).where(db.park.c.park_id == park.park)).first() is not None:
        raise UsageError(f"Park {park.park} is in this registry already.")
    taken = set(connection.execute(select(db.issuer_key.c.kid)).scalars())
    if twice := sorted(taken & {key.kid for key in park.keys}):
        raise UsageError(f"A key {twice[0]} is in this registry already: leave `keys` out, and one is made.")
    with folder.no_keys_left_of(park.park):
        return _added(connection, folder, park, raw, now)


def _added(connection: Connection, folder: RegistryFolder, park: ParkFile, raw: Any, now: int) -> PolicySet:
    make_park(connection, folder, raw, now)
    if not park.keys:
        wanted = NextKey(sign_not_before=now, signs_days=SIGNS_DAYS)
        add_key(connection, folder, park.park, wanted)
    try:
        # the neighbours' sets name the new park, and its keys
        sets = publish_all(connection, folder, now)
    except PolicyError as error:
        raise UsageError(f"No kiosk could read this park: {error}") from error
    return sets[park.park]


def make_park(connection: Connection, folder: RegistryFolder, park: Mapping[str, Any], now: int) -> None:
    """Put the rows and the keys of a park in their places, without publishing its set."""
    number = park["park"]
    values = {"names": park["names"], "set_key": folder.make_set_key(number), "policy": park.get("policy", {})}
    values |= {"tables": park.get("tables", {}), "staff": _staff(park)}
    connection.execute(insert(db.park).values(park_id=number, **values))
    for gate in park["gates"]:
        connection.execute(insert(db.gate).values(park_id=number, gate=gate["gate"], names=gate["names"]))
        lanes = [{"park_id": number, "gate": gate["gate"], **lane} for lane in gate["lanes"]]
        connection.execute(insert(db.lane), lanes)
    connection.execute(insert(db.product), [_product(number, item) for item in park["products"]])
    for key in park.get("keys", ()):
        connection.execute(insert(db.issuer_key).values(_issuer_key(folder, number, key, now)))
    online = folder.make_online_key(number)
    connection.execute(insert(db.online_key).values(park_id=number, kid=key_id(online), public_key=online, signs=1))
    folder.season_pepper(number)
    feed.open_feed(connection, number)


def _staff(park: Mapping[str, Any]) -> list[dict[str, Any]]:
    """By name and role: a code is made for a person of this registry, and never comes with a file."""
    return [{"name": member["name"], "role": member["role"]} for member in park.get("staff", ())]


def _read(raw: Any) -> ParkFile:
    try:
        park = rebuild(ParkFile, raw, "park")
    except CanonError as error:
        raise UsageError(f"This is no park: {error}") from error
    expect_faultless(park.tables)
    faults = list(_faults(park))
    if faults:
        raise UsageError(f"This park cannot be added: {'; '.join(faults)}")
    lanes = {gate.gate: [lane.lane for lane in gate.lanes if lane.direction in ENTERING] for gate in park.gates}
    expect_references(park.tables, lanes, [product.product for product in park.products])
    return park


def _faults(park: ParkFile) -> list[str]:
    faults = (
        [] if 1 <= park.park <= _LARGEST_NUMBER else [f"park.park: expected 1 to {_LARGEST_NUMBER}, got {park.park}"]
    )
    faults += staff_faults(park.staff)
    for name, numbers in (
        ("gates", [gate.gate for gate in park.gates]),
        ("products", [product.product for product in park.products]),
        ("keys", [key.kid for key in park.keys]),
    ):
        if not numbers and name != "keys":
            faults.append(f"park.{name}: expected at least one")
        if len(set(numbers)) != len(numbers):
            faults.append(f"park.{name}: a number stands twice")
    for place, gate in enumerate(park.gates):
        if not 1 <= gate.gate <= 32:
            faults.append(f"park.gates[{place}].gate: expected 1 to 32, got {gate.gate}")
        lanes = [lane.lane for lane in gate.lanes]
        if not lanes or len(set(lanes)) != len(lanes) or not all(1 <= lane <= 255 for lane in lanes):
            faults.append(f"park.gates[{place}].lanes: expected different numbers from 1 to 255")
    faults += _product_faults(park)
    faults += [
        f"park.keys[{place}].kid: expected four hexadecimal digits, small letters, got {key.kid!r}"
        for place, key in enumerate(park.keys)
        if not _KID.fullmatch(key.kid)  # it becomes part of a file's name
    ]
    known = {item.name for item in fields(Policy)}
    return faults + [f"park.policy.{name}: nothing is called so" for name in park.policy if name not in known]


def _product_faults(park: ParkFile) -> Iterable[str]:
    """What no ticket could bear, or no gate would know how to follow."""
    zones, classes = _numbers_of_zones(park.tables), _vehicle_classes(park.tables)
    for place, product in enumerate(park.products):
        path = f"park.products[{place}]"
        if not 1 <= product.product <= _LARGEST_NUMBER:
            yield f"{path}.product: expected 1 to {_LARGEST_NUMBER}, got {product.product}"
        if not 0 <= product.ticket_flags <= _ALL_FLAGS:
            yield f"{path}.ticket_flags: expected 0 to {_ALL_FLAGS}, got {product.ticket_flags}"
        if product.vehicle_class is not None and product.vehicle_class not in classes:
            word, told = product.vehicle_class, ", ".join(classes)
            yield f"{path}.vehicle_class: {word!r} is none of {told}, and no tariff of the park is for it"
        yield from (f"{path}.zones: the park has no {zone}" for zone in product.zones if zone not in zones)


def _numbers_of_zones(tables: Mapping[str, Any]) -> set[int]:
    return {zone.zone for zone in read_tables(tables).zones}


def _vehicle_classes(tables: Mapping[str, Any]) -> list[str]:
    """The classes that every version knows, and those that this park has a price for: a regime of its own is data."""
    own = {row.vehicle_class for row in read_tables(tables).tariffs if row.vehicle_class is not None}
    return [*map(str, VehicleClass), *sorted(own - set(map(str, VehicleClass)))]


def _product(park: int, item: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in item.items() if name in {*_USUAL_PRODUCT, "product", "names"}}
    return {"park_id": park, **_USUAL_PRODUCT, **own}


def _issuer_key(folder: RegistryFolder, park: int, key: Mapping[str, Any], now: int) -> dict[str, Any]:
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
