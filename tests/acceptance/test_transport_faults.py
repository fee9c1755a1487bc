"""Everything that can stand where the registry was, below HTTP and in it: nothing is applied, and what it is is named.

A real kiosk's folder, enrolled at a real registry, meets a server on the loopback that lies in one way. The last tests
show that the rig can fail: the honest registry at the same kind of address does change what the kiosk holds.
"""

import gzip
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import pytest

from kiosk.clock import SystemClock, machine_seconds
from kiosk.rules.words import ClockTrust, LaneDirection
from kiosk.store.home import Home
from sync.errors import UnreachableError, UnreadableReplyError
from sync.network_state import NetworkState
from sync.registry.park_ca import ParkCa
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.serving import RegistryServer
from sync.transport import FirstContact, Limits
from tests.support.hostile_server import Authority, hostile_server, self_signed, whole
from tests.support.shell import qaqpa, qaqpa_here
from ui.assembly import open_reader, open_sync

DAY = 86_400
TEN_YEARS = 10 * 365 * DAY
QUICK = Limits(connect_seconds=2, silence_seconds=2, total_seconds=2.5, download_seconds=2.5, body_bytes=1 << 20)
PORTAL = b"<!DOCTYPE html><html><body>Welcome to Free WiFi</body></html>"
Answer = Callable[[str], Iterator[bytes]]


@dataclass(frozen=True)
class Park:
    """A registry's folder, and a kiosk's folder that was enrolled there and has synced."""

    registry: Path
    kiosk: Path
    authority: Authority
    now: int


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> Park:
    """Made once; each test works on a copy of the kiosk."""
    place = tmp_path_factory.mktemp("park")
    registry, kiosk = place / "registry", place / "kiosk"
    init_registry(registry, is_demo=True).close()
    with serving(registry, is_secure=False) as (service, url):
        code = service.enrol(7, 1, 1, LaneDirection.ENTRY).text
        told = qaqpa("enrol", url, code, "--data", kiosk, "--json", env={"QAQPA_PIN": "480275"})
        assert told.code == 0, told.err
        assert qaqpa_here("sync", "--once", "--data", kiosk).code == 0
        now = machine_seconds()
        ParkCa(service.folder).make(["localhost", "127.0.0.1"], now)
    authority = Authority.of(registry / "keys")
    home = Home(kiosk)
    home.park_ca_file.write_bytes(authority.pem())
    point(home, "https://localhost:1")
    assert sync_once(home)["network_state"] == NetworkState.NO_CONNECTION  # whatever a failed cycle leaves is there
    assert named(home)[0] == NetworkState.NO_CONNECTION
    return Park(registry, kiosk, authority, now)


@contextmanager
def serving(registry: Path, *, is_secure: bool) -> Iterator[tuple[RegistryService, str]]:
    """The real registry at the machine's time."""
    service = open_registry(registry)
    server = RegistryServer(service, "127.0.0.1", 0, is_secure=is_secure)
    server.start()
    try:
        yield service, server.url
    finally:
        server.stop()
        service.close()


@pytest.fixture
def kiosk(park: Park, tmp_path: Path) -> Home:
    """A copy of the kiosk, which has the certificate of its park's authority."""
    for suffix in ("", ".keys"):
        shutil.copytree(park.kiosk.with_name("kiosk" + suffix), tmp_path / f"kiosk{suffix}")
    return Home(tmp_path / "kiosk")


def point(home: Home, url: str) -> None:
    home.config_file.write_text(f'[registry]\nurl = "{url}"\n')


def sync_once(home: Home, **env: str) -> dict[str, object]:
    """What `qaqpa sync --once` says."""
    return qaqpa_here("sync", "--once", "--data", home.path, "--json", env=env).record


def named(home: Home) -> tuple[object, str]:
    """What `qaqpa status` says of the line."""
    record = qaqpa_here("status", "--data", home.path, "--json").record
    return record["network_state"], str(record["network_said"])


