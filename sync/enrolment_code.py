"""The enrolment code: a one-time secret, and the anchor by which a kiosk knows its park's set key before it trusts it.

16 letters of secret and 26 letters that are the first 130 bits of SHA-256 of the set key, in Crockford's base32.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Self

from kiosk.errors import UsageError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LETTERS, ANCHOR_LETTERS = 16, 26
_GROUP = 6
# Crockford's own foldings, and the Cyrillic capitals that look like a letter of the alphabet.
_FOLDED = str.maketrans("OILАВЕКМНРСТХ", "011ABEKMHPCTX", " -\u00a0\u2010\u2011\u2012\u2013\u2014\t\r\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentCode:
    """What an administrator hands to whoever sets a kiosk up; only `secret` is ever sent."""

    secret: str
    anchor: str

    @classmethod
    def new(cls, set_key: bytes) -> Self:
        """A fresh code for a park with this set key."""
        return cls(secret="".join(secrets.choice(LETTERS) for _ in range(SECRET_LETTERS)), anchor=anchor_of(set_key))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The code somebody typed or scanned; UsageError says what is wrong with it."""
        folded = text.upper().translate(_FOLDED)
        unknown = sorted({letter for letter in folded if letter not in LETTERS})
        if unknown:
            raise UsageError(f"The enrolment code holds {' '.join(unknown)!r}, which it never does; type it again.")
        if len(folded) != SECRET_LETTERS + ANCHOR_LETTERS:
            raise UsageError(
                f"The enrolment code has {SECRET_LETTERS + ANCHOR_LETTERS} letters and digits, not {len(folded)}; "
                "type it again in full."
            )
        return cls(secret=folded[:SECRET_LETTERS], anchor=folded[SECRET_LETTERS:])

    def fits(self, set_key: bytes) -> bool:
        """Whether this code was made for a park with this set key."""
        return self.anchor == anchor_of(set_key)

    def __str__(self) -> str:
        """The code in groups of six, as it is printed."""
        text = self.secret + self.anchor
        return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def anchor_of(set_key: bytes) -> str:
    """The first 130 bits of SHA-256 of a set key, highest bits first."""
    bits = ANCHOR_LETTERS * 5
    number = int.from_bytes(hashlib.sha256(set_key).digest(), "big") >> (256 - bits)
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(ANCHOR_LETTERS)))
