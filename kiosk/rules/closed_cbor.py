"""The closed profile of CBOR that tickets use: one value, one spelling, nothing a gate has no use for.

Integers, byte strings, ASCII text, arrays and maps, nested at most four deep, in deterministic encoding. Each
of the checks below was measured to stop something the others let through, so all of them stay.
"""

from enum import StrEnum
from typing import Any, NoReturn

import cbor2

MAXIMUM_DEPTH = 4
SMALLEST_INTEGER = -(2**63)
LARGEST_INTEGER = 2**64 - 1


class CborFault(StrEnum):
    """What is wrong with bytes that are not of the profile."""

    CBOR = "cbor"
    NOT_DETERMINISTIC = "not_deterministic"
    PROFILE = "profile"


class CborError(ValueError):
    """Bytes outside the profile, or a value that cannot be written in it."""

    def __init__(self, fault: CborFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def decode(data: bytes) -> object:
    """The one value these bytes stand for; raises CborError, and nothing else, for all other bytes."""
    try:
        value: object = cbor2.loads(
            data,
            max_depth=MAXIMUM_DEPTH,
            allow_indefinite=False,
            allow_duplicate_keys=False,
            tag_hook=_refuse_tag,
            semantic_decoders=_EVERY_TAG,
        )
    except Exception as error:  # the text comes from a stranger: whatever the decoder trips over is their fault
        raise CborError(CborFault.CBOR) from error
    # loads() stops after the first item and takes any spelling of it: encode() writes the value back, and only the
    # one spelling, without a byte after it, is equal.
    if encode(value) != data:
        raise CborError(CborFault.NOT_DETERMINISTIC)
    return value


def encode(value: object) -> bytes:
    """The deterministic bytes of a value; raises CborError where the profile has no place for it."""
    if not _within_profile(value, MAXIMUM_DEPTH):
        raise CborError(CborFault.PROFILE)
    return cbor2.dumps(value, canonical=True)


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


def _refuse_tag(*_: Any) -> NoReturn:
    raise CborError(CborFault.PROFILE)


class _EveryTag(dict[int, Any]):
    """A table of tag decoders in which every tag, known to the library or not, is refused."""

    # Tag 2 comes back as a plain int and tag 28 as the plain value, so no look at the result could tell.
    def __missing__(self, tag: int) -> Any:
        return _refuse_tag


_EVERY_TAG = _EveryTag()
