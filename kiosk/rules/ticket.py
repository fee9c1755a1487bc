"""The ticket: the signed text in the QR code and the claims it makes. Reading never raises, whatever is read.

Format KP1: "KP1:" and the Base45 of an untagged COSE_Sign1 (RFC 9052) over a CWT (RFC 8392), in the closed
profile of `closed_cbor`. Whether a signature holds and whose key made it is the keyring's affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntFlag, StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk.rules import base45_text
from kiosk.rules.closed_cbor import CborError, decode, encode, write_again
from kiosk.rules.permit import CATEGORIES, LARGEST_GATE, Party, party_of
from kiosk.rules.words import Reason

PREFIX = "KP1:"
LONGEST_TEXT = 600
ED25519 = -19  # RFC 9864; the older -8 says less and is deprecated
ESP256 = -9  # RFC 9864: ECDSA on P-256 with SHA-256
SIGNATURE_BYTES = 64
KID_BYTES = 2
CTI_BYTES = 16
PLATE_TAG_BYTES = 3
HOLDER_TAG_BYTES = 2
LATEST_TIME = 2**32 - 1  # the year 2106: every sum of a time and a grace still is a date
LARGEST_COUNT = 2**16 - 1
LARGEST_NUMBER = 2**53 - 1  # exact in every JSON reader
LANGUAGES = ("kk", "ru", "en")  # numbered from 1 in bits 8 and 9 of the flags

_OTHER_VERSION = re.compile(r"K[PQ][0-9]+:")
_LANGUAGE_SHIFT = 8
_LANGUAGE_MASK = 0b11 << _LANGUAGE_SHIFT
_EXP, _NBF, _IAT, _CTI, _CNF, _RIGHT = 4, 5, 6, 7, 8, -65537
_PARK, _PRODUCT, _PARTY, _ENTRIES, _PLATE_TAG, _HOLDER_TAG, _GATES, _FLAGS = range(1, 9)
_CLAIMS_REQUIRED = frozenset({_EXP, _NBF, _IAT, _CTI, _RIGHT})
_CLAIMS_KNOWN = _CLAIMS_REQUIRED | {_CNF}
_RIGHT_REQUIRED = frozenset({_PARK, _PRODUCT, _PARTY, _ENTRIES})
_RIGHT_KNOWN = frozenset(range(_PARK, _FLAGS + 1))


class Flag(IntFlag):
    """The flags of a ticket that this version knows."""

    DYNAMIC_REQUIRED = 1 << 0
    TRAINING = 1 << 1
    GUIDE_REQUIRED = 1 << 2


_UNKNOWN_CRITICAL_BITS = range(3, 8)


class Fault(StrEnum):
    """What about a text keeps it from being read; the first group is of texts that never were tickets."""

    PAYMENT = "payment"
    WIFI = "wifi"
    LINK = "link"
    OTHER = "other"

    VERSION = "version"
    LENGTH = "length"
    BASE45 = "base45"

    CBOR = "cbor"
    TRAILING = "trailing"
    LONG_FORM = "long_form"
    KEY_ORDER = "key_order"
    KEY_TWICE = "key_twice"
    KEY_KIND = "key_kind"
    INDEFINITE = "indefinite"
    DEPTH = "depth"
    TAG = "tag"
    SIMPLE = "simple"
    FLOAT = "float"
    INTEGER = "integer"
    NOT_ASCII = "not_ascii"

    OUTER = "outer"
    PROTECTED = "protected"
    PAYLOAD = "payload"
    PAYLOAD_KEY = "payload_key"
    PAYLOAD_MISSING = "payload_missing"
    PAYLOAD_VALUE = "payload_value"


class TicketError(ValueError):
    """Claims that no kiosk would read back as they were given; nothing was signed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """A text that is not a ticket of ours, and what is wrong with it."""

    reason: Reason
    detail: Fault


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedTicket:
    """The outer part of a ticket: who says to have signed which bytes. Nothing in it is believed yet."""

    kid: str
    algorithm: int
    payload: bytes
    signature: bytes
    signed: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Claims:
    """What a ticket says: a right, its window and its scope. Times are whole Unix seconds."""

    cti: bytes
    park: int
    product: int
    party: Party
    entries: int
    iat: int
    nbf: int
    exp: int
    gates: tuple[int, ...] | None = None
    flags: int = 0  # the bits of Flag and those unknown today, without the two of the language
    language: str | None = None
    plate_tag: bytes | None = None
    holder_tag: bytes | None = None
    cnf: bytes | None = None  # the deterministic CBOR of the confirmation key, for the phone-signed form

    def has(self, flag: Flag) -> bool:
        """Is this flag set?"""
        return bool(self.flags & flag)

    @property
    def flag_names(self) -> tuple[str, ...]:
        """The names of the flags that are set; a critical one unknown today is `critical_<bit>`."""
        known = tuple(str(flag.name).lower() for flag in Flag if self.has(flag))
        return known + tuple(f"critical_{bit}" for bit in self._unknown_critical)

    @property
    def has_unknown_critical_flag(self) -> bool:
        """Does the ticket demand something this version does not know?"""
        return bool(self._unknown_critical)

    @property
    def _unknown_critical(self) -> tuple[int, ...]:
        return tuple(bit for bit in _UNKNOWN_CRITICAL_BITS if self.flags >> bit & 1)

    def as_dict(self) -> dict[str, object]:
        """The claims in the words of the command line, without the key id."""
        return {
            "cti": self.cti.hex(),
            "park": self.park,
            "product": self.product,
            "party": self.party.as_dict(),
            "entries": self.entries,
            "iat": self.iat,
            "nbf": self.nbf,
            "exp": self.exp,
            "gates": None if self.gates is None else list(self.gates),
            "flags": list(self.flag_names),
            "language": self.language,
        }


