"""The screen of a machine that is no kiosk yet: it says how to enrol, and waits for that."""

import shlex

import shiboken6
from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow

import ui.wording  # noqa: F401  registers Words
from kiosk.errors import BugError, BusyError
from kiosk.store.home import Home
from ui.assets import QML
from ui.images import Drawings
from ui.sentences import FIRST_LANGUAGE, LANGUAGES
from ui.stage import StageModel
from ui.tongues import Interpreter
from ui.window import load_fonts

_LOOK_MILLISECONDS = 1000
REGISTRY_COMMAND = "qaqpa registry enrol --park N --gate N --lane N --direction entry|exit|both"


class SetupScreen:
    """One window that shows how to enrol the machine with this data folder."""

    def __init__(self, app: QGuiApplication, home: Home) -> None:
        load_fonts(app)
        self._app, self._home = app, home
        self.stage = StageModel()
        self._interpreter = Interpreter(app)
        self._interpreter.speak(FIRST_LANGUAGE)
        self._engine = QQmlApplicationEngine()
        self._engine.addImageProvider("drawing", Drawings())
        self._engine.setInitialProperties(
            {
                "stage": self.stage,
                "registryCommand": REGISTRY_COMMAND,
                "deviceCommand": f"qaqpa enrol ADDRESS CODE --data {shlex.quote(str(home.path))}",
            }
        )
        self.stage.languageWanted.connect(self._speak)
        self._engine.load(QUrl.fromLocalFile(str(QML / "Setup.qml")))
        roots = self._engine.rootObjects()
        if not roots or not isinstance(roots[0], QQuickWindow):
            raise BugError("The page about enrolling could not be loaded; the log names the line")
        self.window: QQuickWindow = roots[0]
        self._look = QTimer(interval=_LOOK_MILLISECONDS)
        self._look.timeout.connect(self._look_now)
        self._look.start()

    def close(self) -> None:
        """Take the window down: engine first, so that no binding looks at a model that is gone."""
        self._look.stop()
        self.window.close()
        del self.window
        shiboken6.delete(self._engine)
        self._interpreter.close()

    def _speak(self, language: str) -> None:
        if language in LANGUAGES:
            self._interpreter.speak(language)
            self.stage.speak(language)
            self._engine.retranslate()

    def _look_now(self) -> None:
        if is_ready(self._home):
            self._app.quit()


def is_ready(home: Home) -> bool:
    """Whether the machine is enrolled, and whoever enrolled it has finished."""
    if home.device is None or not home.journal_file.exists():
        return False
    try:
        with home.lock("run"):
            return True
    except BusyError:
        return False
