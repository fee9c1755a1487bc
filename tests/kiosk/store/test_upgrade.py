"""A file of an older schema is upgraded, and the old one stays beside it; of a newer schema it is refused by name."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.store import driver, journal_schema, sync_schema
from kiosk.store import journal as journal_module
from kiosk.store.driver import script
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from tests.support.old_files import OLD_DEVICE, schema_1_home

NEXT = script("CREATE TABLE newer (x TEXT) STRICT;")
BROKEN = script("CREATE TABLE newer (x TEXT) STRICT; CREATE TABLE entry (x TEXT) STRICT;")


@pytest.fixture
def old(tmp_path: Path) -> Home:
    """A kiosk's files of the first schema."""
    return schema_1_home(tmp_path / "data")


def upgraded_by(monkeypatch: pytest.MonkeyPatch, step: driver.Step) -> None:
    real = journal_schema.steps
    monkeypatch.setattr(journal_module, "steps", lambda vault: (*real(vault), step))


def contents(home: Home, name: str = "journal.db") -> list[tuple[object, ...]]:
    database = driver.connect(home.kiosk / name, home.database_key(), readonly=True)
    try:
        version = database.execute("PRAGMA user_version").fetchone()
        rows = database.execute("SELECT core, hash FROM entry ORDER BY device, chain, n")
        return [version, *rows.fetchall()]
    finally:
        database.close()


def test_the_old_journal_stays_whole_beside_the_upgraded_one(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old)
    upgraded_by(monkeypatch, NEXT)
    Journal.open(old, OLD_DEVICE).close()
    kept = old.kiosk / "journal-schema1.db"
    assert contents(old, kept.name) == before
    assert contents(old) == [(3,), *before[1:]]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"SQLite format" not in kept.read_bytes()
    stamp = kept.stat().st_mtime_ns
    Journal.open(old, OLD_DEVICE).close()
    assert kept.stat().st_mtime_ns == stamp  # once
    assert [path.name for path in old.kiosk.iterdir() if path.name.startswith(".")] == []


def test_what_still_stands_in_the_wal_is_in_the_copy(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    other = driver.connect(old.journal_file, old.database_key())
    other.execute("CREATE TABLE in_the_wal (x TEXT) STRICT")
    assert old.journal_file.with_name("journal.db-wal").stat().st_size
    upgraded_by(monkeypatch, NEXT)
    Journal.open(old, OLD_DEVICE).close()
    other.close()
    kept = driver.connect(old.kiosk / "journal-schema1.db", old.database_key(), readonly=True)
    assert kept.execute("SELECT count(*) FROM in_the_wal").fetchone() == (0,)
    kept.close()


def test_an_upgrade_that_fails_leaves_both_as_they_were(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old)
    upgraded_by(monkeypatch, BROKEN)
    with pytest.raises(EnvironmentalError):
        Journal.open(old, OLD_DEVICE)
    assert contents(old) == contents(old, "journal-schema1.db") == before


def test_without_room_for_the_copy_nothing_is_changed(old: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old.journal_file.read_bytes()
    upgraded_by(monkeypatch, NEXT)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1024 * 1024))
    with pytest.raises(EnvironmentalError, match=r"journal-schema1\.db .*1 MiB are free.*nothing was changed"):
        Journal.open(old, OLD_DEVICE)
    assert not (old.kiosk / "journal-schema1.db").exists()
    assert old.journal_file.read_bytes() == before
    assert contents(old)[0] == (1,)


def test_an_empty_new_file_leaves_no_copy(tmp_path: Path, home: Home) -> None:
    Journal.open(home, OLD_DEVICE).close()
    assert list(home.kiosk.glob("*-schema*.db")) == []


def test_the_files_of_schema_1_are_opened_as_they_are(old: Home) -> None:
    before = contents(old)[1:]
    journal = Journal.open(old, OLD_DEVICE)
    assert (journal.count(), journal.verify()) == (21, [])
    journal.close()
    assert len(before) == 21
    sync_schema.open_sync(old, readonly=False).close()


def opened(home: Home, name: str, *, readonly: bool) -> object:
    if name == "sync.db":
        return sync_schema.open_sync(home, readonly=readonly)
    return Journal.open(home, OLD_DEVICE, readonly=readonly)


@pytest.mark.parametrize("name", ["journal.db", "sync.db"])
def test_a_file_of_a_newer_schema_is_refused_by_its_name(old: Home, name: str) -> None:
    database = driver.connect(old.kiosk / name, old.database_key())
    database.execute("PRAGMA user_version = 99")
    database.close()
    before = (old.kiosk / name).read_bytes()
    for readonly in (False, True):
        with pytest.raises(EnvironmentalError, match=rf"{name} was written by a newer version .*schema 99"):
            opened(old, name, readonly=readonly)
    assert (old.kiosk / name).read_bytes() == before


@pytest.mark.parametrize("name", ["device.json", "trust/staged.json"])
def test_a_small_file_of_a_newer_schema_is_refused_by_its_name(old: Home, name: str) -> None:
    path = old.kiosk / name
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 99'))
    with pytest.raises(EnvironmentalError, match=rf"{path.name} cannot be read .*schema 99"):
        _ = old.device, Policies(old).current()
