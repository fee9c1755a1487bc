"""One-line files of the kernel: what cannot be read is empty, for a device may be pulled out between two of them."""

from __future__ import annotations

from pathlib import Path

SYS = Path("/sys")


def word(file: Path) -> str:
    """The file's text without its end of line, empty where there is none."""
    try:
        return file.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def number(file: Path) -> float | None:
    """The file's number, None where there is none."""
    return number_of(word(file))


def number_of(text: str | None) -> float | None:
    """The number in a text that another program wrote, None where it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


def thousandth(file: Path) -> float | None:
    """The file's number in its unit: the kernel counts thousandths of a degree and of a percent."""
    found = number(file)
    return None if found is None else found / 1000


def folders(parent: Path, prefix: str = "") -> list[Path]:
    """The folders of this kind, none where there is no such kind of device."""
    return sorted(parent.glob(f"{prefix}*")) if parent.is_dir() else []
