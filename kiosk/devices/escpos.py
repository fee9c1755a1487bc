"""What a receipt printer is told and answers: pictures as raster lines, a cut, and its real-time status. Bytes only.

ESC/POS as its makers describe it. Text is never sent as text: the printers' code pages turn every Kazakh letter into
a question mark, and which code page one has cannot be asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.devices.problems import Problem
from kiosk.errors import BugError

RASTER = b"\x1dv0\x00"
"""GS v 0 0: a picture at full density; its width in bytes and its height in rows follow."""
INITIALISE = b"\x1b@"
FEED = b"\x1bd\x05"
"""Past the tear bar, where nothing cuts."""
CUT = b"\x1dV\x42\x00"
"""GS V 66 0: to the knife, and cut all but one point."""
ASK_PAPER_IN_TURN = b"\x1dr\x01"
"""GS r 1: answered only once everything before it was printed."""
BAND_ROWS = 96
"""So many raster lines a command: a printer with a small buffer begins before it has the whole picture."""

PRINTER, OFFLINE, ERROR, PAPER = 1, 2, 3, 4
_KINDS = (PRINTER, OFFLINE, ERROR, PAPER)


@dataclass(frozen=True, kw_only=True, slots=True)
class Raster:
    """A picture as a printer takes it: rows of dots, eight a byte, 1 is black."""

    width_dots: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width_dots <= 0 or self.width_dots % 8 or len(self.rows) % (self.width_dots // 8):
            raise BugError(f"A raster of {len(self.rows)} bytes at {self.width_dots} dots has no whole rows")

    @property
    def height(self) -> int:
        """How many rows."""
        return len(self.rows) // (self.width_dots // 8)


def bands(raster: Raster) -> Iterator[bytes]:
    """The picture as `GS v 0` commands, each of a few rows."""
    width = raster.width_dots // 8
    for top in range(0, raster.height, BAND_ROWS):
        rows = raster.rows[top * width : (top + BAND_ROWS) * width]
        height = len(rows) // width
        yield RASTER + width.to_bytes(2, "little") + height.to_bytes(2, "little") + _harmless(rows)


def flush(raster: Raster) -> bytes:
    """What ends a picture that was cut off under way: white dots for what it waits for, else nothing."""
    return bytes(raster.width_dots // 8 * BAND_ROWS)


def _harmless(rows: bytes) -> bytes:
    """The dots without what a printer would take for a real-time command, for it looks for these in pictures too.

    DLE EOT, DLE ENQ and DLE DC4 each get one dot more, an eighth of a millimetre that nobody sees.
    """
    for command, instead in ((b"\x10\x04", b"\x10\x0c"), (b"\x10\x05", b"\x10\x0d"), (b"\x10\x14", b"\x10\x1c")):
        rows = rows.replace(command, instead)
    return rows


def status_requests() -> tuple[bytes, ...]:
    """DLE EOT 1 to 4, each answered by one byte at once, even by a printer that waits for paper."""
    return tuple(bytes((0x10, 0x04, kind)) for kind in _KINDS)


def is_status(answer: int) -> bool:
    """Whether a byte is an answer to DLE EOT: its fixed bits tell it from all else that comes back."""
    return answer & 0b1001_0011 == 0b0001_0010


def problem_of(answers: tuple[int, ...]) -> Problem:
    """What the four answers say is wrong, what a ranger can mend first."""
    printer, offline, error, paper = answers
    if offline & 0b0000_0100:
        return Problem.PRINTER_COVER_OPEN
    if paper & 0b0110_0000 or offline & 0b0010_0000:
        return Problem.PRINTER_NO_PAPER
    if error & 0b0110_1100 or offline & 0b0100_0000 or printer & 0b0000_1000:
        return Problem.PRINTER_FAULTED
    return Problem.PRINTER_PAPER_LOW if paper & 0b0000_1100 else Problem.NONE
