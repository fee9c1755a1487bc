"""The checkpoint: one scan, start to finish. Journal first, then the barrier, then whoever asked.

Nothing here waits for a network. A forged ticket is a decision; a full disk is an exception, and moves no barrier. What
can be mended of the journal is mended at once, and the scan is decided again from its beginning.
"""

import logging
from dataclasses import dataclass, replace

from kiosk.acting import Acting
from kiosk.admitting import Admission, Admitting, reissue_wanted
from kiosk.believing import Believing
from kiosk.clock import Clock
from kiosk.contact import with_contact
from kiosk.devices.barrier import Barrier
from kiosk.devices.crossings import Crossings
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import FactFinder, Found, Scan, SeasonKeys
from kiosk.keep_open import KeptOpen
from kiosk.mending import Mending
from kiosk.pulsing import Pulsing
from kiosk.refusal_watch import RefusalWatch, refusal_alarms
from kiosk.revoked import Revoked, RevokedError
from kiosk.rules.admission import decide, unanswered
from kiosk.rules.codes import tail, typed_code
from kiosk.rules.entries import (
    ActBody,
    AlarmBody,
    DecisionBody,
    Entry,
    Place,
    Private,
    ReportBody,
    ShiftBody,
)
from kiosk.rules.facts import NONE, Answers, Facts, Question
from kiosk.rules.policy import PolicySet, RevokedDevice
from kiosk.rules.words import (
    ActKind,
    BarrierPosition,
    ClockTrust,
    Direction,
    Fault,
    LaneDirection,
    Reason,
    Source,
    Staleness,
)
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas, ReplicaState
from kiosk.store.reserve import Reserve
from kiosk.store.revocations import Revocations
from kiosk.store.right_of_way import RightOfWay, prior
from kiosk.store.wiping import Wiping
from kiosk.tidying import Tidied, tidy
from kiosk.writing import Writing, expect_words

_log = logging.getLogger(__name__)
PULSE_MILLISECONDS = 1000
UNPULSED_SECONDS = 120
SAME_TEXT_SECONDS = 10
WRONG_CODES_A_MINUTE = 5


