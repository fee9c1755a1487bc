"""The keyring: whose signatures a kiosk believes, for what and when. It holds public keys only and no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk.rules.ticket import (
    CTI_BYTES,
    ED25519,
    ESP256,
    KID_BYTES,
    LARGEST_NUMBER,
    SIGNATURE_BYTES,
    Claims,
    SignedTicket,
    Unreadable,
    claims_of,
    read,
)
from kiosk.rules.words import Reason

Verifier = Callable[[bytes, bytes], None]  # (signature, signed bytes), raises InvalidSignature


class KeyringError(ValueError):
    """A key list that is refused as a whole; `path` is the offending field."""

    def __init__(self, expected: str, path: str) -> None:
        super().__init__(f"expected {expected} in '{path}'")
        self.path = path


class KeyStatus(StrEnum):
    """What a key may still do. `listed-only` answers a leaked key: a thief can date a signature back."""

    ACTIVE = "active"
    VERIFY_ONLY = "verify-only"
    LISTED_ONLY = "listed-only"
    REVOKED = "revoked"


class SignatureDetail(StrEnum):
    """Why the list does not vouch for a ticket that could be read."""

    KID = "kid"
    ALGORITHM = "algorithm"
    SIGNATURE = "signature"


class KeyDetail(StrEnum):
    """Why a ticket with a good signature does not hold under its key."""

    REVOKED = "revoked"
    NOT_LISTED = "not_listed"
    SIGNED_OUTSIDE_WINDOW = "signed_outside_window"
    PAST_VERIFY_UNTIL = "past_verify_until"
    PARK = "park"
    PRODUCT = "product"
    TOO_LONG = "too_long"


@dataclass(frozen=True, kw_only=True, slots=True)
class IssuerKey:
    """One issuer key: its public half, its windows and its scope. No parks or no products means all of them."""

    kid: str
    alg: int
    public_key: bytes
    sign_not_before: int
    sign_expires: int
    verify_until: int
    parks: frozenset[int]
    products: frozenset[int]
    longest_validity_seconds: int
    status: KeyStatus = KeyStatus.ACTIVE
    listed: frozenset[bytes] = frozenset()

    @classmethod
    def from_json(cls, value: object, path: str = "key") -> Self:
        """Read one key of a key list; fields a newer list adds are ignored."""
        if not isinstance(value, dict):
            raise KeyringError(f"a key, an object, got {_shown(value)}", path)

        def field(name: str) -> tuple[object, str]:
            if name not in value:
                raise KeyringError("a value, got none", f"{path}.{name}")
            return value[name], f"{path}.{name}"

        listed = field("listed") if "listed" in value else ([], f"{path}.listed")
        return cls(
            kid=_hexadecimal(*field("kid"), length=KID_BYTES).hex(),
            alg=_algorithm(*field("alg")),
            public_key=_hexadecimal(*field("public_key")),
            sign_not_before=_whole(*field("sign_not_before")),
            sign_expires=_whole(*field("sign_expires")),
            verify_until=_whole(*field("verify_until")),
            parks=frozenset(_whole(*each) for each in _items(*field("parks"))),
            products=frozenset(_whole(*each) for each in _items(*field("products"))),
            longest_validity_seconds=_whole(*field("longest_validity_seconds")),
            status=_status(*field("status")),
            listed=frozenset(_hexadecimal(*each, length=CTI_BYTES) for each in _items(*listed)),
        )

    def as_json(self) -> dict[str, object]:
        """The key as a key list carries it; `from_json` reads it back."""
        return {
            "kid": self.kid,
            "alg": self.alg,
            "public_key": self.public_key.hex(),
            "sign_not_before": self.sign_not_before,
            "sign_expires": self.sign_expires,
            "verify_until": self.verify_until,
            "parks": sorted(self.parks),
            "products": sorted(self.products),
            "longest_validity_seconds": self.longest_validity_seconds,
            "status": self.status.value,
            "listed": sorted(cti.hex() for cti in self.listed),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket whose signature holds under a key of the list; whether it opens anything is not said."""

    claims: Claims
    key: IssuerKey
    signature: bytes  # the key to what is sealed for the ticket's holder: never written down


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """A text that is no ticket of a listed key: not_a_ticket, malformed, forged or unknown_key."""

    reason: Reason
    detail: str
    kid: str | None = None


Opened = Ticket | Rejected


class Keyring:
    """A list of issuer keys, checked as a whole, that opens texts."""

    __slots__ = ("_keys",)

    def __init__(self, keys: dict[str, tuple[IssuerKey, Verifier]]) -> None:
        self._keys = keys

    @classmethod
    def from_keys(cls, keys: Iterable[IssuerKey], path: str = "keys") -> Self:
        """The keyring of these keys; KeyringError refuses all of them where one could let a forgery pass."""
        ring: dict[str, tuple[IssuerKey, Verifier]] = {}
        for place, key in enumerate(keys):
            if key.kid in ring:
                raise KeyringError(f"each key id once, got {key.kid} again", f"{path}[{place}].kid")
            ring[key.kid] = (key, _verifier(key, f"{path}[{place}]"))
        return cls(ring)

    @classmethod
    def from_json(cls, value: object, path: str = "keys") -> Self:
        """The keyring of a key list as it travels."""
        return cls.from_keys((IssuerKey.from_json(*each) for each in _items(value, path)), path)

    def __iter__(self) -> Iterator[IssuerKey]:
        return (key for key, _ in self._keys.values())

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, kid: str) -> IssuerKey | None:
        """The key of this id, or None."""
        return self._keys[kid][0] if kid in self._keys else None

    def open(self, text: object) -> Opened:
        """The ticket of this text if a listed key signed exactly these bytes; never an exception."""
        outer = read(text)
        if isinstance(outer, Unreadable):
            return Rejected(reason=outer.reason, detail=outer.detail)
        if outer.kid not in self._keys:
            return Rejected(reason=Reason.UNKNOWN_KEY, detail=SignatureDetail.KID, kid=outer.kid)
        key, verify = self._keys[outer.kid]
        return _open(outer, key, verify)


