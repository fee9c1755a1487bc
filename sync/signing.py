"""Two kinds of signature, both Ed25519: detached ones over signed bodies, and RFC 9421 ones over a device's requests.

Both ends use this module. It knows no clock, no network and no file: keys and times are arguments.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    algorithms,
)
from http_message_signatures.exceptions import HTTPMessageSignaturesException
from http_message_signatures.structures import CaseInsensitiveDict

from sync.errors import UntrustedError

SIGNATURE_HEADER = "Qaqpa-Signature"
KEY_ID_LETTERS = 8
LABEL = "qaqpa"
# The authority is not covered: a proxy may rename it. Whom a request is for stands in its tag, the registry is the one
# that knows the device's key, and the path names the device or the park.
_NOWHERE = "https://registry.invalid"
_COVERED = ("@method", "@path", "@query")  # and the body's digest, which the library adds
_PARAMETERS = {"created", "keyid", "nonce", "tag"}


class SignatureError(UntrustedError):
    """A signature that is missing, malformed, by nobody we believe, or over other bytes."""


class SignatureKind(StrEnum):
    """What a detached signature is over; the kind is part of what is signed, so none can stand for another."""

    MANIFEST = "manifest"
    CHANGES = "changes"
    SNAPSHOT = "snapshot"
    REVOCATIONS = "revocations"
    REVOCATIONS_SNAPSHOT = "revocations-snapshot"


def key_id(public_key: bytes) -> str:
    """The name of a signing key: the first 8 hexadecimal digits of SHA-256 of its public half."""
    return hashlib.sha256(public_key).hexdigest()[:KEY_ID_LETTERS]


def keys_by_id(public_keys: Iterable[bytes]) -> dict[str, bytes]:
    """These public keys under the names that signatures call them by."""
    return {key_id(public_key): public_key for public_key in public_keys}


def public_half(key: Ed25519PrivateKey) -> bytes:
    """The 32 raw bytes of a key's public half."""
    return key.public_key().public_bytes_raw()


def sign_body(kind: SignatureKind, key: Ed25519PrivateKey, data: bytes) -> str:
    """The value of `Qaqpa-Signature` for these exact bytes: `<key id> <hex>`."""
    return f"{key_id(public_half(key))} {key.sign(_signed(kind, data)).hex()}"


def verify_body(kind: SignatureKind, keys: Mapping[str, bytes], header: str | None, data: bytes) -> str:
    """The id of the key, one of `keys`, that signed these exact bytes as this kind; SignatureError if none did."""
    if not header:
        raise SignatureError(f"The registry's {kind} carries no signature.")
    name, _, digits = header.strip().partition(" ")
    if name not in keys:
        raise SignatureError(
            f"The registry's {kind} is signed by key {name[:KEY_ID_LETTERS]!r}, which is not believed here."
        )
    try:
        Ed25519PublicKey.from_public_bytes(keys[name]).verify(_signature(digits), _signed(kind, data))
    except (InvalidSignature, ValueError) as error:
        raise SignatureError(f"The signature of the registry's {kind} does not fit its bytes.") from error
    return name


