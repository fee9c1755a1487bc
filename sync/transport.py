"""HTTP as a kiosk wants it: bounded bodies, a bounded total time, no redirects, no word from the environment.

The only module of sync that knows `requests`; no exception of that library leaves it.
"""

import ipaddress
import socket
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from kiosk.errors import UsageError
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
from sync.protocol import JSON_TYPE, Problem, ProblemKind, read

CHUNK_BYTES = 16 * 1024  # over 2G some three seconds: what is urgent goes between two of them
MOST_PROBLEM_BYTES = 64 * 1024
_NETWORK_LOGIN_REQUIRED = 511

Signer = Callable[[str, str, bytes | None], Mapping[str, str]]
"""(method, path and query, body) → the headers that sign the request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How long and how much; the times are generous because a page over 2G takes minutes, not seconds."""

    connect_seconds: float = 10
    silence_seconds: float = 30
    total_seconds: float = 300
    download_seconds: float = 3600
    body_bytes: int = 8 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A complete reply: 2xx or 304."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """A reply that is still coming in: 2xx."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


def checked_base(url: str) -> str:
    """The registry's address without a slash at its end; UsageError unless it is https, or http to this machine."""
    parts = urlsplit(url.strip())
    try:
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{url!r} is not an address: {error}") from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is not the address of a registry; it looks like https://registry.example.kz")
    if parts.scheme == "http" and not _is_loopback(host):
        raise UsageError(f"{url!r} is not encrypted; http:// is only accepted for a registry on this machine.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Transport:
    """Requests to one registry, one at a time; `abort` may be called from any thread."""

    def __init__(
        self,
        base: str,
        *,
        signer: Signer | None = None,
        limits: Limits | None = None,
        ca_file: Path | None = None,
        software: str = "qaqpa",
    ) -> None:
        self._base = checked_base(base)
        self._prefix = urlsplit(self._base).path
        self._signer, self._limits = signer, limits or Limits()
        self._watch = _Watch()
        self._session = requests.Session()
        # or HTTP_PROXY, REQUESTS_CA_BUNDLE and .netrc would override what stands here
        self._session.trust_env = False
        self._session.verify = str(ca_file) if ca_file else True
        self._session.headers = {"User-Agent": software}
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._watch))

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def abort(self) -> None:
        """End the request under way, if there is one, with CutOffError; later ones end at once."""
        self._watch.abort()

    def request(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The complete reply; every other outcome is one of sync.errors."""
        wanted = {"Accept": JSON_TYPE, "Accept-Encoding": "gzip", **(headers or {})}
        with self._open(method, path, body, wanted, self._limits.total_seconds) as response:
            data = self._whole(response, self._limits.body_bytes)
            if response.status_code != requests.codes.not_modified:
                _expect_json(response, data)
            return Answer(status=response.status_code, headers=response.headers, body=data)

    @contextmanager
    def stream(self, path: str, *, headers: Mapping[str, str]) -> Iterator[Stream]:
        """A reply as it comes in, unpacked by nobody."""
        wanted = {"Accept-Encoding": "identity", **headers}
        with self._open("GET", path, None, wanted, self._limits.download_seconds) as response:
            if _is_page(response, b""):
                raise CaptivePortalError(_PORTAL)
            yield Stream(status=response.status_code, headers=response.headers, chunks=self._chunks(response))

    @contextmanager
    def _open(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> Iterator[requests.Response]:
        signed = self._signer(method, self._prefix + path, body) if self._signer else {}
        content = {} if body is None else {"Content-Type": JSON_TYPE}
        with self._watch.limit(seconds):
            with _errors_translated(self._watch):
                response = self._session.request(
                    method,
                    self._base + path,
                    data=body,
                    headers={**headers, **content, **signed},
                    timeout=(self._limits.connect_seconds, self._limits.silence_seconds),
                    allow_redirects=False,
                    stream=True,
                )
            try:
                self._expect_success(response)
                yield response
            finally:
                response.close()

    def _expect_success(self, response: requests.Response) -> None:
        status = response.status_code
        if status == _NETWORK_LOGIN_REQUIRED:
            raise CaptivePortalError(_PORTAL)
        if 200 <= status < 300 or status == requests.codes.not_modified:
            return
        if 300 <= status < 400:
            raise RedirectError(_elsewhere(response.headers.get("Location", "")))
        said, kind = self._problem(response)
        if status == requests.codes.too_many_requests or status >= 500:
            raise RegistryUnavailableError(
                f"The registry cannot answer now ({status}): {said}",
                status=status,
                retry_after_seconds=_seconds(response.headers.get("Retry-After")),
            )
        error = CursorExpiredError if status == requests.codes.gone else RegistryRefusedError
        raise error(f"The registry said no ({status}): {said}", status=status, kind=kind)

    def _problem(self, response: requests.Response) -> tuple[str, str]:
        try:
            problem = read(Problem, self._whole(response, MOST_PROBLEM_BYTES))
        except SyncError:
            return "it gave no reason", ProblemKind.OTHER
        return problem.detail or problem.title, problem.type

    def _whole(self, response: requests.Response, most: int) -> bytes:
        data = bytearray()
        for chunk in self._chunks(response):
            data += chunk
            if len(data) > most:
                raise UnreadableReplyError(f"The registry's answer is longer than {most} bytes.")
        return _unpacked(bytes(data), response.headers.get("Content-Encoding", "identity"), most)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        # decode_content=False: requests unpacks gzip without any bound
        incoming = response.raw.stream(CHUNK_BYTES, decode_content=False)
        while True:
            with _errors_translated(self._watch):
                chunk = next(incoming, None)
            if chunk is None:
                return
            yield chunk


_PORTAL = "A web page came instead of the registry's answer: this network asks somebody to log in first."


def _elsewhere(location: str) -> str:
    host = urlsplit(location).hostname or "another page"
    return f"The registry's address points to {host}; a kiosk follows nobody. Does this network ask for a log-in?"


def _seconds(text: str | None) -> int | None:
    # the form with a date would mean to believe the other end's clock
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _unpacked(data: bytes, coding: str, most: int) -> bytes:
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not data:
        return data
    if coding != "gzip":
        raise UnreadableReplyError(f"The registry's answer is packed as {coding!r}, which was not asked for.")
    opener = zlib.decompressobj(wbits=31)
    try:
        plain = opener.decompress(data, most + 1)
    except zlib.error as error:
        raise UnreadableReplyError(f"The registry's answer cannot be unpacked: {error}") from error
    if len(plain) > most:
        raise UnreadableReplyError(f"The registry's answer unpacks to more than {most} bytes.")
    if not opener.eof:
        raise CutOffError("The registry's answer ended before its end.")
    return plain


def _expect_json(response: requests.Response, data: bytes) -> None:
    if _is_page(response, data):
        raise CaptivePortalError(_PORTAL)
    kind = _media_type(response)
    if kind != JSON_TYPE:
        raise UnreadableReplyError(f"The registry answered with {kind or 'something nameless'}, not {JSON_TYPE}.")


def _is_page(response: requests.Response, data: bytes) -> bool:
    return _media_type(response) in {"text/html", "application/xhtml+xml"} or data[:256].lstrip()[:1] == b"<"


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@contextmanager
def _errors_translated(watch: "_Watch") -> Iterator[None]:
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise UnreachableError(f"The registry could not prove who it is: {_root_cause(error)}") from error
    except requests.exceptions.ConnectTimeout as error:
        raise UnreachableError("The registry did not pick up in time.") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        watch.check(error)
        if _never_connected(error):
            raise UnreachableError(f"There is no connection to the registry: {_root_cause(error)}") from error
        raise CutOffError(f"The connection to the registry broke: {_root_cause(error)}") from error
    # a socket that was shut down reads like the end of a body whose length nobody said
    watch.check()


def _never_connected(error: BaseException) -> bool:
    # urllib3 wraps what it could not connect to as NewConnectionError, below requests' ConnectionError
    return any(type(cause).__name__ in {"NewConnectionError", "NameResolutionError"} for cause in _causes(error))


def _root_cause(error: BaseException) -> str:
    deepest = list(_causes(error))[-1]
    return str(deepest) or type(deepest).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in seen:
        seen.append(following)
        yield following
        inner = [item for item in following.args if isinstance(item, BaseException)]
        reason = getattr(following, "reason", None)
        following = inner[0] if inner else reason if isinstance(reason, BaseException) else following.__cause__


class _Watch:
    """Shuts the socket of a request down when its time is up: a timeout of `requests` starts again with every byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.seconds = 0.0
        self.has_expired = False
        self.is_aborted = False

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Let the requests inside take this long."""
        self.seconds, self.has_expired = seconds, False
        self.check()
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def check(self, cause: Exception | None = None) -> None:
        """CutOffError if it was this watch that ended the request."""
        if self.is_aborted:
            raise CutOffError("The request was given up because the program is ending.") from cause
        if self.has_expired:
            raise CutOffError(f"The registry took longer than {self.seconds:g} s.") from cause

    def opened(self, connection: socket.socket) -> None:
        """A connection was made; it stays watched until it is closed."""
        with self._lock:
            self._sockets = {item for item in self._sockets if item.fileno() >= 0} | {connection}
        if self.is_aborted or self.has_expired:
            self._shut()

    def abort(self) -> None:
        """End what is under way and all that would follow."""
        self.is_aborted = True
        self._shut()

    def _expire(self) -> None:
        self.has_expired = True
        self._shut()

    def _shut(self) -> None:
        with self._lock:
            for connection in self._sockets:
                try:
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)  # a TLS socket would drop its session first
                except OSError:
                    continue  # closed already
            self._sockets.clear()


class _Adapter(HTTPAdapter):
    """Connections that report their socket to the watch; none is ever retried behind our back."""

    def __init__(self, watch: _Watch) -> None:
        self._pools = _watched_pools(watch)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _watched_pools(watch: _Watch) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watch.opened(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watch.opened(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
