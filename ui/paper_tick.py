"""The tick of paper mode in a running kiosk: every few minutes a process of its own makes the page and ends.

A process, not a thread: drawing a page keeps an interpreter busy for seconds, and a scan must not wait for it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from kiosk.clock import Clock
from kiosk.config import Config
from kiosk.store.home import Home
from ui.paper_mode import PaperState, remember

_log = logging.getLogger(__name__)
_FIRST_SECONDS = 20.0
_LONGEST_SECONDS = 600.0
_NICEST = 19


class PaperTick:
    """Starts the page's process again and again until it is stopped; nothing that goes wrong there ends it."""

    def __init__(self, home: Home, config: Config, clock: Clock, *, first_seconds: float = _FIRST_SECONDS) -> None:
        self._home, self._config, self._clock = home, config, clock
        self._first_seconds = first_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paper", daemon=True)

    def start(self) -> None:
        """Begin; the first page is made soon, so that a stick that was just put in has one."""
        self._thread.start()

    def stop(self) -> None:
        """End, and the page's process with it."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        seconds = self._first_seconds
        while not self._over.wait(seconds):
            seconds = self._config.paper_minutes * 60.0
            try:
                self._make()
            except OSError as error:
                _log.warning("The page of paper mode was not made: %s", error)
                remember(self._home, PaperState.FAILED, self._clock.now().now)

    def _make(self) -> None:
        command = [sys.executable, "-m", "ui.cli", "shift", "paper", "--data", str(self._home.path)]
        made = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, made.pid, _NICEST)
        said = self._awaited(made)
        if made.returncode:
            _log.warning("Paper mode: %s", said.decode(errors="replace").strip()[-300:])

    def _awaited(self, made: subprocess.Popen[bytes]) -> bytes:
        """What it said, once it ended; it is killed when the kiosk ends, or when it takes too long."""
        waited = 0.0
        while True:
            try:
                return made.communicate(timeout=0.5)[1]
            except subprocess.TimeoutExpired:
                waited += 0.5
                if self._over.is_set() or waited >= _LONGEST_SECONDS:
                    made.kill()
                    if not self._over.is_set():
                        remember(self._home, PaperState.FAILED, self._clock.now().now)


@contextmanager
def ticking(home: Home, config: Config, clock: Clock) -> Iterator[None]:
    """Paper mode while a kiosk runs, if its settings name a folder."""
    if config.paper_folder is None:
        yield
        return
    tick = PaperTick(home, config, clock)
    tick.start()
    try:
        yield
    finally:
        tick.stop()
