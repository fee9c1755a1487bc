"""Metadata as objects and bytes: made, signed, read and checked as a client checks it. No database and no folder."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.exceptions import Error as SigningError
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import CryptoSigner
from tuf.api.exceptions import LengthOrHashMismatchError, RepositoryError
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
from tuf.api.serialization import DeserializationError
from tuf.api.serialization.json import JSONSerializer

from kiosk.errors import BugError, UsageError
from sync import trust_roles as roles

__all__ = ["Body", "Key", "Metadata", "Root", "Snapshot", "Targets", "Timestamp"]  # what others name of the library
Body = Root | Targets | Snapshot | Timestamp
Kind = TypeVar("Kind", Root, Targets, Snapshot, Timestamp)
_COMPACT = JSONSerializer(compact=True)


def read(data: bytes, kind: type[Kind], what: str) -> Metadata[Kind]:
    """Metadata of this kind; UsageError says what it is instead."""
    try:
        found: Metadata[Any] = Metadata.from_bytes(data)
    except (DeserializationError, RepositoryError) as error:
        raise UsageError(f"{what} is no signed data: {error}") from error
    if not isinstance(found.signed, kind):
        raise UsageError(f"{what} is {found.signed.type!r}, where {kind.type!r} is expected")
    return found


def write(metadata: Metadata[Kind]) -> bytes:
    """Its bytes, the same for the same content."""
    return metadata.to_bytes(_COMPACT)


def add_signature(metadata: Metadata[Kind], key: Ed25519PrivateKey) -> None:
    """One more signature; a second one by the same key replaces the first."""
    try:
        metadata.sign(CryptoSigner(key), append=True)
    except SigningError as error:  # pragma: no cover  (Ed25519 in memory has no way to fail)
        raise BugError(f"What was to be signed could not be: {error}") from error


def signed(body: Kind, *keys: Ed25519PrivateKey) -> bytes:
    """The bytes of this body under the signatures of these keys."""
    metadata = Metadata(body)
    for key in keys:
        add_signature(metadata, key)
    return write(metadata)


def root_body(
    version: int, now: int, *, root: Iterable[Key], threshold: int, targets: Iterable[Key], online: Key
) -> Root:
    """A root that says who signs what."""
    root, targets = list(root), list(targets)
    return Root(
        version=version,
        expires=roles.expiry(roles.ROOT, now),
        keys={key.keyid: key for key in (*root, *targets, online)},
        roles={
            roles.ROOT: Role([key.keyid for key in root], threshold),
            roles.TARGETS: Role([key.keyid for key in targets], 1),
            roles.SNAPSHOT: Role([online.keyid], 1),
            roles.TIMESTAMP: Role([online.keyid], 1),
        },
        consistent_snapshot=True,
    )


def targets_body(version: int, now: int, keys: bytes, parks: Mapping[int, bytes]) -> Targets:
    """The top of all targets: the list of keys, and by which key each park signs its own set."""
    listed = {park: roles.trust_key(public_key) for park, public_key in parks.items()}
    delegated = {
        roles.park_role(park): DelegatedRole(
            roles.park_role(park), [key.keyid], 1, terminating=True, paths=roles.park_paths(park)
        )
        for park, key in listed.items()
    }
    return Targets(
        version=version,
        expires=roles.expiry(roles.TARGETS, now),
        targets={roles.KEYS_PATH: TargetFile.from_data(roles.KEYS_PATH, keys, ["sha256"])},
        delegations=Delegations({key.keyid: key for key in listed.values()}, delegated),
    )


def park_body(version: int, now: int, park: int, data: bytes) -> Targets:
    """What a park's role says: its one set."""
    path = roles.set_path(park)
    expires = roles.expiry(roles.park_role(park), now)
    return Targets(version=version, expires=expires, targets={path: TargetFile.from_data(path, data, ["sha256"])})


def snapshot_body(version: int, now: int, versions: Mapping[str, int]) -> Snapshot:
    """Which version of every role belongs together."""
    meta = {f"{role}.json": MetaFile(number) for role, number in versions.items()}
    return Snapshot(version=version, expires=roles.expiry(roles.SNAPSHOT, now), meta=meta)


def timestamp_body(version: int, now: int, snapshot_version: int, snapshot: bytes) -> Timestamp:
    """Which snapshot is the newest, and when that was said."""
    return Timestamp(
        version=version,
        expires=roles.expiry(roles.TIMESTAMP, now),
        snapshot_meta=MetaFile.from_data(snapshot_version, snapshot, ["sha256"]),
        unrecognized_fields={roles.SIGNED_AT: now},
    )


def delegated_parks(targets: Targets) -> dict[int, bytes]:
    """The key by which each park signs, as the officers said last."""
    found: dict[int, bytes] = {}
    for name, role in ((targets.delegations and targets.delegations.roles) or {}).items():
        park = roles.park_of(name)
        if park is not None and targets.delegations is not None and len(role.keyids) == 1:
            found[park] = roles.public_bytes(targets.delegations.keys[role.keyids[0]])
    return found


def expect_target(targets: Targets, path: str, data: bytes | None) -> None:
    """UsageError where these bytes are not the target that the metadata names."""
    listed = targets.targets.get(path)
    if listed is None or data is None:
        raise UsageError(f"{path} is missing: take the folder as it was written")
    try:
        listed.verify_length_and_hashes(data)
    except LengthOrHashMismatchError as error:
        raise UsageError(f"{path} is not the one that targets.json names: it was altered") from error


def signers(by: Root | Targets, role: str, metadata: Metadata[Any]) -> tuple[list[Key], list[Key], int]:
    """Who of this role's keys signed, who has not, and how many signatures are still needed; a key counts once."""
    result = by.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
    return list(result.signed.values()), list(result.unsigned.values()), result.missing


def is_signed_by(metadata: Metadata[Any], public_key: bytes) -> bool:
    """Whether this key has signed exactly this."""
    key = roles.trust_key(public_key)
    signature = metadata.signatures.get(key.keyid)
    if signature is None:
        return False
    try:
        key.verify_signature(signature, metadata.signed_bytes)
    except (UnverifiedSignatureError, VerificationError):
        return False
    return True


def name_of(key: Key) -> str:
    """What the key's officer calls it, else the beginning of its id."""
    name = key.unrecognized_fields.get(roles.NAME)
    return name if isinstance(name, str) and name.isprintable() and name.isascii() else key.keyid[:8]