class CodesLockedError(UsageError):
    """Too many codes that no permit has were typed within a minute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recent:
    """A decision with what was done about it since, for the ranger's queue."""

    entry: Entry
    acts: tuple[Entry, ...]

    @property
    def is_annulled(self) -> bool:
        """Whether a ranger took the record back."""
        return any(isinstance(act.body, ActBody) and act.body.act is ActKind.ANNUL for act in self.acts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What the kiosk knows of itself, every word of it computed."""

    place: Place
    lane_direction: LaneDirection
    policy_version: int | None
    keys_version: int | None
    staleness: Staleness
    signed_at: int | None
    revocations_at: int | None
    are_revocations_stale: bool
    clock: ClockTrust
    barrier: BarrierPosition | None
    """None where it is the running kiosk's to know."""
    pending: int
    last_contact: int | None
    permits: int | None
    faults: tuple[Fault, ...]
    replica: ReplicaState
    refusal_jumps: tuple[AlarmBody, ...] = ()
    """What refuses far more since the set in force came in; the ranger tells the registry."""
    kept_open_since: int | None = None
    """Since when the barrier is held open."""
    revoked: RevokedDevice | None = None
    """What the park said of this device when it revoked it."""


class Checkpoint:
    """The gate's own judgement: it reads the replica and the journal, and it alone writes the journal."""

    def __init__(
        self,
        *,
        record: DeviceRecord,
        journal: Journal,
        replicas: Replicas,
        revocations: Revocations,
        policies: Policies,
        deliveries: Deliveries,
        clock: Clock,
        barrier: Barrier,
        reserve: Reserve | None = None,
        season_keys: SeasonKeys = dict,
        pulse_milliseconds: int = PULSE_MILLISECONDS,
        home: Home | None = None,
    ) -> None:
        self._record = record
        self._journal = journal
        self._replicas = replicas
        self._policies = policies
        self._deliveries = deliveries
        self._clock = clock
        self._barrier = barrier
        self._mending = Mending(journal, reserve)
        self._kept_open = KeptOpen(journal, barrier)
        self._revoked = Revoked(journal=journal, device=record.device, place=lambda: self._place, home=home)
        self._wiping: Wiping | None = None
        if home is not None:
            self._wiping = Wiping(home=home, journal=journal, replicas=replicas, deliveries=deliveries)
        self._believing = Believing(journal=journal, policies=policies, clock=clock, revoked=self._revoked)
        self._writing = Writing(journal=journal, mending=self._mending, believing=self._believing, clock=clock)
        self._pulsing = Pulsing(
            journal=journal,
            mending=self._mending,
            barrier=barrier,
            kept_open=self._kept_open,
            clock=clock,
            place=lambda: self._place,
            milliseconds=pulse_milliseconds,
        )
        self._facts = FactFinder(
            journal=journal,
            replicas=replicas,
            revocations=revocations,
            deliveries=deliveries,
            season_keys=season_keys,
            is_kept_open=lambda: self._kept_open.since is not None,
        )
        self._admitting = Admitting(journal=journal, replicas=replicas, facts=self._facts, season_keys=season_keys)
        self._watch = RefusalWatch(journal)
        self._acting = Acting(
            device=record.device,
            place=lambda: self._place,
            journal=journal,
            replicas=replicas,
            facts=self._facts,
            clock=clock,
            kept_open=self._kept_open,
            mending=self._mending,
            writing=self._writing,
            pulsing=self._pulsing,
        )
        self._place = Place(park=record.park, gate=record.gate, lane=record.lane, direction=self._last_direction())

    def _last_direction(self) -> Direction:
        """The lane's own direction; a lane for both goes on as it last ran, whatever ended the program."""
        if self._record.direction is not LaneDirection.BOTH:
            return Direction(self._record.direction)
        last = next(iter(self._journal.latest(1)), None)
        return last.body.place.direction if last and isinstance(last.body, DecisionBody) else Direction.ENTRY

    @property
    def place(self) -> Place:
        """Where this kiosk stands, and which way its lane runs now."""
        return self._place

    def turn(self, direction: Direction) -> None:
        """Let a lane for both ways run this way from now on."""
        if self._record.direction not in (LaneDirection.BOTH, direction):
            raise UsageError(f"This lane is for {self._record.direction} only; the registry sets that at enrolment")
        self._place = replace(self._place, direction=direction)

    @property
    def right_of_way(self) -> RightOfWay:
        """What sync works around."""
        return self._replicas.right_of_way

    def hear_barrier(self) -> tuple[Entry, ...]:
        """Write down what came of earlier pulses: nobody turned, or a doubtful one opened; called between scans too."""
        return self._pulsing.hear()

    @prior
    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Entry | Question:
        """Decide one scan and journal the decision before the barrier moves or anyone sees it."""
        expect_words(private)
        self._pulsing.hear_first()  # or a rescan would be taken for one whose barrier never opened
        entry = self._mending.durably(lambda: self._decided(scan, answers, private))
        if isinstance(entry, Entry):
            self._pulsing.open_for(entry)
        return entry

    def _decided(self, scan: Scan, answers: Answers, private: Private | None) -> Entry | Question:
        policy = self._believing.believe()
        self._count_wrong_codes(scan)
        with self._journal.writing():
            moment = self._clock.now()
            found = self._facts.look(scan, answers, moment, policy, self._place, private)
            facts = found.facts
            entry = self._same_again(scan, found)
            if entry is not None:
                return entry
            verdict = decide(facts, policy)
            if isinstance(verdict, Question):
                return verdict
            verdict = with_contact(verdict, found, self._journal)
            return self._journal.append(_completed(verdict, scan, facts), moment, policy.digest, private)

    def lapse(self, scan: Scan) -> Entry:
        """Journal that a question stayed unanswered: nobody went in, the ranger is called."""
        return self._mending.durably(lambda: self._lapsed(scan))

    def _lapsed(self, scan: Scan) -> Entry:
        policy = self._believing.believe()
        with self._journal.writing():
            moment = self._clock.now()
            facts = self._facts.gather(scan, NONE, moment, policy, self._place)
            return self._journal.append(
                _completed(unanswered(facts, policy), scan, facts), moment, policy.digest, private=None
            )

    def information(
        self, scan: Scan, answers: Answers = NONE, private: Private | None = None
    ) -> DecisionBody | Question:
        """What a scan would be answered now; nothing is recorded and nothing moves."""
        self._revoked.expect_none()
        policy = self._believing.newest()
        facts = self._facts.gather(scan, answers, self._clock.now(), policy, self._place, private)
        verdict = decide(facts, policy)
        return verdict if isinstance(verdict, Question) else _completed(verdict, scan, facts)

    # ---- without a scan ---------------------------------------------------------------------------------------------

    @prior
    def admit(self, wanted: Admission, answers: Answers = NONE) -> Entry | Question:
        """Let in, on a ranger's word, who needs no ticket in hand: decided and journalled like a scan."""
        expect_words(wanted.private)
        entry = self._mending.durably(lambda: self._admitted(wanted, answers))
        if isinstance(entry, Entry):
            self._pulsing.open_for(entry)
        return entry

    def _admitted(self, wanted: Admission, answers: Answers) -> Entry | Question:
        policy = self._believing.believe()
        with self._journal.writing():
            moment = self._clock.now()
            facts = self._admitting.facts(wanted, answers, moment, policy, self._place)
            entry = self._admitting.same_again(facts)
            if entry is not None:
                return entry
            verdict = decide(facts, policy)
            if isinstance(verdict, Question):
                return verdict
            entry = self._journal.append(verdict, moment, policy.digest, wanted.private)
            if (report := reissue_wanted(entry)) is not None:
                self._journal.append(report, moment, policy.digest)
            return entry

    # ---- beside the scans -------------------------------------------------------------------------------------------

    @property
    def crossings(self) -> Crossings | None:
        """How many crossed the barrier's own loop; None where nothing counts them."""
        return self._barrier.crossings()

    @property
    def acts(self) -> Acting:
        """What rangers do about entries, and say of the time and the barrier."""
        return self._acting

    def go_on(self) -> None:
        """Hold the barrier open where it was when the program ended; the first thing that whoever runs a gate does."""
        try:
            self.heed()
        except EnvironmentalError as error:  # a gate that cannot write this down lets nobody in, and tries it again
            _log.error("That this device was revoked could not be heeded: %s", error)
        if self.revoked is None:
            self._kept_open.hold()

    @property
    def revoked(self) -> RevokedDevice | None:
        """What the park said of this device when it revoked it, once that is written down."""
        return self._revoked.since

    def heed(self) -> RevokedDevice | None:
        """What the park said of this device if it has revoked it: then all that may go is let go, again and again.

        Cheap while it has not; asked as often as somebody looks, so that a gate on line follows within seconds.
        """
        if self._revoked.since is None and not self._is_named():
            return None
        try:
            self._mending.durably(self._believing.believe)
        except RevokedError:
            if self._wiping is not None:
                self._wiping.step()
        return self._revoked.since

    def remind(self) -> Entry | None:
        """Write down once more that the barrier is held open, when that is due; called when nobody stands there."""
        self._revoked.expect_none()
        self._kept_open.hold()
        every = self._believing.newest().policy.keep_open_reminder_minutes * 60
        body = self._kept_open.reminder(self._place, self._clock.now().now, every)
        return None if body is None else self._kept_open.written(self.note(body))

    def note(self, body: AlarmBody | ShiftBody | ReportBody, private: Private | None = None) -> Entry:
        """Write down what is no scan and no act upon one; durable when this returns."""
        return self._writing.write(lambda *_: body, private)

    # ---- what people are shown --------------------------------------------------------------------------------------

    def latest(self, limit: int) -> list[Recent]:
        """The newest decisions with their acts, newest first."""
        entries = self._journal.latest(limit)
        return [Recent(entry=entry, acts=tuple(self._journal.acts_on(entry.id))) for entry in entries]

    def status(self) -> Status:
        """The present state of everything a ranger may ask about."""
        policy, moment = self._policies.current(), self._clock.now()
        replica, permits = self._replicas.state()
        signed_at, heard_at = self._facts.signed_at(policy), self._facts.revocations_at()
        return Status(
            place=self._place,
            lane_direction=self._record.direction,
            policy_version=policy.version if policy else None,
            keys_version=policy.keys_version if policy else None,
            staleness=policy.policy.staleness(moment.now, signed_at) if policy else Staleness.STALE,
            signed_at=signed_at,
            revocations_at=heard_at,
            are_revocations_stale=policy.policy.are_revocations_stale(moment.now, heard_at) if policy else True,
            clock=moment.trust,
            barrier=self._barrier.position(),
            pending=self._deliveries.pending_count(),
            last_contact=self._deliveries.last_contact(),
            permits=permits,
            replica=replica,
            faults=self._mending.faults(moment.now, replica),
            refusal_jumps=tuple(refusal_alarms(self._journal, policy.version)) if policy else (),
            kept_open_since=self._kept_open.since,
            revoked=self._revoked.since or (policy.revoked(self._record.device) if policy else None),
        )

    def tidy(self) -> Tidied:
        """Let go what need not be kept any longer, a little at a time; called when nobody stands at the gate."""
        self._revoked.expect_none()
        policy = self._believing.newest()
        self._mending.refill()
        self._mending.renew_where_doubted()
        self.settle()
        for alarm in self._watch.look(self._clock.now(), self._place):
            self.note(alarm)
        return tidy(
            journal=self._journal,
            replicas=self._replicas,
            deliveries=self._deliveries,
            policy=policy,
            moment=self._clock.now(),
        )

    def believe(self) -> PolicySet:
        """The set in force; a newly staged one is written into the journal before anything is decided by it."""
        return self._believing.believe()

    def _is_named(self) -> bool:
        try:
            return self._revoked.is_named(self._policies.current())
        except DamagedError:
            return False  # whoever decides by it meets the same, and says so

    def settle(self) -> None:
        """Do what no visitor should wait for, some milliseconds long; a part of tidying up."""
        self._journal.drain()

    # ---- inside one scan --------------------------------------------------------------------------------------------

    def _same_again(self, scan: Scan, found: Found) -> Entry | None:
        """The entry this scan already has: an admission whose pulse a crash swallowed, or the same foreign code."""
        facts = found.facts
        if facts.rejection is not None:
            since = facts.moment.now - SAME_TEXT_SECONDS
            is_foreign = facts.rejection.reason is Reason.NOT_A_TICKET
            return self._journal.recent_text(scan.text_hash, since) if is_foreign else None
        right = facts.right
        if right is None or right.permit is None or not found.is_known_here:
            return None
        since = facts.moment.now - UNPULSED_SECONDS
        owed = self._journal.unpulsed(right.permit, self._place.lane, self._place.direction, since)
        # an override that owes its pulse is the ranger's to repeat, not the ticket's
        return owed if owed is not None and isinstance(owed.body, DecisionBody) else None

    def _count_wrong_codes(self, scan: Scan) -> None:
        if scan.source is not Source.TYPED:
            return
        since = self._clock.now().now - 60
        wrong = [
            entry
            for entry in self._journal.latest(WRONG_CODES_A_MINUTE * 4)
            if entry.at > since and isinstance(entry.body, DecisionBody) and entry.body.details.get("matches") == 0
        ]
        if len(wrong) >= WRONG_CODES_A_MINUTE:
            raise CodesLockedError("Too many codes that no ticket has: wait a minute, or show the QR code")


def _completed(body: DecisionBody, scan: Scan, facts: Facts) -> DecisionBody:
    """The verdict with what only the scan itself knows, and never with its text."""
    if facts.claims is not None:
        return replace(body, code_tail=tail(typed_code(facts.claims.cti)))
    if facts.permit is not None:
        return replace(body, code_tail=tail(facts.permit.code))
    return replace(body, text_hash=scan.text_hash)
