"""A journal that cannot be continued: what is kept of it, what the new chain says, and that no id comes twice."""

import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.rules.entries import ChainBody, Entry, EntryKey, Private
from kiosk.rules.moment import Moment
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ChainCause, ClockTrust
from kiosk.store import driver, salvage
from kiosk.store.delivery import Deliveries
from kiosk.store.home import Home
from kiosk.store.journal import Head, Journal
from kiosk.store.vault import Vault
from tests.support.memory import DEVICE, POLICY, START, admitted, enrolled_home, moment, permit_id_of
from tests.support.old_files import OLD_DEVICE, schema_1_home

PAGE = 4096
VAULT_HEADING = b"qaqpa private keys, version 1\n\n\n"


def fill(journal: Journal, count: int, first: int = 0) -> list[Entry]:
    entries = []
    for number in range(first, first + count):
        with journal.writing():
            private = Private(plate=f"{number}") if number % 3 == 0 else None
            entries.append(journal.append(admitted(number), moment(START + number), POLICY, private))
    return entries


def filled(home: Home, count: int) -> list[Entry]:
    journal = Journal.open(home, DEVICE)
    entries = fill(journal, count)
    journal.close()
    return entries


def spoil(path: Path, pages: Iterable[int]) -> None:
    data = bytearray(path.read_bytes())
    for page in pages:
        data[page * PAGE + 1000] ^= 0xFF
    path.write_bytes(data)


def opening(journal: Journal) -> ChainBody:
    """What the newest chain says of those before it, once it is opened."""
    journal.reopen(moment(START + 9000), POLICY)
    body = journal.openings()[-1].body
    assert isinstance(body, ChainBody)
    return body


def pages_behind(home: Home, query: str, *but_not: str) -> list[int]:
    """The pages, counted from 0, without which this query fails, and none of the others does."""
    data = home.journal_file.read_bytes()
    found = []
    for page in range(1, len(data) // PAGE):
        spoil(home.journal_file, [page])
        if fails(home, query) and not any(fails(home, other) for other in but_not):
            found.append(page)
        home.journal_file.write_bytes(data)
    assert found
    return found


def fails(home: Home, query: str) -> bool:
    database = driver.connect(home.journal_file, home.database_key(), readonly=True)
    try:
        database.execute(query).fetchall()
    except driver.Error:
        return True
    else:
        return False
    finally:
        database.close()


CORE = "SELECT core FROM entry WHERE device = 7001 AND chain = 1 AND n = "
BY_TIME = "SELECT at FROM entry INDEXED BY entry_at ORDER BY at"


def test_a_journal_with_a_damaged_page_is_set_aside_and_all_that_can_be_read_is_carried_over(home: Home) -> None:
    entries = filled(home, 100)
    spoil(home.journal_file, pages_behind(home, CORE + "50", CORE + "5"))
    spoiled = home.journal_file.read_bytes()
    readable = [entry for entry in entries if not fails(home, f"{CORE}{entry.key.n}")]
    assert 0 < len(readable) < 100
    journal = Journal.open(home, DEVICE)
    kept = [entry for entry in entries if journal.get(entry.id) is not None]
    assert kept == readable
    assert all(journal.get(entry.id) == entry for entry in kept)  # with their private parts
    assert (home.kiosk / "journal-damaged-1.db").read_bytes() == spoiled
    body = opening(journal)
    missing = [entry.key.n for entry in entries if journal.get(entry.id) is None]
    assert body.gaps == ((1, missing[0], missing[-1]),)
    assert (body.cause, body.old_chain, body.old_n) == (ChainCause.DAMAGED, 1, 101)
    assert body.old_head == entries[-1].hash
    assert body.lost_uses
    assert journal.verify() == []
    assert fill(journal, 1, 500)[0].key == EntryKey(device=DEVICE, chain=2, n=2)
    assert journal.verify() == []
    journal.close()


def test_an_index_that_is_damaged_costs_no_entry(home: Home) -> None:
    entries = filled(home, 60)
    spoil(home.journal_file, pages_behind(home, BY_TIME, CORE + "1"))
    journal = Journal.open(home, DEVICE)
    assert journal.count() == 61
    body = opening(journal)
    assert (body.gaps, body.lost_uses) == ((), False)
    assert journal.lost_uses_at() is None
    assert [entry.id for entry in journal.between(0, 2**40)][1:61] == [entry.id for entry in entries]
    journal.close()


def test_a_journal_that_is_damaged_at_its_first_page_begins_anew_behind_its_mark(home: Home) -> None:
    entries = filled(home, 20)
    spoil(home.journal_file, [0])
    journal = Journal.open(home, DEVICE)
    assert journal.count() == 0
    body = opening(journal)
    assert (body.old_n, body.old_head, body.gaps) == (21, entries[-1].hash, ((1, 1, 21),))
    assert journal.lost_uses_at() == START + 9000
    assert journal.head().chain == 2
    journal.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 500])
