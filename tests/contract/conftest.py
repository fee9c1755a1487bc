from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from kiosk.rules.permit import Permit, permit_id
from kiosk.rules.revocation import RevocationAction
from sync.health_report import HealthReport
from sync.protocol import Registry
from sync.transport import Signer
from tests.support.park import permit_of
from tests.support.real_registry import RealRegistry, make_demo, real_registry
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import NOWHERE, SyncKiosk, sync_kiosk


class House(Protocol):
    """A registry with its administrator: what both kinds offer to the tests."""

    now: int

    @property
    def url(self) -> str: ...
    def connect(self, url: str, signer: Signer | None, ca_file: Path | None = None) -> Registry: ...
    def code(self) -> str: ...
    def put(self, count: int) -> list[Permit]: ...
    def build_snapshot(self) -> None: ...
    def compact(self) -> None: ...
    def publish_set(self) -> int: ...
    def held(self) -> int: ...
    def suspend(self, device: int) -> None: ...
    def health(self, device: int) -> HealthReport | None: ...
    def revoke(self, permit: Permit) -> None: ...
    def restore(self, permit: Permit) -> None: ...


@dataclass
class SimulatedHouse:
    """The simulator, spoken to directly."""

    simulator: RegistrySimulator
    url: str = NOWHERE
    serial: int = 0

    @property
    def now(self) -> int:
        return self.simulator.now

    @now.setter
    def now(self, at: int) -> None:
        self.simulator.now = at

    def connect(self, url: str, signer: Signer | None, ca_file: Path | None = None) -> Registry:
        return self.simulator

    def code(self) -> str:
        return self.simulator.code()

    def put(self, count: int) -> list[Permit]:
        made = [permit_of(self.simulator.park.claims(serial)) for serial in range(self.serial, self.serial + count)]
        self.serial += count
        self.simulator.put(*made)
        return made

    def build_snapshot(self) -> None:
        self.simulator.build_snapshot()

    def compact(self) -> None:
        self.simulator.compact()

    def publish_set(self) -> int:
        self.simulator.park.version += 1
        self.simulator.park.keys_version += 1
        self.simulator.park.signed_at = self.simulator.now
        return self.simulator.park.version

    def held(self) -> int:
        return len(self.simulator.entries)

    def suspend(self, device: int) -> None:
        self.simulator.suspended.add(device)

    def health(self, device: int) -> HealthReport | None:
        return self.simulator.health.get(device)

    def revoke(self, permit: Permit) -> None:
        self.simulator.revoke(self._cti(permit))

    def restore(self, permit: Permit) -> None:
        self.simulator.revoke(self._cti(permit), RevocationAction.RESTORE)

    def _cti(self, permit: Permit) -> bytes:
        tickets = (self.simulator.park.claims(serial).cti for serial in range(self.serial))
        return next(cti for cti in tickets if permit_id(cti) == permit.id)


@pytest.fixture(scope="session")
def demo_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry's folder that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("demo") / "registry")


@pytest.fixture(params=["simulator", "http"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Each test runs over the simulator and over the real service, through HTTP."""
    if request.param == "simulator":
        house = SimulatedHouse(RegistrySimulator())
        house.put(100)
        yield house
        return
    with real_registry(request.getfixturevalue("demo_registry"), tmp_path / "registry") as real:
        yield real


@pytest.fixture
def kiosk_at(tmp_path: Path) -> Iterator[Callable[[House], SyncKiosk]]:
    """Enrols a kiosk, and gives it a client that signs as its device."""
    with ExitStack() as stack:

        def enrolled(house: Any) -> SyncKiosk:
            name = f"kiosk-{len(list(tmp_path.glob('kiosk-*')))}"
            return stack.enter_context(sync_kiosk(tmp_path / name, house.code(), connect=house.connect, url=house.url))

        yield enrolled


__all__ = ["House", "RealRegistry", "SimulatedHouse"]
