"""The translator behind qsTrId: it reads the .ts files, as the command line does, so no compiled copy goes stale."""

from PySide6.QtCore import QCoreApplication, QTranslator

from ui.sentences import FIRST_LANGUAGE, catalogue


class Interpreter(QTranslator):
    """Speaks one of the house's languages at a time."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__()
        self._app = app
        self._spoken = catalogue(FIRST_LANGUAGE)
        app.installTranslator(self)

    def speak(self, language: str) -> None:
        """Answer in this language from now on; a QML engine must be retranslated to show it."""
        self._spoken = catalogue(language)

    def close(self) -> None:
        """Say nothing any more."""
        self._app.removeTranslator(self)

    def isEmpty(self) -> bool:
        """Never: without this Qt does not ask at all."""
        return False

    def translate(self, context: str, key: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The sentence with this id; None for what is none of ours, because Qt takes an empty text for an answer."""
        return self._spoken.text(key, n if n >= 0 else None) if key in self._spoken else None
