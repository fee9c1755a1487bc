"""The time as a ranger keys it in: day, month, year, hour and minute, twelve digits. What it is worth the gate says."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

_FORM = "__.__.____ __:__"
_READ = "%d.%m.%Y %H:%M"


@QmlElement
class TimeModel(QObject):
    """The sheet on which a ranger says what time it is."""

    changed = Signal()
    wanted = Signal()
    entered = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_open = False
        self._typed, self._trouble = "", ""
        self._shown = ""
        self._offset_minutes = 0

    def show(self, now: float, offset_minutes: int) -> None:
        """Open the sheet: what the kiosk believes now, in the park's own time."""
        self._offset_minutes = offset_minutes
        park = datetime.fromtimestamp(now, UTC) + timedelta(minutes=offset_minutes)
        self._shown = park.strftime(_READ)
        self._is_open, self._typed, self._trouble = True, "", ""
        self.changed.emit()

    def refuse(self, trouble: str) -> None:
        """Begin again; `trouble` is wrong (no such time) or over (the registry has signed a later one)."""
        self._typed, self._trouble = "", trouble
        self.changed.emit()

    @Property(bool, notify=changed)
    def open(self) -> bool:
        """Whether the sheet is there."""
        return self._is_open

    @Property(str, notify=changed)
    def shown(self) -> str:
        """What the kiosk believed when the sheet was opened."""
        return self._shown

    @Property(str, notify=changed)
    def typed(self) -> str:
        """The digits so far in their form."""
        digits = iter(self._typed)
        return "".join(next(digits, "_") if sign == "_" else sign for sign in _FORM)

    @Property(bool, notify=changed)
    def complete(self) -> bool:
        """Whether all digits are in."""
        return len(self._typed) == _FORM.count("_")

    @Property(str, notify=changed)
    def trouble(self) -> str:
        """Empty, wrong or over."""
        return self._trouble

    @Slot(str)
    def press(self, digit: str) -> None:
        """One digit more."""
        if len(digit) == 1 and digit in "0123456789" and not self.complete:
            self._typed, self._trouble = self._typed + digit, ""
            self.changed.emit()

    @Slot()
    def erase(self) -> None:
        """One digit less."""
        self._typed = self._typed[:-1]
        self.changed.emit()

    @Slot()
    def dismiss(self) -> None:
        """Close the sheet; nothing was set."""
        self._is_open, self._typed = False, ""
        self.changed.emit()

    @Slot()
    def done(self) -> None:
        """Hand the time over in Unix seconds, if there is such a time."""
        if not self.complete:
            return
        try:
            park = datetime.strptime(self.typed, _READ).replace(tzinfo=UTC)
        except ValueError:
            self.refuse("wrong")
            return
        self.entered.emit((park - timedelta(minutes=self._offset_minutes)).timestamp())
