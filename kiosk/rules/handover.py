"""The figures of a shift: what its entries amount to, from the opening on, for whoever takes over.

Persons are counted as everywhere else (kiosk/rules/statistics.py): annulments and corrections applied, no training.
Whoever goes in free is named by category with its share, because exempt categories are where gates have been robbed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.rules.acts import is_against_the_rules, passed_held_open
from kiosk.rules.entries import ActBody, AlarmBody, DecisionBody, Entry, ShiftBody
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.statistics import By, count
from kiosk.rules.words import ActKind, AlarmKind, Direction, Outcome, Reason, ShiftKind

UNUSUAL_TIMES = 3
"""A share so many times the usual one is named; gates that were robbed had four times as many."""
LEAST_UNUSUAL_HEADS = 5
"""One family more is no pattern."""
Counts = Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One exempt category: its heads, and its share of all who went in, beside the usual one; per thousand."""

    category: str
    heads: int
    share: int
    usual: int | None = None
    is_unusual: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """What happened since a shift was opened, in numbers and words only: nobody is named but those who act."""

    outcomes: Counts
    entered: int
    left: int
    by_category: Counts
    by_product: Counts
    reasons: Counts
    overrides: Counts
    annulled: int
    corrected: int
    openings: int
    exempt: Counts
    alarms: Counts

    def as_words(self) -> dict[str, Any]:
        """As the entry of a shift keeps them."""
        counts = ("outcomes", "by_category", "by_product", "reasons", "overrides", "exempt", "alarms")
        words: dict[str, Any] = {name: dict(getattr(self, name)) for name in counts}
        return words | {
            "entered": self.entered,
            "left": self.left,
            "annulled": self.annulled,
            "corrected": self.corrected,
            "openings": self.openings,
        }


def figures(entries: Sequence[Entry], policy: PolicySet, *, counts_people: bool = False) -> Figures:
    """What these entries of one shift amount to, in the order of the journal.

    `counts_people`: whether the barrier's own counter counts each person, as a turnstile does, or each opening.
    """
    rows = count(entries, policy, By.DAY)
    entered = [row for row in rows if row.direction is Direction.ENTRY]
    acts = Counter(str(body.act) for body in _acts(entries))
    return Figures(
        outcomes=Counter(str(body.outcome) for body in _decisions(entries)),
        entered=sum(row.persons for row in entered),
        left=sum(row.persons for row in rows if row.direction is Direction.EXIT),
        by_category=_summed((row.category, row.persons) for row in entered),
        by_product=_summed((str(row.product or 0), row.persons) for row in entered),
        reasons=Counter(str(body.reason) for body in _decisions(entries) if body.outcome is not Outcome.ADMITTED),
        overrides=_overrides(entries),
        annulled=acts[ActKind.ANNUL],
        corrected=acts[ActKind.CORRECT],
        openings=_openings(entries, _heads(entries) if counts_people else {}),
        exempt=_exempt(entries),
        alarms=Counter(str(entry.body.alarm) for entry in entries if isinstance(entry.body, AlarmBody)),
    )


def _decisions(entries: Iterable[Entry]) -> list[DecisionBody]:
    return [entry.body for entry in entries if isinstance(entry.body, DecisionBody)]


def _summed(pairs: Iterable[tuple[str, int]]) -> Counts:
    total: Counter[str] = Counter()
    for name, persons in pairs:
        total[name] += persons
    return total


def _overrides(entries: Iterable[Entry]) -> Counts:
    """How often each person decided without the rules, an override that was annulled later included."""
    acts = [entry.body for entry in entries if is_against_the_rules(entry)]
    return Counter(act.by or "device" for act in acts if isinstance(act, ActBody))


def _heads(entries: Sequence[Entry]) -> Counts:
    """Who goes through by each of these entries, as corrected last."""
    corrected = {act.target: act.party for act in _acts(entries) if act.act is ActKind.CORRECT}
    heads: dict[str, int] = {}
    for entry in entries:
        match entry.body:
            case (
                DecisionBody(outcome=Outcome.ADMITTED, party=party)
                | ActBody(act=ActKind.OVERRIDE, party=Party() as party)
            ):
                heads[entry.id] = (corrected.get(entry.id) or party).heads
            case _:
                pass
    return heads


