"""From what a scanner sends to whole texts, and how often texts may come. Nothing here acts on a character: all of them
are letters of a text that a checkpoint then calls a ticket or not, and only the ends of a text are looked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.rules.ticket import LONGEST_TEXT

SILENCE_SECONDS = 0.08
"""A scanner without a suffix is done when so long nothing came: at 9600 baud two characters are 1 ms apart."""
MOST_BYTES = LONGEST_TEXT + 1
"""Of a longer text so much is kept: it is known to be no ticket then, and a scanner gone mad fills no memory."""
FLOOD_TEXTS = 20
FLOOD_PER_SECOND = 1.0
_ENDS = b"\r\n\t"


@dataclass(frozen=True, kw_only=True, slots=True)
class Framed:
    """One whole text as it was sent."""

    raw: bytes
    is_ended: bool
    """Whether the scanner marked its end, with a line's end or a tab; else there was silence, or the line was lost."""

    @property
    def text(self) -> str:
        """The text; what is not UTF-8 becomes U+FFFD, which no ticket holds."""
        return self.raw.decode("utf-8", errors="replace")


class Framer:
    """Cut a stream of bytes into texts, in the order they came. An empty text is none."""

    def __init__(self) -> None:
        self._open = bytearray()

    @property
    def is_open(self) -> bool:
        """Whether a text has begun and not ended."""
        return bool(self._open)

    def feed(self, chunk: bytes) -> list[Framed]:
        """Take in what came; return the texts whose end was in it."""
        texts = []
        for byte in chunk:
            if byte not in _ENDS:
                if len(self._open) < MOST_BYTES:
                    self._open.append(byte)
            elif self._open:
                texts.append(self._cut(is_ended=True))
        return texts

    def silence(self) -> list[Framed]:
        """Nothing has come for a while, or nothing more can: what has begun is whole."""
        return [self._cut(is_ended=False)] if self._open else []

    def _cut(self, *, is_ended: bool) -> Framed:
        framed = Framed(raw=bytes(self._open), is_ended=is_ended)
        self._open.clear()
        return framed


class Sluice:
    """How many texts of one scanner are passed on: twenty at once, then one a second. People are slower than that."""

    def __init__(self, *, texts: int = FLOOD_TEXTS, per_second: float = FLOOD_PER_SECOND) -> None:
        self._most, self._per_second = float(texts), per_second
        self._room, self._at = float(texts), float("-inf")

    def lets(self, at: float) -> bool:
        """Say whether one more may pass now, and count it if so."""
        self._room = min(self._most, self._room + max(0.0, at - self._at) * self._per_second)
        self._at = at
        if self._room < 1.0:
            return False
        self._room -= 1.0
        return True

    def give_back(self) -> None:
        """The one that was let pass last was no news after all, and does not count."""
        self._room = min(self._most, self._room + 1.0)
