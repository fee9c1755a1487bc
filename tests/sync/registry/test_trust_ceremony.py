"""The ceremony: what officers sign with keys that the registry never sees, and what it takes in."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.words import LaneDirection
from sync.registry import trust_folder, trust_stick, trust_words
from sync.registry import trust_signing as signing
from sync.registry.issuer_keys import NextKey
from sync.registry.service import RegistryService, open_registry
from sync.registry.trust_ceremony import RootChange
from sync.registry.trust_desk import TrustDesk
from sync.registry.trust_folder import Parts, Prepared
from sync.registry.trust_follow import CannotFollowError, follow
from sync.registry.wire import RegistryEnd
from tests.support.officers import Officer, Officers
from tests.sync.registry.conftest import NOON, HeldClock

DAY = 86_400
OLD = Path(__file__).parents[2] / "data" / "schema-1" / "registry"


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(NOON)


@pytest.fixture
def service(tmp_path: Path, clock: HeldClock) -> Iterator[RegistryService]:
    """A registry of before that has park 7 and has signed nothing yet."""
    shutil.copytree(OLD, tmp_path / "registry")
    service = open_registry(tmp_path / "registry", now=clock)
    yield service
    service.close()


@pytest.fixture
def officers(service: RegistryService, tmp_path: Path) -> Officers:
    """Three with root keys, one with the targets key."""
    return Officers(TrustDesk(service), tmp_path / "sticks")


@pytest.fixture
def begun(officers: Officers) -> Officers:
    """The same, after the first ceremony."""
    officers.begin()
    return officers


class Kiosk:
    """A client that keeps what it knows, and asks whenever it is told to."""

    def __init__(self, service: RegistryService, clock: HeldClock, cache: Path) -> None:
        self.end, self.clock, self.cache = RegistryEnd(service), clock, cache
        root = self.end.trust_file("metadata/1.root.json")
        assert root is not None
        self.root = root

    def follow(self, *parks: int) -> dict[str, dict[str, object]]:
        """The list of keys as it has it now, and the sets of these parks."""
        found = follow(self.end.trust_file, self.root, parks, self.clock.at, self.cache)
        return {path: json.loads(data) for path, data in found.items()}

    @property
    def keys_version(self) -> object:
        """The version of the list of keys that it has now."""
        return self.follow()["keys.json"]["version"]


@pytest.fixture
def kiosk(begun: Officers, service: RegistryService, clock: HeldClock, tmp_path: Path) -> Kiosk:
    """One that has followed from the first root."""
    found = Kiosk(service, clock, tmp_path / "kiosk")
    found.follow()
    return found


# ---- the first ceremony ---------------------------------------------------------------------------------------------


def test_two_of_three_and_the_targets_key_make_a_registry_that_kiosks_can_enrol_at(
    kiosk: Kiosk, service: RegistryService
) -> None:
    found = kiosk.follow(7)
    assert found["keys.json"]["version"] == 1
    assert found["parks/7/set.json"]["version"] == service.policy_set(7).version
    service.enrol(7, 1, 1, LaneDirection.ENTRY)
    kept = {path.name for path in (service.folder.path / "keys").glob("trust-*")}
    assert kept == {"trust-online.key"}  # no officer's key was ever here


def test_one_signature_is_not_enough_and_the_same_officer_twice_is_one(
    officers: Officers, service: RegistryService
) -> None:
    aigul, berik, _ = officers.roots
    path = officers.written(officers.desk.begin([each.half for each in officers.roots], 2, officers.targets.half))
    for _time in range(2):
        aigul.sign(path)
        with pytest.raises(UsageError, match="aigul did, and 1 more of berik, chingiz"):
            officers.desk.take_in(path)
    berik.sign(path)
    with pytest.raises(UsageError, match="list of keys: nobody did, and 1 more of dana"):
        officers.desk.take_in(path)
    with pytest.raises(UsageError, match="no signed root"):  # nothing of it was taken in
        service.enrol(7, 1, 1, LaneDirection.ENTRY)
    officers.targets.sign(path)
    assert officers.desk.take_in(path).root == 1


def test_a_stranger_and_an_altered_folder_are_refused(officers: Officers) -> None:
    path = officers.written(officers.desk.begin([each.half for each in officers.roots], 2, officers.targets.half))
    with pytest.raises(UsageError, match="has no say"):
        Officer("thief").sign(path)
    keys = path / "keys.json"
    keys.write_bytes(keys.read_bytes().replace(b'"version":1', b'"version":9'))
    with pytest.raises(UsageError, match="was altered"):
        officers.targets.sign(path)


def test_a_signature_over_other_bytes_counts_for_nothing(officers: Officers) -> None:
    path = officers.written(officers.desk.begin([each.half for each in officers.roots], 2, officers.targets.half))
    for officer in (*officers.roots, officers.targets):
        officer.sign(path)
    root = path / "1.root.json"
    root.write_bytes(root.read_bytes().replace(b'"threshold":2', b'"threshold":1'))
    with pytest.raises(UsageError, match="nobody did"):
        officers.desk.take_in(path)


@pytest.mark.parametrize(
    ("names", "threshold", "said"),
    [(3, 1, "threshold of 1"), (2, 2, "one lost key would be the end"), (3, 3, "at least 4 keys")],
)
def test_a_ceremony_that_could_not_be_repeated_or_is_no_ceremony_is_refused(
    officers: Officers, names: int, threshold: int, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        officers.desk.begin([each.half for each in officers.roots[:names]], threshold, officers.targets.half)


def test_the_same_key_under_two_names_is_one(officers: Officers) -> None:
    aigul, berik, _ = officers.roots
    twice = [aigul.half, berik.half, Officer("again", key=aigul.key).half]
    with pytest.raises(UsageError, match="given twice"):
        officers.desk.begin(twice, 2, officers.targets.half)


def test_a_folder_that_was_taken_in_once_may_be_taken_in_again(officers: Officers, service: RegistryService) -> None:
    path = officers.written(officers.desk.begin([each.half for each in officers.roots], 2, officers.targets.half))
    for officer in (*officers.roots, officers.targets):
        officer.sign(path)
    first = officers.desk.take_in(path)
    again = officers.desk.take_in(path)  # the answer to the first was lost
    assert (first.root, first.keys) == (again.root, again.keys) == (1, 1)
    with pytest.raises(UsageError, match="has its root already"):
        officers.desk.begin([each.half for each in officers.roots], 2, officers.targets.half)


# ---- keys -----------------------------------------------------------------------------------------------------------


def test_a_changed_key_waits_for_the_officer_and_is_believed_then(
    begun: Officers, kiosk: Kiosk, service: RegistryService
) -> None:
    with pytest.raises(UsageError, match="nothing to sign"):
        begun.desk.prepare_keys()
    key = service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    assert kiosk.keys_version == 1
    assert [line[0] for line in begun.desk.state().waiting] == ["+"]
    begun.publish_keys()
    found = kiosk.follow()["keys.json"]
    assert found["version"] == 2
    assert key.as_json() in found["keys"]  # type: ignore[operator]
    assert begun.desk.state().waiting == ()


def test_of_two_lists_prepared_side_by_side_the_second_is_prepared_anew(
    begun: Officers, service: RegistryService
) -> None:
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    first, second = (begun.written(begun.desk.prepare_keys()) for _ in range(2))
    service.add_issuer_key(7, NextKey(sign_not_before=NOON + DAY))
    for path in (first, second):
        begun.targets.sign(path)
    begun.desk.take_in(first)
    begun.desk.take_in(first)
    third = begun.written(begun.desk.prepare_keys())
    begun.targets.sign(third)
    begun.desk.take_in(third)
    with pytest.raises(UsageError, match="prepare it anew"):
        begun.desk.take_in(second)


def test_a_list_that_is_signed_and_that_no_kiosk_could_follow_is_refused(
    begun: Officers, kiosk: Kiosk, service: RegistryService
) -> None:
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    prepared = begun.desk.prepare_keys()
    targets = prepared.new.targets_metadata()
    assert targets is not None
    document = json.loads(prepared.new.keys or b"")
    document["keys"].append(document["keys"][0] | {"parks": []})  # one key id, two keys
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    body = signing.targets_body(2, NOON, content, signing.delegated_parks(targets.signed))
    path = begun.written(Prepared(new=Parts(targets=signing.signed(body), keys=content), before=prepared.before))
    begun.targets.sign(path)
    with pytest.raises(UsageError, match="A kiosk could not follow"):
        begun.desk.take_in(path)
    assert kiosk.keys_version == 1


def test_the_words_name_what_changes_and_who_has_signed(begun: Officers, service: RegistryService) -> None:
    state = service.key_states(7)[0]
    service.revoke_issuer_key(7, state.key.kid)
    path = begun.written(begun.desk.prepare_keys())
    words = "\n".join(trust_words.described(trust_folder.read(path)))
    assert f"~ issuer key {state.key.kid} of park 7: status active → revoked" in words
    assert "by the targets key: nobody yet; 1 more of dana" in words
    begun.targets.sign(path)
    assert trust_words.missing(trust_folder.read(path)) == 0


def test_a_parks_own_key_is_changed_by_the_officer_and_kiosks_follow(
    begun: Officers, kiosk: Kiosk, service: RegistryService
) -> None:
    before = service.folder.set_key(7).private_bytes_raw()
    begun.desk.next_park_key(7)
    service.publish_set(7)  # still by the key in force
    kiosk.follow(7)
    begun.publish_keys()
    kiosk.follow(7)
    assert service.folder.set_key(7).private_bytes_raw() != before
    assert service.folder.next_set_key(7) is None
    service.publish_set(7)
    assert kiosk.follow(7)["parks/7/set.json"]["version"] == service.policy_set(7).version
    assert begun.desk.state().waiting == ()


# ---- rotation -------------------------------------------------------------------------------------------------------


def signed_by(officers: Officers, change: RootChange, *who: Officer) -> Path:
    path = officers.written(officers.desk.rotate(change))
    for officer in who:
        officer.sign(path)
    return path


def test_an_officer_leaves_and_another_comes_and_a_kiosk_of_before_follows(begun: Officers, kiosk: Kiosk) -> None:
    aigul, berik, _chingiz = begun.roots
    yerlan = Officer("yerlan")
    change = RootChange(roots=[aigul.half, berik.half, yerlan.half])
    path = signed_by(begun, change, aigul, yerlan)
    with pytest.raises(UsageError, match="aigul did, and 1 more of berik, chingiz"):  # the old threshold counts, too
        begun.desk.take_in(path)
    berik.sign(path)
    begun.desk.take_in(path)
    kiosk.follow()
    assert b"yerlan" in kiosk.cache.read_bytes()


def test_new_officers_alone_cannot_take_over(begun: Officers) -> None:
    thieves = [Officer(name) for name in ("x", "y", "z")]
    path = signed_by(begun, RootChange(roots=[each.half for each in thieves]), *thieves)
    with pytest.raises(UsageError, match="nobody did, and 2 more of aigul, berik, chingiz"):
        begun.desk.take_in(path)


def test_the_targets_key_is_changed_with_the_list_that_it_signs(begun: Officers, kiosk: Kiosk) -> None:
    aigul, berik, _ = begun.roots
    begun.targets, before = Officer("dauren", "targets"), begun.targets
    path = signed_by(begun, RootChange(targets=begun.targets.half), aigul, berik)
    with pytest.raises(UsageError, match="has no say"):
        before.sign(path.parent / shutil.copytree(path, path.parent / "copy", ignore=shutil.ignore_patterns("*root*")))
    begun.targets.sign(path)
    begun.desk.take_in(path)
    assert kiosk.keys_version == 2


def test_the_online_key_is_changed_without_a_gap(
    begun: Officers, kiosk: Kiosk, service: RegistryService, clock: HeldClock
) -> None:
    before = service.folder.trust_key("online").private_bytes_raw()
    path = signed_by(begun, RootChange(is_online_new=True), *begun.roots[:2])
    clock.at += 2 * DAY
    kiosk.follow()  # the old key still signs meanwhile
    begun.desk.take_in(path)
    kiosk.follow()
    assert service.folder.trust_key("online").private_bytes_raw() != before
    clock.at += 2 * DAY
    kiosk.follow()


def test_a_crash_between_the_commit_and_the_new_keys_place_loses_nothing(
    begun: Officers, kiosk: Kiosk, service: RegistryService, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = signed_by(begun, RootChange(is_online_new=True), *begun.roots[:2])
    with monkeypatch.context() as patch:
        patch.setattr(TrustDesk, "settle", lambda _self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            begun.desk.take_in(path)
    clock.at += 2 * DAY
    kiosk.follow()
    begun.desk.take_in(path)
    kiosk.follow()
    assert not list((service.folder.path / "keys").glob("*-next.key"))


def test_a_next_key_that_waits_is_taken_again_and_one_that_a_thief_may_have_is_not(
    begun: Officers, service: RegistryService
) -> None:
    online, again, anew = (
        begun.desk.rotate(RootChange(is_online_new=True), is_anew=each) for each in (False, False, True)
    )
    assert _timestamp_key(online) == _timestamp_key(again)
    assert _timestamp_key(anew) != _timestamp_key(online)
    first, second, third = (begun.desk.next_park_key(7, is_anew=each) for each in (False, False, True))
    assert first == second
    assert third != first


def test_a_next_key_that_is_in_force_is_no_next_key(
    begun: Officers, service: RegistryService, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = signed_by(begun, RootChange(is_online_new=True), *begun.roots[:2])
    park = begun.desk.next_park_key(7)
    with monkeypatch.context() as patch:  # a crash before the keys are in their places
        patch.setattr(TrustDesk, "settle", lambda _self: None)
        begun.publish_keys()
        begun.desk.take_in(path)
    before = _timestamp_key(trust_folder.read(path))
    assert _timestamp_key(begun.desk.rotate(RootChange(is_online_new=True))) != before
    assert begun.desk.next_park_key(7) != park


def _timestamp_key(prepared: Prepared) -> list[str]:
    root = prepared.new.root_metadata()
    assert root is not None
    return root.signed.roles["timestamp"].keyids


def test_a_kiosk_that_was_away_through_every_rotation_catches_up(
    begun: Officers, kiosk: Kiosk, service: RegistryService, clock: HeldClock
) -> None:
    aigul, berik, chingiz = begun.roots
    for number in range(3):
        clock.at += 300 * DAY
        begun.desk.believe_clock()
        newcomer = Officer(f"new-{number}")
        begun.roots = [begun.roots[1], begun.roots[2], newcomer]
        halves = [each.half for each in begun.roots]
        path = signed_by(begun, RootChange(roots=halves, is_online_new=True), aigul, berik, chingiz, newcomer)
        begun.desk.take_in(path)
        aigul, berik, chingiz = begun.roots
        begun.publish_keys() if number else None
    assert kiosk.follow(7)["keys.json"]["version"] == 3


def test_a_trial_becomes_a_real_one_and_its_keys_are_gone(
    officers: Officers, service: RegistryService, clock: HeldClock, tmp_path: Path
) -> None:
    service.make_trust_here()
    kiosk = Kiosk(service, clock, tmp_path / "trial")
    kiosk.follow()
    change = RootChange(roots=[each.half for each in officers.roots], threshold=2, targets=officers.targets.half)
    path = signed_by(officers, change, *officers.roots[:2], officers.targets)
    officers.desk.take_in(path)
    kiosk.follow()
    assert not officers.desk.state().is_here
    assert {each.name for each in (service.folder.path / "keys").glob("trust-*")} == {"trust-online.key"}
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    assert kiosk.keys_version == 2  # until the officer signs


# ---- the stick ------------------------------------------------------------------------------------------------------


def from_folder(folder: Path) -> Callable[[str], bytes | None]:
    return lambda name: (folder / name).read_bytes() if (folder / name).is_file() else None


def test_a_stick_is_all_a_kiosk_needs_even_after_rotations(
    begun: Officers, kiosk: Kiosk, service: RegistryService, clock: HeldClock, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    begun.desk.take_in(signed_by(begun, RootChange(is_online_new=True), *begun.roots[:2]))
    service.publish_set(7)
    clock.at += 20 * DAY
    written = begun.desk.stick(stick)
    assert written.parks == (7,)
    found = follow(from_folder(written.folder), kiosk.root, [7], clock.at + 34 * DAY, kiosk.cache)
    assert json.loads(found["parks/7/set.json"])["version"] == service.policy_set(7).version
    again = begun.desk.stick(stick, [7])
    assert [path.name for path in stick.iterdir()] == ["qaqpa-trust"]
    assert again.files == sum(path.is_file() for path in again.folder.rglob("*"))
    with pytest.raises(UsageError, match="does not name park 9"):
        begun.desk.stick(stick, [9])


def test_a_stick_is_good_for_35_days_from_when_it_is_written(
    begun: Officers, service: RegistryService, clock: HeldClock, tmp_path: Path
) -> None:
    root = RegistryEnd(service).trust_file("metadata/1.root.json")
    assert root is not None
    clock.at += 6 * DAY  # the snapshot is not old enough to be signed anew by itself
    stick = begun.desk.stick(tmp_path).folder
    follow(from_folder(stick), root, [7], clock.at + 35 * DAY - 1)
    with pytest.raises(CannotFollowError, match="expired"):
        follow(from_folder(stick), root, [7], clock.at + 35 * DAY + 1)


def test_a_stick_that_cannot_be_read_back_leaves_the_one_before(
    begun: Officers, tmp_path: Path, clock: HeldClock
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    before = begun.desk.stick(stick)
    with begun.desk._service.database.reading() as connection:
        found = trust_stick.files(connection)
    (name,) = [name for name in found if name.endswith(".keys.json")]
    with pytest.raises(EnvironmentalError, match="take another stick"):
        trust_stick.write(stick, found | {name: found[name][:-1] + b" "}, clock.at)
    trust_stick.verify(before.folder, [7], clock.at)


# ---- how it is ------------------------------------------------------------------------------------------------------


def test_the_state_warns_before_what_officers_sign_expires(begun: Officers, clock: HeldClock) -> None:
    assert begun.desk.state().is_good
    states = {state.role: state for state in begun.desk.state().roles}
    assert (states["root"].keys, states["root"].threshold) == (("aigul", "berik", "chingiz"), 2)
    assert states["targets"].keys == ("dana",)
    clock.at += 371 * DAY
    due = [state.role for state in begun.desk.state().roles if state.is_due]
    assert "targets" in due
    assert "root" not in due


def test_the_state_before_any_root_is_not_good(officers: Officers) -> None:
    assert officers.desk.state().roles == ()
    assert not officers.desk.state().is_good


def test_what_has_expired_is_renewed_by_the_officer_and_followed(
    begun: Officers, kiosk: Kiosk, clock: HeldClock
) -> None:
    clock.at += 401 * DAY
    with pytest.raises(CannotFollowError, match="expired"):
        kiosk.follow()
    begun.desk.believe_clock()
    begun.publish_keys()
    assert kiosk.keys_version == 2


def test_where_root_and_list_have_both_expired_one_can_be_the_first(
    begun: Officers, kiosk: Kiosk, clock: HeldClock
) -> None:
    clock.at += 6 * 365 * DAY
    begun.desk.believe_clock()
    begun.desk.take_in(signed_by(begun, RootChange(), *begun.roots[:2]))
    assert [state.role for state in begun.desk.state().roles if state.is_due] == ["targets"]
    begun.publish_keys()
    assert kiosk.keys_version == 2
    assert begun.desk.state().is_good


# ---- the registry's clock -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [-301, 41 * DAY])
def test_nothing_is_signed_with_a_clock_that_is_plainly_wrong(
    begun: Officers, kiosk: Kiosk, service: RegistryService, clock: HeldClock, tmp_path: Path, seconds: int
) -> None:
    def signed() -> bytes | None:
        return RegistryEnd(service).trust_file("metadata/timestamp.json")

    before = signed()
    clock.at += seconds
    with pytest.raises(EnvironmentalError, match="Set this machine's clock"):
        service.publish_set(7)
    with pytest.raises(EnvironmentalError, match="Set this machine's clock"):
        begun.desk.stick(tmp_path)
    assert service.settle_shares(7) is None
    assert signed() == before
    assert "Set this machine's clock" in (begun.desk.state().clock or "")
    assert not begun.desk.state().is_good
    begun.desk.believe_clock()  # a person says that it is right
    assert begun.desk.state().is_good
    service.publish_set(7)
    assert signed() != before


@pytest.mark.parametrize("seconds", [-299, 39 * DAY])
def test_a_clock_that_may_be_right_signs(
    begun: Officers, service: RegistryService, clock: HeldClock, seconds: int
) -> None:
    clock.at += seconds
    service.publish_set(7)
    assert begun.desk.state().is_good
