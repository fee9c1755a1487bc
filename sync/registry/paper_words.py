"""The words on a ticket in Kazakh, Russian and English: dates, parties and labels, as the language page writes them.

No suffix ever stands on a placeholder or a number; every value is in a clause of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.ticket import Flag
from sync.registry.issuing import IssuedTicket

LANGUAGES = ("kk", "ru", "en")
NO_BREAK = "\u00a0"

_MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "en": "January February March April May June July August September October November December",
}
_PARTY: dict[str, tuple[tuple[str, ...], ...]] = {  # by category; forms for one, few, many
    "kk": (("ересек",), ("бала",), ("жеңілдікті билет",), ("мектеп жасына дейінгі бала",), ("адам",)),
    "ru": (
        ("взрослый", "взрослых", "взрослых"),
        ("ребёнок", "ребёнка", "детей"),
        ("льготный билет", "льготных билета", "льготных билетов"),
        ("дошкольник", "дошкольника", "дошкольников"),
        ("человек", "человека", "человек"),
    ),
    "en": (
        ("adult", "adults"),
        ("child", "children"),
        ("reduced ticket", "reduced tickets"),
        ("preschool child", "preschool children"),
        ("person", "people"),
    ),
}
_PARK = {"kk": "«{park}» ұлттық паркі", "ru": "Национальный парк «{park}»", "en": "{park} National Park"}
_SPAN = {
    "kk": ("Басталуы: {begin}", "Соңы: {end}"),
    "ru": ("Действует с {begin}", "Действует до {end}"),
    "en": ("Valid from {begin}", "Valid until {end}"),
}
_ENTRIES = {"kk": "Кіру саны: {count}", "ru": "Число входов: {count}", "en": "Number of entries: {count}"}
_NO_LIMIT = {"kk": "шектелмеген", "ru": "без ограничения", "en": "no limit"}
_GATE = {"kk": "Қақпа: {gates}", "ru": "КПП: {gates}", "en": "Gate: {gates}"}
_GUIDE = {
    "kk": "Бұл маршрутқа гид немесе инспектор-жолсерік керек.",
    "ru": "На этом маршруте нужен гид или проводник.",
    "en": "This route needs a guide or an escort.",
}
_HOW = {
    "kk": "Билеттің QR-кодын камераға көрсетіңіз. Оқылмаса, астындағы кодты теріңіз. Билетті шыққанша сақтаңыз.",
    "ru": "Покажите QR-код билета камере. Если он не читается, наберите код под ним. Сохраните билет до выхода.",
    "en": "Show the QR code of your ticket to the camera. If it cannot be read, type the code below it. "
    "Keep your ticket until you leave.",
}
_TEST = {"kk": "СЫНАҚ билеті", "ru": "ТЕСТОВЫЙ билет", "en": "TEST ticket"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a ticket says in one language: its park, its product, and the facts of the right, a line each."""

    language: str
    park: str
    product: str
    party: str
    dates: tuple[str, ...]
    more: tuple[str, ...]
    how: str
    test: str | None


def said(ticket: IssuedTicket, language: str) -> Said:
    """The ticket in words."""
    claims = ticket.claims
    return Said(
        language=language,
        park=_PARK[language].format(park=ticket.park_names.in_language(language)),
        product=ticket.product_names.in_language(language),
        party=party_line(claims.party, language),
        dates=dates(claims.nbf, claims.exp, ticket.utc_offset_minutes, language),
        more=_more(ticket, language),
        how=_HOW[language],
        test=_TEST[language] if claims.has(Flag.TRAINING) else None,
    )


def order_of(ticket: IssuedTicket) -> tuple[str, ...]:
    """The three languages, the ticket's own first, else Kazakh."""
    own = ticket.claims.language or LANGUAGES[0]
    return (own, *(language for language in LANGUAGES if language != own))


def grouped(code: str) -> str:
    """A typed code in groups of 3, 3 and 4 letters, kept on one line."""
    return NO_BREAK.join((code[:3], code[3:6], code[6:]))


def party_line(party: Party, language: str) -> str:
    """The party by category, zeros left out: «2 взрослых, 1 ребёнок»."""
    words = zip(party.counts(), _PARTY[language], strict=True)
    return ", ".join(f"{count}{NO_BREAK}{_form(count, forms)}" for count, forms in words if count)


def dates(nbf: int, exp: int, offset_minutes: int, language: str) -> tuple[str, ...]:
    """From when until when in the park's local time: one line for one day, two for more."""
    begin, end = _local(nbf, offset_minutes), _local(exp, offset_minutes)
    last, until = (end - timedelta(days=1), "24:00") if (end.hour, end.minute) == (0, 0) else (end, f"{end:%H:%M}")
    date = _DATES[language]
    if begin.date() == last.date():
        return (f"{date(begin)}, {begin:%H:%M}–{until}",)
    first, second = _SPAN[language]
    return first.format(begin=f"{date(begin)}, {begin:%H:%M}"), second.format(end=f"{date(last)}, {until}")


def _more(ticket: IssuedTicket, language: str) -> tuple[str, ...]:
    lines = []
    if ticket.claims.entries != 1:
        count = str(ticket.claims.entries) if ticket.claims.entries else _NO_LIMIT[language]
        lines.append(_ENTRIES[language].format(count=count))
    if ticket.gate_names:
        lines.append(_GATE[language].format(gates=_joined(ticket.gate_names, language)))
    if ticket.claims.has(Flag.GUIDE_REQUIRED):
        lines.append(_GUIDE[language])
    return tuple(lines)


def _joined(names: tuple[Names, ...], language: str) -> str:
    return ", ".join(item.in_language(language) for item in names)


def _local(at: int, offset_minutes: int) -> datetime:
    return datetime.fromtimestamp(at, tz=UTC) + timedelta(minutes=offset_minutes)


def _form(count: int, forms: tuple[str, ...]) -> str:
    """The form of a noun after a number: none in Kazakh, one and other in English, one, few and many in Russian."""
    if len(forms) < 3:
        return forms[0] if count == 1 else forms[-1]
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else forms[2]


def _month(at: datetime, language: str) -> str:
    return _MONTHS[language].split()[at.month - 1]


_DATES: dict[str, Callable[[datetime], str]] = {
    "kk": lambda at: f"{at.year}{NO_BREAK}жылғы {at.day}{NO_BREAK}{_month(at, 'kk')}",
    "ru": lambda at: f"{at.day}{NO_BREAK}{_month(at, 'ru')} {at.year}{NO_BREAK}г.",
    "en": lambda at: f"{at.day}{NO_BREAK}{_month(at, 'en')} {at.year}",
}
