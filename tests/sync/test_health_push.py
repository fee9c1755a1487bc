"""How the devices are reaches the registry at news and every five minutes; what goes wrong with it harms no cycle."""

import logging
import time
from collections.abc import Callable

import pytest

from kiosk.devices.health import DeviceKind, Health, HealthState
from kiosk.devices.noted import DeviceNote, HealthNotes
from sync.errors import (
    CaptivePortalError,
    CutOffError,
    RegistryRefusedError,
    RegistryUnavailableError,
    SyncError,
    UnreachableError,
    UnreadableReplyError,
)
from sync.health_push import health_report
from sync.health_report import DeviceHealth, HealthReport
from sync.protocol import read, write
from tests.support.bad_registry import BadRegistry, failing
from tests.support.registry_simulator import RegistrySimulator
from tests.support.sync_kiosk import SOFTWARE, SyncKiosk

OpenKiosk = Callable[..., SyncKiosk]
DARK = "The camera sees too little: wipe the lens or switch on the lamp"
DAY_SECONDS = 86_400


def noting(kiosk: SyncKiosk, problem: str = "", **figures: float) -> None:
    """Leave a note as the kiosk that runs does: a camera with this problem, and a loudspeaker that is well."""
    now = time.monotonic()
    camera = Health(
        state=HealthState.DEGRADED if problem else HealthState.OK,
        problem=problem,
        since=now - 90,
        advice=DARK if problem else "",
        figures=tuple(figures.items()),
    )
    sound = Health(state=HealthState.OK, problem="", since=now - 90, advice="")
    HealthNotes(kiosk.home.devices_note).note({DeviceKind.CAMERA: camera, DeviceKind.SOUND: sound})


def cycle(kiosk: SyncKiosk, problem: str = "", *, after_seconds: int = 10) -> None:
    """A good cycle so much later, with a fresh note."""
    kiosk.clock.at += after_seconds
    noting(kiosk, problem)
    report = kiosk.run_cycle()
    assert (report.is_good, report.has_failed) == (True, False)


def asked(bad: BadRegistry) -> int:
    return bad.asked.count("report_health")


@pytest.fixture
def bad(registry: RegistrySimulator) -> BadRegistry:
    """Passes everything on, and counts."""
    return BadRegistry(registry)


@pytest.fixture
def kiosk(registry: RegistrySimulator, bad: BadRegistry, open_kiosk: OpenKiosk) -> SyncKiosk:
    return open_kiosk(registry, bad)


def test_the_registry_hears_words_and_figures_and_no_sentence(registry: RegistrySimulator, kiosk: SyncKiosk) -> None:
    noting(kiosk, "camera_dark", frames_a_second=23.98765)
    kiosk.run_cycle()
    told = registry.health[kiosk.record.device]
    camera, sound = told.devices
    assert (told.at, told.software) == (kiosk.clock.at, SOFTWARE)
    assert (camera.kind, camera.state, camera.problem) == ("camera", "degraded", "camera_dark")
    assert camera.figures == (("frames_a_second", 23.988),)
    assert 90 <= camera.since_seconds < 90 + 60
    assert (sound.kind, sound.state, sound.problem, sound.figures) == ("sound", "ok", "", ())
    assert DARK.encode() not in write(told)


