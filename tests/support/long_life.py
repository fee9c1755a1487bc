"""One kiosk process for a hundred thousand scans, with everything going wrong now and then, and what it costs by then.

Nothing here may grow by itself: the registry remembers which entries it has in one bit each, the barrier only counts.
"""

import random
import resource
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.errors import EnvironmentalError, UsageError
from kiosk.facts import Scan
from kiosk.rules.entries import ActBody, DecisionBody, Entry, Private, read_core
from kiosk.rules.moment import Moment
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.rules.words import ClockTrust, Outcome, Source
from kiosk.store.home import Home
from sync.enrolment import enrol
from sync.protocol import PushReply, SentEntry
from tests.support.clock import ManualClock
from tests.support.commits import FULL, IOERR, Commits, Fate
from tests.support.crashing_kiosk import CrashingKiosk
from tests.support.line import Back, Line, Trouble
from tests.support.park import NOON, SmallPark, permit_of
from tests.support.registry_simulator import RegistrySimulator

LISTED = 300
BITS = 1 << 20


@dataclass
class ShortMemory(RegistrySimulator):
    """A registry that keeps of each entry one bit."""

    held: dict[int, bytearray] = field(default_factory=dict)

    def push(self, device: int, entries: Sequence[SentEntry]) -> PushReply:
        """A receipt for each."""
        return PushReply(receipts=tuple(self._take(entry) for entry in entries))

    def count(self) -> int:
        """How many entries it holds."""
        return sum(bits.count(1) for bits in self.held.values())

    def _take(self, sent: SentEntry) -> Receipt:
        key = read_core(sent.core).key
        bits = self.held.setdefault(key.chain, bytearray(BITS))
        result = ReceiptResult.DUPLICATE if bits[key.n] else ReceiptResult.ACCEPTED
        bits[key.n] = 1
        return Receipt(id=sent.id, result=result)


class Deaf(Back):
    """Uses are not told back, or the feed would grow with every scan."""

    def learn(self, entries: Sequence[SentEntry]) -> None:
        """Nothing is learnt."""


