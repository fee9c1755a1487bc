"""Local days as tables write them: a date as text, both ends of a span included. Nothing here knows a clock."""

from datetime import date

_EPOCH = date(1970, 1, 1)


def day_number(text: str) -> int:
    """The local day of a date written as 2026-07-04, counted from 1970-01-01; ValueError for any other text."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:  # fromisoformat takes 20260704 and weeks, too
        raise ValueError(f"{text!r} is not a day: write it as 2026-07-04")
    return (day - _EPOCH).days


def day_text(number: int) -> str:
    """The date of a local day, as tables write it."""
    return date.fromordinal(_EPOCH.toordinal() + number).isoformat()


def is_within(day: int, since: str, until: str | None) -> bool:
    """Whether a local day lies in a span of dates; one without an end goes on."""
    return day_number(since) <= day and (until is None or day <= day_number(until))


def expect_span(since: str, until: str | None) -> None:
    """ValueError for what is no span of dates: a day that is none, or an end before the beginning."""
    first = day_number(since)
    if until is not None and day_number(until) < first:
        raise ValueError(f"it ends on {until}, before it begins on {since}")
