from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sync.protocol import Registry
from tests.support.park import permit_of
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SyncKiosk, sync_kiosk


@pytest.fixture
def registry() -> RegistrySimulator:
    """A registry with a hundred permits."""
    simulator = RegistrySimulator()
    simulator.put(*[permit_of(simulator.park.claims(serial)) for serial in range(1, 101)])
    return simulator


@pytest.fixture
def open_kiosk(tmp_path: Path) -> Iterator[Callable[[RegistrySimulator, Registry], SyncKiosk]]:
    """Enrols a kiosk at a simulator and lets it talk to another registry from then on."""
    with ExitStack() as stack:

        def open_one(simulator: RegistrySimulator, spoken_to: Registry | None = None) -> SyncKiosk:
            kiosk = stack.enter_context(
                sync_kiosk(tmp_path / "kiosk", simulator.code(), connect=lambda *_given: simulator)
            )
            kiosk.engine_for(spoken_to or simulator)
            return kiosk

        yield open_one


@pytest.fixture
def kiosk(registry: RegistrySimulator, open_kiosk: Callable[..., SyncKiosk]) -> SyncKiosk:
    """A kiosk enrolled at that registry."""
    return open_kiosk(registry)
