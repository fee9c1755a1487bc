import os
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from kiosk.devices.frames import FolderSource, NotAPictureError, VideoSource, read_picture
from kiosk.errors import EnvironmentalError, UsageError


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    rng = np.random.default_rng(1)
    Pillow.fromarray(rng.integers(0, 255, (60, 80, 3), dtype=np.uint8)).save(path)
    return path


def test_a_picture_is_read_whole_in_the_order_of_opencv(picture: Path) -> None:
    ours, theirs = read_picture(picture), cv2.imread(str(picture))
    assert ours.dtype == np.uint8
    assert np.array_equal(ours, np.asarray(theirs))


def test_a_truncated_png_is_an_error_and_not_half_a_picture(picture: Path) -> None:
    whole = picture.read_bytes()
    for share in (0.3, 0.6, 0.95):
        picture.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(NotAPictureError, match="not a whole picture"):
            read_picture(picture)


@pytest.mark.parametrize(
    "content,words",
    [
        (b"", "empty"),
        (b"I am a letter.\n", "PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG or JPEG"),
        (b"\0" * 5000, "PNG"),
    ],
)
def test_what_is_no_picture_is_named_as_such(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "file.png"
    path.write_bytes(content)
    with pytest.raises(NotAPictureError, match=words):
        read_picture(path)


def test_not_a_picture_is_the_callers_mistake_and_a_missing_file_the_environments(tmp_path: Path) -> None:
    assert issubclass(NotAPictureError, UsageError)
    with pytest.raises(EnvironmentalError, match="does not exist"):
        read_picture(tmp_path / "none.png")
    with pytest.raises(NotAPictureError, match="is a folder"):
        read_picture(tmp_path)


@pytest.fixture
def forbidden(picture: Path) -> Iterator[Path]:
    """A picture nobody may read, and nobody's rights for the length of the test: root may read everything."""
    picture.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield picture
    if root:
        os.seteuid(0)


def test_a_forbidden_file_is_named_as_such(forbidden: Path) -> None:
    with pytest.raises(EnvironmentalError, match="may not be read"):
        read_picture(forbidden)


def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Pillow.new("1", (20_000, 20_000)).save(path)
    assert path.stat().st_size < 200_000
    with pytest.raises(NotAPictureError):
        read_picture(path)


def test_a_drawing_on_a_transparent_ground_lies_on_white(tmp_path: Path) -> None:
    path = tmp_path / "drawing.png"
    drawing = Pillow.new("RGBA", (10, 10), (0, 0, 0, 0))
    drawing.putpixel((0, 0), (0, 0, 0, 255))
    drawing.save(path)
    image = read_picture(path)
    assert image[0, 0].tolist() == [0, 0, 0]
    assert image[5, 5].tolist() == [255, 255, 255]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_three_planes(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("picture.jpg" if mode == "CMYK" else "picture.png")
    Pillow.new(mode, (12, 8)).save(path)
    assert read_picture(path).shape == (8, 12, 3)


def test_a_folder_gives_its_pictures_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name, shade in (("b.png", 20), ("a.png", 10), ("c.jpg", 30)):
        Pillow.new("L", (16, 16), shade).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a picture")
    with FolderSource(tmp_path) as source:
        frames = list(source.frames())
    assert [int(frame.image[0, 0, 0]) for frame in frames] == [10, 20, 30]
    assert [frame.at for frame in frames] == [0.0, 1.0, 2.0]


def test_a_folder_without_pictures_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentalError, match="holds no pictures"):
        FolderSource(tmp_path)
    with pytest.raises(EnvironmentalError, match="does not exist"):
        FolderSource(tmp_path / "none")


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (64, 48))
    for number in range(5):
        writer.write(np.full((48, 64, 3), number * 40, dtype=np.uint8))
    writer.release()
    return path


def test_a_video_carries_its_own_time_and_leaves_no_frame_out(video: Path) -> None:
    with VideoSource(video) as source:
        frames = list(source.frames())
        again = list(source.frames())
    assert [frame.number for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.at for frame in frames] == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.4])
    assert [round(float(frame.image.mean()) / 40) for frame in frames] == [0, 1, 2, 3, 4]
    assert len(again) == 5


def test_a_video_in_real_time_is_paced_by_its_own_rate(video: Path) -> None:
    waits: list[float] = []
    # Time stands still, so that every wait is as long as the frame's own time.
    with VideoSource(video, realtime=True, clock=lambda: 0.0) as source:
        source._closed = _Waits(waits)  # type: ignore[assignment]
        assert source.live
        assert len(list(source.frames())) == 5
    assert waits == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_a_video_that_was_held_back_goes_on_at_its_own_pace(video: Path) -> None:
    waits: list[float] = []
    now = 0.0
    with VideoSource(video, realtime=True, clock=lambda: now) as source:
        source._closed = _Waits(waits)  # type: ignore[assignment]
        frames = source.frames()
        next(frames)
        now = 60.0  # a finger typed for a minute
        assert len(list(frames)) == 4
    assert waits == pytest.approx([0.05])  # a quarter of a second is made up for, not the whole minute


class _Waits:
    """An event that is never set and notes how long it would have been waited for."""

    def __init__(self, waits: list[float]) -> None:
        self._waits = waits

    def wait(self, seconds: float) -> bool:
        self._waits.append(seconds)
        return False

    def is_set(self) -> bool:
        return False

    def set(self) -> None: ...


def test_a_video_that_is_closed_ends(video: Path) -> None:
    source = VideoSource(video)
    frames = source.frames()
    next(frames)
    source.close()
    assert list(frames) == []


@pytest.mark.parametrize("content", [b"", b"I am a letter", b"RIFF\0\0\0\0AVI LIST"])
def test_a_file_that_is_no_video_is_an_error_with_advice(
    tmp_path: Path, content: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "video.avi"
    path.write_bytes(content)
    with pytest.raises(EnvironmentalError, match="no readable video"):
        VideoSource(path)
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("make", [read_picture, VideoSource])
def test_a_missing_file_is_an_error_with_advice(tmp_path: Path, make: Callable[[Path], object]) -> None:
    with pytest.raises(EnvironmentalError, match="does not exist"):
        make(tmp_path / "none.avi")
