"""The page of a revoked kiosk: in three languages, and no scan, finger or time leads away from it."""

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.facts import Scan
from kiosk.revoked import RevokedError
from kiosk.rules.words import Source
from tests.support.enrolled import DEVICE, enrolled_home
from tests.support.park import NOON, SmallPark
from tests.support.screen import NOW, Shown, SmallGate, misfits, shown_screen, until
from ui.assembly import open_checkpoint
from ui.gate import KioskGate
from ui.sentences import LANGUAGES

SINCE = int(NOW.timestamp()) - 3 * 86_400
WAIT = {"kk": "Инспекторды күтіңіз", "ru": "Подождите инспектора", "en": "Please wait for the ranger"}
LEFT = {
    "kk": "Журналдың әлі тапсырылмаған жазбалары: 1204",
    "ru": "Записей журнала ещё не передано: 1204",
    "en": "Entries of its journal still to hand over: 1204",
}
DONE = {"kk": "Журнал толық тапсырылды", "ru": "Весь журнал передан", "en": "Its whole journal has been handed over"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_visitors_to_wait_and_tells_officers_what_is_owed(
    qapp: QGuiApplication, tmp_path: Path, language: str
) -> None:
    with shown_screen(qapp, SmallGate(revoked_at=SINCE, unsent=1204)) as shown:
        until(lambda: shown.screen.stage.page == "revoked", 20)
        shown.screen.stage.languageWanted.emit(language)
        shown.settle(20)
        assert {WAIT[language], LEFT[language]} <= set(shown.texts())
        assert misfits(shown.window) == []
        assert shown.window.grabWindow().save(str(tmp_path / f"revoked-{language}.png"))
        shown.gate.unsent = 0
        until(lambda: DONE[language] in shown.texts(), 20)
        assert misfits(shown.window) == []


def _scan(shown: Shown) -> None:
    shown.screen.present(["good"])


def _type(shown: Shown) -> None:
    shown.gate.answers["U648SJSDVB"] = RevokedError("revoked")
    shown.screen.type("U648SJSDVB")


def _finger(shown: Shown) -> None:
    shown.screen.stage.rangerWanted.emit()
    shown.screen.stage.codeWanted.emit()
    shown.screen.stage.homeWanted.emit()


def _alarm(shown: Shown) -> None:
    shown.gate.alarm = "door"


@pytest.mark.parametrize("do", [_scan, _type, _finger, _alarm])
def test_nothing_leads_away_from_it(qapp: QGuiApplication, do: object) -> None:
    with shown_screen(qapp, SmallGate(revoked_at=SINCE)) as shown:
        until(lambda: shown.screen.stage.page == "revoked", 20)
        do(shown)  # type: ignore[operator]
        shown.screen._look_now()
        shown.settle(20)
        assert shown.screen.stage.page == "revoked"


@pytest.mark.parametrize("page", ["verdict", "code", "pin", "ranger"])
def test_it_comes_over_any_page(qapp: QGuiApplication, page: str) -> None:
    with shown_screen(qapp, SmallGate()) as shown:
        shown.screen._turn(page)
        shown.gate.revoked_at = SINCE
        until(lambda: shown.screen.stage.page == "revoked", 20)


def test_a_scan_that_finds_it_first_shows_it_at_once(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, SmallGate(answers={"good": RevokedError("revoked")})) as shown:
        shown.gate.revoked_at = SINCE
        shown.screen.present(["good"])
        until(lambda: shown.screen.stage.page == "revoked", 20)


def test_the_gate_itself_says_so_to_its_screen_and_counts_what_it_owes(qapp: QGuiApplication, tmp_path: Path) -> None:
    park = SmallPark()
    home = enrolled_home(tmp_path / "kiosk", park)
    with open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        for serial in range(3):
            kiosk.checkpoint.scan(Scan(text=park.ticket(serial), source=Source.CAMERA))
        unsent = kiosk.checkpoint.status().pending
        gate = KioskGate(kiosk, worker=None)
        assert gate.seen().revoked_at is None
        park = SmallPark(version=2, revoked_devices=[{"device": DEVICE, "at": NOON - 60}])
        kiosk.policies.stage(park.set_bytes())
        seen = gate.seen()
        assert (seen.revoked_at, seen.unsent) == (NOON - 60, unsent + 2)
        with shown_screen(qapp, gate) as shown:  # type: ignore[arg-type]
            until(lambda: shown.screen.stage.page == "revoked", 20)
            shown.screen.present([park.ticket(9)])
            shown.settle(20)
            assert shown.screen.stage.unsent == unsent + 2
        assert kiosk.checkpoint.status().pending == unsent + 2
