"""When a gate is open: dated rows of opening hours, by gate and weekday, with exceptions for single days.

Hours are local times of the park. A span may run over midnight; it belongs to the day on which it begins. A day for
which no row is written is open all day: a table limits what it names, and nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kiosk.rules.local_days import day_number, expect_span, is_within

DAY_SECONDS = 86_400
_LOOK_AHEAD_DAYS = 400
_THURSDAY = 4  # 1970-01-01, as ISO numbers weekdays
_EVER = "1970-01-01"
_ALL_DAY = (0, DAY_SECONDS)
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hours:
    """When gates are open on some days; `days` makes it an exception for these days, and no `open` means all closed.

    `any_hour` are products, of camps and hotels, whose holders go in at any hour.
    """

    open: tuple[str, ...]
    since: str | None = None
    until: str | None = None
    gates: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    days: tuple[str, ...] = ()
    any_hour: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        expect_span(self.since or _EVER, self.until)
        for day in self.days:
            day_number(day)
        for text in self.open:
            span_of(text)
        if not all(1 <= weekday <= 7 for weekday in self.weekdays):
            raise ValueError(f"weekdays are 1 (Monday) to 7 (Sunday), not {list(self.weekdays)}")


@lru_cache(maxsize=256)
def span_of(text: str) -> Span:
    """The seconds from local midnight of "08:00-20:00"; an end that is not after its beginning is on the next day."""
    parts = text.split("-")
    if len(parts) != 2:
        raise ValueError(f"{text!r} is no span of hours: write it as 08:00-20:00")
    first, last = _time(parts[0]), _time(parts[1])
    if first == DAY_SECONDS:
        raise ValueError(f"{text!r} begins when the day is over: write 00:00")
    return first, last if last > first else last + DAY_SECONDS


def _time(text: str) -> int:
    hours, minutes = text[:2], text[3:]
    is_written = len(text) == 5 and text[2] == ":" and (hours + minutes).isascii() and (hours + minutes).isdigit()
    seconds = int(hours) * 3600 + int(minutes) * 60 if is_written else DAY_SECONDS + 1
    if seconds > DAY_SECONDS or int(minutes) > 59:
        raise ValueError(f"{text!r} is no time of day: write it as 08:00, midnight at the end of a day as 24:00")
    return seconds


def is_open(rows: Sequence[Hours], gate: int, at: int, offset: int) -> bool:
    """Whether this gate is open at Unix second `at`; `offset` are the seconds by which the park is ahead of UTC."""
    local = at + offset
    return any(first <= local < last for first, last in _spans_around(rows, gate, local // DAY_SECONDS, 0))


def next_opening(rows: Sequence[Hours], gate: int, at: int, offset: int) -> int | None:
    """The first second from `at` on at which the gate is open; None where no opening is in sight."""
    local = at + offset
    # spans come by rising days, and none of a later day begins before one of an earlier day
    spans = _spans_around(rows, gate, local // DAY_SECONDS, _LOOK_AHEAD_DAYS)
    by_day = (max(local, first) for first, last in spans if last > local)
    found = next(by_day, None)
    return None if found is None else found - offset


def goes_in_at_any_hour(rows: Sequence[Hours], gate: int, product: int, at: int, offset: int) -> bool:
    """Whether the row of this local day lets holders of the product in whatever the hour."""
    row = _row(rows, gate, (at + offset) // DAY_SECONDS)
    return row is not None and product in row.any_hour


def hours_edges(rows: Sequence[Hours], gate: int, first: int, last: int, offset: int) -> Iterator[int]:
    """Every second from first to last at which this gate may open or close, and each midnight; some around them too."""
    if not rows:
        return
    for day in range((first + offset) // DAY_SECONDS - 1, (last + offset) // DAY_SECONDS + 1):
        yield day * DAY_SECONDS - offset
        for span in _spans(rows, gate, day):
            yield from (edge - offset for edge in span)


def _spans_around(rows: Sequence[Hours], gate: int, day: int, ahead: int) -> Iterable[Span]:
    return (span for each in range(day - 1, day + ahead + 1) for span in _spans(rows, gate, each))


def _spans(rows: Sequence[Hours], gate: int, day: int) -> list[Span]:
    """The spans that begin on this local day, rising, in seconds of local time since 1970."""
    row = _row(rows, gate, day)
    spans = [_ALL_DAY] if row is None else sorted(map(span_of, row.open))
    return [(first + day * DAY_SECONDS, last + day * DAY_SECONDS) for first, last in spans]


def _row(rows: Sequence[Hours], gate: int, day: int) -> Hours | None:
    """The row of this day: an exception first, then one that names the gate, then the last of those that fit."""
    fitting = [(_rank(row), place) for place, row in enumerate(rows) if _fits(row, gate, day)]
    return rows[max(fitting)[1]] if fitting else None


def _rank(row: Hours) -> tuple[bool, bool]:
    return bool(row.days), bool(row.gates)


def _fits(row: Hours, gate: int, day: int) -> bool:
    if row.gates and gate not in row.gates:
        return False
    if row.days and day not in map(day_number, row.days):
        return False
    if row.weekdays and (day + _THURSDAY - 1) % 7 + 1 not in row.weekdays:
        return False
    return is_within(day, row.since or _EVER, row.until)
