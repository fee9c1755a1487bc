"""The ranger's panel: the last decisions, who waits first, and the two acts on a record. It decides nothing."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtQml import QmlElement

from kiosk.rules.permit import Party
from kiosk.rules.roles import MAY, Right, Role, may
from ui.overrides import NONE, Overrides
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

OVERRIDE_REASONS = ("document_seen", "receipt_seen", "unreadable", "same_party", "kiosk_fault", "emergency")
ANNUL_REASONS = ("not_passed", "wrong_ticket", "wrong_heads", "test")
KEEP_OPEN_REASONS = ("fire", "queue", "emergency")
SET_BACK_REASONS = ("over", "mistake")
ACKNOWLEDGE_REASONS = ("service", "repaired", "no_trace", "mistake")
KEEP_OPEN, SET_BACK = "keep_open", "set_back"
_REASONS = {
    "override": OVERRIDE_REASONS,
    "annul": ANNUL_REASONS,
    KEEP_OPEN: KEEP_OPEN_REASONS,
    SET_BACK: SET_BACK_REASONS,
    "acknowledge": ACKNOWLEDGE_REASONS,
}
NOT_TURNED = "not_turned"
"""The mark of an admission whose pulse was given and after which nobody turned: its annulment is offered first."""
ROWS_SHOWN = 4
NAMES_SHOWN = 8
_DENIED_MILLISECONDS = 5000
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One decision of the queue."""

    entry_id: str
    at: float
    outcome: str
    reason: str
    party: Party
    check: str = ""
    tail: str = ""
    waiting_minutes: int = -1
    act: str = ""
    state: str = ""
    is_sought: bool = False


class Field(IntEnum):
    """What a delegate may ask of a row."""

    ENTRY_ID = Qt.ItemDataRole.UserRole + 1
    AT = ENTRY_ID + 1
    OUTCOME = AT + 1
    REASON = OUTCOME + 1
    CHECK = REASON + 1
    PARTY = CHECK + 1
    TAIL = PARTY + 1
    WAITING = TAIL + 1
    ACT = WAITING + 1
    STATE = ACT + 1
    SOUGHT = STATE + 1


_NAMES = {
    Field.ENTRY_ID: b"entryId",
    Field.AT: b"at",
    Field.OUTCOME: b"outcome",
    Field.REASON: b"reason",
    Field.CHECK: b"check",
    Field.PARTY: b"party",
    Field.TAIL: b"tail",
    Field.WAITING: b"waitingMinutes",
    Field.ACT: b"act",
    Field.STATE: b"mark",
    Field.SOUGHT: b"sought",
}
_FIELDS = {
    Field.ENTRY_ID: "entry_id",
    Field.AT: "at",
    Field.OUTCOME: "outcome",
    Field.REASON: "reason",
    Field.CHECK: "check",
    Field.PARTY: "party",
    Field.TAIL: "tail",
    Field.WAITING: "waiting_minutes",
    Field.ACT: "act",
    Field.STATE: "state",
    Field.SOUGHT: "is_sought",
}


