"""A permit: the right a ticket names, as parties of people and as the replica's row. Nothing here does any I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self

import cbor2

CATEGORIES = ("adults", "children", "preferential", "preschool", "other")

PERMIT_ID_BYTES = 16
ROW_KIND = "p"
ROW_FIELDS = 12
LARGEST_GATE = 32
LARGEST_WHOLE = 2**63 - 1  # what a SQLite INTEGER holds
LARGEST_TIME = 2**32 - 1  # as in a ticket; a date beyond it cannot be shown
_PERMIT_ID_DOMAIN = b"qaqpa permit"


class PermitError(ValueError):
    """A permit row that breaks the wire form; the message names the offending field by its path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """How many people of each category stand together; the order of categories is the ticket's."""

    adults: int = 0
    children: int = 0
    preferential: int = 0
    preschool: int = 0
    other: int = 0

    def __post_init__(self) -> None:
        for category, count in zip(CATEGORIES, self.counts(), strict=True):
            if type(count) is not int or count < 0:
                raise ValueError(f"expected a whole number of {category}, zero or more, got {count!r}")

    @classmethod
    def of(cls, counts: Iterable[int]) -> Self:
        """The party of these counts in the order of CATEGORIES; missing ones at the end are zero."""
        given = tuple(counts)
        if len(given) > len(CATEGORIES):
            raise ValueError(f"expected at most {len(CATEGORIES)} counts, got {len(given)}")
        return cls(**dict(zip(CATEGORIES, given, strict=False)))

    @property
    def heads(self) -> int:
        """All people of the party."""
        return sum(self.counts())

    def counts(self) -> tuple[int, ...]:
        """The five counts in the order of CATEGORIES."""
        return (self.adults, self.children, self.preferential, self.preschool, self.other)

    def trimmed(self) -> tuple[int, ...]:
        """The counts as tickets and rows carry them: zeros at the end left out."""
        counts = self.counts()
        length = max((place for place, count in enumerate(counts, start=1) if count), default=0)
        return counts[:length]

    def as_dict(self) -> dict[str, int]:
        """Counts by category name, zeros left out."""
        return {category: count for category, count in zip(CATEGORIES, self.counts(), strict=True) if count}

    def __add__(self, other: Party) -> Party:
        return Party.of(mine + theirs for mine, theirs in zip(self.counts(), other.counts(), strict=True))

    def __sub__(self, other: Party) -> Party:
        """What is left by category; raises ValueError where the other party has more of one."""
        return Party.of(mine - theirs for mine, theirs in zip(self.counts(), other.counts(), strict=True))

    def take(self, heads: int) -> Party:
        """The first `heads` people in the ticket's order, or everybody when there are fewer."""
        if heads < 0:
            raise ValueError(f"expected a number of heads, zero or more, got {heads}")
        taken = []
        for count in self.counts():
            taken.append(min(count, heads))
            heads -= taken[-1]
        return Party.of(taken)


class PermitStatus(StrEnum):
    """What the registry shows of a permit; the authority on revocations is the revocation rows, not this."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Permit:
    """One live row of the replica: a right, known by its id, without the ticket that names it."""

    id: bytes
    code: str
    product: int
    nbf: int
    exp: int
    party: Party
    entries: int
    gates: tuple[int, ...] | None
    status: PermitStatus
    search: str = ""
    sealed: bytes = b""

    def row(self) -> list[object]:
        """The permit as it travels: an array of JSON values that begins with its kind."""
        return [
            ROW_KIND,
            self.id.hex(),
            self.code,
            self.product,
            self.nbf,
            self.exp,
            list(self.party.trimmed()),
            self.entries,
            None if self.gates is None else list(self.gates),
            self.status.value,
            self.search,
            self.sealed.hex(),
        ]

    @classmethod
    def from_row(cls, row: Sequence[object], path: str = "row") -> Self:
        """Read a row as it travels; fields a newer registry adds at the end are ignored."""
        if not isinstance(row, list | tuple) or len(row) < ROW_FIELDS or row[0] != ROW_KIND:
            raise PermitError(f"expected a permit row of {ROW_FIELDS} fields in '{path}'")
        return cls(
            id=_hexadecimal(row[1], f"{path}[1]", length=PERMIT_ID_BYTES),
            code=_text(row[2], f"{path}[2]"),
            product=_whole(row[3], f"{path}[3]"),
            nbf=_whole(row[4], f"{path}[4]", LARGEST_TIME),
            exp=_whole(row[5], f"{path}[5]", LARGEST_TIME),
            party=_party(row[6], f"{path}[6]"),
            entries=_whole(row[7], f"{path}[7]"),
            gates=_gates(row[8], f"{path}[8]"),
            status=_status(row[9], f"{path}[9]"),
            search=_text(row[10], f"{path}[10]"),
            sealed=_hexadecimal(row[11], f"{path}[11]"),
        )

    def checksum_part(self) -> int:
        """This permit's share of a replica's checksum: 8 bytes of SHA-256 over the row's deterministic CBOR."""
        return int.from_bytes(hashlib.sha256(cbor2.dumps(self.row(), canonical=True)).digest()[:8], "big")


@lru_cache(maxsize=1024)
def party_of(counts: tuple[int, ...]) -> Party:
    """The party of these counts; kept, because of ten million permits most are for one or two."""
    return Party.of(counts)


def permit_id(cti: bytes) -> bytes:
    """The 16 bytes by which a permit and its uses are known where the ticket's own identity must not travel."""
    return hashlib.sha256(_PERMIT_ID_DOMAIN + cti).digest()[:PERMIT_ID_BYTES]


def _whole(value: object, path: str, largest: int = LARGEST_WHOLE) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise PermitError(f"expected a whole number, zero or more, got {value!r} in '{path}'")
    return value


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise PermitError(f"expected text, got {value!r} in '{path}'")
    return value


def _hexadecimal(value: object, path: str, *, length: int | None = None) -> bytes:
    text = _text(value, path)
    try:
        decoded = bytes.fromhex(text)
    except ValueError:
        decoded = None
    # hex() must give the text back: fromhex() also takes capitals and blanks, which would change the checksum.
    if decoded is None or decoded.hex() != text or (length is not None and len(decoded) != length):
        size = "" if length is None else f" of {length} bytes"
        raise PermitError(f"expected lower-case hexadecimal{size}, got {text!r} in '{path}'")
    return decoded


def _party(value: object, path: str) -> Party:
    if not isinstance(value, list | tuple) or len(value) > len(CATEGORIES):
        raise PermitError(f"expected at most {len(CATEGORIES)} counts, got {value!r} in '{path}'")
    return party_of(tuple([_whole(count, f"{path}[{place}]") for place, count in enumerate(value)]))


def _gates(value: object, path: str) -> tuple[int, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list | tuple) or not value:
        raise PermitError(f"expected null or gate numbers, got {value!r} in '{path}'")
    gates = tuple(_whole(gate, f"{path}[{place}]") for place, gate in enumerate(value))
    if list(gates) != sorted(set(gates)) or gates[0] < 1 or gates[-1] > LARGEST_GATE:
        raise PermitError(f"expected rising gate numbers from 1 to {LARGEST_GATE}, got {value!r} in '{path}'")
    return gates


def _status(value: object, path: str) -> PermitStatus:
    try:
        return PermitStatus(_text(value, path))
    except ValueError as error:
        raise PermitError(f"expected one of {', '.join(PermitStatus)}, got {value!r} in '{path}'") from error
