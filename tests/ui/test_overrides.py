"""The count of a day's overrides: right, and not read anew each time somebody looks."""

from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.permit import Party
from kiosk.rules.words import Source
from tests.support.gate import Gate, gate
from tests.support.park import NOON
from ui.overrides import OverridesToday

MIDNIGHT = NOON - 12 * 3600


def let_in(made: Gate, text: str) -> None:
    refused = made.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    made.checkpoint.override(str(refused.key), reason="receipt seen", by="device", party=Party(adults=1))  # type: ignore[union-attr]


def test_todays_overrides_are_counted_and_only_what_is_new_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with gate(tmp_path) as made:
        overrides = OverridesToday(made.journal)
        assert overrides.count(MIDNIGHT, NOON) == 0
        let_in(made, "https://example.org/1")
        assert overrides.count(MIDNIGHT, NOON) == 1
        monkeypatch.setattr(made.journal, "between", None)  # the day is not walked a second time
        let_in(made, "https://example.org/2")
        assert overrides.count(MIDNIGHT, NOON) == 2
        assert overrides.count(MIDNIGHT, NOON) == 2


def test_a_new_day_begins_with_none(tmp_path: Path) -> None:
    with gate(tmp_path) as made:
        overrides = OverridesToday(made.journal)
        let_in(made, "https://example.org/1")
        assert overrides.count(MIDNIGHT, NOON) == 1
        assert overrides.count(MIDNIGHT + 86_400, NOON + 86_400) == 0
