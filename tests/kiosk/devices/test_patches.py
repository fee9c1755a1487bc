"""A patch is found where a code is held up, whatever the light, and nowhere in an empty frame; advice is said."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.carriers import CarrierKind, code_modules
from kiosk.devices.decoder import cv2_luma, luma_of
from kiosk.devices.engines import Luma
from kiosk.devices.generator import Scene, render_scene
from kiosk.devices.patches import Advice, advice_for, find_patch

TEXT = "KP1:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:" * 4
PHONE = Scene(texts=(TEXT,), frames=12, gap=0)


def held(scene: Scene) -> Luma:
    """The frame in which the hand is still."""
    luma = luma_of(list(render_scene(scene))[6])
    assert luma is not None
    return luma


def placed(side: int, *, left: int = 500, top: int = 200, light: float = 1.0) -> Luma:
    """A bare code on a grey wall, its dark modules black and its light ones as bright as said."""
    code = cv2.resize(code_modules(TEXT), (side, side), interpolation=cv2.INTER_AREA)
    frame = np.full((720, 1280), 128 * light, dtype=np.uint8)
    part = frame[max(0, top) : top + side, max(0, left) : left + side]
    part[:] = (code[max(0, -top) :, max(0, -left) :][: part.shape[0], : part.shape[1]] * light).astype(np.uint8)
    return cv2_luma(cv2.GaussianBlur(frame, (0, 0), 0.8))


@pytest.mark.parametrize(
    "scene",
    [
        PHONE,
        replace(PHONE, pixels_per_module=2.0, blur=1.2, noise=9),
        replace(PHONE, pixels_per_module=4.0, blur=1.6, noise=12),
        replace(PHONE, inverted=True),
        replace(PHONE, brightness=0.3),
        replace(PHONE, glare=0.6),
        replace(PHONE, carrier=CarrierKind.PAPER),
    ],
    ids=["plain", "far", "blurred", "dark mode", "dim", "glare", "paper"],
)
def test_a_code_that_is_held_up_is_a_patch(scene: Scene) -> None:
    for seed in range(3):
        patch = find_patch(held(replace(scene, seed=seed)))
        assert patch is not None
        assert patch.side > 60


@pytest.mark.parametrize("noise", [0, 5, 12])
def test_an_empty_frame_has_no_patch(noise: int) -> None:
    for frame in render_scene(Scene(texts=(), frames=16, gap=4, noise=noise, seed=noise)):
        luma = luma_of(frame)
        assert luma is not None
        assert find_patch(luma) is None


@given(height=st.integers(1, 200), width=st.integers(1, 200), seed=st.integers(0, 99))
def test_no_picture_of_any_size_makes_it_raise(height: int, width: int, seed: int) -> None:
    luma = np.random.default_rng(seed).integers(0, 256, (height, width), dtype=np.uint8)
    patch = find_patch(luma)
    assert patch is None or advice_for(luma, patch) in Advice


@pytest.mark.parametrize(
    "luma, expected",
    [
        (placed(120), Advice.CLOSER),
        (placed(300, left=-120), Advice.WHOLE),
        (placed(300, top=500), Advice.WHOLE),
        (placed(300, light=0.22), Advice.BRIGHTER),
        (placed(300), Advice.STILL),
    ],
    ids=["far away", "half outside", "cut off below", "a dim screen", "nothing else is wrong"],
)
def test_what_keeps_a_code_from_being_read_is_said(luma: Luma, expected: Advice) -> None:
    patch = find_patch(luma)
    assert patch is not None
    assert advice_for(luma, patch) is expected


def test_the_sky_in_a_pane_of_glass_is_told_from_light_modules() -> None:
    luma = placed(320)
    luma[230:330, 560:680] = 255
    patch = find_patch(luma)
    assert patch is not None
    assert advice_for(luma, patch) is Advice.GLARE
