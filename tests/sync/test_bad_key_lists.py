"""One key that could let a forgery pass refuses the whole set; the kiosk goes on with what it believed, and says so."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from kiosk.rules.keyring import Ticket
from tests.support.park import KID, SmallPark
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk

Change = Callable[[list[dict[str, Any]]], object]


def one_more(**fields: Any) -> Change:
    """The honest key, and beside it one of another id that is spoiled."""
    return lambda keys: keys.append(keys[0] | {"kid": "0bad"} | fields)


BAD: dict[str, Change] = {
    "low order": one_more(public_key="01" + "00" * 31),
    "not canonical": one_more(public_key="ee" + "ff" * 30 + "7f"),
    "no point of the curve": one_more(public_key="02" + "00" * 31),
    "a kid twice": one_more(kid=KID),
    "an unknown algorithm": one_more(alg=-8),
    "an unknown status": one_more(status="asleep"),
    "a kid of three bytes": one_more(kid="0bad00"),
    "a time that is no whole number": one_more(verify_until=1.5),
    "a listed ticket of half an identity": one_more(status="listed-only", listed=["00" * 8]),
    "a key without its end": lambda keys: keys[0].pop("verify_until"),
}


@dataclass
class CarelessPark(SmallPark):
    """A park whose officers sign a list of keys without looking at it."""

    change: Change = len

    def keys_file(self) -> bytes:
        raw = json.loads(super().keys_file())
        self.change(raw["keys"])
        return json.dumps(raw).encode()


@pytest.mark.parametrize("name", BAD)
def test_a_weak_key_list_is_refused_whole_told_and_the_list_before_stays(
    name: str, registry: RegistrySimulator, kiosk: SyncKiosk
) -> None:
    kiosk.run_cycle()
    before = kiosk.policies.current()
    assert before is not None
    registry.put()
    registry.park = CarelessPark(version=2, keys_version=2, change=BAD[name])
    report = kiosk.run_cycle()
    assert len(report.alarms) == 1
    assert "cannot be followed" in report.alarms[0]
    assert not report.pull_errors
    after = kiosk.policies.current()
    assert after is not None
    assert after.digest == before.digest
    assert isinstance(after.keyring.open(registry.park.ticket()), Ticket)
    # the next sound set is believed as ever
    registry.park = SmallPark(version=3, keys_version=3)
    assert kiosk.run_cycle().is_good
    newest = kiosk.policies.current()
    assert newest is not None
    assert newest.version == registry.park.version


def test_the_same_set_without_the_weak_key_is_believed(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    registry.park = CarelessPark(version=2, keys_version=2, change=one_more())
    assert not kiosk.run_cycle().alarms
    believed = kiosk.policies.current()
    assert believed is not None
    assert [key.kid for key in believed.keyring] == [KID, "0bad"]
