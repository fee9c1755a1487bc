"""The eye of a lane: frames in, fresh codes out, on a thread of its own. It decides nothing and journals nothing."""

from __future__ import annotations

import logging
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from kiosk.devices.decoder import Decoder
from kiosk.devices.frames import Frame, FrameSource, Image
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import DeviceKind, Health
from kiosk.devices.patches import Advice
from kiosk.devices.problems import PROBLEMS, Problem
from kiosk.errors import QaqpaError

SILENT_SECONDS = 2.0
FROZEN_SECONDS = 5.0
DARK_SECONDS = 2.0
DARK_BELOW = 14.0
"""Mean brightness of 255: a covered lens, or night without a lamp. A phone held up in the dark is brighter."""

REOPEN_SECONDS = 6.0
"""A camera takes a second or two to begin; one that hangs is not opened again before it could."""
ADVISE_SECONDS = 0.8
"""A code that is not read for so long is not going to be: what a hand does meanwhile, it does without advice."""
ADVICE_STANDS_SECONDS = 1.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """Fresh codes in one frame: one, or several that were in view together."""

    texts: tuple[str, ...]
    frame: Frame


def sightings(source: FrameSource, decoder: Decoder, guard: SameCodeGuard) -> Iterator[Sighting]:
    """Yield what is fresh in the source, in its own time, on the caller's thread."""
    for frame in source.frames():
        texts = guard.view(decoder.read(frame.image), frame.at)
        if texts:
            yield Sighting(texts=tuple(texts), frame=frame)


