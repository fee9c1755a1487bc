"""How a barrier is wired, as the settings say it: what is missing or of another kind is a sentence with its line."""

from pathlib import Path

import pytest

from kiosk.config import ConfigError, parse_config
from kiosk.devices.problems import Problem
from kiosk.setting_values import WrongValueError
from kiosk.wiring import WIRING_SETTINGS, BarrierKind, Wiring

PATH = Path("config.toml")
GPIOD = 'kind = "gpiod"\nchip = "/dev/gpiochip0"\nopen = 17\n'
MODBUS = 'kind = "modbus"\naddress = "192.168.1.50:502"\nopen = 0\n'
RELAY = 'kind = "relay"\npulse_url = "http://10.0.0.2/on?t={seconds}"\nstate_url = "http://10.0.0.2/state"\n'


def parsed(text: str) -> Wiring:
    return parse_config(f"[barrier]\n{text}", PATH).wiring


def test_each_kind_is_wired_in_its_own_words() -> None:
    gpiod = parsed(
        GPIOD + 'hold = "GPIO27"\nopened = 22\nturned = 24\nturn_seconds = 6\ninverted = ["turned"]\npull = "up"\n'
    )
    assert (gpiod.chip, gpiod.open, gpiod.hold, gpiod.turn_seconds, gpiod.inverted) == (
        "/dev/gpiochip0",
        17,
        "GPIO27",
        6,
        ("turned",),
    )
    modbus = parsed(MODBUS + 'unit = 2\nflash = 0x0200\nloop = 3\nwatchdog_register = 9\nbaud = 9600\nparity = "E"\n')
    assert (modbus.address, modbus.flash, modbus.unit, modbus.loop) == ("192.168.1.50:502", 0x0200, 2, 3)
    relay = parsed(RELAY + 'open = "switch:0.output"\n')
    assert (relay.pulse_url, relay.open) == ("http://10.0.0.2/on?t={seconds}", "switch:0.output")
    assert parse_config("[barrier]\n" + MODBUS, PATH).barrier is BarrierKind.MODBUS
    assert parse_config("", PATH).wiring == Wiring()


@pytest.mark.parametrize(
    "text, sentence",
    [
        ('kind = "gpiod"\n', 'line 2: barrier.kind "gpiod" needs barrier.chip'),
        ('kind = "gpiod"\nchip = "/dev/gpiochip0"\n', 'line 2: barrier.kind "gpiod" needs barrier.open'),
        ('kind = "modbus"\nopen = 1\n', 'line 2: barrier.kind "modbus" needs barrier.address'),
        ('kind = "modbus"\naddress = "a:1"\n', "needs barrier.flash or barrier.pulse_register or barrier.open"),
        ('kind = "modbus"\naddress = "a:1"\nflash = 1\n', "needs barrier.open or barrier.opened"),
        ('kind = "relay"\n', 'line 2: barrier.kind "relay" needs barrier.pulse_url'),
        ('kind = "relay"\npulse_url = "http://a/on"\n', 'barrier.kind "relay" needs barrier.state_url'),
        ("open = 3\n", 'line 2: barrier.open is of a barrier of kind "gpiod" or "modbus" or "relay", and barrier.kind'),
        (
            MODBUS + 'chip = "/dev/gpiochip0"\n',
            'line 5: barrier.chip is of a barrier of kind "gpiod", and barrier.kind',
        ),
        (GPIOD + "turn_seconds = 5\n", "line 5: barrier.turn_seconds needs barrier.turned"),
        (RELAY + 'hold_url = "http://10.0.0.2/hold"\n', "line 5: barrier.hold_url and barrier.release_url"),
        (MODBUS + "flash = 1\npulse_register = 2\n", "line 5: barrier.flash and barrier.pulse_register"),
        (GPIOD + 'inverted = ["loop"]\n', "line 5: barrier.inverted names loop, and there is no barrier.loop"),
        (GPIOD + "opened = 5000\n", "line 5: barrier.opened must be the number or the name"),
        (MODBUS + 'loop = "LOOP"\n', "line 5: barrier.loop must be an address from 0 to 65535"),
        (RELAY + "loop = 3\n", "line 5: barrier.loop must be a key of the state"),
    ],
)
def test_what_does_not_fit_together_is_a_sentence_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parsed(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    "name, values",
    [
        ("turn_seconds", (0, 61, True, "8")),
        ("inverted", ("open", ["gate"], [1])),
        ("open", (-1, 70000, "", " a", True, 1.5, ["a"])),
        ("chip", ("gpiochip0", 0)),
        ("pull", ("sideways", True)),
        ("address", ("board", "board:0", "board:70000", "a b:1", "board:5:6", 502, "/home/x")),
        ("unit", (0, 248)),
        ("baud", (9601, "9600", True)),
        ("parity", ("X",)),
        ("flash", (-1, 0x10000, "a")),
        ("pulse_register", (-1,)),
        ("pulse_unit_milliseconds", (0, 1001)),
        ("watchdog_register", (-1,)),
        (
            "pulse_url",
            ("ftp://a/", "http://", "http://a/{sec}", "http://a/{}", "http://a/{", "http://u:p@a/", "http://a:b/"),
        ),
        ("state_url", ("http://a/ b", 7)),
        ("hold_url", ("/on",)),
        ("release_url", ("/off",)),
        ("closed", (None,)),
    ],
)
def test_a_value_that_cannot_be_meant_is_not_taken(name: str, values: tuple[object, ...]) -> None:
    for value in values:
        with pytest.raises(WrongValueError):
            WIRING_SETTINGS[name](value)


@pytest.mark.parametrize("address", ["board.example:502", "[fe80::1]:502", "10.0.0.1:65535", "/dev/serial/by-id/usb-1"])
def test_a_board_is_a_host_with_its_port_or_a_serial_line(address: str) -> None:
    assert WIRING_SETTINGS["address"](address) == address


def test_every_setting_and_every_trouble_of_the_barrier_is_in_the_book_of_devices() -> None:
    book = (Path(__file__).parents[2] / "docs" / "DEVICES.md").read_text(encoding="utf-8")
    names = [name for name in WIRING_SETTINGS if f"barrier.{name}`" not in book and f"\n{name} = " not in book]
    assert [name for name in names if f" {name} = " not in book] == []
    assert [problem for problem in Problem if problem.startswith("barrier_") and f"`{problem}`" not in book] == []


def test_the_examples_in_the_book_of_devices_are_settings_that_are_taken() -> None:
    book = (Path(__file__).parents[2] / "docs" / "DEVICES.md").read_text(encoding="utf-8")
    examples = [each.split("```")[0] for each in book.split("```toml\n")[1:]]
    barriers = [each for each in examples if each.startswith("[barrier]")]
    assert [parse_config(each, PATH).barrier for each in barriers] == ["gpiod", "modbus", "relay"]
