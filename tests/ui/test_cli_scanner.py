"""`qaqpa scanner learn` finds the device that reads the test code, says what is wrong with it, and writes it down."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kiosk.config import read_config
from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.trial_scan import TEST_TEXT
from tests.support.plugs import PipePlug, Plug, PtyPlug, plugged_in
from tests.support.shell import Finished, command, environment, qaqpa_here, tied

RIGHT = f"{TEST_TEXT}\r".encode()
Walk = Callable[[threading.Event], None]


@pytest.fixture(params=["serial", "evdev"])
def plug(request: pytest.FixtureRequest, tmp_path: Path) -> Plug:
    is_serial = request.param == "serial"
    return PtyPlug(tmp_path / "dev/serial/by-id") if is_serial else PipePlug(tmp_path / "dev/input/by-id")


def source_of(plug: Plug) -> str:
    return f"{'serial' if isinstance(plug, PtyPlug) else 'evdev'}:{plug.name}"


def scanning(plug: Plug, sent: bytes) -> Walk:
    """Somebody holds the code before the scanner again and again until it is over."""

    def walk(is_over: threading.Event) -> None:
        while not is_over.wait(0.3):
            plug.say(sent)

    return walk


def learn(tmp_path: Path, *more: str, walk: Walk | None = None) -> Finished:
    """The command, while somebody walks about with a scanner."""
    is_over = threading.Event()
    walking = threading.Thread(target=walk, args=(is_over,)) if walk else None
    if walking:
        walking.start()
    try:
        return qaqpa_here(
            "scanner", "learn", "--data", tmp_path / "home", "--devices", tmp_path / "dev", "--json", *more
        )
    finally:
        is_over.set()
        if walking:
            walking.join()


def test_the_device_that_reads_the_code_is_written_into_the_settings(plug: Plug, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    file = tmp_path / "home" / "config.toml"
    file.write_text('# our gate\n[camera]\nsource = "generator" # for now\n')
    other = PtyPlug(plug.path.parent.parent.parent / "serial/by-id", "usb-Modem-if02")
    with plugged_in(other), plugged_in(plug):
        told = learn(tmp_path, walk=scanning(plug, RIGHT))
    assert told.code == 0, told.err
    assert told.record == {"source": source_of(plug), "finding": "exact", "advice": "", "written": str(file)}
    assert str(read_config(file).scanner_source) == source_of(plug)
    assert file.read_text().startswith('# our gate\n[camera]\nsource = "generator" # for now\n')
    assert f"There is: {source_of(plug)}" in told.err
    assert "There is: serial:usb-Modem-if02" in told.err


def test_a_scanner_that_is_plugged_in_meanwhile_is_found(plug: Plug, tmp_path: Path) -> None:
    def walk(is_over: threading.Event) -> None:
        is_over.wait(2.0)
        plug.plug_in()
        is_over.wait(2.0)
        plug.pull()
        is_over.wait(2.0)
        plug.plug_in()
        scanning(plug, RIGHT)(is_over)
        plug.pull()

    told = learn(tmp_path, walk=walk)
    assert told.code == 0, told.err
    assert told.record["source"] == source_of(plug)
    assert f"Unplugged: {source_of(plug)}" in told.err


def test_without_a_suffix_it_is_taken_and_the_suffix_is_advised(plug: Plug, tmp_path: Path) -> None:
    with plugged_in(plug):
        told = learn(tmp_path, walk=scanning(plug, RIGHT[:-1]))
    assert (told.code, told.record["finding"]) == (0, "no_suffix")
    assert "suffix CR" in told.record["advice"]


@pytest.mark.parametrize(
    "sent, finding", [(b"]Q1" + RIGHT, "framed"), (RIGHT.swapcase(), "case"), (RIGHT.replace(b"Y", b"Z"), "layout")]
)
def test_what_tickets_would_not_come_through_is_not_taken(
    plug: Plug, tmp_path: Path, sent: bytes, finding: str
) -> None:
    with plugged_in(plug):
        told = learn(tmp_path, walk=scanning(plug, sent))
    assert told.code == 1
    assert (told.record["source"], told.record["finding"]) == (source_of(plug), finding)
    assert told.record["written"] is None
    assert not (tmp_path / "home").exists()


def test_when_nobody_scans_it_ends_with_a_sentence(tmp_path: Path) -> None:
    told = learn(tmp_path, "--seconds", "1")
    assert told.code == 1
    assert told.record["source"] is None
    assert "within 1 seconds" in told.record["advice"]


def test_another_code_is_said_to_be_none_and_waited_on(plug: Plug, tmp_path: Path) -> None:
    with plugged_in(plug):
        told = learn(tmp_path, "--seconds", "2", walk=scanning(plug, b"KP1:A TICKET\r"))
    assert told.code == 1
    assert "12 characters came that are not the test code" in told.err


def test_a_scanner_that_a_kiosk_holds_is_said_to_be_held(tmp_path: Path) -> None:
    from kiosk.devices.serial_scanner import SerialPort

    plug = PtyPlug(tmp_path / "dev/serial/by-id")
    with plugged_in(plug):
        port = SerialPort(str(plug.path), baud=9600)
        port.open()
        told = learn(tmp_path, "--seconds", "1")
        port.close()
    assert told.code == 1
    assert told.err.count("is used by another program") == 1


def test_a_baud_that_was_found_is_written_too(tmp_path: Path) -> None:
    plug = PtyPlug(tmp_path / "dev/serial/by-id")
    with plugged_in(plug):
        assert learn(tmp_path, "--baud", "115200", walk=scanning(plug, RIGHT)).code == 0
    config = read_config(tmp_path / "home" / "config.toml")
    assert (str(config.scanner_source), config.scanner_baud) == (source_of(plug), 115_200)


def test_the_code_on_the_terminal_is_the_test_code(tmp_path: Path) -> None:
    told = learn(tmp_path, "--seconds", "1")
    drawn = [line for line in told.err.splitlines() if line and set(line) <= set(" ▄▀█")]
    modules = np.array([[(letter in "▀█", letter in "▄█") for letter in line] for line in drawn])
    dark = modules.transpose(0, 2, 1).reshape(2 * len(drawn), -1)
    picture = np.kron(np.where(dark, 0, 255).astype(np.uint8), np.ones((8, 8), np.uint8))
    picture = np.pad(picture, 64, constant_values=255)
    assert CascadeDecoder().read(np.repeat(picture[..., None], 3, axis=2)) == [TEST_TEXT]


@pytest.mark.parametrize(
    "sent, code, finding",
    [(TEST_TEXT, 0, "exact"), (TEST_TEXT.translate(str.maketrans("QAPZ", "ЙФЗЯ")), 1, "layout")],
)
def test_a_scanner_that_types_into_the_terminal_is_the_last_resort(
    tmp_path: Path, sent: str, code: int, finding: str
) -> None:
    master, slave = os.openpty()
    arguments = ("--data", tmp_path / "home", "--devices", tmp_path / "dev", "--json")
    with subprocess.Popen(
        tied(*command("scanner", "learn", *arguments)), env=environment(),
        stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        while "Waiting" not in running.stderr.readline():
            pass
        os.write(master, f"{sent}\r".encode() + b"left over for the shell")
        out, _ = running.communicate(timeout=60)
    told = json.loads(out)
    assert (running.returncode, told["source"], told["finding"]) == (code, "wedge", finding)
    os.set_blocking(slave, False)
    with pytest.raises(BlockingIOError):
        os.read(slave, 100)
    os.close(master)
    os.close(slave)
