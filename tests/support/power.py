"""A disk whose power can be cut: an ext4 file system in an image file of its own, mounted through a loop device.

A cut is ext4's shutdown call without a flush of its log: from then on nothing reaches the image, and what the kernel
only held in memory is gone at the next mount, as after a power cut. Nothing outside the folder it was given is touched.
"""

import ctypes
import fcntl
import os
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32)
_WITHOUT_THE_LOG = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
_BUSY_SECONDS = 20
_MNT_DETACH = 2
_KEPT_FREE = 4096
_HEIR = 'read -r _; for folder; do if mountpoint -q "$folder"; then umount -l "$folder"; fi; done'
_WRITE = 2  # SYNC_FILE_RANGE_WRITE


class NoDiskError(Exception):
    """This machine lends no loop device; the text says what is missing."""


class Disk:
    """One image, mounted or not; `folder` is where its files are while it is mounted."""

    def __init__(self, base: Path, mebibytes: int = 64) -> None:
        base.mkdir()
        self.folder = base / "disk"
        self.folder.mkdir()
        self._image = base / "image"
        self._mebibytes = mebibytes

    def make(self) -> None:
        """An empty file system, mounted."""
        self.take_off()
        self._image.unlink(missing_ok=True)
        with self._image.open("wb") as image:
            image.truncate(self._mebibytes << 20)
        options = ["-q", "-F", "-m", "0", "-b", "4096", "-J", "size=4", "-E", "lazy_itable_init=1,nodiscard"]
        _run("mkfs.ext4", *options, str(self._image))
        self.put_on()

    def put_on(self) -> None:
        """Mount it; after a cut the file system's own log is replayed first."""
        # a loop device made by mount goes by itself when the file system is taken off
        _run("mount", "-t", "ext4", "-o", "loop,noatime,nosuid,nodev", str(self._image), str(self.folder))

    def cut(self) -> None:
        """Cut the power: nothing reaches the image any more."""
        if not self.is_on:
            raise AssertionError(f"{self.folder} is no disk of its own")
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(folder, _SHUTDOWN, struct.pack("=I", _WITHOUT_THE_LOG))
        finally:
            os.close(folder)

    def take_off(self) -> None:
        """Unmount it, once whoever used it is gone."""
        deadline = time.monotonic() + _BUSY_SECONDS
        while self.is_on:
            try:
                _run("umount", str(self.folder))
            except NoDiskError:
                if time.monotonic() > deadline:
                    # never left behind: it goes with the last file that is open on it, and so does its device
                    ctypes.CDLL(None, use_errno=True).umount2(os.fsencode(self.folder), _MNT_DETACH)
                    raise
                time.sleep(0.02)

    def fill(self) -> Path:
        """Take all the room there is; the file to remove for it to come back."""
        filler = self.folder / "filler"
        with filler.open("ab", buffering=0) as file:
            for chunk in (1 << 20, _KEPT_FREE):
                with suppress(OSError):
                    while True:
                        file.write(bytes(chunk))
            with suppress(OSError):
                os.fsync(file.fileno())
        return filler

    @property
    def is_on(self) -> bool:
        """Whether the folder is a file system of its own."""
        return os.path.ismount(self.folder)


@contextmanager
def disks(base: Path, count: int = 1) -> Iterator[list[Disk]]:
    """So many disks, empty and mounted; none is left mounted, however this ends. NoDiskError where there are none."""
    made = [Disk(base / f"disk-{place}") for place in range(count)]
    folders = [str(disk.folder) for disk in made]
    # outlives a test run that is killed, and sees it by the end of its input
    heir = subprocess.Popen(["sh", "-c", _HEIR, "sh", *folders], stdin=subprocess.PIPE, start_new_session=True)
    try:
        for disk in made:
            disk.make()
        yield made
    finally:
        try:
            for disk in made:
                disk.take_off()
        finally:
            heir.communicate()


def write_out(path: Path, first: int, length: int) -> None:
    """Let the kernel write this part of a file to the disk now, as it does by itself at any time and in any order."""
    with suppress(OSError), path.open("rb") as file:
        ctypes.CDLL(None, use_errno=True).sync_file_range(
            file.fileno(), ctypes.c_int64(first), ctypes.c_int64(length), _WRITE
        )


def _run(*command: str) -> None:
    environment = os.environ | {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin", "LC_ALL": "C"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    except FileNotFoundError as error:
        raise NoDiskError(f"{command[0]} is not installed: `make system-test` brings it") from error
    if done.returncode:
        raise NoDiskError(f"{command[0]}: {done.stderr.strip() or done.returncode}")
