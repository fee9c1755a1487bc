"""A registry in memory: the whole protocol with real keys, signatures and snapshot files, without HTTP and SQL."""

import hashlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.canon import CanonError
from kiosk.rules.entries import GENESIS, EntryKey, entry_hash, private_hash, read_core
from kiosk.rules.permit import Permit
from kiosk.rules.personal import lookup_key_of
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.revocation import LogHead, Revocation, RevocationAction
from kiosk.rules.words import LaneDirection
from kiosk.store.replica import build_snapshot
from sync.enrolment_code import EnrolmentCode
from sync.errors import CursorExpiredError, RegistryRefusedError
from sync.health_report import HealthHeard, HealthReport
from sync.lookup_key import seal_lookup_key
from sync.machine_report import MachineHeard, MachineReport
from sync.protocol import (
    SCHEMA,
    ChainHead,
    ChangesPage,
    Download,
    Enrolled,
    EnrolmentRequest,
    LookUpKeyRequest,
    Manifest,
    NotModified,
    ProblemKind,
    PushReply,
    Row,
    SealedLookUpKey,
    SentEntry,
    SignedBody,
    SnapshotRef,
    write,
)
from sync.revocation_log import (
    MOST_BATCHES,
    RevocationsPage,
    SignedText,
    ToldHead,
    UrgentReply,
    batch_hash,
    batch_of,
    snapshot_of,
)
from sync.signing import SignatureKind, sign_body
from sync.trust import root_path
from sync.trust_roles import KEYS_PATH, set_path
from tests.support.park import NOON, SmallPark
from tests.support.trust_repository import TrustRepository

CHUNK = 1000


@dataclass
class Code:
    """A one-time code: where its device will stand, and who used it."""

    gate: int
    lane: int
    direction: LaneDirection
    used_by: bytes | None = None
    device: int = 0


