"""A kiosk's disk in another machine: the gate goes on and names it, the registry notices before any entry collides."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from kiosk.alarms import open_alarms
from kiosk.facts import Scan
from kiosk.rules.entries import ChainBody, DecisionBody
from kiosk.rules.words import AlarmKind, ChainCause, Fault, Outcome, Source
from kiosk.store.home import Home
from kiosk.store.machine import this_machine
from sync.engine import SyncEngine
from sync.registry.device_states import DeviceState
from sync.registry.enrolling import DeviceStatus
from sync.registry.machines import MOVED
from tests.support.clock import ManualClock
from tests.support.machines import box
from tests.support.park import NOON
from tests.support.real_registry import PARK, RealRegistry, make_demo, real_registry
from tests.support.shell import qaqpa_here
from tests.support.sync_kiosk import sync_kiosk
from ui.assembly import Kiosk, open_checkpoint, open_sync

AT = NOON + 60


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
    """A kiosk that was enrolled, closed again."""
    with sync_kiosk(tmp_path / "kiosk", real.code(), connect=real.connect, url=real.url) as kiosk:
        kiosk.home.demo_marker.touch()
        return kiosk.home


@pytest.fixture
def boxes(tmp_path: Path) -> dict[str, Path]:
    """Two machines; the second one's disk is a copy of the first one's."""
    return {name: box(tmp_path / f"box-{name}", serial=f"S-{name}", system="one id") for name in "AB"}


@contextmanager
def working(home: Home, root: Path) -> Iterator[tuple[Kiosk, SyncEngine]]:
    """The gate at work in this machine."""
    machine = this_machine(home.enrolled().device, root)
    with ExitStack() as stack:
        kiosk = stack.enter_context(open_checkpoint(home, purpose="test", at=AT, machine=machine))
        end = stack.enter_context(open_sync(home, clock=ManualClock(AT), machine=lambda: machine))
        yield kiosk, end.engine


def admit(kiosk: Kiosk, text: str) -> bool:
    """Whether the gate lets this ticket in."""
    entry = kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
    return isinstance(getattr(entry, "body", None), DecisionBody) and entry.body.outcome is Outcome.ADMITTED  # type: ignore[union-attr]


def state(real: RealRegistry) -> DeviceState:
    """The device as its officer sees it."""
    (found,) = real.service.devices(PARK)
    return found


def copied(home: Home, to: Path) -> Home:
    """A copy of the disk."""
    shutil.copytree(home.path, to)
    shutil.copytree(home.keys, to.with_name(to.name + ".keys"))
    return Home(to)


def test_a_disk_moved_after_a_repair_goes_on_scanning_and_is_settled_by_the_officer(
    real: RealRegistry, home: Home, boxes: dict[str, Path], tmp_path: Path
) -> None:
    tickets = real.issue(4)
    with working(home, boxes["A"]) as (kiosk, engine):
        engine.run_cycle()
        assert admit(kiosk, tickets[0].text)
        assert engine.run_cycle().is_good
    for _ in range(2):  # the second start in the new machine is no news
        with working(home, boxes["B"]) as (kiosk, engine):  # no network for days: nothing is blocked by it
            assert admit(kiosk, tickets.pop().text)
            openings = [entry.body for entry in kiosk.memory.journal.openings()]
            assert [body.cause for body in openings if isinstance(body, ChainBody)] == [None, ChainCause.MOVED]
            assert [alarm.kind for alarm in open_alarms(kiosk.memory.journal)] == [AlarmKind.MOVED]
            assert kiosk.checkpoint.status().faults == (Fault.DISK_MOVED,)
            assert kiosk.memory.journal.verify() == []
    with working(home, boxes["B"]) as (kiosk, engine):
        engine.run_cycle()
        assert (state(real).device.status, state(real).device.remark) == (DeviceStatus.SUSPENDED, MOVED)
        assert state(real).quarantined > 0
        assert admit(kiosk, tickets.pop().text)  # suspended is for the registry: the gate is open
        listed = qaqpa_here("registry", "devices", "--park", str(PARK), "--data", tmp_path / "office")
        assert "its disk was moved or copied" in listed.out
        device = str(home.enrolled().device)
        restored = qaqpa_here(
            "registry", "device", "restore", device, "--reason", "new case", "--data", tmp_path / "office", "--json"
        )
        assert (restored.code, restored.record["status"]) == (0, "active")
        assert engine.run_cycle().is_good
        assert (state(real).device.status, state(real).quarantined, state(real).pending) == (DeviceStatus.ACTIVE, 0, 0)
        assert real.held() == kiosk.memory.journal.count()
        listed = qaqpa_here("registry", "devices", "--park", str(PARK), "--data", tmp_path / "office")
        assert "its disk is in another machine than before" in listed.out


def test_a_cloned_disk_is_noticed_at_its_first_contact_before_any_entry_collides(
    real: RealRegistry, home: Home, boxes: dict[str, Path], tmp_path: Path
) -> None:
    tickets = real.issue(3)
    with working(home, boxes["A"]) as (kiosk, engine):
        engine.run_cycle()
        assert admit(kiosk, tickets[0].text)
        assert engine.run_cycle().is_good
    clone = copied(home, tmp_path / "clone")
    before = state(real)
    with working(home, boxes["A"]) as (first, one), working(clone, boxes["B"]) as (second, two):
        assert admit(second, tickets[1].text)
        report = two.run_cycle()
        assert state(real).device.status is DeviceStatus.SUSPENDED
        assert (state(real).chain, state(real).n) == (before.chain, before.n)  # nothing of it is merged
        assert report.alarms == ()
        assert admit(first, tickets[2].text)
        report = one.run_cycle()
        assert report.alarms == ()  # the honest one is told nothing that is not so
        # each wrote into a chain of its own, so no entry of one is ever taken for the other's
        first_ids, second_ids = ({recent.entry.id for recent in each.checkpoint.latest(9)} for each in (first, second))
        assert len(first_ids & second_ids) == 1  # what happened before the disk was copied
        real.service.set_device_status(home.enrolled().device, DeviceStatus.ACTIVE, "two disks of one kiosk")
        two.run_cycle()
        assert state(real).device.status is DeviceStatus.ACTIVE
    with working(home, boxes["A"]) as (_, one):  # the one that spoke last when it was restored is believed
        one.run_cycle()
        assert state(real).device.status is DeviceStatus.ACTIVE
    with working(clone, boxes["B"]) as (_, two):  # and the other one is noticed again after its next start
        two.run_cycle()
        assert state(real).device.status is DeviceStatus.SUSPENDED
