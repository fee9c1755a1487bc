"""Brightness and climate follow the machine's files, in and out, without a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.devices.backlight import Backlight
from kiosk.devices.climate import Climate
from tests.support.sys_folder import SysFolder


@pytest.fixture
def machine(tmp_path: Path) -> SysFolder:
    return SysFolder(tmp_path / "sys")


def problem(device: Backlight | Climate) -> str:
    device.tend()
    return device.health().problem


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