@dataclass
class RegistrySimulator:
    """One park's registry. Tests change its fields and call its plain methods as an administrator would."""

    park: SmallPark = field(default_factory=SmallPark)
    now: int = NOON
    epoch: int = 41
    page_rows: int = 5000
    poll_after_seconds: int = 10
    feed: list[Row] = field(default_factory=list)
    oldest: int = 0
    permits: dict[bytes, Permit] = field(default_factory=dict)
    entries: dict[EntryKey, SentEntry] = field(default_factory=dict)
    linked: dict[int, ChainHead] = field(default_factory=dict)
    quarantine: list[SentEntry] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    counts_on_last_page: bool = True
    suspended: set[int] = field(default_factory=set)
    machines: dict[int, MachineReport] = field(default_factory=dict)
    health: dict[int, HealthReport] = field(default_factory=dict)
    next_device: int = 1_000_001
    keeps_log: bool = True
    log: list[Revocation] = field(default_factory=list)
    log_batches: list[tuple[LogHead, SignedText]] = field(default_factory=list)
    log_snapshot: SignedBody | None = None
    snapshot_file: bytes = b""
    snapshot_at: int = -1
    trust: TrustRepository = field(default_factory=lambda: TrustRepository(NOON))
    _manifest: Manifest | None = None

    # ---- what an administrator does ---------------------------------------------------------------------------------

    def put(self, *permits: Permit) -> None:
        """New or changed permits."""
        for permit in permits:
            self.permits[permit.id] = permit
            self.feed.append(permit.row())

    def drop(self, permit_id: bytes) -> None:
        """A permit that is no more: a tombstone."""
        gone = self.permits.pop(permit_id)
        self.feed.append(["x", permit_id.hex(), gone.code])

    def add(self, row: Row) -> None:
        """A use, or a revocation, which goes into the log too."""
        self.feed.append(row)
        if row[0] == "r":
            _, seq, cti8, action, effective, expires = row
            self.publish(
                Revocation(
                    seq=seq,
                    cti8=bytes.fromhex(cti8),
                    action=RevocationAction(action),
                    effective=effective,
                    expires=expires,
                )
            )

    def revoke(
        self, cti: bytes, action: RevocationAction = RevocationAction.REVOKE, *, expires: int = 0, feeds: bool = True
    ) -> Revocation:
        """The next row of the log, about this ticket; in the feed too, unless that comes later."""
        row = Revocation(seq=len(self.log) + 1, cti8=cti[:8], action=action, effective=self.now, expires=expires)
        if feeds:
            self.feed.append(["r", row.seq, row.cti8.hex(), str(action), row.effective, row.expires])
        self.publish(row)
        return row

    def publish(self, *rows: Revocation) -> None:
        """A batch of these rows, which are the next ones."""
        head = self.log_head
        data = write(batch_of(self.park.park, head, rows, self.now))
        text = SignedText(text=data.decode(), signature=sign_body(SignatureKind.REVOCATIONS, self.park.online, data))
        self.log += rows
        self.log_batches.append((LogHead(last=rows[-1].seq, hash=batch_hash(data)), text))

    @property
    def log_head(self) -> LogHead:
        """How far the log reaches."""
        return self.log_batches[-1][0] if self.log_batches else LogHead()

    def snapshot_log(self) -> None:
        """Fold the log into the snapshot that is handed out from now on."""
        data = write(snapshot_of(self.park.park, self.log_head, self.log, self.now))
        self.log_snapshot = self._signed_now(SignatureKind.REVOCATIONS_SNAPSHOT, self.park.online, data)

    def code(self, gate: int = 1, lane: int = 1, direction: LaneDirection = LaneDirection.BOTH) -> str:
        """A one-time code as it is printed."""
        self.sign()
        newest = self.trust_file(root_path(self.trust.versions["root"]))
        assert newest is not None
        code = EnrolmentCode.new(newest)
        self.codes[code.secret] = Code(gate=gate, lane=lane, direction=direction)
        return str(code)

    def build_snapshot(self) -> None:
        """Pack what there is now into the file that manifests name from now on."""
        others = [row for row in self.feed if row[0] in {"u", "r"}]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "snapshot.db"
            rows = [
                permit.row() for permit in sorted(self.permits.values(), key=lambda permit: (permit.code, permit.id))
            ]
            build_snapshot(path, self.park.park, self.epoch, self.cursor(len(self.feed)), [*rows, *others])
            self.snapshot_file = zstandard.compress(path.read_bytes(), 3)
        self.snapshot_at = len(self.feed)

    def compact(self) -> None:
        """Forget the feed up to the snapshot: cursors older than it expire."""
        self.oldest = self.snapshot_at

    def start_epoch(self) -> None:
        """What a registry does that was restored from a backup: nothing of the old feed can be continued."""
        self.epoch += 1
        self.feed = [permit.row() for permit in self.permits.values()]
        self.oldest = 0
        self.build_snapshot()

    def checksum(self) -> int:
        """The checksum of the live permits."""
        return sum(permit.checksum_part() for permit in self.permits.values()) % 2**64

    def cursor(self, place: int) -> str:
        """The token of a place in the feed."""
        return f"{self.epoch}.{place}"

    def close(self) -> None:
        """Nothing is held; a client over HTTP would let its connection go."""

    # ---- the protocol -----------------------------------------------------------------------------------------------

    def trust_file(self, path: str) -> bytes | None:
        self.sign()
        return self.trust.trust_file(path)

    def sign(self) -> None:
        """Publish what the park has decided by now, where it is something new."""
        self.trust.now = self.now
        keys, park_set = self.park.keys_file(), self.park.park_file()
        if (self.trust.targets.get(KEYS_PATH), self.trust.targets.get(set_path(self.park.park))) != (
            keys,
            park_set,
        ):
            self.trust.publish(keys, {self.park.park: park_set})

    def enrol(self, request: EnrolmentRequest) -> Enrolled:
        code = self.codes.get(request.code)
        if code is None:
            raise RegistryRefusedError("This code is not known.", status=403, kind=ProblemKind.CODE_UNKNOWN)
        if code.used_by not in {None, request.public_key}:
            raise RegistryRefusedError("This code was used.", status=403, kind=ProblemKind.CODE_USED)
        if code.used_by is None:
            code.used_by, code.device = request.public_key, self.next_device
            self.next_device += 1
        return Enrolled(
            device=code.device,
            park=self.park.park,
            gate=code.gate,
            lane=code.lane,
            direction=code.direction,
            poll_after_seconds=self.poll_after_seconds,
        )

    def manifest(self, park: int, etag: str | None = None) -> SignedBody | NotModified:
        self._known(park)
        if self.snapshot_at < 0:
            self.build_snapshot()
        known = self._manifest
        if (
            known is None
            or (known.epoch, known.snapshot, known.revocations) != (self.epoch, self.ref(), self._told_head())
            or self.now - known.signed_at >= 600
        ):
            self._manifest = self._new_manifest()
        assert self._manifest is not None
        return self._signed(SignatureKind.MANIFEST, self.park.online, write(self._manifest), etag)

    @contextmanager
    def snapshot(self, ref: SnapshotRef, offset: int = 0) -> Iterator[Download]:
        data = self.snapshot_file
        if ref.sha256 != hashlib.sha256(data).digest():
            raise RegistryRefusedError("There is no such file.", status=404, kind=ProblemKind.NOT_FOUND)
        yield Download(offset=offset, chunks=(data[at : at + CHUNK] for at in range(offset, len(data), CHUNK)))

    def changes(self, park: int, after: str) -> SignedBody:
        self._known(park)
        epoch, place = (int(part) for part in after.split("."))
        if epoch != self.epoch or not self.oldest <= place <= len(self.feed):
            raise CursorExpiredError("The cursor is too old.", status=410, kind=ProblemKind.CURSOR_EXPIRED)
        rows = self.feed[place : place + self.page_rows]
        has_more = place + len(rows) < len(self.feed)
        tells = self.counts_on_last_page and not has_more
        page = ChangesPage(
            park=park,
            epoch=epoch,
            after=after,
            next=self.cursor(place + len(rows)),
            head=self.cursor(len(self.feed)),
            more=has_more,
            signed_at=self.now,
            rows=rows,
            permits=len(self.permits) if tells else None,
            checksum=self.checksum().to_bytes(8, "big") if tells else None,
        )
        return self._signed_now(SignatureKind.CHANGES, self.park.online, write(page))

    def revocations(self, park: int, after: int) -> RevocationsPage:
        self._known(park)
        later = [text for head, text in self.log_batches if head.last > after]
        few = later[: min(self.page_rows, MOST_BATCHES)]
        return RevocationsPage(park=park, after=after, more=len(few) < len(later), batches=tuple(few))

    def revocations_snapshot(self, park: int) -> SignedBody:
        self._known(park)
        if self.log_snapshot is None:
            self.snapshot_log()
        assert self.log_snapshot is not None
        return self.log_snapshot

    def urgent(self, park: int, *, after: int, set_version: int, wait_seconds: int) -> UrgentReply:
        self._known(park)
        until = time.monotonic() + wait_seconds
        while True:
            reply = UrgentReply(revocations=self.log_head.last, set=self.park.version + self.park.keys_version)
            if reply.revocations > after or reply.set > set_version or time.monotonic() >= until:
                return reply
            time.sleep(0.01)

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        receipts = tuple(self._receipt(device, entry) for entry in entries)
        return PushReply(receipts=receipts, head=self._head(device))

    def lookup_key(self, device: int, request: LookUpKeyRequest) -> SealedLookUpKey:
        if device in self.suspended:
            raise RegistryRefusedError("Suspended.", status=403, kind=ProblemKind.DEVICE_SUSPENDED)
        return seal_lookup_key(lookup_key_of(self.park.pepper), request, device)

    def report_health(self, device: int, report: HealthReport) -> HealthHeard:
        self.health[device] = report
        return HealthHeard(at=self.now)

    def report_machine(self, device: int, report: MachineReport) -> MachineHeard:
        self.machines[device] = report
        return MachineHeard(at=self.now)

    # ---- inside -----------------------------------------------------------------------------------------------------

    def ref(self) -> SnapshotRef:
        """How a manifest names the snapshot."""
        digest = hashlib.sha256(self.snapshot_file).digest()
        return SnapshotRef(
            url=f"/v1/scopes/{self.park.park}/snapshots/{digest.hex()}.db.zst",
            sha256=digest,
            bytes=len(self.snapshot_file),
            cursor=self.cursor(self.snapshot_at),
        )

    def _new_manifest(self) -> Manifest:
        return Manifest(
            schema=SCHEMA,
            park=self.park.park,
            epoch=self.epoch,
            signed_at=self.now,
            snapshot=self.ref(),
            min=self.cursor(self.oldest),
            head=self.cursor(len(self.feed)),
            permits=len(self.permits),
            checksum=self.checksum().to_bytes(8, "big"),
            poll_after_seconds=self.poll_after_seconds,
            revocations=self._told_head(),
        )

    def _told_head(self) -> ToldHead | None:
        return ToldHead(last=self.log_head.last, hash=self.log_head.hash) if self.keeps_log else None

    def _receipt(self, device: int, sent: SentEntry) -> Receipt:
        try:
            entry = read_core(sent.core)
        except CanonError as error:
            self.quarantine.append(sent)
            return Receipt(id=sent.id, result=ReceiptResult.QUARANTINED, detail=str(error))
        if entry.id != sent.id or entry.key.device != device:
            self.quarantine.append(sent)
            return Receipt(id=sent.id, result=ReceiptResult.QUARANTINED, detail="not the entry of this id")
        if sent.private is not None and private_hash(sent.private, sent.salt or b"") != sent.private_hash:
            self.quarantine.append(sent)
            return Receipt(id=sent.id, result=ReceiptResult.QUARANTINED, detail="not the private part of this hash")
        known = self.entries.get(entry.key)
        if known is None:
            self.entries[entry.key] = sent
            return Receipt(id=sent.id, result=ReceiptResult.ACCEPTED)
        result = ReceiptResult.DUPLICATE if known.core == sent.core else ReceiptResult.CONFLICT
        return Receipt(id=sent.id, result=result)

    def _head(self, device: int) -> ChainHead | None:
        """The newest entry of the newest chain that hangs together from its first; worked out on from the last time."""
        chains = {key.chain for key in self.entries if key.device == device} if device not in self.linked else set()
        chain = max([self.linked[device].chain if device in self.linked else 0, *chains], default=0)
        while EntryKey(device=device, chain=chain + 1, n=1) in self.entries:
            chain += 1
        at = self.linked.get(device)
        n, last = (at.n, at.hash) if at is not None and at.chain == chain else (0, GENESIS)
        while (sent := self.entries.get(EntryKey(device=device, chain=chain, n=n + 1))) is not None:
            n, last = n + 1, entry_hash(last, sent.core, sent.private_hash)
        if n:
            self.linked[device] = ChainHead(chain=chain, n=n, hash=last)
        return self.linked.get(device)

    def _known(self, park: int) -> None:
        if park != self.park.park:
            raise RegistryRefusedError("There is no such park.", status=404, kind=ProblemKind.NOT_FOUND)

    def _signed(
        self, kind: SignatureKind, key: Ed25519PrivateKey, data: bytes, etag: str | None
    ) -> SignedBody | NotModified:
        body = self._signed_now(kind, key, data)
        return NotModified() if etag == body.etag else body

    def _signed_now(self, kind: SignatureKind, key: Ed25519PrivateKey, data: bytes) -> SignedBody:
        etag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
        return SignedBody(data=data, signature=sign_body(kind, key, data), etag=etag)
