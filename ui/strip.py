"""A strip of receipt paper, drawn in dots: what a sheet or a ticket says, in the house's typeface. No printer here.

Everything is drawn as a picture, for no printer's code page has the Kazakh letters. At 203 dots an inch eight dots are
a millimetre; sizes are given for paper of 80 mm and shrink a little on paper of 58 mm.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from kiosk.devices.escpos import Raster
from kiosk.devices.printer import Job
from kiosk.errors import EnvironmentalError
from ui.assets import FONTS
from ui.sentences import catalogue
from ui.sheets import Row, Section, Sheet

WIDE, NARROW = 576, 384
MARGIN = 8
"""A millimetre at each edge: a roll that sits askew must not cut a figure's last digit."""
_INK_BELOW = 140
"""A grey below this becomes a dot: a little bolder than the middle, since heat spreads less than ink."""
_WHITE = 255
_INVERTED = bytes(range(255, -1, -1))
"""A picture's 1 is white, a printer's is black."""
_MEDIUM, _BOLD, _DISPLAY = "Inter-Medium", "Inter-Bold", "InterDisplay-Bold"


class Strip:
    """A strip that grows downwards, block by block."""

    def __init__(self, paper: int = WIDE) -> None:
        self._paper = paper
        self.width = paper - 2 * MARGIN
        self.is_narrow = paper < WIDE
        self._blocks: list[Image.Image] = []

    def space(self, dots: int) -> None:
        """Nothing, so many dots high."""
        self._blocks.append(self._block(dots))

    def rule(self, thickness: int = 2, *, dotted: bool = False) -> None:
        """A line across."""
        block = self._block(thickness)
        draw = ImageDraw.Draw(block)
        for left in range(0, self.width, 8 if dotted else self.width):
            draw.rectangle((left, 0, min(left + 3 if dotted else self.width, self.width) - 1, thickness), fill=0)
        self._blocks.append(block)

    def text(
        self,
        text: str,
        size: int,
        *,
        font: str = _MEDIUM,
        centred: bool = False,
        spacing: float = 1.34,
        indent: int = 0,
    ) -> None:
        """A paragraph, broken where the paper ends."""
        face = self._face(font, size)
        for line in wrapped(text, face, self.width - indent):
            block = self._block(round(face.size * spacing))
            place = ((self.width + indent) / 2, block.height / 2) if centred else (indent, block.height / 2)
            ImageDraw.Draw(block).text(place, line, font=face, fill=0, anchor="mm" if centred else "lm")
            self._blocks.append(block)

    def fitting(self, text: str, size: int, font: str) -> int:
        """The size at which no word has to be cut, at most this one."""
        while size > 20 and any(self._face(font, size).getlength(word) > self.width for word in text.split(" ")):
            size -= 1
        return size

    def banner(self, text: str, size: int = 24) -> None:
        """White on black, across the paper: what must not be overlooked."""
        face = self._face(_BOLD, size)
        lines = list(wrapped(text, face, self.width - 24))
        leading = round(face.size * 1.3)
        block = Image.new("L", (self.width, leading * len(lines) + 14), 0)
        for place, line in enumerate(lines):
            middle = (self.width / 2, 7 + leading * (place + 0.5))
            ImageDraw.Draw(block).text(middle, line, font=face, fill=_WHITE, anchor="mm")
        self._blocks.append(block)

    def row(self, row: Row, size: int = 24) -> None:
        """What, and at the right how much of it; a box to tick and a bar where somebody should look."""
        face = self._face(_BOLD if row.strong else _MEDIUM, size)
        left = (44 if row.tick else 0) + (14 if row.strong else 0)
        value, gap = face.getlength(row.value), 16
        room = self.width - left
        # A value that leaves too little room for its label stands below it, at the right.
        is_below = bool(row.value) and value > room * 0.5 and face.getlength(row.label) + gap + value > room
        label_room = int(room - (value + gap if row.value and not is_below else 0))
        labels = list(wrapped(row.label, face, label_room)) if row.label else []
        values = list(wrapped(row.value, face, room)) if row.value else []
        small = self._face(_MEDIUM, size - 3)
        notes = [line for note in row.notes for line in wrapped(note, small, room)]
        leading, note_leading = round(face.size * 1.32), round(small.size * 1.3)
        lines = len(labels) + (len(values) if is_below or not labels else 0)
        block = self._block(max(36 if row.tick else 0, leading * max(1, lines) + note_leading * len(notes)) + 10)
        draw = ImageDraw.Draw(block)
        if row.strong:
            draw.rectangle((44 if row.tick else 0, 5, 5 + (44 if row.tick else 0), block.height - 6), fill=0)
        if row.tick:
            draw.rectangle((2, 6, 30, 34), outline=0, width=3)
        top = 5
        for line in labels:
            draw.text((left, top + leading / 2), line, font=face, fill=0, anchor="lm")
            top += leading
        first = top if is_below or not labels else 5
        for place, line in enumerate(values):
            draw.text((self.width, first + leading * (place + 0.5)), line, font=face, fill=0, anchor="rm")
        top = max(top, first + leading * len(values) if is_below or not labels else top)
        for line in notes:
            draw.text((left, top + note_leading / 2), line, font=small, fill=0, anchor="lm")
            top += note_leading
        self._blocks.append(block)

    def code(self, text: str) -> None:
        """A QR code with its quiet zone, each module as many whole dots as the paper has room for."""
        from sync.registry.paper import QUIET_MODULES, modules

        rows = modules(text)
        side = len(rows) + 2 * QUIET_MODULES
        module = min(8, self.width // side)  # 8 dots are a millimetre: more is not read better
        picture = Image.new("L", (len(rows), len(rows)), _WHITE)
        picture.putdata([0 if dark else _WHITE for row in rows for dark in row])
        picture = picture.resize((len(rows) * module, len(rows) * module), Image.Resampling.NEAREST)
        block = self._block(side * module)
        block.paste(picture, ((self.width - picture.width) // 2, QUIET_MODULES * module))
        self._blocks.append(block)

    def place(self, block: Image.Image) -> None:
        """A block that was drawn elsewhere; one as wide as the paper reaches its edges."""
        self._blocks.append(block)

    def signature(self, text: str) -> None:
        """A name, and a line to sign on below it."""
        self.space(10)
        self.text(text, 24)
        self.space(56)
        self.rule(2)

    def picture(self) -> Image.Image:
        """All of it, in black and white."""
        height = sum(block.height for block in self._blocks) + 2 * MARGIN
        whole = Image.new("L", (self._paper, height), _WHITE)
        top = MARGIN
        for block in self._blocks:
            whole.paste(block, ((self._paper - block.width) // 2, top))
            top += block.height
        return whole.point(lambda grey: 0 if grey < _INK_BELOW else _WHITE).convert("1")

    def _block(self, height: int) -> Image.Image:
        return Image.new("L", (self.width, height), _WHITE)

    def _face(self, name: str, size: int) -> ImageFont.FreeTypeFont:
        return face(name, round(size * 0.875) if self.is_narrow else size)


@cache
def face(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One cut of the house's typeface at a size in dots."""
    return ImageFont.truetype(FONTS / f"{name}.otf", size)


def wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    """The text in lines that are not wider: broken at blanks, too long a word anywhere."""
    for paragraph in text.split("\n"):
        if font.getlength(paragraph) <= width:  # most do, and measuring is what takes long
            yield paragraph
            continue
        line = ""
        for word in _words(paragraph, font, width):
            longer = f"{line} {word}" if line else word
            if line and font.getlength(longer) > width:
                yield line
                longer = word
            line = longer
        yield line


def _words(paragraph: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    for word in paragraph.split(" "):
        rest = word
        while font.getlength(rest) > width and len(rest) > 1:
            cut = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or font.getlength(rest[:n]) <= width)
            yield rest[:cut]
            rest = rest[cut:]
        yield rest


def sheet_strip(sheet: Sheet, width: int = WIDE) -> Image.Image:
    """The same sheet that `ui.sheets.as_pdf` draws on A4."""
    strip = Strip(width)
    strip.text(sheet.title, strip.fitting(sheet.title, 40, _DISPLAY), font=_DISPLAY, spacing=1.2)
    strip.space(6)
    for line in sheet.under:
        strip.text(line, 24)
    for section in sheet.sections:
        _section(strip, section)
    if sheet.signatures:
        strip.space(14)
    for line in sheet.signatures:
        strip.signature(line)
    strip.space(30)
    return strip.picture()


def _section(strip: Strip, section: Section) -> None:
    strip.space(14)
    strip.rule(4)
    if section.heading:
        strip.space(6)
        strip.text(section.heading, 27, font=_BOLD)
    for place, row in enumerate(section.rows):
        if place:
            strip.rule(2, dotted=True)
        strip.row(row)


def raster(picture: Image.Image) -> Raster:
    """The picture as a printer takes it."""
    return Raster(width_dots=picture.width, rows=picture.convert("1").tobytes().translate(_INVERTED))


def picture_of(dots: Raster) -> Image.Image:
    """What a printer makes of it."""
    return Image.frombytes("1", (dots.width_dots, dots.height), dots.rows.translate(_INVERTED))


def job_of(name: str, picture: Image.Image, language: str) -> Job:
    """The picture as a job, and the same under a line that it was begun before."""
    strip = Strip(picture.width)
    strip.banner(catalogue(language).text("strip.repeated"))
    return Job(name=name, raster=raster(picture), repeated=raster(stacked([strip.picture(), picture])))


def stacked(pictures: list[Image.Image]) -> Image.Image:
    """Pictures of one width, one below the other."""
    whole = Image.new("1", (pictures[0].width, sum(picture.height for picture in pictures)), 1)
    top = 0
    for picture in pictures:
        whole.paste(picture, (0, top))
        top += picture.height
    return whole


def save_picture(path: Path, picture: Image.Image) -> None:
    """Leave the strip as a PNG, with the printer's own density."""
    try:
        picture.save(path, "PNG", dpi=(203, 203))
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror or error}") from error
