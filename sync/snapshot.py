"""The snapshot file on its way in: resumed across restarts, hashed before it is unpacked, unpacked under a cap."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zstandard

from kiosk.errors import EnvironmentalError
from sync.errors import CutOffError, UntrustedError
from sync.protocol import Registry, SnapshotRef

_READ_BYTES = 1024 * 1024
_LARGEST_WINDOW_BYTES = 128 * 1024 * 1024
# A park's file unpacks to four to six times its size; past this it is a bomb.
_MOST_TIMES_LARGER = 64
_SMALLEST_CAP_BYTES = 16 * 1024 * 1024
# Of the disk, whatever comes in: an admission that cannot be journalled does not happen.
ROOM_FOR_THE_JOURNAL_BYTES = 64 * 1024 * 1024
_FRAME_HEADER_BYTES = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Interruption:
    """What goes before the rest of a long download: whether there is something, and how it is seen to."""

    is_wanted: Callable[[], bool]
    attend: Callable[[], None]


NONE = Interruption(is_wanted=lambda: False, attend=lambda: None)


def fetch_snapshot(registry: Registry, ref: SnapshotRef, folder: Path, interruption: Interruption = NONE) -> Path:
    """The unpacked snapshot in this folder, exactly the one that the manifest promised.

    What came of it before, in this run or an earlier one, is continued; what came of others is removed. The packed file
    stays until `clear`, so that nothing is fetched twice when its installation fails.
    """
    part = folder / f"snapshot-{ref.sha256.hex()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder, but=part)
        _need_room(folder, ref.bytes - (part.stat().st_size if part.exists() else 0))
        with _gone_if_it_does_not_fit(part):
            while not _download(registry, ref, part, interruption):
                interruption.attend()
        plain = part.with_suffix(".db")
        cap = max(ref.bytes * _MOST_TIMES_LARGER, _SMALLEST_CAP_BYTES)
        _need_room(folder, 2 * min(_unpacked_bytes(part), cap))  # once as it is, once encrypted
        with _gone_if_it_does_not_fit(plain):
            _unpack(part, plain, cap=cap)
    except OSError as error:
        raise EnvironmentalError(f"The snapshot cannot be kept in {folder}: {error.strerror or error}.") from error
    return plain


def clear(folder: Path, but: Path | None = None) -> None:
    """Remove what was fetched, except this file."""
    for path in folder.iterdir():
        if path != but:
            path.unlink()


def _download(registry: Registry, ref: SnapshotRef, part: Path, interruption: Interruption) -> bool:
    """Fetch what is missing; False where it was left for something that goes before, to be continued."""
    have = part.stat().st_size if part.exists() else 0
    if have > ref.bytes:
        have = 0
    if have < ref.bytes:
        with registry.snapshot(ref, have) as download, part.open("r+b" if part.exists() else "wb") as file:
            file.truncate(download.offset)
            file.seek(download.offset)
            written = download.offset
            for chunk in download.chunks:
                written += len(chunk)
                if written > ref.bytes:
                    break
                file.write(chunk)
                if have < written < ref.bytes and interruption.is_wanted():
                    return False
        if written < ref.bytes:
            raise CutOffError(
                f"The snapshot broke off after {written} of {ref.bytes} bytes; it is continued next time."
            )
        if written > ref.bytes:
            part.unlink()
            raise UntrustedError(f"The snapshot is longer than the {ref.bytes} bytes that the manifest promised.")
    if _sha256(part) != ref.sha256:
        part.unlink()
        raise UntrustedError("The snapshot is not the file whose hash the manifest names.")
    return True


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _unpack(part: Path, plain: Path, *, cap: int) -> None:
    opener = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW_BYTES)
    written = 0
    try:
        with part.open("rb") as packed, plain.open("wb") as file, opener.stream_reader(packed) as reader:
            while chunk := reader.read(_READ_BYTES):
                written += len(chunk)
                if written > cap:
                    break
                file.write(chunk)
    except zstandard.ZstdError as error:
        plain.unlink(missing_ok=True)
        raise UntrustedError(f"The snapshot cannot be unpacked: {error}") from error
    if written > cap:
        plain.unlink()
        raise UntrustedError(f"The snapshot unpacks to more than {cap} bytes.")


def _unpacked_bytes(part: Path) -> int:
    """How large the file says it is inside; nothing is believed of it but that so much room has to be there."""
    with part.open("rb") as file:
        begin = file.read(_FRAME_HEADER_BYTES)
    try:
        size = zstandard.get_frame_parameters(begin).content_size
    except zstandard.ZstdError as error:
        raise UntrustedError(f"The snapshot cannot be unpacked: {error}") from error
    return 0 if size == zstandard.CONTENTSIZE_UNKNOWN else size


@contextmanager
def _gone_if_it_does_not_fit(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _need_room(folder: Path, more_bytes: int) -> None:
    free, needed = shutil.disk_usage(folder).free, more_bytes + ROOM_FOR_THE_JOURNAL_BYTES
    if free < needed:
        raise EnvironmentalError(f"{folder} has {free >> 20} MiB free; the snapshot needs {needed >> 20} MiB.")
