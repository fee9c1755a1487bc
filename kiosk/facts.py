"""What a verdict is decided from: the text opened, the replica and the journal asked, once and in one place."""

import hashlib
import logging
from dataclasses import dataclass, replace

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.rules.admission import Answers, Facts, Rejection
from kiosk.rules.codes import CodeFault, CodeFaultKind, read_code, typed_code
from kiosk.rules.entries import Place, Use, uses_of
from kiosk.rules.keyring import Rejected
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Permit, permit_id
from kiosk.rules.policy import PolicySet
from kiosk.rules.revocation import Revocation, newest
from kiosk.rules.standing import bearing
from kiosk.rules.words import Source
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Journal
from kiosk.store.replica import ReplicaDamagedError, ReplicaReader, Replicas
from kiosk.store.revocations import Revocations

_log = logging.getLogger(__name__)
TEXT_HASH_BYTES = 8
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
        self, *, journal: Journal, replicas: Replicas, revocations: Revocations, deliveries: Deliveries
    ) -> None:
        self._journal = journal
        self._revocations = revocations
        self._replicas = replicas
        self._deliveries = deliveries

    def gather(self, scan: Scan, answers: Answers, moment: Moment, policy: PolicySet, place: Place) -> Facts:
        """The facts of this scan at this moment; UsageError says what is wrong with a mistyped code.

        A damaged replica is none: what it would have said is not known. The ticket's signature speaks, and the
        revocation log, which is a file of its own.
        """
        try:
            return self._gathered(scan, answers, moment, policy, place, self._replicas.current())
        except ReplicaDamagedError as error:
            _log.error("%s; this scan goes on without a replica", error)
            return self._gathered(scan, answers, moment, policy, place, None)

    def _gathered(
        self,
        scan: Scan,
        answers: Answers,
        moment: Moment,
        policy: PolicySet,
        place: Place,
        replica: ReplicaReader | None,
    ) -> Facts:
        facts = Facts(
            moment=moment,
            place=place,
            source=scan.source,
            signed_at=self.signed_at(policy),
            revocations_at=self._revocations_at(has_replica=replica is not None),
            uses_lost_at=self._journal.lost_uses_at(is_told_back=replica is not None and self._has_heard()),
            answers=answers,
        )
        if scan.source is Source.TYPED:
            return self._typed_facts(facts, scan.text, replica)
        opened = policy.keyring.open(scan.text)
        if isinstance(opened, Rejected):
            return replace(facts, rejection=Rejection(reason=opened.reason, detail=opened.detail), kid=opened.kid)
        cti = opened.claims.cti
        permit = permit_id(cti)
        return replace(
            facts,
            claims=opened.claims,
            kid=opened.key.kid,
            permit=_without_secrets(replica.find(permit, typed_code(cti)) if replica else None),
            revocation=newest(self._logged(cti), replica.revoked(cti) if replica else None),
            uses=bearing(self._uses_of(permit, replica)),
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
        own = self._journal.of_permit(permit)
        # the registry tells this gate's own uses back: they count once, or for a journal that was lost
        held = {entry.id for entry in own}
        heard = replica.uses(permit) if replica else []
        elsewhere = [use for use in heard if use.entry_id not in held]
        return tuple(sorted((*uses_of(own), *elsewhere), key=lambda use: (use.at, use.entry_id)))


def _without_secrets(permit: Permit | None) -> Permit | None:
    """The row as a fact: what is personal or sealed in it has no bearing on a verdict."""
    return replace(permit, search="", sealed=b"") if permit else None
