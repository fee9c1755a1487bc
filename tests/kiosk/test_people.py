"""Persons and their PINs: chosen by a code that is good for once, counted before it is checked, useless elsewhere."""

import json
import shutil
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher

from kiosk.errors import UsageError
from kiosk.people import NoActivationError, People
from kiosk.rules.lockout import ATTEMPTS, DEVICE_ATTEMPTS, PERSON_PAUSES
from kiosk.rules.policy import StaffMember
from kiosk.staff import PinAnswer
from tests.support.people import ASKAR, DEVICE, LATER, Boot, code, member, people_in

NOW = 1_784_012_400
PIN, OTHER_PIN, WRONG = "246813", "918273", "111111"
AIGUL_HERE = member()


class UnpluggedHasher(PasswordHasher):
    """Stands for a device whose plug is pulled during the check."""

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  the library's own name
        raise KeyboardInterrupt


@pytest.fixture
def boot() -> Boot:
    return Boot()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def people(folder: Path, boot: Boot) -> People:
    """A device on which Aigul has chosen her PIN."""
    here = people_in(folder, boot)
    assert here.activate(AIGUL_HERE, code(1), PIN, NOW).is_right
    return here


def files(folder: Path) -> tuple[Path, Path]:
    return folder / "kiosk" / "pins.json", folder.with_name("data.keys") / "pin-tries.json"


def check(people: People, pin: str, who: StaffMember = AIGUL_HERE) -> PinAnswer:
    answer = people.check(who, pin)
    assert answer is not None
    return answer


def wrong(people: People, times: int, who: StaffMember = AIGUL_HERE) -> PinAnswer:
    return [check(people, WRONG, who) for _ in range(times)][-1]


# ---- the first sign-in ----------------------------------------------------------------------------------------------


def test_a_person_chooses_a_pin_by_a_code_and_signs_in_by_it(people: People) -> None:
    assert people.has_pin(AIGUL_HERE)
    assert check(people, PIN).is_right
    assert not check(people, OTHER_PIN).is_right


def test_nobody_has_a_pin_before_they_chose_one(folder: Path) -> None:
    people = people_in(folder)
    assert not people.has_pin(AIGUL_HERE)
    assert people.check(AIGUL_HERE, PIN) is None
    assert people.has_code(AIGUL_HERE, NOW)


def test_a_code_is_good_for_once_on_a_device_and_again_on_another(people: People, tmp_path: Path) -> None:
    with pytest.raises(NoActivationError, match="was used on this device"):
        people.activate(AIGUL_HERE, code(1), OTHER_PIN, NOW)
    assert not people.has_code(AIGUL_HERE, NOW)
    assert people_in(tmp_path / "elsewhere").activate(AIGUL_HERE, code(1), OTHER_PIN, NOW).is_right


def test_a_code_for_one_device_is_good_at_no_other(folder: Path) -> None:
    bound = member(number=3, device=DEVICE)
    with pytest.raises(NoActivationError, match=f"is for device {DEVICE}, and this is device 12"):
        people_in(folder, device=12).check_code(bound, code(3), NOW)
    assert people_in(folder).check_code(bound, code(3), NOW).is_right


def test_a_code_is_good_until_its_time(folder: Path) -> None:
    late = member(number=3, until=NOW)
    people = people_in(folder)
    with pytest.raises(NoActivationError, match="no longer good"):
        people.activate(late, code(3), PIN, NOW)
    assert people.check_code(late, code(3), NOW - 1).is_right


def test_who_is_not_given_a_code_has_none(folder: Path) -> None:
    with pytest.raises(NoActivationError, match="There is no activation code for"):
        people_in(folder).check_code(member(number=None), code(3), NOW)


def test_a_code_opens_for_its_own_person_only(people: People) -> None:
    askar = member(ASKAR, 2)
    assert not people.check_code(askar, code(1), NOW).is_right
    assert people.check_code(askar, code(2), NOW).is_right


