"""One gate of the small park for the table of situations: what happens there, and what is to come of it."""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kiosk.admitting import Admission
from kiosk.facts import Scan
from kiosk.rules.entries import (
    ActBody,
    AlarmBody,
    ChainBody,
    ClockBody,
    DecisionBody,
    Entry,
    Private,
    ReportBody,
    ShiftBody,
    TrustBody,
    core_bytes,
)
from kiosk.rules.facts import Answers, Question
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.special import SpecialKind
from kiosk.rules.ticket import Claims
from kiosk.rules.trace import Trace
from kiosk.rules.words import Direction, Source
from kiosk.store.home import Home
from tests.support.clock import ManualClock
from tests.support.gate import Gate
from tests.support.park import NOON, SmallPark, names
from ui.sentences import LANGUAGES, catalogue
from ui.telling import Verdict, verdict_of
from ui.tracing import trace_lines, trace_of
from ui.words import tell

WORDS_OF_PRIVATE = tuple(field.name for field in fields(Private))
PASS_CARD, STAFF_CARD, CLEAN_UP = 6, 7, 8
RANGER, COLLEAGUE = "A. Bekova", "B. Akhmetov"


@dataclass
class WholePark(SmallPark):
    """The small park with its residents, its staff and its dated tables."""

    rows: dict[str, Any] = field(default_factory=dict)
    """The sections of its tables."""

    def set_bytes(self) -> bytes:
        """The exact bytes of the set."""
        content = json.loads(super().set_bytes())
        content["products"] += [
            {"product": PASS_CARD, "names": names("Resident's pass"), "kind": "pass"},
            {"product": STAFF_CARD, "names": names("Staff card"), "kind": "staff"},
            {"product": CLEAN_UP, "names": names("Clean-up day"), "kind": "event"},
        ]
        content["staff"] = [{"name": RANGER, "role": "ranger"}, {"name": COLLEAGUE, "role": "senior"}]
        content["tables"] = {**content.get("tables", {}), **self.rows}
        return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


class DoubtfulClock(ManualClock):
    """A clock set by hand, of which nothing is known for so many seconds on both sides."""

    doubt = 0

    def now(self) -> Moment:
        """The time it was set to, or the interval around it."""
        if not self.doubt:
            return super().now()
        return Moment.between(self.at - self.doubt, self.at + self.doubt, self.at)


class PowerCutError(Exception):
    """The power went; whatever was about to be done is not done."""


