"""The readiness card and the hand-over page in words: facts in, a sheet out."""

from collections.abc import Iterable
from datetime import datetime

from kiosk.alarms import Alarm
from kiosk.rules.entries import Place
from kiosk.rules.handover import Share
from kiosk.rules.permit import CATEGORIES, Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.readiness import Card, Item, Mark, Part
from kiosk.rules.words import Outcome, Reason
from kiosk.shift import Page
from ui.sentences import Catalogue, catalogue
from ui.sheets import Row, Section, Sheet
from ui.telling import DEFAULT_OFFSET_MINUTES, Namer
from ui.words import age, local, number, party_line, shown

_SECONDS = frozenset({Part.DATA, Part.REVOCATIONS})


def page_sheet(page: Page, policy: PolicySet | None, language: str, relieved_by: str = "") -> Sheet:
    """The hand-over page."""
    words, names = catalogue(language), Namer(policy)
    offset = policy.policy.utc_offset_minutes if policy else DEFAULT_OFFSET_MINUTES
    place = page.opened.body.place  # type: ignore[union-attr]
    since = words.filled("handover.since", time=_time(page.opened.at, offset), name=page.opened_by)
    return Sheet(
        title=words.text("handover.title"),
        under=(place_line(place, names, words), since, words.filled("handover.until", time=_time(page.now, offset))),
        sections=tuple(_sections(page, policy, words, offset)),
        signatures=(
            words.filled("handover.gives", name=page.opened_by),
            words.filled("handover.takes", name=relieved_by),
        ),
    )


def card_sheet(card: Card, place: Place, policy: PolicySet | None, language: str) -> Sheet:
    """The readiness card; each part says how it is, and what to do where it is not well."""
    words = catalogue(language)
    offset = policy.policy.utc_offset_minutes if policy else DEFAULT_OFFSET_MINUTES
    rows = tuple(_item(item, words) for item in card.items)
    return Sheet(
        title=words.text("card.title"),
        under=(place_line(place, Namer(policy), words), ready_line(card, words, offset)),
        sections=(Section(heading="", rows=rows),),
    )


def ready_line(card: Card, words: Catalogue, offset: int) -> str:
    """Ready, until when, or not."""
    if not card.is_ready:
        return words.text("card.not_ready")
    if card.ready_until is None:
        return words.text("card.ready.always")
    return words.filled("card.ready", time=_time(card.ready_until, offset))


def place_line(place: Place, names: Namer, words: Catalogue) -> str:
    """Gate and lane."""
    lane = words.filled("lane.name", lane=str(place.lane))
    return words.filled("handover.place", gate=names.gate(place.gate).in_language(words.language), lane=lane)


def _item(item: Item, words: Catalogue) -> Row:
    """One part of the card, with what to do about it."""
    said = [words.text(f"card.{item.mark}"), _figure(item, words)]
    advice = words.text(f"card.do.{item.part}") if item.mark is not Mark.OK else ""
    value = ", ".join(part for part in said if part)
    return Row(
        label=words.text(f"card.{item.part}"), value=f"{value}. {advice}" if advice else value, strong=bool(advice)
    )


def _figure(item: Item, words: Catalogue) -> str:
    if item.figure is None:
        return words.text(f"fault.{item.word}") if item.part is Part.JOURNAL and item.word else ""
    if item.part in _SECONDS:
        return age(item.figure, words.language)
    if item.part is Part.DISK:
        return f"{number(item.figure // 2**20, words.language)} MiB"
    return number(item.figure, words.language)


