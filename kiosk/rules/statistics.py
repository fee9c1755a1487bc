"""The counting rules: journal entries to visits. They decide the published numbers, so they are written down once.

A visit is a person's entry for recreation. Coming back on the same local day, by this or another gate of the park, is
the same visit. So the entries of one permit on one local day are walked in time order: heads that return after a
recorded exit are re-entries, new heads are visits until the right is filled, and heads beyond it are re-entries.
Annulled entries and training are not counted, corrections are applied, staff and passes count as persons but never as
visits, and an exit is persons only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey
from kiosk.rules.parties import most_heads
from kiosk.rules.permit import CATEGORIES, Party
from kiosk.rules.policy import DAY_SECONDS, Policy, PolicySet, ProductKind
from kiosk.rules.words import NOT_RECREATION, ActKind, Direction, Outcome, Reason, Source

RULE_VERSION = "1"

_NOT_VISITING = frozenset({ProductKind.PASS, ProductKind.STAFF, ProductKind.EVENT})

_EPOCH = date(1970, 1, 1)


class By(StrEnum):
    """How fine the rows are in time."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class CountSource(StrEnum):
    """Who let the counted people through: the rules over a ticket, a ranger without one, or a ranger against them."""

    SCAN = "scan"
    RANGER = "ranger"
    OVERRIDE = "override"


_SOURCES = {Source.RANGER: CountSource.RANGER}


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Local days of the park, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the period ends on {self.last}, before it begins on {self.first}")

    def bounds(self, policy: Policy) -> tuple[int, int]:
        """The first second of the period and the first one after it, in Unix seconds."""
        offset = policy.utc_offset_minutes * 60
        first, after = (self.first - _EPOCH).days, (self.last - _EPOCH).days + 1
        return first * DAY_SECONDS - offset, after * DAY_SECONDS - offset


@dataclass(frozen=True, kw_only=True, slots=True)
class CountRow:
    """One row of the counts, its fields in the order of the file; None where the row does not know or need it."""

    park: int
    gate: int
    local_date: str
    hour: int | None
    category: str
    origin: str | None
    vehicle_class: str | None
    product: int | None
    direction: Direction
    persons: int
    visits: int
    reentries: int
    estimated: bool
    source: CountSource


@dataclass(frozen=True, kw_only=True, slots=True)
class _Passage:
    """One entry that moved people, after annulments and corrections."""

    at: int
    key: EntryKey
    park: int
    gate: int
    direction: Direction
    party: Party
    returning: int
    right: Party | None
    permit: bytes | None
    product: int | None
    is_recreation: bool
    source: CountSource
    vehicle_class: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Amendment:
    """What a later act makes of a passage: another party, or none at all."""

    key: EntryKey
    target: EntryKey
    party: Party | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cell:
    """What a row is about; the figures are added up under it."""

    park: int
    gate: int
    local_date: str
    hour: int | None
    category: str
    vehicle_class: str | None
    product: int | None
    direction: Direction
    source: CountSource


@dataclass(slots=True)
class _Figures:
    persons: int = 0
    visits: int = 0
    reentries: int = 0


def count(entries: Iterable[Entry], policy: PolicySet, by: By, period: Period | None = None) -> list[CountRow]:
    """The counts of these entries in one fixed order, whatever order they come in.

    Acts may lie after the period: give them too, or an entry annulled the next morning is still counted.
    """
    cells: dict[_Cell, _Figures] = defaultdict(_Figures)
    bounds = period.bounds(policy.policy) if period else None
    passages = [p for p in _passages(entries, policy) if bounds is None or bounds[0] <= p.at < bounds[1]]
    for passage, visits in _with_visits(passages, policy):
        _add(cells, passage, visits, policy, by)
    rows = [
        CountRow(
            park=cell.park,
            gate=cell.gate,
            local_date=cell.local_date,
            hour=cell.hour,
            category=cell.category,
            origin=None,
            vehicle_class=cell.vehicle_class,
            product=cell.product,
            direction=cell.direction,
            persons=figures.persons,
            visits=figures.visits,
            reentries=figures.reentries,
            estimated=False,
            source=cell.source,
        )
        for cell, figures in cells.items()
    ]
    return sorted(rows, key=_place_in_file)


def _passages(entries: Iterable[Entry], policy: PolicySet) -> list[_Passage]:
    """Who went through, oldest first: annulments and corrections applied, training and unknown heads left out."""
    # Entries are let go one by one: the facts they carry would fill the memory of a kiosk at a month's end.
    steps = [step for entry in entries if (step := _step(entry, policy)) is not None]
    # By key, not by time: an act follows its entry in the chain even when the clock was set back between them.
    steps.sort(key=lambda step: step.key)
    passages: dict[EntryKey, _Passage] = {}
    for step in steps:
        match step:
            case _Passage():
                passages[step.key] = step
            case _Amendment(party=None):
                passages.pop(step.target, None)
            case _Amendment(party=Party() as party) if step.target in passages:
                passages[step.target] = replace(passages[step.target], party=party)
            case _:
                pass
    return sorted((p for p in passages.values() if p.party.heads), key=lambda p: (p.at, p.key))


