"""Requests replayed, altered, reordered, from a revoked device and from a clock ten years off, at the real registry."""

import contextlib
import random
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.clock import machine_seconds
from kiosk.rules.receipts import ReceiptResult
from kiosk.rules.words import LaneDirection
from sync.client import HttpRegistry, device_signer
from sync.enrolment_code import EnrolmentCode
from sync.errors import RegistryRefusedError
from sync.network_state import NetworkState
from sync.protocol import EnrolmentRequest, EntriesBatch, Manifest, ProblemKind, PushReply, SignedBody, read, write
from sync.registry.database import Database
from sync.registry.enrolling import DeviceStatus
from sync.registry.intake import REVOKED
from sync.registry.issuing import IssuedTicket
from sync.registry.request_memory import HeardRequests
from sync.registry.service import RegistryService, open_registry
from sync.registry.serving import RegistryServer
from sync.request_guard import MOST_REMEMBERED, WINDOW_SECONDS, Heard, Whose
from sync.signing import Audience, Freshness, key_id, public_half, sign_request
from tests.support.postgresql import postgresql, programs
from tests.support.processes import served
from tests.sync.registry.conftest import NOON, Gate, HeldClock, sent

TEN_YEARS = 10 * 365 * 86_400
Issue = Callable[..., IssuedTicket]


@dataclass(frozen=True)
class Captured:
    """A request as somebody in between may have kept it."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None = None

    def at(self, url: str, **changes: object) -> requests.Response:
        """Send it there, as it is or altered."""
        given = {"method": self.method, "target": self.target, "headers": self.headers, "body": self.body, **changes}
        return requests.request(
            str(given["method"]),
            url + str(given["target"]),
            headers=given["headers"],  # type: ignore[arg-type]
            data=given["body"],  # type: ignore[arg-type]
            timeout=10,
        )

    def kind(self, url: str, **changes: object) -> str:
        """The kind of problem it is answered with, or nothing."""
        answer = self.at(url, **changes)
        return "" if answer.status_code in (200, 304) else str(answer.json()["type"])


@pytest.fixture
def gate(server: RegistryServer, service: RegistryService, clock: HeldClock) -> Iterator[Gate]:
    """A kiosk at gate 3 that enrolled over HTTP."""
    key = Ed25519PrivateKey.generate()
    stranger = HttpRegistry(server.url, signer=device_signer(key, key_id(public_half(key)), clock))
    gate = Gate(stranger, service, 7, 3, key=key)
    client = HttpRegistry(server.url, signer=device_signer(key, str(gate.device), clock))
    gate.registry = client
    yield gate
    stranger.close()
    client.close()


def captured(
    gate: Gate, created: int, target: str | None = None, body: bytes | None = None, **more: object
) -> Captured:
    """A request as this kiosk signs it: its manifest, unless another is named."""
    path = target or "/v1/scopes/7/manifest"
    method = "GET" if body is None else "POST"
    headers = sign_request(
        gate.key,
        name=str(gate.device),
        method=method,
        target=path,
        body=body,
        created=created,
        **more,  # type: ignore[arg-type]
    )
    return Captured(method, path, headers, body)


def entries(gate: Gate, created: int) -> Captured:
    batch = write(EntriesBatch(entries=tuple(sent(entry) for entry in gate.entries)))
    return captured(gate, created, f"/v1/devices/{gate.device}/entries", batch)


# ---- replayed -------------------------------------------------------------------------------------------------------


def test_a_request_is_answered_once(gate: Gate, server: RegistryServer, ticket: Issue) -> None:
    gate.admit(ticket())
    waiting = "/v1/scopes/7/urgent?after=0&set=0&wait=0"
    for request in (captured(gate, NOON), captured(gate, NOON, waiting), entries(gate, NOON)):
        assert request.kind(server.url) == ""
        assert [request.kind(server.url) for _ in range(3)] == [ProblemKind.REPLAYED] * 3


def test_it_is_replayed_in_vain_at_another_process_of_the_registry(
    gate: Gate, server: RegistryServer, service: RegistryService, clock: HeldClock
) -> None:
    other_service = open_registry(service.folder.path, now=clock)
    other = RegistryServer(other_service, "127.0.0.1", 0)
    other.start()
    try:
        request = captured(gate, NOON)
        assert request.kind(other.url) == ""
        assert request.kind(server.url) == ProblemKind.REPLAYED
        nonce = requests.get(f"{server.url}/v1/nonce?name={gate.device}", timeout=10).json()["nonce"]
        request = captured(gate, 0, nonce=nonce, freshness=Freshness.NONCE)
        assert request.kind(other.url) == "", "given out by one, heard by the other"
        assert request.kind(server.url) == ProblemKind.REPLAYED
    finally:
        other.stop()
        other_service.close()


def test_of_one_request_sent_sixteen_times_at_once_one_is_answered(gate: Gate, server: RegistryServer) -> None:
    request, kinds = captured(gate, NOON), []
    threads = [threading.Thread(target=lambda: kinds.append(request.kind(server.url))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kinds) == ["", *[ProblemKind.REPLAYED] * 15]


def test_it_is_replayed_in_vain_right_after_the_registry_was_killed_and_started_again(
    made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    with open_made(made, folder) as service, served(folder) as registry:
        key = Ed25519PrivateKey.generate()
        signer = device_signer(key, key_id(public_half(key)), machine_seconds)
        code = EnrolmentCode.parse(service.enrol(7, 3, 1, LaneDirection.ENTRY).text)
        request = EnrolmentRequest(code=code.secret, public_key=public_half(key), software="test")
        device = HttpRegistry(registry.url, signer=signer).enrol(request).device
        target = "/v1/scopes/7/manifest"
        signed = [
            sign_request(key, name=str(device), method="GET", target=target, body=None, created=machine_seconds())
            for _ in range(2)
        ]
        heard, kept_back = (Captured("GET", target, headers) for headers in signed)
        assert heard.kind(registry.url) == ""
        registry.kill()
        registry.start()
        assert heard.kind(registry.url) == ProblemKind.REPLAYED
        assert kept_back.kind(registry.url) == "", "one that never arrived is only late"


@contextmanager
def open_made(made: Path, folder: Path) -> Iterator[RegistryService]:
    """A copy of the made registry in a data folder, opened at the machine's time."""
    shutil.copytree(made, folder / "registry")
    service = open_registry(folder / "registry")
    try:
        yield service
    finally:
        service.close()


