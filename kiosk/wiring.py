"""How a gate's barrier is wired: which board, which of its lines and contacts; read with the settings, checked whole.

Nothing here touches a board. What belongs to another kind of barrier, or is missing for this one, is a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from kiosk.setting_values import WrongValueError, one_of

MOST_TURN_SECONDS = 60
LARGEST_ADDRESS = 0xFFFF
LARGEST_OFFSET = 1023
PARTS = ("open", "hold", "opened", "closed", "turned", "loop")
INPUTS = ("opened", "closed", "turned", "loop")
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)


class WiringError(WrongValueError):
    """What may stand in place of a value, or what is missing; kiosk/config.py makes the sentence with its line."""


class BarrierKind(StrEnum):
    """Which hand opens."""

    SIMULATED = "simulated"
    GPIOD = "gpiod"
    """Lines of a GPIO chip of this machine."""
    MODBUS = "modbus"
    """A relay board over Modbus TCP or RTU."""
    RELAY = "relay"
    """A relay that takes plain HTTP requests."""


Line = int | str
"""A number or a name of a GPIO line, the address of a coil or an input, or a key of a relay's answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wiring:
    """The lines and contacts of one barrier; what is None is not there."""

    loop_counts: str | None = None
    turn_seconds: int | None = None
    inverted: tuple[str, ...] = ()
    open: Line | None = None
    hold: Line | None = None
    opened: Line | None = None
    closed: Line | None = None
    turned: Line | None = None
    loop: Line | None = None
    chip: str | None = None
    pull: str | None = None
    address: str | None = None
    unit: int | None = None
    baud: int | None = None
    parity: str | None = None
    flash: int | None = None
    pulse_register: int | None = None
    pulse_unit_milliseconds: int | None = None
    watchdog_register: int | None = None
    pulse_url: str | None = None
    hold_url: str | None = None
    release_url: str | None = None
    state_url: str | None = None

    @property
    def counts_people(self) -> bool:
        """Whether the loop, or the counter that a person reads, counts each person, as a turnstile does."""
        return self.loop_counts == "people"

    @property
    def given(self) -> Mapping[str, object]:
        """What was set, by name."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in found.items() if value not in (None, ())}


def _whole(low: int, high: int, what: str) -> Callable[[object], int]:
    def read(value: object) -> int:
        if type(value) is not int or not low <= value <= high:
            raise WiringError(f"{what} from {low} to {high}")
        return value

    return read


def _baud(value: object) -> int:
    if type(value) is not int or value not in BAUDS:
        raise WiringError(f"one of {', '.join(map(str, BAUDS))}")
    return value


def _line(value: object) -> Line:
    if type(value) is int and 0 <= value <= LARGEST_ADDRESS:
        return value
    if isinstance(value, str) and value.strip() == value and value.isprintable() and value:
        return value
    raise WiringError("the number or the name of a line")


def _parts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or any(part not in PARTS for part in value):
        raise WiringError(f"a list of {', '.join(PARTS)}")
    return tuple(value)


def _chip(value: object) -> str:
    if not isinstance(value, str) or not value.startswith("/dev/"):
        raise WiringError('a device such as "/dev/gpiochip0"')
    return value


def _board(value: object) -> str:
    if isinstance(value, str):
        if value.startswith("/dev/"):
            return value
        host, _, port = value.rpartition(":")
        is_host = re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]", host)
        if is_host and re.fullmatch(r"[0-9]{1,5}", port) and 1 <= int(port) <= LARGEST_ADDRESS:
            return value
    raise WiringError('a board\'s address such as "192.168.1.50:502", or "/dev/serial/by-id/NAME"')


def _url(value: object) -> str:
    expected = 'an address such as "http://192.168.1.60/rpc/Switch.Set?id=0&on=true&toggle_after={seconds}"'
    if not isinstance(value, str) or not value.isprintable() or " " in value:
        raise WiringError(expected)
    try:
        parts = urlsplit(value)
        known, _ = bool(parts.hostname), parts.port
        value.format(milliseconds=1, seconds=1)
    except (ValueError, LookupError, AttributeError):
        raise WiringError(f"{expected}, with no other word in braces than milliseconds and seconds") from None
    if parts.scheme not in ("http", "https") or not known or parts.username is not None:
        raise WiringError(f"{expected}, without a name and a password")
    return value


WIRING_SETTINGS: dict[str, Callable[[object], Any]] = {
    "loop_counts": one_of("vehicles", "people"),
    "turn_seconds": _whole(1, MOST_TURN_SECONDS, "a whole number of seconds"),
    "inverted": _parts,
    "open": _line,
    "hold": _line,
    "opened": _line,
    "closed": _line,
    "turned": _line,
    "loop": _line,
    "chip": _chip,
    "pull": one_of("up", "down", "none"),
    "address": _board,
    "unit": _whole(1, 247, "the number of a Modbus unit"),
    "baud": _baud,
    "parity": one_of("N", "E", "O"),
    "flash": _whole(0, LARGEST_ADDRESS, "the address of a coil"),
    "pulse_register": _whole(0, LARGEST_ADDRESS, "the address of a register"),
    "pulse_unit_milliseconds": _whole(1, 1000, "a whole number of milliseconds"),
    "watchdog_register": _whole(0, LARGEST_ADDRESS, "the address of a register"),
    "pulse_url": _url,
    "hold_url": _url,
    "release_url": _url,
    "state_url": _url,
}

_GPIOD, _MODBUS, _RELAY = BarrierKind.GPIOD, BarrierKind.MODBUS, BarrierKind.RELAY
_ALL = frozenset({_GPIOD, _MODBUS, _RELAY})
_KINDS: dict[str, frozenset[BarrierKind]] = {
    "loop_counts": frozenset(BarrierKind),  # of a counter that a person reads, too
    **dict.fromkeys(("turn_seconds", "inverted", "open", *INPUTS), _ALL),
    "hold": frozenset({_GPIOD, _MODBUS}),
    **dict.fromkeys(("chip", "pull"), frozenset({_GPIOD})),
    **dict.fromkeys(("address", "unit", "baud", "parity", "flash"), frozenset({_MODBUS})),
    **dict.fromkeys(("pulse_register", "pulse_unit_milliseconds", "watchdog_register"), frozenset({_MODBUS})),
    **dict.fromkeys(("pulse_url", "hold_url", "release_url", "state_url"), frozenset({_RELAY})),
}
_NEEDED: dict[BarrierKind, tuple[tuple[tuple[str, ...], str], ...]] = {
    BarrierKind.SIMULATED: (),
    _GPIOD: (
        (("chip",), 'the chip its lines are on, such as "/dev/gpiochip0"'),
        (("open",), "the line that opens, by its number or its name"),
    ),
    _MODBUS: (
        (("address",), 'where the board is, "192.168.1.50:502" or "/dev/serial/by-id/NAME"'),
        (("flash", "pulse_register", "open"), "the coil or the register that opens"),
        (("open", *INPUTS), "something that can be read back"),
    ),
    _RELAY: (
        (("pulse_url",), "the request that opens for {milliseconds} or {seconds}"),
        (("state_url",), "the request that is answered with how the relay is"),
    ),
}


def check(kind: BarrierKind, wiring: Wiring) -> None:
    """WiringError with the setting that is missing, or of another kind, and why; the first words name it."""
    for name in wiring.given:
        if kind not in _KINDS[name]:
            of = " or ".join(f'"{each}"' for each in BarrierKind if each in _KINDS[name])
            raise WiringError(f'barrier.{name} is of a barrier of kind {of}, and barrier.kind is "{kind}"')
    for names, what in _NEEDED[kind]:
        if not any(name in wiring.given for name in names):
            named = " or ".join(f"barrier.{name}" for name in names)
            raise WiringError(f'barrier.kind "{kind}" needs {named}: {what}')
    for name in PARTS:
        _expect_fitting(kind, name, getattr(wiring, name))
    if wiring.turn_seconds is not None and wiring.turned is None:
        raise WiringError("barrier.turn_seconds needs barrier.turned: the contact that closes when somebody turns")
    if (wiring.hold_url is None) != (wiring.release_url is None):
        raise WiringError("barrier.hold_url and barrier.release_url are needed both: what is held must be let go")
    if wiring.flash is not None and wiring.pulse_register is not None:
        raise WiringError("barrier.flash and barrier.pulse_register are two ways to open: name one")
    if (other := next((name for name in wiring.inverted if getattr(wiring, name) is None), None)) is not None:
        raise WiringError(f"barrier.inverted names {other}, and there is no barrier.{other}")


def _expect_fitting(kind: BarrierKind, name: str, line: Line | None) -> None:
    if line is None:
        return
    if kind is _GPIOD and isinstance(line, int) and line > LARGEST_OFFSET:
        raise WiringError(f"barrier.{name} must be the number or the name of a line of the chip, not {line!r}")
    if kind is _MODBUS and not isinstance(line, int):
        raise WiringError(f"barrier.{name} must be an address from 0 to {LARGEST_ADDRESS}, not {line!r}")
    if kind is _RELAY and not isinstance(line, str):
        raise WiringError(f'barrier.{name} must be a key of the state, such as "switch:0.output", not {line!r}')
