"""The real registry for tests: its service over HTTP on a free port, and what an administrator does with it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.rules.permit import Party, Permit
from kiosk.rules.words import LaneDirection
from sync.client import HttpRegistry
from sync.health_report import HealthReport
from sync.registry import snapshots
from sync.registry.enrolling import DeviceStatus
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.serving import RegistryServer
from sync.transport import Limits, Signer
from tests.support.park import NOON

PARK = 7
DAY_SECONDS = 86_400
LIMITS = Limits(connect_seconds=5, silence_seconds=10, total_seconds=30, download_seconds=30)


@dataclass
class RealRegistry:
    """A demo registry that serves; `now` is its clock."""

    service: RegistryService
    server: RegistryServer
    clock: list[int]

    @property
    def url(self) -> str:
        """Where it listens."""
        return self.server.url

    @property
    def server_port(self) -> int:
        """The port of that address."""
        return int(self.url.rpartition(":")[2])

    @property
    def now(self) -> int:
        """The registry's clock."""
        return self.clock[0]

    @now.setter
    def now(self, at: int) -> None:
        self.clock[0] = at

    def connect(self, url: str, signer: Signer | None, ca_file: Path | None = None) -> HttpRegistry:
        """A client of it, as enrolment wants one."""
        return HttpRegistry(url, signer=signer, limits=LIMITS, ca_file=ca_file)

    def code(self, gate: int = 1, lane: int = 1) -> str:
        """A one-time code as it is printed."""
        return self.service.enrol(PARK, gate, lane, LaneDirection.ENTRY).text

    def issue(self, count: int = 1, *, days: int = 30) -> list[IssuedTicket]:
        """Tickets for two adults that are good for a month."""
        return self.service.issue(
            park=PARK,
            product=1,
            nbf=self.now - DAY_SECONDS // 2,
            exp=self.now + days * DAY_SECONDS,
            party=Party(adults=2),
            issued_at=self.now - DAY_SECONDS,
            count=count,
        )

    def put(self, count: int) -> list[Permit]:
        """New permits."""
        return [ticket.permit for ticket in self.issue(count)]

    def build_snapshot(self) -> None:
        """A new snapshot of what there is now."""
        folder = self.service.folder.snapshots
        with self.service.database.reading() as connection:
            file = snapshots.build(connection, folder, PARK, self.now)
        with self.service.database.writing() as connection:
            snapshots.record(connection, file)

    def compact(self) -> None:
        """Forget the feed up to the snapshot: cursors older than it expire."""
        self.service.compact(PARK, keep_rows=0)

    def publish_set(self) -> int:
        """The next version of the set."""
        return self.service.publish_set(PARK).version

    def held(self) -> int:
        """How many entries it holds."""
        return sum(1 for _ in self.service.entries(PARK, None, 0, 2**40))

    def revoke(self, permit: Permit) -> None:
        """Revoke its ticket."""
        self.service.revoke(permit.code, reason="test")

    def restore(self, permit: Permit) -> None:
        """Take that back."""
        self.service.restore(permit.code, reason="test")

    def suspend(self, device: int) -> None:
        """Hear this device no more until somebody has looked at it."""
        self.service.set_device_status(device, DeviceStatus.SUSPENDED, "test")

    def health(self, device: int) -> HealthReport | None:
        """What this device said last of its own devices."""
        (told,) = [state.told for state in self.service.devices(PARK) if state.device.device == device]
        return told.report if told else None


def make_demo(path: Path) -> Path:
    """A demo registry's folder, to be copied by tests."""
    init_registry(path, is_demo=True, now=lambda: NOON).close()
    return path


@contextmanager
def real_registry(template: Path, path: Path) -> Iterator[RealRegistry]:
    """A copy of a demo registry, serving while the block runs."""
    shutil.copytree(template, path)
    clock = [NOON]
    service = open_registry(path, now=lambda: clock[0])
    server = RegistryServer(service, "127.0.0.1", 0)
    server.start()
    try:
        yield RealRegistry(service=service, server=server, clock=clock)
    finally:
        server.stop()
        service.close()
