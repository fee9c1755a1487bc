"""`qaqpa registry device`: suspend, restore, revoke, take; and what `registry devices` shows of a device's life."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.permit import Party
from kiosk.rules.words import LaneDirection
from sync.enrolment_code import EnrolmentCode
from sync.errors import RegistryRefusedError
from sync.protocol import EnrolmentRequest
from sync.registry.service import RegistryService, init_registry
from sync.registry.wire import RegistryEnd
from sync.signing import public_half
from tests.support.shell import Finished, qaqpa_here
from tests.sync.registry.conftest import NOON, Gate, HeldClock


@pytest.fixture(scope="module")
def clock() -> HeldClock:
    """The registry's clock; the commands go by the machine's."""
    return HeldClock(NOON)


@pytest.fixture
def service(tmp_path: Path, clock: HeldClock) -> Iterator[RegistryService]:
    """A demo registry of the test's own."""
    clock.at = NOON
    with closing(init_registry(tmp_path / "registry", is_demo=True, now=clock)) as service:
        yield service


def device(tmp_path: Path, *words: str) -> Finished:
    return qaqpa_here("registry", "device", *words, "--data", tmp_path, "--json")


def devices(tmp_path: Path, *words: str) -> Finished:
    return qaqpa_here("registry", "devices", "--park", "7", "--data", tmp_path, *words)


def admit(service: RegistryService, gate: Gate) -> None:
    (ticket,) = service.issue(
        park=7, product=1, party=Party(adults=2), nbf=NOON - 4 * 3600, exp=NOON + 8 * 3600, issued_at=NOON - 86_400
    )
    gate.admit(ticket)
    gate.push()


def test_a_suspended_device_is_restored_and_what_it_sent_is_taken_in(tmp_path: Path, service: RegistryService) -> None:
    gate = Gate(RegistryEnd(service), service, 7, 1)
    number = str(gate.device)
    suspended = device(tmp_path, "suspend", number, "--reason", "copied?")
    assert (suspended.code, suspended.record["was"], suspended.record["status"]) == (0, "active", "suspended")
    admit(service, gate)
    assert "suspended (copied?)" in devices(tmp_path).out
    assert "1 entries are set aside" in devices(tmp_path).out
    restored = device(tmp_path, "restore", number, "--reason", "it was the same")
    assert (restored.record["status"], restored.record["taken"], restored.record["set_version"]) == ("active", 1, None)


def test_a_revoked_device_is_listed_with_its_day_and_reason_and_cannot_come_back(
    tmp_path: Path, service: RegistryService
) -> None:
    gate = Gate(RegistryEnd(service), service, 7, 1)
    number = str(gate.device)
    before = service.policy_set(7).version
    revoked = device(tmp_path, "revoke", number, "--reason", "stolen")
    assert (revoked.code, revoked.record["status"], revoked.record["set_version"]) == (0, "revoked", before + 1)
    assert device(tmp_path, "revoke", number, "--reason", "again").record["set_version"] is None
    for command in ("restore", "suspend"):
        refused = device(tmp_path, command, number, "--reason", "found")
        assert (refused.code, "cannot be undone" in refused.err, "qaqpa registry enrol" in refused.err) == (
            2,
            True,
            True,
        )
    admit(service, gate)
    (record,) = devices(tmp_path, "--json").records
    assert (record["status"], record["remark"], record["quarantined"]) == ("revoked", "stolen", 1)
    assert record["revoked_at"] is not None
    assert "revoked on 20" in devices(tmp_path).out
    taken = device(tmp_path, "take", number)
    assert (taken.code, taken.record["taken"], taken.record["status"]) == (0, 1, "revoked")


def test_what_is_asked_of_no_device_or_of_the_wrong_one_is_a_sentence(tmp_path: Path, service: RegistryService) -> None:
    gate = Gate(RegistryEnd(service), service, 7, 1)
    for words in (("revoke", "1", "--reason", "x"), ("take", "1"), ("take", str(gate.device)), ("suspend", "x")):
        answer = device(tmp_path, *words)
        assert answer.code == 2
        assert answer.err.strip()


def test_the_list_shows_a_second_use_of_a_code_and_wrong_ones(
    tmp_path: Path, service: RegistryService, clock: HeldClock
) -> None:
    end = RegistryEnd(service)
    code = EnrolmentCode.parse(service.enrol(7, 1, 1, LaneDirection.ENTRY).text).secret

    def join(secret: str) -> None:
        key = public_half(Ed25519PrivateKey.generate())
        end.enrol(EnrolmentRequest(code=secret, public_key=key, software="test"))

    join(code)
    for secret in (code, code, "0" * 16):
        with pytest.raises(RegistryRefusedError):
            join(secret)
    answer = devices(tmp_path)
    assert "its enrolment code was tried again on 2026-07-05 12:00, 2 times by now" in answer.out
    assert answer.code == 1
    assert devices(tmp_path, "--json").records[0]["code_tries"] == 2


def test_a_replaced_kiosk_stays_in_the_list(tmp_path: Path, service: RegistryService, clock: HeldClock) -> None:
    old = Gate(RegistryEnd(service), service, 7, 1)
    clock.at += 3600
    new = Gate(RegistryEnd(service), service, 7, 1)
    records = {record["device"]: record for record in devices(tmp_path, "--json").records}
    assert (records[old.device]["status"], records[old.device]["replaced_by"]) == ("replaced", new.device)
    assert records[new.device]["status"] == "active"
    assert f"replaced on 2026-07-05 13:00 by device {new.device}" in devices(tmp_path).out
