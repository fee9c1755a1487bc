"""The audit finds whatever was done to a stored entry by somebody who has the keys and the file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import Private
from kiosk.store import driver
from kiosk.store.home import Home
from kiosk.store.journal import Head, Journal
from tests.support.memory import DEVICE, POLICY, START, admitted, enrolled_home, moment, refused

ENTRIES = 6
COLUMNS = ("at", "clock", "kind", "outcome", "reason", "permit", "text_hash", "core", "private_hash", "hash")
TRIGGERS = ("entry_never_changes", "entry_never_goes", "entry_leaves_no_gap", "sealed_never_changes")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A sound journal of six entries and its opening, whose triggers somebody removed."""
    home = enrolled_home(tmp_path_factory.mktemp("audit"))
    journal = Journal.open(home, DEVICE)
    for number in range(ENTRIES):
        body = admitted(number) if number % 2 else refused(bytes([number] * 8))
        with journal.writing():
            journal.append(body, moment(START + number), POLICY, Private(plate=f"{number}"))
    for trigger in TRIGGERS:
        journal._database.execute(f"DROP TRIGGER {trigger}")
    journal.close()
    return home


@pytest.fixture(scope="module")
def copy(written: Home) -> Iterator[Journal]:
    """That journal with its foreign keys off, to be damaged inside a transaction that is taken back."""
    journal = Journal.open(written, DEVICE)
    journal._database.execute("PRAGMA foreign_keys = OFF")
    yield journal
    journal.close()


def faults_after(journal: Journal, *statements: tuple[str, tuple[Any, ...]]) -> list[str]:
    """What the audit says after these statements; the file is as before afterwards."""
    head = journal.head()
    journal._database.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            journal._database.execute(*statement)
        return journal.verify([head])
    finally:
        journal._database.execute("ROLLBACK")


def changed(value: int | str | bytes, place: int, bits: int) -> int | str | bytes:
    """The value with one of its bytes changed."""
    if isinstance(value, int):
        return value ^ bits
    data = bytearray(value.encode() if isinstance(value, str) else value)
    data[place % len(data)] ^= bits & 0x7F or 1
    return data.decode("latin-1") if isinstance(value, str) else bytes(data)


def test_a_journal_that_nobody_touched_is_sound(copy: Journal) -> None:
    assert faults_after(copy) == []


@given(
    n=st.integers(1, ENTRIES + 1),
    column=st.sampled_from(COLUMNS),
    place=st.integers(0, 400),
    bits=st.integers(1, 127),
)
def test_any_changed_byte_of_a_stored_entry_is_found(copy: Journal, n: int, column: str, place: int, bits: int) -> None:
    (value,) = copy._database.execute(f"SELECT {column} FROM entry WHERE n = ?", (n,)).fetchone()
    blank: str | bytes = b"12345678" if column in ("permit", "text_hash") else "x"
    new = blank if value is None else changed(value, place, bits)
    assert faults_after(copy, (f"UPDATE entry SET {column} = ? WHERE n = ?", (new, n)))


@given(n=st.integers(2, ENTRIES + 1), place=st.integers(0, 400), bits=st.integers(1, 127))
def test_any_changed_byte_of_a_private_part_is_found(copy: Journal, n: int, place: int, bits: int) -> None:
    (value,) = copy._database.execute("SELECT sealed FROM sealed WHERE n = ?", (n,)).fetchone()
    assert faults_after(copy, ("UPDATE sealed SET sealed = ? WHERE n = ?", (changed(value, place, bits), n)))


def test_a_private_part_under_the_key_of_another_is_found(copy: Journal) -> None:
    slots = "UPDATE sealed SET slot = (SELECT slot FROM sealed WHERE n = 3) WHERE n = 2"
    assert faults_after(copy, (slots, ())) != []


def test_a_chain_cut_short_is_found_by_its_signed_head_and_by_the_mark(written: Home, copy: Journal) -> None:
    cut = [("DELETE FROM sealed WHERE n = ?", (ENTRIES + 1,)), ("DELETE FROM entry WHERE n = ?", (ENTRIES + 1,))]
    faults = faults_after(copy, *cut)
    assert any("its signed head is n = 7" in fault for fault in faults)
    assert any("was seen elsewhere and is not here" in fault for fault in faults)


def test_a_head_that_somebody_else_signed_is_found(copy: Journal) -> None:
    (signature,) = copy._database.execute("SELECT signature FROM head").fetchone()
    (fault,) = faults_after(copy, ("UPDATE head SET signature = ?", (changed(signature, 9, 4),)))
    assert "not signed by this device" in fault


@given(n=st.integers(1, ENTRIES + 1))
def test_any_deleted_entry_is_found(copy: Journal, n: int) -> None:
    assert faults_after(copy, ("DELETE FROM entry WHERE n = ?", (n,)))


@given(n=st.integers(1, ENTRIES + 1))
def test_a_deleted_tail_is_found_against_a_head_that_was_seen_elsewhere(copy: Journal, n: int) -> None:
    gone = [("DELETE FROM entry WHERE n >= ?", (n,)), ("DELETE FROM sealed WHERE n >= ?", (n,))]
    assert faults_after(copy, *gone) != []


@given(pair=st.lists(st.integers(1, ENTRIES + 1), min_size=2, max_size=2, unique=True))
def test_two_swapped_entries_are_found(copy: Journal, pair: list[int]) -> None:
    first, second = pair
    moves = [(99, first), (first, second), (second, 99)]
    swap = [("UPDATE entry SET n = ? WHERE n = ?", move) for move in moves]
    assert faults_after(copy, *swap)
    assert faults_after(copy, *swap, *(("UPDATE sealed SET n = ? WHERE n = ?", move) for move in moves))


def test_a_rewritten_end_is_found_against_a_head_that_was_seen_elsewhere(copy: Journal) -> None:
    other = Head(chain=1, n=ENTRIES, hash=bytes(32))
    (fault,) = copy.verify([other])
    assert "not the entry that was seen elsewhere" in fault


def test_a_private_part_without_an_entry_is_found(copy: Journal) -> None:
    stray = ("INSERT INTO sealed VALUES (?, 1, 99, 1, ?)", (DEVICE, b""))
    (fault,) = faults_after(copy, stray)
    assert "without its entry" in fault


def test_a_fault_names_the_entry_and_what_is_wrong_with_it(copy: Journal) -> None:
    entry_id = copy.keys_after(1, 2, 1)[0]
    faults = faults_after(copy, ("UPDATE entry SET outcome = 'referred' WHERE n = 3", ()))
    assert faults == [f"{entry_id}: its columns differ from its core"]


def test_a_file_with_damaged_pages_is_reported_and_not_believed(written: Home, tmp_path: Path) -> None:
    journal = Journal.open(written, DEVICE)
    journal.close()  # everything is in the main file now
    home = Home(tmp_path / "data")
    shutil.copytree(written.path, home.path)
    shutil.copytree(written.keys, home.keys)
    data = bytearray(home.journal_file.read_bytes())
    for place in range(5000, len(data), 4096):
        data[place] ^= 1
    home.journal_file.write_bytes(data)
    try:
        damaged = Journal.open(home, DEVICE, readonly=True)
    except driver.DamagedError:
        return
    assert any("damaged" in fault for fault in damaged.verify())
    damaged.close()
