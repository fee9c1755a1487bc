"""The state of the memory, for `qaqpa status`."""

from pathlib import Path

from kiosk.store.health import report
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from tests.support.memory import POLICY, admitted, moment

ROWS = {"entry": 2, "sealed": 0, "contact": 0, "head": 1, "pruned": 0, "reopening": 0}


def test_a_folder_without_a_memory_reports_none_and_makes_none(tmp_path: Path) -> None:
    found = report(Home(tmp_path / "data"))
    assert found.files == ()
    assert found.free_bytes > 0
    assert list(tmp_path.iterdir()) == []


def test_sizes_and_rows_are_those_of_the_files(home: Home, journal: Journal) -> None:
    with journal.writing():
        journal.append(admitted(), moment(), POLICY)
    (file,) = report(home, thorough=True).files
    assert (file.name, dict(file.rows), file.fault) == ("journal.db", ROWS, None)
    assert file.size_bytes >= home.journal_file.stat().st_size


def test_a_damaged_file_is_named_and_the_others_still_reported(home: Home, journal: Journal) -> None:
    (home.kiosk / "sync.db").write_bytes(b"x" * 8192)
    found = report(home)
    assert [file.fault is None for file in found.files] == [True, False]
