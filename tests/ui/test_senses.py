"""What a scanner reads comes to the screen as what the camera reads does, whichever way it comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from kiosk.config import CameraKind, CameraSource, Config, ScannerKind, ScannerSource
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.roll import Roll
from kiosk.rules.words import Source
from tests.support.plugs import PipePlug, PtyPlug, plugged_in
from tests.support.screen import Shown, until
from tests.support.wedging import Keyboard
from tests.ui.test_kiosk_screen import question
from ui.senses import Senses, lane_guard


@contextmanager
def sensed(shown: Shown, source: ScannerSource | None) -> Iterator[Senses]:
    """The screen with this scanner."""
    senses = Senses(Config(scanner_source=source), shown.screen, shown.window, SameCodeGuard())
    with closing(Roll(senses.devices)) as roll:
        roll.start()
        yield senses


@pytest.mark.parametrize("kind", [ScannerKind.SERIAL, ScannerKind.EVDEV])
def test_a_device_scans_and_is_known_to_be_there(shown: Shown, tmp_path: Path, kind: ScannerKind) -> None:
    plug = PtyPlug(tmp_path) if kind is ScannerKind.SERIAL else PipePlug(tmp_path)
    with plugged_in(plug), sensed(shown, ScannerSource(kind=kind, where=str(plug.path))) as senses:
        until(lambda: senses.has_scanner, 20)
        plug.say(b"KP1:A\r")
        until(lambda: shown.screen.stage.page == "verdict", 20)
        plug.pull()
        until(lambda: not senses.has_scanner, 20)
    assert [(scan.text, scan.source) for scan, _ in shown.gate.scans] == [("KP1:A", Source.SCANNER)]


def test_a_wedge_scans(shown: Shown) -> None:
    with sensed(shown, ScannerSource(kind=ScannerKind.WEDGE)) as senses:
        assert senses.has_scanner
        Keyboard(shown.window).scan("KP1:A\r")
        until(lambda: shown.screen.stage.page == "verdict", 20)
    assert [(scan.text, scan.source) for scan, _ in shown.gate.scans] == [("KP1:A", Source.SCANNER)]


def test_without_a_setting_there_is_no_scanner(shown: Shown) -> None:
    with sensed(shown, None) as senses:
        assert senses.devices == ()
        assert not senses.has_scanner


def test_a_question_that_the_camera_asked_stays_when_the_scanner_reads_the_same_code(shown: Shown) -> None:
    shown.gate.answers = {"group": question()}
    shown.screen.present(["group"])
    shown.settle()
    shown.screen.present(["group"], Source.SCANNER)
    shown.settle()
    assert shown.screen.stage.page == "question"
    assert not shown.gate.lapsed


def test_camera_and_scanner_share_a_guard_and_a_film_has_one_by_its_own_time() -> None:
    guard = SameCodeGuard()
    kinds = [
        kind
        for kind in CameraKind
        if lane_guard(Config(camera_source=CameraSource(kind=kind, where="x")), guard) is guard
    ]
    assert kinds == [CameraKind.V4L2]