def _sections(page: Page, policy: PolicySet | None, words: Catalogue, offset: int) -> Iterable[Section]:
    figures, language = page.figures, words.language
    outcomes = [Row(label=words.text(f"handover.{o}"), value=str(figures.outcomes.get(o, 0))) for o in Outcome]
    yield Section(heading=words.text("handover.decisions"), rows=tuple(outcomes))
    people = [("entered", figures.entered), ("left", figures.left), ("inside", page.inside)]
    by_category = Party.of(figures.by_category.get(category, 0) for category in CATEGORIES)
    rows = [Row(label=words.text(f"handover.{name}"), value=number(count, language)) for name, count in people]
    yield Section(
        heading=words.text("handover.people"),
        rows=(*rows, *([Row(label=party_line(by_category, language))] if by_category.heads else [])),
    )
    products = [(_product(name, policy, words), count) for name, count in figures.by_product.items()]
    yield _counted("handover.products", products, words)
    reasons = [(words.text(f"label.{shown(Reason(name))}"), count) for name, count in figures.reasons.items()]
    yield _counted("handover.reasons", reasons, words)
    yield _counted("handover.overrides", figures.overrides.items(), words)
    yield Section(
        heading=words.text("handover.exempt"),
        rows=tuple(_share(share, words) for share in page.shares) or (_none(words),),
    )
    yield Section(heading=words.text("handover.alarms"), rows=_alarms(page.alarms, words, offset) or (_none(words),))
    yield Section(heading=words.text("card.journal"), rows=tuple(_rest(page, words)))


def _counted(heading: str, counts: Iterable[tuple[str, int]], words: Catalogue) -> Section:
    rows = [Row(label=name, value=number(count, words.language)) for name, count in _most_first(counts)]
    return Section(heading=words.text(heading), rows=tuple(rows) or (_none(words),))


def _most_first(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(counts, key=lambda item: (-item[1], item[0]))


def _none(words: Catalogue) -> Row:
    return Row(label=words.text("handover.none"))


def _product(name: str, policy: PolicySet | None, words: Catalogue) -> str:
    known = policy.products.get(int(name)) if policy is not None and name.isdecimal() else None
    if known is not None:
        return known.names.in_language(words.language)
    return words.text("handover.none_product") if name == "0" else name


def _share(share: Share, words: Catalogue) -> Row:
    said = [words.filled("handover.share", count=str(share.heads), share=_percent(share.share))]
    if share.usual is not None:
        said.append(words.filled("handover.usual", usual=_percent(share.usual)))
    if share.is_unusual:
        said.append(words.text("handover.unusual"))
    return Row(label=_category(share.category, words), value=", ".join(said), strong=share.is_unusual)


def _category(category: str, words: Catalogue) -> str:
    key = f"exempt.{category}"
    return words.text(key) if key in words else category


def _percent(thousandths: int) -> str:
    return f"{thousandths / 10:.1f}\u00a0%"


def _alarms(alarms: Iterable[Alarm], words: Catalogue, offset: int) -> tuple[Row, ...]:
    return tuple(
        Row(
            label=f"{_time(alarm.entry.at, offset)} {alarm_name(str(alarm.kind), words)}",
            value=_seen_to(alarm, words),
            strong=alarm.is_open,
        )
        for alarm in alarms
    )


def alarm_name(kind: str, words: Catalogue) -> str:
    """The alarm in words; one of a later version has none of its own."""
    key = f"alarm.{kind}"
    return words.text(key if key in words else "alarm.unknown")


def _seen_to(alarm: Alarm, words: Catalogue) -> str:
    by = alarm.seen_to_by
    return words.text("handover.alarm.open") if by is None else words.filled("handover.alarm.seen", name=by)


def _rest(page: Page, words: Catalogue) -> Iterable[Row]:
    language = words.language
    yield Row(label=words.text("handover.annulled"), value=number(page.figures.annulled, language))
    yield Row(label=words.text("handover.corrected"), value=number(page.figures.corrected, language))
    yield Row(label=words.text("handover.unsent"), value=number(page.unsent, language))
    if page.passages is not None:
        passed = page.passages
        yield Row(
            label=words.text("handover.passages"),
            value=words.filled(
                "handover.passages.line",
                counted=str(passed.counted),
                openings=str(passed.openings),
                difference=str(passed.difference),
            ),
            strong=passed.difference > 0,
        )
    for fault in page.faults:
        yield Row(label=words.text("handover.faults"), value=words.text(f"fault.{fault}"), strong=True)


def _time(at: int, offset: int) -> str:
    moment: datetime = local(at, offset)
    return f"{moment:%Y-%m-%d %H:%M}"
