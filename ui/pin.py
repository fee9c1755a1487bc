"""The ranger's PIN as it is keyed in: it is never shown and never kept after it was handed over."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

LENGTH = 6
ATTEMPTS = 5
CHECK, CHOOSE, REPEAT = "check", "choose", "repeat"


@QmlElement
class PinModel(QObject):
    """The PIN page: how many digits, how many attempts are left, how long to wait."""

    changed = Signal()
    entered = Signal(str)
    codeWanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._typed = ""
        self._trouble = ""
        self._attempts_left = ATTEMPTS
        self._wait_seconds = 0
        self._who, self._step = "", CHECK
        self._checking = False
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._wait_on)

    def clear(self, trouble: str = "", attempts_left: int = ATTEMPTS, wait_seconds: int = 0) -> None:
        """Begin again; `trouble` is empty, wrong, locked, unset, trivial or differs."""
        self._typed, self._checking = "", False
        self.know(trouble, attempts_left, wait_seconds)

    def begin(self, who: str = "", step: str = CHECK, trouble: str = "") -> None:
        """Ask this person, or whoever knows the device's: for their PIN, or for the one they choose, once and again."""
        self._who, self._step = who, step
        self.clear(trouble)

    def know(self, trouble: str, attempts_left: int, wait_seconds: int) -> None:
        """Say what is left, whatever is typed by now; a pause counts itself down."""
        self._trouble, self._attempts_left, self._wait_seconds = trouble, attempts_left, wait_seconds
        self._second.start() if wait_seconds else self._second.stop()
        self.changed.emit()

    def _wait_on(self) -> None:
        left = self._wait_seconds - 1
        self.know("locked" if left else "", self._attempts_left if left else ATTEMPTS, left)

    @Property(str, notify=changed)
    def who(self) -> str:
        """Whose PIN it is, empty for the device's."""
        return self._who

    @Property(str, notify=changed)
    def step(self) -> str:
        """check, choose or repeat."""
        return self._step

    @Property(bool, notify=changed)
    def checking(self) -> bool:
        """Whether what was typed is being looked at."""
        return self._checking

    @Property(int, notify=changed)
    def filled(self) -> int:
        """How many digits are in."""
        return len(self._typed)

    @Property(str, notify=changed)
    def trouble(self) -> str:
        """Empty, wrong, locked, unset, trivial or differs."""
        return self._trouble

    @Property(int, notify=changed)
    def attemptsLeft(self) -> int:
        """Attempts before the pause."""
        return self._attempts_left

    @Property(int, notify=changed)
    def waitSeconds(self) -> int:
        """Seconds of the pause that are left."""
        return self._wait_seconds

    @Property(int, notify=changed)
    def places(self) -> int:
        """How many digits a PIN has."""
        return LENGTH

    @Slot(str)
    def press(self, digit: str) -> None:
        """One digit more."""
        is_free = not self._wait_seconds and not self._checking
        if is_free and len(digit) == 1 and digit in "0123456789" and len(self._typed) < LENGTH:
            self._typed += digit
            self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """One digit less."""
        self._typed = self._typed[:-1]
        self.changed.emit()

    @Slot()
    def done(self) -> None:
        """Hand the PIN over and forget it."""
        if len(self._typed) == LENGTH:
            typed, self._typed, self._checking = self._typed, "", True
            self.changed.emit()
            self.entered.emit(typed)
