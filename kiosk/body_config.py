"""The settings of the printer and of the box's own senses: a device is there only when its setting names it.

Sound, power and climate are looked for where nothing is set, and left out where nothing is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from pathlib import Path

from kiosk.setting_values import Reader, WrongValueError, flag, number, text_of, whole

PRINTER_WIDTHS = (576, 384)
NUT_PORT = 3493


class PrinterKind(StrEnum):
    """How the printer is reached."""

    TCP = "tcp"
    FILE = "file"
    FOLDER = "folder"
    """A simulated one, whose strips are pictures in a folder."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrinterPlace:
    """Where the printer is."""

    kind: PrinterKind
    where: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.where}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """The hours in which the kiosk is quiet and dim, by the park's own clock."""

    begins: time
    ends: time

    def covers(self, now: time) -> bool:
        """Whether it is night; one that goes over midnight covers both its ends of the day."""
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """A contact that says open or closed: a GPIO line of a chip, or a file with 0 or 1 in it; and the level of open."""

    path: Path
    line: int | None = None
    """The line of the chip; None where the path is a file to read."""
    open_level: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class NutAddress:
    """A battery of the network's UPS server."""

    name: str
    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyConfig:
    """The settings, each with the default of a box that nobody has configured."""

    printer: PrinterPlace | None = None
    printer_width_dots: int = 576
    printer_cuts: bool = True
    printer_answers: bool = True
    sound_decibels: float = 0.0
    sound_night_decibels: float = -12.0
    night: Night | None = None
    screen_percent: int | None = None
    screen_night_percent: int | None = None
    power_nut: NutAddress | None = None
    power_battery: str | None = None
    power_low_percent: int = 20
    climate_sensor: str | None = None
    climate_coldest_celsius: float = -20.0
    climate_hottest_celsius: float = 60.0
    modem_interface: str | None = None
    modem_month_megabytes: int | None = None
    modem_low_percent: int = 10
    door_switch: Switch | None = None
    door_tilt: Switch | None = None


def parse_printer(value: object) -> PrinterPlace:
    """Where the printer is, as it is written in the file and on the command line; or WrongValueError."""
    expected = '"tcp:ADDRESS:PORT", "file:/dev/usb/lp0" or "folder:PATH"'
    kind, _, where = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind not in tuple(PrinterKind) or not where:
        raise WrongValueError(expected)
    if kind == PrinterKind.TCP and not _is_address(where):
        raise WrongValueError(expected)
    return PrinterPlace(kind=PrinterKind(kind), where=where)


def _is_address(where: str) -> bool:
    found = re.fullmatch(r"(?:[^\s:\[\]]+|\[[0-9a-fA-F:]+\]):(\d{1,5})", where)
    return found is not None and 1 <= int(found[1]) <= 65_535


def _printer_width(value: object) -> int:
    if type(value) is not int or value not in PRINTER_WIDTHS:
        raise WrongValueError("576 (paper of 80 mm) or 384 (paper of 58 mm)")
    return value


def _night(value: object) -> Night:
    found = re.fullmatch(
        r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", value if isinstance(value, str) else ""
    )
    if found is None or found[0][:5] == found[0][6:]:
        raise WrongValueError('two different hours such as "22:00-07:00"')
    begin_hour, begin, end_hour, end = map(int, found.groups())
    return Night(begins=time(begin_hour, begin), ends=time(end_hour, end))


def _switch(value: object) -> Switch:
    text = value if isinstance(value, str) else ""
    found = re.fullmatch(r"(?:file:(/[^\0=]+)|gpio:(/dev/[\w-]+):(\d{1,4}))(?:=([01]))?", text)
    if found is None:
        raise WrongValueError('"gpio:/dev/gpiochip0:17" or "file:/PATH", with "=0" behind it where 0 means open')
    line = int(found[3]) if found[3] else None
    return Switch(path=Path(found[1] or found[2]), line=line, open_level=int(found[4] or 1))


def _nut(value: object) -> NutAddress:
    found = re.fullmatch(r"([\w-]+)@([^\s:@]+)(?::(\d{1,5}))?", value if isinstance(value, str) else "")
    if found is None or not 1 <= int(found[3] or NUT_PORT) <= 65_535:
        raise WrongValueError('a battery of a UPS server such as "ups@127.0.0.1" or "ups@127.0.0.1:3493"')
    return NutAddress(name=found[1], host=found[2], port=int(found[3] or NUT_PORT))


def _is_name(value: str) -> bool:
    return re.fullmatch(r"[\w.-]+", value) is not None


_percent = whole(1, 100, "percent")
_decibels = number(-60, 0, "decibels")
BODY_SETTINGS: dict[str, tuple[str, Reader]] = {
    "printer.where": ("printer", parse_printer),
    "printer.width_dots": ("printer_width_dots", _printer_width),
    "printer.cuts": ("printer_cuts", flag),
    "printer.answers": ("printer_answers", flag),
    "sound.decibels": ("sound_decibels", _decibels),
    "sound.night_decibels": ("sound_night_decibels", _decibels),
    "sound.night": ("night", _night),
    "screen.brightness_percent": ("screen_percent", _percent),
    "screen.night_percent": ("screen_night_percent", _percent),
    "power.nut": ("power_nut", _nut),
    "power.battery": ("power_battery", text_of('a name under /sys/class/power_supply such as "BAT0"', _is_name)),
    "power.low_percent": ("power_low_percent", _percent),
    "climate.sensor": ("climate_sensor", text_of('the name of a chip or a thermal zone such as "sht3x"', _is_name)),
    "climate.coldest_celsius": ("climate_coldest_celsius", number(-60, 30, "degrees")),
    "climate.hottest_celsius": ("climate_hottest_celsius", number(0, 120, "degrees")),
    "modem.interface": ("modem_interface", text_of('a network interface such as "wwan0"', _is_name)),
    "modem.month_megabytes": ("modem_month_megabytes", whole(1, 10_000_000, "megabytes")),
    "modem.low_percent": ("modem_low_percent", _percent),
    "door.switch": ("door_switch", _switch),
    "door.tilt": ("door_tilt", _switch),
}
"""Each setting of the file, the field it fills, and how its value is read."""
