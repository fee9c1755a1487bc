"""The registry's signed data: published in the transaction that decides it, and signed anew before it is too old.

Parks' sets, the snapshot and the timestamp are signed here. The root and the list of keys are signed by officers, with
keys that are on no machine with a network; only a trial has them all in its folder (`make_here`), and says so.
"""

import json
import logging
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from kiosk.errors import EnvironmentalError, QaqpaError, UsageError
from sync import trust_roles as roles
from sync.registry import database as db
from sync.registry import trust_clock
from sync.registry import trust_keys as keys
from sync.registry import trust_signing as signing
from sync.registry import trust_store as store
from sync.registry.folder import RegistryFolder
from sync.signing import key_id, public_half

_log = logging.getLogger("qaqpa.registry")
HERE_ROOTS, HERE_TARGETS, ONLINE = ("root-1", "root-2", "root-3"), "targets", "online"
_OF_THE_KEY_LIST = frozenset({"keys", "online_keys"})
_SNAPSHOT_LEFT_SECONDS = 28 * roles.DAY_SECONDS
_PARK_LEFT_SECONDS = 100 * roles.DAY_SECONDS
_HERE_LEFT_SECONDS = 60 * roles.DAY_SECONDS


def root_to_begin_with(connection: Connection, park: int) -> bytes:
    """The root that a new kiosk of this park begins with, the newest; UsageError where it could believe nothing yet."""
    root, targets = store.newest(connection, roles.ROOT), store.newest(connection, roles.TARGETS)
    if root is None or targets is None:
        raise UsageError(
            "This registry has no signed root yet, so no kiosk could believe it: make one with `qaqpa registry trust "
            "begin` (docs/KEYS.md); for a trial on one machine add --all-here."
        )
    if park not in signing.delegated_parks(signing.read(targets, signing.Targets, "targets.json").signed):
        raise UsageError(
            f"The signed list of keys does not name park {park} yet: `qaqpa registry trust keys prepare`, and let the "
            "officer who holds the targets key sign it (docs/KEYS.md)."
        )
    return root


def has_begun(connection: Connection) -> bool:
    """Whether there is a root."""
    return store.version(connection, roles.ROOT) > 0


def is_here(connection: Connection, folder: RegistryFolder) -> bool:
    """Whether the officers' keys lie in this folder, as in a trial: then everything is signed at once."""
    data = store.newest(connection, roles.ROOT)
    if data is None or not folder.has_trust_key(HERE_TARGETS):
        return False
    root = signing.read(data, signing.Root, "root.json").signed
    return roles.trust_key(public_half(folder.trust_key(HERE_TARGETS))).keyid in root.roles[roles.TARGETS].keyids


def make_here(connection: Connection, folder: RegistryFolder, now: int) -> None:
    """Make root and targets keys in the folder itself, for a trial on one machine, and sign everything with them."""
    store.lock(connection)
    if has_begun(connection):
        raise UsageError("This registry has its root already: what changes is signed by `qaqpa registry trust`.")
    listed = [roles.trust_key(folder.make_trust_key(name), name) for name in HERE_ROOTS]
    targets = roles.trust_key(folder.make_trust_key(HERE_TARGETS), HERE_TARGETS)
    online = roles.trust_key(folder.make_trust_key(ONLINE), ONLINE)
    root = signing.root_body(1, now, root=listed, threshold=2, targets=[targets], online=online)
    signers = [folder.trust_key(name) for name in HERE_ROOTS[:2]]
    store.put(connection, roles.ROOT, 1, signing.signed(root, *signers), now)
    publish(connection, folder, newest_sets(connection), now)


