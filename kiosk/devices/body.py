"""The printer and the box's own senses, by the settings: each is there only when it is named, or when it is found.

Whoever calls puts them into the roll, which tends them. Nothing here decides who may pass.
"""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

from kiosk.body_config import BodyConfig, PrinterKind, PrinterPlace
from kiosk.devices.paper_folder import FolderPort
from kiosk.devices.printer import PATIENCE_SECONDS, Printer
from kiosk.devices.printer_ports import FilePort, Port, TcpPort
from kiosk.devices.turn import Turn


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
