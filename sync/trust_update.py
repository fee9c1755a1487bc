"""The set of a park brought up to date, from a registry or a stick alike: verified, staged, and only then kept.

Nothing is half applied: the set is one file that a pointer names, the chain another that is replaced whole, and a
crash between the two only has the same files fetched again. The versions that the journal believed are floors, which
outlive whatever becomes of these files.
"""

import hashlib
from collections.abc import Callable

from kiosk.believing import below
from kiosk.clock import Clock
from kiosk.rules.entries import TrustBody
from kiosk.rules.policy import PolicyError, PolicySet, read_policy_set
from kiosk.store.driver import DamagedError
from kiosk.store.files import make_folder, read_bytes, replace_file
from kiosk.store.home import Home
from kiosk.store.policies import Policies
from sync.errors import UnreadableReplyError
from sync.trust import TIMESTAMP, Chain, TrustSource, expect_fresh, first_chain, refreshed
from sync.trust_roles import KEYS_PATH, set_path
from sync.trust_set import TrustError, composed, read_keys, version_of

Floor = Callable[[], TrustBody | None]


class TrustUpdate:
    """Brings one kiosk's set up to date; for one thread."""

    def __init__(
        self, *, home: Home, policies: Policies, clock: Clock, park: int, root_sha256: bytes, floor: Floor
    ) -> None:
        self._home, self._policies, self._clock, self._floor = home, policies, clock, floor
        self._park, self._root_sha256 = park, root_sha256

    def run(self, source: TrustSource) -> PolicySet | None:
        """The newly staged set, or None where there is nothing new; TrustError where nothing here may be believed."""
        chain = self._chain()
        timestamp = source.trust_file(TIMESTAMP)
        if timestamp is None:
            raise UnreadableReplyError(f"There is no {TIMESTAMP}: these are not the signed files of a registry.")
        now = self._clock.now().earliest
        if chain is not None and timestamp == chain.timestamp and self._believed() is not None:
            expect_fresh(chain, now)
            self._clock.signed(chain.signed_at or 0)
            return None
        fresh = refreshed(
            _Once(source, timestamp), chain or first_chain(source, self._is_first), park=self._park, now=now
        )
        return self.take(fresh, chain)

    def take(self, fresh: Chain, held: Chain | None) -> PolicySet | None:
        """Stage what a verified chain amounts to, then keep the chain."""
        data = composed(fresh.targets[KEYS_PATH], fresh.targets[set_path(self._park)], self._park)
        policy = self._expect_followable(data)
        if held is not None:
            _expect_no_other_under_one_number(held, fresh, self._park)
        self._expect_no_step_back(policy, fresh.root_version)
        self._clock.signed(max(policy.signed_at, fresh.signed_at or 0))
        believed = self._believed()
        is_new = believed is None or believed.digest != policy.digest
        make_folder(self._home.trust)
        self._pin(fresh)
        self._policies.stage(data, root_version=fresh.root_version, at=self._clock.now().now)
        replace_file(self._home.chain_file, fresh.as_bytes())
        return policy if is_new else None

    def _expect_followable(self, data: bytes) -> PolicySet:
        try:
            policy = read_policy_set(data)
        except PolicyError as error:
            raise TrustError(f"The registry's set is signed but cannot be followed: {error}") from error
        if policy.park != self._park:
            raise TrustError(f"The registry sent the set of park {policy.park} to a kiosk of park {self._park}.")
        return policy

    def _expect_no_step_back(self, policy: PolicySet, root_version: int) -> None:
        floor, believed = self._floor(), self._believed()
        if believed is not None:
            _expect_not_below(
                TrustBody(
                    park=self._park,
                    version=believed.version,
                    digest=believed.digest,
                    keys_version=believed.keys_version,
                    root_version=self._policies.root_version(),
                ),
                policy,
                root_version,
            )
        if floor is not None:
            _expect_not_below(floor, policy, root_version)

    def _pin(self, fresh: Chain) -> None:
        """Whose certificate the registry must show from now on."""
        pem = read_keys(fresh.targets[KEYS_PATH]).park_ca_pem
        if pem and read_bytes(self._home.park_ca_file) != pem:
            replace_file(self._home.park_ca_file, pem)

    def _is_first(self, root: bytes) -> bool:
        if not self._root_sha256:
            raise TrustError(
                "This kiosk was enrolled before sets were signed by officers' keys: hand its journal over, and enrol "
                "it anew in a folder of its own."
            )
        return hashlib.sha256(root).digest() == self._root_sha256

    def _chain(self) -> Chain | None:
        data = read_bytes(self._home.chain_file)
        return None if data is None else Chain.from_bytes(data)

    def _believed(self) -> PolicySet | None:
        """The set in force; one that is damaged on the disk counts as none, because the source has it whole."""
        try:
            return self._policies.current()
        except DamagedError:
            return None


class _Once:
    """A source whose timestamp was fetched already."""

    def __init__(self, source: TrustSource, timestamp: bytes) -> None:
        self._source, self._timestamp = source, timestamp

    def trust_file(self, path: str) -> bytes | None:
        return self._timestamp if path == TIMESTAMP else self._source.trust_file(path)


def _expect_not_below(floor: TrustBody, policy: PolicySet, root_version: int) -> None:
    if below(floor, policy, root_version):
        raise TrustError(
            f"The signed data are older than what was believed already: version {policy.version} of the set "
            f"(believed: {floor.version}), {policy.keys_version} of the keys ({floor.keys_version or 0}), "
            f"{root_version} of the root ({floor.root_version or 0})."
        )
    is_same = (policy.version, policy.keys_version) == (floor.version, floor.keys_version or 0)
    if is_same and policy.digest != floor.digest:
        raise TrustError(f"The registry sent another set under the same version {policy.version}.")


def _expect_no_other_under_one_number(held: Chain, fresh: Chain, park: int) -> None:
    """Two different files under one version would let somebody choose."""
    for path in (KEYS_PATH, set_path(park)):
        before, after = held.targets.get(path), fresh.targets[path]
        if before is not None and before != after and version_of(before, path) == version_of(after, path):
            raise TrustError(f"The registry signed another {path} under the same version {version_of(after, path)}.")
