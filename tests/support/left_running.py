"""What a run of tests has left running: whatever it starts inherits a mark in its environment."""

import os
import time
from pathlib import Path

MARK = "TESTS_OF_QAQPA"
# they end by themselves with the process whose pool they serve
_SERVERS = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")


def left_running(mark: str, *, grace_seconds: float = 5.0) -> list[str]:
    """The command lines of what still runs with this mark after a moment's grace, this process aside."""
    until = time.monotonic() + grace_seconds
    while (found := _marked(f"{MARK}={mark}".encode())) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def _marked(mark: bytes) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        if int(folder.name) == os.getpid():
            continue
        try:
            is_ours = mark in (folder / "environ").read_bytes().split(b"\0")
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:  # ended meanwhile, or another user's
            continue
        command = " ".join(words).strip()
        # without a command line it has ended, and is only not yet waited for
        if is_ours and command and not any(server in command for server in _SERVERS):
            found.append(f"{folder.name}: {command}")
    return sorted(found)
