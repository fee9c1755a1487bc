"""What each role of the signed staff list may do: one table. Nothing here knows who signed in, or how.

A ranger runs a gate. A senior may also set the clock and erase what names a person. An administrator looks after the
device and lets nobody in: whoever keeps the machine should not also be the one who opens it for people.
"""

from enum import StrEnum


class Role(StrEnum):
    """What somebody of the staff list is at a gate."""

    RANGER = "ranger"
    SENIOR = "senior"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What somebody must be allowed before they do it."""

    OVERRIDE = "override"
    ANNUL = "annul"
    CORRECT = "correct"
    STRIKE_OFF = "strike_off"
    CALLED = "called"
    OPEN = "open"
    KEEP_OPEN = "keep_open"
    SET_BACK = "set_back"
    TURN = "turn"
    EXEMPT = "exempt"
    RESIDENT = "resident"
    STAFF = "staff"
    OFFICIAL = "official"
    CLAIM = "claim"
    FOUND = "found"
    EVENT = "event"
    SECOND_LOOK = "second_look"
    SHIFT = "shift"
    CONTACTS = "contacts"
    ACKNOWLEDGE = "acknowledge"
    DEVICES = "devices"
    SET_CLOCK = "set_clock"
    ERASE = "erase"


_AT_THE_GATE = (Role.RANGER, Role.SENIOR)
_OF_THE_DEVICE = (Role.SENIOR, Role.ADMINISTRATOR)
_EVERYBODY = (Role.RANGER, Role.SENIOR, Role.ADMINISTRATOR)

MAY: dict[Right, tuple[Role, ...]] = {
    Right.OVERRIDE: _AT_THE_GATE,
    Right.ANNUL: _AT_THE_GATE,
    Right.CORRECT: _AT_THE_GATE,
    Right.STRIKE_OFF: _AT_THE_GATE,
    Right.CALLED: _AT_THE_GATE,
    Right.OPEN: _AT_THE_GATE,
    Right.KEEP_OPEN: _AT_THE_GATE,
    Right.SET_BACK: _AT_THE_GATE,
    Right.TURN: _EVERYBODY,
    Right.EXEMPT: _AT_THE_GATE,
    Right.RESIDENT: _AT_THE_GATE,
    Right.STAFF: _AT_THE_GATE,
    Right.OFFICIAL: _AT_THE_GATE,
    Right.CLAIM: _AT_THE_GATE,
    Right.FOUND: _AT_THE_GATE,
    Right.EVENT: _AT_THE_GATE,
    Right.SECOND_LOOK: _AT_THE_GATE,
    Right.SHIFT: _AT_THE_GATE,
    Right.CONTACTS: _AT_THE_GATE,
    Right.ACKNOWLEDGE: _EVERYBODY,
    Right.DEVICES: _EVERYBODY,
    Right.SET_CLOCK: _OF_THE_DEVICE,
    Right.ERASE: _OF_THE_DEVICE,
}


def role_of(word: str) -> Role:
    """The role that this word of the list names; one that a newer registry made up is worth a ranger's, the least."""
    return Role(word) if word in tuple(Role) else Role.RANGER


def may(word: str, right: Right) -> bool:
    """Whether somebody whom the list calls so may do this."""
    return role_of(word) in MAY[right]


def rights_of(word: str) -> frozenset[Right]:
    """All that somebody whom the list calls so may do."""
    return frozenset(right for right in Right if may(word, right))
