import pytest

from kiosk.errors import UsageError
from sync.enrolment_code import EnrolmentCode, EnrolmentTicket, anchor_of

ROOT = bytes(range(32))


def test_a_code_is_read_back_however_it_was_typed() -> None:
    code = EnrolmentCode.new(ROOT)
    printed = str(code)
    assert len(printed.replace("-", "")) == 42
    for typed in (printed, printed.lower(), printed.replace("-", " "), printed.replace("0", "o").replace("1", "l")):
        assert EnrolmentCode.parse(typed) == code


def test_cyrillic_look_alikes_are_folded() -> None:
    code = EnrolmentCode(secret="ABEKMHPCTX012345", anchor=anchor_of(ROOT))
    assert EnrolmentCode.parse("авекмнрстх012345" + code.anchor) == code


def test_the_anchor_is_the_first_130_bits_of_the_digest_highest_first() -> None:
    # SHA-256(00..1f) = 630dcd2966c4336691125448bbb25b4f...; its first ten bits are 01100 01100
    assert anchor_of(ROOT).startswith("CC")
    assert len(anchor_of(ROOT)) == 26


def test_a_code_fits_its_own_root_and_no_other() -> None:
    code = EnrolmentCode.new(ROOT)
    assert code.fits(ROOT)
    assert not code.fits(bytes(32))


@pytest.mark.parametrize(("text", "said"), [("", "not 0"), ("ABC", "not 3"), ("U" * 42, "'U'"), ("A" * 43, "not 43")])
def test_a_wrong_code_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        EnrolmentCode.parse(text)


def test_a_ticket_holds_the_code_and_the_address() -> None:
    ticket = EnrolmentTicket(code=EnrolmentCode.new(ROOT), url="https://registry.park.kz:8600")
    assert str(ticket).startswith("QAQPA-ENROL:1:")
    assert EnrolmentTicket.parse(f" {ticket}\n") == ticket


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("KP1:AAAA", "no enrolment ticket"),
        ("QAQPA-ENROL:2:" + 42 * "A" + ":https://park.kz", "version '2'"),
        ("QAQPA-ENROL:1:" + 41 * "A" + ":https://park.kz", "not 41"),
        ("QAQPA-ENROL:1:" + 42 * "A" + ":", "no address"),
        ("QAQPA-ENROL:1:" + 42 * "A" + ":file:///etc/passwd", "no address"),
        ("QAQPA-ENROL:1:" + 42 * "A" + ":https://park.kz/\u202ecod", "no address"),
    ],
)
def test_what_is_no_ticket_is_told_in_a_sentence(text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        EnrolmentTicket.parse(text)
