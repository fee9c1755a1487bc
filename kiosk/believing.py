"""Which of the park's sets is in force here; a new one is an entry of the journal before anything goes by it."""

from kiosk.clock import Clock
from kiosk.errors import EnvironmentalError
from kiosk.revoked import Revoked
from kiosk.rules.entries import TrustBody
from kiosk.rules.policy import PolicySet
from kiosk.rules.words import EntryKind
from kiosk.store.journal import Journal
from kiosk.store.journal_reader import JournalReader
from kiosk.store.policies import Policies, Root


class NoPolicyError(EnvironmentalError):
    """The kiosk holds no policy set it may believe, so it can decide nothing."""


class Believing:
    """The newest set that was staged, and never an older one than was already believed."""

    def __init__(self, *, journal: Journal, policies: Policies, clock: Clock, revoked: Revoked) -> None:
        self._journal, self._policies, self._clock, self._revoked = journal, policies, clock, revoked
        self._root_version: int | None = None  # as the journal has it, once that was looked up

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
        root = self._policies.root()
        if self._journal.believed() == policy.digest and self._covers(root.version):
            return policy
        return self._believe(policy, root)

    def _covers(self, root_version: int) -> bool:
        """Whether the journal names a root as new as this; it is looked up once."""
        if self._root_version is None:
            floor = self._floor()
            self._root_version = (floor.root_version or 0) if floor is not None else 0
        return root_version <= self._root_version

    def _believe(self, policy: PolicySet, root: Root) -> PolicySet:
        floor = self._floor()
        if floor is not None and below(floor, policy, root.version):
            held = self._policies.get(floor.digest)
            if held is None:
                raise NoPolicyError(
                    f"The park's rules on this disk are version {policy.version}, but version {floor.version} was "
                    "already in force here: connect the kiosk to the registry"
                )
            return held
        trust = TrustBody(
            park=policy.park,
            version=policy.version,
            digest=policy.digest,
            keys_version=policy.keys_version or None,
            root_version=root.version or None,
            root_sha256=root.sha256 or None,
        )
        self._write(policy, trust)
        self._root_version = root.version
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

    def _floor(self) -> TrustBody | None:
        return newest_floor(self._journal)


def newest_floor(journal: JournalReader) -> TrustBody | None:
    """What was believed last by the journal, which outlives a lost cache: nothing older is believed again."""
    entry = journal.newest(EntryKind.TRUST)
    return entry.body if entry is not None and isinstance(entry.body, TrustBody) else None


def below(floor: TrustBody, policy: PolicySet, root_version: int) -> bool:
    """Whether any of the versions is lower than one that was believed already."""
    return (
        policy.version < floor.version
        or policy.keys_version < (floor.keys_version or 0)
        or root_version < (floor.root_version or 0)
    )
