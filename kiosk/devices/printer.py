"""The printer: a short queue on a thread of its own, so that no visitor ever waits for paper. It knows no words.

A job is a picture. It is said done only when the printer has answered for the paper behind it; what was cut off by an
empty roll is printed again from its start, marked as repeated, once there is paper.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.devices import escpos
from kiosk.devices.escpos import Raster
from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.printer_ports import Line, Port, PortError
from kiosk.devices.problems import Problem
from kiosk.devices.turn import Turn

LONGEST_QUEUE = 16
SEND_SECONDS = 8.0
ANSWER_SECONDS = 1.5
PRINTED_SECONDS = 20.0
RETRY_SECONDS = 1.0
STATUS_SECONDS = 3.0
PATIENCE_SECONDS = 1800.0
"""A sheet that waited so long for paper is of no use to whoever asked for it."""
_log = logging.getLogger(__name__)
_SCANS = "Tickets are scanned as ever"
_PRINTS = (Problem.NONE, Problem.PRINTER_PAPER_LOW)


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    PRINTING = "printing"
    WAITING = "waiting"
    """For paper, for the cover, for the printer itself."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One strip of paper; `repeated` is the same with the mark that part of it may be on paper already."""

    name: str
    raster: Raster
    repeated: Raster


class Printing:
    """A job that was handed in: whoever asked looks here, or waits."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._state, self._why = JobState.QUEUED, ""
        self._news = threading.Condition()

    @property
    def state(self) -> JobState:
        """How far it is."""
        with self._news:
            return self._state

    @property
    def why(self) -> str:
        """What it waits for or failed by, and what to do; empty when all is well."""
        with self._news:
            return self._why

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in (JobState.DONE, JobState.FAILED)

    def wait(self, seconds: float) -> JobState:
        """How far it is when it is over, or when this time is."""
        with self._news:
            self._news.wait_for(lambda: self._state in (JobState.DONE, JobState.FAILED), timeout=seconds)
            return self._state

    def tell(self, state: JobState, why: str = "") -> None:
        """For the printer alone: it is so far."""
        with self._news:
            self._state, self._why = state, why
            self._news.notify_all()


class _CutOffError(Exception):
    """Printing stopped under way: a part may be on paper. Never leaves this module."""


class Printer:
    """A receipt printer behind a port. `answers` is false for one that cannot tell how it is."""

    kind = DeviceKind.PRINTER

    def __init__(
        self,
        port: Port,
        *,
        cuts: bool = True,
        answers: bool = True,
        turn: Turn | None = None,
        clock: Callable[[], float] = time.monotonic,
        patience_seconds: float = PATIENCE_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        self._port, self._cuts, self._answers, self._clock = port, cuts, answers, clock
        self._patience_seconds, self._retry_seconds = patience_seconds, retry_seconds
        self._bearing = Bearing(clock)
        self._queue: deque[Printing] = deque()
        self._news = threading.Condition()
        self._closed = threading.Event()
        self._turn = turn or Turn()
        self._asked_at = float("-inf")
        self._has_answered_in_turn = False
        self._thread: threading.Thread | None = None

    def health(self) -> Health:
        """Say how it is now; never waits for the printer."""
        return self._bearing.health()

    def put(self, job: Job) -> Printing:
        """Take the job, at once; one that the queue has no room for has failed already."""
        printing = Printing(job)
        with self._news:
            if self._closed.is_set() or len(self._queue) >= LONGEST_QUEUE:
                printing.tell(JobState.FAILED, "Too many sheets wait to be printed: see to the printer, then ask again")
                return printing
            self._queue.append(printing)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="printer", daemon=True)
                self._thread.start()
            self._news.notify_all()
        return printing

    def tend(self) -> None:
        """Ask how it is, unless a job is under way, which asks by itself."""
        now = self._clock()
        if now - self._asked_at < STATUS_SECONDS:
            return
        with self._turn.at_once() as is_ours:
            if is_ours:
                self._asked_at = now
                self._ask()

    def close(self) -> None:
        """Let it go; what was not printed has failed."""
        self._closed.set()
        with self._news:
            waiting = list(self._queue)
            self._news.notify_all()
        for printing in waiting:
            if printing.state is not JobState.PRINTING:
                printing.tell(JobState.FAILED, "The kiosk ended before it was printed")
        if self._thread is not None:
            self._thread.join(timeout=2.0)

    def _work(self) -> None:
        while not self._closed.is_set():
            with self._news:
                self._news.wait_for(lambda: self._queue or self._closed.is_set())
                printing = self._queue[0] if self._queue else None
            if printing is None or self._closed.is_set():
                return
            try:
                self._see_through(printing)
            except Exception:  # noqa: BLE001  a mistake in one job must not end all printing
                _log.exception("The %s could not be printed", printing.job.name)
                printing.tell(JobState.FAILED, "It could not be printed: ask for it again")
            with self._news:
                self._queue.popleft()

    def _see_through(self, printing: Printing) -> None:
        """Print it, however often it has to be begun, until it is done, given up or the kiosk ends."""
        until, is_partial = self._clock() + self._patience_seconds, False
        while not self._closed.is_set():
            why = "Another program is printing"
            with self._turn.at_once() as is_ours:
                if is_ours:
                    try:
                        if self._attempt(printing, is_partial=is_partial):
                            printing.tell(JobState.DONE)
                            return
                    except _CutOffError as error:
                        is_partial = True
                        _log.info("The %s was cut off: %s", printing.job.name, error)
                    why = self.health().advice or "The printer stopped under way"
            if self._clock() >= until:
                printing.tell(JobState.FAILED, why)
                return
            printing.tell(JobState.WAITING, why)
            self._closed.wait(self._retry_seconds)
        printing.tell(JobState.FAILED, "The kiosk ended before it was printed")

    def _attempt(self, printing: Printing, *, is_partial: bool) -> bool:
        """Whether all of it is on paper; _CutOffError when a part of it may be."""
        line = self._open()
        if line is None:
            return False
        try:
            if self._look(line) not in _PRINTS:
                return False
            printing.tell(JobState.PRINTING)
            self._print(line, printing.job, is_partial=is_partial)
            return True
        except PortError as error:
            self._bearing.tell(Problem.PRINTER_FAULTED, f"{error}: switch it off and on. {_SCANS}")
            raise _CutOffError(str(error)) from error
        finally:
            line.close()

    def _print(self, line: Line, job: Job, *, is_partial: bool) -> None:
        raster = job.repeated if is_partial else job.raster
        if is_partial:
            line.send(escpos.flush(raster), SEND_SECONDS)
        line.send(escpos.INITIALISE, SEND_SECONDS)
        for band in escpos.bands(raster):
            line.send(band, SEND_SECONDS)
            self._go_on_or_stop(line)
        line.send(escpos.CUT if self._cuts else escpos.FEED, SEND_SECONDS)
        if self._answers:
            self._await_paper(line)

    def _go_on_or_stop(self, line: Line) -> None:
        if self._closed.is_set():
            raise _CutOffError("the kiosk ends")
        if (problem := self._look(line)) not in _PRINTS:
            raise _CutOffError(str(problem))

    def _await_paper(self, line: Line) -> None:
        """Return once the last dot is on paper: by the answer that comes in turn, or by a printer that stays well."""
        self._has_answered_in_turn = False
        line.send(escpos.ASK_PAPER_IN_TURN, SEND_SECONDS)
        until = time.monotonic() + PRINTED_SECONDS
        while not self._has_answered_in_turn and time.monotonic() < until:
            self._take(line, 0.3)
            self._go_on_or_stop(line)
        # Not every printer knows GS r; one that does not has said all the while that nothing is wrong.

    def _ask(self) -> None:
        """How it is, over a line of its own."""
        line = self._open()
        if line is None:
            return
        try:
            self._look(line)
        except PortError as error:
            self._bearing.tell(Problem.PRINTER_FAULTED, f"{error}: switch it off and on. {_SCANS}")
        finally:
            line.close()

    def _open(self) -> Line | None:
        """A line to it; that there is none is kept."""
        try:
            return self._port.open()
        except PortError as error:
            self._bearing.tell(Problem.PRINTER_MISSING, f"{error}: switch it on and see its cable. {_SCANS}")
            return None

    def _look(self, line: Line) -> Problem:
        """What is wrong, as it says itself; it is kept. PortError when it says nothing."""
        problem = Problem.NONE
        if self._answers:
            self._take(line, 0.0)  # answers that come too late belong to nothing
            answers = []
            for request in escpos.status_requests():
                line.send(request, ANSWER_SECONDS)
                answers.append(self._answer(line))
            problem = escpos.problem_of(tuple(answers))
        self._bearing.tell(problem)
        return problem

    def _answer(self, line: Line) -> int:
        until = time.monotonic() + ANSWER_SECONDS
        while (left := until - time.monotonic()) > 0:
            if found := self._take(line, left):
                return found[-1]
        raise PortError(f"The printer at {self._port.name} does not say how it is")

    def _take(self, line: Line, seconds: float) -> bytes:
        """The answers to DLE EOT that came; any other byte is the answer to GS r."""
        came = line.receive(seconds)
        found = bytes(byte for byte in came if escpos.is_status(byte))
        self._has_answered_in_turn |= len(found) < len(came)
        return found