@QmlElement
class QueueModel(QAbstractListModel):
    """The rows of the page that is shown."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    def show(self, rows: tuple[Row, ...]) -> None:
        """Show these rows; unchanged rows are left alone, so that a finger on a button keeps its button."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NO_INDEX) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        """The names QML knows the roles by."""
        return {int(role): QByteArray(name) for role, name in _NAMES.items()}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """One field of one row."""
        name = _FIELDS.get(Field(role)) if role in _NAMES else None
        return getattr(self._rows[index.row()], name) if name and index.isValid() else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """The strip above the queue."""

    exchanged_seconds: float | None = None
    unsent: int = 0
    overrides: Overrides = NONE
    syncing: bool = False
    both: bool = False
    online: bool = True
    inside: int | None = None
    """People inside; None while they are still being counted after a start."""
    overdue: int = 0
    """Parties that came in here and should be out by now."""
    kept_open_since: int | None = None


@QmlElement
class RangerModel(QObject):
    """The panel's facts and the record that an act is about to change."""

    panelChanged = Signal()
    rowsChanged = Signal()
    askingChanged = Signal()
    noticeChanged = Signal()
    waitingChanged = Signal()
    staffChanged = Signal()

    lockWanted = Signal()
    syncWanted = Signal()
    turnWanted = Signal()
    codeWanted = Signal()
    answerWanted = Signal()
    questionWanted = Signal()
    actWanted = Signal(str, str, str, int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = QueueModel(self)
        self._rows: tuple[Row, ...] = ()
        self._first = 0
        self._panel = Panel()
        self._asking, self._entry_id, self._alarm = "", "", ""
        self._heads, self._most = 0, 0
        self._notice = ""
        self._waiting = False
        self._staff: tuple[str, ...] = ()
        self._who = ""
        self._chosen = True
        self._first_name = 0
        self._role = ""
        self._denied_to: tuple[Role, ...] = ()
        self._denied = QTimer(self)
        self._denied.setSingleShot(True)
        self._denied.setInterval(_DENIED_MILLISECONDS)
        self._denied.timeout.connect(lambda: self.tell(""))

    def enter(self, staff: tuple[str, ...] = (), who: str = "", role: str = "") -> None:
        """Somebody came in: as themselves, or by the device's PIN; then who it is must be said before anything else."""
        self._staff, self._who, self._chosen, self._first_name = staff, who, not staff, 0
        self._role = role
        self.staffChanged.emit()

    def allows(self, right: Right) -> bool:
        """Whether whoever is here may do this; if not, the panel says who may."""
        if not self._role or may(self._role, right):
            return True
        self._denied_to = MAY[right]
        self.tell("denied")
        self._denied.start()
        return False

    def wait(self, *, waiting: bool) -> None:
        """Say whether a visitor has a question to answer behind this panel."""
        if waiting != self._waiting:
            self._waiting = waiting
            self.waitingChanged.emit()

    def show(self, panel: Panel, rows: tuple[Row, ...]) -> None:
        """Show this strip and these decisions, who waits first."""
        if panel != self._panel:
            self._panel = panel
            self.panelChanged.emit()
        if rows != self._rows:
            self._rows = rows
            self._first = min(self._first, max(0, len(rows) - 1))
            self._page()

    def tell(self, notice: str) -> None:
        """Say how the last act went: done, failed, denied or nothing."""
        self._denied.stop()
        self._notice = notice
        self.noticeChanged.emit()

    @Property(QObject, notify=rowsChanged)
    def queue(self) -> QueueModel:
        """The rows of the page that is shown."""
        return self._queue

    @Property(int, notify=rowsChanged)
    def count(self) -> int:
        """How many decisions there are in all."""
        return len(self._rows)

    @Property(bool, notify=rowsChanged)
    def hasNewer(self) -> bool:
        """Whether there are rows before this page."""
        return self._first > 0

    @Property(bool, notify=rowsChanged)
    def hasOlder(self) -> bool:
        """Whether there are rows after this page."""
        return self._first + ROWS_SHOWN < len(self._rows)

    @Slot(int)
    def leaf(self, pages: int) -> None:
        """Turn so many pages of the queue."""
        last = max(0, (len(self._rows) - 1) // ROWS_SHOWN * ROWS_SHOWN)
        self._first = min(max(0, self._first + pages * ROWS_SHOWN), last)
        self._page()

    def _page(self) -> None:
        self._queue.show(self._rows[self._first : self._first + ROWS_SHOWN])
        self.rowsChanged.emit()

    @Property(float, notify=panelChanged)
    def exchangedSeconds(self) -> float:
        """Seconds since the last exchange, -1 for none."""
        seconds = self._panel.exchanged_seconds
        return -1.0 if seconds is None else seconds

    @Property(int, notify=panelChanged)
    def unsent(self) -> int:
        """Records that the registry has not received."""
        return self._panel.unsent

    @Property(int, notify=panelChanged)
    def overrides(self) -> int:
        """Rangers' decisions of this day: always visible."""
        return self._panel.overrides.total

    @Property(str, notify=panelChanged)
    def overridesBy(self) -> str:
        """Who made the most of them."""
        return self._panel.overrides.short()

    @Property(bool, notify=panelChanged)
    def overridesUnusual(self) -> bool:
        """Whether there are more than the park is used to."""
        return self._panel.overrides.is_unusual

    @Property(int, notify=panelChanged)
    def inside(self) -> int:
        """People inside now, -1 while they are being counted."""
        return -1 if self._panel.inside is None else self._panel.inside

    @Property(int, notify=panelChanged)
    def overdue(self) -> int:
        """Parties that came in here and should be out by now."""
        return self._panel.overdue

    @Property(bool, notify=panelChanged)
    def syncing(self) -> bool:
        """Whether an exchange runs now."""
        return self._panel.syncing

    @Property(bool, notify=panelChanged)
    def online(self) -> bool:
        """Whether the last exchange with the registry went well."""
        return self._panel.online

    @Property(float, notify=panelChanged)
    def keptOpenSince(self) -> float:
        """Since when the barrier is held open, -1 where it is not."""
        since = self._panel.kept_open_since
        return -1.0 if since is None else float(since)

    @Property(bool, notify=panelChanged)
    def both(self) -> bool:
        """Whether this lane's direction can be switched."""
        return self._panel.both

    @Property(str, notify=noticeChanged)
    def notice(self) -> str:
        """done, failed, denied, or empty."""
        return self._notice

    @Property("QStringList", notify=noticeChanged)
    def allowed(self) -> list[str]:
        """Whose act it would be, after one was denied."""
        return list(map(str, self._denied_to))

    @Property(bool, notify=waitingChanged)
    def waiting(self) -> bool:
        """Whether a visitor's question stands behind this panel."""
        return self._waiting

    @Property(str, notify=staffChanged)
    def who(self) -> str:
        """Who acts, empty for the device."""
        return self._who

    @Property(str, notify=staffChanged)
    def role(self) -> str:
        """In what role, empty where the device's PIN was given."""
        return self._role

    @Property(bool, notify=staffChanged)
    def choosing(self) -> bool:
        """Whether it must still be said who acts."""
        return not self._chosen

    @Property("QStringList", notify=staffChanged)
    def staff(self) -> list[str]:
        """The names of the page that is shown."""
        return list(self._staff[self._first_name : self._first_name + NAMES_SHOWN])

    @Property(bool, notify=staffChanged)
    def hasMoreStaff(self) -> bool:
        """Whether the names need more than one page."""
        return len(self._staff) > NAMES_SHOWN

    @Slot()
    def moreStaff(self) -> None:
        """The next page of names, and after the last the first."""
        self._first_name = (self._first_name + NAMES_SHOWN) % (-(-len(self._staff) // NAMES_SHOWN) * NAMES_SHOWN)
        self.staffChanged.emit()

    @Slot(str)
    def pick(self, name: str) -> None:
        """This ranger acts from now on; an empty name is whoever knows the device's PIN."""
        if name == "" or name in self._staff:
            self._who, self._chosen = name, True
            self.staffChanged.emit()

    @Property(str, notify=askingChanged)
    def asking(self) -> str:
        """Which act asks for its reason: override, annul, keep_open, set_back, or empty."""
        return self._asking

    @Property("QStringList", notify=askingChanged)
    def reasons(self) -> list[str]:
        """The reasons that may be chosen without typing."""
        return list(_REASONS.get(self._asking, ()))

    @Property(int, notify=askingChanged)
    def heads(self) -> int:
        """How many to let in, 0 for as many as the ticket says."""
        return self._heads

    @Property(bool, notify=askingChanged)
    def mustCount(self) -> bool:
        """Whether the record names no party, so that somebody must count."""
        return self._asking == "override" and self._most == 0

    @Slot(str, str)
    def ask(self, act: str, entry_id: str) -> None:
        """Ask why, before anything is done to this record."""
        row = next((row for row in self._rows if row.entry_id == entry_id), None)
        if row is None or act not in ("override", "annul") or not self.allows(Right(act)):
            return
        self._ask(act, entry_id, row.party.heads)

    @Slot()
    def askBarrier(self) -> None:
        """Ask why, before the barrier is held open or set back."""
        act = SET_BACK if self._panel.kept_open_since is not None else KEEP_OPEN
        if self.allows(Right(act)):
            self._ask(act, "", 1)

    def ask_alarm(self, kind: str, entry_id: str) -> None:
        """Ask what came of this alarm, before anything else: until that is said the screen stays locked."""
        self._alarm = kind
        self._ask("acknowledge", entry_id, 1)

    @Property(str, notify=askingChanged)
    def alarm(self) -> str:
        """The alarm that is asked about."""
        return self._alarm

    def _ask(self, act: str, entry_id: str, most: int) -> None:
        self._asking, self._entry_id, self._most = act, entry_id, most
        self._heads = 0 if self._most else 1
        self._notice = ""
        self.noticeChanged.emit()
        self.askingChanged.emit()

    @Slot(int)
    def changeHeads(self, step: int) -> None:
        """One more or one fewer to let in; from the ticket's own number onwards."""
        self._heads = max(1, (self._heads or self._most) + step)
        self.askingChanged.emit()

    @Slot()
    def dismiss(self) -> None:
        """Ask no longer; nothing was done."""
        self._asking, self._entry_id, self._alarm = "", "", ""
        self.askingChanged.emit()

    @Slot(str)
    def because(self, reason: str) -> None:
        """Do the act, for this reason: one of the list's words, or the ranger's own."""
        if not self._asking or not reason.strip():
            return
        act, entry_id, heads = self._asking, self._entry_id, self._heads
        self.dismiss()
        self.actWanted.emit(act, entry_id, reason.strip(), heads, self._who)
