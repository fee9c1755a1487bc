"""Plates of this country and of others."""

import pytest

from kiosk.rules.plates import is_foreign


@pytest.mark.parametrize("plate", ["917 CNY 05", "917 CN 05", "917сny05", "A 917 CNY", "A917CN", "17 CNY 05", "17CN05"])
def test_forms_that_kazakhstan_has_issued_are_its_own(plate: str) -> None:
    assert not is_foreign(plate)


@pytest.mark.parametrize("plate", ["A 123 BC 77", "А123ВС777", "01 KG 123 ABC", "01 A 123 BC", "B-MW 1234", "京A12345"])
def test_other_forms_are_of_another_country(plate: str) -> None:
    assert is_foreign(plate)


@pytest.mark.parametrize("plate", ["", " - ", "..."])
def test_a_plate_without_a_letter_or_digit_is_none(plate: str) -> None:
    assert not is_foreign(plate)
