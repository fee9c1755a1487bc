"""The switches of the box: its door, and one that notices tilt. What they say becomes an alarm by the contact's file.

Here a switch is only read; the alarm, the lock and who sees to it are those of every contact (`kiosk.tamper`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.errors import EnvironmentalError
from kiosk.rules.words import AlarmKind

_log = logging.getLogger(__name__)
_PROBLEMS = {AlarmKind.DOOR: Problem.DOOR_OPEN, AlarmKind.TILT: Problem.DOOR_TILTED}


class SwitchUnreadError(EnvironmentalError):
    """A switch cannot be read; the text names it."""


class Switch(Protocol):
    """One contact."""

    def is_open(self) -> bool:
        """Whether it is open now, or SwitchUnreadError."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


class FileSwitch:
    """A contact whose level is a digit in a file, as GPIO lines of sysfs are and as any small service can write."""

    def __init__(self, path: Path, *, open_level: int = 1) -> None:
        self._path, self._open_level = path, open_level

    def is_open(self) -> bool:
        """Whether it is open now, or SwitchUnreadError."""
        try:
            level = self._path.read_text(encoding="ascii", errors="replace").strip()
        except OSError as error:
            raise SwitchUnreadError(f"{self._path} cannot be read ({error.strerror})") from error
        if level not in ("0", "1"):
            raise SwitchUnreadError(f"{self._path} holds {level!r}, neither 0 nor 1")
        return int(level) == self._open_level

    def close(self) -> None:
        """Nothing is held."""


class Door:
    """Door and tilt as one device; `leave` leaves the contact's file, once each time a switch opens."""

    kind = DeviceKind.DOOR

    def __init__(
        self,
        switches: Mapping[AlarmKind, Switch],
        leave: Callable[[AlarmKind], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._switches, self._leave = dict(switches), leave
        self._told: set[AlarmKind] = set()
        self._bearing = Bearing(clock)

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Read the switches; one that is open at the start was opened while nobody looked."""
        problems: list[tuple[Problem, str]] = []
        for kind, switch in self._switches.items():
            try:
                is_open = switch.is_open()
            except SwitchUnreadError as error:
                problems.append((Problem.DOOR_MISSING, f"{error}: see the switch's cable"))
                continue
            if is_open:
                problems.append((_PROBLEMS[kind], ""))
                self._tell(kind)
            else:
                self._told.discard(kind)
        # What is open is graver than what cannot be read.
        problems.sort(key=lambda found: found[0] is Problem.DOOR_MISSING)
        self._bearing.tell(*(problems[0] if problems else (Problem.NONE, "")))

    def close(self) -> None:
        """Let the switches go."""
        for switch in self._switches.values():
            switch.close()

    def _tell(self, kind: AlarmKind) -> None:
        """Leave the file; where the disk takes none, again at the next look."""
        if kind in self._told:
            return
        try:
            self._leave(kind)
        except EnvironmentalError as error:
            _log.warning("The alarm of a contact could not be left: %s", error)
        else:
            self._told.add(kind)
