"""The ranger's half of the screen: who signs in, what they do on their pages, and when these lock. It decides nothing.

Which step follows which, where each person signs in for themselves:

    ranger's button ──> names ── one with a PIN here ──> pin ──> ranger
                          └── one without, or with a new code ──> code ──> choose a PIN ──> once again ──> ranger

and where the device has one PIN: ranger's button ──> pin ──> ranger, who picks a name. PINs are looked at on a thread
of their own, so that scans go on beside it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from kiosk.devices.sound import Cue, Sound
from kiosk.errors import UsageError
from kiosk.people import NoActivationError
from kiosk.rules.pins import is_trivial
from kiosk.rules.roles import Right
from kiosk.staff import PinAnswer
from ui.code import ActivationModel
from ui.dispatcher import Dispatcher
from ui.gate import Decided, Gate, Seen
from ui.persons import Person
from ui.pin import CHOOSE, REPEAT, PinModel
from ui.ranger import Panel, RangerModel, Row
from ui.signing import SigningModel
from ui.stage import StageModel
from ui.timeset import TimeModel

_log = logging.getLogger(__name__)
PAGES = frozenset({"names", "pin", "activate", "ranger"})
"""The pages of a ranger, which lock themselves when nobody touches them."""
_SWEEP_LOOKS = 5
"""A sweep notes a pause that is five seconds older than its last note: a restart costs ten seconds of it at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Session:
    """Who is in, since what shift."""

    person: Person | None
    had_shift: bool


