"""Activation codes: long enough, told from a slip of the finger, and nothing to guess from in the open set."""

from typing import Any

import pytest

from kiosk.errors import UsageError
from kiosk.rules.activation import (
    CODE_BITS,
    LETTERS,
    Activation,
    code_of,
    is_code_of,
    read_activation,
    spaced,
    verifier_of,
)

CODE = "9SX2-4Q7H-C0VB-KM1"
NUMBER = sum(LETTERS.index(letter) << 5 * place for place, letter in enumerate(reversed(CODE.replace("-", ""))))
SALT = "07" * 16


def test_a_code_has_more_than_sixty_bits_and_is_printed_in_groups_of_four() -> None:
    assert CODE_BITS == 75
    assert [len(group) for group in code_of(NUMBER).split("-")] == [4, 4, 4, 4]
    assert code_of(NUMBER).startswith(CODE)
    assert code_of(0) == "0000-0000-0000-0000"
    assert spaced("ABCDE") == "ABCD-E"


@pytest.mark.parametrize("text", ["{}", "{} ", " {}", "{}\n"])
def test_a_code_is_read_as_people_type_it(text: str) -> None:
    code = code_of(NUMBER)
    assert read_activation(text.format(code.lower())) == code.replace("-", "")


def test_look_alikes_are_what_they_look_like() -> None:
    code = code_of(NUMBER)
    assert read_activation(code.replace("0", "O").replace("1", "I").replace("C", "С")) == code.replace("-", "")


def test_every_slip_in_one_letter_is_told_without_a_guess() -> None:
    code = code_of(NUMBER).replace("-", "")
    for place, right in enumerate(code):
        for letter in LETTERS.replace(right, ""):
            with pytest.raises(UsageError, match="slip"):
                read_activation(code[:place] + letter + code[place + 1 :])


def test_what_is_no_code_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="never holds U"):
        read_activation("U" * 16)
    with pytest.raises(UsageError, match="16 letters and digits, not 3"):
        read_activation("ABC")


def test_the_set_holds_a_salted_digest_that_only_the_code_fits() -> None:
    code, other = code_of(NUMBER).replace("-", ""), code_of(NUMBER + 1).replace("-", "")
    activation = Activation(salt=SALT, verifier=verifier_of(code, SALT), until=0)
    assert is_code_of(activation, code)
    assert not is_code_of(activation, other)
    assert verifier_of(code, "08" * 16) != activation.verifier
    assert activation.id == activation.verifier[:32]


@pytest.mark.parametrize("field", [{"salt": "07"}, {"verifier": "zz" * 32}, {"salt": "AB" * 16}])
def test_a_verifier_of_another_shape_is_none(field: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        Activation(**{"salt": SALT, "verifier": "00" * 32, "until": 0, **field})
