"""A gate whose two clocks, registry and people are told what to do, while the story alone knows the true time."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from kiosk.clock import SystemClock
from kiosk.errors import UsageError
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.moment import Floor, Moment
from kiosk.rules.words import ClockTrust, Reason, Source
from kiosk.store.home import Home
from tests.support.clock import TwoHands
from tests.support.gate import Gate
from tests.support.park import NOON, SLOT, SmallPark
from ui.assembly import Memory

HOUR, DAY = 3600, 86_400
BOOTED = 20.0


class _Told:
    """The clock of the life that the kiosk is in now."""

    def __init__(self, story: "TimeStory") -> None:
        self._story = story

    def __getattr__(self, name: str) -> Any:
        return getattr(self._story.clock, name)


class TimeStory:
    """A kiosk of the small park that was last told the time by its set, an hour before the story begins."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.park = folder, SmallPark(signed_at=NOON - HOUR)
        self.truth = float(NOON)
        self.hands = TwoHands(NOON)
        self.serial = 0
        self.clock: SystemClock
        self._start()

    def _start(self) -> None:
        told: Any = _Told(self)
        self.gate = Gate(Home(self.folder), self.park, clock=told)
        self.clock = SystemClock(self.floor(), wall=self.hands.wall, monotonic=self.hands.monotonic)

    def close(self) -> None:
        """End the story."""
        self.gate.close()

    def floor(self) -> Floor:
        """What a start would go by now."""
        here = self.gate
        return Memory(
            home=here.home,
            record=here.record,
            journal=here.journal,
            replicas=here.replicas,
            revocations=here.revocations,
            policies=here.policies,
            deliveries=here.deliveries,
        ).floor()

    # ---- what happens -----------------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Time passes, awake or asleep."""
        self.hands.run(seconds)
        self.truth += seconds

    def off(self, seconds: float, wall: float | None = None) -> None:
        """Power-off for a while; the machine's clock runs on by its battery, or starts at `wall`."""
        self.gate.close()
        self.hands.wall_time = self.hands.wall_time + seconds if wall is None else wall
        self.hands.monotonic_time = BOOTED
        self.truth += seconds
        self._start()

    def jump(self, seconds: float) -> None:
        """Somebody, or something, sets the machine's clock."""
        self.hands.wall_time += seconds

    def right(self) -> None:
        """The machine's clock is set right."""
        self.hands.wall_time = self.truth

    def registry(self, age: float = 30) -> None:
        """The registry answers, with what it signed so many seconds ago."""
        at = int(self.truth - age)
        self.gate.deliveries.signed(at)
        self.clock.signed(at, is_live=True)

    def person(self, error: float = 0) -> None:
        """A ranger says what time it is."""
        self.gate.checkpoint.acts.set_time(int(self.truth + error), by="device")

    def person_in_vain(self, error: float) -> None:
        """A ranger says a time that is over."""
        with suppress(UsageError):
            self.person(error)
            raise AssertionError("a time that is over was taken")

    # ---- what comes of it -------------------------------------------------------------------------------------------

    def moment(self) -> Moment:
        """What the kiosk believes now."""
        return self.clock.now()

    def scan(self, first: float = -HOUR, last: float = 6 * HOUR) -> Entry:
        """Somebody shows a ticket that is good from and until so many seconds from the true now."""
        self.serial += 1
        text = self.park.ticket(
            self.serial, product=SLOT, nbf=int(self.truth + first), exp=int(self.truth + last), entries=1
        )
        entry = self.gate.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
        assert isinstance(entry, Entry)
        return entry

    def reasons(self) -> tuple[Reason, Reason, Reason]:
        """What a good ticket, one that ended an hour ago and one that begins in two hours are answered."""
        bodies = [self.scan(*span).body for span in ((-HOUR, 6 * HOUR), (-9 * HOUR, -HOUR), (2 * HOUR, 9 * HOUR))]
        good, over, early = [body.reason for body in bodies if isinstance(body, DecisionBody)]
        return good, over, early

    def trust(self) -> ClockTrust:
        """The word for it."""
        return self.moment().trust


Step = Callable[[TimeStory], object]
