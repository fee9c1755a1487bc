"""A stand-in for a GPIO chip at the lowest layer there is without one: the few calls that are made of `gpiod.Chip`.

It keeps what the kernel promises: a line belongs to one request, a request that is given back drops its lines, edges
are numbered and kept. It has never seen a pin.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from gpiod import LineSettings
from gpiod.line import Direction, Edge, Value

from kiosk.wiring import Line, Wiring

PATH = "/dev/gpiochip7"
OPEN, HOLD = 17, 27
INPUTS: dict[str, Line] = {"opened": 22, "closed": 23, "turned": "TURN", "loop": 25}
NAMES = {"TURN": 24}
_OFFSETS = range(32)


@dataclass(frozen=True)
class Rise:
    """What is used of an edge."""

    line_offset: int
    line_seqno: int


class Pins:
    """The pins of one chip, with whatever is soldered to them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.is_there = True
        self.driven: dict[int, bool] = {}
        self.electric = dict.fromkeys(_OFFSETS, False)
        self.settings: dict[int, LineSettings] = {}
        self.rises = 0
        self.edges: list[Rise] = []
        self.numbers: dict[int, int] = {}
        self.taken_by_another = False

    def wiring(self, **more: object) -> Wiring:
        """How a kiosk is told of it."""
        return Wiring(chip=PATH, open=OPEN, **more)  # type: ignore[arg-type]

    def open(self, path: str) -> Chip:
        """What `gpiod.Chip(path)` does."""
        if not self.is_there or path != PATH:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return Chip(self)

    def is_up(self, line: int = OPEN) -> bool:
        """Whether a line is driven now."""
        with self.lock:
            return self.driven.get(line, False)

    def set(self, name: str, level: bool, *, lost: bool = False) -> None:
        """A contact closes or opens; `lost` when the kernel has no room for its edge."""
        line = INPUTS[name]
        offset = NAMES[line] if isinstance(line, str) else line
        with self.lock:
            rose = level and not self.electric[offset]
            self.electric[offset] = level
            asked = self.settings.get(offset)
            if rose and asked is not None and asked.edge_detection is Edge.RISING:
                self.numbers[offset] = self.numbers.get(offset, 0) + 1
                if not lost:
                    self.edges.append(Rise(offset, self.numbers[offset]))

    def pull(self) -> None:
        """The chip goes away, and its lines with it."""
        with self.lock:
            self.is_there = False
            self.let_go()

    def put_back(self) -> None:
        """It is there again."""
        self.is_there = True

    def let_go(self) -> None:
        """No request holds a line any more."""
        self.driven.clear()
        self.settings.clear()
        self.edges.clear()
        self.numbers.clear()


class Chip:
    """What is used of gpiod.Chip."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins

    def line_offset_from_id(self, id: Line) -> int:  # noqa: A002
        offset = NAMES.get(id) if isinstance(id, str) else id
        if offset is None or offset not in _OFFSETS:
            raise ValueError("line offset of out range")
        return offset

    def request_lines(self, config: Any, consumer: str, event_buffer_size: int) -> LineRequest:
        if self._pins.settings or self._pins.taken_by_another:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        with self._pins.lock:
            for line, settings in config.items():
                offset = self.line_offset_from_id(line)
                self._pins.settings[offset] = settings
                if settings.direction is Direction.OUTPUT:
                    self._pins.driven[offset] = settings.output_value is Value.ACTIVE
        return LineRequest(self._pins, self)

    def close(self) -> None:
        return


class LineRequest:
    """What is used of gpiod.LineRequest."""

    def __init__(self, pins: Pins, chip: Chip) -> None:
        self._pins, self._chip = pins, chip

    def set_value(self, line: Line, value: Value) -> None:
        self._expect_there()
        offset = self._chip.line_offset_from_id(line)
        with self._pins.lock:
            up = value is Value.ACTIVE
            self._pins.rises += up and not self._pins.driven[offset]
            self._pins.driven[offset] = up

    def get_values(self, lines: Iterable[Line]) -> list[Value]:
        self._expect_there()
        offsets = [self._chip.line_offset_from_id(line) for line in lines]
        levels = [self._pins.electric[each] is not self._pins.settings[each].active_low for each in offsets]
        return [Value.ACTIVE if level else Value.INACTIVE for level in levels]

    def wait_edge_events(self, timeout: float) -> bool:
        self._expect_there()
        return bool(self._pins.edges)

    def read_edge_events(self) -> list[Rise]:
        with self._pins.lock:
            edges, self._pins.edges = self._pins.edges, []
        return edges

    def release(self) -> None:
        with self._pins.lock:
            self._pins.let_go()

    def _expect_there(self) -> None:
        if not self._pins.is_there:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