def publish(connection: Connection, folder: RegistryFolder, sets: Mapping[int, bytes], now: int) -> None:
    """Put these parks' sets into the signed data; nothing happens before there is any.

    The caller holds the feeds of these parks; a park that the officers have not named yet waits for them.
    """
    store.lock(connection)
    if not has_begun(connection):
        return
    expect_clock(connection, folder, now)
    if is_here(connection, folder):
        _sign_keys_here(connection, folder, now)
    data = store.newest(connection, roles.TARGETS)
    if data is None:
        return
    named = signing.delegated_parks(signing.read(data, signing.Targets, "targets.json").signed)
    for park, content in sets.items():
        if park in named:
            _sign_park(connection, folder.fitting_set_key(park, named[park]), park, content, now)
    _sign_snapshot(connection, folder, now)


def expect_clock(connection: Connection, folder: RegistryFolder, now: int) -> None:
    """EnvironmentalError where nothing may be signed, since the clock is plainly wrong; a trial just goes on."""
    if not is_here(connection, folder):
        trust_clock.expect_right(connection, now)


def expect_ready(connection: Connection, folder: RegistryFolder, now: int) -> None:
    """EnvironmentalError where nothing can be published now, for the clock's sake or for want of the online key."""
    if has_begun(connection):
        expect_clock(connection, folder, now)
        _online_key(connection, folder)


def newest_sets(connection: Connection) -> dict[int, bytes]:
    """What each park's newest set says to kiosks."""
    table = db.published_set
    newest = select(table.c.park_id, func.max(table.c.version).label("version")).group_by(table.c.park_id).subquery()
    here = (table.c.park_id == newest.c.park_id) & (table.c.version == newest.c.version)
    found = connection.execute(select(table.c.park_id, table.c.data).join(newest, here).order_by(table.c.park_id))
    return {row.park_id: as_target(row.data) for row in found}


def as_target(data: bytes) -> bytes:
    """A published set as the signed data carries it: the keys travel in a list of their own."""
    document = {name: value for name, value in json.loads(data).items() if name not in _OF_THE_KEY_LIST}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _sign_keys_here(connection: Connection, folder: RegistryFolder, now: int) -> None:
    wanted, published = keys.wanted(connection, folder), keys.published(connection)
    targets = store.newest(connection, roles.TARGETS)
    if published is not None and targets is not None:
        is_fresh = _left(signing.read(targets, signing.Targets, "targets.json").signed, now) > _HERE_LEFT_SECONDS
        if published[0] == wanted and is_fresh:
            return
    content = wanted.at((published[1] if published else 0) + 1, now)
    number = store.version(connection, roles.TARGETS) + 1
    body = signing.targets_body(number, now, content, wanted.parks)
    store.put(connection, roles.TARGETS, number, signing.signed(body, folder.trust_key(HERE_TARGETS)), now)
    store.put_target(connection, roles.KEYS_PATH, number, content, now)
    keys.name_set_keys(connection, wanted.parks)


def _sign_park(connection: Connection, key: Ed25519PrivateKey, park: int, content: bytes, now: int) -> None:
    role = roles.park_role(park)
    number = store.version(connection, role) + 1
    store.put(connection, role, number, signing.signed(signing.park_body(number, now, park, content), key), now)
    store.put_target(connection, roles.set_path(park), number, content, now)


def _sign_snapshot(connection: Connection, folder: RegistryFolder, now: int) -> None:
    targets = signing.read(store.newest(connection, roles.TARGETS) or b"", signing.Targets, "targets.json").signed
    named = [roles.park_role(park) for park in signing.delegated_parks(targets)]
    versions = {role: store.version(connection, role) for role in (roles.TARGETS, *named)}
    number = store.version(connection, roles.SNAPSHOT) + 1
    body = signing.snapshot_body(number, now, {role: at for role, at in versions.items() if at})
    data = signing.signed(body, _online_key(connection, folder))
    store.put(connection, roles.SNAPSHOT, number, data, now)
    _sign_timestamp(connection, folder, now)


