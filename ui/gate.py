"""What the screen asks of the kiosk, in one place: scans, a ranger's acts, and how things are. Nothing here is Qt.

All of it is called on one worker thread, which owns the checkpoint; only `sync_now` touches another, and what is
asked of PINs is asked on any: nobody who scans waits for a hash.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.alarms import Alarm, open_alarms, take_up
from kiosk.checkpoint import Recent, Status
from kiosk.devices.health import DeviceKind, Health
from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.presence import Presence
from kiosk.rules.acts import did_not_turn
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Private, ShiftBody
from kiosk.rules.facts import NONE, Answers, Question
from kiosk.rules.permit import Party
from kiosk.rules.policy import Policy, PolicySet, RevokedDevice
from kiosk.rules.presence import heads_of, step
from kiosk.rules.roles import Right
from kiosk.rules.words import ActKind, Direction, EntryKind, LaneDirection, Outcome, ShiftKind
from kiosk.tamper import ContactFolder
from sync.worker import SyncWorker
from ui.assembly import Kiosk
from ui.devices import DeviceState, device_states
from ui.overrides import OverridesToday
from ui.persons import KioskPersons, Person, Persons
from ui.ranger import KEEP_OPEN, NOT_TURNED, SET_BACK, Panel, Row
from ui.ready import Condition
from ui.telling import DEFAULT_OFFSET_MINUTES, Namer, Standing, Verdict, verdict_of
from ui.words import shown

_log = logging.getLogger(__name__)
RECENT = 40
WAITING_SECONDS = 1800
TIDY_SECONDS = 60
DEVICE = "device"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """How things are now, all of it computed at one time."""

    now: int
    standing: Standing
    condition: Condition
    limits_at: int | None
    staff: tuple[str, ...] = ()
    """Who may say that an act is theirs, where the one PIN of the device is asked for."""
    people: tuple[Person, ...] = ()
    """Who signs in for themselves; nobody where the device's PIN is asked for."""
    has_shift: bool = False
    """Whether a shift goes on."""
    devices: tuple[DeviceState, ...] = ()
    """How each device is, what needs somebody first."""
    alarm: str = ""
    """The word of an open alarm that locks the screen; empty when none does."""
    alarm_id: str = ""
    """Its entry."""
    revoked_at: int | None = None
    """Since when the park has revoked this device; None while it is believed."""
    unsent: int = 0
    """Of a revoked device, how many entries it has still to hand over."""
    is_counting: bool = False
    """Whether there is more to read before it is known who is inside: look again as soon as nobody waits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decided:
    """An entry with what a screen shows of it."""

    entry: Entry
    verdict: Verdict
    offline: bool
    """Whether the registry was out of reach then."""


class Gate(Protocol):
    """The kiosk as its screen knows it."""

    @property
    def persons(self) -> Persons:
        """Who signs in here; asked from any thread."""
        ...

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Decided | Question:
        """Decide and journal one scan."""
        ...

    def lapse(self, scan: Scan) -> Decided:
        """Journal that a question stayed unanswered."""
        ...

    def act(self, act: str, entry_id: str, reason: str, heads: int, by: str) -> Decided | None:
        """Override (heads 0: as many as the ticket says), annul, see to an alarm, hold the barrier open or set it back.

        The admission that came of it, if any.
        """
        ...

    def set_time(self, at: int, by: str) -> None:
        """Take a ranger's word for the time; UsageError for one that is over."""
        ...

    def turn(self) -> None:
        """Let a lane for both ways run the other way."""
        ...

    def seen(self) -> Seen:
        """How things are now."""
        ...

    def queue(self) -> tuple[Panel, tuple[Row, ...]]:
        """The ranger's strip, and the last decisions, who waits first."""
        ...

    def sync_now(self) -> None:
        """Ask for an exchange with the registry at once."""
        ...


