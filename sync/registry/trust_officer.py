"""An officer's key on a stick of the officer's own: sealed under a passphrase, its public half in a file beside it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import UsageError
from kiosk.store.files import make_file_once, read_bytes, replace_file
from sync import trust_roles as roles
from sync.registry.sealed_key import about, expect_long_enough, seal, unseal

_KIND, _PUBLIC_KIND = "qaqpa officer key", "qaqpa officer key, public half"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
OFFLINE = (roles.ROOT, roles.TARGETS)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicHalf:
    """Whose key it is, for which role, and by what its signatures are checked."""

    name: str
    role: str
    public_key: bytes

    @property
    def fingerprint(self) -> str:
        """What two people compare over the telephone."""
        return fingerprint(self.public_key)


def fingerprint(public_key: bytes) -> str:
    """The first 64 bits of the key's id, in groups of four digits."""
    digits = roles.trust_key(public_key).keyid[:16]
    return " ".join(digits[start : start + 4] for start in range(0, 16, 4))


def public_file(path: Path) -> Path:
    """Where the public half of the key in this file goes."""
    return path.with_name(f"{path.name}.pub")


def make(path: Path, role: str, name: str, passphrase: str) -> PublicHalf:
    """A new key in this file, which must not exist, and its public half beside it."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a key: up to 32 letters, digits, hyphens; everybody will read it")
    expect_long_enough(passphrase)
    key = Ed25519PrivateKey.generate()
    half = PublicHalf(name=name, role=role, public_key=key.public_key().public_bytes_raw())
    data = seal(key, passphrase, {"kind": _KIND, "role": role, "name": name})
    if make_file_once(path, data) != data:
        raise UsageError(f"{path} exists already: a key is never written over another")
    replace_file(public_file(path), _public_bytes(half))
    return half


def read_public(path: Path) -> PublicHalf:
    """The public half in this file; UsageError for anything else."""
    data = _bytes(path)
    try:
        found = json.loads(data)
        if found["kind"] != _PUBLIC_KIND or found["role"] not in OFFLINE or not _NAME.fullmatch(found["name"]):
            raise ValueError(path)
        half = PublicHalf(name=found["name"], role=found["role"], public_key=bytes.fromhex(found["public_key"]))
        roles.trust_key(half.public_key)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no public half of an officer's key: that is the file that ends with .pub"
        ) from error
    return half


def whose(path: Path) -> PublicHalf:
    """Whose key a sealed file holds, without its passphrase."""
    found = about(_bytes(path), str(path))
    if found.get("kind") != _KIND:
        raise UsageError(f"{path} is no officer's key")
    return PublicHalf(name=found["name"], role=found["role"], public_key=bytes.fromhex(found["public_key"]))


def open_key(path: Path, passphrase: str) -> Ed25519PrivateKey:
    """The key in this file."""
    return unseal(_bytes(path), passphrase, str(path))


def _public_bytes(half: PublicHalf) -> bytes:
    document = {"kind": _PUBLIC_KIND, "role": half.role, "name": half.name, "public_key": half.public_key.hex()}
    return json.dumps(document, indent=1).encode() + b"\n"


def _bytes(path: Path) -> bytes:
    data = read_bytes(path)
    if data is None:
        raise UsageError(f"{path} does not exist")
    return data
