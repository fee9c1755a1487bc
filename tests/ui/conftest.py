"""A screen for each test that asks for one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support.screen import Shown, shown_screen

if TYPE_CHECKING:
    from PySide6.QtGui import QGuiApplication


@pytest.fixture
def shown(qapp: "QGuiApplication") -> Iterator[Shown]:
    """A screen before a small gate; a warning of Qt fails the test."""
    with shown_screen(qapp) as screen:
        yield screen
