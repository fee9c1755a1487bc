"""A ranger's acts at this gate: each is an entry that points to what it changes, and nothing is ever changed itself."""

from collections.abc import Callable

from kiosk.clock import Clock
from kiosk.errors import UsageError
from kiosk.facts import FactFinder
from kiosk.keep_open import KeptOpen
from kiosk.mending import Mending
from kiosk.presence import visit_at
from kiosk.pulsing import Pulsing
from kiosk.rules.acts import (
    acknowledging_body,
    amending_body,
    bags_body,
    call_body,
    completing_body,
    is_admission,
    kinds_of,
    opening_body,
    overridable,
    override_body,
    own_key,
    passed_held_open,
    struck_off_body,
)
from kiosk.rules.entries import ActBody, ClockBody, DecisionBody, Entry, Place, Private, Use
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.policy import PolicySet
from kiosk.rules.presence import Visit
from kiosk.rules.ticket import LATEST_TIME
from kiosk.rules.words import ActKind, ClockTrust
from kiosk.store.journal import Journal
from kiosk.store.replica import Replicas
from kiosk.writing import Writing


class Acting:
    """What people do about entries, and what they say of the time and the barrier; the checkpoint hands it out."""

    def __init__(
        self,
        *,
        device: int,
        place: Callable[[], Place],
        journal: Journal,
        replicas: Replicas,
        facts: FactFinder,
        clock: Clock,
        kept_open: KeptOpen,
        mending: Mending,
        writing: Writing,
        pulsing: Pulsing,
    ) -> None:
        self._device, self._place = device, place
        self._journal, self._replicas, self._facts, self._clock = journal, replicas, facts, clock
        self._kept_open, self._mending, self._writing, self._pulsing = kept_open, mending, writing, pulsing

    # ---- who the rules did not let through --------------------------------------------------------------------------

    def override(self, entry_id: str, *, reason: str, by: str, party: Party | None = None) -> Entry:
        """Let in whom the gate refused or referred, on a person's word; an entry of its own that counts and pulses."""

        def work(policy: PolicySet, moment: Moment) -> ActBody | Entry:
            target = self._entry(entry_id)
            body, going = overridable(target, party)
            if (owed := self._owed_override(target)) is not None:
                return owed
            uses = self._uses(target)
            act = override_body(target, body, going, by=by, uses=uses, rules=policy, now=moment.now)
            return self._kept_open.told_by(act)

        entry = self._writing.write(work, Private(reason=reason))
        self._pulsing.open_for(entry)
        return entry

    def open_by_hand(self, *, reason: str, by: str, about: str | None = None) -> Entry:
        """Open without a scan, on a person's word; it counts nobody, and may name the entry that it is about."""

        def work(_policy: PolicySet, _moment: Moment) -> ActBody:
            body = opening_body(self._place(), by, self._entry(about) if about else None)
            return self._kept_open.told_by(body)

        entry = self._writing.write(work, Private(reason=reason))
        self._pulsing.open_for(entry)
        return entry

    def keep_open(self, *, reason: str, by: str) -> Entry:
        """Hold the barrier open from now on, on a person's word; scans go on, and nobody is asked anything."""
        entry = self._writing.write(
            lambda _, moment: self._kept_open.opening(self._place(), by, moment.now), Private(reason=reason)
        )
        return self._kept_open.written(entry)

    def set_back(self, *, reason: str, by: str, uncounted: int | None = None) -> Entry:
        """Let the barrier work again as ever; `uncounted` went through meanwhile without a scan, as far as seen."""
        entry = self._writing.write(
            lambda _, moment: self._kept_open.closing(self._place(), by, moment.now, uncounted), Private(reason=reason)
        )
        return self._kept_open.written(entry)

    # ---- what was recorded otherwise than it was --------------------------------------------------------------------

    def annul(self, entry_id: str, *, reason: str, by: str) -> Entry:
        """Take a record back: it stays readable and counts for nothing any more."""
        return self._amend(entry_id, ActKind.ANNUL, None, reason, by)

    def correct(self, entry_id: str, *, party: Party, reason: str, by: str) -> Entry:
        """Replace the party that went through by the one that a ranger counted."""
        return self._amend(entry_id, ActKind.CORRECT, party, reason, by)

    def complete(self, entry_id: str, *, private: Private, by: str) -> Entry:
        """Fill in the form of an official entry: who it was, the plate, what for."""
        return self._writing.write(lambda *_: completing_body(self._standing(entry_id), by), private)

    def add_bags(self, entry_id: str, bags: int, *, by: str) -> Entry:
        """Count bags that a clean-up day's party brought back."""
        return self._writing.write(lambda policy, _: bags_body(self._standing(entry_id), bags, by, policy))

    # ---- who is inside, what was noticed ----------------------------------------------------------------------------

    def strike_off(self, entry_id: str, *, reason: str, by: str, party: Party | None = None) -> Entry:
        """Write down that a party is out, or a part of it, whose ticket nobody scanned on its way."""
        return self._about_inside(entry_id, reason, lambda entry, visit: struck_off_body(entry, visit, party, by))

    def called(self, entry_id: str, call: ActKind, *, reason: str, by: str) -> Entry:
        """Write down that somebody was called about a party that has not come back, and what came of it."""
        return self._about_inside(entry_id, reason, lambda entry, visit: call_body(entry, visit, call, by))

    def acknowledge(self, entry_id: str, *, reason: str, by: str) -> Entry:
        """A ranger has seen to an alarm."""

        def work(_policy: PolicySet, _moment: Moment) -> ActBody:
            target = self._entry(entry_id)
            return acknowledging_body(target, self._journal.acts_on(target.id), self._place(), by)

        return self._writing.write(work, Private(reason=reason))

    # ---- people's names, and the time -------------------------------------------------------------------------------

    def erase(self, entry_id: str, *, by: str) -> int:
        """Let go, in every copy, of what names a person in this entry and all others of its permit; how many parts.

        That it happened is an entry of its own; no count changes.
        """
        return self._mending.durably(lambda: self._erased(entry_id, by))

    def set_time(self, at: int, *, by: str) -> Entry:
        """Take a person's word for the time, from here on; UsageError for a time that a signature says is over."""
        before = self._clock.now()
        if before.trust is ClockTrust.GIVEN:
            raise UsageError("The time of a rehearsal is given: it cannot be set")
        if at > LATEST_TIME:
            raise UsageError("No ticket knows a time after the year 2105")
        if at < self._clock.lowest():
            raise UsageError("It is later than that: the registry has signed a later time")
        place = self._place()
        body = ClockBody(
            park=place.park,
            gate=place.gate,
            lane=place.lane,
            given=at,
            believed=before.now,
            trust=before.trust,
            wall=self._clock.wall(),
            by=by,
        )
        entry = self._writing.write(lambda *_: body, at=Moment.at(at))
        self._clock.confirm(at)
        return entry

    # ---- inside an act ----------------------------------------------------------------------------------------------

    def _amend(self, entry_id: str, act: ActKind, party: Party | None, reason: str, by: str) -> Entry:
        def work(_policy: PolicySet, _moment: Moment) -> ActBody:
            target = self._entry(entry_id)
            acts = self._journal.acts_on(target.id)
            return amending_body(target, act, party, by, acts=acts, uses=self._uses(target))

        return self._writing.write(work, Private(reason=reason))

    def _about_inside(self, entry_id: str, reason: str, act: Callable[[Entry, Visit], ActBody]) -> Entry:
        def work(_policy: PolicySet, _moment: Moment) -> ActBody:
            target = self._entry(entry_id)
            return act(target, visit_at(target, self._journal, self._replicas))

        return self._writing.write(work, Private(reason=reason))

    def _erased(self, entry_id: str, by: str) -> int:
        target = self._entry(entry_id)
        permit = _permit_of(target)
        keys = {target.key, *(act.key for act in self._journal.acts_on(target.id))}
        if permit is not None:
            keys |= set(self._journal.private_keys(permit))
        permits = [permit] if permit is not None else []
        if not self._journal.has_private(keys, permits):
            return 0
        # written first: an erasure that broke off is begun anew, and one that nobody wrote down would be gone
        act = ActBody(act=ActKind.ERASE, target=target.id, place=self._place(), by=by)
        self._writing.append(lambda *_: act)
        return self._journal.erase(sorted(keys)) + self._journal.forget_contacts(permits)

    def _owed_override(self, target: Entry) -> Entry | None:
        """The override this entry already has, where a crash swallowed its pulse."""
        for act in self._journal.acts_on(target.id):
            done = kinds_of(self._journal.acts_on(act.id))
            if not is_admission(act) or ActKind.ANNUL in done:
                continue
            if ActKind.PULSE in done or passed_held_open(act):
                raise UsageError(f"{target.id} was overridden already by {act.id}")
            return act
        return None

    def _uses(self, target: Entry) -> tuple[Use, ...]:
        permit = _permit_of(target)
        return self._facts.uses(permit) if permit is not None else ()

    def _standing(self, entry_id: str) -> Entry:
        """An entry that was not annulled."""
        target = self._entry(entry_id)
        if ActKind.ANNUL in kinds_of(self._journal.acts_on(target.id)):
            raise UsageError(f"{target.id} was annulled already")
        return target

    def _entry(self, entry_id: str) -> Entry:
        key = own_key(entry_id, self._device)
        entry = self._journal.get(str(key))
        if entry is None:
            raise UsageError(f"This kiosk has no entry {key}")
        return entry


def _permit_of(entry: Entry) -> bytes | None:
    return entry.body.permit if isinstance(entry.body, DecisionBody | ActBody) else None