# ---- altered --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"target": "/v1/scopes/12/manifest"},
        {"target": "/v1/scopes/7/manifest?"},
        {"target": "/v1/scopes/7/manifest?a=1"},
        {"target": "/v1/scopes/7/revocations"},
        {"target": "/v1/scopes/7//manifest"},
        {"target": "/v1/scopes/7/manifest/"},
    ],
)
def test_an_altered_request_is_not_heard(gate: Gate, server: RegistryServer, changes: dict[str, str]) -> None:
    request = captured(gate, NOON)
    answer = request.at(server.url, **changes)
    if changes.get("target") == "/v1/scopes/7/manifest?":
        assert answer.status_code == 200, "an empty query is none"
        return
    assert answer.status_code in (401, 404, 405)
    assert request.kind(server.url) == "", "nothing of it was used up"


def test_an_altered_body_digest_or_header_is_not_heard(gate: Gate, server: RegistryServer, ticket: Issue) -> None:
    gate.admit(ticket())
    request = entries(gate, NOON)
    later = request.headers | {"Signature-Input": request.headers["Signature-Input"].replace(str(NOON), str(NOON + 1))}
    other = captured(gate, NOON, request.target, b'{"entries":[]}')
    for changes in (
        {"body": request.body + b" " if request.body else b""},
        {"body": b'{"entries":[]}'},
        {"headers": request.headers | {"Content-Digest": other.headers["Content-Digest"]}},
        {"headers": request.headers | {"Content-Digest": other.headers["Content-Digest"]}, "body": other.body},
        {"headers": request.headers | {"Signature": other.headers["Signature"]}},
        {"headers": request.headers | {"Signature-Input": other.headers["Signature-Input"]}},
        {"headers": later},
        {"headers": {name: value for name, value in request.headers.items() if name != "Content-Digest"}},
    ):
        assert request.kind(server.url, **changes) == ProblemKind.NOT_SIGNED
    assert request.kind(server.url) == ""


