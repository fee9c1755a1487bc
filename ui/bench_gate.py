"""From a phone held up to a durable decision, as a gate lives it: camera, decoder's process, journal and moving screen.

Hands are drawn beforehand, in the light of a day and a night, and played at thirty frames a second as a camera's own
compressed frames. The clock of a presentation starts when its first sharp frame leaves the camera, or with the frame
that was read if that came before; it ends when the barrier is told to move, which is after the commit. A code that is
never read counts as one that took for ever.
"""

from __future__ import annotations

import itertools
import os
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from kiosk.clock import machine_seconds
from kiosk.devices.barrier import SimulatedBarrier
from kiosk.devices.camera import V4l2Source
from kiosk.devices.carriers import CarrierKind
from kiosk.devices.eye import Eye
from kiosk.devices.frames import Frame, film_images
from kiosk.devices.generator import Scene, sharp_from, write_video
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import DeviceKind
from kiosk.devices.process_decoder import ProcessDecoder
from kiosk.devices.sound import SilentSound
from kiosk.facts import Scan
from kiosk.rules.entries import Private
from kiosk.rules.facts import NONE, Answers, Question
from kiosk.rules.words import LaneDirection
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas, build_snapshot
from ui.assembly import open_checkpoint
from ui.bench_park import GATE, PARK, BenchPark, random_ctis
from ui.bench_times import raw_flush
from ui.gate import Decided, KioskGate
from ui.kiosk_screen import KioskScreen
from ui.timing import Timing
from ui.window import ScreenWindow

FPS = 30.0
FRAMES, GAP = 30, 6
PERMITS = 20_000
REEL = 20
"""Presentations on one film: they are drawn side by side."""
PREVIEW_MILLISECONDS = 80

Tell = Callable[[str], None]


@dataclass(slots=True)
class _Stamps:
    """When what happened to one ticket, by the clock of the machine's boot."""

    frame: Frame | None = None
    read_at: float = 0.0
    begun_at: float = 0.0
    pulsed_at: float = 0.0
    shown_at: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Presentation:
    """One ticket held up: its text, and the film's frame from which it is sharp."""

    text: str
    sharp: int


@dataclass(slots=True)
class _Notes:
    """What the parts of the gate noted."""

    stamps: dict[str, _Stamps] = field(default_factory=dict)
    due: list[float] = field(default_factory=list)
    """When each frame of the film left the camera."""
    drawn: int = 0
    """How many frames the screen was drawn."""

    def of(self, text: str) -> _Stamps:
        return self.stamps.setdefault(text, _Stamps())


