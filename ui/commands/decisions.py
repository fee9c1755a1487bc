"""A decision as a line for a person, with the sentence the visitor would read."""

from __future__ import annotations

from typing import Any

from kiosk.rules.admission import Question
from kiosk.rules.entries import ActBody, DecisionBody, Entry
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import ClockTrust, Outcome, Reason
from ui.commands.common import EXIT_DONE, EXIT_NO
from ui.decision_json import entry_json
from ui.telling import Namer, text, whole
from ui.words import Telling, local, party_line, tell


def exit_code_of(body: DecisionBody) -> int:
    """0 for whoever is let through, 1 for everybody else."""
    return EXIT_DONE if body.outcome is Outcome.ADMITTED else EXIT_NO


def decision_line(body: DecisionBody, *, at: int, policy: PolicySet | None, language: str, file: str | None) -> str:
    """What a person reads: where it came from, the verdict's two words, and the visitor's own sentence."""
    before = f"{file}: " if file else ""
    return f"{before}{body.outcome.upper()} {body.reason}: {sentence(body, at=at, policy=policy, language=language)}"


def question_line(question: Question, language: str, file: str | None) -> str:
    """What a person is asked."""
    before = f"{file}: " if file else ""
    left = f"{question.left.heads} of {question.right.party.heads} ({party_line(question.left, language)})"
    return (
        f"{before}QUESTION {question.topic}: {left}; answer with --{'guide' if question.topic == 'guide' else 'heads'}"
    )


def sentence(body: DecisionBody, *, at: int, policy: PolicySet | None, language: str) -> str:
    """The sentence a visitor would read."""
    return str(tell(_telling(body, at, policy), language))


def entry_line(entry: Entry, policy: PolicySet | None, language: str) -> str:
    """One entry of the journal in a line for a person; times are the park's."""
    offset = policy.policy.utc_offset_minutes if policy else 0
    head = ("entry_id", "kind", "at", "clock", "policy")
    what = {name: value for name, value in entry_json(entry).items() if name not in head}
    when = f"{local(entry.at, offset):%Y-%m-%d %H:%M:%S}"
    match entry.body:
        case DecisionBody() as body:
            said = f"{body.outcome} {body.reason} {party_line(body.party, language)}".rstrip()
        case ActBody() as act:
            party = party_line(act.party, language) if act.party else act.position or ""
            said = f"{act.act} {act.target} {party}".rstrip()
        case _:
            said = " ".join(f"{name}={value}" for name, value in what.items() if value is not None)
    doubt = "" if entry.clock is ClockTrust.TRUSTED else f" ({entry.clock} clock)"
    return f"{entry.id}  {when}{doubt}  {entry.kind}: {said}"


def _telling(body: DecisionBody, at: int, policy: PolicySet | None) -> Telling:
    offset = policy.policy.utc_offset_minutes if policy else 0
    namer, details = Namer(policy), body.details

    def moment(name: str) -> Any:
        found = whole(details, name)
        return None if found is None else local(found, offset)

    used = local(body.first_use.at, offset) if body.first_use else None
    told_at = {
        Reason.EXPIRED: moment("until"),
        Reason.NOT_YET: moment("from"),
        Reason.REVOKED: moment("at"),
        Reason.ALREADY_USED: used,
        Reason.USED_UP: used,
    }
    gates = details.get("gates")
    gate = gates[0] if body.reason in (Reason.WRONG_GATE, Reason.FLAGGED_GATE) and gates else None
    used_here = body.first_use is not None and body.first_use.gate == body.place.gate
    if gate is None and body.first_use is not None:
        gate = body.first_use.gate
    park = whole(details, "park")
    return Telling(
        reason=body.reason,
        now=local(at, offset),
        at=told_at.get(body.reason),
        until=moment("until"),
        party=body.party,
        count=whole(details, "count") or body.party.heads,
        left=body.remaining,
        days=whole(details, "days"),
        kind=text(details, "check") or text(details, "key") or "",
        gate=namer.gate(gate) if gate is not None else None,
        lane=body.first_use.lane if body.first_use is not None and used_here else None,
        park=namer.park(park) if park is not None else None,
    )
