"""Which of the park's sets is in force here; a new one is an entry of the journal before anything goes by it."""

from kiosk.clock import Clock
from kiosk.errors import EnvironmentalError
from kiosk.revoked import Revoked
from kiosk.rules.entries import TrustBody
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import EntryKind
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies


class NoPolicyError(EnvironmentalError):
    """The kiosk holds no policy set it may believe, so it can decide nothing."""


class Believing:
    """The newest set that was staged, and never an older one than was already believed."""

    def __init__(self, *, journal: Journal, policies: Policies, clock: Clock, revoked: Revoked) -> None:
        self._journal, self._policies, self._clock, self._revoked = journal, policies, clock, revoked

    def newest(self) -> PolicySet:
        """The set that was staged last; NoPolicyError where there is none."""
        policy = self._policies.current()
        if policy is None:
            raise NoPolicyError("This kiosk has no rules of its park yet: enrol it, or connect it to the registry")
        return policy

    def believe(self) -> PolicySet:
        """The set in force; a newly staged one is written into the journal before anything is decided by it.

        RevokedError where this set, or one that was in force before, has revoked this device.
        """
        self._revoked.expect_none()
        policy = self._in_force()
        if self._revoked.is_named(policy):  # by a set that a program believed which could not read this of it
            self._write(policy, None)
        self._revoked.expect_none()
        return policy

    def _in_force(self) -> PolicySet:
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
        self._write(policy, TrustBody(park=policy.park, version=policy.version, digest=policy.digest))
        return policy

    def _write(self, policy: PolicySet, trust: TrustBody | None) -> None:
        """That it is believed, and with it that it revokes this device: no crash may come between the two."""
        revoked = self._revoked.entry(policy)
        with self._journal.writing():
            for body in (trust, revoked):
                if body is not None:
                    self._journal.append(body, self._clock.now(), policy.digest)
        if revoked is not None:
            self._revoked.written(policy)
