"""What kiosks ask of the registry: `sync.protocol.Registry` over the service, the same calls that HTTP carries.

Everything signed is signed here, once, over the exact bytes that are sent.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from kiosk.errors import QaqpaError, UsageError
from kiosk.rules.policy import read_policy_set
from kiosk.rules.revocation import LogHead
from sync import trust_roles as roles
from sync.errors import RegistryRefusedError
from sync.health_report import HealthHeard, HealthReport
from sync.lookup_key import seal_lookup_key
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    MOST_ROWS,
    SCHEMA,
    ChangesPage,
    Download,
    Enrolled,
    EnrolmentRequest,
    LookUpKeyRequest,
    Manifest,
    NotModified,
    ProblemKind,
    PushReply,
    SealedLookUpKey,
    SentEntry,
    SignedBody,
    SnapshotRef,
    write,
)
from sync.registry import database as db
from sync.registry import (
    enrolling,
    erasing,
    feed,
    health,
    intake,
    keeping,
    machines,
    publishing,
    revoking,
    snapshots,
    trust,
    trust_keys,
    uses,
)
from sync.registry import trust_store as store
from sync.registry.batches import Malformed
from sync.registry.service import RegistryService
from sync.registry.urgent import NOTHING
from sync.revocation_log import RevocationsPage, ToldHead, UrgentReply
from sync.signing import SignatureKind, sign_body

SIGN_AGAIN_SECONDS = 600
NEW_SNAPSHOT_AFTER_ROWS = 2_000
_TIMESTAMP = "metadata/timestamp.json"
_FAR_SHARE = 10  # nor before a tenth of a large park's rows has changed: a page is cheaper than a file

Work = Callable[[], None]
_log = logging.getLogger("qaqpa.registry")


def _in_a_thread(work: Work) -> None:
    threading.Thread(target=work, name="snapshot", daemon=True).start()


@dataclass(frozen=True, kw_only=True, slots=True)
class _SignedManifest:
    state: feed.FeedState
    revocations: LogHead
    snapshot: str
    signed_at: int
    body: SignedBody


class RegistryEnd:
    """The registry's end of the wire; implements `sync.protocol.Registry` without any HTTP."""

    def __init__(
        self,
        service: RegistryService,
        *,
        page_rows: int = MOST_ROWS,
        snapshot_after: int = NEW_SNAPSHOT_AFTER_ROWS,
        beside: Callable[[Work], None] = _in_a_thread,
    ) -> None:
        self._service, self._beside = service, beside
        self._page_rows, self._snapshot_after = page_rows, snapshot_after
        self._manifests: dict[int, _SignedManifest] = {}
        self._building = threading.Lock()
        self._keys = (0, 0)  # the targets' version, and the version of the list of keys in it

    @property
    def service(self) -> RegistryService:
        """What this is the end of."""
        return self._service

    def trust_file(self, path: str) -> bytes | None:
        """A file of the signed data, `metadata/…` or `targets/…`; None where none is stored under exactly this name."""
        service, now = self._service, self._service.now()
        with service.database.reading() as connection:
            data = store.file(connection, path)
        if path != _TIMESTAMP or not trust.is_due(data, now):
            return data
        self.renew_trust()
        with service.database.reading() as connection:
            return store.file(connection, path)

    def renew_trust(self) -> None:
        """Sign anew what would be too old otherwise; where that fails, what was signed before is still true."""
        try:
            with self._service.database.writing() as connection:
                trust.renew(connection, self._service.folder, self._service.now())
        except QaqpaError as error:
            _log.error("the timestamp could not be signed anew: %s", error)

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        """Make a device of a one-time code; a wrong one is counted."""
        now = self._service.now()
        try:
            with self._service.database.writing() as connection:
                enrolled = enrolling.enrol(connection, request, now)
                publishing.settle_shares(connection, self._service.folder, enrolled.park, now)
                return enrolled
        except RegistryRefusedError as refused:
            with self._service.database.writing() as connection:
                enrolling.count_wrong(connection, request.code, refused.kind, now)
            raise

    def device(self, number: int) -> enrolling.Device | None:
        """The device of this number, whatever its status."""
        with self._service.database.reading() as connection:
            return enrolling.find(connection, number)

    def manifest(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        """What a complete replica of the park is now; signed anew when it changed or is 10 minutes old."""
        now = self._service.now()
        file = self._snapshot(park, now)
        with _found(), self._service.database.reading() as connection:
            state, log = feed.state(connection, park), revoking.head(connection, park)
        kept = self._manifests.get(park)
        is_current = (
            kept is not None
            and (kept.state, kept.revocations) == (state, log)
            and kept.snapshot == file.name
            and 0 <= now - kept.signed_at < SIGN_AGAIN_SECONDS
        )
        if kept is None or not is_current:
            body = self._sign_manifest(state, log, file, now)
            kept = _SignedManifest(state=state, revocations=log, snapshot=file.name, signed_at=now, body=body)
            self._manifests[park] = kept
        return _unless_known(kept.body, etag)

    def changes(self, park: int, after: str) -> SignedBody:
        """The page of changes after a cursor; CursorExpiredError if the way from there is not kept."""
        with _found(), self._service.database.reading() as connection:
            page = feed.page(connection, park, feed.Cursor.read(after), self._page_rows)
            state = feed.state(connection, park)
        message = ChangesPage(
            park=park,
            epoch=state.epoch,
            after=after,
            next=page.next.token,
            head=page.head.token,
            more=page.more,
            signed_at=self._service.now(),
            rows=list(page.rows),
            permits=None if page.more else state.permits,
            checksum=None if page.more else state.checksum.to_bytes(8, "big"),
        )
        data = write(message)
        key = self._service.folder.online_key(park)
        return SignedBody(data=data, signature=sign_body(SignatureKind.CHANGES, key, data))

    @contextmanager
    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> Iterator[Download]:
        """The snapshot file from this byte on."""
        path = snapshots.find(self._service.folder.snapshots, ref.url.rsplit("/", 1)[-1])
        if path is None:
            raise _refusal("This snapshot is not kept any more: ask for the manifest.", 404, ProblemKind.NOT_FOUND)
        yield Download(offset=offset, chunks=snapshots.read(path, offset))

    def revocations(self, park: int, after: int) -> RevocationsPage:
        """The batches of the park's revocation log after a row, as they were signed."""
        with _found(), self._service.database.reading() as connection:
            return revoking.page(connection, park, after)

    def revocations_snapshot(self, park: int) -> SignedBody:
        """What the park's revocation log amounts to; made anew where the one that is kept will not do."""
        service, now = self._service, self._service.now()
        with _found(), service.database.reading() as connection:
            kept = revoking.newest_snapshot(connection, service.folder, park, now)
        if kept is not None:
            return kept
        with service.database.writing() as connection:
            feed.lock(connection, park)
            kept = revoking.newest_snapshot(connection, service.folder, park, now)  # somebody may have been faster
            return kept or revoking.build_snapshot(connection, service.folder, park, now)

    def heads(self) -> dict[int, UrgentReply]:
        """How far the log and the set of each park are, its own version and that of the keys added."""
        batch, published = db.revocation_batch, db.published_set
        with self._service.database.reading() as connection:
            logs = select(batch.c.park_id, func.max(batch.c.last).label("last")).group_by(batch.c.park_id)
            last: dict[int, int] = {row.park_id: row.last for row in connection.execute(logs)}
            sets = select(published.c.park_id, func.max(published.c.version)).group_by(published.c.park_id)
            versions = connection.execute(sets).all()
            keys = self._keys_version(connection)
        return {park: UrgentReply(revocations=last.get(park, 0), set=version + keys) for park, version in versions}

    def _keys_version(self, connection: Connection) -> int:
        """The version of the list of keys, read anew only when officers have signed since."""
        number = store.version(connection, roles.TARGETS)
        if self._keys[0] != number:
            published = trust_keys.published(connection)
            self._keys = number, published[1] if published else 0
        return self._keys[1]

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        """The park's heads at once: over HTTP it is `sync/registry/urgent.py` that waits."""
        return self.heads().get(park, NOTHING)

    def push(self, device: int, entries: Sequence[SentEntry], malformed: Sequence[Malformed] = ()) -> PushReply:
        """Store entries of a device, and set aside what came with them; a receipt means that it is durable here."""
        now = self._service.now()
        with self._service.database.writing() as connection:
            known = enrolling.find(connection, device)
            if known is None:
                raise _refusal(f"There is no device {device} here.", 404, ProblemKind.NOT_FOUND)
            policy = read_policy_set(publishing.newest_set(connection, known.park))
            kept_from = keeping.kept_from(policy.policy, now)
            taken = intake.take(connection, known, entries, now, malformed, kept_from=kept_from)
            if taken.permits:
                uses.refresh(connection, policy, taken.permits, now)
                erasing.keep_erased(connection, known.park, taken.permits)
            if taken.has_search:  # the other gates are told at once
                publishing.settle_sought(connection, self._service.folder, known.park, now)
            if policy.tables.quotas:  # a gate may have said that it believes in less: another may have it now
                publishing.settle_shares(connection, self._service.folder, known.park, now)
            return uses.flagged(connection, known.park, taken.reply)

    def lookup_key(self, device: int, request: LookUpKeyRequest) -> SealedLookUpKey:
        """The key of the season's look-ups, sealed to the key of this request; refused to a suspended device."""
        with self._service.database.reading() as connection:
            known = enrolling.find(connection, device)
        if known is None:
            raise _refusal(f"There is no device {device} here.", 404, ProblemKind.NOT_FOUND)
        if known.status is not enrolling.DeviceStatus.ACTIVE:
            sentence = "A suspended device gets no look-up key: ask the administrator."
            raise _refusal(sentence, 403, ProblemKind.DEVICE_SUSPENDED)
        return seal_lookup_key(self._service.folder.lookup_key(known.park), request, device)

    def report_health(self, device: int, report: HealthReport) -> HealthHeard:
        """Keep how the devices of a kiosk are, in place of what it said before; a suspended one is heard too."""
        now = self._service.now()
        with self._service.database.writing() as connection:
            known = enrolling.find(connection, device)
            if known is None:
                raise _refusal(f"There is no device {device} here.", 404, ProblemKind.NOT_FOUND)
            health.keep(connection, known, report, now)
        return HealthHeard(at=now)

    def report_machine(self, device: int, report: MachineReport) -> MachineHeard:
        """Hold the machine that a kiosk runs on against the one before; another one suspends the device."""
        now = self._service.now()
        with self._service.database.writing() as connection:
            known = enrolling.find(connection, device)
            if known is None:
                raise _refusal(f"There is no device {device} here.", 404, ProblemKind.NOT_FOUND)
            machines.heard(connection, known, report.machine, now)
        return MachineHeard(at=now)

    def drop_ended(self, park: int) -> int:
        """Take the permits that ended long ago out of the feed, in transactions of a page each; how many these were."""
        before, gone = self._service.now() - snapshots.KEPT_SECONDS, 0
        while True:
            with self._service.database.writing() as connection:
                some = feed.drop_expired(connection, park, before)
            if not some:
                return gone
            gone += some

    def renew_snapshot(self, park: int) -> bool:
        """Build the park's snapshot anew, unless somebody builds one just now; whether it was."""
        if not self._building.acquire(blocking=False):
            return False
        try:
            self._build(park, self._service.now())
        finally:
            self._building.release()
        return True

    def _snapshot(self, park: int, now: int) -> snapshots.SnapshotFile:
        """The snapshot to name now. Where the feed has moved far from it a new one is built behind this answer."""
        state, file = self._newest(park)
        if file is None:
            with self._building:
                state, file = self._newest(park)  # somebody may have built it while we waited
                return file or self._build(park, now)
        is_far = state.head - file.cursor.seq > max(self._snapshot_after, state.permits // _FAR_SHARE)
        if is_far and self._building.acquire(blocking=False):
            self._beside(lambda: self._build_and_release(park, now))
        return file

    def _newest(self, park: int) -> tuple[feed.FeedState, snapshots.SnapshotFile | None]:
        with _found(), self._service.database.reading() as connection:
            state = feed.state(connection, park)
            file = snapshots.newest(connection, state)
        is_there = file is not None and snapshots.find(self._service.folder.snapshots, file.name) is not None
        return state, file if is_there else None

    def _build_and_release(self, park: int, now: int) -> None:
        try:
            self._build(park, now)
        except QaqpaError as error:
            _log.error("the snapshot of park %d could not be built: %s", park, error)
        finally:
            self._building.release()

    def _build(self, park: int, now: int) -> snapshots.SnapshotFile:
        """Build a snapshot and forget what it makes superfluous; one at a time, by whoever holds the lock."""
        database, folder = self._service.database, self._service.folder.snapshots
        self.drop_ended(park)
        with database.reading() as connection:
            file = snapshots.build(connection, folder, park, now)
        with database.writing() as connection:
            snapshots.record(connection, file)
            snapshots.sweep(connection, folder, park)
        self._service.compact(park)
        return file

    def _sign_manifest(self, state: feed.FeedState, log: LogHead, file: snapshots.SnapshotFile, now: int) -> SignedBody:
        message = Manifest(
            schema=SCHEMA,
            park=state.park,
            epoch=state.epoch,
            signed_at=now,
            snapshot=file.ref(),
            min=state.cursor(state.oldest).token,
            head=state.cursor().token,
            permits=state.permits,
            checksum=state.checksum.to_bytes(8, "big"),
            poll_after_seconds=enrolling.POLL_AFTER_SECONDS,
            revocations=ToldHead(last=log.last, hash=log.hash),
        )
        data = write(message)
        key = self._service.folder.online_key(state.park)
        return SignedBody(data=data, signature=sign_body(SignatureKind.MANIFEST, key, data), etag=_etag(data))


def _etag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def _unless_known(body: SignedBody, etag: str | None) -> SignedBody | NotModified:
    return NotModified() if etag is not None and etag == body.etag else body


def _refusal(sentence: str, status: int, kind: ProblemKind) -> RegistryRefusedError:
    return RegistryRefusedError(sentence, status=status, kind=kind)


@contextmanager
def _found() -> Iterator[None]:
    """Turn 'there is no such park' into the answer a caller over the wire gets."""
    try:
        yield
    except UsageError as error:
        raise _refusal(str(error), 404, ProblemKind.NOT_FOUND) from error
