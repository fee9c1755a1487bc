"""Room that is kept for an emergency: a file of real blocks, given back when the disk is full so that a gate can go on.

The last thing a full disk may cost is an entry. Whoever meets a full disk frees the reserve and writes again; when
there is room, the reserve is held anew. Nothing here raises: a gate without a reserve is still a gate.
"""

import os
import shutil
from pathlib import Path

from kiosk.store.files import PRIVATE_FILE
from kiosk.store.home import Home

RESERVE_BYTES = 32 * 1024 * 1024
LEFT_BYTES = 32 * 1024 * 1024
"""What must stay free besides: a reserve that fills the disk would make the emergency it is for."""


class Reserve:
    """DIR/kiosk/reserve: blocks of the disk that nothing else can have."""

    def __init__(self, home: Home, *, size_bytes: int = RESERVE_BYTES, left_bytes: int = LEFT_BYTES) -> None:
        self._path: Path = home.kiosk / "reserve"
        self._size_bytes = size_bytes
        self._left_bytes = left_bytes

    @property
    def is_held(self) -> bool:
        """Whether the whole reserve lies on the disk, in blocks and not in name only."""
        try:
            found = self._path.stat()
        except OSError:
            return False
        return found.st_size >= self._size_bytes and found.st_blocks * 512 >= self._size_bytes

    def hold(self) -> bool:
        """Hold the reserve if there is room for it; whether it is held now."""
        if self.is_held:
            return True
        try:
            if shutil.disk_usage(self._path.parent).free < self._size_bytes + self._left_bytes:
                return False
            self._allocate()
        except OSError:  # no room, or no right to write
            self.free()
            return False
        return self.is_held

    def free(self) -> bool:
        """Give the reserve back to the disk; whether that gave anything."""
        try:
            given = self._path.stat().st_blocks > 0
            # shorter first: where somebody still holds the file open, removing its name would free nothing
            os.truncate(self._path, 0)
            self._path.unlink()
        except OSError:
            return False
        return given

    def _allocate(self) -> None:
        descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            # real blocks, where the file system has them: a sparse file would be a promise that nobody keeps
            os.posix_fallocate(descriptor, 0, self._size_bytes)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
