"""The key of a season's look-ups on its way to a device: sealed to one request, in no public file, believed by its id.

HPKE (RFC 9180) in base mode proves nothing about who sealed. What the device believes is the key whose id stands in the
set that the park signed.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from kiosk.rules.personal import LOOKUP_KEY_BYTES, lookup_key_id
from sync.errors import UntrustedError
from sync.protocol import LookUpKeyRequest, MessageError, Registry, SealedLookUpKey

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


def fetch_lookup_key(registry: Registry, device: int, wanted: str) -> bytes:
    """The look-up key of this id, asked for by an agreement key that is used once and never stored."""
    agreement = X25519PrivateKey.generate()
    request = LookUpKeyRequest(agreement_key=agreement.public_key().public_bytes_raw())
    key = open_lookup_key(registry.lookup_key(device, request), agreement, device)
    if lookup_key_id(key) != wanted:
        raise UntrustedError(f"The registry's look-up key is not {wanted}, which the park's set names.")
    return key


def seal_lookup_key(key: bytes, request: LookUpKeyRequest, device: int) -> SealedLookUpKey:
    """The key as it travels to this device; MessageError for an agreement key that nobody could have made honestly."""
    try:
        sealed = _SUITE.encrypt(key, X25519PublicKey.from_public_bytes(request.agreement_key), _info(device))
    except ValueError as error:  # a point of low order: everybody would know the shared secret
        raise MessageError("expected a public X25519 key in 'agreement_key'") from error
    return SealedLookUpKey(key_id=lookup_key_id(key), sealed=sealed)


def open_lookup_key(message: SealedLookUpKey, agreement: X25519PrivateKey, device: int) -> bytes:
    """The key that was sealed for this device and agreement key; UntrustedError for anything else."""
    try:
        key = _SUITE.decrypt(message.sealed, agreement, _info(device))
    except (InvalidTag, ValueError) as error:
        raise UntrustedError("The registry's look-up key is not sealed to this device's request.") from error
    if len(key) != LOOKUP_KEY_BYTES:
        raise UntrustedError(f"The registry's look-up key has {len(key)} bytes, not {LOOKUP_KEY_BYTES}.")
    return key


def _info(device: int) -> bytes:
    return b"qaqpa look-up key 1\n" + device.to_bytes(4, "big")