class GateBench:
    """One run in a scratch folder; `tell` hears where it is."""

    def __init__(self, folder: Path, presentations: int, tell: Tell, *, seed: int = 1) -> None:
        self._folder, self._count, self._tell, self._seed = folder, presentations, tell, seed
        self._park = BenchPark(machine_seconds())
        self._notes = _Notes()

    def run(self) -> dict[str, Any]:
        """All figures of the run."""
        home = self._enrolled()
        texts = [self._park.ticket(cti) for cti in self._known[: self._count]]
        films, shown = self._draw(texts)
        self._tell(f"holding up {self._count} tickets, for {len(shown) * (FRAMES + GAP) / FPS:.0f} seconds")
        began = time.monotonic()
        self._play(home, films)
        seconds = time.monotonic() - began
        with raw_flush(self._folder) as flush:
            flushes = [_timed(flush) for _ in range(100)]
        return self._report(shown, seconds) | {"raw_flush_p50_ms": round(_quantile(flushes, 0.5), 2)}

    # ---- before -----------------------------------------------------------------------------------------------------

    def _enrolled(self) -> Home:
        home, now = Home(self._folder / "data"), machine_seconds()
        home.save_device(
            DeviceRecord(
                device=1, park=PARK, gate=GATE, lane=1, direction=LaneDirection.ENTRY, registry="http://127.0.0.1:1",
                root_sha256=bytes(32), enrolled_at=now, poll_after_seconds=10,
            )
        )  # fmt: skip
        home.device_key()  # as enrolment makes it
        Policies(home).stage(self._park.set_bytes())
        self._known = list(random_ctis(PERMITS))
        snapshot = self._folder / "snapshot.db"
        build_snapshot(snapshot, PARK, 1, "0", self._park.rows(iter(self._known)))
        with closing(Replicas(home)) as replicas:
            replicas.install(snapshot, park=PARK, epoch=1, cursor="0", signed_at=now)
        return home

    def _draw(self, texts: list[str]) -> tuple[list[Path], list[_Presentation]]:
        """The films, drawn by all processors, and where on them each ticket is sharp."""
        self._tell(f"drawing {self._count} hands")
        scenes = [_scene(text, number + 1000 * self._seed) for number, text in enumerate(texts)]
        reels = [scenes[at : at + REEL] for at in range(0, len(scenes), REEL)]
        paths = [self._folder / f"film-{number:03}.avi" for number in range(len(reels))]
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            for number, _ in enumerate(pool.map(_shoot, reels, paths), start=1):
                self._tell(f"  {min(number * REEL, self._count)} of {self._count}")
        length = FRAMES + GAP
        shown = [
            _Presentation(text=text, sharp=number * length + sharp_from(FRAMES)) for number, text in enumerate(texts)
        ]
        return paths, shown

    # ---- the gate ---------------------------------------------------------------------------------------------------

    def _play(self, home: Home, films: list[Path]) -> None:
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ.setdefault("QT_QUICK_BACKEND", "software")
        app = QGuiApplication.instance() or QGuiApplication(["qaqpa"])
        assert isinstance(app, QGuiApplication)
        with ExitStack() as stack:
            barrier = _StampingBarrier()
            kiosk = stack.enter_context(open_checkpoint(home, purpose="bench", barrier=barrier))
            camera = _FilmCamera(films, self._notes)
            source = V4l2Source(os.devnull, opener=lambda _: camera)
            look = _Look()
            eye = Eye(source=source, decoder=ProcessDecoder(), guard=SameCodeGuard(), on_texts=self._on_texts(look))
            gate = _StampingGate(kiosk, worker=None, devices=lambda: {DeviceKind.CAMERA: eye.health()}).stamped(
                self._notes, barrier
            )
            screen = KioskScreen(gate, sound=SilentSound(), timing=Timing(), told=self._shown)
            window = ScreenWindow(app, screen)
            window.window.frameSwapped.connect(self._count_frame)
            look.read.connect(screen.present, Qt.ConnectionType.QueuedConnection)
            preview = QTimer(interval=PREVIEW_MILLISECONDS)
            preview.timeout.connect(lambda: _preview(screen, eye))
            over = QTimer(interval=200)
            over.timeout.connect(lambda: app.quit() if camera.is_over.is_set() else None)
            stack.callback(window.close)
            stack.callback(screen.close)
            stack.callback(eye.stop)
            screen.start()
            preview.start()
            over.start()
            eye.start()
            app.exec()
            preview.stop()
            over.stop()

    def _on_texts(self, look: _Look) -> Callable[[list[str], Frame], None]:
        def note(texts: list[str], frame: Frame) -> None:
            now = time.monotonic()
            for text in texts:
                stamps = self._notes.of(text)
                if stamps.frame is None:
                    stamps.frame, stamps.read_at = frame, now
            look.read.emit(texts)

        return note

    def _shown(self, decided: Decided) -> None:
        newest = max(self._notes.stamps.values(), key=lambda stamps: stamps.pulsed_at)
        newest.shown_at = newest.shown_at or time.monotonic()

    def _count_frame(self) -> None:
        self._notes.drawn += 1

    # ---- after ------------------------------------------------------------------------------------------------------

    def _report(self, shown: list[_Presentation], seconds: float) -> dict[str, Any]:
        whole, parts = [], {name: list[float]() for name in ("more_frames", "camera", "reading", "waiting", "deciding")}
        screen = []
        for presentation in shown:
            stamps = self._notes.stamps.get(presentation.text)
            if stamps is None or stamps.frame is None or not stamps.pulsed_at:
                whole.append(float("inf"))
                continue
            due = self._notes.due[stamps.frame.number]
            sharp = min(due, self._notes.due[presentation.sharp])
            times = (sharp, due, stamps.frame.at, stamps.read_at, stamps.begun_at, stamps.pulsed_at)
            whole.append((stamps.pulsed_at - sharp) * 1000)
            for part, (begun, ended) in zip(parts.values(), itertools.pairwise(times), strict=True):
                part.append((ended - begun) * 1000)
            if stamps.shown_at:
                screen.append((stamps.shown_at - stamps.pulsed_at) * 1000)
        decided = [milliseconds for milliseconds in whole if milliseconds != float("inf")]
        return {
            "presentations": len(shown),
            "decided": len(decided),
            "frames_a_second": round(len(self._notes.due) / seconds, 1),
            "screen_frames_a_second": round(self._notes.drawn / seconds, 1),
            "platform": QGuiApplication.platformName(),
            "whole": _times(whole),
            "parts": {name: _times(part) for name, part in parts.items()},
            "then_on_the_screen": _times(screen),
        }


