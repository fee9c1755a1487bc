from collections.abc import Callable
from dataclasses import replace

import base45
import cbor2
import pytest
import qrcode
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st
from qrcode.util import QRData

from kiosk.rules.closed_cbor import encode
from kiosk.rules.permit import Party
from kiosk.rules.ticket import (
    ED25519,
    ESP256,
    LANGUAGES,
    LATEST_TIME,
    LONGEST_TEXT,
    PREFIX,
    Claims,
    Fault,
    Flag,
    SignedTicket,
    TicketError,
    Unreadable,
    claims_of,
    read,
    sign,
)
from kiosk.rules.words import Reason
from tests.support.tickets import CLAIMS, ISSUER, KID, TEXT, VECTOR, Outer, header, payload_map, vector_parts, written

OUTER = vector_parts()

P256 = ec.derive_private_key(0x5EED, ec.SECP256R1())
counts = st.lists(st.integers(0, 2**16 - 1), min_size=1, max_size=5).filter(lambda each: each[-1] > 0)
confirmations = st.dictionaries(st.integers(1, 8), st.binary(max_size=32), min_size=1, max_size=2).map(encode)


@st.composite
def any_claims(draw: st.DrawFn) -> Claims:
    nbf = draw(st.integers(0, LATEST_TIME - 1))
    return Claims(
        cti=draw(st.binary(min_size=16, max_size=16)),
        park=draw(st.integers(0, 2**53 - 1)),
        product=draw(st.integers(0, 2**53 - 1)),
        party=Party.of(draw(counts)),
        entries=draw(st.integers(0, 2**16 - 1)),
        iat=draw(st.integers(0, LATEST_TIME)),
        nbf=nbf,
        exp=draw(st.integers(nbf + 1, LATEST_TIME)),
        gates=draw(st.none() | st.sets(st.integers(1, 32), min_size=1).map(lambda gates: tuple(sorted(gates)))),
        flags=draw(st.integers(0, 2**32 - 1)) & ~0x300,
        language=draw(st.none() | st.sampled_from(LANGUAGES)),
        plate_tag=draw(st.none() | st.binary(min_size=3, max_size=3)),
        holder_tag=draw(st.none() | st.binary(min_size=2, max_size=2)),
        cnf=draw(st.none() | confirmations),
    )


def malformed(fault: Fault) -> Unreadable:
    return Unreadable(reason=Reason.MALFORMED, detail=fault)


def test_the_published_vector_reads_field_by_field() -> None:
    assert OUTER.kid == VECTOR["kid"] == "2607"
    assert OUTER.algorithm == ED25519
    assert claims_of(OUTER.payload) == CLAIMS
    assert CLAIMS.as_dict() == {
        "cti": "737ce60fccf9da889f4605c0a20479b5",
        "park": 7,
        "product": 12,
        "party": {"adults": 2, "children": 3},
        "entries": 3,
        "iat": 1782863400,
        "nbf": 1782864000,
        "exp": 1783123200,
        "gates": None,
        "flags": [],
        "language": None,
    }


def test_signing_the_vector_s_claims_gives_the_vector_to_the_letter() -> None:
    assert sign(CLAIMS, KID, ISSUER) == TEXT


@given(any_claims(), st.sampled_from([ISSUER, P256]))
def test_what_is_signed_reads_back_as_it_was(
    claims: Claims, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
) -> None:
    outer = read(sign(claims, "00ff", key))
    assert isinstance(outer, SignedTicket)
    assert outer.kid == "00ff"
    assert outer.algorithm == (ED25519 if key is ISSUER else ESP256)
    assert claims_of(outer.payload) == claims


def test_flags_have_names_and_an_unknown_critical_one_is_seen() -> None:
    claims = replace(CLAIMS, flags=Flag.TRAINING | Flag.GUIDE_REQUIRED | 1 << 5 | 1 << 12, language="ru", gates=(1, 32))
    assert claims.flag_names == ("training", "guide_required", "critical_5")
    assert claims.has_unknown_critical_flag
    assert claims.has(Flag.TRAINING)
    assert not claims.has(Flag.DYNAMIC_REQUIRED)
    assert not replace(claims, flags=7 | 1 << 12).has_unknown_critical_flag
    assert claims.as_dict()["gates"] == [1, 32]
    assert claims.as_dict()["language"] == "ru"


