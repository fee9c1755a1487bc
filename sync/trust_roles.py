"""Names, lifetimes and keys of the signed data under TUF, the same at both ends. Nothing here reads a clock or a file.

Root and targets are signed by officers on machines without a network; snapshot and timestamp by the registry's one
online key; the set of park N by that park's key under the delegated role `park-N`, which may sign nothing else.
"""

import re
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from securesystemslib.signer import SSlibKey

ROOT, TARGETS, SNAPSHOT, TIMESTAMP = "root", "targets", "snapshot", "timestamp"
DAY_SECONDS = 86_400
LIFETIME_DAYS = {ROOT: 5 * 365, TARGETS: 400, SNAPSHOT: 35, TIMESTAMP: 35}
PARK_LIFETIME_DAYS = 400
SIGN_AGAIN_SECONDS = DAY_SECONDS
"""A timestamp that is older is signed anew: how old what a kiosk has is, is told by it."""
SIGNED_AT = "signed_at"
"""The timestamp's own field, Unix seconds: TUF says until when something holds, never since when."""
NAME = "x-qaqpa-name"
"""What a key's officer calls it; no part of its id."""
KEYS_PATH = "keys.json"
STICK_FOLDER = "qaqpa-trust"
LARGEST_FILE_BYTES = 8 * 1024 * 1024
_PARK_ROLE = re.compile(r"park-([1-9][0-9]{0,9})")


def park_role(park: int) -> str:
    """The delegated role that signs this park's set."""
    return f"park-{park}"


def park_of(role: str) -> int | None:
    """The park of a delegated role; None of any other role."""
    found = _PARK_ROLE.fullmatch(role)
    return int(found[1]) if found else None


def set_path(park: int) -> str:
    """The target that is this park's set."""
    return f"parks/{park}/set.json"


def park_paths(park: int) -> list[str]:
    """The targets that this park's role may sign."""
    return [f"parks/{park}/*"]


def metadata_file(role: str, version: int) -> str:
    """The name of a role's file; the timestamp alone has no version in it."""
    return f"{role}.json" if role == TIMESTAMP else f"{version}.{role}.json"


def target_file(path: str, sha256: str) -> str:
    """The name of a target's file, which its content chooses."""
    folder, _, name = path.rpartition("/")
    return f"{folder}/{sha256}.{name}" if folder else f"{sha256}.{name}"


def expiry(role: str, now: int) -> datetime:
    """Until when what this role signs now holds."""
    days = LIFETIME_DAYS.get(role, PARK_LIFETIME_DAYS)
    return datetime.fromtimestamp(now + days * DAY_SECONDS, UTC)


def trust_key(public_key: bytes, name: str | None = None) -> SSlibKey:
    """An Ed25519 key as the metadata lists it; its id follows from its 32 bytes alone."""
    key = SSlibKey.from_crypto(Ed25519PublicKey.from_public_bytes(public_key))
    if name is not None:
        key.unrecognized_fields[NAME] = name
    return key


def public_bytes(key: object) -> bytes:
    """The 32 bytes of a listed key."""
    assert isinstance(key, SSlibKey)
    return bytes.fromhex(key.keyval["public"])
