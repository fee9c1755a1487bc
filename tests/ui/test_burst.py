"""A scanner's keys are told from a person's by their times alone."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.framing import MOST_BYTES
from ui.burst import GAP_SECONDS, SURE_GAP_SECONDS, SURE_KEYS, Burst, Heard, Stroke

LETTERS = st.text(alphabet=string.printable[:95], min_size=1, max_size=40)


def typed(burst: Burst[str], text: str, at: float, gap: float) -> tuple[Heard[str], float]:
    """Press these letters, `\r` for Return and `\x1b` for a key that is no letter, so far from each other."""
    heard: Heard[str] = Heard()
    for letter in text:
        stroke = {"\r": Stroke.END, "\x1b": Stroke.OTHER}.get(letter, Stroke.LETTER)
        heard += burst.press(stroke, letter, at, letter)
        burst.beside(f"-{letter}")
        at += gap
    return heard, at


@given(st.lists(LETTERS, min_size=1, max_size=5), st.floats(0.0, GAP_SECONDS * 0.99))
def test_texts_that_end_with_return_come_one_by_one_and_no_key_of_them_is_given_back(
    texts: list[str], gap: float
) -> None:
    heard, _ = typed(Burst(), "".join(text + "\r" for text in texts), 5.0, gap)
    assert heard == Heard(texts=tuple(texts))


@given(st.text(alphabet=string.ascii_letters, min_size=SURE_KEYS, max_size=40), st.floats(0.0, GAP_SECONDS * 0.99))
def test_a_text_without_an_end_is_whole_after_a_silence(text: str, gap: float) -> None:
    burst = Burst[str]()
    heard, _ = typed(burst, text, 5.0, gap)
    assert heard + burst.silence() == Heard(texts=(text,))


@given(st.text(alphabet=string.printable[:95] + "\r\x1b", max_size=40), st.floats(GAP_SECONDS * 1.01, 9.0))
def test_what_a_person_types_is_given_back_whole_and_in_its_order(text: str, gap: float) -> None:
    burst = Burst[str]()
    heard, _ = typed(burst, text, 5.0, gap)
    heard += burst.silence()
    assert heard == Heard(given_back=tuple(item for letter in text for item in (letter, f"-{letter}")))


@given(st.text(alphabet="ab\r\x1b", max_size=60), st.floats(0.0, 0.2), st.integers(0, 3))
def test_each_key_is_given_back_once_or_swallowed_once(text: str, gap: float, other: int) -> None:
    burst = Burst[str]()
    heard, at = typed(burst, text, 5.0, gap)
    heard += typed(burst, "b" * other, at, 0.01)[0] + burst.silence()
    assert len([item for item in heard.given_back if not item.startswith("-")]) <= len(text) + other
    assert not burst.is_open
    assert all(heard.texts)


def test_what_follows_a_text_closely_is_the_scanners_too() -> None:
    burst = Burst[str]()
    heard, at = typed(burst, "KP1:A\r\r", 5.0, 0.01)
    assert heard == Heard(texts=("KP1:A",))
    heard = typed(burst, "\x1bx", at, 0.01)[0] + burst.silence()
    assert heard == Heard(texts=("x",))


def test_commands_and_keys_without_a_letter_in_a_burst_are_nothing() -> None:
    burst = Burst[str]()
    heard, at = typed(burst, "\x1b\x1bKP\x1b1\x1b\r", 5.0, 0.01)
    assert heard == Heard(texts=("KP1",))
    heard = typed(burst, "\x1b" * 200, at + 1, 0.01)[0] + burst.silence()
    assert heard == Heard()


def test_a_busy_machine_between_two_keys_cuts_no_text_in_two() -> None:
    burst = Burst[str]()
    _, at = typed(burst, "KP1:", 5.0, 0.01)
    heard, at = typed(burst, "REST\r", at + SURE_GAP_SECONDS * 0.8, 0.01)
    assert heard == Heard(texts=("KP1:REST",))


def test_a_text_without_end_takes_no_more_memory_than_the_longest() -> None:
    burst = Burst[str]()
    typed(burst, "x" * 10 * MOST_BYTES, 5.0, 0.001)
    assert burst.silence() == Heard(texts=("x" * MOST_BYTES,))


def test_a_clock_that_steps_back_cuts_nothing() -> None:
    burst = Burst[str]()
    typed(burst, "KP1:", 5.0, 0.01)
    assert typed(burst, "A\r", 1.0, 0.01)[0] == Heard(texts=("KP1:A",))
