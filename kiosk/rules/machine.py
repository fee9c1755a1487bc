"""Which machine a kiosk runs on, in marks that tell machines apart and name none: a moved or copied disk is noticed.

A disk that is copied takes its own marks with it (the system's id), and leaves behind what belongs to the board. So the
board and its network decide, and the system's id only where neither is known.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

MARK_BYTES = 8
MOST_MARKS = 16
_DOMAIN = b"qaqpa machine 1"


class MarkKind(StrEnum):
    """Where a mark comes from."""

    BOARD = "board"
    NETWORK = "network"
    SYSTEM = "system"
    """It is on the disk, and goes where the disk goes."""


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class MachineMark:
    """One thing that tells this machine from others, salted with the device's number."""

    kind: MarkKind
    hash: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """All marks of a machine that can be read; none at all says nothing."""

    marks: frozenset[MachineMark] = frozenset()

    def is_same(self, other: "Machine") -> bool:
        """Whether nothing says that these are two: a board or a network card may be replaced, not both at once."""
        mine, theirs = _of_the_box(self), _of_the_box(other)
        if mine and theirs:
            return bool(mine & theirs)
        systems = [{mark for mark in each.marks if mark.kind is MarkKind.SYSTEM} for each in (self, other)]
        return not (systems[0] and systems[1]) or bool(systems[0] & systems[1])


def _of_the_box(machine: Machine) -> set[MachineMark]:
    return {mark for mark in machine.marks if mark.kind is not MarkKind.SYSTEM}


def mark_of(kind: MarkKind, value: str, device: int) -> MachineMark:
    """The mark of a value that others may know: it cannot be compared between two devices."""
    text = value.strip().lower().encode()
    salted = b"\n".join((_DOMAIN, device.to_bytes(4, "big"), kind.encode(), text))
    return MachineMark(kind=kind, hash=hashlib.sha256(salted).digest()[:MARK_BYTES])
