"""A decision as a line for a person, with the sentence the visitor would read."""

from __future__ import annotations

from kiosk.rules.entries import ActBody, DecisionBody, Entry, EntryKey
from kiosk.rules.facts import Question
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import ClockTrust, Outcome, Topic
from ui.commands.common import EXIT_DONE, EXIT_NO
from ui.decision_json import entry_json
from ui.telling import sought_line, verdict_of
from ui.words import local, party_line, tell

_NO_KEY = EntryKey(device=0, chain=0, n=0)  # of a decision that stands in no journal
_HEAD = ("entry_id", "kind", "at", "clock", "policy")


def exit_code_of(body: DecisionBody) -> int:
    """0 for whoever is let through, 1 for everybody else."""
    return EXIT_DONE if body.outcome is Outcome.ADMITTED else EXIT_NO


def decision_line(body: DecisionBody, *, at: int, policy: PolicySet | None, language: str, file: str | None) -> str:
    """What a person reads: where it came from, the verdict's two words, the visitor's sentence, who is looked for."""
    before = f"{file}: " if file else ""
    entry = Entry(key=_NO_KEY, at=at, clock=ClockTrust.GIVEN, policy=b"", body=body)
    sentence = tell(verdict_of(entry, policy).telling, language)
    told = " ".join(part for part in (str(sentence), sought_line(body, at, policy, language)) if part)
    return f"{before}{body.outcome.upper()} {body.reason}: {told}"


def question_line(question: Question, language: str, file: str | None) -> str:
    """What a person is asked, and which option answers it."""
    before = f"{file}: " if file else ""
    left = f"{question.left.heads} of {question.right.party.heads} ({party_line(question.left, language)})"
    tags = ", ".join(question.tags)
    shown = f"the ticket's {tags}; " if tags else ""
    warned = "".join(f"{each.warning} ({each.document}); " for each in question.warnings)
    wrong = _PROBLEMS.get(question.problem or "", "")
    if question.most is not None:
        named = party_line(question.left, language) or "nobody"
        left = f"how many sit in it, up to {question.most}; its ticket names {named}"
    return f"{before}QUESTION {question.topic}: {shown}{warned}{wrong}{left}; answer with {_ANSWERS[question.topic]}"


def entry_line(entry: Entry, policy: PolicySet | None, language: str) -> str:
    """One entry of the journal in a line for a person; times are the park's."""
    offset = policy.policy.utc_offset_minutes if policy else 0
    match entry.body:
        case DecisionBody() as body:
            said = f"{body.outcome} {body.reason} {party_line(body.party, language)}".rstrip()
        case ActBody() as act:
            party = party_line(act.party, language) if act.party else act.position or ""
            said = f"{act.act} {act.target} {party}".rstrip()
        case _:
            fields = {name: value for name, value in entry_json(entry).items() if name not in _HEAD}
            said = " ".join(f"{name}={value}" for name, value in fields.items() if value is not None)
    doubt = "" if entry.clock is ClockTrust.TRUSTED else f" ({entry.clock} clock)"
    return f"{entry.id}  {local(entry.at, offset):%Y-%m-%d %H:%M:%S}{doubt}  {entry.kind}: {said}"


_PROBLEMS = {
    "heads": "so many are not left; ",
    "group": "they are too many for so few guides, name another one for each group; ",
}
_ANSWERS = {
    Topic.HEADS: "--heads",
    Topic.GUIDE: "--guide",
    Topic.ACKNOWLEDGE: "--acknowledge",
    Topic.HOLDER: "--plate, --holder or --holder-seen",
    Topic.SECOND_LOOK: "--second-look",
}
