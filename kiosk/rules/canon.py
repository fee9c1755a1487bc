"""Values to bytes and back, one way only: frozen dataclasses as deterministic CBOR maps.

A field left at None is left out, an unknown field of a newer version is ignored, a missing one takes its
default. So old journals stay readable for ever, and equal values always have equal bytes (RFC 7049, 3.9: shortest
forms, keys by length and then bytewise).
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

import cbor2

T = TypeVar("T")
_PLAIN = frozenset({int, str, bytes, bool, NoneType})


class CanonError(ValueError):
    """The bytes are not the value they were said to be; the text names the path."""


def pack(value: object) -> bytes:
    """The one byte string that stands for this value."""
    return cbor2.dumps(plain(value))  # in the order that canonical=True would bring about again, at twice the price


def unpack(cls: type[T], data: bytes) -> T:
    """The value of this class that the bytes stand for; CanonError if they do not."""
    try:
        raw = cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, RecursionError) as error:
        raise CanonError(f"not CBOR: {error}") from error
    return rebuild(cls, raw)


def plain(value: object) -> Any:
    """The same value as maps, lists, integers, texts and byte strings only, the keys of maps in their one order."""
    kind: Any = type(value)
    return value if kind in _PLAIN else _plainer(kind)(value)


@cache
def _plainer(kind: type[Any]) -> Callable[[Any], Any]:
    """What makes values of this type plain; worked out once a type, since every scan writes two entries."""
    if is_dataclass(kind):
        names = sorted((field.name for field in fields(kind)), key=_rank)
        return lambda value: {name: plain(item) for name in names if (item := getattr(value, name)) is not None}
    if issubclass(kind, StrEnum):
        return str
    if issubclass(kind, tuple | list):
        return lambda value: [plain(item) for item in value]
    if issubclass(kind, frozenset):
        return lambda value: sorted(plain(item) for item in value)
    if issubclass(kind, dict):
        return lambda value: {key: plain(value[key]) for key in sorted(value, key=_rank)}
    raise CanonError(f"a {kind.__name__} has no one spelling")


@lru_cache(1024)
def _rank(key: str) -> tuple[int, bytes]:
    """Where a key stands in a map: shorter ones first, then byte by byte."""
    spelled = key.encode()
    return len(spelled), spelled


def rebuild(cls: type[T], raw: Any, path: str = "") -> T:
    """The value of this class that plain() made, checked against its annotations."""
    kind: Any = cls
    return _builder(kind)(raw, path or cls.__name__)  # type: ignore[no-any-return]


_Build: TypeAlias = Callable[[Any, str], Any]


@cache
def _builder(kind: Any) -> _Build:
    """What makes a value of this annotation; worked out once, since a scan reads back every entry of its permit."""
    origin = get_origin(kind)
    if origin is UnionType or origin is Union:
        (arm,) = (arm for arm in get_args(kind) if arm is not NoneType)
        build = _builder(arm)
        return lambda raw, path: None if raw is None else build(raw, path)
    if origin is tuple or origin is frozenset:
        item, make = _builder(get_args(kind)[0]), origin
        return lambda raw, path: make(item(each, f"{path}[{i}]") for i, each in enumerate(_need(raw, list, path)))
    if origin is dict:
        value = _builder(get_args(kind)[1])
        return lambda raw, path: {key: value(each, f"{path}.{key}") for key, each in _need(raw, dict, path).items()}
    if is_dataclass(kind):
        return lambda raw, path: _build_dataclass(kind, _need(raw, dict, path), path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return lambda raw, path: _word(kind, _need(raw, str, path), path)
    return lambda raw, path: _need(raw, kind, path)


def _word(kind: type[StrEnum], raw: str, path: str) -> StrEnum:
    try:
        return kind(raw)
    except ValueError as error:
        raise CanonError(f"{path}: {error}") from error


def _build_dataclass(kind: Any, raw: dict[str, Any], path: str) -> Any:
    given: dict[str, Any] = {}
    for name, build, may_be_none, has_default in _shape(kind):
        if name in raw:
            given[name] = build(raw[name], f"{path}.{name}")
        elif may_be_none:
            given[name] = None  # plain() left it out
        elif not has_default:
            raise CanonError(f"{path}.{name} is missing")
    try:
        return kind(**given)
    except ValueError as error:  # what the value says of itself: fields that do not go together
        raise CanonError(f"{path}: {error}") from error


@cache
def _shape(kind: Any) -> tuple[tuple[str, _Build, bool, bool], ...]:
    hints = get_type_hints(kind)
    return tuple(
        (
            field.name,
            _builder(hints[field.name]),
            _may_be_none(hints[field.name]),
            field.default is not MISSING or field.default_factory is not MISSING,
        )
        for field in fields(kind)
        if field.init
    )


def _may_be_none(hint: Any) -> bool:
    return get_origin(hint) in (UnionType, Union) and NoneType in get_args(hint)


def _need(raw: Any, kind: Any, path: str) -> Any:
    # type(), not isinstance(): a bool is an int to isinstance, and a flag must never pass for a number
    if type(raw) is kind or kind is Any or kind is object:
        return raw
    raise CanonError(f"{path}: expected {kind.__name__}, got {type(raw).__name__}")
