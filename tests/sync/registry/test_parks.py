"""A park is added by a file, and needs no code: its gates, products, policy and tables, with keys made here."""

from typing import Any

import pytest
from sqlalchemy import select

from kiosk.errors import UsageError
from kiosk.rules.keyring import Rejected
from kiosk.rules.permit import Party
from kiosk.rules.policy import ProductKind
from kiosk.rules.tariff import Order, Price, PriceBook, price
from kiosk.rules.ticket import Flag
from sync.registry import database as db
from sync.registry.parks import add
from sync.registry.service import RegistryService
from tests.sync.registry.conftest import NOON


def names(word: str) -> dict[str, str]:
    return {"kk": f"{word} kk", "ru": f"{word} ru", "en": word}


PARK: dict[str, Any] = {
    "park": 41,
    "names": names("Kolsai"),
    "policy": {"utc_offset_minutes": 300, "claims": "admit"},
    "gates": [{"gate": 1, "names": names("Saty"), "lanes": [{"lane": 1, "direction": "both"}]}],
    "products": [
        {"product": 1, "names": names("A balloon over the lakes"), "vehicle_class": "balloon", "price": "air"},
        {"product": 9, "names": names("Clean-up"), "kind": "event"},
    ],
    "tables": {
        "indices": [{"since": "2026-01-01", "tenge": 4325}],
        "tariffs": [
            {"item": "air", "since": "2026-01-01", "unit": "vehicle_day", "vehicle_class": "balloon", "thousandths": 7}
        ],
    },
}  # fmt: skip

QUOTA: dict[str, Any] = {
    "quota": "day", "counts": "entered", "per": "day", "heads": 66, "shares": [{"gate": 9, "lane": 1, "heads": 66}],
    "authority": names("Akimat"), "document": "12", "since": "2026-01-01",
}  # fmt: skip


def put(service: RegistryService, park: dict[str, Any]) -> int:
    with service.database.writing() as connection:
        return add(connection, service.folder, park, service.now()).version


def test_a_made_up_park_with_a_regime_of_its_own_sells_tickets_that_gates_believe(service: RegistryService) -> None:
    assert put(service, PARK) == 1
    assert service.parks() == [7, 12, 41]
    policy = service.policy_set(41)
    assert (policy.gate_name(1, "en"), policy.products[9].kind) == ("Saty", ProductKind.EVENT)
    (ticket,) = service.issue(park=41, product=1, party=Party(adults=2), nbf=NOON, exp=NOON + 3600)
    assert not isinstance(policy.keyring.open(ticket.text), Rejected)
    book = PriceBook(tariffs=policy.tables.tariffs, indices=policy.tables.indices)
    items = tuple((policy.products[1].price or "").split())
    answer = price(book, Order(items=items, day="2026-07-05", vehicle_class=policy.products[1].vehicle_class))
    assert isinstance(answer, Price)
    assert answer.total == 30
    burabay = service.policy_set(7)
    assert burabay.park_name(41, "en") == "Kolsai"
    assert burabay.version == 2
    opened = burabay.keyring.open(ticket.text)
    assert not isinstance(opened, Rejected)


def key(kid: str) -> dict[str, Any]:
    return {"kid": kid, "products": [1], "longest_validity_days": 30}


