"""Every form that the ticket page forbids, as a whole ticket: each is refused with the one word that says why.

All but the outermost forms carry a signature of the honest key that holds, so that nothing but the form refuses them.
"""

import cbor2
import pytest

from kiosk.rules.keyring import Keyring, Rejected
from kiosk.rules.ticket import LONGEST_TEXT, PREFIX, Fault
from kiosk.rules.words import Reason
from tests.support.tickets import (
    CLAIMS,
    ISSUER,
    KEY,
    KID,
    TEXT,
    Outer,
    header,
    payload_map,
    signed_text,
    vector_parts,
    written,
)

RING = Keyring.from_keys([KEY])
OUTER = vector_parts()
PAYLOAD = OUTER.payload
HEADER = header()
KID_BYTES = bytes.fromhex(KID)
BIG = b"\xc2\x49\x01" + bytes(8)  # 2^64 as a bignum


def later(spelt: bytes) -> str:
    """A ticket with a later field of this spelling, which a gate ignores if it is well formed."""
    right = cbor2.loads(PAYLOAD)[-65537]
    inner = cbor2.dumps(right, canonical=True)
    body = bytes([inner[0] + 1]) + inner[1:] + b"\x09" + spelt
    return signed_text(PAYLOAD[: PAYLOAD.index(inner)] + body)


def respelt(old: bytes, new: bytes) -> str:
    """A ticket with one piece of its payload spelt in another way."""
    assert PAYLOAD.count(old) == 1
    return signed_text(PAYLOAD.replace(old, new))


def with_payload(**right: object) -> str:
    return signed_text(cbor2.dumps(payload_map(**right), canonical=True))


def claiming(changes: dict[object, object]) -> str:
    return signed_text(cbor2.dumps(payload_map() | changes, canonical=True))


def with_header(protected: object) -> str:
    return signed_text(PAYLOAD, protected if isinstance(protected, bytes) else cbor2.dumps(protected, canonical=True))


def outer(*parts: object) -> str:
    return written(cbor2.dumps(list(parts)))


WHOLE = [HEADER, {}, PAYLOAD, OUTER.signature]
DATA = cbor2.dumps(WHOLE)
EXP = CLAIMS.exp.to_bytes(4, "big")

