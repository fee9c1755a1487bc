"""The checkpoint: one scan, start to finish. Journal first, then the barrier, then whoever asked.

Nothing here waits for a network. A forged ticket is a decision; a full disk is an exception, and moves no barrier. What
can be mended of the journal is mended at once, and the scan is decided again from its beginning.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from kiosk.clock import Clock
from kiosk.contact import with_contact
from kiosk.devices.barrier import Barrier, BarrierError, BarrierPosition
from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import FactFinder, Scan
from kiosk.rules.admission import NONE, Answers, Facts, Question, decide, unanswered
from kiosk.rules.codes import tail, typed_code
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Place, Private, TrustBody
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.standing import inside, standing
from kiosk.rules.ticket import Flag
from kiosk.rules.words import (
    ActKind,
    ClockTrust,
    Direction,
    EntryKind,
    Fault,
    LaneDirection,
    Outcome,
    Reason,
    Source,
    Staleness,
)
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError, DiskFailedError, DiskFullError, ReadOnlyError, UncertainError
from kiosk.store.home import DeviceRecord
from kiosk.store.journal import NAME as JOURNAL
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas
from kiosk.store.reserve import Reserve
from kiosk.tidying import Tidied, tidy

_log = logging.getLogger(__name__)
T = TypeVar("T")
PULSE_MILLISECONDS = 1000
UNPULSED_SECONDS = 120
SAME_TEXT_SECONDS = 10
WRONG_CODES_A_MINUTE = 5
LONGEST_WORDS = 1000
_MENDED_AT_MOST = 2
_TOLD_SECONDS = 86_400


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
    clock: ClockTrust
    barrier: BarrierPosition
    pending: int
    last_contact: int | None
    permits: int | None
    faults: tuple[Fault, ...]


class Checkpoint:
    """The gate's own judgement: it reads the replica and the journal, and it alone writes the journal."""

    def __init__(
        self,
        *,
        record: DeviceRecord,
        journal: Journal,
        replicas: Replicas,
        policies: Policies,
        deliveries: Deliveries,
        clock: Clock,
        barrier: Barrier,
        reserve: Reserve | None = None,
        pulse_milliseconds: int = PULSE_MILLISECONDS,
    ) -> None:
        self._record = record
        self._journal = journal
        self._replicas = replicas
        self._policies = policies
        self._deliveries = deliveries
        self._clock = clock
        self._barrier = barrier
        self._reserve = reserve
        self._trouble: Fault | None = None
        self._pulse_milliseconds = pulse_milliseconds
        self._facts = FactFinder(journal=journal, replicas=replicas, deliveries=deliveries)
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

    def scan(self, scan: Scan, answers: Answers = NONE, private: Private | None = None) -> Entry | Question:
        """Decide one scan and journal the decision before the barrier moves or anyone sees it."""
        _expect_words(private)
        entry = self._mending(lambda: self._decided(scan, answers, private))
        if isinstance(entry, Entry):
            self._open_for(entry)
        return entry

    def _decided(self, scan: Scan, answers: Answers, private: Private | None) -> Entry | Question:
        policy = self.believe()
        self._count_wrong_codes(scan)
        with self._journal.writing():
            moment = self._clock.now()
            facts = self._facts.gather(scan, answers, moment, policy, self._place)
            entry = self._same_again(scan, facts)
            if entry is not None:
                return entry
            verdict = decide(facts, policy)
            if isinstance(verdict, Question):
                return verdict
            verdict, private = with_contact(verdict, private, scan.text, policy, self._replicas)
            return self._journal.append(_completed(verdict, scan, facts), moment, policy.digest, private)

    def lapse(self, scan: Scan) -> Entry:
        """Journal that a question stayed unanswered: nobody went in, the ranger is called."""
        return self._mending(lambda: self._lapsed(scan))

    def _lapsed(self, scan: Scan) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            moment = self._clock.now()
            facts = self._facts.gather(scan, NONE, moment, policy, self._place)
            return self._journal.append(
                _completed(unanswered(facts, policy), scan, facts), moment, policy.digest, private=None
            )

    def information(self, scan: Scan, answers: Answers = NONE) -> DecisionBody | Question:
        """What a scan would be answered now; nothing is recorded and nothing moves."""
        policy = self._policy()
        facts = self._facts.gather(scan, answers, self._clock.now(), policy, self._place)
        verdict = decide(facts, policy)
        return verdict if isinstance(verdict, Question) else _completed(verdict, scan, facts)

    # ---- a ranger's acts --------------------------------------------------------------------------------------------

    def override(self, entry_id: str, *, reason: str, by: str, party: Party | None = None) -> Entry:
        """Let in whom the gate refused or referred, on a person's word; an entry of its own that counts and pulses."""
        private = Private(reason=reason)
        _expect_words(private)
        entry = self._mending(lambda: self._overridden(entry_id, private, by, party))
        self._open_for(entry)
        return entry

    def _overridden(self, entry_id: str, private: Private, by: str, party: Party | None) -> Entry:
        policy = self.believe()
        with self._journal.writing():
            moment = self._clock.now()
            target = self._entry(entry_id)
            body = _decision_body(target)
            if body.outcome is Outcome.ADMITTED:
                raise UsageError(f"{entry_id} was admitted: there is nothing to override")
            if _is_rehearsal(body):
                raise UsageError(f"{entry_id} is of a training ticket: it lets nobody in and is never counted")
            party = party or body.right
            if party is None or not party.heads:
                raise UsageError("This scan named no party: say how many people go in")
            owed = self._owed_override(target)
            if owed is not None:
                return owed
            act = self._override_body(target, party, by=by, policy=policy, now=moment.now)
            return self._journal.append(act, moment, policy.digest, private)

    def annul(self, entry_id: str, *, reason: str, by: str) -> Entry:
        """Take a record back: it stays readable and counts for nothing any more."""
        return self._mending(lambda: self._amend(entry_id, ActKind.ANNUL, None, reason, by))

    def correct(self, entry_id: str, *, party: Party, reason: str, by: str) -> Entry:
        """Replace the party that went through by the one that a ranger counted."""
        return self._mending(lambda: self._amend(entry_id, ActKind.CORRECT, party, reason, by))

    # ---- what people are shown --------------------------------------------------------------------------------------

    def latest(self, limit: int) -> list[Recent]:
        """The newest decisions with their acts, newest first."""
        entries = self._journal.latest(limit)
        return [Recent(entry=entry, acts=tuple(self._journal.acts_on(entry.id))) for entry in entries]

    def status(self) -> Status:
        """The present state of everything a ranger may ask about."""
        policy, moment = self._policies.current(), self._clock.now()
        replica = self._replicas.current()
        signed_at = self._facts.signed_at(policy)
        return Status(
            place=self._place,
            lane_direction=self._record.direction,
            policy_version=policy.version if policy else None,
            staleness=policy.policy.staleness(moment.now, signed_at) if policy else Staleness.STALE,
            signed_at=signed_at,
            clock=moment.trust,
            barrier=self._barrier.position(),
            pending=self._deliveries.pending_count(),
            last_contact=self._deliveries.last_contact(),
            permits=replica.count if replica else None,
            faults=self._faults(moment.now),
        )

    def _faults(self, now: int) -> tuple[Fault, ...]:
        """What a ranger is told of the memory, until it is mended or a day has gone by."""
        found = {self._trouble} if self._trouble else set()
        if any(entry.at > now - _TOLD_SECONDS for entry in self._journal.renewals):
            found.add(Fault.JOURNAL_RENEWED)
        if self._reserve is not None and not self._reserve.is_held:
            found.add(Fault.DISK_FULL)
        return tuple(fault for fault in Fault if fault in found)

    def tidy(self) -> Tidied:
        """Let go what need not be kept any longer, a little at a time; called when nobody stands at the gate."""
        policy = self._policy()
        if self._reserve is not None:
            self._reserve.hold()
        return tidy(
            journal=self._journal,
            replicas=self._replicas,
            deliveries=self._deliveries,
            policy=policy,
            moment=self._clock.now(),
        )

    def believe(self) -> PolicySet:
        """The set in force; a newly staged one is written into the journal before anything is decided by it."""
        policy = self._policy()
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

    def _same_again(self, scan: Scan, facts: Facts) -> Entry | None:
        """The entry this scan already has: an admission whose pulse a crash swallowed, or the same foreign code."""
        if facts.rejection is not None:
            since = facts.moment.now - SAME_TEXT_SECONDS
            is_foreign = facts.rejection.reason is Reason.NOT_A_TICKET
            return self._journal.recent_text(scan.text_hash, since) if is_foreign else None
        right = facts.right
        if right is None:
            return None
        since = facts.moment.now - UNPULSED_SECONDS
        owed = self._journal.unpulsed(right.permit, self._place.lane, self._place.direction, since)
        # an override that owes its pulse is the ranger's to repeat, not the ticket's
        return owed if owed is not None and isinstance(owed.body, DecisionBody) else None

    def _open_for(self, entry: Entry) -> None:
        """Pulse the barrier for an admission that has no pulse yet, and journal what it answered."""
        if not _is_admission(entry) or not self._mending(lambda: self._owes_pulse(entry)):
            return
        kind = ActKind.PULSE
        try:
            self._barrier.pulse(self._pulse_milliseconds, entry.id)
        except BarrierError:
            kind = ActKind.POSITION  # it did not take the pulse: the ranger opens by hand, a rescan tries again
        act = ActBody(act=kind, target=entry.id, place=self._place, position=str(self._barrier.position()))
        try:
            self._mending(lambda: self._act_written(act, entry.policy))
        except EnvironmentalError as error:
            # the admission is on the disk and the barrier has moved: a rescan within two minutes moves it once more
            _log.error("The pulse for %s could not be written down: %s", entry.id, error)

    def _owes_pulse(self, entry: Entry) -> bool:
        if self._journal.hash_of(entry.key) != entry.hash:
            raise EnvironmentalError(f"The journal does not hold {entry.id} any more: scan the ticket again")
        return not self._has_act(entry, ActKind.PULSE)

    def _act_written(self, act: ActBody, policy: bytes) -> Entry:
        with self._journal.writing():
            return self._journal.append(act, self._clock.now(), policy)

    def _mending(self, work: Callable[[], T]) -> T:
        """Do this, which writes all or nothing; where the journal can be mended, once more from its beginning."""
        for attempt in range(_MENDED_AT_MOST + 1):
            try:
                done = work()
            except EnvironmentalError as error:
                self._trouble = _fault_of(error)
                if attempt == _MENDED_AT_MOST or not self._is_mended(error):
                    raise
                _log.error("Mended, and tried again: %s", error)
            else:
                self._trouble = None
                return done
        raise AssertionError  # the last attempt returned or raised

    def _is_mended(self, error: EnvironmentalError) -> bool:
        match error:
            case UncertainError(cause=EnvironmentalError() as cause):
                # the work reads again before it decides, so what is there after all is not done twice
                self._journal.reconcile()
                return self._is_mended(cause)
            case DamagedError(file=file) if file == JOURNAL:
                self._journal.renew()
                return True
            case DiskFullError():
                return self._reserve is not None and self._reserve.free()
            case DiskFailedError():
                return True  # a disk may fail once
            case _:
                return False

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
        policy = self.believe()
        with self._journal.writing():
            target = self._entry(entry_id)
            body = target.body
            if not _is_admission(target) or not isinstance(body, DecisionBody | ActBody):
                raise UsageError(f"{entry_id} let nobody through: there is nothing to {act}")
            if self._has_act(target, ActKind.ANNUL):
                raise UsageError(f"{entry_id} was annulled already")
            amended = ActBody(
                act=act,
                target=target.id,  # as it is stored: people type small letters, blanks and O for 0
                place=body.place,
                by=by,
                permit=body.permit,
                ticket=body.ticket,
                product=body.product,
                right=body.right,
                entry_number=body.entry_number,
                party=party,
            )
            return self._journal.append(amended, self._clock.now(), policy.digest, private)

    def _owed_override(self, target: Entry) -> Entry | None:
        """The override this entry already has, where a crash swallowed its pulse."""
        for act in self._journal.acts_on(target.id):
            if not _is_admission(act) or self._has_act(act, ActKind.ANNUL):
                continue
            if self._has_act(act, ActKind.PULSE):
                raise UsageError(f"{target.id} was overridden already by {act.id}")
            return act
        return None

    def _override_body(self, target: Entry, party: Party, *, by: str, policy: PolicySet, now: int) -> ActBody:
        body = _decision_body(target)
        number, returning = 1, 0
        if body.permit is not None and body.right is not None:
            uses = self._facts.uses(body.permit)
            if body.place.direction is Direction.EXIT:
                there = inside(uses)
                number = there.entry_number if there else 1
            else:
                # an override may exceed the right: the excess shows as such when the registry merges
                stand = standing(body.right, 0, uses, policy.policy, now)
                number, returning = stand.entry_number, stand.returning_of(party.heads)
        return ActBody(
            act=ActKind.OVERRIDE,
            target=target.id,
            place=body.place,
            by=by,
            permit=body.permit,
            ticket=body.ticket,
            product=body.product,
            right=body.right,
            entry_number=number,
            party=party,
            returning=returning,
        )

    def _entry(self, entry_id: str) -> Entry:
        entry = self._journal.get(entry_id)
        if entry is None:
            raise UsageError(f"This kiosk has no entry {entry_id}")
        return entry

    def _has_act(self, entry: Entry, kind: ActKind) -> bool:
        acts = self._journal.acts_on(entry.id)
        return any(isinstance(act.body, ActBody) and act.body.act is kind for act in acts)


