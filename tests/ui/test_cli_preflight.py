"""A folder in which a kiosk cannot work, as a shell sees it: a sentence that says what to do, exit code 3."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.home import Home
from tests.support.enrolled import LOCAL_NOON, enrolled_home
from tests.support.mounts import read_only
from tests.support.park import SmallPark
from tests.support.shell import Finished, command, environment, qaqpa

SOMEBODY = 12_345


def scan(home: Home, *before: str) -> Finished:
    text = SmallPark().ticket()
    return qaqpa("scan", "--data", home.path, "--at", LOCAL_NOON, "--json", "--text", text, before=before)


@pytest.fixture
def somebody() -> tuple[str, ...]:
    """What starts a command as another user than root."""
    words = ("setpriv", f"--reuid={SOMEBODY}", f"--regid={SOMEBODY}", "--clear-groups", "--")
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only the superuser may be somebody else")
    if subprocess.run([*words, *command("--version")], env=environment(), capture_output=True, check=False).returncode:
        pytest.skip("no other user may run this program")
    return words


def given_to_somebody(home: Home) -> None:
    for folder in (home.path, home.keys):
        for path in (folder, *folder.rglob("*")):
            os.chown(path, SOMEBODY, SOMEBODY)


def test_a_disk_that_can_only_be_read_is_said_before_anybody_is_scanned(tmp_path: Path) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    with read_only(home.path):
        told = scan(home)
        assert (told.code, told.record["error"]) == (3, "unreadable")
        assert "can only be read: mount it for writing" in told.err


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may pass through; pytest shuts its own whenever another session begins."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_what_root_left_in_the_folder_is_named_with_the_cure(open_folder: Path, somebody: tuple[str, ...]) -> None:
    home = enrolled_home(open_folder / "data", SmallPark())
    given_to_somebody(home)
    assert scan(home, *somebody).code == 0
    os.chown(home.journal_file, 0, 0)
    told = scan(home, *somebody)
    assert told.code == 3
    assert f"1 file in {home.kiosk} (journal.db) belongs to root, not to user {SOMEBODY}" in told.err
    assert f"chown -R {SOMEBODY}: {home.path} {home.keys}" in told.err
    given_to_somebody(home)
    assert scan(home, *somebody).code in (0, 1)


def test_root_is_told_that_the_folder_is_another_s(tmp_path: Path, somebody: tuple[str, ...]) -> None:
    home = enrolled_home(tmp_path / "data", SmallPark())
    given_to_somebody(home)
    told = scan(home)
    assert told.code == 0
    assert f"Run it as user {SOMEBODY}" in told.err
