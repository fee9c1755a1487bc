import json
from dataclasses import replace

import base45
import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.keyring import (
    IssuerKey,
    KeyDetail,
    Keyring,
    KeyringError,
    KeyStatus,
    Rejected,
    Ticket,
    key_objection,
)
from kiosk.rules.ticket import LARGEST_NUMBER, SIGNATURE_BYTES, Fault, SignedTicket, read, sign
from kiosk.rules.words import Reason
from tests.support.tickets import (
    CLAIMS,
    ISSUER,
    KEY,
    KID,
    TEXT,
    Outer,
    header,
    p256_key,
    payload_map,
    signed_text,
    vector_parts,
)

RING = Keyring.from_keys([KEY])
P256 = ec.derive_private_key(0x5EED, ec.SECP256R1())
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# All encodings of the eight points of low order, as published with libsodium's ge25519_has_small_order.
LOW_ORDER = (
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
)
NOT_CANONICAL = (
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0100000000000000000000000000000000000000000000000000000000000080",
)


def test_the_published_vector_opens() -> None:
    outer = read(TEXT)
    assert isinstance(outer, SignedTicket)
    assert RING.open(TEXT) == Ticket(claims=CLAIMS, key=KEY, signature=outer.signature)


def test_every_flip_of_a_single_bit_is_refused() -> None:
    data = base45.b45decode(TEXT[4:])
    for place in range(len(data) * 8):
        spoilt = bytearray(data)
        spoilt[place // 8] ^= 1 << place % 8
        assert isinstance(RING.open("KP1:" + base45.b45encode(bytes(spoilt)).decode()), Rejected), place


def test_every_flip_of_a_bit_in_the_text_is_refused() -> None:
    for place in range(len(TEXT) * 7):
        spoilt = bytearray(TEXT.encode("ascii"))
        spoilt[place // 7] ^= 1 << place % 7
        assert isinstance(RING.open(spoilt.decode("ascii")), Rejected), place


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_a_part_of_a_ticket_is_refused(start: int, end: int) -> None:
    if (start, end) != (0, len(TEXT)):
        assert isinstance(RING.open(TEXT[start:end]), Rejected)


def test_an_unknown_key_id_is_not_called_a_forgery() -> None:
    answer = Keyring.from_keys([replace(KEY, kid="0001")]).open(TEXT)
    assert answer == Rejected(reason=Reason.UNKNOWN_KEY, detail="kid", kid=KID)
    assert Keyring.from_keys([]).open(TEXT) == answer


def test_a_signature_of_another_key_is_a_forgery() -> None:
    thief = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32))
    answer = RING.open(sign(CLAIMS, KID, thief))
    assert answer == Rejected(reason=Reason.FORGED, detail="signature", kid=KID)


def test_a_signature_over_other_claims_is_a_forgery() -> None:
    outer = vector_parts()
    others = cbor2.dumps(payload_map(right_4=0), canonical=True)
    answer = RING.open(Outer(protected=header(), payload=others, signature=outer.signature).text())
    assert answer == Rejected(reason=Reason.FORGED, detail="signature", kid=KID)


@pytest.mark.parametrize("algorithm", [-8, -9, -7, 0, 5])
def test_the_algorithm_comes_from_the_list_even_if_the_signature_would_hold(algorithm: int) -> None:
    answer = RING.open(signed_text(vector_parts().payload, header(algorithm)))
    assert answer == Rejected(reason=Reason.FORGED, detail="algorithm", kid=KID)


def test_a_well_signed_payload_that_breaks_the_form_is_malformed() -> None:
    text = signed_text(cbor2.dumps(payload_map(right_3=[]), canonical=True))
    assert RING.open(text) == Rejected(reason=Reason.MALFORMED, detail=Fault.PAYLOAD_VALUE, kid=KID)
    assert RING.open(signed_text(b"\xff")) == Rejected(reason=Reason.MALFORMED, detail=Fault.CBOR, kid=KID)


@pytest.mark.parametrize(
    "text, reason, detail",
    [
        ("WIFI:S:park;;", Reason.NOT_A_TICKET, Fault.WIFI),
        (TEXT + "\n", Reason.MALFORMED, Fault.BASE45),
        (None, Reason.NOT_A_TICKET, Fault.OTHER),
    ],
)
def test_what_cannot_be_read_is_rejected_with_the_reader_s_words(text: object, reason: Reason, detail: Fault) -> None:
    assert RING.open(text) == Rejected(reason=reason, detail=detail)


