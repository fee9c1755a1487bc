"""A park in which each person signs for themselves, from a shell: codes, PINs, roles, and no device's PIN."""

import json
from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.entries import DecisionBody, ReportBody
from kiosk.rules.roles import MAY, Right
from kiosk.rules.words import EntryKind
from kiosk.store.home import Home
from kiosk.store.policies import Policies
from tests.support.enrolled import PIN as DEVICE_PIN
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.people import AIGUL, ASKAR, DINA, code, listed, member
from tests.support.shell import Finished
from tests.support.shell import qaqpa_here as qaqpa
from ui.assembly import open_reader

PINS = {AIGUL: "582914", ASKAR: "918273", DINA: "470219"}
NUMBERS = {AIGUL: 1, ASKAR: 2, DINA: 3}
WRONG = "111112"
_GROUPS = ("gate", "admit", "report", "shift", "alarm", "clock", "journal", "staff")


@pytest.fixture
def park() -> SmallPark:
    return SmallPark(staff=listed(*(member(name, number) for name, number in NUMBERS.items())))


@pytest.fixture
def home(tmp_path: Path, park: SmallPark) -> Home:
    return enrolled_home(tmp_path / "data", park)


def run(home: Home, *words: str, **env: str) -> Finished:
    count = 2 if words[0] in _GROUPS else 1
    return qaqpa(*words[:count], "--data", home.path, "--json", *words[count:], env=env)


def signed_in(home: Home, *names: str) -> None:
    for name in names:
        given = {"QAQPA_ACTIVATION": code(NUMBERS[name]), "QAQPA_PIN": PINS[name]}
        assert run(home, "staff", "activate", name, **given).code == 0


def by(name: str) -> dict[str, str]:
    return {"QAQPA_PIN": PINS[name]}


def entries(home: Home) -> list[dict[str, Any]]:
    return qaqpa("journal", "show", "--data", home.path, "--json", "--limit", "100").records


def signers(home: Home) -> list[str]:
    """Under whose names people let in and reported."""
    with open_reader(home) as memory:
        kinds = (EntryKind.DECISION, EntryKind.REPORT)
        bodies = [entry.body for kind in kinds for entry in memory.journal.latest(100, kind)]
    return [body.by for body in bodies if isinstance(body, DecisionBody | ReportBody) and body.by is not None]


def test_a_person_signs_in_by_a_code_once_and_by_a_pin_from_then_on(home: Home) -> None:
    told = run(home, "staff", "activate", AIGUL, QAQPA_ACTIVATION=code(1), QAQPA_PIN=PINS[AIGUL])
    assert told.record == {"name": AIGUL, "role": "ranger"}
    assert run(home, "staff", "signin", AIGUL, **by(AIGUL)).code == 0
    again = run(home, "staff", "activate", AIGUL, QAQPA_ACTIVATION=code(1), QAQPA_PIN=PINS[AIGUL])
    assert (again.code, "was used on this device" in again.err) == (2, True)
    records = {record["name"]: record for record in run(home, "staff", "list").records}
    assert records[AIGUL] == {
        "name": AIGUL, "role": "ranger", "pin": True, "locked_seconds": 0, "code_until": None,
    }  # fmt: skip
    assert (records[ASKAR]["pin"], records[ASKAR]["code_until"]) == (False, "2096-10-02T07:06:40Z")


def test_a_wrong_code_costs_an_attempt_and_a_slip_none(home: Home) -> None:
    told = run(home, "staff", "activate", AIGUL, QAQPA_ACTIVATION=code(9), QAQPA_PIN=PINS[AIGUL])
    assert (told.code, "4 attempts are left" in told.err) == (1, True)
    told = run(home, "staff", "activate", AIGUL, QAQPA_ACTIVATION="ABC", QAQPA_PIN=PINS[AIGUL])
    assert (told.code, "16 letters" in told.err) == (2, True)


def test_a_pin_that_anybody_would_try_first_is_refused(home: Home) -> None:
    told = run(home, "staff", "activate", AIGUL, QAQPA_ACTIVATION=code(1), QAQPA_PIN="000000")
    assert (told.code, "choose other digits" in told.err) == (2, True)


