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
from kiosk.store.files import make_folder, read_bytes, replace_file
from kiosk.store.home import Home
from kiosk.store.policies import Policies, Root
from sync.errors import SyncError
from sync.trust import TIMESTAMP, Chain, TrustSource, expect_fresh, first_chain, refreshed
from sync.trust_roles import KEYS_PATH, set_path
from sync.trust_set import TrustError, composed, read_keys, version_of

Floor = Callable[[], TrustBody | None]


class TrustUpdate:
    """Brings one kiosk's set up to date; for one thread."""

    def __init__(
        self,
        *,
        home: Home,
        policies: Policies,
        clock: Clock,
        park: int,
        root_sha256: bytes,
        floor: Floor,
        give_way: Callable[[], None] = lambda: None,
    ) -> None:
        self._give_way = give_way
        self._home, self._policies, self._clock, self._floor = home, policies, clock, floor
        self._park, self._root_sha256 = park, root_sha256

    def run(self, source: TrustSource) -> PolicySet | None:
        """The newly staged set, or None where there is nothing new; TrustError where nothing here may be believed."""
        if not self._root_sha256:
            raise SyncError(
                "This kiosk was enrolled before sets were signed by officers' keys: hand its journal over (`qaqpa "
                "journal export`), and enrol it anew in a folder of its own."
            )
        self._give_way()
        chain = self._chain()
        self._give_way()
        if chain is not None and KEYS_PATH in chain.targets:
            self._pin(chain)  # what was lost of it is here, whoever answers
        timestamp = source.trust_file(TIMESTAMP)
        if timestamp is None:
            raise SyncError(f"There is no {TIMESTAMP}: these are not the signed files of a registry.")
        now = self._clock.now().earliest
        if chain is not None and timestamp == chain.timestamp and self._believed() is not None:
            expect_fresh(chain, now)
            self._clock.signed(chain.signed_at or 0)
            return None
        fresh = refreshed(
            _Once(source, timestamp),
            chain or first_chain(source, self._is_first),
            park=self._park,
            now=now,
            give_way=self._give_way,
        )
        return self.take(fresh, chain)

    def take(self, fresh: Chain, held: Chain | None) -> PolicySet | None:
        """Stage what a verified chain amounts to, then keep the chain."""
        self._give_way()
        data = composed(fresh.targets[KEYS_PATH], fresh.targets[set_path(self._park)], self._park)
        policy = self._expect_followable(data)
        if held is not None:
            _expect_no_other_under_one_number(held, fresh, self._park)
        root = Root(version=fresh.root_version, sha256=fresh.root_sha256)
        self._expect_no_step_back(policy, root)
        signed_at, kept = max(policy.signed_at, fresh.signed_at or 0), fresh.as_bytes()
        if signed_at >= fresh.signed_until:
            raise TrustError("The signed data say that they were signed after the keys of the officers had expired.")
        self._clock.signed(signed_at)
        believed = self._believed()
        is_new = believed is None or believed.digest != policy.digest
        make_folder(self._home.trust)
        self._pin(fresh)
        self._policies.stage(data, root=root, at=self._clock.now().now)
        replace_file(self._home.chain_file, kept)
        return policy if is_new else None

    def _expect_followable(self, data: bytes) -> PolicySet:
        try:
            policy = read_policy_set(data)
        except PolicyError as error:
            raise TrustError(f"The registry's set is signed but cannot be followed: {error}") from error
        if policy.park != self._park:
            raise TrustError(f"The registry sent the set of park {policy.park} to a kiosk of park {self._park}.")
        return policy

    def _expect_no_step_back(self, policy: PolicySet, root: Root) -> None:
        floor, believed = self._floor(), self._believed()
        if believed is not None and believed.park == self._park:
            _expect_not_below(
                TrustBody(
                    park=self._park,
                    version=believed.version,
                    digest=believed.digest,
                    keys_version=believed.keys_version,
                    root_version=self._policies.root().version,
                    root_sha256=self._policies.root().sha256 or None,
                ),
                policy,
                root,
            )
        if floor is not None:
            _expect_not_below(floor, policy, root)

    def _pin(self, fresh: Chain) -> None:
        """Whose certificate the registry must show from now on."""
        pem = read_keys(fresh.targets[KEYS_PATH]).park_ca_pem
        if pem and read_bytes(self._home.park_ca_file) != pem:
            replace_file(self._home.park_ca_file, pem)

    def _is_first(self, root: bytes) -> bool:
        """Whether a kiosk that has lost its chain begins with this root: the newest that its journal knows.

        The one it was enrolled with may have been exchanged since, and its keys be anybody's by now.
        """
        floor = self._floor()
        wanted = floor.root_sha256 if floor is not None and floor.root_sha256 else self._root_sha256
        return hashlib.sha256(root).digest() == wanted

    def _chain(self) -> Chain | None:
        data = read_bytes(self._home.chain_file)
        return None if data is None else Chain.from_bytes(data)

    def _believed(self) -> PolicySet | None:
        return self._policies.sound()


class _Once:
    """A source whose timestamp was fetched already."""

    def __init__(self, source: TrustSource, timestamp: bytes) -> None:
        self._source, self._timestamp = source, timestamp

    def trust_file(self, path: str) -> bytes | None:
        return self._timestamp if path == TIMESTAMP else self._source.trust_file(path)


def _expect_not_below(floor: TrustBody, policy: PolicySet, root: Root) -> None:
    if below(floor, policy, root.version):
        raise TrustError(
            f"The signed data are older than what was believed already: version {policy.version} of the set "
            f"(believed: {floor.version}), {policy.keys_version} of the keys ({floor.keys_version or 0}), "
            f"{root.version} of the root ({floor.root_version or 0})."
        )
    if floor.root_sha256 and root.version == floor.root_version and root.sha256 != floor.root_sha256:
        raise TrustError(f"The signed data have another root of version {root.version} than the one believed already.")
    is_same = (policy.version, policy.keys_version) == (floor.version, floor.keys_version or 0)
    if is_same and policy.digest != floor.digest:
        raise TrustError(f"The registry sent another set under the same version {policy.version}.")


def _expect_no_other_under_one_number(held: Chain, fresh: Chain, park: int) -> None:
    """Two different files under one version would let somebody choose."""
    for path in (KEYS_PATH, set_path(park)):
        before, after = held.targets.get(path), fresh.targets[path]
        if before is not None and before != after and version_of(before, path) == version_of(after, path):
            raise TrustError(f"The registry signed another {path} under the same version {version_of(after, path)}.")
