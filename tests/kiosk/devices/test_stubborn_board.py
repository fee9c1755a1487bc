"""A board that hangs, lags or breaks in the driver's hands: nobody waits, nothing opens late, what is owed is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.barrier import BarrierError
from kiosk.devices.boards import BoardError, Reading, Rising, position_of
from kiosk.devices.driven_barrier import ANSWER_SECONDS, DrivenBarrier
from kiosk.devices.problems import Problem
from kiosk.devices.sequels import Came, Sequel
from kiosk.rules.words import BarrierPosition


class Stubborn:
    """The smallest board, each of whose calls a test can make hang or fail."""

    name = "The stubborn board"
    times_pulses = True
    renews_hold = False
    poll_seconds = 0.02

    def __init__(self) -> None:
        self.pulses: list[int] = []
        self.reading = Reading()
        self.hangs: dict[str, threading.Event] = {}
        self.fails: dict[str, Exception] = {}
        self.calls: list[str] = []

    def hang(self, call: str) -> threading.Event:
        """Let this call hang until the event is set."""
        self.hangs[call] = threading.Event()
        return self.hangs[call]

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if call in self.hangs:
            self.hangs.pop(call).wait(30)
        if call in self.fails:
            raise self.fails[call]

    def connect(self, within: float) -> None:
        self._called("connect")

    def pulse(self, milliseconds: int, within: float) -> None:
        self._called("pulse")
        self.pulses.append(milliseconds)

    def lower(self, within: float) -> None:
        self._called("lower")

    def hold(self, held: bool, within: float) -> None:
        self._called("hold" if held else "let go")

    def read(self, within: float) -> Reading:
        self._called("read")
        return self.reading

    def release(self) -> None:
        self.calls.append("release")


@pytest.fixture
def board() -> Stubborn:
    return Stubborn()


@pytest.fixture
def barrier(board: Stubborn) -> Iterator[DrivenBarrier]:
    made = DrivenBarrier(board)
    made.position()
    yield made
    for event in board.hangs.values():
        event.set()
    made.close()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.01)


def test_a_pulse_that_hangs_is_doubted_within_a_second_and_told_if_it_opened_after_all(
    board: Stubborn, barrier: DrivenBarrier
) -> None:
    go_on = board.hang("pulse")
    begun = time.monotonic()
    with pytest.raises(BarrierError, match="Perhaps the barrier opened") as said:
        barrier.pulse(300, "ENTRY1")
    assert said.value.is_doubtful
    assert ANSWER_SECONDS / 2 < time.monotonic() - begun < 5
    assert barrier.sequels() == ()
    go_on.set()
    until(lambda: barrier.sequels() == (Sequel(cause="ENTRY1", came=Came.OPENED),))
    assert board.pulses == [300]


def test_a_pulse_that_waited_too_long_for_its_turn_is_never_begun(board: Stubborn, barrier: DrivenBarrier) -> None:
    go_on = board.hang("read")
    until(lambda: "read" not in board.hangs)
    with pytest.raises(BarrierError, match="by hand") as said:
        barrier.pulse(300, "ENTRY1")
    assert not said.value.is_doubtful
    go_on.set()
    barrier.pulse(400, "ENTRY2")
    assert board.pulses == [400]


def test_a_board_that_hangs_for_long_is_named_and_then_nobody_waits(
    board: Stubborn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.driven_barrier.STUCK_SECONDS", 0.2)
    barrier = DrivenBarrier(board)
    barrier.position()
    go_on = board.hang("read")
    until(lambda: "read" not in board.hangs)
    until(lambda: bool(barrier.tend()) or barrier.health().problem == Problem.BARRIER_MISSING)  # type: ignore[func-returns-value]
    assert "hangs" in barrier.health().advice
    begun = time.monotonic()
    with pytest.raises(BarrierError):
        barrier.pulse(300, "ENTRY1")
    assert time.monotonic() - begun < ANSWER_SECONDS
    go_on.set()
    until(lambda: not barrier.health().problem)
    barrier.pulse(300, "ENTRY2")
    assert board.pulses == [300]
    barrier.close()


def test_one_look_that_fails_is_no_news_and_two_are(board: Stubborn, barrier: DrivenBarrier) -> None:
    once = BoardError("a packet was lost", Problem.BARRIER_MISSING)
    board.fails["read"] = once
    until(lambda: board.calls.count("release") >= 1)
    board.fails.clear()
    until(lambda: board.calls[-3:].count("read") == 3)
    board.fails["read"] = once
    until(lambda: barrier.health().problem == Problem.BARRIER_MISSING)
    assert "a packet was lost" in barrier.health().advice
    board.fails.clear()
    until(lambda: not barrier.health().problem)


def test_a_mistake_of_ours_in_the_thread_is_mended_by_whoever_tends(
    board: Stubborn, barrier: DrivenBarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: ended.set())
    board.fails["read"] = ZeroDivisionError()
    assert ended.wait(20)
    board.fails.clear()
    barrier.tend()
    barrier.pulse(300, "ENTRY1")
    assert board.pulses == [300]


def test_a_pulse_that_was_refused_for_certain_is_never_taken_for_one_that_opened(
    board: Stubborn, barrier: DrivenBarrier
) -> None:
    board.fails["pulse"] = BoardError("it says no", Problem.BARRIER_FAULTED)
    with pytest.raises(BarrierError, match="call the service") as said:
        barrier.pulse(300, "ENTRY1")
    assert not said.value.is_doubtful
    board.reading = Reading(opened=True)
    until(lambda: barrier.position() is BarrierPosition.OPEN)
    assert barrier.sequels() == ()


def test_what_a_crash_may_have_left_up_is_let_go_once_after_the_start_and_never_under_a_hold(
    board: Stubborn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.driven_barrier.STRAY_SECONDS", 0.1)
    barrier = DrivenBarrier(board)
    until(lambda: "lower" in board.calls)
    reads = board.calls.count("read")
    until(lambda: board.calls.count("read") > reads + 5)
    assert board.calls.count("lower") == 1
    barrier.close()
    other = Stubborn()
    holding = DrivenBarrier(other)
    holding.hold(held=True)
    reads = other.calls.count("read")
    until(lambda: other.calls.count("read") > reads + 20)
    assert "lower" not in other.calls
    holding.close()
    assert other.calls[-2:] == ["let go", "release"]


def test_a_barrier_that_stands_open_and_was_not_opened_is_named(
    board: Stubborn, barrier: DrivenBarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.driven_barrier.STAYS_OPEN_SECONDS", 0.2)
    board.reading = Reading(opened=True, closed=False)
    until(lambda: barrier.health().problem == Problem.BARRIER_STAYS_OPEN)
    board.reading = Reading(opened=False, closed=True)
    until(lambda: not barrier.health().problem)


def test_a_turnstile_that_three_in_a_row_did_not_turn_is_named(board: Stubborn) -> None:
    barrier = DrivenBarrier(board, turn_seconds=0.05)
    for n in range(3):
        barrier.pulse(10, f"ENTRY{n}")
        until(lambda: len(barrier.sequels()) == n + 1)  # noqa: B023
    until(lambda: barrier.health().problem == Problem.BARRIER_DOES_NOT_TURN)
    assert barrier.health().works
    board.reading = Reading(turns=1)
    until(lambda: not barrier.health().problem)
    barrier.close()


@pytest.mark.parametrize(
    "reading, is_held, is_pulsed, position",
    [
        (Reading(), False, False, "closed"),
        (Reading(), False, True, "open"),
        (Reading(), True, False, "held"),
        (Reading(output=True), False, False, "open"),
        (Reading(output=False), False, True, "closed"),
        (Reading(opened=False), False, True, "closed"),
        (Reading(closed=False), False, False, "open"),
        (Reading(closed=True, output=True), False, True, "closed"),
        (Reading(opened=False, closed=False), False, False, "open"),
        (Reading(opened=True, closed=True), True, False, "faulted"),
    ],
)
def test_the_end_switches_are_believed_before_the_board_and_the_board_before_what_it_was_told(
    reading: Reading, is_held: bool, is_pulsed: bool, position: str
) -> None:
    assert position_of(reading, is_held=is_held, is_pulsed=is_pulsed) == position


def test_a_contact_is_counted_when_it_closes_and_not_for_how_it_was_found() -> None:
    contact = Rising()
    assert [contact.look(level) for level in (True, True, False, True, None, True, False, True)] == [
        0, 0, 0, 1, 0, 0, 0, 1,
    ]  # fmt: skip
