"""Which six digits a person may choose: not those that somebody who knows nothing would try first."""

import re
from itertools import pairwise

from kiosk.errors import UsageError

DIGITS = 6
_SHAPE = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)


def require_shape(pin: str) -> None:
    """Raise UsageError unless this could be a PIN."""
    if not _SHAPE.fullmatch(pin):
        raise UsageError("A PIN is six digits")


def is_trivial(pin: str) -> bool:
    """Whether these six digits are of those that are tried first.

    One or two digits only (000000, 112112, 010101), a row up or down (123456, 098765), a word said twice (123123),
    three pairs (112233).
    """
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return len(set(pin)) <= 2 or len(steps) == 1 or pin[:3] == pin[3:] or pin[0::2] == pin[1::2]


def require_choice(pin: str) -> None:
    """Raise UsageError unless a person may choose this PIN."""
    require_shape(pin)
    if is_trivial(pin):
        raise UsageError("That PIN is one of the first that anybody would try: choose other digits")
