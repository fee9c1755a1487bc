"""A journal that cannot be written: mended where it can be, and never a pulse for what is not on the disk."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry, Private
from kiosk.rules.facts import Question
from kiosk.rules.words import ActKind, Fault, Outcome, Reason, Source
from kiosk.store import driver
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Journal
from tests.support.gate import Gate, gate
from tests.support.park import FREE_REENTRY, NOON

PAGE = 4096


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Gate]:
    with gate(tmp_path / "data") as made:
        yield made


def scan(here: Gate, serial: int = 1, **changes: Any) -> Entry:
    entry = here.checkpoint.scan(Scan(text=here.park.ticket(serial, **changes), source=Source.CAMERA))
    assert not isinstance(entry, Question)
    return entry


def said(entry: Entry) -> tuple[Outcome, Reason]:
    assert isinstance(entry.body, DecisionBody)
    return entry.body.outcome, entry.body.reason


class Faulty:
    """A connection that raises the driver's own errors where it is told to."""

    def __init__(self, connection: driver.Connection, fault: Callable[[str], str | None], times: int) -> None:
        self._connection, self._fault, self._times = connection, fault, times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if self._times and (text := self._fault(statement)) is not None:
            self._times -= 1
            if statement == "COMMIT" and text.startswith("after"):
                self._connection.execute(statement)
            error = driver.Error(text)
            error.sqlite_errorcode = {"full": 13, "eio": 10, "read-only": 8}[text.split()[-1]]
            raise error
        return self._connection.execute(statement, *values)


def break_down(here: Gate, text: str, *, at: str = "COMMIT", times: int = 1) -> None:
    def fault(statement: str) -> str | None:
        return text if statement.startswith(at) else None

    here.journal._database = Faulty(here.journal._database, fault, times)  # type: ignore[assignment]


class Room:
    """A reserve that can be given back once."""

    def __init__(self) -> None:
        self.is_held = True

    def hold(self) -> None:
        self.is_held = True

    def free(self) -> bool:
        given, self.is_held = self.is_held, False
        return given


def test_a_commit_that_failed_once_is_made_again_under_the_same_id(here: Gate) -> None:
    scan(here, 2)
    expected = here.journal.head().n + 1
    break_down(here, "eio")
    entry = scan(here)
    assert entry.key.n == expected
    assert said(entry) == (Outcome.ADMITTED, Reason.UNLISTED)
    assert [pulse.cause for pulse in here.barrier.pulses][-1] == entry.id
    assert here.journal.verify() == []


def test_a_commit_that_raised_and_is_on_the_disk_all_the_same_is_not_made_twice(here: Gate) -> None:
    scan(here, 2)
    break_down(here, "after eio")
    entry = scan(here)
    assert len(here.journal.of_permit(entry.body.permit)) == 1  # type: ignore[union-attr, arg-type]
    assert [pulse.cause for pulse in here.barrier.pulses].count(entry.id) == 1
    assert here.journal.verify() == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [("full", Fault.DISK_FULL), ("eio", Fault.DISK_FAILED), ("read-only", Fault.DISK_READ_ONLY)],
)
def test_a_disk_that_does_not_take_the_entry_gives_no_pulse_and_is_named(here: Gate, text: str, fault: Fault) -> None:
    scan(here, 2)
    pulses, entries = len(here.barrier.pulses), here.journal.count()
    break_down(here, text, times=99)
    with pytest.raises(EnvironmentalError):
        scan(here)
    here.journal._database._times = 0  # type: ignore[attr-defined]
    assert (len(here.barrier.pulses), here.journal.count()) == (pulses, entries)
    assert here.checkpoint.status().faults == (fault,)
    assert said(scan(here)) == (Outcome.ADMITTED, Reason.UNLISTED)
    assert here.checkpoint.status().faults == ()


def test_a_full_disk_gives_its_reserve_for_the_admission(here: Gate) -> None:
    room = Room()
    here.checkpoint._mending._reserve = room  # type: ignore[assignment]
    break_down(here, "full")
    assert said(scan(here)) == (Outcome.ADMITTED, Reason.UNLISTED)
    assert here.checkpoint.status().faults == (Fault.DISK_FULL,)
    break_down(here, "full", times=99)
    with pytest.raises(EnvironmentalError, match="full"):
        scan(here, 2)
    here.journal._database._times = 0  # type: ignore[attr-defined]
    here.checkpoint.tidy()
    assert room.is_held


