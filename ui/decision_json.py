"""A decision as JSON, the public form of docs/COMMANDS.md: `scan`, the running kiosk and the demo all print this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from kiosk.errors import BugError
from kiosk.export import iso
from kiosk.rules.entries import ActBody, AlarmBody, DecisionBody, Entry, FirstUse, Place, ReportBody, ShiftBody
from kiosk.rules.facts import Question
from kiosk.rules.words import ClockTrust, Outcome

# Polls missed one after the other before a kiosk calls itself offline.
_MISSED_POLLS = 3


def decision_json(entry: Entry, *, offline: bool, file: str | None = None) -> dict[str, Any]:
    """A journalled decision."""
    if not isinstance(entry.body, DecisionBody):
        raise BugError(f"{entry.id} is not a decision")
    return verdict_json(entry.body, at=entry.at, clock=entry.clock, offline=offline, entry_id=entry.id, file=file)


def verdict_json(
    body: DecisionBody,
    *,
    at: int,
    clock: ClockTrust,
    offline: bool,
    entry_id: str | None = None,
    file: str | None = None,
) -> dict[str, Any]:
    """A decision that may not be in the journal: an information scan has no entry id."""
    place = body.place
    return {
        "outcome": str(body.outcome),
        "reason": str(body.reason),
        "ticket": body.ticket.hex() if body.ticket else None,
        "park": place.park,
        "gate": place.gate,
        "lane": place.lane,
        "direction": str(place.direction),
        "file": file,
        "party": body.party.as_dict(),
        "admitted_now": body.party.heads if body.outcome is Outcome.ADMITTED else 0,
        "remaining": body.remaining,
        "vehicle_class": body.vehicle_class,
        "entry_id": entry_id,
        "decided_at": iso(at),
        "offline": offline,
        "staleness": str(body.staleness),
        "clock": str(clock),
        "first_use": _first_use(body.first_use),
        "details": plain_json(body.details),
        "category": body.category,
        "document": body.document,
        "by": body.by,
    }


def question_json(question: Question, *, file: str | None = None) -> dict[str, Any]:
    """A question that nobody has answered: what is asked, and how many are left."""
    return {
        "question": str(question.topic),
        "file": file,
        "ticket": question.right.ticket.hex() if question.right.ticket else None,
        "left": question.left.heads,
        "total": question.right.party.heads,
        "most": question.most,
        "by_category": question.left.as_dict(),
        "problem": question.problem,
        "tags": [str(tag) for tag in question.tags],
        "warnings": [plain_json(each.told) for each in question.warnings],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """One entry of the journal, whatever its kind, without its private part."""
    record: dict[str, Any] = {
        "entry_id": entry.id,
        "kind": str(entry.kind),
        "at": iso(entry.at),
        "clock": str(entry.clock),
        "policy": entry.policy.hex(),
    }
    match entry.body:
        case DecisionBody():
            decided = decision_json(entry, offline=False)
            # said above, or known only at the moment of the scan
            return record | {name: value for name, value in decided.items() if name not in _NOT_IN_THE_JOURNAL}
        case ActBody() as act:
            return record | {
                "act": str(act.act),
                "target": act.target or None,
                "by": act.by,
                **_placed(act.place),
                "party": act.party.as_dict() if act.party is not None else None,
                "position": act.position,
            }
        case AlarmBody() | ShiftBody() | ReportBody() as noted:
            return record | _placed(noted.place) | _fields(noted, "place")
        case body:
            return record | _fields(body)


def _placed(place: Place) -> dict[str, Any]:
    return {"park": place.park, "gate": place.gate, "lane": place.lane, "direction": str(place.direction)}


def _fields(body: Any, *but: str) -> dict[str, Any]:
    names = (field.name for field in fields(body) if field.name not in but)
    return {name: plain_json(getattr(body, name)) for name in names}


def is_offline(now: int, last_contact: int | None, poll_after_seconds: int) -> bool:
    """Whether the registry has not been reached for three polls."""
    # one that lies ahead was written under a clock that was put right since, and says nothing
    return last_contact is None or abs(now - last_contact) > _MISSED_POLLS * poll_after_seconds


def plain_json(value: Any) -> Any:
    """Any value of a record as JSON has it: bytes as lower-case hexadecimal."""
    match value:
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): plain_json(item) for key, item in value.items()}
        case list() | tuple():
            return [plain_json(item) for item in value]
        case _:
            return value


_NOT_IN_THE_JOURNAL = frozenset({"offline", "file", "clock", "decided_at", "entry_id"})


def _first_use(first: FirstUse | None) -> dict[str, Any] | None:
    return None if first is None else {"at": iso(first.at), "gate": first.gate, "lane": first.lane}
