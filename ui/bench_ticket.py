"""What a verify costs of a processor, part by part, beside a bare Ed25519 verification and an independent reader.

A bare verification of the same run is the limit: nothing that believes a signature can be faster. It is done between
any two tickets, so that both see the same machine. Every text is another one, and nothing of it is known before.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import qrcode
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from qrcode.util import QRData

from kiosk.errors import EnvironmentalError
from kiosk.rules import base45_text
from kiosk.rules.keyring import IssuerKey, Keyring, Ticket, key_objection
from kiosk.rules.ticket import (
    CTI_BYTES,
    ED25519,
    ESP256,
    PREFIX,
    SIGNATURE_BYTES,
    Claims,
    SignedTicket,
    claims_of,
    read,
    sign,
)
from ui.bench_shapes import EXP, IAT, NBF, shapes

_PEER = Path(__file__).with_name("bench_peer_cwt.py")
_DAY_SECONDS = 86_400
_WARM = 200
_HALF = SIGNATURE_BYTES // 2

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey
Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Issuer:
    """A key that signs the tickets of one kind of a run."""

    kid: str
    alg: int
    private: PrivateKey

    @property
    def public(self) -> bytes:
        """The key as a key list carries it."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.public_key().public_bytes_raw()
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def entry(self) -> IssuerKey:
        """Its entry in the key list, believed for everything."""
        return IssuerKey(
            kid=self.kid,
            alg=self.alg,
            public_key=self.public,
            sign_not_before=IAT,
            sign_expires=IAT + _DAY_SECONDS,
            verify_until=EXP + _DAY_SECONDS,
            parks=frozenset(),
            products=frozenset(),
            longest_validity_seconds=366 * _DAY_SECONDS,
        )


