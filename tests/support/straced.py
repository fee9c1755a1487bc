"""System calls of a running process: listed, killed or failed one by one, by strace taking hold of it.

A call is named by its name and which one of that name it is since the process was taken hold of.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CALL = re.compile(r"^(\w+)\((.*)$")


class NoStraceError(Exception):
    """Nothing can be taken hold of here; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One system call, as strace saw it."""

    name: str
    place: int
    """The how manieth of its name, from 1."""
    text: str


@contextmanager
def held(pid: int, log: Path, *inject: str) -> Iterator[None]:
    """Take hold of a process that waits, with these injections, and let it go at the end; the log lists its calls."""
    command = ["strace", "-p", str(pid), "-y", "-s", "16", "-o", str(log), *(f"--inject={each}" for each in inject)]
    try:
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as error:
        raise NoStraceError("strace is not installed: `make system-test` brings it") from error
    with process:
        try:
            # said once the process is stopped in its wait: whatever it does next is seen
            said = process.stderr.readline() if process.stderr else ""
            if "attached" not in said:
                raise NoStraceError(said.strip())
            yield
        finally:
            process.terminate()  # lets go; the process runs on


def calls(log: Path) -> list[Call]:
    """What the log lists, in order."""
    found, counts = [], Counter[str]()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _CALL.match(line)
        if match:
            counts[match[1]] += 1
            found.append(Call(name=match[1], place=counts[match[1]], text=match[2]))
    return found
