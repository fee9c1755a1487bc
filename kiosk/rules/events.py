"""Clean-up days: who took part and how many bags of waste came back, by gate, local day and product.

Participants are heads that went in; bags are what was said when they did, and what was added when they came back.
Annulled entries count for nothing, corrections replace the party, and bags are taken back with their entry.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.local_days import day_text
from kiosk.rules.policy import PolicySet, ProductKind
from kiosk.rules.statistics import Period
from kiosk.rules.words import ActKind, Direction, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRow:
    """One row of the table of events, its fields in the order of the file."""

    park: int
    gate: int
    local_date: str
    product: int
    participants: int
    bags: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Part:
    """One party that went in to a clean-up day."""

    at: int
    gate: int
    product: int
    heads: int
    bags: int


def events(entries: Iterable[Entry], policy: PolicySet, period: Period | None = None) -> list[EventRow]:
    """The rows of these entries, whatever order they come in; acts may lie after the period: give them too."""
    # by key, not by time: an act follows its entry in the chain even when the clock was set back between them
    parts = _parts(sorted((entry for entry in entries if _counts(entry, policy)), key=lambda entry: entry.key))
    bounds = period.bounds(policy.policy) if period is not None else None
    figures: dict[tuple[int, str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for part in parts:
        if bounds is not None and not bounds[0] <= part.at < bounds[1]:
            continue
        cell = part.gate, _local_date(part.at, policy), part.product
        heads, bags = figures[cell]
        figures[cell] = heads + part.heads, bags + part.bags
    return [
        EventRow(park=policy.park, gate=gate, local_date=day, product=product, participants=heads, bags=bags)
        for (gate, day, product), (heads, bags) in sorted(figures.items())
    ]


def _counts(entry: Entry, policy: PolicySet) -> bool:
    """Whether an entry may be about a clean-up day: the others are let go at once, a month of them is large."""
    return isinstance(entry.body, DecisionBody | ActBody) and _is_event(entry.body.product, policy)


def _is_event(number: int | None, policy: PolicySet) -> bool:
    product = policy.product_of(number)
    return product is not None and product.kind is ProductKind.EVENT


def _parts(entries: Iterable[Entry]) -> list[_Part]:
    parts: dict[str, _Part] = {}
    for entry in entries:
        body = entry.body
        if isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED:
            _begin(parts, entry, body, body.details.get("bags"))
        elif isinstance(body, ActBody) and body.act is ActKind.OVERRIDE:
            _begin(parts, entry, body, None)
        elif isinstance(body, ActBody):
            _act_upon(parts, body)
    return list(parts.values())


def _begin(parts: dict[str, _Part], entry: Entry, body: DecisionBody | ActBody, bags: object) -> None:
    if body.product is None or body.place.direction is Direction.EXIT:
        return
    parts[entry.id] = _Part(
        at=entry.at,
        gate=body.place.gate,
        product=body.product,
        heads=body.party.heads if body.party is not None else 0,
        bags=bags if isinstance(bags, int) else 0,
    )


def _act_upon(parts: dict[str, _Part], act: ActBody) -> None:
    part = parts.get(act.target)
    if part is None:
        return
    if act.act is ActKind.ANNUL:
        del parts[act.target]
    elif act.act is ActKind.BAGS:
        parts[act.target] = replace(part, bags=part.bags + (act.bags or 0))
    elif act.act is ActKind.CORRECT and act.party is not None:
        parts[act.target] = replace(part, heads=act.party.heads)


def _local_date(at: int, policy: PolicySet) -> str:
    return day_text(policy.policy.local_day(at))
