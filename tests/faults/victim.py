"""A kiosk that is there to be killed: the real checkpoint and the real sync engine, told what to do over a pipe.

It answers each order only after it is done, so whatever it answered must outlive its death.
"""

import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kiosk.devices.barrier import SimulatedBarrier
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import Outcome, Source
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from ui.assembly import open_checkpoint, open_sync

PULSES = "pulses.log"


def live(folder: Path, orders: Connection, is_planted: bool = False) -> None:
    """Do what is ordered until killed: ("scan", text) or ("cycle", "")."""
    home = Home(folder)
    barrier = SimulatedBarrier(log=folder / PULSES)
    if is_planted:
        plant(barrier)
    with open_checkpoint(home, purpose="victim", barrier=barrier) as kiosk, open_sync(home, clock=kiosk.clock) as end:
        orders.send("ready")
        while True:
            verb, text = orders.recv()
            if verb == "cycle":
                orders.send(str(end.engine.run_cycle()))
                continue
            entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
            assert isinstance(entry, Entry)
            assert isinstance(entry.body, DecisionBody)
            orders.send((entry.id, str(entry.body.outcome), str(entry.body.reason)))


def plant(barrier: SimulatedBarrier) -> None:
    """The fault the rig must find: the barrier moves before the entry is on the disk."""
    honest = Journal.append

    def hasty(journal: Journal, body: Any, *rest: Any) -> Entry:
        entry = honest(journal, body, *rest)
        if isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED:
            barrier.pulse(1000, entry.id)
            time.sleep(0.01)
        return entry

    Journal.append = hasty  # type: ignore[method-assign, assignment]