def _signature(digits: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{128}", digits):
        raise ValueError(digits)
    return bytes.fromhex(digits)


def _signed(kind: SignatureKind, data: bytes) -> bytes:
    return f"qaqpa-{kind}-1\n".encode() + data


class Audience(StrEnum):
    """Whom a request is signed for: what one hears is nothing to the other."""

    REGISTRY = "registry"
    LANE = "lane"


class Freshness(StrEnum):
    """By what a request shows that it is made now: its sender's clock, or a nonce that its hearer gave out just before.

    It is part of what is signed: what was signed by a clock in doubt, and kept back, is not good when that time comes.
    """

    TIME = "time"
    NONCE = "nonce"


@dataclass(frozen=True, kw_only=True, slots=True)
class VerifiedRequest:
    """Who signed a request, what that end's clock said, and by what it shows that it is made now."""

    key_id: str
    created: int
    nonce: str
    freshness: Freshness


def new_nonce() -> str:
    """A word that no request had before: 128 random bits."""
    return secrets.token_urlsafe(16)


def sign_request(
    key: Ed25519PrivateKey,
    *,
    name: str,
    method: str,
    target: str,
    body: bytes | None,
    created: int,
    nonce: str | None = None,
    freshness: Freshness = Freshness.TIME,
    audience: Audience = Audience.REGISTRY,
) -> dict[str, str]:
    """The headers that sign a request: `target` is its path and query, `name` the device number as text.

    A kiosk that is enrolling signs with its new key under `key_id(public_half(key))`. `nonce` is a new one unless said.
    """
    message = _Message(method=method, target=target)
    signer = HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=_Private(key))
    signer.sign(
        message,
        key_id=name,
        created=datetime.fromtimestamp(created, UTC),
        nonce=new_nonce() if nonce is None else nonce,
        label=LABEL,
        tag=_tag(audience, freshness),
        include_alg=False,
        covered_component_ids=_COVERED,
        body=body,
    )
    return dict(message.headers.items())


def verify_request(
    public_key_of: Callable[[str], bytes | None],
    *,
    method: str,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    audience: Audience = Audience.REGISTRY,
) -> VerifiedRequest:
    """Who signed this request; SignatureError if nobody known did, or if method, path, query or body are not covered.

    `created` and the nonce are told, not judged: that asks for a clock and a memory (sync/request_guard.py).
    """
    message = _Message(method=method, target=target, headers=_headers(headers))
    verifier = _Verifier(signature_algorithm=algorithms.ED25519, key_resolver=_Public(public_key_of))
    try:
        (result,) = verifier.verify(message, max_age=None, require_components=_COVERED, body=body)
        if result.label != LABEL or set(result.parameters) != _PARAMETERS:
            raise ValueError(f"expected one signature {LABEL!r} with {', '.join(sorted(_PARAMETERS))}")
        return VerifiedRequest(
            key_id=str(result.parameters["keyid"]),
            created=int(result.parameters["created"]),
            nonce=_nonce(str(result.parameters["nonce"])),
            freshness=_freshness(str(result.parameters["tag"]), audience),
        )
    except (HTTPMessageSignaturesException, ValueError, KeyError) as error:
        raise SignatureError(f"The request is not signed as it must be: {error}") from error


def _tag(audience: Audience, freshness: Freshness) -> str:
    return f"{LABEL}-{audience}-{freshness}"


def _freshness(tag: str, audience: Audience) -> Freshness:
    for freshness in Freshness:
        if tag == _tag(audience, freshness):
            return freshness
    raise ValueError(f"it is signed for {tag[:40]!r}, and this is the {audience}")


def _nonce(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z_-]{16,128}", text):
        raise ValueError("expected a nonce of 16 to 128 letters")
    return text


def _headers(headers: Mapping[str, str]) -> Any:
    return CaseInsensitiveDict(dict(headers))  # type: ignore[no-untyped-call]


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: object = None) -> None:
        """Asks no clock: time is the caller's affair, only that it stands there is checked."""
        if type(sig_input.params.get("created")) is not int:
            raise HTTPMessageSignaturesException("it has no time of creation")


class _Private(HTTPSignatureKeyResolver):
    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, key_id: str) -> Ed25519PrivateKey:
        return self._key


class _Public(HTTPSignatureKeyResolver):
    def __init__(self, public_key_of: Callable[[str], bytes | None]) -> None:
        self._public_key_of = public_key_of

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey | None:
        raw = self._public_key_of(key_id)
        return None if raw is None else Ed25519PublicKey.from_public_bytes(raw)


@dataclass(kw_only=True, slots=True)
class _Message:
    """A request as the signature library wants to see it."""

    method: str
    target: str
    headers: Any = field(default_factory=lambda: _headers({}))

    @property
    def url(self) -> str:
        return _NOWHERE + self.target
