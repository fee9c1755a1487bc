"""Every sentence people read exists in every language: nothing untranslated, nothing new, no mixed scripts.

Run from the top of the tree. The languages are the files `assets/i18n/*.ts`; what they must hold is what Qt's lupdate
finds in the sources now.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import PySide6

CATALOGUES = Path("assets/i18n")
LANGUAGES = ("kk", "ru", "en")
SOURCES = Path("ui")
LUPDATE = Path(PySide6.__path__[0]) / "lupdate"

PLACEHOLDER = re.compile(r"%L?\d+|\{\w+\}")
# A day as "today" or as a date: the language chooses which of the two its sentence can carry.
SAME = {"{dayword}": "{date}"}
# A Latin letter beside a Cyrillic one: a look-alike that was mistyped, and that search and speech stumble over.
MIXED = re.compile(r"[A-Za-zƏəıİ][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-zƏəıİ]")
# Kazakh endings follow the last spoken word of what is put in, so a sentence may not hang one on it.
SUFFIXED = re.compile(
    r"(?:%n|%L?\d+|\{\w+\})(?:[Ѐ-ӿ]|[-–](?:[гқк][аеә]|[дт][еа]|[дтн][еа]н|[дтн][іы]ң?|[нд][іы]кі|[мбп]ен)(?![Ѐ-ӿ]))"
)

# Context, id, text, and the remark that tells equal texts apart.
Key = tuple[str, str, str, str]


def messages(catalogue: Path) -> dict[Key, ET.Element]:
    """The messages of a .ts file that are in use."""
    return {
        (
            context.findtext("name", ""),
            message.get("id", ""),
            message.findtext("source", ""),
            message.findtext("comment", ""),
        ): message
        for context in ET.parse(catalogue).iter("context")
        for message in context.iter("message")
        if (found := message.find("translation")) is None or found.get("type") not in {"vanished", "obsolete"}
    }


def texts(message: ET.Element) -> list[str]:
    """What a message says in this language: one text, or one for each plural form."""
    translation = message.find("translation")
    if translation is None:
        return [""]
    forms = translation.findall("numerusform")
    return [form.text or "" for form in forms] if forms else [translation.text or ""]


def wanted(catalogue: Path, scratch: Path) -> set[Key]:
    """What lupdate finds in the sources and would put into this catalogue."""
    copy = scratch / catalogue.name
    shutil.copy(catalogue, copy)
    sources = [path for path in sorted(SOURCES.rglob("*")) if path.suffix in {".py", ".qml"}]
    command: list[str | Path] = [LUPDATE, "-silent", "-locations", "none", *sources, "-ts", copy]
    subprocess.run(command, check=True, capture_output=True)
    return set(messages(copy))


def faults_of_one(language: str, message: ET.Element) -> Iterator[str]:
    """What is wrong with one message by itself."""
    translation = message.find("translation")
    if translation is None or translation.get("type") == "unfinished":
        yield "is marked as unfinished"
    for text in texts(message):
        if not text.strip():
            yield "has an empty text"
        if found := MIXED.search(text):
            yield f"mixes Latin and Cyrillic letters at '{found[0]}' in '{text}'"
        if text != unicodedata.normalize("NFC", text):
            yield f"is not in Unicode's composed form: '{text}'"
        if language == "kk" and (found := SUFFIXED.search(text)):
            yield f"hangs a Kazakh ending on a value: '{found[0]}' in '{text}'"


def faults() -> Iterator[str]:
    """Everything wrong in any language, a sentence each."""
    catalogues = sorted(CATALOGUES.glob("*.ts"))
    found = {path.stem.rpartition("_")[2]: messages(path) for path in catalogues}
    yield from (
        f"There is no catalogue for '{language}' in {CATALOGUES}." for language in LANGUAGES if language not in found
    )
    with tempfile.TemporaryDirectory() as scratch:
        for path in catalogues:
            language = path.stem.rpartition("_")[2]
            for key in sorted(wanted(path, Path(scratch)) - set(found[language])):
                yield f"{path}: {key} stands in the sources, but not here; run `make words`."
            for key, message in found[language].items():
                yield from (f"{path}: {key} {fault}." for fault in faults_of_one(language, message))
    for key in sorted(set().union(*found.values())):
        values = {
            language: {SAME.get(value, value) for text in texts(own[key]) for value in PLACEHOLDER.findall(text)}
            for language, own in found.items()
            if key in own
        }
        if len({frozenset(each) for each in values.values()}) > 1:
            yield f"{key} does not use the same values in every language: {values}."
        yield from (f"{key} is missing in '{language}'." for language in found if language not in values)


def main() -> int:
    """0 when every language is complete, 1 after a sentence for each fault."""
    wrong = list(faults())
    print("\n".join(wrong) or f"translations: {', '.join(LANGUAGES)} are complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
