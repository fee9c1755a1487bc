"""How many bytes a month went over an interface, kept over restarts: the kernel's own counters begin anew each time.

A file of one line. Losing it only makes the count begin anew; a disk that takes nothing loses nothing else.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

KEEP_SECONDS = 300.0
"""Every so often it is written: a power cut forgets no more, and a flash disk is spared."""
_log = logging.getLogger(__name__)


class MonthOfData:
    """The count of the month that is now, by the park's own calendar."""

    def __init__(self, file: Path | None, *, clock: Callable[[], float]) -> None:
        self._file, self._clock = file, clock
        self._month, self._used, self._counter = _read(file)
        self._kept_at = clock()

    def count(self, now: datetime, counter: int | None) -> int | None:
        """The bytes of this month, with the interface's counter as it is; None as long as nothing was ever counted."""
        month = f"{now:%Y-%m}"
        if month != self._month:
            self._used, self._month = 0, month
        if counter is None:
            return self._used if self._counter is not None else None
        if self._counter is not None:
            # A counter that went back began anew when the machine or the modem did.
            self._used += counter - self._counter if counter >= self._counter else counter
        self._counter = counter
        if self._clock() - self._kept_at >= KEEP_SECONDS:
            self.keep()
        return self._used

    def keep(self) -> None:
        """Write it down, whole or not at all."""
        self._kept_at = self._clock()
        if self._file is None or self._counter is None:
            return
        part = self._file.with_name(f".{self._file.name}.part")
        try:
            part.write_text(json.dumps({"month": self._month, "bytes": self._used, "counter": self._counter}))
            os.replace(part, self._file)  # noqa: PTH105  the same call, by its own name
        except OSError as error:
            _log.debug("The month's data could not be kept: %s", error.strerror)


def _read(file: Path | None) -> tuple[str, int, int | None]:
    try:
        raw = json.loads(file.read_text()) if file is not None else {}
        return str(raw["month"]), int(raw["bytes"]), int(raw["counter"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0, None
