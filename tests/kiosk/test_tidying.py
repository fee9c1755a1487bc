"""What a kiosk lets go and when: nothing too early, nothing that somebody may still need, and counts as they were."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.facts import Scan
from kiosk.rules.entries import Entry, Private, TrustBody
from kiosk.rules.moment import Moment
from kiosk.rules.permit import permit_id
from kiosk.rules.statistics import By, CountRow, count
from kiosk.rules.words import ActKind, ClockTrust, Direction, EntryKind, Outcome, Source
from tests.support.gate import Gate, gate
from tests.support.park import NOON

DAY = 86_400


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "data") as made:
        yield made


def scan(here: Gate, serial: int = 1, private: Private | None = None, **changes: Any) -> Entry:
    entry = here.checkpoint.scan(Scan(text=here.park.ticket(serial, **changes), source=Source.CAMERA), private=private)
    assert isinstance(entry, Entry)
    return entry


def confirm(here: Gate) -> None:
    """The registry holds everything, and said so now."""
    here.deliveries.pending(500)
    here.deliveries.witness(here.journal.head())
    here.deliveries._database.execute("DELETE FROM queued")
    here.deliveries.contacted(here.clock.at)


def tidy_all(here: Gate) -> int:
    total = 0
    while gone := here.checkpoint.tidy():
        total += gone.entries
    return total


def test_entries_go_a_month_after_the_registry_confirmed_them_and_the_chain_still_holds(here: Gate) -> None:
    old = [scan(here, serial, Private(plate="A")) for serial in range(5)]
    confirm(here)
    here.clock.at += 10 * DAY
    recent = scan(here, 9, iat=here.clock.at, nbf=here.clock.at, exp=here.clock.at + DAY)
    confirm(here)
    assert here.journal.whole_since() is None
    here.clock.at = NOON + 29 * DAY
    assert tidy_all(here) == 0
    here.clock.at = NOON + 31 * DAY
    assert tidy_all(here) > 10
    assert [here.journal.get(entry.id) for entry in old] == [None] * 5
    assert here.journal.get(recent.id) == recent
    assert here.journal.private_keys() == []
    assert here.journal.verify() == []
    assert here.journal.whole_since() == recent.at
    assert scan(here, 10, iat=here.clock.at, nbf=here.clock.at, exp=here.clock.at + DAY).key.n > recent.key.n
    assert here.journal.verify([here.journal.head()]) == []


def test_entries_that_the_registry_has_not_confirmed_are_kept_for_ever(here: Gate) -> None:
    entry = scan(here)
    here.clock.at += 400 * DAY
    assert tidy_all(here) == 0
    assert here.journal.get(entry.id) == entry


def test_private_parts_go_after_their_days_even_where_their_entries_wait_for_the_registry(here: Gate) -> None:
    entry = scan(here, 1, Private(plate="A"))
    here.clock.at += 29 * DAY
    recent = scan(here, 2, Private(plate="B"), iat=here.clock.at, nbf=here.clock.at, exp=here.clock.at + DAY)
    assert not here.checkpoint.tidy()
    here.clock.at = NOON + 30 * DAY + 1
    assert here.checkpoint.tidy().private_parts == 1
    assert not here.checkpoint.tidy()
    assert here.journal.get(entry.id) == replace(entry, private=None)
    assert here.journal.get(recent.id) == recent
    assert [wire.key for wire in here.deliveries.pending(500)] == here.journal.keys_after(0, 0, 500)
    assert here.journal.verify() == []


def test_an_entry_that_still_waits_keeps_all_that_follow_it(here: Gate) -> None:
    scan(here)
    here.deliveries.pending(500)
    here.deliveries.witness(here.journal.head())
    here.deliveries.contacted(here.clock.at)
    here.clock.at += 31 * DAY
    assert tidy_all(here) == 0


def test_the_version_that_was_believed_outlives_the_entry_that_said_so(here: Gate) -> None:
    scan(here)
    confirm(here)
    here.clock.at += 31 * DAY
    assert tidy_all(here)
    believed = here.journal.newest(EntryKind.TRUST)
    assert believed is not None
    assert believed.body == TrustBody(park=7, version=1, digest=here.park.set().digest, keys_version=1)


def test_nothing_goes_while_the_clock_is_in_doubt(here: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    scan(here)
    confirm(here)
    here.clock.at += 31 * DAY
    doubtful = Moment.at(here.clock.at, ClockTrust.SUSPECT)
    monkeypatch.setattr(here.clock, "now", lambda: doubtful)
    keep_contact(here, 1)
    assert not here.checkpoint.tidy()


def test_a_purged_journal_opens_again_and_knows_its_place(here: Gate) -> None:
    scan(here)
    confirm(here)
    here.clock.at += 31 * DAY
    tidy_all(here)
    head = here.journal.head()
    here.close()
    with gate(here.home.path) as again:
        assert again.journal.head() == head
        assert again.journal.renewals == []
        assert again.journal.verify([head]) == []


def test_a_tampered_prefix_cannot_hide_behind_the_purge(here: Gate) -> None:
    scan(here)
    confirm(here)
    here.clock.at += 31 * DAY
    tidy_all(here)
    here.journal._database.execute("UPDATE pruned SET hash = zeroblob(32)")
    assert any("does not follow" in fault for fault in here.journal.verify())


def test_files_that_an_upgrade_or_damage_left_go_after_their_time(here: Gate) -> None:
    copy, aside = here.home.kiosk / "journal-schema1.db", here.home.kiosk / "journal-damaged-1.db"
    for path in (copy, aside):
        path.write_bytes(b"old")
        os.utime(path, (here.clock.at, here.clock.at))
    here.clock.at += 29 * DAY
    here.checkpoint.tidy()
    assert copy.exists()
    here.clock.at += 2 * DAY
    here.checkpoint.tidy()
    assert (copy.exists(), aside.exists()) == (False, True)
    here.clock.at += 30 * DAY
    here.checkpoint.tidy()
    assert not aside.exists()


def test_an_erasure_takes_the_copy_of_a_schema_that_had_no_key_for_each_part(here: Gate) -> None:
    entry = scan(here, 1, Private(plate="123 ABC 02"))
    copy = here.home.kiosk / "journal-schema1.db"
    copy.write_bytes(b"holds the plate")
    here.checkpoint.acts.erase(entry.id, by="device")
    assert not copy.exists()


# ---- contacts -------------------------------------------------------------------------------------------------------


def keep_contact(here: Gate, serial: int) -> bytes:
    permit = permit_id(here.park.claims(serial).cti)
    with here.journal.writing():
        here.journal.keep_contact(permit, b"+7 701 123 45 67")
    return permit


def test_a_contact_is_kept_until_two_days_after_the_party_has_left(here: Gate) -> None:
    scan(here, 1)
    permit = keep_contact(here, 1)
    here.clock.at += 3 * DAY
    here.checkpoint.tidy()
    assert here.journal.contact(permit) == b"+7 701 123 45 67"  # nobody has seen them leave: they may be in need
    here.checkpoint.turn(Direction.EXIT)
    scan(here, 1)
    here.clock.at += 2 * DAY - 60
    here.checkpoint.tidy()
    assert here.journal.contact(permit) is not None
    here.clock.at += 60
    assert here.checkpoint.tidy().contacts == 1
    assert here.journal.contact(permit) is None


def test_a_contact_that_was_replaced_opens_in_no_copy_any_more(here: Gate) -> None:
    scan(here, 1)
    permit = keep_contact(here, 1)
    ((slot, sealed),) = here.journal._rows("SELECT slot, sealed FROM contact")
    keep_contact(here, 1)
    assert here.journal._vault.open(slot, sealed, permit) is None
    assert here.journal.contact(permit) == b"+7 701 123 45 67"


def test_a_contact_of_a_party_that_nobody_saw_leave_goes_with_the_entries(here: Gate) -> None:
    scan(here, 1)
    permit = keep_contact(here, 1)
    here.clock.at += 31 * DAY
    here.checkpoint.tidy()
    assert here.journal.contact(permit) is None


# ---- erasure --------------------------------------------------------------------------------------------------------


def counts(here: Gate) -> list[CountRow]:
    return count(here.journal.between(0, 2**40), here.park.set(), By.HOUR)


def test_the_erasure_of_one_person_changes_no_count_and_leaves_the_others(here: Gate) -> None:
    mine = scan(here, 1, Private(plate="123 ABC 02", guide="A"))
    other = scan(here, 2, Private(plate="456 DEF 02"))
    here.checkpoint.acts.annul(mine.id, reason="came with 123 ABC 02", by="device")
    before = counts(here)
    assert here.checkpoint.acts.erase(mine.id, by="device") == 2
    (act,) = [found for found in here.journal.acts_on(mine.id) if found.body.act is ActKind.ERASE]  # type: ignore[union-attr]
    assert act.private is None
    assert counts(here) == before
    found = here.journal.get(mine.id)
    assert found is not None
    assert found.private is None
    assert here.journal.get(other.id) == other
    assert here.checkpoint.acts.erase(mine.id, by="device") == 0
    assert here.journal.verify() == []


def test_what_was_erased_opens_in_no_older_copy_either(here: Gate, tmp_path: Path) -> None:
    entry = scan(here, 1, Private(plate="123 ABC 02"))
    here.journal._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = here.home.journal_file.read_bytes()
    here.checkpoint.acts.erase(entry.id, by="device")
    here.close()
    here.home.journal_file.write_bytes(copy)
    for suffix in ("-wal", "-shm"):
        here.home.journal_file.with_name(f"journal.db{suffix}").unlink(missing_ok=True)
    with gate(here.home.path) as again:
        found = again.journal.get(entry.id)
        assert found is not None
        assert found.private is None
        assert found.body.outcome is Outcome.ADMITTED  # type: ignore[union-attr]
