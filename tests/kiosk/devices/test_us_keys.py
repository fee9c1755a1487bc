"""Key events become characters by one fixed table; commands and storms become nothing at all."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.us_keys import COMMANDS, EV_KEY, EV_SYN, PRESSED, SYN_DROPPED, TABLE, KeyReader, pack_event
from tests.support.plugs import keys_of, press, release, stroke

TYPED = "".join(sorted(set(string.printable) - set("\n\x0b\x0c")))


def test_every_character_of_a_us_keyboard_is_read() -> None:
    assert KeyReader().feed(keys_of(TYPED)) == TYPED.encode()


@given(st.text(alphabet=TYPED, max_size=60), st.integers(1, 60))
def test_events_that_come_in_pieces_are_put_together(text: str, size: int) -> None:
    reader, events = KeyReader(), keys_of(text)
    pieces = [events[place : place + size] for place in range(0, len(events), size)]
    assert b"".join(map(reader.feed, pieces)) == text.encode()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_with_ctrl_alt_or_meta_no_key_is_anything(command: int) -> None:
    reader = KeyReader()
    every = b"".join(stroke(code) for code in range(768) if code not in COMMANDS)
    assert reader.feed(press(command) + every + release(command)) == b""
    assert reader.feed(keys_of("Ab1\r")) == b"Ab1\r"


def test_a_key_that_repeats_by_itself_is_pressed_once() -> None:
    held = pack_event(EV_KEY, 30, PRESSED) + pack_event(EV_KEY, 30, 2) * 50 + release(30)
    assert KeyReader().feed(held) == b"a"


def test_a_command_that_is_never_let_go_makes_nobody_deaf() -> None:
    reader = KeyReader()
    assert reader.feed(pack_event(EV_KEY, 29, PRESSED, at=5.0)) == b""
    assert reader.feed(pack_event(EV_KEY, 30, PRESSED, at=5.5)) == b""
    assert reader.feed(pack_event(EV_KEY, 30, PRESSED, at=7.0)) == b"a"


def test_events_the_kernel_had_to_drop_leave_no_shift_behind() -> None:
    assert KeyReader().feed(press(42) + pack_event(EV_SYN, SYN_DROPPED, 0) + stroke(30)) == b"a"


@pytest.mark.parametrize("seed", range(20))
def test_a_storm_of_keys_is_ascii_and_nothing_else(seed: int) -> None:
    lot, reader = random.Random(seed), KeyReader()
    characters = {ord(char) for both in TABLE.values() for char in both}
    for _ in range(200):
        storm = b"".join(
            pack_event(lot.randrange(0, 32), lot.randrange(0, 768), lot.randrange(-2, 4)) for _ in range(20)
        )
        assert set(reader.feed(storm)) <= characters
    for command in COMMANDS | {42, 54}:
        reader.feed(release(command))
    assert reader.feed(keys_of("ok\r")) == b"ok\r"


@given(st.binary(max_size=400))
def test_bytes_that_are_no_events_do_no_harm(noise: bytes) -> None:
    KeyReader().feed(noise)
