"""Whether what lies before an officer is only what is shown: it is made anew of the parts shown, and must be the same.

Whoever has taken over a registry chooses what travels to the officers; a further role, path, target, threshold or
member that no line tells of must never get a signature. Nothing here shows, signs or stores.
"""

import re

from kiosk.errors import UsageError
from kiosk.rules.keyring import IssuerKey, KeyringError
from sync import trust_roles as roles
from sync.errors import UntrustedError
from sync.registry import trust_keys
from sync.registry import trust_signing as signing
from sync.trust_set import read_keys

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_ONLINE_KEY = {"kid", "public_key", "parks"}


def expect_root(body: signing.Root) -> None:
    """UsageError for a root that says more than who signs, how many of them must, and until when."""
    try:
        listed = {role: [_again(body.keys[keyid]) for keyid in body.roles[role].keyids] for role in body.roles}
        (online,) = listed[roles.TIMESTAMP]
        same = signing.root_body(
            body.version,
            _begun(body, roles.ROOT),
            root=listed[roles.ROOT],
            threshold=body.roles[roles.ROOT].threshold,
            targets=listed[roles.TARGETS],
            online=online,
        )
    except (ValueError, KeyError, AttributeError) as error:
        raise _more("The root") from error
    if body.to_dict() != same.to_dict():
        raise _more("The root")


def expect_targets(body: signing.Targets, content: bytes) -> None:
    """UsageError for a list of keys, or what delegates to the parks, that holds more than is shown."""
    try:
        parks = signing.delegated_parks(body)
        same = signing.targets_body(body.version, _begun(body, roles.TARGETS), content, parks)
    except (ValueError, KeyError, AttributeError) as error:
        raise _more("The list of keys") from error
    if body.to_dict() != same.to_dict():
        raise _more("The list of keys")
    _expect_keys(content)


def _expect_keys(content: bytes) -> None:
    try:
        listed, version = trust_keys.read(content, {})
        document = listed.document
        if listed.at(version, read_keys(content).signed_at) != content:  # nothing twice, nothing between the lines
            raise ValueError("other bytes")
        if set(document) != {"keys", "online_keys", "park_ca"}:
            raise ValueError(sorted(document))
        if any(key != IssuerKey.from_json(key).as_json() for key in document["keys"]):
            raise ValueError("a key with more members")
        if any(
            set(key) != _ONLINE_KEY or len(bytes.fromhex(key["public_key"])) != 32 for key in document["online_keys"]
        ):
            raise ValueError("an online key with more members")
        names = [
            *(("issuer", key["kid"], *key["parks"]) for key in document["keys"]),
            *(("online", key["kid"]) for key in document["online_keys"]),
        ]
        if len(set(names)) != len(names):
            raise ValueError("a key twice")
    except (ValueError, KeyError, TypeError, KeyringError, UntrustedError) as error:
        raise _more(roles.KEYS_PATH) from error


def _again(key: signing.Key) -> signing.Key:
    name = key.unrecognized_fields.get(roles.NAME)
    if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise ValueError(name)
    return roles.trust_key(bytes.fromhex(key.keyval["public"]), name)


def _begun(body: signing.Body, role: str) -> int:
    return int(body.expires.timestamp()) - roles.LIFETIME_DAYS[role] * roles.DAY_SECONDS


def _more(what: str) -> UsageError:
    return UsageError(
        f"{what} holds something that cannot be shown, so nobody must sign it: it was not made by this program, or was "
        "altered. Prepare it anew, and find out who had the folder or the registry"
    )
