"""Texts that no listed key signed: grown from valid tickets, with all that somebody without a private key can do.

A respelling is the one thing here that the honest key did sign: the same claims in CBOR that a gate must not take.
"""

import random
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import strategies as st

from kiosk.rules.base45_text import Base45Error, decode, encode
from kiosk.rules.keyring import IssuerKey, Keyring
from kiosk.rules.permit import Party
from kiosk.rules.ticket import ED25519, ESP256, PREFIX, SIGNATURE_BYTES, Claims, SignedTicket, read, sign
from tests.support.tickets import CLAIMS, ISSUER, KEY, KID, Outer, header, p256_key, signature_of, written

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256 = ec.derive_private_key(0x5EED, ec.SECP256R1())
THIEF = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x66" * 32)
P256_THIEF = ec.derive_private_key(0xBAD, ec.SECP256R1())
P256_KID, SECOND_KID = "0256", "0002"
SECOND = ed25519.Ed25519PrivateKey.from_private_bytes(b"\x22" * 32)
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_HALF = SIGNATURE_BYTES // 2

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, kw_only=True, slots=True)
class Valid:
    """A ticket that is good, with what it is made of."""

    text: str
    claims: Claims
    key: PrivateKey
    outer: SignedTicket
    protected: bytes

    @property
    def data(self) -> bytes:
        """The ticket's bytes."""
        return decode(self.text[len(PREFIX) :])

    @property
    def twin(self) -> str | None:
        """The same ticket under its second valid signature, which only ECDSA has."""
        if self.outer.algorithm != ESP256:
            return None
        r, s = halves(self.outer.signature)
        return self.with_signature(joined(r, P256_ORDER - s))

    def with_signature(self, signature: bytes) -> str:
        """The text with another signature."""
        return Outer(protected=self.protected, payload=self.outer.payload, signature=signature).text()


def keys() -> list[IssuerKey]:
    """The list of the gate that is to be deceived: two keys of one kind and one of the other."""
    second = replace(KEY, kid=SECOND_KID, public_key=SECOND.public_key().public_bytes_raw())
    return [KEY, second, p256_key(P256, P256_KID)]


def ring() -> Keyring:
    """The keyring of these keys."""
    return Keyring.from_keys(keys())


def valid_tickets() -> list[Valid]:
    """Tickets of both kinds of key: the vector, the shortest and the fullest."""
    cnf = cbor2.dumps({1: {1: 1, -1: 6, -2: bytes(range(32))}}, canonical=True)
    shortest = replace(CLAIMS, cti=b"\1" * 16, party=Party(adults=1), entries=1, plate_tag=None, holder_tag=None)
    fullest = replace(
        CLAIMS, cti=b"\2" * 16, party=Party.of([1, 1, 1, 1, 1]), entries=0, gates=(1, 2, 32), language="kk", cnf=cnf
    )
    return [
        _valid(claims, kid, key)
        for claims in (CLAIMS, shortest, fullest)
        for kid, key in ((KID, ISSUER), (P256_KID, P256))
    ]


def _valid(claims: Claims, kid: str, key: PrivateKey) -> Valid:
    text = sign(claims, kid, key)
    outer = read(text)
    assert isinstance(outer, SignedTicket)
    return Valid(text=text, claims=claims, key=key, outer=outer, protected=header(outer.algorithm, bytes.fromhex(kid)))


def halves(signature: bytes) -> tuple[int, int]:
    """R and S of a P-256 signature."""
    return int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")


def joined(r: int, s: int) -> bytes:
    """A P-256 signature of these two numbers, cut to their 32 bytes."""
    return (r % 2**256).to_bytes(_HALF, "big") + (s % 2**256).to_bytes(_HALF, "big")


def signed_by(key: PrivateKey, protected: bytes, payload: bytes) -> str:
    """A text whose signature by this key holds over these bytes, whatever they are and whatever the header says."""
    signature = signature_of(key, cbor2.dumps(["Signature1", protected, b"", payload]))
    return Outer(protected=protected, payload=payload, signature=signature).text()


# ---- mutants ---------------------------------------------------------------------------------------------------------

VALID = valid_tickets()
any_valid = st.sampled_from(VALID)


