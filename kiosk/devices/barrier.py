"""The hand of the checkpoint: one pulse opens, each with its one cause. Exit never depends on this software.

A barrier only moves; whether it should is decided and journalled before anything here is called.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.devices.crossings import Crossings
from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.sequels import Sequel
from kiosk.errors import BugError, EnvironmentalError
from kiosk.rules.words import BarrierPosition

MAX_PULSE_MILLISECONDS = 60_000


class BarrierError(EnvironmentalError):
    """The barrier did not do what it was told; the text says so to the ranger."""

    def __init__(self, sentence: str, *, is_doubtful: bool = False) -> None:
        super().__init__(sentence)
        self.is_doubtful = is_doubtful
        """Whether it may have done it all the same: the order went out, and no answer came."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """One pulse that was given."""

    cause: str
    """The id of the entry that admits the visitor."""
    milliseconds: int
    at: float
    """Seconds of the barrier's own clock."""


class Barrier(Protocol):
    """Whatever lets one party through: a device like the others, and a hand."""

    @property
    def kind(self) -> DeviceKind:
        """A barrier."""
        ...

    def health(self) -> Health:
        """Say how it is now; never waits."""
        ...

    def tend(self) -> None:
        """Notice that it went away, and take it back."""
        ...

    def close(self) -> None:
        """Let a pulse that is timed here come to its end, and leave the line safe."""
        ...

    def pulse(self, milliseconds: int, cause: str) -> None:
        """Open for so long because of this entry, or raise BarrierError; within a second, and never twice by itself."""
        ...

    def position(self) -> BarrierPosition | None:
        """Where the boom stood when it was last read back; never waits for the barrier. None: another program knows."""
        ...

    def hold(self, held: bool) -> None:
        """Keep the boom open, or let it go; or raise BarrierError."""
        ...

    def sequels(self) -> tuple[Sequel, ...]:
        """What came of earlier pulses and is not settled yet, oldest first."""
        ...

    def settle(self, sequel: Sequel) -> None:
        """It is written down: it need not be told again."""
        ...

    def crossings(self) -> Crossings | None:
        """How many passed, by the loop or the turnstile's own contact; None where nothing counts them."""
        ...


def expect_pulse(milliseconds: int, cause: str) -> None:
    """BugError for a pulse without a length or without the entry that causes it."""
    if not 1 <= milliseconds <= MAX_PULSE_MILLISECONDS:
        raise BugError(f"A pulse of {milliseconds} ms: expected 1 to {MAX_PULSE_MILLISECONDS}")
    if not cause or not cause.isprintable() or " " in cause:
        raise BugError("A pulse needs the id of the entry that causes it")


class Contactless:
    """What a barrier says of itself that has no board and no contacts, whatever else it does."""

    @property
    def kind(self) -> DeviceKind:
        """A barrier."""
        return DeviceKind.BARRIER

    def health(self) -> Health:
        """All is well, since the program began."""
        return Bearing(lambda: 0.0).health()

    def tend(self) -> None:
        """Nothing of it can go away."""

    def close(self) -> None:
        """Nothing was opened."""

    def sequels(self) -> tuple[Sequel, ...]:
        """None: whoever it opens for goes through."""
        return ()

    def settle(self, sequel: Sequel) -> None:
        """There is none to settle."""

    def crossings(self) -> Crossings | None:
        """None: nothing counts them."""
        return None


Listener = Callable[[BarrierPosition], None]


