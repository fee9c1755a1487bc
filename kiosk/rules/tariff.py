"""What a visit costs: dated tables of the park's signed set, in thousandths of an index, rounded row by row.

Three regimes have followed one another in three years, by person, by vehicle and by service. None of them is in here:
a row says its unit, its multiple of the index, how it is rounded, and the published amount that wins if there is one.
A price that cannot be told is a value that says why; nothing is guessed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from kiosk.rules.exemption import PERSON, VEHICLE, Exemption, exemption_of, in_force
from kiosk.rules.local_days import day_number, day_text, expect_span, is_within
from kiosk.rules.names import Names
from kiosk.rules.permit import Party

ON_FOOT = "pedestrian"
"""The vehicle class of a party without a vehicle."""
LONGEST_DAYS = 366
_THOUSAND, _HUNDRED = 1000, 100
_LARGEST_AMOUNT = 2**31 - 1

Word = TypeVar("Word", bound=StrEnum)


class Unit(StrEnum):
    """What is counted: each for a day."""

    PERSON = "person_day"
    VEHICLE = "vehicle_day"
    PARKING = "parking_day"
    """A place for the party's vehicle; a party on foot takes none."""
    GROUP = "group_day"
    """A guide or an escort, for each begun group."""


class Rounding(StrEnum):
    """How an amount becomes whole tenge: a setting of the data, for parks have published it each way."""

    NEAREST = "nearest"
    UP = "up"
    DOWN = "down"