def key_objection(key: IssuerKey, claims: Claims, now: int) -> tuple[Reason, KeyDetail] | None:
    """The first objection of the key to a ticket it signed, in the ticket page's order, or None."""
    if key.status is KeyStatus.REVOKED:
        return Reason.KEY_NOT_VALID, KeyDetail.REVOKED
    if key.status is KeyStatus.LISTED_ONLY and claims.cti not in key.listed:
        return Reason.NOT_LISTED, KeyDetail.NOT_LISTED
    if not key.sign_not_before <= claims.iat < key.sign_expires:
        return Reason.KEY_NOT_VALID, KeyDetail.SIGNED_OUTSIDE_WINDOW
    if now >= key.verify_until:
        return Reason.KEY_NOT_VALID, KeyDetail.PAST_VERIFY_UNTIL
    if key.parks and claims.park not in key.parks:
        return Reason.KEY_NOT_VALID, KeyDetail.PARK
    if key.products and claims.product not in key.products:
        return Reason.KEY_NOT_VALID, KeyDetail.PRODUCT
    if claims.exp - claims.nbf > key.longest_validity_seconds:
        return Reason.TOO_LONG, KeyDetail.TOO_LONG
    return None


def _open(outer: SignedTicket, key: IssuerKey, verify: Verifier) -> Opened:
    if outer.algorithm != key.alg:  # the list says how a key signs, never the token
        return Rejected(reason=Reason.FORGED, detail=SignatureDetail.ALGORITHM, kid=outer.kid)
    try:
        verify(outer.signature, outer.signed)
    except InvalidSignature:
        return Rejected(reason=Reason.FORGED, detail=SignatureDetail.SIGNATURE, kid=outer.kid)
    claims = claims_of(outer.payload)
    if isinstance(claims, Unreadable):
        return Rejected(reason=claims.reason, detail=claims.detail, kid=outer.kid)
    return Ticket(claims=claims, key=key, signature=outer.signature)


def _verifier(key: IssuerKey, path: str) -> Verifier:
    match key.alg:
        case _ if key.alg == ED25519:
            return _ed25519_verifier(key.public_key, f"{path}.public_key")
        case _ if key.alg == ESP256:
            return _p256_verifier(key.public_key, f"{path}.public_key")
        case _:
            raise KeyringError(f"an algorithm this kiosk knows, got {key.alg}", f"{path}.alg")


# The curve of RFC 8032, section 5.1: -x² + y² = 1 + d·x²·y² modulo p.
_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
# A forged signature verifies under a key of small order (measured: the library takes the identity point). The eight
# such points share five y: 1 and -1 (order 1 and 2), 0 (order 4), and these two (order 8).
_ORDER_8_Y = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
_LOW_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})


def _ed25519_verifier(public_key: bytes, path: str) -> Verifier:
    if len(public_key) != 32:
        raise KeyringError(f"an Ed25519 key of 32 bytes, got {len(public_key)}", path)
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    if y >= _P:
        raise KeyringError("a canonical Ed25519 point", path)
    if y in _LOW_ORDER_Y:
        raise KeyringError("an Ed25519 point that is not of low order", path)
    x_squared = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if pow(x_squared, (_P - 1) // 2, _P) != 1:
        raise KeyringError("a point on the Ed25519 curve", path)
    return ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify


def _p256_verifier(public_key: bytes, path: str) -> Verifier:
    if len(public_key) != 65 or public_key[0] != 4:
        raise KeyringError("an uncompressed P-256 point of 65 bytes", path)
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError as error:
        raise KeyringError("a point on the curve P-256", path) from error

    def verify(signature: bytes, signed: bytes) -> None:
        half = SIGNATURE_BYTES // 2
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))

    return verify


def _items(value: object, path: str) -> Sequence[tuple[object, str]]:
    if not isinstance(value, list):
        raise KeyringError(f"a list, got {_shown(value)}", path)
    return [(item, f"{path}[{place}]") for place, item in enumerate(value)]


def _whole(value: object, path: str) -> int:
    if type(value) is not int or not 0 <= value <= LARGEST_NUMBER:
        raise KeyringError(f"a whole number, zero or more, got {_shown(value)}", path)
    return value


def _algorithm(value: object, path: str) -> int:
    if type(value) is not int:
        raise KeyringError(f"an algorithm number, got {_shown(value)}", path)
    return value


def _hexadecimal(value: object, path: str, *, length: int | None = None) -> bytes:
    size = "" if length is None else f" of {length} bytes"
    try:
        decoded = bytes.fromhex(value) if isinstance(value, str) and not any(map(str.isspace, value)) else None
    except ValueError:
        decoded = None
    if decoded is None or (length is not None and len(decoded) != length):
        raise KeyringError(f"hexadecimal text{size}, got {_shown(value)}", path)
    return decoded


def _status(value: object, path: str) -> KeyStatus:
    try:
        return KeyStatus(value)  # type: ignore[arg-type]
    except ValueError as error:
        raise KeyringError(f"one of {', '.join(KeyStatus)}, got {_shown(value)}", path) from error


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
