"""The registry over real HTTP: who is heard, how errors sound, and that the wire carries what the service says."""

import json
import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import EnvironmentalError
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import LaneDirection
from sync.client import HttpRegistry, device_signer
from sync.enrolment_code import EnrolmentCode
from sync.errors import CursorExpiredError, RegistryRefusedError, RegistryUnavailableError
from sync.health_report import DeviceHealth, HealthReport
from sync.machine_report import MachineReport
from sync.protocol import (
    EnrolmentRequest,
    EntriesBatch,
    LookUpKeyRequest,
    Manifest,
    ProblemKind,
    PushReply,
    SignedBody,
    read,
    write,
)
from sync.registry.enrolling import CODE_SECONDS, DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.serving import RegistryServer
from sync.registry.wire import RegistryEnd
from sync.registry.wrong_codes import A_MINUTE
from sync.signing import SignatureKind, key_id, keys_by_id, public_half, sign_request, verify_body
from sync.trust import TIMESTAMP
from tests.sync.registry.conftest import NOON, Gate, HeldClock, sent

Issue = Callable[..., IssuedTicket]
Connect = Callable[[Ed25519PrivateKey, str], HttpRegistry]
CAMERA = DeviceHealth(
    kind="camera", state="degraded", problem="camera_dark", since_seconds=184, figures=(("frames_a_second", 24.5),)
)
HEALTH = HealthReport(at=NOON - 1, software="qaqpa test", devices=(CAMERA,))


@pytest.fixture
def connect(server: RegistryServer, clock: HeldClock) -> Iterator[Connect]:
    """A client that signs with this key under this name."""
    opened: list[HttpRegistry] = []

    def client(key: Ed25519PrivateKey, name: str) -> HttpRegistry:
        opened.append(HttpRegistry(server.url, signer=device_signer(key, name, clock)))
        return opened[-1]

    yield client
    for item in opened:
        item.close()


@pytest.fixture
def kiosk(connect: Connect, service: RegistryService) -> Gate:
    """A kiosk at gate 3 of Burabay that enrolled over HTTP."""
    return enrolled(connect, service, 7, 3)


def enrolled(connect: Connect, service: RegistryService, park: int, gate: int) -> Gate:
    key = Ed25519PrivateKey.generate()
    kiosk = Gate(connect(key, key_id(public_half(key))), service, park, gate, key=key)
    kiosk.registry = connect(key, str(kiosk.device))
    return kiosk


def signed(kiosk: Gate, target: str, clock: HeldClock) -> dict[str, str]:
    return sign_request(kiosk.key, name=str(kiosk.device), method="GET", target=target, body=None, created=clock.at)


def problem_of(answer: requests.Response) -> dict[str, object]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert body["status"] == answer.status_code
    assert set(body) >= {"type", "title", "status", "detail"}
    return body


def test_a_kiosk_enrols_fetches_and_hands_over(kiosk: Gate, service: RegistryService, ticket: Issue) -> None:
    manifest = kiosk.registry.manifest(7)
    assert isinstance(manifest, SignedBody)
    ref = read(Manifest, manifest.data).snapshot
    with kiosk.registry.snapshot(ref) as download:
        whole = b"".join(download.chunks)
    with kiosk.registry.snapshot(ref, 1000) as download:
        assert (download.offset, b"".join(download.chunks)) == (1000, whole[1000:])
    kiosk.admit(ticket())
    assert kiosk.push().receipts[0].result is ReceiptResult.ACCEPTED
    (state,) = service.devices(7)
    assert (state.device.gate, state.n, state.device.last_received_at) == (3, 1, NOON)


def test_a_long_page_travels_packed_and_is_signed_as_it_is_inside(
    kiosk: Gate, server: RegistryServer, service: RegistryService, clock: HeldClock, ticket: Issue
) -> None:
    body = kiosk.registry.manifest(7)
    assert isinstance(body, SignedBody)
    head = read(Manifest, body.data).head
    for _ in range(60):
        ticket()
    target = f"/v1/scopes/7/changes?after={head}"
    plain, packed = (
        requests.get(
            server.url + target, headers={**signed(kiosk, target, clock), "Accept-Encoding": coding}, timeout=10
        )
        for coding in ("identity", "gzip")
    )
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < len(plain.content) * 0.6
    assert packed.content == plain.content
    page = kiosk.registry.changes(7, head)
    keys = keys_by_id(key.public_key for key in service.policy_set(7).online_keys)
    verify_body(SignatureKind.CHANGES, keys, page.signature, page.data)


