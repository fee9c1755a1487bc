"""A scanner that types like a keyboard, read from the kernel and grabbed, so that no window and no layout sees a key.

A pipe in the place of the device is a stand-in: it carries the same events, and there is nobody to grab it from.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from pathlib import Path

from kiosk.devices.scanner import PortMissingError
from kiosk.devices.serial_scanner import device_path
from kiosk.devices.us_keys import EVENT_BYTES, KeyReader
from kiosk.errors import EnvironmentalError

BY_ID = Path("/dev/input/by-id")
EVIOCGRAB = 0x40044590  # _IOW('E', 0x90, int), linux/input.h
_MOST_AT_ONCE = 256 * EVENT_BYTES


class EvdevPort:
    """An input device by its name under /dev/input/by-id, which survives re-plugging, or by its path."""

    def __init__(self, name: str, *, folder: Path = BY_ID, grabs: bool = True) -> None:
        self._path = device_path(name, folder)
        self._folder, self._grabs = folder, grabs
        self._file: int | None = None
        self._keys = KeyReader()

    @property
    def path(self) -> Path:
        """Where the device is."""
        return self._path

    def open(self) -> None:
        """Take the device, and take it from everybody else."""
        try:
            file = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise self._trouble(error) from error
        try:
            if not stat.S_ISFIFO(os.fstat(file).st_mode):
                self._grab(file)
        except OSError as error:
            os.close(file)
            raise self._trouble(error) from error
        self._file, self._keys = file, KeyReader()

    def fileno(self) -> int:
        """What to wait on."""
        assert self._file is not None
        return self._file

    def take(self) -> bytes:
        """What has been typed by now."""
        assert self._file is not None
        try:
            events = os.read(self._file, _MOST_AT_ONCE)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self._missing() from error
        if not events:  # a pipe whose other end is closed
            raise self._missing()
        return self._keys.feed(events)

    def close(self) -> None:
        """Let the device go; the kernel ends the grab with it."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _grab(self, file: int) -> None:
        fcntl.ioctl(file, EVIOCGRAB, 1)
        if not self._grabs:  # it was only asked whether somebody else has it
            with contextlib.suppress(OSError):
                fcntl.ioctl(file, EVIOCGRAB, 0)

    def _missing(self) -> PortMissingError:
        return PortMissingError(f"The scanner {self._path.name} is not there: plug it in, or see {self._folder}")

    def _trouble(self, error: OSError) -> EnvironmentalError:
        match error.errno:
            case errno.ENOENT | errno.ENXIO | errno.ENODEV:
                return self._missing()
            case errno.EACCES | errno.EPERM:
                return EnvironmentalError(
                    f"The scanner {self._path.name} may not be read: put the kiosk's user into the group input"
                )
            case errno.EBUSY:
                return EnvironmentalError(f"The scanner {self._path.name} is grabbed by another program: end that one")
            case errno.ENOTTY | errno.EINVAL | errno.ENOTDIR | errno.EISDIR:
                return EnvironmentalError(f"{self._path} is no input device: see {self._folder}")
            case _:
                return EnvironmentalError(f"The scanner {self._path.name} cannot be read: {error.strerror}")
