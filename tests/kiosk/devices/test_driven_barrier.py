"""What every real barrier promises, over the stand-ins of all three: Modbus board, HTTP relay, GPIO chip."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType
from typing import Protocol

import pytest

from kiosk.devices.barrier import Barrier, BarrierError
from kiosk.devices.barrier_gpiod import GpiodBoard
from kiosk.devices.barrier_modbus import ModbusBoard
from kiosk.devices.barrier_relay import RelayBoard
from kiosk.devices.boards import Board
from kiosk.devices.crossings import CrossingLog
from kiosk.devices.driven_barrier import DrivenBarrier
from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.problems import Problem
from kiosk.devices.roll import Roll
from kiosk.devices.sequels import Came, Sequel
from kiosk.rules.words import BarrierPosition
from kiosk.wiring import Wiring
from tests.support import gpio_chip, modbus_board, relay_server

PATIENCE = 20.0


def until(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for it, however busy the machine is."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


class Standing(Protocol):
    """A stand-in and how it is wired."""

    def barrier(self, **more: object) -> DrivenBarrier: ...
    def is_up(self) -> bool: ...
    def set(self, name: str, level: bool) -> None: ...
    def pull(self) -> None: ...
    def put_back(self) -> None: ...

    @property
    def rises(self) -> int: ...

    @property
    def looks(self) -> float: ...


class _Wired:
    """What is common to the three."""

    inputs: Mapping[str, object]

    def barrier(self, **more: object) -> DrivenBarrier:
        wanted = more.pop("inputs", ())
        inputs = {name: line for name, line in self.inputs.items() if name in wanted}  # type: ignore[operator]
        turn = 0.5 if "turned" in inputs else None
        log = CrossingLog() if "loop" in inputs else None
        return DrivenBarrier(self.board(self.wiring(**inputs, **more)), turn_seconds=turn, crossings=log)

    def wiring(self, **more: object) -> Wiring:
        raise NotImplementedError

    def board(self, wiring: Wiring) -> Board:
        raise NotImplementedError


class _Modbus(_Wired):
    inputs = MappingProxyType(modbus_board.INPUTS)
    flash: Mapping[str, object] = MappingProxyType({"flash": modbus_board.FLASH})

    def __init__(self, board: modbus_board.ModbusBoardServer) -> None:
        self.server = board

    def wiring(self, **more: object) -> Wiring:
        return self.server.wiring(**{**self.flash, **more})

    def board(self, wiring: Wiring) -> Board:
        return ModbusBoard(wiring)

    def is_up(self) -> bool:
        return self.server.wires.is_up()

    def set(self, name: str, level: bool) -> None:
        self.server.wires.levels[name] = level

    def pull(self) -> None:
        self.server.stop()

    def put_back(self) -> None:
        self.server.start()

    @property
    def rises(self) -> int:
        return self.server.wires.rises

    @property
    def looks(self) -> float:
        return self.server.wires.looks


class _Coil(_Modbus):
    flash: Mapping[str, object] = MappingProxyType({})


class _Relay(_Wired):
    inputs = MappingProxyType(relay_server.INPUTS)

    def __init__(self, relay: relay_server.RelayServer) -> None:
        self.server = relay

    def wiring(self, **more: object) -> Wiring:
        return self.server.wiring(**{**self.server.hold_urls(renewed=True), **more})

    def board(self, wiring: Wiring) -> Board:
        return RelayBoard(wiring)

    def is_up(self) -> bool:
        return self.server.is_up()

    def set(self, name: str, level: bool) -> None:
        self.server.levels[name] = level

    def pull(self) -> None:
        self.server.stop()

    def put_back(self) -> None:
        self.server.start()

    @property
    def rises(self) -> int:
        return self.server.rises

    @property
    def looks(self) -> float:
        return self.server.looks


class _Gpio(_Wired):
    inputs = MappingProxyType(gpio_chip.INPUTS)

    def __init__(self) -> None:
        self.pins = gpio_chip.Pins()

    def wiring(self, **more: object) -> Wiring:
        return self.pins.wiring(**more)

    def board(self, wiring: Wiring) -> Board:
        return GpiodBoard(wiring, open_chip=self.pins.open)

    def is_up(self) -> bool:
        return self.pins.is_up()

    def set(self, name: str, level: bool) -> None:
        self.pins.set(name, level)

    def pull(self) -> None:
        self.pins.pull()

    def put_back(self) -> None:
        self.pins.put_back()

    @property
    def rises(self) -> int:
        return self.pins.rises

    @property
    def looks(self) -> float:
        return time.monotonic() * 1000  # the kernel keeps the edges: nothing has to be looked at in time


@contextmanager
def _stood(kind: str) -> Iterator[Standing]:
    match kind:
        case "gpiod":
            yield _Gpio()
        case "relay":
            with relay_server.relay_server() as relay:
                yield _Relay(relay)
        case _:
            with modbus_board.modbus_board() as board:
                yield _Modbus(board) if kind == "modbus" else _Coil(board)


KINDS = ("gpiod", "modbus", "coil", "relay")


@pytest.fixture(params=KINDS)
def there(request: pytest.FixtureRequest) -> Iterator[Standing]:
    with _stood(request.param) as standing:
        yield standing


def test_a_pulse_raises_the_line_once_and_it_falls_by_itself(there: Standing) -> None:
    with closing(there.barrier()) as barrier:
        assert barrier.position() is BarrierPosition.CLOSED
        barrier.pulse(500, "ENTRY1")
        assert barrier.position() is BarrierPosition.OPEN
        until(lambda: not there.is_up())
        until(lambda: barrier.position() is BarrierPosition.CLOSED)
        assert there.rises == 1
        assert (barrier.kind, barrier.health().state) == (DeviceKind.BARRIER, HealthState.OK)


def test_the_end_switches_say_where_the_boom_stands(there: Standing) -> None:
    with closing(there.barrier(inputs=("opened", "closed"))) as barrier:
        until(lambda: barrier.position() is BarrierPosition.OPEN)  # between its ends: not closed
        there.set("closed", True)
        until(lambda: barrier.position() is BarrierPosition.CLOSED)
        there.set("closed", False)
        there.set("opened", True)
        until(lambda: barrier.position() is BarrierPosition.OPEN)
        there.set("closed", True)
        until(lambda: barrier.position() is BarrierPosition.FAULTED)
        until(lambda: barrier.health().problem == Problem.BARRIER_FAULTED)
        assert "end switches" in barrier.health().advice
        there.set("opened", False)
        until(lambda: barrier.health().problem == Problem.NONE)


def test_what_is_held_stays_open_until_it_is_let_go(there: Standing) -> None:
    with closing(there.barrier()) as barrier:
        barrier.hold(held=True)
        assert barrier.position() is BarrierPosition.HELD
        assert there.is_up()
        barrier.hold(held=False)
        until(lambda: not there.is_up())
        until(lambda: barrier.position() is BarrierPosition.CLOSED)


def test_whoever_lets_the_barrier_go_waits_for_the_pulse_under_way_and_leaves_the_line_down(there: Standing) -> None:
    barrier = there.barrier()
    barrier.pulse(400, "ENTRY1")
    barrier.close()
    until(lambda: not there.is_up())
    barrier = there.barrier()
    barrier.hold(held=True)
    barrier.close()
    until(lambda: not there.is_up())
    with pytest.raises(BarrierError, match="let go"):
        barrier.pulse(400, "ENTRY2")


def test_a_barrier_pulled_out_is_named_and_healed_and_a_pulse_meanwhile_is_refused_at_once(there: Standing) -> None:
    with closing(there.barrier()) as barrier:
        barrier.pulse(200, "ENTRY1")
        there.pull()
        pulled = time.monotonic()
        until(lambda: barrier.health().state is HealthState.MISSING, 10)
        assert barrier.health().problem == Problem.BARRIER_MISSING
        assert barrier.position() is BarrierPosition.FAULTED
        begun = time.monotonic()
        with pytest.raises(BarrierError, match="by hand") as refused:
            barrier.pulse(200, "ENTRY2")
        assert not refused.value.is_doubtful
        assert time.monotonic() - begun < 0.9, "nobody waits for what is known to be missing"
        rises = there.rises
        there.put_back()
        until(lambda: barrier.health().state is HealthState.OK, 10)
        assert time.monotonic() - pulled < 60
        assert there.rises == rises, "what was refused never opens later"
        barrier.pulse(200, "ENTRY2")
        assert there.rises == rises + 1


def test_a_barrier_that_is_not_there_at_the_start_is_taken_when_it_comes(there: Standing) -> None:
    there.pull()
    with closing(there.barrier()) as barrier:
        assert barrier.position() is BarrierPosition.FAULTED
        with pytest.raises(BarrierError):
            barrier.pulse(200, "ENTRY1")
        there.put_back()
        until(lambda: barrier.health().state is HealthState.OK, 10)
        barrier.pulse(200, "ENTRY1")
        assert there.rises == 1


def test_what_is_held_is_held_again_when_the_board_comes_back(there: Standing) -> None:
    with closing(there.barrier()) as barrier:
        barrier.hold(held=True)
        there.pull()
        until(lambda: barrier.position() is BarrierPosition.FAULTED)
        there.put_back()
        until(lambda: barrier.position() is BarrierPosition.HELD)
        assert there.is_up()
        there.pull()
        until(lambda: barrier.position() is BarrierPosition.FAULTED)
        with pytest.raises(BarrierError, match="let it go by hand"):
            barrier.hold(held=False)
        there.put_back()
        until(lambda: barrier.health().state is HealthState.OK)
        assert barrier.position() is not BarrierPosition.HELD


def test_a_turnstile_that_does_not_turn_is_told_and_one_that_turns_is_not(there: Standing) -> None:
    with closing(there.barrier(inputs=("turned",))) as barrier:
        barrier.position()
        barrier.pulse(100, "ENTRY1")
        there.set("turned", True)
        until(lambda: not there.is_up())
        time.sleep(0.7)
        assert barrier.sequels() == ()
        there.set("turned", False)
        barrier.pulse(100, "ENTRY2")
        until(lambda: barrier.sequels() != ())
        (sequel,) = barrier.sequels()
        assert sequel == Sequel(cause="ENTRY2", came=Came.NOT_TURNED)
        barrier.settle(sequel)
        assert barrier.sequels() == ()


def test_each_crossing_of_the_loop_is_counted_once(there: Standing) -> None:
    with closing(there.barrier(inputs=("loop",))) as barrier:
        barrier.position()
        for count in (1, 2, 3):
            there.set("loop", True)
            until(lambda: _count(barrier) == count)  # noqa: B023
            there.set("loop", False)
            looked = there.looks
            until(lambda: there.looks > looked + 1)  # noqa: B023
        before = barrier.crossings()
        there.pull()
        until(lambda: barrier.health().state is HealthState.MISSING)
        after = barrier.crossings()
        assert before is not None
        assert after is not None
        assert after.series != before.series, "what crossed meanwhile nobody knows"


def test_on_the_roll_of_devices_it_is_told_once_when_it_goes_and_once_when_it_comes(
    there: Standing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    barrier = there.barrier()
    with closing(Roll([barrier])) as roll:
        roll.start()
        until(lambda: roll.health()[DeviceKind.BARRIER].state is HealthState.OK)
        there.pull()
        until(lambda: "The barrier is missing" in caplog.text)
        there.put_back()
        until(lambda: "The barrier works again" in caplog.text)
    assert caplog.text.count("The barrier is missing") == 1


def test_two_who_pulse_at_once_are_both_served_and_each_counts_once(there: Standing) -> None:
    with closing(there.barrier()) as barrier:
        barrier.position()
        failed: list[BarrierError] = []

        def pulse(cause: str) -> None:
            try:
                barrier.pulse(200, cause)
            except BarrierError as error:
                failed.append(error)

        threads = [threading.Thread(target=pulse, args=(f"ENTRY{n}",)) for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        until(lambda: not there.is_up())


def _count(barrier: Barrier) -> int:
    crossings = barrier.crossings()
    assert crossings is not None
    return crossings.count
