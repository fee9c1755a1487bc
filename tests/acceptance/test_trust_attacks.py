"""A hostile registry and a hostile stick against a kiosk that runs: what it believes stays, and scans go on."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from kiosk.devices.problems import Problem
from kiosk.facts import Scan
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import Outcome, Source
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.line import RegistryLine
from sync.worker import SyncWorker
from tests.support.clock import ManualClock
from tests.support.park import NOON, PARK, SmallPark
from tests.support.registry_simulator import RegistrySimulator
from tests.support.scripted_server import Reply, Request, serve
from tests.support.trust_attacks import ATTACKS
from tests.support.trust_repository import TrustRepository
from ui.agreeing import agreeing
from ui.assembly import Kiosk, open_checkpoint

SECONDS = 10.0


def honest() -> TrustRepository:
    """What the park has published: version 4 of its set and 3 of the keys; the same bytes each time."""
    repository = TrustRepository(NOON)
    repository.publish(SmallPark().keys_file(), {PARK: SmallPark().park_file()})
    now = SmallPark(version=4, keys_version=3)
    repository.publish(now.keys_file(), {PARK: now.park_file()})
    return repository


@dataclass
class Published:
    """One attack's beginning: what was published, and the hands that publish."""

    clock: ManualClock
    repository: TrustRepository = field(default_factory=honest)
    park: SmallPark = field(default_factory=lambda: SmallPark(version=4, keys_version=3))

    def publish(self, **changes: Any) -> None:
        """Publish honestly, under the next version."""
        self.park = replace(self.park, version=self.park.version + 1, **changes)
        self.repository.publish(self.park.keys_file(), {PARK: self.park.park_file()})


@dataclass
class Gate:
    """A kiosk whose sync threads run, a stick's place, and whoever answers as its registry."""

    home: Home
    kiosk: Kiosk
    worker: SyncWorker
    line: RegistryLine
    clock: ManualClock
    stick: Path
    answers: list[Callable[[Request], Reply]]
    serial: int = 0

    def believed(self) -> dict[str, bytes]:
        """All that is believed, byte for byte."""
        return {path.name: path.read_bytes() for path in sorted(self.home.trust.iterdir())}

    def serves(self, repository: TrustRepository) -> None:
        """Let the registry answer with these files."""
        self.answers[0] = from_files(repository)

    def scan(self) -> float:
        """The seconds that the next visitor's ticket takes; it is a genuine one, and opens."""
        self.serial += 1
        text = SmallPark().ticket(self.serial)
        began = time.perf_counter()
        entry = self.kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA))
        took = time.perf_counter() - began
        assert isinstance(entry, Entry)
        assert isinstance(entry.body, DecisionBody)
        assert entry.body.outcome is Outcome.ADMITTED
        return took

    def until(self, problem: Problem) -> float:
        """How long it took until the ranger's list of devices says so."""
        began = time.monotonic()
        while True:
            self.worker.wake()
            self.line.tend()
            if self.line.health().problem == problem:
                return time.monotonic() - began
            assert time.monotonic() - began < SECONDS, (problem, self.worker.state.report)
            time.sleep(0.02)


def from_files(repository: TrustRepository) -> Callable[[Request], Reply]:
    """The signed files, and for all else a registry that cannot answer now."""

    def answer(request: Request) -> Reply:
        data = repository.trust_file(request.path.removeprefix("/v1/trust/"))
        if data is not None:
            return Reply(body=data)
        status = 404 if request.path.startswith("/v1/trust/") else 503
        return Reply(body=b'{"title": "no", "status": 503}', status=status, content_type="application/problem+json")

    return answer


def dripping(_request: Request) -> Reply:
    def drops() -> Iterator[bytes]:
        for _ in range(60):
            time.sleep(0.05)
            yield b" "

    return Reply(body=drops)


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    home, clock, stick = Home(tmp_path / "kiosk"), ManualClock(NOON), tmp_path / "stick"
    simulator = RegistrySimulator(park=SmallPark(version=4, keys_version=3), trust=honest())
    enrol(home, "http://127.0.0.1:9", simulator.code(), software="test", now=lambda: NOON, connect=lambda *_: simulator)
    answers = [from_files(honest())]
    with ExitStack() as stack:
        url = stack.enter_context(serve(lambda request: answers[0](request)))  # noqa: PLW0108  it changes
        home.config_file.write_text(f'[registry]\nurl = "{url}"\nstick = "{stick}"\n', encoding="utf-8")
        kiosk = stack.enter_context(open_checkpoint(home, purpose="test", at=NOON))
        kiosk.checkpoint.believe()
        worker = stack.enter_context(agreeing(home, replace(kiosk, clock=clock)))
        line = RegistryLine(lambda: worker.state.report)
        gate = Gate(home=home, kiosk=kiosk, worker=worker, line=line, clock=clock, stick=stick, answers=answers)
        gate.until(Problem.NONE)
        yield gate


def test_the_rig_can_fail_an_honest_update_is_believed_at_once(gate: Gate) -> None:
    published = Published(gate.clock)
    published.publish(policy={"skew_seconds": 60})
    gate.serves(published.repository)
    began = time.monotonic()
    while gate.kiosk.checkpoint.believe().version != 5:
        gate.worker.wake()
        assert time.monotonic() - began < SECONDS
        time.sleep(0.02)


@pytest.mark.parametrize("way", ["registry", "stick"])
def test_whatever_they_try_the_believed_set_is_the_same_the_alarm_is_shown_and_scans_take_no_longer(
    gate: Gate, way: str, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    before, count = gate.believed(), size(4, 400)
    calm = [gate.scan() for _ in range(count * len(ATTACKS))]
    shown, cleared, under = [], [], []
    for name, (attack, said) in ATTACKS.items():
        published = Published(gate.clock)
        files = attack(published)
        if way == "registry":
            gate.serves(files)
        elif files.files:
            files.write_to(gate.stick / "qaqpa-trust")
        else:
            continue  # an empty stick says nothing, and is no attack
        assert said
        shown.append(gate.until(_problem(name, way, files)))
        for _ in range(count):
            gate.worker.wake()
            under.append(gate.scan())
        assert gate.believed() == before
        gate.clock.at = NOON
        gate.serves(honest())
        rmtree(gate.stick, ignore_errors=True)
        cleared.append(gate.until(Problem.NONE))
    assert gate.believed() == before
    figure(
        f"{len(shown)} attacks by the {way}: named within {max(shown):.1f} s, cleared within {max(cleared):.1f} s; "
        f"{len(calm)} scans in peace p50 {_at(calm, 0.5):.1f} ms, p99 {_at(calm, 0.99):.1f} ms; {len(under)} under "
        f"attack p50 {_at(under, 0.5):.1f} ms, p99 {_at(under, 0.99):.1f} ms"
    )


def test_data_that_come_a_byte_at_a_time_hold_up_nobody_at_the_gate(gate: Gate) -> None:
    before = gate.believed()
    gate.answers[0] = dripping
    gate.worker.wake()
    times = [gate.scan() for _ in range(200)]
    assert gate.believed() == before
    gate.serves(honest())
    gate.until(Problem.NONE)
    assert max(times) < SECONDS / 2


def _problem(name: str, way: str, files: TrustRepository) -> Problem:
    """What the ranger reads: an old state on a stick may be no more than an old stick, and is told so."""
    if not files.files:
        return Problem.NONE
    is_old = way == "stick" and name == "rollback"
    return Problem.REGISTRY_STICK_OLD if is_old else Problem.REGISTRY_NOT_BELIEVED


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)] * 1000
