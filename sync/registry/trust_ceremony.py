"""The ceremony's two ends at the registry: what officers are to sign is prepared here, and what they signed taken in.

Between the two nothing is kept here but next keys: a folder that is lost is prepared again. What is taken in is checked
as a kiosk would check it, old and new thresholds alike, followed by a client from the first root on, and then committed
as a whole with every park's set.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.engine import Connection

from kiosk.errors import UsageError
from kiosk.rules.policy import PolicyError, read_policy_set
from sync import trust_roles as roles
from sync.errors import UntrustedError
from sync.registry import database as db
from sync.registry import feed, publishing, trust
from sync.registry import trust_keys as keys
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store
from sync.registry.folder import RegistryFolder
from sync.registry.trust_folder import Parts, Prepared
from sync.registry.trust_follow import CannotFollowError, follow
from sync.registry.trust_officer import PublicHalf
from sync.signing import public_half
from sync.trust_set import composed

FEWEST_ROOTS = 3
_RENEW_DAYS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class RootChange:
    """What the next root is to say; None keeps what the one before says."""

    roots: Sequence[PublicHalf] | None = None
    threshold: int | None = None
    targets: PublicHalf | None = None
    is_online_new: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What kiosks believe from now on."""

    root: int
    targets: int
    keys: int
    parks: tuple[int, ...]


def begin(
    connection: Connection,
    folder: RegistryFolder,
    *,
    roots: Sequence[PublicHalf],
    threshold: int,
    targets: PublicHalf,
    now: int,
) -> Prepared:
    """The first root and the first list of keys."""
    if trust.has_begun(connection):
        raise UsageError("This registry has its root already: change it with `qaqpa registry trust rotate`")
    online = roles.trust_key(folder.make_trust_key(trust.ONLINE), trust.ONLINE)
    listed = _root_keys(roots, threshold)
    signer = _targets_key(targets, listed)
    body = signing.root_body(1, now, root=listed, threshold=threshold, targets=[signer], online=online)
    return Prepared(new=_with_keys(connection, folder, signing.signed(body), number=1, version=1, now=now))


def prepare_keys(connection: Connection, folder: RegistryFolder, now: int) -> Prepared:
    """The next list of keys, as the database has them; UsageError where the believed one says the same for long."""
    before = _believed(connection)
    published = keys.published(connection)
    assert published is not None
    targets = before.targets_metadata()
    assert targets is not None
    left = int(targets.signed.expires.timestamp()) - now
    if published[0] == keys.wanted(connection, folder) and left > _RENEW_DAYS * roles.DAY_SECONDS:
        raise UsageError("Kiosks believe exactly these keys already: there is nothing to sign")
    number, version = targets.signed.version + 1, published[1] + 1
    return Prepared(new=_with_keys(connection, folder, None, number=number, version=version, now=now), before=before)


def rotate(connection: Connection, folder: RegistryFolder, change: RootChange, now: int) -> Prepared:
    """The next root; with another targets key also the list of keys, which that key is to sign anew."""
    before = _believed(connection)
    old = before.root_metadata()
    assert old is not None
    root = old.signed
    threshold = root.roles[roles.ROOT].threshold if change.threshold is None else change.threshold
    listed = _keys_of(root, roles.ROOT) if change.roots is None else _root_keys(change.roots, threshold)
    if change.roots is None:
        _expect_threshold(len(listed), threshold)
    targets = _keys_of(root, roles.TARGETS)
    if change.targets is not None:
        targets = [_targets_key(change.targets, listed)]
    (online,) = _keys_of(root, roles.TIMESTAMP)
    if change.is_online_new:
        online = roles.trust_key(folder.make_next_online_trust_key(), trust.ONLINE)
    body = signing.root_body(root.version + 1, now, root=listed, threshold=threshold, targets=targets, online=online)
    data = signing.signed(body, *_roots_here(folder, root))
    if change.targets is None:
        return Prepared(new=Parts(root=data), before=before)
    published = keys.published(connection)
    assert published is not None
    number = store.version(connection, roles.TARGETS) + 1
    new = _with_keys(connection, folder, data, number=number, version=published[1] + 1, now=now)
    return Prepared(new=new, before=before)


