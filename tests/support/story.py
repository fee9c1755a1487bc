"""A park of a story: its office and its gates, each a data folder, worked through the command line alone.

Every command runs as `qaqpa` does, parsed, done and ended with its exit code, but inside this process, so that a story
of a whole day takes seconds. All machines of a story share one time, which the story sets; one may have a wrong one.
"""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from kiosk import clock
from kiosk.devices.barrier import SimulatedBarrier
from sync.registry.service import open_registry
from sync.registry.serving import RegistryServer
from tests.support.ports import reserved_port
from tests.support.shell import Finished
from ui.cli import main

PIN = "135790"
PARK_TIME = timedelta(hours=5)
OWN_PARKS = Path(__file__).parents[1] / "data" / "parks"


@dataclass
class Hands:
    """The two clocks of a machine: the one that people set, and the one that counts since it was switched on."""

    wall: float
    boot: float = 20_000.0

    def run(self, seconds: float) -> None:
        """Real time passes."""
        self.wall += seconds
        self.boot += seconds


@dataclass
class Story:
    """A park, its office and what happens there; `run` is how a person types a command at a machine."""

    folder: Path
    park: int
    hands: Hands
    port: int
    machine: Hands = field(init=False)
    server: RegistryServer | None = None
    gates: list["Gate"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.machine = self.hands

    # ---- time -------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The true time in Unix seconds."""
        return int(self.hands.wall)

    @property
    def today(self) -> str:
        """The day it is in the park."""
        return self.local(self.now)[:10]

    def local(self, at: float) -> str:
        """A time as somebody in the park writes it."""
        return (datetime.fromtimestamp(at, UTC) + PARK_TIME).strftime("%Y-%m-%dT%H:%M:%S")

    def it_is(self, local_time: str) -> None:
        """It becomes this time in the park; a time of the day alone is today's, and time never runs back."""
        text = local_time if "T" in local_time else f"{self.today}T{local_time}"
        self.passes(seconds_of(text) - self.hands.wall)

    def passes(self, seconds: float) -> None:
        """So much time passes, on every machine."""
        assert seconds >= 0
        for hands in {id(one): one for one in (self.hands, *(gate.hands for gate in self.gates))}.values():
            hands.run(seconds)

    # ---- commands ---------------------------------------------------------------------------------------------------

    def run(self, *arguments: str | Path, at: Hands | None = None, pin: str | None = None) -> Finished:
        """One command to its end; a traceback or a bug of ours fails the story."""
        self.machine = at or self.hands
        try:
            return run([str(argument) for argument in arguments], {"QAQPA_PIN": pin} if pin else {})
        finally:
            self.machine = self.hands

    @property
    def office(self) -> Path:
        """The data folder of the registry."""
        return self.folder / "office"

    def registry(self, *arguments: str | Path, code: int = 0) -> list[dict[str, Any]]:
        """What a command of the office prints; it ends as expected."""
        told = self.run("registry", *arguments, "--data", self.office, "--json")
        assert told.code == code, told.err
        return told.records

    def sell(self, *heads: str, product: int = 1, count: int = 1, day: str | None = None, **more: str) -> list[str]:
        """The texts of tickets for today or another day; heads as `adults=2`, and options of `registry issue`."""
        options = [part for name, value in more.items() for part in (f"--{name.replace('_', '-')}", value)]
        for item in heads:
            name, _, number = item.partition("=")
            options += [f"--{name}", number]
        days = () if "from" in more else ("--from", day or self.today, "--to", day or self.today)
        what = ("--park", str(self.park), "--product", str(product), "--count", str(count))
        return [ticket["text"] for ticket in self.registry("issue", *what, *days, *options)]

    def publish(self, tables: Mapping[str, Any]) -> None:
        """The office loads the park's dated tables, and publishes them in the next version of the set."""
        file = self.folder / "tables.json"
        file.write_text(json.dumps(tables, ensure_ascii=False), encoding="utf-8")
        self.registry("tables", "load", file, "--park", str(self.park))

    def conflicts(self) -> list[dict[str, Any]]:
        """Heads that went in beyond a right, as the office's own page lists them."""
        assert self.server is not None
        token = (self.office / "registry" / "keys" / "operator.token").read_text(encoding="utf-8").strip()
        address = f"{self.server.url}/v1/parks/{self.park}/conflicts"
        answer = requests.get(address, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    # ---- the line to the registry -----------------------------------------------------------------------------------

    def connect(self) -> None:
        """The registry serves, always at the same address."""
        service = open_registry(self.office / "registry", now=lambda: self.now)
        self.server = RegistryServer(service, "127.0.0.1", self.port)
        self.server.start()

    def cut(self) -> None:
        """There is no registry to be reached any more."""
        if self.server is not None:
            self.server.stop()
            self.server = None

    def gate(self, name: str, gate: int, lane: int = 1, direction: str = "both", hands: Hands | None = None) -> "Gate":
        """A machine becomes the kiosk of a lane, and has all that the registry knows now."""
        assert self.server is not None, "a kiosk is enrolled at a registry that can be reached"
        place = ("--park", str(self.park), "--gate", str(gate), "--lane", str(lane), "--direction", direction)
        (invitation,) = self.registry("enrol", *place)
        made = Gate(story=self, data=self.folder / name, hands=hands or self.hands)
        self.gates.append(made)
        assert made.run("enrol", self.server.url, invitation["code"], pin=PIN).code == 0
        made.sync()
        return made


@dataclass
class Gate:
    """A kiosk of the story and the people before it."""

    story: Story
    data: Path
    hands: Hands

    def run(self, *arguments: str | Path, pin: str | None = None) -> Finished:
        """One command at this kiosk, however it ends."""
        return self.story.run(*arguments, "--data", self.data, "--json", at=self.hands, pin=pin)

    def do(self, *arguments: str | Path, pin: str | None = None) -> dict[str, Any]:
        """What a command prints, which has to go well."""
        told = self.run(*arguments, pin=pin)
        assert told.code == 0, told.err
        return told.record

    def scan(self, *texts: str, options: Sequence[str] = ()) -> list[dict[str, Any]]:
        """What the gate answers to these tickets, shown one after the other."""
        shown = [part for text in texts for part in ("--text", text)]
        return self.run("scan", *shown, *options).records

    def shows(self, text: str, *options: str) -> dict[str, Any]:
        """What the gate answers to one ticket."""
        (answer,) = self.scan(text, options=options)
        return answer

    def power_cut(self, text: str) -> None:
        """The power goes while the barrier is about to open: what is on the disk at that moment is what there is."""
        barrier, disk = SimulatedBarrier.pulse, self.data.with_name(f"{self.data.name}.disk")

        def die(*_: object) -> None:
            for folder, copy in ((self.data, disk), (_keys(self.data), _keys(disk))):
                shutil.copytree(folder, copy)
            raise PowerCutError

        SimulatedBarrier.pulse = die  # type: ignore[assignment,method-assign]
        try:
            with suppress(PowerCutError):
                self.scan(text)
                raise AssertionError("the barrier was never to be opened")
        finally:
            SimulatedBarrier.pulse = barrier  # type: ignore[method-assign]
        for folder, copy in ((self.data, disk), (_keys(self.data), _keys(disk))):
            shutil.rmtree(folder)
            copy.rename(folder)

    def says(self, text: str, *options: str, language: str = "kk") -> str:
        """The sentence that would be read now; nothing is written down."""
        told = self.story.run(
            "scan", "--text", text, "--dry-run", "--language", language, *options, "--data", self.data, at=self.hands
        )
        return told.out.strip().partition(": ")[2].replace("\u00a0", " ")

    def journal(self, kind: str | None = None) -> list[dict[str, Any]]:
        """All entries, oldest first, as `journal show` prints them."""
        entries = self.run("journal", "show", "--limit", "100000").records
        return [entry for entry in entries if kind in (None, entry["kind"])]

    def sync(self, code: int = 0) -> dict[str, Any]:
        """One cycle."""
        told = self.run("sync", "--once")
        assert told.code == code, told.err + told.out
        return told.record

    def status(self) -> dict[str, Any]:
        """How the kiosk says it is."""
        return self.run("status").record

    def persons(self, first: str | None = None, last: str | None = None, direction: str = "entry") -> int:
        """The persons that the kiosk's own export counts in a period, by default today."""
        days = ("--from", first or self.story.today, "--to", last or self.story.today)
        rows = self.do("export", *days, "--format", "json")["rows"]
        return sum(row["persons"] for row in rows if row["direction"] == direction)

    def is_sound(self) -> bool:
        """Whether the chain of the journal holds from its first entry to its last, and decides again as it did."""
        return self.run("journal", "verify").code == 0 and self.run("journal", "replay").code == 0


def _keys(data: Path) -> Path:
    return data.with_name(f"{data.name}.keys")


class PowerCutError(BaseException):
    """The power went: nothing that handles errors may handle it."""


def gist(answer: Mapping[str, Any]) -> tuple[str, str, int]:
    """The three words of an answer that a barrier goes by; of a question its topic."""
    if "question" in answer:
        return "question", answer["question"], answer["left"]
    return answer["outcome"], answer["reason"], answer["admitted_now"]


def seconds_of(local_time: str) -> float:
    """The Unix seconds of a time written in the park."""
    return (datetime.fromisoformat(local_time).replace(tzinfo=UTC) - PARK_TIME).timestamp()


def run(arguments: Sequence[str], env: Mapping[str, str]) -> Finished:
    """The program in this process: its own `main`, with its streams and environment as a shell gives them."""
    clean = {name: None for name in os.environ if name.startswith("QAQPA_")}
    with CliRunner(env={**clean, **env}).isolation(input="") as (out, err, _):
        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        printed, said = out.getvalue().decode(), err.getvalue().decode()
    assert code not in (4, None), f"{arguments}: {said}"
    assert "Traceback" not in said, said
    return Finished(code=code, out=printed, err=said)


def described_park(name: str) -> dict[str, Any]:
    """A park's gates, products and keys: a demo park by its English name, or a made-up one by its file."""
    file = OWN_PARKS / f"{name}.json"
    if file.exists():
        own: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return own
    demo: list[dict[str, Any]] = json.loads(
        files("sync.registry").joinpath("demo_parks.json").read_text(encoding="utf-8")
    )["parks"]
    found = next(park for park in demo if park["names"]["en"] == name)
    # what is closed, full or warned of is for each story to say
    found["tables"] = {section: found["tables"][section] for section in ("place", "exemptions")}
    return found


@contextmanager
def told(folder: Path, *parks: str | dict[str, Any], begins: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    """A story that begins at this local time, in the first of these parks; the office keeps them all."""
    with reserved_port() as port:
        yield from _told(folder, port, parks, begins, monkeypatch)


def _told(
    folder: Path, port: int, parks: Sequence[str | dict[str, Any]], begins: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Story]:
    described = [described_park(park) if isinstance(park, str) else park for park in parks]
    story = Story(folder=folder, park=described[0]["park"], hands=Hands(seconds_of(begins)), port=port)
    asked = SimpleNamespace(
        time=lambda: story.machine.wall,
        clock_gettime=lambda _: story.machine.boot,
        CLOCK_BOOTTIME=time.CLOCK_BOOTTIME,
    )
    monkeypatch.setattr(clock, "time", asked)
    # the default of its argument was bound when the class was made
    monkeypatch.setattr(clock.SystemClock.__init__, "__defaults__", (asked.time, clock.seconds_since_boot))
    monkeypatch.setattr(sys, "warnoptions", ["error"])  # the program would silence what a test must hear
    _found(story, described)
    story.connect()
    try:
        yield story
    finally:
        story.cut()


def _found(story: Story, described: Sequence[dict[str, Any]]) -> None:
    story.registry("init")
    story.registry("trust", "begin", "--all-here")
    for park in described:
        file = story.folder / f"park-{park['park']}.json"
        file.write_text(json.dumps(park, ensure_ascii=False), encoding="utf-8")
        story.registry("park", "add", file)
