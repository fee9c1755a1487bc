"""The signed sets a kiosk was given: each whole under its digest, and one small file that says which is current.

Who signed them was checked before they came here. A set that was in force within the last 60 days is kept, so that any
verdict can be decided again.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.errors import EnvironmentalError
from kiosk.rules.policy import PolicyError, PolicySet, read_policy_set
from kiosk.store.driver import DamagedError
from kiosk.store.files import identity, make_folder, read_bytes, replace_file, told
from kiosk.store.home import Home

KEPT_SECONDS = 60 * 86_400
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """The root under which a set was verified: its version and its SHA-256; neither where none is known."""

    version: int = 0
    sha256: bytes = b""


NO_ROOT = Root()


class Policies:
    """The park's sets in DIR/kiosk/trust; readers see the old current one or the new one, never a part of either."""

    def __init__(self, home: Home) -> None:
        self._folder = home.trust
        self._pointer = home.trust / "staged.json"
        self._current: PolicySet | None = None
        self._read: tuple[tuple[int, ...], list[_Staged]] | None = None

    def current(self) -> PolicySet | None:
        """The set that was staged last, or None before the first; DamagedError where it cannot be read any more."""
        staged = self._staged()
        if not staged:
            return None
        digest = staged[-1].digest
        if self._current is None or self._current.digest != digest:
            found = self.get(digest)
            if found is None:
                raise DamagedError(f"{self._path(digest)} is missing: connect the kiosk to the registry")
            self._current = found
        return self._current

    def get(self, digest: bytes) -> PolicySet | None:
        """The set with this digest, if it is still kept."""
        data = read_bytes(self._path(digest))
        if data is None:
            return None
        if hashlib.sha256(data).digest() != digest:
            raise DamagedError(f"{self._path(digest)} is damaged: connect the kiosk to the registry")
        return _read(data)

    def sound(self) -> PolicySet | None:
        """The current set; a damaged one counts as none, because a registry or a stick has it whole."""
        try:
            return self.current()
        except DamagedError:
            return None

    def root(self) -> Root:
        """The root under which the current set was verified."""
        staged = self._staged()
        return staged[-1].root if staged else NO_ROOT

    def stage(self, data: bytes, *, root: Root = NO_ROOT, at: int | None = None) -> PolicySet:
        """Make this set the current one; of the same park, one of a lower version is refused.

        `at` is the present time; with it, sets that were replaced more than 60 days ago are removed.
        """
        new = _read(data)
        held, staged = self._held()
        if held is not None and held.park == new.park:
            _expect_no_step_back(held, new)
        if held is not None and held.digest == new.digest and staged[-1].root == root:
            return held
        make_folder(self._folder)
        replace_file(self._path(new.digest), data)
        earlier = [item for item in staged if item.digest != new.digest]
        kept = _kept([*earlier, _Staged(digest=new.digest, at=at or new.signed_at, root=root)], at)
        replace_file(self._pointer, _pointer_bytes(kept))
        self._sweep({item.digest.hex() for item in kept})
        return new

    def _held(self) -> tuple[PolicySet | None, list["_Staged"]]:
        """What is in force and what was; nothing where it is damaged, because a new set is the cure."""
        try:
            return self.current(), self._staged()
        except DamagedError:
            self._current = None
            return None, []

    def _path(self, digest: bytes) -> Path:
        return self._folder / f"{digest.hex()}.json"

    def _staged(self) -> list["_Staged"]:
        """Read again when the file is another one: every scan asks, and sync replaces it whole."""
        now = identity(self._pointer)  # before it is read: what replaces it meanwhile is seen the next time
        if self._read is not None and self._read[0] == now:
            return self._read[1]
        data = read_bytes(self._pointer)
        staged = [] if data is None else _read_pointer(data, self._pointer)
        self._read = None if now is None else (now, staged)
        return staged

    def _sweep(self, kept: set[str]) -> None:
        with told(self._folder):
            for path in self._folder.iterdir():
                # .sig lay beside each set before sets came under TUF
                if path.suffix in (".json", ".sig") and path != self._pointer and path.stem not in kept:
                    path.unlink(missing_ok=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Staged:
    """A set that became the current one at this time, under a root of this version."""

    digest: bytes
    at: int
    root: Root = NO_ROOT


def _kept(staged: list[_Staged], at: int | None) -> list[_Staged]:
    """Those that were in force within the kept time: a set's force ends when the next one begins."""
    if at is None:
        return staged
    ends = [item.at for item in staged[1:]]
    return [item for item, end in zip(staged[:-1], ends, strict=True) if at - end <= KEPT_SECONDS] + staged[-1:]


def _expect_no_step_back(held: PolicySet, new: PolicySet) -> None:
    for what, before, after in (
        ("the park's set", held.version, new.version),
        ("the list of keys", held.keys_version, new.keys_version),
    ):
        if after < before:
            raise EnvironmentalError(f"version {after} of {what} is older than version {before}")


def _read(data: bytes) -> PolicySet:
    try:
        return read_policy_set(data)
    except PolicyError as error:
        raise EnvironmentalError(f"the park's set cannot be followed: {error}") from error


def _root(item: dict[str, Any]) -> Root:
    return Root(version=int(item.get("root", 0)), sha256=bytes.fromhex(item.get("root_sha256", "")))


def _pointer_bytes(staged: list[_Staged]) -> bytes:
    sets = [
        {"digest": item.digest.hex(), "at": item.at, "root": item.root.version, "root_sha256": item.root.sha256.hex()}
        for item in staged
    ]
    return json.dumps({"schema": _SCHEMA, "staged": sets}, indent=1).encode() + b"\n"


def _read_pointer(data: bytes, path: Path) -> list[_Staged]:
    try:
        raw: Any = json.loads(data)
        if raw["schema"] != _SCHEMA:
            raise ValueError(f"schema {raw['schema']!r} is not {_SCHEMA}")
        return [
            _Staged(digest=bytes.fromhex(item["digest"]), at=int(item["at"]), root=_root(item))
            for item in raw["staged"]
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError(f"{path} cannot be read ({error}): connect the kiosk to the registry") from error