class SimulatedBarrier(Contactless):
    """A boom without a boom: it opens on a pulse, closes by itself, remembers every pulse and can be given a fault."""

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, log: Path | None = None, fault: bool = False
    ) -> None:
        self._clock = clock
        self._log = log
        self._fault = fault
        self._held = False
        self._closes_at = float("-inf")
        self._pulses: list[Pulse] = []
        self._listeners: list[Listener] = []
        self._told = BarrierPosition.FAULTED if fault else BarrierPosition.CLOSED
        self._lock = threading.RLock()
        self._bearing = Bearing(clock, Problem.BARRIER_FAULTED if fault else Problem.NONE)

    def health(self) -> Health:
        """Say how it is now; never waits."""
        return self._bearing.health()

    def close(self) -> None:
        """Let the boom go: who holds it open is gone."""
        with self._lock:
            self._held = False

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """Return every pulse given since the start, oldest first."""
        with self._lock:
            return tuple(self._pulses)

    def pulse(self, milliseconds: int, cause: str) -> None:
        """Open for so long because of this entry, or raise BarrierError."""
        expect_pulse(milliseconds, cause)
        with self._lock:
            if self._fault:
                raise BarrierError("The barrier does not answer: open it by hand and call the service")
            self._write(milliseconds, cause)
            now = self._clock()
            self._pulses.append(Pulse(cause=cause, milliseconds=milliseconds, at=now))
            self._closes_at = max(self._closes_at, now + milliseconds / 1000)
        self.refresh()

    def position(self) -> BarrierPosition:
        """Return where the boom stands now, and tell the listeners if that is news."""
        return self.refresh()

    def hold(self, held: bool) -> None:
        """Keep the boom open by hand, or let it go; or raise BarrierError."""
        with self._lock:
            if self._fault:
                wanted = "hold it open" if held else "let it go"
                raise BarrierError(f"The barrier does not answer: {wanted} by hand and call the service")
            self._held = held
        self.refresh()

    def break_down(self, fault: bool) -> None:
        """Give the barrier a fault, or mend it."""
        with self._lock:
            self._fault = fault
            self._bearing.tell(Problem.BARRIER_FAULTED if fault else Problem.NONE)
        self.refresh()

    def listen(self, listener: Listener) -> None:
        """Call with each new position, from whichever thread learns of it first (a pulse, or somebody who asks)."""
        with self._lock:
            self._listeners.append(listener)

    def refresh(self) -> BarrierPosition:
        """Work out the position from the clock; a screen that shows it asks a few times a second."""
        with self._lock:
            position = self._position()
            news = position is not self._told
            self._told = position
            listeners = tuple(self._listeners) if news else ()
        for listener in listeners:  # outside the lock: a listener may ask for the position
            listener(position)
        return position

    def _position(self) -> BarrierPosition:
        if self._fault:
            return BarrierPosition.FAULTED
        if self._held:
            return BarrierPosition.HELD
        return BarrierPosition.OPEN if self._clock() < self._closes_at else BarrierPosition.CLOSED

    def _write(self, milliseconds: int, cause: str) -> None:
        """Leave one durable line, so that after a crash every pulse can be laid beside its entry."""
        if self._log is None:
            return
        try:
            line = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.write(line, f"{cause} {milliseconds}\n".encode())
                os.fsync(line)
            finally:
                os.close(line)
        except OSError as error:
            raise BarrierError(f"The pulse log {self._log} cannot be written: {error.strerror}") from error


class UntouchedBarrier(Contactless):
    """The barrier of a kiosk that is only looked at: its lines are the running kiosk's, and so is what they say."""

    def pulse(self, milliseconds: int, cause: str) -> None:
        """BugError: whoever only looks opens nothing."""
        raise BugError("A kiosk that is only looked at opens no barrier")

    def position(self) -> BarrierPosition | None:
        """None: the running kiosk knows."""
        return None

    def hold(self, held: bool) -> None:
        """BugError: whoever only looks holds nothing."""
        raise BugError("A kiosk that is only looked at holds no barrier")


def read_pulse_log(path: Path) -> list[str]:
    """Return the causes of all pulses of a log, oldest first; a log that does not exist has none."""
    if not path.exists():
        return []
    return [line.split(" ", 1)[0] for line in path.read_text(encoding="utf-8").splitlines() if line]
