"""The journal's entries: their form, their identity, their hash chain, and the uses they amount to.

An entry's key is (device, chain, n), gapless. entry_hash = H(prev ‖ core ‖ H(salt ‖ private)): the private part and
its salt may be erased later without breaking the chain. H is SHA-256, core is deterministic CBOR.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.rules.canon import CanonError, pack, rebuild, unpack
from kiosk.rules.permit import PERMIT_ID_BYTES, Party
from kiosk.rules.words import (
    ActKind,
    AlarmKind,
    ChainCause,
    ClockTrust,
    Direction,
    EntryKind,
    Outcome,
    Reason,
    ReportKind,
    ShiftKind,
    Source,
)

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_BITS, _ID_LETTERS = 96, 20
GENESIS = bytes(32)
VERSION = 1
_LARGEST_FIGURE = 2**31 - 1  # what an INTEGER of any database holds


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class EntryKey:
    """Which entry: the device, its chain (from 1) and the place in it (from 1)."""

    device: int
    chain: int
    n: int

    def __str__(self) -> str:
        """The entry id: device (4 bytes), chain (2), n (6) in Crockford base32, 20 letters."""
        number = (self.device << 64) | (self.chain << 48) | self.n
        number <<= _ID_LETTERS * 5 - _ID_BITS
        return "".join(_CROCKFORD[(number >> 5 * i) & 31] for i in reversed(range(_ID_LETTERS)))

    @classmethod
    def parse(cls, text: str) -> "EntryKey":
        """The key an entry id stands for; ValueError if it is none."""
        folded = text.strip().upper().replace("O", "0").replace("I", "1").replace("L", "1")
        if len(folded) != _ID_LETTERS or any(letter not in _CROCKFORD for letter in folded):
            raise ValueError(f"{text!r} is not an entry id: it has {_ID_LETTERS} letters and digits")
        number = 0
        for letter in folded:
            number = number << 5 | _CROCKFORD.index(letter)
        number, spare = divmod(number, 1 << _ID_LETTERS * 5 - _ID_BITS)
        if spare:
            raise ValueError(f"{text!r} is not an entry id, a letter is mistyped: each id ends in 0 or G")
        return cls(device=number >> 64, chain=number >> 48 & 0xFFFF, n=number & 0xFFFF_FFFF_FFFF)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a kiosk stands, and which way people go through it now."""

    park: int
    gate: int
    lane: int
    direction: Direction


@dataclass(frozen=True, kw_only=True, slots=True)
class FirstUse:
    """When and where the present entry number was first used."""

    at: int
    gate: int
    lane: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DecisionBody:
    """One scan and its verdict. `party` is who goes through now, by category."""

    place: Place
    source: Source
    outcome: Outcome
    reason: Reason
    ticket: bytes | None = None
    permit: bytes | None = None
    product: int | None = None
    right: Party | None = None
    entry_number: int | None = None
    party: Party = field(default_factory=Party)
    returning: int = 0
    remaining: int = 0
    first_use: FirstUse | None = None
    vehicle_class: str | None = None
    """As it was said at the gate; where it was not, the product's own counts."""
    staleness: str = "fresh"
    code_tail: str | None = None
    text_hash: bytes | None = None
    category: str | None = None
    document: str | None = None
    by: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ActBody:
    """What was done about an earlier entry of this device, by whom; an opening without a scan may have no target."""

    act: ActKind
    target: str
    place: Place
    by: str | None = None
    reason: str | None = None
    permit: bytes | None = None
    ticket: bytes | None = None
    product: int | None = None
    right: Party | None = None
    entry_number: int | None = None
    party: Party | None = None
    returning: int = 0
    position: str | None = None
    bags: int | None = None
    vehicle_class: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TrustBody:
    """A newly believed policy set; the versions are floors: none of them is ever believed lower again."""

    park: int
    version: int
    digest: bytes
    keys_version: int | None = None
    root_version: int | None = None
    root_sha256: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainBody:
    """The opening of a chain; `old_head` names the head of a journal that was set aside.

    `gaps` are what is missing of earlier chains, each as chain, first and last n; `lost_uses` says that the registry
    had not confirmed all of it, so that nobody knows who was let in by it, up to the Unix second `lost_until`.
    """

    park: int
    gate: int
    lane: int
    software: str
    old_chain: int | None = None
    old_head: bytes | None = None
    old_n: int | None = None
    cause: ChainCause | None = None
    gaps: tuple[tuple[int, ...], ...] = ()
    lost_uses: bool = False
    lost_until: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockBody:
    """A person said what time it is: trusted times after this entry are by their word, until a signature agrees.

    `believed` is what was believed before, and under which trust; `wall` is what the machine's own clock said.
    """

    park: int
    gate: int
    lane: int
    given: int
    believed: int
    trust: ClockTrust
    wall: int
    by: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmBody:
    """Something the kiosk noticed by itself; `details` say what, in words and figures that name nobody."""

    alarm: AlarmKind
    place: Place
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShiftBody:
    """A shift began or ended: who signed, who took over, and the figures of the hand-over page."""

    shift: ShiftKind
    place: Place
    by: str
    relieved_by: str | None = None
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportBody:
    """What a person reported: `what` is a word of its kind, free words are private; it may be of a permit or entry."""

    report: ReportKind
    place: Place
    what: str
    by: str | None = None
    permit: bytes | None = None
    target: str | None = None
    details: dict[str, Any] = field(default_factory=dict)