def test_a_file_that_is_no_journal_begins_anew_too(home: Home, content: bytes) -> None:
    filled(home, 20)
    home.journal_file.write_bytes(content)
    journal = Journal.open(home, DEVICE)
    assert opening(journal).gaps == ((1, 1, 21),)
    assert journal.verify() == []
    journal.close()


def test_a_journal_that_is_gone_leaves_its_number_behind(home: Home) -> None:
    entries = filled(home, 5)
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    body = opening(journal)
    assert (body.cause, body.old_head, body.lost_uses) == (ChainCause.MISSING, entries[-1].hash, True)
    assert fill(journal, 1)[0].key.chain == 2
    journal.close()


@pytest.mark.parametrize("is_told_back", [True, False])
def test_what_the_registry_has_confirmed_and_told_back_is_not_lost(home: Home, is_told_back: bool) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 5)
    deliveries = Deliveries(home, journal)
    deliveries.witness(journal.head())
    if is_told_back:
        deliveries.signed(START)
    deliveries.close()
    journal.close()
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    body = opening(journal)
    assert (body.gaps, body.lost_uses) == (((1, 1, 6),), not is_told_back)
    assert (journal.lost_uses_at() is None) == is_told_back
    assert journal.lost_uses_at(is_told_back=False) == START + 9000
    journal.close()


def test_what_still_waits_was_not_told_back_even_if_later_entries_were(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 5)
    deliveries = Deliveries(home, journal)
    delivered = [wire.key for wire in deliveries.pending(100) if wire.key.n != 3]
    deliveries.settle([Receipt(id=str(key), result=ReceiptResult.ACCEPTED) for key in delivered])
    deliveries.witness(journal.head())  # of the newest chain: nothing is said of what an older one lacks
    deliveries.signed(START)
    assert deliveries.has_heard()
    deliveries.close()
    journal.close()
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    assert opening(journal).lost_uses
    journal.close()


def test_an_older_copy_put_back_is_noticed_and_its_ids_are_not_given_again(home: Home, tmp_path: Path) -> None:
    filled(home, 5)
    shutil.copy(home.journal_file, tmp_path / "backup")
    journal = Journal.open(home, DEVICE)
    newer = fill(journal, 4, 5)
    journal.close()
    shutil.copy(tmp_path / "backup", home.journal_file)
    reader = Journal.open(home, DEVICE, readonly=True)
    assert any("cut short" in fault for fault in reader.verify())
    reader.close()
    journal = Journal.open(home, DEVICE)
    entry = fill(journal, 1, 20)[0]
    assert entry.key == EntryKey(device=DEVICE, chain=2, n=2)
    body = journal.openings()[-1].body
    assert isinstance(body, ChainBody)
    assert (body.cause, body.gaps, body.old_head) == (ChainCause.OLDER, ((1, 7, 10),), newer[-1].hash)
    assert journal.verify() == []
    journal.close()


def test_a_head_that_the_registry_has_seen_opens_a_chain_where_it_is_missing(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 3)
    journal.expect(journal.head())
    assert journal.renewals == []
    journal.expect(Head(chain=1, n=9, hash=b"9" * 32))
    assert fill(journal, 1)[0].key.chain == 2
    journal.close()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_journal_put_back_with_its_mark_is_known_by_what_the_registry_confirmed(
    home: Home, tmp_path: Path, *, is_open: bool
) -> None:
    filled(home, 5)
    for path in (home.journal_file, home.mark_file):
        shutil.copy(path, tmp_path / path.name)
    journal = Journal.open(home, DEVICE)
    newer = fill(journal, 4, 5)
    deliveries = Deliveries(home, journal)
    seen = journal.head()
    deliveries.witness(seen)
    deliveries.signed(START + 30)
    deliveries.close()
    journal.close()
    for path in (home.journal_file, home.mark_file):
        shutil.copy(tmp_path / path.name, path)
    if is_open:  # the registry is reached before anybody looks: sync.db was put back as well
        home.sync_file.unlink()
    journal = Journal.open(home, DEVICE)
    if is_open:
        assert not journal.is_chain_due
        journal.expect(seen)
    body = opening(journal)
    assert (body.cause, body.gaps, body.old_head) == (ChainCause.OLDER, ((1, 7, 10),), newer[-1].hash)
    assert body.lost_uses  # these four came back, and of any that followed nobody knows
    assert fill(journal, 1)[0].key.chain == 2
    journal.close()


