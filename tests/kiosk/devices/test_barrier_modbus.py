"""A Modbus board: what goes over the wire, over TCP and over a serial line that is two pseudo-terminals."""

from __future__ import annotations

import asyncio
import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from pymodbus.server import ModbusSerialServer

from kiosk.devices.barrier_modbus import ModbusBoard
from kiosk.devices.boards import BoardError
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.devices.problems import Problem
from kiosk.rules.words import BarrierPosition
from kiosk.wiring import Wiring
from tests.support.modbus_board import (
    FLASH,
    HOLD,
    INPUTS,
    OPEN,
    WATCHDOG,
    ModbusBoardServer,
    modbus_board,
)

PATIENCE = 5.0


@pytest.fixture
def server() -> Iterator[ModbusBoardServer]:
    with modbus_board() as made:
        yield made


@contextmanager
def connected(wiring: Wiring) -> Iterator[ModbusBoard]:
    board = ModbusBoard(wiring)
    board.connect(PATIENCE)
    try:
        yield board
    finally:
        board.release()


def test_a_board_that_flashes_is_told_the_time_in_tenths_and_rounds_it_up(server: ModbusBoardServer) -> None:
    with connected(server.wiring(flash=FLASH)) as board:
        assert board.times_pulses
        for milliseconds in (1, 100, 101, 1500):
            board.pulse(milliseconds, PATIENCE)
        assert server.wires.flashed == [1, 1, 2, 15]
        board.lower(PATIENCE)
        assert server.wires.is_up(), "a pulse that the board times is left to it"


def test_a_coil_is_raised_until_it_is_lowered_and_never_while_it_holds(server: ModbusBoardServer) -> None:
    with connected(server.wiring()) as board:
        assert not board.times_pulses
        board.pulse(500, PATIENCE)
        assert server.wires.is_up(OPEN)
        board.hold(held=True, within=PATIENCE)
        board.lower(PATIENCE)
        assert server.wires.is_up(OPEN), "the end of a pulse does not end the hold"
        board.hold(held=False, within=PATIENCE)
        assert not server.wires.is_up(OPEN)


def test_what_a_crash_left_held_is_let_go_by_the_next_start(server: ModbusBoardServer) -> None:
    server.wires.drive(HOLD, up=True)
    with connected(server.wiring(flash=FLASH, hold=HOLD)) as board:
        assert server.wires.is_up(HOLD), "to connect moves no line"
        board.lower(PATIENCE)
        assert not server.wires.is_up(HOLD)
        board.hold(held=True, within=PATIENCE)
        board.lower(PATIENCE)
        assert server.wires.is_up(HOLD)


def test_contacts_and_the_coil_are_read_back_some_of_them_inverted(server: ModbusBoardServer) -> None:
    with connected(server.wiring(**INPUTS, inverted=("closed", "turned"))) as board:
        server.wires.levels["opened"] = True
        reading = board.read(PATIENCE)
        assert (reading.opened, reading.closed, reading.output) == (True, True, False)
        server.wires.levels["turned"] = True
        assert board.read(PATIENCE).turns == 0
        server.wires.levels["turned"] = False
        assert board.read(PATIENCE).turns == 1


def test_inputs_that_lie_far_apart_are_each_asked_for(server: ModbusBoardServer) -> None:
    with connected(server.wiring(opened=0, closed=0xFFFF)) as board, pytest.raises(BoardError, match="function 2"):
        board.read(PATIENCE)  # the second is an address this board does not have, and was asked for alone
    assert server.wires.looks == 1


def test_a_watchdog_is_fed_and_drops_the_coil_of_a_kiosk_that_is_gone(server: ModbusBoardServer) -> None:
    server.wires.watchdog_seconds = 1.0
    with closing(DrivenBarrier(ModbusBoard(server.wiring(hold=HOLD, watchdog_register=WATCHDOG)))) as barrier:
        barrier.hold(held=True)
        time.sleep(1.5)
        assert server.wires.is_up(HOLD)
        assert barrier.position() is BarrierPosition.HELD


