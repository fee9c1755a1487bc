"""What a kiosk relies on, held by the simulator and by the real service over HTTP alike."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kiosk.devices.health import DeviceKind, Health, HealthState
from kiosk.devices.noted import HealthNotes
from kiosk.rules.personal import lookup_key_id
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.revocation import LogHead
from sync.client import device_signer
from sync.errors import CursorExpiredError, RegistryRefusedError
from sync.health_report import DeviceHealth, HealthReport
from sync.lookup_key import fetch_lookup_key
from sync.protocol import (
    ChangesPage,
    EnrolmentRequest,
    LookUpKeyRequest,
    Manifest,
    MessageError,
    NotModified,
    ProblemKind,
    Registry,
    SentEntry,
    SignedBody,
    read,
)
from sync.pushing import sent_entry
from sync.revocation_log import RevocationBatch, RevocationSnapshot, batch_hash, objection
from sync.signing import SignatureKind, key_id, keys_by_id, public_half, verify_body
from sync.trust import root_path
from tests.contract.conftest import House
from tests.support.pulled import pulled_set
from tests.support.sync_kiosk import SOFTWARE, SyncKiosk

KioskAt = Callable[[House], SyncKiosk]


@pytest.fixture
def kiosk(house: House, kiosk_at: KioskAt) -> SyncKiosk:
    return kiosk_at(house)


@pytest.fixture
def registry(house: House, kiosk: SyncKiosk) -> Registry:
    signer = device_signer(kiosk.home.device_key(), str(kiosk.record.device), lambda: kiosk.clock.at)
    return house.connect(house.url, signer)


def body(answer: SignedBody | NotModified) -> SignedBody:
    assert isinstance(answer, SignedBody)
    return answer


def manifest_of(registry: Registry) -> Manifest:
    return read(Manifest, body(registry.manifest(7)).data)


def sent(kiosk: SyncKiosk) -> list[SentEntry]:
    return [sent_entry(item) for item in kiosk.deliveries.pending(500)]


def online_keys(kiosk: SyncKiosk) -> dict[str, bytes]:
    believed = kiosk.policies.current()
    assert believed is not None
    return keys_by_id(key.public_key for key in believed.online_keys)


# ---- first contact --------------------------------------------------------------------------------------------------


def test_the_same_code_with_the_same_key_gets_the_same_device_again(house: House, kiosk_at: KioskAt) -> None:
    kiosk = kiosk_at(house)
    code, key = house.code(), kiosk.home.device_key()
    client = house.connect(house.url, device_signer(key, key_id(public_half(key)), lambda: kiosk.clock.at))
    request = EnrolmentRequest(code=code.replace("-", "")[:16], public_key=public_half(key), software="test")
    assert client.enrol(request) == client.enrol(request)


def test_two_kiosks_get_different_numbers(house: House, kiosk_at: KioskAt) -> None:
    assert kiosk_at(house).record.device != kiosk_at(house).record.device


# ---- down -----------------------------------------------------------------------------------------------------------


def test_what_a_kiosk_believes_follows_from_the_first_root(house: House, registry: Registry, kiosk: SyncKiosk) -> None:
    first = registry.trust_file(root_path(1))
    assert first is not None
    assert hashlib.sha256(first).digest() == kiosk.record.root_sha256
    believed = kiosk.policies.current()
    assert believed is not None
    assert pulled_set(registry, 7, house.now).digest == believed.digest
    assert registry.trust_file("metadata/99.root.json") is None


def test_the_manifest_is_signed_and_its_etag_holds_until_it_is_signed_anew(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    answer = body(registry.manifest(7))
    verify_body(SignatureKind.MANIFEST, online_keys(kiosk), answer.signature, answer.data)
    assert isinstance(registry.manifest(7, answer.etag), NotModified)
    house.now += 600
    again = body(registry.manifest(7, answer.etag))
    assert read(Manifest, again.data).signed_at == house.now


def test_a_snapshot_comes_whole_or_from_any_byte_on(registry: Registry) -> None:
    ref = manifest_of(registry).snapshot
    with registry.snapshot(ref) as download:
        whole = b"".join(download.chunks)
    assert (download.offset, len(whole)) == (0, ref.bytes)
    with registry.snapshot(ref, ref.bytes // 3) as download:
        rest = b"".join(download.chunks)
    assert (download.offset, rest) == (ref.bytes // 3, whole[ref.bytes // 3 :])


def test_a_snapshot_that_is_not_there_is_a_refusal(registry: Registry) -> None:
    ref = manifest_of(registry).snapshot
    gone = replace(ref, sha256=bytes(32), url=f"/v1/scopes/7/snapshots/{'0' * 64}.db.zst")
    with pytest.raises(RegistryRefusedError) as caught, registry.snapshot(gone):
        pass
    assert caught.value.status == 404


def test_changes_follow_the_cursor_and_say_what_stands_at_their_end(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    before = manifest_of(registry)
    new = house.put(3)
    answer = registry.changes(7, before.head)
    verify_body(SignatureKind.CHANGES, online_keys(kiosk), answer.signature, answer.data)
    page = read(ChangesPage, answer.data)
    assert (page.after, page.next, page.more) == (before.head, page.head, False)
    assert page.rows == [permit.row() for permit in new]
    assert page.permits == before.permits + 3
    end = read(ChangesPage, registry.changes(7, page.next).data)
    assert (end.rows, end.next, end.checksum) == ([], page.next, page.checksum)


def test_a_cursor_that_was_compacted_away_has_expired(house: House, registry: Registry) -> None:
    old = manifest_of(registry).head
    house.put(5)
    house.build_snapshot()
    house.compact()
    with pytest.raises(CursorExpiredError) as caught:
        registry.changes(7, old)
    assert caught.value.kind == ProblemKind.CURSOR_EXPIRED


def test_a_park_that_is_not_there_is_a_refusal(registry: Registry) -> None:
    with pytest.raises(RegistryRefusedError):
        registry.manifest(99)


# ---- up -------------------------------------------------------------------------------------------------------------


def test_each_entry_gets_its_receipt_once_accepted_and_then_duplicate(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    kiosk.write(20)
    entries = sent(kiosk)
    for result in (ReceiptResult.ACCEPTED, ReceiptResult.DUPLICATE):
        receipts = registry.push(kiosk.record.device, entries).receipts
        assert [receipt.id for receipt in receipts] == [entry.id for entry in entries]
        assert {receipt.result for receipt in receipts} == {result}
    assert house.held() == 21


def test_entries_may_come_in_any_order(house: House, registry: Registry, kiosk: SyncKiosk) -> None:
    kiosk.write(9)
    for entry in reversed(sent(kiosk)):
        (receipt,) = registry.push(kiosk.record.device, [entry]).receipts
        assert receipt.result is ReceiptResult.ACCEPTED
    assert house.held() == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"core": b"\xff not CBOR"},
        {"core": b""},
        {"core": b"\xa0"},
        {"private": b"another", "salt": bytes(16)},
        {"id": "0" * 20},
    ],
    ids=["no CBOR", "nothing", "an empty map", "another private part", "another id"],
)
def test_an_entry_it_cannot_read_is_quarantined_and_the_others_are_taken(
    house: House, registry: Registry, kiosk: SyncKiosk, changes: dict[str, Any]
) -> None:
    kiosk.write(4)
    entries = sent(kiosk)
    entries[2] = replace(entries[2], **changes)
    receipts = registry.push(kiosk.record.device, entries).receipts
    results = [receipt.result for receipt in receipts]
    assert results == [ReceiptResult.QUARANTINED if place == 2 else ReceiptResult.ACCEPTED for place in range(5)]
    assert receipts[2].id == entries[2].id
    assert house.held() == 4


def test_the_same_key_with_other_content_is_a_conflict(registry: Registry, kiosk: SyncKiosk) -> None:
    kiosk.write(1)
    first, second = sent(kiosk)
    registry.push(kiosk.record.device, [first, second])
    other = replace(second, core=_changed(second.core))
    (receipt,) = registry.push(kiosk.record.device, [other]).receipts
    assert receipt.result is ReceiptResult.CONFLICT


def _changed(core: bytes) -> bytes:
    """A core that reads as the same entry with another outcome's reason, of equal length."""
    return core.replace(b"unlisted", b"override")


