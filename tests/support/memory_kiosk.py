"""A checkpoint whose stores are held in memory: the real rules and the real `Checkpoint`, thousands of steps a second.

Only what keeps bytes is replaced, each by a few dictionaries with the same promises; what those promises cost on a real
disk is measured elsewhere (tests/faults/test_model.py and its neighbours). Texts are known by their names: signatures
are tried in tests/faults/test_forgeries.py.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import cast

from kiosk.checkpoint import Checkpoint
from kiosk.devices.barrier import BarrierError, Contactless
from kiosk.rules.entries import (
    GENESIS,
    ActBody,
    Body,
    ChainBody,
    DecisionBody,
    Entry,
    EntryKey,
    Private,
    TrustBody,
    Use,
)
from kiosk.rules.keyring import Keyring, Opened, Rejected
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Permit, PermitStatus
from kiosk.rules.policy import PolicySet
from kiosk.rules.revocation import Revocation
from kiosk.rules.words import ActKind, BarrierPosition, ClockTrust, EntryKind, LaneDirection, Outcome, Reason
from kiosk.store.delivery import Deliveries, Told
from kiosk.store.home import DeviceRecord
from kiosk.store.journal import Head, Journal
from kiosk.store.policies import NO_ROOT, Policies, Root
from kiosk.store.replica import ReplicaReader, Replicas
from kiosk.store.revocations import LogState, Revocations
from kiosk.store.right_of_way import RightOfWay
from tests.support.clock import ManualClock
from tests.support.crashing_kiosk import DiedError


class RingOfTexts(Keyring):
    """A keyring that has opened every text before."""

    __slots__ = ("tickets",)

    def __init__(self, ring: Keyring) -> None:
        super().__init__(ring._keys)
        self.tickets: dict[str, Opened] = {}

    def open(self, text: object) -> Opened:
        """The ticket of a known text."""
        return self.tickets.get(str(text)) or Rejected(reason=Reason.NOT_A_TICKET, detail="format")


class MemoryJournal(Journal):
    """The journal of one device as a list; what it does not answer from its lists would ask for a database."""

    def __init__(self, device: int) -> None:
        self._device = device
        self.entries: list[Entry] = []
        self.moved: dict[bytes, list[Entry]] = defaultdict(list)
        self.acts: dict[str, list[Entry]] = defaultdict(list)
        self.texts: dict[bytes, Entry] = {}
        self.moves: list[Entry] = []
        self.sure: list[tuple[int, int]] = []
        """When entries were written whose time is known, and their places: time never runs backwards there."""

    @property
    def renewals(self) -> list[Entry]:
        """No file of this journal was ever set aside."""
        return []

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What is appended is there at once: what a COMMIT may do is tried elsewhere."""
        yield

    def append(self, body: Body, moment: Moment, policy: bytes, private: Private | None = None) -> Entry:
        """The next entry of the chain."""
        if not self.entries and not isinstance(body, ChainBody):
            self.append(ChainBody(park=0, gate=0, lane=0, software="in memory"), moment, policy)
        n = len(self.entries) + 1
        key = EntryKey(device=self._device, chain=1, n=n)
        entry = Entry(
            key=key,
            at=moment.now,
            clock=moment.trust,
            policy=policy,
            body=body,
            private=private,
            hash=n.to_bytes(32, "big"),
        )
        self.entries.append(entry)
        if entry.clock is ClockTrust.TRUSTED:
            self.sure.append((entry.at, n))
        if isinstance(body, ActBody) or (isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED):
            self.moves.append(entry)
        if isinstance(body, ActBody):
            self.acts[body.target].append(entry)
        if isinstance(body, ActBody) or (isinstance(body, DecisionBody) and body.outcome is Outcome.ADMITTED):
            if body.permit is not None:
                self.moved[body.permit].append(entry)
        elif isinstance(body, DecisionBody) and body.text_hash is not None:
            self.texts[body.text_hash] = entry
        return entry

    def believed(self) -> bytes | None:
        """The digest of the newest believed set."""
        entry = self.newest(EntryKind.TRUST)
        return entry.body.digest if entry is not None and isinstance(entry.body, TrustBody) else None

    def latest(self, limit: int, kind: EntryKind = EntryKind.DECISION) -> list[Entry]:
        """The newest entries of a kind, newest first; the trust in the set stands near the beginning."""
        run = self.entries[:3] if kind is EntryKind.TRUST else self.entries
        return list(islice((entry for entry in reversed(run) if entry.kind is kind), limit))

    def get(self, entry_id: str) -> Entry | None:
        """The entry of this id."""
        return self._at(EntryKey.parse(entry_id))

    def hash_of(self, key: EntryKey) -> bytes | None:
        """The hash of the entry with this key."""
        entry = self._at(key)
        return entry.hash if entry else None

    def of_permit(self, permit: bytes, since_at: int = 0) -> list[Entry]:
        """The admissions of a permit and the acts that name it."""
        return [entry for entry in self.moved.get(permit, ()) if entry.at >= since_at]

    def head(self) -> Head:
        """The newest entry."""
        return Head(chain=1, n=len(self.entries), hash=self.entries[-1].hash if self.entries else GENESIS)

    def before(self, at: int) -> tuple[int, int] | None:
        """The place of the last entry that is surely older than this time."""
        place = bisect_left(self.sure, (at, 0))
        return (1, self.sure[place - 1][1]) if place else None

    def moves_after(self, chain: int, n: int) -> list[Entry]:
        """The admissions and acts that follow one entry."""
        return self.moves[bisect_left(self.moves, n + 1, key=lambda entry: entry.key.n) :]

    def moves_of_others(self, since_at: int) -> list[Entry]:
        """No other device ever wrote here."""
        return []

    def acts_on(self, entry_id: str) -> list[Entry]:
        """What was done about an entry, oldest first."""
        return self.acts.get(entry_id, [])

    def recent_text(self, text_hash: bytes, since_at: int) -> Entry | None:
        """The newest decision about a text that is no ticket."""
        entry = self.texts.get(text_hash)
        return entry if entry is not None and entry.at >= since_at else None

    def lost_uses_at(self, *, is_told_back: bool = True) -> int | None:
        """Nothing is ever lost here."""
        return None

    def entries_lost_at(self) -> int | None:
        """Nor is any entry missing."""
        return None

    def reopen(self, moment: Moment, policy: bytes) -> None:
        """No chain is ever due."""

    @property
    def is_chain_due(self) -> bool:
        """No file was ever set aside."""
        return False

    def is_durable(self, entry: Entry) -> bool:
        """Whether nothing was written after it."""
        return entry.key.n == len(self.entries)

    def flush(self, entry: Entry) -> None:
        """Memory has no other side."""

    def _at(self, key: EntryKey) -> Entry | None:
        is_mine = key.device == self._device and key.chain == 1 and 1 <= key.n <= len(self.entries)
        return self.entries[key.n - 1] if is_mine else None


