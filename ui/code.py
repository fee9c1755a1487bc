"""The letters of a typed code as they are keyed in; whether they add up is the affair of those who know."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.rules.activation import CODE_LETTERS as ACTIVATION_LETTERS
from kiosk.rules.activation import LETTERS as CROCKFORD
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 10


@QmlElement
class CodeModel(QObject):
    """The code page: its places, its keys, and what was wrong with the last code."""

    changed = Signal()
    entered = Signal(str)
    alphabet, length = ALPHABET, LENGTH

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        self._trouble = ""

    def clear(self, trouble: str = "") -> None:
        """Begin again; `trouble` says why: wrong or wait."""
        self._typed, self._trouble = "", trouble
        self.changed.emit()

    @Property(str, notify=changed)
    def typed(self) -> str:
        """The letters so far."""
        return self._typed

    @Property(str, notify=changed)
    def trouble(self) -> str:
        """Empty, wrong or wait."""
        return self._trouble

    @Property(int, notify=changed)
    def missing(self) -> int:
        """How many letters are still to come."""
        return self.length - len(self._typed)

    @Property("QStringList", notify=changed)
    def letters(self) -> list[str]:
        """The 32 letters a code may hold, digits first."""
        return list(self.alphabet)

    @Slot(str)
    def press(self, letter: str) -> None:
        """One letter more, if it is one and there is room."""
        if letter in self.alphabet and len(letter) == 1 and len(self._typed) < self.length:
            self._typed += letter
            self._trouble = ""
            self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """One letter less."""
        self._typed = self._typed[:-1]
        self.changed.emit()

    @Slot()
    def done(self) -> None:
        """Hand the whole code over."""
        if len(self._typed) == self.length:
            self.entered.emit(self._typed)


@QmlElement
class ActivationModel(CodeModel):
    """The sixteen letters by which a person first signs in; trouble is wrong, slip, locked or none."""

    whoChanged = Signal()
    alphabet, length = CROCKFORD, ACTIVATION_LETTERS

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._who = ""
        self._wait_seconds = 0

    def begin(self, who: str, trouble: str = "", wait_seconds: int = 0) -> None:
        """Ask this person for their code."""
        self._who, self._wait_seconds = who, wait_seconds
        self.whoChanged.emit()
        self.clear(trouble)

    @Property(str, notify=whoChanged)
    def who(self) -> str:
        """Whose code is asked for."""
        return self._who

    @Property(int, notify=whoChanged)
    def waitSeconds(self) -> int:
        """How long nobody may try again."""
        return self._wait_seconds