class Eye:
    """Look at a source on a thread and call back with fresh codes; several at once when several are in view.

    The callback runs on the eye's thread, between two frames. What it raises is logged and the eye looks on.
    """

    def __init__(
        self,
        *,
        source: FrameSource,
        decoder: Decoder,
        guard: SameCodeGuard,
        on_texts: Callable[[list[str], Frame], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.finished = threading.Event()
        """Set when the source has ended, the eye was stopped, or it broke."""
        self._source = source
        self._decoder = decoder
        self._guard = guard
        self._on_texts = on_texts
        self._clock = clock
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._watch = _Watch(clock())
        self._newest: Frame | None = None
        self._broken = ""
        self._told = (Problem.NONE, clock())
        self._tutor = _Tutor()
        self._reopened_at = float("-inf")
        self._thread = threading.Thread(target=self._look, name="eye", daemon=True)

    @property
    def engines(self) -> tuple[str, ...]:
        """Name the engines that read the codes."""
        return self._decoder.engines

    @property
    def kind(self) -> DeviceKind:
        """A camera, as the roll of devices knows it."""
        return DeviceKind.CAMERA

    def tend(self) -> None:
        """Have a camera opened anew that is silent or stands still; one that was unplugged its source takes back."""
        now = self._clock()
        with self._lock:
            problem, _ = self._problem(now)
        stands_still = problem in (Problem.CAMERA_SILENT, Problem.CAMERA_FROZEN)
        if stands_still and now - self._reopened_at >= REOPEN_SECONDS:
            self._reopened_at = now
            self._source.reopen()

    def close(self) -> None:
        """Close the eye and its source."""
        self.stop()

    def start(self) -> None:
        """Open the eye."""
        self._watch = _Watch(self._clock())
        self._thread.start()

    def stop(self, seconds: float = 1.0) -> bool:
        """Close the eye and its source; return whether its thread has ended within that time."""
        self._stopping.set()
        self._source.close()
        if self._thread.ident is None:  # it was never opened: nobody else closes what it would have read with
            self._decoder.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def latest(self) -> Frame | None:
        """Return the newest frame for the preview, or None before the first."""
        with self._lock:
            return self._newest

    def advice(self) -> Advice | None:
        """What whoever holds up a code now can do better; None while nobody does, or the code is read."""
        with self._lock:
            return self._tutor.advice(self._clock())

    def health(self) -> Health:
        """Say how the camera is now."""
        now = self._clock()
        with self._lock:
            problem, since = self._problem(now)
            if problem is self._told[0]:
                since = min(since, self._told[1])
            self._told = (problem, since)
        state, advice = PROBLEMS[problem]
        return Health(state=state, problem=problem.value, since=since, advice=self._own_words(problem) or advice)

    def _own_words(self, problem: Problem) -> str:
        """The source and the error know more than the table: which camera, which file."""
        match problem:
            case Problem.CAMERA_MISSING:
                return self._source.trouble()
            case Problem.CAMERA_BROKEN:
                return self._broken
            case _:
                return ""

    def _problem(self, now: float) -> tuple[Problem, float]:
        watch = self._watch
        if self._broken:
            return Problem.CAMERA_BROKEN, watch.seen_at
        if self.finished.is_set() or not self._source.live:
            return Problem.NONE, now
        if self._source.trouble():
            return Problem.CAMERA_MISSING, watch.seen_at
        if now - watch.seen_at > SILENT_SECONDS:
            return Problem.CAMERA_SILENT, watch.seen_at
        if now - watch.changed_at > FROZEN_SECONDS:
            return Problem.CAMERA_FROZEN, watch.changed_at
        if now - watch.light_at > DARK_SECONDS:
            return Problem.CAMERA_DARK, watch.light_at
        return Problem.NONE, now

    def _look(self) -> None:
        try:
            for frame in self._source.frames():
                if self._stopping.is_set():
                    break
                self._take(frame)
        except QaqpaError as error:
            self._break(str(error))
        except Exception:  # noqa: BLE001  a ranger sees a named fault; the typed code goes on
            _log.exception("The eye stopped")
            self._break(PROBLEMS[Problem.CAMERA_BROKEN][1])
        finally:
            self._decoder.close()
            self.finished.set()

    def _take(self, frame: Frame) -> None:
        now = self._clock()
        with self._lock:
            self._newest = frame
            self._watch.take(frame.image, now)
        read = self._decoder.read(frame.image)
        with self._lock:
            self._tutor.take(self._decoder.advice, now, is_read=bool(read))
        texts = self._guard.view(read, frame.at)
        if not texts or self._stopping.is_set():
            return
        try:
            self._on_texts(texts, frame)
        except Exception:  # noqa: BLE001  one scan that failed must not close the lane's eye
            _log.exception("A scan failed after its code was read")

    def _break(self, words: str) -> None:
        _log.error("%s", words)
        with self._lock:
            self._broken = words


class _Watch:
    """When the last frame came, when the picture last changed, and when it last had light."""

    def __init__(self, now: float) -> None:
        self.seen_at = self.changed_at = self.light_at = now
        self._print = 0

    def take(self, image: Image, now: float) -> None:
        """Look at every eighth pixel: noise of the sensor changes some of them in every frame of a living camera."""
        sample = np.ascontiguousarray(image[::8, ::8])
        fingerprint = zlib.crc32(sample.tobytes())
        self.seen_at = now
        if fingerprint != self._print:
            self._print, self.changed_at = fingerprint, now
        if float(sample.mean()) >= DARK_BELOW:
            self.light_at = now


class _Tutor:
    """Advice that has been right for a while, and stays long enough to be read."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._given: Advice | None = None
        self._given_at = float("-inf")

    def take(self, advice: Advice | None, now: float, *, is_read: bool) -> None:
        """Take note of one frame: what it advises, and whether a code in it was read."""
        if is_read:
            self._since = self._given = None
        elif advice is None:
            self._since = None
        else:
            self._since = now if self._since is None else self._since
            if now - self._since >= ADVISE_SECONDS and (self._given is None or now - self._given_at >= ADVISE_SECONDS):
                self._given, self._given_at = advice, now

    def advice(self, now: float) -> Advice | None:
        """What stands now."""
        return self._given if now - self._given_at < ADVICE_STANDS_SECONDS else None
