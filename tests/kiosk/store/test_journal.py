"""The journal: append-only, gapless, durable, and what can be looked up in it."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kiosk.errors import BugError, EnvironmentalError, UsageError
from kiosk.rules.entries import (
    GENESIS,
    ActBody,
    AlarmBody,
    ChainBody,
    Entry,
    EntryKey,
    Private,
    ShiftBody,
    TrustBody,
    entry_hash,
    private_bytes,
    private_hash,
    read_core,
    uses_of,
)
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, AlarmKind, ClockTrust, Direction, EntryKind, Outcome, Reason, ShiftKind
from kiosk.store import driver
from kiosk.store.driver import DamagedError, UncertainError
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE, PLACE, POLICY, START, admitted, moment, permit_id_of, record, refused

ENTRY = Direction.ENTRY
REST = "at, clock, kind, outcome, reason, permit, target, text_hash, core, private_hash, hash"


def append(journal: Journal, body: Any, at: int = START, private: Private | None = None) -> Entry:
    with journal.writing():
        return journal.append(body, moment(at), POLICY, private)


def act(kind: ActKind, target: Entry, **fields: Any) -> ActBody:
    return ActBody(act=kind, target=target.id, place=PLACE, **fields)


def test_the_first_entry_of_a_device_opens_its_chain(journal: Journal) -> None:
    entry = append(journal, admitted())
    opening = journal.newest(EntryKind.CHAIN)
    assert opening is not None
    assert isinstance(opening.body, ChainBody)
    assert (opening.body.park, opening.body.gate, opening.body.lane) == (7, 1, 1)
    assert opening.key == EntryKey(device=DEVICE, chain=1, n=1)
    assert entry.key == EntryKey(device=DEVICE, chain=1, n=2)


def test_an_entry_comes_back_as_it_was_written(journal: Journal) -> None:
    entry = append(journal, admitted(), private=Private(plate="123 ABC 02", reason="дождь"))
    assert journal.get(entry.id) == entry
    assert journal.get(str(EntryKey(device=DEVICE, chain=1, n=99))) is None
    with pytest.raises(UsageError, match="not an entry id"):
        journal.get("garbage")


def test_entries_are_hashed_into_a_chain_that_anyone_can_follow(journal: Journal) -> None:
    for number in range(3):
        append(journal, admitted(number), private=Private(guide="A") if number else None)
    prev = GENESIS
    for wire in journal.after(0, 0, 10):
        assert wire.private is not None
        assert len(wire.salt) == (16 if wire.private else 0)
        assert wire.private_hash == private_hash(wire.private, wire.salt)
        assert wire.hash == entry_hash(prev, wire.core, wire.private_hash)
        prev = wire.hash
    assert journal.head().hash == prev
    assert journal.head().n == 4
    assert read_core(journal.after(0, 0, 10)[2].core).key.n == 3


def test_nothing_private_stands_in_the_permanent_part(journal: Journal) -> None:
    append(journal, admitted(), private=Private(plate="CANARY"))
    (wire,) = journal.after(1, 1, 1)
    assert b"CANARY" not in wire.core
    assert wire.private == private_bytes(Private(plate="CANARY"))


def test_what_was_journalled_survives_closing_and_opening(home: Home, journal: Journal) -> None:
    entry = append(journal, admitted())
    journal.close()
    again = Journal.open(home, DEVICE)
    assert again.get(entry.id) == entry
    assert append(again, admitted()).key.n == 3
    again.close()


def test_an_error_inside_writing_leaves_no_entry_and_no_gap(journal: Journal) -> None:
    with suppress(ZeroDivisionError), journal.writing():
        journal.append(admitted(), moment(), POLICY)
        _ = 1 / 0
    assert journal.count() == 0
    assert append(journal, admitted()).key.n == 2
    assert journal.verify() == []


def test_appending_outside_a_transaction_is_our_own_mistake(journal: Journal) -> None:
    with pytest.raises(BugError, match="writing"):
        journal.append(admitted(), moment(), POLICY)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET outcome = 'refused' WHERE n = 2",
        "UPDATE entry SET core = x'00'",
        "DELETE FROM entry WHERE n = 3",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE n = 2",
        f"INSERT INTO entry SELECT device, chain, n + 2, {REST} FROM entry WHERE n = 3",
        "UPDATE sealed SET sealed = x'00'",
    ],
)
def test_the_file_itself_refuses_to_change_what_was_written(journal: Journal, statement: str) -> None:
    for number in range(2):
        append(journal, admitted(number), private=Private(plate="A"))
    before = journal.after(0, 0, 10)
    with pytest.raises(BugError), driver.writing(journal._database, "journal.db"):
        journal._database.execute(statement)
    assert journal.after(0, 0, 10) == before


def test_an_erased_private_part_leaves_the_chain_whole(journal: Journal) -> None:
    entry = append(journal, admitted(), private=Private(plate="123 ABC 02"))
    append(journal, admitted())
    assert journal.erase([entry.key]) == 1
    erased = journal.get(entry.id)
    assert erased == replace(entry, private=None)
    assert journal.verify() == []
    wire = journal.wire([entry.key])[0]
    assert (wire.private, wire.salt) == (None, b"")


def test_the_admissions_of_a_permit_come_with_the_acts_that_change_them(journal: Journal) -> None:
    first = append(journal, admitted(1))
    append(journal, admitted(2))
    annulled = append(journal, act(ActKind.ANNUL, first, permit=permit_id_of(1)))
    second = append(journal, admitted(1), START + 5)
    pulse = append(journal, act(ActKind.PULSE, second))
    append(journal, replace(admitted(1), outcome=Outcome.REFUSED, reason=Reason.ALREADY_USED))
    assert journal.of_permit(permit_id_of(1)) == [first, annulled, second]
    assert [use.entry_id for use in uses_of(journal.of_permit(permit_id_of(1)))] == [second.id]
    assert journal.acts_on(second.id) == [pulse]
    assert journal.of_permit(permit_id_of(9)) == []


def test_acts_on_an_override_belong_to_the_permit_too(journal: Journal) -> None:
    scan = append(journal, replace(admitted(1), permit=permit_id_of(1)))
    fields = {"permit": permit_id_of(1), "entry_number": 1, "party": Party(adults=2)}
    override = append(journal, act(ActKind.OVERRIDE, scan, **fields))
    annulled = append(journal, act(ActKind.ANNUL, override, permit=permit_id_of(1)))
    assert journal.of_permit(permit_id_of(1)) == [scan, override, annulled]


def test_an_admission_without_a_pulse_is_found_until_it_has_one(journal: Journal) -> None:
    entry = append(journal, admitted(1))
    assert journal.unpulsed(permit_id_of(1), 1, ENTRY, START - 120) == entry
    append(journal, act(ActKind.PULSE, entry))
    assert journal.unpulsed(permit_id_of(1), 1, ENTRY, START - 120) is None


def test_all_that_one_commit_wrote_is_surely_on_the_disk_until_the_next(journal: Journal) -> None:
    with journal.writing():
        both = [journal.append(admitted(number), moment(START), POLICY, None) for number in (1, 2)]
    assert [journal.is_durable(entry) for entry in both] == [True, True]
    later = append(journal, act(ActKind.PULSE, both[0]))
    assert [journal.is_durable(entry) for entry in (*both, later)] == [False, False, True]
    journal.flush(both[0])
    assert [journal.is_durable(entry) for entry in (*both, later)] == [True, False, True]


@pytest.mark.parametrize(
    ("permit", "lane", "direction", "since"),
    [
        (2, 1, Direction.ENTRY, START - 120),
        (1, 2, Direction.ENTRY, START - 120),
        (1, 1, Direction.EXIT, START - 120),
        (1, 1, Direction.ENTRY, START + 1),
    ],
)
def test_an_admission_owes_no_pulse_elsewhere_or_later(
    journal: Journal, permit: int, lane: int, direction: Direction, since: int
) -> None:
    append(journal, admitted(1))
    assert journal.unpulsed(permit_id_of(permit), lane, direction, since) is None


def test_an_annulled_admission_and_a_refusal_owe_no_pulse(journal: Journal) -> None:
    append(journal, act(ActKind.ANNUL, append(journal, admitted(1))))
    append(journal, replace(refused(), permit=permit_id_of(2)))
    assert journal.unpulsed(permit_id_of(1), 1, ENTRY, START) is None
    assert journal.unpulsed(permit_id_of(2), 1, ENTRY, START) is None


def test_an_admission_through_a_barrier_held_open_owes_no_pulse(journal: Journal) -> None:
    append(journal, replace(admitted(1), details={"kept_open": 1}))
    assert journal.unpulsed(permit_id_of(1), 1, ENTRY, START) is None


def test_an_override_owes_its_own_pulse(journal: Journal) -> None:
    scan = append(journal, replace(refused(), permit=permit_id_of(1)))
    fields = {"permit": permit_id_of(1), "entry_number": 1, "party": Party(adults=2)}
    override = append(journal, act(ActKind.OVERRIDE, scan, **fields))
    assert journal.unpulsed(permit_id_of(1), 1, ENTRY, START) == override


def test_the_latest_decisions_come_newest_first_without_other_kinds(journal: Journal) -> None:
    entries = [append(journal, admitted(number)) for number in range(5)]
    append(journal, act(ActKind.PULSE, entries[-1]))
    assert journal.latest(3) == [entries[4], entries[3], entries[2]]
    assert [entry.kind for entry in journal.latest(9, EntryKind.ACT)] == [EntryKind.ACT]


def test_the_set_that_is_believed_is_the_last_one_written_down(journal: Journal) -> None:
    assert journal.believed() is None
    append(journal, TrustBody(park=7, version=1, digest=b"1" * 32))
    append(journal, TrustBody(park=7, version=2, digest=b"2" * 32))
    append(journal, admitted())
    assert journal.believed() == b"2" * 32


def test_what_is_believed_is_what_is_written_down_however_often_it_is_asked(journal: Journal) -> None:
    append(journal, TrustBody(park=7, version=1, digest=b"1" * 32))
    assert journal.believed() == b"1" * 32
    with suppress(ZeroDivisionError), journal.writing():
        journal.append(TrustBody(park=7, version=2, digest=b"2" * 32), Moment.at(START), POLICY)
        assert journal.believed() == b"1" * 32
        raise ZeroDivisionError
    assert journal.believed() == b"1" * 32
    append(journal, TrustBody(park=7, version=2, digest=b"2" * 32))
    assert journal.believed() == b"2" * 32


def test_the_same_foreign_text_is_found_again_within_its_time(journal: Journal) -> None:
    entry = append(journal, refused(b"aaaaaaaa"))
    append(journal, refused(b"bbbbbbbb"), START + 1)
    assert journal.recent_text(b"aaaaaaaa", START - 10) == entry
    assert journal.recent_text(b"aaaaaaaa", START + 1) is None
    assert journal.recent_text(b"cccccccc", 0) is None


def test_a_span_of_time_holds_its_first_second_and_not_its_last(journal: Journal) -> None:
    entries = [append(journal, admitted(number), START + number) for number in range(6)]
    assert list(journal.between(START + 1, START + 4)) == entries[1:4]


def test_a_span_longer_than_a_page_comes_whole_and_in_order(journal: Journal) -> None:
    with journal.writing():
        for number in range(1300):
            journal.append(admitted(number), moment(START + number // 700), POLICY)
    found = [entry.key.n for entry in journal.between(0, START + 10)]
    assert found == list(range(1, 1302))


def test_a_span_with_its_acts_holds_those_upon_its_entries_whenever_they_were_made(journal: Journal) -> None:
    before, inside = append(journal, admitted(1), START - 9), append(journal, admitted(2), START)
    acts = [append(journal, act(ActKind.ANNUL, inside), at) for at in (START - 50, START + 1, START + 90_000)]
    append(journal, act(ActKind.ANNUL, before), START + 90_000)
    found = list(journal.with_acts(START, START + 10))
    assert sorted(entry.id for entry in found) == sorted(entry.id for entry in (inside, *acts))


def test_only_a_trusted_clock_moves_the_newest_trusted_time(journal: Journal) -> None:
    assert journal.last_trusted_at() is None
    append(journal, admitted(), START)
    for trust in (ClockTrust.SUSPECT, ClockTrust.GIVEN):
        with journal.writing():
            journal.append(admitted(), Moment.at(START + 10**8, trust), POLICY)
    assert journal.last_trusted_at() == START


def test_a_clock_that_was_put_right_takes_back_the_trusted_times_before(journal: Journal) -> None:
    for at in (START, START + 60 * 86_400, START + 100):
        append(journal, admitted(), at)
    assert journal.last_trusted_at() == START + 100
    with journal.writing():
        journal.append(admitted(), Moment.at(START + 200, ClockTrust.SUSPECT), POLICY)
    assert journal.last_trusted_at() == START + 100


def test_a_device_that_wrote_nothing_yet_goes_by_what_the_one_before_it_wrote(home: Home) -> None:
    old = Journal.open(home, DEVICE)
    append(old, admitted(), START)
    old.close()
    journal = Journal.open(home, DEVICE + 1)
    assert journal.last_trusted_at() == START
    append(journal, admitted(), START - 50)
    assert journal.last_trusted_at() == START - 50
    journal.close()


def test_a_reader_beside_the_writer_sees_each_entry_as_soon_as_it_is_acknowledged(home: Home, journal: Journal) -> None:
    append(journal, admitted())
    reader = Journal.open(home, DEVICE, readonly=True)
    with journal.writing():
        entry = journal.append(admitted(), moment(), POLICY)
        assert reader.get(entry.id) is None
    assert reader.get(entry.id) == entry
    with pytest.raises(EnvironmentalError), reader.writing():
        reader.append(admitted(), moment(), POLICY)
    reader.close()


def test_a_journal_can_be_read_when_no_kiosk_runs(home: Home, journal: Journal) -> None:
    append(journal, admitted())
    journal.close()
    reader = Journal.open(home, DEVICE, readonly=True)
    assert reader.count() == 2
    assert reader.verify() == []
    reader.close()


def test_reading_a_journal_that_was_never_begun_is_a_sentence(home: Home) -> None:
    with pytest.raises(EnvironmentalError, match="does not exist yet"):
        Journal.open(home, DEVICE, readonly=True)
    assert not home.journal_file.exists()


def test_a_machine_enrolled_again_opens_a_chain_that_names_the_old_head(home: Home, journal: Journal) -> None:
    append(journal, admitted(1))
    head = journal.head()
    journal.close()
    home.save_device(record(DEVICE + 1))
    again = Journal.open(home, DEVICE + 1)
    append(again, admitted(2))
    opening = again.newest(EntryKind.CHAIN)
    assert opening is not None
    assert isinstance(opening.body, ChainBody)
    assert (opening.body.old_chain, opening.body.old_head) == (1, head.hash)
    assert again.verify() == []
    assert len(again.of_permit(permit_id_of(1))) == 1  # what was used before still counts
    assert [wire.key.device for wire in again.after(0, 0, 10)] == [DEVICE + 1] * 2
    again.close()


class TrickyCommit:
    """A connection whose next COMMIT raises, after or before it did its work."""

    def __init__(self, connection: driver.Connection, *, works: bool) -> None:
        self._connection, self._works, self._armed = connection, works, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        if statement == "COMMIT" and self._armed:
            self._armed = False
            if self._works:
                self._connection.execute(statement)
            self._connection.execute("SELECT * FROM no_such_table")  # a real exception of the driver
        return self._connection.execute(statement, *values)


@pytest.fixture
def tricky(journal: Journal) -> Callable[[bool], None]:
    def arm(works: bool) -> None:
        journal._database = TrickyCommit(journal._database, works=works)  # type: ignore[assignment]

    return arm


def test_a_commit_that_raised_but_happened_is_as_good_as_any(journal: Journal, tricky: Callable[[bool], None]) -> None:
    append(journal, admitted())
    tricky(True)
    entry = append(journal, admitted(1))
    assert journal.get(entry.id) == entry
    assert append(journal, admitted(2)).key.n == entry.key.n + 1
    assert journal.verify() == []


def test_a_commit_that_raised_and_did_not_happen_is_repeated_under_the_same_id(
    journal: Journal, tricky: Callable[[bool], None]
) -> None:
    append(journal, admitted())
    tricky(False)
    with pytest.raises(UncertainError):
        append(journal, admitted(1))
    assert append(journal, admitted(1)).key.n == 3
    assert journal.verify() == []


def test_a_file_that_contradicts_itself_is_damaged_and_no_mistake_of_ours(journal: Journal) -> None:
    append(journal, admitted(), private=Private(plate="A"))
    stray = "INSERT INTO sealed VALUES (?, 1, 3, 1, x'00')"
    journal._database.execute("PRAGMA foreign_keys = OFF")
    journal._database.execute(stray, (DEVICE,))
    with pytest.raises(DamagedError, match="damaged"):
        append(journal, admitted(1), private=Private(plate="B"))


def test_an_entry_that_is_not_what_its_hash_was_made_of_is_not_sent(journal: Journal) -> None:
    entry = append(journal, admitted())
    journal._database.execute("DROP TRIGGER entry_never_changes")
    (wire,) = journal.wire([entry.key])
    journal._database.execute("UPDATE entry SET core = ? WHERE n = ?", (wire.core + b"0", entry.key.n))
    with pytest.raises(DamagedError, match="not what its hash"):
        journal.wire([entry.key])


def test_an_index_page_that_the_disk_never_wrote_is_found_before_the_journal_is_continued(
    home: Home, journal: Journal
) -> None:
    for number in range(40):
        append(journal, admitted(number))
    journal.close()
    older = home.journal_file.read_bytes()
    again = Journal.open(home, DEVICE)
    entry = append(again, admitted(1))
    again.close()
    now = home.journal_file.read_bytes()
    found = 0
    for page in range(1, len(older) // 4096):
        place = slice(page * 4096, (page + 1) * 4096)
        if older[place] == now[place]:
            continue
        home.journal_file.write_bytes(now[: place.start] + older[place] + now[place.stop :])
        damaged = Journal.open(home, DEVICE)
        assert damaged.renewals or damaged.get(entry.id) == entry or damaged._reopening() is not None
        assert len(damaged.of_permit(permit_id_of(1))) == 2 or damaged._reopening() is not None
        damaged.close()
        for path in home.kiosk.glob("journal*"):
            path.unlink()
        found += 1
    assert found > 2


def test_alarms_and_shifts_are_found_by_an_index_among_any_number_of_scans(journal: Journal) -> None:
    for at in range(3):
        append(journal, admitted(at))
    shift = append(journal, ShiftBody(shift=ShiftKind.OPEN, place=PLACE, by="Saule"))
    alarms = [append(journal, AlarmBody(alarm=kind, place=PLACE)) for kind in (AlarmKind.DOOR, AlarmKind.TILT)]
    append(journal, admitted(9))
    assert [entry.id for entry in journal.latest(5, EntryKind.ALARM)] == [alarms[1].id, alarms[0].id]
    assert journal.newest(EntryKind.SHIFT) == shift
    query = (
        "EXPLAIN QUERY PLAN SELECT core FROM entry WHERE target = 'shift' AND device = 1 ORDER BY chain DESC, n DESC"
    )
    assert "USING INDEX entry_target" in str(journal._database.execute(query).fetchall())
    assert journal.verify() == []


def test_what_follows_an_entry_comes_in_the_order_it_was_written_whatever_the_clock_said(journal: Journal) -> None:
    first = append(journal, admitted(1), at=START + 500)
    later = [append(journal, admitted(n), at=START - n) for n in range(2, 5)]
    assert [entry.id for entry in journal.following(first.key)] == [entry.id for entry in later]
    assert list(journal.following(later[-1].key)) == []


def frames(journal: Journal) -> int:
    """How many frames of the WAL have not been moved into the file yet."""
    ((_, written, moved),) = journal._rows("PRAGMA wal_checkpoint(NOOP)")
    return int(written - moved)


def test_a_wal_is_emptied_between_two_scans_once_it_is_worth_it(journal: Journal) -> None:
    append(journal, admitted())
    journal.drain()
    assert (few := frames(journal)) > 0
    while frames(journal) < 600:
        append(journal, admitted())
    journal.drain()
    assert frames(journal) == 0
    append(journal, admitted())
    assert 0 < frames(journal) <= few  # and it begins anew


def test_a_wal_that_nobody_empties_is_bounded_all_the_same(journal: Journal, home: Home) -> None:
    wal, most = home.journal_file.with_name("journal.db-wal"), 0
    for _ in range(300):
        append(journal, admitted())
        most = max(most, frames(journal))
    assert most < 1_900
    assert frames(journal) < most
    assert wal.stat().st_size < 8 * 1024 * 1024