def test_it_is_told_once_then_at_news_and_after_five_minutes(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    for problem, after_seconds, told in [
        ("", 10, 1),
        ("", 10, 1),
        ("camera_dark", 10, 2),
        ("camera_dark", 10, 2),
        ("camera_frozen", 10, 3),
        ("", 10, 4),
        ("", 299, 4),
        ("", 1, 5),
        ("", 299, 5),
    ]:
        cycle(kiosk, problem, after_seconds=after_seconds)
        assert asked(bad) == told


def test_a_clock_that_is_set_back_holds_it_up_no_longer(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    cycle(kiosk)
    cycle(kiosk, after_seconds=-30 * DAY_SECONDS)
    assert asked(bad) == 2
    bad.on["report_health"] = failing(UnreachableError("gone"))
    cycle(kiosk, "camera_dark")
    cycle(kiosk, "camera_dark", after_seconds=-30 * DAY_SECONDS)
    assert asked(bad) == 4


def test_where_no_kiosk_runs_nothing_is_told(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    assert kiosk.run_cycle().is_good
    kiosk.home.devices_note.write_text("not a note")
    assert kiosk.run_cycle().is_good
    assert asked(bad) == 0


def test_without_contact_nothing_is_told(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    away = failing(UnreachableError("There is no connection."))
    bad.on |= dict.fromkeys(("push", "trust_file", "manifest"), away)
    noting(kiosk)
    assert not kiosk.run_cycle().has_contact
    assert asked(bad) == 0


def test_it_is_told_though_no_entry_is_taken_and_no_change_delivered(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    unwell = failing(RegistryUnavailableError("The registry cannot answer now (500).", status=500))
    bad.on |= {"push": unwell, "changes": unwell}
    noting(kiosk)
    assert kiosk.run_cycle().has_failed
    assert asked(bad) == 1


@pytest.mark.parametrize("status", [404, 405])
def test_an_older_registry_is_asked_again_after_an_hour(bad: BadRegistry, kiosk: SyncKiosk, status: int) -> None:
    bad.on["report_health"] = failing(RegistryRefusedError("Not Found", status=status))
    for problem, after_seconds, told in [
        ("", 10, 1),
        ("camera_dark", 10, 1),
        ("camera_frozen", 3589, 1),
        ("camera_frozen", 1, 2),
    ]:
        cycle(kiosk, problem, after_seconds=after_seconds)
        assert asked(bad) == told
    bad.on.clear()  # it was upgraded
    cycle(kiosk, "camera_frozen", after_seconds=3600)
    assert kiosk.record.device in bad.good.health  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "error",
    [
        RegistryUnavailableError("The registry cannot answer now (500).", status=500),
        UnreachableError("gone"),
        CutOffError("broke"),
        CaptivePortalError("a page"),
        UnreadableReplyError("junk"),
        RegistryRefusedError("no", status=400),
    ],
)
def test_a_registry_in_trouble_fails_no_cycle_and_is_asked_again_a_minute_later(
    registry: RegistrySimulator,
    bad: BadRegistry,
    kiosk: SyncKiosk,
    caplog: pytest.LogCaptureFixture,
    error: SyncError,
) -> None:
    bad.on["report_health"] = failing(error)
    with caplog.at_level(logging.DEBUG, logger="sync.health_push"):
        for after_seconds, told in [(10, 1), (10, 1), (49, 1), (1, 2)]:
            cycle(kiosk, "camera_dark", after_seconds=after_seconds)
            assert asked(bad) == told
    assert {record.levelname for record in caplog.records if record.name == "sync.health_push"} == {"DEBUG"}
    bad.on.clear()
    cycle(kiosk, "camera_dark", after_seconds=60)
    assert registry.health[kiosk.record.device].devices[0].problem == "camera_dark"


def test_a_registry_that_names_its_time_is_asked_then(bad: BadRegistry, kiosk: SyncKiosk) -> None:
    busy = RegistryUnavailableError("busy", status=503, retry_after_seconds=200)
    bad.on["report_health"] = failing(busy)
    for after_seconds, told in [(10, 1), (199, 1), (1, 2)]:
        cycle(kiosk, after_seconds=after_seconds)
        assert asked(bad) == told


def test_a_mistake_of_ours_fails_no_cycle_and_is_in_the_log(
    bad: BadRegistry, kiosk: SyncKiosk, caplog: pytest.LogCaptureFixture
) -> None:
    bad.on["report_health"] = failing(ZeroDivisionError("ours"))
    cycle(kiosk)
    cycle(kiosk, "camera_dark")
    assert asked(bad) == 1
    assert [record.levelname for record in caplog.records if record.name == "sync.health_push"] == ["ERROR"]


def test_what_cannot_travel_is_left_out_and_never_makes_the_whole_report_unreadable() -> None:
    camera = DeviceNote(
        kind=DeviceKind.CAMERA,
        state=HealthState.FAULTED,
        problem="Kamera №2!",
        advice=DARK,
        since_seconds=2**40,
        figures=(("good", 1.0), ("Not a name", 1.0), ("endless", float("inf")), ("none", float("nan"))),
    )
    many = DeviceNote(
        kind=DeviceKind.DOOR,
        state=HealthState.OK,
        problem="",
        advice="",
        since_seconds=0,
        figures=tuple((f"figure_{number}", 1.0) for number in range(40)),
    )
    report = health_report([camera, *[many] * 40], at=1, software=SOFTWARE)
    assert read(HealthReport, write(report)) == report
    assert report.devices[0] == DeviceHealth(
        kind="camera", state="faulted", problem="unnamed", since_seconds=2**32 - 1, figures=(("good", 1.0),)
    )
    assert (len(report.devices), len(report.devices[1].figures)) == (32, 16)
