"""What stands behind the visitor: a park's gate outdoors and the visitor's own shoulders, out of focus.

The camera is focused at a hand's breadth, so everything here is blurred and half the size is enough.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from kiosk.devices.carriers import SKINS
from kiosk.devices.frames import Image

WIDTH, HEIGHT = 640, 360
WHITE = (255, 255, 255)
JACKETS = ((60, 60, 150), (120, 80, 40), (60, 110, 60), (50, 50, 54), (40, 120, 190), (140, 130, 120), (110, 50, 90))


@lru_cache(maxsize=1)
def gate_backdrop() -> Image:
    """Return the empty gate in half size: sky, hills, pines, a road, a hut and the boom."""
    rng = np.random.default_rng(1)
    image = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None]
    zenith, horizon = np.array([226, 178, 122]), np.array([232, 226, 214])
    image[:] = (zenith * (1 - down)[..., None] + horizon * down[..., None]).astype(np.uint8)
    for _ in range(9):
        x, y = int(rng.integers(WIDTH)), int(rng.integers(10, 110))
        axes = (int(rng.integers(40, 110)), int(rng.integers(6, 16)))
        cv2.ellipse(image, (x, y), axes, 0, 0, 360, (246, 242, 238), -1)
    _hills(image, 168, 62, (176, 158, 138), rng)
    _hills(image, 196, 44, (128, 128, 104), rng)
    for x in range(-10, WIDTH + 10, 13):
        height = int(rng.integers(34, 82))
        base = 226 + int(rng.integers(-4, 5))
        green = int(rng.integers(52, 86))
        cv2.fillPoly(image, [np.array([[x - 11, base], [x + 11, base], [x, base - height]], np.int32)],
                     (int(green * 0.62), green, int(green * 0.7)))  # fmt: skip
    cv2.rectangle(image, (0, 222), (WIDTH, HEIGHT), (92, 134, 128), -1)
    cv2.fillPoly(image, [np.array([[250, 222], [400, 222], [700, 360], [-60, 360]], np.int32)], (148, 152, 156))
    _hut(image)
    _boom(image)
    image = cv2.GaussianBlur(image, (0, 0), 4.2).astype(np.uint8)
    return _vignette(image)


@lru_cache(maxsize=4)
def visitor(seed: int) -> tuple[Image, Image]:
    """Return a visitor's head and shoulders in half size, multiplied by their alpha, and the alpha in three planes."""
    rng = np.random.default_rng(seed)
    colour = np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)
    alpha = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    jacket = JACKETS[int(rng.integers(len(JACKETS)))]
    skin = SKINS[int(rng.integers(len(SKINS)))]
    x = int(WIDTH * rng.uniform(0.34, 0.66))
    size = float(rng.uniform(0.9, 1.15))
    head = int(146 - 20 * size)
    small = (int(46 * size), int(60 * size))
    hair = (int(49 * size), int(42 * size))
    neck = (x - int(22 * size), head + 30), (x + int(22 * size), head + int(86 * size))
    body = (int(172 * size), int(178 * size))
    for target, shades in ((colour, (jacket, skin, (36, 40, 52))), (alpha, (WHITE, WHITE, WHITE))):
        cv2.ellipse(target, (x, HEIGHT + 30), body, 0, 180, 360, shades[0], -1, cv2.LINE_AA)
        cv2.rectangle(target, *neck, shades[1], -1)
        cv2.ellipse(target, (x, head), small, 0, 0, 360, shades[1], -1, cv2.LINE_AA)
        cv2.ellipse(target, (x, head - int(26 * size)), hair, 0, 180, 360, shades[2], -1, cv2.LINE_AA)
    for side in (-1, 1):
        cv2.circle(colour, (x + side * int(17 * size), head - 2), int(5 * size), (50, 60, 76), -1, cv2.LINE_AA)
    cv2.ellipse(colour, (x, head + int(28 * size)), (int(14 * size), int(4 * size)), 0, 0, 360, (92, 100, 168), -1)
    strap = tuple(int(part * 0.55) for part in jacket)
    for side in (-1, 1):
        top = (x + side * int(70 * size), HEIGHT - int(138 * size))
        cv2.line(colour, top, (x + side * int(84 * size), HEIGHT), (strap[0], strap[1], strap[2]), int(17 * size))
    colour = cv2.GaussianBlur(colour, (0, 0), 3.4).astype(np.uint8)
    alpha = cv2.GaussianBlur(alpha, (0, 0), 3.4).astype(np.uint8)
    return colour, np.asarray(cv2.merge([alpha] * 3), dtype=np.uint8)


def gate_with_visitor(seed: int | None, shift: int) -> Image:
    """Return the gate in full size, with a visitor moved sideways by so many half pixels, or with nobody."""
    ground = gate_backdrop()
    if seed is not None and abs(shift) < WIDTH:
        colour, alpha = visitor(seed)
        ground = ground.copy()
        here = slice(max(0, shift), min(WIDTH, WIDTH + shift))
        there = slice(max(0, -shift), min(WIDTH, WIDTH - shift))
        behind = cv2.multiply(ground[:, here], cv2.bitwise_not(alpha[:, there]), scale=1 / 255)
        ground[:, here] = cv2.add(behind, colour[:, there])
    return np.asarray(cv2.resize(ground, (2 * WIDTH, 2 * HEIGHT), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _hills(image: Image, base: int, height: int, colour: tuple[int, int, int], rng: np.random.Generator) -> None:
    across = np.arange(0, WIDTH + 8, 8)
    ridge = sum(
        float(rng.uniform(0.2, 0.5)) * np.sin(across / float(rng.uniform(24, 110)) + float(rng.uniform(0, 6)))
        for _ in range(4)
    )
    line = np.stack([across, base - height * (0.5 + np.asarray(ridge) / 3)], axis=1)
    outline = np.concatenate([line, [[WIDTH + 8, HEIGHT], [0, HEIGHT]]]).astype(np.int32)
    cv2.fillPoly(image, [outline], colour)


def _hut(image: Image) -> None:
    cv2.rectangle(image, (486, 132), (612, 262), (92, 128, 164), -1)
    cv2.fillPoly(image, [np.array([[470, 136], [628, 136], [590, 92], [510, 92]], np.int32)], (60, 70, 96))
    cv2.rectangle(image, (506, 160), (552, 204), (210, 196, 170), -1)
    cv2.rectangle(image, (566, 160), (598, 262), (58, 84, 112), -1)


def _boom(image: Image) -> None:
    cv2.rectangle(image, (452, 206), (474, 284), (70, 70, 74), -1)
    for part in range(12):
        colour = (50, 46, 206) if part % 2 else (238, 240, 242)
        start, end = 462 - part * 36, 462 - (part + 1) * 36
        cv2.line(image, (start, 218 + part), (end, 219 + part), colour, 9, cv2.LINE_AA)


def _vignette(image: Image) -> Image:
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    return np.asarray(image * (1 - 0.2 * (x**2 + y**2) / 2)[:, :, None], dtype=np.uint8)
