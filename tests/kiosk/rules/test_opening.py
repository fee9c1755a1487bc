"""Opening hours: dated rows by gate and weekday, exceptions for single days, spans over midnight."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.rules.local_days import day_text
from kiosk.rules.opening import Hours, goes_in_at_any_hour, hours_edges, is_open, next_opening, span_of
from tests.support.park import NOON, UTC_OFFSET

HOUR, DAY = 3600, 86_400
MIDNIGHT = NOON - 12 * HOUR  # Saturday, 4 July 2026
SATURDAY, SUNDAY, MONDAY = "2026-07-04", "2026-07-05", "2026-07-06"
SUMMER = Hours(open=("08:00-20:00",), since="2026-05-01", until="2026-09-30")


def open_at(rows: tuple[Hours, ...], hour: float, gate: int = 1) -> bool:
    return is_open(rows, gate, int(MIDNIGHT + hour * HOUR), UTC_OFFSET)


def opens(rows: tuple[Hours, ...], hour: float, gate: int = 1) -> float | None:
    found = next_opening(rows, gate, int(MIDNIGHT + hour * HOUR), UTC_OFFSET)
    return None if found is None else (found - MIDNIGHT) / HOUR


def test_a_gate_is_open_from_the_first_second_of_its_hours_to_the_last() -> None:
    assert not open_at((SUMMER,), 8 - 1 / HOUR)
    assert open_at((SUMMER,), 8)
    assert open_at((SUMMER,), 20 - 1 / HOUR)
    assert not open_at((SUMMER,), 20)
    assert opens((SUMMER,), 20) == 24 + 8
    assert opens((SUMMER,), 9) == 9


def test_where_no_row_is_written_for_a_day_it_is_open_all_day() -> None:
    assert open_at((), 3)
    winter = Hours(open=("10:00-16:00",), since="2026-11-01")
    assert open_at((winter,), 3)
    over = Hours(open=("10:00-16:00",), until="2026-06-30")
    assert open_at((over,), 3)


def test_an_exception_for_a_day_goes_before_the_week_and_a_gates_own_row_before_the_parks() -> None:
    holiday = Hours(open=(), days=(SATURDAY,))
    short = Hours(open=("08:00-12:00",), days=(SATURDAY,), gates=(2,))
    rows = (holiday, short, SUMMER, Hours(open=("06:00-22:00",), gates=(3,)), Hours(open=("09:00-20:00",)))
    assert not open_at(rows, 9, gate=1)
    assert opens(rows, 9, gate=1) == 24 + 9, "of rows of one rank the last one holds"
    assert open_at(rows, 9, gate=2)
    assert not open_at(rows, 13, gate=2)
    assert not open_at(rows, 7, gate=3), "a holiday of the park is one of each gate"
    assert opens(rows, 7, gate=3) == 24 + 6


def test_weekdays_are_the_parks_own() -> None:
    weekend = Hours(open=("07:00-22:00",), weekdays=(6, 7))
    rows = (SUMMER, weekend)
    assert open_at(rows, 7.5)
    assert open_at(rows, 24 + 7.5)
    assert not open_at(rows, 48 + 7.5), "Monday"
    assert opens(rows, 24 + 22) == 48 + 8


def test_hours_may_run_over_midnight_into_a_day_that_is_closed() -> None:
    rows = (Hours(open=("20:00-02:00",)), Hours(open=(), days=(SUNDAY,)))
    assert open_at(rows, 25)
    assert not open_at(rows, 26)
    assert opens(rows, 26) == 48 + 20


def test_a_day_may_have_a_pause() -> None:
    rows = (Hours(open=("14:00-18:00", "08:00-13:00")),)
    assert [open_at(rows, hour) for hour in (7, 8, 13, 14, 18)] == [False, True, False, True, False]
    assert opens(rows, 13) == 14


def test_a_gate_that_never_opens_has_no_next_opening() -> None:
    assert opens((Hours(open=()),), 0) is None


def test_holders_of_a_named_product_go_in_at_any_hour_of_the_days_of_that_row() -> None:
    rows = (Hours(open=("07:00-21:00",), any_hour=(30, 31)), Hours(open=(), days=(SUNDAY,)))
    assert goes_in_at_any_hour(rows, 1, 31, MIDNIGHT + 23 * HOUR, UTC_OFFSET)
    assert not goes_in_at_any_hour(rows, 1, 1, MIDNIGHT + 23 * HOUR, UTC_OFFSET)
    assert not goes_in_at_any_hour(rows, 1, 31, MIDNIGHT + 25 * HOUR, UTC_OFFSET)
    assert not goes_in_at_any_hour((), 1, 31, MIDNIGHT, UTC_OFFSET)


def test_the_whole_day_and_its_last_minute_can_be_written() -> None:
    assert span_of("00:00-24:00") == (0, DAY)
    assert span_of("22:00-23:59") == (22 * HOUR, 23 * HOUR + 59 * 60)
    assert span_of("08:00-08:00") == (8 * HOUR, 32 * HOUR)


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"open": ("8:00-20:00",)}, "'8:00' is no time of day"),
        ({"open": ("08:60-20:00",)}, "'08:60' is no time of day"),
        ({"open": ("08:00-25:00",)}, "'25:00' is no time of day"),
        ({"open": ("08:00-24:01",)}, "'24:01' is no time of day"),
        ({"open": ("08.00-20:00",)}, "'08.00' is no time of day"),
        ({"open": ("٠٨:00-20:00",)}, "is no time of day"),
        ({"open": ("ab:cd-20:00",)}, "is no time of day"),
        ({"open": ("08:00",)}, "'08:00' is no span of hours"),
        ({"open": ("08:00-12:00-14:00",)}, "no span of hours"),
        ({"open": ("24:00-02:00",)}, "begins when the day is over"),
        ({"open": (), "days": ("4 July",)}, "'4 July' is not a day"),
        ({"open": (), "since": "2026-07-04", "until": "2026-07-03"}, "before it begins"),
        ({"open": (), "weekdays": (0,)}, "weekdays are 1"),
        ({"open": (), "weekdays": (8,)}, "weekdays are 1"),
    ],
)
def test_a_row_that_says_nothing_clear_is_told_by_its_own_words(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Hours(**fields)  # type: ignore[arg-type]


times = st.integers(0, 24 * 60).map(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}")
spans = st.tuples(times.filter(lambda text: text != "24:00"), times).map("-".join)
days = st.integers(20_636, 20_646).map(day_text)  # 2 to 12 July 2026


@st.composite
def rows(draw: st.DrawFn) -> Hours:
    ends = sorted([draw(days), draw(days)])
    is_exception = draw(st.booleans())
    return Hours(
        open=tuple(draw(st.lists(spans, max_size=2))),
        since=draw(st.sampled_from([None, ends[0]])),
        until=draw(st.sampled_from([None, ends[1]])),
        gates=draw(st.sampled_from([(), (1,), (2,)])),
        weekdays=tuple(draw(st.lists(st.integers(1, 7), max_size=4))) if not is_exception else (),
        days=tuple(draw(st.lists(days, min_size=1, max_size=2))) if is_exception else (),
    )


tables = st.lists(rows(), max_size=4).map(tuple)
moments = st.integers(MIDNIGHT - DAY, MIDNIGHT + 4 * DAY)


@settings(max_examples=300)
@given(table=tables, at=moments, ahead=st.integers(0, DAY))
def test_the_next_opening_is_open_and_nothing_before_it_is(table: tuple[Hours, ...], at: int, ahead: int) -> None:
    found = next_opening(table, 1, at, UTC_OFFSET)
    if found is None:
        assert not is_open(table, 1, at + ahead, UTC_OFFSET)
        return
    assert found >= at
    assert is_open(table, 1, found, UTC_OFFSET)
    assert (found == at) == is_open(table, 1, at, UTC_OFFSET)
    # it can only change at an edge, so that looking at the edges is looking at every second
    before = [edge for edge in hours_edges(table, 1, at, min(found, at + 20 * DAY), UTC_OFFSET) if at <= edge < found]
    assert not any(is_open(table, 1, edge, UTC_OFFSET) for edge in before)
    assert found == at or not is_open(table, 1, max(at, found - 1), UTC_OFFSET)


@settings(max_examples=300)
@given(table=tables, first=moments, length=st.integers(1, 2 * DAY), data=st.data())
def test_between_two_edges_a_gate_neither_opens_nor_closes(
    table: tuple[Hours, ...], first: int, length: int, data: st.DataObject
) -> None:
    known = sorted({first, *(e for e in hours_edges(table, 1, first, first + length, UTC_OFFSET) if e > first)})
    at = data.draw(st.integers(first, first + length))
    edge = max(each for each in known if each <= at)
    for product in (1, 30):
        same = [
            (is_open(table, 1, each, UTC_OFFSET), goes_in_at_any_hour(table, 1, product, each, UTC_OFFSET))
            for each in (edge, at)
        ]
        assert same[0] == same[1]
