"""A barrier behind a relay that takes plain HTTP requests, each as the settings word it. A home of `requests`.

The relay ends its pulses itself: the request says how long. Bounded in every way: one connection a request, no
redirect, nothing from the environment, a deadline for the whole of it, and no more read than a relay has to say.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from kiosk.devices.boards import HOLD_SECONDS, BoardError, Reading, Rising
from kiosk.devices.problems import Problem
from kiosk.wiring import Wiring

MOST_BYTES = 64 * 1024
_CHUNK = 4096
_CERTAIN = frozenset({"NewConnectionError", "NameResolutionError", "ConnectTimeoutError"})


class RelayBoard:
    """A relay with an address for each thing it can do."""

    times_pulses = True
    poll_seconds = 0.5

    def __init__(self, wiring: Wiring) -> None:
        assert wiring.pulse_url is not None
        assert wiring.state_url is not None
        self._wiring, self._pulse_url, self._state_url = wiring, wiring.pulse_url, wiring.state_url
        self._rises = {"turned": Rising(), "loop": Rising()}
        self._watch = _Watch()
        self._session = requests.Session()
        self._session.trust_env = False  # or a proxy of the environment would stand between us and the relay
        # each request on a connection of its own: an old one may be dead, and then nobody knows what became of a pulse
        self._session.headers = {"User-Agent": "qaqpa", "Connection": "close"}
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(self._watch))

    @property
    def name(self) -> str:
        """Which relay."""
        return f"The barrier's relay at {urlsplit(self._pulse_url).netloc}"

    @property
    def renews_hold(self) -> bool:
        """Where the request says how long."""
        return self._wiring.hold_url is not None and "{" in self._wiring.hold_url

    def connect(self, within: float) -> None:
        """Nothing is kept open."""

    def pulse(self, milliseconds: int, within: float) -> None:
        """Have the relay open for so long."""
        self._ask(self._pulse_url, milliseconds, within, is_order=True)

    def lower(self, within: float) -> None:
        """Let go what a crash may have left held, where the relay would hold it for ever."""
        if self._wiring.release_url is not None and not self.renews_hold:
            self._ask(self._wiring.release_url, 0, within, is_order=True)

    def hold(self, held: bool, within: float) -> None:
        """Have the relay hold, for a while or for ever, or let go."""
        url = self._wiring.hold_url if held else self._wiring.release_url
        if url is None:
            raise BoardError(f"{self.name} has no request that holds (barrier.hold_url)", Problem.BARRIER_FAULTED)
        self._ask(url, HOLD_SECONDS * 1000 if held else 0, within, is_order=True)

    def read(self, within: float) -> Reading:
        """How the relay says that it is."""
        body = self._ask(self._state_url, 0, within)
        wiring = self._wiring
        names = [name for name in ("open", "opened", "closed", "turned", "loop") if getattr(wiring, name) is not None]
        levels: dict[str, bool] = {}
        if names:
            told = self._told(body)
            levels = {name: self._truth(told, name) for name in names}
        return Reading(
            opened=levels.get("opened"),
            closed=levels.get("closed"),
            output=levels.get("open"),
            turns=self._rises["turned"].look(levels.get("turned")),
            crossings=self._rises["loop"].look(levels.get("loop")),
        )

    def release(self) -> None:
        """Nothing is kept open; what the relay times goes on there."""
        self._session.close()

    def _told(self, body: bytes) -> object:
        try:
            return json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BoardError(f"{self.name} answers nonsense", Problem.BARRIER_FAULTED) from error

    def _truth(self, told: object, name: str) -> bool:
        """What stands under this key: "switch:0.output" is `output` of `switch:0`."""
        key = str(getattr(self._wiring, name))
        found = told
        for part in key.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found not in (True, False, "on", "off"):
            raise BoardError(f"{self.name} does not say {key!r} (barrier.{name})", Problem.BARRIER_FAULTED)
        return (found in (True, "on")) is not (name in self._wiring.inverted)

    def _ask(self, url: str, milliseconds: int, within: float, *, is_order: bool = False) -> bytes:
        """The body of the answer; a BoardError after an order went out is doubtful, unless the relay said no."""
        wanted = url.format(milliseconds=milliseconds, seconds=_seconds(milliseconds))
        with self._watch.limit(within) as limit, self._translated(is_order=is_order):
            response = self._session.get(wanted, timeout=within, allow_redirects=False, stream=True)
            try:
                self._expect_done(response.status_code, is_order=is_order)
                body = bytearray()
                while chunk := response.raw.read1(_CHUNK, decode_content=False):
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise BoardError(f"{self.name} answers without end", Problem.BARRIER_FAULTED)
                if limit.is_over and not is_order:  # a socket that was shut reads like the end
                    raise TimeoutError
                return bytes(body)
            finally:
                response.close()

    def _expect_done(self, status: int, *, is_order: bool) -> None:
        if 200 <= status < 300:
            return
        is_doubtful = is_order and status >= 500  # it may have failed after it had opened
        raise BoardError(f"{self.name} says no ({status})", Problem.BARRIER_FAULTED, is_doubtful=is_doubtful)

    @contextmanager
    def _translated(self, *, is_order: bool) -> Iterator[None]:
        try:
            yield
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            said = "is not there" if _never_connected(error) else "does not answer"
            is_doubtful = is_order and not _never_connected(error)
            raise BoardError(f"{self.name} {said}", Problem.BARRIER_MISSING, is_doubtful=is_doubtful) from error


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}"


def _never_connected(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if type(seen).__name__ in _CERTAIN:
            return True
        inner = next((each for each in seen.args if isinstance(each, BaseException)), None)
        reason = getattr(seen, "reason", None)
        seen = inner or (reason if isinstance(reason, BaseException) else None)
    return False


class _Limit:
    """The time of one request; over, its socket is shut: a timeout of `requests` starts again with every byte."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self.is_over = False

    def opened(self, connection: socket.socket) -> None:
        """The request has its connection."""
        with self._lock:
            self._socket = connection
        if self.is_over:
            self.end()

    def end(self) -> None:
        """The time is up."""
        self.is_over = True
        with self._lock:
            connection, self._socket = self._socket, None
        if connection is not None:
            with suppress(OSError):  # closed already
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Watch:
    """The limit of the request under way; there is one at a time."""

    def __init__(self) -> None:
        self._limit = _Limit()

    @contextmanager
    def limit(self, seconds: float) -> Iterator[_Limit]:
        """Let the request inside take this long."""
        self._limit = limit = _Limit()
        timer = threading.Timer(seconds, limit.end)
        timer.daemon = True
        timer.start()
        try:
            yield limit
        finally:
            timer.cancel()

    def opened(self, connection: socket.socket) -> None:
        """The request under way has its connection."""
        self._limit.opened(connection)


class _Adapter(HTTPAdapter):
    """Connections that report their socket to the watch; no request is ever made again behind our back."""

    def __init__(self, watch: _Watch) -> None:
        self._pools = _watched_pools(watch.opened)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools


def _watched_pools(opened: Callable[[socket.socket], None]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            opened(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
