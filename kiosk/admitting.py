"""What a ranger lets in without a scan: what was typed put into facts, and what cannot be said in a sentence.

Nothing here writes or decides: the checkpoint journals what the rules answer. What cannot be meant, such as a category
that the park does not have, is told to whoever typed it and leaves no entry.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import FactFinder, SeasonKeys
from kiosk.lookup import found
from kiosk.rules.acts import is_admission, kinds_of, passed_held_open
from kiosk.rules.canon import plain
from kiosk.rules.codes import CodeFault, read_code
from kiosk.rules.entries import DecisionBody, Entry, Place, Private, ReportBody
from kiosk.rules.exemption import Exemption, Seen, exemption_of, in_force
from kiosk.rules.facts import Answers, Facts
from kiosk.rules.moment import Moment
from kiosk.rules.permit import CATEGORIES, Party, Permit
from kiosk.rules.personal import LookUp, word_for
from kiosk.rules.policy import DAY_SECONDS, PolicySet, ProductKind
from kiosk.rules.special import OfficialReason, Special, SpecialKind, exempt_objection, pass_of
from kiosk.rules.words import NOT_RECREATION, ActKind, Direction, Reason, ReportKind
from kiosk.store.journal import Journal
from kiosk.store.journal_reader import JournalReader
from kiosk.store.replica import ReplicaReader, Replicas

SAME_SECONDS = 120
_SETTLED_FORM = frozenset({ActKind.COMPLETE, ActKind.ANNUL})


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """What a ranger said of those who are to be let in; what names or finds a person goes into the private part."""

    kind: SpecialKind
    by: str
    party: Party | None = None
    category: str | None = None
    document: str | None = None
    second_by: str | None = None
    staff: str | None = None
    product: int | None = None
    bags: int | None = None
    receipt: str | None = None
    plate: str | None = None
    code: str | None = None
    lookups: Mapping[LookUp, str] = field(default_factory=dict)
    """What a lost ticket's permit is found by."""
    permit: str | None = None
    """Which of several that are found, by its id in hexadecimal."""
    words: str | None = None

    @property
    def private(self) -> Private | None:
        """What of it may be erased; None where nothing is."""
        private = Private(plate=self.plate, receipt=self.receipt, reason=self.words)
        return private if private != Private() else None


