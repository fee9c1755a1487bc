"""A ranger's shift at this gate: opened, handed over and closed by entries, so it outlives restarts and midnight."""

from dataclasses import dataclass, replace

from kiosk.alarms import Alarm, alarms, raise_alarm
from kiosk.checkpoint import Checkpoint, Status
from kiosk.errors import UsageError
from kiosk.presence import everybody
from kiosk.rules.entries import DecisionBody, Entry, ShiftBody
from kiosk.rules.handover import Figures, Share, figures, is_open, shares, tailgating
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import AlarmKind, EntryKind, Fault, ShiftKind
from kiosk.store.journal import Journal
from kiosk.store.replica import Replicas

EARLIER_SHIFTS = 60
LARGEST_COUNTER = 2**31 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Passages:
    """The barrier's own count against what it was opened for."""

    counted: int
    openings: int

    @property
    def difference(self) -> int:
        """How many more passed than it was opened for."""
        return self.counted - self.openings


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """The hand-over page: everything whoever takes over should know, in figures and words."""

    opened: Entry
    now: int
    figures: Figures
    shares: tuple[Share, ...]
    inside: int
    unsent: int
    faults: tuple[Fault, ...]
    alarms: tuple[Alarm, ...]
    passages: Passages | None

    @property
    def opened_by(self) -> str:
        """Who opened the shift."""
        assert isinstance(self.opened.body, ShiftBody)
        return self.opened.body.by


class Shifts:
    """The shifts of one gate; only `open`, `count` and `close` write, through the checkpoint."""

    def __init__(
        self,
        *,
        checkpoint: Checkpoint,
        journal: Journal,
        replicas: Replicas,
        policy: PolicySet,
        counts_people: bool = False,
    ) -> None:
        self._checkpoint, self._journal, self._replicas, self._policy = checkpoint, journal, replicas, policy
        self._counts_people = counts_people
        """Whether the barrier's counter counts each person, or each opening."""

    @property
    def loop(self) -> int | None:
        """What the barrier's own loop has counted; None where it has none, or this program does not read it."""
        crossings = self._checkpoint.crossings
        return crossings.count if crossings is not None else None

    def current(self) -> Entry | None:
        """The entry that opened the shift which goes on; None between two."""
        newest = self._journal.latest(EARLIER_SHIFTS, EntryKind.SHIFT)
        opening = is_open(newest)
        return next((entry for entry in newest if entry.body is opening), None) if opening else None

    def open(self, *, by: str, counter: int | None = None) -> Entry:
        """Begin a shift, with what a person read or the barrier's own loop counted; UsageError while one goes on."""
        if (current := self.current()) is not None and isinstance(current.body, ShiftBody):
            raise UsageError(
                f"The shift of {current.body.by} goes on ({current.id}): close it first, `qaqpa shift close`"
            )
        return self._write(ShiftKind.OPEN, by, self._read(counter))

    def count(self, counter: int | None = None, *, by: str) -> Entry:
        """Write down what the barrier's own counter shows; an alarm too where more passed than it was opened for.

        Without a number it is what the loop has counted; UsageError where there is none.
        """
        opened = self._expect_open()
        read = self._read(counter)
        if not read:
            raise UsageError("No loop counts at this barrier: say what its counter shows")
        entry = self._write(ShiftKind.COUNT, by, read)
        passages = self._passages(opened, self._entries(opened))
        if passages is not None and passages.difference > 0:
            raise_alarm(self._checkpoint, AlarmKind.TAILGATING, passages=passages.counted, openings=passages.openings)
        return entry

    def page(self, status: Status, now: int) -> Page:
        """The hand-over page as it is now; UsageError between two shifts."""
        opened = self._expect_open()
        entries = self._entries(opened)
        found = figures(entries, self._policy)
        earlier = (entry.body for entry in self._journal.latest(EARLIER_SHIFTS, EntryKind.SHIFT))
        return Page(
            opened=opened,
            now=now,
            figures=found,
            shares=shares(found.exempt, found.entered, [body for body in earlier if isinstance(body, ShiftBody)]),
            inside=sum(visit.heads for visit in everybody(self._journal, self._replicas)),
            unsent=status.pending,
            faults=status.faults,
            alarms=tuple(alarm for alarm in alarms(self._journal) if alarm.entry.key > opened.key),
            passages=self._passages(opened, entries),
        )

    def close(self, *, by: str, relieved_by: str | None, page: Page) -> Entry:
        """End the shift with the figures of its page; both have signed by now."""
        words = page.figures.as_words() | {"inside": page.inside, "unsent": page.unsent, "opened": page.opened.id}
        if page.passages is not None:
            words |= {"passages": page.passages.counted}
        return self._write(ShiftKind.CLOSE, by, words, relieved_by)

    def _read(self, counter: int | None) -> dict[str, object]:
        """A reading for the journal; of the loop with its series, so that two are compared only if nothing was lost."""
        if counter is not None:
            return {"counter": _expect_counter(counter)}
        crossings = self._checkpoint.crossings
        return {} if crossings is None else {"counter": crossings.count, "series": crossings.series}

    def _write(self, kind: ShiftKind, by: str, words: dict[str, object], relieved_by: str | None = None) -> Entry:
        body = ShiftBody(shift=kind, place=self._checkpoint.place, by=by, relieved_by=relieved_by, figures=words)
        return self._checkpoint.note(body)

    def _expect_open(self) -> Entry:
        current = self.current()
        if current is None:
            raise UsageError("No shift is open at this gate: begin one with `qaqpa shift open`")
        return current

    def _entries(self, opened: Entry) -> list[Entry]:
        return [_light(entry) for entry in self._journal.following(opened.key)]

    def _passages(self, opened: Entry, entries: list[Entry]) -> Passages | None:
        """Up to the newest reading of the counter; None where it was not read at the opening too, in its series."""
        at_opening = _reading(opened)
        newest = next((entry for entry in reversed(entries) if _reading(entry) is not None), None)
        if newest is None or at_opening is None or _series(newest) != _series(opened):
            return None
        until = [entry for entry in entries if entry.key < newest.key]
        openings = figures(until, self._policy, counts_people=self._counts_people).openings
        more = tailgating(_reading(newest) or 0, at_opening, openings)
        return Passages(counted=more + openings, openings=openings)


def _reading(entry: Entry) -> int | None:
    counter = entry.body.figures.get("counter") if isinstance(entry.body, ShiftBody) else None
    return counter if isinstance(counter, int) else None


def _series(entry: Entry) -> object:
    """The series of a reading of the loop; None of one that a person made."""
    return entry.body.figures.get("series") if isinstance(entry.body, ShiftBody) else None


def _light(entry: Entry) -> Entry:
    """The entry without the facts of its decision: ten thousand of them would fill the memory of a kiosk."""
    return replace(entry, body=replace(entry.body, facts={})) if isinstance(entry.body, DecisionBody) else entry


def _expect_counter(counter: int) -> int:
    if not 0 <= counter <= LARGEST_COUNTER:
        raise UsageError(f"{counter} is no reading of a counter: write a whole number, zero or more")
    return counter
