"""On which machine a kiosk runs, on the wire: marks that tell machines apart, salted with the device's number."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from kiosk.rules.machine import MOST_MARKS, Machine, MachineMark, MarkKind
from sync.fields import Hex8, Whole
from sync.health_report import Word

_KNOWN: Final = frozenset(map(str, MarkKind))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportedMark:
    """One mark; of a kind that this program does not know it is left alone."""

    kind: Word
    hash: Hex8


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineReport:
    """`POST /v1/devices/{device}/machine`: on which machine this device runs now."""

    marks: Annotated[tuple[ReportedMark, ...], Field(max_length=MOST_MARKS)]

    @classmethod
    def of(cls, machine: Machine) -> "MachineReport":
        """The report of this machine."""
        return cls(marks=tuple(ReportedMark(kind=str(mark.kind), hash=mark.hash) for mark in sorted(machine.marks)))

    @property
    def machine(self) -> Machine:
        """The machine it is about."""
        known = (mark for mark in self.marks if mark.kind in _KNOWN)
        return Machine(marks=frozenset(MachineMark(kind=MarkKind(mark.kind), hash=mark.hash) for mark in known))


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineHeard:
    """The registry has it, and since when by its own clock."""

    at: Whole
