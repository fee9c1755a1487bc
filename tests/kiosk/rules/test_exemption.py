"""Exemptions: who goes in free, since when, by which document, and when a second person looks too."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.canon import CanonError, rebuild
from kiosk.rules.exemption import (
    DocumentKind,
    Exemption,
    Seen,
    asks_second_look,
    exemption_faults,
    exemption_of,
    in_force,
)
from kiosk.rules.local_days import day_number
from kiosk.rules.names import Names
from kiosk.rules.permit import CATEGORIES

NAMES = Names(kk="Зейнеткерлер", ru="Пенсионеры", en="Pensioners")
TODAY = day_number("2026-07-04")
NOBODY_YET = Seen()


def row(**changes: Any) -> Exemption:
    fields: dict[str, Any] = {"category": "pensioners", "names": NAMES, "since": "2026-01-01"}
    return Exemption(**(fields | changes))


def test_a_category_holds_from_its_first_to_its_last_day_and_at_its_gates() -> None:
    rows = (row(), row(category="veterans", until="2026-07-03"), row(category="electric_car", of="vehicle", gates=(2,)))
    assert [found.category for found in in_force(rows, TODAY)] == ["pensioners", "electric_car"]
    assert [found.category for found in in_force(rows, TODAY, 1)] == ["pensioners"]
    assert [found.category for found in in_force(rows, TODAY - 1, 2)] == ["pensioners", "veterans", "electric_car"]
    assert in_force(rows, day_number("2025-12-31")) == ()


def test_of_two_rows_of_a_category_the_later_one_holds_whatever_their_order() -> None:
    old, new = row(percent=50), row(since="2026-07-01", percent=100)
    for rows in ((old, new), (new, old)):
        assert exemption_of(rows, "pensioners", TODAY) == new
        assert exemption_of(rows, "pensioners", TODAY - 10) == old
    again = row(percent=30)
    assert exemption_of((old, again), "pensioners", TODAY) == again
    assert exemption_of((old,), "lords", TODAY) is None
    assert exemption_of((old,), None, TODAY) is None
    assert exemption_of((row(gates=(2,)),), "pensioners", TODAY, 1) is None


def test_a_category_below_a_hundred_per_cent_is_a_discount_and_not_free() -> None:
    assert row().is_free
    assert not row(percent=99).is_free


def test_a_document_proves_it_by_its_kind_and_where_none_is_named_it_can_be_seen() -> None:
    card = DocumentKind(document="pension_certificate", names=NAMES)
    assert row(documents=(card,)).is_proved_by("pension_certificate")
    assert not row(documents=(card,)).is_proved_by("birth_certificate")
    assert not row(documents=(card,)).is_proved_by(None)
    assert row().is_proved_by(None)
    assert row().is_proved_by("birth_certificate")


@pytest.mark.parametrize("before, asked", [(0, False), (1, False), (2, True), (3, False), (5, True)])
def test_every_third_admission_of_a_day_is_looked_at_twice(before: int, asked: bool) -> None:
    assert asks_second_look(row(second_look_every=3), Seen(admissions=before), heads=1) is asked
    assert not asks_second_look(row(), Seen(admissions=before), heads=1)


@pytest.mark.parametrize(
    "seen, heads, asked",
    [
        pytest.param(Seen(heads=1, all_heads=18), 1, False, id="too few heads to say"),
        pytest.param(Seen(heads=3, all_heads=19), 1, False, id="just twice the usual share"),
        pytest.param(Seen(heads=3, all_heads=18), 2, True, id="more than twice"),
        pytest.param(Seen(heads=19, all_heads=99), 1, False, id="a fifth is twice a tenth"),
        pytest.param(Seen(heads=40, all_heads=100), 1, True, id="four times the usual share"),
    ],
)
def test_beyond_twice_its_usual_share_each_admission_is_looked_at_twice(seen: Seen, heads: int, asked: bool) -> None:
    assert asks_second_look(row(usual_percent=10), seen, heads) is asked
    assert not asks_second_look(row(), seen, heads)


def test_a_category_that_is_never_seen_asks_at_once() -> None:
    assert asks_second_look(row(usual_percent=0), Seen(all_heads=30), 1)


@given(
    heads=st.integers(1, 50),
    before=st.integers(0, 200),
    others=st.integers(0, 500),
    usual=st.integers(0, 100),
)
def test_more_of_other_people_never_make_a_second_look_likelier(
    heads: int, before: int, others: int, usual: int
) -> None:
    category = row(usual_percent=usual)
    now = asks_second_look(category, Seen(heads=before, all_heads=before + others + 20), heads)
    later = asks_second_look(category, Seen(heads=before, all_heads=before + others + 21), heads)
    assert now or not later


@pytest.mark.parametrize(
    "changes, fault",
    [
        ({"percent": 0}, "expected 1 to 100 per cent, got 0"),
        ({"percent": 101}, "expected 1 to 100 per cent, got 101"),
        ({"of": "dog"}, "expected person or vehicle as what is exempt, got 'dog'"),
        ({"counts_as": "lords"}, f"expected one of {', '.join(CATEGORIES)} to count as, got 'lords'"),
        ({"usual_percent": -1}, "expected a usual share of 0 to 100 per cent, got -1"),
        ({"usual_percent": 101}, "expected a usual share of 0 to 100 per cent, got 101"),
        ({"second_look_every": 0}, "expected a second look at every first admission or later, got 0"),
    ],
)  # fmt: skip
def test_each_fault_of_a_row_is_a_sentence_with_its_path(changes: dict[str, Any], fault: str) -> None:
    assert exemption_faults((row(), row(**changes))) == (f"tables.exemptions[1]: {fault}",)


def test_a_good_table_has_no_fault() -> None:
    rows = (
        row(percent=1, usual_percent=0, second_look_every=1),
        row(percent=100, usual_percent=100, of="vehicle", counts_as="other"),
    )
    assert exemption_faults(rows) == ()


def test_a_row_of_days_that_are_none_is_no_row() -> None:
    raw = {"category": "a", "names": {"kk": "", "ru": "", "en": ""}, "since": "2026-01-01", "until": "2025-01-01"}
    with pytest.raises(CanonError, match=r"exemptions\[2\]: it ends on 2025-01-01"):
        rebuild(Exemption, raw, "exemptions[2]")