def test_a_snapshot_that_is_another_one_now_comes_whole(kiosk: Gate, server: RegistryServer, clock: HeldClock) -> None:
    manifest = kiosk.registry.manifest(7)
    assert isinstance(manifest, SignedBody)
    path = read(Manifest, manifest.data).snapshot.url
    headers = {**signed(kiosk, path, clock), "Range": "bytes=10-", "If-Range": '"another"'}
    assert requests.get(server.url + path, headers=headers, timeout=10).status_code == 200
    beyond = {**signed(kiosk, path, clock), "Range": "bytes=999999999-"}
    assert requests.get(server.url + path, headers=beyond, timeout=10).status_code == 416


def test_the_signed_data_are_open_and_all_else_wants_a_signature(server: RegistryServer) -> None:
    for name in ("timestamp.json", "1.root.json"):
        assert requests.get(f"{server.url}/v1/trust/metadata/{name}", timeout=10).status_code == 200
    for path in ("/v1/scopes/7/manifest", "/v1/scopes/7/changes?after=x", "/v1/scopes/7/snapshots/x"):
        answer = requests.get(server.url + path, timeout=10)
        assert answer.status_code == 401
        assert problem_of(answer)["type"] == ProblemKind.NOT_SIGNED
    answer = requests.post(f"{server.url}/v1/devices/1/entries", data=b'{"entries": []}', timeout=10)
    assert answer.status_code == 401


def test_a_signature_of_somebody_else_or_over_other_bytes_is_not_heard(
    kiosk: Gate, server: RegistryServer, clock: HeldClock, ticket: Issue
) -> None:
    target = f"/v1/devices/{kiosk.device}/entries"
    body = write(EntriesBatch(entries=(sent(kiosk.admit(ticket())),)))
    stranger = Ed25519PrivateKey.generate()
    by_stranger = sign_request(
        stranger, name=str(kiosk.device), method="POST", target=target, body=body, created=clock.at
    )
    own = sign_request(kiosk.key, name=str(kiosk.device), method="POST", target=target, body=body, created=clock.at)
    for headers, data in ((by_stranger, body), (own, body + b" ")):
        assert requests.post(server.url + target, data=data, headers=headers, timeout=10).status_code == 401
    assert requests.post(server.url + target, data=body, headers=own, timeout=10).status_code == 200


def test_a_device_hears_of_its_own_park_and_sends_its_own_entries_only(
    kiosk: Gate, connect: Connect, service: RegistryService
) -> None:
    other = enrolled(connect, service, 12, 1)
    for forbidden in (
        lambda: kiosk.registry.manifest(12),
        lambda: kiosk.registry.changes(12, "x"),
        lambda: kiosk.registry.push(other.device, []),
        lambda: kiosk.registry.report_health(other.device, HEALTH),
    ):
        with pytest.raises(RegistryRefusedError) as refused:
            forbidden()
        assert refused.value.status == 403


def test_a_snapshot_of_another_park_is_not_found_under_the_own(
    kiosk: Gate, server: RegistryServer, connect: Connect, service: RegistryService, clock: HeldClock
) -> None:
    other = enrolled(connect, service, 12, 1)
    body = other.registry.manifest(12)
    assert isinstance(body, SignedBody)
    name = read(Manifest, body.data).snapshot.url.rsplit("/", 1)[-1]
    for gate, park, status in ((other, 12, 200), (kiosk, 7, 404)):
        target = f"/v1/scopes/{park}/snapshots/{name}"
        headers = sign_request(
            gate.key, name=str(gate.device), method="GET", target=target, body=None, created=clock.at
        )
        assert requests.get(server.url + target, headers=headers, timeout=10).status_code == status


def test_a_database_that_is_busy_is_no_signature_that_is_wrong(
    kiosk: Gate, server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_end: object, _number: int) -> None:
        raise EnvironmentalError("the database is busy")

    monkeypatch.setattr(RegistryEnd, "device", busy)
    with pytest.raises(RegistryUnavailableError):
        kiosk.registry.manifest(7)


