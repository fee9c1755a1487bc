"""What a visitor holds up, drawn flat: a phone or a sheet of paper with a code, and the hand that holds it.

A carrier is a picture with an alpha plane, its colours already multiplied by the alpha, and the code's place in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import qrcode
from qrcode.exceptions import DataOverflowError

from kiosk.devices.frames import Image

Colour = tuple[int, int, int]
SKINS: tuple[Colour, ...] = ((135, 172, 222), (118, 152, 205), (98, 130, 182), (80, 108, 158))
QUIET_MODULES = 4


class Area(NamedTuple):
    """A rectangle of a drawing, in its pixels."""

    left: int
    top: int
    width: int
    height: int


class CarrierKind(StrEnum):
    """What the code is shown on."""

    PHONE = "phone"
    PAPER = "paper"


@dataclass(frozen=True, kw_only=True, slots=True)
class Carrier:
    """A drawn thing that can be held before a camera."""

    image: npt.NDArray[np.uint8]
    """Height × width × 4: blue, green, red multiplied by alpha, and alpha."""
    centre: tuple[float, float]
    """The middle of the code, in pixels of the image."""
    pixels_per_module: float


@lru_cache(maxsize=64)
def code_modules(text: str) -> Image:
    """Return the code with its quiet zone, one pixel a module, 0 dark and 255 light."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_MODULES)
    try:
        code.add_data(text)
        code.make(fit=True)
    except (ValueError, DataOverflowError):
        # Too long for level M: a visitor may hold up anything, and so may a test.
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=QUIET_MODULES)
        code.add_data(text)
        code.make(fit=True)
    return np.where(np.asarray(code.get_matrix(), dtype=bool), 0, 255).astype(np.uint8)


def draw_carrier(
    kind: CarrierKind,
    text: str,
    *,
    module_pixels: int,
    inverted: bool,
    damage: float,
    captions: tuple[str, str],
    rng: np.random.Generator,
) -> Carrier:
    """Draw a phone or a sheet showing the text's code at so many pixels a module, in a hand."""
    code = np.kron(code_modules(text), np.ones((module_pixels, module_pixels), dtype=np.uint8))
    coloured = cv2.cvtColor(code, cv2.COLOR_GRAY2BGR).astype(np.uint8)
    if damage > 0:
        _damage(coloured, damage, kind, rng)
    skin = SKINS[int(rng.integers(len(SKINS)))]
    if kind is CarrierKind.PHONE:
        return _phone(coloured, module_pixels, inverted=inverted, captions=captions, skin=skin, rng=rng)
    return _paper(coloured, module_pixels, captions=captions, skin=skin, rng=rng)


def hold_page(page: Image, centre: tuple[float, float], *, rng: np.random.Generator) -> Carrier:
    """Put a whole page, such as a printed ticket, into a hand; `centre` is what the person turns to the camera."""
    height, width = page.shape[:2]
    u = width / 100
    sheet = Area(int(12 * u), int(8 * u), width, height)
    canvas = _Canvas(width + int(40 * u), height + int(110 * u))
    _arm_below(canvas, sheet, u, skin := SKINS[int(rng.integers(len(SKINS)))])
    canvas.paste(page, sheet.left, sheet.top)
    _crease(canvas, sheet, rng)
    _thumb(canvas, sheet, u, skin)
    return canvas.carrier(centre=(centre[0] + sheet.left, centre[1] + sheet.top), pixels_per_module=1.0)


