"""A look at the data folder before a kiosk starts: what would keep it from writing, in sentences that say what to do.

What stops it is raised, all of it at once; what it can live with is handed back, to be said. Nothing here is changed.
"""

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentalError
from kiosk.store.files import told, user_name
from kiosk.store.home import Home

_MEBIBYTE = 1024 * 1024
LEAST_BYTES = 2 * _MEBIBYTE
"""Below this not even a first scan is safe to be written down."""
DAY_BYTES = 64 * _MEBIBYTE
"""A day of 10,000 scans takes some 50 MiB of journal (5.3 kB a scan, measured over 3,000); its WAL and log the rest."""
_LEAST_INODES = 16
_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Disk:
    """What the file system under a folder says of itself."""

    is_readonly: bool
    free_bytes: int
    free_inodes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is amiss, in a sentence, and whether a kiosk cannot start with it."""

    stops: bool
    sentence: str


def preflight(home: Home) -> list[str]:
    """Warnings about this folder, each a sentence; EnvironmentalError when a kiosk cannot work in it."""
    with told(home.kiosk):
        folders = [path for path in (home.kiosk, home.trust, home.keys) if path.is_dir()]
    if not folders:
        return []  # a machine that is no kiosk yet
    found = list(_findings(home, folders))
    if stops := [finding.sentence for finding in found if finding.stops]:
        raise EnvironmentalError("\n".join(stops))
    return [finding.sentence for finding in found]


def disk_findings(disk: Disk, path: Path, given_back_bytes: int = 0) -> Iterator[Finding]:
    """What is wrong with a disk, and whether that stops a kiosk; `given_back_bytes` a reserve would free."""
    if disk.is_readonly:
        yield Finding(
            stops=True,
            sentence=f"The disk of {path} can only be read: mount it for writing (`mount -o remount,rw`). If it became "
            "so by itself, it has errors: look at `dmesg`, and copy the folder before anything else",
        )
        return
    free = disk.free_bytes + given_back_bytes
    if free < LEAST_BYTES:
        yield Finding(
            stops=True,
            sentence=f"The disk of {path} is full ({free / _MEBIBYTE:.1f} MiB free, {LEAST_BYTES // _MEBIBYTE} MiB are "
            "needed to write a scan down): remove what is not the kiosk's",
        )
    elif free < DAY_BYTES:
        yield Finding(
            stops=False,
            sentence=f"The disk of {path} may not last for a day: {free / _MEBIBYTE:.0f} MiB are free, a busy day "
            f"takes up to {DAY_BYTES // _MEBIBYTE} MiB. Free some space",
        )
    if disk.free_inodes is not None and disk.free_inodes < _LEAST_INODES:
        yield Finding(
            stops=True, sentence=f"The disk of {path} has no room for more files: remove some that are not its own"
        )


def look(path: Path) -> Disk:
    """The file system under this folder, as it is now."""
    with told(path):
        found = os.statvfs(path)
    return Disk(
        is_readonly=bool(found.f_flag & os.ST_RDONLY),
        free_bytes=found.f_bavail * found.f_frsize,
        free_inodes=found.f_favail if found.f_files else None,  # 0 of 0: a file system that does not count them
    )


def _findings(home: Home, folders: list[Path]) -> Iterator[Finding]:
    reserve = home.kiosk / "reserve"
    disks: set[tuple[int, bool]] = set()
    for folder in folders:
        yield from _access_findings(folder, home)
        number = folder.stat().st_dev
        is_same_disk = reserve.exists() and reserve.stat().st_dev == number
        given_back = reserve.stat().st_size if is_same_disk else 0
        disk = look(folder)
        if (number, disk.is_readonly) not in disks:  # folders of one disk have its troubles in common
            disks.add((number, disk.is_readonly))
            yield from disk_findings(disk, folder, given_back)
        if not disk.is_readonly and not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Finding(
                stops=True, sentence=f"{folder} cannot be written by {user_name(os.geteuid())}: {_remedy(home)}"
            )


def _access_findings(folder: Path, home: Home) -> Iterator[Finding]:
    """Files of another user: a program run as root once leaves such, and they fail at the first write, not here."""
    me = os.geteuid()
    if not os.access(folder, os.R_OK | os.X_OK):
        return  # said by whoever asks whether it can be written
    with told(folder):
        owners = {path: path.stat().st_uid for path in (folder, *folder.iterdir()) if path.exists()}
    if me == 0:
        if owners[folder] != 0:
            owner = user_name(owners[folder])
            yield Finding(
                stops=False,
                sentence=f"{folder} belongs to {owner}, and this runs as root: what root writes there, {owner} cannot "
                f"use. Run it as {owner}",
            )
        return
    foreign = sorted(path for path, owner in owners.items() if owner != me)
    shut = [path for path in foreign if not os.access(path, os.R_OK | os.W_OK)]
    if foreign:
        named = ", ".join(path.name for path in (shut or foreign)[:_NAMED])
        count = len(shut or foreign)
        many = f"{count} file{'s' if count > 1 else ''} in {folder} ({named}{', …' if count > _NAMED else ''})"
        owner = user_name(owners[(shut or foreign)[0]])
        belong = f"{'belong' if count > 1 else 'belongs'} to {owner}, not to {user_name(me)}"
        yield Finding(stops=bool(shut), sentence=f"{many} {belong}: {_remedy(home)}")


def _remedy(home: Home) -> str:
    command = f"chown -R {_account(os.geteuid())}: {home.path} {home.keys}"
    return f"give everything to the user of the kiosk (as root: `{command}`)"


def _account(uid: int) -> str:
    """The user as chown takes one: by name, or by number where there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
