"""Connections under guard: watched, so that a total time ends them at any byte; bounded, so that no head fills memory.

With sync/answers.py and sync/transport.py the only modules of sync that know `requests` and `urllib3`.
"""

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kiosk.rules.moment import Moment
from sync.errors import CutOffError
from sync.network_state import NetworkState
from sync.tls import expect_in_date

MOST_HEAD_BYTES = 64 * 1024
_MOST_LINE_BYTES = 1024 * 1024  # what frames the pieces of a long body, and what follows it


class OverlongError(http.client.HTTPException):
    """The head of an answer, or what frames its pieces, has no end."""


class Watch:
    """Shuts the socket of a request down when its time is up: a timeout of `requests` starts again with every byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.seconds = 0.0
        self.has_expired = False
        self.is_aborted = False

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Let the requests inside take this long, all together."""
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
            sentence = f"The registry took longer than {self.seconds:g} s."
            raise CutOffError(sentence, state=NetworkState.TOO_SLOW) from cause

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


def open_session(watch: Watch, context: ssl.SSLContext | None, moment: Callable[[], Moment] | None) -> requests.Session:
    """A session that obeys no environment, keeps no cookie and retries nothing; without a context it speaks no TLS.

    Certificates are held against `moment`; None for a first contact, which believes none.
    """
    session = requests.Session()
    # or HTTP_PROXY, REQUESTS_CA_BUNDLE and .netrc would override what stands here
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.mount("http://", _Adapter(watch, None, None))
    session.mount("https://", _Adapter(watch, context, moment))
    return session


class _Adapter(HTTPAdapter):
    """Connections of our own kind; none is retried behind our back, none is believed by the machine's CAs."""

    def __init__(self, watch: Watch, context: ssl.SSLContext | None, moment: Callable[[], Moment] | None) -> None:
        self._context = context
        self._pools = _guarded_pools(watch, moment)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        pool: dict[str, Any] = {"cert_reqs": self._requirement}
        return host, pool if self._context is None else pool | {"ssl_context": self._context}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        # the one of requests would add its own bundle of authorities to the context
        conn.cert_reqs = self._requirement

    @property
    def _requirement(self) -> str:
        is_unchecked = self._context is not None and self._context.verify_mode is ssl.CERT_NONE
        return "CERT_NONE" if is_unchecked else "CERT_REQUIRED"


def _guarded_pools(watch: Watch, moment: Callable[[], Moment] | None) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        response_class = _BoundedResponse

        def connect(self) -> None:
            super().connect()
            watch.opened(self.sock)

    class Secure(HTTPSConnection):
        response_class = _BoundedResponse
        _early: socket.socket | None = None

        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn()
            # a second handle on it: the first one is taken over by TLS, and a handshake may drip as slowly as a body
            self._early = connection.dup()
            watch.opened(self._early)
            return connection

        def connect(self) -> None:
            try:
                super().connect()
                watch.opened(self.sock)
            finally:
                if self._early is not None:
                    self._early.close()
            if moment is None:
                self.is_verified = True  # as far as it will ever be: or urllib3 warns at each request
                return
            try:
                assert isinstance(self.sock, ssl.SSLSocket)
                expect_in_date(self.sock.getpeercert(binary_form=True), moment())
            except ssl.SSLError:
                self.close()
                raise

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


class _BoundedLines(io.BufferedReader):
    """What comes in, with a bound on all that is read line by line: the head first, then what frames the body."""

    left_bytes = MOST_HEAD_BYTES
    newest = b""

    def readline(self, size: int | None = -1) -> bytes:
        most = self.left_bytes + 1
        line = super().readline(most if size is None or size < 0 else min(size, most))
        self.left_bytes -= len(line)
        if self.left_bytes < 0:
            raise OverlongError("more than a head may have")
        self.newest = line
        return line


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fp: Any = _BoundedLines(self.fp.detach())

    def begin(self) -> None:
        # as many answers of "continue" as come before the real one count too
        super().begin()
        if isinstance(self.fp, _BoundedLines):
            if self.fp.newest not in {b"\r\n", b"\n"}:  # http.client takes an end in the middle for the end of the head
                raise http.client.IncompleteRead(self.fp.newest)
            self.fp.left_bytes = _MOST_LINE_BYTES