def test_a_pulse_that_cannot_be_written_down_does_not_undo_the_admission(here: Gate) -> None:
    scan(here, 2)
    count = here.journal.count()

    def fault(statement: str) -> str | None:
        return "full" if statement == "COMMIT" and here.barrier.pulses[1:] else None

    here.journal._database = Faulty(here.journal._database, fault, 99)  # type: ignore[assignment]
    entry = scan(here)
    assert said(entry) == (Outcome.ADMITTED, Reason.UNLISTED)
    here.journal._database._times = 0  # type: ignore[attr-defined]
    assert here.journal.count() == count + 1
    assert scan(here).id == entry.id  # the same admission, and the barrier once more
    assert [pulse.cause for pulse in here.barrier.pulses].count(entry.id) == 2


def test_an_entry_that_was_read_back_is_on_the_disk_before_its_pulse(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(here.barrier, "pulse", killed)
        with pytest.raises(KeyboardInterrupt):
            scan(here, 1)
    here.close()
    with gate(here.home.path) as again:
        steps: list[str] = []
        honest = again.barrier.pulse

        def noted(milliseconds: int, cause: str) -> None:
            steps.append("pulse")
            honest(milliseconds, cause)

        monkeypatch.setattr(again.barrier, "pulse", noted)
        again.journal._database = Watched(again.journal._database, steps)  # type: ignore[assignment]
        scan(again, 1)
        assert steps.index("flush") < steps.index("pulse")


def killed(*_: Any) -> None:
    raise KeyboardInterrupt


class Watched:
    """A connection that notes when the journal is flushed."""

    def __init__(self, connection: driver.Connection, steps: list[str]) -> None:
        self._connection, self._steps = connection, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, *values: Any) -> Any:
        if "wal_checkpoint" in statement:
            self._steps.append("flush")
        return self._connection.execute(statement, *values)


# ---- a damaged journal ----------------------------------------------------------------------------------------------


