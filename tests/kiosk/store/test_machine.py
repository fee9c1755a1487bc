"""What can be read of the machine, and which one the data folder was last used in."""

from pathlib import Path

from kiosk.rules.machine import Machine, MarkKind
from kiosk.store.home import Home
from kiosk.store.machine import note_machine, noted_machine, this_machine
from tests.support.machines import box

DEVICE = 4711


def test_of_a_box_its_own_parts_are_marks_and_nothing_that_is_plugged_in_or_made_up(tmp_path: Path) -> None:
    whole = this_machine(DEVICE, box(tmp_path / "a", serial="S1", system="id", address="aa:bb", usb="cc", made_up="dd"))
    assert sorted(mark.kind for mark in whole.marks) == [MarkKind.BOARD, MarkKind.NETWORK, MarkKind.SYSTEM]
    bare = this_machine(DEVICE, box(tmp_path / "b", serial="S1", system="id", address="aa:bb"))
    assert whole == bare


def test_what_a_maker_left_blank_is_no_mark(tmp_path: Path) -> None:
    root = box(tmp_path, serial="0000000000000000")
    path = root / "sys/class/dmi/id/product_uuid"
    path.parent.mkdir(parents=True)
    path.write_text("To Be Filled By O.E.M.\n")
    assert this_machine(DEVICE, root) == Machine()
    assert this_machine(DEVICE, tmp_path / "nothing") == Machine()


def test_what_cannot_be_read_is_no_mark(tmp_path: Path) -> None:
    root = box(tmp_path, system="id")
    (root / "sys/class/dmi/id/board_serial").mkdir(parents=True)  # a file that root alone may read fails alike
    assert [mark.kind for mark in this_machine(DEVICE, root).marks] == [MarkKind.SYSTEM]


def test_the_note_is_read_as_it_was_written_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    home = Home(tmp_path / "kiosk")
    home.prepare()
    assert noted_machine(home) is None
    machine = this_machine(DEVICE, box(tmp_path / "box", serial="S1", system="id"))
    note_machine(home, machine)
    assert noted_machine(home) == machine
    for damage in (b"", b"{}", b'{"marks": [{"kind": "x", "hash": "00"}]}', b'{"marks": 7}', b"\xff"):
        home.machine_file.write_bytes(damage)
        assert noted_machine(home) is None
