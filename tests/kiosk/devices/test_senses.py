"""Brightness, climate, modem and door: what they say follows the machine's files, in and out, without a restart."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.body_config import BodyConfig
from kiosk.config import parse_config
from kiosk.devices.backlight import Backlight
from kiosk.devices.body import body_devices, make_body
from kiosk.devices.climate import Climate
from kiosk.devices.door import Door, FileSwitch
from kiosk.devices.health import DeviceKind
from kiosk.devices.modem import Modem
from kiosk.devices.month import MonthOfData
from kiosk.errors import EnvironmentalError
from kiosk.rules.words import AlarmKind
from kiosk.tamper import ContactFolder
from tests.support.sys_folder import SysFolder

NOON, MIDNIGHT = datetime(2026, 7, 14, 12), datetime(2026, 7, 14, 0, 30)  # noqa: DTZ001  the park's local time


@pytest.fixture
def machine(tmp_path: Path) -> SysFolder:
    return SysFolder(tmp_path / "sys")


def problem(device: Backlight | Climate | Modem | Door) -> str:
    device.tend()
    return device.health().problem


# ---- the screen -----------------------------------------------------------------------------------------------------


def brightness(machine: SysFolder) -> int:
    return int((machine.root / "class/backlight/panel/brightness").read_text())


def panel(machine: SysFolder, now: int = 900) -> None:
    machine.put("class/backlight/panel", max_brightness=1000, brightness=now)


def test_the_screen_is_bright_by_day_dim_by_night_and_saves_the_battery(machine: SysFolder) -> None:
    panel(machine)
    nights = [False]
    light = Backlight(percent=80, night_percent=10, is_night=lambda: nights[-1], root=machine.root)
    assert problem(light) == ""
    assert (brightness(machine), light.health().figures) == (800, (("brightness_percent", 80.0),))
    nights.append(True)
    light.tend()
    assert brightness(machine) == 100
    light.dim(True)
    light.tend()
    assert brightness(machine) == 100, "it is not made brighter to save the battery"
    nights.append(False)
    light.tend()
    assert brightness(machine) == 250
    light.dim(False)
    light.tend()
    assert brightness(machine) == 800
    nights.append(True)
    light.close()
    assert brightness(machine) == 800, "whoever comes to see what is wrong finds it bright"


def test_a_screen_that_nobody_set_is_left_as_it_is_and_only_dimmed(machine: SysFolder) -> None:
    panel(machine, now=640)
    light = Backlight(root=machine.root)
    light.tend()
    light.dim(True)
    light.tend()
    light.tend()
    assert brightness(machine) == 250
    light.dim(False)
    light.tend()
    assert brightness(machine) == 640


def test_a_screen_without_a_backlight_is_missing_only_where_one_was_set(machine: SysFolder) -> None:
    assert problem(Backlight(root=machine.root)) == ""
    named = Backlight(percent=80, root=machine.root)
    assert problem(named) == "screen_missing"
    panel(machine)
    assert problem(named) == ""
    machine.put("class/backlight/panel", max_brightness="")
    assert problem(named) == "screen_faulted"


# ---- the climate ----------------------------------------------------------------------------------------------------


def test_a_box_that_is_hot_or_cold_is_named_and_well_again_two_degrees_later(machine: SysFolder) -> None:
    chip = "class/hwmon/hwmon3"
    climate = Climate(root=machine.root, coldest_celsius=-10, hottest_celsius=50)
    told = []
    for celsius in (20, 50, 49, 47.9, -10, -9, -7.9):
        machine.put(chip, name="sht3x", temp1_input=round(celsius * 1000), humidity1_input=41_000)
        told.append(problem(climate))
    assert told == ["", "climate_hot", "climate_hot", "", "climate_cold", "climate_cold", ""]
    assert dict(climate.health().figures) == {"box_celsius": -7.9, "box_humidity_percent": 41.0}


def test_a_sensor_pulled_and_put_back_is_named_and_healed(machine: SysFolder) -> None:
    climate = Climate(sensor="bme280", root=machine.root)
    raw = {"in_temp_raw": 250, "in_temp_scale": 100, "in_temp_offset": -30}
    machine.put("bus/iio/devices/iio:device0", name="bme280", **raw)
    assert problem(climate) == ""
    assert climate.health().figures == (("box_celsius", 22.0),)
    machine.pull("bus/iio/devices/iio:device0")
    assert problem(climate) == "climate_missing"
    assert "bme280" in climate.health().advice
    machine.put("bus/iio/devices/iio:device0", name="bme280", in_temp_input=21_500)
    assert problem(climate) == ""


def test_without_a_sensor_of_the_box_the_processor_is_asked_and_may_be_warmer(machine: SysFolder) -> None:
    assert not Climate(root=machine.root).is_there()
    machine.put("class/hwmon/hwmon0", name="nvme", temp1_input=70_000)
    machine.put("class/thermal/thermal_zone0", type="cpu-thermal", temp=71_000)
    climate = Climate(root=machine.root)
    assert problem(climate) == ""
    assert climate.health().figures == (("processor_celsius", 71.0),)
    machine.put("class/thermal/thermal_zone0", temp=91_000)
    assert problem(climate) == "climate_hot"


@pytest.mark.parametrize("celsius", [85_000, -127_000, 4_000_000, "", "nan?"])
def test_what_a_broken_sensor_says_is_no_temperature(celsius: object, machine: SysFolder) -> None:
    machine.put("class/hwmon/hwmon1", name="w1_slave_temp", temp1_input=celsius)
    assert problem(Climate(root=machine.root)) == "climate_missing"


# ---- the modem ------------------------------------------------------------------------------------------------------


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


# ---- the door -------------------------------------------------------------------------------------------------------


def test_an_opened_door_leaves_its_contact_once_each_time_and_is_named_until_it_is_shut(tmp_path: Path) -> None:
    contacts = ContactFolder(tmp_path / "contacts")
    line = tmp_path / "value"
    line.write_text("0\n")
    door = Door({AlarmKind.DOOR: FileSwitch(line)}, contacts.raise_)
    assert (problem(door), contacts.waiting()) == ("", ())
    for _ in range(2):
        line.write_text("1\n")
        assert problem(door) == "door_open"
        assert contacts.waiting() == (AlarmKind.DOOR,)
        contacts.settle(AlarmKind.DOOR)
        assert (problem(door), contacts.waiting()) == ("door_open", ()), "the same opening is one alarm"
        line.write_text("0\n")
        assert problem(door) == ""


def test_a_switch_that_cannot_be_read_is_missing_and_what_is_open_is_graver(tmp_path: Path) -> None:
    left: list[AlarmKind] = []
    tilt = tmp_path / "tilt"
    door = Door(
        {AlarmKind.DOOR: FileSwitch(tmp_path / "none"), AlarmKind.TILT: FileSwitch(tilt, open_digit="0")}, left.append
    )
    tilt.write_text("1")
    assert problem(door) == "door_missing"
    tilt.write_text("0")
    assert (problem(door), left) == ("door_tilted", [AlarmKind.TILT])
    (tmp_path / "none").write_text("x")
    tilt.write_text("1")
    assert problem(door) == "door_missing"
    assert "neither 0 nor 1" in door.health().advice
    (tmp_path / "none").write_text("0")
    assert problem(door) == ""


def test_an_alarm_that_a_full_disk_does_not_take_is_left_as_soon_as_there_is_room(tmp_path: Path) -> None:
    is_full, left = [True], []

    def leave(kind: AlarmKind) -> None:
        if is_full[-1]:
            raise EnvironmentalError("no room")
        left.append(kind)

    line = tmp_path / "value"
    line.write_text("1")
    door = Door({AlarmKind.DOOR: FileSwitch(line)}, leave)
    assert (problem(door), left) == ("door_open", [])
    is_full.append(False)
    assert (problem(door), left) == ("door_open", [AlarmKind.DOOR])


# ---- all of them ----------------------------------------------------------------------------------------------------


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
        door.switch = "file:/sys/class/gpio/gpio17/value"
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
