"""What a verdict is decided from: the text opened, the replica and the journal asked, once and in one place."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.codes import CodeFault, CodeFaultKind, read_code, typed_code
from kiosk.rules.entries import Entry, Place, Private, Use
from kiosk.rules.facts import Answers, Facts, Rejection
from kiosk.rules.keyring import Rejected, Ticket
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Permit, permit_id
from kiosk.rules.plates import is_foreign
from kiosk.rules.policy import PolicySet
from kiosk.rules.revocation import Revocation, newest
from kiosk.rules.special import Special
from kiosk.rules.spot_check import SpotCheck, spot_check
from kiosk.rules.standing import bearing, numbered, settled
from kiosk.rules.tags import season_key_of
from kiosk.rules.ticket import Claims
from kiosk.rules.words import Source
from kiosk.store.delivery import Deliveries, Told
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Journal
from kiosk.store.replica import ReplicaDamagedError, ReplicaReader, Replicas
from kiosk.store.revocations import Revocations
from kiosk.tally import Tallies

_log = logging.getLogger(__name__)
TEXT_HASH_BYTES = 8
NOTHING_SEEN = Private()
SeasonKeys = Callable[[], Mapping[str, bytes]]
_SHOWN_LETTERS = 20  # a scanner in the keypad's field may type thousands
_CODE_FAULTS = {
    CodeFaultKind.LETTER: "0, O, 1 and I are not used, nor are other signs",
    CodeFaultKind.LENGTH: "it has ten letters and digits",
    CodeFaultKind.CHECK: "one of its letters is mistyped",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """A text somebody presented, and how it reached us; a typed code is a text too."""

    text: str
    source: Source

    @property
    def text_hash(self) -> bytes:
        """By which a text that is no ticket is known again, since the text itself is never kept."""
        return hashlib.sha256(self.text.encode(errors="surrogatepass")).digest()[:TEXT_HASH_BYTES]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The facts of a scan, and beside them what opens and may be opened: no fact, and never in an entry."""

    facts: Facts
    ticket: Ticket | None = None
    sealed: bytes = b""
    """The sealed part of the ticket's permit, as the replica has it."""
    is_known_here: bool = False
    """Whether the own journal names the permit: an admission in it may still owe its pulse."""


