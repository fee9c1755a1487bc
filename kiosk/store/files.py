"""Small files that are there whole or not at all, readable by nobody but their owner."""

import errno
import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.errors import EnvironmentalError

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_ZEROS = bytes(1024 * 1024)


class DiskFullError(EnvironmentalError):
    """The disk has no room left for what has to be written."""


class ReadOnlyError(EnvironmentalError):
    """The disk or its folder cannot be written at all."""


class DiskFailedError(EnvironmentalError):
    """The disk answered with an error; what it holds may be sound all the same."""


_KINDS: dict[int | None, type[EnvironmentalError]] = {
    errno.ENOSPC: DiskFullError,
    errno.EDQUOT: DiskFullError,
    errno.EROFS: ReadOnlyError,
    errno.EIO: DiskFailedError,
}


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the disk says about this path into a sentence."""
    try:
        yield
    except OSError as error:
        kind = _KINDS.get(error.errno, EnvironmentalError)
        whose = _whose(path) if isinstance(error, PermissionError) else ""
        raise kind(f"{path}: {error.strerror or error}{whose}") from error


def user_name(uid: int) -> str:
    """The user as people know them."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _whose(path: Path) -> str:
    """To whom this path belongs, or the nearest folder above it that may be looked at, where that is another user."""
    for place in (path, *path.absolute().parents):
        with suppress(OSError):
            owner, me = place.stat().st_uid, os.geteuid()
            if owner == me:
                return ""
            return f" ({place} belongs to {user_name(owner)}, and this runs as {user_name(me)})"
    return ""


def make_folder(path: Path) -> None:
    """A folder for its owner alone, with those above it; one that is there already keeps its content."""
    with told(path):
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o777 != PRIVATE_FOLDER:
            path.chmod(PRIVATE_FOLDER)


def read_bytes(path: Path) -> bytes | None:
    """The file's bytes, or None when there is no such file."""
    with told(path):
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None


def identity(path: Path) -> tuple[int, ...] | None:
    """What changes whenever a file is replaced or written, or None when there is no such file."""
    with told(path):
        try:
            found = os.stat(path)  # noqa: PTH116  (asked at every scan)
        except FileNotFoundError:
            return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def replace_file(path: Path, data: bytes) -> None:
    """Put these bytes where the file is, on the disk before this returns; after a crash it is the old or the new."""
    with told(path):
        beside = _write_beside(path, data)
        try:
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def make_file_once(path: Path, data: bytes) -> bytes:
    """Make the file unless another process was faster; the bytes that are in it now."""
    with told(path):
        beside = _write_beside(path, data)
        try:
            # link() fails where rename() would overwrite: of two makers the first wins, and both read its bytes
            path.hardlink_to(beside)
        except FileExistsError:
            return path.read_bytes()
        finally:
            beside.unlink()
        sync_folder(path.parent)
        return data


def shred(path: Path) -> bool:
    """Overwrite a file with zeros, on the disk, then remove its name; whether there was one. It may be begun again.

    What cannot be overwritten, on a full disk or a file system that writes elsewhere, goes all the same.
    """
    with told(path):
        with suppress(OSError):
            _overwrite(path)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True


def _overwrite(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        size, done = os.fstat(descriptor).st_size, 0
        while done < size:
            done += os.pwrite(descriptor, _ZEROS[: size - done], done)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Put what is in this file on the disk, whoever wrote it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Put the names in this folder on the disk."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_beside(path: Path, data: bytes) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