def test_looking_at_a_code_does_not_use_it_up(folder: Path) -> None:
    people = people_in(folder)
    assert people.check_code(AIGUL_HERE, code(1), NOW).is_right
    assert people.activate(AIGUL_HERE, code(1), PIN, NOW).is_right


def test_guessed_codes_are_counted_like_pins_and_a_slip_of_the_finger_is_not(folder: Path, boot: Boot) -> None:
    people = people_in(folder, boot)
    for _ in range(2 * ATTEMPTS):
        with pytest.raises(UsageError, match="slip"):
            people.check_code(AIGUL_HERE, code(1)[:-1] + "0", NOW)
    answers = [people.check_code(AIGUL_HERE, code(77), NOW) for _ in range(ATTEMPTS)]
    assert [answer.locked_seconds for answer in answers] == [0, 0, 0, 0, PERSON_PAUSES[0]]
    assert not people.activate(AIGUL_HERE, code(1), PIN, NOW).is_right
    boot.wait(PERSON_PAUSES[0])
    assert people.activate(AIGUL_HERE, code(1), PIN, NOW).is_right


@pytest.mark.parametrize("pin", ["000000", "123456", "12345", "abcdef"])
def test_a_trivial_pin_is_refused_before_the_code_is_used(folder: Path, pin: str) -> None:
    people = people_in(folder)
    with pytest.raises(UsageError):
        people.activate(AIGUL_HERE, code(1), pin, NOW)
    assert people.has_code(AIGUL_HERE, NOW)


def test_a_forgotten_pin_is_replaced_by_a_new_code_even_while_guesses_are_locked(people: People) -> None:
    wrong(people, ATTEMPTS)
    again = member(number=9)
    assert check(people, PIN).locked_seconds == PERSON_PAUSES[0]
    assert people.activate(again, code(9), OTHER_PIN, NOW).is_right
    assert check(people, OTHER_PIN, again).is_right
    assert not check(people, PIN, again).is_right


# ---- counting -------------------------------------------------------------------------------------------------------


def test_a_wrong_pin_costs_an_attempt_and_a_right_one_gives_them_back(people: People) -> None:
    assert check(people, WRONG).attempts_left == ATTEMPTS - 1
    assert check(people, PIN).is_right
    assert check(people, WRONG).attempts_left == ATTEMPTS - 1


def test_what_is_left_can_be_asked_without_an_attempt(people: People) -> None:
    wrong(people, 3)
    assert [people.left(AIGUL_HERE).attempts_left for _ in range(3)] == [2, 2, 2]


def test_pauses_grow_and_the_right_pin_does_not_shorten_one(people: People, boot: Boot) -> None:
    for pause in (*PERSON_PAUSES, PERSON_PAUSES[-1]):
        assert wrong(people, ATTEMPTS).locked_seconds == pause
        boot.wait(pause - 1)
        assert not check(people, PIN).is_right
        boot.wait(1)
    assert check(people, PIN).is_right
    assert wrong(people, ATTEMPTS).locked_seconds == PERSON_PAUSES[0]


def test_one_person_s_pause_is_not_another_s(people: People) -> None:
    askar = member(ASKAR, 2)
    people.activate(askar, code(2), OTHER_PIN, NOW)
    wrong(people, ATTEMPTS)
    assert check(people, OTHER_PIN, askar).is_right


def test_who_walks_along_the_list_is_stopped_for_everybody(folder: Path, boot: Boot) -> None:
    people = people_in(folder, boot)
    staff = [
        StaffMember(name=f"{n}", role="ranger", id=f"{n}", activation=member(number=n).activation) for n in range(8)
    ]
    for n, person in enumerate(staff):
        people.activate(person, code(n), PIN, NOW)
    answers = [check(people, WRONG, staff[n % 7]) for n in range(DEVICE_ATTEMPTS)]
    assert [bool(answer.locked_seconds) for answer in answers] == [False] * (DEVICE_ATTEMPTS - 1) + [True]
    assert check(people, PIN, staff[7]).locked_seconds == 60


