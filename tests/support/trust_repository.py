"""A registry's signed data as officers make them, file by file: what a kiosk fetches, and what a thief would serve.

Independent of the registry's own code: the kiosk's end is tested against metadata that somebody else has put together.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from sync.trust_roles import KEYS_PATH, park_role, set_path

DAYS = {"root": 1825, "targets": 400, "park": 400, "snapshot": 35, "timestamp": 35}


def signer_of(seed: str) -> CryptoSigner:
    """A key that is the same in every run."""
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest()))


@dataclass
class TrustRepository:
    """Publishes; `files` is all that can be fetched, by the names it is fetched by. Keys may be exchanged at will."""

    now: int
    name: str = "small"
    threshold: int = 2
    files: dict[str, bytes] = field(default_factory=dict)
    targets: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    paths: dict[int, str] = field(default_factory=dict)
    """What a park's role may sign, where that is not `parks/N/*`."""

    def __post_init__(self) -> None:
        self.roots = [signer_of(f"{self.name} root {place}") for place in range(3)]
        self.officers = signer_of(f"{self.name} targets")
        self.online = signer_of(f"{self.name} online")
        self.park_keys: dict[int, CryptoSigner] = {}
        self._root: Metadata[Root] | None = None

    # ---- what officers do -------------------------------------------------------------------------------------------

    def publish(self, keys: bytes, sets: Mapping[int, bytes]) -> None:
        """These files from now on, each signed by whose they are."""
        if self._root is None:
            self.sign_root(self.roots)
        before = dict(self.targets)
        self.targets = {KEYS_PATH: keys} | {set_path(park): data for park, data in sets.items()}
        for path, data in self.targets.items():
            folder, _, name = path.rpartition("/")
            digest = hashlib.sha256(data).hexdigest()
            self.files[f"targets/{folder}{'/' if folder else ''}{digest}.{name}"] = data
        if before.get(KEYS_PATH) != keys or {*before} != {*self.targets}:
            self.sign_targets()
        for park, data in sets.items():
            if before.get(set_path(park)) != data:
                self.sign_park(park)
        self.sign_snapshot()

    def sign_root(self, signers: Iterable[CryptoSigner], *, version: int | None = None) -> None:
        """The next root, naming the keys of now, signed by these."""
        root = Root(version=version or self._next("root"), expires=self._until("root"), consistent_snapshot=True)
        root.roles["root"] = Role([], self.threshold)
        for role, keys in {
            "root": self.roots,
            "targets": [self.officers],
            "snapshot": [self.online],
            "timestamp": [self.online],
        }.items():
            for key in keys:
                root.add_key(key.public_key, role)
        self.versions["root"] = root.version
        self._root = Metadata(root)
        self._put(f"{root.version}.root.json", self._root, signers)

    def rotate_root(self, *leaving: int) -> None:
        """New keys in place of these, signed by the old and the new as TUF asks."""
        before = list(self.roots)
        for place in leaving:
            self.roots[place] = signer_of(f"{self.name} root {place} of {self.versions['root'] + 1}")
        self.sign_root([*before, *(key for key in self.roots if key not in before)])

    def sign_targets(self, *signers: CryptoSigner) -> None:
        """Who may sign what, and the keys."""
        keys: dict[str, Key] = {}
        roles: dict[str, DelegatedRole] = {}
        for park in self._parks():
            key = self.park_keys.setdefault(park, signer_of(f"{self.name} park {park}"))
            keys[key.public_key.keyid] = key.public_key
            roles[park_role(park)] = DelegatedRole(
                park_role(park), [key.public_key.keyid], 1, True, paths=[self.paths.get(park, f"parks/{park}/*")]
            )
        targets = Targets(
            version=self._next("targets"),
            expires=self._until("targets"),
            targets={KEYS_PATH: self._target(KEYS_PATH)},
            delegations=Delegations(keys, roles),
        )
        self._put(f"{targets.version}.targets.json", Metadata(targets), signers or [self.officers])

    def sign_park(self, park: int, *signers: CryptoSigner, also: Iterable[str] = ()) -> None:
        """The files of one park; `also` are files that it has no say in."""
        role = park_role(park)
        paths = [set_path(park), *also]
        signed = Targets(
            version=self._next(role),
            expires=self._until("park"),
            targets={path: self._target(path) for path in paths if path in self.targets},
        )
        self._put(f"{signed.version}.{role}.json", Metadata(signed), signers or [self.park_keys[park]])

    def sign_snapshot(self, *signers: CryptoSigner) -> None:
        """What belongs together, and that it is the newest."""
        meta = {
            f"{role}.json": MetaFile(version)
            for role, version in self.versions.items()
            if role not in {"root", "snapshot", "timestamp"}
        }
        snapshot = Snapshot(version=self._next("snapshot"), expires=self._until("snapshot"), meta=meta)
        self._put(f"{snapshot.version}.snapshot.json", Metadata(snapshot), signers or [self.online])
        self.sign_timestamp(*signers)

    def sign_timestamp(self, *signers: CryptoSigner, signed_at: int | None = None) -> None:
        """That it is the newest, as of now."""
        timestamp = Timestamp(
            version=self._next("timestamp"),
            expires=self._until("timestamp"),
            snapshot_meta=MetaFile(self.versions["snapshot"]),
            unrecognized_fields={"signed_at": self.now if signed_at is None else signed_at},
        )
        self._put("timestamp.json", Metadata(timestamp), signers or [self.online])

    # ---- how it travels ---------------------------------------------------------------------------------------------

    def trust_file(self, path: str) -> bytes | None:
        """The file of this name."""
        return self.files.get(path)

    def write_to(self, folder: Path) -> Path:
        """All of it, as on a stick."""
        for path, data in self.files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        return folder

    def _parks(self) -> list[int]:
        return sorted(int(path.split("/")[1]) for path in self.targets if path.startswith("parks/"))

    def _target(self, path: str) -> TargetFile:
        return TargetFile.from_data(path, self.targets[path], ["sha256"])

    def _next(self, role: str) -> int:
        self.versions[role] = self.versions.get(role, 0) + 1
        return self.versions[role]

    def _until(self, role: str) -> datetime:
        return datetime.fromtimestamp(self.now, UTC) + timedelta(days=DAYS[role])

    def _put(self, name: str, metadata: Metadata[Any], signers: Iterable[CryptoSigner]) -> None:
        for signer in signers:
            metadata.sign(signer, append=True)
        self.files[f"metadata/{name}"] = metadata.to_bytes()
