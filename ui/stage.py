"""Which page stands on the screen, in which language and light, and how long it still stays. No page's own facts."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtQml import QmlElement

from ui.qt import Property
from ui.telling import Standing

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class StageModel(QObject):
    """The frame around every page; QML emits the wishes, the kiosk's screen grants them."""

    pageChanged = Signal()
    languageChanged = Signal()
    lightChanged = Signal()
    clockChanged = Signal()
    placeChanged = Signal()
    guardedChanged = Signal()
    ringChanged = Signal()
    callChanged = Signal()
    revokedChanged = Signal()

    languageWanted = Signal(str)
    codeWanted = Signal()
    rangerWanted = Signal()
    callWanted = Signal()
    homeWanted = Signal()
    touched = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page = "ready"
        self._language = "kk"
        self._night = False
        self._now = 0.0
        self._place = Standing()
        self._guarded = False
        self._ring_left, self._ring_seconds = 0.0, 0
        self._called_at = 0.0
        self._revoked: tuple[float, int] | None = None

    @Property(str, notify=pageChanged)
    def page(self) -> str:
        """ready, verdict, question, code, names, pin, activate, ranger, locked, revoked or setup."""
        return self._page

    def turn(self, page: str) -> None:
        """Show this page."""
        self._page = page
        self.pageChanged.emit()

    @Property(str, notify=languageChanged)
    def language(self) -> str:
        """The language spoken now: kk, ru or en."""
        return self._language

    def speak(self, language: str) -> None:
        """Speak this language from now on."""
        if language != self._language:
            self._language = language
            self.languageChanged.emit()

    @Property(bool, notify=lightChanged)
    def night(self) -> bool:
        """Whether the screen wears its night colours."""
        return self._night

    def light(self, *, night: bool) -> None:
        """Wear the night or the sun colours."""
        if night != self._night:
            self._night = night
            self.lightChanged.emit()

    @Property(float, notify=clockChanged)
    def now(self) -> float:
        """Unix seconds of the minute that the clock shows; a double, because QML's int has 32 bits."""
        return self._now

    def tick(self, now: float) -> None:
        """Show this time."""
        if now // 60 != self._now // 60:
            self._now = now
            self.clockChanged.emit()

    @Property("QVariant", notify=placeChanged)
    def place(self) -> Standing:
        """Where this kiosk stands."""
        return self._place

    def stand(self, place: Standing) -> None:
        """Stand here."""
        if place != self._place:
            self._place = place
            self.placeChanged.emit()

    @Property(bool, notify=guardedChanged)
    def guarded(self) -> bool:
        """Whether touches are ignored because the page has only just changed."""
        return self._guarded

    def guard(self, *, guarded: bool) -> None:
        """Ignore touches, or take them again."""
        if guarded != self._guarded:
            self._guarded = guarded
            self.guardedChanged.emit()

    @Property(float, notify=ringChanged)
    def ringLeft(self) -> float:
        """What is left of the page's stay, 1 to 0."""
        return self._ring_left

    @Property(int, notify=ringChanged)
    def ringSeconds(self) -> int:
        """The seconds left, as people count down: never 0 while it still stands."""
        return self._ring_seconds

    def ring(self, left: float, seconds: int) -> None:
        """Show this much of a stay."""
        self._ring_left, self._ring_seconds = left, seconds
        self.ringChanged.emit()

    @Property(float, notify=callChanged)
    def calledAt(self) -> float:
        """When the ranger was called, 0 when nobody waits for one."""
        return self._called_at

    def call(self, at: float) -> None:
        """Show since when the ranger is called; 0 when the call is answered."""
        if at != self._called_at:
            self._called_at = at
            self.callChanged.emit()

    @Property(float, notify=revokedChanged)
    def revokedAt(self) -> float:
        """Since when the park has revoked this device; 0 while it is believed."""
        return self._revoked[0] if self._revoked else 0.0

    @Property(int, notify=revokedChanged)
    def unsent(self) -> int:
        """How many entries a revoked device has still to hand over."""
        return self._revoked[1] if self._revoked else 0

    def revoke(self, at: float, unsent: int) -> None:
        """Say so on the page that stands from now on."""
        if (at, unsent) != self._revoked:
            self._revoked = (at, unsent)
            self.revokedChanged.emit()
