"""What a decision says of closures, warnings and quotas, as people read it: names in each language, no sentences.

Everything comes from the decision's own details and the names of the set; what an older or newer version wrote there
otherwise is left out, never shown raw. Nothing here needs Qt.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.rules.closures import Advisory
from kiosk.rules.names import Names
from kiosk.rules.policy import PolicySet
from ui.sentences import LANGUAGES, catalogue
from ui.words import local, until

_CLASSES = ("I", "II", "III", "IV", "V")


def names_of(value: Any) -> Names | None:
    """The three names that a decision keeps of an authority."""
    if not isinstance(value, Mapping) or not all(isinstance(value.get(name), str) for name in LANGUAGES):
        return None
    return Names(**{name: value[name] for name in LANGUAGES})


def zones_named(numbers: Any, policies: PolicySet | None) -> Names | None:
    """These zones by name, one after the other; None where there are none, or the set does not know them."""
    if policies is None or not isinstance(numbers, list):
        return None
    named = [zone.names for zone in policies.tables.zones if zone.zone in numbers]
    return joined(named)


def joined(named: Sequence[Names]) -> Names | None:
    """Several names as one; None for none."""
    return each_language(lambda language: ", ".join(names.in_language(language) for names in named)) if named else None


def each_language(make: Callable[[str], str]) -> Names:
    """What this makes in each of the three languages."""
    return Names(**{language: make(language) for language in LANGUAGES})


def cause_named(word: Any) -> Names | None:
    """Why something is closed, where this version has words for it."""
    key = f"cause.{word}"
    return each_language(lambda language: catalogue(language).text(key)) if key in catalogue("kk") else None


def warnings_named(warnings: Any) -> Names | None:
    """The warnings that a decision keeps, by their words and classes; None where there are none."""
    if not isinstance(warnings, list):
        return None
    kept = [each for each in warnings if isinstance(each, Mapping)]
    return joined([_warning(each.get("warning"), each.get("level")) for each in kept])


def advisories_told(advisories: Sequence[Advisory], now: int, offset_minutes: int) -> Names:
    """What is to be acknowledged: each warning with what to do, until when it stands and by whose order."""
    told = [_advisory(each, now, offset_minutes) for each in advisories]
    return each_language(lambda language: _sentences([names.in_language(language) for names in told]))


def _sentences(told: Sequence[str]) -> str:
    """One after the other; the first goes on from what stands before it."""
    return ". ".join(each if not place else each[:1].upper() + each[1:] for place, each in enumerate(told))


def _advisory(advisory: Advisory, now: int, offset_minutes: int) -> Names:
    named = _warning(advisory.warning, advisory.level)

    def tell(language: str) -> str:
        words, what = catalogue(language), named.in_language(language)
        if advisory.until is not None:
            ends = until(local(advisory.until, offset_minutes), local(now, offset_minutes), language)
            what = words.filled("warning.until", what=what, until=ends)
        if advisory.text is not None:
            what += f". {advisory.text.in_language(language)}"
        authority = advisory.authority.in_language(language)
        return words.filled("warning.order", what=what, authority=authority, document=advisory.document)

    return each_language(tell)


def _warning(word: Any, level: Any) -> Names:
    key = f"warning.{word}" if f"warning.{word}" in catalogue("kk") and word not in _NO_WORDS else "warning.other"

    def name(language: str) -> str:
        what = catalogue(language).text(key)
        if type(level) is not int or not 1 <= level <= len(_CLASSES):
            return what
        return catalogue(language).filled("warning.level", what=what, level=_CLASSES[level - 1])

    return each_language(name)


_NO_WORDS = frozenset({"level", "until", "order"})  # sentences about a warning, no warnings
