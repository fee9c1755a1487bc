"""Opening, writing and migrating a database file."""

import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.errors import BugError, BusyError, EnvironmentalError
from kiosk.store import driver
from kiosk.store.driver import DamagedError, script

KEY = bytes(range(32))
STEPS = (script("CREATE TABLE thing (name TEXT) STRICT;"), script("ALTER TABLE thing ADD COLUMN size INTEGER;"))


def made(path: Path, rows: int = 3) -> Path:
    database = driver.connect(path, KEY)
    driver.migrate(database, STEPS, path.name)
    with driver.writing(database, path.name):
        database.executemany("INSERT INTO thing VALUES (?, ?)", [(f"canary {i}" * 20, i) for i in range(rows)])
    database.close()
    return path


def test_a_stolen_disk_shows_no_word_of_what_was_written(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", rows=100)
    open_still = driver.connect(path, KEY)
    with driver.writing(open_still, "a.db"):
        open_still.execute("INSERT INTO thing VALUES ('canary in the wal', 1)")
    for file in tmp_path.iterdir():
        assert b"canary" not in file.read_bytes(), file.name
        assert b"SQLite format" not in file.read_bytes(), file.name
    open_still.close()


def test_another_key_opens_nothing_and_is_one_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = made(tmp_path / "a.db")
    with pytest.raises(DamagedError, match="another key"):
        driver.connect(path, bytes(32))
    assert capfd.readouterr() == ("", "")  # SQLCipher would write lines of its own


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_our_own_mistake(tmp_path: Path, length: int) -> None:
    with pytest.raises(BugError):
        driver.connect(tmp_path / "a.db", bytes(length))


def test_a_file_of_a_newer_program_is_refused_by_name(tmp_path: Path) -> None:
    path = made(tmp_path / "thing.db")
    database = driver.connect(path, KEY)
    database.execute("PRAGMA user_version = 3")
    with pytest.raises(EnvironmentalError, match=r"thing\.db was written by a newer version .*schema 3.* 2"):
        driver.migrate(database, STEPS, "thing.db")
    with pytest.raises(EnvironmentalError, match="newer version"):
        driver.check_version(database, STEPS, "thing.db")
    database.close()


def test_an_older_file_is_brought_up_to_date_once(tmp_path: Path) -> None:
    database = driver.connect(tmp_path / "a.db", KEY)
    driver.migrate(database, STEPS[:1], "a.db")
    database.execute("INSERT INTO thing VALUES ('old')")
    driver.migrate(database, STEPS, "a.db")
    driver.migrate(database, STEPS, "a.db")
    assert database.execute("SELECT name, size FROM thing").fetchall() == [("old", None)]
    database.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    database = driver.connect(tmp_path / "a.db", KEY)
    driver.migrate(database, STEPS, "a.db")
    broken = (*STEPS, script("CREATE TABLE other (x TEXT) STRICT; CREATE TABLE thing (again TEXT) STRICT;"))
    with pytest.raises(EnvironmentalError):
        driver.migrate(database, broken, "a.db")
    assert driver.check_version(database, STEPS, "a.db") == 2
    assert database.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'other'").fetchone() == (0,)
    database.close()


def test_an_error_inside_a_transaction_undoes_it(tmp_path: Path) -> None:
    database = driver.connect(made(tmp_path / "a.db"), KEY)
    with suppress(ZeroDivisionError), driver.writing(database, "a.db"):
        database.execute("DELETE FROM thing")
        _ = 1 / 0
    assert database.execute("SELECT count(*) FROM thing").fetchone() == (3,)
    database.close()


def test_a_transaction_within_a_transaction_is_our_own_mistake(tmp_path: Path) -> None:
    database = driver.connect(made(tmp_path / "a.db"), KEY)
    with driver.writing(database, "a.db"), pytest.raises(BugError), driver.writing(database, "a.db"):
        pass
    database.close()


def test_a_second_writer_hears_that_the_file_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "BUSY_SECONDS", 0)
    first, second = (driver.connect(made(tmp_path / "a.db"), KEY) for _ in range(2))
    with driver.writing(first, "a.db"), pytest.raises(BusyError, match="in use"), driver.writing(second, "a.db"):
        pass
    first.close()
    second.close()


def test_a_transaction_that_reads_first_and_then_writes_waits_for_the_other_writer(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", rows=1)

    def count_up() -> None:
        database = driver.connect(path, KEY, synchronous="NORMAL")
        for _ in range(50):
            with driver.writing(database, "a.db"):
                (size,) = database.execute("SELECT size FROM thing").fetchone()
                database.execute("UPDATE thing SET size = ?", (size + 1,))
        database.close()

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database = driver.connect(path, KEY, readonly=True)
    assert database.execute("SELECT size FROM thing").fetchone() == (100,)
    database.close()


def test_a_reader_opens_beside_a_writer_and_sees_what_was_committed(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db")
    writer, reader = driver.connect(path, KEY), driver.connect(path, KEY, readonly=True)
    with driver.writing(writer, "a.db"):
        writer.execute("DELETE FROM thing")
        assert reader.execute("SELECT count(*) FROM thing").fetchone() == (3,)
    assert reader.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    with pytest.raises(EnvironmentalError), driver.guarded("a.db"):
        reader.execute("DELETE FROM thing")
    writer.close()
    reader.close()


def test_a_reader_opens_when_nobody_else_does_even_after_a_crash(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db")
    writer = driver.connect(path, KEY)
    with driver.writing(writer, "a.db"):
        writer.execute("INSERT INTO thing VALUES ('only in the wal', 9)")
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for suffix in ("", "-wal"):  # as a crash leaves them: the -shm may be gone
        shutil.copy(f"{path}{suffix}", crashed)
    writer.close()
    reader = driver.connect(crashed / "a.db", KEY, readonly=True)
    assert reader.execute("SELECT count(*) FROM thing").fetchone() == (4,)
    reader.close()


def test_a_file_on_a_disk_that_cannot_be_written_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(tmp_path / "a.db")
    monkeypatch.setattr("kiosk.store.driver.os.access", lambda *_: False)
    reader = driver.connect(path, KEY, readonly=True)
    assert reader.execute("SELECT count(*) FROM thing").fetchone() == (3,)
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]  # not even a -shm file was made
    reader.close()


def test_reading_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentalError, match="does not exist yet"):
        driver.connect(tmp_path / "a.db", KEY, readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence_and_no_half_a_commit(tmp_path: Path) -> None:
    database = driver.connect(made(tmp_path / "a.db"), KEY)
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(EnvironmentalError, match="full"), driver.writing(database, "a.db"):
        database.executemany("INSERT INTO thing VALUES (?, 1)", [("x" * 3000,)] * 50)
    assert database.execute("SELECT count(*) FROM thing").fetchone() == (3,)
    database.close()


def test_every_damaged_page_raises_and_none_reads_differently(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", rows=200)
    database = driver.connect(path, KEY)
    expected = database.execute("SELECT * FROM thing").fetchall()
    database.close()
    whole = path.read_bytes()
    for place in range(0, len(whole), 997):
        mutated = bytearray(whole)
        mutated[place] ^= 0x55
        path.write_bytes(mutated)
        try:
            opened = driver.connect(path, KEY, readonly=True)
        except EnvironmentalError:
            continue
        try:
            with driver.guarded("a.db"):
                assert opened.execute("SELECT * FROM thing").fetchall() == expected
        except DamagedError:
            pass
        finally:
            opened.close()
