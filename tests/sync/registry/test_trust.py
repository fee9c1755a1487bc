"""The registry's signed data in a trial, where all keys lie in its folder: published, followed, renewed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.words import LaneDirection
from sync.enrolment_code import EnrolmentCode
from sync.registry import trust_store
from sync.registry.enrolling import DeviceStatus
from sync.registry.folder import RegistryFolder, SealedKeyError
from sync.registry.housekeeping import Housekeeper
from sync.registry.issuer_keys import NextKey
from sync.registry.park_ca import ParkCa
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.trust_desk import TrustDesk
from sync.registry.trust_follow import CannotFollowError, follow
from sync.registry.wire import RegistryEnd
from tests.sync.registry.conftest import NOON, Gate, HeldClock

DAY = 86_400
PARKS = (7, 12)


def root_of(end: RegistryEnd) -> bytes:
    root = end.trust_file("metadata/1.root.json")
    assert root is not None
    return root


def followed(end: RegistryEnd, at: int = NOON, cache: Path | None = None) -> dict[str, dict[str, object]]:
    """What a kiosk has that begins with the first root, or goes on with its cache."""
    found = follow(end.trust_file, root_of(end), PARKS, at, cache)
    return {path: json.loads(data) for path, data in found.items()}


def test_a_client_follows_a_demo_from_its_first_root_to_the_keys_and_every_set(
    end: RegistryEnd, service: RegistryService
) -> None:
    found = followed(end)
    assert (found["keys.json"]["schema"], found["keys.json"]["version"]) == (1, 1)
    assert [key["kid"] for key in found["keys.json"]["keys"]] == sorted(  # type: ignore[attr-defined]
        (state.key.kid for park in (7, 12) for state in service.key_states(park)),
        key=lambda kid: (kid not in {state.key.kid for state in service.key_states(7)}, kid),
    )
    assert [key["parks"] for key in found["keys.json"]["online_keys"]] == [[7], [12]]  # type: ignore[attr-defined]
    assert found["parks/7/set.json"]["version"] == service.policy_set(7).version
    assert not {"keys", "online_keys"} & set(found["parks/7/set.json"])
    assert found["parks/7/set.json"]["revoked_devices"] == []


def test_what_is_published_is_what_a_client_has_next(
    end: RegistryEnd, service: RegistryService, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    before = followed(end, cache=cache)
    service.publish_set(7)
    after = followed(end, cache=cache)
    assert after["parks/7/set.json"]["version"] == before["parks/7/set.json"]["version"] + 1  # type: ignore[operator]
    assert after["keys.json"] == before["keys.json"]


def test_a_changed_key_is_a_new_list_in_the_same_transaction(end: RegistryEnd, service: RegistryService) -> None:
    key = service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    found = followed(end)["keys.json"]
    assert found["version"] == 2
    assert key.as_json() in found["keys"]  # type: ignore[operator]


def test_a_revoked_device_is_named_in_its_parks_set_with_the_time(
    end: RegistryEnd, service: RegistryService, gate_at: Callable[..., Gate], clock: HeldClock
) -> None:
    gate = gate_at()
    clock.at += 60
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    assert followed(end)["parks/7/set.json"]["revoked_devices"] == [{"device": gate.device, "at": NOON + 60}]


def test_a_timestamp_is_signed_anew_when_it_is_asked_for_after_a_day_and_not_before(
    end: RegistryEnd, clock: HeldClock
) -> None:
    first = end.trust_file("metadata/timestamp.json")
    clock.at += DAY - 1
    assert end.trust_file("metadata/timestamp.json") == first
    clock.at += 1
    again = end.trust_file("metadata/timestamp.json")
    assert again is not None
    assert json.loads(again)["signed"]["signed_at"] == NOON + DAY
    followed(end, clock.at)


def test_a_registry_that_nobody_asked_for_a_year_goes_on(end: RegistryEnd, clock: HeldClock, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    followed(end, cache=cache)
    for _ in range(14):
        with pytest.raises(CannotFollowError, match="expired"):  # the rig: this much time is too much
            follow(stale(end), root_of(end), PARKS, clock.at + 36 * DAY)
        clock.at += 36 * DAY
        followed(end, clock.at, cache)


def stale(end: RegistryEnd) -> Callable[[str], bytes | None]:
    """The same files from a registry that signs nothing any more."""
    timestamp = end.trust_file("metadata/timestamp.json")
    return lambda name: timestamp if name == "metadata/timestamp.json" else end.trust_file(name)


def test_housekeeping_signs_the_timestamp_anew(end: RegistryEnd, clock: HeldClock) -> None:
    clock.at += 2 * DAY
    Housekeeper(end).tidy()
    with end.service.database.reading() as connection:
        data = trust_store.newest(connection, "timestamp")
    assert data is not None
    assert json.loads(data)["signed"]["signed_at"] == clock.at


def test_without_its_online_key_the_registry_serves_what_it_signed_before(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    before = end.trust_file("metadata/timestamp.json")
    (service.folder.path / "keys" / "trust-online.key").unlink()
    clock.at += 2 * DAY
    assert end.trust_file("metadata/timestamp.json") == before
    with pytest.raises(EnvironmentalError, match="online key"):
        service.publish_set(7)


@pytest.mark.parametrize(
    "name",
    [
        "metadata/2.timestamp.json", "metadata/01.root.json", "metadata/../metadata/1.root.json", "metadata/root.json",
        "metadata/1.root.json\n", "1.root.json", "metadata/1.ROOT.json",
        "targets/keys.json", "targets/parks/7/set.json",
        "targets//keys.json", "metadata/99.root.json", "targets/parks/7/" + 64 * "0" + ".set.json", "", "metadata/",
        "keys/trust-online.key", "metadata/" + 30 * "9" + ".root.json",
    ],
)  # fmt: skip
def test_nothing_but_stored_names_is_served(end: RegistryEnd, name: str) -> None:
    assert end.trust_file(name) is None


def test_a_code_is_anchored_in_the_bytes_of_the_first_root(end: RegistryEnd, service: RegistryService) -> None:
    code = EnrolmentCode.parse(service.enrol(7, 1, 1, LaneDirection.ENTRY).text)
    assert code.fits(root_of(end))
    assert not code.fits(root_of(end) + b"\n")


def test_a_registry_without_a_root_says_what_to_do_and_gets_one_for_a_trial(tmp_path: Path) -> None:
    old = Path(__file__).parents[2] / "data" / "schema-1" / "registry"
    shutil.copytree(old, tmp_path / "old")
    service = open_registry(tmp_path / "old", now=lambda: NOON)
    assert not list((tmp_path / "old" / "keys").glob("trust-*"))  # no key is made silently
    with pytest.raises(UsageError, match="qaqpa registry trust begin"):
        service.enrol(7, 1, 1, LaneDirection.ENTRY)
    service.make_trust_here()
    service.enrol(7, 1, 1, LaneDirection.ENTRY)
    end = RegistryEnd(service)
    assert json.loads(follow(end.trust_file, root_of(end), [7], NOON)["parks/7/set.json"])["park"] == 7
    with pytest.raises(UsageError, match="has its root already"):
        service.make_trust_here()
    service.close()


def test_an_empty_registry_may_begin_before_its_parks_come(tmp_path: Path) -> None:
    service = init_registry(tmp_path / "empty", now=lambda: NOON)
    service.make_trust_here()
    end = RegistryEnd(service)
    assert json.loads(follow(end.trust_file, root_of(end), [], NOON)["keys.json"])["keys"] == []
    service.close()


def test_a_server_without_the_passphrase_takes_everything_in_and_keeps_the_timestamp_young(
    service: RegistryService, clock: HeldClock
) -> None:
    service.folder.seal_set_key(7, "another horse entirely")
    shut = RegistryService(service.database, RegistryFolder(service.folder.path), now=clock)
    assert TrustDesk(shut).open_park_keys() == [7]
    end = RegistryEnd(shut)
    clock.at += 390 * DAY  # the parks' roles are old enough to be signed anew
    followed(end, NOON + 30 * DAY)
    with pytest.raises(SealedKeyError, match="QAQPA_PARK_PASSPHRASE"):
        shut.publish_set(7)
    shut.publish_set(12)
    asked: list[str] = []

    def told(what: str) -> str:
        asked.append(what)
        return "another horse entirely"

    service.folder = RegistryFolder(service.folder.path, told)
    for _ in range(2):
        service.publish_set(7)
    assert asked == ["the set key of park 7"]  # once a process


def test_a_sealed_park_key_is_followed_by_a_sealed_one(service: RegistryService) -> None:
    service.folder.seal_set_key(7, "another horse entirely")
    service.folder = RegistryFolder(service.folder.path, lambda _what: "another horse entirely")
    TrustDesk(service).next_park_key(7)
    service.publish_set(7)
    TrustDesk(service).settle()
    service.publish_set(7)
    assert (service.folder.path / "keys" / "set-7.key").read_text().startswith("{")
    assert not (service.folder.path / "keys" / "set-7-next.key").exists()
    followed(RegistryEnd(service))


def test_the_parks_certificates_are_among_the_keys_and_a_trial_signs_them_by_itself(
    end: RegistryEnd, service: RegistryService, clock: HeldClock
) -> None:
    authority = ParkCa(service.folder)
    authority.make(["registry.example.kz"], NOON)
    Housekeeper(end).tidy()
    assert followed(end)["keys.json"]["park_ca"] == list(authority.certificates())
    authority.make_next(NOON)
    TrustDesk(service).next_park_key(7)
    service.publish_set(7)
    TrustDesk(service).settle()  # the authority's own next key is none of these
    assert followed(end)["keys.json"]["park_ca"] == list(authority.certificates())
    assert len(authority.certificates()) == 2