def test_both_signatures_of_a_p256_ticket_open_the_same_identity() -> None:
    ring = Keyring.from_keys([p256_key(P256)])
    text = sign(CLAIMS, "0256", P256)
    outer = read(text)
    assert isinstance(outer, SignedTicket)
    half = SIGNATURE_BYTES // 2
    r, s = outer.signature[:half], int.from_bytes(outer.signature[half:], "big")
    mirrored = r + (P256_ORDER - s).to_bytes(half, "big")
    second = Outer(protected=header(-9, b"\2\x56"), payload=outer.payload, signature=mirrored).text()
    assert second != text
    for each in (text, second):
        answer = ring.open(each)
        assert isinstance(answer, Ticket)
        assert answer.claims == CLAIMS


@pytest.mark.parametrize("r, s", [(0, 0), (0, 1), (1, 0), (P256_ORDER, 1), (1, P256_ORDER), (2**256 - 1, 2**256 - 1)])
def test_a_p256_signature_out_of_range_is_a_forgery(r: int, s: int) -> None:
    ring = Keyring.from_keys([p256_key(P256)])
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    text = Outer(protected=header(-9, b"\2\x56"), payload=vector_parts().payload, signature=signature).text()
    assert ring.open(text) == Rejected(reason=Reason.FORGED, detail="signature", kid="0256")


def test_a_p256_signature_in_der_is_not_taken() -> None:
    outer = vector_parts()
    der = P256.sign(outer.signed, ec.ECDSA(SHA256()))
    assert utils.decode_dss_signature(der)
    text = Outer(protected=header(-9, b"\2\x56"), payload=outer.payload, signature=der).text()
    assert Keyring.from_keys([p256_key(P256)]).open(text) == Rejected(reason=Reason.MALFORMED, detail=Fault.OUTER)


def test_the_library_itself_takes_a_forgery_under_a_low_order_key() -> None:
    """Why the list is checked: R the base point and S one hold for every message under the identity point."""
    identity = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(LOW_ORDER[0]))
    identity.verify(b"\x58" + b"\x66" * 31 + b"\1" + bytes(31), b"whatever anybody likes")


@pytest.mark.parametrize("point", LOW_ORDER + NOT_CANONICAL)
def test_one_weak_ed25519_point_refuses_the_whole_list(point: str) -> None:
    weak = replace(KEY, kid="0bad", public_key=bytes.fromhex(point))
    with pytest.raises(KeyringError, match="point") as caught:
        Keyring.from_keys([KEY, weak])
    assert caught.value.path == "keys[1].public_key"


def test_an_ed25519_key_that_is_no_point_of_the_curve_is_refused() -> None:
    with pytest.raises(KeyringError, match="on the Ed25519 curve"):
        Keyring.from_keys([replace(KEY, public_key=(2).to_bytes(32, "little"))])


@given(st.binary(min_size=32, max_size=32))
def test_every_honest_ed25519_key_is_taken(seed: bytes) -> None:
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert len(Keyring.from_keys([replace(KEY, public_key=public)])) == 1


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(P256.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint), id="compressed"),
        pytest.param(b"\4" + bytes(64), id="the origin"),
        pytest.param(b"\0", id="the point at infinity"),
        pytest.param(p256_key(P256).public_key[:-1] + bytes([p256_key(P256).public_key[-1] ^ 1]), id="off the curve"),
        pytest.param(b"\6" + p256_key(P256).public_key[1:], id="hybrid"),
        pytest.param(KEY.public_key, id="an Ed25519 key"),
    ],
)
def test_one_weak_p256_point_refuses_the_whole_list(point: bytes) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.from_keys([KEY, replace(p256_key(P256), public_key=point)])
    assert caught.value.path == "keys[1].public_key"


def test_a_list_with_a_key_id_twice_is_refused() -> None:
    with pytest.raises(KeyringError, match="each key id once") as caught:
        Keyring.from_keys([KEY, replace(p256_key(P256), kid=KID)])
    assert caught.value.path == "keys[1].kid"


