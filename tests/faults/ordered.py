"""A kiosk in a process of its own that scans what it is ordered to, and what it told meanwhile."""

import multiprocessing
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

from tests.faults import wired

ANSWER_SECONDS = 60
Told: TypeAlias = "tuple[str, object, float]"
# of the process table, which threads share: one starts or ends a process at a time
STARTING = threading.Lock()
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.wired"])


class Ordered:
    """Ready when made; killed when closed."""

    def __init__(self, folder: Path, *, is_hasty: bool = False) -> None:
        theirs, self._orders = CONTEXT.Pipe(duplex=False)
        self._wire, their_wire = CONTEXT.Pipe(duplex=False)
        self._process = CONTEXT.Process(
            target=wired.scan_as_told, args=(folder, theirs, their_wire, is_hasty), daemon=True
        )
        self.told: list[Told] = []
        with STARTING:
            self._process.start()
            theirs.close()
            their_wire.close()
        if not self._hear_until("ready"):
            self.close()
            raise AssertionError(f"the kiosk does not start: {self.told}")

    @property
    def pid(self) -> int:
        return self._process.pid or 0

    @property
    def outcome(self) -> str:
        """How the last scan ended: answer, trouble or bug."""
        return self.told[-2][0]

    def present(self, text: str) -> bool:
        """Have this scanned, to the end; whether the kiosk lived that long."""
        try:
            self._orders.send(text)
        except ConnectionError:
            return False  # it died of what met it while it waited
        return self._hear_until("end")

    def close(self) -> None:
        with STARTING:
            self._process.kill()
            self._process.join()
        for end in (self._orders, self._wire):
            end.close()

    def _hear_until(self, last: str) -> bool:
        return hear_until(self._wire, last, self.told)


def hear_until(wire: Connection, last: str, told: list[Told]) -> bool:
    """Take down what is told until this is; whether it was."""
    while True:
        assert wire.poll(ANSWER_SECONDS), "the kiosk does not answer"
        try:
            told.append(wire.recv())
        except (EOFError, ConnectionError):
            return False
        if told[-1][0] == last:
            return True