def test_what_was_signed_for_another_lane_is_nothing_to_the_registry(gate: Gate, server: RegistryServer) -> None:
    assert captured(gate, NOON, audience=Audience.LANE).kind(server.url) == ProblemKind.NOT_SIGNED


def test_a_request_with_any_one_byte_changed_on_the_wire_does_nothing_that_was_not_asked_for(
    gate: Gate, server: RegistryServer, service: RegistryService, ticket: Issue, size: Callable[[int, int], int]
) -> None:
    gate.admit(ticket())
    host, port = server.url.removeprefix("http://").split(":")
    chosen = random.Random(7)
    passed = 0
    assert spoken(host, int(port), on_the_wire(entries(gate, NOON))).startswith(b"HTTP/1.1 200 "), "the rig asks well"
    for number in range(size(60, 3000)):
        request = entries(gate, NOON)
        raw = on_the_wire(request)
        place = chosen.randrange(len(raw))
        changed = raw[:place] + bytes([raw[place] ^ (1 << chosen.randrange(8))]) + raw[place + 1 :]
        before = (service.devices(7)[0].n, service.devices(7)[0].quarantined)
        answer = spoken(host, int(port), changed)
        if b" 200 " in answer.partition(b"\r\n")[0]:
            # what is not covered, as the name of a host, or another spelling of the same: it was this request
            passed += 1
            assert request.kind(server.url) == ProblemKind.REPLAYED, changed
            assert read(PushReply, answer.partition(b"\r\n\r\n")[2]).receipts[0].id == gate.entries[0].id
        else:
            assert (service.devices(7)[0].n, service.devices(7)[0].quarantined) == before, changed
        if number % 100 == 99:
            service.requests.forget(2**60)
    assert 0 < passed < size(60, 3000) / 2


