"""doctor: what a machine lacks is found, with what to do about it; 1 where a gate cannot do without."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.devices.health import DeviceKind, Health, HealthState
from kiosk.devices.noted import HealthNotes
from kiosk.store.home import Home
from tests.support.shell import qaqpa
from ui.doctor import LOOKS, findings
from ui.findings import Finding, Machine, Mark

MACHINES: dict[str, tuple[str, str]] = {
    "proc/meminfo": ("MemTotal:        4000000 kB\n", "MemTotal:         900000 kB\n"),
    "proc/asound/cards": (" 0 [Headphones ]: bcm2835\n", "--- no soundcards ---\n"),
    "etc/udev/rules.d/70-qaqpa.rules": ("", ""),
    "dev/rtc0": ("", ""),
    "dev/v4l/by-id/usb-Good": ("", ""),
}


def a_machine(tmp_path: Path, *, without: tuple[str, ...] = (), mounts: str = "", **given: object) -> Machine:
    """A machine that has everything but what is named."""
    root = tmp_path / "root"
    for path, (well, amiss) in MACHINES.items():
        if path in without and not amiss:
            continue
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(amiss if path in without else well, encoding="utf-8")
    (root / "proc" / "mounts").write_text(mounts or "/dev/sda1 / ext4 rw 0 0\n", encoding="utf-8")
    found: dict[str, object] = {
        "root": root, "find": lambda name: f"/usr/bin/{name}", "display": lambda: None, "answer": lambda command: None,
    }  # fmt: skip
    return Machine(**(found | given))  # type: ignore[arg-type]


def a_home(tmp_path: Path, settings: str = 'camera.source = "v4l2:usb-Good"\n') -> Home:
    home = Home(tmp_path / "data")
    home.path.mkdir(parents=True)
    home.config_file.write_text(settings, encoding="utf-8")
    return home


def by_part(home: Home, machine: Machine) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings(home, machine):
        found.setdefault(finding.part, []).append(finding)
    return found


def answer_with(packages: str) -> Callable[[list[str]], str | None]:
    return lambda command: packages if command[0] == "dpkg-query" else "yes\n"


def test_a_machine_that_has_everything_has_no_finding_but_that_it_is_no_kiosk_yet(tmp_path: Path) -> None:
    packages = (Path(__file__).parents[2] / "packaging" / "debian-packages.txt").read_text(encoding="utf-8")
    names = (line.partition("#")[0].strip() for line in packages.splitlines())
    machine = a_machine(tmp_path, answer=answer_with("".join(f"{name} installed\n" for name in names if name)))
    amiss = [finding for finding in findings(a_home(tmp_path), machine) if finding.mark is not Mark.OK]
    assert [finding.part for finding in amiss if finding.part != "flush"] == ["folder"]  # a disk may be slow or quick


@pytest.mark.parametrize(
    "part, given, mark, cure",
    [
        ("machine", {"without": ("proc/meminfo",)}, Mark.ATTENTION, "two processors"),
        ("packages", {"answer": answer_with("python3 installed\n")}, Mark.ATTENTION, "apt-get install"),
        ("display", {"display": lambda: "There is no display here"}, Mark.ATTENTION, "screen"),
        ("disk", {"mounts": "none / tmpfs rw 0 0\n"}, Mark.BAD, "ext4"),
        ("disk", {"mounts": "server:/x / nfs4 rw 0 0\n"}, Mark.BAD, "own disk"),
        ("clock", {"without": ("dev/rtc0",)}, Mark.ATTENTION, "battery"),
        ("camera", {"without": ("dev/v4l/by-id/usb-Good",)}, Mark.ATTENTION, "Plug it in"),
        ("scanner", {}, Mark.ATTENTION, "scanner learn"),
        ("udev", {"without": ("etc/udev/rules.d/70-qaqpa.rules",)}, Mark.ATTENTION, "udevadm"),
        ("sound", {"without": ("proc/asound/cards",)}, Mark.ATTENTION, "without sound"),
        ("sound", {"find": lambda name: None}, Mark.ATTENTION, "alsa-utils"),
    ],
)
def test_what_is_missing_is_found_and_its_cure_told(
    part: str, given: dict[str, object], mark: Mark, cure: str, tmp_path: Path
) -> None:
    home = a_home(tmp_path, 'camera.source = "v4l2:usb-Good"\nscanner.source = "serial:usb-Gone"\n')
    found = by_part(home, a_machine(tmp_path, **given))[part]  # type: ignore[arg-type]
    assert any(finding.mark is mark and cure in finding.cure for finding in found)


def test_no_finding_that_is_amiss_leaves_anybody_without_a_cure(tmp_path: Path) -> None:
    machine = a_machine(
        tmp_path, without=tuple(MACHINES), mounts="none / tmpfs rw 0 0\n", find=lambda name: None, display=lambda: "no"
    )
    found = list(findings(a_home(tmp_path, "nonsense = 1\n"), machine))
    assert {finding.part for finding in found} >= {"settings", "libraries", "decoder", "fonts", "flush", "folder"}
    assert all(finding.cure for finding in found if finding.mark is not Mark.OK)
    assert "there is no setting 'nonsense'" in found[0].what


def test_a_look_that_fails_is_a_finding_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def _broken(machine: Machine, home: Home, config: object) -> list[Finding]:
        raise OSError("this file cannot be read")

    monkeypatch.setattr("ui.doctor.LOOKS", (_broken, LOOKS[0]))
    found = list(findings(a_home(tmp_path), a_machine(tmp_path)))
    assert [(finding.part, finding.mark) for finding in found[:2]] == [("broken", Mark.ATTENTION), ("python", Mark.OK)]


def test_the_devices_of_a_running_kiosk_are_found(tmp_path: Path) -> None:
    home = a_home(tmp_path)
    home.kiosk.mkdir()
    dark = Health(state=HealthState.DEGRADED, problem="camera_dark", since=time.monotonic(), advice="Wipe the lens")
    HealthNotes(home.devices_note).note({DeviceKind.CAMERA: dark})
    found = by_part(home, a_machine(tmp_path))["camera"]
    assert any(finding.cure == "Wipe the lens" for finding in found)


def test_the_command_prints_a_line_for_each_and_leaves_nothing_behind(tmp_path: Path) -> None:
    told = qaqpa("doctor", "--data", tmp_path / "data", "--json")
    assert told.code in (0, 1)
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert {"python", "libraries", "decoder", "flush", "folder"} <= {row["part"] for row in rows}
    assert list(tmp_path.iterdir()) == []
    spoken = qaqpa("doctor", "--data", tmp_path / "data")
    assert spoken.code == told.code
    assert "✓ python" in spoken.out
