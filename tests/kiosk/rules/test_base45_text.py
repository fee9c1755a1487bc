import base45
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.rules.base45_text import Base45Error, decode, encode

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def library(text: str) -> bytes | None:
    try:
        decoded: bytes = base45.b45decode(text)
    except ValueError:
        return None
    return decoded


def check(text: str) -> None:
    try:
        data = decode(text)
    except Base45Error:
        assert library(text) is None
        return
    assert library(text) == data
    assert encode(data) == text


@given(st.binary(max_size=400))
@example(b"")
def test_what_was_written_reads_back(data: bytes) -> None:
    assert decode(encode(data)) == data


@given(st.text(LETTERS, max_size=12))
def test_any_letters_are_the_library_s_bytes_or_refused_by_both(text: str) -> None:
    check(text)


def test_every_text_of_two_letters_and_every_edge_of_three_is_the_library_s() -> None:
    for first in LETTERS:
        for second in LETTERS:
            check(first + second)
            for third in "0FGH:":
                check(first + second + third)


@pytest.mark.parametrize(
    "text", ["A", "0000", "FGX", "GGW", ":::", "::", "V5", "00a", "0000\n", "00\n", "00Ж", "٠٠", "\0\0"]
)
def test_what_nobody_writes_is_refused(text: str) -> None:
    with pytest.raises(Base45Error):
        decode(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("00a", "letters that are not Base45"),
        ("0", "letters that are not Base45"),
        ("V5", "a number that is too large for its byte"),
        ("GGW", "a number that is too large for its two bytes"),
    ],
)
def test_what_is_wrong_with_a_text_is_said(text: str, why: str) -> None:
    with pytest.raises(Base45Error) as told:
        decode(text)
    assert str(told.value) == why


def test_the_examples_of_the_rfc_read_as_it_says() -> None:
    assert decode("BB8") == b"AB"
    assert decode("%69 VD92EX0") == b"Hello!!"
    assert decode("UJCLQE7W581") == b"base-45"
    assert decode("QED8WEX0") == b"ietf!"