@dataclass
class MemoryReplica:
    """What the registry told this kiosk."""

    rows: dict[bytes, Permit] = field(default_factory=dict)
    codes: dict[str, Permit] = field(default_factory=dict)
    tickets: dict[bytes, Permit] = field(default_factory=dict)
    of_gates: dict[bytes, tuple[Use, ...]] = field(default_factory=dict)
    log: dict[bytes, Revocation] = field(default_factory=dict)
    heard_at: int | None = None
    right_of_way: RightOfWay = field(default_factory=RightOfWay)

    def put(self, row: Permit, cti: bytes) -> None:
        """Take in a permit's row."""
        self.rows[row.id] = self.codes[row.code] = self.tickets[cti[:8]] = row

    def revoke(self, revocation: Revocation) -> None:
        """Take in a row of the log; the registry sends the permit's row again, too."""
        self.log[revocation.cti8] = revocation
        row = self.tickets.get(revocation.cti8)
        if row is not None:
            row = replace(row, status=PermitStatus.REVOKED)
            self.rows[row.id] = self.codes[row.code] = self.tickets[revocation.cti8] = row

    # as Replicas
    def current(self) -> ReplicaReader | None:
        """Itself."""
        return cast("ReplicaReader", self)

    # as ReplicaReader
    def find(self, permit: bytes, code: str) -> Permit | None:
        """The row of a permit."""
        return self.rows.get(permit)

    def by_code(self, code: str) -> list[Permit]:
        """The rows under a typed code."""
        return [self.codes[code]] if code in self.codes else []

    def uses(self, permit: bytes) -> list[Use]:
        """The uses at every gate, as the registry told them."""
        return list(self.of_gates.get(permit, ()))

    def revoked(self, cti: bytes) -> Revocation | None:
        """The replica's own copy of the log is empty: the log is asked first."""
        return None

    # as Revocations
    def state(self) -> LogState:
        """How old the log is."""
        return LogState(keeps_log=True, signed_at=self.heard_at)

    # as Deliveries
    def told(self) -> Told:
        """The registry's newest word."""
        return Told(signed_at=self.heard_at, is_told_back=self.heard_at is not None)


