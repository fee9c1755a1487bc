"""The box's switches: what opens is an alarm once, and is named until it is shut."""

from __future__ import annotations

import errno
from pathlib import Path

from gpiod import LineSettings
from gpiod.line import Bias, Direction, Value

from kiosk.devices.door import Door, FileSwitch
from kiosk.devices.switch_gpiod import GpioSwitch
from kiosk.errors import EnvironmentalError
from kiosk.rules.words import AlarmKind
from kiosk.tamper import ContactFolder


def problem(device: Door) -> str:
    device.tend()
    return device.health().problem


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
        {AlarmKind.DOOR: FileSwitch(tmp_path / "none"), AlarmKind.TILT: FileSwitch(tilt, open_level=0)}, left.append
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


class Pin:
    """One GPIO line as the kernel keeps it: held by one who asks, gone with its chip. It has never seen a wire."""

    def __init__(self) -> None:
        self.level, self.is_there, self.is_held = Value.INACTIVE, True, False
        self.bias = Bias.AS_IS

    def ask(self, path: str, config: dict[int, LineSettings]) -> Pin:
        if not self.is_there or path != "/dev/gpiochip0":
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        if self.is_held:
            raise OSError(errno.EBUSY, "Device or resource busy")
        [(line, settings)] = config.items()
        assert (line, settings.direction) == (17, Direction.INPUT)
        self.bias, self.is_held = settings.bias, True
        return self

    def get_value(self, line: int) -> Value:
        if not self.is_there:
            raise OSError(errno.ENODEV, "No such device")
        return self.level

    def release(self) -> None:
        self.is_held = False
        if not self.is_there:
            raise OSError(errno.ENODEV, "No such device")


def test_a_door_on_a_gpio_line_is_open_when_its_wire_is_cut_and_heals_with_its_chip(tmp_path: Path) -> None:
    pin, left = Pin(), list[AlarmKind]()
    door = Door({AlarmKind.DOOR: GpioSwitch(Path("/dev/gpiochip0"), 17, ask=pin.ask)}, left.append)
    assert (problem(door), pin.bias) == ("", Bias.PULL_UP)
    pin.level = Value.ACTIVE
    assert (problem(door), left) == ("door_open", [AlarmKind.DOOR])
    pin.is_there = False
    assert problem(door) == "door_missing"
    assert "Line 17 of /dev/gpiochip0 cannot be read (No such device)" in door.health().advice
    assert problem(door) == "door_missing"
    pin.is_there, pin.level = True, Value.INACTIVE
    assert problem(door) == ""
    door.close()
    assert not pin.is_held


def test_a_chip_that_is_not_there_is_a_sentence_of_the_real_library() -> None:
    door = Door({AlarmKind.DOOR: GpioSwitch(Path("/dev/gpiochip99"), 17)}, lambda kind: None)
    assert problem(door) == "door_missing"
    assert "/dev/gpiochip99" in door.health().advice