FORMS: dict[Fault, dict[str, str]] = {
    Fault.PAYMENT: {"a payment code": "ST00012|Name=School"},
    Fault.WIFI: {"a network": "WIFI:S:park;;"},
    Fault.LINK: {"a link": "https://example.org"},
    Fault.OTHER: {
        "nothing": "",
        "lower case": TEXT.lower(),
        "a blank before": " " + TEXT,
        "a health certificate": "HC1:" + TEXT[4:],
    },
    Fault.VERSION: {"the next layout": "KP2:" + TEXT[4:], "the phone-signed form": "KQ1:" + TEXT[4:]},
    Fault.LENGTH: {
        "601 characters": TEXT + "0" * (LONGEST_TEXT + 1 - len(TEXT)),
        "a million characters": PREFIX + "0" * 1_000_000,
        "arrays a hundred thousand deep": written(b"\x81" * 100_000),
    },
    Fault.BASE45: {
        "a newline behind": TEXT + "\n",
        "a carriage return behind": TEXT + "\r\n",
        "lower-case letters": PREFIX + TEXT[4:].lower(),
        "a letter of no alphabet": TEXT[:-1] + "#",
        "a Cyrillic look-alike": TEXT.replace("A", "А"),
        "a digit of another script": TEXT[:-1] + "٣",
        "one letter too many": TEXT + "0",
        "three letters beyond two bytes": TEXT + "GGW",
        "two letters beyond one byte": TEXT + "::",
    },
    Fault.CBOR: {
        "no bytes at all": PREFIX,
        "cut short": written(DATA[:-1]),
        "cut short in the payload": signed_text(PAYLOAD[:-1]),
        "an array of 2^64-1 items": later(b"\x9b" + b"\xff" * 8),
        "a map of 2^32-1 pairs": later(b"\xba" + b"\xff" * 4),
        "a byte string of 2^64-1 bytes": later(b"\x5b" + b"\xff" * 8),
        "a text of 2^63 letters": later(b"\x7b\x80" + bytes(7)),
        "a reserved length": later(b"\x1c"),
        "a break on its own": later(b"\xff"),
        "an empty header": with_header(b""),
    },
    Fault.TRAILING: {
        "a byte behind the ticket": written(DATA + b"\0"),
        "a byte behind the payload": signed_text(PAYLOAD + b"\0"),
        "a byte behind the header": with_header(HEADER + b"\0"),
        "a second ticket behind": written(DATA + DATA),
    },
    Fault.LONG_FORM: {
        "a small number in two bytes": respelt(b"\x01\x07\x02", b"\x01\x18\x07\x02"),
        "a time in nine bytes": respelt(b"\x04\x1a" + EXP, b"\x04\x1b" + bytes(4) + EXP),
        "a length in two bytes": respelt(b"\x43" + PAYLOAD[-7:-4], b"\x58\x03" + PAYLOAD[-7:-4]),
        "a count of items in two bytes": respelt(b"\x82\x02\x03", b"\x98\x02\x02\x03"),
        "a count of pairs in two bytes": signed_text(b"\xb8\x05" + PAYLOAD[1:]),
        "the algorithm in three bytes": with_header(b"\xa2\x01\x39\x00\x12\x04\x42" + KID_BYTES),
        "the outer array's count in two bytes": written(b"\x98\x04" + DATA[1:]),
    },
    Fault.KEY_ORDER: {
        "claims out of order": signed_text(cbor2.dumps(dict(reversed(payload_map().items())))),
        "the header out of order": with_header(cbor2.dumps({4: KID_BYTES, 1: -19})),
    },
    Fault.KEY_TWICE: {
        "two ends": signed_text(b"\xa6\x04\x1a" + EXP + PAYLOAD[1:]),
        "two algorithms": with_header(b"\xa3\x01\x32\x01\x32\x04\x42" + KID_BYTES),
        "a later field twice": later(b"\xa2\x01\x00\x01\x00"),
    },
    Fault.KEY_KIND: {"an array as a key": later(b"\xa1\x80\x00"), "a map as a key": later(b"\xa1\xa0\x00")},
    Fault.INDEFINITE: {
        "an array without a count": written(b"\x9f" + DATA[1:] + b"\xff"),
        "a map without a count": signed_text(b"\xbf" + PAYLOAD[1:] + b"\xff"),
        "bytes in pieces": later(b"\x5f\x41\x00\xff"),
        "text in pieces": later(b"\x7f\x61a\xff"),
    },
    Fault.DEPTH: {
        "five deep": later(b"\x81\x81\x81\x00"),
        "an empty fifth": later(b"\x81\x81\x80"),
        "the deepest that fits a ticket": later(b"\x81" * 150),
        "five maps deep": later(b"\xa1\x00\xa1\x00\xa0"),
    },
    Fault.TAG: {
        "the tag of a COSE_Sign1": written(b"\xd2" + DATA),
        "the tag of a CWT": written(b"\xd8\x3d\xd2" + DATA),
        "the tag of CBOR itself": written(b"\xd9\xd9\xf7" + DATA),
        "a big number for a small one": respelt(b"\x01\x07\x02", b"\x01\xc2\x41\x07\x02"),
        "a big negative number": later(b"\xc3\x41\x00"),
        "a number beyond 2^64": later(BIG),
        "a date as text": respelt(b"\x04\x1a" + EXP, b"\x04\xc0\x74" + b"2026-07-04T00:00:00Z"),
        "a date as a number": respelt(b"\x04\x1a" + EXP, b"\x04\xc1\x1a" + EXP),
        "a shared value": later(b"\xd8\x1c\x80"),
        "a set": later(b"\xd9\x01\x02\x81\x01"),
    },
    Fault.SIMPLE: {
        "true": with_payload(right_4=True),
        "false": claiming({4: False}),
        "null": later(b"\xf6"),
        "undefined": later(b"\xf7"),
        "a simple value": later(b"\xf8\x20"),
        "a detached payload": outer(HEADER, {}, None, OUTER.signature),
    },
    Fault.FLOAT: {
        "a whole float": claiming({4: float(CLAIMS.exp)}),
        "an end that never comes": claiming({4: float("inf")}),
        "not a number": claiming({4: float("nan")}),
        "a half float": later(b"\xf9\x3c\x00"),
    },
    Fault.INTEGER: {
        "just below -2^63": later(b"\x3b\x80" + bytes(7)),
        "-2^64": later(b"\x3b" + b"\xff" * 8),
    },
    Fault.NOT_ASCII: {"a Cyrillic text": later(b"\x62\xd0\xb0"), "a text that is no UTF-8": later(b"\x61\xff")},
    Fault.OUTER: {
        "a number": written(b"\x01"),
        "a map": written(b"\xa0"),
        "three parts": outer(*WHOLE[:3]),
        "five parts": outer(*WHOLE, b""),
        "a header that is a map": outer({1: -19, 4: KID_BYTES}, *WHOLE[1:]),
        "something unprotected": Outer(protected=HEADER, payload=PAYLOAD, signature=OUTER.signature).text(
            {4: KID_BYTES}
        ),
        "a signature too short": outer(*WHOLE[:3], OUTER.signature[:-1]),
        "a signature too long": outer(*WHOLE[:3], OUTER.signature + b"\0"),
    },
    Fault.PROTECTED: {
        "no fields": with_header({}),
        "no key id": with_header({1: -19}),
        "no algorithm": with_header({4: KID_BYTES}),
        "a critical header": with_header({1: -19, 2: [4], 4: KID_BYTES}),
        "a content type": with_header({1: -19, 3: 0, 4: KID_BYTES}),
        "an algorithm in words": with_header({1: "Ed25519", 4: KID_BYTES}),
        "a key id of three bytes": with_header({1: -19, 4: KID_BYTES + b"\0"}),
    },
    Fault.PAYLOAD: {"claims as an array": signed_text(b"\x80"), "a right as an array": claiming({-65537: []})},
    Fault.PAYLOAD_KEY: {
        "an issuer": claiming({1: "issuer"}),
        "a later field outside the right": claiming({9: 0}),
        "a field 0 in the right": with_payload(right_0=1),
    },
    Fault.PAYLOAD_MISSING: {"no claims": signed_text(b"\xa0"), "no park": with_payload(right_1=None)},
    Fault.PAYLOAD_VALUE: {
        "an end before the beginning": claiming({4: CLAIMS.nbf}),
        "an identity of 15 bytes": claiming({7: bytes(15)}),
        "a party of nobody": with_payload(right_3=[]),
        "zeros at the party's end": with_payload(right_3=[2, 0]),
        "no gate at all": with_payload(right_7=0),
        "a park beyond 2^53": with_payload(right_1=2**53),
    },
}


@pytest.mark.parametrize(
    "text, fault",
    [pytest.param(text, fault, id=name) for fault, forms in FORMS.items() for name, text in forms.items()],
)
def test_a_malformed_ticket_is_refused_with_the_one_word_that_says_why(text: str, fault: Fault) -> None:
    answer = RING.open(text)
    assert isinstance(answer, Rejected)
    assert answer.detail == fault
    first = {Fault.PAYMENT, Fault.WIFI, Fault.LINK, Fault.OTHER}
    assert answer.reason is (Reason.NOT_A_TICKET if fault in first else Reason.MALFORMED)


def test_every_word_for_a_malformed_ticket_has_its_form() -> None:
    assert FORMS.keys() == set(Fault)


def test_the_rig_s_own_signatures_hold_so_that_only_the_form_refuses() -> None:
    assert signed_text(PAYLOAD) == TEXT
    assert not isinstance(RING.open(later(b"\x00")), Rejected)
    assert not isinstance(RING.open(later(b"\x81\x80")), Rejected)
    assert ISSUER.public_key().public_bytes_raw() == KEY.public_key
