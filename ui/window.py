"""The QML engine with its models, words, fonts and drawings, and the window it makes. Close it before the models."""

import re
from collections.abc import Callable
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEvent, QObject, QUrl
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

import ui.wording  # noqa: F401  registers Words
from kiosk.errors import BugError, EnvironmentalError
from ui.assets import FONTS, QML
from ui.images import Drawings
from ui.kiosk_screen import KioskScreen
from ui.tongues import Interpreter


class ScreenWindow:
    """One window that shows one screen."""

    def __init__(self, app: QGuiApplication, screen: KioskScreen, *, less_motion: bool = False) -> None:
        load_fonts(app)
        self._interpreter = Interpreter(app)
        self._engine = QQmlApplicationEngine()
        self._engine.addImageProvider("drawing", Drawings())
        self._engine.setInitialProperties({**_models(screen), "lessMotion": less_motion})
        screen.spoken.connect(self._speak)
        self._screen = screen
        self._touches = Touches(screen.awake)
        self._engine.load(QUrl.fromLocalFile(str(QML / "Main.qml")))
        roots = self._engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise BugError("The screen's pages could not be loaded; the log names the line")
        self.window: QQuickWindow = roots[0]
        self.window.installEventFilter(self._touches)

    def close(self) -> None:
        """Take the window down: engine first, so that no binding looks at a model that is gone."""
        self._screen.spoken.disconnect(self._speak)
        self.window.removeEventFilter(self._touches)
        self.window.close()
        del self.window
        shiboken6.delete(self._engine)
        self._interpreter.close()

    def _speak(self, language: str) -> None:
        self._interpreter.speak(language)
        self._engine.retranslate()


class Touches(QObject):
    """Tells of every finger on the window, whatever it touches: who works there is not locked out."""

    def __init__(self, touched: Callable[[], None]) -> None:
        super().__init__()
        self._touched = touched

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look, and let it pass."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin):
            self._touched()
        return False


class Pictures:
    """Pictures of the screen, one for each page with news, numbered in their order."""

    def __init__(self, window: QQuickWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._number = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EnvironmentalError(f"{folder} cannot be made: {error.strerror}") from error

    def take(self, name: str) -> None:
        """Save what stands on the screen now as `07-refused-expired.png`."""
        file = self._folder / f"{self._number:02}-{re.sub(r'[^a-z0-9]+', '-', name)}.png"
        self._number += 1
        # For PNG, quality 85 is Qt's word for light compression: nobody waits for smaller files.
        if not self._window.grabWindow().save(str(file), None, 85):
            raise EnvironmentalError(f"{file} cannot be written")


def load_fonts(app: QGuiApplication) -> None:
    """Make the house's three fonts known, and the first of them the program's own."""
    for file in sorted(FONTS.glob("*.otf")):
        if QFontDatabase.addApplicationFont(str(file)) < 0:
            raise BugError(f"{file.name} is not a font")
    app.setFont(QFont("Inter", 20))


def _models(screen: KioskScreen) -> dict[str, QObject]:
    return {
        "stage": screen.stage,
        "devices": screen.devices,
        "ready": screen.ready,
        "verdict": screen.verdict,
        "question": screen.question,
        "code": screen.code,
        "pin": screen.pin,
        "activation": screen.rangers.activation,
        "signing": screen.rangers.signing,
        "ranger": screen.ranger,
        "time": screen.time,
        "lens": screen.lens,
    }
