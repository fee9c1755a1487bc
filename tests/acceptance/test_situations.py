"""Every situation at a gate, as the table of the admission rules has it: what happens, what the visitor hears in three
languages, what the ranger is told, and what is written down.
"""

from pathlib import Path
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.rules.codes import typed_code
from kiosk.rules.entries import DecisionBody, Entry, Private
from kiosk.rules.permit import Party
from kiosk.rules.ticket import Flag
from kiosk.rules.words import Reason, Source
from tests.support.park import (
    CHECKED,
    FREE_REENTRY,
    NOON,
    OTHER_PARK,
    PLATE,
    SLOT,
    SmallPark,
)
from tests.support.situations import Here, Situation, weigh
from tests.support.story import gist, told

HOUR, DAY = 3600, 86_400
PARK = SmallPark()
TICKET = PARK.ticket()
GROUP = PARK.ticket(party=Party(adults=12))
TRAINING = PARK.ticket(flags=int(Flag.TRAINING))
PAYMENT = "https://kaspi.kz/pay/12345"
ALWAYS = {"holder_check_percent": 100}


def listed(here: Here, **changes: Any) -> Here:
    """The ticket is in the replica."""
    return here.knows(PARK.claims(**changes))


def revoked(here: Here) -> Here:
    """The ticket was refunded ten minutes ago, and sync has brought the news."""
    claims = PARK.claims()
    return here.knows(claims, ["r", 9, claims.cti[:8].hex(), "revoke", NOON - 600, 0])


def came_in(here: Here, text: str = TICKET) -> Here:
    """The whole party went in."""
    here.shows(text)
    return here


def group_in_parts(here: Here) -> Entry:
    listed(here, party=Party(adults=12)).shows(GROUP, heads=5)
    return here.later(HOUR).shows(GROUP, heads=7)


def overridden(here: Here) -> Entry:
    refused = came_in(here).shows(TICKET)
    words = here.reason_was("came back for the child's coat")
    return here.gate.checkpoint.acts.override(refused.id, reason=words, by="device", party=Party(adults=1))


def annulled(here: Here) -> Entry:
    first = here.shows(TICKET)
    here.gate.checkpoint.acts.annul(first.id, reason=here.reason_was("the turnstile did not turn"), by="device")
    return here.later(60).shows(TICKET)


def corrected(here: Here) -> Entry:
    first = here.shows(TICKET)
    words = here.reason_was("one stayed in the car")
    here.gate.checkpoint.acts.correct(first.id, party=Party(adults=1, children=1), reason=words, by="device")
    return here.later(HOUR).shows(TICKET)


