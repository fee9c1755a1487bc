"""What the end of a cycle tells the registry of the devices: at news, else every five minutes; nothing waits for it.

Nobody is let in or kept out by it. So nothing that goes wrong here is an error of the cycle: whoever reads the log
closely finds it there, and the next try comes by itself. No threads, no sleeping, no advice: words and figures.
"""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.devices.noted import DeviceNote, noted
from sync.errors import RegistryRefusedError, RegistryUnavailableError, SyncError
from sync.health_report import (
    LONGEST_SECONDS,
    MOST_DEVICES,
    MOST_FIGURES,
    DeviceHealth,
    HealthReport,
    is_figure,
    is_word,
)
from sync.protocol import Registry

log = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 300
AFTER_TROUBLE_SECONDS: Final = 60
"""A registry that takes a minute to fail would else hold up every cycle, and the revocations with it."""
OLDER_SECONDS: Final = 3600
_NOT_OFFERED = frozenset({404, 405})
_UNNAMED = "unnamed"

News = frozenset[tuple[str, str, str]]


class HealthPush:
    """Sends the note that the running kiosk leaves of its devices; remembers what the registry has heard."""

    def __init__(self, *, registry: Registry, note: Path, device: int, software: str) -> None:
        self._registry, self._note = registry, note
        self._device, self._software = device, software
        self._told: News | None = None
        self._told_at = self._rests_since = self._rest_seconds = 0

    def run(self, now: int) -> None:
        """Tell how the devices are, if somebody noted it and it is time; raises nothing."""
        # a clock that was set back, within these seconds or before them, holds up nothing
        if 0 <= now - self._rests_since < self._rest_seconds:
            return
        devices = noted(self._note)
        if devices is None:
            return
        news = frozenset((str(device.kind), str(device.state), device.problem) for device in devices)
        if news == self._told and 0 <= now - self._told_at < AGAIN_SECONDS:
            return
        try:
            self._registry.report_health(self._device, health_report(devices, at=now, software=self._software))
        except SyncError as error:
            log.debug("the registry did not hear how the devices are: %s", error)
            self._rests_since, self._rest_seconds = now, rest_after(error)
        except Exception:  # a cycle must not fail for it
            log.exception("a mistake of ours kept the registry from hearing how the devices are")
            self._rests_since, self._rest_seconds = now, OLDER_SECONDS
        else:
            self._told, self._told_at = news, now


def health_report(devices: Sequence[DeviceNote], *, at: int, software: str) -> HealthReport:
    """The note as it travels: figures that cannot are left out; a problem without a proper word is still a problem."""
    return HealthReport(at=at, software=software, devices=tuple(_device(device) for device in devices[:MOST_DEVICES]))


def _device(note: DeviceNote) -> DeviceHealth:
    figures = [(name, round(value, 3)) for name, value in note.figures if is_figure(name, value)]
    return DeviceHealth(
        kind=note.kind,
        state=note.state,
        problem=note.problem if not note.problem or is_word(note.problem) else _UNNAMED,
        since_seconds=min(note.since_seconds, LONGEST_SECONDS),
        figures=tuple(figures[:MOST_FIGURES]),
    )


def rest_after(error: SyncError) -> int:
    """After how many seconds to say something again that makes no cycle better or worse."""
    match error:
        case RegistryRefusedError(status=status) if status in _NOT_OFFERED:
            return OLDER_SECONDS  # a registry of before: it may be upgraded
        case RegistryUnavailableError(retry_after_seconds=int(seconds)):
            return min(max(seconds, AFTER_TROUBLE_SECONDS), OLDER_SECONDS)
        case _:
            return AFTER_TROUBLE_SECONDS