@st.composite
def of_letters(draw: st.DrawFn) -> tuple[Valid, str]:
    """Letters changed, put in, left out or doubled."""
    valid = draw(any_valid)
    letters = list(valid.text)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(letters) - 1))
        new = draw(st.sampled_from(LETTERS) | st.characters())
        edit = draw(st.sampled_from(("change", "insert", "delete", "double", "cut", "swap")))
        match edit:
            case "change":
                letters[place] = new
            case "insert":
                letters.insert(place, new)
            case "delete":
                del letters[place]
            case "double":
                letters[place:place] = letters[place : place + draw(st.integers(1, 60))]
            case "cut":
                del letters[max(1, place) :]
            case _:
                other = draw(st.integers(0, len(letters) - 1))
                letters[place], letters[other] = letters[other], letters[place]
        letters = letters or ["K"]
    return valid, "".join(letters)


@st.composite
def of_bytes(draw: st.DrawFn) -> tuple[Valid, str]:
    """Bytes changed, put in or left out."""
    valid = draw(any_valid)
    data = bytearray(valid.data)
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return valid, written(bytes(data))


values = (
    st.integers(-(2**64), 2**65)
    | st.binary(max_size=20)
    | st.text(max_size=6)
    | st.booleans()
    | st.none()
    | st.floats()
)
trees = values | st.lists(values, max_size=3) | st.dictionaries(st.integers(-3, 12), values, max_size=3)


@st.composite
def of_claims(draw: st.DrawFn) -> tuple[Valid, str]:
    """Other claims under the old signature, or under the thief's own."""
    valid = draw(any_valid)
    payload: Any = cbor2.loads(valid.outer.payload)
    inner = draw(st.booleans())
    target = payload[-65537] if inner else payload
    key = draw(st.sampled_from(sorted(target)) | st.integers(-3, 20))
    if key in target and draw(st.booleans()):
        del target[key]
    else:
        target[key] = draw(trees if key not in target else trees | st.just(target.get(key)))
    spelt = cbor2.dumps(payload, canonical=draw(st.booleans()))
    thief = draw(st.sampled_from((None, THIEF, P256_THIEF)))
    if thief is not None:
        return valid, signed_by(thief, valid.protected, spelt)
    return valid, Outer(protected=valid.protected, payload=spelt, signature=valid.outer.signature).text()


@st.composite
def of_headers(draw: st.DrawFn) -> tuple[Valid, str]:
    """Another algorithm or another key's id, under the old signature, the thief's, or one by another listed key."""
    valid = draw(any_valid)
    alg = draw(st.sampled_from((ED25519, ESP256, -8, -7, 0, 5, -65535)) | st.integers(-70, 10))
    kid = bytes.fromhex(draw(st.sampled_from((KID, P256_KID, SECOND_KID, "ffff"))))
    protected = draw(
        st.sampled_from((header(alg, kid), cbor2.dumps({1: alg, 2: [4], 4: kid}), cbor2.dumps({4: kid}), b"", b"\xa0"))
    )
    key = draw(st.sampled_from((None, THIEF, P256_THIEF, ISSUER, SECOND, P256)))
    if key is None or _is_honest(protected, key):
        return valid, Outer(protected=protected, payload=valid.outer.payload, signature=valid.outer.signature).text()
    return valid, signed_by(key, protected, valid.outer.payload)


def _is_honest(protected: bytes, key: PrivateKey) -> bool:
    return any(
        key is private and protected == header(alg, bytes.fromhex(kid))
        for private, alg, kid in ((ISSUER, ED25519, KID), (SECOND, ED25519, SECOND_KID), (P256, ESP256, P256_KID))
    )