def _step(entry: Entry, policy: PolicySet) -> _Passage | _Amendment | None:
    """What an entry means for the counts, if anything."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) as body if body.reason is not Reason.TRAINING:
            source = _SOURCES.get(body.source, CountSource.SCAN)
            source = CountSource.OVERRIDE if body.reason is Reason.OVERRIDE else source
            recreation = body.reason not in NOT_RECREATION and not _is_pass(body.product, policy)
            return _passage(entry, body, body.party, source, recreation)
        case ActBody(act=ActKind.OVERRIDE, party=Party() as party) as act:
            return _passage(entry, act, party, CountSource.OVERRIDE, not _is_pass(act.product, policy))
        case ActBody(act=ActKind.LEFT, party=Party() as party) as act:
            return _passage(entry, act, party, CountSource.OVERRIDE, not _is_pass(act.product, policy))
        case ActBody(act=ActKind.ANNUL) as act:
            return _amendment(entry.key, act.target, None)
        case ActBody(act=ActKind.CORRECT, party=Party() as party) as act:
            return _amendment(entry.key, act.target, party)
        case _:
            return None


def _amendment(key: EntryKey, target: str, party: Party | None) -> _Amendment | None:
    try:
        return _Amendment(key=key, target=EntryKey.parse(target), party=party)
    except ValueError:  # a foreign device's mistake must not keep a park from its counts
        return None


def _passage(
    entry: Entry, body: DecisionBody | ActBody, party: Party, source: CountSource, is_recreation: bool
) -> _Passage:
    return _Passage(
        at=entry.at,
        key=entry.key,
        park=body.place.park,
        gate=body.place.gate,
        direction=body.place.direction,
        party=party,
        returning=body.returning,
        right=body.right,
        permit=body.permit,
        product=body.product,
        is_recreation=is_recreation,
        source=source,
        vehicle_class=body.vehicle_class,
    )


def _is_pass(product: int | None, policy: PolicySet) -> bool:
    known = policy.product_of(product)
    return known is not None and known.kind in _NOT_VISITING


def _with_visits(passages: Iterable[_Passage], policy: PolicySet) -> Iterator[tuple[_Passage, int]]:
    """Each passage with how many of its heads are visits."""
    visited: dict[tuple[int, bytes, int], int] = defaultdict(int)
    for passage in passages:
        if passage.direction is Direction.EXIT or not passage.is_recreation:
            yield passage, 0
            continue
        new = passage.party.heads - min(passage.returning, passage.party.heads)
        if passage.permit is None:  # let through without a ticket: nothing tells them from new visitors
            yield passage, new
            continue
        day = passage.park, passage.permit, policy.policy.local_day(passage.at)
        product = policy.products.get(passage.product) if passage.product is not None else None
        is_vehicle = product is not None and most_heads(product.vehicle_class) is not None
        if passage.right is not None and not is_vehicle:  # a vehicle's heads are those that were counted at the gate
            new = min(new, max(0, passage.right.heads - visited[day]))
        visited[day] += new
        yield passage, new


def _add(cells: dict[_Cell, _Figures], passage: _Passage, visits: int, policy: PolicySet, by: By) -> None:
    """Add one passage to its cells; visits are taken in the ticket's order of categories, re-entries are the rest."""
    local = datetime.fromtimestamp(passage.at, tz=UTC) + timedelta(minutes=policy.policy.utc_offset_minutes)
    counts_as_entry = passage.is_recreation and passage.direction is Direction.ENTRY
    product = policy.product_of(passage.product)
    visiting = passage.party.take(visits)
    for category, persons, new in zip(CATEGORIES, passage.party.counts(), visiting.counts(), strict=True):
        if not persons:
            continue
        cell = _Cell(
            park=passage.park,
            gate=passage.gate,
            local_date=local.strftime("%Y-%m") if by is By.MONTH else local.date().isoformat(),
            hour=local.hour if by is By.HOUR else None,
            category=category,
            vehicle_class=passage.vehicle_class or (product.vehicle_class if product else None),
            product=passage.product,
            direction=passage.direction,
            source=passage.source,
        )
        figures = cells[cell]
        figures.persons += persons
        figures.visits += new
        figures.reentries += persons - new if counts_as_entry else 0


def _place_in_file(row: CountRow) -> tuple[object, ...]:
    return (
        row.park,
        row.gate,
        row.local_date,
        -1 if row.hour is None else row.hour,
        CATEGORIES.index(row.category),
        row.vehicle_class or "",
        -1 if row.product is None else row.product,
        row.direction,
        row.source,
    )
