"""Mains and battery: who gives power now, and how long the battery lasts. It only tells."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.sysfs import SYS, folders, number, number_of, word
from kiosk.errors import EnvironmentalError

NUT_SECONDS = 2.0
_LONGEST_ANSWER = 4096
_log = logging.getLogger(__name__)


class PowerUnknownError(EnvironmentalError):
    """Nobody can say where the power comes from; the text says who was asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerReading:
    """Where the power comes from now."""

    is_on_mains: bool
    battery_percent: float | None = None
    is_low: bool = False
    """Whether the battery itself says that it is nearly empty."""
    minutes_left: float | None = None


class PowerSource(Protocol):
    """Whoever knows about mains and battery."""

    def read(self) -> PowerReading:
        """How it is now, or PowerUnknownError."""
        ...


MainsListener = Callable[[PowerReading], None]


class Power:
    """Mains and battery as one device; the listeners are called once when the mains go, and once when they are back."""

    kind = DeviceKind.POWER

    def __init__(
        self,
        source: PowerSource,
        *,
        low_percent: int = 20,
        on_mains_lost: MainsListener | None = None,
        on_mains_back: MainsListener | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._low_percent = source, low_percent
        self._on_mains_lost, self._on_mains_back = on_mains_lost, on_mains_back
        self._is_on_mains = True
        self._bearing = Bearing(clock)

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Look who gives power; somebody who does not answer is no proof that the mains are gone."""
        try:
            reading = self._source.read()
        except PowerUnknownError as error:
            self._bearing.tell(Problem.POWER_MISSING, f"{error}: see the cable between battery and machine")
            return
        figures = {"battery_percent": reading.battery_percent, "battery_minutes": reading.minutes_left}
        known = {name: value for name, value in figures.items() if value is not None}
        self._bearing.tell(self._problem(reading), "", on_mains=float(reading.is_on_mains), **known)
        if reading.is_on_mains is not self._is_on_mains:
            self._is_on_mains = reading.is_on_mains
            self._tell(self._on_mains_back if reading.is_on_mains else self._on_mains_lost, reading)

    def close(self) -> None:
        """Nothing is held."""

    def _problem(self, reading: PowerReading) -> Problem:
        percent = reading.battery_percent
        if reading.is_on_mains:
            return Problem.NONE
        is_low = reading.is_low or (percent is not None and percent <= self._low_percent)
        return Problem.POWER_BATTERY_LOW if is_low else Problem.POWER_ON_BATTERY

    def _tell(self, listener: MainsListener | None, reading: PowerReading) -> None:
        if listener is None:
            return
        try:
            listener(reading)
        except Exception:  # noqa: BLE001  a listener's mistake must not hide the battery's state
            _log.exception("Whoever listens for the mains could not be told")


class SysfsPower:
    """What the kernel knows of mains and batteries: laptops, tablets, boards with a battery of their own."""

    def __init__(self, *, battery: str | None = None, root: Path = SYS) -> None:
        self._battery = battery
        self._folder = root / "class" / "power_supply"

    def is_there(self) -> bool:
        """Whether a battery is known; mains alone are nothing to watch: they are never seen to go."""
        return any(word(supply / "type") == "Battery" for supply in self._supplies())

    def read(self) -> PowerReading:
        """How it is now, or PowerUnknownError."""
        supplies = self._supplies()
        batteries = [supply for supply in supplies if word(supply / "type") == "Battery" and _is_present(supply)]
        if self._battery is not None:
            batteries = [supply for supply in batteries if supply.name == self._battery]
        if not batteries:
            raise PowerUnknownError(f"There is no battery {self._battery or ''}".rstrip())
        mains = [word(supply / "online") for supply in supplies if word(supply / "type") != "Battery"]
        told = [online for online in mains if online in ("0", "1")]
        status = [word(battery / "status") for battery in batteries]
        percents = [percent for battery in batteries if (percent := number(battery / "capacity")) is not None]
        return PowerReading(
            # Where no mains are listed, a battery that empties says it.
            is_on_mains="1" in told if told else "Discharging" not in status,
            battery_percent=min(percents) if percents else None,
            is_low=any(word(battery / "capacity_level") == "Critical" for battery in batteries),
        )

    def _supplies(self) -> list[Path]:
        """Those of the machine itself: a wireless mouse has a battery too."""
        return [supply for supply in folders(self._folder) if word(supply / "scope") != "Device"]


class NutPower:
    """A battery behind a UPS server (Network UPS Tools): its own text protocol, asked anew each time."""

    def __init__(self, name: str, *, host: str = "127.0.0.1", port: int = 3493) -> None:
        self._name, self._address = name, (host, port)

    def read(self) -> PowerReading:
        """How it is now, or PowerUnknownError."""
        try:
            with (
                socket.create_connection(self._address, timeout=NUT_SECONDS) as connection,
                connection.makefile("rb") as answers,
            ):

                def ask(variable: str) -> str | None:
                    connection.sendall(f"GET VAR {self._name} {variable}\n".encode())
                    return self._value(answers.readline(_LONGEST_ANSWER), variable)

                status = ask("ups.status")
                charge, seconds = number_of(ask("battery.charge")), number_of(ask("battery.runtime"))
                connection.sendall(b"LOGOUT\n")
        except OSError as error:
            where = f"{self._address[0]}:{self._address[1]}"
            raise PowerUnknownError(f"No UPS server answers at {where} ({error.strerror or error})") from error
        if status is None:
            raise PowerUnknownError(f"The UPS server does not know how {self._name} is")
        words = status.split()
        return PowerReading(
            is_on_mains="OB" not in words,
            battery_percent=charge,
            is_low="LB" in words,
            minutes_left=None if seconds is None else round(seconds / 60, 1),
        )

    def _value(self, answer: bytes, variable: str) -> str | None:
        """The value of `VAR name variable "value"`; None where the battery has none of this name."""
        line = answer.decode("utf-8", errors="replace").strip()
        if not line:
            raise ConnectionResetError("it hung up")
        if line.startswith("ERR VAR-NOT-SUPPORTED"):
            return None
        if line.startswith("ERR "):
            raise PowerUnknownError(f"The UPS server says of {self._name}: {line[4:].lower().replace('-', ' ')}")
        start, end = f'VAR {self._name} {variable} "', '"'
        if not (line.startswith(start) and line.endswith(end)):
            raise PowerUnknownError("What answers is no UPS server")
        return line[len(start) : -1]


def _is_present(supply: Path) -> bool:
    return word(supply / "present") != "0"
