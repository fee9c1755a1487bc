import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.devices.camera import MOST_READERS, V4l2Source
from kiosk.devices.eye import Eye
from kiosk.devices.frames import FolderSource, VideoSource
from kiosk.devices.generator import Scene, write_video
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.sources import GeneratorSource, open_source
from kiosk.errors import EnvironmentalError, UsageError


class FakeCapture:
    """A camera that gives so many frames and then none, at its own pace."""

    def __init__(self, frames: int, *, seconds_between: float = 0.0) -> None:
        self._left = frames
        self._seconds_between = seconds_between
        self.released = False

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        time.sleep(self._seconds_between)
        self._left -= 1
        return self._left >= 0, np.full((4, 4, 3), max(0, self._left) % 256, dtype=np.uint8)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def device(tmp_path: Path) -> Path:
    (tmp_path / "usb-cam").touch()
    return tmp_path


def until(true: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        if true():
            return True
        time.sleep(0.005)
    return False


def test_the_newest_frame_wins_when_the_reader_is_slow(device: Path) -> None:
    with V4l2Source("usb-cam", folder=device, opener=lambda _: FakeCapture(10_000, seconds_between=0.001)) as source:
        frames = source.frames()
        first = next(frames).number
        time.sleep(0.1)
        second = next(frames).number
    assert second > first + 5


def test_a_camera_that_fails_is_opened_again_and_its_trouble_is_named_meanwhile(device: Path) -> None:
    captures: Iterator[FakeCapture | None] = iter([FakeCapture(3), None, FakeCapture(3)])
    opened = threading.Semaphore(0)

    def opener(_: Path) -> FakeCapture | None:
        opened.release()
        return next(captures, None)

    source = V4l2Source("usb-cam", folder=device, opener=opener, backoff_seconds=(0.01,))
    with source:
        numbers = []
        for frame in source.frames():
            numbers.append(frame.number)
            if frame.number >= 5:
                break
        assert numbers == sorted(set(numbers))
        assert until(lambda: "cannot be opened" in source.trouble())


def test_an_unplugged_camera_comes_back_by_itself(tmp_path: Path) -> None:
    source = V4l2Source("usb-cam", folder=tmp_path, opener=lambda _: FakeCapture(10**6), backoff_seconds=(0.01,))
    with source:
        threading.Timer(0.1, (tmp_path / "usb-cam").touch).start()
        frames = source.frames()
        started = threading.Thread(target=next, args=(frames,))
        started.start()
        assert until(lambda: "is not there" in source.trouble())
        started.join(5)
        assert source.trouble() == ""


def test_closing_ends_the_frames_of_a_camera_that_hangs(device: Path) -> None:
    hang = threading.Event()

    class Hanging(FakeCapture):
        def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
            hang.wait(5)
            return super().read()

    source = V4l2Source("usb-cam", folder=device, opener=lambda _: Hanging(0))
    ended = threading.Thread(target=lambda: list(source.frames()))
    ended.start()
    source.close()
    ended.join(1.0)
    hang.set()
    assert not ended.is_alive()


class Standing(FakeCapture):
    """A camera that gives one picture for ever, as some do when their USB hub is short of power."""

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        time.sleep(0.005)
        return True, np.full((32, 32, 3), 90, dtype=np.uint8)


class Silent(FakeCapture):
    """A camera whose read returns no more."""

    def __init__(self) -> None:
        super().__init__(0)
        self.let_go = threading.Event()

    def read(self) -> tuple[bool, npt.NDArray[np.uint8]]:
        self.let_go.wait(20)
        return super().read()


class Nobody:
    """Reads nothing."""

    engines = ("nobody",)
    advice = None

    def read(self, frame: npt.NDArray[np.uint8]) -> list[str]:
        return []

    def close(self) -> None:
        pass


@pytest.mark.parametrize("kind", [Standing, Silent])
def test_a_camera_that_stands_still_or_is_silent_is_opened_anew_by_itself(
    kind: type[FakeCapture], device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.eye.SILENT_SECONDS", 0.2)
    monkeypatch.setattr("kiosk.devices.eye.FROZEN_SECONDS", 0.2)
    troubled = kind() if kind is Silent else kind(0)
    captures: Iterator[FakeCapture] = iter([troubled])
    source = V4l2Source(
        "usb-cam", folder=device, opener=lambda _: next(captures, FakeCapture(10**6, seconds_between=0.005))
    )
    eye = Eye(source=source, decoder=Nobody(), guard=SameCodeGuard(), on_texts=lambda *_: None)
    eye.start()
    assert until(lambda: eye.health().problem in ("camera_silent", "camera_frozen"))
    eye.tend()
    assert until(lambda: eye.health().problem in ("", "camera_dark") and eye.latest() is not None)
    assert kind is Silent or troubled.released
    if isinstance(troubled, Silent):
        troubled.let_go.set()
        assert until(lambda: troubled.released), "its thread ends as soon as it can"
    assert eye.stop(5)


def test_a_camera_that_stays_silent_is_not_opened_anew_without_a_pause(device: Path) -> None:
    now = [10.0]
    reopened = []

    class Counting(V4l2Source):
        def reopen(self) -> None:
            reopened.append(now[0])

    eye = Eye(
        source=Counting("usb-cam", folder=device),
        decoder=Nobody(),
        guard=SameCodeGuard(),
        on_texts=lambda *_: None,
        clock=lambda: now[0],
    )
    for _ in range(20):
        now[0] += 1
        eye.tend()
    assert reopened == [13.0, 19.0, 25.0]


def test_a_camera_that_hangs_for_days_does_not_take_a_thread_more_each_time(device: Path) -> None:
    hung = [Silent() for _ in range(12)]
    captures = iter(hung)
    began = threading.Semaphore(0)

    def opener(_: Path) -> FakeCapture:
        began.release()
        return next(captures)

    source = V4l2Source("usb-cam", folder=device, opener=opener)
    looking = threading.Thread(target=lambda: list(source.frames()))
    looking.start()
    assert began.acquire(timeout=5)
    for _ in range(10):
        source.reopen()
        began.acquire(timeout=0.2)
    opened = len(hung) - len(list(captures))
    for capture in hung:
        capture.let_go.set()
    source.close()
    looking.join(5)
    assert opened == MOST_READERS


def test_the_settings_words_open_their_sources(tmp_path: Path) -> None:
    video = tmp_path / "gate.avi"
    write_video([Scene(texts=(), frames=2, gap=0)], video)
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    video_source = open_source(f"video:{video}", realtime=False)
    assert isinstance(video_source, VideoSource)
    assert len(list(video_source.frames())) == 2
    assert isinstance(open_source("generator"), GeneratorSource)
    with pytest.raises(EnvironmentalError, match="holds no pictures"):
        open_source(f"folder:{pictures}")
    (video.parent / "pictures" / "a.png").write_bytes(b"")
    assert isinstance(open_source(f"folder:{pictures}"), FolderSource)


def test_a_camera_that_is_not_there_is_an_error_unless_the_caller_waits_for_it() -> None:
    with pytest.raises(EnvironmentalError, match="is not there: plug it in"):
        open_source("v4l2:usb-No_Such_Camera-index0")
    with open_source("v4l2:usb-No_Such_Camera-index0", wait_for_camera=True) as source:
        assert source.live


@pytest.mark.parametrize("spec", ["", "webcam", "v4l2:", "v4l2:../../etc/passwd", "generator:x"])
def test_words_that_name_no_source_are_the_callers_mistake(spec: str) -> None:
    with pytest.raises(UsageError):
        open_source(spec)


def test_the_generator_shows_the_given_codes_with_gaps_longer_than_the_same_code_guard() -> None:
    with GeneratorSource(["ONE", "TWO"], fps=2.0, realtime=False, rounds=1) as source:
        frames = list(source.frames())
    assert [frame.number for frame in frames] == list(range(len(frames)))
    assert frames[-1].at == pytest.approx((len(frames) - 1) / 2.0)
    assert not source.live
