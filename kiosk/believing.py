"""Which of the park's sets is in force here; a new one is an entry of the journal before anything goes by it."""

from kiosk.clock import Clock
from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import TrustBody
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import EntryKind
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies


class NoPolicyError(EnvironmentalError):
    """The kiosk holds no policy set it may believe, so it can decide nothing."""


class Believing:
    """The newest set that was staged, and never an older one than was already believed."""

    def __init__(self, *, journal: Journal, policies: Policies, clock: Clock) -> None:
        self._journal, self._policies, self._clock = journal, policies, clock

    def newest(self) -> PolicySet:
        """The set that was staged last; NoPolicyError where there is none."""
        policy = self._policies.current()
        if policy is None:
            raise NoPolicyError("This kiosk has no rules of its park yet: enrol it, or connect it to the registry")
        return policy

    def believe(self) -> PolicySet:
        """The set in force; a newly staged one is written into the journal before anything is decided by it."""
        policy = self.newest()
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
