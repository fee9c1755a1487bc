import gzip
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest

from kiosk.errors import UsageError
from sync.client import HttpRegistry
from sync.errors import (
    CaptivePortalError,
    CursorExpiredError,
    CutOffError,
    RedirectError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SyncError,
    UnreachableError,
    UnreadableReplyError,
)
from sync.network_state import NetworkState
from sync.protocol import MessageError, Problem, ProblemKind, write
from sync.revocation_log import UrgentReply
from sync.transport import Limits, Transport, checked_base
from tests.support.fault_proxy import bad_line
from tests.support.scripted_server import Reply, Request, Script, serve

QUICK = Limits(connect_seconds=2, silence_seconds=0.3, total_seconds=0.6, download_seconds=0.6, body_bytes=100_000)
NOTHING = UrgentReply(revocations=0, set=0)
HEADS = write(NOTHING)


def heads(registry: HttpRegistry) -> UrgentReply:
    """Ask for something small."""
    return registry.urgent(7, after=0, set_version=0, wait_seconds=0)


def ask(script: Script, limits: Limits = QUICK) -> UrgentReply:
    with serve(script) as url:
        registry = HttpRegistry(url, limits=limits)
        try:
            return heads(registry)
        finally:
            registry.close()


def always(reply: Reply) -> Script:
    return lambda request: reply


def forever(piece: bytes, pause: float = 0.0) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        for item in repeat(piece):
            time.sleep(pause)
            yield item

    return pieces


def problem(status: int, kind: str = ProblemKind.OTHER, **headers: str) -> Reply:
    body = write(Problem(status=status, title="No", type=kind, detail="Because."))
    return Reply(body=body, status=status, content_type="application/problem+json", headers=headers)


def test_a_good_answer_is_read() -> None:
    assert ask(always(Reply(body=HEADS))) == NOTHING


def test_a_packed_answer_is_unpacked() -> None:
    assert ask(always(Reply(body=gzip.compress(HEADS), headers={"Content-Encoding": "gzip"}))) == NOTHING


PORTAL = b"<!DOCTYPE html><html><body>Welcome to Free WiFi</body></html>"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(body=PORTAL, content_type="text/html"), CaptivePortalError),
        (Reply(body=PORTAL, content_type="application/json"), CaptivePortalError),
        (Reply(body=b"", status=511), CaptivePortalError),
        (Reply(body=b"", status=302, headers={"Location": "https://login.example.com/"}), RedirectError),
        (Reply(body=b"", status=308, headers={"Location": "/v2/scopes"}), RedirectError),
        (Reply(body=b"{", length=1), MessageError),
        (Reply(body=b"[]"), MessageError),
        (Reply(body=b"", content_type="text/plain"), UnreadableReplyError),
        (Reply(body=HEADS, headers={"Content-Encoding": "br"}), UnreadableReplyError),
        (Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), UnreadableReplyError),
        (Reply(body=gzip.compress(bytes(10 << 20)), headers={"Content-Encoding": "gzip"}), UnreadableReplyError),
        (Reply(body=gzip.compress(HEADS)[:-9], headers={"Content-Encoding": "gzip"}), CutOffError),
        (Reply(body=bytes(200_000)), UnreadableReplyError),
        (Reply(body=forever(bytes(8192))), UnreadableReplyError),
        (Reply(body=forever(b" ", 0.05)), CutOffError),
        (Reply(body=HEADS, length=100), CutOffError),
        (problem(400, ProblemKind.UNREADABLE), RegistryRefusedError),
        (problem(410, ProblemKind.CURSOR_EXPIRED), CursorExpiredError),
        (problem(500), RegistryUnavailableError),
        (problem(429), RegistryUnavailableError),
        (Reply(body=PORTAL, status=502, content_type="text/html"), RegistryUnavailableError),
        (Reply(body=forever(bytes(8192)), status=500), RegistryUnavailableError),
        (Reply(body=bytes(10), status=404), RegistryRefusedError),
    ],
)
def test_every_bad_answer_is_an_error_with_its_name(reply: Reply, error: type[SyncError]) -> None:
    began = time.monotonic()
    with pytest.raises(SyncError) as caught:
        ask(always(reply))
    assert type(caught.value) is error
    assert time.monotonic() - began < 2
    assert str(caught.value).strip()


def test_a_body_that_drips_for_ever_ends_with_the_total_time() -> None:
    with pytest.raises(CutOffError, match=r"longer than 0\.6 s"):
        ask(always(Reply(body=forever(b" ", 0.05))))


def test_headers_that_drip_for_ever_end_with_the_total_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            client, _ = listener.accept()
            with client:
                try:
                    client.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                    for _ in range(60):
                        time.sleep(0.05)
                        client.sendall(b"a")
                except OSError:
                    return

        thread = threading.Thread(target=drip)
        thread.start()
        began = time.monotonic()
        with pytest.raises(CutOffError):
            Transport(f"http://127.0.0.1:{listener.getsockname()[1]}", limits=QUICK).request("GET", "/")
        assert time.monotonic() - began < 2
        thread.join()


