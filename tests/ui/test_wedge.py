"""A scanner that types before the window: its keys are a text and reach no page, a person's reach it as ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QWindow
from PySide6.QtTest import QTest

from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.problems import Problem
from kiosk.devices.scanner import Intake
from tests.support.screen import until
from tests.support.wedging import Keyboard
from ui.wedge import WedgeScanner


class _Page(QObject):
    """What a window's pages see: it is asked after the wedge, which came later."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            way = {QEvent.Type.KeyPress: "down", QEvent.Type.KeyRelease: "up"}.get(event.type(), "?")
            self.seen.append((way, event.text() or Qt.Key(event.key()).name))
        return False


@dataclass(kw_only=True)
class _Desk:
    window: QWindow
    page: _Page
    wedge: WedgeScanner
    keyboard: Keyboard
    texts: list[str]


@pytest.fixture
def desk(qapp: QGuiApplication) -> Iterator[_Desk]:
    window, page, texts = QWindow(), _Page(), list[str]()
    window.installEventFilter(page)
    wedge = WedgeScanner(window, Intake(on_text=texts.append, guard=SameCodeGuard()))
    yield _Desk(window=window, page=page, wedge=wedge, keyboard=Keyboard(window), texts=texts)
    wedge.close()
    window.removeEventFilter(wedge)
    window.removeEventFilter(page)
    window.destroy()


def test_a_scan_is_one_text_and_the_page_sees_no_key(desk: _Desk) -> None:
    desk.keyboard.scan("KP1:AbC 9$%\r")
    assert desk.texts == ["KP1:AbC 9$%"]
    QTest.qWait(200)
    assert desk.page.seen == []


def test_a_scan_without_a_suffix_is_a_text_after_a_silence(desk: _Desk) -> None:
    desk.keyboard.scan("KP1:ABC")
    assert desk.texts == []
    until(lambda: desk.texts == ["KP1:ABC"], 10)
    assert desk.page.seen == []


def test_a_person_types_as_ever(desk: _Desk) -> None:
    desk.keyboard.type("a7 \r")
    until(lambda: len(desk.page.seen) == 8, 10)
    assert [key for _, key in desk.page.seen] == ["a", "a", "7", "7", " ", " ", "\r", "\r"]
    assert [way for way, _ in desk.page.seen] == ["down", "up"] * 4
    assert desk.texts == []


def test_a_key_that_a_person_holds_down_repeats_as_ever(desk: _Desk) -> None:
    desk.keyboard.press("a")
    until(lambda: len(desk.page.seen) == 1, 10)
    desk.keyboard.pause(0.25)
    for _ in range(20):
        desk.keyboard.pause(0.01)
        desk.keyboard.press("a", repeats=True)
    desk.keyboard.release("a")
    until(lambda: len(desk.page.seen) == 22, 10)
    assert desk.texts == []


def test_a_letter_pressed_twice_within_a_millisecond_is_two_though_qt_calls_it_a_repetition(desk: _Desk) -> None:
    desk.keyboard.scan("KP1:")
    desk.keyboard.press("0")
    for _ in range(5):
        desk.keyboard.release("0", repeats=True)
        desk.keyboard.press("0", repeats=True)
    desk.keyboard.release("0")
    desk.keyboard.scan("\r")
    assert desk.texts == ["KP1:000000"]
    QTest.qWait(200)
    assert desk.page.seen == []


def test_commands_within_a_scan_do_nothing(desk: _Desk) -> None:
    desk.keyboard.scan("KP")
    for key in (Qt.Key.Key_Q, Qt.Key.Key_F4, Qt.Key.Key_W):
        for modifier in ("ControlModifier", "AltModifier", "MetaModifier"):
            desk.keyboard.stroke(key, "\x11", getattr(Qt.KeyboardModifier, modifier))
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_F11, Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_PowerOff):
        desk.keyboard.stroke(key, "\x1b")
    desk.keyboard.scan("1:A\r")
    assert desk.texts == ["KP1:A"]
    QTest.qWait(200)
    assert desk.page.seen == []


def test_letters_of_another_layout_are_a_text_too(desk: _Desk) -> None:
    desk.keyboard.scan("ЛЗ1:Ғ\r")
    assert desk.texts == ["ЛЗ1:Ғ"]


def test_a_thread_that_was_held_up_cuts_no_text_in_two(desk: _Desk) -> None:
    desk.keyboard.scan("KP1:FIRST ")
    time.sleep(0.3)  # the screen is drawn; the keys that came meanwhile are still on their way
    desk.keyboard.post("H")
    QCoreApplication.processEvents()
    desk.keyboard.scan("ALF\r")
    assert desk.texts == ["KP1:FIRST HALF"]


def test_it_is_a_device_like_the_others(desk: _Desk) -> None:
    desk.wedge.tend()
    assert (desk.wedge.kind, desk.wedge.health().state) == (DeviceKind.SCANNER, HealthState.OK)
    for number in range(100):
        desk.keyboard.scan(f"{number:04}\r")
    desk.wedge.tend()
    assert desk.wedge.health().problem == Problem.SCANNER_FLOODING
    assert 20 <= len(desk.texts) < 40
    desk.wedge.close()
    desk.keyboard.scan("ab")
    assert [key for _, key in desk.page.seen] == ["a", "a", "b", "b"]


def test_other_events_pass(desk: _Desk) -> None:
    assert not desk.wedge.eventFilter(QObject(), QEvent(QEvent.Type.Expose))
