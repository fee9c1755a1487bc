"""COMMITs that fail on order: before anything was written, or after all of it was.

It stands where the driver meets the library, so whatever the store does above it stays as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    import sqlite3 as dbapi2
else:
    from sqlcipher3 import dbapi2

IOERR, FULL = 10, 13


class Fate(StrEnum):
    """What becomes of a COMMIT that is made to fail."""

    LOST = "lost"
    KEPT = "kept"
    """It raises although all of it is on the disk."""


@dataclass
class Commits:
    """Arm one commit of a file: the one after `skip` others meets its fate; `struck` counts those that did."""

    file: str = ""
    fate: Fate | None = None
    skip: int = 0
    code: int = IOERR
    times: int = 1
    struck: int = 0

    def arm(self, file: str, fate: Fate, *, skip: int = 0, code: int = IOERR, times: int = 1) -> None:
        """The next commits of this file fail."""
        self.file, self.fate, self.skip, self.code, self.times = file, fate, skip, code, times

    def disarm(self) -> None:
        """No commit fails any more."""
        self.fate = None

    def next_of(self, file: str) -> Fate | None:
        """The fate of the COMMIT that is about to run on this file."""
        if self.fate is None or not file.endswith(self.file):
            return None
        if self.skip:
            self.skip -= 1
            return None
        fate = self.fate
        self.times -= 1
        self.struck += 1
        if self.times <= 0:
            self.fate = None
        return fate


@contextmanager
def failing_commits() -> Iterator[Commits]:
    """While this lasts, every database that is opened obeys the orders given to what it yields."""
    commits = Commits()
    honest = dbapi2.connect

    class Obedient(dbapi2.Connection):
        def __init__(self, address: str, **rest: Any) -> None:
            super().__init__(address, **rest)
            self._file = address.split("?", maxsplit=1)[0]

        def execute(self, statement: str, *values: Any) -> Any:
            if commits.fate is None or statement != "COMMIT":
                return super().execute(statement, *values)
            fate = commits.next_of(self._file)
            if fate is Fate.LOST:
                raise _failed(commits.code)
            done = super().execute(statement, *values)
            if fate is Fate.KEPT:
                raise _failed(commits.code)
            return done

    def connect(address: str, **rest: Any) -> Any:
        return honest(address, factory=Obedient, **rest)

    with patch.object(dbapi2, "connect", connect):
        yield commits


def _failed(code: int) -> Exception:
    error = dbapi2.OperationalError("disk I/O error" if code == IOERR else "database or disk is full")
    error.sqlite_errorcode = code
    return error
