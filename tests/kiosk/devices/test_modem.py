"""The modem: gone and back, on the air or not, and how much of the month is left."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.devices.modem import Modem
from kiosk.devices.month import MonthOfData
from tests.support.sys_folder import SysFolder

NOON = datetime(2026, 7, 14, 12)  # noqa: DTZ001  the park's local time


@pytest.fixture
def machine(tmp_path: Path) -> SysFolder:
    return SysFolder(tmp_path / "sys")


def problem(device: Modem) -> str:
    device.tend()
    return device.health().problem


class Ticking:
    """A clock that is further each time a test says so."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def modem(machine: SysFolder, **more: object) -> tuple[Modem, Callable[[], str]]:
    clock = Ticking()
    made = Modem("wwan0", local_time=lambda: NOON, root=machine.root, clock=clock, **({"mmcli": "no-such"} | more))  # type: ignore[arg-type]

    def ask() -> str:
        clock.at += 60
        return problem(made)

    return made, ask


def link(machine: SysFolder, state: str = "up", received: int = 0, sent: int = 0) -> None:
    machine.put("class/net/wwan0", operstate=state)
    machine.put("class/net/wwan0/statistics", rx_bytes=received, tx_bytes=sent)


def test_a_modem_pulled_and_put_back_loses_its_network_and_finds_it(machine: SysFolder) -> None:
    _, ask = modem(machine)
    assert ask() == "modem_missing"
    link(machine, "down")
    assert ask() == "modem_no_signal"
    link(machine)
    assert ask() == ""
    machine.pull("class/net/wwan0")
    assert ask() == "modem_missing"


def test_the_months_data_run_out_and_come_back_with_the_next_month(machine: SysFolder, tmp_path: Path) -> None:
    ledger = tmp_path / "month.json"
    device, ask = modem(machine, month_megabytes=100, ledger=ledger)
    link(machine, received=5_000_000)
    assert ask() == "", "what went before it was first counted is nobody's"
    link(machine, received=60_000_000, sent=35_500_000)
    assert ask() == "modem_data_low"
    assert dict(device.health().figures) == {"month_megabytes": 90.5, "megabytes_left": 9.5}
    device.close()
    assert json.loads(ledger.read_text()) == {"month": "2026-07", "bytes": 90_500_000, "counter": 95_500_000}
    again, ask = modem(machine, month_megabytes=100, ledger=ledger)
    link(machine, received=1_000_000)
    assert ask() == "modem_data_low"
    assert dict(again.health().figures)["month_megabytes"] == 91.5, "a counter that began anew adds what it shows"


def test_a_month_begins_anew_and_a_ledger_that_is_damaged_or_cannot_be_written_is_no_end(tmp_path: Path) -> None:
    ledger = tmp_path / "month.json"
    ledger.write_text("{half")
    count = MonthOfData(ledger, clock=lambda: 0.0)
    assert count.count(NOON, None) is None
    assert [count.count(NOON, counter) for counter in (10, 30)] == [0, 20]
    assert count.count(NOON.replace(month=8), 35) == 5
    assert count.count(NOON.replace(month=8), None) == 5
    nowhere = MonthOfData(tmp_path / "none" / "month.json", clock=lambda: 0.0)
    nowhere.count(NOON, 1)
    nowhere.keep()


def mmcli(folder: Path, answer: object) -> str:
    """A program that answers as ModemManager's does."""
    program = folder / "mmcli"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{answer if isinstance(answer, str) else json.dumps(answer)}\nEND\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def told_by_modem_manager(state: str, quality: str = "67") -> dict[str, object]:
    generic = {"state": state, "signal-quality": {"value": quality, "recent": "yes"}}
    ports = ["cdc-wdm0 (qmi)", "ttyUSB2 (at)", "wwan0 (net)"]
    return {"modem": {"generic": generic | {"ports": ports}, "3gpp": {"operator-name": "Kcell"}}}


def test_modem_manager_says_more_and_is_believed(machine: SysFolder, tmp_path: Path) -> None:
    link(machine)
    device, ask = modem(machine, mmcli=mmcli(tmp_path, told_by_modem_manager("connected")))
    assert ask() == ""
    assert dict(device.health().figures)["signal_percent"] == 67.0
    mmcli(tmp_path, told_by_modem_manager("searching", "0"))
    assert ask() == "modem_no_signal"
    assert "(Kcell)" in device.health().advice
    machine.pull("class/net/wwan0")
    assert ask() == "modem_no_signal", "a modem that is not connected may have no interface yet"


@pytest.mark.parametrize("answer", ["error: couldn't find modem", "[]", '{"modem": {}}', '{"modem": {"generic": {}}}'])
def test_a_modem_manager_of_another_mind_changes_nothing(answer: str, machine: SysFolder, tmp_path: Path) -> None:
    link(machine)
    _, ask = modem(machine, mmcli=mmcli(tmp_path, answer))
    assert ask() == ""
