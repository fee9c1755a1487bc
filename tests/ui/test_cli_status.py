"""status: how the devices of the kiosk that runs are, and nothing of them when none does."""

import time
from pathlib import Path

import pytest

from kiosk.clock import machine_seconds
from kiosk.devices.health import DeviceKind, Health, HealthState
from kiosk.devices.noted import HealthNotes
from kiosk.store.home import Home
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.shell import qaqpa_here


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return enrolled_home(tmp_path / "data", SmallPark(signed_at=machine_seconds() - 60), is_demo=False)


def a_health(state: HealthState, problem: str = "", advice: str = "", **figures: float) -> Health:
    since = time.monotonic() - 30
    return Health(state=state, problem=problem, since=since, advice=advice, figures=tuple(figures.items()))


def test_without_a_running_kiosk_nothing_is_known_of_its_devices(home: Home) -> None:
    assert qaqpa_here("status", "--data", home.path, "--json").record["devices"] is None
    assert "devices: no kiosk runs" in qaqpa_here("status", "--data", home.path).out


def test_the_devices_of_a_running_kiosk_are_told_with_what_to_do(home: Home) -> None:
    before = qaqpa_here("status", "--data", home.path, "--json").code
    notes = HealthNotes(home.devices_note)
    notes.note({DeviceKind.POWER: a_health(HealthState.OK, battery_percent=96.0), DeviceKind.SOUND: SILENT})
    told = qaqpa_here("status", "--data", home.path, "--json")
    assert told.code == before, "a machine without sound is no error"
    power, sound = told.record["devices"]
    assert (power["device"], power["state"], power["figures"]) == ("power", "ok", {"battery_percent": 96.0})
    assert (sound["problem"], sound["since_seconds"] >= 30) == ("sound_missing", True)
    notes.note({DeviceKind.CAMERA: a_health(HealthState.MISSING, "camera_missing", "Plug it in")})
    assert qaqpa_here("status", "--data", home.path, "--json").code == 1
    assert "Plug it in" in qaqpa_here("status", "--data", home.path).out


SILENT = a_health(HealthState.MISSING, "sound_missing", "See the cable")
