"""The printer and the box's own senses, by the settings: each is there only when it is named, or when it is found.

Whoever calls puts them into the roll, which tends them. Nothing here decides who may pass.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, assert_never

from kiosk.body_config import BodyConfig, PrinterKind, PrinterPlace
from kiosk.body_config import Switch as SwitchPlace
from kiosk.devices.backlight import Backlight
from kiosk.devices.climate import Climate
from kiosk.devices.door import Door, FileSwitch, Switch
from kiosk.devices.health import Device
from kiosk.devices.modem import Modem
from kiosk.devices.paper_folder import FolderPort
from kiosk.devices.power import MainsListener, NutPower, Power, PowerReading, PowerSource, SysfsPower
from kiosk.devices.printer import PATIENCE_SECONDS, Printer
from kiosk.devices.printer_ports import FilePort, Port, TcpPort
from kiosk.devices.sound import AplaySound
from kiosk.devices.sysfs import SYS
from kiosk.devices.turn import Turn
from kiosk.rules.words import AlarmKind

TURN, MONTH = "printer.turn", "modem-month.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """The devices that a box has; those that others speak to stand by their names too."""

    sound: AplaySound
    printer: Printer | None = None
    backlight: Backlight | None = None
    power: Power | None = None
    climate: Climate | None = None
    modem: Modem | None = None
    door: Door | None = None

    @property
    def devices(self) -> list[Device]:
        """All of them, for the roll."""
        found: Iterable[Device | None] = (
            self.printer, self.sound, self.backlight, self.power, self.climate, self.modem, self.door
        )  # fmt: skip
        return [device for device in found if device is not None]


def make_body(
    config: BodyConfig,
    *,
    local_time: Callable[[], datetime],
    leave: Callable[[AlarmKind], None],
    folder: Path | None = None,
    on_mains_lost: MainsListener | None = None,
    on_mains_back: MainsListener | None = None,
    root: Path = SYS,
    clock: Callable[[], float] = time.monotonic,
) -> Body:
    """The devices by the settings. `local_time` is the park's, `leave` leaves a contact's file, `folder` is DIR/kiosk.

    Who listens for the mains is called after the screen was dimmed, or made bright again.
    """

    def is_night() -> bool:
        return config.night is not None and config.night.covers(local_time().time())

    backlight = _backlight(config, is_night, root, clock)

    def mains(listener: MainsListener | None, *, is_lost: bool) -> MainsListener:
        def tell(reading: PowerReading) -> None:
            if backlight is not None:
                backlight.dim(is_lost)
            if listener is not None:
                listener(reading)

        return tell

    return Body(
        printer=make_printer(config, turn=folder / TURN if folder is not None else None),
        sound=AplaySound(
            decibels=config.sound_decibels,
            night_decibels=config.sound_night_decibels,
            is_night=is_night,
            cards=root / "class" / "sound",
            clock=clock,
        ),
        backlight=backlight,
        power=_power(config, mains(on_mains_lost, is_lost=True), mains(on_mains_back, is_lost=False), root, clock),
        climate=_climate(config, root, clock),
        modem=_modem(config, local_time, folder, root, clock),
        door=_door(config, leave, clock),
    )


def body_devices(config: BodyConfig, **more: Any) -> list[Device]:
    """The devices of `make_body`, for the roll."""
    return make_body(config, **more).devices


def _backlight(
    config: BodyConfig, is_night: Callable[[], bool], root: Path, clock: Callable[[], float]
) -> Backlight | None:
    made = Backlight(
        percent=config.screen_percent,
        night_percent=config.screen_night_percent,
        is_night=is_night,
        root=root,
        clock=clock,
    )
    is_named = config.screen_percent is not None or config.screen_night_percent is not None
    return made if is_named or made.is_there else None


def _power(
    config: BodyConfig, lost: MainsListener, back: MainsListener, root: Path, clock: Callable[[], float]
) -> Power | None:
    source: PowerSource
    if config.power_nut is not None:
        source = NutPower(config.power_nut.name, host=config.power_nut.host, port=config.power_nut.port)
    else:
        source = SysfsPower(battery=config.power_battery, root=root)
        if config.power_battery is None and not source.is_there():
            return None
    return Power(source, low_percent=config.power_low_percent, on_mains_lost=lost, on_mains_back=back, clock=clock)


def _climate(config: BodyConfig, root: Path, clock: Callable[[], float]) -> Climate | None:
    made = Climate(
        sensor=config.climate_sensor,
        coldest_celsius=config.climate_coldest_celsius,
        hottest_celsius=config.climate_hottest_celsius,
        root=root,
        clock=clock,
    )
    return made if config.climate_sensor is not None or made.is_there() else None


def _modem(
    config: BodyConfig,
    local_time: Callable[[], datetime],
    folder: Path | None,
    root: Path,
    clock: Callable[[], float],
) -> Modem | None:
    if config.modem_interface is None:
        return None
    return Modem(
        config.modem_interface,
        local_time=local_time,
        month_megabytes=config.modem_month_megabytes,
        low_percent=config.modem_low_percent,
        ledger=folder / MONTH if folder is not None else None,
        root=root,
        clock=clock,
    )


def _door(config: BodyConfig, leave: Callable[[AlarmKind], None], clock: Callable[[], float]) -> Door | None:
    named = {AlarmKind.DOOR: config.door_switch, AlarmKind.TILT: config.door_tilt}
    switches = {kind: _switch(place) for kind, place in named.items() if place is not None}
    return Door(switches, leave, clock=clock) if switches else None


def _switch(place: SwitchPlace) -> Switch:
    if place.line is None:
        return FileSwitch(place.path, open_level=place.open_level)
    from kiosk.devices.switch_gpiod import GpioSwitch  # only where a line is named: its library is for Linux boards

    return GpioSwitch(place.path, place.line, open_level=place.open_level)


def make_printer(
    config: BodyConfig, *, turn: Path | None = None, patience_seconds: float = PATIENCE_SECONDS
) -> Printer | None:
    """The printer that the settings name; `turn` is the file by which the programs of the machine take turns."""
    if config.printer is None:
        return None
    return Printer(
        printer_port(config.printer),
        cuts=config.printer_cuts,
        answers=config.printer_answers,
        turn=Turn(turn),
        patience_seconds=patience_seconds,
    )


def printer_port(place: PrinterPlace) -> Port:
    """The way to the printer."""
    match place.kind:
        case PrinterKind.TCP:
            host, _, port = place.where.rpartition(":")
            return TcpPort(host.strip("[]"), int(port))
        case PrinterKind.FILE:
            return FilePort(Path(place.where))
        case PrinterKind.FOLDER:
            return FolderPort(Path(place.where))
        case _:
            assert_never(place.kind)
