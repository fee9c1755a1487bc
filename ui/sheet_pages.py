"""A4 pages for people at a gate, drawn: what a sheet says, in the house's look.

The fonts are those of the tickets, which have every Kazakh letter; they are in the program, so a page needs no network.
"""

from collections.abc import Iterable, Sequence

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from ui.assets import FONTS
from ui.sheets import Row, Section, Sheet

_MARGIN, _LEADING = 16.0, 6.2
_INK, _SECOND, _ACCENT, _LINE = (0x13, 0x21, 0x1C), (0x3D, 0x4A, 0x44), (0x00, 0x49, 0x5C), (0xDA, 0xD5, 0xC7)
_BOTTOM = 280.0


class Pages(FPDF):
    """A4 pages in the house's look: one ink, one accent, a number at the foot of each."""

    def __init__(self, language: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.set_auto_page_break(auto=False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_lang(language)
        self.add_font("Inter", "", FONTS / "Inter-Medium-print.ttf")
        self.add_font("Inter", "B", FONTS / "Inter-Bold-print.ttf")
        self.add_font("InterDisplay", "B", FONTS / "InterDisplay-Bold-print.ttf")
        self._title = ""
        self._top = _MARGIN

    def add(self, sheet: Sheet) -> None:
        """One sheet, from the top of a page."""
        self._new_page()
        self._title = sheet.title  # only now: the page before gets its foot when the next one begins
        self._text(sheet.title, size=20, family="InterDisplay", style="B", leading=9)
        for line in sheet.under:
            self._text(line, size=11, colour=_SECOND)
        for section in sheet.sections:
            self._section(section)
        self._sign(sheet.signatures)
        self._cut(sheet.slips)

    def footer(self) -> None:
        """The page's number."""
        self.set_font("Inter", "", 9)
        self.set_text_color(*_SECOND)
        self.set_xy(_MARGIN, 285)
        self.cell(self.w - 2 * _MARGIN, 5, f"{self._title} · {self.page_no()}", align="R")

    def _new_page(self) -> None:
        self.add_page()
        self._top = _MARGIN

    def _room(self, height: float) -> None:
        if self._top + height > _BOTTOM:
            self._new_page()

    def _section(self, section: Section) -> None:
        self._room(5 * _LEADING)
        self._top += 4
        if section.heading:
            self._text(section.heading, size=12.5, style="B", colour=_ACCENT, leading=7)
        for row in section.rows:
            self._row(row)

    def _row(self, row: Row) -> None:
        width = self.w - 2 * _MARGIN
        text = "\n".join((f"[   ]  {row.label}" if row.tick else row.label, *row.notes))
        self.set_font("Inter", "B" if row.strong else "", 10.5)
        value = min(width * 0.6, self.get_string_width(row.value) + 1) if row.value else 0
        label = width - value - (4 if value else 0)
        self._room(self._height(text, label) + 1)
        top = self._top
        ends = [self._column(text, _MARGIN, label)]
        if row.value:
            self._top = top
            ends.append(self._column(row.value, self.w - _MARGIN - value, value, align="R"))
        self._top = max(ends)
        self.set_draw_color(*_LINE)
        self.set_line_width(0.2)
        self.line(_MARGIN, self._top + 0.4, self.w - _MARGIN, self._top + 0.4)
        self._top += 1

    def _height(self, text: str, width: float) -> float:
        height = self.multi_cell(width, _LEADING, text, dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(height, float | int)
        return height

    def _column(self, text: str, left: float, width: float, align: str = "L") -> float:
        """Where it ends below."""
        self.set_text_color(*_INK)
        self.set_xy(left, self._top)
        self.multi_cell(width, _LEADING, text, align=align, new_x=XPos.LEFT, new_y=YPos.NEXT)
        return float(self.get_y())

    def _text(
        self,
        text: str,
        *,
        size: float,
        family: str = "Inter",
        style: str = "",
        colour: tuple[int, int, int] = _INK,
        leading: float = 5.4,
    ) -> None:
        self.set_font(family, style, size)
        self.set_text_color(*colour)
        self.set_xy(_MARGIN, self._top)
        self.multi_cell(self.w - 2 * _MARGIN, leading, text, new_x=XPos.LEFT, new_y=YPos.NEXT)
        self._top = self.get_y()

    def _sign(self, signatures: Iterable[str]) -> None:
        for line in signatures:
            self._room(16)
            self._top += 12
            self.set_draw_color(*_INK)
            self.line(_MARGIN + 80, self._top + 5, self.w - _MARGIN, self._top + 5)
            self._text(line, size=11)

    def _cut(self, slips: Sequence[str]) -> None:
        """Blank slips in two columns, each with its number and room to write."""
        width, height = (self.w - 2 * _MARGIN - 6) / 2, 42.0
        self._top += 4
        for place, text in enumerate(slips):
            if place % 2 == 0:
                self._room(height)
            left = _MARGIN + (place % 2) * (width + 6)
            self.set_draw_color(*_SECOND)
            self.set_dash_pattern(dash=2, gap=2)
            self.rect(left, self._top, width, height - 4)
            self.set_dash_pattern()
            self.set_font("Inter", "", 9.5)
            self.set_text_color(*_INK)
            self.set_xy(left + 3, self._top + 2.5)
            self.multi_cell(width - 6, 5.6, text, new_x=XPos.LEFT, new_y=YPos.NEXT)
            if place % 2 or place == len(slips) - 1:
                self._top += height
