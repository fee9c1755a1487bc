"""Drawings in any colour, and the camera's picture."""

import numpy as np
import pytest
from PySide6.QtCore import QSize

from tests.support.screen import Shown
from ui.images import coloured, picture


def test_a_drawing_wears_the_colours_it_is_given() -> None:
    assert 'stroke="#00495c"' in coloured("icon-keypad", ["00495c"])
    horizon = coloured("horizon", ["none", "111111", "222222", "333333"])
    assert horizon.count("#111111") == horizon.count("#222222") == horizon.count("#333333") == 1
    assert 'fill="none"' in horizon


def test_only_our_own_drawings_can_be_named() -> None:
    with pytest.raises(ValueError, match="not the name of a drawing"):
        coloured("../../kiosk/errors", ["000000"])


def test_the_camera_shows_the_middle_of_the_frame_in_its_own_colours() -> None:
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[:, 500:780] = (10, 20, 200)  # blue, green, red
    image = picture(frame, QSize(560, 600))
    assert (image.width(), image.height()) == (672, 720)
    assert image.pixelColor(336, 300).name() == "#c8140a"
    assert image.pixelColor(10, 300).name() == "#000000"


def test_the_visitor_sees_the_newest_frame(shown: Shown) -> None:
    shown.screen.lens.show(np.full((720, 1280, 3), (0, 0, 250), np.uint8))
    shown.settle()
    assert shown.window.grabWindow().pixelColor(60, 400).name() == "#fa0000"
    shown.screen.lens.show(np.full((720, 1280, 3), (0, 250, 0), np.uint8))
    shown.settle()
    assert shown.window.grabWindow().pixelColor(60, 400).name() == "#00fa00"
