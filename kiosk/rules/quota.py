"""How many may go in: per park, zone or product, in a day, a time slot or at once, each lane by a share of its own.

A lane never lets in more than its share, whatever it has not heard of the others; so the whole is never exceeded. What
a lane has counted is folded from the passages of its own journal, and kept with the facts of each decision as `Tally`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from kiosk.rules.entries import Place
from kiosk.rules.local_days import expect_span, is_within
from kiosk.rules.names import Names
from kiosk.rules.opening import DAY_SECONDS, Span, span_of
from kiosk.rules.passages import Passage
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import Direction


class Counts(StrEnum):
    """What a quota counts: heads that came in during its period, or heads that are inside."""

    ENTERED = "entered"
    INSIDE = "inside"


class Per(StrEnum):
    """The period of a quota: a local day, a slot of it, or without end for all who have not left yet."""

    DAY = "day"
    SLOT = "slot"
    STAY = "stay"


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """How many of a quota one lane may let in by itself; the registry divides what a gate has among its lanes."""

    gate: int
    lane: int = 1
    heads: int
    counted_from: int | None = None
    """Since when the lane's kiosk has counted, where another one stood there before, of whom it knows nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """A limit by somebody's order; no products named: all visitors, no zones named: the whole park."""

    quota: str
    counts: str
    per: str
    heads: int
    shares: tuple[Share, ...]
    authority: Names
    document: str
    since: str
    until: str | None = None
    slots: tuple[str, ...] = ()
    products: tuple[int, ...] = ()
    zones: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        expect_span(self.since, self.until)
        for slot in self.slots:
            span_of(slot)
        if min([self.heads, *(share.heads for share in self.shares)]) < 0:
            raise ValueError(f"the quota {self.quota!r} counts heads: none is below 0")
        if sum(share.heads for share in self.shares) > self.heads:
            raise ValueError(f"the shares of the quota {self.quota!r} are more than its {self.heads} heads")

    @property
    def is_known(self) -> bool:
        """Whether this version understands what is counted, and when."""
        return (self.counts, self.per) in _UNDERSTOOD

    def touches(self, product: int, zones: Sequence[int], *, is_visitor: bool) -> bool:
        """Whether holders of this product, good for these zones, fall under it."""
        is_meant = product in self.products if self.products else is_visitor
        return is_meant and (not self.zones or not zones or not set(self.zones).isdisjoint(zones))

    def share_of(self, gate: int, lane: int) -> int:
        """What this lane may let in."""
        return sum(share.heads for share in self.shares if (share.gate, share.lane) == (gate, lane))

    def counted_from(self, gate: int, lane: int) -> int | None:
        """Since when this lane's own kiosk has counted, where one stood there before it."""
        mine = (share for share in self.shares if (share.gate, share.lane) == (gate, lane))
        return max((each.counted_from for each in mine if each.counted_from is not None), default=None)

    def other_gates(self, gate: int) -> list[int]:
        """The other gates that have a share of their own."""
        return sorted({share.gate for share in self.shares if share.heads and share.gate != gate})


