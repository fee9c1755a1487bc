import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.eye import ADVICE_STANDS_SECONDS, ADVISE_SECONDS, Eye, sightings
from kiosk.devices.frames import ClosingSource, Frame, VideoSource
from kiosk.devices.generator import Scene, write_video
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import HealthState
from kiosk.devices.patches import Advice
from kiosk.devices.problems import Problem
from kiosk.errors import EnvironmentalError


class Given(ClosingSource):
    """A source of given pictures; live ones end only when closed."""

    def __init__(self, images: list[npt.NDArray[np.uint8]], *, live: bool = False, words: str = "") -> None:
        super().__init__()
        self._images = images
        self._words = words
        self.live = live

    def trouble(self) -> str:
        return self._words

    def frames(self) -> Iterator[Frame]:
        for number, image in enumerate(self._images):
            yield Frame(image=image, at=number * 0.1, number=number)
        if self.live:
            self._closed.wait(10)


class Spelled:
    """A decoder that reads the texts a test has spelled for each frame."""

    engines = ("spelled",)

    def __init__(self, texts: list[list[str]], advices: list[Advice | None] | None = None) -> None:
        self._texts, self._advices = iter(texts), iter(advices or [])
        self.advice: Advice | None = None
        self.closings = 0

    def close(self) -> None:
        self.closings += 1

    def read(self, frame: npt.NDArray[np.uint8]) -> list[str]:
        assert frame.ndim == 3
        self.advice = next(self._advices, None)
        return next(self._texts, [])


class Hands:
    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


def grey(shade: int) -> npt.NDArray[np.uint8]:
    return np.full((48, 64, 3), shade, dtype=np.uint8)


def nothing(texts: list[str], frame: Frame) -> None:
    raise AssertionError(f"{texts} in frame {frame.number}")


def an_eye(source: Given, clock: Callable[[], float], texts: list[list[str]] | None = None) -> Eye:
    return Eye(
        source=source, decoder=Spelled(texts or []), guard=SameCodeGuard(), on_texts=lambda *_: None, clock=clock
    )


def test_a_video_of_visitors_becomes_one_call_for_each(tmp_path: Path) -> None:
    video = tmp_path / "gate.avi"
    scenes = [Scene(texts=(f"VISITOR {number}",), frames=8, gap=4, seed=number) for number in range(3)]
    places = write_video(scenes, video)
    calls: list[tuple[list[str], int]] = []
    threads: set[str] = set()

    def on_texts(texts: list[str], frame: Frame) -> None:
        calls.append((texts, frame.number))
        threads.add(threading.current_thread().name)

    eye = Eye(source=VideoSource(video), decoder=CascadeDecoder(), guard=SameCodeGuard(), on_texts=on_texts)
    eye.start()
    assert eye.finished.wait(20)
    assert eye.stop()
    assert [texts for texts, _ in calls] == [[f"VISITOR {number}"] for number in range(3)]
    assert all(first <= at <= last for (_, at), (first, last) in zip(calls, places, strict=True))
    assert threads == {"eye"}
    newest = eye.latest()
    assert newest is not None
    assert newest.number == 35
    assert eye.health().state is HealthState.OK


def test_the_same_sightings_come_without_a_thread() -> None:
    source, decoder = Given([grey(100)] * 5), Spelled([[], ["A"], ["A"], ["A", "B"], ["B"]])
    seen = [(sighting.texts, sighting.frame.number) for sighting in sightings(source, decoder, SameCodeGuard())]
    assert seen == [(("A",), 1), (("A", "B"), 3)]


def test_two_codes_in_view_are_one_call_with_both() -> None:
    calls: list[list[str]] = []
    eye = Eye(
        source=Given([grey(100)] * 3),
        decoder=Spelled([["A", "B"], ["A", "B"], ["A", "B"]]),
        guard=SameCodeGuard(),
        on_texts=lambda texts, _: calls.append(texts),
    )
    eye.start()
    assert eye.finished.wait(5)
    assert calls == [["A", "B"]]


@pytest.mark.parametrize("is_opened", [True, False])
def test_with_the_eye_goes_what_it_reads_with(*, is_opened: bool) -> None:
    decoder = Spelled([])
    eye = Eye(source=Given([grey(100)]), decoder=decoder, guard=SameCodeGuard(), on_texts=lambda *_: None)
    if is_opened:
        eye.start()
        assert eye.finished.wait(5)
    assert eye.stop()
    assert decoder.closings == 1


