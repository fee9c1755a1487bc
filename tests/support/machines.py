"""Machines made of files: what a kiosk may read of the box that it runs on."""

from pathlib import Path


def box(root: Path, *, serial: str = "", system: str = "", address: str = "", usb: str = "", made_up: str = "") -> Path:
    """A file system with a board's serial number, a system's id, and network cards: one of its own, one on USB."""
    _write(root / "etc/machine-id", system)
    _write(root / "sys/firmware/devicetree/base/serial-number", serial + "\0" if serial else "")
    for name, at, card, kind in (
        ("eth0", "pci0000:00/0000:00:1f.6", address, "0"),
        ("wlx1", "usb1/1-2", usb, "0"),
        ("wlan0", "pci0000:00/0000:00:14.3", made_up, "3"),
    ):
        if card:
            place = root / "sys/devices" / at
            place.mkdir(parents=True, exist_ok=True)
            _write(root / f"sys/class/net/{name}/address", card + "\n")
            _write(root / f"sys/class/net/{name}/addr_assign_type", kind + "\n")
            (root / f"sys/class/net/{name}/device").symlink_to(place)
    _write(root / "sys/class/net/lo/address", "00:00:00:00:00:00\n")
    _write(root / "sys/class/net/lo/addr_assign_type", "0\n")
    return root


def _write(path: Path, text: str) -> None:
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
