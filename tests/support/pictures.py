"""Picture files and videos of QR codes, as people give them to the command line."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L

from kiosk.devices.carriers import code_modules

FPS = 10


def drawn(path: Path, text: str, *, box_size: int = 4) -> Path:
    """A picture of one code."""
    with path.open("wb") as file:
        # level L, so that a code of three kilobytes can be drawn at all
        qrcode.make(text, box_size=box_size, error_correction=ERROR_CORRECT_L).save(file)
    return path


def blank(path: Path) -> Path:
    """A picture without a code."""
    Image.new("RGB", (320, 240), "white").save(path)
    return path


def several(path: Path, *texts: str) -> Path:
    """A picture with several codes beside each other."""
    codes = [qrcode.make(text, box_size=4).get_image().convert("RGB") for text in texts]
    whole = Image.new("RGB", (sum(code.width for code in codes) + 60, max(code.height for code in codes)), "white")
    left = 0
    for code in codes:
        whole.paste(code, (left, 0))
        left += code.width + 30
    whole.save(path)
    return path


def filmed(path: Path, scenes: Sequence[tuple[float, str | None]]) -> Path:
    """A video of codes held up one after the other, each for so many seconds; None is an empty scene."""
    size = 640, 480
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, size)
    for seconds, text in scenes:
        frame = np.full((size[1], size[0], 3), 255, np.uint8)
        if text is not None:
            code = np.asarray(qrcode.make(text, box_size=4, border=2).get_image().convert("RGB"), dtype=np.uint8)
            frame[40 : 40 + code.shape[0], 60 : 60 + code.shape[1]] = code
        for _ in range(round(seconds * FPS)):
            writer.write(frame)
    writer.release()
    return path


def drawn_code(text: str, pixels: int = 4, *, inverted: bool = False) -> npt.NDArray[np.uint8]:
    """A code on a sheet, as sharp as it was drawn."""
    code = np.kron(code_modules(text), np.ones((pixels, pixels), dtype=np.uint8))
    page = np.full((480, 640, 3), 235, dtype=np.uint8)
    page[40 : 40 + code.shape[0], 60 : 60 + code.shape[1]] = code[:, :, None]
    return cv2.bitwise_not(page).astype(np.uint8) if inverted else page
