"""The camera's stand-in: it draws visitors who hold phones and sheets before the lens. Nothing here reads a code.

Everything is a function of the scene and its seed. What is drawn is what a cheap camera at a gate gives: tilt, motion,
blur, sensor noise, glare, a hand, and nobody between two visitors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from kiosk.devices.backdrop import gate_with_visitor
from kiosk.devices.carriers import Carrier, CarrierKind, draw_carrier, hold_page
from kiosk.devices.engines import installed_engines
from kiosk.devices.frames import Image
from kiosk.errors import BugError, EnvironmentalError

WIDTH, HEIGHT = 1280, 720
FOCAL_PIXELS = 1100.0
VIDEO_QUALITY = 60
"""JPEG quality of a video's frames: about what USB cameras send."""
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One visitor before the camera, and the empty frames after."""

    texts: tuple[str, ...]
    """What is held up: usually one text; two are held up side by side; with none the visitor shows nothing."""
    carrier: CarrierKind = CarrierKind.PHONE
    pixels_per_module: float = 4.0
    tilt_degrees: float = 12.0
    blur: float = 0.8
    """The lens: sigma in pixels."""
    noise: float = 5.0
    """The sensor: sigma of 255."""
    brightness: float = 1.0
    glare: float = 0.25
    """How much of the sky a phone's glass throws back, 0 to 1."""
    inverted: bool = False
    """A phone in dark mode: light modules on dark."""
    damage: float = 0.0
    """The share of the code that is covered; from about a fifth on it cannot be read."""
    caption: str = "Бурабай · Burabay"
    code: str = ""
    """The typed code printed below the QR code; one drawn at random where none is given."""
    frames: int = 12
    gap: int = 6
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse a scene that cannot be drawn."""
        if len(self.texts) > 2 or self.frames < 1 or self.gap < 0 or not 1 <= self.pixels_per_module <= 20:
            raise BugError(f"This scene cannot be drawn: {len(self.texts)} codes, {self.frames} frames, gap {self.gap}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Pose:
    """Where a carrier is in one frame, and how it moves."""

    x: float
    y: float
    scale: float
    """Pixels a module (of a page: pixels a pixel) where the carrier faces the lens."""
    yaw: float
    pitch: float
    roll: float
    smear: tuple[int, int]


def render_scene(scene: Scene) -> Iterator[Image]:
    """Yield the scene's frames and then its empty ones, 1280×720, blue-green-red."""
    rng = np.random.default_rng([scene.seed, 7])
    carriers = [_carrier(scene, text, rng) for text in scene.texts]
    hands = [_Hand(scene, place, len(carriers), rng) for place in range(len(carriers))]
    side = 1 if rng.random() < 0.5 else -1
    for number in range(scene.frames):
        away = _away(number, scene.frames)
        frame = gate_with_visitor(scene.seed, round(side * (away * 430 + 5 * math.sin(number / 2))))
        for carrier, hand in zip(carriers, hands, strict=True):
            pose = hand.pose(number, scale=scene.pixels_per_module)
            _hold_up(frame, carrier, pose, blur=scene.blur * _defocus(number, scene.frames), glare=_glare_of(scene))
        yield _sensor(frame, scene, rng)
    for _ in range(scene.gap):
        yield _sensor(gate_with_visitor(None, 0), scene, rng)


def write_video(
    scenes: Sequence[Scene], path: Path, fps: float = 15.0, progress: Callable[[int, int], None] | None = None
) -> list[tuple[int, int]]:
    """Write the scenes one after another as MJPG, and return each one's first and last frame (its gap left out).

    `progress` is told how many of how many frames are written.
    """
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), fps, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise EnvironmentalError(f"The video {path} cannot be written: check that its folder exists and may be written")
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, VIDEO_QUALITY)
    total = sum(scene.frames + scene.gap for scene in scenes)
    written = 0
    places: list[tuple[int, int]] = []
    try:
        for scene in scenes:
            places.append((written, written + scene.frames - 1))
            for frame in render_scene(scene):
                writer.write(frame)
                written += 1
                if progress is not None:
                    progress(written, total)
    finally:
        writer.release()
    return places


def photograph(
    picture: Image,
    *,
    seed: int = 0,
    code_pixels: int = 260,
    tilt_degrees: float = 9.0,
    blur: float = 0.8,
    noise: float = 5.0,
    jpeg_quality: int = 82,
) -> Image:
    """Return the page as a visitor holds it before the gate's camera, its code so many pixels wide; 1280×720."""
    rng = np.random.default_rng([seed, 11])
    centre, width = _place_of_code(picture)
    page = hold_page(picture, centre, rng=rng)
    if width > code_pixels * 1.5:
        page = _shrink(page, code_pixels * 1.5 / width)
        width = code_pixels * 1.5
    scene = Scene(texts=(), carrier=CarrierKind.PAPER, tilt_degrees=tilt_degrees, blur=blur, noise=noise, seed=seed)
    hand = _Hand(scene, 0, 1, rng)
    frame = gate_with_visitor(seed, 0)
    _hold_up(frame, page, hand.pose(scene.frames // 2, scale=code_pixels / width), blur=blur, glare=0.0)
    frame = _sensor(frame, scene, rng)
    _, squeezed = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, jpeg_quality])
    return np.asarray(cv2.imdecode(squeezed, cv2.IMREAD_COLOR), dtype=np.uint8)


