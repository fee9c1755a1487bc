"""The line to the registry, as a ranger sees it among the devices: not whether there is one, but whether to believe it.

To be without a network for days is how a gate lives, and no trouble. What is trouble is somebody else at the other end.
"""

import time
from collections.abc import Callable

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from sync.network_state import NetworkState
from sync.report import Report

_UNPROVEN = (
    NetworkState.NO_PARK_CA,
    NetworkState.NOT_ENCRYPTED,
    NetworkState.CERTIFICATE_EXPIRED,
    NetworkState.CERTIFICATE_NOT_YET_VALID,
    NetworkState.CERTIFICATE_OF_ANOTHER_HOST,
    NetworkState.CERTIFICATE_OF_ANOTHER_CA,
    NetworkState.CERTIFICATE_SELF_SIGNED,
    NetworkState.CERTIFICATE_REFUSED,
)
_TROUBLES: dict[NetworkState | None, Problem] = {
    **dict.fromkeys(_UNPROVEN, Problem.REGISTRY_UNPROVEN),
    NetworkState.CAPTIVE_PORTAL: Problem.REGISTRY_PORTAL,
    NetworkState.REDIRECTED: Problem.REGISTRY_PORTAL,
    NetworkState.NOT_BELIEVED: Problem.REGISTRY_NOT_BELIEVED,
}


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
        if report is None:
            self._bearing.tell(Problem.NONE)
        elif report.alarms:
            self._bearing.tell(Problem.REGISTRY_NOT_BELIEVED, report.alarms[0])
        elif report.old_stick:
            self._bearing.tell(Problem.REGISTRY_STICK_OLD, report.old_stick)
        else:
            problem = _TROUBLES.get(report.network_state, Problem.NONE)
            said = (*report.pull_errors, *report.push_errors, "")[0] if problem else ""
            self._bearing.tell(problem, said)

    def close(self) -> None:
        """The sync thread is not ours to end."""
