"""A hardware scanner: whole texts in the order they were read, an unplugged one named and taken back by itself.

It decides nothing about a text and acts on none of its characters. What differs between scanners is a `ScannerPort`:
serial_scanner.py and evdev_scanner.py; what is typed before the window comes through ui/wedge.py to the same `Intake`.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.devices.framing import SILENCE_SECONDS, Framed, Framer, Sluice
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.errors import EnvironmentalError

CALM_SECONDS = 10.0
"""A flood is over when for so long nothing had to be left out."""
_ENDING_SECONDS = 2.0

_log = logging.getLogger(__name__)
OnText = Callable[[str], None]


class PortMissingError(EnvironmentalError):
    """The device is not there, or not any more; the text names it."""


class ScannerPort(Protocol):
    """The wire of one scanner. It is opened and closed in turn for as long as the kiosk runs."""

    @property
    def path(self) -> Path:
        """Where the device is, by a name that survives re-plugging."""
        ...

    def open(self) -> None:
        """Take the device; PortMissingError where there is none, EnvironmentalError where it cannot be had."""
        ...

    def fileno(self) -> int:
        """What to wait on while it is open."""
        ...

    def take(self) -> bytes:
        """What has come by now, as characters; never waits. PortMissingError when the device has gone."""
        ...

    def close(self) -> None:
        """Let the device go, whether it is open or not."""
        ...


class Intake:
    """Where a lane's scanner puts its texts in: once each while held there, no faster than people, on any thread."""

    def __init__(
        self,
        *,
        on_text: OnText,
        guard: SameCodeGuard,
        clock: Callable[[], float] = time.monotonic,
        sluice: Sluice | None = None,
    ) -> None:
        self._on_text, self._guard, self._clock = on_text, guard, clock
        self._sluice = sluice or Sluice()
        self._left_out_at = float("-inf")
        self._lock = threading.Lock()

    @property
    def is_flooded(self) -> bool:
        """Whether texts had to be left out lately."""
        return self._clock() - self._left_out_at < CALM_SECONDS

    def take(self, text: str) -> None:
        """Pass this text on, unless it is the one still held there, or one of too many."""
        with self._lock:
            now = self._clock()
            if not self._sluice.lets(now):
                self._left_out_at = now
                return
            if not self._guard.fresh(text, now):
                self._sluice.give_back()
                return
        try:
            self._on_text(text)
        except Exception:  # noqa: BLE001  one scan that failed must not deafen the lane
            _log.exception("A scan failed after its code was read")


class Scanner:
    """A scanner on a port of its own, read on a thread of its own; tending it takes it, and takes it back."""

    def __init__(self, port: ScannerPort, intake: Intake, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._port, self._intake = port, intake
        self._bearing = Bearing(clock, Problem.SCANNER_MISSING)
        self._reading: _Reading | None = None
        self._is_closed = False
        self._lock = threading.Lock()

    @property
    def kind(self) -> DeviceKind:
        """A scanner, as the roll of devices knows it."""
        return DeviceKind.SCANNER

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Take the device if it is there, and notice that it went."""
        with self._lock:
            if self._is_closed:
                return
            if self._reading is not None and not self._reading.is_alive(self._port.path):
                self._let_go()
            if self._reading is None:
                try:
                    self._reading = self._begin()
                except PortMissingError as error:
                    self._bearing.tell(Problem.SCANNER_MISSING, str(error))
                    return
                except EnvironmentalError as error:
                    self._bearing.tell(Problem.SCANNER_FAULTED, str(error))
                    return
            self._bearing.tell(Problem.SCANNER_FLOODING if self._intake.is_flooded else Problem.NONE)

    def close(self) -> None:
        """Read nothing more and let the device go."""
        with self._lock:
            self._is_closed = True
            self._let_go()

    def _begin(self) -> _Reading:
        self._port.open()
        try:
            return _Reading(self._port, self._intake.take)
        except OSError as error:  # no room for a thread or another open file
            self._port.close()
            raise EnvironmentalError(f"The scanner cannot be listened to: {error.strerror}") from error

    def _let_go(self) -> None:
        if self._reading is not None and self._reading.end():
            self._port.close()
        self._reading = None


class _Reading:
    """One stretch of reading, from the opening of a port until it goes or is left."""

    def __init__(self, port: ScannerPort, on_text: OnText) -> None:
        self._port, self._on_text = port, on_text
        self._device = _device_of(os.fstat(port.fileno()))
        self._leave, self._left = os.pipe2(os.O_CLOEXEC)
        self._thread = threading.Thread(target=self._read, name="scanner", daemon=True)
        self._thread.start()

    def is_alive(self, path: Path) -> bool:
        """Whether it still reads the device that has this name."""
        try:
            return self._thread.is_alive() and _device_of(path.stat()) == self._device
        except OSError:
            return False

    def end(self) -> bool:
        """Leave off reading; whether the port is free to be closed."""
        os.close(self._left)
        self._thread.join(_ENDING_SECONDS)
        has_ended = not self._thread.is_alive()
        if has_ended:
            os.close(self._leave)
        return has_ended

    def _read(self) -> None:
        framer = Framer()
        waiter = select.poll()
        waiter.register(self._port.fileno(), select.POLLIN)
        waiter.register(self._leave, select.POLLIN)
        try:
            while True:
                ready = waiter.poll(SILENCE_SECONDS * 1000 if framer.is_open else None)
                if any(file == self._leave for file, _ in ready):
                    return
                self._pass(framer.feed(self._port.take()) if ready else framer.silence())
        except PortMissingError as error:
            _log.info("%s", error)
            self._pass(framer.silence())  # what was read before the plug was pulled is not lost
        except Exception:  # noqa: BLE001  tending finds the thread ended, and opens the device anew
            _log.exception("The scanner could not be read")

    def _pass(self, texts: list[Framed]) -> None:
        for framed in texts:
            self._on_text(framed.text)


def _device_of(stat: os.stat_result) -> tuple[int, int, int]:
    """Which device or pipe it is: one that was pulled and put back is another, though its name is the same."""
    return stat.st_dev, stat.st_ino, stat.st_rdev