def take_in(connection: Connection, folder: RegistryFolder, new: Parts, now: int) -> Taken:
    """Let kiosks believe what the officers signed, with every park's set; UsageError says what is missing."""
    for park in connection.execute(select(db.park.c.park_id).order_by(db.park.c.park_id)).scalars().all():
        feed.lock(connection, park)
    store.lock(connection)
    root = _take_root(connection, folder, new, now)
    _take_targets(connection, folder, root, new, now)
    sets = publishing.publish_all(connection, folder, now)
    _expect_followed(connection, sets, now)
    published = keys.published(connection)
    assert published is not None
    return Taken(
        root=root.version, targets=store.version(connection, roles.TARGETS), keys=published[1], parks=tuple(sets)
    )


def in_force(connection: Connection) -> set[bytes]:
    """The public halves of the registry's own keys that kiosks believe now."""
    before = _believed(connection)
    root, targets = before.root_metadata(), before.targets_metadata()
    assert root is not None
    assert targets is not None
    online = {roles.public_bytes(key) for key in _keys_of(root.signed, roles.TIMESTAMP)}
    return online | set(signing.delegated_parks(targets.signed).values())


def officers_in_force(connection: Connection) -> set[bytes]:
    """The public halves of root and targets keys that the root in force names."""
    root = _believed(connection).root_metadata()
    assert root is not None
    return {roles.public_bytes(key) for role in (roles.ROOT, roles.TARGETS) for key in _keys_of(root.signed, role)}


def _expect_followed(connection: Connection, parks: Iterable[int], now: int) -> None:
    """UsageError unless a client goes from the first root to every set, and can do as it and the keys say.

    What had expired before stays for the next ceremony: were it asked for here, neither of two could be the first.
    """
    first, believed = store.metadata(connection, roles.ROOT, 1), _believed(connection)
    root, targets = believed.root_metadata(), believed.targets_metadata()
    assert first is not None
    assert root is not None
    assert targets is not None
    named = signing.delegated_parks(targets.signed)
    at = min(now, *(int(body.expires.timestamp()) - 1 for body in (root.signed, targets.signed)))
    wanted = [park for park in parks if park in named]
    try:
        found = follow(lambda name: store.file(connection, name), first, wanted, at)
        for park in wanted:
            read_policy_set(composed(found[roles.KEYS_PATH], found[roles.set_path(park)], park))
    except (CannotFollowError, UntrustedError) as error:
        raise UsageError(f"Nothing was taken in. {error}") from error
    except PolicyError as error:
        raise UsageError(
            f"Nothing was taken in. A kiosk could not follow the list of keys together with a park's set: {error}. "
            "Mend it in the registry, and prepare it anew"
        ) from error


def root_keys(connection: Connection) -> dict[str, PublicHalf]:
    """The root keys in force, by name."""
    root = _believed(connection).root_metadata()
    assert root is not None
    return {
        signing.name_of(key): PublicHalf(name=signing.name_of(key), role=roles.ROOT, public_key=roles.public_bytes(key))
        for key in _keys_of(root.signed, roles.ROOT)
    }


def _take_root(connection: Connection, folder: RegistryFolder, new: Parts, now: int) -> signing.Root:
    """The root that holds from now on: the new one, or the one before where none came."""
    data = store.newest(connection, roles.ROOT)
    old = None if data is None else signing.read(data, signing.Root, "root.json")
    fresh = new.root_metadata()
    if fresh is None or new.root == data:  # a second time: the answer to the first may have been lost
        if old is None:
            raise UsageError("This registry has no root yet: its first one has to come first")
        return old.signed
    if fresh.signed.version != (old.signed.version + 1 if old else 1):
        raise UsageError(
            f"This is version {fresh.signed.version} of the root, and version {old.signed.version if old else 0} is "
            "believed: prepare it anew"
        )
    for by in (*([old.signed] if old else []), fresh.signed):
        _expect_signed(by, roles.ROOT, fresh, f"version {fresh.signed.version} of the root")
    _expect_alive(fresh.signed, now, "The root")
    (online,) = _keys_of(fresh.signed, roles.TIMESTAMP)
    trust.fitting(folder.online_trust_keys(), roles.public_bytes(online), "the online key")
    assert new.root is not None
    store.put(connection, roles.ROOT, fresh.signed.version, new.root, now)
    return fresh.signed