@dataclass
class MemoryLog:
    """The revocation log beside a replica."""

    replica: MemoryReplica

    def find(self, cti: bytes) -> Revocation | None:
        """The newest word of the log about a ticket."""
        return self.replica.log.get(cti[:8])

    def state(self) -> LogState:
        """How old the log is."""
        return self.replica.state()


@dataclass
class MemoryPolicies:
    """The set a kiosk believes."""

    sets: list[PolicySet]

    def current(self) -> PolicySet | None:
        """The newest set."""
        return self.sets[-1]

    def root(self) -> Root:
        """No root is known here."""
        return NO_ROOT

    def get(self, digest: bytes) -> PolicySet | None:
        """The set of this digest."""
        return next((each for each in self.sets if each.digest == digest), None)


@dataclass
class MemoryBarrier(Contactless):
    """A boom that remembers the cause of each pulse; it can refuse one, or the process ends before or after it."""

    causes: list[str] = field(default_factory=list)
    trouble: str = ""
    last: str = ""
    is_held: bool = False

    def pulse(self, milliseconds: int, cause: str) -> None:
        """Open because of this entry."""
        trouble, self.trouble, self.last = self.trouble, "", cause
        if trouble == "refuses":
            raise BarrierError("The barrier does not answer")
        if trouble == "dies_before":
            raise DiedError
        self.causes.append(cause)
        if trouble == "dies_after":
            raise DiedError

    def position(self) -> BarrierPosition:
        """Closed, for all that anybody can see, unless it is held open."""
        return BarrierPosition.OPEN if self.is_held else BarrierPosition.CLOSED

    def hold(self, held: bool) -> None:
        """Keep the boom open, or let it go."""
        self.is_held = held


class DoubtfulClock(ManualClock):
    """The true time, or an interval around an estimate of it."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.doubt: tuple[int, int, int] | None = None
        """Seconds: the earliest before the true time, the latest after it, and how far off the estimate is."""

    def now(self) -> Moment:
        """What is believed now."""
        if self.doubt is None:
            return Moment.at(self.at)
        before, after, off = self.doubt
        return Moment.between(self.at - before, self.at + after, self.at + off)


class MemoryKiosk:
    """One lane of one gate; its memory outlives the process, as a disk would."""

    def __init__(self, *, device: int, gate: int, lane: int, policy: PolicySet, at: int) -> None:
        self.record = DeviceRecord(
            device=device,
            park=policy.park,
            gate=gate,
            lane=lane,
            direction=LaneDirection.BOTH,
            registry="http://127.0.0.1:1",
            root_sha256=bytes(32),
            enrolled_at=at,
            poll_after_seconds=10,
        )
        self.journal = MemoryJournal(device)
        self.replica = MemoryReplica()
        self.policies = MemoryPolicies(sets=[policy])
        self.barrier = MemoryBarrier()
        self.clock = DoubtfulClock(at)
        self.checkpoint = self._started()

    def restart(self) -> None:
        """The next process, on what the last one left."""
        self.checkpoint = self._started()

    def _started(self) -> Checkpoint:
        return Checkpoint(
            record=self.record,
            journal=self.journal,
            replicas=cast("Replicas", self.replica),
            revocations=cast("Revocations", MemoryLog(replica=self.replica)),
            policies=cast("Policies", self.policies),
            deliveries=cast("Deliveries", self.replica),
            clock=self.clock,
            barrier=self.barrier,
        )


def is_moving(entry: Entry) -> bool:
    """Whether an entry may change who went through: what a registry works uses out of."""
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED):
            return True
        case ActBody(act=act):
            return act in (ActKind.OVERRIDE, ActKind.ANNUL, ActKind.CORRECT, ActKind.LEFT)
        case _:
            return False


def by_key(entries: Sequence[Entry]) -> list[Entry]:
    """Entries as the registry reads them: by device, chain and place."""
    return sorted(entries, key=lambda entry: entry.key)
