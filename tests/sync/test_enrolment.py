import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import QaqpaError, UsageError
from kiosk.rules.words import LaneDirection
from kiosk.store.home import Home
from kiosk.store.policies import Policies
from sync.enrolment import Enrolment, enrol
from sync.errors import CutOffError, RegistryRefusedError, SyncError, UntrustedError
from sync.protocol import Enrolled, EnrolmentRequest
from sync.signing import public_half
from sync.transport import Signer
from sync.trust import root_path
from tests.support.bad_registry import BadRegistry, failing
from tests.support.park import KID, NOON, SmallPark
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import NOWHERE
from tests.support.trust_repository import TrustRepository


def enrol_at(registry: Any, home: Home, code: str, url: str = NOWHERE) -> Enrolment:
    return enrol(home, url, code, software="qaqpa test", now=lambda: NOON, connect=lambda *_given: registry)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "kiosk")


def test_a_folder_becomes_the_kiosk_its_code_was_given_for(registry: RegistrySimulator, home: Home) -> None:
    enrolment = enrol_at(registry, home, registry.code(gate=3, lane=2, direction=LaneDirection.ENTRY).lower())
    record = home.enrolled()
    assert record == enrolment.record
    assert (record.park, record.gate, record.lane, record.direction) == (7, 3, 2, LaneDirection.ENTRY)
    first = registry.trust.files[root_path(1)]
    assert (record.registry, record.root_sha256, record.enrolled_at) == (NOWHERE, hashlib.sha256(first).digest(), NOON)
    believed = Policies(home).current()
    assert believed is not None
    assert believed.digest == registry.park.set().digest


def test_only_the_secret_half_is_sent_and_the_device_makes_its_own_key(registry: RegistrySimulator, home: Home) -> None:
    sent: list[EnrolmentRequest] = []

    def watch(good: RegistrySimulator, request: EnrolmentRequest) -> Enrolled:
        sent.append(request)
        return good.enrol(request)

    code = registry.code()
    enrol_at(BadRegistry(registry, on={"enrol": watch}), home, code)
    assert sent[0].code == code.replace("-", "")[:16]
    assert sent[0].public_key == public_half(home.device_key())


THIEF = TrustRepository(NOON, name="thief")
THIEF.publish(SmallPark().keys_file(), {7: SmallPark().park_file()})


def changed(part: bytes, by: bytes) -> Callable[[RegistrySimulator, str], bytes | None]:
    """The honest files with one thing changed in each."""

    def answer(good: RegistrySimulator, path: str) -> bytes | None:
        data = good.trust_file(path)
        return data and data.replace(part, by)

    return answer


def another_root_for_the_same_keys(good: RegistrySimulator, path: str) -> bytes | None:
    return THIEF.trust_file(path) if path != root_path(1) else good.trust_file(path)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _good, path: THIEF.trust_file(path),
        another_root_for_the_same_keys,
        lambda _good, _path: None,
        lambda _good, _path: b"",
        lambda good, path: good.trust_file(path) if path == root_path(1) else None,
        changed(b'"version": 1', b'"version": 2'),
        changed(KID.encode(), b"2608"),
    ],
    ids=["another root", "signed by others", "nothing", "empty", "no more than the root", "versions", "another key"],
)
def test_the_secret_never_leaves_before_the_registry_has_proved_itself(
    registry: RegistrySimulator, home: Home, answer: Callable[..., Any]
) -> None:
    bad = BadRegistry(registry, on={"trust_file": answer})
    with pytest.raises(SyncError):
        enrol_at(bad, home, registry.code())
    assert set(bad.asked) == {"trust_file"}
    assert home.device is None
    assert not home.kiosk.exists()


def test_an_address_on_the_network_needs_the_certificates_that_officers_signed(
    registry: RegistrySimulator, home: Home, tmp_path: Path
) -> None:
    bad = BadRegistry(registry)
    with pytest.raises(UntrustedError, match="no certificate of the park"):
        enrol_at(bad, home, registry.code(), "https://registry.example.kz")
    assert "enrol" not in bad.asked


def test_a_folder_that_is_a_kiosk_already_stays_what_it_is(registry: RegistrySimulator, home: Home) -> None:
    enrol_at(registry, home, registry.code(gate=1))
    bad, before = BadRegistry(registry), home.device
    with pytest.raises(UsageError, match=r"already device 1000001 \(park 7, gate 1, lane 1\)"):
        enrol_at(bad, home, registry.code(gate=2))
    assert (bad.asked, home.device) == ([], before)


