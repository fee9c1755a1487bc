"""Closures, warnings, quotas and hours in words: what happened, why, what to do, by whose order and until when."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.rules.closures import Advisory
from kiosk.rules.entries import DecisionBody, Entry, EntryKey, Place
from kiosk.rules.facts import Question, Right
from kiosk.rules.names import Names
from kiosk.rules.permit import Party
from kiosk.rules.words import ClockTrust, Direction, Reason, Source, Topic
from tests.support.park import NOON, PARK, SmallPark, names
from ui.commands.decisions import question_line
from ui.decision_json import question_json
from ui.limit_words import advisories_told, cause_named, names_of, warnings_named, zones_named
from ui.sentences import LANGUAGES
from ui.telling import verdict_of
from ui.words import tell

HOUR = 3600
AKIMAT = {"kk": "Аудан әкімдігі", "ru": "акимат района", "en": "the district akimat"}
ORDER = {"authority": AKIMAT, "document": "№ 214"}
ZONES = [{"zone": 1, "names": names("Gorge")}, {"zone": 2, "names": names("Lake")}]
PARK_SET = SmallPark(tables={"zones": ZONES}).set()


def said(reason: Reason, details: dict[str, Any], language: str = "en", **more: Any) -> str:
    place = Place(park=PARK, gate=1, lane=1, direction=Direction.ENTRY)
    fields: dict[str, Any] = {"place": place, "source": Source.CAMERA, "outcome": reason.outcome, "reason": reason}
    body = DecisionBody(**fields, details=details, **more)
    entry = Entry(key=EntryKey(device=1, chain=1, n=1), at=NOON, clock=ClockTrust.TRUSTED, policy=b"", body=body)
    return str(tell(verdict_of(entry, PARK_SET).telling, language)).replace("\u00a0", " ")


CLOSED = ORDER | {"cause": "fire", "since": NOON, "until": NOON + 6 * HOUR, "zones": [1], "open_zones": [2]}


def test_a_closure_names_zone_end_cause_authority_document_and_what_is_open() -> None:
    assert said(Reason.CLOSED, CLOSED) == (
        "Closed: Gorge, until 4 July, 18:00. Cause: fire. By order of the district akimat, № 214. Open now: Lake."
    )
    assert said(Reason.CLOSED, CLOSED, "ru") == (
        "Закрыто: Gorge ru, до 4 июля, 18:00. Причина: пожар. Основание: акимат района, № 214. Открыто: Lake ru."
    )
    assert said(Reason.CLOSED, CLOSED, "kk") == (
        "Жабық аймақ: Gorge kk. Ашылуы: бүгін, 18:00. Себебі: өрт. Негізі: Аудан әкімдігі, № 214. "
        "Ашық аймақтар: Lake kk."
    )


def test_a_closure_without_an_end_of_the_whole_park_for_a_cause_without_words() -> None:
    whole = ORDER | {"cause": "meteorite", "since": NOON, "zones": [], "open_zones": []}
    assert said(Reason.CLOSED, whole) == "Closed, until further notice. By order of the district akimat, № 214."


FULL = ORDER | {"quota": "day", "counts": "entered", "count": 66, "share": 40, "left": 0, "other_gates": [2]}


def test_a_full_quota_names_limit_next_time_other_gate_and_order() -> None:
    assert said(Reason.FULL, FULL | {"next": NOON + 20 * HOUR}) == (
        "No places left now. The limit is 66. Next free time: tomorrow, 08:00. There may be places at: Gate 2. "
        "Set by the district akimat, № 214."
    )
    assert said(Reason.FULL, FULL | {"left": 3}).startswith("Places left: 3. The limit is 66. Tell the ranger: part of")
    inside = said(Reason.FULL, FULL | {"counts": "inside"})
    assert inside == "One out, one in. Please wait. Set by the district akimat, № 214."


def test_outside_hours_it_says_when_it_opens() -> None:
    assert said(Reason.OUTSIDE_HOURS, {"opens": NOON + 20 * HOUR}).startswith(
        "Entry is closed now. It opens: tomorrow, 08:00."
    )
    assert said(Reason.OUTSIDE_HOURS, {}).startswith("Entry is closed now. ")


def test_whoever_goes_in_hears_what_is_closed_and_what_was_not_asked() -> None:
    storm = [{"warning": "storm"}, {"warning": "fire_danger", "level": 5}, {"warning": "grue"}]
    told = said(Reason.OK, {"until": NOON + 8 * HOUR, "closed": CLOSED, "warnings": storm}, party=Party(adults=2))
    assert told.endswith("Closed now: Gorge. Please note: storm, fire danger, class V, danger in the park.")
    assert "Closed" not in said(Reason.OK, {"acknowledged": storm}, party=Party(adults=2))


@pytest.mark.parametrize("language", LANGUAGES)
def test_details_of_another_version_are_left_out_and_never_shown_raw(language: str) -> None:
    strange = {
        "authority": "akimat",
        "document": 7,
        "zones": "all",
        "closed": 1,
        "warnings": 3,
        "cause": 5,
        "left": "x",
    }
    for reason in (Reason.CLOSED, Reason.FULL, Reason.OK):
        told = said(reason, strange, language)
        assert "{" not in told
        assert "akimat" not in told
    assert [names_of({"kk": "a"}), names_of(None), zones_named([1], None), zones_named([9], PARK_SET)] == [None] * 4
    assert (cause_named("meteorite"), warnings_named([])) == (None, None)


def warning(**fields: Any) -> Advisory:
    common: dict[str, Any] = {"warning": "storm", "authority": Names(**AKIMAT), "document": "№ 7", "since": NOON}
    return Advisory(**(common | fields))


def test_what_is_to_be_acknowledged_is_told_with_its_end_its_advice_and_its_order() -> None:
    advice = Names(kk="Көлден аулақ", ru="Держитесь дальше от озера", en="Keep off the lake")
    told = advisories_told((warning(until=NOON + 7 * HOUR, text=advice), warning(warning="order", level=2)), NOON, 300)
    assert told.en == (
        "storm, until 19:00. Keep off the lake. By order of the district akimat, № 7. "
        "Danger in the park, class II. By order of the district akimat, № 7"
    )
    assert told.ru.startswith("шторм, до 19:00. Держитесь дальше от озера. Основание: акимат района, № 7")
    assert told.kk.startswith("дауыл, аяқталуы: 19:00. Көлден аулақ. Негізі: Аудан әкімдігі, № 7")


def test_the_command_line_prints_what_is_asked() -> None:
    right = Right.of_claims(SmallPark().claims())
    asked = Question(topic=Topic.ACKNOWLEDGE, right=right, left=right.party, warnings=(warning(level=3),))
    assert question_json(asked)["warnings"] == [
        {"warning": "storm", "level": 3, "authority": AKIMAT, "document": "№ 7", "since": NOON}
    ]
    line = question_line(asked, "en", None)
    assert "QUESTION acknowledge: storm (№ 7); 3 of 3" in line
    assert line.endswith("answer with --acknowledge")
    assert "(№" not in question_line(replace(asked, warnings=()), "en", None)