def test_an_attempt_counts_even_when_the_plug_is_pulled_during_the_check(
    people: People, folder: Path, boot: Boot
) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            people_in(folder, boot, hasher=UnpluggedHasher()).check(AIGUL_HERE, WRONG)
    assert check(people, PIN).locked_seconds == PERSON_PAUSES[0]


def test_an_attempt_counts_when_the_plug_is_pulled_between_the_two_files(
    people: People, folder: Path, boot: Boot, tmp_path: Path
) -> None:
    tries = files(folder)[1]
    for number in range(ATTEMPTS):
        people.left(AIGUL_HERE)  # what the last crash cut off is counted
        kept = shutil.copy(tries, tmp_path / f"tries {number}")
        check(people, WRONG)
        shutil.copy(kept, tries)
        boot.wait(1000)
    assert 0 < check(people, PIN).locked_seconds <= PERSON_PAUSES[0]
    boot.wait(PERSON_PAUSES[0])
    assert check(people, PIN).is_right


def test_a_crash_while_a_crash_is_mended_leaves_what_the_first_one_left(
    people: People, folder: Path, tmp_path: Path
) -> None:
    tries = files(folder)[1]
    kept = shutil.copy(tries, tmp_path / "kept")
    check(people, WRONG)
    for _ in range(3):
        shutil.copy(kept, tries)
        assert people.left(AIGUL_HERE).attempts_left == ATTEMPTS - 1
    assert check(people, PIN).is_right


# ---- restarts and clocks --------------------------------------------------------------------------------------------


def test_a_restart_ends_no_pause_and_begins_with_what_was_noted_as_left(
    people: People, folder: Path, boot: Boot
) -> None:
    wrong(people, ATTEMPTS)
    boot.wait(30)
    assert people.left(AIGUL_HERE).locked_seconds == 30
    for _ in range(5):
        boot.restart(seconds=100_000.0)
        assert people_in(folder, boot).left(AIGUL_HERE).locked_seconds == 30
    boot.wait(30)
    assert check(people, PIN).is_right


@pytest.mark.parametrize("passed", range(0, 60, 7))
def test_where_a_kiosk_looks_every_few_seconds_a_restart_costs_ten_seconds_of_a_pause_at_most(
    people: People, folder: Path, boot: Boot, passed: int
) -> None:
    wrong(people, ATTEMPTS)
    for second in range(passed):
        boot.wait(1.01)  # no timer is early
        if second % 5 == 4:
            people.sweep([AIGUL_HERE])
    left = PERSON_PAUSES[0] - boot.seconds + 100
    boot.restart()
    assert people_in(folder, boot).left(AIGUL_HERE).locked_seconds <= max(0, left) + 11


def test_looking_often_does_not_keep_a_pause_from_ending(people: People, boot: Boot) -> None:
    wrong(people, ATTEMPTS)
    for second in range(PERSON_PAUSES[0]):
        assert people.left(AIGUL_HERE).locked_seconds == PERSON_PAUSES[0] - second
        boot.wait(1)
    assert people.left(AIGUL_HERE).locked_seconds == 0


# ---- files that are gone, damaged or old ----------------------------------------------------------------------------


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("damage", [None, b"", b"{}", b"[]", b"\xff", b'{"schema": 2}', b"[" * 100_000])
def test_a_file_that_is_gone_or_damaged_leaves_nobody_a_pin_and_no_fresh_attempt(
    people: People, folder: Path, which: int, damage: bytes | None
) -> None:
    path = files(folder)[which]
    path.unlink() if damage is None else path.write_bytes(damage)
    assert people.check(AIGUL_HERE, PIN) is None
    with pytest.raises(NoActivationError, match="was used"):
        people.activate(AIGUL_HERE, code(1), OTHER_PIN, NOW)
    again = member(number=9)
    assert people.activate(again, code(9), OTHER_PIN, NOW).is_right
    assert check(people, OTHER_PIN, again).is_right