@pytest.mark.parametrize(
    "text, kind",
    [
        ("https://pay.kaspi.kz/pay/x7k2m", Fault.PAYMENT),
        ("HTTPS://KASPI.KZ/transfers/qr?x=1", Fault.PAYMENT),
        ("https://qr.nspk.ru/AS10003P3RH0LJ2A9ROO038L6NT5RU1M", Fault.PAYMENT),
        ("00020101021129370016A000000677010111", Fault.PAYMENT),
        ("ST00012|Name=School", Fault.PAYMENT),
        ("BCD\n002\n1\nSCT", Fault.PAYMENT),
        ("WIFI:S:park;T:WPA;P:secret;;", Fault.WIFI),
        ("https://example.org/?u=kaspi.kz", Fault.LINK),
        ("https://notkaspi.kz/", Fault.LINK),
        ("https://kaspi.kz.example.org/", Fault.LINK),
        ("www.example.org", Fault.LINK),
        ("hello", Fault.OTHER),
        ("", Fault.OTHER),
        ("kp1:ABC", Fault.OTHER),
        ("KP1", Fault.OTHER),
        (" KP1:ABC", Fault.OTHER),
        ("HC1:6BF+70790T9WJWG", Fault.OTHER),
        ("x" * 3000, Fault.OTHER),
        (" " * 100_000, Fault.OTHER),
        ("http" * 100_000, Fault.OTHER),
        (None, Fault.OTHER),
        (b"KP1:ABC", Fault.OTHER),
        (7, Fault.OTHER),
    ],
)
def test_what_is_no_ticket_is_named_by_its_kind(text: object, kind: Fault) -> None:
    assert read(text) == Unreadable(reason=Reason.NOT_A_TICKET, detail=kind)


@pytest.mark.parametrize(
    "text, fault",
    [
        ("KP2:ABC", Fault.VERSION),
        ("KQ1:" + TEXT[4:], Fault.VERSION),
        (TEXT + "0" * (LONGEST_TEXT - len(TEXT) + 1), Fault.LENGTH),
        ("KP1:" + "A" * 3000, Fault.LENGTH),
        ("KP1:", Fault.CBOR),
        (TEXT + "\n", Fault.BASE45),
        (TEXT + "\r\n", Fault.BASE45),
        (TEXT.lower().replace("kp1", "KP1"), Fault.BASE45),
        (TEXT.replace(" ", "_"), Fault.BASE45),
        (TEXT.replace("A", "А"), Fault.BASE45),
        (TEXT + "\0", Fault.BASE45),
        (TEXT + "\ud800", Fault.BASE45),
        ("KP1:A", Fault.BASE45),
        ("KP1::::", Fault.BASE45),
        ("KP1:ZZ", Fault.BASE45),
        (TEXT[:-3], Fault.CBOR),
        (TEXT + "00", Fault.TRAILING),
        (written(b"\xd2" + base45.b45decode(TEXT[4:])), Fault.TAG),
        (written(b"\x01"), Fault.OUTER),
        (written(b"\xa0"), Fault.OUTER),
        (Outer(protected=header(), payload=OUTER.payload, signature=OUTER.signature[:-1]).text(), Fault.OUTER),
        (Outer(protected=header(), payload=OUTER.payload, signature=OUTER.signature + b"\0").text(), Fault.OUTER),
        (Outer(protected=header(), payload=OUTER.payload, signature=OUTER.signature).text({4: b"&\7"}), Fault.OUTER),
        (Outer(protected=header(), payload=OUTER.payload, signature=OUTER.signature).text([]), Fault.OUTER),
        (Outer(protected=b"", payload=OUTER.payload, signature=OUTER.signature).text(), Fault.CBOR),
    ],
)
def test_a_spoilt_ticket_is_malformed_and_says_where(text: str, fault: Fault) -> None:
    assert read(text) == malformed(fault)


