"""A decision told in words, and dates, times and parties as people write them. Nothing here needs Qt.

Formats are written out from the house's own table and never taken from a system locale, which has American dates for
English and two-digit years for Kazakh. No suffix is ever put on a value: Kazakh endings follow the spoken word.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from kiosk.rules.names import Names
from kiosk.rules.permit import CATEGORIES, Party
from kiosk.rules.words import Outcome, Reason
from ui.sentences import Catalogue, catalogue

NO_BREAK = "\u00a0"
STEP = "▸"
_DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """All that a sentence about a decision may name, in the park's local time; None where it is not known."""

    reason: Reason
    now: datetime
    at: datetime | None = None
    """The time the reason itself speaks of: ended, starts, used, cancelled, left, opens."""
    until: datetime | None = None
    party: Party | None = None
    count: int | None = None
    left: int | None = None
    days: int | None = None
    kind: str = ""
    gate: Names | None = None
    lane: int | None = None
    park: Names | None = None
    zone: Names | None = None
    open: Names | None = None
    """What is open of the park while some of it is closed."""
    cause: Names | None = None
    authority: Names | None = None
    document: str | None = None
    closed: Names | None = None
    """What somebody who goes in should know: zones that are closed, and warnings."""
    warning: Names | None = None


NOTHING = Telling(reason=Reason.OK, now=datetime.fromtimestamp(0, UTC))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """What happened, and what to do next."""

    what: str
    next: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.next) if part)


def local(at: float, offset_minutes: int) -> datetime:
    """A Unix second in the park's own time; the offset comes from its signed policy, not from this machine."""
    return datetime.fromtimestamp(at, timezone(timedelta(minutes=offset_minutes)))


def tell(telling: Telling, language: str) -> Sentence:
    """The sentence of a decision; a fact that is not known takes its clause with it."""
    words = catalogue(language)
    template = words.text(_key(telling, words), telling.days)
    values = _values(telling, words)
    happened, _, advice = template.partition(STEP)
    what, step = _fill(happened, values, keep_first=True), _fill(advice, values, keep_first=False)
    if not step and telling.reason.outcome is Outcome.REFERRED:
        step = words.text("step.referred")
    notes = ("note.closed", values["closed"]), ("note.warning", values["warning"])
    told = [words.text(key).replace("{" + key[5:] + "}", value) for key, value in notes if value is not None]
    return Sentence(what=what, next=" ".join(part for part in (step, *told) if part))


def time(moment: datetime) -> str:
    """The 24-hour time, the same in all three languages."""
    return f"{moment:%H:%M}"


def date(moment: datetime, now: datetime, language: str) -> str:
    """Day and month, with the year only when it is another one."""
    words = catalogue(language)
    key = "date.short" if moment.year == now.year else "date.long"
    return words.filled(key, d=str(moment.day), month=words.text(f"month.{moment.month}"), y=str(moment.year))


def day_word(moment: datetime, now: datetime, language: str) -> str:
    """Today, yesterday, tomorrow, or the date: for a place after a colon."""
    named = _near(moment, now)
    return catalogue(language).text(named) if named else date(moment, now, language)


def day(moment: datetime, now: datetime, language: str) -> str:
    """The day as part of a sentence: today, yesterday, on 5 July."""
    named = _near(moment, now)
    words = catalogue(language)
    return words.text(named) if named else words.filled("day.on", date=date(moment, now, language))


def until(moment: datetime, now: datetime, language: str) -> str:
    """The end of something: the time alone when it is today, else date and time."""
    last_day, clock = _closing(moment)
    if last_day.date() == now.date():
        return clock
    return catalogue(language).filled("date.time", date=date(last_day, now, language), time=clock)


def moment(at: datetime, now: datetime, language: str) -> str:
    """When something was, as a date with its time."""
    return catalogue(language).filled("date.time", date=date(at, now, language), time=time(at))


def _closing(moment: datetime) -> tuple[datetime, str]:
    """The day something ends on, and the time: midnight belongs to the day before, as 24:00."""
    if (moment.hour, moment.minute) == (0, 0):
        return moment - timedelta(days=1), "24:00"
    return moment, time(moment)


