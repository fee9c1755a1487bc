"""The sentences and figures people read."""

import re
from datetime import timedelta

import pytest

from kiosk.rules.keyring import KeyDetail, SignatureDetail
from kiosk.rules.permit import Party
from kiosk.rules.ticket import Fault
from kiosk.rules.words import Outcome, Reason
from tests.support.screen import NOW, telling
from ui.assets import QML
from ui.sentences import LANGUAGES, catalogue, plural_form
from ui.words import NOTHING, Telling, age, date, day_word, header_date, number, party_line, tell, until

SCRIPTS_MIXED = re.compile(r"[A-Za-zƏəıİ][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-zƏəıİ]")
NOT_FOR_VISITORS = ("тыйым", "жалған", "қате", "подделк", "ошибк", "недействит", "forged", "invalid", "error")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_a_label_of_at_most_24_letters(reason: Reason, language: str) -> None:
    words = catalogue(language)
    assert tell(telling(reason), language).what
    assert len(words.text(f"label.{reason}")) <= 24


CHECKS = [f"check.{detail}" for detail in (*Fault, *SignatureDetail)] + [f"check.key.{detail}" for detail in KeyDetail]


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_wrong_with_a_ticket_or_its_key_has_words_of_its_own_for_the_ranger(language: str) -> None:
    told = [catalogue(language).text(check) for check in CHECKS]
    assert all(1 <= len(words) <= 32 for words in told)
    assert len(set(told)) == len(CHECKS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [Reason.MALFORMED, Reason.FORGED, Reason.KEY_NOT_VALID, Reason.UNKNOWN_KEY])
def test_the_visitor_hears_one_plain_sentence_and_what_to_do_whatever_was_wrong(reason: Reason, language: str) -> None:
    told = {str(tell(Telling(reason=reason, now=NOW, kind=kind), language)) for kind in ("", *Fault, *KeyDetail)}
    assert len(told) == 1
    assert tell(telling(reason), language).what.count(".") == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_no_sentence_shows_a_placeholder_whatever_is_known(reason: Reason, language: str) -> None:
    for facts in (telling(reason), Telling(reason=reason, now=NOW)):
        text = str(tell(facts, language))
        assert "{" not in text
        assert "%" not in text
        assert "▸" not in text
        assert not re.search(r"[:,]\s*[.,]|\s\.|^\.|,\s*$", text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
def test_a_visitor_reads_no_blame_and_no_mixed_scripts(reason: Reason, language: str) -> None:
    text = str(tell(telling(reason), language)).lower()
    assert not SCRIPTS_MIXED.search(text)
    assert not [word for word in NOT_FOR_VISITORS if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_referred_visitor_always_hears_a_next_step(language: str) -> None:
    for reason in Reason:
        if reason.outcome is Outcome.REFERRED:
            assert tell(telling(reason), language).next


def test_all_languages_have_the_same_sentences_with_the_same_placeholders() -> None:
    # A day word stands in one language where another takes the date.
    same = {"dayword": "date"}
    kk, ru, en = (catalogue(language) for language in LANGUAGES)
    assert set(kk.forms) == set(ru.forms) == set(en.forms)
    for key in kk.forms:
        names = [{same.get(name, name) for name in words.placeholders(key)} for words in (kk, ru, en)]
        assert names[0] == names[1] == names[2], key


def test_russian_numbers_take_three_forms_and_kazakh_nouns_none() -> None:
    assert [plural_form("ru", n) for n in (1, 2, 5, 11, 21, 22, 112)] == [0, 1, 2, 2, 0, 1, 2]
    assert catalogue("ru").text("count.children", 21) == "21\u00a0ребёнок"
    assert catalogue("kk").text("count.people", 21) == "21\u00a0адам"
    assert catalogue("en").text("count.adults", 1) == "1\u00a0adult"


def test_a_party_is_said_by_category_without_zeros() -> None:
    party = Party(adults=2, children=1)
    assert party_line(party, "ru").replace("\u00a0", " ") == "2 взрослых, 1 ребёнок"
    assert party_line(party, "kk").replace("\u00a0", " ") == "2 ересек, 1 бала"
    assert party_line(Party(), "en") == ""


def test_dates_follow_the_house_and_not_the_system() -> None:
    plain = str.maketrans("\u00a0", " ")
    assert [date(NOW, NOW, language).translate(plain) for language in LANGUAGES] == ["11 шілде", "11 июля", "11 July"]
    last_year = NOW.replace(year=2025)
    assert [date(last_year, NOW, language).translate(plain) for language in LANGUAGES] == [
        "2025 жылғы 11 шілде",
        "11 июля 2025 г.",
        "11 July 2025",
    ]
    assert [header_date(NOW, language).translate(plain) for language in LANGUAGES] == [
        "11 шілде, сенбі",
        "11 июля, сб",
        "Sat 11 July",
    ]
    assert day_word(NOW - timedelta(days=1), NOW, "kk") == "кеше"
    assert until(NOW.replace(hour=20, minute=0), NOW, "ru") == "20:00"
    midnight = NOW.replace(hour=0, minute=0) + timedelta(days=1)
    assert until(midnight, NOW, "ru") == "24:00", "a ticket for today ends today"
    ended = Telling(reason=Reason.EXPIRED, now=NOW, at=midnight - timedelta(days=1))
    assert tell(ended, "en").what.translate(plain) == "This ticket ended: yesterday, 24:00."
    assert [number(1234567, language) for language in ("ru", "en")] == ["1\u00a0234\u00a0567", "1,234,567"]


def test_the_age_of_data_is_said_in_words() -> None:
    assert age(None, "en") == "nothing received yet"
    assert age(20, "ru") == "проверено только что"
    assert age(3 * 3600, "ru").replace("\u00a0", " ") == "проверено 3 часа назад"
    assert age(86_400 * 2, "kk").replace("\u00a0", " ") == "2 күннен бері байланыс жоқ"


def test_a_copy_is_told_with_day_time_and_place() -> None:
    used = Telling(reason=Reason.ALREADY_USED, now=NOW, at=NOW - timedelta(minutes=17), lane=2)
    said = str(tell(used, "kk")).replace("\u00a0", " ")
    assert said == "Бұл билет бүгін қолданылған: 09:41, 2-жолақ. Инспекторға келіңіз, ол көмектеседі."
    earlier = Telling(reason=Reason.ALREADY_USED, now=NOW, at=NOW - timedelta(days=3), lane=2)
    assert "8 шілде күні қолданылған" in str(tell(earlier, "kk")).replace("\u00a0", " ")


def test_a_payment_code_is_called_one() -> None:
    assert tell(Telling(reason=Reason.NOT_A_TICKET, now=NOW, kind="payment"), "en").what == "This is a payment code."
    assert tell(NOTHING, "en").what == ""


def test_every_sentence_is_named_where_lupdate_finds_it_and_none_is_left_over() -> None:
    named = {
        key
        for file in QML.rglob("*.qml")
        for key in re.findall(r'(?:qsTrId|QT_TRID_NOOP)\("([a-z0-9_.]+)"[,)]', file.read_text(encoding="utf-8"))
    }
    assert named == set(catalogue("kk").forms)
