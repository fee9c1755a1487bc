"""A barrier behind a board: one thread of its own touches the lines, and nobody else ever waits for them for long.

A pulse is an order to that thread with an end: what has not begun by then is never begun, so no barrier opens late. An
order whose answer is lost is doubtful, is said so, and is never given a second time by itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable

from kiosk.devices.barrier import BarrierError, expect_pulse
from kiosk.devices.boards import HOLD_SECONDS, Board, BoardError, Reading, position_of
from kiosk.devices.crossings import CrossingLog, Crossings
from kiosk.devices.health import Bearing, DeviceKind, Health
from kiosk.devices.problems import Problem
from kiosk.devices.sequels import Sequel, Sequels
from kiosk.rules.words import BarrierPosition

ANSWER_SECONDS = 0.95
"""What a visitor may be kept waiting by a barrier that does not answer."""
IO_SECONDS = 0.6
FIRST_LOOK_SECONDS = 1.0
AGAIN_SECONDS = 1.0
STUCK_SECONDS = 5.0
STRAY_SECONDS = 3.0
"""A line that a crash left up is let go this long after a start: until then whoever holds the barrier open says so."""
STAYS_OPEN_SECONDS = 60.0
DOUBT_SECONDS = 10.0
_MISSES = 2
_CURES = {
    Problem.BARRIER_MISSING: ", and see its power and its cable",
    Problem.BARRIER_FAULTED: " and see its settings (docs/DEVICES.md)",
}
_log = logging.getLogger(__name__)


class _Order:
    """Something the thread is to do once, or not at all."""

    def __init__(self, work: Callable[[float], None], on_late: Callable[[], None]) -> None:
        self._work, self._on_late = work, on_late
        self._until = time.monotonic() + ANSWER_SECONDS
        self._lock, self._told = threading.Lock(), threading.Event()
        self._is_begun = self._is_done = self._is_given_up = False
        self._error: Exception | None = None

    def do(self) -> None:
        """Do it, unless its time is over."""
        if not self._begin():
            return
        error: Exception | None = None
        try:
            self._work(self._until - time.monotonic())
        except Exception as raised:  # noqa: BLE001  it is the asker's, and raised there
            error = raised
        with self._lock:
            self._error, self._is_done = error, error is None
            if error is None and self._is_given_up:
                self._on_late()

    def _begin(self) -> bool:
        with self._lock:
            self._is_begun = not self._is_given_up and time.monotonic() < self._until
            return self._is_begun

    def refuse(self, error: BoardError) -> None:
        """It is not begun any more."""
        with self._lock:
            if not self._is_begun:
                self._error, self._is_given_up = error, True
        self._told.set()

    def tell(self) -> None:
        """Let the asker go on."""
        self._told.set()

    def wait(self, name: str) -> None:
        """Come back when it is done; BoardError where it failed or its time is over."""
        self._told.wait(max(0.0, self._until - time.monotonic()))
        with self._lock:
            if self._is_done:
                return
            if self._error is not None:
                raise self._error
            self._is_given_up = True
            said = f"{name} did not answer in time"
            raise BoardError(said, Problem.BARRIER_MISSING, is_doubtful=self._is_begun)


class DrivenBarrier:
    """The barrier of a real gate."""

    def __init__(
        self,
        board: Board,
        *,
        clock: Callable[[], float] = time.monotonic,
        turn_seconds: float | None = None,
        crossings: CrossingLog | None = None,
    ) -> None:
        self._board, self._clock, self._crossings = board, clock, crossings
        self._bearing = Bearing(clock)
        self._sequels = Sequels(turn_seconds)
        self._doubt_seconds = max(DOUBT_SECONDS, turn_seconds or 0.0)
        self._reading: Reading | None = None
        self._is_held = self._wants_hold = False
        self._lower_at: float | None = None
        self._pulsed_until, self._renew_at = float("-inf"), float("inf")
        self._fine_at = self._beat = clock()
        """When the boom last stood as it should, and when the thread last came round."""
        self._stray_at: float | None = None
        self._is_swept, self._misses = False, 0
        self._orders: deque[_Order] = deque()
        self._lock, self._wake = threading.RLock(), threading.Event()
        self._looked, self._closing = threading.Event(), threading.Event()
        self._thread = self._started()

    # ---- what everybody asks ----------------------------------------------------------------------------------------

    @property
    def kind(self) -> DeviceKind:
        """A barrier."""
        return DeviceKind.BARRIER

    def health(self) -> Health:
        """Say how it is now; never waits."""
        return self._bearing.health()

    def tend(self) -> None:
        """Notice a thread that hangs in a board, and replace one that a mistake of ours ended."""
        if self._closing.is_set():
            return
        if not self._thread.is_alive():
            self._thread = self._started()
        elif self._clock() - self._beat > STUCK_SECONDS:
            with self._lock:
                self._reading = None  # so nobody waits for it
            self._bearing.tell(Problem.BARRIER_MISSING, f"{self._board.name} hangs: open the barrier by hand")

    def position(self) -> BarrierPosition:
        """Where the boom stood when it was last read back; only the first look of all is waited for."""
        self._looked.wait(FIRST_LOOK_SECONDS)
        with self._lock:
            if self._reading is None:
                return BarrierPosition.FAULTED
            is_pulsed = self._clock() < self._pulsed_until
            return position_of(self._reading, is_held=self._is_held, is_pulsed=is_pulsed)

    def sequels(self) -> tuple[Sequel, ...]:
        """What came of earlier pulses and is not settled yet, oldest first."""
        with self._lock:
            return self._sequels.told

    def settle(self, sequel: Sequel) -> None:
        """It is written down."""
        with self._lock:
            self._sequels.settle(sequel)

    def crossings(self) -> Crossings | None:
        """How many passed; None where nothing counts them."""
        return self._crossings.now if self._crossings is not None else None

    # ---- the hand ---------------------------------------------------------------------------------------------------

    def pulse(self, milliseconds: int, cause: str) -> None:
        """Open for so long because of this entry, or raise BarrierError; within a second, and never twice by itself."""
        expect_pulse(milliseconds, cause)
        try:
            self._ask(lambda within: self._pulse(milliseconds, cause, within), lambda: self._opened_late(cause))
        except BoardError as error:
            if error.is_doubtful:
                said = f"{error}. Perhaps the barrier opened: look before you open it by hand"
                raise BarrierError(said, is_doubtful=True) from error
            raise BarrierError(f"{error}: open it by hand and call the service") from error

    def hold(self, held: bool) -> None:
        """Keep the boom open, or let it go; or raise BarrierError."""
        with self._lock:
            # who is to be let go is not held again when the board comes back
            self._wants_hold = self._wants_hold and held
        try:
            self._ask(lambda within: self._hold(held=held, within=within), lambda: None)
        except BoardError as error:
            wanted = "hold it open" if held else "let it go"
            raise BarrierError(f"{error}: {wanted} by hand", is_doubtful=error.is_doubtful) from error

    def close(self) -> None:
        """Let a pulse that is timed here come to its end, and leave the line safe."""
        self._closing.set()
        self._wake.set()
        with self._lock:
            left = 0.0 if self._lower_at is None else self._lower_at - self._clock()
        self._thread.join(max(0.0, left) + STUCK_SECONDS)
        if self._crossings is not None:
            self._crossings.close()

    def _ask(self, work: Callable[[float], None], on_late: Callable[[], None]) -> None:
        if self._closing.is_set():
            raise BoardError(f"{self._board.name} was let go already", Problem.BARRIER_MISSING)
        problem = self._bearing.problem
        if self._reading is None and problem in (Problem.BARRIER_MISSING, Problem.BARRIER_FAULTED):
            raise BoardError(f"{self._board.name} does not answer", problem)  # known already: nobody waits for it
        order = _Order(work, on_late)
        self._orders.append(order)
        self._wake.set()
        order.wait(self._board.name)

    # ---- the thread -------------------------------------------------------------------------------------------------

    def _started(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="barrier", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        is_connected = False
        try:
            while not self._closing.is_set():
                self._beat = self._clock()
                is_connected = self._turn(is_connected=is_connected)
                self._wake.wait(self._pause(is_connected=is_connected))
                self._wake.clear()
            if is_connected:
                self._leave_safe()
        finally:
            self._refuse_all(BoardError(f"{self._board.name} was let go", Problem.BARRIER_MISSING))
            self._board.release()

    def _turn(self, *, is_connected: bool) -> bool:
        """One round: connect, do what was ordered, end what is over, look; whether the board is there."""
        order = self._orders.popleft() if self._orders else None
        try:
            if not is_connected:
                self._connect()
            if order is not None:
                order.do()
            self._keep_up()
            self._look()
        except BoardError as error:
            if order is not None:
                order.refuse(error)
            return self._missed(error)
        finally:
            if order is not None:
                order.tell()
        # an order that failed is its asker's; the look after it said how the board is
        return True

    def _pause(self, *, is_connected: bool) -> float:
        if self._orders:
            return 0.0
        if not is_connected:
            return AGAIN_SECONDS if self._reading is None else 0.05
        soon = min(self._lower_at if self._lower_at is not None else float("inf"), self._renew_at) - self._clock()
        return max(0.0, min(self._board.poll_seconds, soon))

    def _connect(self) -> None:
        self._board.connect(IO_SECONDS)
        with self._lock:
            if self._stray_at is None:
                self._stray_at = self._clock() + STRAY_SECONDS
            is_wanted, self._is_held = self._wants_hold, False
        if is_wanted:
            self._hold(held=True, within=IO_SECONDS)

    def _pulse(self, milliseconds: int, cause: str, within: float) -> None:
        with self._lock:
            now = self._clock()
            until = max(self._pulsed_until, now + milliseconds / 1000)
            if not self._board.times_pulses:
                self._lower_at = until  # first, so that an answer that is lost cannot leave the line up
            self._sequels.doubted(cause, now + self._doubt_seconds)
        try:
            self._board.pulse(milliseconds, within)
        except BoardError as error:
            if not error.is_doubtful:
                with self._lock:
                    self._sequels.refused()
            raise
        with self._lock:
            self._pulsed_until = until
            self._sequels.given(cause, self._clock())

    def _opened_late(self, cause: str) -> None:
        """The board said yes to a pulse that nobody waited for any longer."""
        with self._lock:
            self._sequels.opened(cause)

    def _hold(self, *, held: bool, within: float) -> None:
        self._board.hold(held, within)
        with self._lock:
            self._is_held = self._wants_hold = held
            is_renewed = held and self._board.renews_hold
            self._renew_at = self._clock() + HOLD_SECONDS / 3 if is_renewed else float("inf")

    def _keep_up(self) -> None:
        """End a pulse that is over, renew what is held, and let go once what a crash may have left up."""
        now = self._clock()
        if self._lower_at is not None and now >= self._lower_at:
            self._board.lower(IO_SECONDS)
            self._lower_at = None
        if now >= self._renew_at:
            self._hold(held=True, within=IO_SECONDS)
        if not self._is_swept and self._stray_at is not None and now >= self._stray_at:
            self._is_swept = True
            if not self._is_held and self._lower_at is None:
                self._board.lower(IO_SECONDS)

    def _look(self) -> None:
        reading = self._board.read(IO_SECONDS)
        now = self._clock()
        with self._lock:
            self._reading, self._misses = reading, 0
            if reading.opened is not True or self._is_held or now < self._pulsed_until:
                self._fine_at = now
            is_open = bool(reading.opened) or bool(reading.output)
            self._sequels.seen(turns=reading.turns, is_open=is_open and not self._is_held, now=now)
            problem = self._problem(reading, now)
        if self._crossings is not None and reading.crossings:
            self._crossings.add(reading.crossings)
        is_torn = problem is Problem.BARRIER_FAULTED
        self._bearing.tell(
            problem, f"{self._board.name} says open and closed at once: see its end switches" if is_torn else ""
        )
        self._looked.set()

    def _problem(self, reading: Reading, now: float) -> Problem:
        if reading.opened and reading.closed:
            return Problem.BARRIER_FAULTED
        if now - self._fine_at > STAYS_OPEN_SECONDS:
            return Problem.BARRIER_STAYS_OPEN
        return Problem.BARRIER_DOES_NOT_TURN if self._sequels.is_stuck else Problem.NONE

    def _missed(self, error: BoardError) -> bool:
        """A look that failed: once may be a packet, twice is a board that is not there. It is connected anew."""
        self._misses += 1
        self._board.release()
        if self._misses < _MISSES and self._reading is not None:
            return False  # connected anew at once
        with self._lock:
            is_news = self._reading is not None
            self._reading, self._is_held = None, False
            self._renew_at = float("inf")
            self._sequels.lost()
        if is_news and self._crossings is not None:
            self._crossings.break_off()
        self._bearing.tell(error.problem, f"{error}: open the barrier by hand{_CURES[error.problem]}")
        self._looked.set()
        self._refuse_all(error)
        return False

    def _refuse_all(self, error: BoardError) -> None:
        while self._orders:
            order = self._orders.popleft()
            order.refuse(error)

    def _leave_safe(self) -> None:
        """A pulse under way is somebody's who stands there: it comes to its end; what is held is let go."""
        try:
            if self._is_held or self._wants_hold:
                self._board.hold(held=False, within=IO_SECONDS)
            while self._lower_at is not None:
                left = self._lower_at - self._clock()
                if left <= 0:
                    self._board.lower(IO_SECONDS)
                    return
                time.sleep(min(left, 0.05))
        except BoardError as error:
            _log.error("The barrier's line could not be left safe: %s", error)
