"""The check of the translations, tried on small catalogues."""

import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / "packaging" / "check_words.py"
CATALOGUE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="{language}">
<context><name>Main</name>
<message><source>Until %1</source><translation{state}>{text}</translation></message>
</context>
</TS>
"""
GOOD = {"kk": "Билет мерзімінің соңы: %1", "ru": "Билет действует до %1", "en": "Valid until %1"}


def check(folder: Path, texts: dict[str, str], *, source: str = 'qsTr("Until %1")', state: str = "") -> tuple[int, str]:
    (folder / "ui/qml").mkdir(parents=True)
    (folder / "ui/qml/Main.qml").write_text(f"import QtQuick\nText {{ text: {source} }}\n", encoding="utf-8")
    (folder / "assets/i18n").mkdir(parents=True)
    for language, text in texts.items():
        catalogue = CATALOGUE.format(language=language, text=text, state=state)
        (folder / f"assets/i18n/qaqpa_{language}.ts").write_text(catalogue, encoding="utf-8")
    result = subprocess.run([sys.executable, CHECK], cwd=folder, capture_output=True, text=True, check=False)
    return result.returncode, result.stdout + result.stderr


def test_three_complete_languages_pass(tmp_path: Path) -> None:
    assert check(tmp_path, GOOD) == (0, "translations: kk, ru, en are complete\n")


def test_a_kazakh_ordinal_may_follow_a_number(tmp_path: Path) -> None:
    assert check(tmp_path, {"kk": "%1-қақпа", "ru": "КПП %1", "en": "Gate %1"})[0] == 0


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"ru": ""}, "has an empty text"),
        ({"kk": "Билет мepзімінің соңы: %1"}, "mixes Latin and Cyrillic"),
        ({"kk": "Билет %1-ге дейін"}, "hangs a Kazakh ending on a value: '%1-ге'"),
        ({"kk": "Билет %1ден бастап"}, "hangs a Kazakh ending on a value"),
        ({"en": "Valid until tomorrow"}, "does not use the same values"),
        ({"en": "Cafe\N{COMBINING ACUTE ACCENT} %1"}, "composed form"),
    ],
    ids=["empty", "mixed scripts", "suffix", "suffix without hyphen", "lost value", "not composed"],
)
def test_a_faulty_translation_is_named(tmp_path: Path, change: dict[str, str], complaint: str) -> None:
    code, said = check(tmp_path, GOOD | change)
    assert code == 1
    assert complaint in said


def test_an_unfinished_translation_is_named(tmp_path: Path) -> None:
    code, said = check(tmp_path, GOOD, state=' type="unfinished"')
    assert code == 1
    assert "is marked as unfinished" in said


def test_a_sentence_that_no_catalogue_has_is_named(tmp_path: Path) -> None:
    code, said = check(tmp_path, GOOD, source='qsTr("Until %1") + qsTr("Welcome")')
    assert code == 1
    assert "'Welcome'" in said


def test_a_missing_language_is_named(tmp_path: Path) -> None:
    code, said = check(tmp_path, {language: text for language, text in GOOD.items() if language != "kk"})
    assert code == 1
    assert "no catalogue for 'kk'" in said


def test_a_sentence_known_by_its_id_is_named_when_no_catalogue_has_it(tmp_path: Path) -> None:
    code, said = check(tmp_path, GOOD, source='qsTr("Until %1") + qsTrId("button.confirm")')
    assert code == 1
    assert "'button.confirm'" in said
