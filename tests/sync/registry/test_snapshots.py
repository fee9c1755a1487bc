"""Manifests and snapshots: what a kiosk that knows nothing needs to know everything."""

import hashlib
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import zstandard

from kiosk.rules.permit import Party
from sync.protocol import ChangesPage, Manifest, NotModified, SignedBody, read
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService
from sync.registry.wire import SIGN_AGAIN_SECONDS, RegistryEnd
from sync.signing import SignatureKind, keys_by_id, verify_body
from tests.sync.registry.conftest import NOON, Gate, HeldClock

Issue = Callable[..., IssuedTicket]


def manifest_of(end: RegistryEnd, park: int = 7) -> Manifest:
    body = end.manifest(park)
    assert isinstance(body, SignedBody)
    return read(Manifest, body.data)


def fetched(end: RegistryEnd, manifest: Manifest, folder: Path) -> sqlite3.Connection:
    with end.snapshot(manifest.snapshot) as download:
        packed = b"".join(download.chunks)
    assert len(packed) == manifest.snapshot.bytes
    assert hashlib.sha256(packed).digest() == manifest.snapshot.sha256
    path = folder / "fetched.db"
    path.write_bytes(zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)).read())
    return sqlite3.connect(path)


def test_a_manifest_is_signed_and_stays_for_ten_minutes(
    service: RegistryService, end: RegistryEnd, clock: HeldClock
) -> None:
    body = end.manifest(7)
    assert isinstance(body, SignedBody)
    keys = keys_by_id(key.public_key for key in service.policy_set(7).online_keys)
    assert verify_body(SignatureKind.MANIFEST, keys, body.signature, body.data)
    clock.at += SIGN_AGAIN_SECONDS - 1
    assert isinstance(end.manifest(7, body.etag), NotModified)
    clock.at += 1
    again = end.manifest(7, body.etag)
    assert isinstance(again, SignedBody)
    assert read(Manifest, again.data).signed_at == clock.at


def test_a_change_is_in_the_manifest_at_once(end: RegistryEnd, ticket: Issue) -> None:
    body = end.manifest(7)
    assert isinstance(body, SignedBody)
    ticket()
    again = end.manifest(7, body.etag)
    assert isinstance(again, SignedBody)
    assert read(Manifest, again.data).permits == read(Manifest, body.data).permits + 1


def test_a_clock_that_was_set_back_signs_anew(end: RegistryEnd, clock: HeldClock) -> None:
    body = end.manifest(7)
    assert isinstance(body, SignedBody)
    clock.at -= 3600
    assert isinstance(end.manifest(7, body.etag), SignedBody)


def test_the_snapshot_holds_every_permit_use_and_revocation(
    service: RegistryService, end: RegistryEnd, gate_at: Callable[..., Gate], ticket: Issue, tmp_path: Path
) -> None:
    used, refunded = ticket(adults=2), ticket(adults=1)
    gate = gate_at(gate=4)
    gate.admit(used)
    gate.push()
    service.revoke(refunded.text, reason="refund")
    manifest = manifest_of(end)
    assert manifest.snapshot.cursor == manifest.head
    with fetched(end, manifest, tmp_path) as snapshot:
        (permits,) = snapshot.execute("SELECT count(*) FROM permit").fetchone()
        assert permits == manifest.permits
        assert snapshot.execute("SELECT count(*) FROM used").fetchone() == (1,)
        assert snapshot.execute("SELECT count(*) FROM revocation").fetchone() == (1,)
    snapshot.close()


def test_a_use_stays_in_the_snapshots_as_long_as_its_right_can_be_presented(
    service: RegistryService, clock: HeldClock, gate_at: Callable[..., Gate], ticket: Issue, tmp_path: Path
) -> None:
    spent, daily = ticket(product=20, entries=1, days=90), ticket(product=20, entries=0, days=90)
    gate = gate_at(gate=4)
    gate.admit(spent)
    gate.admit(daily)
    gate.admit(ticket(days=1))
    gate.push()
    clock.at += 41 * 86_400
    end = RegistryEnd(service, beside=lambda work: work())
    with fetched(end, manifest_of(end), tmp_path) as snapshot:
        told = snapshot.execute("SELECT permit FROM used").fetchall()
    snapshot.close()
    assert told == [(spent.permit.id,)], "or a ticket for one entry would be good for another after 40 days"


def test_snapshot_and_changes_together_are_the_head(end: RegistryEnd, ticket: Issue) -> None:
    first = manifest_of(end)
    ticket()
    now = manifest_of(end)
    assert now.snapshot == first.snapshot, "a short way is cheaper than a new file"
    page = read(ChangesPage, end.changes(7, now.snapshot.cursor).data)
    assert len(page.rows) == 1
    assert (page.next, page.permits, page.checksum) == (now.head, now.permits, now.checksum)


def test_a_new_snapshot_is_built_behind_the_answer_when_the_feed_has_moved_far(
    service: RegistryService, ticket: Issue
) -> None:
    work: list[Callable[[], None]] = []
    end = RegistryEnd(service, snapshot_after=2, beside=work.append)
    first = manifest_of(end)
    service.issue(park=7, product=1, nbf=NOON, exp=NOON + 60, party=Party(adults=1), count=200)
    assert manifest_of(end).snapshot == first.snapshot
    assert manifest_of(end).snapshot == first.snapshot
    (build,) = work
    build()
    assert manifest_of(end).snapshot.cursor == manifest_of(end).head
    assert len(work) == 1


def test_old_snapshot_files_go(service: RegistryService) -> None:
    end = RegistryEnd(service, snapshot_after=2, beside=lambda work: work())
    for _ in range(5):
        service.issue(park=7, product=1, nbf=NOON, exp=NOON + 60, party=Party(adults=1), count=250)
        manifest_of(end)
    files = [path.name for path in service.folder.snapshots.iterdir()]
    assert len(files) == 3
    assert manifest_of(end).snapshot.url.rsplit("/", 1)[-1] in files


def test_a_snapshot_file_that_was_lost_is_built_again(service: RegistryService, end: RegistryEnd) -> None:
    manifest_of(end)
    for path in service.folder.snapshots.iterdir():
        path.unlink()
    with end.snapshot(manifest_of(end).snapshot) as download:
        assert b"".join(download.chunks)


def test_permits_that_ended_long_ago_leave_the_replicas_by_tombstones(
    service: RegistryService, end: RegistryEnd, clock: HeldClock, ticket: Issue, tmp_path: Path
) -> None:
    old, lasting = ticket(days=1), ticket(product=20, entries=0, days=90)
    before = manifest_of(end)
    clock.at += 41 * 86_400
    renewed = RegistryEnd(service, beside=lambda work: work())
    for path in service.folder.snapshots.iterdir():
        path.unlink()
    after = manifest_of(renewed)
    rows = read(ChangesPage, end.changes(7, before.head).data).rows
    assert ["x", old.permit.id.hex(), old.permit.code] in rows
    assert ["x", lasting.permit.id.hex(), lasting.permit.code] not in rows
    assert after.permits == before.permits - len(rows)
    with fetched(renewed, after, tmp_path) as snapshot:
        assert snapshot.execute("SELECT count(*) FROM permit").fetchone() == (after.permits,)
    snapshot.close()
    head = manifest_of(end).head
    service.revoke(old.text, reason="late")
    (row,) = read(ChangesPage, end.changes(7, head).data).rows
    assert row[0] == "r", "what left the replicas does not come back"
