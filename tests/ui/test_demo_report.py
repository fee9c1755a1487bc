"""The demo's printed table."""

from ui.demo_cast import DEMO
from ui.demo_report import decision_line


def test_every_visitor_is_described_in_whole_words() -> None:
    decision = {"outcome": "admitted", "reason": "ok"}
    for visitor in DEMO.filmed:
        assert f"  {visitor.who}  " in decision_line(decision, visitor.who, "", "", "09:00")