@pytest.mark.parametrize("algorithm", [0, -8, -7, 19])
def test_a_list_with_an_unknown_algorithm_is_refused(algorithm: int) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.from_keys([replace(KEY, alg=algorithm)])
    assert caught.value.path == "keys[0].alg"


def test_a_list_travels_as_json_and_comes_back_the_same() -> None:
    keys = [replace(KEY, listed=frozenset({CLAIMS.cti}), status=KeyStatus.LISTED_ONLY), p256_key(P256)]
    travelled = json.loads(json.dumps([key.as_json() for key in keys]))
    travelled[0]["from a newer registry"] = 1
    assert list(Keyring.from_json(travelled)) == keys
    assert Keyring.from_json(travelled).get(KID) == keys[0]
    assert Keyring.from_json(travelled).get("ffff") is None


def test_a_list_without_an_allow_list_reads_as_an_empty_one() -> None:
    entry = KEY.as_json()
    del entry["listed"]
    assert IssuerKey.from_json(entry) == KEY


@pytest.mark.parametrize("field", [name for name in KEY.as_json() if name != "listed"])
def test_a_key_without_one_of_its_fields_is_refused_by_name(field: str) -> None:
    entry = KEY.as_json()
    del entry[field]
    with pytest.raises(KeyringError) as caught:
        Keyring.from_json([entry])
    assert caught.value.path == f"keys[0].{field}"


@pytest.mark.parametrize(
    "field, value, path",
    [
        ("kid", "26", "kid"),
        ("kid", 2607, "kid"),
        ("kid", "26 07", "kid"),
        ("alg", "-19", "alg"),
        ("alg", True, "alg"),
        ("public_key", "zz", "public_key"),
        ("public_key", "00" * 31, "public_key"),
        ("public_key", None, "public_key"),
        ("sign_not_before", -1, "sign_not_before"),
        ("sign_expires", 1.5, "sign_expires"),
        ("verify_until", "tomorrow", "verify_until"),
        ("parks", None, "parks"),
        ("parks", 7, "parks"),
        ("parks", [7, "8"], "parks[1]"),
        ("products", [True], "products[0]"),
        ("longest_validity_seconds", None, "longest_validity_seconds"),
        ("status", "sleeping", "status"),
        ("status", ["active"], "status"),
        ("status", None, "status"),
        ("listed", ["00"], "listed[0]"),
        ("listed", {}, "listed"),
    ],
)
def test_a_wrong_field_refuses_the_list_and_is_named_by_its_path(field: str, value: object, path: str) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.from_json([p256_key(P256).as_json(), KEY.as_json() | {field: value}])
    assert caught.value.path == f"keys[1].{path}"
    assert caught.value.path in str(caught.value)


@pytest.mark.parametrize("value, path", [({}, "keys"), (None, "keys"), ("keys", "keys"), ([7], "keys[0]")])
def test_what_is_no_list_of_keys_is_refused(value: object, path: str) -> None:
    with pytest.raises(KeyringError) as caught:
        Keyring.from_json(value)
    assert caught.value.path == path


NOW = CLAIMS.nbf + 60


def test_a_good_key_has_no_objection() -> None:
    assert key_objection(KEY, CLAIMS, NOW) is None
    assert key_objection(replace(KEY, parks=frozenset(), products=frozenset()), CLAIMS, NOW) is None
    assert key_objection(replace(KEY, status=KeyStatus.VERIFY_ONLY), CLAIMS, NOW) is None


@pytest.mark.parametrize(
    "key, reason, detail",
    [
        (replace(KEY, status=KeyStatus.REVOKED), Reason.KEY_NOT_VALID, KeyDetail.REVOKED),
        (replace(KEY, status=KeyStatus.LISTED_ONLY), Reason.NOT_LISTED, KeyDetail.NOT_LISTED),
        (replace(KEY, sign_not_before=CLAIMS.iat + 1), Reason.KEY_NOT_VALID, KeyDetail.SIGNED_OUTSIDE_WINDOW),
        (replace(KEY, sign_expires=CLAIMS.iat), Reason.KEY_NOT_VALID, KeyDetail.SIGNED_OUTSIDE_WINDOW),
        (replace(KEY, verify_until=NOW), Reason.KEY_NOT_VALID, KeyDetail.PAST_VERIFY_UNTIL),
        (replace(KEY, parks=frozenset({8})), Reason.KEY_NOT_VALID, KeyDetail.PARK),
        (replace(KEY, products=frozenset({13})), Reason.KEY_NOT_VALID, KeyDetail.PRODUCT),
        (replace(KEY, longest_validity_seconds=CLAIMS.exp - CLAIMS.nbf - 1), Reason.TOO_LONG, KeyDetail.TOO_LONG),
    ],
)
def test_a_key_objects_to_what_it_may_not_sign(key: IssuerKey, reason: Reason, detail: KeyDetail) -> None:
    assert key_objection(key, CLAIMS, NOW) == (reason, detail)


