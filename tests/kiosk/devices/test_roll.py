"""The roll: every device is tended, one that hangs or breaks keeps nobody else, and the log says each thing once."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.health import Bearing, Device, DeviceKind, Health, HealthState
from kiosk.devices.problems import PROBLEMS, Problem
from kiosk.devices.roll import Lent, Roll

TOP = Path(__file__).parents[3]


class _Pluggable:
    """A device whose plug a test pulls; the smallest real one."""

    def __init__(self, kind: DeviceKind = DeviceKind.SOUND, problem: Problem = Problem.SOUND_MISSING) -> None:
        self.kind, self._problem = kind, problem
        self.is_plugged, self.is_closed = True, False
        self.tended = threading.Semaphore(0)
        self._bearing = Bearing(time.monotonic)

    def health(self) -> Health:
        return self._bearing.health()

    def tend(self) -> None:
        self._bearing.tell(Problem.NONE if self.is_plugged else self._problem)
        self.tended.release()

    def close(self) -> None:
        self.is_closed = True


class _Hanging(_Pluggable):
    def __init__(self) -> None:
        super().__init__(DeviceKind.MODEM)
        self.let_go = threading.Event()

    def tend(self) -> None:
        self.let_go.wait(30)


class _Breaking(_Pluggable):
    def tend(self) -> None:
        self.tended.release()
        raise RuntimeError("a mistake in the driver")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.roll.TEND_SECONDS", 0.01)
    monkeypatch.setattr("kiosk.devices.roll.CLOSE_SECONDS", 0.3)


def test_a_device_that_is_lent_is_tended_and_let_go_by_its_owner_alone() -> None:
    device = _Pluggable()
    roll = Roll([Lent(device)])
    roll.start()
    assert device.tended.acquire(timeout=20)
    device.is_plugged = False
    _until(lambda: roll.health()[DeviceKind.SOUND].state is HealthState.MISSING)
    roll.close()
    assert not device.is_closed


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("It did not come about")


def test_a_device_that_is_pulled_and_put_back_is_named_and_healed_while_another_hangs(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    sound, modem = _Pluggable(), _Hanging()
    devices: list[Device] = [modem, sound]
    roll = Roll(devices)
    roll.start()
    _until(lambda: sound.tended.acquire(timeout=0))

    sound.is_plugged = False
    _until(lambda: roll.health()[DeviceKind.SOUND].state is HealthState.MISSING)
    sound.is_plugged = True
    _until(lambda: roll.health()[DeviceKind.SOUND].state is HealthState.OK)
    _until(lambda: "works again" in caplog.text)

    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert list(roll.health()) == [DeviceKind.SOUND, DeviceKind.MODEM]
    roll.close()
    assert sound.is_closed
    modem.let_go.set()


def test_a_mistake_in_a_driver_does_not_leave_its_device_untended() -> None:
    broken = _Breaking()
    roll = Roll([broken])
    roll.start()
    assert broken.tended.acquire(timeout=5)
    assert broken.tended.acquire(timeout=5)
    roll.close()


def test_a_device_that_comes_after_the_start_is_tended() -> None:
    roll = Roll([_Pluggable(DeviceKind.DOOR)])
    roll.start()
    late = _Pluggable()
    roll.add(late)
    assert late.tended.acquire(timeout=5)
    roll.close()


def test_the_same_problem_again_keeps_its_since_and_its_figures() -> None:
    times = iter([1.0, 2.0, 3.0, 4.0])
    bearing = Bearing(lambda: next(times))
    assert bearing.tell(Problem.SOUND_MISSING, "No card", watts=3.5)
    assert not bearing.tell(Problem.SOUND_MISSING)
    health = bearing.health()
    assert (health.since, health.problem, health.figures) == (2.0, "sound_missing", (("watts", 3.5),))
    assert health.advice == PROBLEMS[Problem.SOUND_MISSING][1]
    assert not health.works
    assert bearing.tell(Problem.NONE)
    assert (bearing.health().state, bearing.health().since) == (HealthState.OK, 3.0)


def test_every_problem_has_a_state_and_says_what_to_do() -> None:
    assert set(PROBLEMS) == set(Problem)
    for problem, (state, advice) in PROBLEMS.items():
        assert (state is HealthState.OK) == (problem is Problem.NONE)
        assert bool(advice) == (problem is not Problem.NONE)
        assert not advice.endswith("."), "it is put into sentences"


_HANGS_WHEN_LET_GO = """
import time
from kiosk.devices import roll
from tests.kiosk.devices.test_roll import _Pluggable

class Held(_Pluggable):
    def close(self):
        time.sleep(120)

roll.CLOSE_SECONDS = 0.2
gate = roll.Roll([Held()])
gate.start()
gate.close()
"""


def test_a_device_that_hangs_when_it_is_let_go_does_not_keep_the_program_from_ending() -> None:
    subprocess.run([sys.executable, "-c", _HANGS_WHEN_LET_GO], cwd=TOP, check=True, timeout=60)


def test_a_device_that_cannot_be_let_go_leaves_the_others_to_be_let_go(caplog: pytest.LogCaptureFixture) -> None:
    class Stuck(_Pluggable):
        def close(self) -> None:
            raise RuntimeError("a mistake in the driver")

    sound = _Pluggable()
    roll = Roll([Stuck(DeviceKind.DOOR), sound])
    roll.start()
    roll.close()
    assert sound.is_closed
    assert "door could not be let go in order" in caplog.text


def test_the_first_device_of_a_roll_that_began_empty_is_tended() -> None:
    roll = Roll()
    roll.start()
    sound = _Pluggable()
    roll.add(sound)
    assert sound.tended.acquire(timeout=5)
    roll.close()
