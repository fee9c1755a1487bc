import hashlib
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.rules.canon import pack
from kiosk.rules.entries import EntryKey, Private, private_hash, read_core
from kiosk.rules.personal import lookup_key_id, lookup_key_of
from kiosk.rules.revocation import LogHead, Revocation
from kiosk.rules.tables import Tables
from sync.backoff import TRANSITIONS
from sync.enrolment_code import EnrolmentCode
from sync.health_report import HealthHeard, HealthReport
from sync.lookup_key import open_lookup_key
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    ChangesPage,
    Enrolled,
    EnrolmentRequest,
    EntriesBatch,
    GivenNonce,
    LookUpKeyRequest,
    Manifest,
    MessageError,
    Problem,
    ProblemKind,
    PushReply,
    SealedLookUpKey,
    UnknownSchemaError,
    read,
    write,
)
from sync.revocation_log import (
    RevocationBatch,
    RevocationSnapshot,
    RevocationsPage,
    UrgentReply,
    batch_hash,
    objection,
)
from sync.signing import SignatureKind, keys_by_id, verify_body, verify_request
from sync.trust import Folder, root_path
from tests.support.park import NOON
from tests.support.pulled import pulled_set

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "tests" / "data" / "protocol"
PAGE = (ROOT / "docs" / "PROTOCOL.md").read_text(encoding="utf-8")
MESSAGES: dict[str, type[Any]] = {
    "enrolment-request.json": EnrolmentRequest,
    "enrolled.json": Enrolled,
    "manifest.json": Manifest,
    "manifest-with-log.json": Manifest,
    "changes.json": ChangesPage,
    "revocations.json": RevocationsPage,
    "revocations-snapshot.json": RevocationSnapshot,
    "urgent.json": UrgentReply,
    "entries.json": EntriesBatch,
    "push-reply.json": PushReply,
    "lookup-key-request.json": LookUpKeyRequest,
    "lookup-key.json": SealedLookUpKey,
    "health-report.json": HealthReport,
    "health-heard.json": HealthHeard,
    "nonce.json": GivenNonce,
    "machine-report.json": MachineReport,
    "machine-heard.json": MachineHeard,
    "problem.json": Problem,
}
KEYS = json.loads((EXAMPLES / "keys.json").read_bytes())
MANIFEST = (EXAMPLES / "manifest.json").read_bytes()


def example(name: str) -> bytes:
    return (EXAMPLES / name).read_bytes()


@pytest.mark.parametrize("table", [field.name for field in fields(Tables)])
def test_the_page_has_the_form_of_a_row_of_each_table_with_all_its_members(table: str) -> None:
    (row,) = re.findall(rf"^\| `{table}` \| (.*) \|$", PAGE, re.MULTILINE)
    if "as a closure" in row:
        row += "".join(re.findall(r"^\| `closures` \| .*$", PAGE, re.MULTILINE))
    hint = get_type_hints(Tables)[table]
    members = {field.name for field in fields(get_args(hint)[0])}
    assert members - set(re.findall(r"`([a-z_]+)`", row)) == set()


# ---- the examples of version 1, opened for ever ---------------------------------------------------------------------


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_is_read_and_written_back_byte_for_byte(name: str) -> None:
    message = read(MESSAGES[name], example(name))
    assert write(message) == example(name)


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [
        ("manifest.json", SignatureKind.MANIFEST, "online_key"),
        ("manifest-with-log.json", SignatureKind.MANIFEST, "online_key"),
        ("changes.json", SignatureKind.CHANGES, "online_key"),
        ("revocations-snapshot.json", SignatureKind.REVOCATIONS_SNAPSHOT, "online_key"),
    ],
)
def test_a_signed_example_verifies(name: str, kind: SignatureKind, key: str) -> None:
    keys = keys_by_id([bytes.fromhex(KEYS[key])])
    assert verify_body(kind, keys, example(name + ".sig").decode(), example(name)) in keys


def test_the_example_s_log_leads_to_its_manifest_and_its_snapshot() -> None:
    keys = keys_by_id([bytes.fromhex(KEYS["online_key"])])
    told = read(Manifest, example("manifest-with-log.json")).revocations
    head = LogHead()
    rows: list[Revocation] = []
    for item in read(RevocationsPage, example("revocations.json")).batches:
        data = item.text.encode()
        verify_body(SignatureKind.REVOCATIONS, keys, item.signature, data)
        batch = read(RevocationBatch, data)
        assert objection(head if head.last else LogHead(last=1, hash=batch.before), batch) is None
        head = LogHead(last=batch.last, hash=batch_hash(data))
        rows += batch.revocations()
    snapshot = read(RevocationSnapshot, example("revocations-snapshot.json"))
    assert told is not None
    assert told.head == head == snapshot.head
    assert [row for row in snapshot.revocations() if row.seq > 1] == [rows[0], rows[2]]
    assert read(Manifest, MANIFEST).revocations is None


def test_the_signed_request_verifies() -> None:
    request = json.loads(example("signed-request.json"))
    found = verify_request(
        lambda name: bytes.fromhex(KEYS["device_key"]) if name == "1000001" else None,
        method=request["method"],
        target=request["target"],
        headers=request["headers"],
        body=example(request["body"]),
    )
    assert found.key_id == "1000001"


def test_the_examples_signed_data_and_code_belong_together() -> None:
    """Whoever puts a set together in another way gives every entry another policy digest."""
    code, source = EnrolmentCode.parse(KEYS["enrolment_code"]), Folder(EXAMPLES / "trust")
    assert code.fits((EXAMPLES / "trust" / root_path(1)).read_bytes())
    assert hashlib.sha256((EXAMPLES / "trust" / root_path(1)).read_bytes()).hexdigest() == KEYS["root_sha256"]
    assert read(EnrolmentRequest, example("enrolment-request.json")).code == code.secret
    believed = pulled_set(source, 7, NOON)
    assert believed.digest.hex() == KEYS["set_digest"]
    assert [key.public_key.hex() for key in believed.online_keys] == [KEYS["online_key"]]


