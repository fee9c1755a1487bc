"""revocations.db: what holds for a ticket, how old the list is, and what becomes of a damaged file."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from kiosk.store import driver
from kiosk.store.driver import DamagedError
from kiosk.store.home import Home
from kiosk.store.revocations import RevocationLog, Revocations

PARK = 7
REVOKE, RESTORE = RevocationAction.REVOKE, RevocationAction.RESTORE


def cti(number: int) -> bytes:
    return random.Random(number).randbytes(16)


def row(seq: int, of: int = 1, action: RevocationAction = REVOKE, *, expires: int = 0) -> Revocation:
    return Revocation(seq=seq, cti8=cti(of)[:8], action=action, effective=1000, expires=expires)


def head(last: int) -> LogHead:
    return LogHead(last=last, hash=bytes([last % 256]) * 32)


@pytest.fixture
def log(home: Home) -> Iterator[RevocationLog]:
    with RevocationLog(home, PARK) as log:
        yield log


@pytest.fixture
def reader(home: Home) -> Iterator[Revocations]:
    reader = Revocations(home, reports_damage=True)
    yield reader
    reader.close()


def spoilt(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


def test_before_the_first_cycle_nothing_is_known_and_nothing_is_made(home: Home, reader: Revocations) -> None:
    assert reader.find(cti(1)) is None
    assert not reader.state().is_own
    assert not home.revocations_file.exists()


def test_a_scan_finds_what_sync_has_written(log: RevocationLog, reader: Revocations) -> None:
    log.add([row(1), row(2, of=2)], head(2), 5000)
    assert reader.find(cti(1)) == row(1)
    assert reader.find(cti(3)) is None
    state = reader.state()
    assert (state.head, state.signed_at, state.count, state.is_own) == (head(2), 5000, 2, True)


def test_the_highest_number_holds_whatever_comes_later(log: RevocationLog, reader: Revocations) -> None:
    log.add([row(5, action=RESTORE), row(7)], head(7), 5000)
    log.add([row(6, action=RESTORE), row(2)], head(7), 4000)
    assert reader.find(cti(1)) == row(7)
    assert reader.state().signed_at == 5000


def test_nothing_new_makes_the_list_younger_and_an_older_word_makes_it_no_older(log: RevocationLog) -> None:
    log.add([row(1)], head(1), 5000)
    log.nothing_new(5600)
    log.nothing_new(5300)
    assert log.state().signed_at == 5600


def test_the_same_word_again_writes_nothing(log: RevocationLog, home: Home) -> None:
    log.nothing_new(5000)
    wal = home.revocations_file.with_name("revocations.db-wal")
    before = wal.stat().st_size
    for _ in range(10):
        log.nothing_new(5000)
    assert wal.stat().st_size == before


def test_rows_of_tickets_that_have_ended_go(log: RevocationLog, reader: Revocations, home: Home) -> None:
    log.add([row(1, expires=6000), row(2, of=2)], head(2), 5999)
    assert reader.find(cti(1)) is not None
    log.add([row(3, of=3)], head(3), 6000)
    assert reader.find(cti(1)) is None
    assert log.state().count == 2
    RevocationLog(home, PARK).close()  # count and checksum are still those of the rows


def test_the_log_of_another_park_is_none_of_this_one_s(log: RevocationLog, home: Home, reader: Revocations) -> None:
    log.add([row(1)], head(1), 5000)
    log.close()
    with RevocationLog(home, PARK + 1) as other:
        assert other.state().head == LogHead()
    assert reader.find(cti(1)) is None


def test_a_file_that_is_damaged_on_opening_is_set_aside_and_its_age_is_unknown(
    log: RevocationLog, home: Home, reader: Revocations
) -> None:
    log.add([row(seq, of=seq) for seq in range(1, 500)], head(499), 5000)
    log.close()
    spoilt(home.revocations_file, 3 * 4096 + 100)
    with RevocationLog(home, PARK) as anew:
        state = anew.state()
        assert (state.head, state.signed_at, state.was_damaged, state.is_own) == (LogHead(), None, True, True)
        assert home.revocations_file.with_name("revocations.db.damaged").exists()
        anew.add([row(1)], head(1), 5000)
    assert not reader.state().was_damaged
    assert reader.find(cti(1)) == row(1)


def test_damage_that_a_scan_meets_is_told_to_sync_and_mended(
    log: RevocationLog, home: Home, reader: Revocations
) -> None:
    log.add([row(seq, of=seq) for seq in range(1, 500)], head(499), 5000)
    log.close()
    spoilt(home.revocations_file, 3 * 4096 + 100)
    for _ in range(2):
        with pytest.raises(DamagedError):
            reader.find(cti(1))
    assert home.revocations_file.with_name("revocations.db.doubt").exists()
    with RevocationLog(home, PARK) as anew:
        assert not anew.mend()
        anew.add([row(1)], head(1), 5000)
        assert reader.find(cti(1)) == row(1)


def test_a_file_that_is_exchanged_under_a_reader_is_opened_anew(
    log: RevocationLog, home: Home, reader: Revocations
) -> None:
    log.add([row(1)], head(1), 5000)
    assert reader.find(cti(1)) == row(1)
    home.revocations_file.with_name("revocations.db.doubt").touch()
    assert log.mend()
    assert reader.find(cti(1)) is None
    log.add([row(1), row(2, of=2)], head(2), 6000)
    assert reader.find(cti(2)) == row(2, of=2)
    assert log.state() == reader.state()


def test_rows_that_are_not_those_it_says_it_holds_are_damage(log: RevocationLog, home: Home) -> None:
    log.add([row(1), row(2, of=2)], head(2), 5000)
    log.close()
    database = driver.connect(home.revocations_file, home.database_key())
    database.execute("DELETE FROM revocation WHERE seq = 2")  # as after a write that the disk lost
    database.close()
    with RevocationLog(home, PARK) as anew:
        assert anew.state().was_damaged


def test_a_registry_without_a_log_leaves_the_age_to_the_replica(log: RevocationLog) -> None:
    log.not_kept()
    assert not log.state().is_own
    log.add([row(1)], head(1), 5000)
    log.not_kept()
    assert log.state().is_own


def test_a_file_of_a_newer_program_is_refused_by_name(log: RevocationLog, home: Home, reader: Revocations) -> None:
    log.close()
    database = driver.connect(home.revocations_file, home.database_key())
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(EnvironmentalError, match=r"revocations.db was written by a newer version"):
        RevocationLog(home, PARK)
    with pytest.raises(EnvironmentalError, match="newer version"):
        reader.state()
