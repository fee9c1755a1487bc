"""When the next cycle is due: a table of states, and delays with full jitter so that 500 kiosks never come as one.

Nothing here sleeps or reads a clock. The table below is the whole machine; what does not stand in it cannot happen.
"""

import random
from dataclasses import dataclass, field
from enum import StrEnum

from kiosk.errors import BugError


class State(StrEnum):
    """Where the sync thread stands."""

    WAITING = "waiting"  # on line: the next cycle comes after the poll interval
    RUNNING = "running"  # a cycle is under way
    RUNNING_AGAIN = "running_again"  # a cycle is under way and another was asked for meanwhile
    BACKING_OFF = "backing_off"  # the last cycle failed: the next one comes after a delay that grows
    STOPPED = "stopped"


class Event(StrEnum):
    """What can happen to it."""

    DUE = "due"
    WOKEN = "woken"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOP = "stop"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.WAITING, Event.DUE): State.RUNNING,
    (State.WAITING, Event.WOKEN): State.RUNNING,
    (State.WAITING, Event.STOP): State.STOPPED,
    (State.BACKING_OFF, Event.DUE): State.RUNNING,
    (State.BACKING_OFF, Event.WOKEN): State.RUNNING,
    (State.BACKING_OFF, Event.STOP): State.STOPPED,
    (State.RUNNING, Event.WOKEN): State.RUNNING_AGAIN,
    (State.RUNNING, Event.SUCCEEDED): State.WAITING,
    (State.RUNNING, Event.FAILED): State.BACKING_OFF,
    (State.RUNNING, Event.STOP): State.STOPPED,
    (State.RUNNING_AGAIN, Event.WOKEN): State.RUNNING_AGAIN,
    (State.RUNNING_AGAIN, Event.SUCCEEDED): State.RUNNING,
    # a wake during a cycle that failed does not make it hammer a registry that is down
    (State.RUNNING_AGAIN, Event.FAILED): State.BACKING_OFF,
    (State.RUNNING_AGAIN, Event.STOP): State.STOPPED,
    # a stop may come between the end of a wait and the cycle that it was for
    (State.STOPPED, Event.DUE): State.STOPPED,
    (State.STOPPED, Event.WOKEN): State.STOPPED,
    (State.STOPPED, Event.SUCCEEDED): State.STOPPED,
    (State.STOPPED, Event.FAILED): State.STOPPED,
    (State.STOPPED, Event.STOP): State.STOPPED,
}


def after(state: State, event: Event) -> State:
    """The state that this event leads to; BugError if it cannot happen there."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise BugError(f"The sync thread was {state} when {event} happened.") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Delays:
    """The bounds within which all waiting stays."""

    first_seconds: float = 2
    longest_seconds: float = 60
    longest_retry_after_seconds: float = 900
    shortest_poll_seconds: float = 1
    longest_poll_seconds: float = 3600
    poll_spread: float = 0.1


@dataclass(kw_only=True, slots=True)
class Backoff:
    """The machine and its count of failures in a row."""

    delays: Delays = field(default_factory=Delays)
    rng: random.Random = field(default_factory=random.SystemRandom)
    state: State = State.WAITING
    failures: int = 0

    def happen(self, event: Event) -> State:
        """Go where this event leads, counting failures in a row."""
        self.state = after(self.state, event)
        if event is Event.SUCCEEDED:
            self.failures = 0
        elif event is Event.FAILED:
            self.failures += 1
        return self.state

    def delay_seconds(self, *, poll_after_seconds: float, retry_after_seconds: float | None = None) -> float:
        """How long to wait in the present state: the poll interval on line, a random part of a growing one otherwise.

        The registry's Retry-After is obeyed within bounds: never sooner, and never so late that a kiosk is forgotten.
        """
        if self.state is State.WAITING:
            least, most = self.delays.shortest_poll_seconds, self.delays.longest_poll_seconds
            poll = min(max(poll_after_seconds, least), most)
            return poll * self.rng.uniform(1 - self.delays.poll_spread, 1 + self.delays.poll_spread)
        # 2**30 s is beyond every cap: more would only make the number large
        ceiling = min(self.delays.first_seconds * 2 ** min(max(self.failures - 1, 0), 30), self.delays.longest_seconds)
        jittered = self.rng.uniform(0, ceiling)
        if retry_after_seconds is None:
            return jittered
        asked = min(max(retry_after_seconds, 0), self.delays.longest_retry_after_seconds)
        return asked + jittered
