"""A ticket to hand over: as text, as a picture for a phone, as a page to print. Each carries the same QR code.

The QR code is the ticket's exact text at level M in alphanumeric mode; under it stand the typed code and the words.
"""

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path

import qrcode
from fpdf import FPDF
from fpdf.drawing_primitives import DeviceRGB
from fpdf.enums import MethodReturnValue, PathPaintRule, XPos, YPos
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from kiosk.errors import EnvironmentalError, UsageError
from sync.registry.issuing import IssuedTicket
from sync.registry.paper_words import Said, grouped, order_of, said

_ASSETS = Path(__file__).resolve().parents[2] / "assets"
_FONTS, _ICONS = _ASSETS / "fonts", _ASSETS / "icons"
QUIET_MODULES = 4
_FOOTER = 182.0  # mm from the top of the page

Colour = tuple[int, int, int]
_INK, _SECOND, _ACCENT = (0x13, 0x21, 0x1C), (0x3D, 0x4A, 0x44), (0x00, 0x49, 0x5C)
_LINE, _WHITE, _AMBER, _ON_AMBER = (0xDA, 0xD5, 0xC7), (255, 255, 255), (0xF2, 0xB0, 0x35), (0x1F, 0x16, 0x00)


def write(tickets: Sequence[IssuedTicket], path: Path) -> None:
    """Write the tickets in the form the file's name ends with: .txt a line each, .png one, .pdf a page each."""
    match path.suffix.lower():
        case ".txt":
            data = as_text(tickets).encode("ascii")
        case ".png" if len(tickets) == 1:
            data = as_png(tickets[0])
        case ".png":
            raise UsageError("A picture holds one ticket: ask for a .pdf or .txt file, or for one ticket.")
        case ".pdf":
            data = as_pdf(tickets)
        case other:
            raise UsageError(
                f"A ticket is written as .txt, .png or .pdf, not as {other or 'a file without an ending'}."
            )
    try:
        path.write_bytes(data)
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}.") from error


def as_text(tickets: Iterable[IssuedTicket]) -> str:
    """The texts of the tickets, a line each."""
    return "".join(f"{ticket.text}\n" for ticket in tickets)


def modules(text: str) -> list[list[bool]]:
    """The dark and light modules of the QR code, without its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=0)  # one alphanumeric part: splitting it costs a version
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.get_matrix()]


def as_png(ticket: IssuedTicket, *, module_pixels: int = 12) -> bytes:
    """A picture for a phone: the QR code with its quiet zone, below it the typed code and the dates."""
    rows = modules(ticket.text)
    side = (len(rows) + 2 * QUIET_MODULES) * module_pixels
    lines = list(_phone_lines(ticket, side - 2 * QUIET_MODULES * module_pixels))
    image = Image.new("RGB", (side, side + sum(height for _, _, _, height in lines) + 40), _WHITE)
    draw = ImageDraw.Draw(image)
    for x, y, width in _runs(rows):
        left, top = (x + QUIET_MODULES) * module_pixels, (y + QUIET_MODULES) * module_pixels
        draw.rectangle((left, top, left + width * module_pixels - 1, top + module_pixels - 1), fill=(0, 0, 0))
    top = side - 8
    for text, font, colour, height in lines:
        draw.text((side / 2, top + height / 2), text, font=font, fill=colour, anchor="mm")
        top += height
    stream = io.BytesIO()
    image.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _phone_lines(ticket: IssuedTicket, width: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont, Colour, int]]:
    """Each line under the code: text, font, colour and the height it takes."""
    yield grouped(ticket.code), _font("InterDisplay-Bold", 68), _INK, 96
    for place, language in enumerate(order_of(ticket)):
        words = said(ticket, language)
        size, colour = (30, _INK) if place == 0 else (22, _SECOND)
        titles = [words.test or words.park, *([words.product] if place == 0 and not words.test else [])]
        for text, name, shade in (
            *((title, "Inter-Bold", _ACCENT) for title in titles),
            *((line, "Inter-Medium", colour) for line in (words.party, *words.dates)),
        ):
            for line in _wrapped(text, _font(name, size), width):
                yield line, _font(name, size), shade, round(size * 1.36)
        yield "", _font("Inter-Medium", size), colour, 18


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> Iterator[str]:
    """The text in lines that are not wider, broken at blanks; a no-break space is none."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip(" ")
        if line and font.getlength(longer) > width:
            yield line
            longer = word
        line = longer
    yield line


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS / f"{name}.otf", size)


def as_pdf(tickets: Sequence[IssuedTicket]) -> bytes:
    """An A5 page a ticket: the QR code and the ticket's own language above, the other two below."""
    page = _Page()
    for ticket in tickets:
        page.add(ticket)
    return bytes(page.output())