def test_a_reply_that_got_lost_is_asked_for_again_with_the_same_code(registry: RegistrySimulator, home: Home) -> None:
    def lose(good: RegistrySimulator, request: EnrolmentRequest) -> Enrolled:
        good.enrol(request)
        raise CutOffError("The connection to the registry broke.")

    code = registry.code()
    with pytest.raises(CutOffError):
        enrol_at(BadRegistry(registry, on={"enrol": lose}), home, code)
    assert home.device is None
    assert enrol_at(registry, home, code).record.device == 1_000_001


def test_a_code_that_was_used_by_another_machine_is_refused(
    registry: RegistrySimulator, home: Home, tmp_path: Path
) -> None:
    code = registry.code()
    enrol_at(registry, home, code)
    other = Home(tmp_path / "other")
    with pytest.raises(RegistryRefusedError, match="used"):
        enrol_at(registry, other, code)
    assert other.device is None


def test_a_registry_that_puts_the_kiosk_into_another_park_is_not_followed(
    registry: RegistrySimulator, home: Home
) -> None:
    elsewhere = Enrolled(device=5, park=8, gate=1, lane=1, direction=LaneDirection.BOTH, poll_after_seconds=10)
    with pytest.raises(UntrustedError, match=r"parks/8/set\.json"):
        enrol_at(BadRegistry(registry, on={"enrol": lambda *_given: elsewhere}), home, registry.code())
    assert home.device is None


@pytest.mark.parametrize(("code", "url"), [("ABC", NOWHERE), ("", NOWHERE), (None, "http://registry.example.kz")])
def test_a_wrong_code_or_address_asks_nobody(
    registry: RegistrySimulator, home: Home, code: str | None, url: str
) -> None:
    bad = BadRegistry(registry)
    with pytest.raises(UsageError):
        enrol_at(bad, home, registry.code() if code is None else code, url)
    assert bad.asked == []


def test_the_first_request_that_is_signed_is_the_enrolment(registry: RegistrySimulator, home: Home) -> None:
    signers: list[Signer | None] = []

    def connect(_url: str, signer: Signer | None, _ca_file: Path | None = None) -> RegistrySimulator:
        signers.append(signer)
        return registry

    enrol(home, NOWHERE, registry.code(), software="qaqpa test", now=lambda: NOON, connect=connect)
    assert signers[0] is None
    assert signers[1] is not None
    assert "Signature" in signers[1].sign("POST", "/v1/enrolments", b"{}")


def test_a_registry_that_is_away_leaves_the_folder_as_it_was(registry: RegistrySimulator, home: Home) -> None:
    with pytest.raises(QaqpaError):
        enrol_at(BadRegistry(registry, on={"trust_file": failing(CutOffError("broke"))}), home, registry.code())
    assert not home.kiosk.exists()


def test_an_enrolment_that_broke_off_leaves_no_set_behind_that_another_one_would_be_older_than(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = RegistrySimulator(park=SmallPark(version=50, keys_version=50))
    with monkeypatch.context() as patched:
        patched.setattr(Home, "save_device", lambda *_given: (_ for _ in ()).throw(InterruptedError))
        with pytest.raises(InterruptedError):
            enrol_at(first, home, first.code())
    other = RegistrySimulator(trust=TrustRepository(NOON, name="other"))
    assert enrol_at(other, home, other.code()).set.version == 1


def test_a_code_names_the_newest_root_and_whoever_has_the_exchanged_keys_is_nobody(
    registry: RegistrySimulator, home: Home
) -> None:
    registry.sign()
    stolen = TrustRepository(NOON)
    stolen.publish(SmallPark(keys_version=9).keys_file(), {7: SmallPark(version=9).park_file()})
    for place in (0, 1, 2):
        registry.trust.rotate_root(place)
        stolen.sign_root(stolen.roots)
    registry.trust.sign_snapshot()
    stolen.sign_snapshot()
    code = registry.code()
    bad = BadRegistry(registry, on={"trust_file": lambda _good, path: stolen.trust_file(path)})
    with pytest.raises(UntrustedError, match="None of the roots"):
        enrol_at(bad, home, code)
    assert set(bad.asked) == {"trust_file"}
    assert (
        enrol_at(registry, home, code).record.root_sha256
        == hashlib.sha256(registry.trust.files["metadata/4.root.json"]).digest()
    )
