"""From a frame to the texts of the QR codes in it. Nothing here knows what a ticket is, and no picture makes it raise.

Two engines, because each has had its hang and its blind spots: zxing-cpp is quick and reads inverted codes, zbar reads
some that zxing-cpp does not. The order of the attempts is a cascade from cheap to dear. In a camera's frame it looks
closer only where something may be a code (patches.py), and at the frame at large now and then: most frames are empty. A
single picture gets every attempt at once.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.bending import BENDS, bent
from kiosk.devices.engines import Box, Engine, Luma, Reading, installed_engines
from kiosk.devices.patches import Advice, Patch, advice_for, find_patch
from kiosk.errors import EnvironmentalError

# A crop is enlarged only up to here: a code that fills the frame has pixels enough, and the frame must stay cheap.
MAX_ENLARGED_PIXELS = 1_600_000
MAX_THOROUGH_PIXELS = 12_000_000
MAX_RETRIED_SYMBOLS = 4
# A picture full of finder patterns costs a hundred times a common one. No further look begins after this.
FRAME_SECONDS = 0.25
BENDS_A_FRAME = 3
SEARCH_FRAMES = 10
"""The middle of a frame in which nothing looks like a code is enlarged once in so many."""
WHOLE_FRAMES = 30
"""The second engine is asked for a whole frame once in so many: it takes longer than all else together."""
PICTURE_SECONDS = 5.0


class Decoder(Protocol):
    """Whatever finds the texts of the codes in a frame."""

    @property
    def engines(self) -> tuple[str, ...]:
        """Name the engines at work, the first one first."""
        ...

    def read(self, frame: npt.NDArray[np.uint8]) -> list[str]:
        """Return the texts in view, each once, in the order found; an empty list for anything that is no picture."""
        ...

    @property
    def advice(self) -> Advice | None:
        """What the visitor can do better, if something like a code stood in the last frame and was not read."""
        ...

    def close(self) -> None:
        """Let go of whatever reads; nothing is read any more."""
        ...


class CascadeDecoder:
    """Read one camera's frames in turn (it counts them), or single pictures when `thorough`."""

    def __init__(
        self,
        *,
        thorough: bool = False,
        engines: tuple[Engine, ...] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engines = installed_engines() if engines is None else engines
        if not self._engines:
            raise EnvironmentalError("No QR engine is installed: install zxing-cpp, or the library zbar (libzbar0)")
        self._thorough = thorough
        self._clock = clock
        self._number = -1
        self._ends_at = 0.0
        self._advice: Advice | None = None

    @property
    def engines(self) -> tuple[str, ...]:
        """Name the engines at work, the first one first."""
        return tuple(engine.name for engine in self._engines)

    @property
    def advice(self) -> Advice | None:
        """What the visitor can do better, if something like a code stood in the last frame and was not read."""
        return self._advice

    def read(self, frame: npt.NDArray[np.uint8]) -> list[str]:
        """Return the texts in view, each once, in the order found; an empty list for anything that is no picture."""
        self._number += 1
        self._advice = None
        self._ends_at = self._clock() + (PICTURE_SECONDS if self._thorough else FRAME_SECONDS)
        luma = luma_of(frame)
        return [] if luma is None else list(dict.fromkeys(self._read(luma)))

    def _read(self, luma: Luma) -> list[str]:
        first, *others = self._engines
        if not first.locates:
            return self._read_by_one(first, luma)
        found = first.scan(luma, hard=self._thorough)
        texts = list(found.texts)
        # Also beside a code that was read: a second one in view must not be overlooked.
        for box in found.undecoded[:MAX_RETRIED_SYMBOLS]:
            texts += self._retry(first, luma, box)
        if texts:
            return texts
        patch = _located(found) or find_patch(luma)
        if patch is not None and not found.undecoded:
            texts += self._retry(first, luma, patch.box)
        if not texts and found.undecoded:
            texts += self._flatten(first, luma, found.undecoded[0])
        if not texts and (self._thorough or not found.undecoded):
            texts += self._search(first, luma)
        if not texts:
            texts += self._second_opinion(others, luma, patch)
        if not texts and patch is not None:
            self._advice = advice_for(luma, patch)
        return texts

    def close(self) -> None:
        """There is nothing to let go of: it reads in this process."""

    def _second_opinion(self, engines: list[Engine], luma: Luma, patch: Patch | None) -> tuple[str, ...]:
        """Ask the other engines: about a patch in every frame, in two ways in turn, and seldom about all of it."""
        for attempt in itertools.takewhile(self._has_time, self._second_looks(luma, patch)):
            for engine in engines:
                texts = engine.scan(attempt, hard=self._thorough).texts
                if texts:
                    return texts
        return ()

    def _second_looks(self, luma: Luma, patch: Patch | None) -> Iterator[Luma]:
        if patch is not None:
            crop = _crop(luma, patch.box)
            if self._thorough or self._number % 4 < 2:
                yield _enlarge(crop, 2)
            if self._thorough or self._number % 4 >= 2:
                yield _sharper(crop)
        if self._thorough or self._number % WHOLE_FRAMES == WHOLE_FRAMES - 1:
            yield luma

    def _has_time(self, _: object) -> bool:
        return self._clock() < self._ends_at

    def _read_by_one(self, engine: Engine, luma: Luma) -> list[str]:
        """Read with an engine that neither locates nor inverts: light codes on dark get every second frame."""
        inverted = cv2_luma(cv2.bitwise_not(luma))
        attempts = (luma, inverted) if self._thorough else (inverted if self._number % 2 else luma,)
        texts = [text for attempt in attempts for text in engine.scan(attempt, hard=self._thorough).texts]
        return list(dict.fromkeys(texts))

    def _retry(self, engine: Engine, luma: Luma, box: Box) -> tuple[str, ...]:
        """Look again, and closer, where a symbol was located but not decoded."""
        for attempt in itertools.takewhile(self._has_time, _closer_looks(_crop(luma, box), thorough=self._thorough)):
            reading = engine.scan(attempt, hard=self._thorough)
            if reading.texts:
                return reading.texts
        return ()

    def _flatten(self, engine: Engine, luma: Luma, box: Box) -> tuple[str, ...]:
        """A symbol that was located and stays unread however close one looks is perhaps not plane."""
        crop = _crop(luma, box)
        first = 0 if self._thorough else self._number * BENDS_A_FRAME % len(BENDS)
        bends = BENDS if self._thorough else BENDS[first : first + BENDS_A_FRAME]
        enlarged = (_enlarge(crop, factor) for factor in ((2, 3) if self._thorough else (2,)))
        attempts = (bent(page, bend) for page in enlarged for bend in bends)
        for attempt in itertools.takewhile(self._has_time, attempts):
            if texts := engine.scan(attempt, hard=False).texts:
                return texts
        return ()

    def _search(self, engine: Engine, luma: Luma) -> tuple[str, ...]:
        """Nothing was located: enlarge or filter what a visitor most likely holds up, in turn over the frames."""
        for attempt in itertools.takewhile(self._has_time, self._searches(luma)):
            reading: Reading = engine.scan(attempt, hard=self._thorough)
            if reading.texts:
                return reading.texts
            for box in reading.undecoded[:MAX_RETRIED_SYMBOLS]:
                texts = self._retry(engine, attempt, box)
                if texts:
                    return texts
        return ()

    def _searches(self, luma: Luma) -> Iterator[Luma]:
        if self._thorough:
            yield from _wide_looks(luma)
        elif self._number % SEARCH_FRAMES == SEARCH_FRAMES - 1:
            centre = _enlarge(_centre(luma), 2)
            yield centre if self._number % (2 * SEARCH_FRAMES) < SEARCH_FRAMES else _soft(centre)


def _located(found: Reading) -> Patch | None:
    return Patch(box=found.undecoded[0]) if found.undecoded else None


def luma_of(frame: npt.NDArray[Any]) -> Luma | None:
    """Return the brightness plane, or None when this is no picture."""
    if frame.dtype != np.uint8 or 0 in frame.shape:
        return None
    match frame.shape:
        case (_, _) | (_, _, 1):
            return np.ascontiguousarray(frame.reshape(frame.shape[:2]))
        case (_, _, 3):
            return cv2_luma(cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGR2GRAY))
        case (_, _, 4):
            return cv2_luma(cv2.cvtColor(np.ascontiguousarray(frame), cv2.COLOR_BGRA2GRAY))
        case _:
            return None


