"""A printer without a printer: it takes the same bytes and leaves each strip as a picture in a folder.

It stands in for hardware in the demo and wherever a strip is to be seen; a file in the folder pulls its plug.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kiosk.devices import escpos
from kiosk.devices.printer_ports import Line, PortError

UNPLUGGED, NO_PAPER = "UNPLUGGED", "NO-PAPER"
"""Files that a person leaves in the folder to try what happens then."""
_WELL = 0b0001_0010


class FolderPort:
    """Strips as `strip-0001.png` and so on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = str(folder)

    def open(self) -> Line:
        """A line to it, or PortError."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PortError(f"{self._folder} cannot be made ({error.strerror})") from error
        if (self._folder / UNPLUGGED).exists():
            raise PortError(f"The simulated printer in {self._folder} is unplugged")
        return _Drawing(self._folder)


class _Drawing:
    """One errand: commands come whole, one a `send`, as our own printer sends them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._rows: list[bytes] = []
        self._answers = b""

    def send(self, data: bytes, seconds: float) -> None:
        if data in escpos.status_requests():
            has_paper = not (self._folder / NO_PAPER).exists()
            self._answers += bytes((_WELL if has_paper or data[2] != escpos.PAPER else _WELL | 0b0110_0000,))
        elif data == escpos.ASK_PAPER_IN_TURN:
            self._answers += b"\x00"
        elif data in (escpos.CUT, escpos.FEED):
            self._leave()
        elif data[:4] == escpos.RASTER:
            width = int.from_bytes(data[4:6], "little")
            self._rows += [data[start : start + width] for start in range(8, len(data), width)]

    def receive(self, seconds: float) -> bytes:
        answers, self._answers = self._answers, b""
        return answers

    def close(self) -> None:
        self._rows.clear()

    def _leave(self) -> None:
        rows = np.stack([np.frombuffer(row, dtype=np.uint8) for row in self._rows])
        picture = 255 * (1 - np.unpackbits(rows, axis=1))
        taken = [int(path.stem[6:]) for path in self._folder.glob("strip-*.png") if path.stem[6:].isdecimal()]
        file = self._folder / f"strip-{max(taken, default=0) + 1:04}.png"
        try:
            file.write_bytes(cv2.imencode(".png", picture.astype(np.uint8))[1].tobytes())
        except OSError as error:
            raise PortError(f"{file} cannot be written ({error.strerror})") from error
        self._rows.clear()
