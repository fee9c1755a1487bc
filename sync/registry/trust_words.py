"""What an officer is about to sign, in plain words: what changes against what is believed, and who has signed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sync import trust_roles as roles
from sync.registry import trust_signing as signing
from sync.registry.trust_folder import Parts, Prepared
from sync.registry.trust_keys import KeyList, read
from sync.registry.trust_officer import fingerprint
from sync.signing import key_id

_ROLE_WORDS = {
    roles.ROOT: "root key",
    roles.TARGETS: "targets key",
    roles.TIMESTAMP: "online key of the registry",
}


def described(prepared: Prepared, against: Parts | None = None) -> list[str]:
    """The whole of it, a line each: what changes against what is believed, or against what a reader vouches for."""
    known = prepared.before if against is None else against
    lines: list[str] = []
    root, before = prepared.new.root_metadata(), known.root_metadata()
    if root is not None:
        lines += _compared("root", prepared.before.root, known.root)
        lines += _root(root.signed, before.signed if before else None)
    if prepared.new.targets is not None:
        lines += _compared("list of keys", prepared.before.targets, known.targets)
        lines += _targets(prepared.new, known)
    return lines + list(standing(prepared))


def _compared(what: str, before: bytes | None, known: bytes | None) -> list[str]:
    if before is None or known is not None:
        return []
    return [f"This key has not signed the {what} of before: all of the {what} is shown as new. Compare every line."]


def standing(prepared: Prepared) -> Iterator[str]:
    """Who has signed what, and how many signatures are still to come."""
    root, before = prepared.new.root_metadata(), prepared.before.root_metadata()
    targets = prepared.new.targets_metadata()
    if root is not None:
        for by in (*([before.signed] if before else []), root.signed):
            yield _standing(f"the root, by the root keys of version {by.version}", by, roles.ROOT, root)
    top = root or before
    if targets is not None and top is not None:
        yield _standing("the list of keys, by the targets key", top.signed, roles.TARGETS, targets)


def missing(prepared: Prepared) -> int:
    """How many signatures are still to come."""
    root, before = prepared.new.root_metadata(), prepared.before.root_metadata()
    targets, top = prepared.new.targets_metadata(), root or before
    found = 0
    if root is not None:
        found += max(
            signing.signers(by, roles.ROOT, root)[2] for by in (*([before.signed] if before else []), root.signed)
        )
    if targets is not None and top is not None:
        found += signing.signers(top.signed, roles.TARGETS, targets)[2]
    return found


def _standing(what: str, by: signing.Root, role: str, metadata: Any) -> str:
    have, lack, left = signing.signers(by, role, metadata)
    done = ", ".join(sorted(map(signing.name_of, have))) or "nobody yet"
    rest = "" if not left else f"; {left} more of {', '.join(sorted(map(signing.name_of, lack)))}"
    return f"Signed {what}: {done}{rest}"


def _root(new: signing.Root, old: signing.Root | None) -> Iterator[str]:
    yield f"The root, version {new.version}, holds until {_day(new.expires)}"
    threshold = new.roles[roles.ROOT].threshold
    was = old.roles[roles.ROOT].threshold if old else threshold
    yield f"  {threshold} of {len(new.roles[roles.ROOT].keyids)} root keys must sign" + (
        "" if was == threshold else f" (before: {was})"
    )
    for role, word in _ROLE_WORDS.items():
        known = set(old.roles[role].keyids) if old else set()
        for keyid in new.roles[role].keyids:
            sign = "  " if keyid in known else "+ "
            yield f"  {sign}{word} {_key(new.keys[keyid])}"
        for keyid in sorted(known - set(new.roles[role].keyids)):
            assert old is not None
            yield f"  - {word} {_key(old.keys[keyid])} is believed no more"


def _key(key: signing.Key) -> str:
    return f"{signing.name_of(key)} ({fingerprint(roles.public_bytes(key))})"


def _targets(new: Parts, before: Parts) -> Iterator[str]:
    metadata, old = new.targets_metadata(), before.targets_metadata()
    assert metadata is not None
    assert new.keys is not None
    listed, version = read(new.keys, signing.delegated_parks(metadata.signed))
    yield f"The list of keys, version {version}, holds until {_day(metadata.signed.expires)}"
    former = KeyList(document={}, parks={})
    if old is not None and before.keys is not None:
        former, _ = read(before.keys, signing.delegated_parks(old.signed))
    changes = differences(listed, former)
    yield from (f"  {change}" for change in changes or ["  the same keys as before, for longer"])


def differences(new: KeyList, old: KeyList) -> list[str]:
    """What is new (+), other (~) or gone (-) in a list of keys."""
    return [*_parks(new, old), *_issuers(new, old), *_online(new, old), *_ca(new, old)]


def _parks(new: KeyList, old: KeyList) -> Iterator[str]:
    for park, public_key in new.parks.items():
        if old.parks.get(park) != public_key:
            told = "is new" if park not in old.parks else "has another key"
            yield f"+ park {park} {told}: its sets are signed by {fingerprint(public_key)}"
    for park in sorted(set(old.parks) - set(new.parks)):
        yield f"- park {park} is signed by nobody any more"


def _issuers(new: KeyList, old: KeyList) -> Iterator[str]:
    keys, known = ({_whose(key): key for key in each.document.get("keys", [])} for each in (new, old))
    for name, key in keys.items():
        if name not in known:
            since, until = _second(key["sign_not_before"]), _second(key["sign_expires"])
            fits = key_id(bytes.fromhex(key["public_key"]))
            yield f"+ {name} ({fits}), {key['status']}: signs tickets from {since} until {until}; {_scope(key)}"
        elif key != known[name]:
            yield f"~ {name}: {', '.join(_differences(key, known[name]))}"
    for name in sorted(set(known) - set(keys)):
        yield f"- {name} is believed no more"


def _scope(key: dict[str, Any]) -> str:
    products = ", ".join(map(str, key["products"])) or "all"
    days = -(-key["longest_validity_seconds"] // roles.DAY_SECONDS)
    listed = f"; only {len(key['listed'])} listed tickets" if key["listed"] else ""
    return f"believed until {_second(key['verify_until'])}, for {days} days a ticket, products {products}{listed}"


def _whose(key: dict[str, Any]) -> str:
    parks = ", ".join(map(str, key["parks"])) or "any park"
    return f"issuer key {key['kid']} of park {parks}"


def _differences(new: dict[str, Any], old: dict[str, Any]) -> Iterator[str]:
    for name in sorted(set(new) | set(old)):
        if new.get(name) == old.get(name):
            continue
        if name == "listed":
            yield f"{len(new[name])} tickets are listed ({len(old[name])} before)"
        else:
            yield f"{name} {old.get(name)} → {new.get(name)}"


def _online(new: KeyList, old: KeyList) -> Iterator[str]:
    keys, known = ({key["kid"]: key for key in each.document.get("online_keys", [])} for each in (new, old))
    for kid, key in keys.items():
        if key != known.get(kid):
            fits, parks = key_id(bytes.fromhex(key["public_key"])), ", ".join(map(str, key["parks"])) or "any"
            sign, other = ("+", "") if kid not in known else ("~", "is another: ")
            yield f"{sign} online key {kid} ({fits}) of park {parks}: {other}signs revocations and permits"
    for kid in sorted(set(known) - set(keys)):
        yield f"- online key {kid} is believed no more"


def _ca(new: KeyList, old: KeyList) -> Iterator[str]:
    certificates, known = (each.document.get("park_ca", []) for each in (new, old))
    for sign, group in (("+", [one for one in certificates if one not in known]),
                        ("-", [one for one in known if one not in certificates])):  # fmt: skip
        for certificate in group:
            yield f"{sign} certificate of the registry's TLS {key_id(certificate.encode())}"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _second(seconds: int) -> str:
    return _day(datetime.fromtimestamp(seconds, UTC))
