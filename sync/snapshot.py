"""The snapshot file on its way in: resumed across restarts, hashed before it is unpacked, unpacked under a cap."""

import hashlib
import shutil
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


def fetch_snapshot(registry: Registry, ref: SnapshotRef, folder: Path) -> Path:
    """The unpacked snapshot in this folder, exactly the one that the manifest promised.

    What came of it before, in this run or an earlier one, is continued; what came of others is removed. The packed file
    stays until `clear`, so that nothing is fetched twice when its installation fails.
    """
    part = folder / f"snapshot-{ref.sha256.hex()}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear(folder, but=part)
        _need_room(folder, ref.bytes)
        _download(registry, ref, part)
        plain = part.with_suffix(".db")
        _unpack(part, plain, cap=max(ref.bytes * _MOST_TIMES_LARGER, _SMALLEST_CAP_BYTES))
    except OSError as error:
        raise EnvironmentalError(f"The snapshot cannot be kept in {folder}: {error.strerror or error}.") from error
    return plain


def clear(folder: Path, but: Path | None = None) -> None:
    """Remove what was fetched, except this file."""
    for path in folder.iterdir():
        if path != but:
            path.unlink()


def _download(registry: Registry, ref: SnapshotRef, part: Path) -> None:
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


def _need_room(folder: Path, packed_bytes: int) -> None:
    free, needed = shutil.disk_usage(folder).free, packed_bytes * 8
    if free < needed:
        raise EnvironmentalError(f"{folder} has {free >> 20} MiB free; the snapshot needs {needed >> 20} MiB.")
