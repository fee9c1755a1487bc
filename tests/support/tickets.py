"""Tickets for tests: the published vector, keys to sign with, and texts that no honest issuer writes."""

import json
from dataclasses import dataclass
from pathlib import Path

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.rules.keyring import IssuerKey, KeyStatus
from kiosk.rules.permit import Party
from kiosk.rules.ticket import ED25519, ESP256, PREFIX, Claims, SignedTicket, read

VECTOR = json.loads((Path(__file__).parents[1] / "data" / "vectors" / "kp1.json").read_text(encoding="utf-8"))
TEXT: str = VECTOR["text"]
KID: str = VECTOR["kid"]
ISSUER = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(VECTOR["seed"]))
CLAIMS = Claims(
    cti=bytes.fromhex(VECTOR["cti"]),
    park=VECTOR["park"],
    product=VECTOR["product"],
    party=Party.of(VECTOR["party"]),
    entries=VECTOR["entries"],
    iat=VECTOR["iat"],
    nbf=VECTOR["nbf"],
    exp=VECTOR["exp"],
    plate_tag=bytes.fromhex(VECTOR["plate_tag"]),
    holder_tag=bytes.fromhex(VECTOR["holder_tag"]),
)
KEY = IssuerKey(
    kid=KID,
    alg=ED25519,
    public_key=bytes.fromhex(VECTOR["public_key"]),
    sign_not_before=1767225600,
    sign_expires=1798761600,
    verify_until=1830297600,
    parks=frozenset({7}),
    products=frozenset({12}),
    longest_validity_seconds=366 * 86400,
    status=KeyStatus.ACTIVE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outer:
    """The four parts of a ticket, each of which a test may spoil before the whole is signed or written."""

    protected: bytes
    payload: bytes
    signature: bytes

    def text(self, unprotected: object = None) -> str:
        """The parts as a text, however wrong they are."""
        return written(
            cbor2.dumps([self.protected, {} if unprotected is None else unprotected, self.payload, self.signature])
        )


def written(data: bytes) -> str:
    """Any bytes in the place of a ticket's."""
    encoded: bytes = base45.b45encode(data)
    return PREFIX + encoded.decode("ascii")


def vector_parts() -> SignedTicket:
    """The outer part of the vector."""
    outer = read(TEXT)
    assert isinstance(outer, SignedTicket)
    return outer


def header(algorithm: object = ED25519, kid: object = bytes.fromhex(KID)) -> bytes:
    """A protected header."""
    return cbor2.dumps({1: algorithm, 4: kid}, canonical=True)


def payload_map(**right: object) -> dict[object, object]:
    """The vector's payload as plain values, `right_1=…` in place of key 1 of the right (None takes it out)."""
    inner: dict[object, object] = {1: 7, 2: 12, 3: [2, 3], 4: 3, 5: CLAIMS.plate_tag, 6: CLAIMS.holder_tag}
    inner |= {int(name.removeprefix("right_")): value for name, value in right.items()}
    inner = {key: value for key, value in inner.items() if value is not None}
    return {4: CLAIMS.exp, 5: CLAIMS.nbf, 6: CLAIMS.iat, 7: CLAIMS.cti, -65537: inner}


def signed_text(payload: bytes, protected: bytes | None = None) -> str:
    """A text whose signature by the vector's issuer holds over these bytes, whatever they are."""
    protected = header() if protected is None else protected
    signature = ISSUER.sign(cbor2.dumps(["Signature1", protected, b"", payload]))
    return Outer(protected=protected, payload=payload, signature=signature).text()


def signature_of(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    """The 64 bytes by which this key signs any bytes."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    r, s = utils.decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def p256_key(private: ec.EllipticCurvePrivateKey, kid: str = "0256") -> IssuerKey:
    """The list's entry for a P-256 key, believed for everything."""
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return IssuerKey(
        kid=kid,
        alg=ESP256,
        public_key=point,
        sign_not_before=KEY.sign_not_before,
        sign_expires=KEY.sign_expires,
        verify_until=KEY.verify_until,
        parks=frozenset(),
        products=frozenset(),
        longest_validity_seconds=KEY.longest_validity_seconds,
    )
