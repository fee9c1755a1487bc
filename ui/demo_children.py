"""The processes the demo starts: each in a group of its own, its messages in a file, and all of them ended with it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Self

from kiosk.errors import EnvironmentalError

_STOP_SECONDS = 8.0
_START_SECONDS = 60.0
_LAST_LINES = 6


class Child:
    """One running `qaqpa` command."""

    def __init__(self, name: str, arguments: Sequence[str | Path], log: Path) -> None:
        self.name, self._log = name, log
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self.has_ended = False
        """Whether its whole output was read to the end."""
        with log.open("a", encoding="utf-8") as messages:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ui.cli", *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=messages,
                text=True,
                encoding="utf-8",
                # Ctrl-C in a terminal goes to the demo alone, which then ends its children in order.
                start_new_session=True,
            )
        self._reader = threading.Thread(target=self._read, name=f"{name} reader", daemon=True)
        self._reader.start()

    @property
    def code(self) -> int | None:
        """The exit code, None while it runs."""
        return self._process.poll()

    def line(self, seconds: float) -> str | None:
        """The next line of its output; None when none came within that time, or (see `has_ended`) none will."""
        try:
            line = None if self.has_ended else self._lines.get(timeout=seconds)
        except queue.Empty:
            return None
        self.has_ended = line is None
        return line

    def wait(self, seconds: float) -> int | None:
        """The exit code, waiting up to so long for it."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.poll()

    def stop(self) -> None:
        """End it and whatever it started: asked first, then without asking."""
        for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, None)):
            if self._process.poll() is not None:
                break
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self._reader.join(1.0)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def failure(self) -> EnvironmentalError:
        """What to say when it ended before its time: its own last words."""
        words = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        said = "\n".join(words) or "it said nothing"
        return EnvironmentalError(f"The {self.name} ended with code {self.code}; its log {self._log} ends:\n{said}")

    def _read(self) -> None:
        stream = self._process.stdout
        if stream is not None:
            with contextlib.suppress(ValueError):  # closed by stop() meanwhile
                for line in stream:
                    self._lines.put(line.rstrip("\n"))
        self._lines.put(None)


class Children:
    """All that the demo has started; leaving the `with` ends whatever still runs, the newest first."""

    def __init__(self) -> None:
        self._running: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        while self._running:
            self._running.pop().stop()

    def start(self, name: str, arguments: Sequence[str | Path], log: Path) -> Child:
        """Start one `qaqpa` command."""
        child = Child(name, arguments, log)
        self._running.append(child)
        return child

    def stop(self, child: Child) -> None:
        """End this one now."""
        child.stop()
        self._running.remove(child)


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(child: Child, port: int) -> None:
    """Come back when this child takes connections; EnvironmentalError when it ended or took too long."""
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if child.code is not None:
            raise child.failure()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise EnvironmentalError(f"The {child.name} did not listen on port {port} within {_START_SECONDS:.0f} seconds")


@contextmanager
def ended_by_sigterm() -> Iterator[None]:
    """SIGTERM unwinds like Ctrl-C inside, so that no child outlives us."""

    def unwind(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, unwind)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
