from pathlib import Path

import pytest

from kiosk.devices.barrier import BarrierError, SimulatedBarrier, read_pulse_log
from kiosk.errors import BugError
from kiosk.rules.words import BarrierPosition


class Hands:
    """A clock that a test turns by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_pulse_opens_the_barrier_and_it_closes_by_itself() -> None:
    clock = Hands()
    barrier = SimulatedBarrier(clock=clock)
    barrier.pulse(5000, "ENTRY1")
    assert barrier.position() is BarrierPosition.OPEN
    clock.now += 4.99
    assert barrier.position() is BarrierPosition.OPEN
    clock.now += 0.01
    assert barrier.position() is BarrierPosition.CLOSED


def test_a_second_pulse_while_open_never_shortens_the_opening() -> None:
    clock = Hands()
    barrier = SimulatedBarrier(clock=clock)
    barrier.pulse(5000, "ENTRY1")
    clock.now += 1
    barrier.pulse(1000, "ENTRY2")
    clock.now += 3
    assert barrier.position() is BarrierPosition.OPEN


def test_every_pulse_is_remembered_with_its_cause() -> None:
    clock = Hands()
    barrier = SimulatedBarrier(clock=clock)
    barrier.pulse(500, "ENTRY1")
    clock.now += 2
    barrier.pulse(700, "ENTRY2")
    assert [(p.cause, p.milliseconds, p.at) for p in barrier.pulses] == [("ENTRY1", 500, 100.0), ("ENTRY2", 700, 102.0)]


def test_a_faulted_barrier_raises_and_leaves_no_pulse(tmp_path: Path) -> None:
    log = tmp_path / "pulses"
    barrier = SimulatedBarrier(clock=Hands(), fault=True, log=log)
    with pytest.raises(BarrierError, match="by hand"):
        barrier.pulse(500, "ENTRY1")
    assert barrier.position() is BarrierPosition.FAULTED
    assert barrier.pulses == ()
    assert read_pulse_log(log) == []
    barrier.break_down(fault=False)
    barrier.pulse(500, "ENTRY1")
    assert barrier.position() is BarrierPosition.OPEN


def test_the_pulse_log_outlives_the_barrier(tmp_path: Path) -> None:
    log = tmp_path / "pulses"
    SimulatedBarrier(clock=Hands(), log=log).pulse(500, "ENTRY1")
    SimulatedBarrier(clock=Hands(), log=log).pulse(500, "ENTRY2")
    assert read_pulse_log(log) == ["ENTRY1", "ENTRY2"]


def test_a_pulse_that_cannot_be_logged_does_not_move_the_barrier(tmp_path: Path) -> None:
    barrier = SimulatedBarrier(clock=Hands(), log=tmp_path / "missing" / "pulses")
    with pytest.raises(BarrierError, match="cannot be written"):
        barrier.pulse(500, "ENTRY1")
    assert barrier.position() is BarrierPosition.CLOSED


def test_listeners_hear_each_change_once() -> None:
    clock = Hands()
    barrier = SimulatedBarrier(clock=clock)
    heard: list[BarrierPosition] = []
    barrier.listen(heard.append)
    barrier.pulse(500, "ENTRY1")
    barrier.position()
    clock.now += 1
    barrier.position()
    barrier.position()
    barrier.hold(held=True)
    barrier.hold(held=False)
    assert heard == [BarrierPosition.OPEN, BarrierPosition.CLOSED, BarrierPosition.HELD, BarrierPosition.CLOSED]


def test_a_faulted_barrier_is_neither_held_nor_let_go() -> None:
    barrier = SimulatedBarrier(clock=Hands(), fault=True)
    with pytest.raises(BarrierError, match="by hand"):
        barrier.hold(held=True)
    barrier.break_down(fault=False)
    assert barrier.position() is BarrierPosition.CLOSED
    barrier.hold(held=True)
    barrier.break_down(fault=True)
    with pytest.raises(BarrierError, match="by hand"):
        barrier.hold(held=False)
    barrier.break_down(fault=False)
    assert barrier.position() is BarrierPosition.HELD


@pytest.mark.parametrize(
    "milliseconds,cause", [(0, "E"), (-1, "E"), (60_001, "E"), (500, ""), (500, "a b"), (500, "a\n")]
)
def test_a_pulse_without_a_cause_or_a_length_is_our_own_mistake(milliseconds: int, cause: str) -> None:
    barrier = SimulatedBarrier(clock=Hands())
    with pytest.raises(BugError):
        barrier.pulse(milliseconds, cause)
    assert barrier.pulses == ()
