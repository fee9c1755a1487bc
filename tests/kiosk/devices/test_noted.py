"""What a running kiosk notes of its devices is read beside it while it is true, and says nothing afterwards."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.health import DeviceKind, Health, HealthState
from kiosk.devices.noted import NOTE_SECONDS, OLD_SECONDS, DeviceNote, HealthNotes, noted
from kiosk.devices.roll import Roll

DARK = Health(
    state=HealthState.DEGRADED,
    problem="camera_dark",
    since=90.0,
    advice="Wipe the lens",
    figures=(("frames_a_second", 14.5),),
)
READ = DeviceNote(
    kind=DeviceKind.CAMERA,
    state=HealthState.DEGRADED,
    problem="camera_dark",
    advice="Wipe the lens",
    since_seconds=12,
    figures=(("frames_a_second", 14.5),),
)


def test_what_was_noted_is_read_with_for_how_long_it_has_been_so(tmp_path: Path) -> None:
    HealthNotes(tmp_path / "devices.json", clock=lambda: 100.0).note({DeviceKind.CAMERA: DARK})
    assert noted(tmp_path / "devices.json", clock=lambda: 102.0) == (READ,)


def test_a_note_that_is_old_or_of_another_boot_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "devices.json"
    HealthNotes(path, clock=lambda: 100.0).note({DeviceKind.CAMERA: DARK})
    assert noted(path, clock=lambda: 101.0 + OLD_SECONDS) is None
    assert noted(path, clock=lambda: 99.0) is None, "a clock that began anew with the machine"
    monkeypatch.setattr("kiosk.devices.noted._boot", lambda: "another")
    assert noted(path, clock=lambda: 101.0) is None


def test_news_is_noted_at_once_and_no_news_every_few_seconds(tmp_path: Path) -> None:
    path, now = tmp_path / "devices.json", [100.0]
    notes = HealthNotes(path, clock=lambda: now[0])
    notes.note({DeviceKind.CAMERA: DARK})
    first = path.read_bytes()
    now[0] += 1
    notes.note({DeviceKind.CAMERA: DARK})
    assert path.read_bytes() == first
    notes.note({})
    assert path.read_bytes() != first
    now[0] += NOTE_SECONDS + 1
    second = path.read_bytes()
    notes.note({})
    assert path.read_bytes() != second
    notes.forget()
    assert noted(path, clock=lambda: now[0]) is None


@given(st.one_of(st.binary(max_size=60), st.recursive(
    st.none() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["boot", "at", "devices"]), inner),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_a_file_that_is_no_note_says_nothing(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("noted") / "devices.json"
    path.write_bytes(data)
    assert noted(path) is None


def test_the_roll_notes_its_devices_and_survives_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    notes = HealthNotes(tmp_path / "gone" / "devices.json")
    roll = Roll(note=notes.note)
    roll.start()
    time.sleep(0.05)
    (tmp_path / "gone").mkdir()
    for _ in range(500):
        if noted(tmp_path / "gone" / "devices.json") == ():
            break
        time.sleep(0.02)
    else:
        pytest.fail("It was never noted")
    roll.close()
