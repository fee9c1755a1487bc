"""Tariffs: every published amount comes out of rows, and neither a new park nor a new regime needs code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.exemption import Exemption
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.tariff import (
    Index,
    Line,
    NoPrice,
    NoPriceReason,
    Order,
    Price,
    PriceBook,
    Rounding,
    Tariff,
    Unit,
    index_faults,
    price,
    row_of,
    tariff_faults,
    unit_amount,
)

PUBLISHED = json.loads(
    Path(__file__).parents[3].joinpath("sync/registry/published_tariffs.json").read_text(encoding="utf-8")
)
INDICES = tuple(rebuild(Index, row) for row in PUBLISHED["indices"])
NAMES = Names(kk="к", ru="р", en="e")
PUPILS = Exemption(category="pupils", names=NAMES, since="2025-01-01", percent=50, counts_as="children", by_party=True)
STUDENTS = Exemption(category="students", names=NAMES, since="2025-01-01", percent=25)
PRESCHOOL = Exemption(category="preschool", names=NAMES, since="2025-01-01", counts_as="preschool", by_party=True)
ELECTRIC = Exemption(category="electric_car", names=NAMES, since="2025-01-01", of="vehicle", by_party=True)
DAY_2025, DAY_2026 = "2025-07-05", "2026-07-04"


def book(park: str, *exemptions: Exemption) -> PriceBook:
    rows = tuple(rebuild(Tariff, row) for row in PUBLISHED["parks"][park])
    return PriceBook(tariffs=rows, indices=INDICES, exemptions=exemptions)


def priced(park: str, item: str, day: str, *exemptions: Exemption, **changes: Any) -> Price | NoPrice:
    fields: dict[str, Any] = {"items": (item,), "day": day, "party": Party(adults=1)}
    return price(book(park, *exemptions), Order(**(fields | changes)))


def total(answer: Price | NoPrice) -> int:
    assert isinstance(answer, Price), answer
    return answer.total


@pytest.mark.parametrize(
    "park, item, vehicle_class, day, tenge",
    [
        ("ile_alatau", "entry", None, "2023-07-01", 545),
        ("by_vehicle", "entry", "car", "2024-07-06", 1108),
        ("by_vehicle", "entry", None, "2024-07-06", 369),
        ("by_vehicle", "entry", "motorcycle", "2024-07-06", 738),
        ("by_vehicle", "entry", "minibus", "2024-07-06", 3692),
        ("by_vehicle", "entry", "truck", "2024-07-06", 3692),
        ("by_vehicle", "entry", "bus", "2024-07-06", 7384),
        ("by_vehicle", "entry", "bus_large", "2024-07-06", 11_076),
        ("altyn_emel", "stay", "car", DAY_2025, 786),
        ("altyn_emel", "stay", None, DAY_2026, 865),
        ("altyn_emel", "parking", "car", DAY_2025, 236),
        ("altyn_emel", "parking", "car", DAY_2026, 260),
        ("altyn_emel", "guide", None, DAY_2025, 3932),
        ("altyn_emel", "guide", None, DAY_2026, 4325),
        ("altyn_emel", "escort", None, DAY_2025, 1573),
        ("altyn_emel", "escort", None, DAY_2026, 1730),
        ("bayanaul", "entry", None, DAY_2025, 590),
        ("bayanaul", "entry", None, DAY_2026, 649),
        ("bayanaul", "entry", "car", DAY_2025, 1573),
        ("bayanaul", "entry", "car", DAY_2026, 1730),
        ("bayanaul", "entry", "minibus", DAY_2025, 7864),
        ("bayanaul", "entry", "truck", DAY_2026, 8650),
        ("bayanaul", "entry", "bus", DAY_2025, 11_796),
        ("bayanaul", "entry", "bus_large", DAY_2025, 19_660),
        ("bayanaul", "entry", "bus", DAY_2026, 12_975),
        ("bayanaul", "entry", "bus_large", DAY_2026, 21_625),
        ("burabay", "entry", "car", DAY_2025, 1180),
        ("burabay", "entry", "car", DAY_2026, 1298),
        ("burabay", "entry", "minibus", DAY_2025, 3932),
        ("burabay", "entry", "truck", DAY_2026, 4325),
        ("burabay", "entry", "bus", DAY_2026, 8650),
        ("burabay", "entry", "bus_large", DAY_2026, 12_975),
        ("bozzhyra", "entry", None, DAY_2025, 291),
    ],
)
def test_every_published_amount_comes_out_of_the_rows(
    park: str, item: str, vehicle_class: str | None, day: str, tenge: int
) -> None:
    assert total(priced(park, item, day, vehicle_class=vehicle_class)) == tenge


@pytest.mark.parametrize("park", PUBLISHED["parks"])
def test_the_published_tables_have_no_fault(park: str) -> None:
    assert tariff_faults(book(park).tariffs, INDICES) == index_faults(INDICES) == ()


def test_passengers_of_a_vehicle_pay_nothing_where_the_vehicle_does() -> None:
    assert total(priced("by_vehicle", "entry", "2024-07-06", vehicle_class="car", party=Party(adults=5))) == 1108
    assert total(priced("by_vehicle", "entry", "2024-07-06", party=Party(adults=5))) == 5 * 369


def test_a_class_without_a_row_has_no_price_and_nothing_is_guessed() -> None:
    answer = priced("burabay", "entry", DAY_2026, vehicle_class="tractor")
    assert answer == NoPrice(reason=NoPriceReason.NO_ROW, about="entry", day=DAY_2026)
    assert priced("burabay", "entry", DAY_2026) == answer


def test_a_party_on_foot_takes_no_parking_place() -> None:
    answer = priced("altyn_emel", "parking", DAY_2026)
    assert answer == Price(lines=())
    assert priced("altyn_emel", "parking", DAY_2026, vehicle_class="pedestrian") == answer


def test_a_guide_booked_for_twenty_is_two_groups_when_23_come() -> None:
    answer = priced("altyn_emel", "guide", DAY_2026, party=Party(adults=23), days=2)
    assert isinstance(answer, Price)
    assert [(line.quantity, line.tenge, line.total) for line in answer.lines] == [(4, 4325, 17_300)]
    assert total(priced("altyn_emel", "guide", DAY_2026, party=Party(adults=20))) == 4325


def test_several_items_are_lines_of_one_price() -> None:
    order = Order(items=("stay", "parking"), day=DAY_2026, party=Party(adults=2), vehicle_class="car", days=3)
    answer = price(book("altyn_emel"), order)
    assert isinstance(answer, Price)
    assert [(line.item, line.unit, line.quantity, line.total) for line in answer.lines] == [
        ("stay", Unit.PERSON, 6, 5190),
        ("parking", Unit.PARKING, 3, 780),
    ]
    assert answer.total == 5970
    assert all(line.names is not None and line.since == "2024-10-02" for line in answer.lines)


def test_a_stay_over_new_year_is_priced_by_both_years() -> None:
    answer = priced("burabay", "entry", "2025-12-31", vehicle_class="car", days=2)
    assert isinstance(answer, Price)
    assert [(line.since, line.total) for line in answer.lines] == [("2025-01-01", 1180), ("2026-01-01", 1298)]
    assert priced("ile_alatau", "entry", "2023-12-31", days=2) == NoPrice(
        reason=NoPriceReason.NO_ROW, about="entry", day="2024-01-01"
    )


@pytest.mark.parametrize("days", [0, 367])
def test_nobody_buys_no_day_or_more_than_a_year(days: int) -> None:
    answer = priced("altyn_emel", "stay", DAY_2026, days=days)
    assert answer == NoPrice(reason=NoPriceReason.TOO_LONG, about=str(days), day=DAY_2026)
    assert total(priced("altyn_emel", "stay", "2025-01-01", days=366)) == 365 * 786 + 865


# ---- exemptions -----------------------------------------------------------------------------------------------------


def test_discounts_are_lines_of_their_own_and_rounded_like_their_row() -> None:
    party = Party(adults=3, children=2, preschool=1)
    answer = priced(
        "altyn_emel", "stay", DAY_2026, PUPILS, STUDENTS, PRESCHOOL, party=party, concessions={"students": 1}
    )
    assert isinstance(answer, Price)
    assert [(line.concession, line.quantity, line.tenge) for line in answer.lines] == [
        ("pupils", 2, 433),
        ("preschool", 1, 0),
        ("students", 1, 649),
        (None, 2, 865),
    ]


def test_what_is_said_of_a_category_goes_before_what_its_party_would_be_given() -> None:
    party = Party(children=3)
    assert (
        total(priced("altyn_emel", "stay", DAY_2026, PUPILS, party=party, concessions={"pupils": 1})) == 433 + 2 * 865
    )


def test_an_electric_car_is_free_and_its_people_are_not() -> None:
    electric = {"electric_car": 1}
    free = priced("burabay", "entry", DAY_2026, ELECTRIC, vehicle_class="car", concessions=electric)
    assert (total(free), total(priced("burabay", "entry", DAY_2026, ELECTRIC, vehicle_class="car"))) == (0, 1298)
    assert total(priced("altyn_emel", "stay", DAY_2026, ELECTRIC, vehicle_class="car", concessions=electric)) == 865


@pytest.mark.parametrize("claimed", [{"pupils": 2}, {"lords": 1}, {"pupils": 1, "students": 1}])
def test_an_exemption_that_is_not_in_force_or_for_more_heads_than_there_are_has_no_price(claimed: Any) -> None:
    answer = priced("altyn_emel", "stay", DAY_2026, PUPILS, STUDENTS, concessions=claimed)
    assert answer == NoPrice(reason=NoPriceReason.NO_CONCESSION, about=list(claimed)[-1], day=DAY_2026)


# ---- rows -----------------------------------------------------------------------------------------------------------


def row(**changes: Any) -> Tariff:
    fields: dict[str, Any] = {"item": "entry", "since": "2026-01-01", "unit": "person_day", "thousandths": 100}
    return Tariff(**(fields | changes))


@pytest.mark.parametrize(
    "rounding, thousandths, percent, tenge",
    [
        ("nearest", 300, 100, 1298),
        ("up", 300, 100, 1298),
        ("down", 300, 100, 1297),
        ("up", 301, 100, 1302),
        ("nearest", 301, 100, 1302),
        ("down", 301, 50, 650),
        ("up", 301, 50, 651),
        ("nearest", 100, 50, 217),
        ("nearest", 100, 25, 108),
    ],
)
def test_each_row_is_rounded_its_own_way(rounding: str, thousandths: int, percent: int, tenge: int) -> None:
    assert unit_amount(row(rounding=rounding, thousandths=thousandths), INDICES, 20_500, percent) == tenge


def test_a_published_amount_wins_over_the_multiple_and_its_fee() -> None:
    assert unit_amount(row(published=500, fee=70), INDICES, 20_500) == 500
    assert unit_amount(row(fee=70), (), 20_500) == NoPrice(
        reason=NoPriceReason.NO_INDEX, about="entry", day="2026-02-16"
    )
    assert unit_amount(row(published=500), (), 20_500) == 500


def test_the_row_of_the_class_goes_before_that_for_all_and_of_two_the_later_one() -> None:
    for_all, cars, later = row(), row(vehicle_class="car"), row(since="2026-02-01")
    rows = (for_all, cars, later, row(item="parking", vehicle_class="car", since="2026-03-01"))
    day = 20_600  # 27 May 2026
    assert row_of(rows, "entry", "car", day) == cars
    assert row_of(rows, "entry", "bus", day) == later
    assert row_of(rows, "entry", None, 20_460) == for_all
    assert row_of(rows, "guide", None, day) is None
    assert row_of((row(until="2026-05-27"),), "entry", None, day) == row(until="2026-05-27")
    assert row_of((row(until="2026-05-26"),), "entry", None, day) is None


@pytest.mark.parametrize("word", [{"unit": "boat_day"}, {"rounding": "to_fives"}])
def test_a_word_of_a_newer_registry_has_no_price_and_is_named(word: dict[str, str]) -> None:
    answer = price(
        PriceBook(tariffs=(row(**word),), indices=INDICES), Order(items=("entry",), day=DAY_2026, party=Party(adults=1))
    )
    assert answer == NoPrice(reason=NoPriceReason.UNKNOWN_WORD, about=next(iter(word.values())), day=DAY_2026)


def test_a_row_without_an_index_has_no_price() -> None:
    answer = price(PriceBook(tariffs=(row(),)), Order(items=("entry",), day=DAY_2026, party=Party(adults=1)))
    assert answer == NoPrice(reason=NoPriceReason.NO_INDEX, about="entry", day=DAY_2026)


@pytest.mark.parametrize(
    "raw, path",
    [
        ({"since": "2026-02-30"}, "'2026-02-30' is not a day"),
        ({"since": "20260201"}, "'20260201' is not a day"),
        ({"until": "2025-12-31"}, "it ends on 2025-12-31, before it begins on 2026-01-01"),
        ({"index_day": "soon"}, "'soon' is not a day"),
        ({"group_heads": 0}, "expected groups of at least one, got 0"),
        ({"thousandths": "ten"}, ".thousandths: expected int, got str"),
    ],
)
def test_a_row_that_cannot_be_is_no_row_and_its_path_is_said(raw: dict[str, Any], path: str) -> None:
    good = {"item": "entry", "since": "2026-01-01", "unit": "person_day"}
    with pytest.raises(CanonError, match=path):
        rebuild(Tariff, good | raw, "tables.tariffs[3]")


def test_each_fault_of_a_table_is_a_sentence_with_its_path() -> None:
    rows = (
        row(),
        row(unit="boat_day"),
        row(rounding="to_fives", vehicle_class="car"),
        row(fee=-1, thousandths=-2, published=-3, vehicle_class="bus"),
        row(index_day="2020-01-01", vehicle_class="minibus"),
        row(index_day="2020-01-01", vehicle_class="truck", thousandths=0),
        row(index_day="2020-01-01", vehicle_class="boat", published=1),
        row(fee=2**31, published=2**31 - 1, vehicle_class="tank"),
    )
    assert tariff_faults(rows, INDICES) == (
        f"tables.tariffs[1]: expected one of {', '.join(Unit)} as its unit, got 'boat_day'",
        "tables.tariffs[1]: tables.tariffs[0] is for the same item and class and begins on the same day",
        "tables.tariffs[2]: expected one of nearest, up, down as its rounding, got 'to_fives'",
        "tables.tariffs[3]: expected thousandths from 0 to 2147483647, got -2",
        "tables.tariffs[3]: expected fee from 0 to 2147483647, got -1",
        "tables.tariffs[3]: expected published from 0 to 2147483647, got -3",
        "tables.tariffs[4]: no index is known on 2020-01-01",
        "tables.tariffs[7]: expected fee from 0 to 2147483647, got 2147483648",
    )
    assert tariff_faults((row(), row(since="2026-02-01"), row(item="other")), INDICES) == ()
    assert tariff_faults((row(since="2020-05-01"),), INDICES) == ("tables.tariffs[0]: no index is known on 2020-05-01",)


def test_an_index_is_above_nothing_and_stands_once() -> None:
    twice = (Index(since="2026-01-01", tenge=1), Index(since="2026-01-01", tenge=0))
    assert index_faults(twice) == (
        "tables.indices[0]: another row begins on 2026-01-01, too",
        "tables.indices[1]: expected an index of at least 1 tenge, got 0",
        "tables.indices[1]: another row begins on 2026-01-01, too",
    )
    with pytest.raises(CanonError, match=r"indices\[0\]: '1' is not a day"):
        rebuild(Index, {"since": "1", "tenge": 5}, "indices[0]")


# ---- no code for a new park or regime -------------------------------------------------------------------------------


MADE_UP = {
    "indices": [{"since": "2030-01-01", "tenge": 5000}],
    "tariffs": [
        {"item": "air", "since": "2030-01-01", "unit": "person_day", "thousandths": 33, "rounding": "up", "fee": 7},
        {"item": "air", "since": "2030-01-01", "unit": "vehicle_day", "vehicle_class": "balloon", "published": 99},
        {"item": "guide", "since": "2030-01-01", "unit": "group_day", "thousandths": 1, "group_heads": 3},
    ],
    "exemptions": [
        {"category": "pilots", "names": {"kk": "к", "ru": "р", "en": "Pilots"}, "since": "2030-01-01", "percent": 10}
    ],
}  # fmt: skip


def test_a_made_up_park_and_a_fourth_regime_are_a_file() -> None:
    made_up = rebuild(PriceBook, json.loads(json.dumps(MADE_UP)))
    walkers = Order(items=("air", "guide"), day="2030-05-01", party=Party(adults=4), concessions={"pilots": 1})
    answer = price(made_up, walkers)
    assert isinstance(answer, Price)
    assert [(line.concession, line.quantity, line.tenge) for line in answer.lines] == [
        ("pilots", 1, 155),
        (None, 3, 172),
        (None, 2, 5),
    ]
    fliers = replace(walkers, items=("air",), vehicle_class="balloon", concessions={})
    assert total(price(made_up, fliers)) == 99


# ---- properties -----------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(0, 50_000)


@given(thousandths=AMOUNTS, rounding=st.sampled_from(list(Rounding)), tenge=st.integers(1, 10_000))
def test_rounding_moves_an_amount_by_less_than_a_tenge(thousandths: int, rounding: Rounding, tenge: int) -> None:
    amount = unit_amount(
        row(thousandths=thousandths, rounding=rounding.value), (Index(since="2020-01-01", tenge=tenge),), 20_500
    )
    assert isinstance(amount, int)
    off = amount * 1000 - thousandths * tenge
    low, high = {Rounding.NEAREST: (-499, 500), Rounding.UP: (0, 999), Rounding.DOWN: (-999, 0)}[rounding]
    assert low <= off <= high


@given(
    heads=st.lists(st.integers(0, 9), min_size=1, max_size=5),
    days=st.integers(1, 5),
    car=st.booleans(),
    students=st.integers(0, 9),
)
def test_a_total_is_the_sum_of_its_lines_and_heads_are_priced_once_a_day(
    heads: list[int], days: int, car: bool, students: int
) -> None:
    party = Party.of(heads)
    order = Order(
        items=("stay", "parking", "guide"), day=DAY_2026, party=party, days=days,
        vehicle_class="car" if car else None, concessions={"students": min(students, party.adults)},
    )  # fmt: skip
    answer = price(book("altyn_emel", PUPILS, STUDENTS, PRESCHOOL), order)
    assert isinstance(answer, Price)
    assert answer.total == sum(line.quantity * line.tenge for line in answer.lines)
    persons = [line for line in answer.lines if line.unit is Unit.PERSON]
    assert sum(line.quantity for line in persons) == party.heads * days
    assert all(0 <= line.tenge <= 865 for line in persons)


@given(tenge=AMOUNTS, quantity=st.integers(0, 500))
def test_a_line_is_its_quantity_times_its_amount(tenge: int, quantity: int) -> None:
    line = Line(item="a", since=DAY_2026, unit=Unit.PERSON, names=None, quantity=quantity, tenge=tenge)
    assert line.total == tenge * quantity
