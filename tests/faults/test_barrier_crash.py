"""The line falls when the kiosk is killed: by the kernel, the board's own time or its watchdog; and where it cannot.

A real process opens the stand-in, is ended with SIGKILL, and the line is watched from here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

from kiosk.devices.barrier_modbus import ModbusBoard
from kiosk.devices.boards import HOLD_SECONDS
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.wiring import Wiring
from tests.support.modbus_board import FLASH, HOLD, WATCHDOG, modbus_board
from tests.support.relay_server import relay_server
from tests.support.shell import environment, tied

CHILD = Path(__file__).parents[1] / "support" / "barrier_child.py"
PATIENCE = 60.0


@contextmanager
def opened(wiring: Wiring, *, pipe: int | None = None, **wanted: object) -> Iterator[subprocess.Popen[str]]:
    """A process that has opened the barrier of this wiring and holds it so."""
    told = json.dumps({"wiring": asdict(wiring), "pipe": pipe, **wanted})
    child = subprocess.Popen(
        tied(sys.executable, CHILD, told),
        env=environment() | {"PYTHONPATH": str(CHILD.parents[2])},
        stdout=subprocess.PIPE,
        text=True,
        pass_fds=() if pipe is None else (pipe,),
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "up\n"
        yield child
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def falls(is_up: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while is_up():
        assert time.monotonic() < end, "the line stays up"
        time.sleep(0.02)


def test_a_pulse_ends_by_the_board_s_own_time_when_the_kiosk_is_killed_in_the_midst_of_it() -> None:
    with modbus_board() as board, relay_server() as relay:
        for wiring, is_up in ((board.wiring(flash=FLASH), board.wires.is_up), (relay.wiring(), relay.is_up)):
            with opened(wiring, milliseconds=5000) as child:
                assert is_up()
                child.kill()
                child.wait()
                falls(is_up)


def test_what_is_held_by_being_renewed_falls_when_nobody_renews_it() -> None:
    with modbus_board() as board, relay_server() as relay:
        wirings = board.wiring(flash=FLASH), relay.wiring(**relay.hold_urls(renewed=True))
        with opened(wirings[0], hold=True) as one, opened(wirings[1], hold=True) as other:
            time.sleep(HOLD_SECONDS + 1)
            assert board.wires.is_up()
            assert relay.is_up()
            for child in (one, other):
                child.kill()
                child.wait()
            killed = time.monotonic()
            falls(lambda: board.wires.is_up() or relay.is_up())
            assert time.monotonic() - killed < HOLD_SECONDS + 5


def test_a_coil_falls_by_the_board_s_watchdog_when_nobody_feeds_it() -> None:
    with modbus_board() as board:
        board.wires.watchdog_seconds = 3.0
        with opened(board.wiring(hold=HOLD, watchdog_register=WATCHDOG), hold=True) as child:
            time.sleep(4)
            assert board.wires.is_up(HOLD)
            child.kill()
            child.wait()
            falls(lambda: board.wires.is_up(HOLD))


def test_a_coil_without_a_watchdog_stays_up_and_is_let_go_by_the_next_start() -> None:
    """What docs/DEVICES.md says openly: such a board does not fall by itself."""
    with modbus_board() as board:
        with opened(board.wiring(), milliseconds=500) as child:
            child.kill()
            child.wait()
        time.sleep(1)
        assert board.wires.is_up()
        with closing(DrivenBarrier(ModbusBoard(board.wiring()))):
            falls(board.wires.is_up)


def test_a_gpio_line_is_given_back_with_the_process_and_nothing_else_holds_it() -> None:
    """The stand-in plays the kernel: it drops the line when the last descriptor of it is closed, as gpiolib does."""
    here, there = os.pipe()
    level = [False]

    def play_the_kernel() -> None:
        while told := os.read(here, 16):
            level[0] = told.endswith(b"1")
        level[0] = False

    kernel = threading.Thread(target=play_the_kernel, daemon=True)
    with opened(Wiring(chip="/dev/gpiochip0", open=17), pipe=there, milliseconds=60_000) as child:
        kernel.start()
        os.close(there)
        end = time.monotonic() + PATIENCE
        while not level[0]:
            assert time.monotonic() < end
            time.sleep(0.02)
        child.kill()
        child.wait()
        falls(lambda: level[0])
    kernel.join(PATIENCE)
    os.close(here)
