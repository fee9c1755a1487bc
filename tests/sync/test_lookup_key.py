"""The season's look-up key reaches a device sealed, and is believed only by the id in the signed set."""

import stat
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.rules.personal import LOOKUP_KEY_BYTES, lookup_key_id, lookup_key_of
from sync.errors import UntrustedError
from sync.lookup_key import fetch_lookup_key, open_lookup_key, seal_lookup_key
from sync.protocol import LookUpKeyRequest, SealedLookUpKey, write
from tests.support.bad_registry import BadRegistry, failing
from tests.support.park import NOON
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk

DEVICE = 1_000_001
KEY = bytes(range(LOOKUP_KEY_BYTES))


def sealed(agreement: X25519PrivateKey, key: bytes = KEY, device: int = DEVICE) -> SealedLookUpKey:
    return seal_lookup_key(key, LookUpKeyRequest(agreement_key=agreement.public_key().public_bytes_raw()), device)


def test_only_the_request_s_own_device_and_agreement_key_open_it() -> None:
    agreement = X25519PrivateKey.generate()
    message = sealed(agreement)
    assert open_lookup_key(message, agreement, DEVICE) == KEY
    assert KEY.hex().encode() not in write(message)
    for other in (X25519PrivateKey.generate(), agreement):
        with pytest.raises(UntrustedError, match="not sealed"):
            open_lookup_key(message, other, DEVICE + (other is agreement))


@pytest.mark.parametrize("broken", [b"", b"x", bytes(32), bytes(80), bytes(1000)])
def test_what_is_not_sealed_at_all_is_not_believed(broken: bytes) -> None:
    agreement = X25519PrivateKey.generate()
    with pytest.raises(UntrustedError):
        open_lookup_key(replace(sealed(agreement), sealed=broken), agreement, DEVICE)
    with pytest.raises(UntrustedError, match="7 bytes"):
        open_lookup_key(sealed(agreement, key=b"1234567"), agreement, DEVICE)


def test_a_key_that_the_set_does_not_name_is_not_believed(registry: RegistrySimulator) -> None:
    wanted = lookup_key_id(lookup_key_of(registry.park.pepper))
    assert lookup_key_id(fetch_lookup_key(registry, DEVICE, wanted)) == wanted
    registry.park.pepper = bytes(32)
    with pytest.raises(UntrustedError, match=wanted):
        fetch_lookup_key(registry, DEVICE, wanted)


def test_the_key_is_fetched_once_and_kept_for_its_owner_alone(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    counting = BadRegistry(registry)
    engine = kiosk.engine_for(counting)
    assert [engine.run_cycle().is_good for _ in range(2)] == [True, True]
    assert counting.asked.count("lookup_key") == 1
    assert kiosk.home.lookup_key() == lookup_key_of(registry.park.pepper)
    file = kiosk.home.keys / "lookup.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_pepper_in_force_brings_another_key(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    registry.park.pepper = bytes(32)
    registry.park.version += 1
    assert kiosk.run_cycle().is_good
    assert kiosk.home.lookup_key() == lookup_key_of(bytes(32))


def test_the_key_before_is_kept_while_the_set_names_its_season(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    park, first = registry.park, lookup_key_of(registry.park.pepper)
    kiosk.run_cycle()
    park.former, park.seasons_since = (lookup_key_id(first),), (0, NOON)
    park.pepper, park.version = bytes(32), park.version + 1
    for _ in range(2):
        assert kiosk.run_cycle().is_good
        assert sorted(kiosk.home.season_keys().values()) == sorted([first, lookup_key_of(bytes(32))])
    former = kiosk.home.keys / f"lookup-{lookup_key_id(first)}.key"
    assert stat.S_IMODE(former.stat().st_mode) == 0o600
    park.former, park.seasons_since, park.version = (), (NOON,), park.version + 1
    assert kiosk.run_cycle().is_good
    assert list(kiosk.home.season_keys().values()) == [lookup_key_of(bytes(32))]


def test_a_key_file_that_is_damaged_is_fetched_again(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    (kiosk.home.keys / "lookup.key").write_bytes(b"half")
    assert kiosk.home.lookup_key() is None
    assert kiosk.run_cycle().is_good
    assert kiosk.home.lookup_key() == lookup_key_of(registry.park.pepper)


def test_a_wrong_key_is_an_alarm_and_holds_nothing_up(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    kiosk.write(3)
    bad = BadRegistry(registry, {"lookup_key": failing(UntrustedError("not ours"))})
    report = kiosk.engine_for(bad).run_cycle()
    assert (report.pushed, report.snapshot_installed, report.alarms) == (4, True, ("not ours",))
    assert kiosk.home.lookup_key() is None
