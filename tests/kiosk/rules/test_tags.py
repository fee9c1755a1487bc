"""Tags of plates and documents: made once at the registry, compared at a gate by the same few lines."""

import hmac
import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.personal import lookup_key_id, lookup_key_of
from kiosk.rules.tags import (
    DRAWS,
    Season,
    TagState,
    holder_state,
    holder_tag,
    plate_state,
    plate_tag,
    season_key_of,
    season_of,
    spot_draw,
)
from tests.support.tickets import CLAIMS

VECTOR = json.loads((Path(__file__).parents[2] / "data" / "vectors" / "tags.json").read_text(encoding="utf-8"))
KEY = bytes.fromhex(VECTOR["season_key"])
CTI = bytes.fromhex(VECTOR["cti"])
PLATE, DOCUMENT = VECTOR["plate"], VECTOR["document"]
TAGGED = replace(CLAIMS, plate_tag=plate_tag(CTI, PLATE, KEY), holder_tag=holder_tag(CTI, DOCUMENT, KEY))
BARE = replace(CLAIMS, plate_tag=None, holder_tag=None)


def test_the_published_vector_holds() -> None:
    assert lookup_key_of(bytes.fromhex(VECTOR["pepper"])) == KEY
    assert lookup_key_id(KEY) == VECTOR["season_key_id"]
    for plate in (PLATE, VECTOR["plate_form"]):
        assert plate_tag(CTI, plate, KEY) == bytes.fromhex(VECTOR["plate_tag"])
    for document in (DOCUMENT, VECTOR["document_form"]):
        assert holder_tag(CTI, document, KEY) == bytes.fromhex(VECTOR["holder_tag"])
    assert {str(day): spot_draw(CTI, day, KEY) for day in (20636, 20637, 20638)} == VECTOR["draws"]


def test_the_vector_is_what_its_page_says() -> None:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"qaqpa tag 1").derive(KEY)
    assert key.hex() == VECTOR["tag_key"]
    assert hmac.digest(key, b"plate" + CTI + b"123ABC01", "sha256")[:3].hex() == VECTOR["plate_tag"]
    assert hmac.digest(key, b"holder" + CTI + b"N4840217", "sha256")[:2].hex() == VECTOR["holder_tag"]


def test_a_tag_is_of_its_kind_its_ticket_and_its_season() -> None:
    tag = plate_tag(CTI, PLATE, KEY)
    assert tag is not None
    assert holder_tag(CTI, PLATE, KEY) != tag[:2]
    assert plate_tag(bytes(16), PLATE, KEY) != tag
    assert plate_tag(CTI, PLATE, bytes(32)) != tag


@pytest.mark.parametrize("nothing", ["", " - ", "\u00ad"])
def test_of_nothing_there_is_no_tag(nothing: str) -> None:
    assert plate_tag(CTI, nothing, KEY) is None
    assert holder_tag(CTI, nothing, KEY) is None


@pytest.mark.parametrize(
    "seen, key, state",
    [
        (None, KEY, TagState.OPEN),
        (" - ", KEY, TagState.OPEN),
        (PLATE, KEY, TagState.MATCHES),
        ("123 ABD 01", KEY, TagState.DIFFERS),
        (None, None, None),
        (" - ", None, None),
        (PLATE, None, TagState.NOT_COMPARABLE),
    ],
)
def test_what_was_seen_matches_differs_or_cannot_be_compared(
    seen: str | None, key: bytes | None, state: TagState | None
) -> None:
    assert plate_state(TAGGED, seen, key) is state
    document = DOCUMENT if seen == PLATE else seen
    assert holder_state(TAGGED, document, key) is state


def test_a_ticket_without_a_tag_says_nothing_and_contradicts_nothing() -> None:
    for key in (KEY, None):
        assert plate_state(BARE, None, key) is None
        assert holder_state(BARE, None, key) is None
        assert plate_state(BARE, PLATE, key) is TagState.NOT_COMPARABLE
        assert holder_state(BARE, DOCUMENT, key) is TagState.NOT_COMPARABLE


@given(st.text())
def test_whatever_is_typed_gives_a_state(seen: str) -> None:
    assert plate_state(TAGGED, seen, KEY) in set(TagState)


def test_half_a_character_is_no_sign_that_is_compared() -> None:
    tag = plate_tag(CTI, "А\ud800", KEY)
    assert plate_state(replace(BARE, plate_tag=tag), "a", KEY) is TagState.MATCHES


def test_a_draw_is_evenly_spread_and_the_same_all_day() -> None:
    draws = [spot_draw(number.to_bytes(16, "big"), 20638, KEY) for number in range(4000)]
    assert min(draws) == 0
    assert max(draws) == DRAWS - 1
    assert 320 <= sum(draw < 10 for draw in draws) <= 480
    assert spot_draw(CTI, -1, KEY) in range(DRAWS)


SEASONS = (Season(id="a", since=0), Season(id="b", since=1000), Season(id="c", since=2000))


@pytest.mark.parametrize(
    "issued_at, season", [(0, "a"), (999, "a"), (1000, "b"), (1999, "b"), (2000, "c"), (9999, "c")]
)
def test_a_ticket_goes_by_the_key_it_was_signed_under_to_the_second(issued_at: int, season: str) -> None:
    assert season_of(issued_at, SEASONS) == season
    keys = {"a": b"A", "c": b"C"}
    assert season_key_of(issued_at, SEASONS, keys) == keys.get(season)


def test_a_ticket_older_than_the_seasons_of_the_set_cannot_be_compared() -> None:
    assert season_of(1999, SEASONS[2:]) is None
    assert season_key_of(1999, SEASONS[2:], {"c": b"C"}) is None
    assert season_of(1, ()) is None