class Here:
    """The gate and the people before it; `shows` and its like are what a story line says."""

    def __init__(self, folder: Path, park: SmallPark) -> None:
        self.folder, self.park = folder, park
        self.clock = DoubtfulClock(NOON)
        self.asked: list[str] = []
        self.private: set[str] = set()
        self.gate = self._opened()

    def _opened(self) -> Gate:
        home = Home(self.folder)
        home.save_lookup_key(self.park.season_key)  # by which plates and documents are compared
        return Gate(home, self.park, clock=self.clock)

    def knows(self, *rows: Claims | list[object]) -> "Here":
        """Sync has brought these tickets and rows."""
        self.gate.know(*rows)
        return self

    def later(self, seconds: int) -> "Here":
        """Time passes."""
        self.clock.at += seconds
        return self

    def doubts(self, seconds: int) -> "Here":
        """The clock may be wrong by so much, either way."""
        self.clock.doubt = seconds
        return self

    def shows(
        self,
        text: str,
        *,
        source: Source = Source.CAMERA,
        leaving: bool = False,
        seen: Private | None = None,
        **answers: Any,
    ) -> Entry:
        """Somebody shows a ticket; what is asked first is remembered, and answered if the line says how."""
        checkpoint = self.gate.checkpoint
        checkpoint.turn(Direction.EXIT if leaving else Direction.ENTRY)
        scan = Scan(text=text, source=source)
        found = checkpoint.scan(scan)
        if isinstance(found, Question):
            self.asked.append(str(found.topic))
            found = checkpoint.scan(scan, Answers(**answers), seen)
        elif answers or seen is not None:
            raise AssertionError(f"nothing was asked: {found.body}")
        self._remember(seen)
        assert isinstance(found, Entry), f"asked again: {found}"
        return found

    def says(self, text: str, seen: Private | None = None, **answers: Any) -> Entry:
        """The same where the answer is given before anybody asks, as a ranger does who sees the party."""
        self.gate.checkpoint.turn(Direction.ENTRY)
        found = self.gate.checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(**answers), seen)
        self._remember(seen)
        assert isinstance(found, Entry), f"asked: {found}"
        return found

    def admits(self, kind: SpecialKind, *, by: str = RANGER, second_by: str | None = None, **wanted: Any) -> Entry:
        """A ranger lets somebody in who has no ticket in hand; a second person looks if that is asked for."""
        checkpoint = self.gate.checkpoint
        checkpoint.turn(Direction.ENTRY)
        seen = wanted.pop("holder_seen", False)
        admission = Admission(kind=kind, by=by, **wanted)
        self.private |= {word for word in (admission.receipt, admission.plate, admission.words) if word is not None}
        found = checkpoint.admit(admission, Answers())
        if isinstance(found, Question):
            self.asked.append(str(found.topic))
            found = checkpoint.admit(replace(admission, second_by=second_by), Answers(holder_seen=seen))
        assert isinstance(found, Entry), f"asked again: {found}"
        return found

    def types(self, code: str) -> Entry:
        """A code is typed on the keypad."""
        return self.shows(code, source=Source.TYPED)

    def leaves(self, text: str, heads: int | None = None) -> Entry:
        """Somebody shows a ticket on the way out, and says how many if fewer than all go."""
        checkpoint = self.gate.checkpoint
        checkpoint.turn(Direction.EXIT)
        found = checkpoint.scan(Scan(text=text, source=Source.CAMERA), Answers(heads=heads))
        assert isinstance(found, Entry), "an exit asks nothing"
        return found

    def turns_away(self, text: str) -> Entry:
        """A question stands until it lapses."""
        scan = Scan(text=text, source=Source.CAMERA)
        question = self.gate.checkpoint.scan(scan)
        assert isinstance(question, Question)
        self.asked.append(str(question.topic))
        return self.gate.checkpoint.lapse(scan)

    def power_cut(self, text: str) -> "Here":
        """The power goes between the entry and the barrier, and comes back."""
        checkpoint, barrier = self.gate.checkpoint, self.gate.barrier

        def die(milliseconds: int, cause: str) -> None:
            raise PowerCutError

        barrier.pulse = die  # type: ignore[method-assign]
        with suppress(PowerCutError):
            checkpoint.scan(Scan(text=text, source=Source.CAMERA))
            raise AssertionError("the barrier moved")
        self.gate.close()
        self.gate = self._opened()
        return self

    def reason_was(self, words: str) -> str:
        """The free words of a ranger's act, which must be in no core."""
        self.private.add(words)
        return words

    def _remember(self, seen: Private | None) -> None:
        if seen is not None:
            self.private |= {word for name in WORDS_OF_PRIVATE if (word := getattr(seen, name)) is not None}

    def written(self) -> list[str]:
        """The journal in words, an entry each, without its opening and the set it began with."""
        return [_line(entry) for entry in self.entries() if not _is_opening(entry)]

    def entries(self) -> list[Entry]:
        """All entries with their private parts, oldest first."""
        journal = self.gate.journal
        found = (journal.get(str(key)) for key in journal.keys_after(0, 0, 1000))
        return [entry for entry in found if entry is not None]

    def close(self) -> None:
        """Give the files back."""
        self.gate.close()


def _is_opening(entry: Entry) -> bool:
    return isinstance(entry.body, ChainBody) or (isinstance(entry.body, TrustBody) and entry.body.version == 1)


