"""The kiosk's log: bounded, harmless, and never the reason why a gate stops."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.home import Home
from tests.support.mounts import fill, small_disk
from tests.support.park import SmallPark
from ui.logfile import CappedFile, HarmlessFormatter, harmless, log_file

log = logging.getLogger("ui.test")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "data")
    home.prepare()
    return home


@pytest.fixture
def to_file(tmp_path: Path) -> Iterator[Path]:
    """A log of three files of 2,000 bytes."""
    handler = CappedFile(tmp_path / "a.log", file_bytes=2_000, older_files=2)
    handler.setFormatter(HarmlessFormatter("%(message)s"))
    logger = logging.getLogger("ui.test")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    yield tmp_path / "a.log"
    logger.removeHandler(handler)
    logger.propagate = True
    logger.setLevel(logging.NOTSET)
    handler.close()


def test_the_cap_holds_however_much_is_written(to_file: Path) -> None:
    for number in range(2_000):
        log.info("line %d %s", number, "x" * (number % 300))
    files = sorted(to_file.parent.glob("a.log*"))
    assert [path.name for path in files] == ["a.log", "a.log.1", "a.log.2"]
    assert all(path.stat().st_size <= 2_000 for path in files)
    assert to_file.read_text().splitlines()[-1].startswith("line 1999 ")
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_nothing_that_is_logged_can_pass_for_another_line_or_reach_a_terminal(to_file: Path) -> None:
    log.info("a\nINFO admitted\r\x1b[2J\u202e\x00\ud800")
    assert to_file.read_text() == "a\\nINFO admitted\\r\\x1b[2J\\u202e\\x00\\ud800\n"


def test_a_ticket_s_text_is_never_written_even_in_an_error(to_file: Path) -> None:
    ticket = SmallPark().ticket()
    log.info("read %s from the camera", ticket)
    try:
        raise ValueError(f"cannot use {ticket}\nINFO: nor this")
    except ValueError:
        log.exception("a scan failed for %s", ticket[:40])
    text = to_file.read_text()
    assert ticket[4:20] not in text
    assert "(a ticket's text)" in text
    first, *others = text.splitlines()[1:]
    assert first == "a scan failed for (a ticket's text)"
    assert all(line.startswith("    ") for line in others)
    assert harmless("x" * 10_000) == "x" * 4_000


def test_a_full_disk_never_reaches_whoever_logs(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", mebibytes=2) as disk:
        home = Home(disk / "data")
        home.prepare()
        with log_file(home):
            log.info("before")
            filler = fill(disk)
            for _ in range(300):
                log.info("x" * 1_000)
            filler.unlink()
            log.info("after")
        words = home.log_file.read_text()
        assert "before" in words
        assert "after" in words


@pytest.mark.parametrize("where", ["a folder", "nowhere"])
def test_a_log_that_cannot_be_opened_is_no_trouble(home: Home, where: str) -> None:
    if where == "a folder":
        home.log_file.mkdir()
        lost = home
    else:
        lost = Home(home.path / "gone")
    with log_file(lost):
        log.info("nobody hears this")
        log.warning("but this is said")


def test_afterwards_logging_is_as_it_was(home: Home) -> None:
    before = list(logging.getLogger().handlers), logging.getLogger("ui").level
    with log_file(home):
        logging.getLogger("sync.worker").info("sync: sent 3")
        logging.getLogger("somebody.else").info("not ours")
    assert (list(logging.getLogger().handlers), logging.getLogger("ui").level) == before
    (line,) = home.log_file.read_text().splitlines()
    assert line.endswith("INFO sync.worker: sync: sent 3")
