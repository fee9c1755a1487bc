"""The urgent lane at the kiosk: it rings for what is new, believes nothing, and ends when it is told to."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sync.backoff import Backoff, Delays
from sync.errors import UnreachableError
from sync.revocation_log import LONGEST_WAIT_SECONDS, UrgentReply
from sync.urgent import Bell, Known, UrgentLane

Answer = Callable[[int, int], UrgentReply]


class Far:
    """A registry that answers as the test says, and waits where it is told to."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[tuple[int, int]] = []
        self.let_go = threading.Event()

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        assert (park, wait_seconds) == (7, LONGEST_WAIT_SECONDS)
        self.asked.append((after, set_version))
        return self.answer(after, set_version)

    def wait(self) -> None:
        """Until the request is given up."""
        self.let_go.wait(20)


@pytest.fixture
def bell() -> Bell:
    bell = Bell()
    bell.known = Known(revocations=3, set_version=1)
    return bell


@pytest.fixture
def lane_to(bell: Bell) -> Iterator[Callable[..., UrgentLane]]:
    made: list[UrgentLane] = []

    def start(far: Far, wake: Callable[[], None], first_seconds: float = 0.02) -> UrgentLane:
        backoff = Backoff(delays=Delays(first_seconds=first_seconds, longest_seconds=60))
        lane = UrgentLane(far, park=7, bell=bell, wake=wake, abort=far.let_go.set, backoff=backoff)
        made.append(lane)
        lane.start()
        return lane

    yield start
    for lane in made:
        assert lane.stop()


def test_what_is_new_rings_and_wakes_and_the_next_question_is_for_more(
    bell: Bell, lane_to: Callable[..., UrgentLane]
) -> None:
    far = Far(lambda after, _: UrgentReply(revocations=4, set=1) if after == 3 else _nothing(far))
    woken = threading.Event()

    def wake() -> None:
        assert bell.is_rung
        bell.known = Known(revocations=4, set_version=1)
        woken.set()

    lane_to(far, wake)
    assert woken.wait(5)
    _until(lambda: len(far.asked) >= 2)
    assert far.asked[:2] == [(3, 1), (4, 1)]


def test_a_new_set_rings_too(lane_to: Callable[..., UrgentLane]) -> None:
    woken = threading.Event()
    far = Far(lambda _after, _set: UrgentReply(revocations=3, set=2))
    lane_to(far, woken.set)
    assert woken.wait(5)


def test_an_answer_that_leads_to_nothing_rings_more_and_more_seldom(
    monkeypatch: pytest.MonkeyPatch, lane_to: Callable[..., UrgentLane]
) -> None:
    monkeypatch.setattr("sync.urgent._HEARD_SECONDS", 0.0)
    monkeypatch.setattr("sync.urgent._PAUSE_SECONDS", 0.0)
    rung: list[float] = []
    far = Far(lambda _after, _set: UrgentReply(revocations=2**40, set=1))
    lane_to(far, lambda: rung.append(time.monotonic()), first_seconds=0.2)
    time.sleep(2)
    assert 2 <= len(rung) < 25


def test_a_registry_that_is_away_is_asked_again_later_and_rings_nothing(
    bell: Bell, lane_to: Callable[..., UrgentLane]
) -> None:
    def answer(_after: int, _set: int) -> UrgentReply:
        if len(far.asked) < 4:
            raise UnreachableError("No connection.")
        return _nothing(far)

    far = Far(answer)
    lane_to(far, lambda: pytest.fail("nothing is new"))
    _until(lambda: len(far.asked) >= 4)
    assert not bell.is_rung


def test_a_mistake_of_ours_does_not_end_the_lane(lane_to: Callable[..., UrgentLane]) -> None:
    def answer(_after: int, _set: int) -> UrgentReply:
        if len(far.asked) < 2:
            raise RuntimeError("a mistake")
        return _nothing(far)

    far = Far(answer)
    lane_to(far, lambda: None)
    _until(lambda: len(far.asked) >= 2)


def test_the_lane_ends_within_two_seconds_whatever_it_waits_for(lane_to: Callable[..., UrgentLane]) -> None:
    far = Far(lambda _after, _set: _nothing(far))
    lane = lane_to(far, lambda: None)
    _until(lambda: bool(far.asked))
    began = time.monotonic()
    assert lane.stop()
    assert time.monotonic() - began < 2


def _nothing(far: Far) -> UrgentReply:
    far.wait()
    return UrgentReply(revocations=0, set=0)


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
