"""The checkpoint: one scan, start to finish. Journal first, then the barrier, then whoever asked.

Nothing here waits for a network. A forged ticket is a decision; a full disk is an exception, and moves no barrier. What
can be mended of the journal is mended at once, and the scan is decided again from its beginning.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from kiosk.admitting import Admission, Admitting, reissue_wanted
from kiosk.clock import Clock
from kiosk.contact import with_contact
from kiosk.devices.barrier import Barrier, BarrierError
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import FactFinder, Found, Scan, SeasonKeys
from kiosk.keep_open import KeptOpen
from kiosk.mending import Mending
from kiosk.presence import visit_at
from kiosk.refusal_watch import RefusalWatch, refusal_alarms
from kiosk.rules.acts import (
    acknowledging_body,
    amending_body,
    bags_body,
    call_body,
    completing_body,
    is_admission,
    moves_barrier,
    opening_body,
    overridable,
    override_body,
    own_key,
    passed_held_open,
    struck_off_body,
)
from kiosk.rules.admission import decide, unanswered
from kiosk.rules.codes import tail, typed_code
from kiosk.rules.entries import (
    ActBody,
    AlarmBody,
    ClockBody,
    DecisionBody,
    Entry,
    Place,
    Private,
    ReportBody,
    ShiftBody,
    TrustBody,
)
from kiosk.rules.facts import NONE, Answers, Facts, Question
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.presence import Visit
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import (
    ActKind,
    BarrierPosition,
    ClockTrust,
    Direction,
    EntryKind,
    Fault,
    LaneDirection,
    Reason,
    Source,
    Staleness,
)
from kiosk.store.delivery import Deliveries
from kiosk.store.home import DeviceRecord
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas, ReplicaState
from kiosk.store.reserve import Reserve
from kiosk.store.revocations import Revocations
from kiosk.store.right_of_way import RightOfWay, prior
from kiosk.tidying import Tidied, tidy

_log = logging.getLogger(__name__)
PULSE_MILLISECONDS = 1000
UNPULSED_SECONDS = 120
SAME_TEXT_SECONDS = 10
WRONG_CODES_A_MINUTE = 5
LONGEST_WORDS = 1000


class NoPolicyError(EnvironmentalError):
    """The kiosk holds no policy set it may believe, so it can decide nothing."""


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
    staleness: Staleness
    signed_at: int | None
    revocations_at: int | None
    are_revocations_stale: bool
    clock: ClockTrust
    barrier: BarrierPosition
    pending: int
    last_contact: int | None
    permits: int | None
    faults: tuple[Fault, ...]
    replica: ReplicaState
    refusal_jumps: tuple[AlarmBody, ...] = ()
    """What refuses far more since the set in force came in; the ranger tells the registry."""
    kept_open_since: int | None = None
    """Since when the barrier is held open."""


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
        self._pulse_milliseconds = pulse_milliseconds
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

    @prior
    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Entry | Question:
        """Decide one scan and journal the decision before the barrier moves or anyone sees it."""
        _expect_words(private)
        entry = self._mending.durably(lambda: self._decided(scan, answers, private))
        if isinstance(entry, Entry):
            self._open_for(entry)
        return entry

    def _decided(self, scan: Scan, answers: Answers, private: Private | None) -> Entry | Question:
        policy = self.believe()
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
        policy = self.believe()
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
        policy = self._policy()
        facts = self._facts.gather(scan, answers, self._clock.now(), policy, self._place, private)
        verdict = decide(facts, policy)
        return verdict if isinstance(verdict, Question) else _completed(verdict, scan, facts)

    # ---- without a scan ---------------------------------------------------------------------------------------------

    @prior
    def admit(self, wanted: Admission, answers: Answers = NONE) -> Entry | Question:
        """Let in, on a ranger's word, who needs no ticket in hand: decided and journalled like a scan."""
        _expect_words(wanted.private)
        entry = self._mending.durably(lambda: self._admitted(wanted, answers))
        if isinstance(entry, Entry):
            self._open_for(entry)
        return entry

    def _admitted(self, wanted: Admission, answers: Answers) -> Entry | Question:
        policy = self.believe()
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

    def complete(self, entry_id: str, *, private: Private, by: str) -> Entry:
        """Fill in the form of an official entry: who it was, the plate, what for."""
        _expect_words(private)
        return self._done_upon(entry_id, lambda target, policy: completing_body(target, by), private)

    def add_bags(self, entry_id: str, bags: int, *, by: str) -> Entry:
        """Count bags that a clean-up day's party brought back."""
        return self._done_upon(entry_id, lambda target, policy: bags_body(target, bags, by, policy), None)

    def _done_upon(
        self, entry_id: str, body_of: Callable[[Entry, PolicySet], ActBody], private: Private | None
    ) -> Entry:
        return self._mending.durably(lambda: self._written_upon(entry_id, body_of, private))

    def _written_upon(
        self, entry_id: str, body_of: Callable[[Entry, PolicySet], ActBody], private: Private | None
    ) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            target = self._entry(entry_id)
            body = body_of(target, policy)
            if self._has_act(target, ActKind.ANNUL):
                raise UsageError(f"{entry_id} was annulled already")
            return self._journal.append(body, self._clock.now(), policy.digest, private)

    # ---- a ranger's acts --------------------------------------------------------------------------------------------

    def override(self, entry_id: str, *, reason: str, by: str, party: Party | None = None) -> Entry:
        """Let in whom the gate refused or referred, on a person's word; an entry of its own that counts and pulses."""
        private = Private(reason=reason)
        _expect_words(private)
        entry = self._mending.durably(lambda: self._overridden(entry_id, private, by, party))
        self._open_for(entry)
        return entry

    def _overridden(self, entry_id: str, private: Private, by: str, party: Party | None) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            moment = self._clock.now()
            target = self._entry(entry_id)
            body, going = overridable(target, party)
            owed = self._owed_override(target)
            if owed is not None:
                return owed
            uses = self._facts.uses(body.permit) if body.permit is not None else ()
            act = override_body(target, body, going, by=by, uses=uses, rules=policy, now=moment.now)
            return self._journal.append(self._kept_open.told_by(act), moment, policy.digest, private)

    def open_by_hand(self, *, reason: str, by: str, about: str | None = None) -> Entry:
        """Open without a scan, on a person's word; it counts nobody, and may name the entry that it is about."""
        private = Private(reason=reason)
        _expect_words(private)
        entry = self._mending.durably(lambda: self._opened(private, by, about))
        self._open_for(entry)
        return entry

    def _opened(self, private: Private, by: str, about: str | None) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            body = opening_body(self._place, by, self._entry(about) if about else None)
            return self._journal.append(self._kept_open.told_by(body), self._clock.now(), policy.digest, private)

    def acknowledge(self, entry_id: str, *, reason: str, by: str) -> Entry:
        """A ranger has seen to an alarm."""
        private = Private(reason=reason)
        _expect_words(private)
        return self._mending.durably(lambda: self._acknowledged(entry_id, private, by))

    def _acknowledged(self, entry_id: str, private: Private, by: str) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            target = self._entry(entry_id)
            body = acknowledging_body(target, self._journal.acts_on(target.id), self._place, by)
            return self._journal.append(body, self._clock.now(), policy.digest, private)

    def go_on(self) -> None:
        """Hold the barrier open where it was when the program ended; the first thing that whoever runs a gate does."""
        self._kept_open.hold()

    def keep_open(self, *, reason: str, by: str) -> Entry:
        """Hold the barrier open from now on, on a person's word; scans go on, and nobody is asked anything."""
        private = Private(reason=reason)
        _expect_words(private)
        body = self._kept_open.opening(self._place, by, self._clock.now().now)
        return self._kept_open.written(self.note(body, private))

    def set_back(self, *, reason: str, by: str, uncounted: int | None = None) -> Entry:
        """Let the barrier work again as ever; `uncounted` went through meanwhile without a scan, as far as seen."""
        private = Private(reason=reason)
        _expect_words(private)
        body = self._kept_open.closing(self._place, by, self._clock.now().now, uncounted)
        return self._kept_open.written(self.note(body, private))

    def remind(self) -> Entry | None:
        """Write down once more that the barrier is held open, when that is due; called when nobody stands there."""
        self._kept_open.hold()
        every = self._policy().policy.keep_open_reminder_minutes * 60
        body = self._kept_open.reminder(self._place, self._clock.now().now, every)
        return None if body is None else self._kept_open.written(self.note(body))

    def annul(self, entry_id: str, *, reason: str, by: str) -> Entry:
        """Take a record back: it stays readable and counts for nothing any more."""
        return self._amend(entry_id, ActKind.ANNUL, None, reason, by)

    def correct(self, entry_id: str, *, party: Party, reason: str, by: str) -> Entry:
        """Replace the party that went through by the one that a ranger counted."""
        return self._amend(entry_id, ActKind.CORRECT, party, reason, by)

    def strike_off(self, entry_id: str, *, reason: str, by: str, party: Party | None = None) -> Entry:
        """Write down that a party is out, or a part of it, whose ticket nobody scanned on its way."""
        return self._about_inside(entry_id, reason, lambda entry, visit: struck_off_body(entry, visit, party, by))

    def called(self, entry_id: str, call: ActKind, *, reason: str, by: str) -> Entry:
        """Write down that somebody was called about a party that has not come back, and what came of it."""
        return self._about_inside(entry_id, reason, lambda entry, visit: call_body(entry, visit, call, by))

    def erase(self, entry_id: str, *, by: str) -> int:
        """Let go, in every copy, of what names a person in this entry and all others of its permit; how many parts.

        That it happened is an entry of its own; no count changes.
        """
        return self._mending.durably(lambda: self._erased(entry_id, by))

    def note(self, body: AlarmBody | ShiftBody | ReportBody, private: Private | None = None) -> Entry:
        """Write down what is no scan and no act upon one; durable when this returns."""
        _expect_words(private)
        return self._mending.durably(lambda: self._noted(body, private))

    def _noted(self, body: AlarmBody | ShiftBody | ReportBody, private: Private | None) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            return self._journal.append(body, self._clock.now(), policy.digest, private)

    def set_time(self, at: int, *, by: str) -> Entry:
        """Take a person's word for the time, from here on; UsageError for a time that a signature says is over."""
        return self._mending.durably(lambda: self._time_set(at, by))

    def _time_set(self, at: int, by: str) -> Entry:
        policy, before = self.believe(), self._clock.now()
        if before.trust is ClockTrust.GIVEN:
            raise UsageError("The time of a rehearsal is given: it cannot be set")
        if at > LATEST_TIME:
            raise UsageError("No ticket knows a time after the year 2105")
        if at < self._clock.lowest():
            raise UsageError("It is later than that: the registry has signed a later time")
        body = ClockBody(
            park=self._place.park,
            gate=self._place.gate,
            lane=self._place.lane,
            given=at,
            believed=before.now,
            trust=before.trust,
            wall=self._clock.wall(),
            by=by,
        )
        with self._journal.writing():
            entry = self._journal.append(body, Moment.at(at), policy.digest)
        self._clock.confirm(at)
        return entry

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
        )

    def tidy(self) -> Tidied:
        """Let go what need not be kept any longer, a little at a time; called when nobody stands at the gate."""
        policy = self._policy()
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

    def settle(self) -> None:
        """Do what no visitor should wait for, some milliseconds long; a part of tidying up."""
        self._journal.drain()

    def believe(self) -> PolicySet:
        """The set in force; a newly staged one is written into the journal before anything is decided by it."""
        policy = self._policy()
        if self._journal.is_chain_due:
            self._journal.reopen(self._clock.now(), policy.digest)
        if self._journal.believed() == policy.digest:
            return policy
        floor = self._journal.newest(EntryKind.TRUST)
        if floor is not None and isinstance(floor.body, TrustBody) and policy.version < floor.body.version:
            held = self._policies.get(floor.body.digest)
            if held is None:
                raise NoPolicyError(
                    f"The park's rules on this disk are version {policy.version}, but version {floor.body.version} was "
                    "already in force here: connect the kiosk to the registry"
                )
            return held
        with self._journal.writing():
            trust = TrustBody(park=policy.park, version=policy.version, digest=policy.digest)
            self._journal.append(trust, self._clock.now(), policy.digest)
        return policy

    # ---- inside one scan --------------------------------------------------------------------------------------------

    def _policy(self) -> PolicySet:
        policy = self._policies.current()
        if policy is None:
            raise NoPolicyError("This kiosk has no rules of its park yet: enrol it, or connect it to the registry")
        return policy

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

    def _open_for(self, entry: Entry) -> None:
        """Pulse the barrier for an admission that has no pulse yet, and journal what it answered."""
        # one that is held open needs none: a pulse would close it when its time is over
        if (
            not moves_barrier(entry)
            or self._kept_open.hold()
            or not self._mending.durably(lambda: self._owes_pulse(entry))
        ):
            return
        kind = ActKind.PULSE
        try:
            self._barrier.pulse(self._pulse_milliseconds, entry.id)
        except BarrierError:
            kind = ActKind.POSITION  # it did not take the pulse: the ranger opens by hand, a rescan tries again
        act = ActBody(act=kind, target=entry.id, place=self._place, position=str(self._barrier.position()))
        try:
            self._mending.durably(lambda: self._act_written(act, entry.policy))
        except EnvironmentalError as error:
            # the admission is on the disk and the barrier has moved: a rescan within two minutes moves it once more
            _log.error("The pulse for %s could not be written down: %s", entry.id, error)

    def _owes_pulse(self, entry: Entry) -> bool:
        if self._journal.is_durable(entry):
            return True  # and its pulse would have been the last commit instead
        if self._journal.hash_of(entry.key) != entry.hash:
            raise EnvironmentalError(f"The journal does not hold {entry.id} any more: scan the ticket again")
        if self._has_act(entry, ActKind.PULSE):
            return False
        self._journal.flush(entry)
        return True

    def _act_written(self, act: ActBody, policy: bytes) -> Entry:
        with self._journal.writing():
            return self._journal.append(act, self._clock.now(), policy)

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

    # ---- inside an act ----------------------------------------------------------------------------------------------

    def _amend(self, entry_id: str, act: ActKind, party: Party | None, reason: str, by: str) -> Entry:
        private = Private(reason=reason)
        _expect_words(private)
        return self._done_upon(entry_id, lambda target, _: self._amending(target, act, party, by), private)

    def _amending(self, target: Entry, act: ActKind, party: Party | None, by: str) -> ActBody:
        permit = target.body.permit if isinstance(target.body, DecisionBody | ActBody) else None
        uses = self._facts.uses(permit) if permit is not None else ()
        return amending_body(target, act, party, by, acts=self._journal.acts_on(target.id), uses=uses)

    def _about_inside(self, entry_id: str, reason: str, act: Callable[[Entry, Visit], ActBody]) -> Entry:
        private = Private(reason=reason)
        _expect_words(private)
        return self._mending.durably(lambda: self._about_inside_written(entry_id, private, act))

    def _about_inside_written(self, entry_id: str, private: Private, act: Callable[[Entry, Visit], ActBody]) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            target = self._entry(entry_id)
            visit = visit_at(target, self._journal, self._replicas)
            return self._journal.append(act(target, visit), self._clock.now(), policy.digest, private)

    def _erased(self, entry_id: str, by: str) -> int:
        policy = self.believe()
        target = self._entry(entry_id)
        body = target.body
        permit = body.permit if isinstance(body, DecisionBody | ActBody) else None
        keys = {target.key, *(act.key for act in self._journal.acts_on(target.id))}
        if permit is not None:
            keys |= set(self._journal.private_keys(permit))
        permits = [permit] if permit is not None else []
        if not self._journal.has_private(keys, permits):
            return 0
        # written first: an erasure that broke off is begun anew, and one that nobody wrote down would be gone
        act = ActBody(act=ActKind.ERASE, target=target.id, place=self._place, by=by)
        with self._journal.writing():
            self._journal.append(act, self._clock.now(), policy.digest)
        return self._journal.erase(sorted(keys)) + self._journal.forget_contacts(permits)

    def _owed_override(self, target: Entry) -> Entry | None:
        """The override this entry already has, where a crash swallowed its pulse."""
        for act in self._journal.acts_on(target.id):
            if not is_admission(act) or self._has_act(act, ActKind.ANNUL):
                continue
            if self._has_act(act, ActKind.PULSE) or passed_held_open(act):
                raise UsageError(f"{target.id} was overridden already by {act.id}")
            return act
        return None

    def _entry(self, entry_id: str) -> Entry:
        key = own_key(entry_id, self._record.device)
        entry = self._journal.get(str(key))
        if entry is None:
            raise UsageError(f"This kiosk has no entry {key}")
        return entry

    def _has_act(self, entry: Entry, kind: ActKind) -> bool:
        acts = self._journal.acts_on(entry.id)
        return any(isinstance(act.body, ActBody) and act.body.act is kind for act in acts)


def _expect_words(private: Private | None) -> None:
    """UsageError for words that no journal can hold, or that no registry would take in one entry."""
    for words in (getattr(private, field.name) for field in fields(Private)) if private else ():
        if words is None:
            continue
        if len(words) > LONGEST_WORDS:
            raise UsageError(f"That is {len(words)} characters long: say it in at most {LONGEST_WORDS}")
        if any("\ud800" <= sign <= "\udfff" for sign in words):  # bytes of a shell that were no UTF-8
            raise UsageError(f"{words[:40]!r} is not text: write it in UTF-8")


def _completed(body: DecisionBody, scan: Scan, facts: Facts) -> DecisionBody:
    """The verdict with what only the scan itself knows, and never with its text."""
    if facts.claims is not None:
        return replace(body, code_tail=tail(typed_code(facts.claims.cti)))
    if facts.permit is not None:
        return replace(body, code_tail=tail(facts.permit.code))
    return replace(body, text_hash=scan.text_hash)
