"""How a value of config.toml is read: each reader gives the value, or says what may stand there. No files here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias


class WrongValueError(Exception):
    """What may stand in place of a value that is wrong; `kiosk.config` makes a sentence with the line of it."""


Reader: TypeAlias = Callable[[object], object]


def one_of(*words: str) -> Callable[[object], str]:
    """One of these words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise WrongValueError(" or ".join(f'"{word}"' for word in words))
        return value

    return read


def whole(first: int, last: int, unit: str = "") -> Callable[[object], int]:
    """A whole number in this range."""

    def read(value: object) -> int:
        if type(value) is not int or not first <= value <= last:
            raise WrongValueError(f"a whole number {f'of {unit} ' if unit else ''}from {first} to {last}")
        return value

    return read


def number(first: float, last: float, unit: str) -> Callable[[object], float]:
    """A number in this range, with or without a point."""

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not first <= value <= last:
            raise WrongValueError(f"a number of {unit} from {first:g} to {last:g}")
        return float(value)

    return read


def text_of(expected: str, accepts: Callable[[str], bool]) -> Callable[[object], str]:
    """A text that this accepts; `expected` says which do."""

    def read(value: object) -> str:
        if not isinstance(value, str) or not accepts(value):
            raise WrongValueError(expected)
        return value

    return read


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongValueError("true or false")
    return value
