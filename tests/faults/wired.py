"""A kiosk whose barrier and answers go over a wire, so that what it did is known outside the disk it runs on.

The lines of the wire, each sent before the next step: scan, pulse, answer, trouble (a sentence), bug (a traceback).
"""

import ctypes
import select
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kiosk.checkpoint import Checkpoint
from kiosk.devices.barrier import BarrierError, SimulatedBarrier
from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import Source
from kiosk.store import driver
from kiosk.store.home import Home
from tests.faults.victim import plant
from tests.support.park import NOON
from ui.assembly import Kiosk, open_checkpoint

SCANS_A_SECOND = 20
_SET_PTRACER = 0x59616D61  # PR_SET_PTRACER


class Wire:
    """The end that tells; each line bears the time of the machine's own clock."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tell(self, kind: str, what: object = "") -> None:
        self._connection.send((kind, what, time.monotonic()))

    def wait_to_be_killed(self) -> None:
        """Until the killing, or until nobody listens any more."""
        poll = select.poll()
        poll.register(self._connection.fileno(), 0)
        poll.poll()


class WiredBarrier(SimulatedBarrier):
    """Moves by telling the wire which entry moved it."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def pulse(self, milliseconds: int, cause: str) -> None:
        try:
            self._wire.tell("pulse", cause)
        except OSError as error:
            raise BarrierError("The barrier does not answer: open it by hand") from error
        super().pulse(milliseconds, cause)


SOON = "the log is emptied soon"
"""A file of this name in the folder: SQLite empties its log into the journal after four pages, not a thousand."""


@contextmanager
def opened(folder: Path, barrier: SimulatedBarrier) -> Iterator[Kiosk]:
    """The real checkpoint of this folder, at the park's noon."""
    with open_checkpoint(Home(folder), purpose="victim", barrier=barrier, at=NOON) as kiosk:
        if (folder / SOON).exists():
            kiosk.memory.journal._database.execute("PRAGMA wal_autocheckpoint = 4")
        yield kiosk


def scan(checkpoint: Checkpoint, wire: Wire, text: str) -> bool:
    """Scan once and tell the wire; whether there was an answer."""
    wire.tell("scan", text)
    try:
        entry = checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    except EnvironmentalError as error:
        wire.tell("trouble", str(error))
        return False
    except Exception:  # noqa: BLE001 - whatever it is, the rig must hear of it
        wire.tell("bug", traceback.format_exc())
        return False
    assert isinstance(entry, Entry)
    assert isinstance(entry.body, DecisionBody)
    wire.tell("answer", (entry.id, str(entry.body.outcome), str(entry.body.reason), text))
    return True


def scan_on(folder: Path, connection: Connection, tickets: Sequence[str], is_weak: bool) -> None:
    """Scan these, twenty a second, until the power goes or the disk does; then wait to be killed."""
    wire = Wire(connection)
    if is_weak:
        _weaken()
    try:
        with opened(folder, WiredBarrier(wire)) as kiosk:
            wire.tell("ready")
            due = time.monotonic()
            for ticket in tickets:
                scan(kiosk.checkpoint, wire, ticket)
                due = max(due + 1 / SCANS_A_SECOND, time.monotonic())
                time.sleep(max(0.0, due - time.monotonic()))
            wire.tell("end")
            wire.wait_to_be_killed()
    except EnvironmentalError as error:  # the power went while it started
        wire.tell("trouble", str(error))
        wire.wait_to_be_killed()
    except BaseException:
        wire.tell("bug", traceback.format_exc())
        raise


def scan_as_told(folder: Path, orders: Connection, connection: Connection, is_hasty: bool) -> None:
    """Scan each ticket that is ordered; between two orders it waits in a read, where it can be taken hold of."""
    # where only a parent may take hold of a process (yama), this one lets anybody
    ctypes.CDLL(None).prctl(_SET_PTRACER, ctypes.c_ulong(-1))
    wire = Wire(connection)
    barrier = WiredBarrier(wire)
    if is_hasty:
        plant(barrier)
    try:
        with opened(folder, barrier) as kiosk:
            wire.tell("ready")
            while True:
                scan(kiosk.checkpoint, wire, orders.recv())
                wire.tell("end")
    except EOFError:
        return
    except BaseException:
        wire.tell("bug", traceback.format_exc())
        raise


def _weaken() -> None:
    """The fault the rig must find: a commit is answered before it is on the disk."""
    honest = driver.connect

    def hasty(*arguments: Any, **options: Any) -> Any:
        database = honest(*arguments, **options)
        if not options.get("readonly"):
            database.execute("PRAGMA synchronous = NORMAL")
        return database

    driver.connect = hasty
