"""A data folder put together into a checkpoint: the only place where a kiosk's parts meet before its screen does.

`open_checkpoint` takes the folder's lock and writes; `open_reader` only reads and works beside a running kiosk;
`open_sync` is for the sync thread, which has connections of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.alarms import raise_alarm
from kiosk.believing import newest_floor
from kiosk.checkpoint import Checkpoint
from kiosk.clock import Clock, GivenClock, SystemClock
from kiosk.config import Config, read_config
from kiosk.devices.barrier import Barrier, SimulatedBarrier, UntouchedBarrier
from kiosk.devices.barriers import open_barrier
from kiosk.errors import EnvironmentalError
from kiosk.moving import heed_machine
from kiosk.rules.machine import Machine
from kiosk.rules.moment import Floor
from kiosk.rules.words import AlarmKind, ClockTrust
from kiosk.store.delivery import Deliveries
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.machine import this_machine
from kiosk.store.policies import Policies
from kiosk.store.preflight import LEAST_BYTES, look, preflight
from kiosk.store.recovery import leave_recovery_key
from kiosk.store.replica import Replicas
from kiosk.store.reserve import Reserve
from kiosk.store.revocations import RevocationLog, Revocations
from kiosk.store.right_of_way import RightOfWay
from kiosk.wiring import BarrierKind
from ui.decision_json import is_offline
from ui.version import version

if TYPE_CHECKING:
    from sync.client import HttpRegistry
    from sync.engine import SyncEngine
    from sync.transport import Limits
    from sync.urgent import Bell

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What a kiosk remembers, opened by one thread for itself."""

    home: Home
    record: DeviceRecord
    journal: Journal
    replicas: Replicas
    revocations: Revocations
    policies: Policies
    deliveries: Deliveries

    def floor(self) -> Floor:
        """What is known of the time at a start: when the last trusted entry was made, and what the registry signed."""
        policy = self.policies.sound()  # a damaged one is mended by sync, which starts from here
        signed = max(self.deliveries.signed_at() or 0, policy.signed_at if policy else 0)
        return Floor(trusted=self.journal.last_trusted_at() or 0, signed=signed)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kiosk:
    """A checkpoint that may decide, with what it was made of."""

    memory: Memory
    config: Config
    clock: Clock
    barrier: Barrier
    checkpoint: Checkpoint

    @property
    def policies(self) -> Policies:
        """The park's sets."""
        return self.memory.policies

    def is_offline(self) -> bool:
        """Whether the registry has not been reached for three polls."""
        contact = self.memory.deliveries.last_contact()
        return is_offline(self.clock.now().now, contact, self.memory.record.poll_after_seconds)


@dataclass(frozen=True, kw_only=True, slots=True)
class SyncEnd:
    """The kiosk's end of the agreement with its registry."""

    memory: Memory
    engine: SyncEngine
    registry: HttpRegistry


@contextmanager
def open_checkpoint(
    home: Home,
    *,
    purpose: str,
    barrier: Barrier | None = None,
    at: int | None = None,
    machine: Machine | None = None,
) -> Iterator[Kiosk]:
    """The checkpoint of this folder while the lock is held; `at` is a given time, `purpose` what others are told.

    NotEnrolledError, BusyError and ConfigError say what keeps it from opening.
    """
    warnings = preflight(home)
    record = home.enrolled()
    config = read_config(home.config_file)
    for sentence in warnings:
        _log.warning("%s", sentence)
    with ExitStack() as stack:
        stack.enter_context(home.lock(purpose))
        reserve = Reserve(home)
        if look(home.kiosk).free_bytes < LEAST_BYTES:
            reserve.free()  # not even the files could be opened
        memory = stack.enter_context(_memory(home, record, readonly=False))
        home.remember_key()
        leave_recovery_key(home, memory.policies.sound())
        clock = SystemClock(memory.floor()) if at is None else GivenClock(at)
        hand = barrier if barrier is not None else stack.enter_context(closing(make_barrier(config, home)))
        reserve.hold()
        checkpoint = Checkpoint(
            record=record,
            journal=memory.journal,
            replicas=memory.replicas,
            revocations=memory.revocations,
            policies=memory.policies,
            deliveries=memory.deliveries,
            clock=clock,
            barrier=hand,
            reserve=reserve,
            season_keys=home.season_keys,
            pulse_milliseconds=config.barrier_pulse_milliseconds,
            home=home,
        )
        checkpoint.go_on()
        if checkpoint.revoked is None and heed_machine(home, memory.journal, machine or this_machine(record.device)):
            _tell_moved(checkpoint)
        yield Kiosk(memory=memory, config=config, clock=clock, barrier=hand, checkpoint=checkpoint)


def _tell_moved(checkpoint: Checkpoint) -> None:
    """An alarm for the ranger; where it cannot be written, the next entry opens the chain that says so all the same."""
    try:
        raise_alarm(checkpoint, AlarmKind.MOVED)
    except EnvironmentalError as error:
        _log.error("That the disk is in another machine could not be written down: %s", error)


