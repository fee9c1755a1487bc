"""The tags of a ticket: a few keyed bytes of its plate and of its holder's document, by which a person checks the two.

A tag is no identity: 3 or 2 bytes agree by chance once in 16 million or 65,536. It is made with a key of the season
that devices hold outside their data folder, and neither a tag nor what it is made of enters the core of an entry.
"""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.rules.personal import plate_form
from kiosk.rules.ticket import HOLDER_TAG_BYTES, PLATE_TAG_BYTES, Claims

_TAG_DOMAIN = b"qaqpa tag 1"
_DRAW_DOMAIN = b"qaqpa spot check"
DRAWS = 100


class Tag(StrEnum):
    """What a ticket may bear a tag of."""

    PLATE = "plate"
    HOLDER = "holder"


class TagState(StrEnum):
    """What is known of one tag at a scan; of a tag that nobody gave a value for and no key is held of, nothing."""

    OPEN = "open"
    """The ticket bears it and it could be compared, but nobody said what they saw."""
    MATCHES = "matches"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not_comparable"
    """A value was given, but the ticket bears no such tag, or the key of its season is not here."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Season:
    """One key of the season in the park's set: tickets signed from then on, up to the next one, bear tags of it."""

    id: str
    since: int


def plate_tag(cti: bytes, plate: str, season_key: bytes) -> bytes | None:
    """The tag of a plate on the ticket of this identity; None where nothing of it is left to compare."""
    return _tag(Tag.PLATE, cti, plate, season_key, PLATE_TAG_BYTES)


def holder_tag(cti: bytes, document: str, season_key: bytes) -> bytes | None:
    """The tag of a document's number on the ticket of this identity; None where nothing of it is left to compare."""
    return _tag(Tag.HOLDER, cti, document, season_key, HOLDER_TAG_BYTES)


def plate_state(claims: Claims, plate: str | None, season_key: bytes | None) -> TagState | None:
    """What this gate knows of the plate's tag, given the plate that was seen."""
    given = bool(plate and plate_form(plate))
    made = plate_tag(claims.cti, plate, season_key) if plate and season_key else None
    return _state(claims.plate_tag, given, season_key, made)


def holder_state(claims: Claims, document: str | None, season_key: bytes | None) -> TagState | None:
    """What this gate knows of the holder's tag, given the document that was shown."""
    given = bool(document and plate_form(document))
    made = holder_tag(claims.cti, document, season_key) if document and season_key else None
    return _state(claims.holder_tag, given, season_key, made)


def spot_draw(cti: bytes, local_day: int, season_key: bytes) -> int:
    """A number below 100, the same for a ticket all day and known to nobody without the key: a new try is no escape."""
    message = _DRAW_DOMAIN + cti + local_day.to_bytes(8, "big", signed=True)
    # 2**64 is so much more than 100 that no number comes noticeably more often
    return int.from_bytes(hmac.digest(_tag_key(season_key), message, "sha256")[:8], "big") % DRAWS


def season_of(issued_at: int, seasons: Sequence[Season]) -> str | None:
    """The id of the key in force when a ticket was signed; None where the set does not reach back so far."""
    return next((season.id for season in reversed(seasons) if season.since <= issued_at), None)


def season_key_of(issued_at: int, seasons: Sequence[Season], held: Mapping[str, bytes]) -> bytes | None:
    """The key for the tags of a ticket signed then, if this device holds it."""
    return held.get(season_of(issued_at, seasons) or "")


def _tag(kind: Tag, cti: bytes, value: str, season_key: bytes, length: int) -> bytes | None:
    # documents go by letters, digits and look-alikes, like plates, as they do when a permit is looked up
    form = next(iter(plate_form(value)), "")
    message = kind.value.encode() + cti + form.encode()
    return hmac.digest(_tag_key(season_key), message, "sha256")[:length] if form else None


def _tag_key(season_key: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_TAG_DOMAIN).derive(season_key)


def _state(borne: bytes | None, given: bool, season_key: bytes | None, made: bytes | None) -> TagState | None:
    if given and (borne is None or season_key is None):
        return TagState.NOT_COMPARABLE
    if borne is None or season_key is None:
        return None
    if not given:
        return TagState.OPEN
    return TagState.MATCHES if made == borne else TagState.DIFFERS
