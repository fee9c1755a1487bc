"""The enrolment code: a one-time secret, and the anchor by which a kiosk knows the registry's newest root.

16 letters of secret and 26 letters that are the first 130 bits of SHA-256 of the exact bytes of that root, in
Crockford's base32. A ticket is the code with the registry's address, as a QR code holds both.
"""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Self

from kiosk.errors import UsageError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LETTERS, ANCHOR_LETTERS = 16, 26
_GROUP = 6
_LABEL, _VERSION = "QAQPA-ENROL", "1"
# Crockford's own foldings, and the Cyrillic capitals that look like a letter of the alphabet.
_FOLDED = str.maketrans("OILАВЕКМНРСТХ", "011ABEKMHPCTX", " -\u00a0\u2010\u2011\u2012\u2013\u2014\t\r\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentCode:
    """What an administrator hands to whoever sets a kiosk up; only `secret` is ever sent."""

    secret: str
    anchor: str

    @classmethod
    def new(cls, root: bytes) -> Self:
        """A fresh code of a registry whose newest root has these bytes."""
        return cls(secret="".join(secrets.choice(LETTERS) for _ in range(SECRET_LETTERS)), anchor=anchor_of(root))

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

    def fits(self, root: bytes) -> bool:
        """Whether this code was made while a root with these bytes was the newest."""
        return self.anchor == anchor_of(root)

    def __str__(self) -> str:
        """The code in groups of six, as it is printed."""
        text = self.secret + self.anchor
        return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


@dataclass(frozen=True, kw_only=True, slots=True)
class EnrolmentTicket:
    """A code and where to use it: what a QR code on paper says to a kiosk that is nobody yet."""

    code: EnrolmentCode
    url: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ticket that was scanned; UsageError says what is wrong with it."""
        label, _, rest = text.strip().partition(":")
        version, _, rest = rest.partition(":")
        code, _, url = rest.partition(":")
        if label != _LABEL:
            raise UsageError("This is no enrolment ticket: print one with `qaqpa registry enrol --url URL --out FILE`.")
        if version != _VERSION:
            raise UsageError(f"This enrolment ticket is of version {version[:8]!r}: install the newer program.")
        if not url.startswith(("https://", "http://")) or not url.isascii() or not url.isprintable() or " " in url:
            raise UsageError("The enrolment ticket names no address of a registry: print it again.")
        return cls(code=EnrolmentCode.parse(code), url=url)

    def __str__(self) -> str:
        """The text of the QR code."""
        return f"{_LABEL}:{_VERSION}:{self.code.secret}{self.code.anchor}:{self.url}"


def anchor_of(root: bytes) -> str:
    """The first 130 bits of SHA-256 of a root's bytes, highest bits first."""
    bits = ANCHOR_LETTERS * 5
    number = int.from_bytes(hashlib.sha256(root).digest(), "big") >> (256 - bits)
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(ANCHOR_LETTERS)))
