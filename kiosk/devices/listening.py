"""All scanners that might be meant, listened to at once, to learn which of them speaks. Nothing is written or decided,
and no device is kept from anybody: the keyboard among them stays a keyboard.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.config import ScannerKind, ScannerSource
from kiosk.devices.evdev_scanner import EvdevPort
from kiosk.devices.framing import SILENCE_SECONDS, Framed, Framer
from kiosk.devices.scanner import PortMissingError, ScannerPort
from kiosk.devices.serial_scanner import SerialPort
from kiosk.errors import EnvironmentalError

DEVICES = Path("/dev")


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """A text, and who sent it."""

    source: ScannerSource
    framed: Framed


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A device that came, went, or cannot be listened to."""

    source: ScannerSource
    is_there: bool
    trouble: str = ""


@dataclass(kw_only=True, slots=True)
class _Ear:
    source: ScannerSource
    port: ScannerPort
    framer: Framer = field(default_factory=Framer)
    heard_at: float = 0.0


class Listening:
    """Serial lines and keyboards by the names that udev gives them, those that come later too."""

    def __init__(self, *, baud: int, devices: Path = DEVICES, clock: Callable[[], float] = time.monotonic) -> None:
        self._baud, self._clock = baud, clock
        self._serial, self._input = devices / "serial/by-id", devices / "input/by-id"
        self._ears: dict[ScannerSource, _Ear] = {}
        self._told: dict[ScannerSource, str] = {}
        """What is known to be there, with what keeps it from being listened to."""

    def look(self) -> list[Change]:
        """Begin to listen to what is there now; what has changed since the last look."""
        there = self._there()
        gone = [source for source in self._told if source not in there]
        for source in gone:
            self._leave(source)
            del self._told[source]
        changes = [Change(source=source, is_there=False) for source in gone]
        for source in there:
            if source not in self._ears:
                changes += self._join(source)
        return changes

    def listen(self, seconds: float) -> list[Spoken]:
        """Wait so long, or until something was said."""
        waiter = select.poll()
        ears = {ear.port.fileno(): ear for ear in self._ears.values()}
        for file in ears:
            waiter.register(file, select.POLLIN)
        is_open = any(ear.framer.is_open for ear in ears.values())
        ready = waiter.poll(1000 * (min(seconds, SILENCE_SECONDS) if is_open else seconds))
        now = self._clock()
        spoken = [text for file, _ in ready for text in self._take(ears[file], now)]
        for ear in self._ears.values():
            if ear.framer.is_open and now - ear.heard_at >= SILENCE_SECONDS:
                spoken += _said(ear, ear.framer.silence())
        return spoken

    def close(self) -> None:
        """Let all devices go."""
        for source in list(self._ears):
            self._leave(source)

    def _there(self) -> list[ScannerSource]:
        lines = [ScannerSource(kind=ScannerKind.SERIAL, where=name) for name in _names(self._serial)]
        names = [name for name in _names(self._input) if name.endswith("-event-kbd")]
        return lines + [ScannerSource(kind=ScannerKind.EVDEV, where=name) for name in names]

    def _join(self, source: ScannerSource) -> list[Change]:
        port: ScannerPort
        if source.kind is ScannerKind.SERIAL:
            port = SerialPort(source.where, baud=self._baud, folder=self._serial)
        else:
            port = EvdevPort(source.where, folder=self._input, grabs=False)
        try:
            port.open()
        except PortMissingError:
            return []  # its name came before itself, or went after it: the next look tells
        except EnvironmentalError as error:
            return self._news(source, str(error))
        self._ears[source] = _Ear(source=source, port=port)
        return self._news(source, "")

    def _news(self, source: ScannerSource, trouble: str) -> list[Change]:
        if self._told.get(source) == trouble:
            return []
        self._told[source] = trouble
        return [Change(source=source, is_there=True, trouble=trouble)]

    def _leave(self, source: ScannerSource) -> None:
        if (ear := self._ears.pop(source, None)) is not None:
            ear.port.close()

    def _take(self, ear: _Ear, now: float) -> list[Spoken]:
        try:
            chunk = ear.port.take()
        except PortMissingError:
            self._leave(ear.source)
            return _said(ear, ear.framer.silence())
        ear.heard_at = now
        return _said(ear, ear.framer.feed(chunk))


def _said(ear: _Ear, texts: list[Framed]) -> list[Spoken]:
    return [Spoken(source=ear.source, framed=framed) for framed in texts]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir())
    except OSError:  # without any such device udev makes no folder
        return []
