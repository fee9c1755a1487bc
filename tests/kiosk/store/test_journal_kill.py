"""A kiosk killed at any moment: what it acknowledged is in the journal, once, and the chain is whole."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.rules.entries import EntryKey
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE

_ROOT = Path(__file__).parents[3]
_WRITER = """
import os, sys
from pathlib import Path
from kiosk.rules.entries import Private
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE, POLICY, admitted, moment
journal = Journal.open(Home(Path(sys.argv[1])), DEVICE)
number = 0
while True:
    with journal.writing():
        bodies = [admitted(number)] * (1 + number % 3)
        entries = [journal.append(body, moment(), POLICY, Private(plate="A")) for body in bodies]
    number += 1
    os.write(1, b"".join(entry.id.encode() + b"\\n" for entry in entries))
"""


def killed_after(home: Home, seconds: float) -> list[str]:
    """The ids that a writing child had acknowledged when it was killed."""
    command = [sys.executable, "-c", _WRITER, str(home.path)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        first = child.stdout.readline()  # from here on it is writing
        time.sleep(seconds)
        child.kill()
        rest = child.stdout.read()
    return [line.decode() for line in (first + rest).split(b"\n") if len(line) == 20]


def test_a_killed_kiosk_loses_nothing_that_it_acknowledged(home: Home, size: Callable[[int, int], int]) -> None:
    draw = random.Random(1)
    acknowledged: list[str] = []
    for _ in range(size(20, 500)):
        acknowledged += killed_after(home, draw.uniform(0, 0.05))
        reader = Journal.open(home, DEVICE, readonly=True)
        last = max(EntryKey.parse(entry_id) for entry_id in acknowledged)
        assert reader.head().n >= last.n
        reader.close()
    journal = Journal.open(home, DEVICE)
    assert journal.verify() == []
    assert len(acknowledged) == len(set(acknowledged)) > 40
    assert {str(wire.key) for wire in journal.after(0, 0, 10**6)} >= set(acknowledged)
    journal.close()
