"""Whatever a scanner sends, on every page and by every way: nothing comes of it but "not a ticket".

Each byte is a code of its own, and codes that press Ctrl, Alt, Return and all other keys come in storms. A button has
the keyboard's focus all the while, so that a key which reached the page would press it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from kiosk.config import ScannerKind, ScannerSource
from kiosk.devices.framing import Sluice
from kiosk.devices.us_keys import COMMANDS, SHIFTS, TABLE, pack_event
from kiosk.facts import Scan
from kiosk.rules import ticket
from kiosk.rules.entries import Private
from kiosk.rules.facts import NONE, Answers, Question
from kiosk.rules.words import Reason, Topic
from tests.support.plugs import PipePlug, PtyPlug, keys_of, plugged_in, press, release, stroke
from tests.support.screen import Shown, SmallGate, decided, shown_screen, until, verdict, visible
from tests.support.wedging import Keyboard
from tests.ui.test_kiosk_screen import question
from tests.ui.test_pages import rows
from tests.ui.test_senses import sensed
from ui.gate import Decided
from ui.ranger import Panel
from ui.timing import Timing

LAST = "THE LAST OF ALL"
EVERY_BYTE = b"".join(bytes([byte]) + b"\r" for byte in range(256))
ALL_BYTES_IN_ONE = b"KP1:" + bytes(byte for byte in range(256) if byte not in b"\r\n\t") + b"\r"


class _Strict(SmallGate):
    """A gate that reads tickets as the real one does; nothing here is one."""

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Decided | Question:
        if scan.text in self.answers:
            return super().scan(scan, answers, private)
        self.scans.append((scan, answers))
        read = ticket.read(scan.text)
        assert isinstance(read, ticket.Unreadable)
        return decided(verdict(read.reason))


def _ready(shown: Shown) -> None:
    shown.screen.stage.turn("ready")


def _verdict(shown: Shown) -> None:
    shown.screen.present(["good"])
    shown.settle(20)


def _asked(topic: Topic) -> Callable[[Shown], None]:
    def ask(shown: Shown) -> None:
        shown.gate.answers["asked"] = question(topic)
        shown.screen.present(["asked"])
        shown.settle(20)
        assert shown.screen.stage.page == "question"

    return ask


def _code(shown: Shown) -> None:
    shown.screen.stage.codeWanted.emit()
    shown.screen.code.press("A")


def _pin(shown: Shown) -> None:
    shown.screen.stage.rangerWanted.emit()
    shown.settle(20)
    shown.screen.pin.press("1")


def _locked(shown: Shown) -> None:
    assert isinstance(shown.gate, SmallGate)
    shown.gate.alarm = "door"
    until(lambda: shown.screen.stage.page == "locked", 20)


def _ranger(shown: Shown) -> None:
    shown.screen.stage.turn("ranger")
    shown.screen.ranger.show(Panel(exchanged_seconds=720, both=True), rows())


def _ranger_asks(shown: Shown) -> None:
    _ranger(shown)
    shown.screen.ranger.ask("override", "A")


def _ranger_sets_the_time(shown: Shown) -> None:
    _ranger(shown)
    shown.screen.time.show(float(shown.screen.stage.now), 300)
    shown.screen.time.press("1")


def _ranger_says_who(shown: Shown) -> None:
    _ranger(shown)
    shown.screen.ranger.enter(("Асан", "Saule"))


def _ranger_sees_the_devices(shown: Shown) -> None:
    _ranger(shown)
    shown.screen.devices.wanted()


PAGES: dict[str, Callable[[Shown], None]] = {
    "ready": _ready,
    "verdict": _verdict,
    "question heads": _asked(Topic.HEADS),
    "question guide": _asked(Topic.GUIDE),
    "question holder": _asked(Topic.HOLDER),
    "code": _code,
    "pin": _pin,
    "locked": _locked,
    "ranger": _ranger,
    "ranger asks why": _ranger_asks,
    "ranger sets the time": _ranger_sets_the_time,
    "ranger says who": _ranger_says_who,
    "ranger sees the devices": _ranger_sees_the_devices,
}


@dataclass(kw_only=True)
class _Way:
    """One way into the kiosk, and what storms come by it."""

    source: ScannerSource
    storm: Callable[[Shown, random.Random], None]


def _quiet(shown: Shown, seconds: float = 0.15) -> None:
    """Let a silence end what has begun."""
    QTest.qWait(round(seconds * 1000))


@contextmanager
def _serial(folder: Path) -> Iterator[_Way]:
    plug = PtyPlug(folder)

    def storm(shown: Shown, lot: random.Random) -> None:
        plug.say(EVERY_BYTE + ALL_BYTES_IN_ONE)
        plug.say(lot.randbytes(3000) + b"\r" + b"\x1b[A\x03\x11\x1a\x00" * 100 + b"\r" + f"{LAST}\r".encode())

    with plugged_in(plug):
        yield _Way(source=ScannerSource(kind=ScannerKind.SERIAL, where=str(plug.path)), storm=storm)


@contextmanager
def _evdev(folder: Path) -> Iterator[_Way]:
    plug = PipePlug(folder)

    def storm(shown: Shown, lot: random.Random) -> None:
        plug.say(EVERY_BYTE + ALL_BYTES_IN_ONE)
        for held in sorted(COMMANDS):
            plug.events(press(held) + b"".join(stroke(code) for code in TABLE) + release(held))
        for _ in range(40):
            codes = [lot.randrange(0, 768) for _ in range(20)]
            plug.events(b"".join(pack_event(lot.randrange(0, 3), code, lot.randrange(-1, 3)) for code in codes))
        plug.events(b"".join(map(release, COMMANDS | SHIFTS)) + keys_of(f"\r{LAST}\r"))

    with plugged_in(plug):
        yield _Way(source=ScannerSource(kind=ScannerKind.EVDEV, where=str(plug.path)), storm=storm)


KEYS = [key for key in Qt.Key if key not in (Qt.Key.Key_Any, Qt.Key.Key_unknown)]
MODIFIERS = [getattr(Qt.KeyboardModifier, f"{name}Modifier") for name in ("No", "Shift", "Control", "Alt", "Meta")]


@contextmanager
def _wedge(folder: Path) -> Iterator[_Way]:
    def storm(shown: Shown, lot: random.Random) -> None:
        keyboard = Keyboard(shown.window)
        for byte in range(256):
            keyboard.scan(chr(byte) + "\r" if chr(byte) not in "\r\n\t" else "\r\r\r\r")
            keyboard.pause(0.3)
        for _ in range(10):
            keyboard.scan(" ")
            for _ in range(30):
                keyboard.stroke(lot.choice(KEYS), lot.choice("a \r\x11\x1b\x7fж"), lot.choice(MODIFIERS))
                keyboard.pause(lot.uniform(0.0, 0.03))
            for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Space):
                keyboard.stroke(key, "")
        _quiet(shown)
        keyboard.pause(1)
        keyboard.scan(f"{LAST}\r")

    yield _Way(source=ScannerSource(kind=ScannerKind.WEDGE), storm=storm)


WAYS = {"serial": _serial, "evdev": _evdev, "wedge": _wedge}


def _focus_a_button(shown: Shown) -> None:
    """As a finger leaves it."""
    shown.window.grabWindow()
    buttons = [item for item in visible(shown.window) if item.metaObject().indexOfSignal("clicked()") >= 0]
    enabled = [button for button in buttons if button.isEnabled()]
    typing = [button for button in enabled if button.objectName().startswith(("erase", "key-", "pad-", "digit-"))]
    for button in (typing + enabled)[:1]:
        button.forceActiveFocus(Qt.FocusReason.MouseFocusReason)
        assert button.hasActiveFocus()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("page", PAGES)
def test_nothing_comes_of_a_storm_but_not_a_ticket(
    qapp: QGuiApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    way: str,
    size: Callable[[int, int], int],
) -> None:
    monkeypatch.setattr("kiosk.devices.scanner.Sluice", lambda: Sluice(texts=10**9))  # each of them is to be decided
    for seed in range(size(1, 20)):
        gate, ends, pages = _Strict(), list[str](), set[str]()
        with (
            shown_screen(qapp, gate, Timing(guard=0.0, admitted=600, refused=600, question=600, idle=600)) as shown,
            WAYS[way](tmp_path / str(seed)) as entry,
            sensed(shown, entry.source) as senses,
        ):
            screen = shown.screen
            PAGES[page](shown)
            began = screen.stage.page
            before = _left_by_fingers(shown)
            gate.scans.clear()
            _focus_a_button(shown)
            screen.stage.pageChanged.connect(lambda: pages.add(screen.stage.page))  # noqa: B023
            qapp.aboutToQuit.connect(lambda: ends.append("quit"))  # noqa: B023
            until(lambda: senses.has_scanner, 20)
            entry.storm(shown, random.Random(seed))
            _last_is_told(shown, gate, is_locked=page == "locked")

            assert pages <= {"verdict"}, began
            assert (screen.stage.page == began) == (page in ("verdict", "locked") or page.startswith("ranger"))
            assert screen.stage.page == "verdict" or page == "locked" or page.startswith("ranger")
            assert screen.code.typed == ("A" if page == "code" else "")
            assert screen.pin.filled == (1 if page == "pin" else 0)
            assert before == _left_by_fingers(shown)
            assert (gate.acts, gate.guides, gate.times, gate.syncs) == ([], [], [], 0)
            # another code before an open question lets it lapse, and then the ranger is called: so for the camera
            assert screen.stage.calledAt == 0 or page == "locked" or page.startswith("question")
            assert (ends, shown.window.isVisible()) == ([], True)
            if page == "locked":
                assert gate.scans == []
            else:
                assert len(gate.scans) > 90
                assert screen.verdict.reason in (Reason.NOT_A_TICKET, Reason.MALFORMED) or page.startswith("ranger")


def _left_by_fingers(shown: Shown) -> tuple[object, ...]:
    """What stands as fingers have left it, and may not be changed by keys."""
    screen = shown.screen
    typed = (screen.question.typed, screen.time.typed)
    return (screen.stage.language, *typed, screen.ranger.asking, screen.time.open, screen.devices.open)


def _last_is_told(shown: Shown, gate: SmallGate, *, is_locked: bool) -> None:
    """Wait until all of the storm is decided, up to its last text."""
    if is_locked:
        _quiet(shown, 1.0)
    else:
        until(lambda: bool(gate.scans) and gate.scans[-1][0].text == LAST, 60)
    shown.settle(60)


def test_the_storms_would_be_noticed_if_keys_reached_the_page(qapp: QGuiApplication, tmp_path: Path) -> None:
    with shown_screen(qapp, _Strict()) as shown:
        _code(shown)
        _focus_a_button(shown)
        Keyboard(shown.window).scan(" ")  # no scanner listens
        assert shown.screen.code.typed != "A"
