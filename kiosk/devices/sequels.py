"""What came of a pulse afterwards, as the contacts tell: that nobody turned, or that a doubtful one opened after all.

It only watches and remembers. Whether somebody really went through is the ranger's to say: nothing is annulled here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MANY_IN_A_ROW = 3
"""One visitor may walk away; three of them are a turnstile that is stuck."""


class Came(StrEnum):
    """What can come of a pulse."""

    NOT_TURNED = "not_turned"
    """It was given, and nobody turned while there was time."""
    OPENED = "opened"
    """Its answer was lost, and then the barrier was seen to open."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sequel:
    """What came of the pulse for one entry."""

    cause: str
    came: Came


class Sequels:
    """The pulses that are waited for, and what came of the others until it is written down."""

    def __init__(self, turn_seconds: float | None) -> None:
        self._turn_seconds = turn_seconds
        self._turns: list[tuple[str, float]] = []
        self._doubt: tuple[str, float] | None = None
        self._is_open = self._was_open = False
        """Whether the way stood open at the last look: then it is no sign of a new pulse."""
        self._told: list[Sequel] = []
        self._in_a_row = 0

    @property
    def is_stuck(self) -> bool:
        """Whether several in a row did not turn."""
        return self._in_a_row >= MANY_IN_A_ROW

    @property
    def told(self) -> tuple[Sequel, ...]:
        """What is not settled yet, oldest first."""
        return tuple(self._told)

    def given(self, cause: str, now: float) -> None:
        """This pulse was given: whatever is seen from now on is no sign of an earlier one."""
        self._doubt = None
        if self._turn_seconds is not None:
            self._turns.append((cause, now + self._turn_seconds))

    def doubted(self, cause: str, until: float) -> None:
        """Whether this pulse was given nobody knows; what is seen up to then will tell."""
        self._doubt = (cause, until)
        self._was_open = self._is_open

    def refused(self) -> None:
        """It was not given, for certain."""
        self._doubt = None

    def opened(self, cause: str) -> None:
        """What was doubtful was given after all."""
        self._told.append(Sequel(cause=cause, came=Came.OPENED))

    def seen(self, *, turns: int, is_open: bool, now: float) -> None:
        """The contacts as they are now: so many turned since, and whether the way stands open."""
        is_sign = (is_open and not self._was_open) or turns > len(self._turns)
        self._is_open = is_open
        if self._doubt is not None and now <= self._doubt[1] and is_sign:
            cause, self._doubt = self._doubt[0], None
            self.opened(cause)
            if self._turn_seconds is not None:
                self._turns.append((cause, now + self._turn_seconds))
        if turns:
            self._in_a_row = 0
            del self._turns[:turns]
        late = [cause for cause, until in self._turns if now > until]
        self._turns = self._turns[len(late) :]
        self._told += [Sequel(cause=cause, came=Came.NOT_TURNED) for cause in late]
        self._in_a_row += len(late)

    def lost(self) -> None:
        """The contacts cannot be read any more: of the pulses that are waited for nobody knows, so nothing is said."""
        self._turns.clear()

    def settle(self, sequel: Sequel) -> None:
        """It is written down."""
        if sequel in self._told:
            self._told.remove(sequel)