def spoil_everything(here: Gate) -> None:
    """Flip a byte of every page, in the file and in its log."""
    here.journal._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    here.journal.close()
    data = bytearray(here.home.journal_file.read_bytes())
    for page in range(len(data) // PAGE):
        data[page * PAGE + 999] ^= 0x40
    here.home.journal_file.write_bytes(data)


def test_a_journal_damaged_while_the_kiosk_runs_is_renewed_and_the_scan_goes_on(here: Gate) -> None:
    known = scan(here, 1)
    database = here.journal._database
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(here.home.journal_file.read_bytes())
    for page in range(1, len(data) // PAGE):
        data[page * PAGE + 999] ^= 0x40
    here.home.journal_file.write_bytes(data)
    database.execute("PRAGMA cache_size = 1")
    database.execute("PRAGMA shrink_memory")
    bought_since = NOON + 60
    here.clock.at = NOON + 120
    entry = scan(here, 2, iat=bought_since)
    assert entry.key.chain == 2
    assert here.checkpoint.status().faults == (Fault.JOURNAL_RENEWED,)
    assert said(scan(here, 1)) == (Outcome.REFERRED, Reason.USES_UNKNOWN)
    assert here.journal.get(known.id) is None
    assert here.journal.verify() == []
    assert (here.home.kiosk / "journal-damaged-1.db").exists()


def test_a_ticket_used_before_the_damage_is_never_admitted_again_by_itself(here: Gate) -> None:
    used = scan(here, 1)
    spoil_everything(here)
    with gate(here.home.path) as again:
        assert again.checkpoint.status().faults == (Fault.JOURNAL_RENEWED,)  # before anybody comes
        assert said(scan(again, 1)) == (Outcome.REFERRED, Reason.USES_UNKNOWN)
        override = again.checkpoint.acts.override(again.journal.latest(1)[0].id, reason="counted by hand", by="device")
        assert [pulse.cause for pulse in again.barrier.pulses] == [override.id]
        assert again.journal.head().chain == used.key.chain + 1


def test_a_ticket_bought_after_the_damage_is_admitted_as_ever(here: Gate) -> None:
    scan(here, 1)
    spoil_everything(here)
    with gate(here.home.path) as again:
        again.checkpoint.believe()
        again.clock.at += 600
        assert said(scan(again, 3, iat=again.clock.at - 60)) == (Outcome.ADMITTED, Reason.UNLISTED)


def test_the_next_day_a_right_for_several_days_is_good_again(here: Gate) -> None:
    ticket = {"entries": 3, "exp": NOON + 5 * 86_400, "product": FREE_REENTRY}
    scan(here, 1, **ticket)
    spoil_everything(here)
    with gate(here.home.path) as again:
        assert said(scan(again, 1, **ticket)) == (Outcome.REFERRED, Reason.USES_UNKNOWN)
        again.clock.at += 86_400
        assert said(scan(again, 1, **ticket)) == (Outcome.ADMITTED, Reason.UNLISTED)


def test_nothing_is_unknown_where_the_registry_has_confirmed_every_entry(here: Gate) -> None:
    scan(here, 1)
    here.deliveries.witness(here.journal.head())
    here.deliveries.signed(NOON)
    spoil_everything(here)
    with gate(here.home.path) as again:
        # what the registry was told came back with its feed, and counts; without its feed nobody knows
        assert said(scan(again, 2)) == (Outcome.REFERRED, Reason.USES_UNKNOWN)
        again.know(again.park.claims(2))
        # a snapshot may be older than what the registry was told: only the end of its feed brings all of it
        assert said(scan(again, 2)) == (Outcome.REFERRED, Reason.USES_UNKNOWN)
        again.deliveries.signed(NOON)
        assert again.journal.lost_uses_at() is None
        assert said(scan(again, 2)) == (Outcome.ADMITTED, Reason.OK)


def test_a_damaged_journal_on_a_disk_that_cannot_be_written_is_a_sentence(
    here: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(here, 1)

    def cannot(*_: Any) -> None:
        raise EnvironmentalError("journal.db: Read-only file system")

    monkeypatch.setattr(Journal, "renew", cannot)
    pulses = len(here.barrier.pulses)

    def damaged(*_: Any) -> bytes:
        raise driver.DamagedError("journal.db is damaged", file="journal.db")

    monkeypatch.setattr(Journal, "believed", damaged)
    with pytest.raises(EnvironmentalError, match="Read-only"):
        scan(here, 2)
    assert len(here.barrier.pulses) == pulses


def test_an_act_upon_an_entry_is_mended_like_a_scan(here: Gate) -> None:
    entry = scan(here, 1)
    break_down(here, "eio")
    act = here.checkpoint.acts.annul(entry.id, reason="the turnstile did not turn", by="device")
    assert [found.id for found in here.journal.acts_on(entry.id)][-1] == act.id
    assert here.journal.verify() == []


def test_a_private_part_survives_the_mending_of_its_admission(here: Gate) -> None:
    break_down(here, "eio")
    private = Private(plate="123 ABC 02")
    entry = here.checkpoint.scan(Scan(text=here.park.ticket(1), source=Source.CAMERA), private=private)
    assert isinstance(entry, Entry)
    assert here.journal.get(entry.id) == replace(entry, private=private)
    assert [act.body.act for act in here.journal.acts_on(entry.id)] == [ActKind.PULSE]  # type: ignore[union-attr]


def test_damage_where_only_sync_looks_is_mended_when_nobody_stands_at_the_gate(here: Gate) -> None:
    spoiled, *others = (scan(here, serial) for serial in (1, 2, 3))
    database = here.journal._database
    database.execute("DROP TRIGGER entry_never_changes")
    where = "device = ? AND chain = ? AND n = ?"
    key = spoiled.key
    database.execute(f"UPDATE entry SET core = zeroblob(40) WHERE {where}", (key.device, key.chain, key.n))
    with (
        closing(Journal.open(here.home, here.record.device, readonly=True)) as reader,
        closing(Deliveries(here.home, reader)) as deliveries,
    ):
        with pytest.raises(DamagedError):
            deliveries.pending(100)
        here.checkpoint.tidy()
        assert here.journal.is_chain_due
        sent = {wire.key for wire in deliveries.pending(100)}
        assert {entry.key for entry in others} <= sent
        assert key not in sent
        here.checkpoint.tidy()
        assert len(list(here.home.kiosk.glob("journal-damaged-*.db"))) == 1
