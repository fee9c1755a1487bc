"""A scanner that types before the kiosk's window: the last resort, as the window's keyboard layout turns its letters.

Its keys never reach a page, and commands among them do nothing. A person's keys reach it as ever, a moment later.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.scanner import Intake
from ui.burst import SURE_GAP_SECONDS, Burst, Heard, Stroke

_LATE_SECONDS = 0.03
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
_MODIFIERS = (
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_Meta,
    Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
    Qt.Key.Key_ScrollLock,
)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class WedgeScanner(QObject):
    """Listens to one window's keys. It lives on the window's thread; health and close may be called from any."""

    def __init__(self, window: QWindow, intake: Intake, *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._window, self._intake, self._clock = window, intake, clock
        self._bearing = Bearing(clock)
        self._burst = Burst[QKeyEvent]()
        self._down: set[int] = set()
        """Keys whose press no page has seen, so that none sees them let go either."""
        self._is_giving_back = self._is_closed = False
        self._armed_at = 0.0
        self._silence = QTimer(self, interval=round(SURE_GAP_SECONDS * 1000), singleShot=True)
        self._silence.timeout.connect(self._silent)
        window.installEventFilter(self)

    @property
    def kind(self) -> DeviceKind:
        """A scanner, as the roll of devices knows it."""
        return DeviceKind.SCANNER

    def health(self) -> Health:
        """Say how it is now; whether one is plugged in cannot be known here."""
        return self._bearing.health()

    def tend(self) -> None:
        """See whether it sends without end."""
        self._bearing.tell(Problem.SCANNER_FLOODING if self._intake.is_flooded else Problem.NONE)

    def close(self) -> None:
        """Let all keys through from now on."""
        self._is_closed = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Whether this event is kept from the window."""
        if self._is_closed or self._is_giving_back or not isinstance(event, QKeyEvent):
            return False
        if event.key() in _MODIFIERS:
            return self._burst.is_open  # a page does nothing with them; after a person's keys nor do they
        match event.type():
            case QEvent.Type.KeyPress if event.isAutoRepeat() and not self._burst.is_open:
                return self._beside(event, is_over=False)
            # Qt takes a letter that a fast scanner presses twice within a millisecond for a key that is held down; one
            # that a person holds repeats a quarter of a second later, when it is long decided whose it is
            case QEvent.Type.KeyPress:
                self._pressed(event)
                return True
            case QEvent.Type.KeyRelease:
                return self._beside(event, is_over=not event.isAutoRepeat())
            case _:
                return False

    def _pressed(self, event: QKeyEvent) -> None:
        self._down.add(event.key())
        letter = event.text()
        if event.modifiers() & _COMMANDS:
            stroke = Stroke.OTHER
        elif event.key() in _ENDS:
            stroke = Stroke.END
        else:
            stroke = Stroke.LETTER if letter and letter.isprintable() else Stroke.OTHER
        # the window system's own time of the key: what holds this thread up must not look like a person's slowness
        at = event.timestamp() / 1000 if event.timestamp() else self._clock()
        self._tell(self._burst.press(stroke, letter, at, _copy(event)))
        if self._burst.is_open:
            self._arm()

    def _beside(self, event: QKeyEvent, *, is_over: bool) -> bool:
        if event.key() not in self._down:
            return False
        if not self._burst.beside(_copy(event)) and is_over:
            self._down.discard(event.key())
        return True

    def _arm(self) -> None:
        self._armed_at = self._clock()
        self._silence.start()

    def _silent(self) -> None:
        if self._clock() - self._armed_at > SURE_GAP_SECONDS + _LATE_SECONDS:
            self._arm()  # this thread was held up: keys may have come meanwhile, and are looked at before the next time
            return
        self._tell(self._burst.silence())

    def _tell(self, heard: Heard[QKeyEvent]) -> None:
        if heard.given_back:
            self._is_giving_back = True
            try:
                for event in heard.given_back:
                    self._down.discard(event.key())
                    QCoreApplication.sendEvent(self._window, event)
            finally:
                self._is_giving_back = False
        for text in heard.texts:
            self._intake.take(text)


def _copy(event: QKeyEvent) -> QKeyEvent:
    """An event of our own: Qt's is gone when its turn is over."""
    return QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
