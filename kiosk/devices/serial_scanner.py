"""A scanner on a serial line (USB-CDC, or RS-232 behind an adapter): bytes as they come. Nothing here knows a text."""

from __future__ import annotations

import errno
from pathlib import Path

import serial

from kiosk.devices.scanner import PortMissingError
from kiosk.errors import EnvironmentalError, UsageError

BY_ID = Path("/dev/serial/by-id")
_MOST_AT_ONCE = 4096


class SerialPort:
    """A serial device by its name under /dev/serial/by-id, which survives re-plugging, or by its path; 8N1."""

    def __init__(self, name: str, *, baud: int, folder: Path = BY_ID) -> None:
        self._path = device_path(name, folder)
        self._folder, self._baud = folder, baud
        self._line: serial.Serial | None = None

    @property
    def path(self) -> Path:
        """Where the device is."""
        return self._path

    def open(self) -> None:
        """Take the device for this program alone."""
        if not self._path.exists():
            raise self._missing()
        try:
            self._line = serial.Serial(str(self._path), self._baud, timeout=0, exclusive=True)
        except ValueError as error:
            raise EnvironmentalError(f"The scanner {self._path.name} does not take {self._baud} baud") from error
        except serial.SerialException as error:
            raise self._trouble(error) from error

    def fileno(self) -> int:
        """What to wait on."""
        assert self._line is not None
        return int(self._line.fileno())

    def take(self) -> bytes:
        """What has come by now."""
        assert self._line is not None
        try:
            return bytes(self._line.read(_MOST_AT_ONCE))
        except (serial.SerialException, OSError) as error:
            raise self._missing() from error

    def close(self) -> None:
        """Let the device go."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _missing(self) -> PortMissingError:
        return PortMissingError(f"The scanner {self._path.name} is not there: plug it in, or see {self._folder}")

    def _trouble(self, error: serial.SerialException) -> EnvironmentalError:
        match error.errno:
            case errno.ENOENT | errno.ENXIO | errno.ENODEV | errno.EIO:
                return self._missing()
            case errno.EACCES | errno.EPERM:
                return EnvironmentalError(
                    f"The scanner {self._path.name} may not be read: put the kiosk's user into the group dialout"
                )
            case errno.EBUSY | errno.EAGAIN:
                return EnvironmentalError(f"The scanner {self._path.name} is used by another program: end that one")
            case _:
                said = error.strerror or error
                return EnvironmentalError(f"The scanner {self._path.name} cannot be opened ({said}): plug it in anew")


def device_path(name: str, folder: Path) -> Path:
    """The device of this name in a folder of names, or at this path; UsageError for what is neither."""
    if name.startswith("/"):
        return Path(name)
    if not name or "/" in name:
        raise UsageError(f"{name!r} is no scanner: give its name from {folder}, or its whole path")
    return folder / name
