"""How many people: a number, or one number for each category in the ticket's order, as in 10+2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from kiosk.rules.permit import CATEGORIES, Party

_MOST_HEADS = 9999


@dataclass(frozen=True, kw_only=True, slots=True)
class Heads:
    """The total, and who they are where that was said."""

    total: int
    party: Party | None = None

    def of(self, right: Party | None) -> Party:
        """The party these heads are: as said, else taken from the right in its order, the rest adults."""
        if self.party is not None:
            return self.party
        known = right.take(self.total) if right else Party()
        return known + Party(adults=self.total - known.heads)


class HeadsType(click.ParamType[Heads]):
    """`5` or `2+3`."""

    name = "N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Heads:
        """The heads that were written."""
        if isinstance(value, Heads):
            return value
        parts = str(value).split("+")
        if len(parts) > len(CATEGORIES) or not all(part.isascii() and part.isdigit() for part in parts):
            self.fail(f"{value!r} is not a number of heads: write 5, or 2+3 for {', '.join(CATEGORIES)}", param, ctx)
        counts = [int(part) for part in parts]
        if sum(counts) > _MOST_HEADS:
            self.fail(f"{value!r} is more than {_MOST_HEADS} heads", param, ctx)
        return Heads(total=sum(counts), party=Party.of(counts) if len(counts) > 1 else None)


HEADS = HeadsType()
