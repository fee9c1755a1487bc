"""The life of a park's tables: loaded whole, published under a higher version, brought back the same way."""

import json
from typing import Any

import pytest

from kiosk.errors import UsageError
from kiosk.rules.permit import Party
from kiosk.rules.tariff import Order, Price, PriceBook, price
from sync.registry.service import RegistryService
from sync.registry.tables import Published, back, load, published

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


def test_a_version_or_a_park_that_is_not_there_is_said(service: RegistryService) -> None:
    put(service, {})
    with pytest.raises(UsageError, match="has published no version 9; it has 1 to 2"):
        shown(service, 9)
    with pytest.raises(UsageError, match="no park 99"):
        put(service, {}, park=99)
