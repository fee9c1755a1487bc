"""Situations at a gate, continued: who has no ticket in hand, and whom a ranger lets in by the park's tables."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.rules.entries import Entry, Private
from kiosk.rules.permit import Party
from kiosk.rules.personal import LookUp, word_for
from kiosk.rules.special import SpecialKind
from tests.support.park import NOON, PLATE, names, permit_of
from tests.support.situations import (
    CLEAN_UP,
    COLLEAGUE,
    PASS_CARD,
    RANGER,
    STAFF_CARD,
    Here,
    Situation,
    WholePark,
    weigh,
)

DAY = 86_400
PENSIONERS = {
    "category": "pensioners",
    "names": names("Pensioners"),
    "since": "2024-10-02",
    "documents": [{"document": "pension_certificate", "names": names("Pension certificate")}],
    "counts_as": "preferential",
    "second_look_every": 3,
}
PARK = WholePark(rows={"exemptions": [PENSIONERS]})
BUS = PARK.ticket(party=Party(adults=50))
RECEIPT = "4471-0093"
PASS = PARK.claims(40, product=PASS_CARD, nbf=NOON - 20 * DAY, exp=NOON + 19 * DAY, entries=0, party=Party(adults=2))


def exempt(here: Here) -> Entry:
    return here.admits(
        SpecialKind.EXEMPT,
        category="pensioners",
        document="pension_certificate",
        party=Party(adults=2),
        second_by=COLLEAGUE,
    )


def third_exempt(here: Here) -> Entry:
    exempt(here.later(600))
    exempt(here.later(600))
    return exempt(here.later(600))


def with_plate(here: Here) -> Here:
    """The replica knows the resident's pass, and a ticket, by their plates."""
    (word,) = word_for(LookUp.PLATE, PLATE, PARK.season_key)
    return here.knows(replace(permit_of(PASS), search=word.hex()).row())


