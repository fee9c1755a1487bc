"""The kiosk's screen at work: scans and fingers in, pages out. It decides nothing: the gate does, on its own thread.

Which page follows which:

    ready ── scan ──> verdict ── time, or the next scan ──> ready, verdict
    ready ── scan ──> question ── answered, or 20 s ──> verdict
    ready ── finger ──> code ──> verdict          ready, verdict ── finger ──> (ui/ranger_side.py) ──> ranger ──> ready
    any page ── the device was revoked ──> revoked, for good
    any page ── alarm ──> locked ── finger ──> … ──> ranger, who says what came of it ──> ready
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.believing import NoPolicyError
from kiosk.checkpoint import CodesLockedError
from kiosk.devices.sound import Cue, Sound
from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.revoked import RevokedError
from kiosk.rules.codes import tail, typed_code
from kiosk.rules.entries import Private
from kiosk.rules.facts import Answers, Question
from kiosk.rules.permit import Party
from kiosk.rules.words import Outcome, Reason, Source, Topic
from ui.code import CodeModel
from ui.countdown import Countdown
from ui.devices import DevicesModel
from ui.dispatcher import Dispatcher
from ui.gate import Decided, Gate, Seen
from ui.images import Lens
from ui.limit_words import advisories_told
from ui.question import Asked, QuestionModel
from ui.ranger_side import PAGES, RangerSide
from ui.ready import ReadyModel
from ui.sentences import FIRST_LANGUAGE, LANGUAGES
from ui.stage import StageModel
from ui.telling import Verdict, failure
from ui.timing import Timing
from ui.verdict import VerdictModel
from ui.words import local

_log = logging.getLogger(__name__)
_CUES = {Outcome.ADMITTED: Cue.ADMITTED, Outcome.REFUSED: Cue.REFUSED, Outcome.REFERRED: Cue.REFERRED}
_LOOK_SECONDS = 1.0
_QUEUE_SECONDS = 4.0
_DAY_BEGINS, _DAY_ENDS = 6, 20


class KioskScreen(QObject):
    """Turns what happens into pages. The texts of codes arrive by `present`, from any thread's queued signal."""

    spoken = Signal(str)
    """The language changed: whoever owns the QML engine retranslates it."""
    shown = Signal(str)
    """A page with news stands: `refused-expired`, `question-heads`."""

    def __init__(
        self,
        gate: Gate,
        *,
        sound: Sound,
        timing: Timing,
        told: Callable[[Decided], None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._gate, self._sound, self._timing, self._told = gate, sound, timing, told
        self.dispatcher = Dispatcher(self)
        self.stage, self.ready, self.verdict = StageModel(self), ReadyModel(self), VerdictModel(self)
        self.question, self.code, self.lens = QuestionModel(self), CodeModel(self), Lens(self)
        self.rangers = RangerSide(gate, self.dispatcher, self.stage, sound, self._turn, self)
        self.pin, self.ranger, self.time = self.rangers.pin, self.rangers.ranger, self.rangers.time
        self.devices = DevicesModel(self)
        self._scan: Scan | None = None
        self._answers = Answers()
        self._private: Private | None = None
        """With the answers, what the questions before a standing one came to: one scan may be asked several."""
        self._seen: Seen | None = None
        self._is_picked = False
        self._is_locked = False
        """Whether an alarm is open: until a ranger has seen to it nobody goes on here."""
        self._wished = ""
        """The language that the ticket behind a standing question asks for."""
        self._countdown = Countdown(self._over, self.stage.ring, self)
        self._guard = self._timer(lambda: self.stage.guard(guarded=False))
        self._idle = self._timer(self._left_alone)
        self._hint = self._timer(lambda: self.ready.advise(""))
        self._call = self._timer(lambda: self._sound.play(Cue.REFERRED), again=True)
        self._look = self._timer(self._look_now, again=True)
        self._queue = self._timer(self.rangers.queue, again=True)
        self._connect()

    def start(self) -> None:
        """Look at how things are, now and every second from now on."""
        self._look_now()
        self._look.start(int(_LOOK_SECONDS * 1000))

    def close(self) -> None:
        """Ask nothing more, and let the work under way end."""
        for timer in (self._guard, self._idle, self._hint, self._call, self._look, self._queue):
            timer.stop()
        self._countdown.stop()
        self.rangers.close()
        self.dispatcher.close()

    # ---- what is presented ------------------------------------------------------------------------------------------

    def present(self, texts: list[str], source: Source = Source.CAMERA) -> None:
        """Codes that the eye or a scanner has just read: one is a scan, several are asked to come one at a time."""
        if self._is_locked or self._is_revoked:
            self.shown.emit("revoked" if self._is_revoked else "locked")
            return
        if len(texts) != 1:
            self.ready.advise("one_code")
            self._hint.start(int(self._timing.hint * 1000))
            self.shown.emit("hint-one-code")
            return
        scan = Scan(text=texts[0], source=source)
        if self._scan is not None and self._scan.text == scan.text and self.stage.page == "question":
            self.shown.emit("question-again")
            return
        if self._scan is not None:
            self._lapse()
        self._ask(scan, Answers())

    def advise(self, advice: str) -> None:
        """What whoever holds up a code can do better, or nothing; what was asked of them stands first."""
        if not self._hint.isActive():
            self.ready.advise(advice)

    def type(self, code: str) -> None:
        """A code that fingers have typed."""
        if self._is_locked and self.stage.page != "ranger":
            self._home()
            return
        self._ask(Scan(text=code, source=Source.TYPED), Answers())

    def _ask(self, scan: Scan, answers: Answers, private: Private | None = None) -> None:
        self._stand(None)
        self._answers, self._private = answers, private
        self.dispatcher.ask(
            lambda: self._gate.scan(scan, answers, private),
            lambda result: self._answered(scan, result),
            lambda error: self._failed(scan, error),
        )

    def _answered(self, scan: Scan, result: Decided | Question) -> None:
        if isinstance(result, Question):
            self._stand(scan)
            self._wished = result.right.language or ""
            self.question.ask(_asked(result, int(self.stage.now), self.stage.place.offset_minutes))
            if self.stage.page == "ranger":
                self._countdown.start(self._timing.question)  # the ranger is not thrown out of an act
            else:
                self._show_question()
            self._sound.play(Cue.REFERRED)
            self.shown.emit(f"question-{result.topic}")
            return
        self._decided(result)

    def _stand(self, scan: Scan | None) -> None:
        """The scan whose question stands, if any; the ranger's panel says so too."""
        self._scan = scan
        self.ranger.wait(waiting=scan is not None)

    def _show_question(self) -> None:
        if self._scan is not None:
            self._greet(self._wished)
            self._turn("question", self._timing.question)

    def _decided(self, decided: Decided) -> None:
        if self._told is not None:
            self._told(decided)
        self._show(decided.verdict)

    def _failed(self, scan: Scan, error: Exception) -> None:
        if scan.source is Source.TYPED and isinstance(error, UsageError):
            self.code.clear("wait" if isinstance(error, CodesLockedError) else "wrong")
            self.shown.emit("code-wrong")
            return
        if isinstance(error, RevokedError):
            self._look_now()
            return
        _log.error("A scan could not be decided: %s", error, exc_info=error)
        reason = Reason.UNKNOWN_POLICY if isinstance(error, NoPolicyError) else Reason.JOURNAL_FAILED
        self._show(failure(reason, int(self.stage.now), self.stage.place.offset_minutes))

    def _show(self, verdict: Verdict) -> None:
        if verdict.outcome is Outcome.REFERRED:
            self._call_ranger()
        self._sound.play(_CUES[verdict.outcome])
        if self.stage.page == "ranger":
            self.rangers.queue()
        elif not self._is_locked:  # what was under way when an alarm came is written down, and shown to nobody
            self._greet(verdict.language)
            limits = self._seen.limits_at if self._seen else None
            self.verdict.show(verdict, limits, self.stage.calledAt)
            self._turn("verdict", self._timing.stay(verdict.outcome, verdict.reason))
        self.shown.emit(f"{verdict.outcome}-{verdict.reason}")

    # ---- a question's answer ----------------------------------------------------------------------------------------

    def _confirmed(self) -> None:
        scan = self._scan
        if scan is None:
            return
        match Topic(self.question.topic):
            case Topic.HEADS:
                self._ask(scan, replace(self._answers, party=self.question.party), self._private)
            case Topic.ACKNOWLEDGE:
                self._ask(scan, replace(self._answers, acknowledged=True), self._private)
            case Topic.GUIDE:
                named = replace(self._private or Private(), guide=self.question.typed.strip())
                guides = len([name for name in self.question.typed.split(",") if name.strip()])
                self._ask(scan, replace(self._answers, guide_named=True, guides=guides if guides > 1 else 0), named)
            case Topic.SECOND_LOOK:
                self._ask(scan, replace(self._answers, second_look=True), self._private)
            case Topic.HOLDER:
                self._ask(scan, self._answers, self.question.seen(self._private or Private()))

    def _lapse(self) -> None:
        """Nobody answered: an entry too, and the ranger is called."""
        scan = self._scan
        self._stand(None)
        if scan is not None:
            self.dispatcher.ask(lambda: self._gate.lapse(scan), self._decided, lambda error: self._failed(scan, error))

    # ---- pages ------------------------------------------------------------------------------------------------------

    def _turn(self, page: str, seconds: float = 0.0) -> None:
        if self._is_revoked:
            return
        self.time.dismiss()
        self.devices.close()
        if page not in PAGES:
            self.rangers.leave()
        self.stage.turn(page)
        self.stage.guard(guarded=True)
        self._guard.start(int(self._timing.guard * 1000))
        self._countdown.start(seconds, self._timing.haste if page == "verdict" else 1.0)
        self._stay_awake()
        self._queue.stop()

    def _home(self) -> None:
        if self._scan is not None:
            self._show_question() if self.stage.page == "ranger" else self._lapse()
            return
        self._speak(FIRST_LANGUAGE)
        self._is_picked = False
        self._turn("locked" if self._is_locked else "ready")

    def _over(self) -> None:
        if self._scan is not None:
            self._lapse()
        else:
            self._home()

    def _left_alone(self) -> None:
        if self.stage.page in PAGES | {"code", "ready"}:
            self.ranger.dismiss()
            self._home()

    def _stay_awake(self) -> None:
        seconds = self._timing.ranger_idle if self.stage.page in PAGES else self._timing.idle
        if self.stage.page != "verdict":
            self._idle.start(int(seconds * 1000))
        else:
            self._idle.stop()

    def awake(self) -> None:
        """A finger touched the window somewhere: no page is left alone."""
        if self.stage.page in PAGES:
            self._stay_awake()

    def _touched(self) -> None:
        self._stay_awake()
        if self.stage.page == "verdict":
            self._countdown.add(self._timing.touch_adds)

    # ---- language and light -----------------------------------------------------------------------------------------

    def _choose(self, language: str) -> None:
        if language in LANGUAGES:
            self._is_picked = True
            self._speak(language)
            self._touched()

    def _greet(self, preferred: str) -> None:
        """A new visitor: the language picked before this scan, else the ticket's own, else Kazakh."""
        if not self._is_picked:
            self._speak(preferred if preferred in LANGUAGES else FIRST_LANGUAGE)
        self._is_picked = False

    def _speak(self, language: str) -> None:
        if language != self.stage.language:
            self.spoken.emit(language)
            self.stage.speak(language)

    def _light(self, now: float) -> None:
        if self.stage.page != "verdict":
            hour = local(now, self.stage.place.offset_minutes).hour
            self.stage.light(night=not _DAY_BEGINS <= hour < _DAY_ENDS)

    # ---- how things are ---------------------------------------------------------------------------------------------

    def _look_now(self) -> None:
        if self.dispatcher.is_idle:
            self.dispatcher.ask(self._gate.seen, self._looked)

    def _looked(self, seen: Seen) -> None:
        self._seen = seen
        if seen.revoked_at is not None:
            self._revoke(seen)
            return
        self.stage.stand(seen.standing)
        self.stage.tick(float(seen.now))
        self.ready.show(seen.condition)
        self.devices.show(seen.devices)
        self._light(seen.now)
        self.rangers.see(seen)
        self._lock(bool(seen.alarm))
        if seen.is_counting:  # after a start there is much to read: a slice at a time, behind whoever scans
            self._look_now()

    def _lock(self, locked: bool) -> None:
        """An alarm locks what visitors use at once, and a ranger's page when it comes; seen to, it opens by itself."""
        is_news, self._is_locked = locked is not self._is_locked, locked
        if locked and (is_news or self.stage.page not in PAGES | {"locked"}):
            self.ranger.dismiss()
            self._lapse()
            self._turn("locked")
            if is_news:
                self._called()
                self.shown.emit("locked")
        elif is_news and self.stage.page == "locked":
            self._home()

    def _revoke(self, seen: Seen) -> None:
        """The park believes this device no more: one page from now on, that no finger and no time turns."""
        self.stage.stand(seen.standing)
        self.stage.tick(float(seen.now))
        self.stage.revoke(float(seen.revoked_at or 0), seen.unsent)
        self._light(seen.now)
        if not self._is_revoked:
            self._answer_call()
            self.ranger.dismiss()
            self._stand(None)
            self._turn("revoked")
            self.shown.emit("revoked")

    @property
    def _is_revoked(self) -> bool:
        return self.stage.page == "revoked"

    # ---- the ranger -------------------------------------------------------------------------------------------------

    def _call_ranger(self) -> None:
        self.stage.call(self.stage.calledAt or float(self._seen.now if self._seen else self.stage.now))
        self._call.start(int(self._timing.call_again * 1000))

    def _called(self) -> None:
        self._call_ranger()
        self._sound.play(Cue.REFERRED)
        self._touched()
        if self.stage.page in ("code", "question"):
            self._home()

    def _answer_call(self) -> None:
        self.stage.call(0.0)
        self._call.stop()

    def _open_code(self) -> None:
        self.code.clear()
        self._turn("code")

    def _entered(self) -> None:
        """A ranger has signed in."""
        self._answer_call()
        self._turn("ranger")
        self.rangers.queue()
        self._queue.start(int(_QUEUE_SECONDS * 1000))
        if self._seen is not None and self._seen.alarm:
            self.ranger.ask_alarm(self._seen.alarm, self._seen.alarm_id)

    def _shut(self) -> None:
        """Whoever is at the ranger's page may not go on: off the list, in another role, or their shift is over."""
        self.ranger.dismiss()
        self._home()

    # ---- wiring -----------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        stage = self.stage
        stage.languageWanted.connect(self._choose)
        stage.codeWanted.connect(self._open_code)
        stage.rangerWanted.connect(self.rangers.open)
        stage.callWanted.connect(self._called)
        stage.homeWanted.connect(self._home)
        stage.touched.connect(self._touched)
        self.verdict.callWanted.connect(self._called)
        self.verdict.codeWanted.connect(self._open_code)
        self.question.confirmed.connect(self._confirmed)
        self.question.cancelled.connect(self._home)
        self.code.entered.connect(self.type)
        self.rangers.entered.connect(self._entered)
        self.rangers.looked.connect(self._looked)
        self.rangers.lockWanted.connect(self._shut)
        self.ranger.lockWanted.connect(self._home)
        self.ranger.codeWanted.connect(self._open_code)
        self.ranger.answerWanted.connect(self._answer_call)
        self.ranger.questionWanted.connect(self._show_question)

    def _timer(self, act: Callable[[], None], *, again: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(not again)
        timer.timeout.connect(act)
        return timer


def _room(known: Party, most: int) -> Party:
    """Who may be said to sit in a vehicle: those on its ticket, and others up to so many."""
    return known + Party(other=max(0, most - known.heads))


def _asked(question: Question, now: int, offset_minutes: int) -> Asked:
    ticket = question.right.ticket
    return Asked(
        topic=question.topic,
        total=question.right.party.heads if question.most is None else question.most,
        left=question.left if question.most is None else _room(question.left, question.most),
        start=None if question.most is None else question.left if question.left.heads else Party(other=1),
        tail=tail(typed_code(ticket)) if ticket else "",
        tag=next(iter(question.tags), None),
        advisory=advisories_told(question.warnings, now, offset_minutes) if question.warnings else None,
    )
