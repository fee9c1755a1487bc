"""From the kiosk's facts to what a screen shows: names, times, numbers, no words yet. Nothing here needs Qt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.rules.permit import Party
from kiosk.rules.policy import Names, PolicySet
from kiosk.rules.words import Direction, Outcome, Reason
from ui.words import Telling, local

DEFAULT_OFFSET_MINUTES = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Where this kiosk stands, as its head line says it."""

    park: Names | None = None
    gate_names: Names | None = None
    gate: int = 0
    lane: int = 0
    direction: Direction = Direction.ENTRY
    offset_minutes: int = DEFAULT_OFFSET_MINUTES


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """One decision as a screen shows it."""

    entry_id: str
    outcome: Outcome
    reason: Reason
    telling: Telling
    direction: Direction = Direction.ENTRY
    decided_at: int = 0
    party: Party = Party()
    right: Party = Party()
    left: int = 0
    until: int | None = None
    tail: str = ""
    language: str = ""


class Namer:
    """Looks up a gate's or a park's three names in the set that is in force."""

    def __init__(self, policies: PolicySet | None) -> None:
        self._set = policies

    def gate(self, number: int) -> Names:
        """The gate's own names, or its number in words."""
        own = next((gate.names for gate in self._set.gates if gate.gate == number), None) if self._set else None
        return own or Names(kk=f"{number}-қақпа", ru=f"КПП\u00a0{number}", en=f"Gate\u00a0{number}")

    def park(self, number: int) -> Names | None:
        """The park's names where the set knows them."""
        if self._set is None:
            return None
        return self._set.names if number == self._set.park else self._set.parks.get(number)


def whole(details: Mapping[str, Any], name: str) -> int | None:
    """A whole number among the details of a decision, if it is there and is one."""
    value = details.get(name)
    return value if type(value) is int else None


def text(details: Mapping[str, Any], name: str) -> str | None:
    """A text among the details of a decision, if it is there and is one."""
    value = details.get(name)
    return value if isinstance(value, str) else None


__all__ = ["DEFAULT_OFFSET_MINUTES", "Namer", "Standing", "Verdict", "local", "text", "whole"]