def test_nobody_signs_in_who_is_not_on_the_list_or_chose_no_pin(home: Home) -> None:
    assert run(home, "staff", "signin", "Nobody", QAQPA_PIN=DEVICE_PIN).code == 2
    told = run(home, "staff", "signin", AIGUL, QAQPA_PIN=DEVICE_PIN)
    assert (told.code, "qaqpa staff activate" in told.err) == (1, True)


def test_an_act_stands_under_the_name_that_signed_it(home: Home) -> None:
    signed_in(home, AIGUL)
    told = run(home, "gate", "open", "--by", AIGUL, "--reason", "a tractor", **by(AIGUL))
    assert told.record["by"] == AIGUL


def test_the_device_s_pin_opens_nothing_any_more(home: Home) -> None:
    signed_in(home, AIGUL)
    before = len(entries(home))
    told = run(home, "gate", "open", "--reason", "x", QAQPA_PIN=DEVICE_PIN)
    assert (told.code, "say who, with --by NAME" in told.err) == (2, True)
    told = run(
        home,
        "gate",
        "open",
        "--by",
        AIGUL,
        "--reason",
        "x",
        QAQPA_PIN=DEVICE_PIN if PINS[AIGUL] != DEVICE_PIN else WRONG,
    )
    assert told.code == 1
    assert len(entries(home)) == before


def test_five_wrong_pins_lock_this_person_and_nobody_else(home: Home) -> None:
    signed_in(home, AIGUL, ASKAR)
    for _ in range(5):
        assert run(home, "staff", "signin", AIGUL, QAQPA_PIN=WRONG).code == 1
    told = run(home, "staff", "signin", AIGUL, **by(AIGUL))
    assert (told.code, "locked: try again in" in told.err) == (1, True)
    assert run(home, "staff", "signin", ASKAR, **by(ASKAR)).code == 0


