"""Pictures as they come before the eye: single pictures, folders and videos. Nothing here looks for a code.

A picture that is only half there is refused, never passed on as if it were whole.
"""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as Pillow

from kiosk.errors import EnvironmentalError, UsageError

Image: TypeAlias = npt.NDArray[np.uint8]
"""Height × width × 3, blue-green-red as OpenCV has it."""

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"})
MAX_PICTURE_BYTES = 64 * 1024 * 1024
MAX_PICTURE_PIXELS = 60_000_000


class NotAPictureError(UsageError):
    """The file is there and may be read, but it holds no whole picture of a size we accept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One picture of a source, with its place in the source's own time."""

    image: Image
    at: float
    """Seconds: a monotonic clock for a camera, the position for a video or a folder."""
    number: int


class FrameSource(Protocol):
    """Whatever yields frames; closing it from any thread ends `frames()` within a second."""

    live: bool
    """Whether frames come in the time of this world, so that silence means trouble."""

    def frames(self) -> Iterator[Frame]:
        """Yield what is seen, until the source ends or is closed."""
        ...

    def trouble(self) -> str:
        """Say what keeps the source from giving frames, or nothing at all."""
        ...

    def reopen(self) -> None:
        """Let the device go and open it anew, where there is one; `frames()` goes on."""
        ...

    def close(self) -> None:
        """End `frames()`, wherever it is."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


class ClosingSource:
    """The part every source shares: closed once, from any thread, and usable in a `with`."""

    live = False

    def __init__(self) -> None:
        self._closed = threading.Event()

    def trouble(self) -> str:
        """Files have no trouble of their own: they open or they raise."""
        return ""

    def reopen(self) -> None:
        """Do nothing: what is no device needs no opening."""

    def close(self) -> None:
        """End `frames()`, wherever it is."""
        self._closed.set()

    def closed_within(self, seconds: float) -> bool:
        """Wait so long, or until closed; return whether it is closed."""
        return self._closed.wait(seconds) if seconds > 0 else self._closed.is_set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


def read_picture(path: Path) -> Image:
    """Return the whole picture, or raise NotAPictureError or EnvironmentalError: never half of one."""
    _require_readable(path)
    size = path.stat().st_size
    if size == 0:
        raise NotAPictureError(f"{path} is empty: give a picture file such as PNG or JPEG")
    if size > MAX_PICTURE_BYTES:
        raise NotAPictureError(f"{path} is larger than {MAX_PICTURE_BYTES // 2**20} MB: give a smaller picture")
    try:
        return _whole_picture(path)
    except NotAPictureError:
        raise
    except OSError as error:
        if error.errno is not None:  # the disk's own complaint; Pillow's complaints carry no number
            raise EnvironmentalError(f"{path} cannot be read: {error.strerror}") from error
        raise NotAPictureError(f"{path} is not a whole picture: give a PNG or JPEG file that opens") from error
    except Exception as error:  # Pillow's plugins raise whatever their format makes them raise
        raise NotAPictureError(f"{path} is not a picture this program reads: give a PNG or JPEG file") from error


def _whole_picture(path: Path) -> Image:
    # OpenCV returns the upper half of a truncated PNG without a word; Pillow raises.
    with warnings.catch_warnings():
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        with Pillow.open(path) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise NotAPictureError(f"{path} is {picture.width}×{picture.height}: give a smaller picture")
            picture.load()
            return np.ascontiguousarray(np.asarray(_on_white(picture), dtype=np.uint8)[:, :, ::-1])


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    """Flatten transparency onto white, as a person sees it: a code drawn on nothing would else be black on black."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Pillow.new("RGBA", layer.size, (255, 255, 255, 255))
        return Pillow.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")


def _require_readable(path: Path) -> None:
    """Raise EnvironmentalError with a sentence unless the path is a file this user may read."""
    try:
        if path.is_dir():
            raise NotAPictureError(f"{path} is a folder: give a file")
        with path.open("rb"):
            return
    except FileNotFoundError:
        raise EnvironmentalError(f"{path} does not exist: check the path") from None
    except PermissionError:
        raise EnvironmentalError(f"{path} may not be read by this user: change its permissions") from None
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be opened: {error.strerror}") from error


class FolderSource(ClosingSource):
    """The pictures of a folder in the order of their names; in `realtime`, as slowly as people come."""

    def __init__(self, path: Path, *, seconds_between: float = 1.0, realtime: bool = False) -> None:
        super().__init__()
        self._realtime = realtime
        try:
            self._paths = sorted(p for p in path.iterdir() if p.suffix.lower() in PICTURE_SUFFIXES)
        except FileNotFoundError:
            raise EnvironmentalError(f"The folder {path} does not exist: check the path") from None
        except NotADirectoryError:
            raise EnvironmentalError(f"{path} is not a folder: give a folder with pictures") from None
        except PermissionError:
            raise EnvironmentalError(f"The folder {path} may not be read: change its permissions") from None
        if not self._paths:
            raise EnvironmentalError(f"The folder {path} holds no pictures: put PNG or JPEG files in it")
        self._seconds_between = seconds_between

    def frames(self) -> Iterator[Frame]:
        """Yield each picture once; one that is not whole raises NotAPictureError."""
        for number, path in enumerate(self._paths):
            if self.closed_within(self._seconds_between if self._realtime and number else 0.0):
                return
            yield Frame(image=read_picture(path), at=number * self._seconds_between, number=number)


_MOST_BEHIND_SECONDS = 0.25


class VideoSource(ClosingSource):
    """A video as a camera: frames carry the video's own time, paced by it when `realtime`, and none is left out."""

    def __init__(self, path: Path, *, realtime: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        _require_readable(path)
        self._path = path
        self._clock = clock
        self.live = realtime
        capture = self._open()
        try:
            whole, _ = capture.read()
            if not whole:
                raise EnvironmentalError(f"{path} holds no readable video: give an AVI or MP4 file that plays")
            fps = capture.get(cv2.CAP_PROP_FPS)
        finally:
            capture.release()
        self.fps = fps if 0.1 <= fps <= 1000 else 15.0

    def _open(self) -> cv2.VideoCapture:
        # OpenCV's own MJPG reader comes first: the same on every machine, and it never looks at the network.
        for backend in (cv2.CAP_OPENCV_MJPEG, cv2.CAP_FFMPEG):
            capture = cv2.VideoCapture(str(self._path), backend)
            if capture.isOpened():
                return capture
            capture.release()
        raise EnvironmentalError(f"{self._path} holds no readable video: give an AVI or MP4 file that plays")

    def frames(self) -> Iterator[Frame]:
        """Yield every frame of the video in order, then end."""
        capture = self._open()
        began = self._clock()
        number = 0
        try:
            while not self._closed.is_set():
                whole, image = capture.read()
                if not whole:
                    return
                at = number / self.fps
                # Whoever looks held it back? Then it goes on from here: a video does not race after lost time.
                began = max(began, self._clock() - at - _MOST_BEHIND_SECONDS)
                if self.closed_within(began + at - self._clock() if self.live else 0.0):
                    return
                yield Frame(image=np.asarray(image, dtype=np.uint8), at=at, number=number)
                number += 1
        finally:
            capture.release()


def film_images(films: Iterable[Path]) -> Iterator[Image]:
    """The frames of these films one after another, each decoded when it is asked for."""
    for film in films:
        capture = cv2.VideoCapture(str(film), cv2.CAP_OPENCV_MJPEG)
        try:
            while (read := capture.read())[0]:
                yield np.asarray(read[1], dtype=np.uint8)
        finally:
            capture.release()
