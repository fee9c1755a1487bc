"""Whose turn it is at a device that serves one caller: among a kiosk's threads and a machine's programs."""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Turn:
    """The turn at one device; with a file it is shared with `qaqpa` on the command line beside a running kiosk."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()

    @contextmanager
    def at_once(self) -> Iterator[bool]:
        """Whether it is ours now; it never waits. A file that cannot be made excludes nobody."""
        if not self._lock.acquire(blocking=False):
            yield False
            return
        try:
            with self._held_file() as is_held:
                yield is_held
        finally:
            self._lock.release()

    @contextmanager
    def _held_file(self) -> Iterator[bool]:
        if self._file is None:
            yield True
            return
        try:
            opened = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # a full or read-only disk must not keep a muster sheet from being printed
            yield True
            return
        try:
            yield _locked(opened)
        finally:
            os.close(opened)


def _locked(opened: int) -> bool:
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