def test_a_crash_while_a_journal_is_set_aside_is_finished_by_the_next_start(home: Home) -> None:
    entries = filled(home, 50)
    spoil(home.journal_file, pages_behind(home, BY_TIME))
    home.journal_file.rename(home.kiosk / "journal-damaged-1.db")  # the crash came here
    (home.kiosk / "journal.new").write_bytes(b"half a file")
    journal = Journal.open(home, DEVICE)
    assert journal.count() == 51
    assert journal.get(entries[-1].id) == entries[-1]
    assert opening(journal).cause is ChainCause.DAMAGED
    assert not (home.kiosk / "journal.new").exists()
    journal.close()


def test_entries_that_still_stand_in_the_log_are_carried_over_with_it(home: Home, tmp_path: Path) -> None:
    journal = Journal.open(home, DEVICE)
    entries = fill(journal, 30)
    crashed = Home(tmp_path / "crashed")
    shutil.copytree(home.path, crashed.path)
    shutil.copytree(home.keys, crashed.keys)
    journal.close()
    assert (crashed.kiosk / "journal.db-wal").stat().st_size > PAGE
    salvage.renew(crashed, DEVICE)
    again = Journal.open(crashed, DEVICE)
    assert [again.get(entry.id) for entry in entries] == entries
    again.close()


def test_a_new_kiosk_and_one_that_is_enrolled_anew_begin_with_their_first_chain(home: Home) -> None:
    filled(home, 3)
    home.save_device(replace(home.enrolled(), device=DEVICE + 1))
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE + 1)
    with journal.writing():
        assert journal.append(admitted(), moment(), POLICY).key == EntryKey(device=DEVICE + 1, chain=1, n=2)
    assert journal.renewals == []
    journal.close()


def test_a_reader_beside_the_kiosk_follows_it_into_the_new_file(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 5)
    reader = Journal.open(home, DEVICE, readonly=True)
    assert reader.count() == 6
    journal.renew()
    (entry,) = fill(journal, 1)
    assert reader.get(entry.id) == entry
    reader.close()
    journal.close()


def test_damage_upon_damage_is_carried_over_each_time(home: Home) -> None:
    entries = filled(home, 60)
    for number in (1, 2):
        spoil(home.journal_file, pages_behind(home, BY_TIME))
        journal = Journal.open(home, DEVICE)
        fill(journal, 1, 100 + number)
        assert journal.verify() == []
        journal.close()
    journal = Journal.open(home, DEVICE)
    assert journal.get(entries[0].id) == entries[0]
    assert [entry.key.chain for entry in journal.renewals] == [2, 3]
    assert len(list(home.kiosk.glob("journal-damaged-*.db"))) == 2
    journal.close()


def test_what_was_lost_before_is_not_lost_again(home: Home) -> None:
    filled(home, 100)
    spoil(home.journal_file, pages_behind(home, CORE + "50", CORE + "5"))
    journal = Journal.open(home, DEVICE)
    assert opening(journal).lost_uses
    journal.renew()
    assert opening(journal).gaps == ()
    assert not opening(journal).lost_uses
    journal.close()


def test_a_journal_of_the_first_schema_opens_with_everything_in_it(tmp_path: Path) -> None:
    home = schema_1_home(tmp_path / "data")
    journal = Journal.open(home, OLD_DEVICE)
    assert journal.count() == 21
    assert journal.verify() == []
    first = next(entry for entry in journal.between(0, 2**40) if entry.key.n == 3)
    found = journal.get(first.id)
    assert found is not None
    assert found.private == Private(plate="123 ABC 02")
    assert b"123 ABC 02" not in home.journal_file.read_bytes()
    journal.close()


def test_a_damaged_journal_of_the_first_schema_is_carried_over_with_its_private_parts(tmp_path: Path) -> None:
    home = schema_1_home(tmp_path / "data")
    salvage.renew(home, OLD_DEVICE)
    journal = Journal.open(home, OLD_DEVICE)
    assert journal.count() == 21
    assert sum(1 for wire in journal.after(0, 0, 100) if wire.private) == 3
    assert journal.verify() == []
    journal.close()