@contextmanager
def open_reader(home: Home) -> Iterator[Memory]:
    """What the kiosk remembers, to look at: without the lock, beside a running kiosk, writing nothing."""
    with _memory(home, home.enrolled(), readonly=True) as memory:
        yield memory


def reading_checkpoint(home: Home, memory: Memory) -> tuple[Checkpoint, Clock]:
    """A checkpoint over what `open_reader` has opened: it can say how things are, and write nothing."""
    clock = SystemClock(memory.floor())
    checkpoint = Checkpoint(
        record=memory.record,
        journal=memory.journal,
        replicas=memory.replicas,
        revocations=memory.revocations,
        policies=memory.policies,
        deliveries=memory.deliveries,
        clock=clock,
        barrier=_looked_at(read_config(home.config_file)),
        home=home,
    )
    return checkpoint, clock


@contextmanager
def open_sync(
    home: Home,
    *,
    clock: Clock | None = None,
    url: str | None = None,
    right_of_way: RightOfWay | None = None,
    bell: Bell | None = None,
    limits: Limits | None = None,
    machine: Callable[[], Machine] | None = None,
) -> Iterator[SyncEnd]:
    """The engine that agrees with the registry, for one thread; the lock is the business of whoever calls.

    `right_of_way` is that of a checkpoint which scans in the same process, `bell` what an urgent lane rings.
    """
    from sync.engine import SyncEngine

    record = home.enrolled()
    with ExitStack() as stack:
        memory = stack.enter_context(
            _memory(home, record, readonly=False, journal_readonly=True, right_of_way=right_of_way)
        )
        time = clock if clock is not None else SystemClock(memory.floor())
        registry = stack.enter_context(open_registry(home, memory, clock=time, url=url, limits=limits))
        engine = SyncEngine(
            home=home,
            registry=registry,
            deliveries=memory.deliveries,
            replicas=memory.replicas,
            revocations=stack.enter_context(RevocationLog(home, record.park, right_of_way=right_of_way)),
            policies=memory.policies,
            clock=time,
            software=f"qaqpa {version()}",
            floor=lambda: newest_floor(memory.journal),
            stick=read_config(home.config_file).registry_stick,
            bell=bell,
            machine=machine,
        )
        yield SyncEnd(memory=memory, engine=engine, registry=registry)


@contextmanager
def open_registry(
    home: Home, memory: Memory, *, clock: Clock | None = None, url: str | None = None, limits: Limits | None = None
) -> Iterator[HttpRegistry]:
    """The registry of this kiosk over HTTP, every request signed by the device."""
    from sync.client import HttpRegistry, device_signer

    time = clock if clock is not None else SystemClock(memory.floor())
    signer = device_signer(
        home.device_key(),
        str(memory.record.device),
        lambda: time.now().now,
        is_sure=lambda: time.now().trust is ClockTrust.TRUSTED,
    )
    # a registry that moved is named in the settings; enrolment said where it was then
    address = url or read_config(home.config_file).registry_url or memory.record.registry
    with closing(
        HttpRegistry(
            address,
            signer=signer,
            limits=limits,
            ca_file=home.park_ca_file,
            moment=time.proven,
            give_way=memory.replicas.right_of_way.give_way,
        )
    ) as registry:
        yield registry


def make_barrier(config: Config, home: Home) -> Barrier:
    """The hand that the settings name; whoever makes it closes it."""
    return open_barrier(config.barrier, config.wiring, crossings_file=home.crossings_file)


def _looked_at(config: Config) -> Barrier:
    """The hand of a kiosk that another program runs: a line has one owner."""
    return SimulatedBarrier() if config.barrier is BarrierKind.SIMULATED else UntouchedBarrier()


@contextmanager
def _memory(
    home: Home,
    record: DeviceRecord,
    *,
    readonly: bool,
    journal_readonly: bool | None = None,
    right_of_way: RightOfWay | None = None,
) -> Iterator[Memory]:
    with ExitStack() as stack:
        is_readonly = readonly if journal_readonly is None else journal_readonly
        if is_readonly and not readonly and not home.journal_file.exists():
            Journal.open(home, record.device).close()  # sync before the first scan: there is a journal, and it is empty
        journal = stack.enter_context(closing(Journal.open(home, record.device, readonly=is_readonly)))
        yield Memory(
            home=home,
            record=record,
            journal=journal,
            replicas=stack.enter_context(closing(Replicas(home, readonly=readonly, right_of_way=right_of_way))),
            revocations=stack.enter_context(closing(Revocations(home, reports_damage=not readonly))),
            policies=Policies(home),
            deliveries=stack.enter_context(
                closing(Deliveries(home, journal, readonly=readonly, right_of_way=right_of_way))
            ),
        )
