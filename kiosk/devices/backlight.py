"""The screen's brightness, by day, by night and when the battery must last. Nothing here knows what is shown.

Linux has a folder for each backlight; a screen without one keeps its own brightness, which is no error.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.sysfs import SYS, folders

DIMMED_PERCENT = 25


class Backlight:
    """All backlights of the machine, kept at what the hour asks for; with no percent set they are only dimmed."""

    kind = DeviceKind.SCREEN

    def __init__(
        self,
        *,
        percent: int | None = None,
        night_percent: int | None = None,
        is_night: Callable[[], bool] = lambda: False,
        root: Path = SYS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._percent, self._night_percent, self._is_night = percent, night_percent, is_night
        self._folder = root / "class" / "backlight"
        self._is_dimmed = False
        self._found: dict[Path, int] = {}
        self._bearing = Bearing(clock)

    @property
    def is_there(self) -> bool:
        """Whether the machine knows a backlight."""
        return bool(self._lights())

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def dim(self, is_dimmed: bool) -> None:
        """Save the battery, or no longer; taken up when it is tended next."""
        self._is_dimmed = is_dimmed

    def tend(self) -> None:
        """Bring every backlight to what is wanted now."""
        lights = self._lights()
        if not lights:
            is_wanted = self._percent is not None or self._night_percent is not None
            self._bearing.tell(Problem.SCREEN_MISSING if is_wanted else Problem.NONE)
            return
        try:
            percents = [self._keep(light) for light in lights]
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            self._bearing.tell(Problem.SCREEN_FAULTED, f"The screen's brightness cannot be set ({reason})")
        else:
            self._bearing.tell(Problem.NONE, brightness_percent=float(percents[0]))

    def close(self) -> None:
        """Leave the screen as bright as by day, for whoever comes to see what is wrong."""
        self._is_dimmed, self._night_percent = False, self._percent
        self.tend()

    def _lights(self) -> list[Path]:
        return folders(self._folder)

    def _keep(self, light: Path) -> int:
        """How bright it is now, in percent; it is written only where it is another than wanted."""
        most = int((light / "max_brightness").read_text())
        now = int((light / "brightness").read_text())
        wanted = self._wanted(light, now, most)
        if wanted != now:
            (light / "brightness").write_text(f"{wanted}\n")
        return round(100 * wanted / max(1, most))

    def _wanted(self, light: Path, now: int, most: int) -> int:
        """Never dark: a kiosk that looks switched off is reported as broken."""
        percent = self._percent if not self._is_night() or self._night_percent is None else self._night_percent
        if not self._is_dimmed:
            found = self._found.pop(light, now)
            return found if percent is None else max(1, round(most * percent / 100))
        self._found.setdefault(light, now)
        dimmed = max(1, round(most * DIMMED_PERCENT / 100))
        return min(dimmed, self._found[light] if percent is None else max(1, round(most * percent / 100)))
