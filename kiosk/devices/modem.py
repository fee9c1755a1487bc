"""The modem: whether it is there, has a network, and how much of the month's data is left. It dials nothing.

ModemManager knows most and is asked where it is installed; the kernel's view of the interface is enough without it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.month import MonthOfData
from kiosk.devices.problems import Problem
from kiosk.devices.sysfs import SYS, word

ASK_SECONDS = 5.0
MMCLI_SECONDS = 3.0
_MEGABYTE = 1_000_000
_ON_AIR = ("registered", "connecting", "connected", "disconnecting")


@dataclass(frozen=True, kw_only=True, slots=True)
class Radio:
    """What ModemManager says of the modem."""

    state: str
    signal_percent: float | None
    operator: str


class Modem:
    """One network interface and the radio behind it; the month's data are counted where a month's data are set."""

    kind = DeviceKind.MODEM

    def __init__(
        self,
        interface: str,
        *,
        local_time: Callable[[], datetime],
        month_megabytes: int | None = None,
        low_percent: int = 10,
        ledger: Path | None = None,
        root: Path = SYS,
        mmcli: str = "mmcli",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._interface, self._root, self._mmcli = interface, root, mmcli
        self._local_time, self._clock = local_time, clock
        self._month_megabytes, self._low_percent = month_megabytes, low_percent
        self._month = MonthOfData(ledger, clock=clock)
        self._asked_at = float("-inf")
        self._bearing = Bearing(clock)

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Look at it, every few seconds."""
        if self._clock() - self._asked_at < ASK_SECONDS:
            return
        self._asked_at = self._clock()
        radio = self._radio()
        folder = self._root / "class/net" / self._interface
        if radio is None and not folder.is_dir():
            self._bearing.tell(Problem.MODEM_MISSING, f"There is no modem {self._interface}: plug it in")
            return
        used = self._month.count(self._local_time(), _bytes(folder))
        figures: dict[str, float] = {} if used is None else {"month_megabytes": round(used / _MEGABYTE, 1)}
        if radio is not None and radio.signal_percent is not None:
            figures["signal_percent"] = radio.signal_percent
        left = None if used is None or self._month_megabytes is None else self._month_megabytes - used / _MEGABYTE
        if left is not None:
            figures["megabytes_left"] = round(max(0.0, left), 1)
        problem = self._problem(folder, radio, left)
        state = f" ({radio.operator or radio.state})" if radio is not None else ""
        advice = f"The modem has no network{state}: see its aerial. Tickets are scanned as ever"
        self._bearing.tell(problem, advice if problem is Problem.MODEM_NO_SIGNAL else "", **figures)

    def close(self) -> None:
        """Keep what was counted."""
        self._month.keep()

    def _problem(self, folder: Path, radio: Radio | None, left: float | None) -> Problem:
        is_on_air = radio.state in _ON_AIR if radio is not None else word(folder / "operstate") in ("up", "unknown")
        if not is_on_air:
            return Problem.MODEM_NO_SIGNAL
        if left is not None and self._month_megabytes and left <= self._month_megabytes * self._low_percent / 100:
            return Problem.MODEM_DATA_LOW
        return Problem.NONE

    def _radio(self) -> Radio | None:
        """What ModemManager says of this modem; None without ModemManager, or where it has no such modem."""
        program = shutil.which(self._mmcli)
        if program is None:
            return None
        try:
            told = subprocess.run(
                [program, "-m", "any", "-J"],
                check=False,
                capture_output=True,
                timeout=MMCLI_SECONDS,
                stdin=subprocess.DEVNULL,
            )
            modem: dict[str, Any] = json.loads(told.stdout)["modem"]
            generic = modem["generic"]
            if not any(str(port).split(" ")[0] == self._interface for port in generic.get("ports", ())):
                return None
            quality = str(generic.get("signal-quality", {}).get("value", ""))
            operator = str(modem.get("3gpp", {}).get("operator-name", "--"))
            return Radio(
                state=str(generic["state"]),
                signal_percent=float(quality) if quality.isdecimal() else None,
                operator="" if operator == "--" else operator,
            )
        except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError, AttributeError):
            return None  # it starts, hangs or is of another version: the kernel's view is enough


def _bytes(folder: Path) -> int | None:
    """What the interface has sent and received since it came up."""
    words = [word(folder / "statistics" / name) for name in ("rx_bytes", "tx_bytes")]
    return sum(map(int, words)) if all(word.isdecimal() for word in words) else None
