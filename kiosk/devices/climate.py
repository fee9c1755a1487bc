"""How warm and damp it is in the box, by whatever sensor the machine has. It measures and tells, and heats nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.sysfs import SYS, folders, number, thousandth, word

PROCESSOR_HOTTEST_CELSIUS = 90.0
"""The limit where no sensor of the box is known, only the processor's own, which is always warmer."""
MARGIN_CELSIUS = 2.0
"""So much better it has to be before it is well again, or the log would fill at the limit."""
BELIEVABLE_CELSIUS = (-55.0, 125.0)
"""What these sensors can measure; a broken wire measures something else."""
_BOX_CHIPS = ("sht", "hdc", "htu", "bme280", "bmp280", "aht", "si70", "lm75", "tmp1", "mcp9808", "w1_slave", "ds18b20")
_POWER_ON_CELSIUS = 85.0
"""What a DS18B20 tells before it has measured; at a gate in the steppe it is no temperature."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClimateReading:
    """What one sensor says now."""

    celsius: float
    humidity_percent: float | None = None
    is_processor: bool = False


class Climate:
    """The box's climate; `sensor` names a chip or a thermal zone, else the best one that is found is asked."""

    kind = DeviceKind.CLIMATE

    def __init__(
        self,
        *,
        sensor: str | None = None,
        coldest_celsius: float = -20.0,
        hottest_celsius: float = 60.0,
        root: Path = SYS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sensor, self._root = sensor, root
        self._coldest, self._hottest = coldest_celsius, hottest_celsius
        self._bearing = Bearing(clock)

    def is_there(self) -> bool:
        """Whether any sensor can be asked."""
        return self._read() is not None

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Ask the sensor."""
        reading = self._read()
        if reading is None:
            advice = f"The sensor {self._sensor} says nothing: see its cable" if self._sensor else ""
            self._bearing.tell(Problem.CLIMATE_MISSING, advice)
            return
        figures = {"processor_celsius" if reading.is_processor else "box_celsius": round(reading.celsius, 1)}
        if reading.humidity_percent is not None:
            figures["box_humidity_percent"] = round(reading.humidity_percent, 1)
        self._bearing.tell(self._problem(reading), "", **figures)

    def close(self) -> None:
        """Nothing is held."""

    def _problem(self, reading: ClimateReading) -> Problem:
        now = self._bearing.problem
        hottest = max(self._hottest, PROCESSOR_HOTTEST_CELSIUS) if reading.is_processor else self._hottest
        if reading.celsius >= hottest - (MARGIN_CELSIUS if now is Problem.CLIMATE_HOT else 0):
            return Problem.CLIMATE_HOT
        if reading.celsius <= self._coldest + (MARGIN_CELSIUS if now is Problem.CLIMATE_COLD else 0):
            return Problem.CLIMATE_COLD
        return Problem.NONE

    def _read(self) -> ClimateReading | None:
        """The named sensor, else the first of the box, else the processor's."""
        found = list(self._readings())
        if self._sensor is not None:
            return next((reading for name, reading in found if name == self._sensor), None)
        of_box = (reading for name, reading in found if name.startswith(_BOX_CHIPS) and not reading.is_processor)
        return next(of_box, None) or next((reading for _, reading in found if reading.is_processor), None)

    def _readings(self) -> Iterator[tuple[str, ClimateReading]]:
        for chip in folders(self._root / "bus/iio/devices", "iio:device"):
            celsius, humidity = _iio(chip, "temp"), _iio(chip, "humidityrelative")
            yield from _named(word(chip / "name"), celsius, humidity)
        for chip in folders(self._root / "class/hwmon", "hwmon"):
            celsius, humidity = thousandth(chip / "temp1_input"), thousandth(chip / "humidity1_input")
            yield from _named(word(chip / "name"), celsius, humidity)
        for zone in folders(self._root / "class/thermal", "thermal_zone"):
            yield from _named(word(zone / "type"), thousandth(zone / "temp"), None, is_processor=True)


def _named(
    name: str, celsius: float | None, humidity: float | None, *, is_processor: bool = False
) -> Iterator[tuple[str, ClimateReading]]:
    lowest, highest = BELIEVABLE_CELSIUS
    is_power_on = name.startswith(("w1_slave", "ds18b20")) and celsius == _POWER_ON_CELSIUS
    if celsius is not None and lowest <= celsius <= highest and not is_power_on:
        yield name, ClimateReading(celsius=celsius, humidity_percent=humidity, is_processor=is_processor)


def _iio(chip: Path, quantity: str) -> float | None:
    """A quantity of the industrial I/O system: ready, or raw with its offset and scale."""
    ready = thousandth(chip / f"in_{quantity}_input")
    if ready is not None:
        return ready
    raw, scale = number(chip / f"in_{quantity}_raw"), number(chip / f"in_{quantity}_scale")
    if raw is None or scale is None:
        return None
    return (raw + (number(chip / f"in_{quantity}_offset") or 0.0)) * scale / 1000
