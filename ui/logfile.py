"""The running kiosk's log: five files of a mebibyte, entry ids and sentences; no name, no ticket, no strange sign.

A log is a help and never a condition: whatever becomes of its disk, the gate goes on.
"""

from __future__ import annotations

import io
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path

from kiosk.store.files import PRIVATE_FILE
from kiosk.store.home import Home

FILE_BYTES = 1024 * 1024
OLDER_FILES = 4
LONGEST_LINE = 4_000
_OURS = ("kiosk", "sync", "ui")
# whatever begins as a ticket of this or another version does, up to a sign that no ticket has
_TICKET = re.compile(r"K[PQ][0-9]+:[0-9A-Za-z $%*+\-./:]*")
_HIDDEN = "(a ticket's text)"


class HarmlessFormatter(logging.Formatter):
    """One record is one line, with indented ones only for the places in the program that an error came through.

    Times are UTC, as in all that is not for visitors: zone data of the machine may be years old.
    """

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """The record's line, without tickets and without signs that a terminal or another line would take up."""
        first, *others = super().format(record).split("\n")
        if record.exc_info is None and others:  # a message of several lines is not several records
            first, others = "\\n".join([first, *others]), []
        return "\n    ".join(map(harmless, [first, *others]))


def harmless(line: str) -> str:
    """The line without ticket texts, its control and direction signs spelled out, and of bounded length."""
    hidden = _TICKET.sub(_HIDDEN, line)
    shown = "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in hidden)
    return shown[:LONGEST_LINE]


class CappedFile(RotatingFileHandler):
    """A file that is never larger than its cap, with a few older ones; what cannot be written is let go."""

    def __init__(self, path: Path, *, file_bytes: int = FILE_BYTES, older_files: int = OLDER_FILES) -> None:
        super().__init__(path, maxBytes=file_bytes, backupCount=older_files, encoding="utf-8", delay=True)

    def _open(self) -> io.TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        # nothing waits in a buffer: what a full disk did not take would fail again, and at the very end too
        raw = io.FileIO(descriptor, "a")
        return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", write_through=True)

    def handleError(self, record: logging.LogRecord) -> None:
        """Let it go: a disk that is full or gone has its own sentence on the screen."""


@contextmanager
def log_file(home: Home) -> Iterator[None]:
    """Meanwhile the program's own records go to DIR/kiosk/qaqpa.log, and its warnings to standard error as before."""
    file, terminal = CappedFile(home.log_file), logging.StreamHandler(sys.stderr)
    file.setFormatter(HarmlessFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    terminal.setFormatter(HarmlessFormatter("%(message)s"))
    terminal.setLevel(logging.WARNING)
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in _OURS}
    for handler in (file, terminal):
        root.addHandler(handler)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        for handler in (file, terminal):
            root.removeHandler(handler)
        file.close()