def _fault_of(error: EnvironmentalError) -> Fault | None:
    match error:
        case UncertainError(cause=EnvironmentalError() as cause):
            return _fault_of(cause)
        case DiskFullError():
            return Fault.DISK_FULL
        case ReadOnlyError():
            return Fault.DISK_READ_ONLY
        case DiskFailedError():
            return Fault.DISK_FAILED
        case _:
            return None


def _decision_body(entry: Entry) -> DecisionBody:
    if not isinstance(entry.body, DecisionBody):
        raise UsageError(f"{entry.id} is not a decision")
    return entry.body


def _expect_words(private: Private | None) -> None:
    """UsageError for words that no journal can hold, or that no registry would take in one entry."""
    for words in (getattr(private, field.name) for field in fields(Private)) if private else ():
        if words is None:
            continue
        if len(words) > LONGEST_WORDS:
            raise UsageError(f"That is {len(words)} characters long: say it in at most {LONGEST_WORDS}")
        if any("\ud800" <= sign <= "\udfff" for sign in words):  # bytes of a shell that were no UTF-8
            raise UsageError(f"{words[:40]!r} is not text: write it in UTF-8")


def _is_rehearsal(body: DecisionBody) -> bool:
    claims = body.facts.get("claims") or {}
    return bool(claims.get("flags", 0) & Flag.TRAINING)


def _is_admission(entry: Entry) -> bool:
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED) | ActBody(act=ActKind.OVERRIDE):
            return True
        case _:
            return False


def _completed(body: DecisionBody, scan: Scan, facts: Facts) -> DecisionBody:
    """The verdict with what only the scan itself knows, and never with its text."""
    if facts.claims is not None:
        return replace(body, code_tail=tail(typed_code(facts.claims.cti)))
    if facts.permit is not None:
        return replace(body, code_tail=tail(facts.permit.code))
    return replace(body, text_hash=scan.text_hash)
