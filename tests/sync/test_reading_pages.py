"""A page of changes is read in slices, so that a scan need not wait; what it says is the same as read at once."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol import MOST_ROWS, SLICE_ROWS, ChangesPage, MessageError, read, read_page, write

DATA = (Path(__file__).parents[2] / "tests" / "data" / "protocol" / "changes.json").read_bytes()
PAGE = read(ChangesPage, DATA)


def outcome(how: Callable[[], ChangesPage]) -> ChangesPage | None:
    try:
        return how()
    except MessageError:
        return None


def same(data: bytes) -> ChangesPage | None:
    """What both ways of reading say, which is the same."""
    page = outcome(lambda: read_page(data, lambda: None))
    assert page == outcome(lambda: read(ChangesPage, data))
    return page


cells = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 2**53), st.sampled_from(["p", "ä", '"', "]", "\\"]), st.floats()
)
rows = st.lists(st.lists(st.one_of(cells, st.lists(cells, max_size=3)), max_size=5), max_size=2 * SLICE_ROWS + 1)


@given(rows, st.sampled_from([None, 1, "\t"]))
def test_any_page_reads_the_same_in_slices(changes: list[list[Any]], indent: int | str | None) -> None:
    same(json.dumps(json.loads(DATA) | {"rows": changes}, indent=indent).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{", b"{}", b"null", b"\xff", b'{"rows": [[1]', b'{"rows": [[1],]}', b'{"rows": [,[1]]}', b"{,}",
        DATA + b"x", DATA + DATA, DATA[:-2] + b",}", DATA.replace(b"{", b'{"park": 7,', 1), b"\xef\xbb\xbf" + DATA,
        DATA.replace(b'"rows"', b'"rows": [], "rows"'), DATA.replace(b'"rows"', b'7: 1, "rows"'),
        DATA.replace(b'"rows"', b'"tows"'), b" \n" + DATA + b"\r\n ", DATA.replace(b'"park": 7', b'"park": 7.0'),
        DATA.replace(b'"park": 7', b'"park": NaN'), DATA.replace(b'"park": 7', b'"park": 1e999'),
        DATA.replace(b'"rows": [', b'"rows": ["x",'), DATA.replace(b'"rows": [', b'"rows": [[],'), b"[" * 100_000,
    ],
)  # fmt: skip
def test_a_strange_text_is_refused_or_taken_alike(data: bytes) -> None:
    same(data)


def test_a_page_with_one_sign_changed_is_refused_or_taken_alike(
    size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    draw, taken, texts = random.Random(5), 0, size(400, 100_000)
    for _ in range(texts):
        data = bytearray(DATA)
        data[draw.randrange(len(data))] = draw.choice(b'{}[]:,"\\0-e. \nx')
        taken += same(bytes(data)) is not None
    figure(f"{texts} pages with one sign changed: {taken} still are pages, none read in two ways")


def test_there_is_a_pause_every_few_rows() -> None:
    pauses: list[int] = []
    page = replace(PAGE, rows=[["q", number] for number in range(MOST_ROWS)])
    assert read_page(write(page), lambda: pauses.append(1)) == page
    assert len(pauses) == 2 * MOST_ROWS // SLICE_ROWS


def test_a_page_of_too_many_rows_is_refused() -> None:
    with pytest.raises(MessageError, match=f"at most {MOST_ROWS} rows"):
        read_page(write(replace(PAGE, rows=[["q"]] * (MOST_ROWS + 1))), lambda: None)