@pytest.mark.parametrize(
    "key",
    [
        replace(KEY, sign_not_before=CLAIMS.iat),
        replace(KEY, sign_expires=CLAIMS.iat + 1),
        replace(KEY, verify_until=NOW + 1),
        replace(KEY, longest_validity_seconds=CLAIMS.exp - CLAIMS.nbf),
        replace(KEY, status=KeyStatus.LISTED_ONLY, listed=frozenset({CLAIMS.cti})),
    ],
)
def test_a_key_does_not_object_at_the_edge_of_what_it_may_sign(key: IssuerKey) -> None:
    assert key_objection(key, CLAIMS, NOW) is None


@pytest.mark.parametrize("status", [KeyStatus.ACTIVE, KeyStatus.VERIFY_ONLY, KeyStatus.LISTED_ONLY])
@pytest.mark.parametrize(
    "iat, now, detail",
    [
        (KEY.sign_not_before - 1, NOW, KeyDetail.SIGNED_OUTSIDE_WINDOW),
        (KEY.sign_not_before, NOW, None),
        (KEY.sign_expires - 1, NOW, None),
        (KEY.sign_expires, NOW, KeyDetail.SIGNED_OUTSIDE_WINDOW),
        (CLAIMS.iat, KEY.verify_until - 1, None),
        (CLAIMS.iat, KEY.verify_until, KeyDetail.PAST_VERIFY_UNTIL),
    ],
)
def test_each_status_keeps_the_key_s_times_to_the_second(
    status: KeyStatus, iat: int, now: int, detail: KeyDetail | None
) -> None:
    key = replace(KEY, status=status, listed=frozenset({CLAIMS.cti}))
    objection = key_objection(key, replace(CLAIMS, iat=iat), now)
    assert objection == (None if detail is None else (Reason.KEY_NOT_VALID, detail))
    unlisted = key_objection(replace(key, listed=frozenset()), replace(CLAIMS, iat=iat), now)
    is_listed_only = status is KeyStatus.LISTED_ONLY
    assert unlisted == ((Reason.NOT_LISTED, KeyDetail.NOT_LISTED) if is_listed_only else objection)
    revoked = key_objection(replace(key, status=KeyStatus.REVOKED), replace(CLAIMS, iat=iat), now)
    assert revoked == (Reason.KEY_NOT_VALID, KeyDetail.REVOKED)


def test_the_first_objection_wins() -> None:
    worst = replace(
        KEY,
        status=KeyStatus.REVOKED,
        sign_expires=0,
        verify_until=0,
        parks=frozenset({8}),
        products=frozenset({13}),
        longest_validity_seconds=0,
    )
    cures = (
        (KeyDetail.REVOKED, {"status": KeyStatus.LISTED_ONLY}),
        (KeyDetail.NOT_LISTED, {"status": KeyStatus.ACTIVE}),
        (KeyDetail.SIGNED_OUTSIDE_WINDOW, {"sign_expires": KEY.sign_expires}),
        (KeyDetail.PAST_VERIFY_UNTIL, {"verify_until": KEY.verify_until}),
        (KeyDetail.PARK, {"parks": KEY.parks}),
        (KeyDetail.PRODUCT, {"products": KEY.products}),
        (KeyDetail.TOO_LONG, {"longest_validity_seconds": KEY.longest_validity_seconds}),
    )
    for detail, cure in cures:
        objection = key_objection(worst, CLAIMS, NOW)
        assert objection is not None
        assert objection[1] is detail
        worst = replace(worst, **cure)
    assert key_objection(worst, CLAIMS, NOW) is None


@given(st.text())
def test_whatever_is_opened_gives_a_value(text: str) -> None:
    assert isinstance(RING.open(text), Ticket | Rejected)


