"""registry devices: what an administrator is told of each kiosk of a park."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.rules.entries import ChainBody
from kiosk.rules.words import ChainCause
from sync.health_report import DeviceHealth, HealthReport
from sync.registry.enrolling import DeviceStatus
from sync.registry.service import RegistryService, open_registry
from sync.registry.wire import RegistryEnd
from tests.support.real_registry import make_demo
from tests.support.shell import Finished, qaqpa_here
from tests.sync.registry.conftest import NOON, Gate

DARK = DeviceHealth(kind="camera", state="degraded", problem="camera_dark", since_seconds=300)
EATEN = DeviceHealth(kind="drone", state="missing", problem="drone_eaten", since_seconds=60, figures=(("wings", 3.0),))
WELL = DeviceHealth(kind="sound", state="ok", problem="", since_seconds=9000)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RegistryService]:
    service = open_registry(make_demo(tmp_path / "registry"), now=lambda: NOON)
    yield service
    service.close()


def told(tmp_path: Path, *options: str) -> Finished:
    return qaqpa_here("registry", "devices", "--park", "7", "--data", tmp_path, *options)


def report(*devices: DeviceHealth) -> HealthReport:
    return HealthReport(at=NOON - 1, software="qaqpa test", devices=devices)


def test_each_kiosk_is_a_line_with_what_ails_it_and_what_to_do(tmp_path: Path, service: RegistryService) -> None:
    end = RegistryEnd(service)
    second, well, silent = (Gate(end, service, 7, number) for number in (2, 1, 3))
    end.report_health(second.device, report(DARK, EATEN, WELL))
    end.report_health(well.device, report(WELL))
    answer = told(tmp_path)
    assert answer.code == 1
    troubles = (
        "camera degraded since 2026-07-05 11:55, The camera sees too little: wipe the lens or switch on the lamp; "
        "drone missing since 2026-07-05 11:59, drone_eaten"
    )
    assert answer.out.splitlines() == [
        f"gate 1, lane 1: device {well.device}, active, heard 2026-07-05 12:00; its devices are well",
        f"gate 2, lane 1: device {second.device}, active, heard 2026-07-05 12:00; {troubles}",
        f"gate 3, lane 1: device {silent.device}, active, never heard; it never said how its devices are",
    ]
    records = told(tmp_path, "--json").records
    assert [(record["gate"], record["health"] is None) for record in records] == [(1, False), (2, False), (3, True)]
    health = records[1]["health"]
    assert (health["received_at"], health["at"]) == ("2026-07-05T07:00:00Z", "2026-07-05T06:59:59Z")
    assert [(device["problem"], device["figures"]) for device in health["devices"]] == [
        ("camera_dark", {}),
        ("drone_eaten", {"wings": 3.0}),
        ("", {}),
    ]


def test_what_a_revoked_kiosk_said_needs_nobody(tmp_path: Path, service: RegistryService) -> None:
    end = RegistryEnd(service)
    gate = Gate(end, service, 7, 1)
    end.report_health(gate.device, report(DARK))
    assert told(tmp_path).code == 1
    service.set_device_status(gate.device, DeviceStatus.REVOKED, "stolen")
    answer = told(tmp_path)
    assert (answer.code, "revoked" in answer.out) == (0, True)


def test_a_suspended_kiosk_needs_somebody_until_it_is_restored(tmp_path: Path, service: RegistryService) -> None:
    gate = Gate(RegistryEnd(service), service, 7, 1)
    assert told(tmp_path).code == 0
    service.set_device_status(gate.device, DeviceStatus.SUSPENDED, "copied?")
    answer = told(tmp_path)
    assert (answer.code, "suspended (copied?)" in answer.out, "qaqpa registry device restore" in answer.out) == (
        1,
        True,
        True,
    )
    service.set_device_status(gate.device, DeviceStatus.ACTIVE, "it was not")
    assert told(tmp_path).code == 0


@pytest.mark.parametrize(
    ("cause", "code"),
    [(ChainCause.OLDER, 1), (ChainCause.DAMAGED, 1), (ChainCause.MISSING, 1), (ChainCause.MOVED, 0), (None, 0)],
)
def test_a_kiosk_whose_journal_began_anew_needs_somebody_until_another_is_enrolled(
    tmp_path: Path, service: RegistryService, cause: ChainCause | None, code: int
) -> None:
    gate = Gate(RegistryEnd(service), service, 7, 1)
    gate.write(ChainBody(park=7, gate=1, lane=1, software="test", cause=cause))
    gate.push()
    answer = told(tmp_path)
    assert (answer.code, "qaqpa registry enrol" in answer.out) == (code, code == 1)
    Gate(RegistryEnd(service), service, 7, 1)
    assert told(tmp_path).code == 0


def test_a_park_without_kiosks_says_how_to_make_one(tmp_path: Path, service: RegistryService) -> None:
    answer = told(tmp_path)
    assert (answer.code, answer.out) == (0, "")
    assert "qaqpa registry enrol" in answer.err
    assert qaqpa_here("registry", "devices", "--park", "99", "--data", tmp_path).code == 2