Body = DecisionBody | ActBody | TrustBody | ChainBody | ClockBody | AlarmBody | ShiftBody | ReportBody
PLACED = DecisionBody | ActBody | AlarmBody | ShiftBody | ReportBody
"""The bodies that say where they were written."""
_BODIES: dict[EntryKind, type[Any]] = {
    EntryKind.DECISION: DecisionBody,
    EntryKind.ACT: ActBody,
    EntryKind.TRUST: TrustBody,
    EntryKind.CHAIN: ChainBody,
    EntryKind.CLOCK: ClockBody,
    EntryKind.ALARM: AlarmBody,
    EntryKind.SHIFT: ShiftBody,
    EntryKind.REPORT: ReportBody,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Private:
    """What may be erased: it names or finds a person."""

    plate: str | None = None
    guide: str | None = None
    holder: str | None = None
    contact: str | None = None
    reason: str | None = None
    receipt: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One row of the journal, parsed."""

    key: EntryKey
    at: int
    clock: ClockTrust
    policy: bytes
    body: Body
    private: Private | None = None
    hash: bytes = b""

    @property
    def id(self) -> str:
        """The entry id, which is also the idempotency key."""
        return str(self.key)

    @property
    def kind(self) -> EntryKind:
        """The kind of entry its body makes it."""
        return next(kind for kind, cls in _BODIES.items() if isinstance(self.body, cls))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Core:
    v: int
    device: int
    chain: int
    n: int
    kind: str
    at: int
    clock: ClockTrust
    policy: bytes
    body: object


def core_bytes(entry: Entry) -> bytes:
    """The chained, permanent part of an entry."""
    key = entry.key
    return pack(
        _Core(
            v=VERSION,
            device=key.device,
            chain=key.chain,
            n=key.n,
            kind=entry.kind,
            at=entry.at,
            clock=entry.clock,
            policy=entry.policy,
            body=entry.body,
        )
    )


def read_core(data: bytes) -> Entry:
    """The entry whose core these bytes are, without its private part; CanonError if they are none."""
    core = unpack(_Core, data)
    try:
        kind = EntryKind(core.kind)
        body = rebuild(_BODIES[kind], core.body, core.kind)
        _expect_possible(body)
        _expect_own_target(body, core.device)
    except (KeyError, ValueError) as error:
        raise CanonError(f"an entry of kind {core.kind!r} cannot be read: {error}") from error
    key = EntryKey(device=core.device, chain=core.chain, n=core.n)
    return Entry(key=key, at=core.at, clock=core.clock, policy=core.policy, body=body)


def _expect_own_target(body: Body, device: int) -> None:
    """CanonError for an act upon another's record, of which one gate has no say; an opening may be upon none."""
    if not isinstance(body, ActBody) or (body.act is ActKind.OPEN and not body.target):
        return
    if EntryKey.parse(body.target).device != device:
        raise CanonError("expected an act upon an entry of its own device")


def _expect_possible(body: Body) -> None:
    """CanonError for figures that no gate writes: as uses, one such row would keep every gate from a whole page."""
    if not isinstance(body, PLACED):
        return
    _expect_figures(body.place.gate, body.place.lane)
    permit = body.permit if isinstance(body, DecisionBody | ActBody | ReportBody) else None
    if permit is not None and len(permit) != PERMIT_ID_BYTES:
        raise CanonError(f"expected a permit of {PERMIT_ID_BYTES} bytes, got {len(permit)}")
    if isinstance(body, DecisionBody | ActBody):
        number = 1 if body.entry_number is None else body.entry_number
        bags = body.bags if isinstance(body, ActBody) else None
        _expect_figures(body.returning, number, bags or 0, *(body.party or Party()).counts())
        if number == 0:
            raise CanonError("expected an entry number from 1")
    facts = body.facts if isinstance(body, DecisionBody) else {}
    if not all(isinstance(facts.get(name, {}), dict) for name in ("claims", "permit")):
        raise CanonError("expected the claims and the permit among the facts to be maps")


def _expect_figures(*figures: int) -> None:
    if not all(0 <= figure <= _LARGEST_FIGURE for figure in figures):
        raise CanonError(f"expected whole numbers up to {_LARGEST_FIGURE} in its place, entry number and party")


def private_bytes(private: Private | None) -> bytes:
    """The erasable part; empty when there is none."""
    return pack(private) if private is not None else b""


def private_hash(private: bytes, salt: bytes) -> bytes:
    """H(salt ‖ private), which stays when both are erased."""
    return hashlib.sha256(salt + private).digest()


NO_PRIVATE = private_hash(b"", b"")
"""Of an entry that never had a private part."""


def head_message(key: EntryKey, hash_: bytes) -> bytes:
    """What a device signs of the newest entry of a chain."""
    return b"qaqpa-head-1\n" + f"{key}\n".encode() + hash_


def entry_hash(prev: bytes, core: bytes, hash_of_private: bytes) -> bytes:
    """The link of the chain."""
    return hashlib.sha256(prev + core + hash_of_private).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """Heads that went through under one entry number of a permit, here or at another gate."""

    entry_id: str
    entry_number: int
    party: Party
    gate: int
    lane: int
    direction: Direction
    at: int


def uses_of(entries: Iterable[Entry]) -> tuple[Use, ...]:
    """The uses that entries of one permit amount to: annulments and corrections applied, oldest first."""
    uses: dict[str, Use] = {}
    for entry in entries:
        match entry.body:
            case DecisionBody(reason=Reason.TRAINING):
                pass  # a rehearsal takes nothing from anybody
            case DecisionBody(outcome=Outcome.ADMITTED, entry_number=int() as number) as body:
                uses[entry.id] = use_of(entry, body.place, number, body.party)
            case ActBody(act=ActKind.OVERRIDE, entry_number=int() as number, party=Party() as party) as body:
                uses[entry.id] = use_of(entry, body.place, number, party)
            case ActBody(act=ActKind.LEFT, entry_number=int() as number, party=Party() as party) as body:
                # nobody is struck off before having come in, whatever the clock said in between
                came_at = uses[body.target].at if body.target in uses else entry.at
                uses[entry.id] = replace(use_of(entry, body.place, number, party), at=max(entry.at, came_at))
            case ActBody(act=ActKind.ANNUL, target=target):
                uses.pop(target, None)
            case ActBody(act=ActKind.CORRECT, target=target, party=Party() as party) if target in uses:
                uses[target] = replace(uses[target], party=party)
            case _:
                pass
    return tuple(sorted(uses.values(), key=lambda use: (use.at, use.entry_id)))


def use_of(entry: Entry, place: Place, number: int, party: Party) -> Use:
    """The use that an entry is, in this place and by this party."""
    return Use(
        entry_id=entry.id,
        entry_number=number,
        party=party,
        gate=place.gate,
        lane=place.lane,
        direction=place.direction,
        at=entry.at,
    )
