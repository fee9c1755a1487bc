"""`qaqpa run` as a process, with what it prints decision by decision and what it logs."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from queue import Empty, Queue
from typing import IO, Any

import pytest

from kiosk.store.home import Home
from tests.support.shell import command, environment, tied


class RunningKiosk:
    """A kiosk that runs until it is told to end."""

    def __init__(self, home: Home, *options: str, env: Mapping[str, str] | None = None) -> None:
        self._log = home.log_file
        words = tied(*command("run", "--data", home.path, "--decisions", *options))
        self._running = subprocess.Popen(words, env=environment(env), stdout=subprocess.PIPE, text=True)
        self._lines: Queue[str] = Queue()
        assert self._running.stdout is not None
        self._reading = threading.Thread(target=self._read, args=(self._running.stdout,), daemon=True)
        self._reading.start()

    def decision(self, seconds: float = 30) -> dict[str, Any]:
        """The next decision, which must come within this time."""
        found = self.next_decision(seconds)
        if found is None:
            pytest.fail(f"nothing was decided; the log says:\n{self._log.read_text()}")
        return found

    def next_decision(self, seconds: float) -> dict[str, Any] | None:
        """The next decision, if one comes within this time."""
        try:
            found: dict[str, Any] = json.loads(self._lines.get(timeout=seconds))
        except Empty:
            return None
        return found

    def says(self, words: str, times: int = 1) -> Callable[[], bool]:
        """Whether its log says so, so many times."""
        return lambda: self._log.exists() and self._log.read_text().count(words) >= times

    def end(self) -> int:
        """Told to end, it ends; its exit code."""
        self._running.send_signal(signal.SIGTERM)
        code = self._running.wait(30)
        self._reading.join()
        return code

    def _read(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                self._lines.put(line)
