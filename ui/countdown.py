"""A stay that runs out, shown as a ring ten times a second."""

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

STEP_MILLISECONDS = 100


class Countdown(QObject):
    """Counts one stay at a time and says when it is over."""

    def __init__(
        self,
        over: Callable[[], None],
        show: Callable[[float, int], None],
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._over, self._show, self._clock = over, show, clock
        self._whole = self._ends_at = 0.0
        self._haste = 1.0
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MILLISECONDS)
        self._timer.timeout.connect(self._step)

    def start(self, seconds: float, haste: float = 1.0) -> None:
        """Count this long, `haste` times faster than life; 0 counts nothing and never ends."""
        self._timer.stop()
        self._whole, self._haste = seconds, haste
        self._ends_at = self._clock() + seconds / haste
        if seconds > 0:
            self._show(1.0, math.ceil(seconds))
            self._timer.start()
        else:
            self._show(0.0, 0)

    def add(self, seconds: float) -> None:
        """Stay this much longer from now, if anything is counted and less than that is left."""
        if self._timer.isActive() and (self._ends_at - self._clock()) * self._haste < seconds:
            self.start(seconds, self._haste)

    def stop(self) -> None:
        """Count no longer."""
        self._timer.stop()

    def _step(self) -> None:
        left = (self._ends_at - self._clock()) * self._haste
        if left <= 0:
            self._timer.stop()
            self._show(0.0, 0)
            self._over()
        else:
            self._show(left / self._whole, math.ceil(left))
