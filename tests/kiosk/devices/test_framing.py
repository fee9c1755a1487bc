"""What a scanner sends is cut into texts at their ends, and nowhere else; nothing of it is lost, and nothing acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.framing import FLOOD_TEXTS, MOST_BYTES, Framed, Framer, Sluice
from kiosk.rules import ticket

ENDS = st.sampled_from([b"\r", b"\n", b"\r\n", b"\t"])
TEXTS = st.binary(min_size=1, max_size=80).map(lambda raw: bytes(byte for byte in raw if byte not in b"\r\n\t") or b"x")
CUTS = st.lists(st.integers(1, 9), min_size=1)


def _in_pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    pieces: list[bytes] = []
    place = 0
    while place < len(stream):
        cut = cuts[len(pieces) % len(cuts)]
        pieces.append(stream[place : place + cut])
        place += cut
    return pieces


@given(st.lists(st.tuples(TEXTS, ENDS)), TEXTS, CUTS)
def test_texts_come_out_as_they_were_sent_however_they_are_cut_up(
    sent: list[tuple[bytes, bytes]], last: bytes, cuts: list[int]
) -> None:
    framer = Framer()
    stream = b"".join(text + end for text, end in sent) + last
    got = [framed for piece in _in_pieces(stream, cuts) for framed in framer.feed(piece)] + framer.silence()
    assert got == [Framed(raw=text, is_ended=True) for text, _ in sent] + [Framed(raw=last, is_ended=False)]
    assert not framer.is_open
    assert framer.silence() == []


@given(st.binary(max_size=3000), CUTS)
def test_no_byte_but_an_end_is_lost_and_no_empty_text_is_told(stream: bytes, cuts: list[int]) -> None:
    framer = Framer()
    got = [framed.raw for piece in _in_pieces(stream, cuts) for framed in framer.feed(piece)]
    got += [framed.raw for framed in framer.silence()]
    assert all(got)
    whole = bytes(byte for byte in stream if byte not in b"\r\n\t")
    assert b"".join(got) == whole or max(map(len, got)) == MOST_BYTES


@given(st.binary(min_size=1, max_size=50))
def test_every_text_can_be_told_in_unicode(raw: bytes) -> None:
    text = Framed(raw=raw, is_ended=True).text
    assert text
    assert text.encode().decode() == text


@pytest.mark.parametrize("byte", range(256))
def test_a_control_character_or_a_stray_byte_is_a_letter_of_a_text_that_is_no_ticket(byte: int) -> None:
    framed = Framer().feed(b"KP1:" + bytes([byte]) + b"ABC\r")
    assert framed
    assert all(isinstance(ticket.read(part.text), ticket.Unreadable) for part in framed)


def test_of_a_text_without_end_so_much_is_kept_as_shows_that_it_is_no_ticket() -> None:
    framer = Framer()
    for _ in range(1000):
        assert framer.feed(b"KP1:" + b"A" * 996) == []
    (framed,) = framer.feed(b"\r")
    assert len(framed.raw) == MOST_BYTES
    read = ticket.read(framed.text)
    assert isinstance(read, ticket.Unreadable)
    assert read.detail is ticket.Fault.LENGTH


def test_a_ticket_of_the_longest_size_comes_through_whole() -> None:
    text = b"A" * ticket.LONGEST_TEXT
    assert Framer().feed(text + b"\r") == [Framed(raw=text, is_ended=True)]


def test_a_flood_is_cut_down_to_what_people_can_do_and_goes_on_once_it_is_over() -> None:
    sluice = Sluice()
    let = sum(sluice.lets(second / 100) for second in range(1000))
    assert FLOOD_TEXTS + 8 <= let <= FLOOD_TEXTS + 11
    assert sluice.lets(100.0)


def test_visitors_one_after_the_other_are_no_flood() -> None:
    sluice = Sluice()
    assert all(sluice.lets(1.2 * visitor) for visitor in range(500))


def test_what_was_no_news_does_not_count() -> None:
    sluice = Sluice(texts=2)
    for _ in range(50):
        assert sluice.lets(0.0)
        sluice.give_back()
    assert [sluice.lets(0.0) for _ in range(3)] == [True, True, False]


def test_a_clock_that_stands_or_steps_back_opens_nothing() -> None:
    sluice = Sluice(texts=1)
    assert [sluice.lets(at) for at in (10.0, 10.0, 5.0, 5.5)] == [True, False, False, False]