def test_a_suspended_device_still_learns_and_a_revoked_one_does_not(kiosk: Gate, service: RegistryService) -> None:
    service.set_device_status(kiosk.device, DeviceStatus.SUSPENDED, "looked into")
    assert isinstance(kiosk.registry.manifest(7), SignedBody)
    assert kiosk.registry.report_health(kiosk.device, HEALTH).at == NOON
    service.set_device_status(kiosk.device, DeviceStatus.REVOKED, "stolen")
    for forbidden in (
        lambda: kiosk.registry.manifest(7),
        lambda: kiosk.registry.report_health(kiosk.device, HEALTH),
    ):
        with pytest.raises(RegistryRefusedError) as refused:
            forbidden()
        assert (refused.value.status, refused.value.kind) == (403, ProblemKind.DEVICE_REVOKED)


def test_an_expired_cursor_is_410(kiosk: Gate) -> None:
    with pytest.raises(CursorExpiredError):
        kiosk.registry.changes(7, "bm9uZQ")


def test_an_enrolment_code_works_once_for_one_key_and_for_a_quarter_of_an_hour(
    connect: Connect, service: RegistryService, clock: HeldClock
) -> None:
    def join(secret: str, key: Ed25519PrivateKey) -> int:
        request = EnrolmentRequest(code=secret, public_key=public_half(key), software="test")
        return connect(key, key_id(public_half(key))).enrol(request).device

    def refused_kind(secret: str) -> str:
        with pytest.raises(RegistryRefusedError) as refused:
            join(secret, Ed25519PrivateKey.generate())
        return refused.value.kind

    code, late = (EnrolmentCode.parse(service.enrol(7, 1, 1, LaneDirection.ENTRY).text) for _ in range(2))
    key = Ed25519PrivateKey.generate()
    device = join(code.secret, key)
    assert join(code.secret, key) == device, "the reply may have been lost"
    assert refused_kind(code.secret) == ProblemKind.CODE_USED
    assert refused_kind("0" * 16) == ProblemKind.CODE_UNKNOWN
    clock.at += CODE_SECONDS
    assert refused_kind(late.secret) == ProblemKind.CODE_EXPIRED


def test_too_many_wrong_codes_are_told_to_wait_and_for_how_long(
    connect: Connect, service: RegistryService, clock: HeldClock
) -> None:
    clock.at += 15 - clock.at % 60
    key = Ed25519PrivateKey.generate()
    request = EnrolmentRequest(code="0" * 16, public_key=public_half(key), software="test")
    registry = connect(key, key_id(public_half(key)))
    for _ in range(A_MINUTE):
        with pytest.raises(RegistryRefusedError):
            registry.enrol(request)
    with pytest.raises(RegistryUnavailableError) as refused:
        registry.enrol(request)
    assert (refused.value.status, refused.value.retry_after_seconds) == (429, 45)
    assert "try again in 45 seconds" in str(refused.value)


def test_a_revoked_device_hands_over_its_entries_and_asks_nothing_else(
    kiosk: Gate, service: RegistryService, ticket: Issue
) -> None:
    service.set_device_status(kiosk.device, DeviceStatus.REVOKED, "stolen")
    kiosk.admit(ticket())
    assert kiosk.push().receipts[0].result is ReceiptResult.QUARANTINED
    for forbidden in (
        lambda: kiosk.registry.changes(7, "x"),
        lambda: kiosk.registry.revocations(7, 0),
        lambda: kiosk.registry.urgent(7, after=0, set_version=0, wait_seconds=0),
        lambda: kiosk.registry.report_machine(kiosk.device, MachineReport(marks=())),
        lambda: kiosk.registry.lookup_key(kiosk.device, LookUpKeyRequest(agreement_key=bytes(32))),
    ):
        with pytest.raises(RegistryRefusedError) as refused:
            forbidden()
        assert refused.value.kind == ProblemKind.DEVICE_REVOKED
    assert kiosk.registry.trust_file(TIMESTAMP) is not None  # how else would it learn that it was revoked


def test_an_enrolment_must_be_signed_by_the_key_it_announces(connect: Connect, service: RegistryService) -> None:
    code = EnrolmentCode.parse(service.enrol(7, 1, 1, LaneDirection.ENTRY).text)
    announced, signing = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    request = EnrolmentRequest(code=code.secret, public_key=public_half(announced), software="test")
    with pytest.raises(RegistryRefusedError) as refused:
        connect(signing, key_id(public_half(announced))).enrol(request)
    assert refused.value.kind == ProblemKind.NOT_SIGNED


