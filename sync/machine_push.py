"""Telling the registry on which machine a kiosk runs, before its entries: so that a copied disk is noticed at once.

It makes no cycle better or worse: the registry decides what follows, and the gate goes on in any case.
"""

import logging
from collections.abc import Callable
from typing import Final

from kiosk.rules.machine import Machine
from sync.errors import SyncError
from sync.health_push import OLDER_SECONDS, rest_after
from sync.machine_report import MachineReport
from sync.protocol import Registry

log = logging.getLogger(__name__)
AGAIN_SECONDS: Final = 3600


class MachinePush:
    """Tells it once after a start and each hour; remembers when."""

    def __init__(self, *, registry: Registry, device: int, machine: Callable[[], Machine]) -> None:
        self._registry, self._device, self._machine = registry, device, machine
        self._since = self._rest_seconds = 0

    def run(self, now: int) -> None:
        """Tell it, if it is time; raises nothing."""
        if 0 <= now - self._since < self._rest_seconds:
            return
        self._since, self._rest_seconds = now, AGAIN_SECONDS
        try:
            machine = self._machine()
            if machine.marks:
                self._registry.report_machine(self._device, MachineReport.of(machine))
        except SyncError as error:
            log.debug("the registry did not hear which machine this is: %s", error)
            self._rest_seconds = rest_after(error)
        except Exception:  # a cycle must not fail for it
            log.exception("a mistake of ours kept the registry from hearing which machine this is")
            self._rest_seconds = OLDER_SECONDS
