"""A relay that takes plain HTTP requests, on the loopback: it times its pulses itself, and can misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from kiosk.wiring import Wiring
from tests.support.ports import reserved_port

INPUTS = {"opened": "input:0.state", "closed": "input:1.state", "turned": "input:2.state", "loop": "input:3.state"}


class RelayServer:
    """The relay; `answer` says how it misbehaves: hang, drip, 500, 301, garbage, endless or cut."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.levels = dict.fromkeys(INPUTS, False)
        self.rises = self.looks = 0
        self.asked: list[str] = []
        self.answer = ""
        """How it answers a request to open."""
        self.state_answer = ""
        self._until = 0.0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None
        self.is_pulled = threading.Event()

    def wiring(self, **more: object) -> Wiring:
        """How a kiosk is told of it."""
        base = f"http://127.0.0.1:{self.port}"
        return Wiring(
            pulse_url=f"{base}/on?toggle_after={{seconds}}",
            state_url=f"{base}/state",
            open="switch:0.output",
            **more,  # type: ignore[arg-type]
        )

    def hold_urls(self, *, renewed: bool) -> dict[str, object]:
        """The requests that hold and let go."""
        base = f"http://127.0.0.1:{self.port}"
        return {
            "hold_url": f"{base}/on?toggle_after={{seconds}}" if renewed else f"{base}/on",
            "release_url": f"{base}/off",
        }

    def is_up(self) -> bool:
        """Whether the line that opens is driven now."""
        return time.monotonic() < self._until

    def start(self) -> None:
        """Plug it in."""
        self.is_pulled.clear()
        relay = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                relay.serve(self)

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                return  # whoever asked has gone

        self._server = Server(("127.0.0.1", self.port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Pull it out."""
        self.is_pulled.set()
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join(20)
            self._server = None

    def serve(self, asked: BaseHTTPRequestHandler) -> None:
        """One request."""
        parts = urlsplit(asked.path)
        wanted = parse_qs(parts.query)
        self.looks += parts.path == "/state"
        if parts.path != "/state":
            self.asked.append(asked.path)
        if parts.path == "/on" and self.answer not in ("301", "404"):
            self.rises += 1
            self._until = time.monotonic() + float(wanted.get("toggle_after", ["inf"])[0])
        elif parts.path == "/off":
            self._until = 0.0
        self._reply(asked, self.state_answer if parts.path == "/state" else self.answer)

    def _reply(self, asked: BaseHTTPRequestHandler, how: str) -> None:
        told = dict(self.levels)
        state: dict[str, object] = {"switch:0": {"output": self.is_up()}}
        state |= {INPUTS[name].split(".")[0]: {"state": level} for name, level in told.items()}
        body = b"\xff{" if how == "garbage" else json.dumps(state).encode()
        match how:
            case "hang":
                self.is_pulled.wait(30)
                return
            case "500" | "404":
                asked.send_error(int(how))
                return
            case "301":
                asked.send_response(301)
                asked.send_header("Location", f"http://127.0.0.1:{self.port}/on?toggle_after=60")
                asked.end_headers()
                return
            case "drip":
                asked.wfile.write(b"HTTP/1.1 200 OK\r\n")
                while not self.is_pulled.wait(0.05):
                    asked.wfile.write(b"X-Slow: 1\r\n")
                return
            case "endless":
                asked.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
                while not self.is_pulled.is_set():
                    asked.wfile.write(b" " * 4096)
                return
            case "cut":
                asked.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
                return
        asked.send_response(200)
        asked.send_header("Content-Length", str(len(body)))
        asked.end_headers()
        asked.wfile.write(body)


@contextmanager
def relay_server() -> Iterator[RelayServer]:
    """A relay that is plugged in, on a port of its own."""
    with reserved_port() as port:
        relay = RelayServer(port)
        relay.start()
        try:
            yield relay
        finally:
            relay.stop()
