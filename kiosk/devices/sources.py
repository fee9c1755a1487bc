"""From the word in the settings to the eye's source: a camera, a video, a folder of pictures, or drawn visitors."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import assert_never

from kiosk.config import CameraKind, parse_camera_source
from kiosk.devices.camera import V4l2Source
from kiosk.devices.carriers import CarrierKind
from kiosk.devices.frames import ClosingSource, FolderSource, Frame, FrameSource, VideoSource
from kiosk.devices.generator import Scene, render_scene

PICTURE_SECONDS = 5.0
"""How long a folder's picture stands before somebody who watches: longer than an admission does."""


class GeneratorSource(ClosingSource):
    """A camera without a camera: visitors hold up the given texts in turn, for ever or for so many rounds."""

    def __init__(
        self,
        texts: Sequence[str] = (),
        *,
        fps: float = 15.0,
        realtime: bool = True,
        rounds: int | None = None,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self.live = realtime
        self.fps = fps
        self._shown: tuple[tuple[str, ...], ...] = tuple((text,) for text in texts) or ((),)
        self._rounds = rounds
        self._seed = seed
        self._clock = clock

    def frames(self) -> Iterator[Frame]:
        """Yield drawn frames; with no texts, visitors who show nothing."""
        began = self._clock()
        number = 0
        for scene in self._scenes():
            for image in render_scene(scene):
                at = number / self.fps
                if self.closed_within(began + at - self._clock() if self.live else 0.0):
                    return
                yield Frame(image=image, at=at, number=number)
                number += 1

    def _scenes(self) -> Iterator[Scene]:
        """Each visitor stays two seconds and is gone for longer than the same code counts as the same scan."""
        visitors = itertools.count(self._seed)
        for _ in itertools.count() if self._rounds is None else range(self._rounds):
            for texts in self._shown:
                visitor = next(visitors)
                yield Scene(
                    texts=texts,
                    carrier=CarrierKind.PAPER if visitor % 3 == 2 else CarrierKind.PHONE,
                    frames=max(4, round(2 * self.fps)),
                    gap=max(2, round(3.4 * self.fps)),
                    seed=visitor,
                )


def open_source(spec: str, *, realtime: bool = True, wait_for_camera: bool = False) -> FrameSource:
    """Open `v4l2:NAME`, `video:FILE`, `folder:PATH` or `generator`; UsageError or EnvironmentalError say what is wrong.

    `realtime` paces a video and the generator as a camera would. A camera that is not there raises, unless the caller
    would rather wait until it is plugged in and show its state meanwhile.
    """
    wanted = parse_camera_source(spec)
    match wanted.kind:
        case CameraKind.V4L2:
            camera = V4l2Source(wanted.where)
            if not wait_for_camera:
                camera.require()
            return camera
        case CameraKind.VIDEO:
            return VideoSource(Path(wanted.where), realtime=realtime)
        case CameraKind.FOLDER:
            between = PICTURE_SECONDS if realtime else 1.0
            return FolderSource(Path(wanted.where), seconds_between=between, realtime=realtime)
        case CameraKind.GENERATOR:
            return GeneratorSource(realtime=realtime)
        case _:
            assert_never(wanted.kind)
