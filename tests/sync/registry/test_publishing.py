"""The set a park publishes is what a kiosk can read, and carries a version of its own."""

import json
from importlib.resources import files
from typing import Any

import pytest

from kiosk.errors import UsageError
from sync.registry.service import RegistryService
from sync.registry.wire import RegistryEnd
from tests.support.pulled import pulled_set


def test_a_kiosk_believes_what_the_park_has_published_keys_and_all(service: RegistryService, end: RegistryEnd) -> None:
    pulled, held = pulled_set(end, 7, service.now()), service.policy_set(7)
    assert [key for key in pulled.keyring if 7 in key.parks] == [key for key in held.keyring if 7 in key.parks]
    assert {key.kid for key in pulled.keyring} == {key.kid for key in held.keyring}
    assert (pulled.version, pulled.online_keys) == (held.version, held.online_keys)
    assert (pulled.gates, pulled.products, pulled.tables) == (held.gates, held.products, held.tables)


def test_every_publication_has_a_higher_version(service: RegistryService) -> None:
    assert [service.publish_set(7).version for _ in range(3)] == [2, 3, 4]
    assert service.policy_set(7).version == 4


def test_the_set_names_the_key_that_hand_overs_are_sealed_to(service: RegistryService) -> None:
    private = service.folder.handover_key(7)
    assert service.policy_set(7).handover_key == private.public_key().public_bytes_raw()
    assert service.policy_set(12).handover_key != service.policy_set(7).handover_key
    assert service.publish_set(7).handover_key == service.policy_set(7).handover_key
    (file,) = (service.folder.path / "keys").glob("handover-7.key")
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_demo_parks_have_their_gates_lanes_products_and_neighbours(service: RegistryService) -> None:
    burabay, altyn_emel = service.policy_set(7), service.policy_set(12)
    assert [gate.gate for gate in burabay.gates] == [1, 2, 3, 4, 5]
    assert len(burabay.gates[0].lanes) == 2
    assert [gate.gate for gate in altyn_emel.gates] == [1, 2]
    assert burabay.park_name(12, "kk") == "Алтынемел"
    assert altyn_emel.park_name(7, "en") == "Burabay"
    assert burabay.products[12].names.en == "Three-day ticket"
    assert burabay.products[6].reentry.value == "free"
    assert any(product.is_high_risk for product in burabay.products.values())


def test_no_member_of_the_demo_parks_stands_twice_so_that_none_is_lost(service: RegistryService) -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert len({name for name, _ in pairs}) == len(pairs), [name for name, _ in pairs]
        return dict(pairs)

    json.loads(files("sync.registry").joinpath("demo_parks.json").read_text("utf-8"), object_pairs_hook=once)
    for park in service.parks():
        tables = service.policy_set(park).tables
        assert tables.place is not None, "dusk is told from where the park lies"
        assert tables.exemptions
        assert tables.tariffs


def test_a_park_that_is_not_here_has_no_set(service: RegistryService) -> None:
    with pytest.raises(UsageError, match="Park 99"):
        service.policy_set(99)