@pytest.mark.parametrize(
    "protected, fault",
    [
        pytest.param({}, Fault.PROTECTED, id="empty"),
        pytest.param({1: -19}, Fault.PROTECTED, id="without a key id"),
        pytest.param({4: b"&\7"}, Fault.PROTECTED, id="without an algorithm"),
        pytest.param({1: -19, 4: b"&\7", 2: [4]}, Fault.PROTECTED, id="with a list of critical headers"),
        pytest.param({1: -19, 4: b"&\7", 3: 0}, Fault.PROTECTED, id="with a content type"),
        pytest.param({1: "EdDSA", 4: b"&\7"}, Fault.PROTECTED, id="algorithm as text"),
        pytest.param({1: -19, 4: 9735}, Fault.PROTECTED, id="key id as a number"),
        pytest.param({1: -19, 4: b"&\7\0"}, Fault.PROTECTED, id="key id of three bytes"),
        pytest.param([1, -19, 4, b"&\7"], Fault.PROTECTED, id="an array"),
        pytest.param({1: True, 4: b"&\7"}, Fault.SIMPLE, id="algorithm true"),
        pytest.param({1: -19.0, 4: b"&\7"}, Fault.FLOAT, id="algorithm a float"),
    ],
)
def test_the_protected_header_has_exactly_its_two_fields(protected: object, fault: Fault) -> None:
    spelt = cbor2.dumps(protected, canonical=True)
    assert read(Outer(protected=spelt, payload=OUTER.payload, signature=OUTER.signature).text()) == malformed(fault)


def test_another_algorithm_in_the_header_is_left_to_the_keyring() -> None:
    outer = read(Outer(protected=header(-8), payload=OUTER.payload, signature=OUTER.signature).text())
    assert isinstance(outer, SignedTicket)
    assert outer.algorithm == -8


@pytest.mark.parametrize(
    "outer",
    [
        [header(), {}, OUTER.payload],
        [header(), {}, OUTER.payload, OUTER.signature, b""],
        [header(), {}, None, OUTER.signature],
        [{1: -19, 4: b"&\7"}, {}, OUTER.payload, OUTER.signature],
        ["a", {}, OUTER.payload, OUTER.signature],
        [header(), {}, "text", OUTER.signature],
    ],
)
def test_the_outer_array_has_exactly_its_four_parts(outer: list[object]) -> None:
    answer = read(written(cbor2.dumps(outer)))
    assert answer == malformed(Fault.SIMPLE if None in outer else Fault.OUTER)


