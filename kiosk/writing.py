"""One entry written beside the scans: decided and appended in one transaction, durable when the call returns."""

from collections.abc import Callable
from dataclasses import fields
from typing import TypeAlias

from kiosk.believing import Believing
from kiosk.clock import Clock
from kiosk.errors import UsageError
from kiosk.mending import Mending
from kiosk.rules.entries import Body, Entry, Private
from kiosk.rules.moment import Moment
from kiosk.rules.policy import PolicySet
from kiosk.store.journal import Journal

LONGEST_WORDS = 1000
Work: TypeAlias = Callable[[PolicySet, Moment], Body | Entry]
"""What is to be written, worked out inside the transaction; an entry that is there already is given back instead."""


class Writing:
    """The journal for whoever writes no scan; what can be mended of it is mended, and the work done once more."""

    def __init__(self, *, journal: Journal, mending: Mending, believing: Believing, clock: Clock) -> None:
        self._journal, self._mending, self._believing, self._clock = journal, mending, believing, clock

    def write(self, work: Work, private: Private | None = None, at: Moment | None = None) -> Entry:
        """Write what the work says, under the time that is believed unless another one is given."""
        expect_words(private)
        return self._mending.durably(lambda: self.append(work, private, at))

    def append(self, work: Work, private: Private | None = None, at: Moment | None = None) -> Entry:
        """The same as a part of work that is mended as a whole."""
        policy = self._believing.believe()
        with self._journal.writing():
            moment = at or self._clock.now()
            made = work(policy, moment)
            return made if isinstance(made, Entry) else self._journal.append(made, moment, policy.digest, private)


def expect_words(private: Private | None) -> None:
    """UsageError for words that no journal can hold, or that no registry would take in one entry."""
    for words in (getattr(private, field.name) for field in fields(Private)) if private else ():
        if words is None:
            continue
        if len(words) > LONGEST_WORDS:
            raise UsageError(f"That is {len(words)} characters long: say it in at most {LONGEST_WORDS}")
        if any("\ud800" <= sign <= "\udfff" for sign in words):  # bytes of a shell that were no UTF-8
            raise UsageError(f"{words[:40]!r} is not text: write it in UTF-8")
