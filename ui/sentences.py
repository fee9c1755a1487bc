"""The sentences people read, by id and language, straight from assets/i18n/*.ts. Nothing here needs Qt.

The screen and the command line read the same files through this module, so that both say the same words and no
compiled copy can be older than its source. The files are Qt Linguist's own format: lupdate and Linguist maintain them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from xml.etree import ElementTree as ET

from kiosk.errors import BugError
from ui.assets import WORDS

LANGUAGES = ("kk", "ru", "en")
FIRST_LANGUAGE = "kk"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All sentences of one language."""

    language: str
    forms: Mapping[str, tuple[str, ...]]

    def __contains__(self, key: str) -> bool:
        return key in self.forms

    def text(self, key: str, number: int | None = None) -> str:
        """The sentence with this id, in the form that goes with the number; a missing id is our bug."""
        try:
            forms = self.forms[key]
        except KeyError:
            raise BugError(f"There is no sentence {key!r} in the language {self.language!r}") from None
        if number is None:
            return forms[0]
        return forms[plural_form(self.language, number) if len(forms) > 1 else 0].replace("%n", str(number))

    def filled(self, key: str, **values: str) -> str:
        """The sentence with its {placeholders} filled in; all of them must be given."""
        return self.text(key).format(**values)

    def placeholders(self, key: str) -> frozenset[str]:
        """The names a sentence asks for, in any of its forms."""
        return frozenset(name for form in self.forms[key] for name in _PLACEHOLDER.findall(form))


def plural_form(language: str, number: int) -> int:
    """Which form a whole number takes, as Qt numbers them: Kazakh and English two, Russian three."""
    if language != "ru":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2


@cache
def catalogue(language: str) -> Catalogue:
    """The sentences of a language of the house; any other language gets the first one's."""
    return read_catalogue(language if language in LANGUAGES else FIRST_LANGUAGE, WORDS)


def read_catalogue(language: str, folder: Path) -> Catalogue:
    """Read one language's file; a file that is not finished is our bug, found by a test and not at a gate."""
    path = folder / f"qaqpa_{language}.ts"
    # The file is part of the program, never a stranger's: the plain parser is safe here.
    messages = ET.parse(path).getroot().iter("message")  # noqa: S314
    return Catalogue(
        language=language,
        forms=MappingProxyType({message.get("id", ""): _forms(message, path) for message in messages}),
    )


def _forms(message: ET.Element, path: Path) -> tuple[str, ...]:
    translation = message.find("translation")
    if translation is None or translation.get("type") == "unfinished":
        raise BugError(f"{path.name}: the sentence {message.get('id')!r} is not finished")
    if message.get("numerus") == "yes":
        return tuple(form.text or "" for form in translation.iter("numerusform"))
    return (translation.text or "",)
