"""A machine that is no kiosk yet says so on its screen, and goes on by itself once it is one."""

import os
import shlex
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.store.home import Home
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.screen import misfits, visible
from ui.display import display_trouble
from ui.sentences import LANGUAGES
from ui.setup import SetupScreen, is_ready


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_says_how_to_enrol_in_every_language(qapp: QGuiApplication, tmp_path: Path, language: str) -> None:
    home = Home(tmp_path / "kiosk data")
    with closing(SetupScreen(qapp, home)) as setup:
        setup.stage.languageWanted.emit(language)
        qapp.processEvents()
        texts = [str(item.property("text")) for item in visible(setup.window) if item.property("text")]
        assert f"qaqpa enrol ADDRESS CODE --data {shlex.quote(str(home.path))}" in texts
        assert misfits(setup.window) == []


def test_a_machine_is_ready_once_whoever_enrols_it_has_finished(tmp_path: Path) -> None:
    home = Home(tmp_path / "kiosk")
    assert not is_ready(home)
    enrolled_home(home.path, SmallPark())
    with home.lock("enrol"):
        assert not is_ready(home)
    assert is_ready(home)


def test_a_display_that_is_not_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in (display_trouble() or "")
    monkeypatch.setenv("DISPLAY", f":{os.getpid() + 100_000}")
    assert "does not answer" in (display_trouble() or "")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert display_trouble() is None
