"""The kinds of values that messages are made of: what each looks like in JSON, and what is refused."""

import re
from typing import Annotated, Final

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

MOST_DEVICE: Final = 2**32 - 1


def _hexadecimal(value: object, length: int | None) -> bytes:
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9a-f]{2})*", value):
        raise ValueError("expected lower-case hexadecimal digits")
    if length is not None and len(value) != 2 * length:
        raise ValueError(f"expected {length} bytes as hexadecimal")
    return bytes.fromhex(value)


def _hex_schema(length: int | None) -> WithJsonSchema:
    many = "*" if length is None else f"{{{length}}}"
    return WithJsonSchema({"type": "string", "pattern": f"^([0-9a-f]{{2}}){many}$"})


def _hex_of(length: int | None) -> tuple[PlainValidator, PlainSerializer, WithJsonSchema]:
    reader = PlainValidator(lambda value: _hexadecimal(value, length))
    return reader, PlainSerializer(bytes.hex, return_type=str), _hex_schema(length)


Hex = Annotated[bytes, *_hex_of(None)]
Hex8 = Annotated[bytes, *_hex_of(8)]
KeyId = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
Hex32 = Annotated[bytes, *_hex_of(32)]
Whole = Annotated[int, Field(ge=0, le=2**53 - 1)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
Device = Annotated[int, Field(ge=1, le=MOST_DEVICE)]
Line = Annotated[str, Field(max_length=300)]
Cursor = Annotated[str, Field(min_length=1, max_length=200)]
