"""What a ranger and a visitor are told of a scan that was refused, from the gate's own entry."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import Entry
from kiosk.rules.words import Source
from tests.support.gate import gate
from ui.sentences import catalogue
from ui.telling import Verdict, verdict_of
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


def told(folder: Path, change: Callable[[str], str]) -> Verdict:
    with gate(folder) as here:
        entry = here.checkpoint.scan(Scan(text=change(here.park.ticket()), source=Source.TEXT))
        assert isinstance(entry, Entry)
        return verdict_of(entry, here.policies.current())
