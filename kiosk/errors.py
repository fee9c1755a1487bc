"""Whose fault, and what next: every exception of the project hangs from this tree.

    QaqpaError
    ├── UsageError           the caller's input is wrong: say what and how to mend it      (exit 2)
    ├── EnvironmentalError   disk, device, network, folder: tell the ranger and go on      (exit 3)
    │   └── BusyError          another process holds what is needed
    └── BugError             our fault: log it and fail closed                             (exit 4)

A forged ticket is a decision, not an exception; a full disk is an exception, not a decision.
"""


class QaqpaError(Exception):
    """The root of the project's own exceptions; its text is a sentence for a person."""


class UsageError(QaqpaError):
    """What was given is wrong; the text says what is wrong and what to do."""


class EnvironmentalError(QaqpaError):
    """Something outside the program failed; the text says what and what to do."""


class BusyError(EnvironmentalError):
    """Another process holds what is needed; the text names it."""


class BugError(QaqpaError):
    """An assumption of the program did not hold; nothing was admitted."""