class _Hand:
    """How one visitor holds still: never quite."""

    def __init__(self, scene: Scene, place: int, places: int, rng: np.random.Generator) -> None:
        self._scene = scene
        aside = 0 if places == 1 else (-270 if place == 0 else 270)
        self._x = WIDTH / 2 + aside + float(rng.uniform(-90, 90)) / places
        self._y = HEIGHT / 2 + float(rng.uniform(-40, 30))
        tilt = math.radians(scene.tilt_degrees)
        way = float(rng.uniform(0, 2 * math.pi))
        self._yaw, self._pitch = tilt * math.cos(way), tilt * math.sin(way)
        self._roll = tilt * float(rng.uniform(-0.7, 0.7))
        self._phase = rng.uniform(0, 2 * math.pi, 6)
        self._jitter = rng.normal(0, 2.4, (scene.frames + 1, 2))
        self._from = (float(rng.uniform(-260, 260)), 560.0)

    def pose(self, number: int, *, scale: float) -> _Pose:
        """Return where the carrier is in this frame."""
        x, y = self._place(number)
        next_x, next_y = self._place(number + 1)
        sway = 0.06 * np.sin(number / 3 + self._phase)
        return _Pose(
            x=x,
            y=y,
            scale=scale * (1 + 0.4 * float(sway[0])),
            yaw=self._yaw + float(sway[1]) * 0.6,
            pitch=self._pitch + float(sway[2]) * 0.6,
            roll=self._roll + float(sway[3]),
            # The shutter is open for about a fifth of a frame.
            smear=(round(abs(next_x - x) / 5), round(abs(next_y - y) / 5)),
        )

    def _place(self, number: int) -> tuple[float, float]:
        away = _away(number, self._scene.frames)
        drift = 13 * np.sin(number / 4 + self._phase[4:6])
        jitter = self._jitter[min(number, len(self._jitter) - 1)]
        return (
            self._x + away * self._from[0] + float(drift[0] + jitter[0]),
            self._y + away * self._from[1] + float(drift[1] + jitter[1]),
        )


def _away(number: int, frames: int) -> float:
    """Return how far from the lens a visitor is: 1 coming in, 0 while holding still, 1 gone again."""
    step = max(1, frames // 6)
    coming, going = 1 - number / step, 1 - (frames - 1 - number) / step
    nearest = min(1.0, max(0.0, coming, going)) if frames > 3 else 0.0
    return nearest * nearest * (3 - 2 * nearest)


def _defocus(number: int, frames: int) -> float:
    """Return how many times softer the lens is: a camera's focus follows what comes near with a delay."""
    return 1 + 1.9 * math.exp(-max(0, number - max(1, frames // 6)) / 1.6) if frames > 3 else 1.0


def sharp_from(frames: int) -> int:
    """Return the first frame of a scene of so many in which the phone is held still and the lens has followed it."""
    return next(number for number in range(frames) if _away(number, frames) == 0 and _defocus(number, frames) < 1.15)


def _carrier(scene: Scene, text: str, rng: np.random.Generator) -> Carrier:
    return draw_carrier(
        scene.carrier,
        text,
        module_pixels=max(2, round(scene.pixels_per_module * 1.5)),
        inverted=scene.inverted,
        damage=scene.damage,
        captions=(scene.caption, _spaced(scene.code or _some_code(rng))),
        rng=rng,
    )


def _glare_of(scene: Scene) -> float:
    return scene.glare if scene.carrier is CarrierKind.PHONE else 0.0


def _hold_up(frame: Image, carrier: Carrier, pose: _Pose, *, blur: float, glare: float) -> None:
    """Draw the carrier into the frame as the lens sees it."""
    view = _projection(carrier, pose)
    box = _seen_box(carrier, view)
    if box is None:
        return
    left, top, right, bottom = box
    shifted = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]], dtype=np.float64) @ view
    seen = cv2.warpPerspective(carrier.image, shifted, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    if blur > 0:
        seen = cv2.GaussianBlur(seen, (0, 0), blur)
    if max(pose.smear) > 1:
        seen = cv2.blur(seen, (max(1, pose.smear[0]), max(1, pose.smear[1])))
    alpha = cv2.merge([seen[:, :, 3]] * 3)
    colour = np.ascontiguousarray(seen[:, :, :3])
    if glare > 0:
        sky = cv2.multiply(_reflection(right - left, bottom - top, pose), alpha, scale=glare / 255)
        colour = cv2.add(colour, sky)
    part = frame[top:bottom, left:right]
    part[:] = cv2.add(cv2.multiply(part, cv2.bitwise_not(alpha), scale=1 / 255), colour)


def _projection(carrier: Carrier, pose: _Pose) -> Matrix:
    """Return the map from the carrier's flat picture to the frame: a plane turned in space before a pinhole."""
    cy, sy, cp, sp, cr, sr = (f(angle) for angle in (pose.yaw, pose.pitch, pose.roll) for f in (math.cos, math.sin))
    turn = (
        np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        @ np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    )
    plane = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, FOCAL_PIXELS]])
    lens = np.array([[FOCAL_PIXELS, 0, pose.x], [0, FOCAL_PIXELS, pose.y], [0, 0, 1]])
    size = pose.scale / carrier.pixels_per_module
    flat = np.array([[size, 0, -carrier.centre[0] * size], [0, size, -carrier.centre[1] * size], [0, 0, 1]])
    return np.asarray(lens @ plane @ flat, dtype=np.float64)


