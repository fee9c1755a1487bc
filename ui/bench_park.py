"""A made-up park of any size for measurements: random tickets as an issuer makes them, and the rows a registry tells.

Identities are random, as in life: consecutive numbers would fill a tree's pages in an order that no park ever has. The
rows come in the order in which the registry's own snapshot builder reads them.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from itertools import islice
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.codes import CODE_LETTERS, typed_code
from kiosk.rules.permit import Party, Permit, PermitStatus, permit_id
from kiosk.rules.ticket import CTI_BYTES, ED25519, Claims, sign

PARK, GATE, PRODUCT = 7, 1, 1
DAY_SECONDS = 86_400
SEALED_BYTES, WORDS, WORD_BYTES = 120, 6, 8
_KID = "2607"
_PARTIES = (Party(adults=1), Party(adults=2), Party(adults=2, children=1), Party(adults=2, children=2, preschool=1))


class BenchPark:
    """One issuer's key, one product, and as many tickets for today as are asked for."""

    def __init__(self, now: int) -> None:
        self._now = now
        self._issuer, self._online = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()

    @property
    def online(self) -> Ed25519PrivateKey:
        """The key under which pages of changes are signed."""
        return self._online

    def set_bytes(self) -> bytes:
        """The park's set, as much of it as a scan needs."""
        names = {"kk": "Bench", "ru": "Bench", "en": "Bench"}
        online = self._online.public_key().public_bytes_raw()
        key: dict[str, Any] = {
            "kid": _KID,
            "alg": ED25519,
            "public_key": self._issuer.public_key().public_bytes_raw().hex(),
        }
        key |= {"sign_not_before": self._now - 30 * DAY_SECONDS, "sign_expires": self._now + 30 * DAY_SECONDS}
        key |= {"verify_until": self._now + 60 * DAY_SECONDS, "longest_validity_seconds": 40 * DAY_SECONDS}
        content = {
            "schema": 1,
            "park": PARK,
            "version": 1,
            "signed_at": self._now - 60,
            "names": names,
            "gates": [{"gate": GATE, "names": names, "lanes": [{"lane": 1, "direction": "both"}]}],
            "keys": [key | {"parks": [], "products": [], "status": "active", "listed": []}],
            "online_keys": [{"kid": hashlib.sha256(online).hexdigest()[:8], "public_key": online.hex()}],
            "products": [{"product": PRODUCT, "names": names, "kind": "day"}],
            "policy": {},
            "closures": [],
            "staff": [],
            "parks": {},
        }
        return json.dumps(content).encode()

    def permit(self, cti: bytes) -> Permit:
        """The row of a ticket of this identity."""
        claims = self._claims(cti)
        return Permit(
            id=permit_id(cti),
            code=typed_code(cti),
            product=claims.product,
            nbf=claims.nbf,
            exp=claims.exp,
            party=claims.party,
            entries=claims.entries,
            gates=None,
            status=PermitStatus.ACTIVE,
        )

    def ticket(self, cti: bytes) -> str:
        """The text in the QR code of this identity."""
        return sign(self._claims(cti), _KID, self._issuer)

    def rows(self, ctis: Iterator[bytes]) -> Iterator[list[object]]:
        """The rows of these tickets, sorted by code as the registry's database gives them."""
        for cti in _by_code(ctis):
            yield self.permit(cti).row()

    def personal_rows(self, count: int) -> Iterator[list[object]]:
        """Rows with a plate, a phone and a name beside them: of the length that these have, and as random."""
        for row in self.rows(random_ctis(count)):
            words = sorted({os.urandom(WORD_BYTES).hex() for _ in range(WORDS)})
            yield [*row[:10], " ".join(words), os.urandom(SEALED_BYTES).hex()]

    def _claims(self, cti: bytes) -> Claims:
        begins = self._now - self._now % DAY_SECONDS - DAY_SECONDS
        return Claims(
            cti=cti,
            park=PARK,
            product=PRODUCT,
            party=_PARTIES[cti[0] % len(_PARTIES)],
            entries=1,
            iat=begins,
            nbf=begins,
            exp=begins + 3 * DAY_SECONDS,
        )


def random_ctis(count: int) -> Iterator[bytes]:
    """As many random identities."""
    block = 4096
    for done in range(0, count, block):
        pool = os.urandom(CTI_BYTES * min(block, count - done))
        yield from (pool[at : at + CTI_BYTES] for at in range(0, len(pool), CTI_BYTES))


def _by_code(ctis: Iterator[bytes]) -> Iterator[bytes]:
    """The same identities in the order of their codes; by first letters, because millions of objects fill a memory."""
    width = CODE_LETTERS + CTI_BYTES
    heaps: dict[str, bytearray] = {}
    for cti in ctis:
        code = typed_code(cti)
        heaps.setdefault(code[:2], bytearray()).extend(code.encode() + cti)
    for first in sorted(heaps):
        heap = bytes(heaps.pop(first))
        yield from (item[CODE_LETTERS:] for item in sorted(heap[at : at + width] for at in range(0, len(heap), width)))


def delta_rows(park: BenchPark, known: list[bytes], count: int) -> Iterator[list[object]]:
    """Changes as a season brings them: of twenty, sixteen new permits, three changed ones and one that is gone."""
    old = iter(known)
    for place, cti in enumerate(random_ctis(count)):
        turn = place % 20
        before = next(old, None) if turn >= 16 else None
        if before is None:
            yield park.permit(cti).row()
        elif turn == 19:
            gone = park.permit(before)
            yield ["x", gone.id.hex(), gone.code]
        else:
            changed = park.permit(before).row()
            changed[7] = 2
            yield changed


def in_pages(rows: Iterator[list[object]], size: int) -> Iterator[list[list[object]]]:
    """The rows in pages of at most this size."""
    while page := list(islice(rows, size)):
        yield page
