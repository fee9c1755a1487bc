"""What stands between the kiosk and a boom: a board with lines that can be driven and contacts that can be read.

A board is the lowest layer of a barrier and knows nothing of entries: it is touched by one thread only
(kiosk/devices/driven_barrier.py), waits no longer than it is told, and raises BoardError for whatever goes wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.devices.problems import Problem
from kiosk.errors import EnvironmentalError
from kiosk.rules.words import BarrierPosition

HOLD_SECONDS = 10
"""A line that the board itself lets go is held by renewing it; so it falls that long after the kiosk did."""


class BoardError(EnvironmentalError):
    """The board did not do it; the text says what it did instead."""

    def __init__(self, sentence: str, problem: Problem, *, is_doubtful: bool = False) -> None:
        super().__init__(sentence)
        self.problem = problem
        self.is_doubtful = is_doubtful
        """Whether it may have done it all the same: the order went out, and no answer came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """The contacts at one moment; None for one that is not there."""

    opened: bool | None = None
    """The end switch of the open boom."""
    closed: bool | None = None
    """The end switch of the closed boom."""
    output: bool | None = None
    """Whether the board says that it drives the line which opens."""
    turns: int = 0
    """How often somebody turned since the last reading."""
    crossings: int = 0
    """How many crossed the loop since the last reading."""


class Board(Protocol):
    """The lines of one barrier."""

    @property
    def name(self) -> str:
        """Which board, for sentences: "the relay at 192.168.1.60"."""
        ...

    @property
    def times_pulses(self) -> bool:
        """Whether the board itself ends a pulse, so that nothing here can leave the line up."""
        ...

    @property
    def renews_hold(self) -> bool:
        """Whether holding is a pulse of HOLD_SECONDS that must be given again and again."""
        ...

    @property
    def poll_seconds(self) -> float:
        """How often it is read."""
        ...

    def connect(self, within: float) -> None:
        """Take hold of the lines, each as it is safe; no line moves by it."""
        ...

    def pulse(self, milliseconds: int, within: float) -> None:
        """Open for so long; where the pulse is timed here: open until `lower`."""
        ...

    def lower(self, within: float) -> None:
        """End a pulse that is timed here; also once after a start, for a line that a crash left up."""
        ...

    def hold(self, held: bool, within: float) -> None:
        """Hold the line that opens, or let it go."""
        ...

    def read(self, within: float) -> Reading:
        """The contacts now."""
        ...

    def release(self) -> None:
        """Let everything go; never raises, and connect may follow."""
        ...


class Rising:
    """Counts how often a contact that is only looked at now and then has closed."""

    def __init__(self) -> None:
        self._before: bool | None = None

    def look(self, level: bool | None) -> int:
        """1 if it closed since the last look; the first look only says how it is."""
        rose = level is True and self._before is False
        self._before = level
        return int(rose)


def position_of(reading: Reading, *, is_held: bool, is_pulsed: bool) -> BarrierPosition:
    """Where the boom stands: as its end switches say, else as the board says, else as it was last told."""
    if reading.opened and reading.closed:
        return BarrierPosition.FAULTED
    if is_held:
        return BarrierPosition.HELD
    if reading.opened is not None or reading.closed is not None:
        # between its ends it is not closed, and that is what matters to whoever stands before it
        is_open = reading.opened or (reading.closed is False)
    else:
        is_open = is_pulsed if reading.output is None else reading.output
    return BarrierPosition.OPEN if is_open else BarrierPosition.CLOSED
