"""Fingers before a film's camera: what they touch stands in a file, and they touch it as people do, with real presses.

A line of the file is `{"frame": 210, "touch": "heads", "heads": 5}`; the other touches are `acknowledge`, `call`,
`code` (with `code`), `direction` (with `direction` and `pin`) and `language` (with `language`).
"""

import json
import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk.errors import UsageError
from ui.kiosk_screen import KioskScreen

_log = logging.getLogger(__name__)
_STEP_MILLISECONDS = 10
TOUCHES = ("heads", "acknowledge", "call", "code", "direction", "language")


@dataclass(frozen=True, kw_only=True, slots=True)
class Touch:
    """What fingers do once the camera has come to a frame."""

    frame: int
    touch: str
    heads: int = 0
    code: str = ""
    direction: str = ""
    pin: str = ""
    language: str = ""


def read_touches(path: Path) -> list[Touch]:
    """The touches of a file, a JSON object a line; UsageError names the line that is none."""
    touches = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            touches.append(_touch(line, f"{path}, line {number}"))
    return sorted(touches, key=lambda touch: touch.frame)


def _touch(line: str, where: str) -> Touch:
    try:
        raw: Any = json.loads(line)
        touch = Touch(**raw)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{where} is not a touch: {error}") from error
    if touch.touch not in TOUCHES:
        raise UsageError(f"{where}: there is no touch {touch.touch!r}; there are {', '.join(TOUCHES)}")
    return touch


class Fingers(QObject):
    """Does one touch after another: each waits for its page, its button and the end of the guard."""

    done = Signal()

    def __init__(self, screen: KioskScreen, window: QQuickWindow, *, patience_seconds: float = 20.0) -> None:
        super().__init__(screen)
        self._screen, self._window = screen, window
        self._patience_steps = int(patience_seconds * 1000 / _STEP_MILLISECONDS)
        self._steps: deque[Iterator[str]] = deque()
        self._wanted = ""
        self._waited = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MILLISECONDS)
        self._timer.timeout.connect(self._step)

    def do(self, touch: Touch) -> None:
        """Do this after what is being done."""
        self._steps.append(self._presses(touch))
        if not self._timer.isActive():
            self._timer.start()

    def press(self, name: str) -> bool:
        """Press the button of this name, if it is there to be pressed."""
        item = self._find(name)
        if item is None:
            return False
        at = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            held = Qt.MouseButton.LeftButton if kind is QEvent.Type.MouseButtonPress else Qt.MouseButton.NoButton
            event = QMouseEvent(
                kind, at, self._window.mapToGlobal(at), Qt.MouseButton.LeftButton, held, Qt.KeyboardModifier.NoModifier
            )
            QGuiApplication.sendEvent(self._window, event)
        return True

    def _step(self) -> None:
        if self._screen.stage.guarded or not self._is_idle():
            return
        if not self._wanted:
            self._next()
        elif self.press(self._wanted):
            self._wanted, self._waited = "", 0
        else:
            self._waited += 1
            if self._waited > self._patience_steps:
                _log.error("There is no button %r to press on the page %r", self._wanted, self._screen.stage.page)
                self._steps.popleft()
                self._wanted, self._waited = "", 0

    def _is_idle(self) -> bool:
        return self._screen.dispatcher.is_idle and self._screen.rangers.pins.is_idle

    def _next(self) -> None:
        while self._steps:
            name = next(self._steps[0], None)
            if name is not None:
                self._wanted = name
                return
            self._steps.popleft()
        self._timer.stop()
        self.done.emit()

    def _presses(self, touch: Touch) -> Iterator[str]:
        """The names of the buttons, each asked for when the one before it has been pressed."""
        match touch.touch:
            case "heads":
                yield from self._heads(touch.heads)
            case "acknowledge":
                yield "confirm"
            case "call":
                yield "call"
            case "code":
                yield "code"
                yield from (f"key-{letter}" for letter in touch.code.replace("-", "").upper())
                yield "done"
            case "direction":
                yield from self._direction(touch)
            case "language":
                yield f"language-{touch.language}"

    def _heads(self, heads: int) -> Iterator[str]:
        question = self._screen.question
        while question.heads > max(1, heads):
            yield "fewer"
        while question.heads < min(question.left, heads):
            yield "more"
        yield "confirm"

    def _direction(self, touch: Touch) -> Iterator[str]:
        if self._screen.stage.place.direction == touch.direction:
            return
        yield "ranger"
        yield from (f"key-{digit}" for digit in touch.pin)
        yield "done"
        yield "turn"
        yield "visitor-screen"

    def _find(self, name: str) -> QQuickItem | None:
        """The item people see under this name: by what stands in what, not by which object made which."""
        waiting = [self._window.contentItem()]
        while waiting:
            item = waiting.pop()
            if item.isVisible() and item.isEnabled():
                if item.objectName() == name:
                    return item
                waiting.extend(item.childItems())
        return None
