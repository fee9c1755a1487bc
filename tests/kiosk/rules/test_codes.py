import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.codes import (
    ALPHABET,
    CODE_LETTERS,
    CodeFault,
    CodeFaultKind,
    code_number,
    code_of_number,
    fold,
    read_code,
    tail,
    typed_code,
)
from tests.support.tickets import CLAIMS, VECTOR

CODE: str = VECTOR["typed_code"]
ctis = st.binary(min_size=16, max_size=16)


def test_the_vector_s_code_is_the_published_one() -> None:
    assert typed_code(CLAIMS.cti) == CODE == "U648SJSDVB"
    assert tail(CODE) == "DVB"


@given(ctis)
def test_a_code_is_nine_letters_of_the_digest_and_a_check_letter(cti: bytes) -> None:
    code = typed_code(cti)
    bits = bin(int.from_bytes(b"\1" + hashlib.sha256(b"qaqpa code" + cti).digest(), "big"))[3:48]
    assert code[:9] == "".join(ALPHABET[int(bits[start : start + 5], 2)] for start in range(0, 45, 5))
    assert read_code(code) == code


@given(ctis, st.data())
def test_one_wrong_letter_is_always_noticed(cti: bytes, data: st.DataObject) -> None:
    code = typed_code(cti)
    place = data.draw(st.integers(0, CODE_LETTERS - 1))
    letter = data.draw(st.sampled_from(ALPHABET.replace(code[place], "")))
    assert read_code(code[:place] + letter + code[place + 1 :]) == CodeFault(kind=CodeFaultKind.CHECK)


@given(ctis, st.integers(0, CODE_LETTERS - 2))
def test_two_neighbours_in_the_wrong_order_are_noticed_but_for_the_pair_luhn_cannot_see(cti: bytes, place: int) -> None:
    code = typed_code(cti)
    first, second = code[place], code[place + 1]
    swapped = code[:place] + second + first + code[place + 2 :]
    if first == second or {first, second} == {ALPHABET[0], ALPHABET[-1]}:
        assert read_code(swapped) == swapped
    else:
        assert read_code(swapped) == CodeFault(kind=CodeFaultKind.CHECK)


@pytest.mark.parametrize(
    "typed",
    [
        "u648sjsdvb",
        "U648-SJSD-VB",
        " U648 SJSD VB\n",
        "U648\u00a0SJSD\u2011VB",
        "U648\u2013SJSD\u200b\u2014VB",
        "Ｕ６４８ＳＪＳＤＶＢ",
        "U648ЅЈЅDVВ",
        "u648ѕјѕdvв",
    ],
)
def test_a_code_is_taken_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_cyrillic_letters_count_as_the_latin_ones_they_look_like() -> None:
    assert fold("авсенһкмрттухүз АВСЕНҺКМРТТУХҮЗ") == "ABCEHHKMPTTYXY3" * 2


@pytest.mark.parametrize("letter", ["0", "O", "1", "I", "Ж", "?"])
def test_a_letter_no_code_has_is_named(letter: str) -> None:
    assert read_code("U648" + letter + "JSDVB") == CodeFault(kind=CodeFaultKind.LETTER, letter=letter)


@pytest.mark.parametrize("typed, letter", [("o", "O"), ("О", "O"), ("і", "I"), ("i", "I")])
def test_a_folded_letter_is_named_as_it_was_understood(typed: str, letter: str) -> None:
    assert read_code(typed) == CodeFault(kind=CodeFaultKind.LETTER, letter=letter)


@pytest.mark.parametrize("typed", ["", "   ", "U648SJSDV", "U648SJSDVBB", "2" * 100_000])
def test_a_code_of_another_length_is_named_so(typed: str) -> None:
    assert read_code(typed) == CodeFault(kind=CodeFaultKind.LENGTH)


@given(st.text())
def test_whatever_is_typed_is_a_code_or_a_fault(typed: str) -> None:
    answer = read_code(typed)
    assert isinstance(answer, CodeFault) or (len(answer) == CODE_LETTERS and set(answer) <= set(ALPHABET))


@given(ctis, ctis)
def test_a_code_and_its_number_say_the_same_in_the_same_order(one: bytes, other: bytes) -> None:
    codes = [typed_code(one), typed_code(other)]
    numbers = [code_number(code) for code in codes]
    assert [code_of_number(number) for number in numbers] == codes
    assert 0 <= min(numbers) <= max(numbers) < 2**45
    assert sorted(numbers) == [code_number(code) for code in sorted(codes)]


@pytest.mark.parametrize("text", ["", "U648SJSDV", "U648SJSDVC", "u648sjsdvb", "U648_SJSDV", " U648SJSDVB", "٢" * 10])
def test_only_a_code_in_its_stored_form_has_a_number(text: str) -> None:
    with pytest.raises(ValueError, match="not a ticket code"):
        code_number(text)


@pytest.mark.parametrize("number", [-1, 2**45])
def test_only_45_bits_are_the_number_of_a_code(number: int) -> None:
    with pytest.raises(ValueError, match="not the number"):
        code_of_number(number)


def test_the_smallest_and_the_largest_number_have_a_code() -> None:
    for number in (0, 1, 2**45 - 1):
        assert code_number(code_of_number(number)) == number
    assert code_of_number(0) == "2" * 10


def test_a_text_that_is_no_code_is_named_by_its_beginning() -> None:
    with pytest.raises(ValueError, match=r"^'X{20}' is not a ticket code$"):
        code_number("X" * 300)
