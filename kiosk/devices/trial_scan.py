"""A test code held before a new scanner: what came back says whether tickets will, and what to set where they will not.

Nothing here listens; it judges one text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.devices.framing import Framed

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
"""All that a ticket can hold (base45, RFC 9285)."""
TEST_TEXT = f"QAQPA:{LETTERS}"
"""No ticket: a kiosk that reads it says so."""
_FEWEST = 8


class Finding(StrEnum):
    """What became of the test code on its way."""

    EXACT = "exact"
    NO_SUFFIX = "no_suffix"
    FRAMED = "framed"
    """Right, with something before or behind it."""
    CASE = "case"
    LAYOUT = "layout"
    LOST = "lost"
    OTHER = "other"
    """Another text, or none of a scanner's at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """The finding on one text."""

    finding: Finding
    sentence: str
    """What is wrong and what to do; for a good one, what could be better, if anything."""

    @property
    def is_good(self) -> bool:
        """Whether tickets come through as they are."""
        return self.finding in (Finding.EXACT, Finding.NO_SUFFIX)


def tried(framed: Framed) -> Trial:
    """Judge what a scanner sent when the test code was held before it."""
    text = framed.text
    if text == TEST_TEXT:
        return _exact(is_ended=framed.is_ended)
    if TEST_TEXT in text:
        before, _, behind = text.partition(TEST_TEXT)
        found = " and ".join(f"{part!r} {where} it" for part, where in ((before, "before"), (behind, "behind")) if part)
        advice = "switch prefixes, AIM and code identifiers off by the codes of its manual"
        return Trial(finding=Finding.FRAMED, sentence=f"The code came with {found}: {advice}")
    if text == TEST_TEXT.swapcase():
        advice = "switch Caps Lock off, and the scanner's own conversion of letters"
        return Trial(finding=Finding.CASE, sentence=f"Capital letters came as small ones: {advice}")
    if len(text) == len(TEST_TEXT) and sum(map(str.__eq__, text, TEST_TEXT)) >= _FEWEST:
        return _turned(text)
    if _FEWEST <= len(text) < len(TEST_TEXT) and _is_part(text):
        advice = "have the scanner send more slowly (its delay between characters), or name another baud rate"
        missing = len(TEST_TEXT) - len(text)
        return Trial(finding=Finding.LOST, sentence=f"{missing} of {len(TEST_TEXT)} characters got lost: {advice}")
    return Trial(
        finding=Finding.OTHER, sentence=f"{len(text)} characters came that are not the test code: scan it again"
    )


def _exact(*, is_ended: bool) -> Trial:
    if is_ended:
        return Trial(finding=Finding.EXACT, sentence="")
    sentence = "The scanner does not mark the end of a code: add the suffix CR (Enter) by the code of its manual"
    return Trial(finding=Finding.NO_SUFFIX, sentence=sentence)


def _turned(text: str) -> Trial:
    pairs = dict.fromkeys((right, wrong) for right, wrong in zip(TEST_TEXT, text, strict=True) if right != wrong)
    shown = ", ".join(f"{right} came as {wrong}" for right, wrong in list(pairs)[:4])
    advice = 'set the scanner to the keyboard "USA" by the code of its manual, or better to USB serial (CDC)'
    return Trial(
        finding=Finding.LAYOUT, sentence=f"A keyboard layout turned {len(pairs)} characters ({shown}): {advice}"
    )


def _is_part(text: str) -> bool:
    rest = iter(TEST_TEXT)
    return all(letter in rest for letter in text)
