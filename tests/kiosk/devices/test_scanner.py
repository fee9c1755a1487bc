"""A scanner is plugged in, speaks, is pulled and put back: over a pseudo-terminal and over a pipe of key events."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.evdev_scanner import EvdevPort
from kiosk.devices.framing import FLOOD_TEXTS
from kiosk.devices.guard import SameCodeGuard
from kiosk.devices.health import HealthState
from kiosk.devices.problems import Problem
from kiosk.devices.roll import Roll
from kiosk.devices.scanner import Intake, Scanner, ScannerPort
from kiosk.devices.serial_scanner import SerialPort
from kiosk.errors import UsageError
from tests.support.plugs import PipePlug, Plug, PtyPlug, keys_of, plugged_in, press, until


@pytest.fixture(params=["serial", "evdev"])
def plug(request: pytest.FixtureRequest, tmp_path: Path) -> Plug:
    return PtyPlug(tmp_path / "by-id") if request.param == "serial" else PipePlug(tmp_path / "by-id")


def port_of(plug: Plug) -> ScannerPort:
    folder = plug.path.parent
    if isinstance(plug, PtyPlug):
        return SerialPort(plug.name, baud=9600, folder=folder)
    return EvdevPort(plug.name, folder=folder)


class _Lane:
    """A scanner with what it has read."""

    def __init__(self, plug: Plug) -> None:
        self.texts: list[str] = []
        self.guard = SameCodeGuard()
        self.scanner = Scanner(port_of(plug), Intake(on_text=self.texts.append, guard=self.guard))


@pytest.fixture
def lane(plug: Plug) -> Iterator[_Lane]:
    lane = _Lane(plug)
    yield lane
    lane.scanner.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "scanner"]


def test_texts_come_in_their_order_with_an_end_or_after_a_silence(plug: Plug, lane: _Lane) -> None:
    with plugged_in(plug):
        lane.scanner.tend()
        assert lane.scanner.health().state is HealthState.OK
        plug.say(b"KP1:FIRST\rKP1:SECOND\tKP1:THIRD")
        until(lambda: len(lane.texts) == 3)
        assert lane.texts == ["KP1:FIRST", "KP1:SECOND", "KP1:THIRD"]


def test_a_scanner_that_is_pulled_and_put_back_is_named_and_healed_and_loses_nothing(plug: Plug, lane: _Lane) -> None:
    for turn in range(5):
        lane.scanner.tend()
        assert lane.scanner.health().problem == Problem.SCANNER_MISSING
        assert plug.name in lane.scanner.health().advice
        plug.plug_in()
        lane.scanner.tend()
        assert lane.scanner.health().state is HealthState.OK
        plug.say(f"KP1:{turn}A\r".encode())
        until(lambda: lane.texts[-1:] == [f"KP1:{turn}A"])  # noqa: B023
        plug.say(f"KP1:{turn}B".encode())
        if isinstance(plug, PtyPlug):  # the kernel throws away what nobody has read when a terminal hangs up
            until(lambda: lane.texts[-1:] == [f"KP1:{turn}B"])  # noqa: B023
        plug.pull()  # else within the silence that would have ended the text
        until(lambda: lane.texts[-1:] == [f"KP1:{turn}B"])  # noqa: B023
    assert len(lane.texts) == 10


def test_within_the_roll_a_pulled_scanner_is_named_and_healed_within_ten_seconds(
    plug: Plug, lane: _Lane, figure: object
) -> None:
    roll = Roll([lane.scanner])
    roll.start()
    took = []
    for state, act in [(HealthState.OK, plug.plug_in), (HealthState.MISSING, plug.pull)] * 2:
        began = time.monotonic()
        act()
        until(lambda: lane.scanner.health().state is state)  # noqa: B023
        took.append(time.monotonic() - began)
    roll.close()
    figure(f"named or healed after {', '.join(f'{seconds:.2f}' for seconds in took)} s")  # type: ignore[operator]
    assert max(took) < 10


def test_a_name_that_is_another_device_now_is_taken_anew(plug: Plug, lane: _Lane, tmp_path: Path) -> None:
    with plugged_in(plug):
        lane.scanner.tend()
        aside = tmp_path / "aside"
        plug.path.rename(aside)  # its wire is still there, but the name is given to the next one
        other = type(plug)(plug.path.parent, plug.name)
        with plugged_in(other):
            lane.scanner.tend()
            assert lane.scanner.health().state is HealthState.OK
            other.say(b"KP1:OTHER\r")
            until(lambda: lane.texts == ["KP1:OTHER"])
        aside.rename(plug.path)


def test_a_code_held_before_the_scanner_is_one_scan(plug: Plug, lane: _Lane) -> None:
    with plugged_in(plug):
        lane.scanner.tend()
        for _ in range(100):
            plug.say(b"KP1:SAME\r")
        plug.say(b"KP1:NEXT\r")
        until(lambda: lane.texts[-1:] == ["KP1:NEXT"])
        assert lane.texts == ["KP1:SAME", "KP1:NEXT"]
        assert lane.scanner.health().state is HealthState.OK


def test_a_code_the_camera_has_just_seen_is_no_other_scan(plug: Plug, lane: _Lane) -> None:
    with plugged_in(plug):
        lane.scanner.tend()
        assert lane.guard.view(["KP1:SAME"], time.monotonic() + 1000) == ["KP1:SAME"]
        lane.guard.fresh("KP1:SAME", time.monotonic())
        plug.say(b"KP1:SAME\rKP1:NEXT\r")
        until(lambda: lane.texts == ["KP1:NEXT"])


def test_a_flood_is_bounded_named_and_heals(plug: Plug, lane: _Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.scanner.CALM_SECONDS", 2.0)
    with plugged_in(plug):
        lane.scanner.tend()
        began = time.monotonic()
        plug.say(b"".join(b"%d\r" % number for number in range(2000)))
        until(lambda: lane.scanner._intake.is_flooded)
        lane.scanner.tend()
        assert lane.scanner.health().problem == Problem.SCANNER_FLOODING
        until(lambda: not lane.scanner._intake.is_flooded)
        assert FLOOD_TEXTS <= len(lane.texts) <= FLOOD_TEXTS + 2 + time.monotonic() - began
        lane.scanner.tend()
        assert lane.scanner.health().state is HealthState.OK


def test_a_scan_that_fails_does_not_deafen_the_lane(plug: Plug, caplog: pytest.LogCaptureFixture) -> None:
    texts = []

    def take(text: str) -> None:
        texts.append(text)
        raise RuntimeError("a mistake behind it")

    scanner = Scanner(port_of(plug), Intake(on_text=take, guard=SameCodeGuard()))
    with plugged_in(plug):
        scanner.tend()
        plug.say(b"A\rB\r")
        until(lambda: texts == ["A", "B"])
        scanner.close()
    assert "A scan failed" in caplog.text


def test_a_closed_scanner_takes_nothing_back(plug: Plug, lane: _Lane) -> None:
    with plugged_in(plug):
        lane.scanner.close()
        lane.scanner.tend()
        plug.say(b"A\r")
        assert lane.texts == []


def test_a_serial_scanner_that_another_program_reads_is_faulted_and_says_so(tmp_path: Path) -> None:
    plug = PtyPlug(tmp_path)
    first, second = _Lane(plug), _Lane(plug)
    with plugged_in(plug):
        first.scanner.tend()
        second.scanner.tend()
        assert second.scanner.health().problem == Problem.SCANNER_FAULTED
        assert "another program" in second.scanner.health().advice
        first.scanner.close()
        second.scanner.tend()
        assert second.scanner.health().state is HealthState.OK
        second.scanner.close()


@pytest.mark.parametrize(
    "make", [lambda folder: SerialPort("x", baud=9600, folder=folder), lambda f: EvdevPort("x", folder=f)]
)
def test_what_is_no_device_at_all_is_faulted_and_says_so(tmp_path: Path, make: object) -> None:
    (tmp_path / "x").write_text("no device")
    scanner = Scanner(make(tmp_path), Intake(on_text=print, guard=SameCodeGuard()))  # type: ignore[operator]
    scanner.tend()
    assert scanner.health().problem == Problem.SCANNER_FAULTED
    assert "x" in scanner.health().advice
    scanner.close()


def test_a_name_with_a_folder_in_it_is_no_name() -> None:
    with pytest.raises(UsageError, match="by-id"):
        SerialPort("../ttyS0", baud=9600)
    with pytest.raises(UsageError, match="by-id"):
        EvdevPort("a/b")


def test_commands_among_the_keys_of_a_scanner_are_nothing(tmp_path: Path) -> None:
    plug = PipePlug(tmp_path)
    lane = _Lane(plug)
    with plugged_in(plug):
        lane.scanner.tend()
        plug.events(keys_of("rq", held=29) + press(59) + keys_of("KP1:A") + keys_of("\x74", held=56) + keys_of("B\r"))
        until(lambda: lane.texts == ["KP1:AB"])
    lane.scanner.close()