class KioskGate:
    """The gate over a real checkpoint."""

    def __init__(
        self, kiosk: Kiosk, *, worker: SyncWorker | None, devices: Callable[[], Mapping[DeviceKind, Health]] = dict
    ) -> None:
        self._kiosk = kiosk
        self._checkpoint = kiosk.checkpoint
        self._worker = worker
        self._devices = devices
        self.persons = KioskPersons(kiosk.memory.home, kiosk.memory.record.device, kiosk.clock)
        self.persons.listen(kiosk.policies.current())
        self._overrides = OverridesToday(kiosk.memory.journal)
        self._contacts = ContactFolder(kiosk.memory.home.contacts)
        self._locking: Alarm | None = None
        self._presence = Presence(kiosk.memory.journal, kiosk.memory.replicas)
        self._tidy_at = 0

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Decided | Question:
        """Decide and journal one scan; the newest set is in force before it."""
        result = self._checkpoint.scan(scan, answers, private)
        return result if isinstance(result, Question) else self._decided(result)

    def lapse(self, scan: Scan) -> Decided:
        """Journal that a question stayed unanswered."""
        return self._decided(self._checkpoint.lapse(scan))

    def act(self, act: str, entry_id: str, reason: str, heads: int, by: str) -> Decided | None:
        """Do this act on the word of this ranger, or of whoever knows the device's PIN."""
        self._expect(by, Right(act))
        if act == KEEP_OPEN:
            _log.info("%s", _line(self._checkpoint.acts.keep_open(reason=reason, by=by or DEVICE)))
            return None
        if act == SET_BACK:
            _log.info("%s", _line(self._checkpoint.acts.set_back(reason=reason, by=by or DEVICE)))
            return None
        if act == ActKind.ACKNOWLEDGE:
            _log.info("%s", _line(self._checkpoint.acts.acknowledge(entry_id, reason=reason, by=by or DEVICE)))
            return None
        if act == ActKind.ANNUL:
            _log.info("%s", _line(self._checkpoint.acts.annul(entry_id, reason=reason, by=by or DEVICE)))
            return None
        party = self._party(entry_id, heads) if heads else None
        return self._decided(self._checkpoint.acts.override(entry_id, reason=reason, by=by or DEVICE, party=party))

    def set_time(self, at: int, by: str) -> None:
        """Take this ranger's word for the time, or that of whoever knows the device's PIN."""
        self._expect(by, Right.SET_CLOCK)
        _log.info("%s", _line(self._checkpoint.acts.set_time(at, by=by or DEVICE)))
        self._tidy_at = 0  # it may lie weeks ahead now

    def turn(self) -> None:
        """Let a lane for both ways run the other way."""
        now = self._checkpoint.place.direction
        self._checkpoint.turn(Direction.ENTRY if now is Direction.EXIT else Direction.EXIT)

    def sync_now(self) -> None:
        """Ask for an exchange with the registry at once."""
        if self._worker is not None:
            self._worker.wake()

    def seen(self) -> Seen:
        """How things are now; asked when nobody stands at the gate, which is also the time to tidy up a little."""
        now = self._kiosk.clock.now().now
        if (revoked := self._revoked()) is not None:
            return self._seen_revoked(now, revoked)
        self._tidy_up(now)
        self._hear_barrier()
        alarm = self._alarm()
        is_counting = self._count_on()
        status, policies, devices = self._checkpoint.status(), self._policies(), self._devices()
        self.persons.listen(policies)
        return Seen(
            now=now,
            standing=_standing(status, policies),
            condition=self._condition(status, devices, now),
            devices=device_states(devices, time.monotonic()),
            limits_at=status.signed_at,
            staff=self.persons.names(),
            people=self.persons.people(),
            has_shift=self._has_shift(),
            alarm=str(alarm.kind) if alarm else "",
            alarm_id=alarm.entry.id if alarm else "",
            is_counting=is_counting,
        )

    def _revoked(self) -> RevokedDevice | None:
        """What the park said of this device if it has revoked it; what may be wiped by now is wiped."""
        try:
            return self._checkpoint.heed()
        except EnvironmentalError as error:  # nobody is let in meanwhile, and it is tried again
            _log.error("That this device was revoked could not be heeded: %s", error)
            return self._checkpoint.revoked

    def _seen_revoked(self, now: int, revoked: RevokedDevice) -> Seen:
        """How a revoked device is: where it stands, and what it still owes."""
        self._hear_barrier()
        status, devices = self._checkpoint.status(), self._devices()
        return Seen(
            now=now,
            standing=_standing(status, self._policies()),
            condition=self._condition(status, devices, now),
            limits_at=status.signed_at,
            revoked_at=revoked.at,
            unsent=status.pending,
        )

    def queue(self) -> tuple[Panel, tuple[Row, ...]]:
        """The ranger's strip, and the last decisions: who waits first, the longest first, then the newest."""
        now, policies = self._kiosk.clock.now().now, self._policies()
        rows = [self._row(recent, policies, now) for recent in self._checkpoint.latest(RECENT)]
        waiting = sorted((row for row in rows if row.waiting_minutes >= 0), key=lambda row: row.at)
        unturned = [row for row in rows if row.state == NOT_TURNED and now - row.at <= WAITING_SECONDS]
        others = (row for row in rows if row.waiting_minutes < 0 and row not in unturned)
        return self._panel(self._checkpoint.status(), now), (*waiting, *unturned, *others)

    def _expect(self, by: str, right: Right) -> None:
        """UsageError unless this person may do this by the set that is in force now."""
        self.persons.listen(self._policies())
        self.persons.expect(by or DEVICE, right)

    def _hear_barrier(self) -> None:
        try:
            for entry in self._checkpoint.hear_barrier():
                _log.warning("%s", _line(entry))
        except EnvironmentalError as error:  # it stays with the barrier, and is tried again
            _log.error("What came of a pulse could not be written down: %s", error)

    def _alarm(self) -> Alarm | None:
        """The oldest open alarm that locks the screen, once what the contacts said is written down."""
        journal = self._kiosk.memory.journal
        try:
            for entry in take_up(self._checkpoint, journal, self._contacts):
                _log.warning("%s", _line(entry))
            self._locking = next((alarm for alarm in reversed(open_alarms(journal)) if alarm.locks), None)
        except EnvironmentalError as error:  # the contact's file stays, and is tried again; what was locked stays so
            _log.error("An alarm could not be written down: %s", error)
        return self._locking

    def _has_shift(self) -> bool:
        newest = self._kiosk.memory.journal.newest(EntryKind.SHIFT)
        return newest is not None and isinstance(newest.body, ShiftBody) and newest.body.shift is not ShiftKind.CLOSE

    def _count_on(self) -> bool:
        """Read a slice further of who came and went; whether there is more."""
        try:
            return self._presence.read_on()
        except EnvironmentalError as error:
            _log.warning("Who is inside is not counted now: %s", error)
            return False

    def _overdue(self, policies: PolicySet | None, now: int) -> int:
        """How many parties that came in here should be out: of the others their own gates know more."""
        mine = [visit for visit in self._presence.visits if visit.entry_id is not None]
        return sum(step(visit, policies, now) is not None for visit in mine) if policies else 0

    def _tidy_up(self, now: int) -> None:
        if now < self._tidy_at:
            return
        try:
            # step by step while there is something to let go, so that no visitor waits for it
            self._checkpoint.believe()  # the registry waits to hear it, before it gives a share to another gate
            self._checkpoint.remind()
            self._tidy_at = now if self._checkpoint.tidy() else now + TIDY_SECONDS
        except EnvironmentalError as error:
            self._tidy_at = now + TIDY_SECONDS
            _log.warning("Tidying up waits: %s", error)

    def _row(self, recent: Recent, policies: PolicySet | None, now: int) -> Row:
        override = next((act for act in recent.acts if _is(act, ActKind.OVERRIDE)), None)
        acts = recent.acts if override is None else self._kiosk.memory.journal.acts_on(override.id)
        if override is not None and any(_is(act, ActKind.ANNUL) for act in acts):
            override, acts = None, ()
        return _row(recent, verdict_of(recent.entry, policies), override, now, is_unturned=did_not_turn(acts))

    def _policies(self) -> PolicySet | None:
        return self._kiosk.policies.current()

    def _decided(self, entry: Entry) -> Decided:
        _log.info("%s", _line(entry))
        return Decided(entry=entry, verdict=verdict_of(entry, self._policies()), offline=self._kiosk.is_offline())

    def _party(self, entry_id: str, heads: int) -> Party:
        """So many heads in the ticket's order; more than the ticket has are adults."""
        bodies = (recent.entry.body for recent in self._checkpoint.latest(RECENT) if recent.entry.id == entry_id)
        right = next((body.right for body in bodies if isinstance(body, DecisionBody) and body.right), Party())
        taken = right.take(heads)
        return taken + Party(adults=heads - taken.heads)

    def _condition(self, status: Status, devices: Mapping[DeviceKind, Health], now: int) -> Condition:
        camera, scanner = devices.get(DeviceKind.CAMERA), devices.get(DeviceKind.SCANNER)
        return Condition(
            camera=camera is not None and camera.works,
            scanner=scanner is not None and scanner.works,
            online=self._is_online(),
            age_seconds=max(0, now - status.signed_at) if status.signed_at is not None else None,
            staleness=status.staleness,
            are_revocations_stale=status.are_revocations_stale,
            clock=status.clock,
            barrier=str(status.barrier or ""),
            fault=str(next(iter(status.faults), "")),
        )

    def _panel(self, status: Status, now: int) -> Panel:
        contact, policies = status.last_contact, self._policies()
        return Panel(
            exchanged_seconds=max(0, now - contact) if contact is not None else None,
            unsent=status.pending,
            overrides=self._overrides.today(now, policies.policy if policies else Policy()),
            syncing=self._worker is not None and self._worker.state.state.value.startswith("running"),
            both=status.lane_direction is LaneDirection.BOTH,
            online=self._is_online(),
            inside=heads_of(self._presence.visits) if self._presence.is_complete else None,
            overdue=self._overdue(policies, now),
            kept_open_since=status.kept_open_since,
        )

    def _is_online(self) -> bool:
        return self._worker.state.is_online if self._worker else not self._kiosk.is_offline()


