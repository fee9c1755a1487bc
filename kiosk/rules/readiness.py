"""Whether a gate is ready to open, and until when it stays so without anybody: the card before a shift.

Nothing here looks at a device or a disk; what is known of them is a field of State, and None where nobody can say.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.rules.policy import DAY_SECONDS, PolicySet
from kiosk.rules.words import ClockTrust, Fault, Staleness


class Part(StrEnum):
    """What the card looks at, in the order in which it is told."""

    DATA = "data"
    REVOCATIONS = "revocations"
    PERMITS = "permits"
    CLOCK = "clock"
    DISK = "disk"
    JOURNAL = "journal"
    BARRIER = "barrier"
    CAMERA = "camera"
    PAPER = "paper"
    UNSENT = "unsent"
    ALARMS = "alarms"


class Mark(StrEnum):
    """How a part is."""

    OK = "ok"
    ATTENTION = "attention"
    """The gate can open; somebody should see to it."""
    BAD = "bad"
    """The gate should not open like this."""


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What is known of the kiosk at one moment; times in Unix seconds."""

    now: int
    signed_at: int | None
    revocations_at: int | None
    permits: int | None
    clock: ClockTrust
    free_bytes: int
    day_bytes: int
    faults: tuple[Fault, ...] = ()
    barrier: str = "closed"
    has_camera: bool | None = None
    paper: str | None = None
    """The state of paper mode, a word of its own; None where the settings name no folder."""
    pending: int = 0
    alarms: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One part: how it is, what it shows, and until when it stays so, where that is known."""

    part: Part
    mark: Mark
    figure: int | None = None
    word: str = ""
    until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """All parts, and the first moment at which one of them gives out; None where the gate is not ready now."""

    items: tuple[Item, ...]
    ready_until: int | None

    @property
    def is_ready(self) -> bool:
        """Whether nothing keeps the gate from opening."""
        return all(item.mark is not Mark.BAD for item in self.items)


MOST_UNSENT = 5_000
_LEAST_DAYS = 2


def card(state: State, rules: PolicySet | None) -> Card:
    """The card of this state, by the park's own limits."""
    items = (
        _data(state, rules),
        _revocations(state, rules),
        Item(part=Part.PERMITS, mark=_known(state.permits), figure=state.permits),
        _clock(state),
        _disk(state),
        _journal(state),
        _barrier(state),
        _camera(state),
        *_paper(state),
        _unsent(state),
        Item(part=Part.ALARMS, mark=Mark.ATTENTION if state.alarms else Mark.OK, figure=state.alarms),
    )
    ends = [item.until for item in items if item.until is not None]
    is_ready = all(item.mark is not Mark.BAD for item in items)
    return Card(items=items, ready_until=min(ends, default=None) if is_ready else None)


def _data(state: State, rules: PolicySet | None) -> Item:
    if rules is None or state.signed_at is None:
        return Item(part=Part.DATA, mark=Mark.BAD)
    policy, age = rules.policy, state.now - state.signed_at
    marks = {Staleness.FRESH: Mark.OK, Staleness.AGEING: Mark.ATTENTION, Staleness.STALE: Mark.BAD}
    until = state.signed_at + policy.stale_after_days * DAY_SECONDS
    mark = marks[policy.staleness(state.now, state.signed_at)]
    return Item(part=Part.DATA, mark=mark, figure=max(0, age), until=_later(until, state.now))


def _revocations(state: State, rules: PolicySet | None) -> Item:
    if rules is None or state.revocations_at is None:
        return Item(part=Part.REVOCATIONS, mark=Mark.BAD)
    is_stale = rules.policy.are_revocations_stale(state.now, state.revocations_at)
    until = state.revocations_at + rules.policy.revocations_stale_after_days * DAY_SECONDS
    return Item(
        part=Part.REVOCATIONS,
        mark=Mark.BAD if is_stale else Mark.OK,
        figure=max(0, state.now - state.revocations_at),
        until=_later(until, state.now),
    )


def _later(until: int, now: int) -> int | None:
    return until if until > now else None


def _known(value: int | None) -> Mark:
    return Mark.ATTENTION if value is None else Mark.OK


def _clock(state: State) -> Item:
    mark = Mark.BAD if state.clock is ClockTrust.SUSPECT else Mark.OK
    return Item(part=Part.CLOCK, mark=mark, word=str(state.clock))


def _disk(state: State) -> Item:
    """A busy day takes so much; the whole days that fit are what the disk is good for."""
    days = state.free_bytes // max(1, state.day_bytes)
    mark = Mark.OK if days >= _LEAST_DAYS else Mark.ATTENTION if days else Mark.BAD
    return Item(part=Part.DISK, mark=mark, figure=state.free_bytes, until=state.now + days * DAY_SECONDS)


def _journal(state: State) -> Item:
    if not state.faults:
        return Item(part=Part.JOURNAL, mark=Mark.OK)
    mild = (Fault.JOURNAL_RENEWED, Fault.REPLICA_DAMAGED, Fault.DISK_MOVED)
    mark = Mark.ATTENTION if state.faults[0] in mild else Mark.BAD
    return Item(part=Part.JOURNAL, mark=mark, word=str(state.faults[0]))


def _barrier(state: State) -> Item:
    marks = {"closed": Mark.OK, "open": Mark.OK, "held": Mark.ATTENTION}
    return Item(part=Part.BARRIER, mark=marks.get(state.barrier, Mark.BAD), word=state.barrier)


def _camera(state: State) -> Item:
    """Without a camera codes can still be typed."""
    mark = Mark.OK if state.has_camera else Mark.ATTENTION
    return Item(part=Part.CAMERA, mark=mark, word={True: "there", False: "missing", None: "unknown"}[state.has_camera])


def _paper(state: State) -> tuple[Item, ...]:
    if state.paper is None:
        return ()
    return (Item(part=Part.PAPER, mark=Mark.OK if state.paper == "ok" else Mark.ATTENTION, word=state.paper),)


def _unsent(state: State) -> Item:
    mark = Mark.OK if state.pending <= MOST_UNSENT else Mark.ATTENTION
    return Item(part=Part.UNSENT, mark=mark, figure=state.pending)
