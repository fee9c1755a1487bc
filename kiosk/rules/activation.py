"""Activation codes: the one-time words by which a person of the signed list first signs in at a device.

A code has 75 bits and a check letter, in Crockford's base32. What travels in the signed set, which anybody may read, is
a salted, slow digest of it; a slip of the finger is told from a wrong code by the letter alone, and costs no attempt.
"""

import hashlib
import hmac
from dataclasses import dataclass

from kiosk.errors import UsageError

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LETTERS = 16
CODE_BITS = 5 * (CODE_LETTERS - 1)
SALT_BYTES = 16
_GROUP = 4
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
_HEX_LENGTHS = {"salt": 2 * SALT_BYTES, "verifier": 2 * 32}
# Crockford's own foldings, and the Cyrillic capitals that look like a letter of the alphabet.
_FOLDED = str.maketrans("OILАВЕКМНРСТХ", "011ABEKMHPCTX", " -\u00a0\u2010\u2011\u2012\u2013\u2014\t\r\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """What the signed list holds of a code: enough to know it again, and until when it is good."""

    salt: str
    verifier: str
    until: int
    device: int | None = None
    """The one device it is good at; None for once at each."""

    def __post_init__(self) -> None:
        for name, length in _HEX_LENGTHS.items():
            value = getattr(self, name)
            if len(value) != length or value.strip("0123456789abcdef"):
                raise ValueError(f"{name}: expected {length} small hexadecimal digits")

    @property
    def id(self) -> str:
        """What a device remembers a used code by."""
        return self.verifier[:32]


def code_of(number: int) -> str:
    """The code that these 75 bits spell, in groups of four."""
    body = "".join(LETTERS[number >> shift & 31] for shift in range(CODE_BITS - 5, -1, -5))
    return spaced(body + _check_letter(body))


def spaced(letters: str) -> str:
    """So many letters of a code in groups of four."""
    return "-".join(letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP))


def read_activation(text: str) -> str:
    """The sixteen letters that somebody typed; UsageError says what is wrong with them."""
    code = text.upper().translate(_FOLDED)
    if unknown := sorted({letter for letter in code if letter not in LETTERS}):
        raise UsageError(f"An activation code never holds {' '.join(unknown)}: type it again")
    if len(code) != CODE_LETTERS:
        raise UsageError(
            f"An activation code has {CODE_LETTERS} letters and digits, not {len(code)}: type it again in full"
        )
    if _check_letter(code[:-1]) != code[-1]:
        raise UsageError("There is a slip in that activation code: compare each letter")
    return code


def verifier_of(code: str, salt: str) -> str:
    """The digest of a code's sixteen letters that may be known to all."""
    return hashlib.scrypt(b"qaqpa activation " + code.encode(), salt=bytes.fromhex(salt), **_COST).hex()


def is_code_of(activation: Activation, code: str) -> bool:
    """Whether these sixteen letters are the code."""
    return hmac.compare_digest(verifier_of(code, activation.salt), activation.verifier)


def _check_letter(body: str) -> str:
    """Places weighed 1, 3, 5 …: an odd weight tells any letter from another, and most neighbours that changed place."""
    total = sum((2 * place + 1) * LETTERS.index(letter) for place, letter in enumerate(body))
    return LETTERS[total % len(LETTERS)]
