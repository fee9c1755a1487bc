"""Pictures and videos given on the command line: their texts, or the one word for why they gave none."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from kiosk.errors import EnvironmentalError, UsageError
from ui.commands.common import EXIT_ENVIRONMENT, EXIT_NO, EXIT_USAGE

VIDEO_SUFFIXES = frozenset({".avi", ".mp4", ".m4v", ".mkv", ".mov", ".webm", ".mjpg", ".mjpeg"})


class PictureFault(StrEnum):
    """Why an input gave no decision."""

    NO_CODE = "no_code"
    NOT_A_PICTURE = "not_a_picture"
    SEVERAL_CODES = "several_codes"
    UNREADABLE = "unreadable"


_EXIT_CODES = {
    PictureFault.NO_CODE: EXIT_NO,
    PictureFault.SEVERAL_CODES: EXIT_NO,
    PictureFault.NOT_A_PICTURE: EXIT_USAGE,
    PictureFault.UNREADABLE: EXIT_ENVIRONMENT,
}


class PictureError(Exception):
    """A file gave no text; its text is a sentence for a person."""

    def __init__(self, fault: PictureFault, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = fault

    @property
    def exit_code(self) -> int:
        """What this fault alone ends the program with."""
        return _EXIT_CODES[self.fault]


def is_video(path: Path) -> bool:
    """Whether a file is taken for a camera's record, by its name."""
    return path.suffix.lower() in VIDEO_SUFFIXES


def texts_of_picture(path: Path) -> list[str]:
    """The texts of all codes in one picture; PictureError if it is no picture or cannot be read."""
    from kiosk.devices.decoder import CascadeDecoder
    from kiosk.devices.frames import NotAPictureError, read_picture

    try:
        image = read_picture(path)
    except NotAPictureError as error:
        raise PictureError(PictureFault.NOT_A_PICTURE, str(error)) from error
    except EnvironmentalError as error:
        raise PictureError(PictureFault.UNREADABLE, str(error)) from error
    return CascadeDecoder(thorough=True).read(image)


def code_of_picture(path: Path) -> str:
    """The text of the one code in a picture."""
    texts = texts_of_picture(path)
    if not texts:
        raise PictureError(
            PictureFault.NO_CODE, f"{path}: there is no QR code in the picture, or none that can be read."
        )
    if len(texts) > 1:
        raise PictureError(
            PictureFault.SEVERAL_CODES, f"{path}: there are {len(texts)} different codes; show one alone."
        )
    return texts[0]


def views_of_video(path: Path) -> Iterator[list[str]]:
    """What a lane's camera would pass on of a video: one new code, or several that were in view together."""
    from kiosk.devices.decoder import CascadeDecoder
    from kiosk.devices.frames import VideoSource
    from kiosk.devices.guard import SameCodeGuard

    try:
        source = VideoSource(path)
    except UsageError as error:
        raise PictureError(PictureFault.NOT_A_PICTURE, str(error)) from error
    except EnvironmentalError as error:
        fault = PictureFault.NOT_A_PICTURE if path.is_file() else PictureFault.UNREADABLE
        raise PictureError(fault, str(error)) from error
    decoder, guard = CascadeDecoder(), SameCodeGuard()
    with source:
        for frame in source.frames():
            if view := guard.view(decoder.read(frame.image), frame.at):
                yield view
