"""The decoder in a process of its own, which is killed when it hangs and started anew when it ended.

A frame's brightness is laid into memory that both share, and its texts come back over a socket; whoever looks waits for
them, so there is one frame under way and none that is half written. A call into a native library cannot be stopped from
outside a thread, but a process can.
"""

from __future__ import annotations

import json
import logging
import mmap
import os
import select
import socket
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
import numpy.typing as npt

import kiosk
from kiosk.devices.decoder import cv2_luma, luma_of
from kiosk.devices.decoding_child import (
    ENGINE_AT,
    FRAME,
    LUMA_AT,
    LUMA_BYTES,
    MEMORY_BYTES,
    MOST_MESSAGE_BYTES,
)
from kiosk.devices.engines import Luma
from kiosk.devices.health import Bearing, Device, DeviceKind, Health
from kiosk.devices.patches import Advice
from kiosk.devices.problems import Problem

SILENT_SECONDS = 0.8
"""Three times what a frame may take; with the start of the next process the lane is blind for less than 1.5 s."""
START_SECONDS = 20.0
"""A processor that is busy, or a disk that is cold, makes a process begin late; a lane has the scanner meanwhile."""
BACKOFF_SECONDS = (0.0, 0.0, 0.0, 1.0, 5.0)
LOSSES_UNTIL_LEFT_OUT = 3
LEFT_OUT_SECONDS = 60.0
TOLD_SECONDS = 10.0
INSTALLED = "kiosk.devices.engines:installed_engines"

_CHILD = "kiosk.devices.decoding_child"
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_log = logging.getLogger(__name__)


class ProcessDecoder:
    """A decoder for one camera that no picture can hang or end; for one thread at a time.

    An engine in which the process was lost three times within a minute is left out for the next one, unless it is the
    only one.
    """

    def __init__(
        self,
        *,
        engines: str = INSTALLED,
        silent_seconds: float = SILENT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listed, self._silent_seconds, self._clock = engines, silent_seconds, clock
        self._bearing = Bearing(clock)
        self._memory_fd = os.memfd_create("frame", os.MFD_CLOEXEC)
        os.ftruncate(self._memory_fd, MEMORY_BYTES)
        self._memory = mmap.mmap(self._memory_fd, MEMORY_BYTES)
        self._child: _Child | None = None
        self._installed: list[str] = []
        self._at_work: tuple[str, ...] = ()
        self._has_begun = False
        self._failures = 0
        self._start_at = 0.0
        self._losses: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=LOSSES_UNTIL_LEFT_OUT))
        self._left_out: dict[str, float] = {}
        self._told_at = -TOLD_SECONDS
        self._advice: Advice | None = None
        self._is_closed = False

    @property
    def engines(self) -> tuple[str, ...]:
        """Name the engines at work, the first one first; none before the process has begun."""
        return self._at_work

    @property
    def advice(self) -> Advice | None:
        """What the visitor can do better, if something like a code stood in the last frame and was not read."""
        return self._advice

    @property
    def device(self) -> Device:
        """The process as the roll of devices knows it: whether it looks, and with all its engines."""
        return _AsDevice(self._bearing)

    @property
    def pid(self) -> int | None:
        """The process that looks now."""
        return self._child.process.pid if self._child else None

    def read(self, frame: npt.NDArray[np.uint8]) -> list[str]:
        """Return the texts in view; none while the process starts, or when it was lost over this frame."""
        self._advice = None
        luma = luma_of(frame)
        if luma is None or self._is_closed or (child := self._ready()) is None:
            return []
        luma = _fitting(luma)
        height, width = luma.shape
        self._memory[LUMA_AT : LUMA_AT + luma.size] = luma.tobytes()
        answer = child.ask(FRAME.pack(height, width), self._silent_seconds)
        if answer is None:
            self._lose()
            return []
        self._failures = 0
        self._bearing.tell(Problem.DECODER_ENGINE_OUT if self._left_out else Problem.NONE)
        self._advice = Advice(answer["advice"]) if answer["advice"] else None
        texts: list[str] = answer["texts"]
        return texts

    def close(self) -> None:
        """End the process; nothing is read any more."""
        self._is_closed = True
        self._end()
        self._memory.close()
        os.close(self._memory_fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    # ---- the process ------------------------------------------------------------------------------------------------

    def _ready(self) -> _Child | None:
        """The process, once it has said that it is ready; only the first one is waited for."""
        now = self._clock()
        due = [name for name, until in self._left_out.items() if until > now]
        if len(due) < len(self._left_out):  # an engine gets its next chance
            self._left_out = {name: self._left_out[name] for name in due}
            self._end()
        if self._child is None:
            self._start(now)
        child = self._child
        if child is None:
            return None
        if child.is_ready:
            return child
        hello = child.hear(0.0 if self._has_begun else START_SECONDS)
        if hello is not None:
            child.is_ready = self._has_begun = True
            self._installed, self._at_work = hello["installed"], tuple(hello["engines"])
            return child
        if child.is_over or now - child.since > START_SECONDS:
            self._lose()
        return None

    def _start(self, now: float) -> None:
        """Begin the next process, unless that is to wait."""
        if now < self._start_at:
            return
        try:
            self._child = self._started()
        except OSError as error:
            self._say(f"The decoder cannot be started: {error.strerror}", now)
            self._put_off(now)

    def _started(self) -> _Child:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        files = (self._memory_fd, theirs.fileno())
        words = [*map(str, files), str(os.getpid()), self._listed, ",".join(self._left_out)]
        surroundings = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self._memory[ENGINE_AT] = 0
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", _CHILD, *words],
                pass_fds=files,
                env=surroundings | {"PYTHONPATH": str(Path(kiosk.__file__).parents[1])},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # what native libraries write there is for nobody
            )
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Child(process, ours, self._clock())

    def _lose(self) -> None:
        """It hung or ended: say so, remember in which engine, and see that the next one starts at once."""
        child = self._child
        assert child is not None
        now = self._clock()
        place = self._memory[ENGINE_AT]
        self._bearing.tell(Problem.DECODER_RESTARTING)
        engine = self._installed[place - 1] if 0 < place <= len(self._installed) else ""
        how = "ended" if child.is_over else "hung"
        self._say(f"The decoder {how}{f' in {engine}' if engine else ''} and is started anew", now)
        self._end()
        if engine:
            self._leave_out(engine, now)
        self._put_off(now)
        self._start(now)

    def _put_off(self, now: float) -> None:
        """A picture that stays before the lens must not have processes started without an end."""
        self._start_at = now + BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        self._failures += 1

    def _say(self, sentence: str, now: float) -> None:
        if now - self._told_at >= TOLD_SECONDS:
            self._told_at = now
            _log.error("%s", sentence)

    def _leave_out(self, engine: str, now: float) -> None:
        losses = self._losses[engine]
        losses.append(now)
        others = [name for name in self._installed if name not in self._left_out and name != engine]
        if others and len(losses) == LOSSES_UNTIL_LEFT_OUT and now - losses[0] < LEFT_OUT_SECONDS:
            losses.clear()
            self._left_out[engine] = now + LEFT_OUT_SECONDS
            _log.error("%s was lost three times within a minute: it is left out for the next one", engine)

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None


