"""The ways to a printer: a network address, a device file. Every wait is bounded, and nothing here knows ESC/POS."""

from __future__ import annotations

import os
import select
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from kiosk.errors import EnvironmentalError

CONNECT_SECONDS = 2.0


class PortError(EnvironmentalError):
    """The printer cannot be reached, or takes nothing more; the text says where it was looked for."""


class Line(Protocol):
    """An open way to the printer, for one errand."""

    def send(self, data: bytes, seconds: float) -> None:
        """Hand all of it over within this time, or raise PortError."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What came back within this time, nothing at all if nothing did; or raise PortError."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class Port(Protocol):
    """Where a printer is. It is opened anew for each errand, so that one that was away is simply there again."""

    @property
    def name(self) -> str:
        """Its name for a person."""
        ...

    def open(self) -> Line:
        """A line to it, or PortError."""
        ...


class TcpPort:
    """A printer of the network; most listen at port 9100 and serve one caller at a time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.name = f"{host}:{port}"

    def open(self) -> Line:
        """A line to it, or PortError."""
        try:
            opened = socket.create_connection(self._address, timeout=CONNECT_SECONDS)
            # A question of three bytes behind a picture must not wait until the picture was acknowledged.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _Socket(opened, self.name)
        except OSError as error:
            raise PortError(f"No printer answers at {self.name} ({error.strerror or error})") from error


class FilePort:
    """A printer of this machine, by its device file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = str(path)

    def open(self) -> Line:
        """A line to it, or PortError."""
        try:
            # Not blocking: a device whose printer is switched off would keep whoever writes for ever.
            # Not the controlling terminal: a serial port would become one.
            opened = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise PortError(f"There is no printer at {self.name} ({error.strerror})") from error
        return _File(opened, self.name)


class _Socket:
    def __init__(self, opened: socket.socket, name: str) -> None:
        self._opened, self._name = opened, name

    def send(self, data: bytes, seconds: float) -> None:
        try:
            self._opened.settimeout(seconds)
            self._opened.sendall(data)
        except OSError as error:
            raise PortError(f"The printer at {self._name} takes nothing more ({error.strerror or error})") from error

    def receive(self, seconds: float) -> bytes:
        try:
            self._opened.settimeout(max(seconds, 0.001))
            got = self._opened.recv(64)
        except TimeoutError:
            return b""
        except OSError as error:
            raise PortError(f"The printer at {self._name} went away ({error.strerror or error})") from error
        if not got:
            raise PortError(f"The printer at {self._name} hung up")
        return got

    def close(self) -> None:
        with suppress(OSError):
            self._opened.shutdown(socket.SHUT_WR)  # what is still under way is delivered, then the end
        self._opened.close()


class _File:
    def __init__(self, opened: int, name: str) -> None:
        self._opened, self._name = opened, name

    def send(self, data: bytes, seconds: float) -> None:
        until, rest = time.monotonic() + seconds, memoryview(data)
        while rest:
            left = until - time.monotonic()
            try:
                if left <= 0 or not select.select([], [self._opened], [], left)[1]:
                    raise PortError(f"The printer at {self._name} takes nothing more")
                rest = rest[os.write(self._opened, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise PortError(f"The printer at {self._name} went away ({error.strerror})") from error

    def receive(self, seconds: float) -> bytes:
        try:
            ready = select.select([self._opened], [], [], max(seconds, 0.0))[0]
            return os.read(self._opened, 64) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortError(f"The printer at {self._name} went away ({error.strerror})") from error

    def close(self) -> None:
        os.close(self._opened)
