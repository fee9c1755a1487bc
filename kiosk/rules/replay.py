"""A verdict decided again: the facts an entry kept and the set it names, through the same rules, to the same words.

Nothing here reads a journal. An entry that cannot be decided again says why; one that comes out differently says where.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from kiosk.rules.admission import decide, unanswered
from kiosk.rules.canon import CanonError, plain, rebuild
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.facts import Facts, Question
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import Reason

NOT_DECIDED = frozenset({"facts", "code_tail", "text_hash"})
"""Fields of a decision that no rule makes: the facts themselves, and what only the scan knew."""

ADDED_DETAILS = frozenset({"expected_return"})
"""Details that are written beside the verdict, from what only the ticket in hand opens."""

_LONGEST_WORDS = 200


class Undecidable(StrEnum):
    """Why an entry cannot be decided again."""

    SET_GONE = "set_gone"
    SET_UNREADABLE = "set_unreadable"
    FACTS_UNREADABLE = "facts_unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Replay:
    """What came of deciding one entry again: nothing to say, differences in sentences, or why it could not be done."""

    differences: tuple[str, ...] = ()
    undecidable: Undecidable | None = None


def replay(entry: Entry, body: DecisionBody, policy: PolicySet) -> Replay:
    """The entry's decision, made again by the set it was made by."""
    facts = facts_of(body)
    if facts is None or not body.reason.is_known:
        return Replay(undecidable=Undecidable.FACTS_UNREADABLE)
    # which of the two the gate asked for is no fact: a question lapsed, and its entry says so
    is_lapse = body.reason is Reason.UNANSWERED
    again = unanswered(facts, policy) if is_lapse else decide(facts, policy)
    told = [*_of_the_entry(entry, facts)]
    if isinstance(again, Question):
        told.append(f"{entry.id}: it says {body.outcome}, {body.reason}; decided again, {again.topic} would be asked")
    else:
        told += _between(entry.id, body, again)
    return Replay(differences=tuple(told))


def facts_of(body: DecisionBody) -> Facts | None:
    """The facts that a decision kept; None where another version of the program wrote them in a form of its own."""
    try:
        facts = rebuild(Facts, body.facts)
    except (CanonError, ValueError, TypeError):
        return None
    # a fact that this version does not know would be left out without a word, and the verdict be decided without it
    return facts if _is_all_there(body.facts, plain(facts)) else None


def _is_all_there(kept: Any, read: Any) -> bool:
    if isinstance(kept, dict) and isinstance(read, dict):
        return all(name in read and _is_all_there(item, read[name]) for name, item in kept.items())
    if isinstance(kept, list) and isinstance(read, list):
        return len(kept) == len(read) and all(map(_is_all_there, kept, read))
    return bool(kept == read)


def _of_the_entry(entry: Entry, facts: Facts) -> list[str]:
    told = []
    if entry.at != facts.moment.now:
        told.append(f"{entry.id}: it was written at {entry.at}, its facts are of {facts.moment.now}")
    if entry.clock != facts.moment.trust:
        told.append(f"{entry.id}: it says that its clock was {entry.clock}, its facts say {facts.moment.trust}")
    return told


def _between(entry_id: str, kept: DecisionBody, again: DecisionBody) -> list[str]:
    names = (field.name for field in fields(DecisionBody) if field.name not in NOT_DECIDED)
    pairs = ((name, _compared(name, kept), _compared(name, again)) for name in names)
    return [
        f"{entry_id}: {name} is {_shown(before)}; decided again, it is {_shown(after)}"
        for name, before, after in pairs
        if before != after
    ]


def _compared(name: str, body: DecisionBody) -> Any:
    value = plain(getattr(body, name))
    if name == "details":
        return {key: item for key, item in value.items() if key not in ADDED_DETAILS}
    return value


def _shown(value: Any) -> str:
    if value is None:
        return "not said"
    return value.hex() if isinstance(value, bytes) else str(value)[:_LONGEST_WORDS]
