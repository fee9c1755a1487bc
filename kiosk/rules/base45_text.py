"""Base45 (RFC 9285), the letters a QR code packs most densely. Reading takes what writing gives, and nothing else.

Writing is the package's; reading is ours, because the package's takes a third of a whole verify (ADR 0020).
"""

import base45

_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NO_LETTER = 0xFF
_VALUES = bytes(_LETTERS.index(byte) if byte in _LETTERS else _NO_LETTER for byte in range(256))


class Base45Error(ValueError):
    """A text that stands for no bytes."""


def encode(data: bytes) -> str:
    """The letters of these bytes."""
    encoded: bytes = base45.b45encode(data)
    return encoded.decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of these letters; raises Base45Error, and nothing else, for every other text."""
    full, rest = divmod(len(text), 3)
    # whatever is not ASCII becomes a "?", which is no letter
    digits = text.encode("ascii", "replace").translate(_VALUES)
    if rest == 1 or _NO_LETTER in digits:
        raise Base45Error("letters that are not Base45")
    pairs, end = _pairs(digits[: full * 3], full), digits[full * 3 :]
    if not rest:
        return pairs
    last = end[0] + 45 * end[1]
    if last > 0xFF:
        raise Base45Error("a number that is too large for its byte")
    return pairs + bytes([last])


def _pairs(digits: bytes, count: int) -> bytes:
    """Two bytes for each three digits, all of them computed at once in the 32-bit lanes of one long integer."""
    lanes = bytearray(4 * count)
    number = 0
    for place, weight in enumerate((1, 45, 45 * 45)):
        lanes[3::4] = digits[place::3]
        number += weight * int.from_bytes(lanes, "big")  # at most 44 * 2071 in a lane: it never reaches the next one
    summed = number.to_bytes(4 * count, "big")
    if any(summed[1::4]):
        raise Base45Error("a number that is too large for its two bytes")
    pairs = bytearray(2 * count)
    pairs[0::2], pairs[1::2] = summed[2::4], summed[3::4]
    return bytes(pairs)