def _take_targets(connection: Connection, folder: RegistryFolder, root: signing.Root, new: Parts, now: int) -> None:
    data = store.newest(connection, roles.TARGETS)
    fresh = new.targets_metadata()
    if fresh is None or new.targets == data:
        if data is None:
            raise UsageError("This registry has no list of keys yet: it has to come with its first root")
        _expect_signed(root, roles.TARGETS, signing.read(data, signing.Targets, "targets.json"), "the list of keys")
        return
    number = fresh.signed.version
    if number != store.version(connection, roles.TARGETS) + 1:
        believed = store.version(connection, roles.TARGETS)
        raise UsageError(
            f"This is version {number} of the list of keys, and version {believed} is believed: prepare it anew"
        )
    _expect_signed(root, roles.TARGETS, fresh, f"version {number} of the list of keys")
    _expect_alive(fresh.signed, now, "The list of keys")
    published = keys.published(connection)
    assert new.keys is not None
    assert new.targets is not None
    parks = signing.delegated_parks(fresh.signed)
    _, version = keys.read(new.keys, parks)
    if published is not None and version <= published[1]:
        raise UsageError(f"This is version {version} of keys.json, and version {published[1]} is believed")
    for park, public_key in parks.items():
        folder.expect_set_key(park, public_key)
    store.put(connection, roles.TARGETS, number, new.targets, now)
    store.put_target(connection, roles.KEYS_PATH, number, new.keys, now)
    keys.name_set_keys(connection, parks)


def _expect_signed(
    by: signing.Root,
    role: str,
    metadata: "signing.Metadata[signing.Root] | signing.Metadata[signing.Targets]",
    what: str,
) -> None:
    have, lack, missing = signing.signers(by, role, metadata)
    if missing:
        done = ", ".join(sorted(map(signing.name_of, have))) or "nobody"
        others = ", ".join(sorted(map(signing.name_of, lack)))
        raise UsageError(
            f"Not enough have signed {what}: {done} did, and {missing} more of {others} must (by the {role} keys of "
            f"version {by.version} of the root)"
        )


def _expect_alive(body: signing.Body, now: int, what: str) -> None:
    if body.expires.timestamp() <= now:
        raise UsageError(f"{what} has expired before it was published: prepare it anew")


def _believed(connection: Connection) -> Parts:
    root, targets = store.newest(connection, roles.ROOT), store.newest(connection, roles.TARGETS)
    if root is None or targets is None:
        raise UsageError("This registry has no root yet: begin with `qaqpa registry trust begin`")
    digest = signing.read(targets, signing.Targets, "targets.json").signed.targets[roles.KEYS_PATH].hashes["sha256"]
    return Parts(root=root, targets=targets, keys=store.target(connection, roles.KEYS_PATH, digest))


def _with_keys(
    connection: Connection, folder: RegistryFolder, root: bytes | None, *, number: int, version: int, now: int
) -> Parts:
    wanted = keys.wanted(connection, folder)
    content = wanted.at(version, now)
    targets = signing.signed(signing.targets_body(number, now, content, wanted.parks))
    return Parts(root=root, targets=targets, keys=content)


def _roots_here(folder: RegistryFolder, root: signing.Root) -> list[Ed25519PrivateKey]:
    """The root keys of a trial that this root still names: a trial has to let go of itself, in whichever order."""
    named = {roles.public_bytes(key) for key in _keys_of(root, roles.ROOT)}
    here = [folder.trust_key(name) for name in trust.HERE_ROOTS if folder.has_trust_key(name)]
    return [key for key in here if public_half(key) in named]


def _root_keys(halves: Sequence[PublicHalf], threshold: int) -> list[signing.Key]:
    for half in halves:
        if half.role != roles.ROOT:
            raise UsageError(f"{half.name} is a {half.role} key, not a root key")
    listed = [roles.trust_key(half.public_key, half.name) for half in halves]
    if len({key.keyid for key in listed}) != len(listed) or len({half.name for half in halves}) != len(halves):
        raise UsageError("A root key, or a name, is given twice: one officer counts once")
    _expect_threshold(len(listed), threshold)
    return list(listed)


def _expect_threshold(count: int, threshold: int) -> None:
    if threshold < 2:
        raise UsageError("A threshold of 1 lets a single officer, or a thief, change everything: take at least 2")
    if count <= threshold:
        raise UsageError(
            f"With {count} root keys and a threshold of {threshold} one lost key would be the end: have at least "
            f"{max(threshold + 1, FEWEST_ROOTS)} keys"
        )


def _targets_key(half: PublicHalf, root: Sequence[signing.Key]) -> signing.Key:
    if half.role != roles.TARGETS:
        raise UsageError(f"{half.name} is a {half.role} key, not a targets key")
    key = roles.trust_key(half.public_key, half.name)
    if key.keyid in {other.keyid for other in root}:
        raise UsageError("The targets key must not be a root key, too")
    return key


def _keys_of(root: signing.Root, role: str) -> list[signing.Key]:
    return [root.keys[keyid] for keyid in root.roles[role].keyids]