class ClockInDoubt(ManualClock):
    """A clock that is suspect for a while when it is told to."""

    in_doubt = False

    def now(self) -> Moment:
        """The present time, or the interval it must be in."""
        if self.in_doubt:
            return Moment(earliest=self.at, latest=self.at + 60, trust=ClockTrust.SUSPECT)
        return super().now()

    def signed(self, at: int, *, is_live: bool = False) -> None:
        """A signature says nothing new, and is not remembered: a long life has many."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """What the process and its files come to at one moment."""

    scans: int
    resident_kib: int
    descriptors: int
    wal_bytes: int
    folder_bytes: int


@dataclass(kw_only=True)
class Life:
    """What happened in a life, and what was seen of it from outside."""

    samples: list[Sample] = field(default_factory=list)
    events: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class LongLife:
    """`run` scans; every so often something breaks, and is mended some scans later."""

    def __init__(self, folder: Path, seed: int, commits: Commits) -> None:
        self.chance, self.commits, self.life = random.Random(seed), commits, Life()
        self.clock = ClockInDoubt(NOON)
        self.registry = ShortMemory(park=SmallPark(), now=NOON)
        self.serial = 0
        self.recent: list[str] = []
        for serial in range(LISTED):
            self.registry.put(permit_of(self.registry.park.claims(serial)))
        home = Home(folder / "home")
        enrol(
            home,
            "http://127.0.0.1:9",
            self.registry.code(),
            software="test",
            now=lambda: NOON,
            connect=lambda *_, **__: self.registry,
        )
        self.line = Line(Deaf(registry=self.registry), self.chance, _never)
        self.kiosk = CrashingKiosk(home, clock=self.clock, registry=self.line)
        self.kiosk.boom.pulses = _Counted()

    def run(self, scans: int, *, sample_every: int) -> Life:
        """So many scans; the figures of each `sample_every`-th."""
        self.kiosk.open()
        with closing(self.kiosk):
            for number in range(1, scans + 1):
                self._trouble(number)
                self._scan(number)
                if number % 25 == 0:
                    self._cycle(self.chance.choice(list(Trouble)[:-1]) if self.chance.random() < 0.3 else None)
                if number % sample_every == 0:
                    self._mend()
                    self.life.samples.append(self._sample(number))
            self._end()
        return self.life

    # ---- what goes wrong --------------------------------------------------------------------------------------------

    def _trouble(self, number: int) -> None:
        self.kiosk.boom.refuses = number % 211 == 0
        self.clock.in_doubt = number % 500 < 20
        self.clock.at = self.registry.now = NOON + number // 10
        if number % 97 == 0:
            self.commits.arm("/journal.db", self.chance.choice(list(Fate)), code=IOERR)
            self.life.events["commits failed"] += 1
        if number % 700 == 0:
            self.registry.start_epoch()
            self.life.events["new snapshots"] += 1
        elif number % 110 == 0:
            self._change_permits(number)
        if number % 450 == 0:
            self._damage_replica()

    def _change_permits(self, number: int) -> None:
        some = self.chance.sample(range(LISTED), 20)
        self.registry.put(*(permit_of(self.registry.park.claims(serial)) for serial in some))
        self.registry.add(["r", number, self.registry.park.claims(-number % LISTED).cti[:8].hex(), "revoke", NOON, 0])
        self.life.events["deltas"] += 1

    def _damage_replica(self) -> None:
        for path in self.kiosk.home.kiosk.glob("permits-*.db"):
            with path.open("r+b") as file:
                file.seek(4096 * self.chance.randrange(1, max(2, path.stat().st_size // 4096)))
                file.write(self.chance.randbytes(4096))
            self.life.events["replicas damaged"] += 1

    # ---- what is done -----------------------------------------------------------------------------------------------

    def _scan(self, number: int) -> None:
        full = 300 <= number % 1000 < 315
        if full and number % 2:
            self.commits.arm("/journal.db", Fate.LOST, code=FULL, times=5)
        with _no_room(full and not number % 2):
            self._present(self._text())
        if full:
            self.commits.disarm()

    def _present(self, text: str) -> None:
        boom, private = self.kiosk.boom, Private(plate="777ABC02") if self.chance.random() < 0.2 else None
        pulses = boom.pulses.total()
        try:
            entry = self.kiosk.checkpoint.scan(Scan(text=text, source=Source.CAMERA), private=private)
        except (EnvironmentalError, UsageError) as error:
            self.life.events[f"sentences: {type(error).__name__}"] += 1
            if boom.pulses.total() != pulses and self.kiosk.journal.get(boom.last) is None:
                self.life.faults.append(f"a pulse without an entry: {boom.last}")
            return
        assert isinstance(entry, Entry)
        assert isinstance(entry.body, DecisionBody | ActBody)
        if isinstance(entry.body, DecisionBody):
            self.life.events[str(entry.body.outcome)] += 1
            if entry.body.outcome is not Outcome.ADMITTED and boom.pulses.total() != pulses:
                self.life.faults.append(f"{entry.id} moved the barrier and admitted nobody")

    def _text(self) -> str:
        kind = self.chance.random()
        if kind < 0.3 and self.recent:
            return self.chance.choice(self.recent)
        if kind < 0.4:
            return f"https://park.example/{self.chance.randrange(1000)}"
        self.serial += 1
        text = self.registry.park.ticket(self.serial)
        self.recent = [*self.recent[-50:], text]
        return text

    def _cycle(self, trouble: Trouble | None) -> None:
        self.line.trouble = trouble
        report = self.kiosk.engine.run_cycle()
        self.life.events["cycles"] += 1
        self.life.events["cycles that failed"] += report.has_failed
        self.life.events["snapshots installed"] += report.snapshot_installed

    def _mend(self) -> None:
        self.commits.disarm()
        self.clock.in_doubt = self.kiosk.boom.refuses = False
        for _ in range(3):
            self._cycle(None)
        self._present(self._text())
        self.kiosk.checkpoint.status()

    def _sample(self, number: int) -> Sample:
        files = [path for path in self.kiosk.home.path.rglob("*") if path.is_file()]
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return Sample(
            scans=number,
            resident_kib=resident * resource.getpagesize() // 1024,
            descriptors=sum(1 for _ in Path("/proc/self/fd").iterdir()),
            wal_bytes=max((path.stat().st_size for path in files if path.name.endswith("-wal")), default=0),
            folder_bytes=sum(path.stat().st_size for path in files),
        )

    def _end(self) -> None:
        self._mend()
        waiting = self.kiosk.checkpoint.status().pending
        for _ in range(waiting // 4000 + 1):
            self._cycle(None)
        self.life.faults += self.kiosk.journal.verify()
        held, written = self.registry.count(), self.kiosk.journal.count()
        self.life.events["entries"] = written
        if held != written:
            self.life.faults.append(f"the registry holds {held} of {written} entries")


class _Counted(Counter[str]):
    """Pulses by number only: their causes would pile up."""

    def __setitem__(self, key: str, value: int) -> None:
        super().__setitem__("all", self["all"] + 1)


@contextmanager
def _no_room(is_full: bool) -> Iterator[None]:
    """No file of this process may grow beyond a few pages: writes fail in the kernel, as on a disk at its end."""
    if not is_full:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _never() -> None:
    raise AssertionError("this kiosk does not die")
