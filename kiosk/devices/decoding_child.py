"""The decoder's own process: a visitor can show any picture, and what that does to a native library stays in here.

Started by `process_decoder` and by nothing else, with two open files: the memory in which a frame's brightness lies,
and a socket on which each frame is announced and each answer given, one message each. It ends with its parent, however
that ends, and takes no more memory and no more files than looking at pictures needs.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import mmap
import os
import resource
import signal
import socket
import struct
import sys
from contextlib import suppress

import cv2
import numpy as np

from kiosk.devices.decoder import CascadeDecoder
from kiosk.devices.engines import Engine, Luma, Reading

FRAME = struct.Struct("!II")
"""A frame is announced by its height and width."""
ENGINE_AT = 0
"""The byte that says which engine is at work: 0 for none, else its place among those installed, from 1."""
LUMA_AT = 4096
LUMA_BYTES = 16 * 1024 * 1024
MEMORY_BYTES = LUMA_AT + LUMA_BYTES
MOST_MESSAGE_BYTES = 256 * 1024

_PR_SET_PDEATHSIG = 1
_MOST_DATA_BYTES = 1024 * 1024 * 1024
_MOST_FILES = 64


class _Marked:
    """An engine that leaves word while it looks, so that whoever finds this process dead or hung knows in which."""

    def __init__(self, engine: Engine, memory: mmap.mmap, place: int) -> None:
        self.name, self.locates = engine.name, engine.locates
        self._engine, self._memory, self._place = engine, memory, place

    def scan(self, luma: Luma, *, hard: bool) -> Reading:
        """Look as the engine does."""
        self._memory[ENGINE_AT] = self._place
        reading = self._engine.scan(luma, hard=hard)
        self._memory[ENGINE_AT] = 0
        return reading


def main(memory_fd: int, socket_fd: int, parent: int, engines: str, left_out: str) -> None:
    """Answer frames until the parent is gone. `engines` names what lists them, as module:function."""
    _confine(parent)
    module, _, function = engines.partition(":")
    with mmap.mmap(memory_fd, MEMORY_BYTES) as memory, socket.socket(fileno=socket_fd) as parent_socket:
        installed: tuple[Engine, ...] = getattr(importlib.import_module(module), function)()
        marked = [_Marked(engine, memory, place) for place, engine in enumerate(installed, start=1)]
        names = [engine.name for engine in installed]
        at_work = tuple(engine for engine in marked if engine.name not in left_out.split(",")) or tuple(marked)
        decoder = CascadeDecoder(engines=at_work)
        _tell(parent_socket, {"installed": names, "engines": list(decoder.engines)})
        with suppress(ConnectionError):
            _answer(decoder, memory, parent_socket)


def _answer(decoder: CascadeDecoder, memory: mmap.mmap, parent: socket.socket) -> None:
    while announced := parent.recv(MOST_MESSAGE_BYTES):
        height, width = FRAME.unpack(announced)
        luma = np.frombuffer(memory, dtype=np.uint8, count=height * width, offset=LUMA_AT).reshape(height, width)
        _tell(parent, {"texts": decoder.read(luma), "advice": decoder.advice})
        del luma  # a view of the memory, which cannot be closed while there is one


def _tell(parent: socket.socket, message: dict[str, object]) -> None:
    parent.sendall(json.dumps(message).encode())


def _confine(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before the word above was given
        sys.exit()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (_MOST_DATA_BYTES, _MOST_DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_FILES, _MOST_FILES))
    # Ctrl-C and a service's stop go to the whole group: they are the parent's to answer, and with it this ends
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    cv2.setNumThreads(1)  # the other processor draws the screen


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5])