def test_keys_that_the_file_names_are_made_under_their_ids(service: RegistryService) -> None:
    put(service, PARK | {"keys": [{"kid": "4101", "products": [1], "longest_validity_days": 30}]})
    assert [key.kid for key in service.policy_set(41).keyring if 41 in key.parks] == ["4101"]
    with pytest.raises(UsageError, match="A key 0701 is in this registry already"):
        put(service, PARK | {"park": 42, "keys": [{"kid": "0701", "products": [], "longest_validity_days": 30}]})


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"park": 7}, "Park 7 is in this registry already"),
        ({"park": 0}, "park.park: expected 1 to"),
        ({"names": {"kk": "a", "ru": "b"}}, "park.names.en is missing"),
        ({"gates": []}, "park.gates: expected at least one"),
        ({"gates": PARK["gates"] * 2}, "park.gates: a number stands twice"),
        ({"gates": [PARK["gates"][0] | {"gate": 33}]}, r"park.gates\[0\].gate: expected 1 to 32, got 33"),
        ({"gates": [PARK["gates"][0] | {"lanes": []}]}, r"park.gates\[0\].lanes: expected different numbers"),
        ({"products": []}, "park.products: expected at least one"),
        ({"products": [PARK["products"][0] | {"kind": "boat"}]}, r"park.products\[0\].kind: 'boat' is not a valid"),
        ({"products": [PARK["products"][0] | {"ticket_flags": "x"}]}, r"park.products\[0\].ticket_flags: expected int"),
        (
            {"products": [PARK["products"][0] | {"ticket_flags": 8}]},
            r"products\[0\].ticket_flags: expected 0 to 7, got 8",
        ),
        ({"products": [PARK["products"][0] | {"ticket_flags": -1}]}, r"ticket_flags: expected 0 to 7, got -1"),
        (
            {"products": [PARK["products"][0] | {"product": -3}]},
            r"park.products\[0\].product: expected 1 to 2147483647",
        ),
        ({"products": [PARK["products"][0] | {"product": 10**12}]}, r"park.products\[0\].product: expected 1 to"),
        (
            {"products": [PARK["products"][0] | {"vehicle_class": "tank"}]},
            r"vehicle_class: 'tank' is none of pedestrian,",
        ),
        ({"products": [PARK["products"][0] | {"zones": [77]}]}, r"park.products\[0\].zones: the park has no 77"),
        ({"policy": {"gravity": 9}}, "park.policy.gravity: nothing is called so"),
        ({"policy": {"utc_offset_minutes": "late"}}, "No kiosk could read this park: policy.utc_offset_minutes"),
        ({"tables": PARK["tables"] | {"quotas": [QUOTA]}}, r"tables.quotas\[0\].shares\[0\].gate: the park has no 9"),
        (
            {"tables": PARK["tables"] | {"hours": [{"open": [], "gates": [2]}]}},
            r"tables.hours\[0\].gates: the park has no 2",
        ),
        ({"tables": {"tariffs": [{}]}}, r"tables.tariffs\[0\].item is missing"),
    ],
)
def test_what_is_wrong_with_a_park_is_said_and_nothing_of_it_stays(
    service: RegistryService, changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        put(service, PARK | changes)
    assert service.parks() == [7, 12]
    with service.database.reading() as connection:
        assert connection.execute(select(db.gate).where(db.gate.c.park_id == 41)).first() is None
    assert service.policy_set(7).version == 1


def test_a_product_is_for_a_zone_of_the_tables_and_for_flags_that_gates_know(service: RegistryService) -> None:
    zones = {"zones": [{"zone": 77, "names": names("Lake"), "gates": [1]}]}
    guided = PARK["products"][0] | {"zones": [77], "ticket_flags": 4, "vehicle_class": "bus"}
    put(service, PARK | {"products": [guided], "tables": zones})
    assert service.policy_set(41).products[1].zones == (77,)
    (ticket,) = service.issue(park=41, product=1, party=Party(adults=2), nbf=NOON, exp=NOON + 3600)
    assert ticket.claims.flags == Flag.GUIDE_REQUIRED


def test_a_park_that_is_refused_leaves_no_key_behind_and_the_files_of_others_alone(service: RegistryService) -> None:
    keys = service.folder.path / "keys"
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    with pytest.raises(UsageError, match=r"policy\.reentry_seconds"):
        put(service, PARK | {"policy": {"reentry_seconds": -5}, "keys": [key("4101")]})
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == before
    (keys / "pepper-41.key").write_bytes(b"0" * 64)  # brought from a backup
    with pytest.raises(UsageError, match=r"policy\.reentry_seconds"):
        put(service, PARK | {"policy": {"reentry_seconds": -5}})
    assert {path.name for path in keys.iterdir()} == {*before, "pepper-41.key"}


@pytest.mark.parametrize("kid", ["../../x", "", "41", "41011", "4G01", "AB01", "41 1", "410\n"])
def test_a_key_s_id_is_four_hexadecimal_digits(service: RegistryService, kid: str) -> None:
    with pytest.raises(UsageError, match=r"park.keys\[1\].kid: expected four hexadecimal digits, small letters, got"):
        put(service, PARK | {"keys": [key("4101"), key(kid)]})


def test_a_list_is_no_park(service: RegistryService) -> None:
    with (
        service.database.writing() as connection,
        pytest.raises(UsageError, match="This is no park: park: expected dict"),
    ):
        add(connection, service.folder, [], service.now())
