"""Mains and battery: named when they go, told once, healed when they are back, whoever knows about them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.power import NutPower, Power, PowerReading, PowerUnknownError, SysfsPower
from kiosk.devices.problems import Problem
from kiosk.devices.roll import Roll
from tests.support.nut_server import nut_server
from tests.support.sys_folder import SysFolder


@pytest.fixture
def machine(tmp_path: Path) -> SysFolder:
    machine = SysFolder(tmp_path / "sys")
    machine.mains()
    machine.battery(status="Full", capacity=100)
    return machine


def until(holds: Callable[[], object]) -> None:
    for _ in range(2000):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("It did not come about")


def test_the_mains_go_the_battery_empties_and_the_mains_come_back(machine: SysFolder) -> None:
    heard: list[tuple[str, float | None]] = []
    power = Power(
        SysfsPower(root=machine.root),
        on_mains_lost=lambda reading: heard.append(("lost", reading.battery_percent)),
        on_mains_back=lambda reading: heard.append(("back", reading.battery_percent)),
    )
    power.tend()
    assert power.health().state is HealthState.OK
    assert dict(power.health().figures) == {"on_mains": 1.0, "battery_percent": 100.0}
    machine.mains(online=0)
    machine.battery(capacity=76)
    power.tend()
    power.tend()
    assert (power.health().state, power.health().problem) == (HealthState.DEGRADED, "power_on_battery")
    machine.battery(capacity=20)
    power.tend()
    assert power.health().problem == "power_battery_low"
    assert dict(power.health().figures)["battery_percent"] == 20.0
    machine.mains()
    machine.battery(status="Charging", capacity=20)
    power.tend()
    assert power.health().state is HealthState.OK, "a low battery that charges is no trouble"
    assert heard == [("lost", 76.0), ("back", 20.0)]


def test_a_battery_pulled_and_put_back_is_named_and_healed_without_a_restart(machine: SysFolder) -> None:
    roll = Roll([Power(SysfsPower(root=machine.root))])
    roll.start()
    machine.pull("class/power_supply/BAT0")
    pulled = time.monotonic()
    until(lambda: roll.health()[DeviceKind.POWER].problem == Problem.POWER_MISSING)
    named = time.monotonic() - pulled
    machine.battery(capacity=60)
    back = time.monotonic()
    until(lambda: roll.health()[DeviceKind.POWER].state is HealthState.OK)
    print(f"named after {named:.1f} s, healed after {time.monotonic() - back:.1f} s")
    roll.close()


def test_a_listeners_mistake_hides_nothing(machine: SysFolder, caplog: pytest.LogCaptureFixture) -> None:
    def broken(reading: PowerReading) -> None:
        raise RuntimeError("a mistake")

    power = Power(SysfsPower(root=machine.root), on_mains_lost=broken)
    machine.mains(online=0)
    power.tend()
    assert power.health().problem == "power_on_battery"
    assert "could not be told" in caplog.text


def test_a_battery_whose_machine_lists_no_mains_says_itself_that_it_empties(tmp_path: Path) -> None:
    machine = SysFolder(tmp_path)
    machine.battery(status="Discharging", capacity_level="Critical")
    assert SysfsPower(root=tmp_path).read() == PowerReading(is_on_mains=False, battery_percent=76.0, is_low=True)
    machine.battery(status="Charging", capacity_level="Normal")
    assert SysfsPower(root=tmp_path).read().is_on_mains


def test_a_wireless_mouse_is_no_battery_of_the_machine(tmp_path: Path) -> None:
    machine = SysFolder(tmp_path)
    machine.put("class/power_supply/hidpp_battery_0", type="Battery", scope="Device", status="Discharging", capacity=3)
    assert not SysfsPower(root=tmp_path).is_there()
    assert not SysfsPower(root=tmp_path / "none").is_there()
    machine.battery(present=0)
    with pytest.raises(PowerUnknownError, match="There is no battery"):
        SysfsPower(root=tmp_path).read()
    machine.battery(capacity="?")
    assert SysfsPower(root=tmp_path).read().battery_percent is None
    with pytest.raises(PowerUnknownError, match="There is no battery BAT1"):
        SysfsPower(battery="BAT1", root=tmp_path).read()


def test_a_ups_server_is_asked_and_comes_back_by_itself() -> None:
    with nut_server() as server:
        power = Power(NutPower("ups", port=server.port))
        power.tend()
        assert dict(power.health().figures) == {"on_mains": 1.0, "battery_percent": 100.0, "battery_minutes": 30.0}
        server.variables |= {"ups.status": "OB DISCHRG", "battery.charge": "54"}
        power.tend()
        assert power.health().problem == "power_on_battery"
        server.variables["ups.status"] = "OB LB"
        power.tend()
        assert power.health().problem == "power_battery_low"
        server.stop()
        power.tend()
        assert (power.health().state, power.health().problem) == (HealthState.MISSING, "power_missing")
        assert f"No UPS server answers at 127.0.0.1:{server.port}" in power.health().advice
        server.start()
        server.variables["ups.status"] = "OL"
        power.tend()
        assert power.health().state is HealthState.OK


def test_what_a_ups_server_does_not_know_is_said(tmp_path: Path) -> None:
    with nut_server() as server:
        with pytest.raises(PowerUnknownError, match="says of box: unknown ups"):
            NutPower("box", port=server.port).read()
        del server.variables["battery.charge"], server.variables["battery.runtime"]
        assert NutPower("ups", port=server.port).read() == PowerReading(is_on_mains=True)
        server.error = "DATA-STALE"
        with pytest.raises(PowerUnknownError, match="says of ups: data stale"):
            NutPower("ups", port=server.port).read()


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"\n", b'VAR ups other.variable "OL"\n', b"\xff" * 9000]
)
def test_whoever_else_answers_is_no_ups_server(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.power.NUT_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.sendall(answer)
                caller.recv(64)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(PowerUnknownError):
            NutPower("ups", port=listener.getsockname()[1]).read()
        thread.join(timeout=30)
