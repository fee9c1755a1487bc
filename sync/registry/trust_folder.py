"""What travels between the registry and the officers: a folder with what is to be signed, and what it is to follow.

`N.root.json`, `N.targets.json` and `keys.json` are what is new; `before/` holds the same as it is believed now, so that
an officer sees what changes without asking anybody.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import UsageError
from kiosk.store.files import make_folder, read_bytes, replace_file, told
from sync import trust_roles as roles
from sync.registry import trust_plain
from sync.registry import trust_signing as signing
from sync.signing import public_half

_BEFORE = "before"
_NAMED = re.compile(r"([1-9][0-9]{0,17})\.(root|targets)\.json")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """A root, a list of keys, or both, as they stand in a folder."""

    root: bytes | None = None
    targets: bytes | None = None
    keys: bytes | None = None

    def root_metadata(self) -> "signing.Metadata[signing.Root] | None":
        """The root, read."""
        return None if self.root is None else signing.read(self.root, signing.Root, "root.json")

    def targets_metadata(self) -> "signing.Metadata[signing.Targets] | None":
        """The top of the targets, read, with keys.json being what it says; UsageError for another."""
        if self.targets is None:
            return None
        found = signing.read(self.targets, signing.Targets, "targets.json")
        signing.expect_target(found.signed, roles.KEYS_PATH, self.keys)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """What is to be signed, and what is believed until then."""

    new: Parts
    before: Parts = Parts()


def write(path: Path, prepared: Prepared) -> None:
    """Put it into a new folder."""
    with told(path):
        if path.exists() and any(path.iterdir()):
            raise UsageError(f"{path} is not empty: name a new folder")
    make_folder(path / _BEFORE)
    for folder, parts in ((path / _BEFORE, prepared.before), (path, prepared.new)):
        if parts.keys is not None:
            replace_file(folder / roles.KEYS_PATH, parts.keys)
        if (root := parts.root_metadata()) is not None:
            write_signed(folder, root)
        if (targets := parts.targets_metadata()) is not None:
            write_signed(folder, targets)


def write_signed(folder: Path, metadata: "signing.Metadata[signing.Kind]") -> None:
    """Put one signed file in its place; after a crash it is there as before or as it is now."""
    name = roles.metadata_file(metadata.signed.type, metadata.signed.version)
    replace_file(folder / name, signing.write(metadata))


def read(path: Path) -> Prepared:
    """What stands in the folder; UsageError where it is none of ours, or could hold what nobody is shown."""
    prepared = Prepared(new=_parts(path), before=_parts(path / _BEFORE))
    if prepared.new.root is None and prepared.new.targets is None:
        raise UsageError(f"{path} holds nothing to sign: name the folder that `qaqpa registry trust …` wrote")
    if (root := prepared.new.root_metadata()) is not None:
        trust_plain.expect_root(root.signed)
    if (targets := prepared.new.targets_metadata()) is not None:
        trust_plain.expect_targets(targets.signed, prepared.new.keys or b"")
    return prepared


def vouched(prepared: Prepared, public_key: bytes) -> Parts:
    """Of what the folder calls believed until now, only what this key has signed itself, as the version before.

    The folder comes from a machine on a network: what it says of the past is believed of nobody else.
    """
    root, targets = prepared.before.root_metadata(), prepared.before.targets_metadata()
    new_root, new_targets = prepared.new.root_metadata(), prepared.new.targets_metadata()
    keyid = roles.trust_key(public_key).keyid
    found = Parts()
    if root is not None and new_root is not None and root.signed.version == new_root.signed.version - 1:
        have, _lack, missing = signing.signers(root.signed, roles.ROOT, root)
        if not missing and keyid in {key.keyid for key in have}:
            found = replace(found, root=prepared.before.root)
    is_next = targets and new_targets and targets.signed.version == new_targets.signed.version - 1
    if targets is not None and is_next and signing.is_signed_by(targets, public_key):
        found = replace(found, targets=prepared.before.targets, keys=prepared.before.keys)
    return found


def _parts(folder: Path) -> Parts:
    with told(folder):
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    found: dict[str, bytes | None] = {}
    for name in names:
        if (match := _NAMED.fullmatch(name)) is not None:
            if match[2] in found:
                raise UsageError(f"{folder} holds two versions of {match[2]}.json: take the folder as it was written")
            found[match[2]] = read_bytes(folder / name)
    keys = read_bytes(folder / roles.KEYS_PATH)
    return Parts(root=found.get(roles.ROOT), targets=found.get(roles.TARGETS), keys=keys)


def sign(path: Path, prepared: Prepared, key: Ed25519PrivateKey) -> list[str]:
    """Add this key's signature to what it has a say in, exactly as it was shown; what that was.

    UsageError where it has none in any of it. What lies in the folder by now is not looked at again.
    """
    keyid = roles.trust_key(public_half(key)).keyid
    root, before = prepared.new.root_metadata(), prepared.before.root_metadata()
    targets, top = prepared.new.targets_metadata(), root or before
    done: list[str] = []
    if root is not None and any(keyid in each.signed.roles[roles.ROOT].keyids for each in (root, before) if each):
        signing.add_signature(root, key)
        write_signed(path, root)
        done.append(f"version {root.signed.version} of the root")
    if targets is not None and top is not None and keyid in top.signed.roles[roles.TARGETS].keyids:
        signing.add_signature(targets, key)
        write_signed(path, targets)
        done.append(f"version {targets.signed.version} of the list of keys")
    if not done:
        raise UsageError(f"This key has no say in what {path} holds: it is none of the root's nor the targets key")
    return done
