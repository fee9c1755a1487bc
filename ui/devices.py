"""The ranger's sheet of devices: what needs somebody, worst first, and what works. It decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.devices.health import DeviceKind, Health, HealthState
from ui.qt import Property

QML_IMPORT_NAME = "Qaqpa"
QML_IMPORT_MAJOR_VERSION = 1

WORST_FIRST = (HealthState.FAULTED, HealthState.MISSING, HealthState.DEGRADED)
CARDS_SHOWN = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceState:
    """One device as the sheet shows it."""

    kind: str
    problem: str
    """The problem's word; empty where the device works."""
    minutes: int
    """For how long it has been so."""
    works: bool
    """Whether it still does what it is there for."""


def device_states(devices: Mapping[DeviceKind, Health], now: float) -> tuple[DeviceState, ...]:
    """The devices as the sheet shows them, what needs somebody first; `now` by the devices' own clock."""
    order = {state: place for place, state in enumerate(WORST_FIRST)}
    ranked = sorted(devices.items(), key=lambda item: order.get(item[1].state, len(order)))
    return tuple(
        DeviceState(
            kind=str(kind),
            problem=health.problem,
            minutes=max(0, int(now - health.since)) // 60,
            works=health.works,
        )
        for kind, health in ranked
    )


@QmlElement
class DevicesModel(QObject):
    """What the sheet shows, and whether it is open."""

    changed = Signal()
    openChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._states: tuple[DeviceState, ...] = ()
        self._is_open = False

    def show(self, states: tuple[DeviceState, ...]) -> None:
        """Say how the devices are."""
        if states != self._states:
            self._states = states
            self.changed.emit()

    def close(self) -> None:
        """Put the sheet away."""
        self._set_open(is_open=False)

    @Slot()
    def wanted(self) -> None:
        """Somebody wants to see it."""
        self._set_open(is_open=True)

    @Slot()
    def dismiss(self) -> None:
        """Somebody has seen it."""
        self.close()

    def _set_open(self, *, is_open: bool) -> None:
        if is_open != self._is_open:
            self._is_open = is_open
            self.openChanged.emit()

    @Property(bool, notify=openChanged)
    def open(self) -> bool:
        """Whether the sheet is open."""
        return self._is_open

    @Property(int, notify=changed)
    def troubles(self) -> int:
        """How many devices need somebody."""
        return sum(bool(state.problem) for state in self._states)

    @Property("QVariantList", notify=changed)
    def cards(self) -> list[dict[str, Any]]:
        """The worst of those that need somebody, as many as there is room for: kind, problem, minutes, works."""
        unwell = [state for state in self._states if state.problem]
        return [
            {"kind": state.kind, "problem": state.problem, "minutes": state.minutes, "works": state.works}
            for state in unwell[:CARDS_SHOWN]
        ]

    @Property("QVariantList", notify=changed)
    def tiles(self) -> list[dict[str, Any]]:
        """All devices in their places, with whether each is well: kind, well."""
        places = list(DeviceKind)
        in_place = sorted(self._states, key=lambda state: places.index(DeviceKind(state.kind)))
        return [{"kind": state.kind, "well": not state.problem} for state in in_place]
