"""Persons sign in at the screen: by name and PIN, the first time by a code; their page locks itself, scans go on."""

import threading

import pytest
from PySide6.QtGui import QGuiApplication

from kiosk.rules.permit import Party
from kiosk.staff import PinAnswer
from tests.support.screen import CODE, PIN, Shown, SmallGate, shown_screen, until, visible
from ui.persons import Person
from ui.ranger import Row
from ui.timing import Timing

AIGUL, ASKAR, DINA = "Айгүл Бекова", "Асқар Омаров", "Дина Серік"
PEOPLE = (
    Person(name=AIGUL, role="ranger"), Person(name=ASKAR, role="senior"), Person(name=DINA, role="administrator"),
)  # fmt: skip
ROWS = (Row(entry_id="G", at=1.0, outcome="admitted", reason="ok", party=Party(adults=2), act="annul"),)


def gate(**pins: str) -> SmallGate:
    names = {"aigul": AIGUL, "askar": ASKAR, "dina": DINA}
    return SmallGate(people=PEOPLE, pins={names[name]: pin for name, pin in pins.items()}, rows=ROWS)


def type_pin(shown: Shown, pin: str) -> None:
    for digit in pin:
        shown.press(f"key-{digit}", settle=False)
    shown.press("done")


def type_code(shown: Shown, code: str = CODE) -> None:
    for letter in code:
        shown.press(f"key-{letter}", settle=False)
    shown.press("done")


def signed_in(shown: Shown, place: int = 0, pin: str = PIN) -> None:
    shown.press("ranger")
    shown.press(f"name-{place}")
    type_pin(shown, pin)
    assert shown.screen.stage.page == "ranger"


def test_a_person_picks_their_name_and_types_their_own_pin(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN)) as shown:
        shown.press("ranger")
        assert shown.screen.stage.page == "names"
        assert any(AIGUL in text and "инспектор" in text for text in shown.texts())
        shown.press("name-0")
        assert shown.screen.stage.page == "pin"
        assert any(AIGUL in text for text in shown.texts())
        type_pin(shown, PIN)
        assert shown.gate.tried == [(AIGUL, PIN)]
        assert not shown.screen.ranger.choosing
        shown.press("annul-G")
        shown.press("why-test")
        assert shown.gate.acts == [("annul", "G", "test", 0, AIGUL)]


def test_another_s_pin_opens_nothing(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN, askar="918273")) as shown:
        shown.press("ranger")
        shown.press("name-0")
        type_pin(shown, "918273")
        assert (shown.screen.stage.page, shown.screen.pin.trouble) == ("pin", "wrong")


def test_the_first_time_a_code_is_asked_for_and_a_pin_chosen_twice(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate()) as shown:
        shown.press("ranger")
        shown.press("name-0")
        assert shown.screen.stage.page == "activate"
        type_code(shown)
        assert (shown.screen.stage.page, shown.screen.pin.step) == ("pin", "choose")
        type_pin(shown, "123456")
        assert (shown.screen.pin.step, shown.screen.pin.trouble) == ("choose", "trivial")
        type_pin(shown, "582914")
        assert shown.screen.pin.step == "repeat"
        type_pin(shown, "582915")
        assert (shown.screen.pin.step, shown.screen.pin.trouble) == ("choose", "differs")
        type_pin(shown, "582914")
        type_pin(shown, "582914")
        assert shown.screen.stage.page == "ranger"
        assert shown.screen.ranger.who == AIGUL
        assert shown.gate.pins == {AIGUL: "582914"}


@pytest.mark.parametrize(
    ("code", "trouble"), [("0" * 16, "wrong"), (CODE[:-1] + ("0" if CODE[-1] != "0" else "1"), "slip")]
)
def test_a_wrong_code_and_a_slip_are_told_apart(qapp: QGuiApplication, code: str, trouble: str) -> None:
    with shown_screen(qapp, gate()) as shown:
        shown.press("ranger")
        shown.press("name-0")
        type_code(shown, code)
        assert (shown.screen.stage.page, shown.screen.rangers.activation.trouble) == ("activate", trouble)
        assert shown.gate.pins == {}


def test_who_has_no_code_is_told_where_to_get_one(qapp: QGuiApplication) -> None:
    small = gate()
    small.without_code = (AIGUL,)
    with shown_screen(qapp, small) as shown:
        shown.press("ranger")
        shown.press("name-0")
        type_code(shown)
        assert shown.screen.rangers.activation.trouble == "none"


def test_a_forgotten_pin_is_replaced_by_a_new_code(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN)) as shown:
        shown.press("ranger")
        shown.press("name-0")
        shown.press("new-code")
        type_code(shown)
        type_pin(shown, "582914")
        type_pin(shown, "582914")
        assert shown.gate.pins == {AIGUL: "582914"}


def test_what_a_role_may_not_is_told_with_whose_act_it_is(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN, dina=PIN)) as shown:
        signed_in(shown)
        shown.press("set-time")
        assert not shown.screen.time.open
        assert any("аға инспектор · әкімші" in text for text in shown.texts())
        shown.press("lock")
        signed_in(shown, 2)
        shown.press("annul-G")
        assert shown.screen.ranger.asking == ""
        assert any("инспектор · аға инспектор" in text for text in shown.texts())
        shown.screen.ranger.tell("")
        shown.press("barrier")
        assert (shown.screen.ranger.asking, shown.gate.acts) == ("", [])
        shown.press("set-time")
        assert shown.screen.time.open