def _openings(entries: Sequence[Entry], heads: Counts) -> int:
    """How often somebody passed by right: each pulse, and while it was held open each entry and who was not scanned.

    An entry counts for so many as `heads` says, else for one.
    """
    pulsed = _pulsed(entries)
    # where holding it failed, it was pulsed for such an entry: that is one opening
    held = [entry.id for entry in entries if passed_held_open(entry) and entry.id not in pulsed]
    alarms = [entry.body for entry in entries if isinstance(entry.body, AlarmBody)]
    uncounted = sum(_whole(alarm.details.get("uncounted")) for alarm in alarms if alarm.alarm is AlarmKind.SET_BACK)
    return sum(times * heads.get(entry_id, 1) for entry_id, times in (pulsed + Counter(held)).items()) + uncounted


def _pulsed(entries: Iterable[Entry]) -> Counter[str]:
    """How often each entry opened the barrier, leaving out a pulse after which nobody turned (a position was read)."""
    pulsed: Counter[str] = Counter()
    for body in _acts(entries):
        if body.act is ActKind.PULSE:
            pulsed[body.target] += 1
        elif body.act is ActKind.POSITION and body.target in pulsed:
            pulsed[body.target] = 0
    return pulsed


def _acts(entries: Iterable[Entry]) -> list[ActBody]:
    return [entry.body for entry in entries if isinstance(entry.body, ActBody)]


def _exempt(entries: Sequence[Entry]) -> Counts:
    """Heads that went in free, by category: as corrected last, and those not annulled since."""
    acts = _acts(entries)
    gone = {act.target for act in acts if act.act is ActKind.ANNUL}
    corrected = {act.target: act.party for act in acts if act.act is ActKind.CORRECT and act.party is not None}
    free = [
        (exempt_category(entry.body), corrected.get(entry.id, entry.body.party).heads)
        for entry in entries
        if isinstance(entry.body, DecisionBody) and entry.body.reason is Reason.EXEMPT and entry.id not in gone
    ]
    return _summed(free)


def exempt_category(body: DecisionBody) -> str:
    """The category that somebody went in free under, as the ranger picked it."""
    named = getattr(body, "category", None) or body.details.get("category")
    return named if isinstance(named, str) else "exempt"


def shares(exempt: Counts, entered: int, earlier: Iterable[ShiftBody]) -> tuple[Share, ...]:
    """The exempt categories of a shift, the largest first, each beside its share in the shifts before."""
    before = [body.figures for body in earlier if body.shift is ShiftKind.CLOSE]
    total = sum(_whole(found.get("entered")) for found in before)
    told = []
    for category, heads in sorted(exempt.items(), key=lambda item: (-item[1], item[0])):
        usually = sum(_whole(_map(found.get("exempt")).get(category)) for found in before)
        told.append(_share(category, heads, entered, usually, total))
    return tuple(told)


def _share(category: str, heads: int, entered: int, usually: int, total: int) -> Share:
    share = 1000 * heads // entered if entered else 0
    usual = 1000 * usually // total if total else None
    # weighed by the heads themselves: per thousand, a small share would be none
    is_more = total > 0 and heads * total >= UNUSUAL_TIMES * usually * entered
    is_unusual = is_more and heads >= LEAST_UNUSUAL_HEADS
    return Share(category=category, heads=heads, share=share, usual=usual, is_unusual=is_unusual)


def tailgating(counted: int, counted_at_opening: int, openings: int) -> int:
    """How many more passed than the barrier was opened for; less than none where the counter missed some."""
    return counted - counted_at_opening - openings


def is_open(newest: Sequence[Entry]) -> ShiftBody | None:
    """The opening of the shift that goes on, from the newest entries of shifts, newest first; None between two."""
    bodies = (entry.body for entry in newest)
    step = next((b for b in bodies if isinstance(b, ShiftBody) and b.shift in (ShiftKind.OPEN, ShiftKind.CLOSE)), None)
    return step if step is not None and step.shift is ShiftKind.OPEN else None


def _whole(value: object) -> int:
    return value if type(value) is int else 0


def _map(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}
