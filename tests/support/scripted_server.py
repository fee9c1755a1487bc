"""A web server on the loopback that answers what a test tells it to, honest or not."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Request:
    """What somebody asked."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What they get: a whole body, or one that comes in pieces, perhaps for ever."""

    body: bytes | Callable[[], Iterator[bytes]] = b"{}"
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None  # what Content-Length says, where that is not the truth


Script = Callable[[Request], Reply]


@contextmanager
def serve(script: Script) -> Iterator[str]:
    """The address of a server that answers by this script while the block runs."""
    stopped = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(script, stopped))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(script: Script, stopped: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            """Keeps still."""

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            reply = script(Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            whole = reply.body if isinstance(reply.body, bytes) else None
            length = reply.length if reply.length is not None else None if whole is None else len(whole)
            if length is None:
                self.close_connection = True
                self.send_header("Connection", "close")
            else:
                self.send_header("Content-Length", str(length))
            self.end_headers()
            try:
                for piece in [whole] if whole is not None else reply.body():  # type: ignore[operator]
                    if stopped.is_set():
                        break
                    self.wfile.write(piece)
            except OSError:
                pass  # the other end has hung up, which is what the test wants to see
            if length is not None and (whole is None or len(whole) != length):
                self.close_connection = True

    return Handler
