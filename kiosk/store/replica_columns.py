"""How values stand in the columns of a replica: small numbers for what repeats in ten million rows, words elsewhere.

Reading trusts nothing: a value that no program of ours wrote is a DamagedError.
"""

import json
from collections.abc import Sequence
from typing import Any

from kiosk.rules.codes import code_of_number
from kiosk.rules.entries import Use
from kiosk.rules.permit import CATEGORIES, LARGEST_GATE, Party, Permit, PermitStatus
from kiosk.rules.revocation import Revocation, RevocationAction
from kiosk.rules.words import Direction
from kiosk.store.driver import DamagedError
from kiosk.store.rows import WORD_BYTES

# the place in this tuple is the number in the file
_STATUSES = (PermitStatus.ACTIVE, PermitStatus.REVOKED)
_PARTY_BITS = 7  # of each category, where all counts fit; a larger party is a text


def permit_of(row: Sequence[Any]) -> Permit:
    """The permit of a row: code, id, product, nbf, exp, party, entries, gates, status, words, sealed."""
    try:
        return Permit(
            id=row[1],
            code=code_of_number(row[0]),
            product=row[2],
            nbf=row[3],
            exp=row[4],
            party=_unpacked(row[5]),
            entries=row[6],
            gates=gates_of(row[7]),
            status=_STATUSES[row[8]],
            search=(row[9] or b"").hex(" ", WORD_BYTES),
            sealed=row[10] or b"",
        )
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise DamagedError(f"a permit of the replica cannot be read ({error})") from error


def use_of(row: Sequence[Any]) -> Use:
    """The use of a row: entry id, entry number, party, gate, lane, direction, time."""
    try:
        return Use(
            entry_id=row[0],
            entry_number=row[1],
            party=party_of_text(row[2]),
            gate=row[3],
            lane=row[4],
            direction=Direction(row[5]),
            at=row[6],
        )
    except (TypeError, ValueError) as error:
        raise DamagedError(f"a use of the replica cannot be read ({error})") from error


def revocation_of(row: Sequence[Any]) -> Revocation:
    """The revocation of a row: seq, cti8, action, effective, expires."""
    try:
        return Revocation(seq=row[0], cti8=row[1], action=RevocationAction(row[2]), effective=row[3], expires=row[4])
    except ValueError as error:
        raise DamagedError(f"a revocation of the replica cannot be read ({error})") from error


def party_text(party: Party) -> str:
    """The counts as a JSON array, zeros at the end left out."""
    return json.dumps(party.trimmed(), separators=(",", ":"))


def party_of_text(text: str) -> Party:
    """The party that such an array names."""
    return Party.of(json.loads(text))


def packed_party(party: Party) -> int | str:
    """Seven bits a category, adults lowest: a byte or two for most; as a text where a count is beyond that."""
    packed = 0
    for count in reversed(party.counts()):
        if count >> _PARTY_BITS:
            return party_text(party)
        packed = packed << _PARTY_BITS | count
    return packed


def _unpacked(value: int | str) -> Party:
    if isinstance(value, str):
        return party_of_text(value)
    if value >> _PARTY_BITS * len(CATEGORIES):  # of a negative number too
        raise ValueError(f"{value} is no party")
    return Party.of(value >> _PARTY_BITS * place & (1 << _PARTY_BITS) - 1 for place in range(len(CATEGORIES)))


def gate_bits(gates: tuple[int, ...] | None) -> int | None:
    """Gate 1 is the lowest bit; None stands for all gates."""
    return None if gates is None else sum(1 << (gate - 1) for gate in gates)


def gates_of(bits: int | None) -> tuple[int, ...] | None:
    """The gates of these bits."""
    return None if bits is None else tuple(gate for gate in range(1, LARGEST_GATE + 1) if bits >> (gate - 1) & 1)


def status_number(status: PermitStatus) -> int:
    """The status as a number, which in a row costs nothing."""
    return _STATUSES.index(status)


def words_of(permit: Permit) -> list[bytes]:
    """The keyed hashes that a permit is found by."""
    return [bytes.fromhex(word) for word in permit.search.split()]


def word_number(word: bytes) -> int:
    """A keyed hash as SQLite's INTEGER of eight bytes."""
    return int.from_bytes(word, "big", signed=True)
