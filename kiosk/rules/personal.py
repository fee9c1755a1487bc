"""What is personal in a permit: sealed so that nobody is readable without the ticket, found by keyed hashes only.

The key of a sealed part comes from the ticket's signature, which stands in the QR code and nowhere on a kiosk's disk;
never from its identity, which stands in the journal. Look-ups go by 8 bytes of HMAC under a key of the season that each
enrolled device holds outside its data folder. Keys and nonces are arguments.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.rules.canon import pack, unpack
from kiosk.rules.codes import fold
from kiosk.rules.entries import DecisionBody
from kiosk.rules.spelling import skeletons
from kiosk.rules.words import Direction, Outcome, Reason

NONCE_BYTES = 12
WORD_BYTES = 8
LOOKUP_KEY_BYTES = 32
LONGEST_VALUE = 200
_VERSION = b"\x01"
_SEAL_DOMAIN = b"qaqpa personal 1"
_LOOKUP_DOMAIN = b"qaqpa look-up 1"
_LOOKUP_ID_DOMAIN = b"qaqpa look-up key id"
_BLOCK_BYTES = 32  # what is sealed is filled up to these, so that its length does not tell a name's
_HALF = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class PersonalError(ValueError):
    """A value that cannot be kept; the text names the field, never the value."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Personal:
    """Who a permit was sold to and how to reach them; `expected_return` in Unix seconds."""

    name: str | None = None
    phone: str | None = None
    plate: str | None = None
    document: str | None = None
    contact: str | None = None
    receipt: str | None = None
    expected_return: int | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to seal."""
        return any(getattr(self, field.name) is not None for field in fields(self))


NOBODY = Personal()


class LookUp(StrEnum):
    """What a permit may be found by."""

    PLATE = "plate"
    PHONE = "phone"
    DOCUMENT = "document"
    NAME = "name"
    RECEIPT = "receipt"
    """The number of the receipt it was paid by."""


# ---- sealing --------------------------------------------------------------------------------------------------------


def seal(personal: Personal, signature: bytes, permit_id: bytes, nonce: bytes) -> bytes:
    """The personal part of this permit, to be opened by whoever holds its ticket; PersonalError names a bad field."""
    _expect_possible(personal)
    content = pack(personal) + b"\x80"
    content += bytes(-len(content) % _BLOCK_BYTES)
    return _VERSION + nonce + AESGCMSIV(_seal_key(signature)).encrypt(nonce, content, _bound_to(permit_id))


def unseal(sealed: bytes, signature: bytes, permit_id: bytes) -> Personal | None:
    """The personal part that was sealed for this ticket and permit, or None; never an exception."""
    nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) != NONCE_BYTES:
        return None
    try:
        content = AESGCMSIV(_seal_key(signature)).decrypt(nonce, rest, _bound_to(permit_id))
        return unpack(Personal, content.rstrip(b"\0")[:-1])
    except (InvalidTag, ValueError):  # the latter is canon's: a registry sealed something else
        return None


def _bound_to(permit_id: bytes) -> bytes:
    return _SEAL_DOMAIN + permit_id


def _seal_key(signature: bytes) -> bytes:
    return _derived(_one_form(signature), _SEAL_DOMAIN)


def _one_form(signature: bytes) -> bytes:
    """The same bytes for (r, s) and (r, n - s): an ECDSA signature over P-256 holds in both forms.

    Which algorithm signed is not known here and need not be: an Ed25519 signature loses one bit of 512 by it.
    """
    s = int.from_bytes(signature[_HALF:], "big")
    return signature[:_HALF] + min(s, (_P256_ORDER - s) % 2**256).to_bytes(_HALF, "big")


def _derived(secret: bytes, domain: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=domain).derive(secret)


def _expect_possible(personal: Personal) -> None:
    for field in fields(personal):
        value = getattr(personal, field.name)
        if not isinstance(value, str):
            continue
        if not value.strip() or len(value) > LONGEST_VALUE:
            raise PersonalError(f"expected 1 to {LONGEST_VALUE} characters in '{field.name}'")
        if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in value):
            raise PersonalError(f"expected text without control characters in '{field.name}'")


# ---- looking up -----------------------------------------------------------------------------------------------------


def lookup_key_of(pepper: bytes) -> bytes:
    """The key of a season's look-ups; the pepper itself, which tags on tickets are made with, never leaves its home."""
    return _derived(pepper, _LOOKUP_DOMAIN)


