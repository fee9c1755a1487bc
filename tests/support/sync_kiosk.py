"""A kiosk's memory and its sync engine on a folder of their own, without camera, screen or checkpoint."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.believing import newest_floor
from kiosk.rules.entries import DecisionBody, Entry, Place
from kiosk.rules.moment import Moment
from kiosk.rules.permit import Party
from kiosk.rules.words import Direction, Outcome, Reason, Source
from kiosk.store.delivery import Deliveries
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import Replicas
from kiosk.store.revocations import RevocationLog, Revocations
from sync.client import device_signer
from sync.engine import SyncEngine
from sync.enrolment import Connect, enrol
from sync.protocol import Registry
from sync.report import Report
from sync.urgent import Bell
from tests.support.clock import ManualClock
from tests.support.park import NOON

NOWHERE = "http://127.0.0.1:9"
SOFTWARE = "qaqpa test"


@dataclass
class SyncKiosk:
    """What sync works on; `registry` may be exchanged, as after a restart, by `engine_for`."""

    home: Home
    record: DeviceRecord
    journal: Journal
    deliveries: Deliveries
    replicas: Replicas
    revocations: Revocations
    log: RevocationLog
    bell: Bell
    policies: Policies
    clock: ManualClock
    engine: SyncEngine

    def engine_for(self, registry: Registry) -> SyncEngine:
        """A fresh engine, as after a restart, that talks to this registry."""
        self.engine = SyncEngine(
            home=self.home,
            registry=registry,
            deliveries=self.deliveries,
            replicas=self.replicas,
            revocations=self.log,
            policies=self.policies,
            clock=self.clock,
            software=SOFTWARE,
            floor=lambda: newest_floor(self.journal),
            bell=self.bell,
        )
        return self.engine

    def run_cycle(self) -> Report:
        """One cycle."""
        return self.engine.run_cycle()

    def write(self, count: int = 1, *, permit: bytes | None = None) -> list[Entry]:
        """That many admissions in the journal."""
        entries = []
        with self.journal.writing():
            for _ in range(count):
                number = self.journal.head().n + 1
                moment = Moment.at(self.clock.at + number % 1000)
                entries.append(self.journal.append(self._body(number, permit), moment, bytes(32)))
        return entries

    def _body(self, number: int, permit: bytes | None) -> DecisionBody:
        record = self.record
        return DecisionBody(
            place=Place(park=record.park, gate=record.gate, lane=record.lane, direction=Direction.ENTRY),
            source=Source.CAMERA,
            outcome=Outcome.ADMITTED,
            reason=Reason.UNLISTED,
            permit=permit or hashlib.sha256(number.to_bytes(8, "big")).digest()[:16],
            entry_number=1,
            party=Party(adults=1),
        )


@contextmanager
def sync_kiosk(path: Path, code: str, *, connect: Connect, url: str = NOWHERE) -> Iterator[SyncKiosk]:
    """A kiosk enrolled at the registry that `connect` leads to; its engine's client signs as its device."""
    clock, home = ManualClock(NOON), Home(path)
    record = enrol(home, url, code, software=SOFTWARE, now=lambda: clock.at, connect=connect).record
    client = connect(url, device_signer(home.device_key(), str(record.device), lambda: clock.at), None)
    with opened(home, client, clock) as kiosk:
        yield kiosk


@contextmanager
def opened(home: Home, registry: Registry, clock: ManualClock) -> Iterator[SyncKiosk]:
    """An enrolled folder, opened as by a new process."""
    record = home.enrolled()
    journal = Journal.open(home, record.device)
    reading = Journal.open(home, record.device, readonly=True)
    deliveries, replicas, policies = Deliveries(home, reading), Replicas(home), Policies(home)
    revocations, log, bell = Revocations(home, reports_damage=True), RevocationLog(home, record.park), Bell()
    engine = SyncEngine(
        home=home,
        registry=registry,
        deliveries=deliveries,
        replicas=replicas,
        revocations=log,
        policies=policies,
        clock=clock,
        software=SOFTWARE,
        floor=lambda: newest_floor(reading),
        bell=bell,
    )
    try:
        yield SyncKiosk(
            home=home,
            record=record,
            journal=journal,
            deliveries=deliveries,
            replicas=replicas,
            revocations=revocations,
            log=log,
            bell=bell,
            policies=policies,
            clock=clock,
            engine=engine,
        )
    finally:
        for item in (deliveries, replicas, revocations, log, reading, journal):
            item.close()