def cv2_luma(array: object) -> Luma:
    """State for the type checker what OpenCV returned: its stubs allow any number type."""
    return np.asarray(array, dtype=np.uint8)


def _closer_looks(crop: Luma, *, thorough: bool) -> Iterator[Luma]:
    twice = _enlarge(crop, 2)
    yield _unsharp(twice)
    yield twice
    yield _sharper(crop)
    yield soft_double(crop)
    yield _enlarge(crop, 3)
    if thorough:
        yield cv2_luma(cv2.equalizeHist(twice))
        yield _soft(_enlarge(crop, 3))
        yield _enlarge(crop, 4)


def _wide_looks(luma: Luma) -> Iterator[Luma]:
    limit = MAX_THOROUGH_PIXELS
    yield _soft(luma)
    yield _unsharp(luma)
    twice = _enlarge(luma, 2, limit=limit)
    yield twice
    yield _unsharp(twice)
    yield _soft(twice)
    yield cv2_luma(cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(twice))
    yield _enlarge(_centre(luma), 3, limit=limit)
    if min(luma.shape) >= 4:
        yield cv2_luma(cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))


def _crop(luma: Luma, box: Box) -> Luma:
    """Cut the box out with a margin of a fifth on each side: a code needs its quiet zone."""
    height, width = luma.shape
    margin = max(box.right - box.left, box.bottom - box.top) // 5 + 4
    top, left = max(0, box.top - margin), max(0, box.left - margin)
    part = luma[top : min(height, box.bottom + margin), left : min(width, box.right + margin)]
    return np.ascontiguousarray(part) if part.size else luma


def _centre(luma: Luma) -> Luma:
    height, width = luma.shape
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(luma[top : top + side, left : left + side])


def _enlarge(luma: Luma, factor: float, *, limit: int = MAX_ENLARGED_PIXELS) -> Luma:
    factor = min(factor, (limit / luma.size) ** 0.5)
    if factor <= 1:
        return luma
    return cv2_luma(cv2.resize(luma, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC))


def _unsharp(luma: Luma) -> Luma:
    soft = cv2.GaussianBlur(luma, (0, 0), 2.0)
    return cv2_luma(cv2.addWeighted(luma, 2.2, soft, -1.2, 0))


def soft_double(luma: Luma) -> Luma:
    """Return it softened and twice as large: for a sensor's noise."""
    return _enlarge(_soft(luma), 2)


def _sharper(crop: Luma) -> Luma:
    """Twice as large, its noise smoothed and then its edges drawn out: for a lens that is out of focus in the dusk."""
    twice = _enlarge(cv2_luma(cv2.GaussianBlur(crop, (0, 0), 0.7)), 2)
    return cv2_luma(cv2.addWeighted(twice, 3.0, cv2.GaussianBlur(twice, (0, 0), 2.5), -2.0, 0))


def _soft(luma: Luma) -> Luma:
    return cv2_luma(cv2.GaussianBlur(luma, (0, 0), 1.2))