class FactFinder:
    """Gathers the facts of a scan from the kiosk's own memory; it writes nothing."""

    def __init__(
        self,
        *,
        journal: Journal,
        replicas: Replicas,
        revocations: Revocations,
        deliveries: Deliveries,
        season_keys: SeasonKeys = dict,
        is_kept_open: Callable[[], bool] = bool,
    ) -> None:
        self._is_kept_open = is_kept_open
        self._journal = journal
        self._revocations = revocations
        self._replicas = replicas
        self._deliveries = deliveries
        self._season_keys = season_keys
        self._tallies = Tallies(journal)

    def gather(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        seen: Private | None = None,
    ) -> Facts:
        """The facts of this scan at this moment; UsageError says what is wrong with a mistyped code."""
        return self.look(scan, answers, moment, policy, place, seen).facts

    def look(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        seen: Private | None = None,
    ) -> Found:
        """The facts of this scan with the ticket that was opened for them; UsageError as above.

        A damaged replica is none: what it would have said is not known. The ticket's signature speaks, and the
        revocation log, which is a file of its own. Of the plate and the document that were seen only this is a fact:
        whether they are the ticket's.
        """
        try:
            found = self._gathered(scan, answers, moment, policy, place, seen, self._replicas.current())
        except ReplicaDamagedError as error:
            _log.error("%s; this scan goes on without a replica", error)
            found = self._gathered(scan, answers, moment, policy, place, seen, None)
        return replace(found, facts=self._tallies.counted(found.facts, policy))

    def _gathered(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        seen: Private | None,
        replica: ReplicaReader | None,
    ) -> Found:
        known = self._known(scan.source, answers, moment, policy, place, replica)
        if scan.source is Source.TYPED:
            return self._typed(known, scan.text, policy, replica)
        opened = policy.keyring.open(scan.text)
        if isinstance(opened, Rejected):
            rejection = Rejection(reason=opened.reason, detail=opened.detail)
            return Found(facts=known(rejection=rejection, kid=opened.kid))
        cti = opened.claims.cti
        permit = permit_id(cti)
        row = replica.find(permit, typed_code(cti)) if replica else None
        own = self._journal.of_permit(permit)
        facts = known(
            claims=_without_tags(opened.claims),
            spot=self._spot(opened.claims, seen or NOTHING_SEEN, moment, policy),
            kid=opened.key.kid,
            permit=_without_secrets(row),
            revocation=newest(self._logged(cti), replica.revoked(cti) if replica else None),
            uses=_bearing(_all_uses(permit, own, replica), opened.claims.entries, policy),
        )
        return Found(facts=facts, ticket=opened, sealed=row.sealed if row else b"", is_known_here=bool(own))

    def of_ranger(
        self,
        special: Special,
        permit: Permit | None,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        plate: str | None = None,
    ) -> Facts:
        """The facts of an admission without a scan; the permit is one that was looked up in the replica."""
        try:
            replica = self._replicas.current()
        except ReplicaDamagedError as error:
            _log.error("%s; this admission goes on without a replica", error)
            replica = None
        is_alien = plate is not None and is_foreign(plate)
        facts = self._known(Source.RANGER, answers, moment, policy, place, replica)(
            special=special,
            permit=_without_secrets(permit),
            matches=int(permit is not None),
            uses=self._looked_up(permit, policy, replica) if permit is not None else (),
            spot=SpotCheck(foreign=True) if is_alien else None,
        )
        return self._tallies.counted(facts, policy)

    def _known(
        self,
        source: Source,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        replica: ReplicaReader | None,
    ) -> Callable[..., Facts]:
        """What is known before anything is presented; called with the rest, it makes the facts."""
        told = self._told()
        return partial(
            Facts,
            moment=moment,
            place=place,
            source=source,
            signed_at=_newer(told, policy),
            revocations_at=self._revocations_at(told, has_replica=replica is not None),
            uses_lost_at=self._journal.lost_uses_at(is_told_back=replica is not None and told.is_told_back),
            answers=answers,
            kept_open=self._is_kept_open(),
        )

    def uses(self, permit: bytes) -> tuple[Use, ...]:
        """The uses of a permit here, from the own journal, and elsewhere, as far as the replica has heard."""
        own = self._journal.of_permit(permit)
        try:
            return _all_uses(permit, own, self._replicas.current())
        except ReplicaDamagedError as error:
            _log.error("%s; only the uses of this gate are known", error)
            return _all_uses(permit, own, None)

    def signed_at(self, policy: PolicySet | None) -> int | None:
        """The newest verified word of the registry, from which staleness is counted."""
        return _newer(self._told(), policy)

    def revocations_at(self) -> int | None:
        """When the revocations known here were last known to be all of them; None where nobody can say."""
        try:
            has_replica = self._replicas.current() is not None
        except ReplicaDamagedError:
            has_replica = False
        return self._revocations_at(self._told(), has_replica=has_replica)

    def _revocations_at(self, told: Told, *, has_replica: bool) -> int | None:
        try:
            log = self._revocations.state()
        except EnvironmentalError as error:
            _log.error("%s; how old the revocations are is not known", error)
            return None
        if log.is_own:
            return log.signed_at
        return told.signed_at if has_replica else None

    def _logged(self, cti: bytes) -> Revocation | None:
        try:
            return self._revocations.find(cti)
        except EnvironmentalError as error:
            _log.error("%s; the replica's own copy of the revocations speaks", error)
            return None

    def _told(self) -> Told:
        try:
            return self._deliveries.told()
        except DamagedError as error:  # sync.db is made anew at the next start; until then its word is not known
            _log.error("%s", error)
            return Told(signed_at=None, is_told_back=False)

    def _spot(self, claims: Claims, seen: Private, moment: Moment, policy: PolicySet) -> SpotCheck | None:
        """The tags compared, and gone: three bytes and a key would tell anybody which of a few plates it was."""
        if claims.plate_tag is None and claims.holder_tag is None and seen == NOTHING_SEEN:
            return None
        return spot_check(
            claims,
            plate=seen.plate,
            document=seen.holder,
            season_key=season_key_of(claims.iat, policy.seasons, self._season_keys()),
            local_day=policy.policy.local_day(moment.now),
        )

    def _typed(self, known: Callable[..., Facts], text: str, policy: PolicySet, replica: ReplicaReader | None) -> Found:
        code = read_code(text)
        if isinstance(code, CodeFault):
            raise UsageError(f"{text[:_SHOWN_LETTERS]!r} is not a ticket code: {_CODE_FAULTS[code.kind]}")
        found = replica.by_code(code) if replica else []
        if len(found) != 1:
            return Found(facts=known(matches=len(found)))
        permit = found[0]
        own = self._journal.of_permit(permit.id)
        uses = _bearing(_all_uses(permit.id, own, replica), permit.entries, policy)
        return Found(facts=known(permit=_without_secrets(permit), uses=uses), is_known_here=bool(own))

    def _looked_up(self, permit: Permit, policy: PolicySet, replica: ReplicaReader | None) -> tuple[Use, ...]:
        own = self._journal.of_permit(permit.id)
        return _bearing(_all_uses(permit.id, own, replica), permit.entries, policy)


def _all_uses(permit: bytes, own: list[Entry], replica: ReplicaReader | None) -> tuple[Use, ...]:
    # the registry tells this gate's own uses back: they count once, or for a journal that was lost
    return settled(own, replica.uses(permit) if replica else ())


def _newer(told: Told, policy: PolicySet | None) -> int | None:
    times = [at for at in (told.signed_at, policy.signed_at if policy else None) if at is not None]
    return max(times, default=None)


def _bearing(uses: tuple[Use, ...], entries: int, policy: PolicySet) -> tuple[Use, ...]:
    return bearing(numbered(uses, entries, policy.policy), entries)


def _without_secrets(permit: Permit | None) -> Permit | None:
    """The row as a fact: what is personal or sealed in it has no bearing on a verdict."""
    return replace(permit, search="", sealed=b"") if permit and (permit.search or permit.sealed) else permit


def _without_tags(claims: Claims) -> Claims:
    """The claims as a fact: three bytes and a key would tell anybody which of a few plates it was."""
    has_tags = claims.plate_tag is not None or claims.holder_tag is not None
    return replace(claims, plate_tag=None, holder_tag=None) if has_tags else claims
