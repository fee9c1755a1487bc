"""Key presses of a scanner as characters, by one fixed US table, so that no keyboard layout turns a code into other
letters. Presses together with Ctrl, Alt or Meta are nothing at all, like every key that has no character.

The bytes are those of the kernel's input devices (linux/input.h, `struct input_event`); a pipe may carry them too.
"""

from __future__ import annotations

import struct

_EVENT = struct.Struct(
    "llHHi"
)  # time (two longs), type, code, value: in the machine's own sizes, as the kernel writes it
EVENT_BYTES = _EVENT.size
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
RELEASED, PRESSED = 0, 1  # 2 is a key held down that repeats by itself: a scanner presses each character anew
KEY_LEFTSHIFT, KEY_RIGHTSHIFT = 42, 54
KEY_ENTER, KEY_TAB = 28, 15
HELD_SECONDS = 1.0
SHIFTS = frozenset({KEY_LEFTSHIFT, KEY_RIGHTSHIFT})
COMMANDS = frozenset({29, 97, 56, 100, 125, 126})
"""Left and right Ctrl, Alt and Meta."""


def _row(first: int, plain: str, shifted: str) -> dict[int, tuple[str, str]]:
    return {first + place: both for place, both in enumerate(zip(plain, shifted, strict=True))}


TABLE: dict[int, tuple[str, str]] = {
    **_row(2, "1234567890-=", "!@#$%^&*()_+"),
    **_row(16, "qwertyuiop[]", "QWERTYUIOP{}"),
    **_row(30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    **_row(43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    **_row(71, "789-456+1230.", "789-456+1230."),  # the number pad, as with Num Lock
    55: ("*", "*"),
    98: ("/", "/"),
    57: (" ", " "),
    KEY_TAB: ("\t", "\t"),
    KEY_ENTER: ("\r", "\r"),
    96: ("\r", "\r"),
}
"""The character of each key code of linux/input-event-codes.h, without and with Shift."""


def pack_event(kind: int, code: int, value: int, at: float = 0.0) -> bytes:
    """One event as a device would write it, at this time of its clock."""
    return _EVENT.pack(int(at), round(at % 1 * 1e6), kind, code, value)


class KeyReader:
    """Turn the events of one keyboard into characters; an event that is cut in two is put together."""

    def __init__(self) -> None:
        self._rest = b""
        self._held: set[int] = set()
        self._at = 0.0

    def feed(self, chunk: bytes) -> bytes:
        """Take in what came; return what was typed by it."""
        whole = self._rest + chunk
        end = len(whole) - len(whole) % EVENT_BYTES
        self._rest = whole[end:]
        typed = []
        for seconds, micros, kind, code, value in _EVENT.iter_unpack(whole[:end]):
            self._forget_if_long_ago(seconds + micros / 1e6)
            typed.append(self._typed(kind, code, value))
        return "".join(typed).encode("ascii")

    def _forget_if_long_ago(self, at: float) -> None:
        """A Ctrl that a code pressed and never let go must not make the lane deaf for ever."""
        if at - self._at > HELD_SECONDS:
            self._held.clear()
        self._at = at

    def _typed(self, kind: int, code: int, value: int) -> str:
        if kind == EV_SYN and code == SYN_DROPPED:
            self._held.clear()  # events are lost, and with them maybe the release of a Shift
        if kind != EV_KEY:
            return ""
        if code in SHIFTS | COMMANDS:
            self._held.discard(code) if value == RELEASED else self._held.add(code)
            return ""
        if value != PRESSED or self._held & COMMANDS:
            return ""
        plain, shifted = TABLE.get(code, ("", ""))
        return shifted if self._held & SHIFTS else plain
