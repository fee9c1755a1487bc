"""The life of a park's tables: loaded whole, published under a higher version, brought back the same way."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from kiosk.errors import UsageError
from kiosk.rules.permit import Party
from kiosk.rules.tariff import Order, Price, PriceBook, price
from sync.registry.service import RegistryService
from sync.registry.tables import Published, back, load, published
from tests.support.park import names
from tests.sync.registry.conftest import Gate
from tests.sync.registry.test_shares import believe, states

GateAt = Callable[..., Gate]
ORDER = {"authority": names("Park"), "document": "No 3"}
SHARES = [{"gate": 1, "heads": 20}, {"gate": 3, "heads": 80}]
QUOTA = {"quota": "day", "counts": "entered", "per": "day", "heads": 100, "since": "2026-05-01", "until": None}
PENSIONERS = {"category": "pensioners", "names": {"kk": "к", "ru": "р", "en": "Pensioners"}, "since": "2026-01-01"}


def put(service: RegistryService, tables: Any, park: int = 7) -> int:
    with service.database.writing() as connection:
        return load(connection, service.folder, park, tables, service.now()).version


def shown(service: RegistryService, version: int | None = None, park: int = 7) -> Published:
    with service.database.reading() as connection:
        return published(connection, park, version)


def test_the_demo_parks_have_prices_and_exemptions(service: RegistryService) -> None:
    burabay, altyn_emel = service.policy_set(7), service.policy_set(12)
    for policy, items, vehicle, tenge in ((burabay, "entry", "car", 1298), (altyn_emel, "stay parking", "car", 1125)):
        book = PriceBook(tariffs=policy.tables.tariffs, indices=policy.tables.indices)
        one = Party(adults=1)
        answer = price(book, Order(items=tuple(items.split()), day="2026-07-05", party=one, vehicle_class=vehicle))
        assert isinstance(answer, Price)
        assert answer.total == tenge
        assert policy.products[2].price == items
        assert {"pensioners", "veterans", "pupils"} <= {row.category for row in policy.tables.exemptions}


def test_what_is_shown_can_be_loaded_again(service: RegistryService) -> None:
    first = shown(service)
    assert first.version == 1
    assert put(service, json.loads(json.dumps(first.tables))) == 2
    assert shown(service).tables == first.tables


def test_tables_with_a_fault_are_not_published_at_all(service: RegistryService) -> None:
    before = shown(service)
    bad = {"exemptions": [PENSIONERS, {**PENSIONERS, "percent": 0}], "tariffs": []}
    with pytest.raises(UsageError, match=r"Nothing was published, the tables have 1 fault:\n  tables.exemptions\[1\]"):
        put(service, bad)
    assert shown(service) == before
    with pytest.raises(UsageError, match=r"the tables have 60 faults:[^$]*and 10 more"):
        put(service, {f"x{n}": [] for n in range(60)})


def test_a_closure_of_a_gate_that_the_park_does_not_have_is_a_fault(service: RegistryService) -> None:
    order = {"authority": PENSIONERS["names"], "document": "12-3", "since": 0, "cause": "fire", "gates": [9]}
    with pytest.raises(UsageError, match=r"tables.closures\[0\].gates: the park has no 9"):
        put(service, {"closures": [order]})
    assert shown(service).version == 1


@pytest.mark.parametrize(
    "share, fault",
    [
        ({"gate": 9, "lane": 7}, r"tables.quotas\[0\].shares\[0\].gate: the park has no 9"),
        ({"gate": 9}, r"tables.quotas\[0\].shares\[0\].gate: the park has no 9"),
        ({"gate": 1, "lane": 7}, r"tables.quotas\[0\].shares\[0\].lane: gate 1 has no lane 7 by which anybody enters"),
    ],
)
def test_a_share_of_a_lane_that_the_park_does_not_have_is_a_fault(
    service: RegistryService, share: dict[str, int], fault: str
) -> None:
    before = shown(service)
    quota = {"quota": "day", "counts": "entered", "per": "day", "heads": 100, "since": "2026-05-01"}
    order = {"authority": PENSIONERS["names"], "document": "3"}
    with pytest.raises(UsageError, match=fault):
        put(service, {"quotas": [quota | order | {"shares": [share | {"heads": 100}]}]})
    assert shown(service) == before


def test_the_way_back_is_an_earlier_content_under_a_higher_version(service: RegistryService) -> None:
    first = shown(service)
    assert put(service, {"exemptions": [PENSIONERS]}) == 2
    assert [row.category for row in service.policy_set(7).tables.exemptions] == ["pensioners"]
    with service.database.writing() as connection:
        assert back(connection, service.folder, 7, 1, service.now()).version == 3
    assert shown(service).tables == first.tables == shown(service, 1).tables
    assert shown(service, 2).tables == {"exemptions": [PENSIONERS]}
    assert service.policy_set(12).version == 1


def with_a_move_that_waits(service: RegistryService, gate_at: GateAt) -> tuple[Gate, int]:
    """The gate that has not yet said that it knows of giving up 50 heads, and the version in which they are taken."""
    put(service, {"quotas": [QUOTA | ORDER | {"shares": SHARES}]})
    believe(service, giver := gate_at(7, 3))
    moved = service.move_share(7, "day", giver=3, taker=1, heads=50)
    assert wanted(service) == {(1, 1): (70, 20), (3, 1): (30, 30)}
    return giver, moved.version


def wanted(service: RegistryService) -> dict[tuple[int, int], tuple[int, int]]:
    """Of each lane what the park wants and what may be granted now."""
    return {lane: (state.wanted, state.granted) for lane, state in states(service).items()}


def test_what_is_shown_and_loaded_again_keeps_a_move_that_waits(service: RegistryService, gate_at: GateAt) -> None:
    giver, _ = with_a_move_that_waits(service, gate_at)
    put(service, shown(service).tables)
    assert wanted(service) == {(1, 1): (70, 20), (3, 1): (30, 30)}
    believe(service, giver)
    assert wanted(service) == {(1, 1): (70, 70), (3, 1): (30, 30)}


def test_the_way_back_is_to_what_was_wanted_then(service: RegistryService, gate_at: GateAt) -> None:
    giver, version = with_a_move_that_waits(service, gate_at)
    put(service, {"quotas": [QUOTA | ORDER | {"shares": [{"gate": 3, "heads": 10}]}]})
    with service.database.writing() as connection:
        back(connection, service.folder, 7, version, service.now())
    assert wanted(service) == {(1, 1): (70, 20), (3, 1): (30, 30)}
    believe(service, giver)
    assert wanted(service) == {(1, 1): (70, 70), (3, 1): (30, 30)}
    with service.database.writing() as connection:
        back(connection, service.folder, 7, 2, service.now())
    assert {lane: want for lane, (want, _) in wanted(service).items()} == {(1, 1): 20, (3, 1): 80}


LATER_TABLES = (
    "heard_request",
    "device_health",
    "trust_state",
    "trust_metadata",
    "trust_target",
    "wrong_code",
    "wrong_code_day",
)
LATER_COLUMNS = (
    "device.revoked_at", "device.replaced_at", "device.replaced_by", "device.machine", "device.other_machine",
    "device.other_machine_at", "enrolment.tries", "enrolment.tried_at",
)  # fmt: skip


def test_a_registry_of_before_keeps_the_move_that_waits_in_it(service: RegistryService, gate_at: GateAt) -> None:
    _, version = with_a_move_that_waits(service, gate_at)
    with service.database.writing() as connection:
        for table in LATER_TABLES:
            connection.execute(text(f"DROP TABLE {table}"))
        for column in LATER_COLUMNS:
            connection.execute(text(f"ALTER TABLE {column.replace('.', ' DROP COLUMN ')}"))
        connection.execute(text("ALTER TABLE published_set ADD COLUMN signature TEXT"))
        connection.execute(text("ALTER TABLE published_set DROP COLUMN wanted"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0008'"))
    service.upgrade()
    heads = {(each["gate"], each["lane"]): each["heads"] for each in shown(service).tables["quotas"][0]["shares"]}
    assert heads == {(1, 1): 70, (3, 1): 30}
    assert shown(service, version) == shown(service)
    assert shown(service, 1).tables, "of an older version nothing is known but what was published"
    assert shown(service, 2).tables["quotas"][0]["heads"] == 100
    put(service, {})
    assert shown(service, version).tables["quotas"][0]["shares"][0]["heads"] == 70


def test_a_version_or_a_park_that_is_not_there_is_said(service: RegistryService) -> None:
    put(service, {})
    with pytest.raises(UsageError, match="has published no version 9; it has 1 to 2"):
        shown(service, 9)
    with pytest.raises(UsageError, match="no park 99"):
        put(service, {}, park=99)