def read(text: object) -> SignedTicket | Unreadable:
    """The outer part of a ticket's text, or what is wrong with it."""
    if not isinstance(text, str) or not text.startswith(PREFIX):
        return _foreign(text)
    if len(text) > LONGEST_TEXT:
        return _malformed(Fault.LENGTH)
    try:
        return _outer(decode(base45_text.decode(text[len(PREFIX) :])))
    except base45_text.Base45Error:
        return _malformed(Fault.BASE45)
    except CborError as error:
        return _malformed(Fault(error.fault))
    except _MalformedError as error:
        return _malformed(error.fault)


def claims_of(payload: bytes) -> Claims | Unreadable:
    """The claims of a payload whose signature holds, or what is wrong with it."""
    try:
        return _claims(decode(payload))
    except CborError as error:
        return _malformed(Fault(error.fault))
    except _MalformedError as error:
        return _malformed(error.fault)


def sign(claims: Claims, kid: str, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """The canonical text of a ticket; TicketError for claims that would not be read back as they are."""
    payload = _payload(claims)
    read_back = claims_of(payload)
    if read_back != claims:
        fault = read_back.detail.value if isinstance(read_back, Unreadable) else "some field changes on the way"
        raise TicketError(f"these claims would not be read back: {fault}")
    algorithm = ED25519 if isinstance(key, ed25519.Ed25519PrivateKey) else ESP256
    protected = encode({1: algorithm, 4: _kid_bytes(kid)})
    signature = _signature(key, _signed_bytes(protected, payload))
    text = PREFIX + base45_text.encode(encode([protected, {}, payload, signature]))
    if len(text) > LONGEST_TEXT:
        raise TicketError(f"the ticket would have {len(text)} characters, more than {LONGEST_TEXT}")
    return text


class _MalformedError(ValueError):
    """Unwinds the reading of one ticket; never leaves this module."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def _malformed(fault: Fault) -> Unreadable:
    return Unreadable(reason=Reason.MALFORMED, detail=fault)


def _foreign(text: object) -> Unreadable:
    if isinstance(text, str) and _OTHER_VERSION.match(text):
        return _malformed(Fault.VERSION)  # ours, but of a version this kiosk does not read
    return Unreadable(reason=Reason.NOT_A_TICKET, detail=_kind(text))


# The openings of what visitors hold up by mistake: EMV merchant codes (EMVCo QRCPS begins 000201), the Russian
# GOST R 56042 and European BCD transfer forms, and the payment links of Kazakhstan's banks.
_PAYMENT = re.compile(
    r"000201|ST0001[12]\||BCD\r?\n|bitcoin:|ethereum:|https?://([^/?#]*\.)?(kaspi\.kz|halykbank\.kz|nspk\.ru)([/:?#]|$)",
    re.IGNORECASE,
)
_WIFI = re.compile(r"WIFI:", re.IGNORECASE)
_LINK = re.compile(r"[a-z][a-z0-9+.\-]*://|www\.", re.IGNORECASE)


def _kind(text: object) -> Fault:
    if not isinstance(text, str):
        return Fault.OTHER
    opening = text[:LONGEST_TEXT].lstrip()
    for pattern, kind in ((_PAYMENT, Fault.PAYMENT), (_WIFI, Fault.WIFI), (_LINK, Fault.LINK)):
        if pattern.match(opening):
            return kind
    return Fault.OTHER


def _outer(value: object) -> SignedTicket:
    if not isinstance(value, list) or len(value) != 4:
        raise _MalformedError(Fault.OUTER)
    protected, unprotected, payload, signature = value
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or unprotected != {}:
        raise _MalformedError(Fault.OUTER)
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise _MalformedError(Fault.OUTER)
    algorithm, kid = _header(protected)
    signed = _signed_bytes(protected, payload)
    return SignedTicket(kid=kid, algorithm=algorithm, payload=payload, signature=signature, signed=signed)


@lru_cache(maxsize=256)
def _header(protected: bytes) -> tuple[int, str]:
    """The algorithm and the key id; kept, because all tickets of a key have the same header."""
    header = decode(protected)
    if not isinstance(header, dict) or header.keys() != {1, 4}:
        raise _MalformedError(Fault.PROTECTED)
    algorithm, kid = header[1], header[4]
    if not isinstance(algorithm, int) or not isinstance(kid, bytes) or len(kid) != KID_BYTES:
        raise _MalformedError(Fault.PROTECTED)
    return algorithm, kid.hex()


def _signed_bytes(protected: bytes, payload: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4, over the bytes as they were received."""
    return write_again(["Signature1", protected, b"", payload])


def _claims(value: object) -> Claims:
    payload = _map(value, required=_CLAIMS_REQUIRED, known=_CLAIMS_KNOWN)
    # only here may a later version add keys, from 9 on, without its tickets becoming unreadable
    right = _map(payload[_RIGHT], required=_RIGHT_REQUIRED, known=_RIGHT_KNOWN, later_from=_FLAGS + 1)
    nbf, exp = _whole(payload[_NBF], LATEST_TIME), _whole(payload[_EXP], LATEST_TIME)
    if nbf >= exp:
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    flags = _whole(right.get(_FLAGS, 0), LARGEST_NUMBER)
    language = (flags & _LANGUAGE_MASK) >> _LANGUAGE_SHIFT
    return Claims(
        cti=_bytes(payload[_CTI], CTI_BYTES),
        park=_whole(right[_PARK], LARGEST_NUMBER),
        product=_whole(right[_PRODUCT], LARGEST_NUMBER),
        party=_party(right[_PARTY]),
        entries=_whole(right[_ENTRIES], LARGEST_COUNT),
        iat=_whole(payload[_IAT], LATEST_TIME),
        nbf=nbf,
        exp=exp,
        gates=_gates(right[_GATES]) if _GATES in right else None,
        flags=flags & ~_LANGUAGE_MASK,
        language=LANGUAGES[language - 1] if language else None,
        plate_tag=_bytes(right[_PLATE_TAG], PLATE_TAG_BYTES) if _PLATE_TAG in right else None,
        holder_tag=_bytes(right[_HOLDER_TAG], HOLDER_TAG_BYTES) if _HOLDER_TAG in right else None,
        cnf=_confirmation(payload[_CNF]) if _CNF in payload else None,
    )


def _map(
    value: object, *, required: frozenset[int], known: frozenset[int], later_from: int | None = None
) -> dict[object, object]:
    if not isinstance(value, dict):
        raise _MalformedError(Fault.PAYLOAD)
    for key in () if known.issuperset(value) else value.keys() - known:
        if later_from is None or not isinstance(key, int) or key < later_from:
            raise _MalformedError(Fault.PAYLOAD_KEY)
    if not required <= value.keys():
        raise _MalformedError(Fault.PAYLOAD_MISSING)
    return value


def _whole(value: object, largest: int, smallest: int = 0) -> int:
    if not isinstance(value, int) or not smallest <= value <= largest:
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    return value


def _bytes(value: object, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    return value


def _party(value: object) -> Party:
    if not isinstance(value, list) or not 1 <= len(value) <= len(CATEGORIES):
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    counts = [_whole(count, LARGEST_COUNT) for count in value]
    if counts[-1] == 0:  # zeros at the end are left out, and a ticket for nobody is none
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    return party_of(tuple(counts))


def _gates(value: object) -> tuple[int, ...]:
    return _gates_of(_whole(value, 2**LARGEST_GATE - 1, smallest=1))


@lru_cache(maxsize=1024)
def _gates_of(bits: int) -> tuple[int, ...]:
    """The gates of these bits; kept, because a park sells tickets for the same few."""
    return tuple(gate for gate in range(1, LARGEST_GATE + 1) if bits >> (gate - 1) & 1)


def _confirmation(value: object) -> bytes:
    if not isinstance(value, dict) or not value:
        raise _MalformedError(Fault.PAYLOAD_VALUE)
    return write_again(value)


def _payload(claims: Claims) -> bytes:
    right: dict[int, object] = {
        _PARK: claims.park,
        _PRODUCT: claims.product,
        _PARTY: list(claims.party.trimmed()),
        _ENTRIES: claims.entries,
        _PLATE_TAG: claims.plate_tag,
        _HOLDER_TAG: claims.holder_tag,
        _GATES: None if claims.gates is None else sum(1 << (gate - 1) for gate in set(claims.gates) if gate >= 1),
        _FLAGS: _flags(claims) or None,
    }
    try:
        payload: dict[int, object] = {
            _EXP: claims.exp,
            _NBF: claims.nbf,
            _IAT: claims.iat,
            _CTI: claims.cti,
            _CNF: None if claims.cnf is None else decode(claims.cnf),
            _RIGHT: {key: value for key, value in right.items() if value is not None},
        }
        return encode({key: value for key, value in payload.items() if value is not None})
    except CborError as error:
        raise TicketError(f"these claims cannot be written: {error}") from error


def _flags(claims: Claims) -> int:
    if claims.language is not None and claims.language not in LANGUAGES:
        raise TicketError(f"expected one of the languages {', '.join(LANGUAGES)}, got {claims.language!r}")
    language = 0 if claims.language is None else LANGUAGES.index(claims.language) + 1
    return int(claims.flags) | language << _LANGUAGE_SHIFT


def _kid_bytes(kid: str) -> bytes:
    if not re.fullmatch(r"[0-9a-f]{4}", kid):
        raise TicketError(f"expected a key id of four lower-case hexadecimal digits, got {kid!r}")
    return bytes.fromhex(kid)


def _signature(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(signed)
    if not isinstance(key.curve, ec.SECP256R1):
        raise TicketError(f"expected a key on the curve P-256, got one on {key.curve.name}")
    r, s = utils.decode_dss_signature(key.sign(signed, ec.ECDSA(SHA256())))
    return r.to_bytes(SIGNATURE_BYTES // 2, "big") + s.to_bytes(SIGNATURE_BYTES // 2, "big")
