"""A receipt printer behind a socket or a pseudo-terminal: it reads ESC/POS back into pictures and says how it is.

Written from the makers' description, apart from the code that it tests.
"""

from __future__ import annotations

import os
import socket
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from PIL import Image


@dataclass
class PaperRoll:
    """What is known of one printer: its paper, its cover, what was cut off so far."""

    width_dots: int = 576
    rows_left: int | None = None
    """None is a roll without an end."""
    is_near_end: bool = False
    is_cover_open: bool = False
    is_knife_stuck: bool = False
    knows_gs_r: bool = True
    freezes_after_rows: int | None = None
    """Then it takes and says nothing more, until a test sets this to None: it was switched off and on."""
    cut: list[Image.Image] = field(default_factory=list)
    hanging: bytearray = field(default_factory=bytearray)
    """Rows that are printed and not yet cut off."""
    unknown: list[bytes] = field(default_factory=list)
    rows_printed: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def has_paper(self) -> bool:
        return self.rows_left is None or self.rows_left > 0

    @property
    def is_frozen(self) -> bool:
        return self.freezes_after_rows is not None and self.rows_printed >= self.freezes_after_rows

    @property
    def is_ready(self) -> bool:
        return self.has_paper and not (self.is_cover_open or self.is_knife_stuck or self.is_frozen)

    def put_in_paper(self, rows: int | None = None) -> None:
        with self.changed:
            self.rows_left, self.is_near_end = rows, False
            self.changed.notify_all()

    def status(self, kind: int) -> int:
        answer = 0b0001_0010
        match kind:
            case 1:
                answer |= 0 if self.is_ready else 0b1000
            case 2:
                answer |= 0b100 if self.is_cover_open else 0
                answer |= 0 if self.has_paper else 0b10_0000
                answer |= 0b100_0000 if self.is_knife_stuck else 0
            case 3:
                answer |= 0b1000 if self.is_knife_stuck else 0
            case 4:
                answer |= 0b1100 if self.is_near_end else 0
                answer |= 0 if self.has_paper else 0b110_0000
        return answer

    def print_row(self, row: bytes) -> None:
        with self.changed:
            if self.rows_left is not None:
                self.rows_left -= 1
            self.hanging += row
            self.rows_printed += 1
            self.changed.notify_all()

    def cut_off(self) -> None:
        width = self.width_dots // 8
        picture = Image.frombytes("1", (self.width_dots, len(self.hanging) // width), bytes(self.hanging))
        with self.changed:
            self.cut.append(picture.convert("L").point(lambda dot: 255 - dot))
            self.hanging.clear()
            self.changed.notify_all()


class Reader:
    """What a printer does with bytes: real-time commands are answered at once, all else in turn.

    What it has not worked off it keeps over hang-ups, as real ones do.
    """

    def __init__(self, roll: PaperRoll, answer: Callable[[bytes], object]) -> None:
        self.answer = answer
        self._roll = roll
        self._waiting, self._tail = bytearray(), b""
        self._raster_left = self._row_width = 0
        self._row = bytearray()

    def feed(self, data: bytes) -> None:
        # A printer looks for real-time commands in all that comes, pictures too.
        data, self._tail = self._tail + data, b""
        start = 0
        while (found := data.find(b"\x10\x04", start)) >= 0 and found + 2 < len(data):
            kind = data[found + 2]
            self._waiting += data[start:found]
            if 1 <= kind <= 4:
                self.answer(bytes((self._roll.status(kind),)))
            else:
                self._waiting += data[found : found + 3]
            start = found + 3
        rest = data[start:]
        for half in (b"\x10\x04", b"\x10"):
            if rest.endswith(half):
                rest, self._tail = rest[: -len(half)], half
                break
        self._waiting += rest
        self.work()

    def work(self) -> None:
        """Print what can be printed; what waits for paper stays."""
        while self._waiting and self._roll.is_ready:
            if self._raster_left:
                self._take_raster()
            elif not self._take_command():
                return

    def _take_raster(self) -> None:
        need = self._row_width - len(self._row)
        part = self._waiting[:need]
        del self._waiting[: len(part)]
        self._row += part
        self._raster_left -= len(part)
        if len(self._row) == self._row_width:
            self._roll.print_row(bytes(self._row).ljust(self._roll.width_dots // 8, b"\0"))
            self._row.clear()

    def _take_command(self) -> bool:
        waiting = self._waiting
        if waiting[0] in (0, 10):
            del waiting[0]
        elif waiting[:2] == b"\x1b@":
            del waiting[:2]
        elif waiting[:2] == b"\x1bd" and len(waiting) >= 3:
            del waiting[:3]
            self._roll.cut_off()  # a person tears it off
        elif waiting[:3] == b"\x1dVB" and len(waiting) >= 4:
            del waiting[:4]
            self._roll.cut_off()
        elif waiting[:3] == b"\x1dr\x01":
            del waiting[:3]
            if self._roll.knows_gs_r:
                self.answer(b"\x03" if self._roll.is_near_end else b"\x00")
        elif waiting[:4] == b"\x1dv0\x00" and len(waiting) >= 8:
            self._row_width = int.from_bytes(waiting[4:6], "little")
            self._raster_left = self._row_width * int.from_bytes(waiting[6:8], "little")
            del waiting[:8]
        elif len(waiting) < 8 and waiting[0] in (0x1B, 0x1D):
            return False  # the rest of the command is under way
        else:
            self._roll.unknown.append(bytes(waiting[:1]))
            del waiting[0]
        return True


class NetworkPrinter:
    """A printer of the network, one caller at a time; `stop()` is the plug, `start()` puts it back at the same port."""

    def __init__(self, roll: PaperRoll) -> None:
        self.roll = roll
        self.port = 0
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._reader = Reader(roll, len)

    def start(self) -> None:
        self._over.clear()
        listener = socket.create_server(("127.0.0.1", self.port))
        listener.settimeout(0.05)
        self._listener, self.port = listener, listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, args=(listener,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        if self._listener is not None:
            self._listener.close()

    def _serve(self, listener: socket.socket) -> None:
        while not self._over.is_set():
            try:
                caller, _ = listener.accept()
            except TimeoutError:
                continue
            with caller, suppress(OSError):
                self._attend(caller)

    def _attend(self, caller: socket.socket) -> None:
        caller.settimeout(0.05)
        reader = self._reader
        reader.answer = caller.sendall
        while not self._over.is_set():
            if self.roll.is_frozen:
                self._over.wait(0.02)
                continue
            try:
                data = caller.recv(512)
            except TimeoutError:
                reader.work()
                continue
            if not data:
                return
            reader.feed(data)


@contextmanager
def network_printer(roll: PaperRoll) -> Iterator[NetworkPrinter]:
    printer = NetworkPrinter(roll)
    printer.start()
    try:
        yield printer
    finally:
        printer.stop()


@contextmanager
def device_file_printer(roll: PaperRoll) -> Iterator[str]:
    """A printer at a device file: the far end of a pseudo-terminal."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    reader = Reader(roll, lambda answer: os.write(ours, answer))

    def serve() -> None:
        with suppress(OSError):
            while data := os.read(ours, 512):
                reader.feed(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield os.ttyname(theirs)
    finally:
        os.close(theirs)
        thread.join(timeout=5)
        os.close(ours)
