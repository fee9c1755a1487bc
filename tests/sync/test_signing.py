from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.signing import (
    Audience,
    Freshness,
    SignatureError,
    SignatureKind,
    key_id,
    keys_by_id,
    new_nonce,
    public_half,
    sign_body,
    sign_request,
    verify_body,
    verify_request,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = keys_by_id([public_half(KEY)])
BODY = b'{"park":7}'


def signed(
    target: str = "/v1/devices/17/entries?a=1", body: bytes | None = BODY, method: str = "POST", **more: Any
) -> dict[str, str]:
    return sign_request(KEY, name="17", method=method, target=target, body=body, created=1_783_148_400, **more)


def public_key_of(name: str) -> bytes | None:
    return public_half(KEY) if name == "17" else None


def test_a_body_is_verified_under_the_key_that_signed_it() -> None:
    header = sign_body(SignatureKind.MANIFEST, KEY, BODY)
    assert header.split()[0] == key_id(public_half(KEY))
    assert verify_body(SignatureKind.MANIFEST, KEYS, header, BODY) == key_id(public_half(KEY))


def test_a_signature_of_one_kind_never_stands_for_another() -> None:
    header = sign_body(SignatureKind.MANIFEST, KEY, BODY)
    with pytest.raises(SignatureError, match="does not fit"):
        verify_body(SignatureKind.CHANGES, KEYS, header, BODY)


@pytest.mark.parametrize("place", range(len(BODY)))
def test_one_changed_byte_anywhere_breaks_the_signature(place: int) -> None:
    header = sign_body(SignatureKind.CHANGES, KEY, BODY)
    changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    with pytest.raises(SignatureError):
        verify_body(SignatureKind.CHANGES, KEYS, header, changed)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "deadbeef",
        key_id(public_half(KEY)),
        key_id(public_half(KEY)) + " 00",
        key_id(public_half(KEY)) + " " + "zz" * 64,
        sign_body(SignatureKind.CHANGES, OTHER, BODY),
        sign_body(SignatureKind.CHANGES, KEY, BODY).upper(),
        key_id(public_half(KEY)) + " " + sign_body(SignatureKind.CHANGES, OTHER, BODY).split()[1],
    ],
)
def test_a_header_that_is_no_signature_of_a_believed_key_is_refused(header: str | None) -> None:
    with pytest.raises(SignatureError):
        verify_body(SignatureKind.CHANGES, KEYS, header, BODY)


def test_a_request_is_known_by_the_device_that_signed_it() -> None:
    headers = {name.lower(): value for name, value in signed().items()}
    found = verify_request(
        public_key_of, method="POST", target="/v1/devices/17/entries?a=1", headers=headers, body=BODY
    )
    assert (found.key_id, found.created, found.freshness) == ("17", 1_783_148_400, Freshness.TIME)
    assert found.nonce != new_nonce()


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "PUT"},
        {"target": "/v1/devices/18/entries?a=1"},
        {"target": "/v1/devices/17/entries?a=2"},
        {"target": "/v1/devices/17/entries"},
        {"body": b'{"park":8}'},
        {"body": b""},
        {"headers": {}},
        {"headers": {**signed(), "Content-Digest": "sha-256=:AAAA:"}},
        {"headers": {**signed(), "Signature-Input": signed()["Signature-Input"].replace('"17"', '"18"')}},
        {"headers": {**signed(), "Signature-Input": signed()["Signature-Input"].replace("created=1", "created=2")}},
        {"headers": signed(freshness=Freshness.NONCE) | {"Signature-Input": signed()["Signature-Input"]}},
        {"headers": signed(audience=Audience.LANE)},
        {"headers": signed(nonce="short")},
        {"headers": {**signed(), "Signature-Input": signed()["Signature-Input"] + ";expires=1999999999"}},
        {"headers": {n: v.replace("qaqpa=", "other=") for n, v in signed().items()}},
        {"audience": Audience.LANE},
    ],
)
def test_a_request_with_one_thing_changed_is_nobodys(changes: dict[str, object]) -> None:
    given = {"method": "POST", "target": "/v1/devices/17/entries?a=1", "headers": signed(), "body": BODY, **changes}
    with pytest.raises(SignatureError):
        verify_request(public_key_of, **given)  # type: ignore[arg-type]


def test_a_signature_that_leaves_the_query_or_the_body_out_is_refused() -> None:
    without_query = signed(target="/v1/devices/17/entries")
    with pytest.raises(SignatureError):
        verify_request(
            public_key_of, method="POST", target="/v1/devices/17/entries?a=1", headers=without_query, body=BODY
        )
    without_body = signed(body=None)
    with pytest.raises(SignatureError):
        verify_request(
            public_key_of, method="POST", target="/v1/devices/17/entries?a=1", headers=without_body, body=BODY
        )


def test_a_request_from_a_kiosk_with_a_dead_clock_still_verifies() -> None:
    headers = sign_request(
        KEY, name="17", method="GET", target="/v1/x", body=None, created=0, nonce="n" * 43, freshness=Freshness.NONCE
    )
    found = verify_request(public_key_of, method="GET", target="/v1/x", headers=headers, body=b"")
    assert (found.created, found.nonce, found.freshness) == (0, "n" * 43, Freshness.NONCE)


def test_a_query_that_was_not_there_when_it_was_signed_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify_request(public_key_of, method="GET", target="/v1/x?a=1", headers=signed("/v1/x", None, "GET"), body=b"")
