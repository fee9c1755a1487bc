"""The kiosk killed with SIGKILL at seeded moments and started again: nothing lost, nothing doubled, nothing owed.

kill -9 spares the page cache, so this says nothing of power cuts; it says that no order of steps leaves a wrong state.
"""

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from kiosk.clock import machine_seconds
from kiosk.devices.barrier import read_pulse_log
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.permit import Party
from kiosk.rules.words import LaneDirection, Outcome
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.registry.service import RegistryService, init_registry
from sync.registry.serving import RegistryServer
from tests.faults import victim
from ui.assembly import open_reader

PARK, DAY_SECONDS, ANSWER_SECONDS = 7, 86_400, 30
MOMENTS = ("idle", "scan", "cycle")


@dataclass
class Rig:
    """A registry that lives, a kiosk that is killed, and what is known to have been answered."""

    folder: Path
    registry: RegistryService
    tickets: Iterator[str]
    chance: random.Random
    is_planted: bool = False
    answered: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)
    in_flight: str | None = None

    def kill_once(self, moment: str, within_seconds: float) -> None:
        """Start the kiosk, scan a little, and kill it idle, within a scan or within a cycle."""
        with self._alive() as orders:
            if self.in_flight is not None:
                self._scan(orders, self.in_flight)
                self.in_flight = None
            self._scan(orders, next(self.tickets))
            if moment == "scan":
                self.in_flight = next(self.tickets)
                orders.send(("scan", self.in_flight))
            elif moment == "cycle":
                orders.send(("cycle", ""))
            time.sleep(self.chance.uniform(0, within_seconds))
        self.killed[moment] += 1
        self._inspect()

    def settle(self) -> str:
        """One undisturbed start with one cycle; what the cycle reported."""
        with self._alive() as orders:
            orders.send(("cycle", ""))
            return str(self._answer(orders))

    def time_of(self, verb: str) -> float:
        """How long the order takes undisturbed, in seconds; the slowest of three."""
        with self._alive() as orders:
            taken = []
            for _ in range(3):
                began = time.monotonic()
                orders.send((verb, next(self.tickets) if verb == "scan" else ""))
                self._answer(orders)
                taken.append(time.monotonic() - began)
        return max(taken)

    def _scan(self, orders: Connection, text: str) -> None:
        orders.send(("scan", text))
        entry_id, outcome, _ = self._answer(orders)
        self.answered[entry_id] = outcome

    @contextmanager
    def _alive(self) -> Iterator[Connection]:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["tests.faults.victim", "sync.client", "sync.engine"])
        ours, theirs = context.Pipe()
        process = context.Process(target=victim.live, args=(self.folder, theirs, self.is_planted), daemon=True)
        process.start()
        try:
            theirs.close()
            assert self._answer(ours) == "ready"
            yield ours
        finally:
            process.kill()
            process.join()
            ours.close()

    def _answer(self, orders: Connection) -> Any:
        assert orders.poll(ANSWER_SECONDS), "the kiosk did not answer"
        return orders.recv()

    def _inspect(self) -> None:
        """Lay the pulses and the answers beside what is on the disk."""
        with open_reader(Home(self.folder)) as memory:
            self.faults += memory.journal.verify()
            entries = {entry.id: entry for entry in memory.journal.between(0, 2**40)}
        admitted = {key for key, entry in entries.items() if _is_admission(entry)}
        pulses = Counter(read_pulse_log(self.folder / victim.PULSES))
        self.faults += [f"a pulse without an entry: {cause}" for cause in pulses if cause not in admitted]
        self.faults += [f"an answer was lost: {key}" for key in self.answered if key not in entries]
        # answered admissions moved the barrier; a kill between pulse and its entry may move it once more
        owed = [key for key, outcome in self.answered.items() if outcome == "admitted" and pulses[key] not in (1, 2)]
        self.faults += [f"an admission with {pulses[key]} pulses: {key}" for key in owed]
        uses = Counter(_permit(entries[key]) for key in admitted)
        self.faults += [f"a ticket was admitted {count} times" for count in uses.values() if count > 1]


def _is_admission(entry: Entry) -> bool:
    return isinstance(entry.body, DecisionBody) and entry.body.outcome is Outcome.ADMITTED


def _permit(entry: Entry) -> bytes | None:
    return entry.body.permit if isinstance(entry.body, DecisionBody) else None


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    now = machine_seconds()
    with closing(init_registry(tmp_path / "registry", is_demo=True)) as registry:
        bought = registry.issue(
            park=PARK, product=1, nbf=now - 3600, exp=now + DAY_SECONDS, party=Party(adults=2), count=1200
        )
        server = RegistryServer(registry, port=0)
        server.start()
        try:
            code = registry.enrol(PARK, 1, 1, LaneDirection.ENTRY).text
            enrol(Home(tmp_path / "kiosk"), server.url, code, software="test", now=lambda: now)
            yield Rig(
                folder=tmp_path / "kiosk",
                registry=registry,
                tickets=(ticket.text for ticket in bought),
                chance=random.Random(2026),
            )
        finally:
            server.stop()


def test_a_kiosk_killed_at_any_moment_goes_on_where_it_was(
    rig: Rig, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    rig.settle()
    scan, cycle = rig.time_of("scan"), rig.time_of("cycle")
    within = {"idle": 0.01, "scan": scan * 1.5, "cycle": cycle * 1.5}
    kills = size(20, 210)
    for number in range(kills):
        moment = MOMENTS[number % len(MOMENTS)]
        rig.kill_once(moment, within[moment])
    report = rig.settle()
    figure(f"{kills} kills {dict(rig.killed)}, {len(rig.answered)} answers, faults: {len(rig.faults)}; {report}")
    assert rig.faults == []
    assert _held_by_the_registry(rig) == _journalled(rig)


@pytest.mark.torture
def test_the_rig_finds_a_barrier_that_moves_before_the_entry_is_durable(
    rig: Rig, figure: Callable[[str], None]
) -> None:
    rig.is_planted = True
    rig.settle()
    scan = rig.time_of("scan")
    for kills in range(1, 41):
        with suppress(AssertionError):
            rig.kill_once("scan", scan)
        if any("without an entry" in fault for fault in rig.faults):
            figure(f"found after {kills} kills")
            return
    pytest.fail("forty kills did not find the planted fault")


def _journalled(rig: Rig) -> list[str]:
    with open_reader(Home(rig.folder)) as memory:
        return sorted(entry.id for entry in memory.journal.between(0, 2**40))


def _held_by_the_registry(rig: Rig) -> list[str]:
    return sorted(entry.id for entry in rig.registry.entries(PARK, None, 0, 2**40))
