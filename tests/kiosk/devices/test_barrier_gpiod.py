"""GPIO lines: what is asked of the chip, against a stand-in that keeps the kernel's promises and has no pins."""

from __future__ import annotations

import gpiod
import pytest
from gpiod.line import Bias, Direction, Edge, Value

from kiosk.devices.barrier_gpiod import EVENTS_KEPT, GpiodBoard
from kiosk.devices.boards import BoardError
from kiosk.devices.problems import Problem
from kiosk.wiring import Wiring
from tests.support.gpio_chip import HOLD, INPUTS, OPEN, PATH, Pins


def connected(pins: Pins, **more: object) -> GpiodBoard:
    board = GpiodBoard(pins.wiring(**more), open_chip=pins.open)
    board.connect(1)
    return board


def test_every_driven_line_is_asked_for_let_go_and_every_contact_as_it_is_wired() -> None:
    pins = Pins()
    connected(pins, hold=HOLD, **INPUTS, inverted=("hold", "closed"), pull="up")
    opens, holds, closed, turned = (pins.settings[offset] for offset in (OPEN, HOLD, 23, 24))
    assert (opens.direction, opens.output_value, opens.active_low) == (Direction.OUTPUT, Value.INACTIVE, False)
    assert (holds.direction, holds.output_value, holds.active_low) == (Direction.OUTPUT, Value.INACTIVE, True)
    assert (closed.direction, closed.bias, closed.active_low) == (Direction.INPUT, Bias.PULL_UP, True)
    assert (closed.edge_detection, turned.edge_detection) == (Edge.NONE, Edge.RISING)
    assert turned.debounce_period.total_seconds() > 0


def test_the_line_that_opens_holds_too_where_there_is_no_other() -> None:
    pins = Pins()
    board = connected(pins)
    board.pulse(500, 1)
    board.hold(held=True, within=1)
    board.lower(1)
    assert pins.is_up()
    board.hold(held=False, within=1)
    assert not pins.is_up()
    board.pulse(500, 1)
    board.hold(held=True, within=1)
    board.hold(held=False, within=1)
    assert pins.is_up(), "somebody's pulse is not over yet"
    board.lower(1)
    assert not pins.is_up()


def test_a_line_of_its_own_holds_and_a_pulse_does_not_touch_it() -> None:
    pins = Pins()
    board = connected(pins, hold=HOLD)
    board.hold(held=True, within=1)
    board.pulse(500, 1)
    board.lower(1)
    assert (pins.is_up(HOLD), pins.is_up(OPEN)) == (True, False)


def test_an_edge_for_which_the_kernel_had_no_room_is_counted_by_the_next_one_s_number() -> None:
    pins = Pins()
    board = connected(pins, **INPUTS)
    for lost in (False, True, True, False):
        pins.set("loop", True, lost=lost)
        pins.set("loop", False)
    pins.set("turned", True)
    reading = board.read(1)
    assert (reading.crossings, reading.turns) == (4, 1)
    assert (board.read(1).crossings, board.read(1).turns) == (0, 0)
    assert EVENTS_KEPT > 16


def test_lines_that_another_program_holds_are_named_so() -> None:
    pins = Pins()
    pins.taken_by_another = True
    with pytest.raises(BoardError, match="held by another program") as said:
        connected(pins)
    assert said.value.problem is Problem.BARRIER_FAULTED
    with pytest.raises(BoardError, match="no such line"):
        GpiodBoard(Wiring(chip=PATH, open=OPEN, loop=999), open_chip=Pins().open).connect(1)


def test_a_chip_that_is_not_there_is_missing_also_for_the_real_library() -> None:
    with pytest.raises(BoardError, match=r"/dev/gpiochip97 fails: No such file") as said:
        GpiodBoard(Wiring(chip="/dev/gpiochip97", open=1)).connect(1)
    assert said.value.problem is Problem.BARRIER_MISSING


def test_whoever_lets_go_gives_the_lines_back_even_if_the_chip_is_gone() -> None:
    pins = Pins()
    board = connected(pins)
    board.pulse(500, 1)
    board.release()
    assert not pins.is_up()
    board.release()
    board.connect(1)
    pins.pull()
    with pytest.raises(BoardError) as said:
        board.pulse(500, 1)
    assert said.value.problem is Problem.BARRIER_MISSING
    board.release()
    with pytest.raises(BoardError, match="not open"):
        board.read(1)


def test_the_stand_in_has_what_is_used_of_the_real_library() -> None:
    """No chip is on this machine: at least the names and the order of what is called are the library's own."""
    used = {"request_lines", "line_offset_from_id", "close"}
    assert used <= set(dir(gpiod.Chip))
    assert {"set_value", "get_values", "wait_edge_events", "read_edge_events", "release"} <= set(dir(gpiod.LineRequest))
    assert {"line_offset", "line_seqno"} <= set(gpiod.EdgeEvent.__dataclass_fields__)
