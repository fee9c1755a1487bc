"""Whom the park looks for: parties of which a gate reported somebody missing, as the registry tells all gates.

It says nothing of anybody but the permit, and decides nothing: whoever goes in or out is told of it beside the verdict.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kiosk.rules.permit import PERMIT_ID_BYTES
from kiosk.rules.words import Whereabouts

_PERMIT = re.compile(f"[0-9a-f]{{{2 * PERMIT_ID_BYTES}}}")
SOUGHT_SECONDS = 7 * 86_400
"""For so long after the newest report a party is looked for, unless somebody says before that the person was found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """A permit of whose party somebody is missing: reported when and at which gate."""

    permit: str
    """Its id in hexadecimal."""
    gate: int
    since: int
    what: Whereabouts = Whereabouts.MISSING

    def __post_init__(self) -> None:
        if not _PERMIT.fullmatch(self.permit):
            raise ValueError(f"{self.permit!r} is no permit's id")

    def is_sought(self, at: int) -> bool:
        """Whether it is looked for still; a clock that is behind the reporting gate's says yes."""
        return at < self.since + SOUGHT_SECONDS

    @property
    def told(self) -> dict[str, Any]:
        """What a decision says of it."""
        return {"what": str(self.what), "since": self.since, "gate": self.gate}


def sought_at(rows: Iterable[Sought], at: int) -> tuple[Sought, ...]:
    """Those that are looked for at this second."""
    return tuple(row for row in rows if row.is_sought(at))


def told_of(rows: Iterable[Sought], permit: bytes | None, at: int) -> dict[str, Any] | None:
    """What a decision on this permit says of its party; None where nobody looks for it."""
    if permit is None:
        return None
    name = permit.hex()
    return next((row.told for row in rows if row.permit == name and row.is_sought(at)), None)