SITUATIONS: list[Situation] = [
    Situation(
        row="22",
        title="two pensioners with their certificate",
        happens=exempt,
        park=PARK,
        answer="admitted exempt 2",
        kk="Кіру тегін. Құжатыңыздың көшірмесі алынбайды.",
        ru="Вход бесплатный. Копию документа мы не храним.",
        en="Free entry. No copy of your document is kept.",
        ranger="Exempt",
        writes=("decision exempt 2", "act pulse"),
        details={"price": 0},
    ),
    Situation(
        row="22",
        title="every third is looked at by a second person",
        happens=third_exempt,
        park=PARK,
        asks=("second_look",),
        answer="admitted exempt 2",
        kk="Кіру тегін. Құжатыңыздың көшірмесі алынбайды.",
        ru="Вход бесплатный. Копию документа мы не храним.",
        en="Free entry. No copy of your document is kept.",
        ranger="Exempt",
        writes=("decision exempt 2", "act pulse") * 3,
        details={"second_by": COLLEAGUE, "second_look": 1},
    ),
    Situation(
        row="23",
        title="a resident by the pass",
        happens=lambda here: here.shows(
            PARK.ticket(40, product=PASS_CARD, nbf=PASS.nbf, exp=PASS.exp, entries=0, party=PASS.party)
        ),
        park=PARK,
        answer="admitted pass 2",
        kk="Рұқсатнама тексерілді. Мерзімінің соңы: 23 шілде.",
        ru="Пропуск проверен. Действует до 23 июля.",
        en="Your pass has been checked. Valid until 23 July.",
        ranger="Pass",
        writes=("decision pass 2", "act pulse"),
    ),
    Situation(
        row="23",
        title="a resident by the plate",
        happens=lambda here: with_plate(here).admits(SpecialKind.RESIDENT, plate=PLATE),
        park=PARK,
        answer="admitted pass 2",
        kk="Рұқсатнама тексерілді. Мерзімінің соңы: 23 шілде.",
        ru="Пропуск проверен. Действует до 23 июля.",
        en="Your pass has been checked. Valid until 23 July.",
        ranger="Pass",
        writes=("decision pass 2 [plate]", "act pulse"),
    ),
    Situation(
        row="23",
        title="a plate that no pass was issued for",
        happens=lambda here: with_plate(here).admits(SpecialKind.RESIDENT, plate="001 AAA 01"),
        park=PARK,
        answer="referred not_listed 0",
        rule="reading",
        kk="Бұл нөмірге рұқсатнама мұнда табылмады. Рұқсатнаманы немесе оның кодын инспекторға көрсетіңіз.",
        ru="По этому номеру пропуск здесь не найден. Покажите инспектору пропуск или его код.",
        en="No pass is known here for this plate. Show the pass or its code to the ranger.",
        ranger="Not on allow-list",
        writes=("decision not_listed 0 [plate]",),
    ),
    Situation(
        row="25",
        title="a foreigner's ticket speaks English",
        happens=lambda here: here.shows(PARK.ticket(language="en")),
        park=PARK,
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
        details={"language": "en"},
    ),
    Situation(
        row="26, 27",
        title="a bus of fifty, counted by category at the door",
        happens=lambda here: here.shows(BUS, party=Party(adults=43, preferential=7)),
        park=PARK,
        asks=("heads",),
        answer="admitted unlisted 50",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 50", "act pulse"),
    ),
    Situation(
        row="29",
        title="an ambulance: the barrier first, the form later",
        happens=lambda here: here.admits(SpecialKind.OFFICIAL, category="ambulance", party=Party(adults=3)),
        park=PARK,
        answer="admitted official 3",
        kk="Қызметтік кіру. Жазбаны инспектор кейін толтырады.",
        ru="Служебный проезд. Запись инспектор заполнит позже.",
        en="Official entry. The ranger completes the record later.",
        ranger="Official",
        writes=("decision official 3", "act pulse"),
    ),
    Situation(
        row="30",
        title="a staff card",
        happens=lambda here: here.shows(PARK.ticket(product=STAFF_CARD, party=Party(adults=1))),
        park=PARK,
        answer="admitted staff 1",
        kk="Қызметкер рұқсатнамасы. Келу санына кірмейді.",
        ru="Служебный пропуск. В число посещений не входит.",
        en="Staff pass. Not counted as a visit.",
        ranger="Staff",
        writes=("decision staff 1", "act pulse"),
    ),
    Situation(
        row="30",
        title="somebody of the staff list without a card",
        happens=lambda here: here.admits(SpecialKind.STAFF, staff=COLLEAGUE, party=Party(adults=1)),
        park=PARK,
        answer="admitted staff 1",
        kk="Қызметкер рұқсатнамасы. Келу санына кірмейді.",
        ru="Служебный пропуск. В число посещений не входит.",
        en="Staff pass. Not counted as a visit.",
        ranger="Staff",
        writes=("decision staff 1", "act pulse"),
        details={"staff": COLLEAGUE},
    ),
    Situation(
        row="31",
        title="a lost ticket, found by the plate",
        happens=lambda here: with_lost(here).admits(SpecialKind.FOUND, lookups={LookUp.PLATE: PLATE}, holder_seen=True),
        park=PARK,
        asks=("holder",),
        answer="admitted ok 3",
        kk="2 ересек, 1 бала. Билет мерзімінің соңы: 24:00.",
        ru="2 взрослых, 1 ребёнок. Билет действует до 24:00.",
        en="2 adults, 1 child. Your ticket is valid until 24:00.",
        ranger="Valid ticket",
        writes=("decision ok 3", "report reissue lost", "act pulse"),
        details={"found": 1},
    ),
    Situation(
        row="31",
        title="whoever holds the lost ticket comes second",
        happens=lambda here: (
            with_lost(here).admits(SpecialKind.FOUND, lookups={LookUp.PLATE: PLATE}, holder_seen=True),
            here.later(600).shows(PARK.ticket()),
        )[1],
        park=PARK,
        asks=("holder",),
        answer="refused already_used 0",
        rule="use",
        kk="Бұл билет бүгін қолданылған: 12:00, 1-жолақ. Инспекторға келіңіз, ол көмектеседі.",
        ru="Билет сегодня уже использован: 12:00, полоса 1. Подойдите к инспектору, он поможет.",
        en="This ticket was already used today: 12:00, lane 1. Please speak to the ranger.",
        ranger="Already used",
        writes=("decision ok 3", "report reissue lost", "act pulse", "decision already_used 0"),
    ),
    Situation(
        row="33",
        title="paid but no ticket, where the park lets in on it",
        happens=lambda here: here.admits(SpecialKind.CLAIM, receipt=RECEIPT, party=Party(adults=2)),
        park=WholePark(policy={"claims": "admit"}),
        answer="admitted claim 2",
        kk="Төлеміңіз жазылды, ол тексеріледі: 2 ересек. Талонды шыққанша сақтаңыз.",
        ru="Ваша оплата записана, её проверят: 2 взрослых. Сохраните талон до выхода.",
        en="Your payment is noted and will be looked for: 2 adults. Keep the slip until you leave.",
        ranger="Paid, no ticket",
        writes=("decision claim 2 [receipt]", "act pulse"),
    ),
    Situation(
        row="33",
        title="paid but no ticket, where a ranger decides",
        happens=lambda here: here.admits(SpecialKind.CLAIM, receipt=RECEIPT, party=Party(adults=2)),
        park=PARK,
        answer="referred claim_open 0",
        rule="special",
        kk="Төлеміңіз жазылды, бірақ ол мұнда әлі көрінбейді. Қазір кіруге болатынын инспектор шешеді.",
        ru="Ваша оплата записана, но здесь её пока не видно. Инспектор решит, можно ли войти сейчас.",
        en="Your payment is noted, but it cannot be seen here yet. The ranger decides whether you may enter now.",
        ranger="Payment not seen",
        writes=("decision claim_open 0 [receipt]",),
    ),
]


def with_lost(here: Here) -> Here:
    """The replica knows the ticket that was lost by its plate."""
    (word,) = word_for(LookUp.PLATE, PLATE, PARK.season_key)
    return here.knows(replace(permit_of(PARK.claims()), search=word.hex()).row())


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_the_situation_is_answered_told_and_written_down_as_the_table_says(
    situation: Situation, tmp_path: Path
) -> None:
    weigh(situation, tmp_path)


def test_29_the_form_of_an_official_entry_is_filled_in_later_and_can_be_erased(tmp_path: Path) -> None:
    here = Here(tmp_path, PARK)
    entry = here.admits(SpecialKind.OFFICIAL, category="ambulance", party=Party(adults=3))
    form = Private(holder="crew 12", plate=PLATE, reason="a fall at the viewpoint")
    here.later(3600).gate.checkpoint.acts.complete(entry.id, private=form, by=RANGER)
    assert here.written() == ["decision official 3", "act pulse", "act complete [plate,holder,reason]"]
    here.gate.checkpoint.acts.erase(entry.id, by=RANGER)
    assert here.written()[2:] == ["act complete", "act erase"]
    here.close()


def test_a_clean_up_day_counts_who_takes_part_and_what_they_bring_back(tmp_path: Path) -> None:
    here = Here(tmp_path, PARK)
    entry = here.admits(SpecialKind.EVENT, product=CLEAN_UP, party=Party(adults=12))
    here.later(3 * 3600).gate.checkpoint.acts.add_bags(entry.id, 30, by=RANGER)
    assert here.written() == ["decision ok 12", "act pulse", "act bags"]
    here.close()
