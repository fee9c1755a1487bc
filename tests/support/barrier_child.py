"""A process that opens a barrier and then waits to be killed; started by tests/faults/test_barrier_crash.py.

It is told what to do in one JSON object: the wiring, `hold` or `milliseconds`, and for GPIO lines the descriptor of the
stand-in that plays the kernel's part.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterable
from typing import Any

from gpiod.line import Value

from kiosk.devices.barrier_gpiod import GpiodBoard
from kiosk.devices.barrier_modbus import ModbusBoard
from kiosk.devices.barrier_relay import RelayBoard
from kiosk.devices.boards import Board
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.wiring import Line, Wiring


class FarLines:
    """A chip and its request at once, whose lines are driven at the other end of a pipe, as the kernel's are."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def request_lines(self, config: Any, consumer: str, event_buffer_size: int) -> FarLines:
        return self

    def line_offset_from_id(self, id: Line) -> int:  # noqa: A002
        return int(id)

    def set_value(self, line: Line, value: Value) -> None:
        os.write(self._pipe, b"1" if value is Value.ACTIVE else b"0")

    def get_values(self, lines: Iterable[Line]) -> list[Value]:
        return [Value.INACTIVE for _ in lines]

    def wait_edge_events(self, timeout: float) -> bool:
        return False

    def read_edge_events(self) -> list[Any]:
        return []

    def release(self) -> None:
        return

    def close(self) -> None:
        return


def main() -> None:
    wanted = json.loads(sys.argv[1])
    wiring = Wiring(**wanted["wiring"])
    board: Board
    if wiring.chip is not None:
        board = GpiodBoard(wiring, open_chip=lambda _: FarLines(wanted["pipe"]))
    else:
        board = ModbusBoard(wiring) if wiring.address is not None else RelayBoard(wiring)
    barrier = DrivenBarrier(board)
    barrier.position()
    if wanted.get("hold"):
        barrier.hold(held=True)
    else:
        barrier.pulse(wanted["milliseconds"], "ENTRY1")
    print("up", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
