"""From the settings to the lane's scanner, and from its thread to the screen: what it reads comes to the screen as what
the camera reads does. The roll of devices, which opens, tends and closes the scanner, finds it in `devices`.
"""

from __future__ import annotations

from typing import assert_never

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QWindow

from kiosk.config import CameraKind, Config, ScannerKind
from kiosk.devices.evdev_scanner import EvdevPort
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import Device
from kiosk.devices.scanner import Intake, Scanner
from kiosk.devices.serial_scanner import SerialPort
from kiosk.rules.words import Source
from ui.kiosk_screen import KioskScreen
from ui.wedge import WedgeScanner


class Senses(QObject):
    """The scanner of one lane, if its settings name one; it lives on the screen's thread."""

    _heard = Signal(str)

    def __init__(self, config: Config, screen: KioskScreen, window: QWindow, guard: SameCodeGuard) -> None:
        super().__init__()
        self._screen = screen
        self._heard.connect(self._present, Qt.ConnectionType.QueuedConnection)
        self.scanner = _scanner_of(config, window, Intake(on_text=self._heard.emit, guard=guard))

    @property
    def devices(self) -> tuple[Device, ...]:
        """What of it is to be tended."""
        return () if self.scanner is None else (self.scanner,)

    @property
    def has_scanner(self) -> bool:
        """Whether a code can be held before a scanner now."""
        return self.scanner is not None and self.scanner.health().works

    @Slot(str)
    def _present(self, text: str) -> None:
        self._screen.present([text], Source.SCANNER)


def lane_guard(config: Config, guard: SameCodeGuard) -> SameCodeGuard:
    """The guard for the lane's camera: the scanner's too, if both go by the time of this world and not by a film's."""
    is_camera = config.camera_source is not None and config.camera_source.kind is CameraKind.V4L2
    return guard if is_camera else SameCodeGuard()


def _scanner_of(config: Config, window: QWindow, intake: Intake) -> Scanner | WedgeScanner | None:
    source = config.scanner_source
    if source is None:
        return None
    match source.kind:
        case ScannerKind.SERIAL:
            return Scanner(SerialPort(source.where, baud=config.scanner_baud), intake)
        case ScannerKind.EVDEV:
            return Scanner(EvdevPort(source.where), intake)
        case ScannerKind.WEDGE:
            return WedgeScanner(window, intake)
        case _:
            assert_never(source.kind)