def test_a_scan_that_fails_does_not_close_the_eye(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[list[str]] = []

    def on_texts(texts: list[str], _: Frame) -> None:
        calls.append(texts)
        raise EnvironmentalError("The disk is full")

    eye = Eye(source=Given([grey(100)] * 2), decoder=Spelled([["A"], ["B"]]), guard=SameCodeGuard(), on_texts=on_texts)
    eye.start()
    assert eye.finished.wait(5)
    assert calls == [["A"], ["B"]]
    assert "A scan failed" in caplog.text


def test_stopping_takes_less_than_a_second_and_no_call_comes_after() -> None:
    eye = an_eye(Given([grey(100)], live=True), time.monotonic)
    eye.start()
    began = time.monotonic()
    assert eye.stop()
    assert time.monotonic() - began < 1.0
    assert eye.finished.is_set()


def test_a_source_that_breaks_is_a_named_fault() -> None:
    class Breaking(Given):
        def frames(self) -> Iterator[Frame]:
            yield from super().frames()
            raise EnvironmentalError("The film tore: put in another")

    eye = an_eye(Breaking([grey(100)]), time.monotonic)
    eye.start()
    assert eye.finished.wait(5)
    health = eye.health()
    assert (health.state, health.problem) == (HealthState.FAULTED, Problem.CAMERA_BROKEN)
    assert health.advice == "The film tore: put in another"


def fed(eye: Eye, clock: Hands, shades: list[int], *, seconds_between: float) -> None:
    for number, shade in enumerate(shades):
        eye._take(Frame(image=grey(shade), at=clock.now, number=number))
        clock.now += seconds_between


def test_no_frame_for_two_seconds_is_a_fault_with_its_beginning() -> None:
    clock = Hands()
    eye = an_eye(Given([], live=True), clock)
    fed(eye, clock, [100, 101], seconds_between=0.5)
    assert eye.health().state is HealthState.OK
    clock.now += 2
    health = eye.health()
    assert (health.state, health.problem, health.since) == (HealthState.FAULTED, Problem.CAMERA_SILENT, 10.5)
    fed(eye, clock, [102], seconds_between=0)
    assert eye.health().state is HealthState.OK


def test_a_picture_that_stands_still_is_degraded() -> None:
    clock = Hands()
    eye = an_eye(Given([], live=True), clock)
    fed(eye, clock, [100] * 12, seconds_between=0.5)
    assert (eye.health().state, eye.health().problem) == (HealthState.DEGRADED, Problem.CAMERA_FROZEN)
    fed(eye, clock, [101], seconds_between=0)
    assert eye.health().state is HealthState.OK


def test_a_dark_picture_is_degraded() -> None:
    clock = Hands()
    eye = an_eye(Given([], live=True), clock)
    fed(eye, clock, [3, 4] * 3, seconds_between=0.5)
    assert (eye.health().state, eye.health().problem) == (HealthState.DEGRADED, Problem.CAMERA_DARK)
    fed(eye, clock, [100], seconds_between=0)
    assert eye.health().state is HealthState.OK


def test_a_camera_that_is_not_there_is_missing_in_its_own_words() -> None:
    eye = an_eye(Given([], live=True, words="The camera usb-cam is not there: plug it in"), Hands())
    health = eye.health()
    assert (health.state, health.problem) == (HealthState.MISSING, Problem.CAMERA_MISSING)
    assert health.advice == "The camera usb-cam is not there: plug it in"


def test_advice_is_given_once_a_code_has_not_been_read_for_a_while_and_goes_when_it_is_read() -> None:
    hands = Hands()
    eye = an_eye(Given([]), hands)
    decoder = Spelled([[], [], [], ["A CODE"]], [Advice.CLOSER, Advice.CLOSER, Advice.STILL])
    eye._decoder = decoder
    frame = Frame(image=grey(120), at=0.0, number=0)
    told = []
    for _ in range(4):
        eye._take(frame)
        told.append(eye.advice())
        hands.now += ADVISE_SECONDS
    assert told == [None, Advice.CLOSER, Advice.STILL, None]


def test_advice_stands_long_enough_to_be_read_and_no_longer() -> None:
    hands = Hands()
    eye = an_eye(Given([]), hands)
    eye._decoder = Spelled([], [Advice.WHOLE, Advice.WHOLE])
    frame = Frame(image=grey(120), at=0.0, number=0)
    for _ in range(2):
        eye._take(frame)
        hands.now += 1.0
    eye._take(frame)  # nothing is held up any more
    assert eye.advice() is Advice.WHOLE
    hands.now += ADVICE_STANDS_SECONDS
    assert eye.advice() is None