def test_a_malformed_entry_holds_up_no_other(
    kiosk: Gate, server: RegistryServer, clock: HeldClock, ticket: Issue, service: RegistryService
) -> None:
    good = json.loads(write(sent(kiosk.admit(ticket()))))
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    broken = [{**good, "core": 7}, {**good, "id": "\ud800"}, "text", {}, deep]
    body = json.dumps({"entries": [*broken, good]}).encode()
    target = f"/v1/devices/{kiosk.device}/entries"
    headers = sign_request(kiosk.key, name=str(kiosk.device), method="POST", target=target, body=body, created=clock.at)
    answer = requests.post(server.url + target, data=body, headers=headers, timeout=10)
    results = [receipt.result for receipt in read(PushReply, answer.content).receipts]
    assert results == [ReceiptResult.QUARANTINED] * 5 + [ReceiptResult.ACCEPTED]
    (state,) = service.devices(7)
    assert (state.n, state.quarantined) == (1, 5)


@pytest.mark.parametrize(
    ("body", "status"), [(b"not json", 400), (b"{}", 400), (b'{"entries": 1}', 400), (b"[]", 400), (b"x" * 2**23, 413)]
)
def test_what_is_no_batch_or_too_large_is_a_problem(
    kiosk: Gate, server: RegistryServer, clock: HeldClock, body: bytes, status: int
) -> None:
    body = body + b" " * 9 if status == 413 else body
    target = f"/v1/devices/{kiosk.device}/entries"
    headers = sign_request(kiosk.key, name=str(kiosk.device), method="POST", target=target, body=body, created=clock.at)
    answer = requests.post(server.url + target, data=body, headers=headers, timeout=10)
    assert answer.status_code == status
    assert problem_of(answer)["type"] in (ProblemKind.UNREADABLE, ProblemKind.TOO_LARGE)


def test_more_than_a_batch_is_refused_as_a_whole(kiosk: Gate, ticket: Issue) -> None:
    entry = sent(kiosk.admit(ticket()))
    with pytest.raises(RegistryRefusedError) as refused:
        kiosk.registry.push(kiosk.device, [entry] * 501)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("path", "status"), [("/nowhere", 404), ("/v1/nonce?name=x", 422), ("/v1/trust/metadata/99.root.json", 404)]
)
def test_every_error_is_problem_details(server: RegistryServer, path: str, status: int) -> None:
    answer = requests.get(server.url + path, timeout=10)
    assert answer.status_code == status
    problem_of(answer)
    assert problem_of(requests.post(f"{server.url}/v1/trust/metadata/1.root.json", timeout=10))["status"] == 405


def test_the_page_for_people_needs_nothing_from_outside(server: RegistryServer) -> None:
    page = requests.get(f"{server.url}/docs", timeout=10).text
    addresses = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert addresses
    for address in addresses:
        assert address.startswith("/"), address
        assert requests.get(server.url + address, timeout=10).status_code == 200
    described = requests.get(f"{server.url}/openapi.json", timeout=10).json()
    assert "/v1/devices/{number}/entries" in described["paths"]
    assert requests.get(f"{server.url}/docs/../keys", timeout=10).status_code == 404


def test_counts_want_the_operators_token_and_have_the_columns_of_the_kiosk(
    kiosk: Gate, server: RegistryServer, service: RegistryService, ticket: Issue
) -> None:
    kiosk.admit(ticket(adults=2, children=1))
    kiosk.push()
    url = f"{server.url}/v1/parks/7/counts?from=2026-07-05&to=2026-07-05"
    assert requests.get(url, timeout=10).status_code == 401
    assert requests.get(url, headers={"Authorization": "Bearer x"}, timeout=10).status_code == 401
    token = {"Authorization": f"Bearer {service.folder.operator_token()}"}
    answer = requests.get(url, headers=token, timeout=10)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *rows = answer.text.splitlines()
    assert header.startswith("park,gate,local_date,hour,category")
    assert rows == [
        "7,3,2026-07-05,,adults,,,1,entry,2,2,0,false,scan",
        "7,3,2026-07-05,,children,,,1,entry,1,1,0,false,scan",
    ]
    as_json = requests.get(f"{url}&format=json&by=hour&gate=3", headers=token, timeout=10).json()
    assert [row["hour"] for row in as_json["rows"]] == [12, 12]
    assert as_json["completeness"][0]["gate"] == 3
    assert requests.get(f"{url}&gate=4", headers=token, timeout=10).text.splitlines() == [header]
    wrong = requests.get(f"{server.url}/v1/parks/7/counts?from=2026-07-05&to=2026-07-01", headers=token, timeout=10)
    assert problem_of(wrong)["status"] == 400