def _line(entry: Entry) -> str:
    """An entry for the log: which, and what it came to."""
    match entry.body:
        case DecisionBody() as body:
            return f"entry {entry.id}: {body.place.direction}, {body.outcome}, {body.reason}, {body.party.heads} heads"
        case ActBody() as act:
            return f"entry {entry.id}: {act.act} of {act.target}"
        case _:
            return f"entry {entry.id}: {entry.kind}"


def _standing(status: Status, policies: PolicySet | None) -> Standing:
    place, names = status.place, Namer(policies)
    return Standing(
        park=names.park(place.park),
        gate_names=names.gate(place.gate),
        gate=place.gate,
        lane=place.lane,
        direction=place.direction,
        offset_minutes=policies.policy.utc_offset_minutes if policies else DEFAULT_OFFSET_MINUTES,
    )


def _row(recent: Recent, verdict: Verdict, override: Entry | None, now: int, *, is_unturned: bool) -> Row:
    admitted = verdict.outcome is Outcome.ADMITTED
    state = "annulled" if recent.is_annulled else NOT_TURNED if is_unturned else "overridden" if override else ""
    waits = verdict.outcome is Outcome.REFERRED and not state and now - recent.entry.at <= WAITING_SECONDS
    return Row(
        entry_id=override.id if override else recent.entry.id,
        at=float(recent.entry.at),
        outcome=str(verdict.outcome),
        reason=shown(verdict.reason),
        party=verdict.party if admitted else verdict.right,
        check=verdict.check,
        is_sought=verdict.is_sought,
        tail=verdict.tail,
        waiting_minutes=max(0, now - recent.entry.at) // 60 if waits else -1,
        act="" if recent.is_annulled else "annul" if admitted or override else "override",
        state=state,
    )


def _is(entry: Entry, kind: ActKind) -> bool:
    return isinstance(entry.body, ActBody) and entry.body.act is kind
