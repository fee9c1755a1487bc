"""docs/ADMISSION.md and the three languages against the closed sets: each word documented and said."""

import re
from collections import defaultdict
from dataclasses import fields
from enum import StrEnum
from pathlib import Path

import pytest

from kiosk.rules.objections import RULES, rule_name
from kiosk.rules.policy import Policy
from kiosk.rules.trace import Stage
from kiosk.rules.words import ActKind, AlarmKind, Incident, Reason, ReportKind, ShiftKind, Topic
from ui.sentences import LANGUAGES, Catalogue, catalogue

PAGE = (Path(__file__).parents[2] / "docs" / "ADMISSION.md").read_text(encoding="utf-8")
RULE_NAMES = (*map(rule_name, RULES), *Stage)
SECTIONS: dict[str, list[str]] = {
    "Reasons": [str(word) for word in Reason],
    "Rules, in the order in which they are asked": [str(name) for name in RULE_NAMES],
    "Questions": [str(word) for word in Topic],
    "Acts upon an entry": [str(word) for word in ActKind],
    "Alarms": [str(word) for word in AlarmKind],
    "Shifts": [str(word) for word in ShiftKind],
    "Reports": [str(word) for word in ReportKind],
    "Incidents": [str(word) for word in Incident],
    "Policy": [field.name for field in fields(Policy)],
}
TRANSLATED: dict[str, type[StrEnum] | list[str]] = {
    "reason": Reason,
    "label": Reason,
    "topic": Topic,
    "act": ActKind,
    "alarm": AlarmKind,
    "incident": Incident,
    "rule": [str(name) for name in RULE_NAMES],
    "policy": SECTIONS["Policy"],
}
# The same in two languages by their nature: names of things and signs, never a sentence.
SENTENCES = ("reason.", "question.", "locked.", "step.")


def rows(section: str) -> dict[str, list[str]]:
    """The rows of a table of the page, by their word."""
    text = PAGE.split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    cells = (line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `"))
    return {cell[0].strip().strip("`"): [part.strip() for part in cell[1:]] for cell in cells}


@pytest.mark.parametrize("section", SECTIONS)
def test_every_word_is_on_the_page_in_its_order_and_none_is_left_over(section: str) -> None:
    found = rows(section)
    assert list(found) == SECTIONS[section]
    assert all(cell for cells in found.values() for cell in cells)


def test_the_page_names_each_reason_s_outcome_and_each_policy_s_default() -> None:
    assert {word: cells[0] for word, cells in rows("Reasons").items()} == {str(r): str(r.outcome) for r in Reason}
    shown = {field.name: "none" if field.default == () else str(field.default) for field in fields(Policy)}
    assert {name: cells[0] for name, cells in rows("Policy").items()} == shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", TRANSLATED)
def test_every_word_is_said_in_every_language_and_no_two_the_same(family: str, language: str) -> None:
    words = catalogue(language)
    said = defaultdict(list)
    for word in TRANSLATED[family]:
        said[words.text(f"{family}.{word}")].append(str(word))
    # two keys that are not good are one sentence to a visitor, on purpose: nobody learns which check failed
    assert family == "reason" or [same for same in said.values() if len(same) > 1] == []
    assert "" not in said


def same_in_two(kk: Catalogue, ru: Catalogue, en: Catalogue) -> list[str]:
    """The sentences that a visitor would read in another language than the one chosen."""
    return [
        key
        for key in kk.forms
        if key.startswith(SENTENCES) and len({catalogue.forms[key][0] for catalogue in (kk, ru, en)}) < 3
    ]


def missing_values(kk: Catalogue, ru: Catalogue, en: Catalogue) -> list[str]:
    """The sentences of which one language does not name all that the others name."""
    return [key for key in kk.forms if not names_in(kk, key) == names_in(ru, key) == names_in(en, key)]


def names_in(words: Catalogue, key: str) -> set[str]:
    """What a sentence names; a day as a word in one language may be a date in another."""
    return {re.sub("dayword", "date", name) for name in words.placeholders(key)}


def test_no_sentence_is_another_language_s_and_none_lacks_a_value() -> None:
    three = tuple(map(catalogue, LANGUAGES))
    assert same_in_two(*three) == []
    assert missing_values(*three) == []


def changed(words: Catalogue, key: str, text: str) -> Catalogue:
    return Catalogue(language=words.language, forms={**words.forms, key: (text,)})


def test_the_checks_find_a_sentence_that_was_not_translated_and_a_value_that_was_lost() -> None:
    kk, ru, en = map(catalogue, LANGUAGES)
    copied = changed(kk, "reason.expired", ru.forms["reason.expired"][0])
    assert same_in_two(copied, ru, en) == ["reason.expired"]
    assert missing_values(kk, changed(ru, "reason.wrong_park", "Билет другого парка."), en) == ["reason.wrong_park"]
