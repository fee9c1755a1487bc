"""Where in a frame something stands that may be a code: a patch as restless across as it is up and down.

It reads nothing and costs about a millisecond a frame; by it a camera's frames before which nobody stands are told from
those that are worth a second look, and what a visitor should do better is told from how the patch looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.engines import Box, Luma

CELL = 32
"""Pixels of the frame a cell is wide and high."""
LEAST_RESTLESS = 11.0
"""Mean step between pixels two apart, of 255: a phone at a third of its brightness has 18, a calm gate up to 9."""
LEAST_ABOVE_OTHERS = 2.5
"""How many times more restless than the frame at large: leaves, gravel and noise are restless everywhere."""
PART_OF_PATCH = 0.45
FEWEST_CELLS = 2
MOST_OF_FRAME = 0.8

DIM_BELOW = 70.0
SMALL_BELOW = 180
"""A ticket's code has some 60 modules: with two pixels and a half each there is little to read."""
GLARE_SHARE = 0.05


class Advice(StrEnum):
    """What the visitor can do better, by the words the screen translates."""

    CLOSER = "closer"
    WHOLE = "whole"
    BRIGHTER = "brighter"
    GLARE = "glare"
    STILL = "still"


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """A place that may hold a code."""

    box: Box

    @property
    def side(self) -> int:
        """Its shorter side in pixels."""
        return min(self.box.right - self.box.left, self.box.bottom - self.box.top)


def find_patch(luma: Luma) -> Patch | None:
    """The most code-like place of the frame, or None where nothing is."""
    height, width = luma.shape
    if height < 4 * CELL or width < 4 * CELL:
        return None
    restless = _restlessness(luma)
    most = float(restless.max())
    if most < LEAST_RESTLESS or most < LEAST_ABOVE_OTHERS * float(np.median(restless)):
        return None
    peak = np.unravel_index(int(restless.argmax()), restless.shape)
    belongs = (restless >= most * PART_OF_PATCH).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(belongs)
    left, top, across, down, cells = (int(value) for value in stats[labels[peak]])
    if cells < FEWEST_CELLS or cells > MOST_OF_FRAME * restless.size:
        return None
    step_x, step_y = width / restless.shape[1], height / restless.shape[0]
    box = Box(
        left=max(0, int((left - 0.5) * step_x)),
        top=max(0, int((top - 0.5) * step_y)),
        right=min(width, int((left + across + 0.5) * step_x)),
        bottom=min(height, int((top + down + 0.5) * step_y)),
    )
    return Patch(box=box)


def advice_for(luma: Luma, patch: Patch) -> Advice:
    """What most likely keeps the code in this patch from being read."""
    height, width = luma.shape
    box = patch.box
    if box.left == 0 or box.top == 0 or box.right == width or box.bottom == height:
        return Advice.WHOLE
    if patch.side < SMALL_BELOW:
        return Advice.CLOSER
    inside = luma[box.top : box.bottom, box.left : box.right]
    light = float(np.percentile(inside, 90))
    if light < DIM_BELOW:
        return Advice.BRIGHTER
    if _has_glare(inside, patch.side):
        return Advice.GLARE
    return Advice.STILL


def _restlessness(luma: Luma) -> npt.NDArray[np.float32]:
    """Of each cell the lesser of the steps across and the steps down: lines of text and edges have one of them only."""
    half = cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    across = cv2.absdiff(half[1:-1, 2:], half[1:-1, :-2])
    down = cv2.absdiff(half[2:, 1:-1], half[:-2, 1:-1])
    cells = (across.shape[1] * 2 // CELL, across.shape[0] * 2 // CELL)
    both = np.minimum(
        cv2.resize(across, cells, interpolation=cv2.INTER_AREA), cv2.resize(down, cells, interpolation=cv2.INTER_AREA)
    )
    # a code is more than a cell: what is restless alone, a face or a twig, is evened out
    return np.asarray(cv2.blur(both.astype(np.float32), (3, 3)), dtype=np.float32)


def _has_glare(inside: Luma, side: int) -> bool:
    """Whether white lies together in a spot wider than a code's quiet zone, as the sky in a pane of glass does."""
    wide = max(9, side // 7)
    white = np.asarray(
        cv2.morphologyEx((inside >= 250).astype(np.uint8), cv2.MORPH_OPEN, np.ones((wide, wide), np.uint8))
    )
    return float(white.mean()) > GLARE_SHARE
