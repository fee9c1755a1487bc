"""The line to the registry, as a ranger sees it among the devices: not whether there is one, but whether to believe it.

To be without a network for days is how a gate lives, and no trouble. What is trouble is somebody else at the other end.
"""

import time
from collections.abc import Callable

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from sync.report import Report


class RegistryLine:
    """What the newest cycle found of whoever answered; there is nothing to open and nothing to close."""

    kind = DeviceKind.REGISTRY

    def __init__(self, report: Callable[[], Report | None], clock: Callable[[], float] = time.monotonic) -> None:
        self._report, self._bearing = report, Bearing(clock)

    def health(self) -> Health:
        """How it is by the newest cycle."""
        return self._bearing.health()

    def tend(self) -> None:
        """Take in what the newest cycle said."""
        report = self._report()
        if report is not None and report.alarms:
            self._bearing.tell(Problem.REGISTRY_NOT_BELIEVED, report.alarms[0])
        else:
            self._bearing.tell(Problem.NONE)

    def close(self) -> None:
        """The sync thread is not ours to end."""
