"""One decision before a visitor: its family, its reason and at most four facts. It chooses no words."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.rules.permit import Party
from kiosk.rules.words import Direction, Outcome, Reason
from ui.qt import Property
from ui.telling import Verdict
from ui.words import NOTHING, Telling

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

_CLOSURES = frozenset({Reason.CLOSED, Reason.FULL, Reason.OUTSIDE_HOURS})
_TYPE_INSTEAD = frozenset({Reason.MALFORMED})


@QmlElement
class VerdictModel(QObject):
    """What a verdict page binds to."""

    changed = Signal()
    callWanted = Signal()
    codeWanted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown: Verdict | None = None
        self._limits_at: int | None = None
        self._called_at = 0.0

    def show(self, verdict: Verdict, limits_at: int | None, called_at: float) -> None:
        """Show this decision, how far other gates are known, and since when the ranger is called."""
        self._shown, self._limits_at, self._called_at = verdict, limits_at, called_at
        self.changed.emit()

    @property
    def shown(self) -> Verdict | None:
        """The decision that stands on the screen."""
        return self._shown

    @Property(str, notify=changed)
    def outcome(self) -> str:
        """admitted, refused or referred."""
        return str(self._shown.outcome) if self._shown else ""

    @Property(str, notify=changed)
    def reason(self) -> str:
        """The word of the closed table."""
        return str(self._shown.reason) if self._shown else ""

    @Property(str, notify=changed)
    def form(self) -> str:
        """Which shape: tick, cross, bar or ranger."""
        if self._shown is None or self._shown.outcome is Outcome.ADMITTED:
            return "tick"
        if self._shown.outcome is Outcome.REFERRED:
            return "ranger"
        return "bar" if self._shown.reason in _CLOSURES else "cross"

    @Property("QVariant", notify=changed)
    def telling(self) -> Telling:
        """The facts that the sentence is made of."""
        return self._shown.telling if self._shown else NOTHING

    @Property("QVariant", notify=changed)
    def party(self) -> Party:
        """Who goes through now."""
        return self._shown.party if self._shown else Party()

    @Property("QVariant", notify=changed)
    def right(self) -> Party:
        """Whom the ticket is for."""
        return self._shown.right if self._shown else Party()

    @Property(int, notify=changed)
    def left(self) -> int:
        """Heads that may still come on this ticket."""
        return self._shown.left if self._shown else 0

    @Property(float, notify=changed)
    def until(self) -> float:
        """Unix second at which the ticket ends, 0 when unknown."""
        return float(self._shown.until or 0) if self._shown else 0.0

    @Property(str, notify=changed)
    def tail(self) -> str:
        """The last three letters of the typed code."""
        return self._shown.tail if self._shown else ""

    @Property(bool, notify=changed)
    def leaving(self) -> bool:
        """Whether this is an exit."""
        return self._shown is not None and self._shown.direction is Direction.EXIT

    @Property(float, notify=changed)
    def limitsAt(self) -> float:
        """Until when other gates are known, 0 when nothing is."""
        return float(self._limits_at or 0)

    @Property(float, notify=changed)
    def calledAt(self) -> float:
        """Since when the ranger is called, 0 for no call."""
        return self._called_at

    @Property(bool, notify=changed)
    def offersCode(self) -> bool:
        """Whether typing the code may help."""
        return self._shown is not None and self._shown.reason in _TYPE_INSTEAD