class _AsDevice:
    """The decoder's health alone: whoever looks through it starts it anew, and closes it."""

    kind = DeviceKind.DECODER

    def __init__(self, bearing: Bearing) -> None:
        self._bearing = bearing

    def health(self) -> Health:
        """Say how it is now."""
        return self._bearing.health()

    def tend(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class _Child:
    """One process and the socket to it."""

    def __init__(self, process: subprocess.Popen[bytes], to_it: socket.socket, since: float) -> None:
        self.process, self.since = process, since
        self.is_ready = self.is_over = False
        self._socket = to_it

    def ask(self, announced: bytes, seconds: float) -> dict[str, Any] | None:
        """Its answer to a frame; None if none comes in time, or ever."""
        try:
            self._socket.send(announced)
        except OSError:
            self.is_over = True
            return None
        return self.hear(seconds)

    def hear(self, seconds: float) -> dict[str, Any] | None:
        """Its next message."""
        if not select.select([self._socket], [], [], seconds)[0]:
            return None
        with suppress(OSError, ValueError):
            if message := self._socket.recv(MOST_MESSAGE_BYTES):
                heard: dict[str, Any] = json.loads(message)
                return heard
        self.is_over = True
        return None

    def end(self) -> None:
        """Kill it; what hangs in a native call hears nothing else."""
        self._socket.close()
        self.process.kill()
        self.process.wait()


def _fitting(luma: Luma) -> Luma:
    """A picture larger than the shared memory is made smaller: no camera gives such a one."""
    if luma.size <= LUMA_BYTES:
        return luma
    factor = (LUMA_BYTES / luma.size) ** 0.5 * 0.99
    return cv2_luma(cv2.resize(luma, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
