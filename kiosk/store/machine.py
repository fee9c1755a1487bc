"""The machine this program runs on, as far as its user may read it, and the one its data folder was last used in."""

import json
from contextlib import suppress
from pathlib import Path

from kiosk.rules.machine import MOST_MARKS, Machine, MachineMark, MarkKind, mark_of
from kiosk.store.files import read_bytes, replace_file
from kiosk.store.home import Home

_SCHEMA = 1
# sysfs of what is soldered in; the first two may be read by root alone
_BOARDS = (
    "sys/class/dmi/id/product_uuid",
    "sys/class/dmi/id/board_serial",
    "sys/firmware/devicetree/base/serial-number",
)
_UNSET = frozenset({"", "0" * 16, "none", "default string", "to be filled by o.e.m."})
_PERMANENT = "0"  # NET_ADDR_PERM: an address that nobody made up


def this_machine(device: int, root: Path = Path("/")) -> Machine:
    """What can be read of the machine now; a stick that is plugged in tells nothing, because it is pulled out again."""
    found = [(MarkKind.BOARD, _text(root / name)) for name in _BOARDS]
    found += [(MarkKind.NETWORK, address) for address in _addresses(root / "sys/class/net")]
    found.append((MarkKind.SYSTEM, _text(root / "etc/machine-id")))
    marks = [mark_of(kind, value, device) for kind, value in found if value.strip().lower() not in _UNSET]
    return Machine(marks=frozenset(marks[:MOST_MARKS]))


def noted_machine(home: Home) -> Machine | None:
    """The machine that this folder was last used in; None where nobody noted it, or the note cannot be read."""
    data = read_bytes(home.machine_file)
    if data is None:
        return None
    try:
        raw = json.loads(data)["marks"]
        marks = [MachineMark(kind=MarkKind(item["kind"]), hash=bytes.fromhex(item["hash"])) for item in raw]
    except (ValueError, KeyError, TypeError):
        return None  # noted anew: it is a help, and no proof
    return Machine(marks=frozenset(marks))


def note_machine(home: Home, machine: Machine) -> None:
    """Note it, on the disk before this returns."""
    marks = [{"kind": str(mark.kind), "hash": mark.hash.hex()} for mark in sorted(machine.marks)]
    replace_file(home.machine_file, json.dumps({"schema": _SCHEMA, "marks": marks}, indent=1).encode() + b"\n")


def _addresses(folder: Path) -> list[str]:
    """The addresses of network cards that belong to the box."""
    found = []
    with suppress(OSError):
        for card in sorted(folder.iterdir()):
            place = str((card / "device").resolve())
            if not (card / "device").exists() or "/usb" in place or _text(card / "addr_assign_type") != _PERMANENT:
                continue
            found.append(_text(card / "address"))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip().strip("\0")
    except OSError:
        return ""