class _Look(QObject):
    """Carries what the eye reads to the screen's thread."""

    read = Signal(list)


class _FilmCamera:
    """A camera's capture as V4l2Source knows it, whose frames come compressed from films, at their time or late."""

    def __init__(self, films: list[Path], notes: _Notes) -> None:
        self.is_over = threading.Event()
        self._frames = film_images(films)
        self._notes = notes
        self._began = 0.0

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        """Wait for one frame; none once the films are over."""
        self._began = self._began or time.monotonic()
        due = self._began + len(self._notes.due) / FPS
        time.sleep(max(0.0, due - time.monotonic()))
        image = next(self._frames, None)
        if image is None:
            time.sleep(0.5)
            self.is_over.set()
            return False, np.zeros((1, 1, 3), dtype=np.uint8)
        self._notes.due.append(due)
        return True, image

    def release(self) -> None:
        """There is nothing to let go of."""


class _StampingBarrier(SimulatedBarrier):
    """Notes when it was told to move: by then the entry is durable."""

    pulsed_at = 0.0

    def pulse(self, milliseconds: int, cause: str) -> None:
        self.pulsed_at = time.monotonic()
        super().pulse(milliseconds, cause)


class _StampingGate(KioskGate):
    """Notes when a scan begins, and when its barrier was told to move."""

    def stamped(self, notes: _Notes, barrier: _StampingBarrier) -> _StampingGate:
        self._notes, self._barrier = notes, barrier
        return self

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Decided | Question:
        begun, self._barrier.pulsed_at = time.monotonic(), 0.0
        result = super().scan(scan, answers, private)
        stamps = self._notes.of(scan.text)
        if not stamps.pulsed_at:
            stamps.begun_at, stamps.pulsed_at = begun, self._barrier.pulsed_at
        return result


def _scene(text: str, number: int) -> Scene:
    """One visitor in one light: day, dusk, night with a lamp; phones near and far, bright and dark, and paper."""
    draw = random.Random(number)
    scene = Scene(
        texts=(text,), frames=FRAMES, gap=GAP, seed=number,
        pixels_per_module=draw.uniform(3.0, 5.0), tilt_degrees=draw.uniform(4, 20), blur=draw.uniform(0.5, 1.1),
        noise=round(draw.uniform(2, 12)), brightness=draw.choice((0.4, 0.6, 0.8, 1.0, 1.2)), glare=draw.uniform(0, 0.5),
        inverted=draw.random() < 0.25,
    )  # fmt: skip
    return replace(scene, carrier=CarrierKind.PAPER, inverted=False) if draw.random() < 0.2 else scene


def _shoot(scenes: list[Scene], path: Path) -> None:
    write_video(scenes, path, fps=FPS)


def _preview(screen: KioskScreen, eye: Eye) -> None:
    if (frame := eye.latest()) is not None:
        screen.lens.show(frame.image)


def _timed(act: Callable[[], None]) -> float:
    begun = time.monotonic()
    act()
    return (time.monotonic() - begun) * 1000


def _quantile(values: list[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def _times(values: list[float]) -> dict[str, float | None]:
    """p50, p90 and p99 in milliseconds; null where that many were never decided."""
    found = {f"p{round(part * 100)}_ms": _quantile(values, part) for part in (0.5, 0.9, 0.99)} if values else {}
    return {name: None if value == float("inf") else round(value, 1) for name, value in found.items()}
