"""Paper mode: what happens to a stick is a state, and the tick never ends with it."""

import json
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.store.home import Home
from tests.support.clock import ManualClock
from tests.support.enrolled import enrolled_home
from tests.support.park import NOON, SmallPark
from ui.assembly import open_reader
from ui.paper_mode import FILE_NAME, SLIPS, PaperState, last, paper_state, remember, sheets, write
from ui.paper_tick import PaperTick, ticking
from ui.sheets import as_pdf, lines

MINUTE = 60


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled_home(tmp_path / "data", SmallPark())


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def small_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_stick_without_room_keeps_the_page_it_has(home: Home, stick: Path, small_files: None) -> None:
    config = Config(paper_folder=stick)
    assert write(home, config, b"the page before", NOON).state is PaperState.OK
    full = write(home, config, bytes(8192), NOON + MINUTE)
    assert (full.state, full.good_at) == (PaperState.FULL, NOON)
    assert (stick / FILE_NAME).read_bytes() == b"the page before"
    assert [path.name for path in stick.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    "folder, state", [(Path("/nowhere/stick"), PaperState.MISSING), (Path("/sys"), PaperState.READ_ONLY)]
)
def test_a_stick_that_cannot_be_written_is_a_state(home: Home, folder: Path, state: PaperState) -> None:
    written = write(home, Config(paper_folder=folder), b"page", NOON)
    assert (written.state, written.good_at) == (state, None)
    assert paper_state(home, Config(paper_folder=folder), NOON) == state


def test_a_page_that_is_too_old_is_late_and_none_is_never(home: Home, stick: Path) -> None:
    config = Config(paper_folder=stick, paper_minutes=5)
    assert paper_state(home, Config(), NOON) is None
    assert paper_state(home, config, NOON) == PaperState.NEVER
    remember(home, PaperState.OK, NOON)
    assert paper_state(home, config, NOON + 15 * MINUTE) == PaperState.OK
    assert paper_state(home, config, NOON + 16 * MINUTE) == PaperState.LATE
    remember(home, PaperState.FULL, NOON)
    assert paper_state(home, config, NOON + 16 * MINUTE) == PaperState.FULL


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"state": "of_tomorrow", "at": 1, "good_at": null}'])
def test_what_cannot_be_read_of_the_last_try_is_no_try(home: Home, content: bytes) -> None:
    home.paper_file.write_bytes(content)
    assert last(home) is None


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_say_who_is_inside_who_is_expected_and_leave_numbered_room(home: Home, language: str) -> None:
    with open_reader(home) as memory:
        policy = memory.policies.current()
        assert policy is not None
        inside, today, slips = sheets(memory, policy, NOON, language)
    assert len(set(slips.slips)) == SLIPS
    assert all("4711-20260704-1200-" in slip for slip in slips.slips)
    assert len({inside.title, today.title, slips.title}) == 3
    assert lines(inside)[-1].strip()
    assert as_pdf([inside, today, slips], language).startswith(b"%PDF")


def test_the_tick_makes_a_page_of_its_own_and_ends_when_the_kiosk_does(home: Home, stick: Path) -> None:
    home.config_file.write_text(f'[paper]\nfolder = "{stick}"\n', encoding="utf-8")
    tick = PaperTick(home, Config(paper_folder=stick), ManualClock(NOON), first_seconds=0.0)
    tick.start()
    until = time.monotonic() + 60
    while not (stick / FILE_NAME).exists() and time.monotonic() < until:
        time.sleep(0.05)
    tick.stop()
    assert (stick / FILE_NAME).read_bytes().startswith(b"%PDF")
    assert json.loads(home.paper_file.read_bytes())["state"] == "ok"


def test_a_tick_that_cannot_start_its_process_says_so_and_goes_on(
    home: Home, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    tick = PaperTick(home, Config(paper_folder=stick), ManualClock(NOON), first_seconds=0.0)
    tick.start()
    until = time.monotonic() + 10
    while last(home) is None and time.monotonic() < until:
        time.sleep(0.01)
    tick.stop()
    assert paper_state(home, Config(paper_folder=stick), NOON) == PaperState.FAILED


def test_without_a_folder_nothing_ticks(home: Home) -> None:
    with ticking(home, Config(), ManualClock(NOON)):
        assert last(home) is None
