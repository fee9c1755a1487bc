"""All devices of a box by its settings, and what they do for each other."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.body_config import BodyConfig
from kiosk.config import parse_config
from kiosk.devices.body import body_devices, make_body
from kiosk.devices.health import DeviceKind
from kiosk.devices.modem import Modem
from kiosk.devices.roll import Roll
from tests.support.sys_folder import SysFolder

NOON, MIDNIGHT = datetime(2026, 7, 14, 12), datetime(2026, 7, 14, 0, 30)  # noqa: DTZ001  the park's local time


@pytest.fixture
def machine(tmp_path: Path) -> SysFolder:
    return SysFolder(tmp_path / "sys")


def brightness(machine: SysFolder) -> int:
    return int((machine.root / "class/backlight/panel/brightness").read_text())


def panel(machine: SysFolder, now: int = 900) -> None:
    machine.put("class/backlight/panel", max_brightness=1000, brightness=now)


def body(config: BodyConfig, machine: SysFolder, **more: object) -> list[DeviceKind]:
    devices = body_devices(config, local_time=lambda: NOON, leave=lambda kind: None, root=machine.root, **more)
    for device in devices:
        device.close()
    return [device.kind for device in devices]


def test_a_box_has_what_its_settings_name_and_what_is_found(machine: SysFolder, tmp_path: Path) -> None:
    assert body(BodyConfig(), machine) == [DeviceKind.SOUND]
    machine.battery()
    machine.put("class/thermal/thermal_zone0", type="cpu", temp=40_000)
    panel(machine)
    assert body(BodyConfig(), machine) == [
        DeviceKind.SOUND, DeviceKind.SCREEN, DeviceKind.POWER, DeviceKind.CLIMATE
    ]  # fmt: skip
    text = f"""
        printer.where = "folder:{tmp_path}/paper"
        power.nut = "ups@127.0.0.1"
        modem.interface = "wwan0"
        door.switch = "gpio:/dev/gpiochip0:17"
    """
    found = body(parse_config(text, tmp_path / "config.toml"), machine)
    assert found == [
        DeviceKind.PRINTER, DeviceKind.SOUND, DeviceKind.SCREEN, DeviceKind.POWER, DeviceKind.CLIMATE,
        DeviceKind.MODEM, DeviceKind.DOOR,
    ]  # fmt: skip


def test_when_the_mains_go_the_screen_is_dimmed_and_whoever_listens_is_told(machine: SysFolder) -> None:
    machine.mains()
    machine.battery(status="Full")
    panel(machine, now=1000)
    heard: list[str] = []
    made = make_body(
        BodyConfig(),
        local_time=lambda: NOON,
        leave=lambda kind: None,
        on_mains_lost=lambda reading: heard.append("lost"),
        on_mains_back=lambda reading: heard.append("back"),
        root=machine.root,
    )
    shown = []
    for online in (1, 0, 1):
        machine.mains(online)
        for device in made.devices:
            device.tend()
        made.backlight.tend()  # type: ignore[union-attr]
        shown.append(brightness(machine))
    assert (heard, shown) == (["lost", "back"], [1000, 250, 1000])
    for device in made.devices:
        device.close()


def test_at_night_by_the_parks_own_clock_everything_is_quiet_and_dim(machine: SysFolder, tmp_path: Path) -> None:
    panel(machine)
    text = 'sound.night = "22:00-07:00"\nscreen.brightness_percent = 90\nscreen.night_percent = 10\n'
    config = parse_config(text, tmp_path / "config.toml")
    for now, shown in ((NOON, 900), (MIDNIGHT, 100)):
        made = make_body(config, local_time=lambda now=now: now, leave=lambda kind: None, root=machine.root)  # type: ignore[misc]
        made.backlight.tend()  # type: ignore[union-attr]
        assert brightness(machine) == shown
        made.sound.close()


def test_devices_that_hang_keep_neither_each_other_nor_whoever_asks(machine: SysFolder, tmp_path: Path) -> None:
    """A printer and a UPS server that take a call and never answer, a modem manager that never ends."""
    machine.put("class/net/wwan0", operstate="up")
    machine.put("class/hwmon/hwmon0", name="sht3x", temp1_input=20_000)
    sleeper = tmp_path / "mmcli"
    sleeper.write_text("#!/bin/sh\nexec sleep 60\n")
    sleeper.chmod(0o700)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        text = f"""
            printer.where = "tcp:127.0.0.1:{port}"
            power.nut = "ups@127.0.0.1:{port}"
        """
        config = parse_config(text, tmp_path / "config.toml")
        devices = body_devices(config, local_time=lambda: NOON, leave=lambda kind: None, root=machine.root)
        modem = Modem("wwan0", local_time=lambda: NOON, root=machine.root, mmcli=str(sleeper))
        roll = Roll([*devices, modem])
        roll.start()
        longest = 0.0
        for _ in range(200):
            began = time.monotonic()
            roll.health()
            longest = max(longest, time.monotonic() - began)
            time.sleep(0.01)
            if roll.health()[DeviceKind.CLIMATE].figures:
                break
        assert dict(roll.health()[DeviceKind.CLIMATE].figures) == {"box_celsius": 20.0}
        until(lambda: roll.health()[DeviceKind.PRINTER].problem == "printer_faulted")
        until(lambda: roll.health()[DeviceKind.POWER].problem == "power_missing")
        began = time.monotonic()
        roll.close()
        assert time.monotonic() - began < 20
    assert longest < 1


def until(holds: Callable[[], object]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("It did not come about")
