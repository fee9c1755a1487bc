"""A scanner's keys told from a person's by time alone: nobody presses four keys with less than 40 ms between them.

What may still be a person's is held back for a moment and then given back untouched, in its order; what is a scanner's
is a text, and none of its keys is ever seen by a page. Nothing here is Qt, and no clock is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from kiosk.devices.framing import MOST_BYTES

GAP_SECONDS = 0.04
SURE_GAP_SECONDS = 0.08
"""Once it is known for a scanner, a busy machine between two keys cuts no text in two."""
SURE_KEYS = 4

Item = TypeVar("Item")


class Stroke(Enum):
    """What a key press is to a text."""

    LETTER = auto()
    END = auto()
    """Return, Enter or Tab."""
    OTHER = auto()
    """Ctrl, Alt or Meta with a key, or a key without a letter: it counts as pressed and is nothing else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard(Generic[Item]):
    """What a key, or the time after it, has made clear."""

    texts: tuple[str, ...] = ()
    """Whole texts of a scanner."""
    given_back: tuple[Item, ...] = ()
    """What was a person's after all."""

    def __add__(self, other: Heard[Item]) -> Heard[Item]:
        return Heard(texts=self.texts + other.texts, given_back=self.given_back + other.given_back)


class Burst(Generic[Item]):
    """Keys that follow each other closely; an item is whatever stands for one press or release."""

    def __init__(self) -> None:
        self._held: list[Item] = []
        self._letters: list[str] = []
        self._keys = 0
        self._is_sure = False
        self._at = float("-inf")
        self._machine_at = float("-inf")

    @property
    def is_open(self) -> bool:
        """Whether it is not yet decided what the last keys are."""
        return self._keys > 0

    @property
    def is_sure(self) -> bool:
        """Whether they are a scanner's for certain."""
        return self._is_sure

    def press(self, stroke: Stroke, letter: str, at: float, item: Item) -> Heard[Item]:
        """A key goes down at this time."""
        heard: Heard[Item] = self.silence() if self.is_open and not self._is_near(at) else Heard()
        if not self.is_open and 0 <= at - self._machine_at <= SURE_GAP_SECONDS:
            self._is_sure = (
                True  # what follows a scanner's text so closely is the scanner's too: CR and LF, the next text
            )
        is_first = not self.is_open and not self._is_sure
        self._keys += 1
        self._at = at
        if stroke is Stroke.LETTER and len(self._letters) < MOST_BYTES:
            self._letters.append(letter)
        if self._keys >= SURE_KEYS or (stroke is Stroke.END and not is_first):
            self._is_sure = True
        if self._is_sure:
            self._held.clear()
        else:
            self._held.append(item)
        return heard + self.silence() if self._is_sure and stroke is Stroke.END else heard

    def beside(self, item: Item) -> bool:
        """A release, or a key that repeats by itself, in between; whether it is kept for as long as the keys are."""
        if self.is_open and not self._is_sure:
            self._held.append(item)
            return True
        return False

    def silence(self) -> Heard[Item]:
        """No key has followed: what was held is a text, or a person's."""
        letters, held = "".join(self._letters), tuple(self._held)
        is_sure, at = self._is_sure, self._at
        self._held.clear()
        self._letters.clear()
        self._keys, self._is_sure = 0, False
        if not is_sure:
            return Heard(given_back=held)
        self._machine_at = at
        return Heard(texts=(letters,) if letters else ())

    def _is_near(self, at: float) -> bool:
        # a time that steps back says nothing against it: the keys came one after the other
        return at - self._at < (SURE_GAP_SECONDS if self._is_sure else GAP_SECONDS)