# ---- the key of the look-ups ----------------------------------------------------------------------------------------


def test_a_device_gets_the_key_that_the_set_names(registry: Registry, kiosk: SyncKiosk) -> None:
    believed = kiosk.policies.current()
    assert believed is not None
    assert believed.lookup_key is not None
    key = fetch_lookup_key(registry, kiosk.record.device, believed.lookup_key)
    assert lookup_key_id(key) == believed.lookup_key
    assert kiosk.home.lookup_key() is None
    assert kiosk.run_cycle().is_good
    assert kiosk.home.lookup_key() == key


def test_a_suspended_device_gets_no_key(house: House, registry: Registry, kiosk: SyncKiosk) -> None:
    house.suspend(kiosk.record.device)
    report = kiosk.run_cycle()
    assert kiosk.home.lookup_key() is None
    assert "suspended" in " ".join(report.pull_errors).lower()
    assert not report.has_failed
    with pytest.raises(RegistryRefusedError) as caught:
        registry.lookup_key(kiosk.record.device, LookUpKeyRequest(agreement_key=b"9" * 32))
    assert (caught.value.status, caught.value.kind) == (403, ProblemKind.DEVICE_SUSPENDED)


def test_an_agreement_key_that_makes_no_secret_is_refused(registry: Registry, kiosk: SyncKiosk) -> None:
    with pytest.raises((RegistryRefusedError, MessageError)):
        registry.lookup_key(kiosk.record.device, LookUpKeyRequest(agreement_key=bytes(32)))


