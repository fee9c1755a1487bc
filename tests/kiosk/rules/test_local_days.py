"""Local days as tables write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.local_days import day_number, day_text, expect_span, is_within


@given(st.dates())
def test_a_day_and_its_text_are_the_same(day: date) -> None:
    number = day_number(day.isoformat())
    assert day_text(number) == day.isoformat()
    assert number == (day - date(1970, 1, 1)).days


@pytest.mark.parametrize("text", ["", "2026-7-4", "20260704", "2026-W27-6", "2026-02-30", "soon", " 2026-07-04"])
def test_what_is_no_day_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day: write it as 2026-07-04"):
        day_number(text)


def test_both_ends_of_a_span_are_in_it() -> None:
    first = day_number("2026-07-04")
    inside = [day for day in range(first - 2, first + 4) if is_within(day, "2026-07-04", "2026-07-05")]
    assert inside == [first, first + 1]
    assert is_within(first + 9999, "2026-07-04", None)
    assert not is_within(first - 1, "2026-07-04", None)


def test_a_span_ends_on_the_day_it_begins_at_the_earliest() -> None:
    expect_span("2026-07-04", None)
    expect_span("2026-07-04", "2026-07-04")
    with pytest.raises(ValueError, match="it ends on 2026-07-03, before it begins on 2026-07-04"):
        expect_span("2026-07-04", "2026-07-03")
    with pytest.raises(ValueError, match="'never' is not a day"):
        expect_span("2026-07-04", "never")
