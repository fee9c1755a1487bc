"""One cycle: tell the registry what happened here, then learn what changed there. No threads, no sleeping, no HTTP.

The halves know nothing of each other: a registry that takes no entries still delivers revocations, and the reverse.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.clock import Clock
from kiosk.errors import BugError, EnvironmentalError
from kiosk.rules.machine import Machine
from kiosk.rules.words import ClockTrust
from kiosk.store.delivery import Deliveries
from kiosk.store.home import Home
from kiosk.store.machine import this_machine
from kiosk.store.policies import Policies
from kiosk.store.recovery import leave_recovery_key
from kiosk.store.replica import Replicas
from kiosk.store.revocations import RevocationLog
from sync.errors import RegistryUnavailableError, UntrustedError
from sync.health_push import HealthPush
from sync.machine_push import MachinePush
from sync.network_note import leave_note
from sync.protocol import Registry
from sync.pulling import Pull
from sync.pushing import Push
from sync.report import Notes, Report
from sync.trust import Folder
from sync.trust_update import Floor
from sync.urgent import Bell


class SyncEngine:
    """A kiosk's side of the agreement; one cycle at a time, from any one thread."""

    def __init__(
        self,
        *,
        home: Home,
        registry: Registry,
        deliveries: Deliveries,
        replicas: Replicas,
        revocations: RevocationLog,
        policies: Policies,
        clock: Clock,
        software: str,
        floor: Floor,
        stick: Path | None = None,
        bell: Bell | None = None,
        machine: Callable[[], Machine] | None = None,
    ) -> None:
        record = home.enrolled()
        self._deliveries, self._clock = deliveries, clock
        self._home, self._policies, self._stick = home, policies, stick
        self._poll_after_seconds = record.poll_after_seconds
        self._pull = Pull(
            registry=registry,
            replicas=replicas,
            revocations=revocations,
            deliveries=deliveries,
            policies=policies,
            clock=clock,
            record=record,
            home=home,
            floor=floor,
            bell=bell,
        )
        known = machine or partial(this_machine, record.device)
        self._machine = MachinePush(registry=registry, device=record.device, machine=known)
        self._push = Push(
            registry=registry,
            deliveries=deliveries,
            device=record.device,
            between=self._pull.attend,
            first=self._tell_machine,
        )
        self._health = HealthPush(registry=registry, note=home.devices_note, device=record.device, software=software)
        self._pull.learn()

    def run_cycle(self) -> Report:
        """Push, then pull, whatever becomes of the first; what went wrong is in the report. Only BugError escapes.

        How the devices are is told last: whether it is heard makes no cycle better or worse.
        """
        notes = Notes(started_at=self._clock.now().now, poll_after_seconds=self._poll_after_seconds)
        bugs = _half(self._look_at_stick, notes, notes.pull_errors)
        bugs += _half(self._pull.attend, notes, notes.pull_errors)
        bugs += _half(self._push.run, notes, notes.push_errors)
        bugs += _half(self._pull.run, notes, notes.pull_errors)
        bugs += [*notes.bugs, *_half(self._note_contact, notes, notes.pull_errors)]
        self._poll_after_seconds = notes.poll_after_seconds
        bugs += _half(self._note_revoked, notes, notes.pull_errors)
        self._note_line(notes)
        if notes.has_contact and notes.revoked is None:
            self._tell_machine()
            self._health.run(self._clock.now().now)
        if bugs:
            raise BugError(f"A cycle met what must not happen: {bugs[0]!r}") from bugs[0]
        return notes.report()

    def take_stick(self, stick: Path) -> Report:
        """Take in what is signed on a stick, and nothing else."""
        notes = Notes(started_at=self._clock.now().now, poll_after_seconds=self._poll_after_seconds)
        if Folder.on_stick(stick) is None:
            raise EnvironmentalError(
                f"There is nothing signed on {stick}: `qaqpa registry trust stick {stick}` writes it at the registry."
            )
        bugs = _half(lambda notes: self._pull.run_stick(notes, stick), notes, notes.pull_errors)
        if bugs := bugs + _half(self._note_revoked, notes, notes.pull_errors):
            raise bugs[0]
        return notes.report()

    def _look_at_stick(self, notes: Notes) -> None:
        if self._stick is not None:
            self._pull.run_stick(notes, self._stick)

    def _note_revoked(self, notes: Notes) -> None:
        """Of a revoked device this is what a cycle is about: what of its journal is still here alone."""
        notes.revoked = self._pull.revoked()
        if notes.revoked is not None:
            notes.unsent = self._deliveries.pending_count()

    def _note_line(self, notes: Notes) -> None:
        if notes.network_state is not None:
            said = "" if notes.trouble is None else str(notes.trouble)
            leave_note(self._home.network_note, notes.network_state, said, self._clock.now().now)

    def _tell_machine(self) -> None:
        """Before the entries of a start, and now and then: a revoked device tells nothing but its entries."""
        if self._pull.revoked() is None:
            self._machine.run(self._clock.now().now)

    def _note_contact(self, notes: Notes) -> None:
        if notes.has_contact:
            moment = self._clock.now()
            self._deliveries.contacted(moment.now, is_sure=moment.trust is ClockTrust.TRUSTED)
        if notes.set_version is not None:  # a new set may name another hand-over key
            leave_recovery_key(self._home, self._policies.sound())


def _half(run: Callable[[Notes], None], notes: Notes, errors: list[str]) -> list[Exception]:
    try:
        run(notes)
    except UntrustedError as error:
        notes.note_trouble(error)
        notes.has_failed = True
        notes.alarms.append(str(error))
    except EnvironmentalError as error:
        notes.note_trouble(error)
        notes.has_failed = True
        if isinstance(error, RegistryUnavailableError) and error.retry_after_seconds is not None:
            notes.retry_after_seconds = max(error.retry_after_seconds, notes.retry_after_seconds or 0)
        if str(error) not in errors:
            errors.append(str(error))
    except Exception as error:  # noqa: BLE001  even our own mistake in one half must not stop the other
        return [error]
    return []
