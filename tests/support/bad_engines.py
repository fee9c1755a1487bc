"""Engines that a picture can hang, end or fill the memory with: what native libraries do, done on purpose.

A picture says by its first pixel what becomes of whoever looks at it.
"""

import os
import signal
import time

from kiosk.devices.engines import Engine, Luma, Reading, installed_engines

HANGS, ENDS, EATS = 201, 202, 203


class Fragile:
    """An engine of its own name around a real one."""

    def __init__(self, name: str, engine: Engine, *, locates: bool) -> None:
        self.name, self.locates, self._engine = name, locates, engine

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        """What the picture says."""
        what = int(luma[0, 0])
        if what == HANGS:
            signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
            while True:
                time.sleep(60)
        if what == ENDS:
            os.abort()
        if what == EATS:
            bytearray(3 << 30)
        return self._engine.scan(luma, hard=hard)


def fragile_first() -> tuple[Engine, ...]:
    """A first engine that breaks, and a second one that is sound."""
    first, *others = installed_engines()
    return Fragile("fragile", first, locates=True), *others


def fragile_alone() -> tuple[Engine, ...]:
    """Nothing but an engine that breaks."""
    return (Fragile("fragile", installed_engines()[0], locates=True),)
