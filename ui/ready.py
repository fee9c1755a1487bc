"""What the waiting screen says of the kiosk itself: camera, link, age of the data, clock and barrier."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.rules.words import ClockTrust, Staleness
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """How the kiosk is, in facts."""

    camera: bool = True
    scanner: bool = False
    online: bool = False
    age_seconds: float | None = None
    staleness: Staleness = Staleness.FRESH
    are_revocations_stale: bool = False
    clock: ClockTrust = ClockTrust.TRUSTED
    barrier: str = "closed"
    fault: str = ""
    """The gravest thing about the kiosk's memory, a word of `Fault`; empty when all is well."""


@QmlElement
class ReadyModel(QObject):
    """The waiting screen's facts."""

    changed = Signal()
    hintChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = Condition()
        self._hint = ""

    def show(self, condition: Condition) -> None:
        """Say how the kiosk is."""
        if condition != self._condition:
            self._condition = condition
            self.changed.emit()

    def advise(self, hint: str) -> None:
        """Show a hint to the visitor (still, one_code, glare, closer, whole, brighter) or none."""
        if hint != self._hint:
            self._hint = hint
            self.hintChanged.emit()

    @Property(str, notify=hintChanged)
    def hint(self) -> str:
        """The hint's name, empty for none."""
        return self._hint

    @Property(bool, notify=changed)
    def camera(self) -> bool:
        """Whether pictures come from the camera."""
        return self._condition.camera

    @Property(bool, notify=changed)
    def scanner(self) -> bool:
        """Whether a code can be held before a scanner."""
        return self._condition.scanner

    @Property(bool, notify=changed)
    def online(self) -> bool:
        """Whether the last exchange with the registry went well."""
        return self._condition.online

    @Property(float, notify=changed)
    def ageSeconds(self) -> float:
        """Age of the newest word from the registry, -1 when there was none."""
        age = self._condition.age_seconds
        return -1.0 if age is None else age

    @Property(str, notify=changed)
    def staleness(self) -> str:
        """fresh, ageing or stale."""
        return str(self._condition.staleness)

    @Property(bool, notify=changed)
    def revocationsStale(self) -> bool:
        """Whether the list of revoked tickets is older than the park allows."""
        return self._condition.are_revocations_stale

    @Property(bool, notify=changed)
    def clockSuspect(self) -> bool:
        """Whether the time itself is in doubt."""
        return self._condition.clock is ClockTrust.SUSPECT

    @Property(str, notify=changed)
    def fault(self) -> str:
        """What is wrong with the kiosk's memory, empty when nothing is."""
        return self._condition.fault

    @Property(str, notify=changed)
    def barrier(self) -> str:
        """open, closed, held or faulted; empty when there is none."""
        return self._condition.barrier
