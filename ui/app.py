"""The composition root of the kiosk: data folder → checkpoint → threads → view models → QML.

Three threads: this one draws, one worker owns the checkpoint, one looks through the camera; two more agree with the
registry (ui/agreeing.py). They meet in queued signals only.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.eye import Eye
from kiosk.devices.frames import Frame
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.noted import HealthNotes
from kiosk.devices.process_decoder import ProcessDecoder
from kiosk.devices.roll import Lent, Roll
from kiosk.devices.sound import SilentSound, Sound
from kiosk.devices.sources import open_source
from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import DecisionBody
from kiosk.store.home import Home
from sync.line import RegistryLine
from sync.worker import SyncWorker
from ui.agreeing import agreeing
from ui.assembly import Kiosk, open_checkpoint
from ui.decision_json import decision_json
from ui.display import display_trouble
from ui.film import SteppedSource
from ui.fingers import Fingers, Touch, read_touches
from ui.fittings import fit
from ui.gate import Decided, KioskGate
from ui.kiosk_screen import KioskScreen
from ui.logfile import log_file
from ui.paper_tick import ticking
from ui.senses import Senses, lane_guard
from ui.setup import SetupScreen, is_ready
from ui.timing import HURRIED, Timing
from ui.window import Pictures, ScreenWindow

_log = logging.getLogger(__name__)
_PREVIEW_MILLISECONDS = 80
_SETTLE_MILLISECONDS = 50
_IDLE_MILLISECONDS = 3
_TRY_AGAIN_MILLISECONDS = 5000


@dataclass(frozen=True, kw_only=True, slots=True)
class RunOptions:
    """How `qaqpa run` runs, beyond what the settings say."""

    headless: bool = False
    """Without a display; a film then runs as fast as it can be looked at."""
    until_end: bool = False
    """End when the camera's source has ended and everything is settled."""
    touches: Path | None = None
    """What fingers do, at frames of a film: see ui/fingers.py."""
    screenshots: Path | None = None
    """Where to leave a picture of each page with news."""
    decisions: bool = False
    """Print each decision as a JSON line on standard output."""


def run_kiosk(home: Home, options: RunOptions | None = None) -> int:
    """Run the kiosk on its screen until it is told to end; the exit code.

    NotEnrolledError, BusyError and ConfigError say what keeps it from starting; with a display, a machine that is not
    enrolled shows how that is done, and becomes a kiosk as soon as it is.
    """
    options = options or RunOptions()
    _choose_platform(headless=options.headless)
    if home.device is None and not options.headless and not _wait_for_enrolment(home):
        home.enrolled()  # whoever closed the window reads it in the terminal
        return 0
    with ExitStack() as stack:
        kiosk = stack.enter_context(open_checkpoint(home, purpose="run"))
        stack.enter_context(log_file(home))  # under the lock: one process writes it
        touches = read_touches(options.touches) if options.touches else []
        app = _application()
        worker = stack.enter_context(agreeing(home, kiosk))
        stack.enter_context(ticking(home, kiosk.config, kiosk.clock))
        session = _Session(app, kiosk, worker, options, touches)
        with closing(session), _ended_by_signals(app):
            session.start()
            code = app.exec()
            if session.trouble is not None:
                raise session.trouble
            return code


def _wait_for_enrolment(home: Home) -> bool:
    """Say on the screen how to enrol, until it is done or the window is closed."""
    app = _application()
    with closing(SetupScreen(app, home)), _ended_by_signals(app):
        app.exec()
    return is_ready(home)


def _application() -> QGuiApplication:
    app = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    assert isinstance(app, QGuiApplication)
    return app


class _Look(QObject):
    """Carries what the eye's thread sees to the screen's thread."""

    opened = Signal(object)
    read = Signal(list)
    touched = Signal(object)


