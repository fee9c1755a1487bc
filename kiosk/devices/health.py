"""How a device is, in the same few words for all of them: what is wrong, since when, and what a ranger can do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HealthState(StrEnum):
    """The four states every device knows."""

    OK = "ok"
    DEGRADED = "degraded"
    """It works, worse than it should."""
    MISSING = "missing"
    """It is not there; it is taken back as soon as it is plugged in again."""
    FAULTED = "faulted"
    """It is there and does not work."""


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