_COMMANDS: dict[Right, tuple[str, ...]] = {
    Right.OVERRIDE: ("override", "ENTRY", "--reason", "x"),
    Right.ANNUL: ("annul", "ENTRY", "--reason", "x"),
    Right.CORRECT: ("correct", "ENTRY", "--heads", "1", "--reason", "x"),
    Right.STRIKE_OFF: ("left", "ENTRY", "--reason", "x"),
    Right.CALLED: ("called", "ENTRY", "--whom", "leader", "--reason", "x"),
    Right.OPEN: ("gate", "open", "--reason", "x"),
    Right.KEEP_OPEN: ("gate", "keep-open", "--reason", "x"),
    Right.SET_BACK: ("gate", "normal"),
    Right.EXEMPT: ("admit", "exempt", "--category", "x", "--heads", "1"),
    Right.RESIDENT: ("admit", "resident", "--plate", "917 CNY 05"),
    Right.STAFF: ("admit", "staff", "--name", ASKAR),
    Right.OFFICIAL: ("admit", "official", "--complete", "ENTRY", "--words", "x"),
    Right.CLAIM: ("admit", "claim", "--receipt", "1", "--heads", "1"),
    Right.FOUND: ("admit", "found", "--plate", "917 CNY 05"),
    Right.EVENT: ("admit", "event", "--product", "40", "--heads", "1"),
    Right.SHIFT: ("shift", "open"),
    Right.CONTACTS: ("inside", "--contacts"),
    Right.ACKNOWLEDGE: ("alarm", "acknowledge", "ENTRY", "--reason", "x"),
    Right.SET_CLOCK: ("clock", "set", "2096-07-14T09:30"),
    Right.ERASE: ("journal", "erase", "ENTRY"),
}
ENTRY = "007M4G80040000000010"


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A gate at which all three have chosen their PINs."""
    park = SmallPark(staff=listed(*(member(name, number) for name, number in NUMBERS.items())))
    home = enrolled_home(tmp_path_factory.mktemp("gate") / "data", park)
    signed_in(home, *PINS)
    return home


@pytest.mark.parametrize("right", sorted(_COMMANDS))
def test_the_command_line_follows_the_table_of_roles(everybody: Home, right: Right) -> None:
    words = [ENTRY if word == "ENTRY" else word for word in _COMMANDS[right]]
    for name, role in ((AIGUL, "ranger"), (ASKAR, "senior"), (DINA, "administrator")):
        told = run(
            everybody, *words, "--by", name, QAQPA_PIN=PINS[name] if role not in MAY[right] else WRONG,
        )  # fmt: skip
        if role in MAY[right]:
            assert "That PIN is wrong" in told.err
            assert run(everybody, "staff", "signin", name, **by(name)).code == 0  # the attempt is made good
        else:
            assert (told.code, told.out) == (1, "")
            assert f"{name} is listed as {role}, and this is for {' or '.join(MAY[right])}" in told.err


def test_every_right_that_a_command_could_need_was_tried() -> None:
    assert set(Right) - set(_COMMANDS) == {Right.SECOND_LOOK, Right.TURN, Right.DEVICES}


def test_both_sign_a_hand_over_each_by_their_own_pin(home: Home) -> None:
    signed_in(home, AIGUL, ASKAR)
    assert run(home, "shift", "open", "--by", AIGUL, **by(AIGUL)).record["by"] == AIGUL
    close = ("shift", "close", "--by", AIGUL, "--relieved-by", ASKAR)
    assert run(home, *close, **by(AIGUL), QAQPA_SECOND_PIN=PINS[AIGUL]).code == 1
    assert run(home, *close, **by(AIGUL), QAQPA_SECOND_PIN=PINS[ASKAR]).code == 0


def test_a_second_pair_of_eyes_is_another_s_and_signs_too(home: Home) -> None:
    signed_in(home, AIGUL, ASKAR, DINA)
    admit = ("admit", "staff", "--name", DINA, "--by", AIGUL, "--second-look")
    assert "another of the staff looks" in run(home, *admit, AIGUL, **by(AIGUL)).err
    assert run(home, *admit, ASKAR, **by(AIGUL)).code == 2
    assert run(home, *admit, ASKAR, **by(AIGUL), QAQPA_SECOND_PIN=PINS[AIGUL]).code == 1
    denied = run(home, *admit, DINA, **by(AIGUL), QAQPA_SECOND_PIN=PINS[DINA])
    assert (denied.code, "this is for ranger or senior" in denied.err) == (1, True)
    assert run(home, *admit, ASKAR, **by(AIGUL), QAQPA_SECOND_PIN=PINS[ASKAR]).code == 0


UNSIGNED = (
    ("admit", "official", "--reason", "ambulance"),
    ("report", "incident", "fire", "--place", "the lake"),
    ("report", "person", "--words", "a boy, 7"),
)


@pytest.mark.parametrize("words", UNSIGNED)
def test_what_asks_for_no_pin_is_done_at_once_and_under_nobody_s_name(home: Home, words: tuple[str, ...]) -> None:
    signed_in(home, AIGUL)
    told = run(home, *words, "--by", AIGUL)
    assert (told.code, "leave --by away" in told.err) == (2, True)
    assert signers(home) == []
    assert run(home, *words).code == 0
    assert signers(home) == ["device"]


def test_nobody_looks_a_second_time_where_nobody_signs(home: Home) -> None:
    signed_in(home, AIGUL, ASKAR)
    told = run(home, "admit", "official", "--reason", "ambulance", "--second-look", ASKAR)
    assert (told.code, "nobody can look a second time" in told.err) == (2, True)


def test_a_new_set_takes_a_person_or_a_role_away_and_their_pin_with_it(home: Home, park: SmallPark) -> None:
    signed_in(home, AIGUL, ASKAR)
    park.version, park.staff = 2, listed(member(ASKAR, 2, role="ranger"))
    Policies(home).stage(park.set_bytes())
    assert run(home, "staff", "signin", AIGUL, **by(AIGUL)).code == 2
    assert run(home, "staff", "signin", ASKAR, **by(ASKAR)).code == 1
    assert [record["pin"] for record in run(home, "staff", "list").records] == [False]
    assert json.loads((home.kiosk / "pins.json").read_text())["pins"] == {}


def test_where_no_code_was_made_the_device_s_pin_is_asked_for_as_before(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark(staff=[{"name": AIGUL, "role": "administrator"}]))
    told = run(home, "gate", "open", "--by", AIGUL, "--reason", "x", QAQPA_PIN=DEVICE_PIN)
    assert told.record["by"] == AIGUL
    listed_here = run(home, "staff", "list")
    assert "the one PIN of the device" in listed_here.err