class Admitting:
    """Turns what a ranger said into the facts of a decision."""

    def __init__(self, *, journal: Journal, replicas: Replicas, facts: FactFinder, season_keys: SeasonKeys) -> None:
        self._journal, self._replicas, self._facts, self._season_keys = journal, replicas, facts, season_keys
        self._today = _Today(journal)

    def facts(self, wanted: Admission, answers: Answers, moment: Moment, policy: PolicySet, place: Place) -> Facts:
        """The facts of this admission; UsageError says what of it cannot be meant."""
        day = policy.policy.local_day(moment.now)
        special = Special(
            kind=wanted.kind,
            by=wanted.by,
            party=_party(wanted, policy, day, place.gate),
            category=wanted.category,
            document=wanted.document,
            second_by=wanted.second_by,
            staff=wanted.staff,
            product=wanted.product,
            bags=wanted.bags,
            receipt=self._receipt(wanted, policy),
        )
        if place.direction is Direction.ENTRY:
            _expect_meant(special, policy, day, place.gate)
        if special.kind is SpecialKind.EXEMPT and place.direction is Direction.ENTRY:
            special = replace(special, seen=self._today.seen(special.category, policy, day))
        permit = self._permit(wanted, policy, moment.now)
        said = replace(
            answers,
            party=special.party,
            second_look=answers.second_look or wanted.second_by is not None,
            # whoever shows the document that the permit is found by was seen
            holder_seen=answers.holder_seen or LookUp.DOCUMENT in wanted.lookups,
        )
        return self._facts.of_ranger(special, permit, said, moment, policy, place, wanted.plate)

    def same_again(self, facts: Facts) -> Entry | None:
        """The entry that these facts have already, where a crash swallowed its pulse: nobody is counted twice."""
        newest = next(iter(self._journal.latest(1)), None)
        if newest is None or not isinstance(newest.body, DecisionBody) or not is_admission(newest):
            return None
        is_same = _said(newest.body.facts.get("special")) == _said(plain(facts.special))
        is_same = is_same and newest.body.place == facts.place
        if not is_same or newest.at < facts.moment.now - SAME_SECONDS:
            return None
        # a barrier that did not take the pulse was asked and answered: no crash came between
        settled = {ActKind.PULSE, ActKind.POSITION, ActKind.ANNUL}
        return None if passed_held_open(newest) or settled & kinds_of(self._journal.acts_on(newest.id)) else newest

    def _permit(self, wanted: Admission, policy: PolicySet, now: int) -> Permit | None:
        match wanted.kind:
            case SpecialKind.RESIDENT:
                if wanted.plate is None:
                    raise UsageError("Say the plate with --plate, or scan the pass")
                permits = found(self._replica(), self._key(policy), {LookUp.PLATE: wanted.plate})
                return pass_of(permits, policy, now)
            case SpecialKind.FOUND:
                return self._found(wanted, policy)
            case _:
                return None

    def _found(self, wanted: Admission, policy: PolicySet) -> Permit:
        if wanted.code is not None:
            return _chosen(_by_code(self._replica(), wanted.code), wanted.permit)
        if not wanted.lookups:
            raise UsageError("Say what is known: the code with --code, or --plate, --phone, --document or --name")
        return _chosen(found(self._replica(), self._key(policy), wanted.lookups), wanted.permit)

    def _receipt(self, wanted: Admission, policy: PolicySet) -> bytes | None:
        if wanted.receipt is None:
            return None
        words = word_for(LookUp.RECEIPT, wanted.receipt, self._key(policy))
        if not words:
            raise UsageError("--receipt needs a letter or digit: there is none in what was given")
        return words[0]

    def _replica(self) -> ReplicaReader:
        replica = self._replicas.current()
        if replica is None:
            raise EnvironmentalError("This kiosk knows no permits yet: run `qaqpa sync --once` first")
        return replica

    def _key(self, policy: PolicySet) -> bytes:
        key = self._season_keys().get(policy.lookup_key or "")
        if key is None:
            raise EnvironmentalError("This kiosk cannot look anybody up yet: run `qaqpa sync --once` first")
        return key


