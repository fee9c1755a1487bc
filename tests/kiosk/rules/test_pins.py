"""Which PIN may be chosen: six digits that nobody would try first."""

import pytest

from kiosk.errors import UsageError
from kiosk.rules.pins import is_trivial, require_choice, require_shape


@pytest.mark.parametrize(
    "pin",
    [
        "000000", "999999", "123456", "654321", "890123", "098765", "135791", "112112", "121212", "123123", "112233",
        "010101", "200200",
    ],
)  # fmt: skip
def test_what_is_tried_first_is_refused(pin: str) -> None:
    assert is_trivial(pin)
    with pytest.raises(UsageError, match="choose other digits"):
        require_choice(pin)


@pytest.mark.parametrize("pin", ["246813", "918273", "314159", "100203", "470219"])
def test_other_digits_are_taken(pin: str) -> None:
    require_choice(pin)


def test_not_one_in_two_hundred_is_refused() -> None:
    every_seventh = range(0, 1_000_000, 7)  # of all of them it is 4,320
    assert sum(is_trivial(f"{number:06}") for number in every_seventh) == 1374


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "246813\n"])
def test_only_six_digits_are_a_pin(pin: str) -> None:
    with pytest.raises(UsageError, match="six digits"):
        require_choice(pin)


def test_what_is_refused_says_why() -> None:
    with pytest.raises(UsageError) as caught:
        require_shape("12345")
    assert str(caught.value) == "A PIN is six digits"
    with pytest.raises(UsageError) as caught:
        require_choice("123123")
    assert str(caught.value) == "That PIN is one of the first that anybody would try: choose other digits"