def _sign_timestamp(connection: Connection, folder: RegistryFolder, now: int) -> None:
    snapshot = store.newest(connection, roles.SNAPSHOT)
    assert snapshot is not None
    number = store.version(connection, roles.TIMESTAMP) + 1
    body = signing.timestamp_body(number, now, store.version(connection, roles.SNAPSHOT), snapshot)
    store.put(connection, roles.TIMESTAMP, number, signing.signed(body, _online_key(connection, folder)), now)


def is_due(data: bytes | None, now: int) -> bool:
    """Whether this timestamp is to be signed anew."""
    if data is None:
        return False
    timestamp = signing.read(data, signing.Timestamp, "timestamp.json").signed
    signed_at = timestamp.unrecognized_fields.get(roles.SIGNED_AT)
    return type(signed_at) is not int or now - signed_at >= roles.SIGN_AGAIN_SECONDS


def renew(
    connection: Connection, folder: RegistryFolder, now: int, *, is_forced: bool = False, is_clock_right: bool = False
) -> bool:
    """Sign anew what would be too old otherwise, snapshot and timestamp in any case if wanted; whether anything was.

    The caller holds no lock.
    """
    store.lock(connection)  # somebody else may have been faster
    data = store.newest(connection, roles.SNAPSHOT)
    if data is None:
        return False
    has_all_keys = is_here(connection, folder)
    # in a trial also for the certificates of the TLS, which change beside the database; keys change with a set
    is_forced |= has_all_keys and keys.has_other_certificates(connection, folder)
    if not (is_forced or is_due(store.newest(connection, roles.TIMESTAMP), now)):
        return False
    if not is_clock_right:
        expect_clock(connection, folder, now)
    if has_all_keys:
        _sign_keys_here(connection, folder, now)
    named = signing.delegated_parks(
        signing.read(store.newest(connection, roles.TARGETS) or b"", signing.Targets, "targets.json").signed
    )
    old = [park for park in named if _park_left(connection, park, now) < _PARK_LEFT_SECONDS]
    content = newest_sets(connection) if old else {}
    for park in old:
        try:
            key = folder.fitting_set_key(park, named[park])
        except QaqpaError as error:
            # it waits for whoever opens or brings its key; the others and the timestamp do not
            _log.error("the set of park %d could not be signed anew: %s", park, error)
            continue
        if park in content:
            _sign_park(connection, key, park, content[park], now)
    snapshot = signing.read(data, signing.Snapshot, "snapshot.json").signed
    is_behind = snapshot.meta[f"{roles.TARGETS}.json"].version != store.version(connection, roles.TARGETS)
    if is_forced or old or is_behind or _left(snapshot, now) < _SNAPSHOT_LEFT_SECONDS:
        _sign_snapshot(connection, folder, now)
    else:
        _sign_timestamp(connection, folder, now)
    return True


def _park_left(connection: Connection, park: int, now: int) -> int:
    data = store.newest(connection, roles.park_role(park))
    return 0 if data is None else _left(signing.read(data, signing.Targets, roles.park_role(park)).signed, now)


def _left(body: signing.Body, now: int) -> int:
    return int(body.expires.timestamp()) - now


def _online_key(connection: Connection, folder: RegistryFolder) -> Ed25519PrivateKey:
    """The online key that the newest root names: around a rotation there are two files."""
    root = signing.read(store.newest(connection, roles.ROOT) or b"", signing.Root, "root.json").signed
    (keyid, *_more) = root.roles[roles.TIMESTAMP].keyids
    what = f"the online key {folder.path / 'keys' / 'trust-online.key'}"
    return fitting(folder.online_trust_keys(), roles.public_bytes(root.keys[keyid]), what)


def fitting(candidates: list[Ed25519PrivateKey], public_key: bytes, what: str) -> Ed25519PrivateKey:
    """The key whose public half this is; EnvironmentalError where none is."""
    for key in candidates:
        if public_half(key) == public_key:
            return key
    raise EnvironmentalError(
        f"What is here as {what} is not the key that the officers signed ({key_id(public_key)}): take it from a backup."
    )