def test_a_problem_tells_its_reason_and_kind() -> None:
    with pytest.raises(RegistryRefusedError, match=r"no \(403\): Because\.") as caught:
        ask(always(problem(403, ProblemKind.CODE_USED)))
    assert (caught.value.status, caught.value.kind) == (403, ProblemKind.CODE_USED)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("30", 30), ("-1", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("٣", None), ("9" * 30, None)],
)
def test_retry_after_is_read_as_seconds_and_nothing_else(header: str, seconds: int | None) -> None:
    reply = problem(503)
    reply.headers["Retry-After"] = header if header.isascii() else header.encode().decode("latin-1")
    with pytest.raises(RegistryUnavailableError) as caught:
        ask(always(reply))
    assert caught.value.retry_after_seconds == seconds


def test_nobody_at_the_address_is_unreachable() -> None:
    with pytest.raises(UnreachableError, match="no connection"):
        heads(HttpRegistry("http://127.0.0.1:1", limits=QUICK))


def test_a_name_that_leads_nowhere_is_unreachable() -> None:
    with pytest.raises(UnreachableError):
        heads(HttpRegistry("https://registry.invalid", limits=QUICK))


def test_an_https_address_is_not_even_asked_without_the_certificate_of_the_parks_authority() -> None:
    seen: list[Request] = []

    def script(request: Request) -> Reply:
        seen.append(request)
        return Reply(body=HEADS)

    with serve(script) as url, pytest.raises(UnreachableError, match="nothing is sent") as caught:
        heads(HttpRegistry(url.replace("http://", "https://"), limits=QUICK))
    assert (caught.value.state, seen) == (NetworkState.NO_PARK_CA, [])


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:1")
    monkeypatch.setitem(os.environ, "NO_PROXY", "")
    monkeypatch.setitem(os.environ, "REQUESTS_CA_BUNDLE", "/nonexistent")
    assert ask(always(Reply(body=HEADS))) == NOTHING


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://registry.example.kz", "not encrypted"),
        ("http://10.0.0.1:8000", "not encrypted"),
        ("http://localhost.example.kz", "not encrypted"),
        ("ftp://registry.example.kz", "not the address"),
        ("registry.example.kz", "not the address"),
        ("https://user:word@registry.example.kz", "not the address"),
        ("https://registry.example.kz/?a=b", "not the address"),
        ("https://registry.example.kz:port", "not an address"),
        ("", "not the address"),
    ],
)
def test_an_address_that_will_not_do_is_told_in_a_sentence(url: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        checked_base(url)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://registry.example.kz/", "https://registry.example.kz"),
        (" https://registry.example.kz/qaqpa/ ", "https://registry.example.kz/qaqpa"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_kept_without_the_slash_at_its_end(url: str, base: str) -> None:
    assert checked_base(url) == base


def test_abort_from_another_thread_ends_a_request_at_once() -> None:
    slow = Limits(silence_seconds=30, total_seconds=30)
    with serve(always(Reply(body=forever(b" ", 0.05)))) as url:
        registry = HttpRegistry(url, limits=slow)
        threading.Timer(0.2, registry.abort).start()
        began = time.monotonic()
        with pytest.raises(CutOffError, match="program is ending"):
            heads(registry)
        assert time.monotonic() - began < 1.5
        with pytest.raises(CutOffError):
            heads(registry)


# ---- bad lines ------------------------------------------------------------------------------------------------------


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_line_that_breaks_or_resets_in_the_middle_is_cut_off_and_then_works_again() -> None:
    body = HEADS + b" " * 50_000
    with serve(always(Reply(body=body))) as url, bad_line(port_of(url)) as (address, line):
        registry = HttpRegistry(address, limits=QUICK)
        for fault in ("cut_after", "reset_after"):
            for place in (0, 10, 30_000):
                setattr(line, fault, place)
                with pytest.raises(CutOffError):
                    heads(registry)
                line.mend()
                assert heads(registry) == NOTHING


def test_a_line_that_falls_silent_is_cut_off() -> None:
    with serve(always(Reply(body=HEADS))) as url, bad_line(port_of(url)) as (address, line):
        line.delay_seconds = 1.0
        with pytest.raises(CutOffError):
            heads(HttpRegistry(address, limits=QUICK))


def test_a_kept_connection_that_died_meanwhile_is_made_anew() -> None:
    with serve(always(Reply(body=HEADS))) as url, bad_line(port_of(url)) as (address, line):
        registry = HttpRegistry(address, limits=QUICK)
        heads(registry)
        heads(registry)
        assert line.connections == 1
        line.hang_up()
        time.sleep(0.1)
        assert heads(registry) == NOTHING
        assert line.connections == 2


def test_requests_carry_what_the_signer_says_over_path_and_body() -> None:
    seen: list[Request] = []

    def script(request: Request) -> Reply:
        seen.append(request)
        return Reply(body=b'{"receipts":[]}')

    class Written:
        name, wants_nonce = "17", False

        def sign(self, method: str, target: str, body: bytes | None, nonce: str | None = None) -> dict[str, str]:
            return {"X-Signed": f"{method} {target}"}

    with serve(script) as url:
        registry = HttpRegistry(url + "/base", signer=Written())
        registry.push(17, [])
    assert seen[0].headers["x-signed"] == "POST /base/v1/devices/17/entries"
    assert seen[0].body == b'{"entries":[]}'