class _Session:
    """Everything of one run that must be taken down in order."""

    def __init__(
        self, app: QGuiApplication, kiosk: Kiosk, worker: SyncWorker, options: RunOptions, touches: list[Touch]
    ) -> None:
        self._app, self._options = app, options
        self.trouble: BaseException | None = None
        """What ended a run that nobody watches."""
        self._is_film = options.headless or bool(touches)
        self._look = _Look()
        self._film: SteppedSource | None = None
        self._is_closed = self._is_camera_missed = False
        self._guard = SameCodeGuard()
        self._eye = self._make_eye(kiosk, touches)
        self._notes = HealthNotes(kiosk.memory.home.devices_note)
        self.roll = Roll(note=self._notes.note)
        self.roll.add(Lent(kiosk.barrier))
        self.roll.add(RegistryLine(lambda: worker.state.report))
        if self._eye is not None:
            self._enrol(self._eye)
        gate = KioskGate(kiosk, worker=worker, devices=self.roll.health)
        self.screen = KioskScreen(
            gate,
            sound=self._fit(kiosk, worker) if not options.headless else SilentSound(),
            timing=HURRIED if options.headless else Timing(ranger_idle=float(kiosk.config.screen_lock_seconds)),
            told=self._print if options.decisions else None,
        )
        self._window = ScreenWindow(app, self.screen, less_motion=options.headless)
        self._senses = Senses(kiosk.config, self.screen, self._window.window, self._guard)
        for device in self._senses.devices:
            self.roll.add(device)
        if not options.headless and kiosk.config.screen_fullscreen:
            self._window.window.showFullScreen()
        self._pictures = Pictures(self._window.window, options.screenshots) if options.screenshots else None
        self._fingers = Fingers(self.screen, self._window.window, patience_seconds=5.0 if options.headless else 20.0)
        self._preview = QTimer(interval=_PREVIEW_MILLISECONDS)
        self._settle = QTimer(interval=_SETTLE_MILLISECONDS)
        self._connect()

    def start(self) -> None:
        """Open the eye, once the screen knows how things are."""
        if self._options.until_end:
            sys.excepthook = self._give_up
        self.screen.start()
        self.roll.start()
        self._preview.start()
        if self._eye is not None:
            self.screen.dispatcher.ask(lambda: None, lambda _: self._begin())

    def close(self) -> None:
        """Close the eye, end the work under way, and take the window down before the models."""
        sys.excepthook = sys.__excepthook__
        self._is_closed = True
        self._preview.stop()
        self._settle.stop()
        self.roll.close()
        self._notes.forget()
        self.screen.close()
        self._window.close()

    def _give_up(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Before a display a mistake is logged and the gate goes on; a run for a film must not hang instead."""
        self.trouble = self.trouble or error
        self._app.quit()

    def _begin(self) -> None:
        if self._eye is None:
            return
        self._eye.start()
        if self._options.until_end:
            self._settle.start()

    def _make_eye(self, kiosk: Kiosk, touches: list[Touch]) -> Eye | None:
        if kiosk.config.camera_source is None:
            return None
        try:
            source = open_source(
                str(kiosk.config.camera_source), realtime=not self._options.headless, wait_for_camera=True
            )
        except EnvironmentalError as error:
            if self._is_film:
                raise
            if not self._is_camera_missed:
                _log.error("%s. Typed codes still work; it is tried again", error)
            self._is_camera_missed = True
            QTimer.singleShot(_TRY_AGAIN_MILLISECONDS, self._app, lambda: self._try_again(kiosk))
            return None
        if self._is_film:
            look = self._look
            self._film = SteppedSource(source, touches, on_first=look.opened.emit, on_touch=look.touched.emit)
        # a film is our own, and its codes come at their frames; before a camera anybody may hold up anything
        decoder = CascadeDecoder() if self._is_film else ProcessDecoder()
        self._decoder = decoder if isinstance(decoder, ProcessDecoder) else None
        guard = lane_guard(kiosk.config, self._guard)
        return Eye(source=self._film or source, decoder=decoder, guard=guard, on_texts=self._on_texts)

    def _fit(self, kiosk: Kiosk, worker: SyncWorker) -> Sound:
        """Put the box's own devices into the roll; the one that is heard."""
        body = fit(kiosk, worker.wake)
        for device in body.devices:
            self.roll.add(device)
        return body.sound

    def _enrol(self, eye: Eye) -> None:
        """Put the eye into the roll, and the process that reads for it."""
        self.roll.add(eye)
        if self._decoder is not None:
            self.roll.add(self._decoder.device)

    def _try_again(self, kiosk: Kiosk) -> None:
        """A folder or film that was not there when the kiosk started may be there now."""
        if not self._is_closed and (eye := self._make_eye(kiosk, [])) is not None:
            self._eye = eye
            self._enrol(eye)
            self._begin()

    def _on_texts(self, texts: list[str], frame: Frame) -> None:
        """On the eye's thread: pass the codes on, and before a film wait until they are on the screen."""
        if self._film is not None:
            self._film.hold()
        self._look.read.emit(texts)
        if self._film is not None:
            self._film.wait()

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._look.opened.connect(self._open, queued)
        self._look.read.connect(self._present, queued)
        self._look.touched.connect(self._fingers.do, queued)
        self.screen.shown.connect(self._shown, queued)
        self._fingers.done.connect(self._release)
        self._preview.timeout.connect(self._show_frame)
        self._settle.timeout.connect(self._end_when_settled)

    def _open(self, frame: Frame) -> None:
        """The first picture of a film stands before its first visitor does."""
        self.screen.lens.show(frame.image)
        self._shown("ready")

    def _present(self, texts: list[str]) -> None:
        self._show_frame()
        self.screen.present(texts)

    def _shown(self, name: str) -> None:
        if self._pictures is not None:
            self._pictures.take(name)
        self._release()

    def _release(self) -> None:
        """Let the film go on, once nothing is asked any more."""
        if self._film is None:
            return
        if self.screen.dispatcher.is_idle:
            self._film.release()
        else:
            QTimer.singleShot(_IDLE_MILLISECONDS, self._release)

    def _show_frame(self) -> None:
        frame = self._eye.latest() if self._eye else None
        if frame is not None:
            self.screen.lens.show(frame.image)
        if self._eye is not None and self._film is None:
            self.screen.advise(self._eye.advice() or "")

    def _print(self, decided: Decided) -> None:
        """One decision as a JSON line; before a film with the frame at which it came about."""
        if not isinstance(decided.entry.body, DecisionBody):
            return
        record = decision_json(decided.entry, offline=decided.offline)
        if self._film is not None:
            record["frame"] = self._film.frame
        print(json.dumps(record, ensure_ascii=False), flush=True)

    def _end_when_settled(self) -> None:
        """The film is over, nothing is asked, and the page is one that waits for nobody's answer."""
        is_over = self._eye is not None and self._eye.finished.is_set()
        if is_over and self.screen.dispatcher.is_idle and self.screen.stage.page != "question":
            self._app.quit()


@contextmanager
def _ended_by_signals(app: QGuiApplication) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the program in order; the timer lets Python see them while Qt waits."""
    waker = QTimer(interval=200)
    waker.timeout.connect(lambda: None)
    waker.start()
    before = {number: signal.signal(number, lambda *_: app.quit()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        waker.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def _choose_platform(*, headless: bool) -> None:
    """Before Qt starts: software drawing is a supported way, and without a display the only one."""
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    elif trouble := display_trouble():
        raise EnvironmentalError(trouble)
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
