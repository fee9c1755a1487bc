"""An independent issuer agrees: what a general COSE library signs opens here, and what is signed here it verifies.

The library is python-cwt, which knows both algorithms (-19 and -9), as a process in the peers' environment. Its COSE
layer signs; its CWT layer, which would put the key id into the unprotected header, only verifies.
"""

import json
import random
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from kiosk.rules.base45_text import decode
from kiosk.rules.keyring import IssuerKey, Rejected, Ticket
from kiosk.rules.ticket import ED25519, ESP256, PREFIX, Claims, claims_of, sign
from kiosk.rules.words import Reason
from tests.support.forging import P256, P256_KID, P256_ORDER, PrivateKey, halves, joined, ring
from tests.support.shell import ROOT
from tests.support.tickets import CLAIMS, ISSUER, KEY, KID, TEXT, p256_key, vector_parts, written
from ui.bench_shapes import shapes

PEER = ROOT / ".venv-peers" / "bin" / "python"
RING = ring()
SIGNERS: dict[str, tuple[IssuerKey, PrivateKey]] = {
    "ed25519": (KEY, ISSUER),
    "esp256": (p256_key(P256, P256_KID), P256),
}


class Peer:
    """The other program, asked a line at a time."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, do: str, **order: Any) -> Any:
        """Its answer to one order."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def sign(self, entry: IssuerKey, private: PrivateKey, claims: object) -> str:
        """The text of a ticket that the peer signs."""
        order = {"kid": entry.kid, "alg": entry.alg, "public": entry.public_key.hex(), "private": secret(private).hex()}
        return written(bytes.fromhex(self.ask("sign", **order, claims=plain(claims))))

    def read(self, entry: IssuerKey, text: str) -> Any:
        """What the peer finds in a ticket."""
        order = {"kid": entry.kid, "alg": entry.alg, "public": entry.public_key.hex()}
        return self.ask("read", **order, ticket=decode(text[len(PREFIX) :]).hex())


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    assert PEER.exists(), "make install-dev makes the peers' environment"
    command = [PEER, ROOT / "tests" / "support" / "peer_cwt.py"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Peer(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def secret(private: PrivateKey) -> bytes:
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.private_bytes_raw()
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private.private_numbers().private_value.to_bytes(32, "big")


def plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {"map": [[plain(key), plain(item)] for key, item in value.items()]}
    return [plain(item) for item in value] if isinstance(value, list) else value


def map_of(claims: Claims) -> dict[int, Any]:
    """The claims as the published form lays them out, written a second time from the page and not from the code."""
    right: dict[int, Any] = {1: claims.park, 2: claims.product, 3: list(claims.party.counts()), 4: claims.entries}
    while right[3][-1] == 0:
        del right[3][-1]
    if claims.plate_tag is not None:
        right[5] = claims.plate_tag
    if claims.holder_tag is not None:
        right[6] = claims.holder_tag
    if claims.gates is not None:
        right[7] = sum(2 ** (gate - 1) for gate in claims.gates)
    flags = claims.flags + {None: 0, "kk": 256, "ru": 512, "en": 768}[claims.language]
    if flags:
        right[8] = flags
    payload: dict[int, Any] = {4: claims.exp, 5: claims.nbf, 6: claims.iat, 7: claims.cti}
    if claims.cnf is not None:
        payload[8] = cbor2.loads(claims.cnf)
    return payload | {-65537: right}


def chosen(count: int) -> list[Claims]:
    every = [claims for longest in (False, True) for claims in shapes(longest=longest)]
    return every if count >= len(every) else random.Random(9052).sample(every, count)


@pytest.mark.parametrize("kind", SIGNERS)
def test_tickets_of_every_shape_agree_with_an_independent_issuer(
    kind: str, peer: Peer, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    entry, private = SIGNERS[kind]
    picked = chosen(size(400, 10**6))
    for claims in picked:
        text, ours = peer.sign(entry, private, map_of(claims)), sign(claims, entry.kid, private)
        theirs = RING.open(text)
        assert isinstance(theirs, Ticket)
        assert theirs.claims == claims
        assert text == ours or kind == "esp256"  # which draws a number for each signature
        found = peer.read(entry, ours)
        assert found == {
            "protected": plain({1: entry.alg, 4: bytes.fromhex(entry.kid)}),
            "unprotected": plain({}),
            "claims": plain(map_of(claims)),
        }
    figure(f"{len(picked):,} shapes signed there and opened here, and the other way")


def test_the_independent_issuer_signs_the_published_vector_to_the_letter(peer: Peer) -> None:
    assert peer.sign(KEY, ISSUER, map_of(CLAIMS)) == TEXT
    assert peer.read(KEY, TEXT)["claims"] == plain(map_of(CLAIMS))


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize("later", [{9: 1}, {9: b"new", 24: "later", 70000: [1, {2: 3}]}])
def test_later_fields_of_an_independent_issuer_are_ignored(kind: str, later: dict[int, Any], peer: Peer) -> None:
    entry, private = SIGNERS[kind]
    payload = map_of(CLAIMS)
    payload[-65537] |= later
    theirs = RING.open(peer.sign(entry, private, payload))
    assert isinstance(theirs, Ticket)
    assert theirs.claims == CLAIMS


@pytest.mark.parametrize("kind", SIGNERS)
def test_both_refuse_what_one_of_them_did_not_sign(kind: str, peer: Peer) -> None:
    entry, private = SIGNERS[kind]
    other = next(iter(value for name, value in SIGNERS.items() if name != kind))
    text = sign(replace(CLAIMS, entries=1), entry.kid, private)
    spoilt = text[:-4] + ("0" if text[-4] != "0" else "1") + text[-3:]
    assert "refused" in peer.read(entry, spoilt)
    assert isinstance(RING.open(spoilt), Rejected)
    assert "refused" in peer.read(other[0], text)


def test_both_take_the_second_signature_of_a_p256_ticket(peer: Peer) -> None:
    entry, private = SIGNERS["esp256"]
    outer_text = sign(CLAIMS, entry.kid, private)
    data = decode(outer_text[len(PREFIX) :])
    r, s = halves(data[-64:])
    second = written(data[:-64] + joined(r, P256_ORDER - s))
    theirs = RING.open(second)
    assert isinstance(theirs, Ticket)
    assert theirs.claims.cti == CLAIMS.cti
    assert peer.read(entry, second)["claims"] == plain(map_of(CLAIMS))


def test_the_peer_takes_what_a_gate_must_not_so_it_verifies_nothing_there(peer: Peer) -> None:
    """A header without an algorithm, signed by the listed key: why cwt is a witness and no reader at a gate."""
    outer = vector_parts()
    protected = cbor2.dumps({4: bytes.fromhex(KID)})
    signature = ISSUER.sign(cbor2.dumps(["Signature1", protected, b"", outer.payload]))
    text = written(cbor2.dumps([protected, {}, outer.payload, signature]))
    assert "claims" in peer.read(KEY, text)
    answer = RING.open(text)
    assert isinstance(answer, Rejected)
    assert answer.reason is Reason.MALFORMED


def test_the_two_algorithms_are_the_fully_specified_ones() -> None:
    assert (ED25519, ESP256) == (-19, -9)
    assert claims_of(vector_parts().payload) == CLAIMS