def test_a_request_whose_answer_is_lost_is_doubtful_and_made_once(server: ModbusBoardServer) -> None:
    with connected(server.wiring(flash=FLASH)) as board:
        server.lose_answers()
        with pytest.raises(BoardError, match="does not answer") as said:
            board.pulse(500, 0.4)
        assert said.value.is_doubtful
        assert server.wires.rises == 1


def test_a_board_that_says_no_took_nothing(server: ModbusBoardServer) -> None:
    with connected(server.wiring(pulse_register=400)) as board:
        with pytest.raises(BoardError, match="exception") as said:
            board.pulse(500, PATIENCE)
        assert (said.value.is_doubtful, said.value.problem) == (False, Problem.BARRIER_FAULTED)


def test_a_register_is_told_the_time_in_its_own_unit(server: ModbusBoardServer) -> None:
    with connected(server.wiring(pulse_register=3, pulse_unit_milliseconds=10)) as board:
        board.pulse(505, PATIENCE)
        assert server.wires.words[3] == 51
        with pytest.raises(BoardError, match=r"barrier\.hold"):
            ModbusBoard(Wiring(address="127.0.0.1:1", pulse_register=3, opened=0)).hold(held=True, within=PATIENCE)


def test_a_line_that_the_board_closed_meanwhile_is_opened_anew_before_a_pulse_and_not_doubted(
    server: ModbusBoardServer,
) -> None:
    with connected(server.wiring(flash=FLASH)) as board:
        board.read(PATIENCE)
        server.stop()
        server.start()
        board.pulse(500, PATIENCE)
        assert server.wires.rises == 1
        server.stop()
        with pytest.raises(BoardError) as said:
            board.pulse(500, PATIENCE)
        assert not said.value.is_doubtful


class _Cable:
    """Two serial ports and the wire between them."""

    def __init__(self) -> None:
        self._ends = [os.openpty() for _ in range(2)]
        for pair in self._ends:
            tty.setraw(pair[1])
        self.ports = [os.ttyname(slave) for _, slave in self._ends]
        self.is_cut = False
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def _carry(self) -> None:
        masters = [master for master, _ in self._ends]
        while not self._closing.is_set():
            for ready in select.select(masters, [], [], 0.05)[0]:
                data = os.read(ready, 256)
                if not self.is_cut:
                    os.write(masters[1 - masters.index(ready)], data)

    def close(self) -> None:
        self._closing.set()
        self._thread.join(10)
        for pair in self._ends:
            for end in pair:
                os.close(end)


@contextmanager
def serial_board(board: ModbusBoardServer) -> Iterator[_Cable]:
    """The same board on a serial line."""
    with closing(_Cable()) as cable:
        up = threading.Event()
        ends: list[Callable[[], object]] = []

        async def serve() -> None:
            made = ModbusSerialServer(board.device(), port=cable.ports[1], baudrate=9600, custom_pdu=[board.coil])
            await made.serve_forever(background=True)
            loop, over = asyncio.get_running_loop(), asyncio.Event()
            ends.append(lambda: loop.call_soon_threadsafe(over.set))
            up.set()
            await over.wait()
            await made.shutdown()  # type: ignore[no-untyped-call]

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert up.wait(20)
        try:
            yield cable
        finally:
            ends[0]()
            thread.join(20)


def test_a_board_on_a_serial_line_does_the_same() -> None:
    board = ModbusBoardServer(0)
    with serial_board(board) as cable:
        wiring = Wiring(
            address=cable.ports[0], open=OPEN, flash=FLASH, opened=INPUTS["opened"], closed=INPUTS["closed"]
        )
        with closing(DrivenBarrier(ModbusBoard(wiring))) as barrier:
            board.wires.levels["closed"] = True
            end = time.monotonic() + 20
            while barrier.position() is not BarrierPosition.CLOSED:
                assert time.monotonic() < end
                time.sleep(0.02)
            barrier.pulse(500, "ENTRY1")
            assert board.wires.flashed == [5]
            cable.is_cut = True
            while barrier.health().problem != Problem.BARRIER_MISSING:
                assert time.monotonic() < end
                time.sleep(0.02)
            cable.is_cut = False
            while barrier.health().problem:
                assert time.monotonic() < end + 20
                time.sleep(0.02)
            barrier.pulse(500, "ENTRY2")
            assert board.wires.flashed == [5, 5]
