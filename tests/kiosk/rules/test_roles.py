"""Roles: one table, and a word that nobody knows is worth the least."""

import pytest

from kiosk.rules.roles import MAY, Right, Role, may, rights_of, role_of


def test_every_right_has_its_row_and_somebody_in_it() -> None:
    assert set(MAY) == set(Right)
    assert all(MAY.values())


def test_a_ranger_runs_the_gate_and_leaves_the_clock_alone() -> None:
    assert may("ranger", Right.OVERRIDE)
    assert may("ranger", Right.KEEP_OPEN)
    assert not may("ranger", Right.SET_CLOCK)
    assert not may("ranger", Right.ERASE)


def test_a_senior_may_do_all_that_a_ranger_may() -> None:
    assert rights_of("ranger") < rights_of("senior") == frozenset(Right)


def test_an_administrator_lets_nobody_in_and_sees_no_contacts() -> None:
    lets_in = {Right.OVERRIDE, Right.OPEN, Right.KEEP_OPEN, Right.EXEMPT, Right.RESIDENT, Right.STAFF, Right.OFFICIAL}
    lets_in |= {Right.CLAIM, Right.FOUND, Right.EVENT, Right.SECOND_LOOK, Right.CORRECT, Right.ANNUL}
    assert not rights_of("administrator") & (lets_in | {Right.CONTACTS, Right.SHIFT})
    assert rights_of("administrator") >= {Right.SET_CLOCK, Right.ERASE, Right.DEVICES, Right.ACKNOWLEDGE}


@pytest.mark.parametrize("word", ["director", "", "Senior", "administrator "])
def test_a_role_of_tomorrow_is_worth_no_more_than_a_ranger_s(word: str) -> None:
    assert role_of(word) is Role.RANGER
    assert rights_of(word) == rights_of("ranger")