@st.composite
def of_signatures(draw: st.DrawFn) -> tuple[Valid, str]:
    """A signature's numbers moved by multiples of the group's order, to its edges, or taken from another ticket."""
    valid = draw(any_valid)
    signature = valid.outer.signature
    edges = st.sampled_from((0, 1, P256_ORDER - 1, P256_ORDER, P256_ORDER + 1, ED25519_ORDER, 2**255, 2**256 - 1))
    r, s = halves(signature)
    moved = int.from_bytes(signature[_HALF:], "little") + draw(st.integers(1, 15)) * ED25519_ORDER
    forged = draw(
        st.sampled_from(
            (
                joined(r, P256_ORDER - s),
                joined(P256_ORDER - r, s),
                joined(s, r),
                joined(r + P256_ORDER, s),
                joined(r, s + P256_ORDER),
                signature[:_HALF] + (moved % 2**256).to_bytes(_HALF, "little"),
                b"\1" + bytes(SIGNATURE_BYTES - 1),  # the identity and zero: it holds under a key of low order
                signature[_HALF:] + signature[:_HALF],
                signature[:-1],
                signature + b"\0",
            )
        )
        | st.builds(joined, edges, edges)
        | st.builds(lambda other: other.outer.signature, any_valid)
        | st.binary(min_size=SIGNATURE_BYTES, max_size=SIGNATURE_BYTES)
    )
    return valid, valid.with_signature(forged)


@st.composite
def of_respellings(draw: st.DrawFn) -> tuple[Valid, str]:
    """The same claims in other CBOR, signed by the honest key itself: a second text of one right."""
    valid = draw(any_valid)
    payload = valid.outer.payload
    spelt = draw(
        st.sampled_from(respellings(payload)) | st.binary(min_size=1, max_size=8).map(lambda tail: payload + tail)
    )
    return valid, signed_by(valid.key, valid.protected, spelt)


def respellings(payload: bytes) -> list[bytes]:
    """The payload's value in spellings that decoders take who do not insist on one."""
    value = cbor2.loads(payload)
    inner = value[-65537]
    begin = payload.index(b"\x3a\x00\x01\x00\x00")
    cti = payload.index(b"\x07\x50")
    return [
        cbor2.dumps(dict(reversed(value.items()))),
        cbor2.dumps(value | {-65537: dict(reversed(inner.items()))}),
        b"\xbf" + payload[1:] + b"\xff",
        b"\xb8" + bytes([payload[0] & 31]) + payload[1:],
        bytes([payload[0] + 1]) + b"\x04\x00" + payload[1:],
        bytes([payload[0] + 1]) + payload[1:] + payload[begin:],
        payload[:cti] + b"\x07\x58\x10" + payload[cti + 2 :],
        payload[:cti] + b"\x07\x5f\x50" + payload[cti + 2 : cti + 18] + b"\xff" + payload[cti + 18 :],
        payload[:begin] + b"\x3b\x00\x00\x00\x00\x00\x01\x00\x00" + payload[begin + 5 :],
        b"\xd9\xd9\xf7" + payload,
        cbor2.dumps(value | {4: float(value[4])}, canonical=True),
        cbor2.dumps(value | {-65537: inner | {4: bool(inner[4])}}, canonical=True),
        payload.replace(b"\x04\x1a", b"\x04\xc2\x44", 1),
        cbor2.dumps(value | {-65537: inner | {9: None}}, canonical=True),
    ]


mutants = st.one_of(of_letters(), of_bytes(), of_claims(), of_headers(), of_signatures(), of_respellings())


def neighbours(text: str, count: int) -> list[str]:
    """Texts one small step from this one, in its letters or, where it has any, in its bytes."""
    lot = random.Random(text.encode("utf-8", "surrogatepass"))
    found = []
    for _ in range(count):
        letters = list(text)
        place = lot.randrange(len(letters) + 1)
        letters[place : place + lot.randrange(3)] = lot.choices(LETTERS, k=lot.randrange(3))
        found.append("".join(letters))
        if lot.random() < 0.6 and text.startswith(PREFIX):
            with suppress(Base45Error):
                data = bytearray(decode(text[len(PREFIX) :]))
                place = lot.randrange(len(data) + 1)
                data[place : place + lot.randrange(3)] = lot.randbytes(lot.randrange(3))
                found[-1] = written(bytes(data))
    return found


def flips(valid: Valid) -> list[str]:
    """Every text that differs from the ticket in one bit of its bytes, and every one in a bit of its letters."""
    data, letters = valid.data, valid.text.encode("ascii")
    changed = []
    for place in range(len(data) * 8):
        spoilt = bytearray(data)
        spoilt[place // 8] ^= 1 << place % 8
        changed.append(PREFIX + encode(bytes(spoilt)))
    for place in range(len(letters) * 8):
        spoilt = bytearray(letters)
        spoilt[place // 8] ^= 1 << place % 8
        changed.append(spoilt.decode("latin-1"))
    return changed
