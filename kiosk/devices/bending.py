"""A code on cloth, on a curved or crumpled sheet: the picture is bent back a little, in many ways, until it is flat.

An engine lays a plane through the corners of a code. What is not plane it locates and cannot read; the bends here are
the smallest that a plane does not have: bowed sides, an uneven scale, and a twist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import product

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.engines import Luma

AMPLITUDES = (0.02, 0.04)
"""Parts of the picture's width: of eight photographs on cloth that no engine reads, 0.02 flattens six."""
Grid = npt.NDArray[np.float32]


class Way(StrEnum):
    """How a picture is bent."""

    UNEVEN = "uneven"
    """Columns or rows nearer to each other on one side than on the other."""
    BOW = "bow"
    """Columns or rows bowed aside in the middle."""
    TWIST = "twist"
    """Two opposite corners one way, the others the other way."""


@dataclass(frozen=True, slots=True)
class Bend:
    """One way of bending, and how far across and down, in parts of the picture's width and height."""

    way: Way
    across: float
    down: float


BENDS = tuple(
    Bend(way, across * amplitude, down * amplitude)
    for amplitude in AMPLITUDES
    for way in Way
    for across, down in product((-1, 0, 1), repeat=2)
    if across or down
)
"""Every bend that is tried, the small ones first."""


def bent(luma: Luma, bend: Bend) -> Luma:
    """Return the picture bent so."""
    height, width = luma.shape
    x, y, across, down = _shift(height, width, bend.way)
    return np.asarray(
        cv2.remap(
            luma,
            x + across * np.float32(bend.across * width),
            y + down * np.float32(bend.down * height),
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        dtype=np.uint8,
    )


@lru_cache(maxsize=len(Way))
def _shift(height: int, width: int, way: Way) -> tuple[Grid, Grid, Grid, Grid]:
    """Where each pixel is taken from, and how far a bend of one moves that across and down."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    u, v = x * np.float32(2 / width) - 1, y * np.float32(2 / height) - 1
    match way:
        case Way.UNEVEN:
            return x, y, 1 - u * u, 1 - v * v
        case Way.BOW:
            return x, y, 1 - v * v, 1 - u * u
        case Way.TWIST:
            return x, y, u * v, u * v
