"""How the signed data is: who signs what, until when, what waits for an officer, and what must be seen to soon."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sync import trust_roles as roles
from sync.registry import trust, trust_clock, trust_words
from sync.registry import trust_keys as keys
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store
from sync.registry.folder import RegistryFolder

SOON_DAYS = 30
_ONLINE_SOON_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleState:
    """One role: its version, who signs it, how many of them must, and for how many days it still holds."""

    role: str
    version: int
    keys: tuple[str, ...]
    threshold: int
    days: int

    @property
    def is_due(self) -> bool:
        """Whether somebody has to sign it anew soon: what the registry signs by itself is due later."""
        soon = _ONLINE_SOON_DAYS if self.role in (roles.SNAPSHOT, roles.TIMESTAMP) else SOON_DAYS
        return self.days < soon


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustState:
    """The whole of it; no roles before there is a root."""

    roles: tuple[RoleState, ...]
    is_here: bool
    waiting: tuple[str, ...]
    root_sha256: str
    clock: str | None = None
    """Why nothing is signed with the clock as it is."""

    @property
    def is_good(self) -> bool:
        """Whether nothing has expired or is about to, and whatever is due can be signed."""
        return bool(self.roles) and self.clock is None and not any(state.is_due for state in self.roles)


def state(connection: Connection, folder: RegistryFolder, now: int) -> TrustState:
    """How it is now."""
    root, first = store.newest(connection, roles.ROOT), store.metadata(connection, roles.ROOT, 1)
    if root is None or first is None:
        return TrustState(roles=(), is_here=False, waiting=(), root_sha256="")
    is_here = trust.is_here(connection, folder)
    return TrustState(
        roles=tuple(_roles(connection, signing.read(root, signing.Root, "root.json").signed, now)),
        is_here=is_here,
        clock=None if is_here else trust_clock.doubt(connection, now),
        waiting=tuple(waiting(connection, folder)),
        root_sha256=hashlib.sha256(first).hexdigest(),
    )


def waiting(connection: Connection, folder: RegistryFolder) -> list[str]:
    """What the database holds and no officer has signed yet, in words."""
    published = keys.published(connection)
    if published is None:
        return []
    wanted = keys.wanted(connection, folder)
    if wanted == published[0]:
        return []
    return trust_words.differences(wanted, published[0])


def _roles(connection: Connection, root: signing.Root, now: int) -> Iterator[RoleState]:
    yield _state(roles.ROOT, root.version, root, root, now)
    if (data := store.newest(connection, roles.TARGETS)) is not None:
        targets = signing.read(data, signing.Targets, roles.TARGETS).signed
        yield _state(roles.TARGETS, targets.version, root, targets, now)
        yield from _parks(connection, targets, now)
    if (data := store.newest(connection, roles.SNAPSHOT)) is not None:
        snapshot = signing.read(data, signing.Snapshot, roles.SNAPSHOT).signed
        yield _state(roles.SNAPSHOT, snapshot.version, root, snapshot, now)
    if (data := store.newest(connection, roles.TIMESTAMP)) is not None:
        timestamp = signing.read(data, signing.Timestamp, roles.TIMESTAMP).signed
        yield _state(roles.TIMESTAMP, timestamp.version, root, timestamp, now)


def _parks(connection: Connection, targets: signing.Targets, now: int) -> Iterator[RoleState]:
    for park in signing.delegated_parks(targets):
        role = roles.park_role(park)
        data = store.newest(connection, role)
        if data is not None:
            yield _state(
                role, store.version(connection, role), targets, signing.read(data, signing.Targets, role).signed, now
            )


def _state(role: str, version: int, by: signing.Root | signing.Targets, body: signing.Body, now: int) -> RoleState:
    listed = by.get_delegated_role(role)
    return RoleState(
        role=role,
        version=version,
        keys=tuple(signing.name_of(by.get_key(keyid)) for keyid in listed.keyids),
        threshold=listed.threshold,
        days=(int(body.expires.timestamp()) - now) // roles.DAY_SECONDS,
    )
