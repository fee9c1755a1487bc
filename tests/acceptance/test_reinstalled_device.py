"""A lane whose kiosk lost its disk, part of it, or its keys: told what to do, nothing destroyed, the lane lives on."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.receipts import ReceiptResult
from kiosk.store.home import Home, NotEnrolledError
from sync.enrolment import enrol
from sync.registry.device_states import DeviceState
from sync.registry.enrolling import gates_heard
from sync.registry.settling import settle
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry
from tests.support.shell import qaqpa_here
from tests.support.sync_kiosk import SOFTWARE, sync_kiosk
from ui.assembly import open_checkpoint, open_reader


@pytest.fixture(scope="session")
def demo_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's folder that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("demo") / "registry")


@pytest.fixture
def real(demo_registry: Path, tmp_path: Path) -> Iterator[RealRegistry]:
    """The registry, in a data folder of its own."""
    with real_registry(demo_registry, tmp_path / "office" / "registry") as registry:
        yield registry


@pytest.fixture
def home(real: RealRegistry, tmp_path: Path) -> Home:
    """A kiosk with 5 entries that the registry has and 3 that it has not, closed."""
    with sync_kiosk(tmp_path / "kiosk", real.code(), connect=real.connect, url=real.url) as kiosk:
        kiosk.write(5)
        real.publish_set()
        assert kiosk.run_cycle().is_good
        kiosk.write(3)
        kiosk.home.remember_key()
        return kiosk.home


def enrol_again(real: RealRegistry, home: Home) -> int:
    """With a new code of the same lane."""
    return enrol(
        home, real.url, real.code(), software=SOFTWARE, now=lambda: real.now, connect=real.connect
    ).record.device


def state(real: RealRegistry, device: int) -> DeviceState:
    """The device as its officer sees it."""
    return next(each for each in real.service.devices(PARK) if each.device.device == device)


def bytes_of(*folders: Path) -> dict[str, bytes]:
    """Every file below these folders."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path): path.read_bytes() for path in files}


def test_the_lane_goes_on_with_a_new_code_and_the_old_disk_is_settled_later(
    real: RealRegistry, home: Home, tmp_path: Path
) -> None:
    old = home.enrolled().device
    office = ("--data", tmp_path / "office")
    shutil.move(home.path, tmp_path / "old disk")
    shutil.move(home.keys, tmp_path / "old disk.keys")
    real.now += 3600
    new = enrol_again(real, home)
    assert new != old
    former = state(real, old).device
    assert (former.word, former.replaced_at, former.replaced_by) == ("replaced", real.now, new)
    listed = qaqpa_here("registry", "devices", "--park", str(PARK), *office)
    assert f"device {old}, replaced on 2026-07-04 13:00 by device {new}" in listed.out
    # the counts say that some of what the lane did may be missing
    with real.service.database.reading() as connection:
        assert gates_heard(connection, PARK)[1] is None  # of the new one nothing is here yet
    days = ("--from", "2026-07-01", "--to", "2026-07-31", "--out", tmp_path / "july.json")
    exported = qaqpa_here("registry", "export", "--park", str(PARK), *days, *office)
    assert (exported.code, exported.err.count("what it did not send is on its disk")) == (0, 1)
    # until the old disk turns up
    real.now += 86_400
    settled = settle(real.service, tmp_path / "old disk")
    assert settled.receipts[ReceiptResult.ACCEPTED] == 3
    assert (state(real, old).pending, state(real, old).quarantined) == (0, 0)
    exported = qaqpa_here("registry", "export", "--park", str(PARK), *days, *office)
    assert "on its disk" not in exported.err


def test_a_lost_data_folder_with_its_keys_still_there_is_named_and_nothing_is_destroyed(
    real: RealRegistry, home: Home
) -> None:
    old = home.enrolled().device
    shutil.rmtree(home.path)
    before = bytes_of(home.keys)
    with pytest.raises(UsageError, match=rf"holds the keys of device {old}.*put .* back from a backup.*move .* away"):
        enrol_again(real, home)
    with pytest.raises(NotEnrolledError, match="of an earlier kiosk whose data are gone"):
        home.enrolled()
    assert bytes_of(home.keys) == before
    assert not home.path.exists()
    home.keys.rename(home.keys.with_name("kept.keys"))
    assert enrol_again(real, home) != old
    assert bytes_of(home.keys.with_name("kept.keys")).keys() == {
        name.replace(str(home.keys), str(home.keys.with_name("kept.keys"))) for name in before
    }


def test_a_journal_without_its_record_is_never_enrolled_over(real: RealRegistry, home: Home) -> None:
    record = home.kiosk / "device.json"
    kept = record.read_bytes()
    record.unlink()
    before = bytes_of(home.path, home.keys)
    with pytest.raises(UsageError, match=r"journal of an earlier kiosk.*device\.json is missing: put that file back"):
        enrol_again(real, home)
    with pytest.raises(NotEnrolledError, match=r"device\.json may only be lost"):
        home.enrolled()
    assert bytes_of(home.path, home.keys) == before
    record.write_bytes(kept)
    with open_reader(home) as memory:
        assert memory.journal.verify() == []


def test_a_folder_that_is_a_kiosk_stays_the_kiosk_it_is(real: RealRegistry, home: Home) -> None:
    before = bytes_of(home.path, home.keys)
    with pytest.raises(UsageError, match=f"already device {home.enrolled().device}"):
        enrol_again(real, home)
    assert bytes_of(home.path, home.keys) == before


@pytest.mark.parametrize(
    "lose, words",
    [
        (shutil.rmtree, r"database\.key is missing.*restore it from a backup"),
        (lambda keys: (keys / "database.key").unlink(), r"database\.key is missing.*restore it from a backup"),
    ],
)
def test_lost_keys_are_named_and_nothing_is_made_in_their_place(
    home: Home, lose: Callable[[Path], object], words: str
) -> None:
    lose(home.keys)
    before = bytes_of(home.path)
    for _ in range(2):
        with pytest.raises(EnvironmentalError, match=words), open_checkpoint(home, purpose="test"):
            pass
    assert not (home.keys / "database.key").exists()
    assert {name: data for name, data in bytes_of(home.path).items() if name in before} == before


def test_a_lost_device_key_is_named_where_systemd_still_has_the_other_one(home: Home) -> None:
    (home.keys / "device.pem").unlink()  # as when DIR.keys is gone and the databases' key is a credential
    for _ in range(2):
        with pytest.raises(EnvironmentalError, match=r"device\.pem is missing.*registry settle.*new code"):
            home.device_key()
    assert not home.has_device_key
    synced = qaqpa_here("sync", "--once", "--data", home.path)
    assert (synced.code, "device.pem is missing" in synced.err) == (3, True)


def test_a_reply_that_got_lost_at_enrolment_may_be_asked_for_again(real: RealRegistry, tmp_path: Path) -> None:
    home, code = Home(tmp_path / "new"), real.code()
    first = enrol(home, real.url, code, software=SOFTWARE, now=lambda: NOON, connect=real.connect).record.device
    shutil.rmtree(home.path)  # the record was never written
    again = enrol(home, real.url, code, software=SOFTWARE, now=lambda: NOON, connect=real.connect).record.device
    assert again == first
