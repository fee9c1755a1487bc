"""What a ranger and a visitor are told of a scan that was refused, from the gate's own entry."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry, Place
from kiosk.rules.words import Direction, Outcome, Reason, Source
from tests.support.gate import gate
from ui.sentences import catalogue
from ui.telling import Verdict, sought_line, verdict_of
from ui.words import tell


@pytest.mark.parametrize(
    "change, check",
    [
        (lambda text: text, ""),
        (lambda _: "WIFI:S:park;;", "check.wifi"),
        (lambda text: text + "\n", "check.base45"),
        (lambda _: "KP1:000", "check.trailing"),
        (lambda text: "KP2:" + text[4:], "check.version"),
        (lambda text: text[:-4] + ("A" if text[-4] != "A" else "B") + text[-3:], "check.signature"),
    ],
)
def test_the_ranger_sees_what_was_wrong_with_a_text(change: Callable[[str], str], check: str, tmp_path: Path) -> None:
    assert told(tmp_path, change).check == check


def test_visitors_hear_the_same_whatever_was_wrong_with_the_form(tmp_path: Path) -> None:
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: text + "\n",
        lambda _: "KP1:000",
        lambda text: "KP2:" + text[4:],
    )
    verdicts = [told(tmp_path / str(place), change) for place, change in enumerate(changes)]
    assert len({str(tell(verdict.telling, "kk")) for verdict in verdicts}) == 1
    assert len({catalogue("kk").text(verdict.check) for verdict in verdicts}) == 3


@pytest.mark.parametrize(
    "details", [{}, {"sought": 7}, {"sought": {"since": 1}}, {"sought": {"gate": 1, "since": "x"}}]
)
def test_who_is_looked_for_in_a_form_that_nobody_here_knows_is_left_unsaid(details: dict[str, Any]) -> None:
    place = Place(park=7, gate=1, lane=1, direction=Direction.ENTRY)
    body = DecisionBody(place=place, source=Source.TEXT, outcome=Outcome.ADMITTED, reason=Reason.OK, details=details)
    assert sought_line(body, 0, None, "en") == ""
    known = replace(body, details={"sought": {"gate": 1, "since": 0}})
    assert sought_line(known, 0, None, "en").startswith("Somebody of this party is missing: reported 1")


def told(folder: Path, change: Callable[[str], str]) -> Verdict:
    with gate(folder) as here:
        entry = here.checkpoint.scan(Scan(text=change(here.park.ticket()), source=Source.TEXT))
        assert isinstance(entry, Entry)
        return verdict_of(entry, here.policies.current())