@pytest.mark.parametrize("which", [0, 1])
def test_an_older_copy_of_a_file_gives_no_attempt_back(
    people: People, folder: Path, tmp_path: Path, which: int
) -> None:
    path = files(folder)[which]
    kept = shutil.copy(path, tmp_path / "kept")
    wrong(people, ATTEMPTS - 1)
    shutil.copy(kept, path)
    assert people.check(AIGUL_HERE, PIN) is None


def test_a_copy_put_back_after_each_guess_gives_none_back_either(people: People, folder: Path, tmp_path: Path) -> None:
    tries = files(folder)[1]
    for number in range(ATTEMPTS):
        people.left(AIGUL_HERE)  # what the last crash cut off is counted
        kept = shutil.copy(tries, tmp_path / f"kept {number}")
        assert not check(people, WRONG).is_right
        shutil.copy(kept, tries)
    assert check(people, PIN).locked_seconds


def test_a_pause_outlives_the_file_of_the_pins(people: People, folder: Path) -> None:
    wrong(people, ATTEMPTS)
    files(folder)[0].unlink()
    assert people.left(AIGUL_HERE).locked_seconds == PERSON_PAUSES[0]


@pytest.mark.parametrize("left", ["NaN", "-1.0", "1e12", "Infinity"])
def test_seconds_that_are_none_are_damage(people: People, folder: Path, left: str) -> None:
    path = files(folder)[1]
    path.write_text(path.read_text().replace('"device_left": 0.0', f'"device_left": {left}'))
    assert people.check(AIGUL_HERE, PIN) is None


def test_without_the_pepper_nobody_has_a_pin(people: People, folder: Path) -> None:
    (folder.with_name("data.keys") / "pin-pepper").unlink()
    assert not people.has_pin(AIGUL_HERE)
    assert people.check(AIGUL_HERE, PIN) is None


def test_a_verifier_in_another_s_place_opens_nothing(people: People, folder: Path) -> None:
    askar = member(ASKAR, 2)
    people.activate(askar, code(2), OTHER_PIN, NOW)
    path = files(folder)[0]
    record = json.loads(path.read_text())
    record["pins"][askar.id]["verifier"] = record["pins"][AIGUL_HERE.id]["verifier"]
    path.write_text(json.dumps(record))
    assert not check(people, PIN, askar).is_right


def test_a_verifier_that_is_none_opens_nothing(people: People, folder: Path) -> None:
    path = files(folder)[0]
    record = json.loads(path.read_text())
    record["pins"][AIGUL_HERE.id]["verifier"] = "rubbish"
    path.write_text(json.dumps(record))
    assert not check(people, PIN).is_right


def test_the_files_are_for_their_owner_only(people: People, folder: Path) -> None:
    for path in (*files(folder), folder.with_name("data.keys") / "pin-pepper"):
        assert path.stat().st_mode & 0o777 == 0o600


# ---- the list changes -----------------------------------------------------------------------------------------------


def test_who_has_another_role_now_has_no_pin_until_they_choose_one_again(people: People) -> None:
    promoted = member(role="senior")
    assert people.check(promoted, PIN) is None
    assert people.sweep([promoted]) == 1
    assert people.check(AIGUL_HERE, PIN) is None


def test_who_left_the_list_is_swept_and_the_others_stay(people: People, folder: Path) -> None:
    askar = member(ASKAR, 2)
    people.activate(askar, code(2), OTHER_PIN, NOW)
    check(people, WRONG)
    assert people.sweep([AIGUL_HERE, askar]) == 0
    assert people.sweep([askar]) == 1
    assert AIGUL_HERE.id not in files(folder)[0].read_text() + files(folder)[1].read_text()
    assert check(people, OTHER_PIN, askar).is_right


def test_a_person_without_an_id_has_no_pin(people: People) -> None:
    nameless = StaffMember(name="A", role="ranger", activation=member(number=4, until=LATER).activation)
    assert people.check(nameless, PIN) is None
    with pytest.raises(NoActivationError):
        people.activate(nameless, code(4), PIN, NOW)
