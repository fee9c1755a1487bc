"""A keyboard before a window: keys with times of their own, fast as a scanner's or slow as a person's."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtTest import QTest

_NAMED = {"\r": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab, " ": Qt.Key.Key_Space}
_GAP = {"scanner": 0.01, "person": 0.12}


class Keyboard:
    """Sends real key events; their times are what the window system would say."""

    def __init__(self, window: QWindow) -> None:
        self._window = window
        self._at = 100.0

    def scan(self, text: str) -> None:
        """Press these keys as a scanner does."""
        for letter in text:
            self.stroke(_key(letter), letter)
            self.pause(_GAP["scanner"])

    def type(self, text: str) -> None:
        """Press these keys as a person does."""
        for letter in text:
            self.press(letter)
            self.pause(_GAP["person"])
            QTest.qWait(round(_GAP["person"] * 1000))
            self.release(letter)

    def stroke(self, key: int, text: str, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press and release one key."""
        for way in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(self._window, self._event(way, key, text, modifiers))

    def press(self, letter: str, *, repeats: bool = False) -> None:
        """The key of this letter goes down."""
        event = self._event(QEvent.Type.KeyPress, _key(letter), letter, repeats=repeats)
        QCoreApplication.sendEvent(self._window, event)

    def release(self, letter: str, *, repeats: bool = False) -> None:
        """It comes up."""
        QCoreApplication.sendEvent(
            self._window, self._event(QEvent.Type.KeyRelease, _key(letter), letter, repeats=repeats)
        )

    def post(self, letter: str) -> None:
        """The key of this letter goes down, and the window learns of it when its thread comes to it."""
        QCoreApplication.postEvent(self._window, self._event(QEvent.Type.KeyPress, _key(letter), letter))

    def pause(self, seconds: float) -> None:
        """So long nothing is pressed."""
        self._at += seconds

    def _event(
        self,
        way: QEvent.Type,
        key: int,
        text: str,
        modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
        *,
        repeats: bool = False,
    ) -> QKeyEvent:
        event = QKeyEvent(way, key, modifiers, text, repeats)
        event.setTimestamp(round(self._at * 1000))
        return event


def _key(letter: str) -> int:
    return _NAMED.get(letter, ord(letter.upper()[0]))
