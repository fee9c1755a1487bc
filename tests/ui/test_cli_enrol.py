"""Enrolment by hand, with what goes wrong at a keyboard: a slip, Ctrl-C, a PIN that anybody would try."""

from pathlib import Path

import pytest

from kiosk.staff import DevicePin
from kiosk.store.home import Home
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.people import AIGUL, listed, member
from tests.support.shell import at_a_terminal, command, qaqpa_here

PIN = "480275"


@pytest.fixture
def broken_off(tmp_path: Path) -> Home:
    """A kiosk whose enrolment ended when its code was spent and its PIN not yet chosen."""
    return without_pin(tmp_path, SmallPark())


def without_pin(folder: Path, park: SmallPark) -> Home:
    home = enrolled_home(folder / "data", park, is_demo=False)
    (home.kiosk / "pin.json").unlink()
    (home.keys / "pin-pepper").unlink()
    return home


def test_a_slip_in_the_pin_is_asked_again_until_it_can_be_one(broken_off: Home) -> None:
    typed = ("48027", "48027", "000000", "000000", PIN, "480276", PIN, PIN)
    code, shown = at_a_terminal(command("enrol", "--data", broken_off.path), *typed)
    assert code == 0, shown
    assert "A PIN is six digits" in shown
    assert "choose other digits" in shown
    assert DevicePin.of(broken_off).check(PIN, 0).is_right


@pytest.mark.parametrize("words", [(), ("https://registry.example", "7K3M9Q")])
def test_a_kiosk_without_a_pin_chooses_one_and_nothing_else(broken_off: Home, words: tuple[str, ...]) -> None:
    before = broken_off.device
    told = qaqpa_here("enrol", *words, "--data", broken_off.path, "--json", env={"QAQPA_PIN": PIN})
    assert (told.code, told.record["device"], told.record["set_version"]) == (0, 4711, 1)
    assert broken_off.device == before
    assert DevicePin.of(broken_off).check(PIN, 0).is_right
    again = qaqpa_here("enrol", *words, "--data", broken_off.path, "--json", env={"QAQPA_PIN": "135790"})
    assert (again.code, again.out) == (2, "")
    assert DevicePin.of(broken_off).check(PIN, 0).is_right


def test_where_each_person_signs_for_themselves_no_device_pin_is_chosen(tmp_path: Path) -> None:
    home = without_pin(tmp_path, SmallPark(staff=listed(member(AIGUL, 1))))
    told = qaqpa_here("enrol", "--data", home.path, env={"QAQPA_PIN": PIN})
    assert (told.code, DevicePin.of(home).is_set) == (2, False)