def test_the_administrator_sees_devices_and_conflicts(
    kiosk: Gate, connect: Connect, server: RegistryServer, service: RegistryService, ticket: Issue
) -> None:
    other, issued = enrolled(connect, service, 7, 4), ticket()
    for gate in (kiosk, other):
        gate.admit(issued)
        gate.push()
    token = {"Authorization": f"Bearer {service.folder.operator_token()}"}
    conflicts = requests.get(f"{server.url}/v1/parks/7/conflicts", headers=token, timeout=10).json()
    assert [sorted((item["gate"], item["other_gate"])) for item in conflicts] == [[3, 4]]
    devices = requests.get(f"{server.url}/v1/parks/7/devices", headers=token, timeout=10).json()
    assert {item["gate"] for item in devices} == {3, 4}


def test_the_administrator_sees_how_each_kiosk_said_it_is_and_when(
    kiosk: Gate, connect: Connect, server: RegistryServer, service: RegistryService, clock: HeldClock
) -> None:
    enrolled(connect, service, 7, 4)
    kiosk.registry.report_health(kiosk.device, HealthReport(at=1, software="qaqpa test", devices=()))
    clock.at += 10
    kiosk.registry.report_health(kiosk.device, HEALTH)
    token = {"Authorization": f"Bearer {service.folder.operator_token()}"}
    devices = requests.get(f"{server.url}/v1/parks/7/devices", headers=token, timeout=10).json()
    camera = {"kind": "camera", "state": "degraded", "problem": "camera_dark", "since_seconds": 184}
    assert {item["gate"]: item["health"] for item in devices} == {
        3: {
            "received_at": NOON + 10,
            "at": NOON - 1,
            "software": "qaqpa test",
            "devices": [{**camera, "figures": {"frames_a_second": 24.5}}],
        },
        4: None,
    }


def test_two_reports_of_a_kiosk_that_come_side_by_side_leave_one(kiosk: Gate, end: RegistryEnd) -> None:
    threads = [threading.Thread(target=end.report_health, args=(kiosk.device, HEALTH)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (state,) = end.service.devices(7)
    assert state.told is not None
    assert (state.told.report, state.heard_at) == (HEALTH, NOON)


def test_what_is_no_report_is_refused_and_the_former_one_stays(
    kiosk: Gate, server: RegistryServer, service: RegistryService, clock: HeldClock
) -> None:
    kiosk.registry.report_health(kiosk.device, HEALTH)
    target, good = f"/v1/devices/{kiosk.device}/health", json.loads(write(HEALTH))
    crowd = {**good, "devices": good["devices"] * 33}
    for body in (b"", b"{}", b"[]", json.dumps(crowd).encode(), write(HEALTH).replace(b"24.5", b"1e999")):
        own = sign_request(kiosk.key, name=str(kiosk.device), method="POST", target=target, body=body, created=clock.at)
        answer = requests.post(server.url + target, data=body, headers=own, timeout=10)
        assert problem_of(answer)["type"] == ProblemKind.UNREADABLE
    (state,) = service.devices(7)
    assert state.told is not None
    assert state.told.report == HEALTH


def test_the_log_has_one_line_a_request_without_queries(
    kiosk: Gate, caplog: pytest.LogCaptureFixture, server: RegistryServer
) -> None:
    with caplog.at_level(logging.INFO, logger="qaqpa.registry"), pytest.raises(CursorExpiredError):
        kiosk.registry.changes(7, "secret")
    with caplog.at_level(logging.INFO, logger="qaqpa.registry"):
        requests.get(f"{server.url}/v1/%0aGET%20/v1/forged%20200", timeout=10)
    lines = [record.getMessage() for record in caplog.records if record.name == "qaqpa.registry"]
    assert any(re.fullmatch(r"GET /v1/scopes/7/changes 410 \d+ ms", line) for line in lines)
    assert not any("secret" in line or "\n" in line for line in lines)


def test_the_folder_of_keys_is_the_owners_alone(service: RegistryService) -> None:
    keys = service.folder.path / "keys"
    assert keys.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in keys.iterdir()} == {0o600}
    assert Path(service.folder.path).stat().st_mode & 0o777 == 0o700