def test_the_vector_s_seed_is_the_private_half_of_its_key() -> None:
    assert ISSUER.public_key().public_bytes_raw() == KEY.public_key


# ---- what a refused list says, word for word: whoever signs a set finds the field by it ----------------------------

LONG = "x" * 58  # 60 signs with its quotation marks, the most that is shown whole
UNCOMPRESSED = "expected an uncompressed P-256 point of 65 bytes in 'keys[0].public_key'"
STATUSES = "expected one of active, verify-only, listed-only, revoked"
REFUSED_AS: tuple[tuple[object, str], ...] = (
    ({"kid": 7}, "expected hexadecimal text of 2 bytes, got 7 in 'keys[0].kid'"),
    ({"kid": "zz"}, "expected hexadecimal text of 2 bytes, got 'zz' in 'keys[0].kid'"),
    ({"alg": "x"}, "expected an algorithm number, got 'x' in 'keys[0].alg'"),
    ({"alg": 19}, "expected an algorithm this kiosk knows, got 19 in 'keys[0].alg'"),
    ({"public_key": None}, "expected hexadecimal text, got None in 'keys[0].public_key'"),
    ({"public_key": "zz"}, "expected hexadecimal text, got 'zz' in 'keys[0].public_key'"),
    ({"public_key": "00" * 31}, "expected an Ed25519 key of 32 bytes, got 31 in 'keys[0].public_key'"),
    ({"public_key": "ff" * 31 + "7f"}, "expected a canonical Ed25519 point in 'keys[0].public_key'"),
    ({"public_key": LOW_ORDER[0]}, "expected an Ed25519 point that is not of low order in 'keys[0].public_key'"),
    ({"public_key": "02" + "00" * 31}, "expected a point on the Ed25519 curve in 'keys[0].public_key'"),
    ({"alg": -9}, UNCOMPRESSED),
    ({"alg": -9, "public_key": "04" + "00" * 65}, UNCOMPRESSED),
    ({"alg": -9, "public_key": "05" + "00" * 64}, UNCOMPRESSED),
    ({"alg": -9, "public_key": "04" + "00" * 64}, "expected a point on the curve P-256 in 'keys[0].public_key'"),
    ({"sign_expires": -1}, "expected a whole number, zero or more, got -1 in 'keys[0].sign_expires'"),
    ({"parks": 7}, "expected a list, got 7 in 'keys[0].parks'"),
    ({"status": LONG}, f"{STATUSES}, got '{LONG}' in 'keys[0].status'"),
    ({"status": LONG + "y"}, f"{STATUSES}, got '{LONG[:56]}... in 'keys[0].status'"),
    (7, "expected a key, an object, got 7 in 'keys[0]'"),
)  # fmt: skip


@pytest.mark.parametrize("change, said", REFUSED_AS)
def test_a_refused_list_says_what_was_expected_what_came_and_where(change: object, said: str) -> None:
    key = KEY.as_json() | change if isinstance(change, dict) else change
    with pytest.raises(KeyringError) as caught:
        Keyring.from_json([key])
    assert str(caught.value) == said
    assert caught.value.path in said


def test_a_list_says_its_own_path_where_it_stands_in_a_larger_document() -> None:
    missing = KEY.as_json()
    del missing["alg"]
    for value, said in (
        (missing, "expected a value, got none in 'set.keys[0].alg'"),
        (KEY.as_json() | {"alg": 19}, "expected an algorithm this kiosk knows, got 19 in 'set.keys[0].alg'"),
    ):
        with pytest.raises(KeyringError) as caught:
            Keyring.from_json([value], "set.keys")
        assert str(caught.value) == said
    with pytest.raises(KeyringError) as caught:
        IssuerKey.from_json(None)
    assert caught.value.path == "key"


@pytest.mark.parametrize("figure", [0, 1, LARGEST_NUMBER - 1, LARGEST_NUMBER])
def test_a_figure_is_taken_from_zero_to_what_every_reader_holds_exactly(figure: int) -> None:
    assert IssuerKey.from_json(KEY.as_json() | {"verify_until": figure}).verify_until == figure
    with pytest.raises(KeyringError):
        IssuerKey.from_json(KEY.as_json() | {"verify_until": LARGEST_NUMBER + 1})
