"""Why a verdict is as it is: which rules were asked, in which order, and what each said, up to the first objection.

Nothing of it is kept: it is told again from the facts of the decision and the set it was made by, through the same
rules. Where the clock is in doubt it names two seconds at which the verdicts differ.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kiosk.rules.admission import decide, differing, verdict_at
from kiosk.rules.case import Objection
from kiosk.rules.entries import DecisionBody
from kiosk.rules.facts import Facts, Question
from kiosk.rules.objections import rule_name, rules_for
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import Direction, Outcome, Reason, Topic


class Said(StrEnum):
    """What a rule said when it was asked."""

    NOTHING = "nothing"
    """It had no objection."""
    OBJECTED = "objected"
    ASKED = "asked"
    """A person must answer first."""
    ADMITTED = "admitted"


class Stage(StrEnum):
    """What is gone through besides the rules, under words of their own."""

    READING = "reading"
    """The text itself: no rule is asked about what is no ticket, or about a code that is not known."""
    LEAVING = "leaving"
    """On the way out no rule is asked."""
    ADMISSION = "admission"
    """No rule objected: questions, heads, what is left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One rule or stage, and what it said."""

    rule: str
    said: Said
    reason: Reason | None = None
    topic: Topic | None = None
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """Two seconds that the clock may stand at, and the verdict at each: why nobody can say which one holds."""

    at: int
    verdict: Reason | Topic
    other_at: int
    other: Reason | Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """The rules in the order they were asked, those that were not asked any more, and what came of it."""

    at: int
    steps: tuple[Step, ...]
    not_asked: tuple[str, ...]
    verdict: Reason | Topic
    doubt: Doubt | None = None

    @property
    def objection(self) -> Step | None:
        """The first objection, which decided."""
        return next((step for step in self.steps if step.said is Said.OBJECTED), None)


def trace(facts: Facts, policy: PolicySet) -> Trace:
    """What was asked about these facts, and what came of it, by this set."""
    at = facts.moment.now
    steps: list[Step] = []
    found = verdict_at(facts, policy, at, lambda rule, objection: steps.append(_step(rule, objection)))
    is_settled = bool(steps) and steps[-1].said is Said.OBJECTED
    asked = {step.rule for step in steps}
    return Trace(
        at=at,
        steps=tuple(steps) if is_settled else (*steps, _last(facts, found, is_heard=bool(steps))),
        not_asked=tuple(name for name in map(rule_name, rules_for(facts)) if name not in asked),
        verdict=_word(decide(facts, policy)),
        doubt=_doubt(facts, policy, found),
    )


def _step(rule: str, objection: Objection | None) -> Step:
    if objection is None:
        return Step(rule=rule, said=Said.NOTHING)
    return Step(rule=rule, said=Said.OBJECTED, reason=objection.reason, details=objection.told)


def _last(facts: Facts, found: DecisionBody | Question, *, is_heard: bool) -> Step:
    """What ended it when no rule objected."""
    stage = Stage.ADMISSION if is_heard else _unheard(facts)
    if isinstance(found, Question):
        return Step(rule=stage, said=Said.ASKED, topic=found.topic)
    said = Said.ADMITTED if found.outcome is Outcome.ADMITTED else Said.OBJECTED
    return Step(rule=stage, said=said, reason=found.reason, details=found.details)


def _unheard(facts: Facts) -> Stage:
    return Stage.LEAVING if facts.place.direction is Direction.EXIT else Stage.READING


def _doubt(facts: Facts, policy: PolicySet, found: DecisionBody | Question) -> Doubt | None:
    other_at = differing(facts, policy)
    if other_at is None:
        return None
    other = verdict_at(facts, policy, other_at)
    return Doubt(at=facts.moment.now, verdict=_word(found), other_at=other_at, other=_word(other))


def _word(verdict: DecisionBody | Question) -> Reason | Topic:
    return verdict.topic if isinstance(verdict, Question) else verdict.reason
