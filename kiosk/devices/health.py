"""How a device is, in the same few words for all of them: what is wrong, since when, and what a ranger can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Protocol

from kiosk.devices.problems import PROBLEMS, HealthState, Problem

__all__ = ["Bearing", "Device", "DeviceKind", "Health", "HealthState"]


class DeviceKind(StrEnum):
    """What a gate may have; of each it has one."""

    CAMERA = "camera"
    DECODER = "decoder"
    SCANNER = "scanner"
    BARRIER = "barrier"
    PRINTER = "printer"
    SOUND = "sound"
    SCREEN = "screen"
    POWER = "power"
    CLIMATE = "climate"
    MODEM = "modem"
    DOOR = "door"
    REGISTRY = "registry"
    """Not a device of the gate, but tended and told like one: whether whoever answers can be believed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """The state of one device."""

    state: HealthState
    problem: str
    """The problem's own word, for translation; empty when all is well."""
    since: float
    """Seconds of the clock the device was given."""
    advice: str
    """What is wrong and what to do, for the log and the command line; empty when all is well."""
    figures: tuple[tuple[str, float], ...] = ()
    """What it measures, with units in the names: `battery_percent`, `box_celsius`."""

    @property
    def works(self) -> bool:
        """Whether the device does what it is there for, however badly."""
        return self.state in (HealthState.OK, HealthState.DEGRADED)


class Device(Protocol):
    """A sense or a hand that comes and goes. It is tended on a thread of its own and asked on any."""

    @property
    def kind(self) -> DeviceKind:
        """What it is."""
        ...

    def health(self) -> Health:
        """Say how it is now; never waits for the device itself."""
        ...

    def tend(self) -> None:
        """Notice that it went away, and take it back; called about once a second, and may take a few seconds."""
        ...

    def close(self) -> None:
        """Let the device go and leave it as is safe."""
        ...


class Bearing:
    """What is wrong with a device at the moment, and since when: the same problem again is no news."""

    def __init__(self, clock: Callable[[], float], problem: Problem = Problem.NONE) -> None:
        self._clock = clock
        self._problem, self._since, self._advice = problem, clock(), ""
        self._figures: tuple[tuple[str, float], ...] = ()
        self._lock = Lock()

    @property
    def problem(self) -> Problem:
        """What is wrong now."""
        with self._lock:
            return self._problem

    def tell(self, problem: Problem, advice: str = "", **figures: float) -> bool:
        """Take this as the state of things; whether the problem is another than before.

        `advice` says it better than the table can (which port, which address); figures stay until told anew.
        """
        with self._lock:
            is_news = problem is not self._problem
            if is_news:
                self._problem, self._since = problem, self._clock()
            self._advice = advice
            if figures:
                self._figures = tuple(figures.items())
            return is_news

    def health(self) -> Health:
        """All of it as one value."""
        with self._lock:
            state, advice = PROBLEMS[self._problem]
            return Health(
                state=state,
                problem=str(self._problem),
                since=self._since,
                advice=self._advice or advice,
                figures=self._figures,
            )