_UNDERSTOOD = frozenset(
    {
        (Counts.ENTERED, Per.DAY),
        (Counts.ENTERED, Per.SLOT),
        (Counts.INSIDE, Per.DAY),
        (Counts.INSIDE, Per.SLOT),
        (Counts.INSIDE, Per.STAY),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """From which Unix second until which a quota counts together."""

    start: int
    end: int


_FOR_EVER = Period(start=0, end=LATEST_TIME + 1)


def period_at(quota: Quota, at: int, offset: int) -> Period | None:
    """The period of this second; None outside the quota's days and slots."""
    day = (at + offset) // DAY_SECONDS
    if not is_within(day, quota.since, quota.until):
        return None
    if quota.per == Per.STAY or not quota.is_known:
        return _FOR_EVER
    midnight = day * DAY_SECONDS - offset
    if quota.per == Per.DAY:
        return Period(start=midnight, end=midnight + DAY_SECONDS)
    return next((period for period in _slots_around(quota, midnight) if period.start <= at < period.end), None)


def period_edges(quota: Quota, first: int, last: int, offset: int) -> Iterator[int]:
    """Every second from first to last at which another period may begin, or none; some around them too."""
    for day in range((first + offset) // DAY_SECONDS - 1, (last + offset) // DAY_SECONDS + 2):
        midnight = day * DAY_SECONDS - offset
        yield midnight
        for period in _slots_of(quota, midnight):
            yield from (period.start, period.end)


def next_period(quota: Quota, after: int, offset: int) -> int | None:
    """When the next period begins that starts at this second or later; None where the order ends before."""
    if quota.per == Per.STAY:
        return None
    day = (after + offset) // DAY_SECONDS
    starts = (each for ahead in range(3) for each in _starts(quota, (day + ahead) * DAY_SECONDS - offset))
    coming = next((start for start in starts if start >= after), None)
    return coming if coming is not None and period_at(quota, coming, offset) is not None else None


def _starts(quota: Quota, midnight: int) -> list[int]:
    return [period.start for period in _slots_of(quota, midnight)] if quota.per == Per.SLOT else [midnight]


def _slots_around(quota: Quota, midnight: int) -> Iterable[Period]:
    return (*_slots_of(quota, midnight - DAY_SECONDS), *_slots_of(quota, midnight))


def _slots_of(quota: Quota, midnight: int) -> list[Period]:
    return [Period(start=midnight + first, end=midnight + last) for first, last in _spans_of(quota.slots)]


@lru_cache(maxsize=64)
def _spans_of(slots: tuple[str, ...]) -> tuple[Span, ...]:
    return tuple(sorted(map(span_of, slots)))


# ---- what a lane has counted ----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What a lane had counted of a quota in the period that began at `start`, before a decision.

    Without `start` they are heads whose time is in doubt: they count in whichever period it may be.
    """

    quota: str
    heads: int
    start: int | None = None


def counted(quota: Quota, heads: int, returning: int, first_at: int | None, start: int) -> int:
    """Of so many heads that go in, those that this quota counts: whoever came in during the period counts once."""
    if quota.counts == Counts.INSIDE or first_at is None or first_at < start:
        return heads
    return heads - min(returning, heads)  # a return that was corrected keeps what was said of more heads


class Inside:
    """The heads that came in by this lane and have not left by it.

    Of a permit they are never more than its right, or than were inside together before, as in a vehicle or by an
    override: who comes in again without having left is inside already.
    """

    def __init__(self) -> None:
        self.heads = 0
        self._there: dict[bytes, int] = defaultdict(int)
        self._peak: dict[bytes, int] = defaultdict(int)

    def go(self, each: Passage) -> None:
        """Let somebody go in or out."""
        before = self._there[each.permit]
        now = self._after(each, before)
        self._there[each.permit] = now
        self._peak[each.permit] = max(self._peak[each.permit], now)
        self.heads += now - before

    def _after(self, each: Passage, there: int) -> int:
        if each.way is Direction.EXIT:
            return max(0, there - each.heads)
        if each.right is None:
            return there + each.heads
        most = max(each.right, each.heads, self._peak[each.permit])
        return max(there, min(most, there + each.heads))


def may_be_in(spans: "Spans", passage: Passage, first: int, last: int) -> bool:
    """Whether something of an uncertain time may have been in a period that these seconds are in."""
    period = spans.at(first)
    return passage.earliest <= last and passage.latest >= (first if period is None else period.start)


class Spans:
    """The periods of a quota, each looked up once for the many passages within it."""

    def __init__(self, quota: Quota, offset: int) -> None:
        self._quota, self._offset, self._last = quota, offset, Period(start=0, end=0)

    def at(self, at: int) -> Period | None:
        """The period of this second; None outside the quota's days and slots."""
        if self._last.start <= at < self._last.end:
            return self._last
        period = period_at(self._quota, at, self._offset)
        self._last = period or self._last
        return period


def left(quota: Quota, known: Sequence[Tally], place: Place, period: Period) -> int:
    """How many more heads this lane may let in during the period; never below none."""
    gone = sum(each.heads for each in known if each.quota == quota.quota and each.start in (None, period.start))
    return max(0, quota.share_of(place.gate, place.lane) - gone)
