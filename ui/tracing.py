"""Why a decision was made, told for the ranger: from its own facts, by the set it was made by. Nothing here is kept."""

from __future__ import annotations

from typing import Any

from kiosk.errors import EnvironmentalError
from kiosk.export import iso
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.replay import Undecidable, facts_of
from kiosk.rules.trace import Doubt, Said, Step, Trace, trace
from kiosk.rules.words import Reason, Topic
from kiosk.store.policies import Policies
from ui.decision_json import plain_json
from ui.sentences import Catalogue, catalogue
from ui.words import local, shown


def trace_of(entry: Entry, policies: Policies) -> Trace | Undecidable:
    """The rules that an entry's decision went through, or why that cannot be told any more."""
    if not isinstance(entry.body, DecisionBody):
        return Undecidable.FACTS_UNREADABLE
    try:
        policy = policies.get(entry.policy)
    except EnvironmentalError:
        return Undecidable.SET_UNREADABLE
    if policy is None:
        return Undecidable.SET_GONE
    facts = facts_of(entry.body)
    return Undecidable.FACTS_UNREADABLE if facts is None else trace(facts, policy)


def trace_json(told: Trace | Undecidable) -> dict[str, Any]:
    """The trace as it is printed."""
    if isinstance(told, Undecidable):
        return {"undecidable": str(told)}
    return {
        "verdict": str(told.verdict),
        "steps": [_step_json(step) for step in told.steps],
        "not_asked": list(told.not_asked),
        "doubt": _doubt_json(told.doubt) if told.doubt else None,
    }


def trace_lines(told: Trace | Undecidable, language: str, offset_minutes: int) -> list[str]:
    """The trace in plain words: a line a rule, then what was not asked, then a doubt about the clock."""
    words = catalogue(language)
    if isinstance(told, Undecidable):
        return [words.text("trace.gone")]
    lines = [f"{number}. {_step_line(step, words)}" for number, step in enumerate(told.steps, start=1)]
    if told.not_asked:
        names = ", ".join(_rule(name, words) for name in told.not_asked)
        lines.append(words.filled("trace.unasked", rules=names))
    return lines + ([_doubt_line(told.doubt, words, offset_minutes)] if told.doubt else [])


def _step_json(step: Step) -> dict[str, Any]:
    record: dict[str, Any] = {"rule": str(step.rule), "said": str(step.said)}
    if step.topic is not None:
        record["topic"] = str(step.topic)
    if step.reason is not None:
        record |= {"reason": str(step.reason), "details": plain_json(step.details)}
    return record


def _doubt_json(doubt: Doubt) -> dict[str, str]:
    return {
        "at": iso(doubt.at),
        "verdict": str(doubt.verdict),
        "other_at": iso(doubt.other_at),
        "other_verdict": str(doubt.other),
    }


def _step_line(step: Step, words: Catalogue) -> str:
    said = words.text(f"said.{step.said}")
    word = step.reason or step.topic
    about = f" ({_verdict(word, words)})" if word is not None and step.said is not Said.NOTHING else ""
    return f"{_rule(step.rule, words)}: {said}{about}"


def _doubt_line(doubt: Doubt, words: Catalogue, offset_minutes: int) -> str:
    at, other = (f"{local(at, offset_minutes):%Y-%m-%d %H:%M:%S}" for at in (doubt.at, doubt.other_at))
    return words.filled(
        "trace.doubt",
        time=at,
        verdict=_verdict(doubt.verdict, words),
        other=other,
        otherVerdict=_verdict(doubt.other, words),
    )


def _verdict(word: Reason | Topic, words: Catalogue) -> str:
    return words.text(f"topic.{word}") if isinstance(word, Topic) else words.text(f"label.{shown(word)}")


def _rule(name: str, words: Catalogue) -> str:
    """The rule in words; one that nobody has named yet is told by its own."""
    key = f"rule.{name}"
    return words.text(key) if key in words else name
