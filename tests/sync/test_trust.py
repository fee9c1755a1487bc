"""TUF's attacks on what a kiosk believes, from a stick: nothing changes, and a sentence says which it was."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kiosk.rules.entries import TrustBody
from kiosk.rules.moment import Moment
from kiosk.store.files import replace_file
from kiosk.store.home import Home
from kiosk.store.policies import Policies
from sync import trust_update as module
from sync.errors import SyncError, UnreachableError
from sync.trust import Chain, Folder, root_path
from sync.trust_update import TrustUpdate
from tests.support.clock import ManualClock
from tests.support.park import NOON, PARK, SmallPark
from tests.support.trust_attacks import ATTACKS, Attack, by_a_thief, lower_keys, lower_set, newer, older
from tests.support.trust_repository import TrustRepository, signer_of

DAY = 86_400


@dataclass
class Believer:
    """A kiosk's belief in a folder of its own, and the stick that is put in."""

    folder: Path
    repository: TrustRepository = field(default_factory=lambda: TrustRepository(NOON))
    park: SmallPark = field(default_factory=SmallPark)
    floor: TrustBody | None = None
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))

    def __post_init__(self) -> None:
        self.home = Home(self.folder / "kiosk")
        self.policies = Policies(self.home)
        self.publish()
        self.root_sha256 = _digest(self.repository.files[root_path(1)])

    def publish(self, **changes: Any) -> None:
        """What the park has decided now, with these changes under the next versions."""
        if changes:
            self.park = replace(self.park, version=self.park.version + 1, **changes)
        self.repository.publish(self.park.keys_file(), {PARK: self.park.park_file()})

    def update(self, source: object | None = None) -> int | None:
        """The version that came of it, None where there was nothing new."""
        update = TrustUpdate(
            home=self.home,
            policies=self.policies,
            clock=self.clock,
            park=PARK,
            root_sha256=self.root_sha256,
            floor=lambda: self.floor,
        )
        stick = self.repository.write_to(self.folder / f"stick-{len(list(self.folder.iterdir()))}")
        found = update.run(source or Folder(stick))  # type: ignore[arg-type]
        return None if found is None else found.version

    def digest(self) -> bytes | None:
        """Of the set that is believed."""
        current = self.policies.current()
        return current.digest if current else None

    def believed(self) -> dict[str, bytes]:
        """All that is believed, byte for byte."""
        return {path.name: path.read_bytes() for path in sorted(self.home.trust.iterdir())}


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def certificate() -> str:
    """One that says nothing; what it vouches for is tested elsewhere."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "park")])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=begins,
        not_valid_after=begins + timedelta(days=3650),
    )
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()


CERTIFICATE = certificate()


@pytest.fixture
def believer(tmp_path: Path) -> Believer:
    believer = Believer(tmp_path)
    believer.park = SmallPark(version=4, keys_version=3)
    believer.publish()
    assert believer.update() == 4
    return believer


# ---- what is right --------------------------------------------------------------------------------------------------


def test_a_set_comes_in_whole_and_the_same_files_bring_nothing_new(believer: Believer) -> None:
    before = believer.believed()
    assert believer.update() is None
    assert believer.believed() == before
    believed = believer.policies.current()
    assert believed is not None
    assert believed.digest == believer.park.set().digest
    assert (believed.version, believed.keys_version, believer.policies.root().version) == (4, 3, 1)


def test_what_was_signed_feeds_the_clock(believer: Believer) -> None:
    believer.clock.at = believer.repository.now = NOON + DAY
    believer.publish(policy={"skew_seconds": 60})
    believer.update()
    assert max(believer.clock.signed_times) == NOON + DAY


def test_two_rotations_of_the_root_and_new_keys_of_every_role_are_followed_at_once(believer: Believer) -> None:
    repository = believer.repository
    repository.rotate_root(0)
    repository.online, repository.officers = signer_of("new online"), signer_of("new officers")
    repository.rotate_root(1, 2)
    repository.sign_root([*repository.roots, *TrustRepository(NOON).roots])
    repository.sign_targets()
    believer.publish(policy={"skew_seconds": 60})
    assert believer.update() == 5
    assert believer.policies.root().version >= 3


def test_the_certificates_that_vouch_for_the_registry_are_pinned_from_then_on(believer: Believer) -> None:
    assert not believer.home.park_ca_file.exists()
    believer.publish(keys_version=4, park_ca=[CERTIFICATE])
    believer.update()
    assert believer.home.park_ca_file.read_text().strip() == CERTIFICATE.strip()


@pytest.mark.parametrize("at_write", [1, 2, 3])
def test_a_crash_in_between_leaves_the_old_set_or_the_new_one_and_the_next_time_mends_it(
    believer: Believer, monkeypatch: pytest.MonkeyPatch, at_write: int
) -> None:
    believer.publish(keys_version=4, park_ca=[CERTIFICATE])
    writes = iter(range(1, 9))

    def cut_off(path: Path, data: bytes) -> None:
        if next(writes) == at_write:
            raise InterruptedError
        replace_file(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(module, "replace_file", cut_off)
        patched.setattr("kiosk.store.policies.replace_file", cut_off)
        with pytest.raises(InterruptedError):
            believer.update()
    current = Policies(believer.home).current()
    assert current is not None
    assert current.version in {4, 5}
    believer.update()
    newest = Policies(believer.home).current()
    assert newest is not None
    assert newest.version == 5
    assert believer.update() is None


def test_a_damaged_chain_begins_again_with_the_first_root(believer: Believer) -> None:
    for damage in (b"", b"{}", b"[]", b'{"schema": 1, "metadata": {}, "targets": {}}', os.urandom(300)):
        believer.home.chain_file.write_bytes(damage)
        assert Chain.from_bytes(damage) is None
        assert believer.update() is None
        assert believer.digest() == believer.park.set().digest


# ---- TUF's attacks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_changes_nothing_and_is_named(believer: Believer, name: str) -> None:
    attack, said = ATTACKS[name]
    repository, before = attack(believer), believer.believed()
    with pytest.raises(SyncError, match=said):
        believer.update(repository)
    assert believer.believed() == before


@pytest.mark.parametrize("name", ATTACKS)
def test_after_the_attack_the_honest_next_set_is_believed(believer: Believer, name: str) -> None:
    honest = TrustRepository(NOON)
    honest.versions = dict.fromkeys(("timestamp", "snapshot", "targets", "park-7"), 60)
    honest.files[root_path(1)] = believer.repository.files[root_path(1)]
    attack, said = ATTACKS[name]
    with pytest.raises(SyncError, match=said):
        believer.update(attack(believer))
    honest.now = believer.clock.at
    honest.sign_root(honest.roots, version=2)
    honest.publish(SmallPark(keys_version=70).keys_file(), {PARK: SmallPark(version=70).park_file()})
    assert believer.update(honest) == 70


@pytest.mark.parametrize("attack", [older, lower_set, lower_keys])
def test_the_floors_hold_when_all_that_was_kept_is_lost(believer: Believer, attack: Attack) -> None:
    believer.floor = TrustBody(park=PARK, version=4, digest=believer.park.set().digest, keys_version=3, root_version=1)
    repository = attack(believer)
    shutil.rmtree(believer.home.trust)
    with pytest.raises(SyncError, match="older than what was believed"):
        believer.update(repository)
    assert not believer.home.trust.exists()


def test_an_old_root_is_not_enough_once_a_newer_one_was_believed(believer: Believer) -> None:
    """The keys of the first root were stolen after they had been exchanged, and the kiosk has lost its cache."""
    believer.floor = TrustBody(park=PARK, version=4, digest=believer.park.set().digest, keys_version=3, root_version=2)
    stolen = TrustRepository(NOON)
    stolen.publish(SmallPark(keys_version=99).keys_file(), {PARK: SmallPark(version=99).park_file()})
    shutil.rmtree(believer.home.trust)
    with pytest.raises(SyncError, match=r"1 of the root \(2\)"):
        believer.update(stolen)


def test_another_registry_is_not_followed_after_a_lost_cache(believer: Believer) -> None:
    shutil.rmtree(believer.home.trust)
    with pytest.raises(SyncError, match="another registry answers"):
        believer.update(by_a_thief(believer))


def test_while_the_clock_is_in_doubt_nothing_counts_as_expired_that_may_not_be(believer: Believer) -> None:

    class InDoubt(ManualClock):
        def now(self) -> Moment:
            return Moment.between(self.at, self.at + 400 * DAY, self.at + 100 * DAY)

    believer.clock = InDoubt(NOON)
    assert believer.update() is None
    believer.publish(policy={"skew_seconds": 60})
    assert believer.update() == 5


@pytest.mark.parametrize("name", ["timestamp", "2.root", "snapshot", "targets", "park-7", "keys", "set"])
def test_a_connection_that_breaks_anywhere_changes_nothing(believer: Believer, name: str) -> None:
    newer(believer)
    before = believer.believed()

    class Broken:
        def trust_file(self, path: str) -> bytes | None:
            if f"{name}.json" in path:
                raise UnreachableError("There is no connection to the registry.")
            return believer.repository.trust_file(path)

    with pytest.raises(UnreachableError, match="no connection"):
        believer.update(Broken())
    assert believer.believed() == before


def test_a_stick_with_pipes_folders_and_nonsense_in_place_of_files_hangs_nobody(
    believer: Believer, tmp_path: Path
) -> None:
    newer(believer)
    before = believer.believed()
    spoilers: list[Callable[[str], object]] = [os.mkfifo, os.mkdir, lambda place: Path(place).write_bytes(b"\0" * 500)]
    for number, spoil in enumerate(spoilers):
        for path in ("metadata/timestamp.json", f"metadata/{believer.repository.versions['snapshot']}.snapshot.json"):
            stick = believer.repository.write_to(tmp_path / f"bad-{number}-{Path(path).name}")
            (stick / path).unlink()
            spoil(str(stick / path))
            with pytest.raises(SyncError):
                believer.update(Folder(stick))
    assert believer.believed() == before


# ---- what a reader found -------------------------------------------------------------------------------------------


def stolen_first_root() -> TrustRepository:
    """Keys of the first root that were exchanged long ago: they sign roots of any number, and all that follows."""
    thief = TrustRepository(NOON)
    thief.publish(SmallPark().keys_file(), {PARK: SmallPark().park_file()})
    for _ in range(4):
        thief.rotate_root(0)
    thief.publish(SmallPark(keys_version=99).keys_file(), {PARK: SmallPark(version=99).park_file()})
    return thief


def test_exchanged_root_keys_are_nobody_s_word_to_a_kiosk_that_has_lost_its_chain(believer: Believer) -> None:
    believer.repository.rotate_root(1)
    believer.repository.rotate_root(2)
    believer.publish(policy={"skew_seconds": 60})
    assert believer.update() == 5
    root = believer.policies.root()
    assert root.version == 3
    believer.floor = TrustBody(
        park=PARK,
        version=5,
        digest=believer.park.set().digest,
        keys_version=3,
        root_version=3,
        root_sha256=root.sha256,
    )
    shutil.rmtree(believer.home.trust)
    with pytest.raises(SyncError, match="None of the roots here"):
        believer.update(stolen_first_root())
    assert believer.update() == 5  # the honest ones are followed from the root that the journal knows


def test_a_root_of_the_believed_version_with_other_bytes_is_refused(believer: Believer) -> None:
    believer.floor = TrustBody(
        park=PARK, version=4, digest=believer.park.set().digest, keys_version=3, root_version=1, root_sha256=bytes(32)
    )
    newer(believer)
    with pytest.raises(SyncError, match="another root of version 1"):
        believer.update()


JUNK: dict[str, Callable[[str], str | bytes]] = {
    "UTF-16": lambda text: text.encode("utf-16"),
    "a member twice": lambda text: text.replace('"schema": 1', '"schema": 1, "schema": 1'),
    "nested without end": lambda text: "[" * 100_000,
    "nothing": lambda text: "null",
}


def half_a_character(text: str) -> str:
    return text.replace('"schema": 1', '"schema": 1, "remark": "\\ud800"')


@pytest.mark.parametrize(
    ("which", "spoil"),
    [*((which, spoil) for which in ("keys", "set") for spoil in JUNK.values()), ("set", half_a_character)],
    ids=[*(f"{which}, {name}" for which in ("keys", "set") for name in JUNK), "set, half a character"],
)
def test_authentic_junk_changes_nothing_and_is_named(
    believer: Believer, which: str, spoil: Callable[[str], str | bytes]
) -> None:
    park = SmallPark(version=5, keys_version=4)
    files = {"keys": park.keys_file(), "set": park.park_file()}
    spoiled = spoil(files[which].decode())
    files[which] = spoiled.encode("utf-8", "surrogatepass") if isinstance(spoiled, str) else spoiled
    before = believer.believed()
    believer.repository.publish(files["keys"], {PARK: files["set"]})
    with pytest.raises(SyncError):
        believer.update()
    assert believer.believed() == before


def test_an_online_key_without_a_name_is_a_sentence(believer: Believer) -> None:
    raw = json.loads(believer.park.keys_file()) | {"version": 9, "online_keys": [{"parks": []}]}
    believer.repository.publish(json.dumps(raw).encode(), {PARK: believer.park.park_file()})
    with pytest.raises(SyncError, match="cannot be put together"):
        believer.update()


def test_a_time_after_the_end_of_what_officers_signed_is_nobody_s_word(believer: Believer) -> None:
    """A registry whose clock is ten years ahead must not move a kiosk's time for ever."""
    believer.repository.sign_timestamp(signed_at=NOON + 3650 * DAY)
    before = believer.believed()
    believer.clock.signed_times.clear()
    with pytest.raises(SyncError, match="had expired"):
        believer.update()
    assert believer.clock.signed_times == []
    assert believer.believed() == before


def test_no_room_to_check_in_is_a_sentence_and_no_mistake(
    believer: Believer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer(believer)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(SyncError, match="no room"):
        believer.update()


def test_the_pinned_certificates_come_back_from_the_kiosk_s_own_chain(believer: Believer) -> None:
    believer.publish(keys_version=4, park_ca=[CERTIFICATE])
    believer.update()
    believer.home.park_ca_file.unlink()

    class Nobody:
        def trust_file(self, path: str) -> bytes | None:
            raise UnreachableError("There is no connection to the registry.")

    with pytest.raises(UnreachableError):
        believer.update(Nobody())
    assert believer.home.park_ca_file.read_text().strip() == CERTIFICATE.strip()


def test_a_kiosk_of_before_is_told_what_to_do(believer: Believer) -> None:
    believer.root_sha256 = b""
    with pytest.raises(SyncError, match=r"journal export.*enrol it anew"):
        believer.update()
