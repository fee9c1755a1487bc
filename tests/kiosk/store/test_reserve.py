"""The reserve is real room, given back when the disk is full, and taken again when there is room."""

import errno
from pathlib import Path

import pytest

from kiosk.store.home import Home
from kiosk.store.reserve import Reserve
from tests.support.mounts import fill, read_only, small_disk

MIB = 1024 * 1024


def test_the_reserve_is_real_blocks_and_can_be_given_back_and_held_again(home: Home) -> None:
    reserve = Reserve(home, size_bytes=MIB)
    assert (reserve.is_held, reserve.free()) == (False, False)
    assert (reserve.hold(), reserve.is_held) == (True, True)
    assert (home.kiosk / "reserve").stat().st_blocks * 512 >= MIB
    assert (home.kiosk / "reserve").stat().st_mode & 0o777 == 0o600
    assert reserve.free() is True
    assert (reserve.is_held, reserve.free()) == (False, False)
    assert reserve.hold() is True


def test_a_reserve_in_name_only_is_not_held(home: Home) -> None:
    with (home.kiosk / "reserve").open("wb") as file:
        file.truncate(MIB)
    reserve = Reserve(home, size_bytes=MIB)
    assert not reserve.is_held
    assert reserve.hold() is True


def test_freeing_the_reserve_of_a_full_disk_lets_a_kiosk_write_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", mebibytes=8) as disk:
        home = Home(disk / "data")
        home.prepare()
        reserve = Reserve(home, size_bytes=2 * MIB, left_bytes=MIB)
        assert reserve.hold() is True
        filler = fill(disk)
        with pytest.raises(OSError, match="space") as full, (home.kiosk / "entry").open("wb", buffering=0) as file:
            file.write(bytes(64 * 1024))
        assert full.value.errno == errno.ENOSPC
        assert reserve.free() is True
        (home.kiosk / "entry").write_bytes(bytes(MIB))
        assert reserve.hold() is False  # not while it would fill the disk
        assert not (home.kiosk / "reserve").exists()
        filler.unlink()
        assert reserve.hold() is True


def test_where_there_is_no_room_no_reserve_is_held_and_none_is_left_behind(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", mebibytes=2) as disk:
        home = Home(disk / "data")
        home.prepare()
        for left in (MIB, -2 * MIB):  # seen beforehand, and met on the way
            reserve = Reserve(home, size_bytes=3 * MIB, left_bytes=left)
            assert reserve.hold() is False
            assert not (home.kiosk / "reserve").exists()


def test_a_disk_that_cannot_be_written_has_no_reserve_to_give(home: Home) -> None:
    Reserve(home, size_bytes=MIB).hold()
    with read_only(home.kiosk):
        assert Reserve(home, size_bytes=MIB).free() is False
        assert Reserve(home, size_bytes=2 * MIB).hold() is False
