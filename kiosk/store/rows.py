"""The rows of the registry's feed as the replica keeps them: read once here, whole or refused with a path.

A row is an array that begins with its kind: `p` a permit, `x` a tombstone, `u` a use at a gate of the park, `r` a
revocation, `e` an erasure of what is personal in a permit's entries. A kind that is not known here is left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kiosk.errors import EnvironmentalError
from kiosk.rules.codes import code_number
from kiosk.rules.entries import EntryKey, Use
from kiosk.rules.permit import LARGEST_WHOLE, PERMIT_ID_BYTES, Party, Permit, PermitError
from kiosk.rules.revocation import PREFIX_BYTES, Revocation, RevocationAction
from kiosk.rules.words import Direction

WORD_BYTES = 8  # of a keyed hash by which a permit can be searched
_USE_FIELDS, _REVOCATION_FIELDS, _ERASURE_FIELDS = 9, 6, 3


class RowError(EnvironmentalError):
    """The registry sent a row that is none; nothing of its page was taken over."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """A tombstone; without a code, as registries once sent it, the permit has to be looked for among all."""

    id: bytes
    code: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """What a run of rows comes to: of each thing its last word."""

    permits: dict[bytes, Permit | Gone] = field(default_factory=dict)
    uses: dict[str, tuple[bytes, Use]] = field(default_factory=dict)  # by entry id: the permit and the use
    revocations: dict[int, Revocation] = field(default_factory=dict)  # by seq
    erasures: dict[bytes, int] = field(default_factory=dict)  # by permit: until when

    def add(self, later: "Rows") -> None:
        """What came after these."""
        for key, item in later.permits.items():
            self.permits[key] = _after(self.permits.get(key), item)
        self.uses.update(later.uses)
        self.revocations.update(later.revocations)
        for key, at in later.erasures.items():
            self.erasures[key] = max(at, self.erasures.get(key, 0))


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
                gone = _gone(row, path)
                found.permits[gone.id] = _after(found.permits.get(gone.id), gone)
            case ["u", *_]:
                permit_id, use = _use(row, path)
                found.uses[use.entry_id] = (permit_id, use)
            case ["r", *_]:
                revocation = _revocation(row, path)
                found.revocations[revocation.seq] = revocation
            case ["e", *_]:
                erased, at = _erasure(row, path)
                found.erasures[erased] = max(at, found.erasures.get(erased, 0))
            case [str(), *_]:
                pass  # of a newer registry
            case _:
                raise RowError(f"expected an array that begins with its kind in '{path}'")
    return found


def _after(before: Permit | Gone | None, item: Permit | Gone) -> Permit | Gone:
    """The last word on a permit; a tombstone without a code keeps the one that is known."""
    return Gone(id=item.id, code=before.code) if before is not None and item.code is None else item


def _permit(row: Sequence[object], path: str) -> Permit:
    try:
        permit = Permit.from_row(row, path)
    except PermitError as error:
        raise RowError(str(error)) from error
    _expect_code(permit.code, f"{path}[2]")
    _expect_words(permit.search, f"{path}[10]")
    return permit


def _gone(row: Sequence[object], path: str) -> Gone:
    permit_id = _bytes(row[1] if len(row) > 1 else None, PERMIT_ID_BYTES, f"{path}[1]")
    code = row[2] if len(row) > 2 else None
    if code is not None:
        _expect_code(code, f"{path}[2]")
    return Gone(id=permit_id, code=code)  # type: ignore[arg-type]


def _erasure(row: Sequence[object], path: str) -> tuple[bytes, int]:
    if len(row) < _ERASURE_FIELDS:
        raise RowError(f"expected an erasure of {_ERASURE_FIELDS} fields in '{path}'")
    return _bytes(row[1], PERMIT_ID_BYTES, f"{path}[1]"), _whole(row[2], f"{path}[2]")


def _expect_code(value: object, path: str) -> None:
    """The replica keeps a code as the 45 bits it spells, so it has to be one."""
    try:
        code_number(value if isinstance(value, str) else "")
    except ValueError:
        raise RowError(f"expected a ticket code, got {value!r} in '{path}'") from None


def _expect_words(search: str, path: str) -> None:
    if not search:
        return
    words = search.split(" ")
    if words != sorted(set(words)):
        raise RowError(f"expected rising words between single blanks, got {search!r} in '{path}'")
    for word in words:
        _bytes(word, WORD_BYTES, path)


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