@pytest.mark.parametrize(
    "payload, fault",
    [
        pytest.param([], Fault.PAYLOAD, id="an array"),
        pytest.param({}, Fault.PAYLOAD_MISSING, id="an empty map"),
        pytest.param(payload_map() | {-65537: []}, Fault.PAYLOAD, id="the right as an array"),
        pytest.param(payload_map() | {1: "issuer"}, Fault.PAYLOAD_KEY, id="an issuer"),
        pytest.param(payload_map() | {9: 0}, Fault.PAYLOAD_KEY, id="an unknown key 9 outside the right"),
        pytest.param(payload_map() | {-65538: {}}, Fault.PAYLOAD_KEY, id="an unknown private key"),
        pytest.param(payload_map() | {"4": 1}, Fault.PAYLOAD_KEY, id="a text key"),
        pytest.param(payload_map() | {b"4": 1}, Fault.PAYLOAD_KEY, id="a byte key"),
        pytest.param(payload_map(right_0=1), Fault.PAYLOAD_KEY, id="key 0 in the right"),
        pytest.param(payload_map() | {-65537: {1: 7, 2: 12, 3: [1], 4: 1, -1: 1}}, Fault.PAYLOAD_KEY, id="key -1"),
        pytest.param(payload_map() | {-65537: {1: 7, 2: 12, 3: [1], 4: 1, "9": 1}}, Fault.PAYLOAD_KEY, id="key '9'"),
        pytest.param(payload_map(right_1=None), Fault.PAYLOAD_MISSING, id="no park"),
        pytest.param(payload_map(right_2=None), Fault.PAYLOAD_MISSING, id="no product"),
        pytest.param(payload_map(right_3=None), Fault.PAYLOAD_MISSING, id="no party"),
        pytest.param(payload_map(right_4=None), Fault.PAYLOAD_MISSING, id="no entries"),
        pytest.param(payload_map(right_1=-1), Fault.PAYLOAD_VALUE, id="a negative park"),
        pytest.param(payload_map(right_1=2**53), Fault.PAYLOAD_VALUE, id="a park no JSON reader keeps"),
        pytest.param(payload_map(right_1="7"), Fault.PAYLOAD_VALUE, id="a park as text"),
        pytest.param(payload_map(right_2=-1), Fault.PAYLOAD_VALUE, id="a negative product"),
        pytest.param(payload_map(right_3=[]), Fault.PAYLOAD_VALUE, id="a party of nobody"),
        pytest.param(payload_map(right_3=[0]), Fault.PAYLOAD_VALUE, id="a party of no adults"),
        pytest.param(payload_map(right_3=[2, 0]), Fault.PAYLOAD_VALUE, id="a zero at the end of the party"),
        pytest.param(payload_map(right_3=[2, -1, 1]), Fault.PAYLOAD_VALUE, id="fewer than no children"),
        pytest.param(payload_map(right_3=[1, 1, 1, 1, 1, 1]), Fault.PAYLOAD_VALUE, id="six categories"),
        pytest.param(payload_map(right_3=2), Fault.PAYLOAD_VALUE, id="a party as a number"),
        pytest.param(payload_map(right_3=[2**16]), Fault.PAYLOAD_VALUE, id="a town"),
        pytest.param(payload_map(right_4=-1), Fault.PAYLOAD_VALUE, id="negative entries"),
        pytest.param(payload_map(right_5=b"12"), Fault.PAYLOAD_VALUE, id="a short plate tag"),
        pytest.param(payload_map(right_6=b"123"), Fault.PAYLOAD_VALUE, id="a long holder tag"),
        pytest.param(payload_map(right_5="abc"), Fault.PAYLOAD_VALUE, id="a plate tag as text"),
        pytest.param(payload_map(right_7=0), Fault.PAYLOAD_VALUE, id="no gate at all"),
        pytest.param(payload_map(right_7=2**32), Fault.PAYLOAD_VALUE, id="gate 33"),
        pytest.param(payload_map(right_7=[1]), Fault.PAYLOAD_VALUE, id="gates as an array"),
        pytest.param(payload_map(right_8=-1), Fault.PAYLOAD_VALUE, id="negative flags"),
        pytest.param(payload_map() | {4: LATEST_TIME + 1}, Fault.PAYLOAD_VALUE, id="an end beyond 32 bits"),
        pytest.param(payload_map() | {4: CLAIMS.nbf}, Fault.PAYLOAD_VALUE, id="an end at the beginning"),
        pytest.param(payload_map() | {4: "1783123200"}, Fault.PAYLOAD_VALUE, id="an end as text"),
        pytest.param(payload_map() | {5: -1}, Fault.PAYLOAD_VALUE, id="a beginning before 1970"),
        pytest.param(payload_map() | {6: -1}, Fault.PAYLOAD_VALUE, id="issued before 1970"),
        pytest.param(payload_map() | {7: bytes(15)}, Fault.PAYLOAD_VALUE, id="an identity of 15 bytes"),
        pytest.param(payload_map() | {7: 7}, Fault.PAYLOAD_VALUE, id="an identity as a number"),
        pytest.param(payload_map() | {8: b""}, Fault.PAYLOAD_VALUE, id="a confirmation that is no map"),
        pytest.param(payload_map() | {8: {}}, Fault.PAYLOAD_VALUE, id="an empty confirmation"),
        pytest.param(payload_map() | {4: True}, Fault.SIMPLE, id="an end that is true"),
        pytest.param(payload_map() | {4: 1783123200.0}, Fault.FLOAT, id="an end as a float"),
        pytest.param(payload_map() | {4: float("inf")}, Fault.FLOAT, id="an end that never comes"),
        pytest.param(payload_map(right_9="é"), Fault.NOT_ASCII, id="a later field that is not ASCII"),
        pytest.param(payload_map(right_9=True), Fault.SIMPLE, id="a later field that is true"),
        pytest.param(payload_map(right_9=[[[1]]]), Fault.DEPTH, id="a later field too deep"),
        pytest.param(payload_map(right_9=cbor2.CBORTag(1, 0)), Fault.TAG, id="a later field with a tag"),
    ],
)
def test_a_payload_that_breaks_the_form_is_malformed_and_says_how(payload: object, fault: Fault) -> None:
    assert claims_of(cbor2.dumps(payload, canonical=True)) == malformed(fault)


@pytest.mark.parametrize("key", [4, 5, 6, 7, -65537])
def test_no_claim_of_the_payload_may_be_missing(key: int) -> None:
    payload = payload_map()
    del payload[key]
    assert claims_of(cbor2.dumps(payload, canonical=True)) == malformed(Fault.PAYLOAD_MISSING)