class NoPriceReason(StrEnum):
    """Why no price can be told."""

    NO_ROW = "no_row"
    NO_INDEX = "no_index"
    UNKNOWN_WORD = "unknown_word"
    """A newer registry wrote a unit or a rounding that this version does not know."""
    NO_CONCESSION = "no_concession"
    """The exemption is not in force, or for more heads than there are."""
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True, slots=True)
class Index:
    """The monthly calculation index in tenge, from this local day on."""

    since: str
    tenge: int

    def __post_init__(self) -> None:
        expect_span(self.since, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """One row: what a unit of an item costs from its first to its last local day, both included."""

    item: str
    since: str
    unit: str
    until: str | None = None
    names: Names | None = None
    vehicle_class: str | None = None
    """None: for every class that has no row of its own."""
    thousandths: int = 0
    """Of the index of the day."""
    index_day: str | None = None
    """The day whose index counts where it is not the day of the visit."""
    fee: int = 0
    """Tenge on top for each unit, as a park's service fee."""
    rounding: str = Rounding.NEAREST.value
    published: int | None = None
    """The amount of one unit as the park has published it: it wins over the multiple."""
    group_heads: int = 20

    def __post_init__(self) -> None:
        expect_span(self.since, self.until)
        if self.index_day is not None:
            expect_span(self.index_day, None)
        if self.group_heads < 1:
            raise ValueError(f"expected groups of at least one, got {self.group_heads}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What is wanted: the items, from which local day for how many days, by whom, in which vehicle."""

    items: tuple[str, ...]
    day: str
    party: Party = field(default_factory=Party)
    vehicle_class: str | None = None
    days: int = 1
    concessions: Mapping[str, int] = field(default_factory=dict)
    """How many heads, or vehicles, come under which exemption."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """So many units of one row at one amount; `concession` where an exemption made it less."""

    item: str
    since: str
    unit: Unit
    names: Names | None
    quantity: int
    tenge: int
    concession: str | None = None

    @property
    def total(self) -> int:
        """The line in tenge."""
        return self.quantity * self.tenge


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """Lines and their total, in whole tenge."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """All lines together."""
        return sum(line.total for line in self.lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class NoPrice:
    """Why this cannot be priced: the word, what it is about, and the local day."""

    reason: NoPriceReason
    about: str
    day: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceBook:
    """The tables that a price is made of."""

    tariffs: tuple[Tariff, ...] = ()
    indices: tuple[Index, ...] = ()
    exemptions: tuple[Exemption, ...] = ()


_Share = tuple[str | None, int, int]
"""Under which exemption, how many units, and what per cent is left to pay."""


def price(book: PriceBook, order: Order) -> Price | NoPrice:
    """The price of this order, day by day, so that a stay over a change of tables is priced by both."""
    if not 1 <= order.days <= LONGEST_DAYS:
        return NoPrice(reason=NoPriceReason.TOO_LONG, about=str(order.days), day=order.day)
    quantities: Counter[Line] = Counter()
    for day in range(first := day_number(order.day), first + order.days):
        for item in order.items:
            lines = _priced(book, order, item, day)
            if isinstance(lines, NoPrice):
                return lines
            for line, quantity in lines:
                quantities[line] += quantity
    return Price(lines=tuple(replace(line, quantity=quantity) for line, quantity in quantities.items()))


def row_of(rows: Iterable[Tariff], item: str, vehicle_class: str | None, day: int) -> Tariff | None:
    """The row of an item for this class and local day: that of the class before that for all, then the latest."""
    wanted = vehicle_class or ON_FOOT
    fitting = [row for row in rows if row.item == item and is_within(day, row.since, row.until)]
    fitting = [row for row in fitting if row.vehicle_class in (wanted, None)]
    return max(fitting, key=lambda row: (row.vehicle_class is not None, row.since), default=None)


def unit_amount(row: Tariff, indices: Iterable[Index], day: int, percent: int = _HUNDRED) -> int | NoPrice:
    """What one unit of a row costs on a local day in whole tenge, or this per cent of it."""
    rounding = _word(Rounding, row.rounding)
    if rounding is None:
        return _no_price(NoPriceReason.UNKNOWN_WORD, row.rounding, day)
    whole = row.published
    if whole is None:
        index = _index_on(indices, day if row.index_day is None else day_number(row.index_day))
        if index is None:
            return _no_price(NoPriceReason.NO_INDEX, row.item, day)
        whole = _rounded(index.tenge * row.thousandths, _THOUSAND, rounding) + row.fee
    return _rounded(whole * percent, _HUNDRED, rounding)


def _priced(book: PriceBook, order: Order, item: str, day: int) -> list[tuple[Line, int]] | NoPrice:
    row = row_of(book.tariffs, item, order.vehicle_class, day)
    if row is None:
        return _no_price(NoPriceReason.NO_ROW, item, day)
    unit = _word(Unit, row.unit)
    if unit is None:
        return _no_price(NoPriceReason.UNKNOWN_WORD, row.unit, day)
    shares = _shares(book, order, row, unit, day)
    if isinstance(shares, NoPrice):
        return shares
    lines = []
    for concession, quantity, percent in shares:
        amount = unit_amount(row, book.indices, day, percent)
        if isinstance(amount, NoPrice):
            return amount
        lines.append((_line(row, unit, amount, concession), quantity))
    return lines


def _shares(book: PriceBook, order: Order, row: Tariff, unit: Unit, day: int) -> list[_Share] | NoPrice:
    if unit is Unit.PERSON:
        return _conceded(book, order, PERSON, order.party.heads, day)
    if unit is Unit.VEHICLE:
        return _conceded(book, order, VEHICLE, 1, day)
    if unit is Unit.PARKING:
        return _some(0 if order.vehicle_class in (None, ON_FOOT) else 1)
    return _some(-(-order.party.heads // row.group_heads))


def _conceded(book: PriceBook, order: Order, of: str, units: int, day: int) -> list[_Share] | NoPrice:
    """The units by exemption, those asked for first, and what is left at the full amount."""
    shares: list[_Share] = []
    for category, heads in _claimed(book, order, day).items():
        row = exemption_of(book.exemptions, category, day)
        if row is None:
            return _no_price(NoPriceReason.NO_CONCESSION, category, day)
        if row.of != of:
            continue
        if heads > units:
            return _no_price(NoPriceReason.NO_CONCESSION, category, day)
        units -= heads
        shares.append((category, heads, _HUNDRED - row.percent))
    return shares + _some(units)


def _claimed(book: PriceBook, order: Order, day: int) -> dict[str, int]:
    """The exemptions asked for, and those that the party's own categories are entitled to."""
    counts = order.party.as_dict()
    by_party = {
        row.category: counts[row.counts_as]
        for row in in_force(book.exemptions, day)
        if row.by_party and row.of == PERSON and row.counts_as in counts
    }
    return by_party | dict(order.concessions)


def _some(units: int) -> list[_Share]:
    return [(None, units, _HUNDRED)] if units else []


def _line(row: Tariff, unit: Unit, tenge: int, concession: str | None) -> Line:
    return Line(
        item=row.item, since=row.since, unit=unit, names=row.names, quantity=0, tenge=tenge, concession=concession
    )


def _index_on(indices: Iterable[Index], day: int) -> Index | None:
    begun = [index for index in indices if day_number(index.since) <= day]
    return max(begun, key=lambda index: index.since, default=None)


def _rounded(amount: int, divisor: int, rounding: Rounding) -> int:
    if rounding is Rounding.NEAREST:
        return (2 * amount + divisor) // (2 * divisor)
    return -(-amount // divisor) if rounding is Rounding.UP else amount // divisor


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in set(kind) else None


def _no_price(reason: NoPriceReason, about: str, day: int) -> NoPrice:
    return NoPrice(reason=reason, about=about, day=day_text(day))


# ---- what is wrong with a table -------------------------------------------------------------------------------------


def tariff_faults(tariffs: Sequence[Tariff], indices: Sequence[Index], path: str = "tables.tariffs") -> tuple[str, ...]:
    """What is wrong with the rows, each a sentence with its path; nothing where they can be published."""
    return tuple(
        f"{path}[{place}]: {fault}"
        for place, row in enumerate(tariffs)
        for fault in (*_row_faults(row, indices), *_overlaps(row, tariffs[:place], path))
    )


def index_faults(indices: Sequence[Index], path: str = "tables.indices") -> tuple[str, ...]:
    """What is wrong with the index, each a sentence with its path."""
    twice = Counter(index.since for index in indices)
    return tuple(
        f"{path}[{place}]: {fault}"
        for place, index in enumerate(indices)
        for fault in (
            *([] if index.tenge > 0 else [f"expected an index of at least 1 tenge, got {index.tenge}"]),
            *([] if twice[index.since] == 1 else [f"another row begins on {index.since}, too"]),
        )
    )


def _row_faults(row: Tariff, indices: Sequence[Index]) -> Iterable[str]:
    if _word(Unit, row.unit) is None:
        yield f"expected one of {', '.join(Unit)} as its unit, got {row.unit!r}"
    if _word(Rounding, row.rounding) is None:
        yield f"expected one of {', '.join(Rounding)} as its rounding, got {row.rounding!r}"
    amounts = {"thousandths": row.thousandths, "fee": row.fee, "published": row.published or 0}
    for name, amount in amounts.items():
        if not 0 <= amount <= _LARGEST_AMOUNT:
            yield f"expected {name} from 0 to {_LARGEST_AMOUNT}, got {amount}"
    day = day_number(row.since if row.index_day is None else row.index_day)
    if row.published is None and row.thousandths and _index_on(indices, day) is None:
        yield f"no index is known on {day_text(day)}"


def _overlaps(row: Tariff, earlier: Sequence[Tariff], path: str) -> Iterable[str]:
    for place, other in enumerate(earlier):
        is_same = (row.item, row.vehicle_class) == (other.item, other.vehicle_class)
        if is_same and row.since == other.since:
            yield f"{path}[{place}] is for the same item and class and begins on the same day"