def lookup_key_id(lookup_key: bytes) -> str:
    """By which a look-up key is named in public: 8 hexadecimal digits that tell nothing of it."""
    return hashlib.sha256(_LOOKUP_ID_DOMAIN + lookup_key).hexdigest()[:8]


def word_for(kind: LookUp, value: str, lookup_key: bytes) -> tuple[bytes, ...]:
    """The words by which such a value is found: one, for a name one each of its words, none where nothing is left."""
    return tuple(_hashed(kind, form, lookup_key) for form in FORMS[kind](value))


def search_words(personal: Personal, lookup_key: bytes) -> tuple[bytes, ...]:
    """All the words by which a permit is found, in rising order and each once."""
    given = ((kind, getattr(personal, kind.value)) for kind in LookUp)
    return tuple(sorted({word for kind, value in given if value for word in word_for(kind, value, lookup_key)}))


def search_text(words: tuple[bytes, ...]) -> str:
    """The words as a permit row carries them: hexadecimal, blanks between."""
    return " ".join(word.hex() for word in words)


def plate_form(value: str) -> tuple[str, ...]:
    """A plate as it is compared: capitals and digits, Latin for Cyrillic look-alikes."""
    return _some("".join(sign for sign in fold(value) if sign.isalnum()))


def phone_form(value: str) -> tuple[str, ...]:
    """A telephone number as it is compared: its digits; +7, 8 and nothing before a number of Kazakhstan agree."""
    numbers = (unicodedata.decimal(sign, None) for sign in unicodedata.normalize("NFKC", value))
    digits = "".join(str(number) for number in numbers if number is not None)
    if digits.startswith("00"):
        digits = digits[2:]
    elif digits.startswith("810") and len(digits) > 11:  # from one country of the +7 plan into another
        digits = digits[3:]
    # no country begins with 87 or 89: within Kazakhstan and Russia 8 is dialled for +7
    if len(digits) == 11 and digits[:2] in {"87", "89"}:
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] in "79":
        digits = "7" + digits
    return _some(digits)


FORMS: dict[LookUp, Callable[[str], tuple[str, ...]]] = {
    LookUp.PLATE: plate_form,
    LookUp.PHONE: phone_form,
    LookUp.DOCUMENT: plate_form,  # letters, digits and look-alikes, like a plate
    LookUp.NAME: skeletons,
    LookUp.RECEIPT: plate_form,
}


def _some(form: str) -> tuple[str, ...]:
    return (form,) if form else ()


def hashed_message(kind: LookUp, form: str) -> bytes:
    """What is hashed: no form of one kind can be that of another, since no kind holds the byte that ends it."""
    return b"qaqpa " + kind.value.encode("ascii") + b"\0" + form.encode("utf-8", "surrogatepass")


def _hashed(kind: LookUp, form: str, lookup_key: bytes) -> bytes:
    return hmac.digest(lookup_key, hashed_message(kind, form), "sha256")[:WORD_BYTES]


# ---- what stays at the gate -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What the gate keeps of a party that is expected back: how to ask after it, and from when on."""

    contact: str
    expected_return: int


def kept_at_admission(personal: Personal | None, verdict: DecisionBody) -> Kept | None:
    """What of an opened personal part is kept with this decision: only of a party let in that said when it returns."""
    goes_in = verdict.outcome is Outcome.ADMITTED and verdict.place.direction is Direction.ENTRY
    if personal is None or not goes_in or verdict.reason is Reason.TRAINING:
        return None
    if personal.contact is None or personal.expected_return is None:
        return None
    return Kept(contact=personal.contact, expected_return=personal.expected_return)
