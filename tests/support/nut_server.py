"""A UPS server that speaks the part of NUT's protocol which its own clients use, over a real socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class NutServer:
    """One battery whose variables a test sets; `stop()` is its plug, `start()` puts it back at the same port."""

    def __init__(self, name: str = "ups") -> None:
        self.name = name
        self.variables = {"ups.status": "OL CHRG", "battery.charge": "100", "battery.runtime": "1800"}
        self.error = ""
        self.port = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._over.clear()
        listener = socket.create_server(("127.0.0.1", self.port))
        listener.settimeout(0.05)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _serve(self, listener: socket.socket) -> None:
        with listener:
            while not self._over.is_set():
                with suppress(OSError):
                    caller, _ = listener.accept()
                    caller.settimeout(5)
                    with caller, caller.makefile("rb") as lines:
                        for line in lines:
                            caller.sendall(self._answer(line.decode().split()))

    def _answer(self, words: list[str]) -> bytes:
        match words:
            case ["GET", "VAR", _, _] if self.error:
                return f"ERR {self.error}\n".encode()
            case ["GET", "VAR", self.name, variable] if variable in self.variables:
                return f'VAR {self.name} {variable} "{self.variables[variable]}"\n'.encode()
            case ["GET", "VAR", self.name, _]:
                return b"ERR VAR-NOT-SUPPORTED\n"
            case ["GET", "VAR", _, _]:
                return b"ERR UNKNOWN-UPS\n"
            case ["LOGOUT"]:
                return b"OK Goodbye\n"
            case _:
                return b"ERR UNKNOWN-COMMAND\n"


@contextmanager
def nut_server() -> Iterator[NutServer]:
    server = NutServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
