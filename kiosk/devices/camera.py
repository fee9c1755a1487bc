"""The camera: the newest frame wins, and an unplugged one is taken back by itself. Nothing here looks at a picture."""

from __future__ import annotations

import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.frames import ClosingSource, Frame, Image
from kiosk.errors import EnvironmentalError, UsageError

BY_ID = Path("/dev/v4l/by-id")
WIDTH, HEIGHT = 1280, 720
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
FAILED_READS = 3
MOST_READERS = 4
"""As many threads may hang in a camera's read; one that hangs for days must not take another each time."""

_log = logging.getLogger(__name__)


class Capture(Protocol):
    """The part of OpenCV's capture that is used."""

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        """Wait for one frame."""
        ...

    def release(self) -> None:
        """Let the device go."""
        ...


class V4l2Source(ClosingSource):
    """A camera of this machine: its name under /dev/v4l/by-id (which survives re-plugging), its number or its path."""

    live = True

    def __init__(
        self,
        name: str,
        *,
        opener: Callable[[Path], Capture | None] | None = None,
        folder: Path = BY_ID,
        clock: Callable[[], float] = time.monotonic,
        backoff_seconds: tuple[float, ...] = BACKOFF_SECONDS,
    ) -> None:
        super().__init__()
        self._path = _device_path(name, folder)
        self._opener = opener or _open_with_opencv
        self._clock = clock
        self._backoff_seconds = backoff_seconds
        self._news = threading.Condition()
        self._newest: Frame | None = None
        self._trouble = ""
        self._readers: list[threading.Thread] = []
        """The one that reads, and older ones that hang in a read."""
        self._turn = 0
        """Which reading thread is the one that counts: an older one may hang in a read, and gives nothing any more."""
        self._numbers = itertools.count()

    def require(self) -> None:
        """Raise EnvironmentalError unless the device is there now."""
        if not self._path.exists():
            raise EnvironmentalError(self._not_there())

    def trouble(self) -> str:
        """Say what keeps the camera from giving frames, or nothing at all."""
        with self._news:
            return self._trouble

    def reopen(self) -> None:
        """Open the device anew, on another thread if the one that reads hangs in it."""
        with self._news:
            alive = [reader for reader in self._readers if reader.is_alive()]
            if not self._readers or len(alive) >= MOST_READERS or self._closed.is_set():
                return
            self._readers = alive
            self._turn += 1
            self._begin()

    def close(self) -> None:
        """End `frames()` at once; the device is let go as soon as its read returns."""
        super().close()
        with self._news:
            self._news.notify_all()

    def frames(self) -> Iterator[Frame]:
        """Yield the newest frame each time, for as long as the source is open; what was missed shows in the numbers."""
        with self._news:
            if not self._readers:
                self._begin()
        shown = -1
        while not self._closed.is_set():
            with self._news:
                self._news.wait_for(partial(self._is_newer, shown), timeout=0.2)
                frame = self._newest
            if frame is None or frame.number == shown or self._closed.is_set():
                continue
            shown = frame.number
            yield frame

    def _is_newer(self, shown: int) -> bool:
        return self._closed.is_set() or (self._newest is not None and self._newest.number != shown)

    def _begin(self) -> None:
        # A thread of its own: a read of a camera that hangs cannot be interrupted, but it can be left alone.
        reader = threading.Thread(target=self._read_for_ever, args=(self._turn,), name="camera", daemon=True)
        self._readers.append(reader)
        reader.start()

    def _is_over(self, turn: int) -> bool:
        return self._closed.is_set() or turn != self._turn

    def _read_for_ever(self, turn: int) -> None:
        failures = 0
        while not self._is_over(turn):
            capture = self._opened()
            if capture is not None:
                got = 0
                try:
                    got = self._read_while_it_lasts(capture, turn)
                finally:
                    capture.release()
                failures = 0 if got else failures
            if self._closed.wait(self._backoff_seconds[min(failures, len(self._backoff_seconds) - 1)]):
                return
            failures += 1

    def _opened(self) -> Capture | None:
        if not self._path.exists():
            self._say(self._not_there())
            return None
        capture = self._opener(self._path)
        if capture is None:
            self._say(f"The camera {self._path.name} cannot be opened: see that no other program uses it")
        return capture

    def _read_while_it_lasts(self, capture: Capture, turn: int) -> int:
        """Read until the camera fails a few times running; return how many frames it gave."""
        got = failed = 0
        while not self._is_over(turn) and failed < FAILED_READS:
            whole, image = capture.read()
            if self._is_over(turn):
                return got
            if not whole:
                failed += 1
                continue
            failed = 0
            got += 1
            frame = Frame(image=_as_image(image), at=self._clock(), number=next(self._numbers))
            with self._news:
                self._newest, self._trouble = frame, ""
                self._news.notify_all()
        if not self._closed.is_set():
            self._say(f"The camera {self._path.name} gives no picture: unplug it and plug it in again")
        return got

    def _say(self, trouble: str) -> None:
        with self._news:
            news = trouble != self._trouble
            self._trouble = trouble
        if news:
            _log.warning("%s", trouble)

    def _not_there(self) -> str:
        return f"The camera {self._path.name} is not there: plug it in, or look under {BY_ID} for its name"


def _device_path(name: str, folder: Path) -> Path:
    if name.isascii() and name.isdigit():
        return Path(f"/dev/video{name}")
    if name.startswith("/dev/"):
        return Path(name)
    if not name or "/" in name:
        raise UsageError(f"{name!r} is no camera: give its name from {BY_ID}, or its number")
    return folder / name


def _open_with_opencv(path: Path) -> Capture | None:
    # OpenCV waits 10 s for a frame by default; a camera that is silent for two is in trouble.
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
    capture = cv2.VideoCapture(str(path.resolve()), cv2.CAP_V4L2)
    if not capture.isOpened():
        capture.release()
        return None
    # MJPG first: most USB cameras give 1280×720 uncompressed at 10 frames a second only.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture  # type: ignore[return-value]  # its stub allows any number type for a frame


def _as_image(image: npt.NDArray[np.uint8]) -> Image:
    """Give every frame three planes: an infrared camera has one."""
    if image.ndim == 2:
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.asarray(image, dtype=np.uint8)
