"""An enrolment ticket to hand over: as text, as a picture, as a page. The QR code says where and with which code.

It is worth as much as the code in it: whoever has it in time makes a machine of theirs the kiosk of the lane.
"""

import io
from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from kiosk.errors import EnvironmentalError, UsageError
from sync.enrolment_code import EnrolmentTicket
from sync.registry.paper import QUIET_MODULES, modules

_FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
_MODULE_PIXELS, _LINE_PIXELS = 10, 44


def write(ticket: EnrolmentTicket, words: Sequence[str], path: Path) -> None:
    """Write the ticket in the form the file's name ends with; under a QR code stand the words and the code."""
    lines = [*words, *_halves(str(ticket.code))]
    match path.suffix.lower():
        case ".txt":
            data = f"{ticket}\n".encode("ascii")
        case ".png":
            data = _png(str(ticket), lines)
        case ".pdf":
            data = _pdf(_png(str(ticket), lines))
        case _:
            raise UsageError(f"{path} must end with .txt, .png or .pdf")
    try:
        path.write_bytes(data)
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}.") from error


def _halves(code: str) -> list[str]:
    groups = code.split("-")
    middle = (len(groups) + 1) // 2
    return ["-".join(groups[:middle]), "-".join(groups[middle:])]


def _png(text: str, lines: Sequence[str]) -> bytes:
    rows = modules(text)
    side = (len(rows) + 2 * QUIET_MODULES) * _MODULE_PIXELS
    image = Image.new("RGB", (side, side + len(lines) * _LINE_PIXELS + 20), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows, QUIET_MODULES):
        for x, is_dark in enumerate(row, QUIET_MODULES):
            if is_dark:
                left, top = x * _MODULE_PIXELS, y * _MODULE_PIXELS
                draw.rectangle((left, top, left + _MODULE_PIXELS - 1, top + _MODULE_PIXELS - 1), fill=(0, 0, 0))
    font = ImageFont.truetype(_FONTS / "Inter-Medium.otf", 26)
    for place, line in enumerate(lines):
        top = side + place * _LINE_PIXELS
        draw.text((side / 2, top), line, font=font, fill=(0x13, 0x21, 0x1C), anchor="mt")
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _pdf(picture: bytes) -> bytes:
    page = FPDF(orientation="portrait", unit="mm", format=(148, 210))  # A5
    page.add_page()
    page.image(io.BytesIO(picture), x=24, y=24, w=100)
    return bytes(page.output())
