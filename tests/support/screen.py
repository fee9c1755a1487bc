"""A kiosk's screen without a kiosk: a small gate that answers what it is told to, and eyes that look at every item."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from PySide6.QtCore import QEvent, QPointF, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow

from kiosk.devices.sound import SilentSound
from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.people import NoActivationError
from kiosk.rules.activation import code_of, read_activation
from kiosk.rules.entries import DecisionBody, Entry, EntryKey, Place, Private
from kiosk.rules.facts import NONE, Answers, Question
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.words import ClockTrust, Direction, Outcome, Reason, Source
from kiosk.staff import PinAnswer
from ui.devices import DeviceState
from ui.gate import Decided, Seen
from ui.kiosk_screen import KioskScreen
from ui.overrides import Overrides
from ui.persons import Person
from ui.ranger import Panel, Row
from ui.ready import Condition
from ui.telling import Standing, Verdict
from ui.timing import Timing
from ui.window import ScreenWindow
from ui.words import Telling

PIN = "135790"
CODE = code_of(7**26).replace("-", "")
ZONE = timezone(timedelta(hours=5))
NOW = datetime(2026, 7, 11, 9, 58, tzinfo=ZONE)
BURABAY = Names(kk="«Бурабай» ұлттық паркі", ru="Национальный парк «Бурабай»", en="Burabay National Park")
PLACE = Place(park=7, gate=2, lane=1, direction=Direction.ENTRY)
FAMILY = Party(adults=2, children=1)
EVENING = NOW.replace(hour=20, minute=0)


def telling(reason: Reason) -> Telling:
    """A telling in which every fact a sentence could name is known."""
    return Telling(
        reason=reason,
        now=NOW,
        at=NOW - timedelta(minutes=17),
        until=EVENING,
        party=FAMILY,
        count=66,
        left=38,
        days=33,
        gate=Names(kk="3-қақпа, Имантау", ru="КПП 3, Имантау", en="Gate 3, Imantau"),
        park=Names(kk="«Алтын-Емел» ұлттық паркі", ru="парк «Алтын-Эмель»", en="Altyn-Emel National Park"),
        zone=Names(kk="«Көкше» соқпағы", ru="тропа «Кокше»", en="Kokshe trail"),
        open=Names(kk="Әулиекөл жағалауы", ru="берег озера Ауликоль", en="the shore of lake Aulikol"),
        cause=Names(kk="өрт", ru="пожар", en="fire"),
        authority=Names(
            kk="Бурабай ауданының әкімдігі", ru="акимат Бурабайского района", en="the akimat of Burabay district"
        ),
        document="№ а-7/214",
    )


def verdict(reason: Reason, **changes: object) -> Verdict:
    """A decision of this reason about a family."""
    fields: dict[str, object] = {
        "entry_id": "E",
        "outcome": reason.outcome,
        "reason": reason,
        "telling": telling(reason),
        "party": FAMILY if reason.outcome is Outcome.ADMITTED else Party(),
        "right": FAMILY,
        "until": int(EVENING.timestamp()),
        "tail": "7KQ",
        "direction": Direction.EXIT if reason in (Reason.EXIT, Reason.EXIT_UNKNOWN) else Direction.ENTRY,
    }
    return Verdict(**(fields | changes))  # type: ignore[arg-type]


def decided(shown: Verdict) -> Decided:
    """The entry behind it, as far as a screen can tell."""
    body = DecisionBody(place=PLACE, source=Source.CAMERA, outcome=shown.outcome, reason=shown.reason)
    key = EntryKey(device=1, chain=1, n=2)
    entry = Entry(key=key, at=int(NOW.timestamp()), clock=ClockTrust.TRUSTED, policy=b"", body=body)
    return Decided(entry=entry, verdict=shown, offline=False)


@dataclass
class SmallGate:
    """Answers each text with what stands in `answers`, and remembers what it was asked."""

    answers: dict[str, Verdict | Question | Exception] = field(default_factory=dict)
    scans: list[tuple[Scan, Answers]] = field(default_factory=list)
    lapsed: list[Scan] = field(default_factory=list)
    acts: list[tuple[str, str, str, int, str]] = field(default_factory=list)
    guides: list[str] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)
    privates: list[Private | None] = field(default_factory=list)
    again: Question | None = None
    """What is asked after a question was answered."""
    direction: Direction = Direction.ENTRY
    rows: tuple[Row, ...] = ()
    syncs: int = 0
    staff: tuple[str, ...] = ()
    devices: tuple[DeviceState, ...] = ()
    alarm: str = ""
    """An open alarm that locks the screen; seen to, it is none any more."""
    revoked_at: int | None = None
    unsent: int = 0
    people: tuple[Person, ...] = ()
    pins: dict[str, str] = field(default_factory=dict)
    without_code: tuple[str, ...] = ()
    tried: list[tuple[str, str]] = field(default_factory=list)
    sweeps: int = 0
    has_shift: bool = False
    left: PinAnswer = field(default_factory=lambda: PinAnswer(is_right=False))

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Decided | Question:
        """What is due for this text; after an answered question, an admission."""
        self.scans.append((scan, answers))
        self.privates.append(private)
        if private and private.guide:
            self.guides.append(private.guide)
        due = self.answers.get(scan.text, verdict(Reason.OK))
        if isinstance(due, Exception):
            raise due
        if isinstance(due, Question):
            if self.again is not None:
                return self.again
            return (
                due
                if answers == NONE and private is None
                else decided(verdict(Reason.PARTIAL, party=answers.party or FAMILY))
            )
        return decided(due)

    def lapse(self, scan: Scan) -> Decided:
        """Nobody answered."""
        self.lapsed.append(scan)
        return decided(verdict(Reason.UNANSWERED))

    def act(self, act: str, entry_id: str, reason: str, heads: int, by: str) -> Decided | None:
        """A ranger's act."""
        self.acts.append((act, entry_id, reason, heads, by))
        self.alarm = "" if act == "acknowledge" else self.alarm
        return decided(verdict(Reason.OVERRIDE)) if act == "override" else None

    def set_time(self, at: int, by: str) -> None:
        """A ranger's word for the time; what lies an hour back is over."""
        if at < NOW.timestamp() - 3600:
            raise UsageError("over")
        self.times.append((at, by))

    def turn(self) -> None:
        """The other way."""
        self.direction = Direction.EXIT if self.direction is Direction.ENTRY else Direction.ENTRY

    @property
    def persons(self) -> "SmallGate":
        """It knows them itself."""
        return self

    def check_pin(self, pin: str, who: str = "") -> PinAnswer | None:
        """One PIN is right, of whoever has one."""
        self.tried.append((who, pin))
        return PinAnswer(is_right=pin == self.pins.get(who, PIN), attempts_left=4)

    def pin_left(self, who: str = "") -> PinAnswer | None:
        """As earlier attempts have left it; None of a person without a PIN."""
        return self.left if not who or who in self.pins else None

    def check_code(self, code: str, who: str) -> PinAnswer:
        """One code is right, and some are none."""
        if who in self.without_code:
            raise NoActivationError("none")
        read_activation(code)
        return PinAnswer(is_right=code == CODE, attempts_left=4)

    def activate(self, code: str, pin: str, who: str) -> PinAnswer:
        """The person has this PIN from now on."""
        answer = self.check_code(code, who)
        self.pins |= {who: pin} if answer.is_right else {}
        return answer

    def sweep(self) -> None:
        """Counted."""
        self.sweeps += 1

    def seen(self) -> Seen:
        """A good morning at gate 2."""
        standing = Standing(park=BURABAY, gate=2, lane=1, direction=self.direction)
        condition = Condition(online=True, age_seconds=720)
        now = int(NOW.timestamp())
        return Seen(
            now=now,
            standing=standing,
            condition=condition,
            limits_at=now - 720,
            staff=self.staff,
            people=self.people,
            has_shift=self.has_shift,
            devices=self.devices,
            alarm=self.alarm,
            alarm_id="ALARM" if self.alarm else "",
            revoked_at=self.revoked_at,
            unsent=self.unsent,
        )

    def queue(self) -> tuple[Panel, tuple[Row, ...]]:
        """The rows it was given."""
        return Panel(exchanged_seconds=720, unsent=3, overrides=Overrides(by=(("device", 2),)), both=True), self.rows

    def sync_now(self) -> None:
        """Counted."""
        self.syncs += 1


