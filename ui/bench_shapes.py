"""Every shape a ticket can have: each field there or not, short or at its longest, in every combination."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import product

from kiosk.rules.closed_cbor import encode
from kiosk.rules.permit import CATEGORIES, LARGEST_GATE, Party
from kiosk.rules.ticket import CTI_BYTES, LANGUAGES, LARGEST_COUNT, Claims, Flag

PARK = 7
NBF, EXP = 1_782_864_000, 1_783_123_200
IAT = NBF - 600
_GATES = (None, (1,), tuple(range(1, LARGEST_GATE + 1)))
_FLAGS = (0, Flag.TRAINING | Flag.GUIDE_REQUIRED, 0xFF, 1 << 12)  # none, known, every critical one, one of no weight
_TAGS = ((None, None), (b"\x37\x18\x8f", None), (None, b"\x7e\xa7"), (b"\x37\x18\x8f", b"\x7e\xa7"))
_CONFIRMATIONS = (  # of RFC 8747: a phone's key as a COSE_Key, Ed25519 or P-256
    None,
    encode({1: {1: 1, -1: 6, -2: bytes(range(32))}}),
    encode({1: {1: 2, -1: 1, -2: bytes(range(32)), -3: bytes(range(32))}}),
)
_ENTRIES = (0, 1, 3)


def shapes(*, longest: bool = False) -> Iterator[Claims]:
    """The claims of each shape, every one with an identity of its own."""
    dimensions = product(
        range(1, len(CATEGORIES) + 1), _ENTRIES, _GATES, _FLAGS, (None, *LANGUAGES), _TAGS, _CONFIRMATIONS
    )
    for place, (categories, entries, gates, flags, language, tags, cnf) in enumerate(dimensions):
        yield Claims(
            cti=hashlib.sha256(place.to_bytes(4, "big")).digest()[:CTI_BYTES],
            park=2**16 - 1 if longest else PARK,
            product=2**32 - 1 if longest else 12,
            party=Party.of([LARGEST_COUNT if longest else 2] * categories),
            entries=LARGEST_COUNT if longest and entries else entries,
            iat=IAT,
            nbf=NBF,
            exp=EXP,
            gates=gates,
            flags=flags,
            language=language,
            plate_tag=tags[0],
            holder_tag=tags[1],
            cnf=cnf,
        )