class _Canvas:
    """A drawing ground whose alpha grows with what is drawn on it."""

    def __init__(self, width: int, height: int) -> None:
        self.colour = np.zeros((height, width, 3), dtype=np.uint8)
        self.alpha = np.zeros((height, width), dtype=np.uint8)

    def paste(self, picture: Image, left: int, top: int) -> None:
        height, width = picture.shape[:2]
        self.colour[top : top + height, left : left + width] = picture
        self.alpha[top : top + height, left : left + width] = 255

    def fill(self, mask: npt.NDArray[np.uint8], colour: Colour) -> None:
        left, top, width, height = cv2.boundingRect(mask)
        part = slice(top, top + height), slice(left, left + width)
        self.colour[part][mask[part] > 0] = colour
        np.maximum(self.alpha[part], mask[part], out=self.alpha[part])

    def rounded(self, area: Area, radius: int, colour: Colour) -> None:
        self.fill(_rounded(self.alpha.shape, area, radius), colour)

    def arm(self, start: tuple[int, int], end: tuple[int, int], thickness: int, colour: Colour) -> None:
        """Draw a thick line with round ends, in shadow behind what is held."""
        mask = np.zeros_like(self.alpha)
        cv2.line(mask, start, end, 255, thickness, cv2.LINE_AA)
        self.fill(mask, (int(colour[0] * 0.86), int(colour[1] * 0.86), int(colour[2] * 0.86)))

    def finger(self, start: tuple[int, int], end: tuple[int, int], thickness: int, colour: Colour) -> None:
        """Draw a thick line with round ends, darker towards one side."""
        mask = np.zeros_like(self.alpha)
        cv2.line(mask, start, end, 255, thickness, cv2.LINE_AA)
        shade = tuple(int(part * 0.72) for part in colour)
        self.fill(mask, (shade[0], shade[1], shade[2]))
        lit = np.zeros_like(mask)
        shift = max(1, thickness // 9)
        light = [(x - shift, y - shift) for x, y in (start, end)]
        cv2.line(lit, light[0], light[1], 255, max(1, int(thickness * 0.72)), cv2.LINE_AA)
        self.fill(cv2.bitwise_and(lit, mask).astype(np.uint8), colour)

    def text(self, words: str, place: tuple[int, int], size: int, colour: Colour, *, weight: int = 400) -> None:
        # OpenCV's own embedded typeface has the Kazakh letters; a font file of the machine might not be there.
        cv2.putText(self.colour, words, place, colour, cv2.FontFace("sans"), max(6, size), weight)

    def carrier(self, *, centre: tuple[float, float], pixels_per_module: float) -> Carrier:
        soft = cv2.multiply(self.colour, cv2.merge([self.alpha] * 3), scale=1 / 255)
        image = np.dstack([np.asarray(soft, dtype=np.uint8), self.alpha])
        return Carrier(image=np.ascontiguousarray(image), centre=centre, pixels_per_module=pixels_per_module)


def _phone(
    code: Image,
    module_pixels: int,
    *,
    inverted: bool,
    captions: tuple[str, str],
    skin: Colour,
    rng: np.random.Generator,
) -> Carrier:
    side = code.shape[0]
    width = int(side * 1.06)
    u = width / 100  # all of the phone is measured in hundredths of its screen's width
    bezel, height = max(3, int(3.5 * u)), int(width * 2.02)
    body = Area(int(26 * u), int(20 * u), width + 2 * bezel, height + 2 * bezel)
    screen = Area(body.left + bezel, body.top + bezel, width, height)
    canvas = _Canvas(body.width + int(62 * u), body.height + int(190 * u))
    ground, ink, faint, bar = _screen_colours(inverted, rng)
    _hand_behind(canvas, body, u, skin)
    shell = (38, 34, 32) if rng.random() < 0.7 else (150, 146, 140)
    canvas.rounded(body, int(11 * u), (90, 88, 86))
    canvas.rounded(Area(body.left + 1, body.top + 1, body.width - 2, body.height - 2), int(10.6 * u), shell)
    canvas.rounded(screen, int(7 * u), ground)
    _phone_screen(canvas, screen, u, (ink, faint, bar))
    left, top = screen.left + (width - side) // 2, screen.top + int(62 * u)
    canvas.paste(_inked(code, ground, ink, inverted=inverted), left, top)
    below = top + side
    canvas.text(captions[0], (screen.left + int(8 * u), below + int(11 * u)), int(7.4 * u), ink, weight=600)
    canvas.text(captions[1], (screen.left + int(8 * u), below + int(22 * u)), int(7 * u), faint)
    _fingers(canvas, body, u, skin)
    return canvas.carrier(centre=(left + side / 2, top + side / 2), pixels_per_module=module_pixels)


def _phone_screen(canvas: _Canvas, screen: Area, u: float, colours: tuple[Colour, Colour, Colour]) -> None:
    """Draw what stands above the code: the hour, the battery and the name of the program."""
    ink, faint, bar = colours
    left, top = screen.left, screen.top
    thin = max(1, int(1.2 * u))
    canvas.text("9:41", (left + int(10 * u), top + int(8.5 * u)), int(5.4 * u), ink, weight=600)
    canvas.rounded(Area(left + int(80 * u), top + int(4.4 * u), int(9 * u), int(4.4 * u)), thin, ink)
    canvas.rounded(Area(left + int(72 * u), top + int(4.4 * u), int(5 * u), int(4.4 * u)), thin, faint)
    canvas.rounded(Area(left + int(4 * u), top + int(14 * u), int(92 * u), int(38 * u)), int(5 * u), bar)
    canvas.text("Qaqpa", (left + int(10 * u), top + int(29 * u)), int(10 * u), (250, 250, 250), weight=700)
    canvas.text("Билет · Ticket", (left + int(10 * u), top + int(43 * u)), int(7.6 * u), (235, 240, 240))


def _hand_behind(canvas: _Canvas, body: Area, u: float, skin: Colour) -> None:
    """Draw the arm, which goes down out of the picture, and the ball of the thumb beside the phone."""
    bottom, right = body.top + body.height, body.left + body.width
    wrist = (body.left + int(0.55 * body.width), bottom + int(16 * u))
    canvas.arm(wrist, (body.left + int(0.72 * body.width), bottom + int(240 * u)), int(54 * u), skin)
    canvas.arm(wrist, (right - int(16 * u), bottom - int(70 * u)), int(44 * u), skin)
    canvas.arm(wrist, (body.left + int(7 * u), bottom - int(52 * u)), int(30 * u), skin)


def _fingers(canvas: _Canvas, body: Area, u: float, skin: Colour) -> None:
    """Draw the tips of four fingers around one edge and the thumb along the other; the screen stays free."""
    right = body.left + body.width
    for finger, reach in enumerate((4.2, 5.6, 5.2, 3.6)):
        y = body.top + int(body.height * (0.47 + 0.095 * finger))
        canvas.finger((right + int(2.5 * u), y + int(3 * u)), (right - int(reach * u), y), int(12 * u), skin)
    low = (body.left - int(3 * u), body.top + int(body.height * 0.76))
    canvas.finger(low, (body.left + int(0.5 * u), body.top + int(body.height * 0.52)), int(14 * u), skin)


def _paper(
    code: Image, module_pixels: int, *, captions: tuple[str, str], skin: Colour, rng: np.random.Generator
) -> Carrier:
    side = code.shape[0]
    u = side * 1.42 / 100  # all of the sheet is measured in hundredths of its width
    sheet = Area(int(20 * u), int(14 * u), int(side * 1.42), int(side * 2.0))
    canvas = _Canvas(sheet.width + int(44 * u), sheet.height + int(150 * u))
    left, top = sheet.left, sheet.top
    _arm_below(canvas, sheet, u, skin)
    canvas.rounded(sheet, max(1, int(1.2 * u)), (238, 243, 245))
    canvas.rounded(Area(left + int(7 * u), top + int(6 * u), int(12 * u), int(12 * u)), int(2 * u), (96, 110, 20))
    canvas.text("Qaqpa", (left + int(23 * u), top + int(12 * u)), int(7 * u), (40, 40, 40), weight=700)
    canvas.text("Кіру билеті · Entry ticket", (left + int(23 * u), top + int(19 * u)), int(4.6 * u), (90, 90, 90))
    cx, cy = left + (sheet.width - side) // 2, top + int(24 * u)
    canvas.paste(_inked(code, (238, 243, 245), (46, 42, 40), inverted=False), cx, cy)
    below = cy + side
    canvas.text(captions[0], (left + int(14 * u), below + int(6 * u)), int(6 * u), (50, 48, 46), weight=700)
    canvas.text(captions[1], (left + int(14 * u), below + int(15 * u)), int(6 * u), (60, 58, 56), weight=600)
    for line, share in enumerate((72, 64, 70, 40)):
        bar = Area(left + int(14 * u), below + int((21 + 5 * line) * u), int(share * u), max(1, int(1.5 * u)))
        canvas.rounded(bar, 1, (176, 178, 178))
    _crease(canvas, sheet, rng)
    _thumb(canvas, sheet, u, skin)
    return canvas.carrier(centre=(cx + side / 2, cy + side / 2), pixels_per_module=module_pixels)


def _arm_below(canvas: _Canvas, sheet: Area, u: float, skin: Colour) -> None:
    bottom = sheet.top + sheet.height
    wrist = (sheet.left + int(74 * u), bottom + int(12 * u))
    canvas.arm(wrist, (sheet.left + int(92 * u), bottom + int(220 * u)), int(40 * u), skin)


def _thumb(canvas: _Canvas, sheet: Area, u: float, skin: Colour) -> None:
    """Draw the thumb that holds the sheet at its lower edge; its nail is paler."""
    bottom = sheet.top + sheet.height
    tip = (sheet.left + int(66 * u), bottom - int(10 * u))
    canvas.finger((sheet.left + int(72 * u), bottom + int(14 * u)), tip, int(14 * u), skin)
    nail = (min(255, skin[0] + 30), min(255, skin[1] + 30), min(255, skin[2] + 24))
    cv2.ellipse(canvas.colour, (tip[0], tip[1] - int(2 * u)), (int(3.4 * u), int(4.6 * u)), 12, 0, 360, nail, -1)


def _crease(canvas: _Canvas, sheet: Area, rng: np.random.Generator) -> None:
    """Shade the sheet as one that was folded and carried in a pocket."""
    across = np.linspace(0, 1, sheet.width, dtype=np.float32)
    down = np.linspace(0, 1, sheet.height, dtype=np.float32)
    fold = float(rng.uniform(0.42, 0.58))
    bend = 1 - 0.10 * np.exp(-(((down - fold) / 0.02) ** 2)) - 0.07 * (down > fold)
    roll = 1 - 0.13 * np.abs(across - float(rng.uniform(0.2, 0.8)))
    part = canvas.colour[sheet.top : sheet.top + sheet.height, sheet.left : sheet.left + sheet.width]
    part[:] = (part * (bend[:, None] * roll[None, :])[:, :, None]).astype(np.uint8)


def _screen_colours(inverted: bool, rng: np.random.Generator) -> tuple[Colour, Colour, Colour, Colour]:
    """Return ground, ink, faint ink and the bar: a screen outdoors never shows full black, nor always full white."""
    white = int(rng.integers(222, 252))
    bars: tuple[Colour, ...] = ((96, 110, 20), (120, 84, 30), (60, 90, 140))
    bar = bars[int(rng.integers(len(bars)))]
    if inverted:
        return (34, 30, 28), (white - 14, white - 12, white - 12), (150, 150, 150), bar
    return (white, white, white), (40, 36, 34), (130, 128, 126), bar


def _inked(code: Image, ground: Colour, ink: Colour, *, inverted: bool) -> Image:
    """Give the black and white of a code the colours of what it is shown on; damage keeps its own colour."""
    if inverted:
        # Ground stays dark: light modules of the drawn code become the dark screen, dark ones shine.
        code = cv2.bitwise_not(code).astype(np.uint8)
        low, high = np.asarray(ground, np.float32), np.asarray(ink, np.float32)
    else:
        low, high = np.asarray(ink, np.float32), np.asarray(ground, np.float32)
    return (low + code.astype(np.float32) / 255 * (high - low)).astype(np.uint8)


def _damage(code: Image, share: float, kind: CarrierKind, rng: np.random.Generator) -> None:
    """Cover a share of the code: mud or a torn patch on paper, a shattered corner on a phone."""
    side = code.shape[0]
    quiet = side // 12
    mask = np.zeros(code.shape[:2], dtype=np.uint8)
    wanted = min(share, 0.95) * (side - 2 * quiet) ** 2
    for _ in range(400):
        if np.count_nonzero(mask) >= wanted:
            break
        x, y = (int(v) for v in rng.integers(quiet, side - quiet, 2))
        axes = (int(rng.integers(side // 24, side // 9)), int(rng.integers(side // 40, side // 14)))
        cv2.ellipse(mask, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, 255, -1)
    code[mask > 0] = (52, 70, 92) if kind is CarrierKind.PAPER else (176, 176, 170)


def _rounded(shape: tuple[int, ...], area: Area, radius: int) -> npt.NDArray[np.uint8]:
    mask = np.zeros(shape[:2], dtype=np.uint8)
    radius = max(0, min(radius, area.width // 2, area.height // 2))
    left, top = area.left, area.top
    right, bottom = left + area.width - 1, top + area.height - 1
    cv2.rectangle(mask, (left + radius, top), (right - radius, bottom), 255, -1)
    cv2.rectangle(mask, (left, top + radius), (right, bottom - radius), 255, -1)
    for x in (left + radius, right - radius):
        for y in (top + radius, bottom - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return mask