class _Page(FPDF):
    """A5 pages with the look of the kiosk: one accent, one ink, three cuts of one typeface."""

    MARGIN, QR, GAP = 12.0, 66.0, 7.0

    def __init__(self) -> None:
        super().__init__(orientation="portrait", unit="mm", format=(148, 210))  # A5
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font("Inter", "", _FONTS / "Inter-Medium-print.ttf")
        self.add_font("Inter", "B", _FONTS / "Inter-Bold-print.ttf")
        self.add_font("InterDisplay", "B", _FONTS / "InterDisplay-Bold-print.ttf")
        self._width = self.w - 2 * self.MARGIN

    def add(self, ticket: IssuedTicket) -> None:
        """One page for one ticket."""
        own, *others = (said(ticket, language) for language in order_of(ticket))
        self.add_page()
        self.set_title(own.park)
        self.set_lang(own.language)
        self._header(own, others)
        top = 42.0
        self._code(ticket.text, self.MARGIN, top)
        self._typed(ticket.code, top + self.QR + 3.5)
        bottom = self._own(own, top)
        self._others(others, max(top + self.QR + 24, bottom + 9))
        self._footer([own, *others])

    def _header(self, own: Said, others: list[Said]) -> None:
        self._mark(self.MARGIN, 12, 17)
        left = self.MARGIN + 22
        size = self._fitting(own.park, self._width - 22, 20)
        self._write(own.park, left, 12.5, self._width - 22, size=size, family="InterDisplay", leading=8)
        names = "  ·  ".join(item.park for item in others)
        self._write(names, left, 22.5, self._width - 22, size=9, colour=_SECOND, bold=False, leading=4)
        if own.test:
            self._test([own, *others])
        self._rule(35)

    def _test(self, everyone: list[Said]) -> None:
        self.set_fill_color(*_AMBER)
        self.rect(0, 0, self.w, 8, style="F")
        text = "  ·  ".join(item.test or "" for item in everyone)
        self._write(text, self.MARGIN, 1.6, self._width, size=11, colour=_ON_AMBER, leading=5, align="C")

    def _code(self, text: str, left: float, top: float) -> None:
        rows = modules(text)
        pitch = self.QR / (len(rows) + 2 * QUIET_MODULES)
        self.set_draw_color(*_LINE)
        self.set_line_width(0.35)
        self.rect(left, top, self.QR, self.QR, style="D", round_corners=True, corner_radius=3)
        # one path for all modules: side by side as single shapes they show hairlines on screens
        with self.new_path() as path:
            path.style.fill_color = DeviceRGB(0, 0, 0)
            path.style.stroke_color = None
            path.style.paint_rule = PathPaintRule.FILL_NONZERO
            for x, y, width in _runs(rows):
                at = left + (x + QUIET_MODULES) * pitch, top + (y + QUIET_MODULES) * pitch
                path.rectangle(*at, width * pitch, pitch)

    def _typed(self, code: str, top: float) -> None:
        self.set_char_spacing(1.5)
        self._write(grouped(code), self.MARGIN, top, self.QR, size=21, family="InterDisplay", leading=9, align="C")
        self.set_char_spacing(0)

    def _fitting(self, text: str, width: float, size: float) -> float:
        self.set_font("InterDisplay", "B", size)
        return min(size, size * width / self.get_string_width(text))

    def _own(self, words: Said, top: float) -> float:
        left = self.MARGIN + self.QR + self.GAP
        width = self._width - self.QR - self.GAP
        top = self._write(words.product, left, top + 1, width, size=14, colour=_ACCENT, leading=6) + 4
        top = self._write(words.party, left, top, width, size=11.5, leading=5.2) + 4
        for line in words.dates:
            top = self._write(line, left, top, width, size=11.5, leading=5.2) + 1.6
        top += 2.5
        for line in words.more:
            top = self._write(line, left, top, width, size=10, colour=_SECOND, bold=False, leading=4.6) + 1.2
        return top

    def _others(self, others: list[Said], top: float) -> None:
        """The other two languages side by side, at the largest size at which both end above the footer."""
        self._rule(top - 5)
        width = (self._width - self.GAP) / 2
        for size in (11.0, 10.0, 9.0, 8.0):
            ends = [self._other(words, self.MARGIN, top, width, size, is_trial=True) for words in others]
            if max(ends) <= _FOOTER - 2:
                break
        for place, words in enumerate(others):
            self._other(words, self.MARGIN + place * (width + self.GAP), top, width, size)

    def _other(
        self, words: Said, left: float, top: float, width: float, size: float, *, is_trial: bool = False
    ) -> float:
        """One language in small; where it ends below."""
        put = partial(self._write, left=left, width=width, leading=size * 0.45, is_trial=is_trial)
        top = put(words.product, top=top, size=size, colour=_ACCENT) + 1.8
        top = put(words.party, top=top, size=size - 1) + 1.8
        for line in (*words.dates, *words.more):
            top = put(line, top=top, size=size - 1, bold=False) + 0.7
        return top

    def _footer(self, everyone: list[Said]) -> None:
        self._rule(_FOOTER)
        top = _FOOTER + 3
        for words in everyone:
            top = self._write(words.how, self.MARGIN, top, self._width, size=7, colour=_SECOND, bold=False, leading=3.1)
            top += 1.3

    def _rule(self, y: float) -> None:
        self.set_draw_color(*_LINE)
        self.set_line_width(0.35)
        self.line(self.MARGIN, y, self.w - self.MARGIN, y)

    def _mark(self, left: float, top: float, side: float) -> None:
        drawing = (_ICONS / "mark-horns.svg").read_text(encoding="utf-8")
        colour = "#{:02x}{:02x}{:02x}".format(*_ACCENT)
        self.image(io.BytesIO(drawing.replace("currentColor", colour).encode()), left, top, side, side)

    def _write(
        self,
        text: str,
        left: float,
        top: float,
        width: float,
        *,
        size: float,
        leading: float,
        family: str = "Inter",
        bold: bool = True,
        colour: Colour = _INK,
        align: str = "L",
        is_trial: bool = False,
    ) -> float:
        """Write the text into a column, or only try how high it would be; where it ends below."""
        self.set_font(family, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_xy(left, top)
        height = self.multi_cell(
            width,
            leading,
            text,
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
            dry_run=is_trial,
            output=MethodReturnValue.HEIGHT,
        )
        assert isinstance(height, float | int)
        return top + height


def _runs(rows: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """The dark stretches of each row: where they begin, and how long they are."""
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                yield start, y, x - start
            x += 1
