"""How long things stand on the screen."""

from dataclasses import dataclass

from kiosk.rules.words import Outcome, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Timing:
    """Seconds; one place, so that a run without eyes before the screen may hurry."""

    admitted: float = 2.8
    refused: float = 8.0
    refused_with_more_to_read: float = 12.0
    touch_adds: float = 10.0
    question: float = 20.0
    guard: float = 0.3
    idle: float = 60.0
    ranger_idle: float = 60.0
    hint: float = 3.0
    call_again: float = 10.0
    haste: float = 1.0
    """How much faster than life a verdict's stay runs out."""

    def stay(self, outcome: Outcome, reason: Reason) -> float:
        """How long a verdict stands; 0 for as long as nobody answers it."""
        match outcome:
            case Outcome.ADMITTED:
                return self.admitted
            case Outcome.REFUSED:
                return self.refused_with_more_to_read if reason in _MORE_TO_READ else self.refused
            case Outcome.REFERRED:
                return 0.0


_MORE_TO_READ = frozenset({Reason.CLOSED, Reason.FULL, Reason.OUTSIDE_HOURS, Reason.MALFORMED, Reason.WRONG_GATE})
HURRIED = Timing(guard=0.03, haste=8.0)
"""For a film of visitors that nobody reads along with."""
