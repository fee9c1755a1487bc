"""What a gate of a park believes when it asks a registry for the first time: the way that a kiosk takes, by TUF."""

from kiosk.rules.policy import PolicySet, read_policy_set
from sync.trust import Chain, TrustSource, first_chain, refreshed
from sync.trust_roles import KEYS_PATH, set_path
from sync.trust_set import composed


def pulled_chain(source: TrustSource, park: int, now: int) -> Chain:
    """The signed files, verified from the first root on."""
    return refreshed(source, first_chain(source, lambda _root: True), park=park, now=now)


def pulled_bytes(source: TrustSource, park: int, now: int) -> bytes:
    """The exact bytes of the set."""
    chain = pulled_chain(source, park, now)
    return composed(chain.targets[KEYS_PATH], chain.targets[set_path(park)], park)


def pulled_set(source: TrustSource, park: int, now: int) -> PolicySet:
    """The set."""
    return read_policy_set(pulled_bytes(source, park, now))
