"""The dated tables of a park, one part of its signed set: what is open, what it costs and who goes in free is data.

Each kind of row lives beside the rule that reads it. A member that this version does not know is left alone.
"""

from dataclasses import dataclass
from typing import Any

from kiosk.rules.canon import rebuild
from kiosk.rules.closures import Advisory, Closure, Zone
from kiosk.rules.dusk import Site
from kiosk.rules.exemption import Exemption
from kiosk.rules.opening import Hours
from kiosk.rules.parties import Guided
from kiosk.rules.quota import Quota
from kiosk.rules.sought import Sought
from kiosk.rules.tariff import Index, Tariff


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """All dated tables of one set; a set without them has none, and limits nothing."""

    zones: tuple[Zone, ...] = ()
    hours: tuple[Hours, ...] = ()
    closures: tuple[Closure, ...] = ()
    advisories: tuple[Advisory, ...] = ()
    quotas: tuple[Quota, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    indices: tuple[Index, ...] = ()
    place: Site | None = None
    """Where the park lies; without it no dusk is known."""
    guided: tuple[Guided, ...] = ()
    """The products whose parties are led, and for how many heads each guide is good."""
    sought: tuple[Sought, ...] = ()
    """Of whose party somebody is missing; the registry puts it in, by what gates reported."""


NO_TABLES = Tables()


def read_tables(raw: Any) -> Tables:
    """The tables that a set carries; CanonError with the path where they are none."""
    return NO_TABLES if raw is None else rebuild(Tables, raw, "tables")
