"""Situations at a gate, continued: what is closed, what people are warned of, how many may go in, and when."""
# ruff: noqa: E501  a sentence stands on one line, as people read it

from pathlib import Path
from typing import Any

import pytest

from kiosk.rules.entries import Entry
from kiosk.rules.permit import Party
from tests.support.park import NOON
from tests.support.situations import Here, Situation, WholePark, weigh

HOUR = 3600
TODAY = NOON - 12 * HOUR
AKIMAT = {"kk": "Аудан әкімдігі", "ru": "Акимат района", "en": "District akimat"}
FORESTERS = {"kk": "Парк әкімшілігі", "ru": "Администрация парка", "en": "Park administration"}
ZONES = [
    {"zone": 1, "names": {"kk": "Жасыл мүйіс", "ru": "Зелёный мыс", "en": "Green Cape"}},
    {"zone": 2, "names": {"kk": "Абылайхан алаңы", "ru": "Поляна Абылай хана", "en": "Abylai Khan Glade"}},
]
FIRE = {"cause": "fire", "authority": AKIMAT, "document": "№ 114", "since": NOON - HOUR // 2, "until": NOON + 6 * HOUR}
STORM = {"warning": "storm", "authority": FORESTERS, "document": "№ 7", "since": NOON - HOUR, "until": NOON + 4 * HOUR}
BURNING = {"warning": "fire_danger", "level": 5, "authority": FORESTERS, "document": "№ 8", "since": NOON - HOUR}
QUOTA: dict[str, Any] = {
    "quota": "park",
    "counts": "entered",
    "per": "day",
    "heads": 6,
    "shares": [{"gate": 1, "lane": 1, "heads": 4}, {"gate": 2, "lane": 1, "heads": 2}],
    "authority": FORESTERS,
    "document": "№ 3",
    "since": "2026-01-01",
}
INSIDE = QUOTA | {"quota": "cliffs", "counts": "inside", "per": "stay"}
HOURS = [{"open": ["08:00-20:00"]}]


def park(**rows: Any) -> WholePark:
    return WholePark(rows={"zones": ZONES, **rows})


def closed(**changes: Any) -> WholePark:
    return park(closures=[FIRE | changes])


PARK = WholePark()
TICKET = PARK.ticket()


def used_up(here: Here) -> Entry:
    """Four have come in, this lane's whole share; a couple is the next."""
    here.shows(PARK.ticket(party=Party(adults=4)))
    return here.later(600).shows(PARK.ticket(2, party=Party(adults=2)))


def full(here: Here) -> Entry:
    """Three have come in of the four of this lane's share; a couple is the next."""
    here.shows(TICKET)
    return here.later(600).shows(PARK.ticket(2, party=Party(adults=2)))


def full_inside(here: Here) -> Entry:
    """The share is full until somebody leaves."""
    four = PARK.ticket(party=Party(adults=4))
    here.shows(four)
    return here.later(600).shows(PARK.ticket(2, party=Party(adults=2)))


def one_out_one_in(here: Here) -> Entry:
    """Two of the four leave, and the couple goes in."""
    full_inside(here)
    here.leaves(PARK.ticket(party=Party(adults=4)), heads=2)
    return here.later(60).shows(PARK.ticket(2, party=Party(adults=2)))


SITUATIONS: list[Situation] = [
    Situation(
        row="9",
        title="the whole park is closed for a fire",
        happens=lambda here: here.shows(TICKET),
        park=closed(),
        answer="refused closed 0",
        kk="Жабық аймақ: Жасыл мүйіс, Абылайхан алаңы. Ашылуы: бүгін, 18:00. Себебі: өрт. Негізі: Аудан әкімдігі, № 114.",
        ru="Закрыто: Зелёный мыс, Поляна Абылай хана, до 4 июля, 18:00. Причина: пожар. Основание: Акимат района, № 114.",
        en="Closed: Green Cape, Abylai Khan Glade, until 4 July, 18:00. Cause: fire. By order of District akimat, № 114.",
        ranger="Zone closed",
        rule="closed",
        writes=("decision closed 0",),
    ),
    Situation(
        row="9",
        title="one zone is closed of a ticket for both: in it goes, and is told",
        happens=lambda here: here.shows(TICKET),
        park=closed(zones=[1]),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз. Қазір жабық: Жасыл мүйіс.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода. Сейчас закрыто: Зелёный мыс.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave. Closed now: Green Cape.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="9",
        title="a closure that is over",
        happens=lambda here: here.later(6 * HOUR).shows(TICKET),
        park=closed(),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="9",
        title="who is inside gets out of a closed park",
        happens=lambda here: (here.shows(TICKET), here.later(HOUR).leaves(TICKET))[1],
        park=closed(since=NOON + HOUR // 2),
        answer="admitted exit 3",
        kk="Шығу белгіленді: 13:00. Табиғатты таза сақтағаныңызға рақмет!",
        ru="Выход отмечен: 13:00. Спасибо, что берегли природу!",
        en="Your exit is recorded: 13:00. Thank you for keeping the park clean.",
        ranger="Exit",
        rule="leaving",
        writes=("decision unlisted 3", "act pulse", "decision exit 3", "act pulse"),
    ),
    Situation(
        row="10",
        title="a storm warning is seen, and nobody is kept out by it",
        happens=lambda here: here.shows(TICKET, acknowledged=True),
        park=park(advisories=[STORM]),
        asks=("acknowledge",),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="10",
        title="fire danger of the highest class",
        happens=lambda here: here.shows(TICKET, acknowledged=True),
        park=park(advisories=[BURNING]),
        asks=("acknowledge",),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="48",
        title="on a fast lane a group is asked nothing, and the warning is told with the answer",
        happens=lambda here: here.shows(PARK.ticket(party=Party(adults=12))),
        park=WholePark(rows={"zones": ZONES, "advisories": [STORM]}, policy={"fast_lanes": [[1, 1]]}),
        answer="admitted unlisted 12",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз. Ескерту: дауыл.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода. Предупреждение: шторм.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave. Please note: storm.",
        ranger="Not in the list yet",
        details={"acknowledged": None},
        writes=("decision unlisted 12", "act pulse"),
    ),
    Situation(
        row="11",
        title="the day's quota: one is left of this gate's share, and two come",
        happens=full,
        park=park(quotas=[QUOTA]),
        answer="refused full 0",
        kk="Бос орын аз қалды: 1. Шекті саны: 6 адам. Инспекторға айтыңыз: тобыңыздың бір бөлігі кіре алады. Негізі: Парк әкімшілігі, № 3.",
        ru="Осталось мест: 1. Предел: 6 чел. Скажите инспектору: часть группы может войти. Основание: Администрация парка, № 3.",
        en="Places left: 1. The limit is 6. Tell the ranger: part of your group can go in. Set by Park administration, № 3.",
        ranger="Full",
        rule="admission",
        writes=("decision unlisted 3", "act pulse", "decision full 0"),
    ),
    Situation(
        row="11",
        title="so many inside at most: one out, one in",
        happens=full_inside,
        park=park(quotas=[INSIDE]),
        answer="refused full 0",
        kk="Біреу шықса, біреу кіреді. Күте тұрыңыз. Негізі: Парк әкімшілігі, № 3.",
        ru="Один вышел — один вошёл. Подождите, пожалуйста. Основание: Администрация парка, № 3.",
        en="One out, one in. Please wait. Set by Park administration, № 3.",
        ranger="Full",
        rule="counts",
        writes=("decision unlisted 4", "act pulse", "decision full 0"),
    ),
    Situation(
        row="11",
        title="two leave, and two go in",
        happens=one_out_one_in,
        park=park(quotas=[INSIDE]),
        answer="admitted unlisted 2",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=(
            "decision unlisted 4",
            "act pulse",
            "decision full 0",
            "decision exit 2",
            "act pulse",
            "decision unlisted 2",
            "act pulse",
        ),
    ),
    Situation(
        row="11",
        title="the day's quota: this gate's share is used up",
        happens=used_up,
        park=park(quotas=[QUOTA]),
        answer="refused full 0",
        kk="Қазір бос орын жоқ. Шекті саны: 6 адам. Келесі бос уақыт: ертең, 00:00. Басқа қақпаны көріңіз: Gate 2 kk. Негізі: Парк әкімшілігі, № 3.",
        ru="Сейчас мест нет. Предел: 6 чел. Ближайшее время: завтра, 00:00. Возможно, есть места: Gate 2 ru. Основание: Администрация парка, № 3.",
        en="No places left now. The limit is 6. Next free time: tomorrow, 00:00. There may be places at: Gate 2. Set by Park administration, № 3.",
        ranger="Full",
        rule="counts",
        writes=("decision unlisted 4", "act pulse", "decision full 0"),
    ),
    Situation(
        row="38",
        title="at half past nine in the evening",
        happens=lambda here: here.later(9 * HOUR + 1800).shows(TICKET),
        park=park(hours=HOURS),
        answer="refused outside_hours 0",
        kk="Қазір кіру уақыты емес. Ашылуы: ертең, 08:00. Паркте түнейтін болсаңыз, инспекторға айтыңыз.",
        ru="Сейчас вход закрыт. Откроется: завтра, 08:00. Если у вас ночёвка в парке, скажите инспектору.",
        en="Entry is closed now. It opens: tomorrow, 08:00. If you stay overnight, tell the ranger.",
        ranger="Outside hours",
        rule="hours",
        writes=("decision outside_hours 0",),
    ),
    Situation(
        row="38",
        title="whoever leaves at that hour is let out",
        happens=lambda here: (here.shows(TICKET), here.later(9 * HOUR + 1800).leaves(TICKET))[1],
        park=park(hours=HOURS),
        answer="admitted exit 3",
        kk="Шығу белгіленді: 21:30. Табиғатты таза сақтағаныңызға рақмет!",
        ru="Выход отмечен: 21:30. Спасибо, что берегли природу!",
        en="Your exit is recorded: 21:30. Thank you for keeping the park clean.",
        ranger="Exit",
        rule="leaving",
        writes=("decision unlisted 3", "act pulse", "decision exit 3", "act pulse"),
    ),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_the_situation_is_answered_told_and_written_down_as_the_table_says(
    situation: Situation, tmp_path: Path
) -> None:
    weigh(situation, tmp_path)