def _seen_box(carrier: Carrier, view: Matrix) -> tuple[int, int, int, int] | None:
    height, width = carrier.image.shape[:2]
    corners = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], dtype=np.float64)
    seen = cv2.perspectiveTransform(corners, view)[0]
    left, top = (max(0, int(v) - 4) for v in seen.min(axis=0))
    right, bottom = (int(v) + 5 for v in seen.max(axis=0))
    right, bottom = min(WIDTH, right), min(HEIGHT, bottom)
    return (left, top, right, bottom) if right - left > 8 and bottom - top > 8 else None


@lru_cache(maxsize=1)
def _streak() -> Image:
    """Return the sky in a pane of glass: a soft slanting band."""
    y, x = np.mgrid[0:1:128j, 0:1:128j]
    band = np.exp(-(((x + 0.55 * y - 0.75) / 0.17) ** 2)) + 0.18
    return np.asarray(np.clip(band, 0, 1)[:, :, None] * np.array([255, 248, 240]), dtype=np.uint8)


def _reflection(width: int, height: int, pose: _Pose) -> Image:
    slide = int(40 * math.sin(3 * (pose.yaw + pose.pitch)) + pose.x / 20) % 128
    return np.asarray(cv2.resize(np.roll(_streak(), slide, axis=1), (width, height)), dtype=np.uint8)


@lru_cache(maxsize=8)
def _noise(sigma: int) -> tuple[Image, Image]:
    """Return what the sensor adds and what it takes away; a frame uses a random window of both."""
    rng = np.random.default_rng(sigma)
    # Mostly brightness: cameras smooth the noise of colours themselves.
    field = rng.normal(0, sigma * 0.3, (HEIGHT + 64, WIDTH + 64, 3)).astype(np.float32)
    field += rng.normal(0, sigma * 0.92, (HEIGHT + 64, WIDTH + 64, 1)).astype(np.float32)
    return np.clip(field, 0, 255).astype(np.uint8), np.clip(-field, 0, 255).astype(np.uint8)


def _sensor(frame: Image, scene: Scene, rng: np.random.Generator) -> Image:
    """Expose the frame as a cheap sensor would."""
    light = scene.brightness * (1 + float(rng.normal(0, 0.012)))
    exposed = cv2.convertScaleAbs(frame, alpha=light)
    if round(scene.noise) > 0:
        adds, takes = _noise(round(scene.noise))
        y, x = (int(v) for v in rng.integers(0, 64, 2))
        window = (slice(y, y + HEIGHT), slice(x, x + WIDTH))
        exposed = cv2.subtract(cv2.add(exposed, adds[window]), takes[window])
    return np.asarray(exposed, dtype=np.uint8)


def _place_of_code(picture: Image) -> tuple[tuple[float, float], float]:
    """Return the middle and the width of the page's code; without one, the page's own middle and width."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    for engine in installed_engines():
        for box in engine.scan(luma, hard=True).decoded[:1]:
            return ((box.left + box.right) / 2, (box.top + box.bottom) / 2), float(max(8, box.right - box.left))
    height, width = luma.shape
    return (width / 2, height / 2), float(width)


def _shrink(carrier: Carrier, factor: float) -> Carrier:
    """Make a page scanned at high resolution smaller before the lens samples it, or its edges would flicker."""
    image = cv2.resize(carrier.image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return Carrier(
        image=np.asarray(image, dtype=np.uint8),
        centre=(carrier.centre[0] * factor, carrier.centre[1] * factor),
        pixels_per_module=carrier.pixels_per_module,
    )


def _some_code(rng: np.random.Generator) -> str:
    letters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return "".join(letters[int(i)] for i in rng.integers(len(letters), size=10))


def _spaced(code: str) -> str:
    return f"{code[:3]} {code[3:6]} {code[6:]}"