def test_the_pages_of_a_ranger_lock_when_nobody_touches_them(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN), Timing(guard=0.0, ranger_idle=0.5)) as shown:
        shown.press("ranger")
        until(lambda: shown.screen.stage.page == "ready", 10.0)
        shown.screen.rangers._enter(AIGUL)
        assert shown.screen.stage.page == "ranger"
        until(lambda: shown.screen.stage.page == "ready", 10.0)
        shown.settle()
        shown.press("ranger", settle=False)
        assert shown.screen.stage.page == "names"


def test_whatever_is_touched_on_them_keeps_them_open(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate(aigul=PIN), Timing(guard=0.0, ranger_idle=100.0)) as shown:
        signed_in(shown)
        for button in ("devices", "devices-close", "sync", "set-time"):
            until(lambda: shown.screen._idle.remainingTime() < 99_900)
            shown.screen._idle.start(50_000)  # as if half of it were over
            if button == "devices-close":
                shown.screen.devices.close()
                continue
            shown.press(button)
            assert shown.screen._idle.remainingTime() > 60_000


@pytest.mark.parametrize(
    "change",
    [
        {"people": PEOPLE[1:]},
        {"people": (Person(name=AIGUL, role="senior"), *PEOPLE[1:])},
        {"people": ()},
        {"has_shift": False},
    ],
)
def test_who_left_the_list_or_the_shift_is_locked_out_at_once(qapp: QGuiApplication, change: dict[str, object]) -> None:
    small = gate(aigul=PIN)
    small.has_shift = True
    with shown_screen(qapp, small) as shown:
        signed_in(shown)
        shown.screen._look_now()
        shown.settle()
        assert shown.screen.stage.page == "ranger"
        for name, value in change.items():
            setattr(small, name, value)
        shown.screen._look_now()
        shown.settle()
        assert shown.screen.stage.page == "ready"


def test_a_list_that_comes_into_use_locks_out_whoever_came_in_by_the_device_s_pin(qapp: QGuiApplication) -> None:
    small = SmallGate()
    with shown_screen(qapp, small) as shown:
        shown.press("ranger")
        type_pin(shown, PIN)
        assert shown.screen.stage.page == "ranger"
        small.people = PEOPLE
        shown.screen._look_now()
        shown.settle()
        assert shown.screen.stage.page == "ready"


class SlowHash(SmallGate):
    """Looks at PINs for as long as a test wants."""

    def __init__(self) -> None:
        super().__init__(people=PEOPLE, pins={AIGUL: PIN})
        self.is_looking, self.may_end = threading.Event(), threading.Event()

    def check_pin(self, pin: str, who: str = "") -> PinAnswer | None:
        """Not before it may."""
        assert threading.current_thread() is not threading.main_thread()
        self.is_looking.set()
        self.may_end.wait(30)
        return super().check_pin(pin, who)


def test_scans_are_decided_and_the_page_says_so_while_a_pin_is_looked_at(qapp: QGuiApplication) -> None:
    small = SlowHash()
    with shown_screen(qapp, small) as shown:
        shown.press("ranger")
        shown.press("name-0")
        for digit in PIN:
            shown.press(f"key-{digit}", settle=False)
        shown.press("done", settle=False)
        try:
            assert shown.screen.pin.checking
            assert "Тексеріліп жатыр…" in shown.texts()
            assert "checking" in [item.objectName() for item in visible(shown.window)]
            shown.screen.present(["good"])
            until(lambda: len(small.scans) == 1)
            until(lambda: shown.screen.stage.page == "verdict")
        finally:
            small.may_end.set()
        shown.settle()
        assert shown.screen.stage.page == "verdict"  # whoever is shown a verdict is not thrown out of it


class SlowActivation(SmallGate):
    """Its code was withdrawn by the time that a PIN was chosen, which it says as late as a test wants."""

    def __init__(self) -> None:
        super().__init__(people=PEOPLE)
        self.may_end = threading.Event()

    def activate(self, code: str, pin: str, who: str) -> PinAnswer:
        """Not before it may."""
        self.may_end.wait(30)
        return PinAnswer(is_right=False, attempts_left=4)


@pytest.mark.parametrize("page", ["verdict", "locked"])
def test_a_late_no_to_a_code_turns_no_other_page_away(qapp: QGuiApplication, page: str) -> None:
    small = SlowActivation()
    with shown_screen(qapp, small) as shown:
        shown.press("ranger")
        shown.press("name-0")
        type_code(shown)
        type_pin(shown, "582914")
        for digit in "582914":
            shown.press(f"key-{digit}", settle=False)
        shown.press("done", settle=False)
        try:
            if page == "verdict":
                shown.screen.present(["good"])
            else:
                small.alarm = "door"
                shown.screen._look_now()
            until(lambda: shown.screen.stage.page == page)
        finally:
            small.may_end.set()
        shown.settle()
        assert shown.screen.stage.page == page


def test_a_late_yes_lets_nobody_in_on_another_s_page(qapp: QGuiApplication) -> None:
    small = SlowHash()
    small.pins[ASKAR] = "918273"
    with shown_screen(qapp, small) as shown:
        shown.press("ranger")
        shown.press("name-0")
        for digit in PIN:
            shown.press(f"key-{digit}", settle=False)
        shown.press("done", settle=False)
        try:
            until(small.is_looking.is_set)
            shown.screen.stage.turn("names")
            shown.screen.rangers._ask_pin(ASKAR)
        finally:
            small.may_end.set()
        shown.settle()
        assert (shown.screen.stage.page, shown.screen.ranger.who) != ("ranger", AIGUL)


def test_pins_are_swept_now_and_then(qapp: QGuiApplication) -> None:
    with shown_screen(qapp, gate()) as shown:
        before = shown.gate.sweeps
        for _ in range(10):  # a look a second
            shown.screen._look_now()
            shown.settle()
        assert shown.gate.sweeps - before >= 2