def test_later_fields_of_the_right_are_ignored() -> None:
    payload = payload_map(right_9=1, right_24="new", right_70000={1: [2]})
    assert claims_of(cbor2.dumps(payload, canonical=True)) == CLAIMS


def test_keys_out_of_order_and_bytes_behind_are_malformed() -> None:
    backwards = dict(reversed(list(payload_map().items())))
    assert claims_of(cbor2.dumps(backwards)) == malformed(Fault.KEY_ORDER)
    assert claims_of(OUTER.payload + b"\0") == malformed(Fault.TRAILING)


@given(st.text() | st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:").map(lambda tail: PREFIX + tail))
def test_whatever_is_read_gives_a_value(text: str) -> None:
    assert isinstance(read(text), SignedTicket | Unreadable)


@given(st.binary(max_size=300))
def test_whatever_bytes_stand_for_a_ticket_or_a_payload_give_a_value(data: bytes) -> None:
    assert isinstance(read(written(data)), SignedTicket | Unreadable)
    assert isinstance(claims_of(data), Claims | Unreadable)


@given(st.integers(0, len(OUTER.payload) - 1), st.integers(1, 255))
def test_a_damaged_payload_gives_a_value(place: int, damage: int) -> None:
    spoilt = bytearray(OUTER.payload)
    spoilt[place] ^= damage
    assert isinstance(claims_of(bytes(spoilt)), Claims | Unreadable)


@pytest.mark.parametrize(
    "change",
    [
        lambda claims: replace(claims, party=Party()),
        lambda claims: replace(claims, exp=claims.nbf),
        lambda claims: replace(claims, iat=2**32),
        lambda claims: replace(claims, cti=b"short"),
        lambda claims: replace(claims, park=-1),
        lambda claims: replace(claims, product=2**70),
        lambda claims: replace(claims, entries=True),
        lambda claims: replace(claims, gates=()),
        lambda claims: replace(claims, gates=(33,)),
        lambda claims: replace(claims, gates=(0, 1)),
        lambda claims: replace(claims, gates=(2, 1)),
        lambda claims: replace(claims, gates=(1, 1)),
        lambda claims: replace(claims, language="de"),
        lambda claims: replace(claims, flags=0x100),
        lambda claims: replace(claims, flags=-1),
        lambda claims: replace(claims, plate_tag=b""),
        lambda claims: replace(claims, cnf=b"\x18\x00"),
        lambda claims: replace(claims, cnf=b"\xff"),
        lambda claims: replace(claims, cnf=encode({1: bytes(400)})),
    ],
)
def test_claims_that_would_not_read_back_are_not_signed(change: Callable[[Claims], Claims]) -> None:
    with pytest.raises(TicketError):
        sign(change(CLAIMS), KID, ISSUER)


@pytest.mark.parametrize("kid", ["", "26", "2607ff", "26G7", "AB07", "２６０７"])
def test_a_key_id_of_another_form_does_not_sign(kid: str) -> None:
    with pytest.raises(TicketError, match="key id"):
        sign(CLAIMS, kid, ISSUER)


def test_a_key_on_another_curve_does_not_sign() -> None:
    with pytest.raises(TicketError, match="P-256"):
        sign(CLAIMS, KID, ec.generate_private_key(ec.SECP384R1()))


FULLEST = replace(
    CLAIMS,
    park=2**16 - 1,
    product=2**32 - 1,
    party=Party(adults=2**16 - 1, children=2**16 - 1, preferential=2**16 - 1, preschool=2**16 - 1, other=2**16 - 1),
    entries=2**16 - 1,
    gates=tuple(range(1, 33)),
    flags=0xFF,
    language="en",
)


@pytest.mark.parametrize(
    "claims, version",
    [
        pytest.param(CLAIMS, 8, id="the vector"),
        pytest.param(FULLEST, 9, id="every field at its longest"),
        pytest.param(replace(FULLEST, cnf=encode({1: {1: 1, -1: 6, -2: bytes(32)}})), 12, id="with a phone's key"),
    ],
)
def test_a_ticket_fits_the_size_that_a_phone_shows_well(claims: Claims, version: int) -> None:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(QRData(sign(claims, KID, ISSUER), mode=2))  # alphanumeric
    assert code.best_fit() <= version
