"""Pages for people at a gate, as lines of a terminal, as an A4 page, on receipt paper: one content, three faces.

What draws the pages is `sheet_pages`, what draws the paper `strip`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentalError


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One line of a section: what, and how much of it; `strong` where somebody should look."""

    label: str
    value: str = ""
    strong: bool = False
    tick: bool = False
    """Whether it has a box to tick, for a roll call."""
    notes: tuple[str, ...] = ()
    """Smaller lines below it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Lines under one heading."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One page: its title, what stands under it, sections, and lines to sign on."""

    title: str
    under: tuple[str, ...]
    sections: tuple[Section, ...]
    signatures: tuple[str, ...] = ()
    slips: tuple[str, ...] = ()
    """Numbered blank slips, to be cut off."""


def lines(sheet: Sheet) -> list[str]:
    """The sheet for a terminal."""
    told = [sheet.title, *sheet.under]
    for section in sheet.sections:
        told += ["", *([section.heading] if section.heading else [])]
        told += [line for row in section.rows for line in (_line(row), *(f"      {note}" for note in row.notes))]
    return told + (["", *sheet.signatures] if sheet.signatures else [])


def _line(row: Row) -> str:
    return (
        f"  {'[ ] ' if row.tick else ''}{'! ' if row.strong else ''}{row.label}{f': {row.value}' if row.value else ''}"
    )


def as_pdf(sheets: Sequence[Sheet], language: str) -> bytes:
    """The sheets one after the other, on as many A4 pages as they need."""
    from ui.sheet_pages import Pages  # only where a page is drawn: what draws it takes longer to load than a command

    page = Pages(language)
    for sheet in sheets:
        page.add(sheet)
    return bytes(page.output())


def save(path: Path, data: bytes) -> None:
    """Leave the whole page at this path."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise EnvironmentalError(f"{path} cannot be written: {error.strerror}") from error
