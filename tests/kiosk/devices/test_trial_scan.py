"""What came back of the test code says what is wrong with a scanner, and tickets' letters are all in it."""

import pytest

from kiosk.devices.framing import Framed
from kiosk.devices.trial_scan import LETTERS, TEST_TEXT, Finding, tried
from kiosk.rules import base45_text, ticket

RUSSIAN = str.maketrans("QWERTYUIOPASDFGHJKLZXCVBNM/:", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ.Ж")
GERMAN = str.maketrans("YZ/-:+", "ZY-ß:+")


def trial(text: str, *, is_ended: bool = True) -> Finding:
    return tried(Framed(raw=text.encode(), is_ended=is_ended)).finding


def test_the_test_code_holds_every_letter_of_a_ticket_and_is_none() -> None:
    assert set(ticket.PREFIX + base45_text.encode(bytes(range(256)) * 8)) <= set(TEST_TEXT)
    assert len(set(LETTERS)) == 45
    read = ticket.read(TEST_TEXT)
    assert isinstance(read, ticket.Unreadable)
    assert read.reason == "not_a_ticket"


@pytest.mark.parametrize(
    "text, finding",
    [
        (TEST_TEXT, Finding.EXACT),
        (f"]Q1{TEST_TEXT}", Finding.FRAMED),
        (f"\x02{TEST_TEXT}\x03", Finding.FRAMED),
        (TEST_TEXT.swapcase(), Finding.CASE),
        (TEST_TEXT.translate(RUSSIAN), Finding.LAYOUT),
        (TEST_TEXT.translate(GERMAN), Finding.LAYOUT),
        (TEST_TEXT[3:], Finding.LOST),
        (TEST_TEXT[:20], Finding.LOST),
        (TEST_TEXT.replace("A", ""), Finding.LOST),
        ("KP1:OTHER", Finding.OTHER),
        ("QAQPA", Finding.OTHER),
        ("x" * len(TEST_TEXT), Finding.OTHER),
    ],
)
def test_each_trouble_has_its_word_and_says_what_to_do(text: str, finding: Finding) -> None:
    told = tried(Framed(raw=text.encode(), is_ended=True))
    assert told.finding is finding
    assert told.is_good is (finding is Finding.EXACT)
    assert bool(told.sentence) is not told.is_good
    assert not told.sentence.endswith(".")


def test_without_a_suffix_it_works_and_could_be_better() -> None:
    told = tried(Framed(raw=TEST_TEXT.encode(), is_ended=False))
    assert (told.finding, told.is_good) == (Finding.NO_SUFFIX, True)
    assert "suffix" in told.sentence
