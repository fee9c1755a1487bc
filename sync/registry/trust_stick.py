"""The whole of the signed data as a folder on a stick, for kiosks without a network: written beside, tried, swapped."""

import os
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Connection

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.store.files import read_bytes, sync_folder, told
from sync import trust_roles as roles
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store
from sync.registry.trust_follow import CannotFollowError, follow


@dataclass(frozen=True, kw_only=True, slots=True)
class Stick:
    """What was written."""

    folder: Path
    files: int
    size: int
    parks: tuple[int, ...]


def files(connection: Connection, parks: Collection[int] | None = None) -> dict[str, bytes]:
    """Every file that a kiosk needs, whatever it knows: all roots, the newest of the rest, the sets of these parks."""
    found = {
        f"metadata/{roles.metadata_file(roles.ROOT, number)}": data
        for number, data in enumerate(store.roots(connection), 1)
    }
    top = store.newest(connection, roles.TARGETS)
    if not found or top is None:
        raise UsageError("This registry has no root yet: begin with `qaqpa registry trust begin`")
    targets = signing.read(top, signing.Targets, "targets.json").signed
    named = signing.delegated_parks(targets)
    if unknown := sorted(set(parks or ()) - set(named)):
        raise UsageError(f"The signed list of keys does not name park {unknown[0]}")
    wanted = [park for park in named if parks is None or park in parks]
    for role in (roles.TIMESTAMP, roles.SNAPSHOT, roles.TARGETS, *map(roles.park_role, wanted)):
        data, number = store.newest(connection, role), store.version(connection, role)
        if data is not None:
            found[f"metadata/{roles.metadata_file(role, number)}"] = data
            if role not in (roles.TIMESTAMP, roles.SNAPSHOT):
                found |= _targets_of(connection, signing.read(data, signing.Targets, role).signed)
    return found


def parks_of(names: Collection[str]) -> tuple[int, ...]:
    """The parks whose sets are among these files."""
    return tuple(sorted({int(name.split("/")[2]) for name in names if name.startswith("targets/parks/")}))


def write(path: Path, found: dict[str, bytes], now: int) -> Stick:
    """Put these files on the stick in one move, after a client has followed what is written there."""
    if not path.is_dir():
        raise UsageError(f"There is no folder {path}: put the stick in, and name where it is mounted")
    place = path / roles.STICK_FOLDER
    fresh, former = path / f".{roles.STICK_FOLDER}.new", path / f".{roles.STICK_FOLDER}.old"
    with told(path):
        for left in (fresh, former):
            shutil.rmtree(left, ignore_errors=True)
        for name, data in found.items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
        for folder in {(fresh / name).parent for name in found} | {fresh}:
            sync_folder(folder)
        parks = parks_of(found)
        verify(fresh, parks, now)
        if place.exists():
            place.rename(former)
        fresh.rename(place)
        sync_folder(path)
        shutil.rmtree(former, ignore_errors=True)
    return Stick(folder=place, files=len(found), size=sum(map(len, found.values())), parks=parks)


def verify(folder: Path, parks: Collection[int], now: int) -> None:
    """EnvironmentalError unless a client follows this folder from its first root to every set."""
    root = read_bytes(folder / "metadata" / roles.metadata_file(roles.ROOT, 1))
    try:
        if root is None:
            raise CannotFollowError("Its first root is missing.")
        follow(lambda name: read_bytes(folder / name), root, parks, now)
    except CannotFollowError as error:
        raise EnvironmentalError(
            f"What was written to {folder} cannot be read back: take another stick. {error}"
        ) from error


def _targets_of(connection: Connection, targets: signing.Targets) -> Iterator[tuple[str, bytes]]:
    for path, listed in targets.targets.items():
        digest = listed.hashes["sha256"]
        data = store.target(connection, path, digest)
        if data is not None:
            yield f"targets/{roles.target_file(path, digest)}", data
