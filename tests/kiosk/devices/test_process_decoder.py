"""The decoder's process: what a picture does to a native library costs a second of one camera, and nothing else."""

import errno
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.generator import Scene, render_scene
from kiosk.devices.health import HealthState
from kiosk.devices.process_decoder import LEFT_OUT_SECONDS, ProcessDecoder
from tests.support.bad_engines import EATS, ENDS, HANGS
from tests.support.pictures import drawn_code

FRAGILE_FIRST = "tests.support.bad_engines:fragile_first"
FRAGILE_ALONE = "tests.support.bad_engines:fragile_alone"
TOP = Path(__file__).parents[3]
TEXT = "KP1:WHAT A VISITOR SHOWS"
GOOD = drawn_code(TEXT)


def harmful(what: int) -> npt.NDArray[np.uint8]:
    page = np.full((480, 640, 3), 128, dtype=np.uint8)
    page[0, 0] = what
    return page


def read_again(decoder: ProcessDecoder, seconds: float = 20.0) -> float:
    """Show a good code until it is read, as a camera does; how long that took."""
    begun = time.monotonic()
    while decoder.read(GOOD) != [TEXT]:
        assert time.monotonic() - begun < seconds, "nothing is read any more"
        time.sleep(1 / 30)
    return time.monotonic() - begun


def is_there(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return False


def test_it_reads_what_the_cascade_reads_from_the_first_frame_on() -> None:
    both = np.hstack([drawn_code("FIRST"), drawn_code("SECOND")])
    colourless, whole = GOOD[:, :, 0], np.dstack([GOOD, GOOD[:, :, :1]])
    with ProcessDecoder() as decoder:
        assert decoder.engines == ()
        for frame in (GOOD, both, np.zeros((9, 9, 3), dtype=np.uint8), colourless, whole, both[:, ::-1]):
            assert sorted(decoder.read(frame)) == sorted(CascadeDecoder().read(frame))
        assert decoder.engines == CascadeDecoder().engines
        assert decoder.read(np.zeros((4,), dtype=np.uint8)) == []
        far_away = list(render_scene(Scene(texts=(TEXT * 8,), pixels_per_module=1.2, blur=1.6, gap=0)))[6]
        assert decoder.read(far_away) == []
        assert decoder.advice is not None
        assert decoder.device.health().state is HealthState.OK
        assert decoder.read(GOOD) == [TEXT]
        assert decoder.advice is None


def test_a_picture_larger_than_any_camera_s_is_read_smaller() -> None:
    huge = np.kron(GOOD[:, :, 0], np.ones((8, 8), dtype=np.uint8))
    assert huge.size > 16 << 20
    with ProcessDecoder() as decoder:
        assert decoder.read(huge) == [TEXT]


@pytest.mark.parametrize("what, how", [(HANGS, "hung"), (ENDS, "ended"), (EATS, "ended")])
def test_a_picture_that_harms_an_engine_is_one_line_and_the_next_code_is_read(
    what: int, how: str, caplog: pytest.LogCaptureFixture, figure: Callable[[str], None]
) -> None:
    with ProcessDecoder(engines=FRAGILE_FIRST) as decoder:
        assert decoder.read(GOOD) == [TEXT]
        first = decoder.pid
        assert first is not None
        begun = time.monotonic()
        with caplog.at_level(logging.WARNING):
            assert decoder.read(harmful(what)) == []
            read_again(decoder)
        figure(f"{how}: read again {time.monotonic() - begun:.2f} s after the picture came")
        assert [record.message for record in caplog.records] == [f"The decoder {how} in fragile and is started anew"]
        assert not is_there(first)
        assert decoder.pid != first
        assert decoder.engines == ("fragile", *CascadeDecoder().engines[1:])


def test_an_engine_that_was_lost_three_times_is_left_out_until_its_next_chance(
    caplog: pytest.LogCaptureFixture,
) -> None:
    late = 0.0
    with ProcessDecoder(engines=FRAGILE_FIRST, clock=lambda: time.monotonic() + late) as decoder:
        for _ in range(3):
            read_again(decoder)
            decoder.read(harmful(ENDS))
        read_again(decoder)
        assert decoder.engines == CascadeDecoder().engines[1:]
        assert (
            caplog.records[-1].message
            == "fragile was lost three times within a minute: it is left out for the next one"
        )
        assert decoder.read(harmful(ENDS)) == []
        assert decoder.read(GOOD) == [TEXT]  # and nobody was lost
        late = LEFT_OUT_SECONDS + 1
        read_again(decoder)
        assert decoder.engines[0] == "fragile"


def test_an_only_engine_is_never_left_out() -> None:
    with ProcessDecoder(engines=FRAGILE_ALONE) as decoder:
        for _ in range(4):
            read_again(decoder)
            decoder.read(harmful(ENDS))
        read_again(decoder)
        assert decoder.engines == ("fragile",)


def test_a_picture_that_stays_costs_less_and_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    with ProcessDecoder(engines=FRAGILE_ALONE, clock=lambda: now) as decoder:
        read_again(decoder)
        started = 0
        begin = subprocess.Popen

        def counted(*words: Any, **options: Any) -> object:
            nonlocal started
            started += 1
            return begin(*words, **options)

        monkeypatch.setattr(subprocess, "Popen", counted)
        for _ in range(8):
            for _ in range(200):
                decoder.read(harmful(ENDS))
                if decoder.pid is None:
                    break
                time.sleep(0.02)
        assert started <= 4, "it is started again and again while nobody else could be read"
        now += 5
        read_again(decoder)


def test_where_no_process_can_be_started_it_is_said_once_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> object:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    late = 0.0
    with ProcessDecoder(clock=lambda: time.monotonic() + late) as decoder:
        with monkeypatch.context() as full:
            full.setattr(subprocess, "Popen", refuse)
            assert [decoder.read(GOOD) for _ in range(5)] == [[]] * 5
        assert [record.message for record in caplog.records] == [
            "The decoder cannot be started: Resource temporarily unavailable"
        ]
        late = 5.0
        assert read_again(decoder) >= 0


def test_it_never_outlives_whoever_started_it_not_even_hanging() -> None:
    script = (
        "import sys, numpy as np\n"
        "from kiosk.devices.process_decoder import ProcessDecoder\n"
        f"decoder = ProcessDecoder(engines={FRAGILE_FIRST!r}, silent_seconds=60)\n"
        "decoder.read(np.zeros((64, 64, 3), dtype=np.uint8))\n"
        "print(decoder.pid, flush=True)\n"
        f"decoder.read(np.full((64, 64, 3), {HANGS}, dtype=np.uint8))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=TOP, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.3)
        assert is_there(child)
        parent.send_signal(signal.SIGKILL)
    ends = time.monotonic() + 5
    while is_there(child) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not is_there(child)


def test_closed_it_leaves_nobody_and_reads_nothing() -> None:
    decoder = ProcessDecoder()
    decoder.read(GOOD)
    pid = decoder.pid
    assert pid is not None
    decoder.close()
    assert not is_there(pid)
    assert decoder.read(GOOD) == []


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_what_a_whole_group_is_told_is_the_parent_s_to_answer(told: signal.Signals) -> None:
    with ProcessDecoder() as decoder:
        assert decoder.read(GOOD) == [TEXT]
        first = decoder.pid
        assert first is not None
        os.kill(first, told)
        time.sleep(0.2)
        assert decoder.read(GOOD) == [TEXT]
        assert decoder.pid == first
