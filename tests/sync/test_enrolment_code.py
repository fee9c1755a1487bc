import pytest

from kiosk.errors import UsageError
from sync.enrolment_code import EnrolmentCode, anchor_of

SET_KEY = bytes(range(32))


def test_a_code_is_read_back_however_it_was_typed() -> None:
    code = EnrolmentCode.new(SET_KEY)
    printed = str(code)
    assert len(printed.replace("-", "")) == 42
    for typed in (printed, printed.lower(), printed.replace("-", " "), printed.replace("0", "o").replace("1", "l")):
        assert EnrolmentCode.parse(typed) == code


def test_cyrillic_look_alikes_are_folded() -> None:
    code = EnrolmentCode(secret="ABEKMHPCTX012345", anchor=anchor_of(SET_KEY))
    assert EnrolmentCode.parse("авекмнрстх012345" + code.anchor) == code


def test_the_anchor_is_the_first_130_bits_of_the_digest_highest_first() -> None:
    # SHA-256(00..1f) = 630dcd2966c4336691125448bbb25b4f...; its first ten bits are 01100 01100
    assert anchor_of(SET_KEY).startswith("CC")
    assert len(anchor_of(SET_KEY)) == 26


def test_a_code_fits_its_own_park_and_no_other() -> None:
    code = EnrolmentCode.new(SET_KEY)
    assert code.fits(SET_KEY)
    assert not code.fits(bytes(32))


@pytest.mark.parametrize(("text", "said"), [("", "not 0"), ("ABC", "not 3"), ("U" * 42, "'U'"), ("A" * 43, "not 43")])
def test_a_wrong_code_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        EnrolmentCode.parse(text)
