"""The rows of the registry's feed as the replica keeps them: read once here, whole or refused with a path.

A row is an array that begins with its kind: `p` a permit, `x` a tombstone, `u` a use at a gate of the park, `r` a
revocation. A kind that this version does not know is left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import EntryKey, Use
from kiosk.rules.permit import LARGEST_WHOLE, PERMIT_ID_BYTES, Party, Permit, PermitError
from kiosk.rules.revocation import PREFIX_BYTES, Revocation, RevocationAction
from kiosk.rules.words import Direction

_USE_FIELDS, _REVOCATION_FIELDS = 9, 6


class RowError(EnvironmentalError):
    """The registry sent a row that is none; nothing of its page was taken over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """What a run of rows comes to: of each thing its last word."""

    permits: dict[bytes, Permit | None] = field(default_factory=dict)  # None: a tombstone
    uses: dict[str, tuple[bytes, Use]] = field(default_factory=dict)  # by entry id: the permit and the use
    revocations: dict[int, Revocation] = field(default_factory=dict)  # by seq


def read_rows(rows: Iterable[object], first: int = 0) -> Rows:
    """The meaning of these rows in their order; RowError names the first that is none by its place in the page."""
    found = Rows()
    for place, row in enumerate(rows, start=first):
        path = f"rows[{place}]"
        match row:
            case ["p", *_]:
                permit = _permit(row, path)
                found.permits[permit.id] = permit
            case ["x", *_]:
                found.permits[_permit_id(row, path)] = None
            case ["u", *_]:
                permit_id, use = _use(row, path)
                found.uses[use.entry_id] = (permit_id, use)
            case ["r", *_]:
                revocation = _revocation(row, path)
                found.revocations[revocation.seq] = revocation
            case [str(), *_]:
                pass  # of a newer registry
            case _:
                raise RowError(f"expected an array that begins with its kind in '{path}'")
    return found


def _permit(row: Sequence[object], path: str) -> Permit:
    try:
        return Permit.from_row(row, path)
    except PermitError as error:
        raise RowError(str(error)) from error


def _permit_id(row: Sequence[object], path: str) -> bytes:
    return _bytes(row[1] if len(row) > 1 else None, PERMIT_ID_BYTES, f"{path}[1]")


def _use(row: Sequence[object], path: str) -> tuple[bytes, Use]:
    if len(row) < _USE_FIELDS:
        raise RowError(f"expected a use of {_USE_FIELDS} fields in '{path}'")
    _, permit, number, heads, gate, lane, direction, at, entry_id = row[:_USE_FIELDS]
    try:
        key = EntryKey.parse(entry_id if isinstance(entry_id, str) else "")
        party = Party.of(heads if isinstance(heads, list | tuple) else [heads])  # type: ignore[list-item]
        way = Direction(direction if isinstance(direction, str) else "")
    except (TypeError, ValueError) as error:
        raise RowError(f"{error} in '{path}'") from error
    return _bytes(permit, PERMIT_ID_BYTES, f"{path}[1]"), Use(
        entry_id=str(key),
        entry_number=_whole(number, f"{path}[2]"),
        party=party,
        gate=_whole(gate, f"{path}[4]"),
        lane=_whole(lane, f"{path}[5]"),
        direction=way,
        at=_whole(at, f"{path}[7]"),
    )


def _revocation(row: Sequence[object], path: str) -> Revocation:
    if len(row) < _REVOCATION_FIELDS:
        raise RowError(f"expected a revocation of {_REVOCATION_FIELDS} fields in '{path}'")
    _, seq, cti8, action, effective, expires = row[:_REVOCATION_FIELDS]
    try:
        word = RevocationAction(action if isinstance(action, str) else "")
    except ValueError as error:
        raise RowError(f"{error} in '{path}[3]'") from error
    return Revocation(
        seq=_whole(seq, f"{path}[1]"),
        cti8=_bytes(cti8, PREFIX_BYTES, f"{path}[2]"),
        action=word,
        effective=_whole(effective, f"{path}[4]"),
        expires=0 if expires is None else _whole(expires, f"{path}[5]"),
    )


def _whole(value: object, path: str) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_WHOLE:
        raise RowError(f"expected a whole number, zero or more, got {value!r} in '{path}'")
    return value


def _bytes(value: object, length: int, path: str) -> bytes:
    if isinstance(value, str) and len(value) == 2 * length:
        try:
            decoded = bytes.fromhex(value)
        except ValueError:
            decoded = b""
        if decoded.hex() == value:
            return decoded
    raise RowError(f"expected {length} bytes in lower-case hexadecimal, got {value!r} in '{path}'")
