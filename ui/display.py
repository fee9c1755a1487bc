"""Whether a window can be opened here. Qt ends the whole process where it cannot, so it is asked beforehand."""

import os
import re
import socket
from pathlib import Path

_LOCAL = re.compile(r"(?:unix)?:([0-9]+)(?:\.[0-9]+)?", re.ASCII)
_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108  where every X server listens
_SECONDS = 2.0


def display_trouble() -> str | None:
    """A sentence that says why no window can be opened, or None."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform not in ("", "xcb", "wayland"):
        return None  # frame buffer, VNC, off screen: whoever names it knows
    if os.environ.get("WAYLAND_DISPLAY") and platform != "xcb":
        return None
    display = os.environ.get("DISPLAY", "")
    if not display:
        return "There is no display here: start it in a desktop session, or give --headless"
    local = _LOCAL.fullmatch(display)
    if local is not None and not _answers(local[1]):
        return f"The display {display} does not answer: correct $DISPLAY, or give --headless"
    return None


def _answers(number: str) -> bool:
    path = str(_SOCKETS / f"X{number}")
    for address in (path, "\0" + path):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            door.settimeout(_SECONDS)
            try:
                door.connect(address)
            except OSError:
                continue
            return True
    return False
