"""Before a kiosk starts: what is wrong with its folder is said at once, with what to do about it."""

import errno
import os
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.store.files import told
from kiosk.store.home import Home
from kiosk.store.preflight import DAY_BYTES, LEAST_BYTES, Disk, disk_findings, preflight
from tests.support.mounts import fill, read_only, small_disk

MIB = 1024 * 1024
DISK = Path("/data/kiosk")


@pytest.mark.parametrize(
    "disk, given_back, stops, words",
    [
        (Disk(is_readonly=False, free_bytes=DAY_BYTES, free_inodes=None), 0, [], []),
        (Disk(is_readonly=True, free_bytes=0, free_inodes=0), 0, [True], ["can only be read"]),
        (Disk(is_readonly=False, free_bytes=DAY_BYTES - 1, free_inodes=99), 0, [False], ["may not last for a day"]),
        (Disk(is_readonly=False, free_bytes=LEAST_BYTES - 1, free_inodes=99), 0, [True], ["is full"]),
        (Disk(is_readonly=False, free_bytes=0, free_inodes=99), 32 * MIB, [False], ["may not last for a day"]),
        (Disk(is_readonly=False, free_bytes=DAY_BYTES, free_inodes=0), 0, [True], ["no room for more files"]),
    ],
)
def test_a_disk_is_judged_by_what_it_says_of_itself(
    disk: Disk, given_back: int, stops: list[bool], words: list[str]
) -> None:
    found = list(disk_findings(disk, DISK, given_back))
    assert [finding.stops for finding in found] == stops
    assert all(word in finding.sentence for word, finding in zip(words, found, strict=True))


def test_a_sound_folder_and_one_that_is_no_kiosk_bring_nothing(home: Home, tmp_path: Path) -> None:
    home.prepare()
    assert preflight(home) == []
    assert preflight(Home(tmp_path / "new")) == []
    assert not (tmp_path / "new").exists()


def test_what_is_not_permitted_names_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    with pytest.raises(EnvironmentalError) as own, told(folder / "x"):
        raise PermissionError(errno.EACCES, "Permission denied")
    assert str(own.value) == f"{folder / 'x'}: Permission denied"
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 4_000_000)
    with (
        pytest.raises(EnvironmentalError, match=rf"denied \({tmp_path} belongs to .+, and this runs as user 4\d+\)$"),
        told(folder / "x"),
    ):
        raise PermissionError(errno.EACCES, "Permission denied")


def test_a_disk_that_can_only_be_read_stops_a_kiosk(home: Home) -> None:
    with read_only(home.kiosk), pytest.raises(EnvironmentalError, match=r"can only be read: mount it for writing"):
        preflight(home)


def test_a_full_disk_stops_a_kiosk_and_a_small_one_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", mebibytes=8) as disk:
        home = Home(disk / "data")
        home.prepare()
        (warning,) = preflight(home)  # once, though three folders are on this disk
        assert "MiB are free, a busy day takes up to 64 MiB" in warning
        fill(disk)
        with pytest.raises(EnvironmentalError, match="is full"):
            preflight(home)
