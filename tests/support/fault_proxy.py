"""A bad line: a TCP proxy on the loopback that delays, slows, cuts, corrupts or resets the answers of a server."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Line:
    """How bad the line is now; figures count the bytes of answers of one connection."""

    delay_seconds: float = 0.0
    bytes_per_second: float | None = None
    cut_after: int | None = None
    reset_after: int | None = None
    corrupt_at: int | None = None
    is_down: bool = False
    connections: int = 0
    sockets: list[socket.socket] = field(default_factory=list)

    def mend(self) -> None:
        """All faults away."""
        self.delay_seconds, self.bytes_per_second = 0.0, None
        self.cut_after = self.reset_after = self.corrupt_at = None
        self.is_down = False

    def hang_up(self) -> None:
        """End the connections that stand."""
        for item in self.sockets:
            with contextlib.suppress(OSError):
                item.shutdown(socket.SHUT_RDWR)
        self.sockets.clear()


@contextmanager
def bad_line(port: int) -> Iterator[tuple[str, Line]]:
    """An address that leads to a loopback port over a line that the test can spoil at any time."""
    line, listener = Line(), socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.05)
    stopped = threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        while not stopped.is_set():
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            line.connections += 1
            thread = threading.Thread(target=_carry, args=(client, port, line, stopped), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", line
    finally:
        stopped.set()
        line.hang_up()
        accepting.join()
        listener.close()
        for thread in threads:
            thread.join(2)


def _carry(client: socket.socket, port: int, line: Line, stopped: threading.Event) -> None:
    with client:
        if line.is_down:
            return
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:
            return
        with server:
            line.sockets += [client, server]
            up = threading.Thread(target=_up, args=(client, server), daemon=True)
            up.start()
            _down(server, client, line, stopped)
            for item in (server, client):
                with contextlib.suppress(OSError):
                    item.shutdown(socket.SHUT_RDWR)
            up.join(2)


def _up(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := client.recv(65536):
            server.sendall(data)
    with contextlib.suppress(OSError):
        server.shutdown(socket.SHUT_WR)


def _down(server: socket.socket, client: socket.socket, line: Line, stopped: threading.Event) -> None:
    passed = 0
    with contextlib.suppress(OSError):
        while not stopped.is_set() and (data := server.recv(4096)):
            time.sleep(line.delay_seconds)
            if line.bytes_per_second:
                time.sleep(len(data) / line.bytes_per_second)
            if line.corrupt_at is not None and passed <= line.corrupt_at < passed + len(data):
                place = line.corrupt_at - passed
                data = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
            ends = [end for end in (line.cut_after, line.reset_after) if end is not None]
            if ends and passed + len(data) >= min(ends):
                client.sendall(data[: max(0, min(ends) - passed)])
                if line.reset_after is not None:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    client.close()
                return
            client.sendall(data)
            passed += len(data)
