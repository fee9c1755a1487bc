"""A whole gate in a temporary folder: real store, real rules, a clock moved by hand, a simulated barrier."""

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kiosk.checkpoint import Checkpoint
from kiosk.clock import Clock
from kiosk.devices.barrier import SimulatedBarrier
from kiosk.rules.ticket import Claims
from kiosk.rules.words import LaneDirection
from kiosk.store.delivery import Deliveries
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas, build_snapshot
from kiosk.store.revocations import Revocations
from tests.support.clock import ManualClock
from tests.support.park import NOON, SmallPark, permit_of

DEVICE = 4711
EPOCH = 1


class Gate:
    """A kiosk and everything a test may want to touch of it."""

    def __init__(self, home: Home, park: SmallPark, *, clock: Clock | None = None, lane: int = 1) -> None:
        self.home, self.park = home, park
        self.clock = ManualClock(NOON)
        self.record = DeviceRecord(
            device=DEVICE,
            park=park.park,
            gate=1,
            lane=lane,
            direction=LaneDirection.BOTH,
            registry="http://127.0.0.1:1",
            root_sha256=bytes(32),
            enrolled_at=NOON - 86_400,
            poll_after_seconds=10,
        )
        home.save_device(self.record)
        home.device_key()  # as enrolment makes it
        self.journal = Journal.open(home, DEVICE)
        self.replicas = Replicas(home)
        self.revocations = Revocations(home, reports_damage=True)
        self.policies = Policies(home)
        self.deliveries = Deliveries(home, self.journal)
        self.barrier = SimulatedBarrier(log=home.path / "pulses.log")
        self.stage(park)
        self.checkpoint = Checkpoint(
            record=self.record,
            journal=self.journal,
            replicas=self.replicas,
            revocations=self.revocations,
            policies=self.policies,
            deliveries=self.deliveries,
            clock=clock or self.clock,
            barrier=self.barrier,
            season_keys=home.season_keys,
            home=home,
        )

    def stage(self, park: SmallPark) -> None:
        """Hand the kiosk a set, as sync would after checking its signature."""
        self.policies.stage(park.set_bytes())

    def know(self, *rows: Claims | list[object], cursor: str = "1") -> None:
        """Give the kiosk a replica that holds these tickets and rows."""
        listed = [permit_of(row).row() if isinstance(row, Claims) else row for row in rows]
        self.install(listed, cursor)

    def install(self, rows: Iterable[list[object]], cursor: str) -> None:
        """Install a snapshot of these rows."""
        path = self.home.path / "snapshot"
        build_snapshot(path, self.park.park, EPOCH, cursor, rows)
        self.replicas.install(path, park=self.park.park, epoch=EPOCH, cursor=cursor, signed_at=self.clock.at)

    def close(self) -> None:
        """Give the files back."""
        for part in (self.deliveries, self.revocations, self.replicas, self.journal):
            part.close()


@contextmanager
def gate(folder: Path, park: SmallPark | None = None, *, clock: Clock | None = None) -> Iterator[Gate]:
    """A gate in this folder; opened again in the same folder it goes on where it stopped."""
    with closing(Gate(Home(folder), park or SmallPark(), clock=clock)) as made:
        yield made
