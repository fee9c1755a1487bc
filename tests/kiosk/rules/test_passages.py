"""Passages: what a lane remembers of its journal, and lets go of."""

from dataclasses import replace

from kiosk.rules.passages import Passages, passages_of
from kiosk.rules.words import ActKind, Direction, Reason
from tests.kiosk.rules.test_quota import DAY, FIRST, HERE, OTHER, OUT, Writer
from tests.support.park import NOON


def test_what_is_let_go_of_takes_nothing_else_along() -> None:
    writer = Writer()
    writer.go(3, NOON - DAY, permit=OTHER)
    first = writer.go(3)
    writer.go(3, place=OUT, reason=Reason.EXIT)
    writer.go(3, returning=3, **FIRST)
    found = Passages(HERE)
    for entry in writer.entries:
        found.bring_forward(entry)
    found.forget_before(NOON)
    assert found.all() == writer.passages()[1:]
    found.bring_forward(writer.act(ActKind.ANNUL, first))
    assert [(each.way, each.returning) for each in found.all()] == [(Direction.EXIT, 0), (Direction.ENTRY, 0)]


def test_an_act_upon_a_passage_that_is_not_known_is_none() -> None:
    writer = Writer()
    elsewhere = writer.go(3, place=replace(HERE, lane=2))
    here = writer.go(2)
    for act in (ActKind.ANNUL, ActKind.CORRECT, ActKind.LEFT):
        writer.act(act, elsewhere, 1)
    writer.act(ActKind.CORRECT, here)
    assert [each.heads for each in passages_of(writer.entries, HERE)] == [2]
