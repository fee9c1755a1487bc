"""A kiosk whose barrier and answers go over a wire, so that what it did is known outside the disk it runs on.

The lines of the wire, each sent before the next step: scan, pulse, answer, trouble (a sentence), bug (a traceback).
"""

import select
import time
import traceback
from collections.abc import Sequence
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kiosk.checkpoint import Checkpoint
from kiosk.devices.barrier import SimulatedBarrier
from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import Source
from kiosk.store import driver
from kiosk.store.home import Home
from tests.support.park import NOON
from ui.assembly import Kiosk, open_checkpoint

SCANS_A_SECOND = 20


class WiredBarrier(SimulatedBarrier):
    """Moves by telling the wire which entry moved it."""

    def __init__(self, wire: Connection) -> None:
        super().__init__()
        self._wire = wire

    def pulse(self, milliseconds: int, cause: str) -> None:
        self._wire.send(("pulse", cause))
        super().pulse(milliseconds, cause)


def opened(folder: Path, barrier: SimulatedBarrier) -> AbstractContextManager[Kiosk]:
    """The real checkpoint of this folder, at the park's noon."""
    return open_checkpoint(Home(folder), purpose="victim", barrier=barrier, at=NOON)


def scan(checkpoint: Checkpoint, wire: Connection, text: str) -> bool:
    """Scan once and tell the wire; whether there was an answer."""
    wire.send(("scan", text))
    try:
        entry = checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    except EnvironmentalError as error:
        wire.send(("trouble", str(error)))
        return False
    except Exception:  # noqa: BLE001 - whatever it is, the rig must hear of it
        wire.send(("bug", traceback.format_exc()))
        return False
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    wire.send(("answer", (entry.id, str(entry.body.outcome), str(entry.body.reason), text)))
    return True


def scan_on(folder: Path, wire: Connection, tickets: Sequence[str], is_weak: bool) -> None:
    """Scan these, twenty a second, until the power goes or the disk does; then wait to be killed."""
    if is_weak:
        _weaken()
    try:
        with opened(folder, WiredBarrier(wire)) as kiosk:
            wire.send(("ready", ""))
            due = time.monotonic()
            for ticket in tickets:
                scan(kiosk.checkpoint, wire, ticket)
                due = max(due + 1 / SCANS_A_SECOND, time.monotonic())
                time.sleep(max(0.0, due - time.monotonic()))
            wire.send(("end", ""))
            _wait_to_be_killed(wire)
    except EnvironmentalError as error:  # the power went while it started
        wire.send(("trouble", str(error)))
        _wait_to_be_killed(wire)
    except BaseException:
        wire.send(("bug", traceback.format_exc()))
        raise


def _wait_to_be_killed(wire: Connection) -> None:
    """Until the killing, or until nobody listens any more."""
    poll = select.poll()
    poll.register(wire.fileno(), 0)
    poll.poll()


def _weaken() -> None:
    """The fault the rig must find: a commit is answered before it is on the disk."""
    honest = driver.connect

    def hasty(*arguments: Any, **options: Any) -> Any:
        database = honest(*arguments, **options)
        if not options.get("readonly"):
            database.execute("PRAGMA synchronous = NORMAL")
        return database

    driver.connect = hasty