def held(home: Home) -> dict[str, str]:
    """Every file in which the kiosk keeps what it believes and what it did, byte for byte."""
    left_out = {"network.json", "lock"}
    files = [path for path in home.kiosk.rglob("*") if path.is_file() and path.name not in left_out]
    # a reader leaves an empty log, and the index of it
    kept = [path for path in files if path.stat().st_size and not path.name.endswith("-shm")]
    return {str(path.relative_to(home.kiosk)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


def expect_nothing_applied(home: Home, state: NetworkState, **env: str) -> str:
    """A cycle changes no byte, and both commands name the state; the sentence that they say."""
    before = held(home)
    assert {"journal.db", "sync.db", "revocations.db"} <= set(before)
    assert any(name.startswith("trust/") for name in before)
    record = sync_once(home, **env)
    assert record["network_state"] == state, record
    assert (record["received"], record["snapshot"], record["set_version"]) == (0, False, None)
    assert named(home)[0] == state
    assert held(home) == before
    assert f", line {state}; " in qaqpa_here("sync", "--once", "--data", home.path, env=env).out
    return named(home)[1]


def honest(_target: str) -> Iterator[bytes]:
    """What no certificate fault lets anybody hear."""
    yield whole(b'{"scopes":[]}')


# ---- who answers ----------------------------------------------------------------------------------------------------

CERTIFICATES = [
    (NetworkState.CERTIFICATE_EXPIRED, "ran out on", lambda p, f: p.authority.context(f, p.now - 9 * DAY, p.now - DAY)),
    (
        NetworkState.CERTIFICATE_NOT_YET_VALID,
        "clock may be wrong",
        lambda p, f: p.authority.context(f, p.now + DAY, p.now + 9 * DAY),
    ),
    (
        NetworkState.CERTIFICATE_OF_ANOTHER_HOST,
        "another address",
        lambda p, f: p.authority.context(f, p.now - DAY, p.now + DAY, ["registry.example.kz"]),
    ),
    (
        NetworkState.CERTIFICATE_OF_ANOTHER_CA,
        "not signed by this park's authority",
        lambda p, f: Authority.new(p.now).context(f, p.now - DAY, p.now + DAY),
    ),
    (NetworkState.CERTIFICATE_SELF_SIGNED, "signed by itself", lambda p, f: self_signed(f, p.now - DAY, p.now + DAY)),
    (NetworkState.NOT_ENCRYPTED, "does not encrypt", lambda p, f: None),
]


@pytest.mark.parametrize(("state", "said", "context"), CERTIFICATES, ids=[str(state) for state, *_ in CERTIFICATES])
def test_a_server_that_cannot_prove_who_it_is_hears_no_request(
    park: Park, kiosk: Home, tmp_path: Path, state: NetworkState, said: str, context: Callable[..., object]
) -> None:
    with hostile_server(honest, context(park, tmp_path / "server.pem")) as (port, heard):  # type: ignore[arg-type]
        point(kiosk, f"https://localhost:{port}")
        assert said in expect_nothing_applied(kiosk, state)
    assert heard.connections > 0
    assert [head for head in heard.heads if head.startswith((b"GET", b"POST"))] == []


def test_a_portal_that_looks_into_what_is_encrypted_is_another_authority(
    park: Park, kiosk: Home, tmp_path: Path
) -> None:
    portal = Authority.new(park.now).context(tmp_path / "portal.pem", park.now - DAY, park.now + DAY)
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(Authority.new(park.now).pem())
    with hostile_server(lambda _target: iter([whole(PORTAL, "302 Found", "text/html")]), portal) as (port, heard):
        point(kiosk, f"https://localhost:{port}")
        expect_nothing_applied(kiosk, NetworkState.CERTIFICATE_OF_ANOTHER_CA)
    assert heard.heads == []


def test_the_environment_can_neither_add_an_authority_nor_a_proxy_nor_hear_the_session_s_keys(
    park: Park, kiosk: Home, tmp_path: Path
) -> None:
    other = Authority.new(park.now)
    bundle, log = tmp_path / "bundle.pem", tmp_path / "keys.log"
    bundle.write_bytes(other.pem())
    (tmp_path / "netrc").write_text("machine localhost login thief password thief\n")
    context = other.context(tmp_path / "server.pem", park.now - DAY, park.now + DAY)
    names = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    with hostile_server(honest, context) as (port, heard), hostile_server(honest, None) as (proxy, asked):
        env = dict.fromkeys(names, str(bundle)) | {"SSLKEYLOGFILE": str(log), "NETRC": str(tmp_path / "netrc")}
        env |= dict.fromkeys(("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "http_proxy"), f"http://127.0.0.1:{proxy}")
        point(kiosk, f"https://localhost:{port}")
        expect_nothing_applied(kiosk, NetworkState.CERTIFICATE_OF_ANOTHER_CA, **env, NO_PROXY="")
    assert (heard.heads, asked.connections) == ([], 0)
    assert not log.exists()


def test_without_its_park_s_authority_a_kiosk_sends_nothing(park: Park, kiosk: Home, tmp_path: Path) -> None:
    context = park.authority.context(tmp_path / "server.pem", park.now - DAY, park.now + DAY)
    kiosk.park_ca_file.unlink()
    with hostile_server(honest, context) as (port, heard):
        point(kiosk, f"https://localhost:{port}")
        assert "nothing is sent" in expect_nothing_applied(kiosk, NetworkState.NO_PARK_CA)
        kiosk.park_ca_file.write_text("no certificate")
        expect_nothing_applied(kiosk, NetworkState.NO_PARK_CA)
    assert heard.connections == 0


# ---- what they answer, once they have the right certificate ---------------------------------------------------------


def forever(piece: bytes, pause: float = 0.0, begin: bytes = b"") -> Answer:
    def pieces(_target: str) -> Iterator[bytes]:
        yield begin
        for item in repeat(piece):
            time.sleep(pause)
            yield item

    return pieces


def always(answer: bytes) -> Answer:
    return lambda _target: iter([answer])


JSON, PACKED = "application/json", "Content-Encoding: gzip"
BOMB = gzip.compress(bytes(64 << 20))
OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ANSWERS = {
    "301 elsewhere": (
        NetworkState.REDIRECTED,
        always(whole(b"", "301 Moved", "text/plain", "Location: https://x.kz/")),
    ),
    "302 and a page": (
        NetworkState.CAPTIVE_PORTAL,
        always(whole(PORTAL, "302 Found", "text/html", "Location: https://login.example.com/")),
    ),
    "200 and a page": (NetworkState.CAPTIVE_PORTAL, always(whole(PORTAL, "200 OK", "text/html"))),
    "a page that says it is a message": (NetworkState.CAPTIVE_PORTAL, always(whole(PORTAL))),
    "511": (NetworkState.CAPTIVE_PORTAL, always(whole(PORTAL, "511 Network Authentication Required", "text/html"))),
    "a gzip bomb": (NetworkState.TOO_LONG, always(whole(BOMB, "200 OK", JSON, PACKED))),
    "a gzip bomb as an error": (
        NetworkState.REQUEST_REFUSED,
        always(whole(BOMB, "403 No", JSON, PACKED)),
    ),
    "a body without an end": (NetworkState.TOO_LONG, forever(bytes(65536), begin=OPEN + b"\r\n")),
    "headers without an end": (NetworkState.TOO_LONG, forever(b"X-Flood: " + b"a" * 4000 + b"\r\n", begin=OPEN)),
    "a header without an end": (NetworkState.TOO_LONG, forever(b"a" * 4096, begin=OPEN + b"X-Flood: ")),
    "continue for ever": (NetworkState.TOO_LONG, forever(b"HTTP/1.1 100 Continue\r\n\r\n")),
    "pieces of one byte": (
        NetworkState.TOO_LONG,
        forever(b"1\r\n \r\n" * 2000, begin=OPEN + b"Transfer-Encoding: chunked\r\n\r\n"),
    ),
    "cut in the middle": (NetworkState.CUT_OFF, always(OPEN + b"Content-Length: 1000\r\n\r\n" + b" " * 100)),
    "cut in the head": (NetworkState.CUT_OFF, always(OPEN)),
    "no HTTP": (NetworkState.CUT_OFF, always(b"SSH-2.0-OpenSSH_9.2\r\n")),
    "500": (NetworkState.REGISTRY_UNAVAILABLE, always(whole(b"", "500 Oh", "text/plain"))),
}


@pytest.mark.parametrize("fault", ANSWERS)
def test_whatever_they_answer_nothing_is_applied_and_it_is_named(
    park: Park, kiosk: Home, tmp_path: Path, fault: str
) -> None:
    state, answer = ANSWERS[fault]
    context = park.authority.context(tmp_path / "server.pem", park.now - DAY, park.now + DAY)
    with hostile_server(answer, context) as (port, heard):
        point(kiosk, f"https://localhost:{port}")
        expect_nothing_applied(kiosk, state)
    assert heard.heads


@pytest.mark.parametrize("body", [b"hello", b'{"schema": 1}'])
def test_who_has_the_right_certificate_and_no_signature_is_not_believed(
    park: Park, kiosk: Home, tmp_path: Path, body: bytes
) -> None:
    context = park.authority.context(tmp_path / "server.pem", park.now - DAY, park.now + DAY)
    with hostile_server(always(whole(body)), context) as (port, _):
        point(kiosk, f"https://localhost:{port}")
        before = held(kiosk)
        assert sync_once(kiosk)["network_state"] == NetworkState.NOT_BELIEVED
        assert named(kiosk)[0] == NetworkState.NOT_BELIEVED
    after = held(kiosk)
    # that there was a contact is noted
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {"sync.db", "sync.db-wal"}


SLOW = {
    "1 byte a second of a body": forever(b" ", 1.0, OPEN + b"\r\n"),
    "1 byte a second of a head": forever(b"a", 1.0, OPEN + b"X-Slow: "),
    "nothing at all": forever(b"", 1.0),
}


@pytest.mark.parametrize("fault", SLOW)
def test_however_slow_they_are_the_total_time_ends_it(park: Park, kiosk: Home, tmp_path: Path, fault: str) -> None:
    context = park.authority.context(tmp_path / "server.pem", park.now - DAY, park.now + DAY)
    with hostile_server(SLOW[fault], context) as (port, _):
        before, seconds = held(kiosk), time.monotonic()
        report = cycle(kiosk, f"https://localhost:{port}")
        assert time.monotonic() - seconds < 30
    assert report in (NetworkState.TOO_SLOW, NetworkState.CUT_OFF)
    assert (fault == "nothing at all") == (report is NetworkState.CUT_OFF), "silence ends before the total time"
    assert named(kiosk)[0] == report
    assert held(kiosk) == before


def test_a_handshake_that_drips_ends_with_the_total_time(kiosk: Home) -> None:
    slow = Limits(connect_seconds=20, silence_seconds=20, total_seconds=3, download_seconds=3)
    with hostile_server(forever(b"\x16", 1.0), None) as (port, _):
        # whatever the first bytes are taken for, they are taken for nothing that goes on
        began = time.monotonic()
        assert cycle(kiosk, f"https://localhost:{port}", slow) in (NetworkState.TOO_SLOW, NetworkState.NOT_ENCRYPTED)
        assert time.monotonic() - began < 30


def cycle(home: Home, url: str, limits: Limits = QUICK) -> NetworkState | None:
    """What one cycle with shorter limits calls it: `qaqpa sync` waits five minutes."""
    with home.lock("test"), open_sync(home, url=url, limits=limits) as end:
        return end.engine.run_cycle().network_state


# ---- first contact --------------------------------------------------------------------------------------------------


def test_a_first_contact_sends_a_path_and_nothing_else(park: Park, tmp_path: Path) -> None:
    context = Authority.new(park.now).context(tmp_path / "rogue.pem", park.now - 9 * DAY, park.now - DAY, ["elsewhere"])
    cookie = whole(b"{}", "200 OK", "application/json", "Set-Cookie: a=b; Path=/")
    with hostile_server(always(cookie), context) as (port, heard):
        contact = FirstContact(f"https://localhost:{port}")
        for name in ("metadata/1.root.json", "targets/keys.json"):
            assert contact.fetch(f"/v1/trust/{name}", most_bytes=100) == b"{}"
        contact.close()
    assert heard.paths == ["/v1/trust/metadata/1.root.json", "/v1/trust/targets/keys.json"]
    said = b"".join(heard.heads).lower()
    assert not [word for word in (b"signature", b"cookie", b"authorization", b"content-") if word in said]


@pytest.mark.parametrize(
    "path",
    ["/v1/nonce", "/v1/trust", "/v1/trust/../enrolments", "/v1/trust/%2e%2e/x", "/v1/trust/a?b", "//x/v1/trust/a"],
)
def test_a_first_contact_goes_nowhere_else(path: str) -> None:
    with pytest.raises(Exception, match="below /v1/trust/ only"):
        FirstContact("https://localhost:1").fetch(path, most_bytes=100)


def test_a_first_contact_is_bounded_like_everything(park: Park, tmp_path: Path) -> None:
    context = Authority.new(park.now).context(tmp_path / "rogue.pem", park.now - DAY, park.now + DAY)
    with (
        hostile_server(always(whole(bytes(200))), context) as (port, _),
        pytest.raises(UnreadableReplyError, match="longer than 100 bytes"),
    ):
        FirstContact(f"https://localhost:{port}").fetch("/v1/trust/x", most_bytes=100)
    with pytest.raises(UnreachableError):
        FirstContact("https://localhost:1", limits=QUICK).fetch("/v1/trust/x", most_bytes=100)


# ---- a clock that is ten years off ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [TEN_YEARS, -TEN_YEARS])
def test_a_kiosk_whose_clock_battery_died_finds_its_registry_and_learns_the_time(
    park: Park, kiosk: Home, tmp_path: Path, ahead: int
) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(park.registry, registry)
    clock = wrong_clock(kiosk, ahead)
    assert clock.now().trust is ClockTrust.SUSPECT
    with serving(registry, is_secure=True) as (service, url):
        service.publish_set(7)
        with kiosk.lock("test"), open_sync(kiosk, clock=clock, url=url, limits=QUICK) as end:
            report = end.engine.run_cycle()
    assert report.is_good, str(report)
    assert report.network_state is NetworkState.OK
    assert report.set_version is not None
    assert abs(clock.now().now - machine_seconds()) < 1200, "by the manifest, which is ten minutes old at most"


def test_a_certificate_that_ran_out_before_the_last_signed_time_is_refused_whatever_the_clock_says(
    park: Park, kiosk: Home, tmp_path: Path
) -> None:
    context = park.authority.context(tmp_path / "server.pem", park.now - 9 * DAY, park.now - DAY)
    clock = wrong_clock(kiosk, -TEN_YEARS)
    with (
        hostile_server(honest, context) as (port, heard),
        kiosk.lock("test"),
        open_sync(kiosk, clock=clock, url=f"https://localhost:{port}", limits=QUICK) as end,
    ):
        assert end.engine.run_cycle().network_state is NetworkState.CERTIFICATE_EXPIRED
    assert heard.heads == []


def wrong_clock(home: Home, ahead: int) -> SystemClock:
    """The kiosk's clock after power-off, its wall clock off by so much."""
    with open_reader(home) as memory:
        return SystemClock(memory.floor(), wall=lambda: machine_seconds() + ahead)


# ---- the rig can fail -----------------------------------------------------------------------------------------------


def test_the_honest_registry_at_such_an_address_is_believed_and_does_change_the_kiosk(
    park: Park, kiosk: Home, tmp_path: Path
) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(park.registry, registry)
    before = held(kiosk)
    with serving(registry, is_secure=True) as (service, url):
        assert url.startswith("https://")
        version = service.publish_set(7).version
        point(kiosk, url.replace("127.0.0.1", "localhost"))
        record = sync_once(kiosk)
        assert (record["network_state"], record["set_version"]) == (NetworkState.OK, version)
        assert named(kiosk) == (NetworkState.OK, "None")
        assert held(kiosk) != before
        point(kiosk, url)  # by its number
        assert sync_once(kiosk)["network_state"] == NetworkState.OK


def test_a_kiosk_that_knows_both_authorities_notices_nothing_of_the_switch(
    park: Park, kiosk: Home, tmp_path: Path
) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(park.registry, registry)
    with serving(registry, is_secure=True) as (service, url):
        point(kiosk, url)
        authority = ParkCa(service.folder)
        authority.make_next(park.now)
        with kiosk.lock("test"), open_sync(kiosk, limits=QUICK) as end:
            assert end.engine.run_cycle().network_state is NetworkState.OK
            kiosk.park_ca_file.write_text("".join(authority.certificates()))  # while it runs
            assert end.engine.run_cycle().network_state is NetworkState.OK
            authority.switch(park.now)
            end.registry.close()
            assert end.engine.run_cycle().network_state is NetworkState.OK
        kiosk.park_ca_file.write_bytes(park.authority.pem())
        expect_nothing_applied(kiosk, NetworkState.CERTIFICATE_OF_ANOTHER_CA)


def test_a_renewed_certificate_is_shown_without_a_restart(park: Park, kiosk: Home, tmp_path: Path) -> None:
    registry = tmp_path / "registry"
    shutil.copytree(park.registry, registry)
    with serving(registry, is_secure=True) as (service, url):
        point(kiosk, url)
        assert sync_once(kiosk)["network_state"] == NetworkState.OK
        ParkCa(service.folder).make(["elsewhere.example.kz"], park.now)
        expect_nothing_applied(kiosk, NetworkState.CERTIFICATE_OF_ANOTHER_HOST)
        assert ParkCa(service.folder).renew(park.now, ["127.0.0.1"]).server.hosts == ("127.0.0.1",)
        assert sync_once(kiosk)["network_state"] == NetworkState.OK
