"""What a kiosk lets go, a little at a time: nothing that anybody may still need.

Entries go a while after the registry has confirmed them. Private parts go after the same days whether it has or not: it
would not store them any more. A contact goes when its party has been out for a while; all this only while the clock is
trusted. A person's private parts go when the registry says that they are to be erased. Counts never change.
"""

from dataclasses import dataclass

from kiosk.rules.entries import TrustBody, Use
from kiosk.rules.moment import Moment
from kiosk.rules.policy import DAY_SECONDS, PolicySet
from kiosk.rules.standing import inside, settled
from kiosk.rules.words import ClockTrust, EntryKind
from kiosk.store.delivery import Deliveries
from kiosk.store.driver import DamagedError
from kiosk.store.journal import Head, Journal
from kiosk.store.replica import Replicas

PRUNED_AT_ONCE = 200
SET_ASIDE_DAYS = 60
"""As long as sets are kept: after that no verdict in a damaged journal could be decided again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tidied:
    """What went this time; all zeros when there is nothing left to tidy."""

    entries: int = 0
    private_parts: int = 0
    contacts: int = 0

    def __add__(self, other: "Tidied") -> "Tidied":
        return Tidied(
            entries=self.entries + other.entries,
            private_parts=self.private_parts + other.private_parts,
            contacts=self.contacts + other.contacts,
        )

    def __bool__(self) -> bool:
        return bool(self.entries or self.private_parts or self.contacts)


def tidy(*, journal: Journal, replicas: Replicas, deliveries: Deliveries, policy: PolicySet, moment: Moment) -> Tidied:
    """One small step, some milliseconds long; called again until nothing went."""
    if (head := deliveries.witnessed()) is not None:
        journal.expect(head)
    private_parts, contacts = _erased_on_request(journal, replicas)
    if moment.trust is not ClockTrust.TRUSTED:
        return Tidied(private_parts=private_parts, contacts=contacts)
    kept_from = moment.now - policy.policy.entries_keep_days * DAY_SECONDS
    journal.forget_files("*-schema*.db", kept_from)
    journal.forget_files("journal-damaged-*", moment.now - SET_ASIDE_DAYS * DAY_SECONDS)
    contacts += journal.forget_contacts(_no_longer_needed(journal, replicas, policy, moment.now))
    private_parts += journal.erase(journal.private_before(kept_from, PRUNED_AT_ONCE))
    confirmed = deliveries.confirmed_before(kept_from)
    entries = _pruned(journal, confirmed, policy, moment) if confirmed is not None else 0
    return Tidied(entries=entries, private_parts=private_parts, contacts=contacts)


def _erased_on_request(journal: Journal, replicas: Replicas) -> tuple[int, int]:
    try:
        replica = replicas.current()
        permits = [permit for permit, _ in replica.erasures()] if replica else []
    except DamagedError:
        return 0, 0  # the next replica says it again
    erased = sum(journal.erase(journal.private_keys(permit)) for permit in permits)
    return erased, journal.forget_contacts(permits)


def _no_longer_needed(journal: Journal, replicas: Replicas, policy: PolicySet, now: int) -> list[bytes]:
    """The parties that have all been out for the kept days, or that nobody has seen for as long as entries are kept.

    A party may have left by another gate.
    """
    kept, longest = policy.policy.contact_keep_days * DAY_SECONDS, policy.policy.entries_keep_days * DAY_SECONDS
    done = []
    for permit in journal.contacts():
        uses = settled(journal.of_permit(permit), _heard(replicas, permit))
        last = max((use.at for use in uses), default=0)
        if now >= last + (longest if inside(uses) else kept):
            done.append(permit)
    return done


def _heard(replicas: Replicas, permit: bytes) -> list[Use]:
    try:
        replica = replicas.current()
        return replica.uses(permit) if replica else []
    except DamagedError:
        return []  # the next replica says it again


def _pruned(journal: Journal, confirmed: Head, policy: PolicySet, moment: Moment) -> int:
    oldest = next(iter(journal.keys_after(0, 0, 1)), None)
    if oldest is None or (oldest.chain, oldest.n) > (confirmed.chain, confirmed.n):
        return 0
    trust = journal.newest(EntryKind.TRUST)
    if trust is not None and (trust.key.chain, trust.key.n) <= (confirmed.chain, confirmed.n):
        # which version was believed must outlive the entry that said so, or an older one could come back
        with journal.writing():
            body = TrustBody(
                park=policy.park,
                version=policy.version,
                digest=policy.digest,
                keys_version=policy.keys_version or None,
            )
            journal.append(trust.body if isinstance(trust.body, TrustBody) else body, moment, trust.policy)
    return journal.prune(confirmed.chain, confirmed.n, PRUNED_AT_ONCE)
