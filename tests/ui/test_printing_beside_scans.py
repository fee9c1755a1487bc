"""A gate goes on while its printer is pulled or empty: no scan is lost or waits, and what was asked for is printed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from kiosk.devices.printer import JobState, Printer
from kiosk.devices.printer_ports import TcpPort
from kiosk.devices.roll import Roll
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import EntryKind, Outcome, Source
from tests.support.enrolled import enrolled_home
from tests.support.park import NOON, SmallPark
from tests.support.receipt_printer import PaperRoll, network_printer
from ui.assembly import open_checkpoint
from ui.muster import muster
from ui.muster_sheet import as_sheet
from ui.strip import job_of, sheet_strip

VISITORS = 60


@pytest.mark.parametrize("pulled", [True, False], ids=["pulled and put back", "out of paper and filled"])
def test_no_scan_is_lost_and_no_sheet_either(pulled: bool, tmp_path: Path) -> None:
    park = SmallPark()
    home = enrolled_home(tmp_path / "data", park)
    with network_printer(PaperRoll()) as far, open_checkpoint(home, purpose="test", at=NOON) as kiosk:
        roll = Roll([printer := Printer(TcpPort("127.0.0.1", far.port), retry_seconds=0.05)])
        roll.start()
        sheets, longest = [], 0.0
        for serial in range(1, VISITORS + 1):
            if serial == VISITORS // 3:
                far.stop() if pulled else far.roll.put_in_paper(rows=40)
            if serial == 2 * VISITORS // 3:
                far.start() if pulled else far.roll.put_in_paper()
            began = time.monotonic()
            entry = kiosk.checkpoint.scan(Scan(text=park.ticket(serial), source=Source.TEXT))
            if serial % 10 == 0:
                policy = kiosk.policies.current()
                assert policy is not None
                sheet = as_sheet(muster(kiosk.memory, policy, NOON), policy, "kk")
                sheets.append(printer.put(job_of(f"list {serial}", sheet_strip(sheet), "kk")))
            longest = max(longest, time.monotonic() - began)
            assert isinstance(entry, Entry)
        assert [printing.wait(60) for printing in sheets] == [JobState.DONE] * 6
        roll.close()
        written = [entry.body for entry in kiosk.memory.journal.latest(200, EntryKind.DECISION)]
    admitted = [body for body in written if isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED]
    assert len(admitted) == VISITORS
    assert len(far.roll.cut) == len(sheets)
    assert longest < 10, "a scan waited for paper"
