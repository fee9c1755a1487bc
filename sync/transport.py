"""HTTP as a kiosk wants it: bounded bodies, a bounded total time, no redirects, no word from the environment.

An https address is believed by the park's own authority alone (`ca_file`). What comes before that is known is fetched
by `FirstContact`, which can do nothing else. No exception of `requests` leaves this module.
"""

import ipaddress
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import requests

from kiosk.clock import machine_seconds
from kiosk.errors import BugError, UsageError
from kiosk.rules.moment import Moment
from kiosk.store.files import identity
from sync.answers import PORTAL, elsewhere, errors_translated, expect_json, is_page, seconds_of, unpacked
from sync.connections import Watch, open_session
from sync.errors import (
    CaptivePortalError,
    CursorExpiredError,
    RedirectError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SyncError,
    UnreachableError,
    UnreadableReplyError,
)
from sync.network_state import NetworkState
from sync.protocol import JSON_TYPE, GivenNonce, Problem, ProblemKind, read
from sync.tls import pinned_context, unchecked_context

CHUNK_BYTES = 16 * 1024  # over 2G some three seconds: what is urgent goes between two of them
MOST_PROBLEM_BYTES = 64 * 1024
_NETWORK_LOGIN_REQUIRED = 511

_STATES = {
    ProblemKind.DEVICE_REVOKED: NetworkState.DEVICE_REVOKED,
    ProblemKind.DEVICE_SUSPENDED: NetworkState.DEVICE_SUSPENDED,
}


