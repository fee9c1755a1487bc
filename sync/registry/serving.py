"""Serving the registry: uvicorn on a socket of ours, so that the port is known before anybody asks, until SIGTERM.

Over TLS by the park's own authority, or in plain words to this machine and to a proxy before it.
"""

import logging
import signal
import socket
import threading
from collections.abc import Callable

import uvicorn

from kiosk.errors import EnvironmentalError
from sync.registry.housekeeping import Housekeeper, Rounds
from sync.registry.http import create_app
from sync.registry.park_ca import ParkCa, ServedCertificate
from sync.registry.service import RegistryService
from sync.registry.urgent import Waiting
from sync.registry.wire import RegistryEnd

Told = Callable[[str], None]
_STOP_SECONDS = 5


class _Server(uvicorn.Server):
    """Lets those go who wait, before it waits for all requests to end."""

    def __init__(self, config: uvicorn.Config, waiting: Waiting) -> None:
        super().__init__(config)
        self._waiting = waiting

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._waiting.end()
        await super().shutdown(sockets)


class RegistryServer:
    """One registry on one address; `run` in the main thread, or `start` and `stop` beside something else."""

    def __init__(
        self, service: RegistryService, host: str = "127.0.0.1", port: int = 8600, *, is_secure: bool = False
    ) -> None:
        shown = ServedCertificate(ParkCa(service.folder).server_file) if is_secure else None
        self._scheme = "https" if is_secure else "http"
        self._socket = _bound(host, port)
        end = RegistryEnd(service)
        self.rounds = Rounds(Housekeeper(end))
        app = create_app(service, end)
        config = uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=_STOP_SECONDS,
            ssl_context_factory=None if shown is None else lambda _config, _default: shown.context,
        )
        self._server = _Server(config, app.state.waiting)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens, with the port that was chosen for port 0."""
        host, port = self._socket.getsockname()[:2]
        return f"{self._scheme}://[{host}]:{port}" if ":" in host else f"{self._scheme}://{host}:{port}"

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl+C."""
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._socket.close()

    def start(self) -> None:
        """Serve in a thread of its own; connections are taken from now on."""
        self._thread = threading.Thread(target=self.run, name="registry", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread of `start`."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()


def serve(service: RegistryService, host: str, port: int, told: Told = print, *, is_secure: bool = False) -> None:
    """Serve until SIGTERM or Ctrl+C; `told` hears the address first."""
    server = RegistryServer(service, host, port, is_secure=is_secure)
    logging.getLogger("qaqpa.registry").setLevel(logging.INFO)
    # uvicorn ends its work on SIGTERM and then raises the signal again: without a handler of ours that would kill the
    # process before it has closed its database
    former = signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    try:
        told(server.url)
        server.rounds.start()
        server.run()
    finally:
        server.rounds.stop()
        signal.signal(signal.SIGTERM, former)


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise EnvironmentalError(
            f"The registry cannot listen on {host} port {port}: {error.strerror}. Choose another with --port, or end "
            "the program that has it."
        ) from error
    return listening