def test_the_examples_entries_are_what_they_say() -> None:
    whole, erased = read(EntriesBatch, example("entries.json")).entries
    assert read_core(whole.core).key == EntryKey(device=1_000_001, chain=1, n=2)
    assert (whole.id, erased.id) == (str(read_core(whole.core).key), str(read_core(erased.core).key))
    assert whole.private == pack(Private(plate="123ABC02"))
    assert private_hash(whole.private, whole.salt or b"") == whole.private_hash == erased.private_hash
    assert (erased.private, erased.salt) == (None, None)


def test_the_example_s_look_up_key_opens_and_is_the_one_its_id_says() -> None:
    agreement = X25519PrivateKey.from_private_bytes(b"agreement key of the example 012")
    asked = read(LookUpKeyRequest, example("lookup-key-request.json"))
    assert asked.agreement_key == agreement.public_key().public_bytes_raw()
    reply = read(SealedLookUpKey, example("lookup-key.json"))
    key = open_lookup_key(reply, agreement, 1_000_001)
    assert key == lookup_key_of(b"pepper of the small park 0123456")
    assert reply.key_id == lookup_key_id(key)


def test_the_page_shows_the_examples_as_they_are() -> None:
    shown = dict(re.findall(r"`tests/data/protocol/([a-z-]+\.json)`\n\n```json\n(.*?)\n```", PAGE, re.DOTALL))
    assert set(shown) == {*MESSAGES, "signed-request.json"}
    for name, text in shown.items():
        assert json.loads(text) == json.loads(example(name)), name
    assert all(path.name in PAGE for path in EXAMPLES.iterdir() if not path.name.endswith((".json.sig",)))


def test_the_page_shows_the_table_of_the_sync_thread() -> None:
    rows = [f"| {state} | {event} | {then} |" for (state, event), then in TRANSITIONS.items()]
    assert "\n".join(rows) in PAGE


def test_the_page_names_every_kind_of_problem() -> None:
    assert all(f"`{kind}`" in PAGE for kind in ProblemKind)


# ---- reading what is not well-formed --------------------------------------------------------------------------------


def test_unknown_fields_of_a_newer_registry_are_ignored() -> None:
    raw = json.loads(MANIFEST) | {"weather": {"wind": 3.5}}
    assert read(Manifest, json.dumps(raw).encode()) == read(Manifest, MANIFEST)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"park":7', b'"park":"7"', "'park'"),
        (b'"park":7', b'"park":true', "'park'"),
        (b'"park":7', b'"park":7.0', "'park'"),
        (b'"park":7', b'"park":-7', "'park'"),
        (b'"park":7', b'"park":7,"park":8', "twice"),
        (b'"park":7', b'"park":null', "'park'"),
        (b'"park":7', b'"parc":7', "'park'"),
        (b'"permits":1', b'"permits":1e400', "beyond all numbers"),
        (b'"permits":1', b'"permits":NaN', "not a number"),
        (b'"permits":1', b'"permits":' + b"9" * 5000, "not JSON"),
        (b'"permits":1', b'"permits":99999999999999999999', "'permits'"),
        (b'"bytes":', b'"bytes":-', "'snapshot.bytes'"),
        (b'"checksum":"c8', b'"checksum":"C8', "lower-case"),
        (b'"checksum":"c8', b'"checksum":"', "8 bytes"),
        (b'"url":"/v1/', b'"url":"https://elsewhere/v1/', "'snapshot.url'"),
        (b'"url":"/v1/', b'"url":"/v1/../\xd0\xb0', "'snapshot.url'"),
        (b'"head":"', b'"head":"' + b"x" * 300, "'head'"),
    ],
)
def test_a_wrong_field_is_named_by_its_path(old: bytes, new: bytes, said: str) -> None:
    assert old in MANIFEST
    with pytest.raises(MessageError, match=re.escape(said)):
        read(Manifest, MANIFEST.replace(old, new))


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, MANIFEST[:-1], MANIFEST + b"x", b'"' + b"a" * 99]
)
def test_what_is_no_message_is_an_error_and_never_more(data: bytes) -> None:
    with pytest.raises(MessageError):
        read(Manifest, data)


@pytest.mark.parametrize("schema", [b"2", b"0", b'"1"', b"null", b"[]"])
def test_another_major_version_is_known_before_anything_else_is_read(schema: bytes) -> None:
    with pytest.raises(UnknownSchemaError):
        read(Manifest, b'{"schema":' + schema + b',"everything":"else"}')


def test_a_batch_of_more_than_500_entries_and_a_page_of_more_than_5000_rows_are_refused() -> None:
    batch = read(EntriesBatch, example("entries.json"))
    with pytest.raises(MessageError):
        read(EntriesBatch, write(replace(batch, entries=batch.entries * 251)))
    page = read(ChangesPage, example("changes.json"))
    with pytest.raises(MessageError):
        read(ChangesPage, write(replace(page, rows=page.rows * 1667)))


@pytest.mark.parametrize("row", [b"[]", b"{}", b'"p"', b"7", b"null"])
def test_a_row_that_is_no_array_with_a_kind_is_named(row: bytes) -> None:
    data = example("changes.json").replace(b'"rows":[', b'"rows":[' + row + b",")
    with pytest.raises(MessageError, match=r"rows\[0\]"):
        read(ChangesPage, data)