class RangerSide(QObject):
    """Turns what a ranger touches into questions for the gate, and the answers into pages."""

    entered = Signal()
    """Somebody has signed in: their page is to be shown."""
    looked = Signal(object)
    """How things are after something was done."""
    lockWanted = Signal()
    """Nobody may go on with the ranger's page."""

    def __init__(
        self,
        gate: Gate,
        dispatcher: Dispatcher,
        stage: StageModel,
        sound: Sound,
        turn: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._gate, self._dispatcher, self._stage, self._sound, self._turn = gate, dispatcher, stage, sound, turn
        self.pin, self.activation, self.signing = PinModel(self), ActivationModel(self), SigningModel(self)
        self.ranger, self.time = RangerModel(self), TimeModel(self)
        self.pins = Dispatcher(self, "pins")
        self._seen: Seen | None = None
        self._session: _Session | None = None
        self._code, self._chosen = "", ""
        """What was typed of an activation so far: forgotten with the page."""
        self._looks = 0
        self._connect()

    def close(self) -> None:
        """Ask nothing more."""
        self.pins.close()

    # ---- how things are ---------------------------------------------------------------------------------------------

    def see(self, seen: Seen) -> None:
        """How things are now: whoever is no longer on the list, or whose shift is over, is locked out."""
        self._seen = seen
        if self._looks % _SWEEP_LOOKS == 0:
            self.pins.ask(self._gate.persons.sweep, lambda _: None, lambda error: _log.warning("PINs: %s", error))
        self._looks += 1
        session = self._session
        if session is None:
            return
        is_gone = bool(seen.people) if session.person is None else session.person not in seen.people
        if is_gone or (session.had_shift and not seen.has_shift):
            self.lockWanted.emit()

    def leave(self) -> None:
        """The page turns away from the ranger's: whoever comes next signs in anew."""
        self._session, self._code, self._chosen = None, "", ""

    # ---- signing in -------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Ask who it is, or for the device's PIN."""
        people = self._seen.people if self._seen else ()
        if people:
            self.signing.show(people)
            self._turn("names")
        else:
            self._ask_pin("")

    def _picked(self, name: str) -> None:
        self.pins.ask(
            lambda: self._gate.persons.pin_left(name),
            lambda left: self._known(name, left),
            self._not_asked,
        )

    def _known(self, name: str, left: PinAnswer | None) -> None:
        if self._stage.page == "names":
            self._ask_code(name) if left is None else self._ask_pin(name)

    def _ask_pin(self, name: str) -> None:
        self.pin.begin(name)
        self._turn("pin")
        self.pins.ask(lambda: self._gate.persons.pin_left(name), self._left, self._not_asked)

    def _left(self, left: PinAnswer | None) -> None:
        """What earlier attempts have left, also those before a restart."""
        if left is None:
            self.pin.clear("unset")
        else:
            self.pin.know("locked" if left.locked_seconds else "", left.attempts_left, left.locked_seconds)

    def check(self, pin: str) -> None:
        """Six digits were typed: the PIN, or one that is being chosen."""
        if self.pin.step == CHOOSE:
            self._choose(pin)
        elif self.pin.step == REPEAT:
            self._repeat(pin)
        else:
            name = self.pin.who
            self.pins.ask(
                lambda: self._gate.persons.check_pin(pin, name),
                lambda answer: self._checked(name, answer),
                self._not_asked,
            )

    def _checked(self, name: str, answer: PinAnswer | None) -> None:
        if answer is None:
            self.pin.clear("unset")
        elif not answer.is_right:
            trouble = "locked" if answer.locked_seconds else "wrong"
            self.pin.clear(trouble, answer.attempts_left, answer.locked_seconds)
        elif self._asks(name):
            self._enter(name)

    def _asks(self, name: str) -> bool:
        """Whether the page that asked this person still stands: a late answer turns no other page away."""
        return self._stage.page == "pin" and self.pin.who == name

    def _enter(self, name: str) -> None:
        seen = self._seen
        person = next((one for one in seen.people if one.name == name), None) if seen and name else None
        if name and person is None:
            self.lockWanted.emit()
            return
        self._session = _Session(person=person, had_shift=bool(seen and seen.has_shift))
        self.ranger.tell("")
        if person is not None:
            self.ranger.enter(who=person.name, role=person.role)
        else:
            self.ranger.enter(seen.staff if seen else ())
        self.entered.emit()

    def _not_asked(self, error: Exception) -> None:
        _log.error("A PIN could not be looked at: %s", error)
        self.pin.clear("unset")

    # ---- the first time ---------------------------------------------------------------------------------------------

    def _ask_code(self, name: str, trouble: str = "", wait_seconds: int = 0) -> None:
        self._code = ""
        self.activation.begin(name, trouble, wait_seconds)
        self._turn("activate")

    def _try_code(self, code: str) -> None:
        name = self.activation.who
        self.activation.clear("checking")
        self.pins.ask(
            lambda: self._gate.persons.check_code(code, name),
            lambda answer: self._code_checked(name, code, answer),
            lambda error: self._no_code(name, error),
        )

    def _code_checked(self, name: str, code: str, answer: PinAnswer) -> None:
        if self._stage.page != "activate":
            return
        if answer.is_right:
            self._code = code
            self.pin.begin(name, CHOOSE)
            self._turn("pin")
        else:
            self._ask_code(name, "locked" if answer.locked_seconds else "wrong", answer.locked_seconds)

    def _no_code(self, name: str, error: Exception) -> None:
        _log.warning("An activation code was not taken: %s", error)
        if self._stage.page in ("activate", "pin"):
            self._ask_code(
                name, "none" if not isinstance(error, UsageError) or isinstance(error, NoActivationError) else "slip"
            )

    def _choose(self, pin: str) -> None:
        if is_trivial(pin):
            self.pin.begin(self.pin.who, CHOOSE, "trivial")
            return
        self._chosen = pin
        self.pin.begin(self.pin.who, REPEAT)

    def _repeat(self, pin: str) -> None:
        name, code, chosen = self.pin.who, self._code, self._chosen
        self._chosen = ""
        if pin != chosen:
            self.pin.begin(name, CHOOSE, "differs")
            return
        self.pins.ask(
            lambda: self._gate.persons.activate(code, pin, name),
            lambda answer: self._activated(name, answer),
            lambda error: self._no_code(name, error),
        )

    def _activated(self, name: str, answer: PinAnswer) -> None:
        if not self._asks(name):
            return
        if answer.is_right:
            self._enter(name)
        else:
            self._ask_code(name, "locked" if answer.locked_seconds else "wrong", answer.locked_seconds)

    # ---- what a ranger does -----------------------------------------------------------------------------------------

    def queue(self) -> None:
        """Look at the last decisions."""
        self._dispatcher.ask(self._gate.queue, self._queued)

    def _queued(self, answer: tuple[Panel, tuple[Row, ...]]) -> None:
        self.ranger.show(*answer)

    def _act(self, act: str, entry_id: str, reason: str, heads: int, by: str) -> None:
        self._dispatcher.ask(lambda: self._gate.act(act, entry_id, reason, heads, by), self._acted, self._not_acted)

    def _acted(self, decided: Decided | None) -> None:
        if decided is not None:
            self._sound.play(Cue.ADMITTED)
        self.ranger.tell("done")
        self.queue()
        self._look()

    def _not_acted(self, error: Exception) -> None:
        _log.warning("A ranger's act was not done: %s", error)
        self.ranger.tell("failed")

    def _look(self) -> None:
        self._dispatcher.ask(self._gate.seen, self.looked.emit)

    def _open_time(self) -> None:
        if self.ranger.allows(Right.SET_CLOCK):
            now = self._seen.now if self._seen else self._stage.now
            self.time.show(float(now), self._stage.place.offset_minutes)

    def _set_time(self, at: float) -> None:
        by = self.ranger.who
        self._dispatcher.ask(lambda: self._gate.set_time(int(at), by), lambda _: self._time_set(), self._time_not_set)

    def _time_set(self) -> None:
        self.time.dismiss()
        self.ranger.tell("done")
        self._look()

    def _time_not_set(self, error: Exception) -> None:
        if isinstance(error, UsageError):
            self.time.refuse("over")
            return
        self.time.dismiss()
        self._not_acted(error)

    def _turn_lane(self) -> None:
        if self.ranger.allows(Right.TURN):
            self._dispatcher.ask(self._gate.turn, lambda _: self._look(), self._not_acted)

    def _sync_now(self) -> None:
        self._gate.sync_now()
        self.queue()

    def _connect(self) -> None:
        self.signing.picked.connect(self._picked)
        self.pin.entered.connect(self.check)
        self.pin.codeWanted.connect(lambda: self._ask_code(self.pin.who))
        self.activation.entered.connect(self._try_code)
        self.ranger.syncWanted.connect(self._sync_now)
        self.ranger.turnWanted.connect(self._turn_lane)
        self.ranger.actWanted.connect(self._act)
        self.time.wanted.connect(self._open_time)
        self.time.entered.connect(self._set_time)
