"""A revoked kiosk killed at any step of its wiping: the next start goes on, and what it owes is never lost.

A forked process runs the checkpoint's own code and is killed with SIGKILL before the n-th line of what writes the note,
the journal's entry and the files. kill -9 spares the page cache: this says that no order of steps leaves a wrong state.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.revoked import RevokedError
from kiosk.rules.entries import AlarmBody, Entry, Private
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.words import AlarmKind, EntryKind, Source
from kiosk.store import revoked, wiping
from kiosk.store.home import Home
from tests.support.gate import DEVICE, Gate
from tests.support.park import NOON, SmallPark

WATCHED = tuple(
    str(Path(wiping.__file__).parents[1] / name)
    for name in (
        "revoked.py", "believing.py", "store/wiping.py", "store/revoked.py", "store/files.py", "store/replica.py",
        "store/vault.py", "store/home.py", "store/journal.py",
    )
)  # fmt: skip
PLATE = "917 CNY 05"
REVOKING = SmallPark(version=2, revoked_devices=[{"device": DEVICE, "at": NOON}])


def lived(folder: Path) -> tuple[str, str]:
    """A kiosk with all that a revoked one must lose; the ids of an entry the registry has, and of one it has not."""
    with closing(Gate(Home(folder), SmallPark())) as here:
        here.know(*(here.park.claims(serial) for serial in range(1, 4)))
        here.home.save_lookup_key(b"f" * 32)
        here.home.save_lookup_key(b"k" * 32)
        ids = []
        for serial in (1, 2):
            scan = Scan(text=here.park.ticket(serial), source=Source.CAMERA)
            entry = here.checkpoint.scan(scan, private=Private(plate=PLATE))
            assert isinstance(entry, Entry)
            ids.append(entry.id)
        with here.journal.writing():
            here.journal.keep_contact(b"p" * 16, b"+7 701 000 00 00")
        here.deliveries.pending(100)
        here.deliveries.settle([Receipt(id=ids[0], result=ReceiptResult.ACCEPTED)])
        here.home.incoming.mkdir()
        (here.home.incoming / "part").write_bytes(b"part of a snapshot" * 1000)
        here.stage(REVOKING)
    return ids[0], ids[1]


def heeded(folder: Path, die_at: int) -> int:
    """Let a process of its own heed the set and kill it before its n-th line (0: never); how many lines there were."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        done = 0

        def trace(frame: FrameType, event: str, _: object) -> Any:
            nonlocal done
            if frame.f_code.co_filename not in WATCHED:
                return None
            if event == "line":
                done += 1
                if done == die_at:
                    os.kill(os.getpid(), signal.SIGKILL)
            return trace

        here = Gate(Home(folder), REVOKING)
        sys.settrace(trace)
        here.checkpoint.heed()
        sys.settrace(None)
        os.write(writing, str(done).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == bool(die_at), status
    return int(said or 0)


def went_on(folder: Path, sent: str, waiting: str) -> list[str]:
    """Start again; everything that is not as it must be."""
    home = Home(folder)
    knew = revoked.noted(home, DEVICE) is not None
    with closing(Gate(home, SmallPark(version=3) if knew else REVOKING)) as here:
        here.checkpoint.heed()
        faults = [f"not noted, knew it {knew}"] if revoked.noted(home, DEVICE) is None else []
        try:
            here.checkpoint.scan(Scan(text=here.park.ticket(3), source=Source.CAMERA))
            faults.append("somebody was let in")
        except RevokedError:
            pass
        left = [path.name for folder in (home.kiosk, home.keys) for path in folder.iterdir()]
        faults += [name for name in left if name.startswith(("permits-", "lookup", "incoming"))]
        faults += ["a contact is kept"] if here.journal.contacts() else []
        entries = here.journal.latest(50, EntryKind.ALARM)
        told = [entry for entry in entries if isinstance(entry.body, AlarmBody)]
        if [entry.body.alarm for entry in told] != [AlarmKind.DEVICE_REVOKED]:  # type: ignore[union-attr]
            faults.append(f"{len(told)} alarms")
        private = [str(key) for key in here.journal.private_keys()]
        faults += [] if private == [waiting] else [f"private parts of {private}, sent was {sent}"]
        pending = {str(entry.key): entry.private for entry in here.deliveries.pending(100)}
        faults += [] if pending.get(waiting) else ["what waits lost its private part"]
        return faults + here.journal.verify()


def test_killed_at_any_step_the_wiping_goes_on_and_nothing_owed_is_lost(
    tmp_path: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    made, work = tmp_path / "made", tmp_path / "work"
    sent, waiting = lived(made)

    def fresh() -> Path:
        for suffix in ("", ".keys"):
            shutil.rmtree(f"{work}{suffix}", ignore_errors=True)
            shutil.copytree(f"{made}{suffix}", f"{work}{suffix}")
        return work

    lines = heeded(fresh(), 0)
    assert went_on(work, sent, waiting) == []
    assert lines > 200
    points = range(1, lines + 1, max(1, lines // size(40, lines)))
    for at in points:
        heeded(fresh(), at)
        assert went_on(work, sent, waiting) == [], f"killed before line {at} of {lines}"
    figure(f"killed at {len(points)} of {lines} lines of the wiping, each time it went on to its end")


def test_the_rig_finds_a_wiping_that_is_not_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made"
    sent, waiting = lived(made)
    heeded(made, 150)
    monkeypatch.setattr(wiping.Wiping, "step", lambda self: False)
    assert went_on(made, sent, waiting) != []