class Signer(Protocol):
    """Signs requests under a name; `sync.client.device_signer` makes one."""

    name: str

    @property
    def wants_nonce(self) -> bool:
        """Whether the other end must give a nonce first, because this end does not know what time it is."""
        ...

    def sign(self, method: str, target: str, body: bytes | None, nonce: str | None = None) -> Mapping[str, str]:
        """The headers that sign this request; `target` is its path and query."""
        ...


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
    """Requests to one registry, one at a time; `abort` may be called from any thread.

    `ca_file` is read again when it is replaced; `moment` is the time that certificates are held against.
    """

    def __init__(
        self,
        base: str,
        *,
        signer: Signer | None = None,
        limits: Limits | None = None,
        ca_file: Path | None = None,
        moment: Callable[[], Moment] | None = None,
        software: str = "qaqpa",
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._give_way = give_way
        self._base = checked_base(base)
        parts = urlsplit(self._base)
        self._prefix, self._is_secure = parts.path, parts.scheme == "https"
        self._signer, self._limits = signer, limits or Limits()
        self._ca_file, self._software = ca_file, software
        self._moment = moment or (lambda: Moment.at(machine_seconds()))
        self._watch = Watch()
        self._session: requests.Session | None = None
        self._pinned: tuple[int, ...] | None = None

    def close(self) -> None:
        """Let the connection go."""
        if self._session is not None:
            self._session.close()
            self._session = None

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
                expect_json(response, data)
            return Answer(status=response.status_code, headers=response.headers, body=data)

    def fetch(self, path: str, *, most_bytes: int) -> bytes:
        """What lies there for everybody, whatever it is but a web page; asked for without a signature."""
        wanted = {"Accept-Encoding": "gzip"}
        with self._watch.limit(self._limits.total_seconds):
            response = self._send("GET", path, None, wanted)
            try:
                self._expect_success(response)
                data = self._whole(response, min(most_bytes, self._limits.body_bytes))
                if response.status_code != requests.codes.ok:
                    raise UnreadableReplyError(f"The registry answered with status {response.status_code}.")
                if is_page(response, data):
                    raise CaptivePortalError(PORTAL)
                return data
            finally:
                response.close()

    @contextmanager
    def stream(self, path: str, *, headers: Mapping[str, str]) -> Iterator[Stream]:
        """A reply as it comes in, unpacked by nobody."""
        wanted = {"Accept-Encoding": "identity", **headers}
        with self._open("GET", path, None, wanted, self._limits.download_seconds) as response:
            if is_page(response, b""):
                raise CaptivePortalError(PORTAL)
            yield Stream(status=response.status_code, headers=response.headers, chunks=self._chunks(response))

    @contextmanager
    def _open(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], seconds: float
    ) -> Iterator[requests.Response]:
        with self._watch.limit(seconds):
            response = self._heard(method, path, body, headers)
            try:
                yield response
            finally:
                response.close()

    def _heard(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> requests.Response:
        """The answer to a signed request. One that was not signed now by the other end's clock is signed once more."""
        signer = self._signer
        if signer is None:
            return self._expected(method, path, body, headers)
        nonce = self._nonce(signer) if signer.wants_nonce else None
        signed = signer.sign(method, self._prefix + path, body, nonce)
        try:
            return self._expected(method, path, body, {**headers, **signed})
        except RegistryRefusedError as error:
            if nonce is not None or error.kind != ProblemKind.NOT_NOW:
                raise
        # once: what a fresh nonce does not help against is said, and no loop
        signed = signer.sign(method, self._prefix + path, body, self._nonce(signer))
        return self._expected(method, path, body, {**headers, **signed})

    def _nonce(self, signer: Signer) -> str:
        response = self._expected("GET", f"/v1/nonce?name={signer.name}", None, {"Accept": JSON_TYPE})
        try:
            data = self._whole(response, MOST_PROBLEM_BYTES)
            expect_json(response, data)
            return read(GivenNonce, data).nonce
        finally:
            response.close()

    def _expected(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> requests.Response:
        response = self._send(method, path, body, headers)
        try:
            self._expect_success(response)
        except BaseException:
            response.close()
            raise
        return response

    def _send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> requests.Response:
        content = {} if body is None else {"Content-Type": JSON_TYPE}
        session = self._ready()
        self._give_way()  # a request takes some milliseconds of the interpreter, and so does what becomes of its answer
        with errors_translated(self._watch):
            return session.request(
                method,
                self._base + path,
                data=body,
                headers={**headers, **content},
                timeout=(self._limits.connect_seconds, self._limits.silence_seconds),
                allow_redirects=False,
                stream=True,
            )

    def _ready(self) -> requests.Session:
        """The session, made anew where the park's authority was replaced meanwhile."""
        found = identity(self._ca_file) if self._is_secure and self._ca_file is not None else None
        if self._session is None or found != self._pinned:
            self.close()
            context = self._context() if self._is_secure else None
            self._session, self._pinned = open_session(self._watch, context, self._certified_at()), found
            self._session.headers = {"User-Agent": self._software}
        return self._session

    def _context(self) -> ssl.SSLContext:
        if self._ca_file is None or identity(self._ca_file) is None:
            raise UnreachableError(
                "The registry's address is https, and this kiosk has no certificate of its park's authority to know it "
                "by: nothing is sent. Enrolment brings it, and so does a stick with the park's signed files.",
                state=NetworkState.NO_PARK_CA,
            )
        return pinned_context(self._ca_file)

    def _certified_at(self) -> Callable[[], Moment] | None:
        return self._moment

    def _expect_success(self, response: requests.Response) -> None:
        status = response.status_code
        if status == _NETWORK_LOGIN_REQUIRED:
            raise CaptivePortalError(PORTAL)
        if 200 <= status < 300 or status == requests.codes.not_modified:
            return
        if 300 <= status < 400 and is_page(response, b""):
            raise CaptivePortalError(PORTAL)
        if 300 <= status < 400:
            raise RedirectError(elsewhere(response.headers.get("Location", "")))
        said, kind = self._problem(response)
        if status == requests.codes.too_many_requests or status >= 500:
            raise RegistryUnavailableError(
                f"The registry cannot answer now ({status}): {said}",
                status=status,
                retry_after_seconds=seconds_of(response.headers.get("Retry-After")),
            )
        error = CursorExpiredError if status == requests.codes.gone else RegistryRefusedError
        state = _STATES.get(ProblemKind(kind)) if kind in set(ProblemKind) else None
        raise error(f"The registry said no ({status}): {said}", status=status, kind=kind, state=state)

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
                sentence = f"The registry's answer is longer than {most} bytes."
                raise UnreadableReplyError(sentence, state=NetworkState.TOO_LONG)
        self._give_way()
        return unpacked(bytes(data), response.headers.get("Content-Encoding", "identity"), most)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        # decode_content=False: requests unpacks gzip without any bound
        incoming = response.raw.stream(CHUNK_BYTES, decode_content=False)
        while True:
            with errors_translated(self._watch):
                chunk = next(incoming, None)
            if chunk is None:
                return
            yield chunk


class FirstContact:
    """What can be had of a registry before anything is known of it: the files below `/v1/trust/`, and nothing else.

    Over TLS with whoever answers. Nothing is sent but the path: no signature, no body, no cookie. What comes is worth
    nothing until the enrolment code or a signature says so.
    """

    def __init__(self, base: str, *, limits: Limits | None = None) -> None:
        self._transport = _Unchecked(base, limits=limits)

    def fetch(self, path: str, *, most_bytes: int) -> bytes:
        """The bytes of one file below `/v1/trust/`."""
        if not _TRUST_PATH.fullmatch(path) or ".." in path:
            raise BugError(f"A first contact asks for files below /v1/trust/ only, not for {path!r}.")
        return self._transport.fetch(path, most_bytes=most_bytes)

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def abort(self) -> None:
        """End the request under way."""
        self._transport.abort()


_TRUST_PATH = re.compile(r"/v1/trust/[A-Za-z0-9_-][A-Za-z0-9._/-]*")


class _Unchecked(Transport):
    """For `FirstContact` alone, which lets nobody near it."""

    def _context(self) -> ssl.SSLContext:
        return unchecked_context()

    def _certified_at(self) -> None:
        return None
