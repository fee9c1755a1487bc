"""A demo registry for each test, with a clock that the test holds, and gates that write entries as kiosks do."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.rules.entries import (
    GENESIS,
    ActBody,
    Body,
    DecisionBody,
    Entry,
    EntryKey,
    Place,
    Private,
    core_bytes,
    entry_hash,
    private_bytes,
    private_hash,
)
from kiosk.rules.permit import Party
from kiosk.rules.words import ActKind, ClockTrust, Direction, LaneDirection, Outcome, Reason, Source
from sync.enrolment_code import EnrolmentCode
from sync.protocol import EnrolmentRequest, PushReply, Registry, SentEntry
from sync.registry.issuing import IssuedTicket
from sync.registry.service import RegistryService, init_registry, open_registry
from sync.registry.serving import RegistryServer
from sync.registry.wire import RegistryEnd
from sync.signing import public_half

NOON = 1_783_234_800  # 5 July 2026, 12:00 in the parks
SALT = b"s" * 16


class HeldClock:
    """A clock that stands where it is put."""

    def __init__(self, at: int) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


class Gate:
    """A kiosk at a lane: it writes a chain of entries and hands them over."""

    def __init__(
        self,
        registry: Registry,
        service: RegistryService,
        park: int,
        gate: int,
        lane: int = 1,
        key: Ed25519PrivateKey | None = None,
    ) -> None:
        self.key = key or Ed25519PrivateKey.generate()
        code = EnrolmentCode.parse(service.enrol(park, gate, lane, LaneDirection.ENTRY).text)
        request = EnrolmentRequest(code=code.secret, public_key=public_half(self.key), software="test")
        self.device = registry.enrol(request).device
        self.registry = registry
        self.place = Place(park=park, gate=gate, lane=lane, direction=Direction.ENTRY)
        self.entries: list[Entry] = []
        self.head = GENESIS

    def admit(
        self,
        ticket: IssuedTicket,
        party: Party | None = None,
        *,
        at: int = NOON,
        private: Private | None = None,
        **more: Any,
    ) -> Entry:
        """An admission of this ticket, or of part of its party."""
        body = {
            "place": self.place,
            "source": Source.CAMERA,
            "outcome": Outcome.ADMITTED,
            "reason": Reason.OK,
            "ticket": ticket.claims.cti,
            "permit": ticket.permit.id,
            "product": ticket.claims.product,
            "right": ticket.claims.party,
            "entry_number": 1,
            "party": ticket.claims.party if party is None else party,
            "facts": {"claims": {"entries": ticket.claims.entries}},
        }
        return self.write(DecisionBody(**{**body, **more}), at, private)

    def let_out(self, ticket: IssuedTicket, *, at: int) -> Entry:
        """The whole party leaves."""
        out = Place(park=self.place.park, gate=self.place.gate, lane=self.place.lane, direction=Direction.EXIT)
        return self.admit(ticket, at=at, place=out, reason=Reason.EXIT)

    def annul(self, entry: Entry, *, at: int = NOON) -> Entry:
        """The turnstile did not turn."""
        return self.write(ActBody(act=ActKind.ANNUL, target=entry.id, place=self.place, by="device"), at)

    def write(self, body: Body, at: int = NOON, private: Private | None = None) -> Entry:
        """Put an entry at the end of the chain."""
        key = EntryKey(device=self.device, chain=1, n=len(self.entries) + 1)
        entry = Entry(key=key, at=at, clock=ClockTrust.TRUSTED, policy=bytes(32), body=body, private=private)
        self.head = entry_hash(self.head, core_bytes(entry), private_hash(private_bytes(private), SALT))
        self.entries.append(entry)
        return entry

    def push(self, *entries: Entry) -> PushReply:
        """Hand over these entries, or all of them."""
        return self.registry.push(self.device, [sent(entry) for entry in entries or self.entries])


def sent(entry: Entry) -> SentEntry:
    """The entry as it travels."""
    private = private_bytes(entry.private)
    hashed = private_hash(private, SALT)
    return SentEntry(id=entry.id, core=core_bytes(entry), private=private, salt=SALT, private_hash=hashed)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo registry that nobody writes to; tests take copies."""
    path = tmp_path_factory.mktemp("made") / "registry"
    init_registry(path, is_demo=True, now=HeldClock(NOON)).close()
    return path


@pytest.fixture
def clock() -> HeldClock:
    """Noon of a July day, until the test says otherwise."""
    return HeldClock(NOON)


@pytest.fixture
def service(made: Path, tmp_path: Path, clock: HeldClock) -> Iterator[RegistryService]:
    """A demo registry of the test's own."""
    shutil.copytree(made, tmp_path / "registry")
    service = open_registry(tmp_path / "registry", now=clock)
    yield service
    service.close()


@pytest.fixture
def end(service: RegistryService) -> RegistryEnd:
    """The registry's end of the wire, without HTTP."""
    return RegistryEnd(service)


@pytest.fixture
def server(service: RegistryService) -> Iterator[RegistryServer]:
    """The registry over HTTP on a free port."""
    server = RegistryServer(service, "127.0.0.1", 0)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gate_at(end: RegistryEnd, service: RegistryService) -> Callable[..., Gate]:
    """Enrols a kiosk: gate_at(park, gate)."""
    return lambda park=7, gate=3, lane=1: Gate(end, service, park, gate, lane)


@pytest.fixture
def ticket(service: RegistryService) -> Callable[..., IssuedTicket]:
    """Issues a ticket of Burabay for the day: ticket(adults=2), with another product or number of entries if said."""

    def issue(*, park: int = 7, product: int = 1, entries: int = 1, days: int = 1, **party: int) -> IssuedTicket:
        people = Party(**(party or {"adults": 2}))
        last = NOON + 8 * 3600 + (days - 1) * 86_400
        return service.issue(park=park, product=product, party=people, entries=entries, nbf=NOON - 4 * 3600, exp=last)[
            0
        ]

    return issue
