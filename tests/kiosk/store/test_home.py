"""The data folder: its modes, its keys, its record and its lock."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.errors import BusyError, EnvironmentalError
from kiosk.store.home import Home, NotEnrolledError
from kiosk.store.journal import Journal
from tests.support.memory import DEVICE, admitted, moment, record

_HOLDER = """
import sys
from pathlib import Path
from kiosk.store.home import Home
with Home(Path(sys.argv[1])).lock("run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_asking_a_folder_that_is_not_there_makes_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path / "data")
    assert home.device is None
    with pytest.raises(NotEnrolledError, match="qaqpa enrol"):
        home.enrolled()
    assert list(tmp_path.iterdir()) == []


def test_what_was_enrolled_is_read_back(home: Home) -> None:
    assert Home(home.path).enrolled() == record()


@pytest.mark.parametrize("damage", [b"", b"[]", b"{}", b'{"schema": 2}', b'{"schema": 1, "device": "7"}'])
def test_a_damaged_record_is_a_sentence(home: Home, damage: bytes) -> None:
    (home.kiosk / "device.json").write_bytes(damage)
    with pytest.raises(EnvironmentalError, match="enrol the kiosk again"):
        home.enrolled()


def test_keys_lie_beside_the_data_and_stay_the_same(home: Home) -> None:
    first = home.database_key(), home.device_key().private_bytes_raw()
    again = Home(home.path)
    assert (again.database_key(), again.device_key().private_bytes_raw()) == first
    assert home.keys == home.path.parent / "data.keys"


def test_only_the_owner_reads_what_the_kiosk_keeps(home: Home, journal: Journal) -> None:
    with journal.writing():
        journal.append(admitted(), moment(), bytes(32))
    home.device_key()
    with home.lock("test"):
        folders = [home.kiosk, home.keys]
        files = [path for folder in folders for path in folder.iterdir()]
        assert {path.name for path in files} >= {"journal.db", "journal.db-wal", "database.key", "device.pem", "lock"}
        assert {mode(folder) for folder in folders} == {0o700}
        assert {path.name: mode(path) for path in files if mode(path) != 0o600} == {}


def test_a_lost_key_is_not_replaced_while_there_is_something_it_opens(home: Home) -> None:
    Journal.open(home, DEVICE).close()
    (home.keys / "database.key").unlink()
    with pytest.raises(EnvironmentalError, match="restore it from a backup"):
        home.database_key()


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 33])
def test_a_damaged_database_key_is_a_sentence(home: Home, damage: bytes) -> None:
    (home.keys / "database.key").write_bytes(damage)
    with pytest.raises(EnvironmentalError, match="damaged"):
        home.database_key()


def test_a_damaged_device_key_is_a_sentence(home: Home) -> None:
    (home.keys / "device.pem").write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(EnvironmentalError, match="not a private key"):
        home.device_key()


def test_a_second_process_hears_who_holds_the_folder_and_for_what(home: Home) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(home.path)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=rf"process {holder.pid} \(run\)"), home.lock("scan"):
            pass
        holder.kill()
    with home.lock("scan"):  # a killed holder holds nothing
        pass


def test_the_lock_is_free_again_after_an_error(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), home.lock("first"):
        _ = 1 / 0
    with home.lock("second"), pytest.raises(BusyError, match="second"), home.lock("third"):
        pass


def test_a_disk_that_takes_no_name_of_the_holder_is_locked_all_the_same(home: Home) -> None:
    home.prepare()
    (home.kiosk / "lock").symlink_to("/dev/full")  # as on a full disk, nothing can be written to it
    with home.lock("run"), pytest.raises(BusyError, match="in use"), home.lock("other"):
        pass
