"""The settings' word and wires become a barrier; where nothing answers it says so and the kiosk goes on."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.devices.barrier import BarrierError, Contactless, SimulatedBarrier
from kiosk.devices.barriers import open_barrier
from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.problems import Problem
from kiosk.devices.sequels import Came, Sequel
from kiosk.rules.words import BarrierPosition
from kiosk.wiring import BarrierKind, Wiring
from tests.support.ports import reserved_port


@pytest.mark.parametrize("kind", [kind for kind in BarrierKind if kind is not BarrierKind.SIMULATED])
def test_each_kind_looks_for_its_board_and_says_that_it_is_missing(kind: BarrierKind, tmp_path: Path) -> None:
    with reserved_port() as port:
        base = f"http://127.0.0.1:{port}"
        wirings = {
            BarrierKind.GPIOD: Wiring(chip="/dev/gpiochip97", open=17, turned=1, loop=2),
            BarrierKind.MODBUS: Wiring(address=f"127.0.0.1:{port}", open=0, turned=1, loop=2),
            BarrierKind.RELAY: Wiring(pulse_url=f"{base}/on", state_url=f"{base}/state", turned="a", loop="b"),
        }
        file = tmp_path / "crossings.json"
        with closing(open_barrier(kind, wirings[kind], crossings_file=file)) as barrier:
            end = time.monotonic() + 10
            while barrier.health().state is not HealthState.MISSING:
                assert time.monotonic() < end
                time.sleep(0.01)
            assert barrier.position() is BarrierPosition.FAULTED
            with pytest.raises(BarrierError, match="by hand"):
                barrier.pulse(100, "ENTRY1")
            assert barrier.crossings() is not None
        assert file.exists()


def test_without_contacts_nothing_is_said_to_be_counted() -> None:
    barrier = open_barrier(BarrierKind.SIMULATED, Wiring())
    assert isinstance(barrier, SimulatedBarrier)
    assert (barrier.crossings(), barrier.sequels(), barrier.kind) == (None, (), DeviceKind.BARRIER)
    barrier.settle(Sequel(cause="ENTRY1", came=Came.OPENED))
    barrier.tend()
    barrier.hold(held=True)
    barrier.close()
    assert barrier.position() is BarrierPosition.CLOSED
    assert Contactless().health().state is HealthState.OK


def test_a_simulated_fault_is_health_as_of_any_other_device() -> None:
    barrier = SimulatedBarrier(fault=True)
    assert barrier.health().problem == Problem.BARRIER_FAULTED
    barrier.break_down(fault=False)
    assert barrier.health().state is HealthState.OK
