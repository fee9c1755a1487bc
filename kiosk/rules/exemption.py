"""Who goes in free or for less: dated categories of the park's signed set, the documents that prove them, second looks.

A category at a hundred per cent is free; below, it is a discount, and its heads buy a ticket. Copies and numbers of
documents are nobody's business here: a document is its kind, and nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.rules.local_days import day_number, expect_span, is_within
from kiosk.rules.names import Names
from kiosk.rules.permit import CATEGORIES

FREE_PERCENT = 100
PERSON, VEHICLE = "person", "vehicle"
SECOND_LOOK_FACTOR = 2
"""Beyond so many times its usual share of a day's heads each further admission of a category is looked at twice."""
SECOND_LOOK_HEADS = 20
"""A share of fewer heads in a day says nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentKind:
    """A kind of document that proves a category: its word, and what a ranger reads."""

    document: str
    names: Names


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemption:
    """One category of the table, from its first to its last local day, both included."""

    category: str
    names: Names
    since: str
    until: str | None = None
    percent: int = FREE_PERCENT
    documents: tuple[DocumentKind, ...] = ()
    """Any one of them proves it; none named: it can be seen."""
    of: str = PERSON
    counts_as: str = "preferential"
    """The ticket's category that its heads are counted as."""
    by_party: bool = False
    """Whether a ticket's heads of that category are priced so without being asked for."""
    gates: tuple[int, ...] | None = None
    usual_percent: int | None = None
    """Its usual share of a day's heads at one gate."""
    second_look_every: int | None = None
    """Each so-manieth admission of a day is looked at twice."""

    def __post_init__(self) -> None:
        expect_span(self.since, self.until)

    @property
    def is_free(self) -> bool:
        """Whether nothing is left to pay."""
        return self.percent == FREE_PERCENT

    @property
    def turns(self) -> tuple[int, ...]:
        """The local days on which it begins, and on which it is over."""
        over = () if self.until is None else (day_number(self.until) + 1,)
        return (day_number(self.since), *over)

    def is_proved_by(self, document: str | None) -> bool:
        """Whether this kind of document proves the category."""
        return not self.documents or document in {known.document for known in self.documents}

    def is_in_force(self, day: int, gate: int | None = None) -> bool:
        """Whether the row holds on this local day, and at this gate where one is named."""
        here = gate is None or self.gates is None or gate in self.gates
        return here and is_within(day, self.since, self.until)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a gate has admitted on one local day before the case in hand."""

    admissions: int = 0
    """Of this category."""
    heads: int = 0
    """Of this category."""
    all_heads: int = 0
    """Of every kind that came for recreation."""


NOBODY_YET = Seen()


def in_force(rows: Iterable[Exemption], day: int, gate: int | None = None) -> tuple[Exemption, ...]:
    """The categories of a local day and gate in the table's order; of one that has two rows, the later row."""
    found: dict[str, Exemption] = {}
    for row in rows:
        if row.is_in_force(day, gate) and (row.category not in found or found[row.category].since <= row.since):
            found[row.category] = row
    return tuple(found.values())


def exemption_of(
    rows: Iterable[Exemption], category: str | None, day: int, gate: int | None = None
) -> Exemption | None:
    """The row of this category that is in force, if there is one."""
    return next((row for row in in_force(rows, day, gate) if row.category == category), None)


def asks_second_look(row: Exemption, seen: Seen, heads: int) -> bool:
    """Whether a second person looks too: at each n-th admission of the day, and while the share is far above usual."""
    every = row.second_look_every
    if every and (seen.admissions + 1) % every == 0:
        return True
    total = seen.all_heads + heads
    if row.usual_percent is None or total < SECOND_LOOK_HEADS:
        return False
    return (seen.heads + heads) * 100 > row.usual_percent * SECOND_LOOK_FACTOR * total


def exemption_faults(rows: Iterable[Exemption], path: str = "tables.exemptions") -> tuple[str, ...]:
    """What is wrong with the table, each a sentence with its path; nothing where it can be published."""
    return tuple(f"{path}[{place}]: {fault}" for place, row in enumerate(rows) for fault in _faults(row))


def _faults(row: Exemption) -> Iterable[str]:
    if not 1 <= row.percent <= FREE_PERCENT:
        yield f"expected 1 to {FREE_PERCENT} per cent, got {row.percent}"
    if row.of not in (PERSON, VEHICLE):
        yield f"expected {PERSON} or {VEHICLE} as what is exempt, got {row.of!r}"
    if row.counts_as not in CATEGORIES:
        yield f"expected one of {', '.join(CATEGORIES)} to count as, got {row.counts_as!r}"
    if row.usual_percent is not None and not 0 <= row.usual_percent <= FREE_PERCENT:
        yield f"expected a usual share of 0 to {FREE_PERCENT} per cent, got {row.usual_percent}"
    if row.second_look_every is not None and row.second_look_every < 1:
        yield f"expected a second look at every first admission or later, got {row.second_look_every}"
