"""The mark outside the data folder: the newest head, whatever happens to the file that holds it."""

from pathlib import Path

import pytest

from kiosk.store.mark import Mark, MarkFile


def mark(n: int, chain: int = 1, device: int = 7001) -> Mark:
    return Mark(device=device, chain=chain, n=n, at=1_783_148_400, hash=bytes([n]) * 32)


def test_the_newest_mark_is_read_back(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "mark")
    for n in range(1, 6):
        file.write(mark(n))
        assert MarkFile(tmp_path / "mark").read(7001) == mark(n)
    file.close()


def test_the_newest_mark_is_not_the_first_to_be_overwritten_after_a_start(tmp_path: Path) -> None:
    path = tmp_path / "mark"
    for n in range(1, 5):
        before = path.read_bytes() if n > 1 else b""
        file = MarkFile(path)
        file.write(mark(n))
        file.close()
        changed = next(at for at, byte in enumerate(path.read_bytes()) if before[at : at + 1] != bytes([byte]))
        torn = path.read_bytes()[:changed] + bytes(100) + path.read_bytes()[changed + 100 :]
        (tmp_path / "torn").write_bytes(torn)
        assert MarkFile(tmp_path / "torn").read(7001) == (mark(n - 1) if n > 1 else None)


def test_a_later_chain_is_newer_whatever_its_length(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "mark")
    file.write(mark(9))
    file.write(mark(1, chain=2))
    assert file.read(7001) == mark(1, chain=2)
    file.close()


def test_the_mark_of_another_device_says_nothing(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "mark")
    file.write(mark(9))
    assert file.read(7002) is None
    file.close()


@pytest.mark.parametrize("place", [0, 20, 60, 127, 128, 200])
def test_a_spoiled_slot_leaves_the_other(tmp_path: Path, place: int) -> None:
    path = tmp_path / "mark"
    file = MarkFile(path)
    file.write(mark(1))
    file.write(mark(2))
    file.close()
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    assert MarkFile(path).read(7001) in (mark(1), mark(2))


@pytest.mark.parametrize("content", [b"", b"x", bytes(256), b"\xff" * 300])
def test_no_file_and_a_foreign_one_hold_no_mark(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mark").write_bytes(content)
    assert MarkFile(tmp_path / "mark").read(7001) is None
    assert MarkFile(tmp_path / "none").read(7001) is None


def test_a_disk_that_does_not_take_the_mark_hinders_nobody(tmp_path: Path) -> None:
    MarkFile(tmp_path / "no folder" / "mark").write(mark(1))
