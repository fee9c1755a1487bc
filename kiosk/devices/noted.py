"""How the devices are, left in a file by the kiosk that runs, for whoever asks beside it and for the registry.

The file is replaced whole and never flushed: it is worth nothing after a power cut. Its age is told by the clock of the
machine's boot, which no setting of the time moves; a note of another boot, or an old one, says nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.devices.health import DeviceKind, Health, HealthState

NOTE_SECONDS = 5.0
OLD_SECONDS = 20.0
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceNote:
    """One device as it was noted a moment ago."""

    kind: DeviceKind
    state: HealthState
    problem: str
    advice: str
    since_seconds: int
    """For how long it has been so."""
    figures: tuple[tuple[str, float], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values, for JSON."""
        return {
            "device": str(self.kind),
            "state": str(self.state),
            "problem": self.problem,
            "advice": self.advice,
            "since_seconds": self.since_seconds,
            "figures": dict(self.figures),
        }


class HealthNotes:
    """Writes the note of one kiosk: at news at once, else every few seconds."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = path, clock
        self._written: tuple[object, ...] = ()
        self._due_at = float("-inf")

    def note(self, devices: Mapping[DeviceKind, Health]) -> None:
        """Leave word of how they are; raises OSError where that cannot be."""
        now = self._clock()
        told = tuple((kind, health.state, health.problem, health.advice) for kind, health in devices.items())
        if told == self._written and now < self._due_at:
            return
        record = {
            "boot": _boot(),
            "at": now,
            "devices": [
                {
                    "kind": kind,
                    "state": health.state,
                    "problem": health.problem,
                    "advice": health.advice,
                    "since": health.since,
                    "figures": dict(health.figures),
                }
                for kind, health in devices.items()
            ],
        }
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.write_text(json.dumps(record), encoding="utf-8")
        fresh.replace(self._path)
        self._written, self._due_at = told, now + NOTE_SECONDS

    def forget(self) -> None:
        """Take the note away: no kiosk runs any more."""
        self._path.unlink(missing_ok=True)


def noted(path: Path, *, clock: Callable[[], float] = time.monotonic) -> tuple[DeviceNote, ...] | None:
    """The devices as a running kiosk noted them last; None where none runs, or its note cannot be read."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["boot"] != _boot() or not 0 <= clock() - record["at"] <= OLD_SECONDS:
            return None
        return tuple(_device(row, clock()) for row in record["devices"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _device(row: Mapping[str, object], now: float) -> DeviceNote:
    figures = row["figures"]
    if not isinstance(figures, dict):
        raise TypeError("figures")
    return DeviceNote(
        kind=DeviceKind(str(row["kind"])),
        state=HealthState(str(row["state"])),
        problem=str(row["problem"]),
        advice=str(row["advice"]),
        since_seconds=max(0, int(now - float(str(row["since"])))),
        figures=tuple((str(name), float(value)) for name, value in figures.items()),
    )


def _boot() -> str:
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:  # a machine that does not tell: its monotonic clock alone must do
        return ""