def header_date(now: datetime, language: str) -> str:
    """Today's date as the head line shows it, with the day of the week."""
    words = catalogue(language)
    return words.filled("date.header", date=date(now, now, language), weekday=words.text(f"weekday.{now.isoweekday()}"))


def party_line(party: Party, language: str) -> str:
    """Who it is, by category, zeros left out; empty for nobody."""
    words = catalogue(language)
    counted = zip(CATEGORIES, party.counts(), strict=True)
    return ", ".join(words.text(f"count.{category}", count) for category, count in counted if count)


def number(value: int, language: str) -> str:
    """A whole number with its thousands kept together."""
    return f"{value:,}".replace(",", "," if language == "en" else NO_BREAK)


def age(seconds: float | None, language: str, family: str = "age") -> str:
    """How long ago something was, in whole minutes, hours or days, never only as a time."""
    words = catalogue(language)
    if seconds is None:
        return words.text(f"{family}.never")
    if seconds < 60:
        return words.text(f"{family}.now")
    for unit, size in (("days", _DAY_SECONDS), ("hours", 3600)):
        if seconds >= size:
            return words.text(f"{family}.{unit}", int(seconds // size))
    return words.text(f"{family}.minutes", int(seconds // 60))


def _near(moment: datetime, now: datetime) -> str | None:
    days = (moment.date() - now.date()).days
    return {0: "day.today", -1: "day.yesterday", 1: "day.tomorrow"}.get(days)


def shown(reason: Reason) -> str:
    """The word under which the catalogue has this reason: a newer version's, that is not known here, is `unknown`."""
    return str(reason) if reason.is_known else "unknown"


def _key(telling: Telling, words: Catalogue) -> str:
    key = f"reason.{shown(telling.reason)}"
    variant = f"{key}.{telling.kind}"
    return variant if telling.kind and variant in words else key


def _values(telling: Telling, words: Catalogue) -> dict[str, str | None]:
    language, now, at = words.language, telling.now, telling.at
    clock = time(at) if at else None
    if at and telling.reason is Reason.EXPIRED:
        at, clock = _closing(at)
    gate = telling.gate.in_language(language) if telling.gate else None
    lane = words.filled("lane.name", lane=str(telling.lane)) if telling.lane is not None else None
    return {
        "time": clock,
        "date": date(at or telling.until or now, now, language) if at or telling.until else None,
        "day": day(at, now, language) if at else None,
        "dayword": day_word(at, now, language) if at else None,
        "until": until(telling.until, now, language) if telling.until else None,
        "party": party_line(telling.party, language) or None if telling.party else None,
        "count": number(telling.count, language) if telling.count is not None else None,
        "left": number(telling.left, language) if telling.left is not None else None,
        "gate": gate,
        "place": lane or gate,
        "park": telling.park.in_language(language) if telling.park else None,
        "document": telling.document,
    } | {name: _named(getattr(telling, name), language) for name in _NAMED}


_NAMED = ("zone", "open", "cause", "authority", "closed", "warning")


def _named(names: Names | None, language: str) -> str | None:
    return names.in_language(language) if names else None


# An unknown value goes with the comma, colon or preposition that led to it.
_LEAD = r"(?:[:,]?[ \u00a0](?:(?:on|at|until|до|на|of)[ \u00a0])?)?"
_UNKNOWN_NUMBER = re.compile(r"[ \u00a0]%n[ \u00a0]\w+(?: ago| old)?")
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]|$)")


def _fill(part: str, values: dict[str, str | None], *, keep_first: bool) -> str:
    sentences = _SENTENCE.findall(_UNKNOWN_NUMBER.sub("", part))
    filled = (_fill_one(text, values, keep=keep_first and place == 0) for place, text in enumerate(sentences))
    return "".join(filled).strip()


def _fill_one(sentence: str, values: dict[str, str | None], *, keep: bool) -> str:
    named = [name for name in values if "{" + name + "}" in sentence]
    if named and not keep and all(values[name] is None for name in named):
        return ""
    for name in named:
        value = values[name]
        if value is None:
            sentence = re.sub(_LEAD + r"\{" + name + r"\}", "", sentence)
        else:
            sentence = sentence.replace("{" + name + "}", value)
    return "" if sentence.strip(" .") == "" else sentence