class _Today:
    """What was admitted on the local day so far, read on from where it was left."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._day: int | None = None
        self._begin()

    def seen(self, category: str | None, policy: PolicySet, day: int) -> Seen:
        """What of this category and in all; annulled entries count too: a doubt more costs a look."""
        if day != self._day:
            self._day, self._from = day, day * DAY_SECONDS - policy.policy.utc_offset_minutes * 60
            self._begin()
        for entry in self._journal.between(self._from, 2**62):
            if entry.id not in self._newest:
                self._take(entry)
        admissions, heads = self._categories.get(category, (0, 0))
        return Seen(admissions=admissions, heads=heads, all_heads=self._all)

    def _begin(self) -> None:
        self._newest: set[str] = set()
        self._all = 0
        self._categories: dict[str | None, tuple[int, int]] = {}

    def _take(self, entry: Entry) -> None:
        if entry.at > self._from:
            self._from, self._newest = entry.at, set()
        self._newest.add(entry.id)
        body = entry.body
        if not isinstance(body, DecisionBody) or not is_admission(entry) or body.reason in NOT_RECREATION:
            return
        if body.place.direction is Direction.EXIT or body.reason is Reason.TRAINING:
            return
        self._all += body.party.heads
        if body.reason is Reason.EXEMPT:
            admissions, heads = self._categories.get(body.category, (0, 0))
            self._categories[body.category] = admissions + 1, heads + body.party.heads


def _said(special: Any) -> dict[str, Any]:
    """What the ranger said: what the day had seen before is no part of it."""
    return {name: value for name, value in special.items() if name != "seen"} if isinstance(special, dict) else {}


def open_forms(journal: JournalReader) -> list[Entry]:
    """The official entries whose form nobody has completed yet, oldest first."""
    entries = [entry for entry in journal.of_reason(Reason.OFFICIAL) if is_admission(entry)]
    return [entry for entry in entries if not kinds_of(journal.acts_on(entry.id)) & _SETTLED_FORM]


def reissue_wanted(entry: Entry) -> ReportBody | None:
    """What is reported of somebody let in on a found permit: the registry is asked for a new ticket."""
    body = entry.body
    if not isinstance(body, DecisionBody) or not is_admission(entry) or not body.details.get("found"):
        return None
    return ReportBody(
        report=ReportKind.REISSUE, place=body.place, what="lost", by=body.by, permit=body.permit, target=entry.id
    )


# ---- what cannot be meant -------------------------------------------------------------------------------------------


def _expect_meant(special: Special, policy: PolicySet, day: int, gate: int) -> None:
    check = _CHECKS.get(special.kind)
    if check is not None:
        check(special, policy, day, gate)


def _expect_exemption(special: Special, policy: PolicySet, day: int, gate: int) -> None:
    wrong = exempt_objection(special, policy, day, gate)
    if wrong is None:
        return
    row = exemption_of(policy.tables.exemptions, special.category, day, gate)
    if row is None or "category" in wrong:
        rows = in_force(policy.tables.exemptions, day, gate)
        known = ", ".join(f"{row.category} ({row.names.en})" for row in rows if row.is_free)
        raise UsageError(
            f"{special.category!r} is no exemption in force here today; there are: {known or 'none'}. "
            "Names and documents are in the park's tables"
        )
    if not row.is_free:
        raise UsageError(
            f"{row.names.en} are not free, they get {row.percent} % off: sell a ticket at the price that "
            f"`qaqpa price --exempt {row.category}=N` prints"
        )
    raise UsageError(f"{row.names.en} prove it by {_documents(row)}: say which was seen with --document")


def _documents(row: Exemption) -> str:
    return " or ".join(f"{kind.document} ({kind.names.en})" for kind in row.documents)


def _expect_official(special: Special, policy: PolicySet, day: int, gate: int) -> None:
    if special.category not in set(OfficialReason):
        raise UsageError(f"{special.category!r} is no official reason; there are: {', '.join(OfficialReason)}")


def _expect_staff(special: Special, policy: PolicySet, day: int, gate: int) -> None:
    known = [member.name for member in policy.staff]
    if special.staff not in known:
        raise UsageError(f"{special.staff!r} is not on the park's staff list: {', '.join(known) or 'nobody is'}")


def _expect_event(special: Special, policy: PolicySet, day: int, gate: int) -> None:
    product = policy.product_of(special.product)
    if product is None or product.kind is not ProductKind.EVENT:
        events = [
            f"{one.product} ({one.names.en})" for one in policy.products.values() if one.kind is ProductKind.EVENT
        ]
        raise UsageError(f"Product {special.product} is no clean-up day; there are: {', '.join(events) or 'none'}")


_CHECKS: dict[SpecialKind, Callable[[Special, PolicySet, int, int], None]] = {
    SpecialKind.EXEMPT: _expect_exemption,
    SpecialKind.OFFICIAL: _expect_official,
    SpecialKind.STAFF: _expect_staff,
    SpecialKind.EVENT: _expect_event,
}


def _party(wanted: Admission, policy: PolicySet, day: int, gate: int) -> Party | None:
    """Who goes in: an exemption's heads are those of its own category, unless it was said who they are."""
    party = wanted.party
    if party is None or party.heads == 0:
        if wanted.kind in (SpecialKind.RESIDENT, SpecialKind.FOUND) and party is None:
            return None
        raise UsageError("Somebody must go in: say how many with --heads")
    row = exemption_of(policy.tables.exemptions, wanted.category, day, gate)
    if wanted.kind is not SpecialKind.EXEMPT or row is None or party != Party(adults=party.heads):
        return party
    return Party(**{row.counts_as: party.heads}) if row.counts_as in CATEGORIES else party


def _chosen(permits: list[Permit], named: str | None) -> Permit:
    """The one permit that was meant; UsageError where it is none, or several and nobody said which."""
    fitting = [permit for permit in permits if named is None or permit.id.hex() == named.strip().lower()]
    if not fitting:
        raise UsageError("No permit here fits: `qaqpa find` lists those that do")
    if len(fitting) > 1:
        known = ", ".join(permit.id.hex() for permit in fitting)
        raise UsageError(f"{len(fitting)} permits fit: say which with --permit: {known}")
    return fitting[0]


def _by_code(replica: ReplicaReader, text: str) -> list[Permit]:
    code = read_code(text)
    if isinstance(code, CodeFault):
        raise UsageError(f"{text[:20]!r} is not a ticket code: it has ten letters and digits")
    return replica.by_code(code)