def test_the_uses_of_lost_entries_do_not_come_back_as_unknown_for_another_device(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path)
    filled(home, 3)
    journal = Journal.open(home, DEVICE)
    assert len(journal.of_permit(permit_id_of(1))) == 1
    assert journal.lost_uses_at() is None
    journal.close()


def test_a_head_that_is_missing_for_good_opens_one_chain_and_not_one_each_time(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 3)
    seen = Head(chain=1, n=9, hash=b"9" * 32)
    for number in range(4):
        journal.expect(seen)
        fill(journal, 1, 10 + number)
    assert journal.head().chain == 2
    assert opening(journal).gaps == ((1, 5, 9),)
    journal.close()


def test_the_lost_end_of_an_older_chain_is_named_too(home: Home) -> None:
    filled(home, 40)
    spoil(home.journal_file, pages_behind(home, BY_TIME))
    journal = Journal.open(home, DEVICE)
    fill(journal, 40, 100)
    journal.close()
    last = "SELECT core FROM entry WHERE device = 7001 AND chain = 1 AND n = 41"
    spoil(home.journal_file, pages_behind(home, last, CORE + "5", last.replace("chain = 1", "chain = 2")))
    journal = Journal.open(home, DEVICE)
    body = opening(journal)
    assert body.gaps
    assert all((gap[0] == 1 and gap[2] == 41) or gap[0] == 2 for gap in body.gaps)
    assert body.lost_uses
    assert journal.verify() == []
    journal.close()


