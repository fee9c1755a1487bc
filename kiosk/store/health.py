"""How the kiosk's memory is: sizes, row counts and whether the files are sound. Reads only, beside a running kiosk."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.store import driver
from kiosk.store.files import told
from kiosk.store.home import Home

_COMPANIONS = ("", "-wal", "-shm")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileReport:
    """One database: its bytes on the disk, its rows by table, and what is wrong with it, if anything."""

    name: str
    size_bytes: int
    rows: tuple[tuple[str, int], ...] = ()
    fault: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoryReport:
    """All databases of a kiosk, and the room that is left on their disk."""

    files: tuple[FileReport, ...]
    free_bytes: int


def report(home: Home, *, thorough: bool = False) -> MemoryReport:
    """The state of the memory now; `thorough` reads every page of every file, which takes a while."""
    # those in use: what was set aside is damaged by its nature
    names = (home.journal_file.name, home.sync_file.name, home.revocations_file.name, "permits-*-*.db")
    files = sorted(path for name in names for path in home.kiosk.glob(name)) if home.kiosk.is_dir() else []
    existing = next(path for path in (home.kiosk, *home.kiosk.parents) if path.is_dir())
    with told(existing):
        free = shutil.disk_usage(existing).free
    return MemoryReport(files=tuple(_file(home, path, thorough=thorough) for path in files), free_bytes=free)


def _file(home: Home, path: Path, *, thorough: bool) -> FileReport:
    sizes = (path.with_name(path.name + suffix) for suffix in _COMPANIONS)
    size = sum(part.stat().st_size for part in sizes if part.exists())
    try:
        rows = _rows(path, home.database_key(), thorough=thorough)
    except EnvironmentalError as error:
        return FileReport(name=path.name, size_bytes=size, fault=str(error))
    return FileReport(name=path.name, size_bytes=size, rows=rows)


def _rows(path: Path, key: bytes, *, thorough: bool) -> tuple[tuple[str, int], ...]:
    import sqlite_utils  # only where somebody asks: see kiosk/store/driver.py

    connection = driver.connect(path, key, readonly=True)
    try:
        with driver.guarded(path.name):
            if thorough:
                driver.check_integrity(connection, path.name)
            database = sqlite_utils.Database(connection, execute_plugins=False)
            return tuple((name, database.table(name).count) for name in database.table_names())
    finally:
        connection.close()
