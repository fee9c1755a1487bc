"""The printer: what is on paper is what was asked for, its troubles are named and healed, and nobody waits for it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from kiosk.devices import escpos
from kiosk.devices.escpos import Raster
from kiosk.devices.health import DeviceKind, HealthState
from kiosk.devices.printer import LONGEST_QUEUE, Job, JobState, Printer
from kiosk.devices.printer_ports import FilePort, Port, TcpPort
from kiosk.devices.problems import Problem
from kiosk.devices.roll import Roll
from kiosk.devices.turn import Turn
from tests.support.receipt_printer import NetworkPrinter, PaperRoll, device_file_printer, network_printer

LONG = 60.0


def until(holds: Callable[[], object]) -> None:
    for _ in range(int(LONG / 0.02)):
        if holds():
            return
        time.sleep(0.02)
    pytest.fail("It did not come about")


def job(name: str = "sheet", *, rows: int = 300, mark: int = 0x55) -> Job:
    """A strip whose rows count themselves; the repeated one begins with a black bar."""
    body = b"".join(bytes((mark, row % 251)) + bytes(70) for row in range(rows))
    bar = b"\xff" * 72 * 10
    return Job(name=name, raster=Raster(width_dots=576, rows=body), repeated=Raster(width_dots=576, rows=bar + body))


def dots(picture: Image.Image) -> bytes:
    """The rows of a picture as a raster has them."""
    return picture.point(lambda grey: 255 - grey).convert("1").tobytes()


@contextmanager
def working(port: Port, **options: object) -> Iterator[Printer]:
    printer = Printer(port, retry_seconds=0.05, **options)  # type: ignore[arg-type]
    try:
        yield printer
    finally:
        printer.close()


@pytest.fixture
def roll() -> PaperRoll:
    return PaperRoll()


@pytest.fixture
def far(roll: PaperRoll) -> Iterator[NetworkPrinter]:
    with network_printer(roll) as printer:
        yield printer


def test_what_comes_out_of_a_network_printer_is_dot_for_dot_what_was_asked_for(far: NetworkPrinter) -> None:
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        first, second = printer.put(job("first")), printer.put(job("second", rows=97, mark=0xAA))
        assert (first.wait(LONG), second.wait(LONG)) == (JobState.DONE, JobState.DONE)
    assert [dots(picture) for picture in far.roll.cut] == [job().raster.rows, job(rows=97, mark=0xAA).raster.rows]
    assert far.roll.unknown == []


def test_a_printer_at_a_device_file_prints_the_same(roll: PaperRoll) -> None:
    with device_file_printer(roll) as path, working(FilePort(Path(path)), cuts=False) as printer:
        assert printer.put(job()).wait(LONG) is JobState.DONE
        until(lambda: roll.cut)
    assert dots(roll.cut[0]) == job().raster.rows


def test_a_printer_that_does_not_know_the_question_in_turn_is_done_when_it_stays_well(
    far: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.printer.PRINTED_SECONDS", 0.5)
    far.roll.knows_gs_r = False
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        assert printer.put(job()).wait(LONG) is JobState.DONE


def test_what_an_empty_roll_cut_off_is_printed_again_from_its_start_and_marked(far: NetworkPrinter) -> None:
    far.roll.put_in_paper(rows=100)
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        printing = printer.put(job())
        until(lambda: printing.state is JobState.WAITING)
        assert printer.health().problem == Problem.PRINTER_NO_PAPER
        assert "put in a roll" in printing.why
        assert not far.roll.cut
        far.roll.put_in_paper()
        assert printing.wait(LONG) is JobState.DONE
        assert printer.health().problem == Problem.NONE
    [paper] = far.roll.cut
    assert dots(paper).endswith(job().repeated.rows)
    assert dots(paper).startswith(job().raster.rows[: 72 * 100])


def test_a_printer_that_freezes_under_way_is_faulted_and_prints_all_of_it_once_it_is_switched_off_and_on(
    far: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.printer.ANSWER_SECONDS", 0.3)
    far.roll.freezes_after_rows = 50
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        printing = printer.put(job())
        until(lambda: printing.state is JobState.WAITING)
        assert printer.health().problem == Problem.PRINTER_FAULTED
        assert "switch it off and on" in printing.why
        far.roll.freezes_after_rows = None
        assert printing.wait(LONG) is JobState.DONE
        assert printer.health().problem == Problem.NONE
    assert dots(far.roll.cut[-1]).endswith(job().repeated.rows)


def test_a_job_that_began_on_no_paper_is_printed_once_and_is_no_repetition(far: NetworkPrinter) -> None:
    far.roll.put_in_paper(rows=0)
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        printing = printer.put(job())
        until(lambda: printing.state is JobState.WAITING)
        far.roll.put_in_paper()
        assert printing.wait(LONG) is JobState.DONE
    assert [dots(paper) for paper in far.roll.cut] == [job().raster.rows]


@pytest.mark.parametrize(
    "trouble, problem",
    [
        ("is_cover_open", Problem.PRINTER_COVER_OPEN),
        ("is_knife_stuck", Problem.PRINTER_FAULTED),
        ("is_near_end", Problem.PRINTER_PAPER_LOW),
    ],
)
def test_each_trouble_is_named_and_gone_when_it_is_mended(
    trouble: str, problem: Problem, far: NetworkPrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.printer.STATUS_SECONDS", 0.0)
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        setattr(far.roll, trouble, True)
        printer.tend()
        assert printer.health().problem == problem
        setattr(far.roll, trouble, False)
        printer.tend()
        assert printer.health().state is HealthState.OK


def test_a_roll_that_ends_soon_still_prints(far: NetworkPrinter) -> None:
    far.roll.is_near_end = True
    with working(TcpPort("127.0.0.1", far.port)) as printer:
        assert printer.put(job()).wait(LONG) is JobState.DONE
        assert printer.health().works


def test_a_printer_pulled_and_put_back_is_named_healed_and_prints_what_waits_without_a_restart() -> None:
    with network_printer(PaperRoll()) as far:
        printer = Printer(TcpPort("127.0.0.1", far.port))
        roll = Roll([printer])
        roll.start()
        far.stop()
        pulled = time.monotonic()
        until(lambda: roll.health()[DeviceKind.PRINTER].state is HealthState.MISSING)
        named = time.monotonic() - pulled
        waits = printer.put(job())
        far.start()
        back = time.monotonic()
        until(lambda: roll.health()[DeviceKind.PRINTER].state is HealthState.OK)
        healed = time.monotonic() - back
        assert waits.wait(LONG) is JobState.DONE
        roll.close()
    assert [dots(paper) for paper in far.roll.cut] == [job().raster.rows]
    print(f"named after {named:.1f} s, healed after {healed:.1f} s")


def test_asking_for_a_sheet_never_waits_whatever_the_printer_does() -> None:
    class Stuck:
        name = "nowhere"

        def __init__(self) -> None:
            self.let_go = threading.Event()

        def open(self) -> object:
            self.let_go.wait(LONG)
            raise AssertionError("not reached")

    port = Stuck()
    printer = Printer(port)  # type: ignore[arg-type]
    began = time.monotonic()
    handed_in = [printer.put(job()) for _ in range(LONGEST_QUEUE + 3)]
    assert time.monotonic() - began < 5
    assert [printing.state for printing in handed_in[-3:]] == [JobState.FAILED] * 3
    assert "Too many sheets wait" in handed_in[-1].why
    assert printer.health().problem == ""
    printer.close()
    assert handed_in[0].is_over
    port.let_go.set()


def test_a_printer_that_never_says_how_it_is_is_faulted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.devices.printer.ANSWER_SECONDS", 0.1)
    monkeypatch.setattr("kiosk.devices.printer.STATUS_SECONDS", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as mute, working(TcpPort(*mute.getsockname())) as printer:
        printer.tend()
        health = printer.health()
    assert (health.state, health.problem) == (HealthState.FAULTED, "printer_faulted")
    assert "does not say how it is" in health.advice


def test_a_job_is_given_up_when_nobody_comes_and_says_why() -> None:
    with working(TcpPort("127.0.0.1", 9), patience_seconds=0.1) as printer:
        printing = printer.put(job())
        assert printing.wait(LONG) is JobState.FAILED
        assert "No printer answers at 127.0.0.1:9" in printing.why


def test_two_programs_take_turns_at_one_printer(tmp_path: Path, far: NetworkPrinter) -> None:
    port = TcpPort("127.0.0.1", far.port)
    with working(port, turn=Turn(tmp_path / "turn")) as kiosk, working(port, turn=Turn(tmp_path / "turn")) as command:
        with Turn(tmp_path / "turn").at_once() as is_theirs:
            assert is_theirs
            kiosk.tend()
            assert kiosk.health().problem == "", "who prints elsewhere is no trouble of the printer"
            both = [kiosk.put(job("a")), command.put(job("b"))]
            until(lambda: all(printing.why == "Another program is printing" for printing in both))
        assert [printing.wait(LONG) for printing in both] == [JobState.DONE] * 2


def test_a_band_is_the_makers_command_and_holds_no_hidden_one() -> None:
    row = bytes((0x10, 0x04, 0x10, 0x05, 0x10, 0x14, 0x01, 0x00))
    [band] = escpos.bands(Raster(width_dots=64, rows=row * 3))
    assert band[:8] == bytes.fromhex("1d 76 30 00 08 00 03 00")
    assert not [command for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14") if command in band[8:]]
    assert len(band) == 8 + 24
    tall = list(escpos.bands(Raster(width_dots=576, rows=bytes(72 * 200))))
    assert [len(one) for one in tall] == [8 + 72 * 96, 8 + 72 * 96, 8 + 72 * 8]
    assert escpos.status_requests() == (b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04")
