"""What a verdict is decided from: the text opened, the replica and the journal asked, once and in one place."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.codes import CodeFault, CodeFaultKind, read_code, typed_code
from kiosk.rules.entries import Place, Private, Use
from kiosk.rules.facts import Answers, Facts, Rejection
from kiosk.rules.keyring import Rejected
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Permit, permit_id
from kiosk.rules.plates import is_foreign
from kiosk.rules.policy import PolicySet
from kiosk.rules.revocation import Revocation, newest
from kiosk.rules.special import Special
from kiosk.rules.spot_check import SpotCheck, spot_check
from kiosk.rules.standing import bearing, settled
from kiosk.rules.tags import season_key_of
from kiosk.rules.ticket import Claims
from kiosk.rules.words import Source
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Journal
from kiosk.store.replica import ReplicaDamagedError, ReplicaReader, Replicas
from kiosk.store.revocations import Revocations

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
    ) -> None:
        self._journal = journal
        self._revocations = revocations
        self._replicas = replicas
        self._deliveries = deliveries
        self._season_keys = season_keys

    def gather(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        seen: Private | None = None,
    ) -> Facts:
        """The facts of this scan at this moment; UsageError says what is wrong with a mistyped code.

        A damaged replica is none: what it would have said is not known. The ticket's signature speaks, and the
        revocation log, which is a file of its own. Of the plate and the document that were seen only this is a fact:
        whether they are the ticket's.
        """
        try:
            return self._gathered(scan, answers, moment, policy, place, seen, self._replicas.current())
        except ReplicaDamagedError as error:
            _log.error("%s; this scan goes on without a replica", error)
            return self._gathered(scan, answers, moment, policy, place, seen, None)

    def _gathered(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        seen: Private | None,
        replica: ReplicaReader | None,
    ) -> Facts:
        facts = self._common(scan.source, answers, moment, policy, place, replica)
        if scan.source is Source.TYPED:
            return self._typed_facts(facts, scan.text, replica)
        opened = policy.keyring.open(scan.text)
        if isinstance(opened, Rejected):
            return replace(facts, rejection=Rejection(reason=opened.reason, detail=opened.detail), kid=opened.kid)
        cti = opened.claims.cti
        permit = permit_id(cti)
        return replace(
            facts,
            claims=replace(opened.claims, plate_tag=None, holder_tag=None),
            spot=self._spot(opened.claims, seen or NOTHING_SEEN, moment, policy),
            kid=opened.key.kid,
            permit=_without_secrets(replica.find(permit, typed_code(cti)) if replica else None),
            revocation=newest(self._logged(cti), replica.revoked(cti) if replica else None),
            uses=bearing(self._uses_of(permit, replica)),
        )

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
        return replace(
            self._common(Source.RANGER, answers, moment, policy, place, replica),
            special=special,
            permit=_without_secrets(permit),
            matches=int(permit is not None),
            uses=bearing(self._uses_of(permit.id, replica)) if permit is not None else (),
            spot=SpotCheck(foreign=True) if is_alien else None,
        )

    def _common(
        self,
        source: Source,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        replica: ReplicaReader | None,
    ) -> Facts:
        return Facts(
            moment=moment,
            place=place,
            source=source,
            signed_at=self.signed_at(policy),
            revocations_at=self._revocations_at(has_replica=replica is not None),
            uses_lost_at=self._journal.lost_uses_at(is_told_back=replica is not None and self._has_heard()),
            answers=answers,
        )

    def uses(self, permit: bytes) -> tuple[Use, ...]:
        """The uses of a permit here, from the own journal, and elsewhere, as far as the replica has heard."""
        try:
            return self._uses_of(permit, self._replicas.current())
        except ReplicaDamagedError as error:
            _log.error("%s; only the uses of this gate are known", error)
            return self._uses_of(permit, None)

    def signed_at(self, policy: PolicySet | None) -> int | None:
        """The newest verified word of the registry, from which staleness is counted."""
        times = [at for at in (self._told_at(), policy.signed_at if policy else None) if at is not None]
        return max(times, default=None)

    def revocations_at(self) -> int | None:
        """When the revocations known here were last known to be all of them; None where nobody can say."""
        try:
            return self._revocations_at(has_replica=self._replicas.current() is not None)
        except ReplicaDamagedError:
            return self._revocations_at(has_replica=False)

    def _revocations_at(self, *, has_replica: bool) -> int | None:
        try:
            log = self._revocations.state()
        except EnvironmentalError as error:
            _log.error("%s; how old the revocations are is not known", error)
            return None
        if log.is_own:
            return log.signed_at
        return self._told_at() if has_replica else None

    def _logged(self, cti: bytes) -> Revocation | None:
        try:
            return self._revocations.find(cti)
        except EnvironmentalError as error:
            _log.error("%s; the replica's own copy of the revocations speaks", error)
            return None

    def _told_at(self) -> int | None:
        try:
            return self._deliveries.signed_at()
        except DamagedError as error:  # sync.db is made anew at the next start; until then its word is not known
            _log.error("%s", error)
            return None

    def _has_heard(self) -> bool:
        try:
            return self._deliveries.has_heard()
        except DamagedError:  # as above: what nobody can say was told back was not
            return False

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

    def _typed_facts(self, facts: Facts, text: str, replica: ReplicaReader | None) -> Facts:
        code = read_code(text)
        if isinstance(code, CodeFault):
            raise UsageError(f"{text[:_SHOWN_LETTERS]!r} is not a ticket code: {_CODE_FAULTS[code.kind]}")
        found = replica.by_code(code) if replica else []
        if len(found) != 1:
            return replace(facts, matches=len(found))
        permit = found[0]
        return replace(facts, permit=_without_secrets(permit), uses=bearing(self._uses_of(permit.id, replica)))

    def _uses_of(self, permit: bytes, replica: ReplicaReader | None) -> tuple[Use, ...]:
        # the registry tells this gate's own uses back: they count once, or for a journal that was lost
        return settled(self._journal.of_permit(permit), replica.uses(permit) if replica else ())


def _without_secrets(permit: Permit | None) -> Permit | None:
    """The row as a fact: what is personal or sealed in it has no bearing on a verdict."""
    return replace(permit, search="", sealed=b"") if permit else None
