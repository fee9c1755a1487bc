"""A kiosk killed at any moment: what it acknowledged is in the journal, once, and the chain is whole."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.rules.entries import EntryKey
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE

_ROOT = Path(__file__).parents[3]
_ID_LETTERS = 20
# The program is loaded once; each line it is given makes a child that writes until it is killed.
_WRITERS = """
import os, sys
from pathlib import Path
from kiosk.rules.entries import Private
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE, POLICY, admitted, moment

def write():
    journal = Journal.open(Home(Path(sys.argv[1])), DEVICE)
    number = 0
    while True:
        with journal.writing():
            bodies = [admitted(number)] * (1 + number % 3)
            entries = [journal.append(body, moment(), POLICY, Private(plate="A")) for body in bodies]
        number += 1
        os.write(1, b"".join(entry.id.encode() + b"\\n" for entry in entries))

for line in sys.stdin:
    child = os.fork()
    if not child:
        write()
    os.write(1, b"%d\\n" % child)
    os.waitpid(child, 0)
    os.write(1, b"\\nended\\n")
"""


@contextmanager
def writers(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """What `killed_after` lets write."""
    command = [sys.executable, "-c", _WRITERS, str(home.path)]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        try:
            yield parent
        finally:
            assert parent.stdin is not None
            parent.stdin.close()


def killed_after(parent: subprocess.Popen[bytes], seconds: float) -> list[str]:
    """The ids that a writing child had acknowledged when it was killed."""
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(b"\n")
    parent.stdin.flush()
    child = 0
    lines: list[bytes] = []
    while not child or not lines:  # from here on it is writing
        line = parent.stdout.readline().strip()
        if len(line) == _ID_LETTERS:
            lines.append(line)
        else:
            child = int(line)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    lines += iter(lambda: parent.stdout.readline().strip(), b"ended")  # type: ignore[union-attr]
    return [line.decode() for line in lines if len(line) == _ID_LETTERS]


def test_a_killed_kiosk_loses_nothing_that_it_acknowledged(
    home: Home, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    draw = random.Random(1)
    acknowledged: list[str] = []
    kills = size(20, 500)
    with writers(home) as parent:
        for _ in range(kills):
            acknowledged += killed_after(parent, draw.uniform(0, 0.05))
            reader = Journal.open(home, DEVICE, readonly=True)
            last = max(EntryKey.parse(entry_id) for entry_id in acknowledged)
            assert reader.head().n >= last.n
            reader.close()
    journal = Journal.open(home, DEVICE)
    assert journal.verify() == []
    assert len(acknowledged) == len(set(acknowledged)) > 40
    assert {str(wire.key) for wire in journal.after(0, 0, 10**6)} >= set(acknowledged)
    journal.close()
    figure(f"{kills} kills, {len(acknowledged)} acknowledged entries, none lost")
