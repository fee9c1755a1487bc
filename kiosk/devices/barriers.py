"""Which barrier the settings name, put together; what a kind needs is imported only for a gate that has it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from kiosk.devices.barrier import Barrier, SimulatedBarrier
from kiosk.devices.boards import Board
from kiosk.devices.crossings import CrossingLog
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.wiring import BarrierKind, Wiring

TURN_SECONDS = 8


def open_barrier(kind: BarrierKind, wiring: Wiring, *, crossings_file: Path | None = None) -> Barrier:
    """The barrier of this kind, which looks for its board from now on; whoever opens it closes it."""
    if kind is BarrierKind.SIMULATED:
        return SimulatedBarrier()
    turn_seconds = None if wiring.turned is None else float(wiring.turn_seconds or TURN_SECONDS)
    crossings = None if wiring.loop is None else CrossingLog(crossings_file)
    return DrivenBarrier(_board(kind, wiring), turn_seconds=turn_seconds, crossings=crossings)


def _board(kind: BarrierKind, wiring: Wiring) -> Board:
    match kind:
        case BarrierKind.GPIOD:
            from kiosk.devices.barrier_gpiod import GpiodBoard

            return GpiodBoard(wiring)
        case BarrierKind.MODBUS:
            from kiosk.devices.barrier_modbus import ModbusBoard

            return ModbusBoard(wiring)
        case BarrierKind.RELAY:
            from kiosk.devices.barrier_relay import RelayBoard

            return RelayBoard(wiring)
        case BarrierKind.SIMULATED:
            raise AssertionError
        case _:
            assert_never(kind)
