"""A private key in a file that is worth nothing without its passphrase: argon2id, then ChaCha20-Poly1305.

What stands beside the key in clear (whose it is, its public half) is bound to it: an altered file does not open.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from kiosk.errors import UsageError

SHORTEST_PASSPHRASE = 12
_SCHEMA = 1
# RFC 9106's second choice, for machines with little memory: 64 MiB, three passes, four lanes
_PASSES, _MEMORY_KIB, _LANES = 3, 65_536, 4
_MOST_PASSES, _MOST_MEMORY_KIB = 64, 4 * 1024 * 1024
_SALT_BYTES, _NONCE_BYTES, _KEY_BYTES = 16, 12, 32


def expect_long_enough(passphrase: str) -> None:
    """UsageError for a passphrase that could be guessed by whoever copies the file."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise UsageError(
            f"A passphrase has at least {SHORTEST_PASSPHRASE} letters: four words that do not belong together"
        )


def seal(key: Ed25519PrivateKey, passphrase: str, said: Mapping[str, str]) -> bytes:
    """The key under this passphrase, with what is said about it in clear."""
    expect_long_enough(passphrase)
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    clear = {
        "schema": _SCHEMA,
        **said,
        "public_key": key.public_key().public_bytes_raw().hex(),
        "passes": _PASSES,
        "memory_kib": _MEMORY_KIB,
        "lanes": _LANES,
        "salt": salt.hex(),
        "nonce": nonce.hex(),
    }
    stretched = _stretched(passphrase, salt, _PASSES, _MEMORY_KIB, _LANES)
    sealed = ChaCha20Poly1305(stretched).encrypt(nonce, key.private_bytes_raw(), _bound(clear))
    return json.dumps(clear | {"sealed": sealed.hex()}, ensure_ascii=False, indent=1).encode() + b"\n"


def is_sealed(data: bytes) -> bool:
    """Whether these bytes look like a sealed key, and not like one in clear."""
    return data.lstrip().startswith(b"{")


def about(data: bytes, what: str) -> dict[str, Any]:
    """What a sealed key says about itself; UsageError for anything else."""
    try:
        found = json.loads(data)
        bytes.fromhex(found["public_key"])
        bytes.fromhex(found["sealed"])
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{what} is no sealed key") from error
    if found.get("schema") != _SCHEMA:
        raise UsageError(f"{what} is of a newer form: install the newer program")
    return dict(found)


def unseal(data: bytes, passphrase: str, what: str) -> Ed25519PrivateKey:
    """The key; UsageError where the passphrase is not its own, or the file was altered."""
    clear = about(data, what)
    sealed = bytes.fromhex(clear.pop("sealed"))
    try:
        passes, memory, lanes = (int(clear[name]) for name in ("passes", "memory_kib", "lanes"))
        salt, nonce = bytes.fromhex(clear["salt"]), bytes.fromhex(clear["nonce"])
        if not (0 < passes <= _MOST_PASSES and 8 * lanes <= memory <= _MOST_MEMORY_KIB and 0 < lanes <= 64):
            raise ValueError(passes)
        opened = ChaCha20Poly1305(_stretched(passphrase, salt, passes, memory, lanes)).decrypt(
            nonce, sealed, _bound(clear)
        )
        return Ed25519PrivateKey.from_private_bytes(opened)
    except InvalidTag as error:
        raise UsageError(f"This is not the passphrase of {what}, or the file was altered") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{what} is damaged: take its copy") from error


def _stretched(passphrase: str, salt: bytes, passes: int, memory_kib: int, lanes: int) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, passes, memory_kib, lanes, _KEY_BYTES, Type.ID)


def _bound(clear: Mapping[str, Any]) -> bytes:
    return json.dumps(clear, ensure_ascii=True, sort_keys=True).encode()
