"""The count of a day's overrides: right, and not read anew each time somebody looks."""

from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy
from kiosk.rules.words import Source
from tests.support.gate import Gate, gate
from tests.support.park import NOON
from ui.overrides import Overrides, OverridesToday

MIDNIGHT = NOON - 12 * 3600


def let_in(made: Gate, text: str) -> None:
    refused = made.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    made.checkpoint.acts.override(str(refused.key), reason="receipt seen", by="device", party=Party(adults=1))  # type: ignore[union-attr]


def total(overrides: OverridesToday) -> int:
    return sum(overrides.by_person(MIDNIGHT, NOON).values())


def test_todays_overrides_are_counted_and_only_what_is_new_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gate(tmp_path) as made:
        overrides = OverridesToday(made.journal)
        assert total(overrides) == 0
        let_in(made, "https://example.org/1")
        assert total(overrides) == 1
        monkeypatch.setattr(made.journal, "between", None)  # the day is not walked a second time
        let_in(made, "https://example.org/2")
        assert total(overrides) == 2
        assert total(overrides) == 2


def test_a_new_day_begins_with_none(tmp_path: Path) -> None:
    with gate(tmp_path) as made:
        overrides = OverridesToday(made.journal)
        let_in(made, "https://example.org/1")
        assert total(overrides) == 1
        assert overrides.by_person(MIDNIGHT + 86_400, NOON + 86_400) == {}


def test_they_are_told_by_person_beside_what_is_usual_and_openings_by_hand_are_among_them(tmp_path: Path) -> None:
    with gate(tmp_path) as made:
        let_in(made, "https://example.org/1")
        for word in ("a tractor", "the director"):
            made.checkpoint.acts.open_by_hand(reason=word, by="Saule")
        told = OverridesToday(made.journal).today(NOON, Policy(overrides_per_day=2))
        assert told.by == (("Saule", 2), ("device", 1))
        assert (told.total, told.is_unusual) == (3, True)
        assert told.as_dict() == {"total": 3, "by": {"Saule": 2, "device": 1}, "usual": 2}
        assert told.short() == "Saule\u00a02, device\u00a01"
        assert told.line() == "overrides today: 3 (usual here: up to 2), by Saule 2, device 1"


def test_without_a_figure_no_number_is_unusual() -> None:
    none = Overrides()
    assert (none.total, none.is_unusual, none.line()) == (0, False, "overrides today: 0")
    assert not Overrides(by=(("Saule", 99),)).is_unusual
    assert none.as_dict() == {"total": 0, "by": {}, "usual": None}


def test_a_tile_has_room_for_two_names_and_their_first_words() -> None:
    many = Overrides(by=(("Нұрсұлтан Әбдіқадырұлы", 9), ("Aigul S.", 3), ("device", 1)))
    assert many.short() == "Нұрсұлтан\u00a09, Aigul\u00a03 …"
