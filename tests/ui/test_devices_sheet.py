"""The ranger sees how every device is, what needs somebody first, in words of every language."""

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.devices.health import DeviceKind, Health
from kiosk.devices.problems import PROBLEMS, Problem
from tests.support.screen import PIN, SmallGate, shown_screen
from ui.devices import CARDS_SHOWN, DevicesModel, device_states
from ui.sentences import LANGUAGES, catalogue


def health(problem: Problem, since: float = 0.0) -> Health:
    state, advice = PROBLEMS[problem]
    return Health(state=state, problem=str(problem), since=since, advice=advice)


DEVICES = {
    DeviceKind.CAMERA: health(Problem.CAMERA_DARK, 60.0),
    DeviceKind.DECODER: health(Problem.NONE),
    DeviceKind.SOUND: health(Problem.SOUND_MISSING, 1100.0),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_device_and_every_problem_has_words(language: str) -> None:
    words = catalogue(language)
    for kind in DeviceKind:
        assert f"device.{kind}" in words
    for problem in set(Problem) - {Problem.NONE}:
        assert f"trouble.{problem}" in words
        assert f"trouble.{problem}.do" in words
        assert problem.split("_")[0] in tuple(DeviceKind), "a problem is named after its device"


def test_what_needs_somebody_stands_first_and_says_for_how_long() -> None:
    states = device_states(DEVICES, now=1200.0)
    assert [(state.problem, state.minutes, state.works) for state in states] == [
        ("sound_missing", 1, False),
        ("camera_dark", 19, True),
        ("", 20, True),
    ]
    model = DevicesModel()
    model.show(states)
    assert model.troubles == 2
    assert [card["kind"] for card in model.cards] == ["sound", "camera"]
    assert [(tile["kind"], tile["well"]) for tile in model.tiles] == [
        ("camera", False),
        ("decoder", True),
        ("sound", False),
    ]


def test_no_more_cards_are_shown_than_there_is_room_for() -> None:
    model = DevicesModel()
    model.show(device_states(dict.fromkeys(DeviceKind, health(Problem.SOUND_MISSING)), 0.0))
    assert (len(model.cards), model.troubles, len(model.tiles)) == (CARDS_SHOWN, len(DeviceKind), len(DeviceKind))


def test_the_sheet_opens_from_the_ranger_s_page_and_goes_back_there(qapp: QGuiApplication) -> None:
    gate = SmallGate()
    gate.devices = device_states(DEVICES, now=1200.0)
    with shown_screen(qapp, gate) as shown:
        shown.press("ranger")
        for digit in PIN:
            shown.press(f"key-{digit}")
        shown.press("done")
        assert shown.screen.stage.page == "ranger"
        assert "Құрылғылар · 2" in shown.texts()
        shown.press("devices")
        assert "Дыбыс жоқ" in shown.texts()
        shown.press("devices-back")
        assert "Дыбыс жоқ" not in shown.texts()
        shown.press("devices")
        shown.screen._home()
        shown.settle()
        assert not shown.screen.devices.open, "a sheet that was left open must not greet the next ranger"
