"""A barrier on the GPIO lines of this machine, through libgpiod 2. The only home of `gpiod`.

A pulse is timed here. The kernel gives a line back when the process that asked for it ends, however it ends, so a
crash leaves no line up; that the pin then falls is the board's pull resistor, which docs/DEVICES.md asks for.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Protocol

import gpiod
from gpiod.line import Bias, Direction, Edge, Value

from kiosk.devices.boards import BoardError, Reading
from kiosk.devices.problems import Problem
from kiosk.wiring import Line, Wiring

DEBOUNCE = timedelta(milliseconds=20)
EVENTS_KEPT = 256
_PULLS = {"up": Bias.PULL_UP, "down": Bias.PULL_DOWN, "none": Bias.DISABLED, None: Bias.AS_IS}
_NOT_OURS = "is not for this user: add it to the group gpio"
_SAYINGS = {errno.EBUSY: "is held by another program", errno.EACCES: _NOT_OURS, errno.EPERM: _NOT_OURS}
_ENDS = ("opened", "closed")
_COUNTED = ("turned", "loop")


class Request(Protocol):
    """What is used of gpiod.LineRequest."""

    def set_value(self, line: Line, value: Value) -> None:
        """Drive a line."""
        ...

    def get_values(self, lines: Iterable[Line]) -> list[Value]:
        """The levels of these lines."""
        ...

    def wait_edge_events(self, timeout: float) -> bool:
        """Whether there are edges to read."""
        ...

    def read_edge_events(self) -> Sequence[Any]:
        """Edges since, as many as fit."""
        ...

    def release(self) -> None:
        """Give the lines back."""
        ...


class Chip(Protocol):
    """What is used of gpiod.Chip."""

    def request_lines(self, config: Any, consumer: str, event_buffer_size: int) -> Request:
        """Take these lines for ourselves alone."""
        ...

    def line_offset_from_id(self, id: Line) -> int:  # noqa: A002  its own name there
        """The number of a line."""
        ...

    def close(self) -> None:
        """Close the chip; what was asked for stays."""
        ...


class GpiodBoard:
    """The lines of one chip that a barrier needs, asked for together."""

    times_pulses = False
    renews_hold = False
    poll_seconds = 0.05

    def __init__(self, wiring: Wiring, *, open_chip: Callable[[str], Chip] = gpiod.Chip) -> None:
        assert wiring.chip is not None
        assert wiring.open is not None
        self._wiring, self._path, self._open_chip = wiring, wiring.chip, open_chip
        self._open: Line = wiring.open
        self._lines = {name: line for name in (*_ENDS, *_COUNTED) if (line := getattr(wiring, name)) is not None}
        self._request: Request | None = None
        self._is_pulsed = self._is_held = False
        self._counted: dict[int, str] = {}
        self._seen: dict[int, int] = {}

    @property
    def name(self) -> str:
        """Which chip."""
        return f"The barrier's chip {self._path}"

    def connect(self, within: float) -> None:
        """Ask for all lines at once, the driven ones let go."""
        with self._translated():
            chip = self._open_chip(self._path)
            try:
                counted = {name: line for name, line in self._lines.items() if name in _COUNTED}
                self._counted = {chip.line_offset_from_id(line): name for name, line in counted.items()}
                self._request = chip.request_lines(self._asked(), consumer="qaqpa", event_buffer_size=EVENTS_KEPT)
            finally:
                chip.close()  # the lines stay ours without it
        self._is_pulsed = self._is_held = False
        self._seen.clear()

    def pulse(self, milliseconds: int, within: float) -> None:
        """Raise the line; `lower` ends it."""
        self._drive(self._open, up=True)
        self._is_pulsed = True

    def lower(self, within: float) -> None:
        """Let the line that opens go, unless it is what holds."""
        self._is_pulsed = False
        if not (self._is_held and self._wiring.hold is None):
            self._drive(self._open, up=False)

    def hold(self, held: bool, within: float) -> None:
        """Raise the line that holds, or let it go; without one of its own it is the line that opens."""
        line = self._open if self._wiring.hold is None else self._wiring.hold
        self._drive(line, up=held or (line == self._open and self._is_pulsed))
        self._is_held = held

    def read(self, within: float) -> Reading:
        """The end switches as they are, and every edge since the last reading: the kernel keeps them."""
        request = self._expect_request()
        with self._translated():
            levels = (
                dict(zip(self._lines, request.get_values(self._lines.values()), strict=True)) if self._lines else {}
            )
            rises = self._rises(request)
        return Reading(
            opened=_level(levels.get("opened")),
            closed=_level(levels.get("closed")),
            output=self._is_pulsed or self._is_held,
            turns=rises.get("turned", 0),
            crossings=rises.get("loop", 0),
        )

    def release(self) -> None:
        """Give the lines back."""
        request, self._request = self._request, None
        if request is not None:
            try:
                request.release()
            except OSError:  # the chip was pulled out: there is nothing to give back
                return

    def _asked(self) -> dict[Line, gpiod.LineSettings]:
        outputs = {"open": self._open} | ({} if self._wiring.hold is None else {"hold": self._wiring.hold})
        asked = {line: self._output(name) for name, line in outputs.items()}
        return asked | {line: self._input(name) for name, line in self._lines.items()}

    def _output(self, name: str) -> gpiod.LineSettings:
        return gpiod.LineSettings(
            direction=Direction.OUTPUT, output_value=Value.INACTIVE, active_low=name in self._wiring.inverted
        )

    def _input(self, name: str) -> gpiod.LineSettings:
        return gpiod.LineSettings(
            direction=Direction.INPUT,
            bias=_PULLS[self._wiring.pull],
            active_low=name in self._wiring.inverted,
            debounce_period=DEBOUNCE,
            edge_detection=Edge.RISING if name in _COUNTED else Edge.NONE,
        )

    def _rises(self, request: Request) -> dict[str, int]:
        """By its own numbers, so that edges are counted that the kernel had no room to keep."""
        found: dict[str, int] = {}
        while request.wait_edge_events(0):
            for event in request.read_edge_events():
                name = self._counted.get(event.line_offset)
                if name is None:
                    continue
                found[name] = found.get(name, 0) + event.line_seqno - self._seen.get(event.line_offset, 0)
                self._seen[event.line_offset] = event.line_seqno
        return found

    def _drive(self, line: Line, *, up: bool) -> None:
        with self._translated():
            self._expect_request().set_value(line, Value.ACTIVE if up else Value.INACTIVE)

    def _expect_request(self) -> Request:
        if self._request is None:
            raise BoardError(f"{self.name} is not open", Problem.BARRIER_MISSING)
        return self._request

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            is_there = error.errno in (errno.EBUSY, errno.EPERM, errno.EACCES, errno.EINVAL)
            problem = Problem.BARRIER_FAULTED if is_there else Problem.BARRIER_MISSING
            said = _SAYINGS.get(error.errno or 0, f"fails: {error.strerror or error}")
            raise BoardError(f"{self.name} {said}", problem) from error
        except ValueError as error:  # a line that the chip does not have
            raise BoardError(f"{self.name} has no such line: {error}", Problem.BARRIER_FAULTED) from error


def _level(value: Value | None) -> bool | None:
    return None if value is None else value is Value.ACTIVE
