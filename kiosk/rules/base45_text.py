"""Base45 (RFC 9285), the letters a QR code packs most densely. Reading takes what writing gives, and nothing else.

Writing is the package's; reading is ours, because the package's takes a third of a whole verify (ADR 0020).
"""

import re
import struct

import base45

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = bytes.maketrans(_LETTERS.encode("ascii"), bytes(range(45)))
_SHAPE = re.compile(f"[{re.escape(_LETTERS)}]*")


class Base45Error(ValueError):
    """A text that stands for no bytes."""


def encode(data: bytes) -> str:
    """The letters of these bytes."""
    encoded: bytes = base45.b45encode(data)
    return encoded.decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of these letters; raises Base45Error, and nothing else, for every other text."""
    full, rest = divmod(len(text), 3)
    if rest == 1 or not _SHAPE.fullmatch(text):  # not match() with `$`, which lets a newline pass
        raise Base45Error("letters that are not Base45")
    digits = text.encode("ascii").translate(_VALUES)
    triples = zip(digits[0::3], digits[1::3], digits[2::3], strict=False)
    numbers = [low + 45 * middle + 2025 * high for low, middle, high in triples]
    try:
        pairs = struct.pack(f">{full}H", *numbers)
        return pairs if rest == 0 else pairs + struct.pack("B", digits[-2] + 45 * digits[-1])
    except struct.error as error:
        raise Base45Error("a number that is too large for its bytes") from error
