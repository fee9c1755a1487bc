"""The closed profile of CBOR that tickets use: one value, one spelling, nothing a gate has no use for.

Integers, byte strings, ASCII text, arrays and maps, nested at most four deep, in deterministic encoding. Reading knows
the one spelling only, so that no second one has to be found out afterwards; writing is cbor2's (ADR 0020).
"""

from enum import StrEnum
from typing import Any

import cbor2

MAXIMUM_DEPTH = 4
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1


class CborFault(StrEnum):
    """What is wrong with bytes that are not of the profile, or with a value that cannot be written in it."""

    CBOR = "cbor"
    """Cut short, or a first byte that means nothing."""
    TRAILING = "trailing"
    LONG_FORM = "long_form"
    KEY_ORDER = "key_order"
    KEY_TWICE = "key_twice"
    KEY_KIND = "key_kind"
    INDEFINITE = "indefinite"
    DEPTH = "depth"
    TAG = "tag"
    SIMPLE = "simple"
    """True, false, null, undefined, or another simple value."""
    FLOAT = "float"
    INTEGER = "integer"
    NOT_ASCII = "not_ascii"
    PROFILE = "profile"
    """A value of this program that the profile has no place for; no bytes can be wrong in this way."""


class CborError(ValueError):
    """Bytes outside the profile, or a value that cannot be written in it."""

    def __init__(self, fault: CborFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def decode(data: bytes) -> object:
    """The one value these bytes stand for; raises CborError, and nothing else, for all other bytes."""
    try:
        value, end = _item(data, 0, MAXIMUM_DEPTH)
    except IndexError as error:
        raise CborError(CborFault.CBOR) from error
    if end != len(data):
        raise CborError(CborFault.TRAILING)
    return value


def encode(value: object) -> bytes:
    """The deterministic bytes of a value; raises CborError where the profile has no place for it."""
    if not _within_profile(value, MAXIMUM_DEPTH):
        raise CborError(CborFault.PROFILE)
    return cbor2.dumps(value, canonical=True)


def write_again(value: object) -> bytes:
    """The deterministic bytes of a value that `decode` gave, or of a list of leaves: the keys are in order already."""
    return cbor2.dumps(value)


# Major types (RFC 8949, section 3.1) by the three highest bits of an item's first byte.
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG = range(7)
_LARGEST_SHORT = 23  # the largest argument that its item's first byte holds
_IN_KEY = -1  # the depth at which no array and no map may begin


def _item(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The item that begins here and the place behind it; IndexError where the bytes end too soon."""
    major, argument = data[at] >> 5, data[at] & 31
    at += 1
    if argument > _LARGEST_SHORT or major > _MAP:
        argument, at = _long_argument(data, at, major, argument)
    if major == _UNSIGNED:
        return argument, at
    if major == _BYTES:
        return _slice(data, at, at + argument), at + argument
    if major == _MAP:
        return _pairs(data, at, argument, depth)
    if major == _ARRAY:
        return _items(data, at, argument, depth)
    if major == _TEXT:
        letters = _slice(data, at, at + argument)
        if not letters.isascii():
            raise CborError(CborFault.NOT_ASCII)
        return letters.decode("ascii"), at + argument
    if argument > -1 - SMALLEST_INTEGER:
        raise CborError(CborFault.INTEGER)
    return -1 - argument, at


def _long_argument(data: bytes, at: int, major: int, short: int) -> tuple[int, int]:
    """The argument that does not fit into an item's first byte, in the fewest bytes that hold it."""
    if short == 31 and _BYTES <= major <= _MAP:
        raise CborError(CborFault.INDEFINITE)
    if short > 27:
        raise CborError(CborFault.CBOR)
    if major >= _TAG:
        raise CborError(CborFault.TAG if major == _TAG else CborFault.FLOAT if short > 24 else CborFault.SIMPLE)
    size = 1 << (short - 24)
    argument = int.from_bytes(_slice(data, at, at + size), "big")
    if argument <= _LARGEST_SHORT or (size > 1 and argument >> 4 * size == 0):
        raise CborError(CborFault.LONG_FORM)
    return argument, at + size


def _slice(data: bytes, start: int, end: int) -> bytes:
    if end > len(data):
        raise CborError(CborFault.CBOR)
    return data[start:end]


def _items(data: bytes, at: int, count: int, depth: int) -> tuple[list[Any], int]:
    _check_depth(depth)
    items = []
    for _ in range(count):
        item, at = _item(data, at, depth - 1)
        items.append(item)
    return items, at


def _pairs(data: bytes, at: int, count: int, depth: int) -> tuple[dict[Any, Any], int]:
    _check_depth(depth)
    pairs = {}
    last = -1
    for _ in range(count):
        key = spelt = data[at]
        if spelt <= _LARGEST_SHORT:  # most keys and many values, which need no call
            at += 1
        else:
            start = at
            key, at = _item(data, at, _IN_KEY)
            spelt = int.from_bytes(data[start:at], "big")
        # Keys rise, shorter ones first, as cbor2 and RFC 7049 order them. Read as numbers their spellings do the same,
        # because none of more than one byte begins with a zero.
        if spelt <= last:
            raise CborError(CborFault.KEY_TWICE if spelt == last else CborFault.KEY_ORDER)
        last = spelt
        value = data[at]
        if value <= _LARGEST_SHORT:
            at += 1
        else:
            value, at = _item(data, at, depth - 1)
        pairs[key] = value
    return pairs, at


def _check_depth(depth: int) -> None:
    if depth <= 0:
        raise CborError(CborFault.DEPTH if depth == 0 else CborFault.KEY_KIND)


def _within_profile(value: object, depth: int) -> bool:
    if type(value) is int:  # not isinstance(): a bool is an int
        return SMALLEST_INTEGER <= value <= LARGEST_INTEGER
    if type(value) is bytes:
        return True
    if type(value) is str:
        return value.isascii()
    if depth == 0:
        return False
    if type(value) is list:
        return all(_within_profile(item, depth - 1) for item in value)
    if type(value) is dict:
        # keys get no depth at all: a map or an array as a key is outside the profile
        return all(_within_profile(key, 0) and _within_profile(item, depth - 1) for key, item in value.items())
    return False