@dataclass(slots=True)
class CpuTimes:
    """What each of many repetitions took of a processor, in nanoseconds."""

    taken: list[int] = field(default_factory=list)

    def add(self, work: Callable[[], object]) -> None:
        """Do this once and keep what it took."""
        begun = time.thread_time_ns()
        work()
        self.taken.append(time.thread_time_ns() - begun)

    @property
    def p50(self) -> float:
        """The median, in microseconds."""
        return statistics.median(self.taken) / 1000

    def report(self) -> dict[str, float]:
        """Median, p99 and the longest, in microseconds."""
        ordered = sorted(self.taken)
        named = {"p50_us": self.p50, "p99_us": ordered[len(ordered) * 99 // 100] / 1000, "max_us": ordered[-1] / 1000}
        return {name: round(value, 1) for name, value in named.items()}


class TicketBench:
    """One run over this many tickets of each kind of key; `tell` hears where it is."""

    def __init__(self, tickets: int, peer: Path | None, tell: Tell) -> None:
        self._tickets, self._peer, self._tell = tickets, peer, tell
        self._issuers = {
            "ed25519": Issuer(kid="2607", alg=ED25519, private=ed25519.Ed25519PrivateKey.generate()),
            "esp256": Issuer(kid="0256", alg=ESP256, private=ec.generate_private_key(ec.SECP256R1())),
        }
        self._ring = Keyring.from_keys(issuer.entry for issuer in self._issuers.values())

    def run(self) -> dict[str, Any]:
        """Every figure of the run."""
        figures: dict[str, Any] = {"tickets": self._tickets}
        for name, issuer in self._issuers.items():
            for kind, phone_signed in ((name, False), (f"{name}_phone_signed", True)):
                self._tell(f"signing and verifying {self._tickets:,} tickets: {kind}")
                texts = [sign(claims, issuer.kid, issuer.private) for claims in self._claims(phone_signed=phone_signed)]
                figures[kind] = self._measure(issuer, texts)
                figures[kind]["cwt"] = self._measure_peer(issuer, texts)
        figures["qr_versions"] = qr_versions(self._issuers["ed25519"])
        return figures

    def _claims(self, *, phone_signed: bool) -> list[Claims]:
        every = [claims for claims in shapes() if (claims.cnf is not None) is phone_signed]
        step = max(1, len(every) // self._tickets)  # the whole width of the shapes, however few are asked for
        return [replace(claims, cti=os.urandom(CTI_BYTES)) for claims in islice(cycle(every[::step]), self._tickets)]

    def _measure(self, issuer: Issuer, texts: Sequence[str]) -> dict[str, Any]:
        whole, limit, nothing = CpuTimes(), CpuTimes(), CpuTimes()
        names = ("base45", "outer", "signature", "payload", "key")
        parts = {name: CpuTimes() for name in names}
        bare, verify, ring, entry = self._limit(), _verifier(issuer), self._ring, issuer.entry

        def whole_verify(text: str) -> None:
            opened = ring.open(text)
            assert isinstance(opened, Ticket)
            assert key_objection(opened.key, opened.claims, NBF) is None

        for text in texts[:_WARM]:
            whole_verify(text)
            bare()
        for text in texts:
            whole.add(lambda text=text: whole_verify(text))  # type: ignore[misc]
            limit.add(bare)
            nothing.add(_nothing)
        for text in texts:
            outer, letters = read(text), text[len(PREFIX) :]
            assert isinstance(outer, SignedTicket)
            claims = claims_of(outer.payload)
            assert isinstance(claims, Claims)
            parts["base45"].add(lambda letters=letters: base45_text.decode(letters))  # type: ignore[misc]
            parts["outer"].add(lambda text=text: read(text))  # type: ignore[misc]
            parts["signature"].add(lambda outer=outer: verify(outer.signature, outer.signed))  # type: ignore[misc]
            parts["payload"].add(lambda outer=outer: claims_of(outer.payload))  # type: ignore[misc]
            parts["key"].add(lambda claims=claims: key_objection(entry, claims, NBF))  # type: ignore[misc]
        of_parts = {name: times.p50 - nothing.p50 for name, times in parts.items()}
        of_parts["outer"] -= of_parts["base45"]  # read() begins with it
        return {
            "whole": whole.report(),
            "bare_ed25519": limit.report(),
            "clock_p50_us": round(nothing.p50, 2),
            "to_bare": round(_to_neighbour(whole, limit), 2),
            "parts_p50_us": {name: round(value, 1) for name, value in of_parts.items()},
        }

    def _limit(self) -> Callable[[], None]:
        """One bare Ed25519 verification of a ticket's own length."""
        private = self._issuers["ed25519"].private
        outer = read(sign(next(shapes()), self._issuers["ed25519"].kid, private))
        assert isinstance(private, ed25519.Ed25519PrivateKey)
        assert isinstance(outer, SignedTicket)
        public, signature, signed = private.public_key(), outer.signature, outer.signed
        return lambda: public.verify(signature, signed)

    def _measure_peer(self, issuer: Issuer, texts: Sequence[str]) -> dict[str, Any] | None:
        if self._peer is None:
            return None
        asked = {
            "alg": issuer.alg,
            "kid": issuer.kid,
            "public_key": issuer.public.hex(),
            "tickets": [base45_text.decode(text[len(PREFIX) :]).hex() for text in texts],
        }
        command: list[str | Path] = [self._peer, _PEER]
        ended = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
        if ended.returncode:
            raise EnvironmentalError(f"cwt could not be measured: {ended.stderr.strip().splitlines()[-1:]}")
        answer: dict[str, Any] = json.loads(ended.stdout)
        return answer


def _to_neighbour(whole: CpuTimes, limit: CpuTimes) -> float:
    """The median of each one's multiple of its neighbour: a machine that changes its speed changes both."""
    return statistics.median(one / other for one, other in zip(whole.taken, limit.taken, strict=True))


def _nothing() -> None:
    """What is measured here is the clock."""


def _verifier(issuer: Issuer) -> Callable[[bytes, bytes], None]:
    """A bare verification with the kind of key that the tickets have."""
    if isinstance(issuer.private, ed25519.Ed25519PrivateKey):
        return issuer.private.public_key().verify
    key = issuer.private.public_key()

    def verify(signature: bytes, signed: bytes) -> None:
        r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))

    return verify


def qr_versions(issuer: Issuer) -> dict[str, dict[str, int]]:
    """How many shapes, short and at their longest, need which version of a QR code at level M."""
    found: dict[str, Counter[int]] = {"alone": Counter(), "phone_signed": Counter()}
    for longest in (False, True):
        for claims in shapes(longest=longest):
            text = sign(claims, issuer.kid, issuer.private)
            found["alone" if claims.cnf is None else "phone_signed"][_qr_version(len(text))] += 1
    return {name: {str(version): counted[version] for version in sorted(counted)} for name, counted in found.items()}


@cache
def _qr_version(letters: int) -> int:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(QRData("0" * letters, mode=2))  # alphanumeric
    version: int = code.best_fit()
    return version