SITUATIONS: list[Situation] = [
    Situation(
        row="1",
        title="a valid ticket",
        happens=lambda here: listed(here).shows(TICKET),
        answer="admitted ok 3",
        kk="2 ересек, 1 бала. Билет мерзімінің соңы: 24:00.",
        ru="2 взрослых, 1 ребёнок. Билет действует до 24:00.",
        en="2 adults, 1 child. Your ticket is valid until 24:00.",
        ranger="Valid ticket",
        writes=("decision ok 3", "act pulse"),
        details={"listed": 1},
    ),
    Situation(
        row="2",
        title="five of twelve come first",
        happens=lambda here: listed(here, party=Party(adults=12)).shows(GROUP, heads=5),
        asks=("heads",),
        answer="admitted partial 5",
        kk="Қазір кіретіндер: 5. Билетте қалғаны: 7. Қалғандар осы билетпен кейін кіреді.",
        ru="Сейчас проходят: 5. Осталось по билету: 7. Остальные пройдут по нему позже.",
        en="Entering now: 5. Left on this ticket: 7. The others can use it later.",
        ranger="Part of a party",
        writes=("decision partial 5", "act pulse"),
    ),
    Situation(
        row="2",
        title="the other seven come an hour later",
        happens=group_in_parts,
        asks=("heads", "heads"),
        answer="admitted ok 7",
        kk="7 ересек. Билет мерзімінің соңы: 24:00.",
        ru="7 взрослых. Билет действует до 24:00.",
        en="7 adults. Your ticket is valid until 24:00.",
        ranger="Valid ticket",
        writes=("decision partial 5", "act pulse", "decision ok 7", "act pulse"),
    ),
    Situation(
        row="2",
        title="nobody answers how many",
        happens=lambda here: here.turns_away(GROUP),
        asks=("heads",),
        answer="referred unanswered 0",
        kk="Сұраққа жауап болмады. Билетті қайта көрсетіңіз немесе инспекторды күтіңіз.",
        ru="Ответа не было. Покажите билет ещё раз или дождитесь инспектора.",
        en="There was no answer. Show the ticket again or wait for the ranger.",
        ranger="No answer",
        writes=("decision unanswered 0",),
    ),
    Situation(
        row="3",
        title="back after a recorded exit",
        happens=lambda here: (came_in(here).leaves(TICKET), here.later(HOUR).shows(TICKET))[1],
        answer="admitted welcome_back 3",
        kk="Бұл – бүгінгі келуіңіздің жалғасы. Жаңа билет керек емес.",
        ru="Это продолжение сегодняшнего посещения. Новый билет не нужен.",
        en="This continues today's visit. No new ticket is needed.",
        ranger="Back, same day",
        writes=(
            "decision unlisted 3",
            "act pulse",
            "decision exit 3",
            "act pulse",
            "decision welcome_back 3",
            "act pulse",
        ),
    ),
    Situation(
        row="3",
        title="back without an exit, where re-entry needs one",
        happens=lambda here: came_in(here).later(2 * HOUR).shows(TICKET),
        answer="refused already_used 0",
        rule="use",
        kk="Бұл билет бүгін қолданылған: 12:00, 1-жолақ. Инспекторға келіңіз, ол көмектеседі.",
        ru="Билет сегодня уже использован: 12:00, полоса 1. Подойдите к инспектору, он поможет.",
        en="This ticket was already used today: 12:00, lane 1. Please speak to the ranger.",
        ranger="Already used",
        writes=("decision unlisted 3", "act pulse", "decision already_used 0"),
    ),
    Situation(
        row="3",
        title="back without an exit, where re-entry is free",
        happens=lambda here: (
            came_in(here, PARK.ticket(product=FREE_REENTRY)).later(2 * HOUR).shows(PARK.ticket(product=FREE_REENTRY))
        ),
        answer="admitted flagged_reentry 3",
        kk="Билет бүгін қолданылған: 12:00. Қайта кіруге болады. Шығарда билетті көрсетіңіз.",
        ru="Билет сегодня уже использован: 12:00. Повторный вход разрешён. На выходе покажите билет.",
        en="This ticket was used today at 12:00. Re-entry is allowed. Please show it when you leave.",
        ranger="Re-entry, flagged",
        writes=("decision unlisted 3", "act pulse", "decision flagged_reentry 3", "act pulse"),
    ),
    Situation(
        row="3",
        title="the same within a quarter of an hour: a phone handed back over the fence",
        happens=lambda here: (
            came_in(here, PARK.ticket(product=FREE_REENTRY)).later(899).shows(PARK.ticket(product=FREE_REENTRY))
        ),
        answer="refused already_used 0",
        rule="use",
        kk="Бұл билет бүгін қолданылған: 12:00, 1-жолақ. Инспекторға келіңіз, ол көмектеседі.",
        ru="Билет сегодня уже использован: 12:00, полоса 1. Подойдите к инспектору, он поможет.",
        en="This ticket was already used today: 12:00, lane 1. Please speak to the ranger.",
        ranger="Already used",
        writes=("decision unlisted 3", "act pulse", "decision already_used 0"),
    ),
    Situation(
        row="4",
        title="all leave",
        happens=lambda here: came_in(here).later(HOUR).leaves(TICKET),
        answer="admitted exit 3",
        rule="leaving",
        kk="Шығу белгіленді: 13:00. Табиғатты таза сақтағаныңызға рақмет!",
        ru="Выход отмечен: 13:00. Спасибо, что берегли природу!",
        en="Your exit is recorded: 13:00. Thank you for keeping the park clean.",
        ranger="Exit",
        writes=("decision unlisted 3", "act pulse", "decision exit 3", "act pulse"),
    ),
    Situation(
        row="4",
        title="one of three leaves",
        happens=lambda here: came_in(here).later(HOUR).leaves(TICKET, heads=1),
        answer="admitted exit 1",
        rule="leaving",
        kk="Шығу белгіленді: 13:00. Табиғатты таза сақтағаныңызға рақмет!",
        ru="Выход отмечен: 13:00. Спасибо, что берегли природу!",
        en="Your exit is recorded: 13:00. Thank you for keeping the park clean.",
        ranger="Exit",
        writes=("decision unlisted 3", "act pulse", "decision exit 1", "act pulse"),
    ),
    Situation(
        row="4",
        title="out by a ticket that came in elsewhere",
        happens=lambda here: here.leaves(TICKET),
        answer="admitted exit_unknown 0",
        rule="leaving",
        kk="Шығу ашық. Бұл код бойынша кіру табылмады. Серігіңіз паркте қалса, инспекторға айтыңыз.",
        ru="Выход открыт. Вход по этому коду не найден. Если кто-то остался в парке, скажите инспектору.",
        en="You may leave. No entry was found for this code. If someone is still inside, tell the ranger.",
        ranger="Exit without entry",
        writes=("decision exit_unknown 0", "act pulse"),
    ),
    Situation(
        row="4",
        title="out by a code that is no ticket: no pulse",
        happens=lambda here: here.leaves(PAYMENT),
        answer="refused not_a_ticket 0",
        rule="leaving",
        kk="Бұл – төлем коды. Билеттің QR-кодын ашып, қайта көрсетіңіз.",
        ru="Это код оплаты. Откройте QR-код билета и покажите ещё раз.",
        en="This is a payment code. Open the QR code of your ticket and show it again.",
        ranger="Not a ticket",
        check="Payment code",
        writes=("decision not_a_ticket 0",),
    ),
    Situation(
        row="5",
        title="a ticket of yesterday",
        happens=lambda here: here.later(DAY).shows(TICKET),
        answer="refused expired 0",
        rule="window",
        kk="Билеттің мерзімі өткен: кеше, 24:00. Тағы бір күнге билет алуға болады.",
        ru="Срок билета закончился: вчера, 24:00. Можно купить ещё один день.",
        en="This ticket ended: yesterday, 24:00. You can buy a further day.",
        ranger="Expired",
        writes=("decision expired 0",),
        details={"until": NOON + DAY // 2},
    ),
    Situation(
        row="6",
        title="an hour before a slot",
        happens=lambda here: here.shows(PARK.ticket(product=SLOT, nbf=NOON + HOUR, exp=NOON + 3 * HOUR)),
        answer="refused not_yet 0",
        rule="window",
        kk="Билеттің уақыты әлі келген жоқ. Басталуы: бүгін, 13:00. Сол уақытта келіңіз.",
        ru="Время билета ещё не наступило. Начало: сегодня, 13:00. Приходите к этому времени.",
        en="This ticket is not valid yet. It starts: today, 13:00. Please come back then.",
        ranger="Not valid yet",
        writes=("decision not_yet 0",),
        details={"from": NOON + HOUR},
    ),
    Situation(
        row="7",
        title="a ticket of another park",
        happens=lambda here: here.shows(PARK.ticket(park=OTHER_PARK)),
        answer="refused wrong_park 0",
        rule="park",
        kk="Билет басқа паркке арналған: Altyn-Emel kk. Осы парктің билетін инспектордан сұраңыз.",
        ru="Это билет в другой парк: Altyn-Emel ru. О билете в этот парк спросите инспектора.",
        en="This ticket is for another park: Altyn-Emel. Ask the ranger for a ticket to this park.",
        ranger="Other park",
        writes=("decision wrong_park 0",),
        details={"park": OTHER_PARK},
    ),
    Situation(
        row="8",
        title="a ticket of another gate, where that is flagged",
        happens=lambda here: here.shows(PARK.ticket(gates=(2,))),
        answer="admitted flagged_gate 3",
        kk="Билетте басқа қақпа көрсетілген: Gate 2 kk. Бұл жолы өтіңіз. Келесіде сол қақпаға келіңіз.",
        ru="В билете указан другой вход: Gate 2 ru. Сейчас проходите. В следующий раз — туда.",
        en="Your ticket names another entrance: Gate 2. You may enter here today. Next time, please use that one.",
        ranger="Other gate, flagged",
        writes=("decision flagged_gate 3", "act pulse"),
        details={"gates": [2]},
    ),
    Situation(
        row="8",
        title="a ticket of another gate, where that is refused",
        happens=lambda here: here.shows(PARK.ticket(gates=(2,))),
        park=SmallPark(policy={"wrong_gate": "refuse"}),
        answer="refused wrong_gate 0",
        rule="gate",
        kk="Билет басқа қақпаға арналған: Gate 2 kk. Инспекторға келіңіз.",
        ru="Это билет для другого входа: Gate 2 ru. Подойдите к инспектору.",
        en="This ticket is for another entrance: Gate 2. Please see the ranger.",
        ranger="Other gate",
        writes=("decision wrong_gate 0",),
        details={"gates": [2]},
    ),
    Situation(
        row="12",
        title="bought minutes ago, not in the replica",
        happens=lambda here: here.knows(PARK.claims(2)).shows(TICKET),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
        details={"listed": 0},
    ),
    Situation(
        row="13",
        title="refunded",
        happens=lambda here: revoked(here).shows(TICKET),
        answer="refused revoked 0",
        rule="revoked",
        kk="Билеттің күші жойылған: 4 шілде. Сұрақ болса, инспекторға чекті көрсетіңіз.",
        ru="Билет отменён 4 июля. Если это неожиданно, покажите инспектору чек.",
        en="This ticket was cancelled on 4 July. If this is unexpected, show the ranger your receipt.",
        ranger="Cancelled",
        writes=("decision revoked 0",),
        details={"at": NOON - 600},
    ),
    Situation(
        row="14, 15",
        title="on paper, laid under the camera as a picture",
        happens=lambda here: listed(here).shows(TICKET, source=Source.PICTURE),
        answer="admitted ok 3",
        kk="2 ересек, 1 бала. Билет мерзімінің соңы: 24:00.",
        ru="2 взрослых, 1 ребёнок. Билет действует до 24:00.",
        en="2 adults, 1 child. Your ticket is valid until 24:00.",
        ranger="Valid ticket",
        writes=("decision ok 3", "act pulse"),
    ),
    Situation(
        row="14, 15",
        title="the typed code alone",
        happens=lambda here: listed(here).types(typed_code(PARK.claims().cti)),
        answer="referred typed_only 0",
        rule="typed",
        kk="Терілген кодты инспектор растайды. QR-код болса, камераға көрсетіңіз.",
        ru="Набранный код подтверждает инспектор. Если есть QR-код, покажите его камере.",
        en="A typed code is confirmed by the ranger. If you have the QR code, show it to the camera.",
        ranger="Typed code only",
        writes=("decision typed_only 0",),
    ),
    Situation(
        row="14, 15",
        title="the typed code, where the park believes it, after the QR code was used: the same right",
        happens=lambda here: came_in(listed(here)).later(HOUR).types(typed_code(PARK.claims().cti)),
        park=SmallPark(policy={"typed_code_alone": "admit"}),
        answer="refused already_used 0",
        rule="use",
        kk="Бұл билет бүгін қолданылған: 12:00, 1-жолақ. Инспекторға келіңіз, ол көмектеседі.",
        ru="Билет сегодня уже использован: 12:00, полоса 1. Подойдите к инспектору, он поможет.",
        en="This ticket was already used today: 12:00, lane 1. Please speak to the ranger.",
        ranger="Already used",
        writes=("decision ok 3", "act pulse", "decision already_used 0"),
    ),
    Situation(
        row="14, 15",
        title="half a code",
        happens=lambda here: here.shows(TICKET[: len(TICKET) // 2]),
        answer="refused malformed 0",
        rule="reading",
        kk="Билет коды толық оқылмады. Билетті қайта ашыңыз немесе астындағы кодты теріңіз.",
        ru="Код билета прочитан не полностью. Откройте билет заново или наберите код под ним.",
        en="The ticket code is incomplete. Reopen the ticket or type the code below it.",
        ranger="Damaged code",
        check="Code breaks off",
        writes=("decision malformed 0",),
    ),
    Situation(
        row="16",
        title="a spot check: the plate is the ticket's",
        happens=lambda here: here.shows(PARK.tagged(product=CHECKED), seen=Private(plate=PLATE)),
        park=SmallPark(policy=ALWAYS),
        asks=("holder",),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3 [plate]", "act pulse"),
        details={"plate": "matches"},
    ),
    Situation(
        row="16",
        title="a spot check: another document",
        happens=lambda here: here.shows(PARK.tagged(product=CHECKED), seen=Private(holder="N 9999999")),
        park=SmallPark(policy=ALWAYS),
        asks=("holder",),
        answer="referred holder_check 0",
        rule="holder",
        kk="Инспектор құжатты немесе көлік нөмірін тексереді. Дайындап қойыңыз, көшірмесі алынбайды.",
        ru="Инспектор сверит документ или номер машины. Приготовьте документ; копию не снимаем.",
        en="The ranger will check your document or plate. Please have it ready; no copy is made.",
        ranger="Check the holder",
        writes=("decision holder_check 0 [holder]",),
        details={"holder": "differs"},
    ),
    Situation(
        row="17",
        title="a copy, two minutes after the family",
        happens=lambda here: came_in(listed(here)).later(121).shows(TICKET),
        answer="refused already_used 0",
        rule="use",
        kk="Бұл билет бүгін қолданылған: 12:00, 1-жолақ. Инспекторға келіңіз, ол көмектеседі.",
        ru="Билет сегодня уже использован: 12:00, полоса 1. Подойдите к инспектору, он поможет.",
        en="This ticket was already used today: 12:00, lane 1. Please speak to the ranger.",
        ranger="Already used",
        writes=("decision ok 3", "act pulse", "decision already_used 0"),
    ),
    Situation(
        row="18",
        title="a forged ticket",
        happens=lambda here: here.shows(SmallPark(seed=bytes(32)).ticket()),
        answer="refused forged 0",
        rule="reading",
        kk="Билеттің түпнұсқа екені расталмады. Инспекторға келіп, төлем чегін көрсетіңіз.",
        ru="Подлинность билета не подтвердилась. Подойдите к инспектору с чеком об оплате.",
        en="We could not confirm this ticket. Please see the ranger with your payment receipt.",
        ranger="Signature failed",
        check="Signature of something else",
        writes=("decision forged 0",),
        details={"check": "signature"},
    ),
    Situation(
        row="18",
        title="a payment code held up for nine seconds: one entry, and never its text",
        happens=lambda here: (here.shows(PAYMENT), here.later(9).shows(PAYMENT))[1],
        answer="refused not_a_ticket 0",
        rule="reading",
        kk="Бұл – төлем коды. Билеттің QR-кодын ашып, қайта көрсетіңіз.",
        ru="Это код оплаты. Откройте QR-код билета и покажите ещё раз.",
        en="This is a payment code. Open the QR code of your ticket and show it again.",
        ranger="Not a ticket",
        check="Payment code",
        writes=("decision not_a_ticket 0",),
    ),
    Situation(
        row="18",
        title="a Wi-Fi code",
        happens=lambda here: here.shows("WIFI:T:WPA;S=Park;P:12345678;;"),
        answer="refused not_a_ticket 0",
        rule="reading",
        kk="Бұл – Wi-Fi коды. Билеттің QR-кодын ашып, қайта көрсетіңіз.",
        ru="Это код Wi-Fi. Откройте QR-код билета и покажите ещё раз.",
        en="This is a Wi-Fi code. Open the QR code of your ticket and show it again.",
        ranger="Not a ticket",
        check="Wi-Fi code",
        writes=("decision not_a_ticket 0",),
    ),
    Situation(
        row="19",
        title="a clock in doubt, where its two ends differ",
        happens=lambda here: here.doubts(2 * DAY).shows(TICKET),
        answer="referred clock_suspect 0",
        kk="Құрылғының сағаты дәл болмауы мүмкін. Билет уақытын инспектор тексереді.",
        ru="Часы устройства могут быть неточны. Время билета проверит инспектор.",
        en="This kiosk's clock may be wrong. The ranger will check the time of your ticket.",
        ranger="Clock in doubt",
        writes=("decision clock_suspect 0",),
    ),
    Situation(
        row="19",
        title="a clock in doubt, where it makes no difference",
        happens=lambda here: here.doubts(HOUR).shows(TICKET),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="20",
        title="the power goes between the entry and the barrier: the same entry, one pulse",
        happens=lambda here: here.power_cut(TICKET).later(60).shows(TICKET),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="28",
        title="a guide is required and named",
        happens=lambda here: here.shows(
            PARK.ticket(flags=int(Flag.GUIDE_REQUIRED)), guide_named=True, seen=Private(guide="Aidos Bekov")
        ),
        asks=("guide",),
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3 [guide]", "act pulse"),
    ),
    Situation(
        row="40",
        title="a ranger lets one more in",
        happens=overridden,
        answer="override 1",
        rule="",
        kk="Инспектор кіруге рұқсат берді. Билетті шыққанша сақтаңыз.",
        ru="Инспектор разрешил проход. Сохраните билет до выхода.",
        en="The ranger has let you in. Keep your ticket until you leave.",
        ranger="Ranger's decision",
        writes=(
            "decision unlisted 3",
            "act pulse",
            "decision already_used 0",
            "act override 1 [reason]",
            "act pulse",
        ),
    ),
    Situation(
        row="40",
        title="the turnstile did not turn: annulled, and the ticket is good again",
        happens=annulled,
        answer="admitted unlisted 3",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse", "act annul [reason]", "decision unlisted 3", "act pulse"),
    ),
    Situation(
        row="40",
        title="one stayed behind: corrected, and comes later",
        happens=corrected,
        answer="admitted unlisted 1",
        kk="Билет түпнұсқа, тізім кейін жаңарады. Билетті шыққанша сақтаңыз.",
        ru="Билет подлинный, список обновится позже. Сохраните билет до выхода.",
        en="Your ticket is genuine; our list will catch up. Keep it until you leave.",
        ranger="Not in the list yet",
        writes=("decision unlisted 3", "act pulse", "act correct 2 [reason]", "decision unlisted 1", "act pulse"),
    ),
    Situation(
        row="50",
        title="a training ticket, shown twice",
        happens=lambda here: (came_in(here, TRAINING), here.shows(TRAINING))[1],
        answer="admitted training 3",
        kk="СЫНАҚ билеті: нақты кіру емес. Есепке алынбайды.",
        ru="ТЕСТОВЫЙ билет: это не настоящий проход. В учёт не входит.",
        en="TEST ticket: not a real entry. It is not counted.",
        ranger="TEST ticket",
        writes=("decision training 3", "act pulse", "decision training 3", "act pulse"),
    ),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_the_situation_is_answered_told_and_written_down_as_the_table_says(
    situation: Situation, tmp_path: Path
) -> None:
    weigh(situation, tmp_path)


def test_49_what_is_my_ticket_is_answered_and_nothing_is_recorded_as_use(tmp_path: Path) -> None:
    here = Here(tmp_path, PARK)
    for _ in range(2):
        body = here.gate.checkpoint.information(Scan(text=TICKET, source=Source.CAMERA))
        assert isinstance(body, DecisionBody)
        assert (body.reason, body.party.heads) == (Reason.UNLISTED, 3)
    assert here.written() == []
    assert here.gate.barrier.pulses == ()
    here.close()


def test_44_45_46_an_export_the_network_and_a_new_policy_change_no_answer_and_an_older_set_none_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with told(tmp_path, "Burabay", begins="2026-07-04T09:00", monkeypatch=monkeypatch) as story:
        gate = story.gate("gate-3", 3)
        family, couple, late = story.sell("adults=2", count=3)
        gate.sync()
        story.cut()
        assert gist(gate.shows(family)) == ("admitted", "ok", 2)

        # 44: the counts are written beside the scans, and the gate answers as before
        assert gate.persons() == 2
        assert gist(gate.shows(family)) == ("refused", "already_used", 0)

        # 45: the network is back: what happened is told, and nobody's answer changes
        assert gate.sync(code=3)["errors"], "without the registry a cycle says so"
        gate_wrote = gate.status()["pending"]
        story.connect()
        assert gate.sync()["sent"] == gate_wrote
        assert gist(gate.shows(family)) == ("refused", "already_used", 0)

        # 46: a new set is an entry before it decides anything; an older signed one, put back, is not believed
        old = sorted((gate.data / "kiosk" / "trust").iterdir())
        kept = {file: file.read_bytes() for file in old}
        story.registry("keys", "add", "--park", "7")
        assert gate.sync()["set_version"] == 2
        assert gist(gate.shows(couple)) == ("admitted", "ok", 2)
        for file in (gate.data / "kiosk" / "trust").iterdir():
            file.unlink()
        for file, data in kept.items():
            file.write_bytes(data)
        assert gate.run("scan", "--text", late).code == 3, (
            "the version that was in force is not here, so nobody is let in"
        )
        assert gate.sync()["set_version"] == 2
        assert gist(gate.shows(late)) == ("admitted", "ok", 2)
        assert [entry["version"] for entry in gate.journal("trust")] == [1, 2]
        assert gate.is_sound()
