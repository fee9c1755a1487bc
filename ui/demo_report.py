"""What the demo prints: each decision as a line, every difference from what was expected, and both ends' counts.

The comparison knows the files only: which frames belong to whom, and what was written down beforehand.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.rules.words import Outcome

Record = Mapping[str, Any]
_MARKS = {Outcome.ADMITTED: "✓", Outcome.REFUSED: "✗", Outcome.REFERRED: "?"}
_WHO_WIDTH, _REASON_WIDTH, _PARTY_WIDTH = 44, 13, 22
_FIGURES = ("persons", "visits", "reentries")


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One visitor of the film: who it was, in which frames, what should be decided and what was."""

    number: int
    who: str
    expected: tuple[str, ...]
    made: tuple[str, ...]

    @property
    def difference(self) -> str | None:
        """What is not as expected, in a sentence; None when all is."""
        if self.expected == self.made:
            return None
        return f"visitor {self.number} ({self.who}): expected {_listed(self.expected)}, but it was {_listed(self.made)}"


class Attribution:
    """Finds the visitor in whose frames a decision was made."""

    def __init__(self, scenes: Sequence[Record]) -> None:
        self._scenes = scenes

    def of(self, decision: Record) -> Record | None:
        """The scene: the last one that had begun; what happens in the empty frames belongs to who was there before."""
        frame = decision.get("frame")
        if not isinstance(frame, int):
            return None
        begun = [scene for scene in self._scenes if scene["first_frame"] <= frame]
        return begun[-1] if begun else None


def compare(scenes: Sequence[Record], expected: Sequence[Record], decisions: Iterable[Record]) -> list[Visit]:
    """Lay what was decided beside what should have been, visitor by visitor."""
    places = Attribution(scenes)
    made: dict[int, list[Record]] = {scene["visitor"]: [] for scene in scenes}
    for decision in decisions:
        scene = places.of(decision)
        made.setdefault(scene["visitor"] if scene else 0, []).append(decision)
    due = {line["visitor"]: line for line in expected}
    return [_visit(number, due.get(number), answers) for number, answers in sorted(made.items())]


def decision_line(decision: Record, who: str, party: str, sentence: str, time: str) -> str:
    """One decision for a person: when, who came, the verdict's mark and words, who goes through, what they read."""
    outcome = Outcome(decision["outcome"])
    return (
        f"{time}  {who:<{_WHO_WIDTH}.{_WHO_WIDTH}}  {_MARKS[outcome]} {outcome:<8}  "
        f"{decision['reason']:<{_REASON_WIDTH}} {party:<{_PARTY_WIDTH}} {sentence}"
    ).rstrip()


def counts_table(kiosk: str, registry: str) -> list[str]:
    """The counts of both ends side by side, from their CSV files."""
    ours, theirs = _figures(kiosk), _figures(registry)
    lines = [f"{'direction':<10} {'category':<14} {'figure':<10} {'kiosk':>8} {'registry':>9}"]
    for key in sorted(set(ours) | set(theirs), key=lambda each: (each[0] != "entry", each[1], _FIGURES.index(each[2]))):
        if ours[key] or theirs[key]:
            direction, category, figure = key
            note = "" if ours[key] == theirs[key] else "   differs"
            lines.append(f"{direction:<10} {category:<14} {figure:<10} {ours[key]:>8} {theirs[key]:>9}{note}")
    return lines


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _visit(number: int, due: Record | None, answers: Sequence[Record]) -> Visit:
    wanted: Sequence[Record] = due["decisions"] if due else ()
    # A figure that was left open agrees with whatever was decided.
    open_remaining = [place < len(wanted) and wanted[place]["remaining"] is None for place in range(len(answers))]
    return Visit(
        number=number,
        who=due["who"] if due else "nobody",
        expected=tuple(_gist(each, leave_out_remaining=each["remaining"] is None) for each in wanted),
        made=tuple(
            _gist(each, leave_out_remaining=is_open) for each, is_open in zip(answers, open_remaining, strict=True)
        ),
    )


def _gist(decision: Record, *, leave_out_remaining: bool) -> str:
    words = f"{decision['outcome']} {decision['reason']}"
    if decision["outcome"] == Outcome.ADMITTED:
        words += f" {decision['admitted_now']} now"
        if not leave_out_remaining:
            words += f", {decision['remaining']} left"
    return words


def _listed(gists: Sequence[str]) -> str:
    return " then ".join(gists) if gists else "no decision"


def _figures(text: str) -> Counter[tuple[str, str, str]]:
    figures: Counter[tuple[str, str, str]] = Counter()
    for row in csv.DictReader(io.StringIO(text)):
        for figure in _FIGURES:
            figures[row["direction"], row["category"], figure] += int(row[figure])
    return figures
