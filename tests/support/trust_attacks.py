"""TUF's list of attacks on what a kiosk believes: the files that a thief would serve, and what is said of them."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from tests.support.clock import ManualClock
from tests.support.park import NOON, PARK, SmallPark
from tests.support.trust_repository import TrustRepository, signer_of

DAY = 86_400


class Victim(Protocol):
    """Whoever is attacked: what it believes was published there, at version 4 of the set and 3 of the keys."""

    repository: TrustRepository
    park: SmallPark
    clock: ManualClock

    def publish(self, **changes: Any) -> None:
        """Publish honestly what the park has decided now, with these changes under the next version."""
        ...


def older(victim: Victim) -> TrustRepository:
    """What was published before, under the same keys."""
    repository = TrustRepository(NOON)
    repository.publish(SmallPark().keys_file(), {PARK: SmallPark().park_file()})
    return repository


def by_a_thief(victim: Victim) -> TrustRepository:
    thief = TrustRepository(NOON, name="thief")
    thief.versions = dict.fromkeys(("timestamp", "snapshot", "targets", "park-7"), 40)
    thief.publish(SmallPark(keys_version=9).keys_file(), {PARK: SmallPark(version=9).park_file()})
    return thief


def newer(victim: Victim) -> TrustRepository:
    """The honest next state, for an attack to spoil."""
    victim.publish(policy={"skew_seconds": 60}, keys_version=victim.park.keys_version + 1)
    return victim.repository


def frozen(victim: Victim) -> TrustRepository:
    victim.clock.at = NOON + 36 * DAY
    return victim.repository


def mixed(victim: Victim) -> TrustRepository:
    """The newest timestamp with the snapshot before it."""
    before = {name: data for name, data in victim.repository.files.items() if name.endswith(".snapshot.json")}
    repository = newer(victim)
    last = f"metadata/{repository.versions['snapshot']}.snapshot.json"
    repository.files[last] = before[max(before)]
    return repository


def mixed_targets(victim: Victim) -> TrustRepository:
    before = victim.repository.files[f"metadata/{victim.repository.versions['targets']}.targets.json"]
    repository = newer(victim)
    repository.files[f"metadata/{repository.versions['targets']}.targets.json"] = before
    return repository


def under_signed_root(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.sign_root(repository.roots[:1])
    repository.sign_timestamp()
    return repository


def one_officer_twice(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.sign_root([repository.roots[0], repository.roots[0]])
    repository.sign_timestamp()
    return repository


def root_by_new_keys_alone(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.roots = [signer_of(f"mine {place}") for place in range(3)]
    repository.sign_root(repository.roots)
    repository.sign_timestamp()
    return repository


def keys_by_the_online_key(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.targets["keys.json"] = SmallPark(keys_version=9, seed=bytes(32)).keys_file()
    repository.sign_targets(repository.online)
    repository.sign_snapshot()
    return repository


def set_by_another_park(victim: Victim) -> TrustRepository:
    """Another park's role signs this park's set too, and this park's own role nothing."""
    repository = victim.repository
    mine, neighbour = SmallPark(version=9).park_file(), SmallPark(version=1, park=12).park_file()
    repository.publish(victim.park.keys_file(), {PARK: victim.park.park_file(), 12: neighbour})
    repository.publish(victim.park.keys_file(), {PARK: mine, 12: neighbour})
    repository.sign_park(PARK, repository.park_keys[12])
    repository.sign_park(12, also=["parks/7/set.json"])
    repository.sign_snapshot()
    return repository


def keys_by_a_park(victim: Victim) -> TrustRepository:
    """The park's own role signs a list of keys: it has no say in it."""
    repository = newer(victim)
    forged = SmallPark(keys_version=9, seed=bytes(32)).keys_file()
    repository.files = {name: forged if "keys.json" in name else data for name, data in repository.files.items()}
    repository.sign_park(PARK, also=["keys.json"])
    repository.sign_snapshot()
    return repository


def without_a_root(victim: Victim) -> TrustRepository:
    """A stick that was written without the root in between."""
    repository = newer(victim)
    for _ in range(2):
        repository.online = signer_of(f"online of {repository.versions['root']}")
        repository.rotate_root(0)
    repository.sign_snapshot()
    del repository.files["metadata/2.root.json"]
    return repository


def endless(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.files["metadata/timestamp.json"] += b" " * 20_000
    return repository


def endless_root(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.files["metadata/2.root.json"] = b"{" * 9_000_000
    return repository


def endless_target(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.files = {
        name: data + b" " * 9_000_000 if name.startswith("targets/parks") else data
        for name, data in repository.files.items()
    }
    return repository


def changed_byte(victim: Victim) -> TrustRepository:
    repository = newer(victim)
    repository.files = {name: data.replace(b"Burabay", b"burabay") for name, data in repository.files.items()}
    return repository


def another_park(victim: Victim) -> TrustRepository:
    victim.repository.publish(victim.park.keys_file(), {PARK: SmallPark(version=9, park=8).park_file()})
    return victim.repository


def too_new(victim: Victim) -> TrustRepository:
    data = SmallPark(version=9).park_file().replace(b'"schema": 1', b'"schema": 2')
    victim.repository.publish(victim.park.keys_file(), {PARK: data})
    return victim.repository


def same_version(victim: Victim) -> TrustRepository:
    data = replace(victim.park, policy={"skew_seconds": 9}).park_file()
    victim.repository.publish(victim.park.keys_file(), {PARK: data})
    return victim.repository


def lower_set(victim: Victim) -> TrustRepository:
    """Signed anew under higher numbers of TUF: its own version is a floor of its own."""
    victim.repository.publish(victim.park.keys_file(), {PARK: SmallPark(version=3).park_file()})
    return victim.repository


def lower_keys(victim: Victim) -> TrustRepository:
    victim.repository.publish(SmallPark(keys_version=2).keys_file(), {PARK: SmallPark(version=9).park_file()})
    return victim.repository


def nothing(victim: Victim) -> TrustRepository:
    return TrustRepository(NOON)


Attack = Callable[[Victim], TrustRepository]
ATTACKS: dict[str, tuple[Attack, str]] = {
    "rollback": (older, "older than what is believed"),
    "rollback of the set alone": (lower_set, "older than what was believed"),
    "rollback of the keys alone": (lower_keys, "older than what was believed"),
    "freeze": (frozen, "expired"),
    "mix and match": (mixed, "hold together"),
    "mix and match of keys": (mixed_targets, "hold together"),
    "wrong root": (by_a_thief, "lack signatures"),
    "under-signed root": (under_signed_root, "lack signatures"),
    "one officer twice": (one_officer_twice, "lack signatures|cannot be read|hold together"),
    "a root that the old keys did not sign": (root_by_new_keys_alone, "lack signatures"),
    "keys signed by the registry": (keys_by_the_online_key, "lack signatures"),
    "keys signed by the park": (keys_by_a_park, "hold together"),
    "another park's role": (set_by_another_park, "lack signatures"),
    "a missing root": (without_a_root, r"2\.root\.json must be among"),
    "endless timestamp": (endless, "longer than it may be"),
    "endless root": (endless_root, "longer than it may be"),
    "endless set": (endless_target, "longer than it may be"),
    "one changed byte": (changed_byte, "hold together"),
    "another park's set": (another_park, "park 8"),
    "a schema of tomorrow": (too_new, "too old for it"),
    "another set under one version": (same_version, "same version 4"),
    "an empty stick": (nothing, "not the signed files"),
}
