"""What an officer signs is what was shown: nothing beside it, and no past that only the folder tells of."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.errors import UsageError
from sync import trust_roles as roles
from sync.registry import trust_folder, trust_words
from sync.registry import trust_signing as signing
from sync.registry.issuer_keys import NextKey
from sync.registry.service import RegistryService, open_registry
from sync.registry.trust_ceremony import RootChange
from sync.registry.trust_desk import TrustDesk
from sync.registry.trust_folder import Parts, Prepared
from sync.signing import public_half
from tests.support.officers import Officer, Officers
from tests.sync.registry.conftest import NOON

OLD = Path(__file__).parents[2] / "data" / "schema-1" / "registry"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RegistryService]:
    shutil.copytree(OLD, tmp_path / "registry")
    service = open_registry(tmp_path / "registry", now=lambda: NOON)
    yield service
    service.close()


@pytest.fixture
def officers(service: RegistryService, tmp_path: Path) -> Officers:
    """Who have been through the first ceremony."""
    found = Officers(TrustDesk(service), tmp_path / "sticks")
    found.begin()
    return found


def shown_to(officer: Officer, path: Path) -> str:
    prepared = trust_folder.read(path)
    return "\n".join(trust_words.described(prepared, trust_folder.vouched(prepared, officer.half.public_key)))


def test_a_rogue_key_that_the_folder_calls_known_is_shown_as_new(officers: Officers, service: RegistryService) -> None:
    rogue = service.add_issuer_key(7, NextKey(sign_not_before=NOON)).kid
    prepared = officers.desk.prepare_keys()
    assert prepared.new.keys is not None
    before = prepared.before.targets_metadata()
    assert before is not None
    honest = shown_to(officers.targets, officers.written(prepared))
    assert honest.count("issuer key") == 1  # what this officer signed before is not shown again
    former = signing.targets_body(1, NOON, prepared.new.keys, signing.delegated_parks(before.signed))
    lie = signing.signed(former, Ed25519PrivateKey.generate())
    path = officers.written(
        Prepared(new=prepared.new, before=Parts(root=prepared.before.root, targets=lie, keys=prepared.new.keys))
    )
    shown = shown_to(officers.targets, path)
    assert f"+ issuer key {rogue} of park 7" in shown
    assert "the same keys as before" not in shown
    assert "has not signed the list of keys of before" in shown


def test_an_older_list_that_was_signed_once_is_not_the_one_before(officers: Officers, service: RegistryService) -> None:
    kid = service.key_states(7)[0].key.kid
    old = officers.written_before()
    service.revoke_issuer_key(7, kid)
    officers.publish_keys()
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    prepared = officers.desk.prepare_keys()
    shown = shown_to(officers.targets, officers.written(Prepared(new=prepared.new, before=old)))
    assert f"+ issuer key {kid} of park 7" in shown


def test_root_keys_that_the_folder_calls_known_are_shown_as_new(officers: Officers) -> None:
    aigul, berik, _ = officers.roots
    thieves = [Officer("x"), Officer("y")]
    everybody = [roles.trust_key(each.half.public_key, each.name) for each in (aigul, berik, *thieves)]
    targets = [roles.trust_key(officers.targets.half.public_key, "dana")]
    online = roles.trust_key(public_half(Ed25519PrivateKey.generate()), "online")
    bodies = [
        signing.root_body(number, NOON, root=everybody, threshold=2, targets=targets, online=online)
        for number in (1, 2)
    ]
    lie = signing.signed(bodies[0], *(each.key for each in thieves))
    path = officers.written(Prepared(new=Parts(root=signing.signed(bodies[1])), before=Parts(root=lie)))
    shown = shown_to(aigul, path)
    assert "+ root key x" in shown
    assert "has not signed the root of before" in shown
    change = RootChange(roots=[aigul.half, berik.half, Officer("yerlan").half])
    shown = shown_to(aigul, officers.written(officers.desk.rotate(change)))
    assert "+ root key yerlan" in shown
    assert "+ root key berik" not in shown
    assert "- root key chingiz" in shown


def test_what_is_written_is_what_was_shown(officers: Officers, service: RegistryService) -> None:
    """The stick is another one by the time that the officer has said yes."""
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    path = officers.written(officers.desk.prepare_keys())
    shown = trust_folder.read(path)
    kept = shown.new.targets_metadata()
    other = service.add_issuer_key(7, NextKey(sign_not_before=NOON + 86_400)).kid
    swapped = officers.desk.prepare_keys()
    assert swapped.new.targets is not None
    assert swapped.new.keys is not None
    (path / "2.targets.json").write_bytes(swapped.new.targets)
    (path / "keys.json").write_bytes(swapped.new.keys)
    trust_folder.sign(path, shown, officers.targets.key)
    written = signing.read((path / "2.targets.json").read_bytes(), signing.Targets, "targets.json")
    assert kept is not None
    assert written.signed == kept.signed
    assert other.encode() not in (shown.new.keys or b"")


def altered(path: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    whole = json.loads((path / name).read_bytes())
    change(whole["signed"])
    (path / name).write_text(json.dumps(whole), encoding="utf-8")


def another_role(signed: dict[str, Any]) -> None:
    role = signed["delegations"]["roles"][0]
    signed["delegations"]["roles"].insert(0, role | {"name": "zz", "paths": ["parks/*/*"]})


def wider_paths(signed: dict[str, Any]) -> None:
    signed["delegations"]["roles"][0]["paths"] = ["*", "*/*/*"]


def another_target(signed: dict[str, Any]) -> None:
    signed["targets"]["parks/7/set.json"] = signed["targets"]["keys.json"]


def another_member(signed: dict[str, Any]) -> None:
    signed["x"] = 1


def second_park_key(signed: dict[str, Any]) -> None:
    key = roles.trust_key(public_half(Ed25519PrivateKey.generate()))
    signed["delegations"]["keys"][key.keyid] = key.to_dict()
    signed["delegations"]["roles"][0]["keyids"].append(key.keyid)


@pytest.mark.parametrize("change", [another_role, wider_paths, another_target, another_member, second_park_key])
def test_a_list_that_says_more_than_is_shown_gets_no_signature(
    officers: Officers, service: RegistryService, change: Callable[[dict[str, Any]], None]
) -> None:
    service.add_issuer_key(7, NextKey(sign_not_before=NOON))
    path = officers.written(officers.desk.prepare_keys())
    altered(path, "2.targets.json", change)
    with pytest.raises(UsageError, match="cannot be shown"):
        officers.targets.sign(path)


def other_snapshot_key(signed: dict[str, Any]) -> None:
    key = roles.trust_key(public_half(Ed25519PrivateKey.generate()))
    signed["keys"][key.keyid] = key.to_dict()
    signed["roles"]["snapshot"]["keyids"] = [key.keyid]


def no_timestamp_threshold(signed: dict[str, Any]) -> None:
    signed["roles"]["targets"]["threshold"] = 2


def a_name_with_words(signed: dict[str, Any]) -> None:
    next(iter(signed["keys"].values()))[roles.NAME] = "dana (as before)"


@pytest.mark.parametrize("change", [other_snapshot_key, no_timestamp_threshold, a_name_with_words, another_member])
def test_a_root_that_says_more_than_is_shown_gets_no_signature(
    officers: Officers, change: Callable[[dict[str, Any]], None]
) -> None:
    path = officers.written(officers.desk.rotate(RootChange()))
    altered(path, "2.root.json", change)
    with pytest.raises(UsageError, match="cannot be shown"):
        officers.roots[0].sign(path)


def twice(document: dict[str, Any]) -> None:
    key = document["keys"][0]
    document["keys"].insert(0, key | {"public_key": public_half(Ed25519PrivateKey.generate()).hex()})


def more_of_a_key(document: dict[str, Any]) -> None:
    document["keys"][0]["x"] = 1


def more_of_the_list(document: dict[str, Any]) -> None:
    document["x"] = 1


@pytest.mark.parametrize("change", [twice, more_of_a_key, more_of_the_list])
def test_a_keys_file_that_says_more_than_is_shown_gets_no_signature(
    officers: Officers, change: Callable[[dict[str, Any]], None]
) -> None:
    before = officers.written_before()
    assert before.keys is not None
    document = json.loads(before.keys)
    document["version"] = 2
    change(document)
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    targets = before.targets_metadata()
    assert targets is not None
    body = signing.targets_body(2, NOON, content, signing.delegated_parks(targets.signed))
    path = officers.written(Prepared(new=Parts(targets=signing.signed(body), keys=content), before=before))
    with pytest.raises(UsageError, match="cannot be shown"):
        officers.targets.sign(path)