def _line(entry: Entry) -> str:
    private = ",".join(name for name in WORDS_OF_PRIVATE if entry.private and getattr(entry.private, name) is not None)
    kept = f" [{private}]" if private else ""
    match entry.body:
        case DecisionBody() as body:
            return f"decision {body.reason} {body.party.heads}{kept}"
        case ActBody() as act:
            heads = f" {act.party.heads}" if act.party is not None else ""
            return f"act {act.act}{heads}{kept}"
        case AlarmBody() as alarm:
            return f"alarm {alarm.alarm}{kept}"
        case ShiftBody() as shift:
            return f"shift {shift.shift}{kept}"
        case ReportBody() as report:
            return f"report {report.report} {report.what}{kept}"
        case ClockBody():
            return "clock"
        case TrustBody() as trust:
            return f"trust {trust.version}"
        case ChainBody():
            return "chain"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A row of the table: what happens, and all that is to come of it."""

    row: str
    title: str
    happens: Callable[[Here], Entry]
    answer: str
    """Outcome, reason and heads that go through now."""
    kk: str
    ru: str
    en: str
    ranger: str
    """The label a ranger sees, in English."""
    writes: tuple[str, ...]
    """Every entry it leaves, oldest first; names of what the erasable part holds in brackets."""
    rule: str = "admission"
    """Which rule or stage of the ranger's trace settled it; empty of an act, which no rule decides."""
    asks: tuple[str, ...] = ()
    check: str = ""
    """The ranger's words for what exactly is wrong with a ticket or its key, in English."""
    details: dict[str, Any] = field(default_factory=dict)
    """What the entry says besides, for whoever looks at it later; at least this."""
    park: SmallPark = field(default_factory=SmallPark)

    def __str__(self) -> str:
        return f"{self.row} {self.title}"


def weigh(situation: Situation, folder: Path) -> None:
    """Let it happen, and lay what came of it beside what is to come."""
    here = Here(folder, situation.park)
    try:
        came = _came(situation, here)
        differs = {name: came[name] for name in came if came[name] != getattr(situation, name)}
        assert not differs, "\n".join(
            f"{name}: {value!r}\n  to be {getattr(situation, name)!r}" for name, value in differs.items()
        )
        assert not _leaked(here), "what names a person is in no core"
        assert here.gate.journal.verify() == []
    finally:
        here.close()


def _came(situation: Situation, here: Here) -> dict[str, object]:
    """What came of it, under the names of the situation."""
    entry = situation.happens(here)
    shown = verdict_of(entry, here.park.set())
    told = entry.body.details if isinstance(entry.body, DecisionBody) else {}
    return {
        "answer": _answer(entry),
        "asks": tuple(here.asked),
        **{language: sentence(shown, language) for language in LANGUAGES},
        "rule": _settled_by(entry, here),
        "ranger": catalogue("en").text(f"label.{shown.reason}"),
        "check": catalogue("en").text(shown.check) if shown.check else "",
        "details": {name: told.get(name) for name in situation.details},
        "writes": tuple(here.written()),
    }


def sentence(shown: Verdict, language: str) -> str:
    """What the visitor reads, with plain blanks."""
    return str(tell(shown.telling, language)).replace("\u00a0", " ")


def _settled_by(entry: Entry, here: Here) -> str:
    """The last step of the trace, as `qaqpa journal show --trace` tells it again from the entry."""
    if not isinstance(entry.body, DecisionBody):
        return ""
    traced = trace_of(entry, here.gate.policies)
    assert isinstance(traced, Trace), traced
    assert all(trace_lines(traced, language, 300) for language in LANGUAGES)
    return str(traced.steps[-1].rule)


def _answer(entry: Entry) -> str:
    match entry.body:
        case DecisionBody() as body:
            return f"{body.outcome} {body.reason} {body.party.heads}"
        case ActBody() as act:
            return f"{act.act} {(act.party or Party()).heads}"
        case body:
            return type(body).__name__


def _leaked(here: Here) -> list[str]:
    cores = [core_bytes(entry) for entry in here.entries()]
    forms = {words: (words.encode(), hashlib.sha256(words.encode()).digest()) for words in here.private}
    return [words for words, needles in forms.items() if any(needle in core for needle in needles for core in cores)]