# ---- how the devices are --------------------------------------------------------------------------------------------


def report(*devices: DeviceHealth, at: int = 1_783_148_400) -> HealthReport:
    return HealthReport(at=at, software="qaqpa test", devices=devices)


CAMERA = DeviceHealth(kind="camera", state="degraded", problem="camera_dark", since_seconds=184)
DRONE = DeviceHealth(kind="drone", state="lost", problem="drone_eaten", since_seconds=0, figures=(("wings", 3.5),))


def test_of_each_device_the_newest_report_is_kept_as_it_was_sent(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    assert house.health(kiosk.record.device) is None
    for told in (report(CAMERA, DRONE), report(), report(CAMERA, at=1)):  # the clock of a kiosk may be wrong
        assert registry.report_health(kiosk.record.device, told).at == house.now
        assert house.health(kiosk.record.device) == told
        house.now += 60


def test_a_cycle_tells_what_the_kiosk_that_runs_noted(house: House, kiosk: SyncKiosk) -> None:
    now = time.monotonic()
    camera = Health(state=HealthState.DEGRADED, problem="camera_dark", since=now, advice="Wipe the lens")
    HealthNotes(kiosk.home.devices_note).note({DeviceKind.CAMERA: camera})
    assert kiosk.run_cycle().is_good
    told = house.health(kiosk.record.device)
    assert told is not None
    assert (told.at, told.software) == (kiosk.clock.at, SOFTWARE)
    assert [(device.kind, device.state, device.problem) for device in told.devices] == [
        ("camera", "degraded", "camera_dark")
    ]


def test_a_suspended_device_may_say_how_it_is(house: House, registry: Registry, kiosk: SyncKiosk) -> None:
    house.suspend(kiosk.record.device)
    registry.report_health(kiosk.record.device, report(CAMERA))
    assert house.health(kiosk.record.device) == report(CAMERA)


# ---- the revocation log ---------------------------------------------------------------------------------------------


def test_the_manifest_names_the_end_of_a_log_that_hangs_together_from_its_first_batch(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    permits = house.put(3)
    for permit in permits:
        house.revoke(permit)
    house.restore(permits[1])
    told = manifest_of(registry).revocations
    page = registry.revocations(7, 0)
    assert (page.park, page.after, page.more, len(page.batches)) == (7, 0, False, 4)
    head, actions = LogHead(), []
    for item in page.batches:
        verify_body(SignatureKind.REVOCATIONS, online_keys(kiosk), item.signature, item.text.encode())
        batch = read(RevocationBatch, item.text.encode())
        assert (objection(head, batch), batch.park, batch.signed_at) == (None, 7, house.now)
        head = LogHead(last=batch.last, hash=batch_hash(item.text.encode()))
        actions += [str(row.action) for row in batch.revocations()]
    assert told is not None
    assert (told.head, actions) == (head, ["revoke", "revoke", "revoke", "restore"])
    assert registry.revocations(7, 2).batches == page.batches[2:]
    assert registry.revocations(7, 4).batches == ()


def test_the_snapshot_of_the_log_is_signed_and_says_at_which_batch_it_was_made(
    house: House, registry: Registry, kiosk: SyncKiosk
) -> None:
    permits = house.put(2)
    for permit in permits:
        house.revoke(permit)
    answer = registry.revocations_snapshot(7)
    verify_body(SignatureKind.REVOCATIONS_SNAPSHOT, online_keys(kiosk), answer.signature, answer.data)
    snapshot = read(RevocationSnapshot, answer.data)
    told = manifest_of(registry).revocations
    assert told is not None
    assert (snapshot.head, snapshot.park, len(list(snapshot.revocations()))) == (told.head, 7, 2)
    house.revoke(house.put(1)[0])
    assert registry.revocations_snapshot(7).data == answer.data  # for a month, and batches after it


def test_a_revocation_ends_the_wait_and_so_does_a_set(house: House, registry: Registry) -> None:
    permit = house.put(1)[0]
    known = registry.urgent(7, after=0, set_version=0, wait_seconds=0)
    assert known.set >= 1
    same = registry.urgent(7, after=known.revocations, set_version=known.set, wait_seconds=1)
    assert same == known
    for change in (lambda: house.revoke(permit), house.publish_set):
        soon = threading.Timer(0.3, change)
        soon.start()
        told = registry.urgent(7, after=known.revocations, set_version=known.set, wait_seconds=20)
        soon.join()
        assert (told.revocations, told.set) > (known.revocations, known.set)
        known = told


def test_a_cycle_brings_revocations_and_takes_them_back(house: House, kiosk: SyncKiosk) -> None:
    permit = house.put(1)[0]
    house.revoke(permit)
    assert kiosk.run_cycle().is_good
    assert (kiosk.revocations.state().head.last, kiosk.revocations.state().count) == (1, 1)
    house.restore(permit)
    house.now += 60
    assert kiosk.run_cycle().is_good
    state = kiosk.revocations.state()
    assert (state.head.last, state.signed_at) == (2, house.now)


# ---- whole cycles ---------------------------------------------------------------------------------------------------


def test_a_cycle_brings_everything_and_takes_everything(house: House, kiosk: SyncKiosk) -> None:
    kiosk.write(50)
    report = kiosk.run_cycle()
    assert (report.is_good, report.snapshot_installed, report.pushed) == (True, True, 51)
    new = house.put(4)
    report = kiosk.run_cycle()
    replica = kiosk.replicas.current()
    assert replica is not None
    assert [replica.find(permit.id, permit.code) for permit in new] == new
    assert (report.is_good, report.snapshot_installed, house.held()) == (True, False, 51)


def test_an_expired_cursor_is_cured_in_one_cycle(house: House, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    house.put(5)
    house.build_snapshot()
    house.compact()
    house.put(2)
    report = kiosk.run_cycle()
    assert (report.is_good, report.snapshot_installed) == (True, True)


def test_a_new_set_is_staged_in_one_cycle(house: House, kiosk: SyncKiosk) -> None:
    kiosk.run_cycle()
    version = house.publish_set()
    assert kiosk.run_cycle().set_version == version
    believed = kiosk.policies.current()
    assert believed is not None
    assert believed.version == version