def on_the_wire(request: Captured) -> bytes:
    body = request.body or b""
    lines = [f"{request.method} {request.target} HTTP/1.1", "Host: registry", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def spoken(host: str, port: int, raw: bytes) -> bytes:
    """All that comes back; a server that waits for more than is sent says nothing."""
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(raw)
        said = b""
        with contextlib.suppress(OSError):
            while more := connection.recv(65536):
                said += more
        return said


def test_a_body_that_drips_for_longer_than_is_remembered_is_not_waited_for(
    gate: Gate, server: RegistryServer, ticket: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.registry.hearing.ARRIVAL_SECONDS", 0.5)
    gate.admit(ticket())
    raw = on_the_wire(entries(gate, NOON))
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(raw[:-10])
        assert connection.recv(65536).startswith(b"HTTP/1.1 408 ")


def test_an_enrolment_is_heard_once_and_a_stranger_fills_no_memory(
    server: RegistryServer, service: RegistryService, clock: HeldClock
) -> None:
    key = Ed25519PrivateKey.generate()

    def asked(secret: str, created: int) -> Captured:
        body = write(EnrolmentRequest(code=secret, public_key=public_half(key), software="test"))
        name = key_id(public_half(key))
        path = "/v1/enrolments"
        headers = sign_request(key, name=name, method="POST", target=path, body=body, created=created)
        return Captured("POST", path, headers, body)

    secret = EnrolmentCode.parse(service.enrol(7, 3, 1, LaneDirection.ENTRY).text).secret
    assert asked(secret, NOON - TEN_YEARS).kind(server.url) == ProblemKind.NOT_NOW
    first = asked(secret, NOON)
    assert [first.kind(server.url), first.kind(server.url)] == ["", ProblemKind.REPLAYED]
    assert asked(secret, NOON).kind(server.url) == "", "the reply may have been lost"
    kept = service.requests.forget(2**60)
    assert asked("0" * 16, NOON).kind(server.url) == ProblemKind.CODE_UNKNOWN
    assert (kept, service.requests.forget(2**60)) == (2, 0)


# ---- reordered, and late --------------------------------------------------------------------------------------------


def test_a_later_request_may_overtake_and_one_kept_back_is_refused_after_five_minutes(
    gate: Gate, server: RegistryServer, clock: HeldClock, service: RegistryService, ticket: Issue
) -> None:
    gate.admit(ticket())
    first, second, kept_back = entries(gate, NOON), captured(gate, NOON + 20), captured(gate, NOON + 30)
    clock.at = NOON + 40
    assert [second.kind(server.url), first.kind(server.url)] == ["", ""]
    clock.at = NOON + 31 + WINDOW_SECONDS
    assert kept_back.kind(server.url) == ProblemKind.NOT_NOW
    assert first.kind(server.url) == ProblemKind.NOT_NOW
    clock.at = NOON + TEN_YEARS
    assert [item.kind(server.url) for item in (first, second, kept_back)] == [ProblemKind.NOT_NOW] * 3
    assert service.devices(7)[0].n == 1


# ---- a clock in doubt -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [TEN_YEARS, -TEN_YEARS, 3600, -3600])
@pytest.mark.parametrize("is_sure", [True, False])
def test_a_kiosk_whose_clock_is_years_off_is_heard_on_a_nonce_fetched_just_before(
    gate: Gate, server: RegistryServer, ticket: Issue, ahead: int, is_sure: bool
) -> None:
    signer = device_signer(gate.key, str(gate.device), lambda: NOON + ahead, is_sure=lambda: is_sure)
    client = HttpRegistry(server.url, signer=signer)
    gate.admit(ticket())
    gate.registry = client
    assert gate.push().receipts[0].result is ReceiptResult.ACCEPTED
    body = client.manifest(7)
    assert isinstance(body, SignedBody)
    assert read(Manifest, body.data).signed_at == NOON, "by which the kiosk's clock is mended"
    client.close()


def test_a_nonce_is_good_once_for_its_device_and_for_a_minute(
    gate: Gate, server: RegistryServer, clock: HeldClock
) -> None:
    def given(name: str) -> str:
        return str(requests.get(f"{server.url}/v1/nonce?name={name}", timeout=10).json()["nonce"])

    def on(nonce: str) -> Captured:
        return captured(gate, NOON - TEN_YEARS, nonce=nonce, freshness=Freshness.NONCE)

    nonce = given(str(gate.device))
    once = on(nonce)
    assert [once.kind(server.url), once.kind(server.url)] == ["", ProblemKind.REPLAYED]
    assert on(nonce).kind(server.url) == ProblemKind.REPLAYED, "signed anew with a nonce that was used"
    assert on(given("1")).kind(server.url) == ProblemKind.NONCE_REFUSED
    assert on("A" * 43).kind(server.url) == ProblemKind.NONCE_REFUSED
    late = on(given(str(gate.device)))
    clock.at += 61
    assert late.kind(server.url) == ProblemKind.NONCE_REFUSED


def test_a_registry_that_is_never_content_is_asked_twice_and_no_more(gate: Gate, server: RegistryServer) -> None:
    asked: list[str | None] = []
    signer = device_signer(gate.key, str(gate.device), lambda: NOON - TEN_YEARS)

    class Counting:
        name, wants_nonce = signer.name, False

        def sign(self, method: str, target: str, body: bytes | None, nonce: str | None = None) -> dict[str, str]:
            asked.append(nonce)
            return dict(signer.sign(method, target, body, None))  # never by the nonce

    client = HttpRegistry(server.url, signer=Counting())
    with pytest.raises(RegistryRefusedError) as refused:
        client.manifest(7)
    assert refused.value.kind == ProblemKind.NOT_NOW
    assert [nonce is None for nonce in asked] == [True, False]
    client.close()


# ---- a revoked device -----------------------------------------------------------------------------------------------


def test_a_revoked_device_hands_its_entries_over_marked_and_is_refused_all_else(
    gate: Gate, service: RegistryService, server: RegistryServer, ticket: Issue
) -> None:
    twice = ticket()
    gate.admit(twice)
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    gate.admit(twice, at=NOON + 60)
    gate.admit(ticket())
    receipts = gate.push(*gate.entries[1:]).receipts
    # nothing is lost, and nothing counts before somebody has looked
    assert [(receipt.result, receipt.detail) for receipt in receipts] == [(ReceiptResult.QUARANTINED, REVOKED)] * 2
    (state,) = service.devices(7)
    assert (state.n, state.quarantined) == (1, 2)
    assert service.take_entries_of_revoked(gate.device).taken == 2
    (state,) = service.devices(7)
    assert (state.n, state.quarantined, state.device.status) == (3, 0, DeviceStatus.REVOKED)
    assert len(service.conflicts(7)) == 1
    assert entries(gate, NOON).kind(server.url) == ""
    for target in ("/v1/scopes/7/manifest", "/v1/scopes/7/revocations?after=0", "/v1/scopes/7/urgent?after=0"):
        assert captured(gate, NOON, target).kind(server.url) == ProblemKind.DEVICE_REVOKED
    with pytest.raises(RegistryRefusedError) as refused:
        gate.registry.manifest(7)
    assert (refused.value.kind, refused.value.state) == (ProblemKind.DEVICE_REVOKED, NetworkState.DEVICE_REVOKED)


def test_an_entry_that_shows_a_copied_disk_makes_no_revoked_device_a_suspended_one(
    gate: Gate, service: RegistryService, ticket: Issue
) -> None:
    gate.admit(ticket())
    gate.push()
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    gate.entries.clear()
    gate.admit(ticket())
    assert gate.push().receipts[0].result is ReceiptResult.CONFLICT
    assert service.devices(7)[0].device.status is DeviceStatus.REVOKED


def test_a_revoked_device_s_entries_are_replayed_in_vain_too(
    gate: Gate, service: RegistryService, server: RegistryServer, ticket: Issue
) -> None:
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    gate.admit(ticket())
    request = entries(gate, NOON)
    assert [request.kind(server.url), request.kind(server.url)] == ["", ProblemKind.REPLAYED]


# ---- the memory -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    if programs() is None:
        pytest.skip("Debian's package postgresql is not installed")
    with postgresql() as found:
        yield found


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def memories(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[HeardRequests, HeardRequests]]:
    """Two processes' ways to one memory."""
    if request.param == "SQLite":
        url = f"sqlite:///{tmp_path / 'requests.db'}"
    else:
        url = request.getfixturevalue("address").format("postgres")
    with ExitStack() as stack:
        databases = [Database(url) for _ in range(2)]
        for database in databases:
            stack.callback(database.close)
        one, other = (HeardRequests(database) for database in databases)
        one.prepare()
        other.prepare()
        one.forget(2**60)
        yield one, other


HERE, THERE = Whose(park=7, device=4_000_000_000), Whose(park=7, device=2)


def test_a_nonce_is_known_to_all_until_it_is_over(memories: tuple[HeardRequests, HeardRequests]) -> None:
    one, other = memories
    assert one.remember(HERE, "a" * 22, until=NOON + 600, now=NOON) is Heard.FIRST
    assert other.remember(HERE, "a" * 22, until=NOON + 600, now=NOON + 599) is Heard.BEFORE
    assert other.remember(THERE, "a" * 22, until=NOON + 600, now=NOON) is Heard.FIRST
    assert other.remember(HERE, "a" * 22, until=NOON + 999, now=NOON + 600) is Heard.FIRST, "it was let go"
    assert one.forget(NOON + 600) == 1
    assert one.forget(NOON + 999) == 1


def test_of_two_processes_that_hear_it_at_once_one_hears_it_first(
    memories: tuple[HeardRequests, HeardRequests],
) -> None:
    def hear(memory: HeardRequests, number: int) -> Heard:
        return memory.remember(HERE, f"nonce-of-{number:016}", until=NOON + 600, now=NOON)

    with ThreadPoolExecutor(2) as both:
        for number in range(20):
            heard = both.map(hear, memories, [number, number])
            assert sorted(heard) == [Heard.BEFORE, Heard.FIRST]


def test_a_device_that_floods_is_told_so_and_costs_no_more_room(
    memories: tuple[HeardRequests, HeardRequests], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.registry.request_memory.MOST_REMEMBERED", 20)
    one, other = memories
    assert MOST_REMEMBERED > 10 * 300 / 10
    said = [one.remember(HERE, f"nonce-of-{n:016}", until=NOON + 600, now=NOON) for n in range(25)]
    assert said == [Heard.FIRST] * 20 + [Heard.TOO_MANY] * 5
    assert other.remember(THERE, "a" * 22, until=NOON + 600, now=NOON) is Heard.FIRST
    assert one.forget(NOON + 600) == 21
