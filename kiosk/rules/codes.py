"""Typed codes: ten letters below every QR code, for when the camera cannot read it.

A code is unsigned and printed for all to see: it finds a permit, it proves nothing.
"""

import hashlib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LETTERS = 10
TAIL_LETTERS = 3
_BITS_PER_LETTER = 5
_CODE_BITS = _BITS_PER_LETTER * (CODE_LETTERS - 1)
_SHIFTS = tuple(range(_CODE_BITS - _BITS_PER_LETTER, -1, -_BITS_PER_LETTER))
_CODE_DOMAIN = b"qaqpa code"
_ORDER = {letter: place for place, letter in enumerate(ALPHABET)}
_TWICE = {letter: 2 * place // len(ALPHABET) + 2 * place % len(ALPHABET) for letter, place in _ORDER.items()}
_DIGITS_OF_32 = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")  # as int() reads base 32
# Cyrillic capitals, Kazakh ones among them, that look like a Latin letter or a digit.
_CYRILLIC = "АВСЕНҺІЈКМОРԚЅТУҮХԜЗ"
_LATIN = "ABCEHHIJKMOPQSTYYXW3"
_LOOK_ALIKES = str.maketrans(_CYRILLIC, _LATIN)


class CodeFaultKind(StrEnum):
    """What is wrong with a code somebody typed."""

    LETTER = "letter"
    LENGTH = "length"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeFault:
    """A typed text that is no code, and for a letter no code has (0, O, 1 and I among them) which one."""

    kind: CodeFaultKind
    letter: str = ""


def typed_code(cti: bytes) -> str:
    """The ten letters of a ticket: 45 bits of a digest of its identity and a check letter."""
    digest = int.from_bytes(hashlib.sha256(_CODE_DOMAIN + cti).digest(), "big")
    return code_of_number(digest >> 256 - _CODE_BITS)


def fold(text: str) -> str:
    """What somebody typed as the letters they meant: capitals, no blanks or hyphens, Latin for Cyrillic."""
    signs = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in signs if unicodedata.category(sign) not in _SEPARATORS).translate(_LOOK_ALIKES)


def read_code(text: str) -> str | CodeFault:
    """The code somebody typed, in the one form it is stored in, or the first thing wrong with it."""
    code = fold(text)
    for letter in code:
        if letter not in _ORDER:
            return CodeFault(kind=CodeFaultKind.LETTER, letter=letter)
    if len(code) != CODE_LETTERS:
        return CodeFault(kind=CodeFaultKind.LENGTH)
    if _check_letter(code[:-1]) != code[-1]:
        return CodeFault(kind=CodeFaultKind.CHECK)
    return code


def code_number(code: str) -> int:
    """The 45 bits that a stored code spells, rising in the order of the codes; ValueError for another text."""
    if len(code) != CODE_LETTERS or code.strip(ALPHABET) or _check_letter(code[:-1]) != code[-1]:
        raise ValueError(f"{code[:20]!r} is not a ticket code")
    return int(code[:-1].translate(_DIGITS_OF_32), 32)


def code_of_number(number: int) -> str:
    """The code that these 45 bits spell."""
    if not 0 <= number < 1 << _CODE_BITS:
        raise ValueError(f"{number} is not the number of a ticket code")
    body = "".join([ALPHABET[number >> shift & 31] for shift in _SHIFTS])
    return body + _check_letter(body)


def tail(code: str) -> str:
    """The three last letters, all that a screen shows of a code."""
    return code[-TAIL_LETTERS:]


_SEPARATORS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})  # blanks, control and format signs, all hyphens


def _check_letter(body: str) -> str:
    """Luhn's check modulo 32: the rightmost letter counts twice, then every second one, digits of base 32 added."""
    total = sum(map(_TWICE.__getitem__, body[::-2])) + sum(map(_ORDER.__getitem__, body[-2::-2]))
    return ALPHABET[-total % len(ALPHABET)]
