"""The device PIN: counted before it is checked, locked after five, useless without its pepper."""

import json
from pathlib import Path
from typing import Literal

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.staff import ATTEMPTS, LOCK_SECONDS, DevicePin

NOW = 1_784_012_400
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class UnpluggedHasher(PasswordHasher):
    """Stands for a device whose plug is pulled during the check."""

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  the library's own name
        raise KeyboardInterrupt


@pytest.fixture
def pin(tmp_path: Path) -> DevicePin:
    chosen = pin_at(tmp_path)
    chosen.choose("246813")
    return chosen


def pin_at(folder: Path, hasher: PasswordHasher = QUICK) -> DevicePin:
    return DevicePin(verifier=folder / "kiosk" / "pin.json", pepper=folder / "keys" / "pin-pepper", hasher=hasher)


def test_there_is_no_pin_until_one_is_chosen(tmp_path: Path) -> None:
    pin = pin_at(tmp_path)
    assert not pin.is_set
    with pytest.raises(EnvironmentalError, match="enrol"):
        pin.check("000000", NOW)


def test_the_right_pin_is_right_and_a_wrong_one_costs_an_attempt(pin: DevicePin) -> None:
    assert pin.check("246813", NOW).is_right
    answer = pin.check("111111", NOW)
    assert (answer.is_right, answer.attempts_left, answer.locked_seconds) == (False, ATTEMPTS - 1, 0)


def test_a_right_pin_gives_all_attempts_back(pin: DevicePin) -> None:
    pin.check("111111", NOW)
    pin.check("246813", NOW)
    assert pin.check("111111", NOW).attempts_left == ATTEMPTS - 1


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\n"])
def test_only_six_digits_can_be_chosen(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="six digits"):
        pin_at(tmp_path).choose(text)


@pytest.mark.parametrize("text", ["000000", "123456", "112233"])
def test_what_anybody_would_try_first_cannot_be_chosen(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match="choose other digits"):
        pin_at(tmp_path).choose(text)
    assert not pin_at(tmp_path).is_set


def test_five_wrong_pins_lock_for_a_minute_even_against_the_right_one(pin: DevicePin) -> None:
    answers = [pin.check("111111", NOW) for _ in range(ATTEMPTS)]
    assert [a.locked_seconds for a in answers] == [0, 0, 0, 0, LOCK_SECONDS]
    refused = pin.check("246813", NOW + LOCK_SECONDS - 1)
    assert (refused.is_right, refused.locked_seconds) == (False, 1)
    assert pin.check("246813", NOW + LOCK_SECONDS).is_right


def test_the_lock_outlives_a_restart(pin: DevicePin, tmp_path: Path) -> None:
    for _ in range(ATTEMPTS):
        pin.check("111111", NOW)
    assert not pin_at(tmp_path).check("246813", NOW + 1).is_right


def test_what_is_left_can_be_asked_without_an_attempt(pin: DevicePin) -> None:
    assert pin.left(NOW).attempts_left == ATTEMPTS
    for _ in range(3):
        pin.check("111111", NOW)
    assert pin.left(NOW).attempts_left == pin.left(NOW).attempts_left == ATTEMPTS - 3
    for _ in range(2):
        pin.check("111111", NOW)
    assert (pin.left(NOW + 10).attempts_left, pin.left(NOW + 10).locked_seconds) == (0, LOCK_SECONDS - 10)
    assert (pin.left(NOW + LOCK_SECONDS).attempts_left, pin.left(NOW + LOCK_SECONDS).locked_seconds) == (ATTEMPTS, 0)


def test_a_clock_set_back_neither_unlocks_nor_locks_for_longer_than_a_minute(pin: DevicePin) -> None:
    for _ in range(ATTEMPTS):
        pin.check("111111", NOW)
    assert pin.check("246813", NOW - 1_000_000).locked_seconds == LOCK_SECONDS
    assert pin.check("246813", NOW - 1_000_000 + LOCK_SECONDS).is_right


def test_an_attempt_counts_even_when_the_plug_is_pulled_during_the_check(pin: DevicePin, tmp_path: Path) -> None:
    for _ in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            pin_at(tmp_path, UnpluggedHasher()).check("111111", NOW)
    assert pin.check("246813", NOW).locked_seconds == LOCK_SECONDS


def test_the_verifier_alone_cannot_be_guessed_against(pin: DevicePin, tmp_path: Path) -> None:
    verifier = json.loads((tmp_path / "kiosk" / "pin.json").read_text())["verifier"]
    with pytest.raises(VerificationError):
        QUICK.verify(verifier, "246813")


def test_a_lost_pepper_is_a_sentence_and_never_a_new_pepper(pin: DevicePin, tmp_path: Path) -> None:
    (tmp_path / "keys" / "pin-pepper").unlink()
    with pytest.raises(EnvironmentalError, match="enrol this device again"):
        pin.check("246813", NOW)


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"verifier": "x", "wrong": 0, "locked_at": null}'])
def test_a_damaged_verifier_is_a_sentence(pin: DevicePin, tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "kiosk" / "pin.json").write_bytes(damage)
    with pytest.raises(EnvironmentalError, match="damaged"):
        pin.check("246813", NOW)


def test_both_files_are_for_their_owner_only(pin: DevicePin, tmp_path: Path) -> None:
    for path in (tmp_path / "kiosk" / "pin.json", tmp_path / "keys" / "pin-pepper"):
        assert path.stat().st_mode & 0o777 == 0o600
