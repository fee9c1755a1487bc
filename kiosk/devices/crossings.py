"""How many crossed the loop, in series: within one series the count is whole, and between two nobody knows.

A series goes on over an orderly end of the program. After a crash, or while the loop could not be read, a new one
begins: what was counted and lost is not made up, it is unknown.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

_log = logging.getLogger(__name__)
MOST = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossings:
    """A reading of the loop; two can be compared if they are of one series."""

    count: int
    series: str


class CrossingLog:
    """The count of one barrier, kept in one small file from its beginning to `close()`."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = Lock()
        self._now = self._taken_up() or _fresh()
        self._save(is_whole=False)  # from here on a crash leaves it so

    @property
    def now(self) -> Crossings:
        """The count as it is now."""
        with self._lock:
            return self._now

    def add(self, crossed: int) -> None:
        """So many more crossed."""
        with self._lock:
            count = self._now.count + crossed
            self._now = replace(self._now, count=count) if count <= MOST else _fresh()

    def break_off(self) -> None:
        """The loop could not be read for a while: how many crossed meanwhile nobody knows."""
        with self._lock:
            self._now = _fresh()

    def close(self) -> None:
        """Write the count down as whole."""
        self._save(is_whole=True)

    def _taken_up(self) -> Crossings | None:
        """The count of a program that ended in order."""
        if self._file is None:
            return None
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            whole = Crossings(count=int(found["count"]), series=str(found["series"]))
            return whole if found["whole"] is True and 0 <= whole.count <= MOST else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("%s cannot be read, the crossings are counted anew: %s", self._file, error)
            return None

    def _save(self, *, is_whole: bool) -> None:
        if self._file is None:
            return
        now = self.now
        text = json.dumps({"count": now.count, "series": now.series, "whole": is_whole})
        part = self._file.with_suffix(".part")
        try:
            with part.open("w", encoding="utf-8") as written:
                written.write(text)
                written.flush()
                os.fsync(written.fileno())
            part.replace(self._file)
            _settle_folder(self._file.parent)  # or a power cut could bring back a count that was whole once
        except OSError as error:
            _log.warning("The crossings cannot be kept in %s: %s", self._file, error.strerror)
            with suppress(OSError):
                self._file.unlink(missing_ok=True)


def _settle_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _fresh() -> Crossings:
    return Crossings(count=0, series=secrets.token_hex(4))
