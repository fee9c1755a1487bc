"""The dated tables of a park, one part of its signed set: what is open, what it costs and who goes in free is data.

Each kind of row lives beside the rule that reads it. A member that this version does not know is left alone.
"""

from dataclasses import dataclass
from typing import Any

from kiosk.rules.canon import rebuild
from kiosk.rules.dusk import Site
from kiosk.rules.exemption import Exemption
from kiosk.rules.tariff import Index, Tariff


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """All dated tables of one set; a set without them has none, and limits nothing."""

    exemptions: tuple[Exemption, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    indices: tuple[Index, ...] = ()
    place: Site | None = None
    """Where the park lies; without it no dusk is known."""


NO_TABLES = Tables()


def read_tables(raw: Any) -> Tables:
    """The tables that a set carries; CanonError with the path where they are none."""
    return NO_TABLES if raw is None else rebuild(Tables, raw, "tables")
