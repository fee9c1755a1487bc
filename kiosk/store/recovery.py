"""The databases' key, left beside the data for the registry alone: so that a dead kiosk's disk can still be settled.

It is sealed by HPKE (RFC 9180) to the park's hand-over key, whose private half never leaves the registry's folder.
Without that half the file helps nobody.
"""

import json
import logging

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from kiosk.errors import EnvironmentalError
from kiosk.rules.policy import PolicySet
from kiosk.store.driver import KEY_BYTES
from kiosk.store.files import read_bytes, replace_file
from kiosk.store.home import Home
from kiosk.store.keys import mark_of

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_INFO = b"qaqpa recovery key 1"
_SCHEMA = 1
_log = logging.getLogger(__name__)


class SealedForAnotherError(EnvironmentalError):
    """What was sealed was sealed to another key than the one at hand, or is damaged."""


def leave_recovery_key(home: Home, policy: PolicySet | None) -> None:
    """Keep DIR/kiosk/recovery.key sealed to the hand-over key of this set; without one, or without room, do nothing."""
    if policy is None or policy.handover_key is None:
        return
    try:
        key = home.database_key()
        wanted = {"schema": _SCHEMA, "handover_key": policy.handover_key.hex(), "key": mark_of(key)}
        held = _read(home)
        if held is not None and {name: held.get(name) for name in wanted} == wanted and "sealed" in held:
            return
        sealed = SUITE.encrypt(key, X25519PublicKey.from_public_bytes(policy.handover_key), _INFO)
        replace_file(home.recovery_file, json.dumps(wanted | {"sealed": sealed.hex()}, indent=1).encode() + b"\n")
    except (EnvironmentalError, ValueError) as error:  # HPKE refuses a public key that hides nothing
        _log.warning("The recovery key could not be left: %s", error)  # a gate works without it


def open_recovery_key(home: Home, private: X25519PrivateKey) -> bytes | None:
    """The databases' key out of the recovery file, or None where there is none; SealedForAnotherError if not for us."""
    if not home.recovery_file.exists():
        return None
    held = _read(home) or {}
    if held.get("handover_key") != private.public_key().public_bytes_raw().hex():
        raise SealedForAnotherError(
            f"{home.recovery_file} was sealed to the hand-over key of another registry, or is damaged: settle it there"
        )
    try:
        key = SUITE.decrypt(bytes.fromhex(held["sealed"]), private, _INFO)
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise SealedForAnotherError(f"{home.recovery_file} is damaged: it cannot be opened") from error
    if len(key) != KEY_BYTES:
        raise SealedForAnotherError(f"{home.recovery_file} is damaged: it holds no key")
    return key


def _read(home: Home) -> dict[str, str] | None:
    data = read_bytes(home.recovery_file)
    try:
        raw = json.loads(data) if data is not None else None
    except ValueError:
        return None
    return raw if isinstance(raw, dict) else None