@dataclass
class Shown:
    """A screen in its window."""

    gate: SmallGate
    screen: KioskScreen
    view: ScreenWindow
    warnings: list[str]

    @property
    def window(self) -> QQuickWindow:
        """The window."""
        return self.view.window

    def settle(self, seconds: float = 2.0) -> None:
        """Wait until nothing is asked and touches are taken again."""
        until(lambda: self._is_idle() and not self.screen.stage.guarded, seconds)
        QGuiApplication.processEvents()

    def _is_idle(self) -> bool:
        return self.screen.dispatcher.is_idle and self.screen.rangers.pins.is_idle

    def press(self, name: str, *, settle: bool = True) -> None:
        """Press the visible button of this name with real events."""
        self.window.grabWindow()  # rows and columns find their places only when a frame is made
        item = next(item for item in visible(self.window) if item.objectName() == name)
        at = item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
        for kind, held in (
            (QEvent.Type.MouseButtonPress, Qt.MouseButton.LeftButton),
            (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
        ):
            modifiers = Qt.KeyboardModifier.NoModifier
            event = QMouseEvent(kind, at, self.window.mapToGlobal(at), Qt.MouseButton.LeftButton, held, modifiers)
            QGuiApplication.sendEvent(self.window, event)
        if settle:
            self.settle()

    def texts(self) -> list[str]:
        """All that can be read now."""
        return [str(item.property("text")) for item in visible(self.window) if item.property("text")]


@contextmanager
def shown_screen(app: QGuiApplication, gate: SmallGate | None = None, timing: Timing | None = None) -> Iterator[Shown]:
    """A screen before this gate; any warning of Qt or QML fails the test in the end."""
    warnings: list[str] = []

    def listen(kind: QtMsgType, _context: object, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            warnings.append(message)

    before = qInstallMessageHandler(listen)
    gate = gate or SmallGate()
    screen = KioskScreen(gate, sound=SilentSound(), timing=timing or Timing(guard=0.0))
    view = ScreenWindow(app, screen, less_motion=True)
    screen.start()
    shown = Shown(gate=gate, screen=screen, view=view, warnings=warnings)
    shown.settle()
    try:
        yield shown
    finally:
        screen.close()
        view.close()
        qInstallMessageHandler(before)
    assert not warnings, warnings


def until(condition: Callable[[], bool], seconds: float = 2.0) -> None:
    """Let Qt work until this holds."""
    from PySide6.QtTest import QTest

    for _ in range(int(seconds * 200)):
        if condition():
            return
        QTest.qWait(5)
    raise AssertionError("it did not come about in time")


def visible(window: QQuickWindow) -> list[QQuickItem]:
    """Every item that can be seen."""
    found, waiting = [], [window.contentItem()]
    while waiting:
        item = waiting.pop()
        if item.isVisible():
            found.append(item)
            waiting.extend(item.childItems())
    return found


def misfits(window: QQuickWindow) -> list[str]:
    """Texts that do not fit where they stand, or leave the window."""
    window.grabWindow()  # rows and columns find their places only when a frame is made
    found = []
    for item in visible(window):
        text = item.property("text")
        if not text or item.property("contentWidth") is None:
            continue
        corner = item.mapToScene(QPointF(0, 0))
        ends = corner.x() + float(item.property("contentWidth")), corner.y() + float(item.property("contentHeight"))
        outside = corner.x() < -1 or corner.y() < -1 or ends[0] > window.width() + 1 or ends[1] > window.height() + 8
        if item.property("truncated") or item.property("fits") is False or outside:
            found.append(f"{text!r} at {corner.x():.0f},{corner.y():.0f} size {item.property('size')}")
    return found
