"""The loop's count: whole over an orderly end, and unknown after any other."""

import json
from pathlib import Path

import pytest

from kiosk.devices.crossings import MOST, CrossingLog


def test_a_count_goes_on_over_an_orderly_end(tmp_path: Path) -> None:
    file = tmp_path / "crossings.json"
    log = CrossingLog(file)
    log.add(3)
    log.close()
    before = log.now
    again = CrossingLog(file)
    assert again.now == before
    again.add(1)
    assert (again.now.count, again.now.series) == (4, before.series)


def test_after_a_crash_a_new_series_says_that_nobody_knows(tmp_path: Path) -> None:
    file = tmp_path / "crossings.json"
    log = CrossingLog(file)
    log.add(3)
    log.close()
    crashed = CrossingLog(file)
    crashed.add(5)
    after = CrossingLog(file)
    assert after.now.count == 0
    assert after.now.series != log.now.series


def test_a_loop_that_could_not_be_read_for_a_while_begins_a_new_series() -> None:
    log = CrossingLog()
    log.add(3)
    before = log.now
    log.break_off()
    assert (log.now.count, log.now.series == before.series) == (0, False)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"count": "x"}', '{"count": -1, "series": "a", "whole": true}']
)
def test_a_file_that_cannot_be_read_is_counted_anew_and_never_ends_the_kiosk(tmp_path: Path, text: str) -> None:
    file = tmp_path / "crossings.json"
    file.write_text(text)
    assert CrossingLog(file).now.count == 0


def test_a_folder_that_cannot_be_written_keeps_the_count_in_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = CrossingLog(tmp_path / "missing" / "crossings.json")
    log.add(2)
    log.close()
    assert log.now.count == 2
    assert "cannot be kept" in caplog.text


def test_a_count_too_large_for_the_journal_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "crossings.json"
    file.write_text(json.dumps({"count": MOST, "series": "a", "whole": True}))
    log = CrossingLog(file)
    assert log.now.series == "a"
    log.add(1)
    assert log.now.series != "a"
