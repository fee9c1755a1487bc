"""Small file systems of a test's own: of a fixed size, or read-only. Left out where nobody may mount."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(path: Path, *, mebibytes: int) -> Iterator[Path]:
    """A file system in memory of this size, mounted here."""
    path.mkdir(parents=True, exist_ok=True)
    with _mounted(path, "-t", "tmpfs", "-o", f"size={mebibytes}m,mode=700", "tmpfs"):
        yield path


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    """This folder, which can only be read meanwhile, whoever asks."""
    with _mounted(path, "--bind", str(path)):
        _run("mount", "-o", "remount,bind,ro", str(path))
        yield


def fill(folder: Path, *, leaving_bytes: int = 0) -> Path:
    """A file that takes all the room but this much."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        try:
            while shutil.disk_usage(folder).free > leaving_bytes:
                file.write(bytes(min(1 << 20, max(4096, shutil.disk_usage(folder).free - leaving_bytes))))
        except OSError:
            pass  # full, as wanted
    return path


@contextmanager
def _mounted(path: Path, *options: str) -> Iterator[None]:
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only the superuser may mount a file system")
    if _run("mount", *options, str(path), check=False) != 0:
        pytest.skip("this machine lets nobody mount a file system here")
    try:
        yield
    finally:
        _run("umount", "--lazy", str(path))


def _run(*arguments: str, check: bool = True) -> int:
    words: Sequence[str] = arguments
    return subprocess.run(words, check=check, capture_output=True).returncode
