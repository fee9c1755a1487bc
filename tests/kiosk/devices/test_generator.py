from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.devices.carriers import CarrierKind, code_modules
from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.frames import VideoSource
from kiosk.devices.generator import Scene, photograph, render_scene, write_video
from kiosk.errors import BugError, EnvironmentalError

TICKET = (
    "KP1:NWGSLKOE6EG8H/007BY%KCF3E69500CF3 S8E8GCF3YS8W25U7AOZF*:1HQVACHF%8*FOKP0:+M100000H:K**0FN1RJG7H08H0HM8W4"
    "3RZ0N0G27BE*RC6EL KN315%JEFPJJTTPP51D0E5I-D+IMNV7S616ZKOWU3/9LYPBDFMW1-$G*P5$QNHIUX5CEST 53Y8CCHO.VE03I+$I"
)


def unhurried(*, thorough: bool = False) -> CascadeDecoder:
    """A decoder that tries all it would on an idle machine, however busy this one is."""
    return CascadeDecoder(thorough=thorough, clock=lambda: 0.0)


def a_gate_scene(seed: int) -> Scene:
    """A visitor as the demo and a bad day have them, drawn from the seed."""
    rng = np.random.default_rng(seed)
    carrier = CarrierKind.PAPER if seed % 3 == 0 else CarrierKind.PHONE
    return Scene(
        texts=(f"{TICKET[:-6]}{seed:06d}",),
        carrier=carrier,
        pixels_per_module=float(rng.uniform(3, 6)),
        tilt_degrees=float(rng.uniform(2, 26)),
        blur=float(rng.uniform(0.4, 1.3)),
        noise=float(rng.uniform(2, 10)),
        brightness=float(rng.uniform(0.55, 1.25)),
        glare=float(rng.uniform(0, 0.4)),
        inverted=carrier is CarrierKind.PHONE and seed % 4 == 1,
        gap=0,
        seed=seed,
    )


def test_every_scene_meant_to_be_readable_is_read_within_its_frames(
    size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    scenes = size(16, 300)
    for seed in range(scenes):
        scene = a_gate_scene(seed)
        decoder = unhurried()
        read = [decoder.read(frame) for frame in render_scene(scene)]
        assert list(scene.texts) in read, scene
        assert all(texts in ([], list(scene.texts)) for texts in read), scene
    figure(f"{scenes} of {scenes} scenes read, none as another text")


def test_the_picture_is_not_a_clean_one() -> None:
    """The drawing is for measuring: a frame has motion, noise and grey levels that a drawn code has not."""
    first, second = list(render_scene(Scene(texts=(TICKET,), seed=3, gap=0)))[5:7]
    assert first.shape == (720, 1280, 3)
    assert np.count_nonzero(first != second) > first.size / 3
    assert len(np.unique(first)) > 200


def test_the_same_seed_draws_the_same_frames() -> None:
    scene = Scene(texts=(TICKET,), frames=3, gap=1, seed=9)
    assert all(np.array_equal(a, b) for a, b in zip(render_scene(scene), render_scene(scene), strict=True))


def test_a_damaged_code_cannot_be_read_and_a_scratched_one_can() -> None:
    def read(damage: float) -> set[str]:
        decoder = unhurried()
        scene = Scene(texts=(TICKET,), damage=damage, seed=2, gap=0)
        return {text for frame in render_scene(scene) for text in decoder.read(frame)}

    assert read(0.02) == {TICKET}
    assert read(0.35) == set()


def test_two_phones_side_by_side_are_both_read_in_one_frame() -> None:
    scene = Scene(texts=(TICKET, TICKET[::-1]), pixels_per_module=3.5, seed=4, gap=0)
    decoder = unhurried()
    assert any(set(decoder.read(frame)) == set(scene.texts) for frame in render_scene(scene))


def test_a_visitor_who_shows_nothing_and_the_empty_gate_have_no_code() -> None:
    decoder = unhurried()
    assert [decoder.read(frame) for frame in render_scene(Scene(texts=(), frames=6, gap=6))] == [[]] * 12


def test_a_video_tells_where_each_visitor_is(tmp_path: Path) -> None:
    scenes = [Scene(texts=(f"{TICKET}{number}",), frames=7, gap=3, seed=number) for number in range(3)]
    told: list[tuple[int, int]] = []
    places = write_video(scenes, tmp_path / "gate.avi", fps=5.0, progress=lambda done, of: told.append((done, of)))
    assert places == [(0, 6), (10, 16), (20, 26)]
    assert told[-1] == (30, 30)
    decoder = unhurried()
    seen: dict[int, str] = {}
    for frame in VideoSource(tmp_path / "gate.avi").frames():
        for text in decoder.read(frame.image):
            seen[frame.number] = text
    for scene, (first, last) in zip(scenes, places, strict=True):
        assert {text for number, text in seen.items() if first <= number <= last} == set(scene.texts)
    assert set(seen) <= {number for first, last in places for number in range(first, last + 1)}


def test_a_video_that_cannot_be_written_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentalError, match="cannot be written"):
        write_video([Scene(texts=())], tmp_path / "none" / "gate.avi")


def test_a_scene_that_cannot_be_drawn_is_our_own_mistake() -> None:
    with pytest.raises(BugError):
        Scene(texts=("A", "B", "C"))


def test_a_code_too_long_for_the_ticket_level_is_still_drawn() -> None:
    assert code_modules("x" * 2900).shape == (185, 185)


@pytest.mark.parametrize("seed", range(4))
def test_a_printed_page_photographed_by_hand_is_read(seed: int) -> None:
    page = np.full((1754, 1240, 3), 255, dtype=np.uint8)
    code = np.kron(code_modules(TICKET), np.ones((6, 6), dtype=np.uint8))
    page[300 : 300 + code.shape[0], 420 : 420 + code.shape[1]] = code[:, :, None]
    photo = photograph(page, seed=seed)
    assert photo.shape == (720, 1280, 3)
    assert unhurried(thorough=True).read(photo) == [TICKET]