def test_a_journal_that_cannot_be_renewed_now_is_renewed_later(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal.open(home, DEVICE)
    entries = fill(journal, 5)
    journal._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with monkeypatch.context() as full:
        full.setattr(salvage, "_carry_over", no_room)
        with pytest.raises(driver.DiskFullError):
            journal.renew()
    with pytest.raises(driver.DamagedError, match=r"journal\.db"):
        journal.get(entries[0].id)
    journal.renew()
    assert [journal.get(entry.id) for entry in entries] == entries
    journal.close()


def no_room(*_: object) -> None:
    raise driver.DiskFullError("journal.db: the disk is full; free some space")


def test_a_row_of_which_a_further_page_is_damaged_is_not_carried_over_as_zeros(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    long = {"x": "y" * 6000}
    entries = []
    for number in range(12):
        with journal.writing():
            entries.append(journal.append(replace(admitted(number), facts=long), moment(START + number), POLICY))
    journal.close()
    sound = home.journal_file.read_bytes()
    lost = 0
    for page in range(2, len(sound) // PAGE):
        home.journal_file.write_bytes(sound)
        spoil(home.journal_file, [page])
        again = Journal.open(home, DEVICE)
        found = [entry for entry in entries if again.get(entry.id) is not None]
        assert [again.get(entry.id) for entry in found] == found
        assert len(again.wire([entry.key for entry in found])) == len(found)
        if len(found) < len(entries):
            assert opening(again).gaps
            lost += 1
        again.close()
        for path in home.kiosk.glob("journal*"):
            path.unlink()
    assert lost > 5


def test_what_was_lost_reaches_to_the_last_time_that_was_known(home: Home) -> None:
    filled(home, 20)
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    # after a power cut with a dead clock: it may be three days ago, and it may be now
    doubtful = Moment(earliest=START - 3 * 86_400, latest=START - 3 * 86_400 + 60, trust=ClockTrust.SUSPECT)
    journal.reopen(doubtful, POLICY)
    assert journal.lost_uses_at() == START + 19
    journal.close()


def test_what_was_lost_while_nobody_knew_how_late_it_was_reaches_to_the_next_known_time(home: Home) -> None:
    filled(home, 20)
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    journal.reopen(Moment.between(START, LATEST_TIME, START), POLICY)
    assert journal.lost_uses_at() == LATEST_TIME
    with journal.writing():
        journal.append(admitted(), Moment.at(START + 500, ClockTrust.SUSPECT), POLICY)
    assert journal.lost_uses_at() == LATEST_TIME
    for at in (START + 9_000, START + 10_000):
        with journal.writing():
            journal.append(admitted(), moment(at), POLICY)
    assert journal.lost_uses_at() == START + 9_000
    assert journal.entries_lost_at() == START + 9_000
    journal.close()


def test_the_next_known_time_is_looked_for_only_among_what_was_written_since_the_last_look(home: Home) -> None:
    filled(home, 20)
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    journal.reopen(Moment.between(START, LATEST_TIME, START), POLICY)
    asked: list[int] = []
    real = journal.first_trusted_after

    def first_trusted_after(key: EntryKey) -> int | None:
        asked.append(key.n)
        return real(key)

    with patch.object(journal, "first_trusted_after", first_trusted_after):
        for _ in range(3):
            with journal.writing():
                journal.append(admitted(), Moment.at(START + 500, ClockTrust.SUSPECT), POLICY)
            assert journal.lost_uses_at() == LATEST_TIME
        with journal.writing():
            journal.append(admitted(), moment(START + 9_000), POLICY)
        assert [journal.lost_uses_at() for _ in range(3)] == [START + 9_000] * 3
    assert asked == [1, 2, 3, 4], "each entry is looked at once"
    journal.close()


def test_an_emptied_journal_without_a_mark_is_known_by_what_sync_remembers(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 3)
    deliveries = Deliveries(home, journal)
    deliveries.pending(10)
    deliveries.close()
    journal.close()
    home.journal_file.write_bytes(b"")
    home.mark_file.unlink()
    again = Journal.open(home, DEVICE)
    assert opening(again).lost_uses
    assert again.head().chain == 2
    again.close()


def test_lost_keys_are_not_given_again(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    old = fill(journal, 1)[0]
    journal.close()
    home.vault_file.unlink()
    again = Journal.open(home, DEVICE)
    new = fill(again, 1, 3)[0]
    found = again.get(new.id)
    assert found == new
    again.erase([old.key])
    assert again.get(new.id) == new
    again.close()


def sealed_contacts(home: Home) -> list[tuple[int, bytes]]:
    database = driver.connect(home.journal_file, home.database_key(), readonly=True)
    rows = database.execute("SELECT slot, sealed FROM contact").fetchall()
    database.close()
    return rows


def test_a_contact_that_was_replaced_when_the_program_ended_is_forgotten_by_the_next_start(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    permit, copies = permit_id_of(1), []
    journal = Journal.open(home, DEVICE)
    with monkeypatch.context() as killed:  # between the commit and what comes after it
        killed.setattr(Vault, "forget", lambda *_: None)
        for contact in (b"Aliya 8 702", b"Aliya 8 777"):
            with journal.writing():
                journal.keep_contact(permit, contact)
            copies += sealed_contacts(home)
        with suppress(RuntimeError), journal.writing():
            journal.append(admitted(1), moment(START), POLICY, Private(reason="never committed"))
            raise RuntimeError
    journal.close()
    assert Vault(home.vault_file).open(*copies[0], permit) == b"Aliya 8 702"
    journal = Journal.open(home, DEVICE)
    assert Vault(home.vault_file).open(*copies[0], permit) is None
    assert journal.contact(permit) == b"Aliya 8 777"
    fill(journal, 4)
    assert [private.plate for entry in journal.latest(4) if (private := entry.private)] == ["3", "0"]
    journal.close()


def test_the_keys_of_a_journal_that_was_set_aside_are_kept_as_long_as_it_is(home: Home) -> None:
    filled(home, 40)
    before = home.vault_file.read_bytes()
    spoil(home.journal_file, range(1, len(home.journal_file.read_bytes()) // PAGE))
    journal = Journal.open(home, DEVICE)
    journal.reopen(moment(START + 9000), POLICY)
    journal.close()
    Journal.open(home, DEVICE).close()
    assert home.vault_file.read_bytes() == before
    for path in home.kiosk.glob("journal-damaged-*"):
        path.unlink()
    Journal.open(home, DEVICE).close()
    assert not any(home.vault_file.read_bytes()[len(VAULT_HEADING) :])


def test_what_was_lost_outlives_the_opening_that_said_so(home: Home) -> None:
    filled(home, 3)
    home.journal_file.unlink()
    journal = Journal.open(home, DEVICE)
    entry = fill(journal, 1)[0]
    lost_at = journal.lost_uses_at()
    assert lost_at is not None
    assert journal.prune(2, entry.key.n - 1, 100) == 1
    assert journal.lost_uses_at() == lost_at
    journal.close()
    again = Journal.open(home, DEVICE)
    assert again.lost_uses_at() == lost_at
    again.close()


def test_what_was_purged_does_not_come_back(home: Home) -> None:
    journal = Journal.open(home, DEVICE)
    fill(journal, 5)
    assert journal.prune(1, 3, 100) == 3
    assert journal.prune(1, 4, 100) == 1
    for statement in ("UPDATE pruned SET n = 2", "DELETE FROM pruned"):
        with pytest.raises(driver.Error):
            journal._database.execute(statement)
    assert journal.verify() == []
    journal.close()
