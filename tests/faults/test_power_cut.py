"""The power goes while twenty tickets a second are scanned, a thousand times: what was answered is on the disk.

The disk is a real ext4 in an image, and its power is cut by ext4's own shutdown call; the barrier and the answers are
seen outside it. Of what was told after that call began nothing is said, for ext4 acknowledges a flush that the call
overtakes, whoever asked for it; unless the kiosk was frozen meanwhile. What a drive only pretends to have written is
beyond this rig.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.words import Outcome
from tests.faults import wired
from tests.faults.ordered import ANSWER_SECONDS, CONTEXT, STARTING, Ordered, Told, hear_until
from tests.support.enrolled import enrolled_home
from tests.support.park import SmallPark
from tests.support.power import Disk, NoDiskError, disks, write_out
from ui.assembly import open_reader

LANES = 3  # each waits for its scans most of the time
CUTS_OF_AN_IMAGE = 40
SCANS_OF_A_LIFE = 24
SCANS_BEFORE = 5
SCANS_UNTIL_FULL = 200
SEED = 2026


@dataclass
class Lane:
    """One kiosk on one disk: what it told, and what is wrong with what is on the disk."""

    disk: Disk
    chance: random.Random
    park: SmallPark = field(default_factory=SmallPark)
    is_weak: bool = False
    serial: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lost: int = 0

    def renew(self) -> None:
        """An empty disk with a kiosk newly enrolled on it, and nothing known."""
        self.disk.make()
        self.home = enrolled_home(self.disk.folder / "kiosk", self.park)
        self.answers: dict[str, tuple[str, str]] = {}
        self.pulses = Counter[str]()
        self.held: set[str] = set()
        self.in_flight: str | None = None
        self.unsettled = Counter[str]()

    def cut_once(self) -> None:
        """Start, scan, lose the power at a moment drawn by lot, and look at what is there when it comes back."""
        ours, theirs = CONTEXT.Pipe(duplex=False)
        life = CONTEXT.Process(
            target=wired.scan_on, args=(self.home.path, theirs, self._visitors(), self.is_weak), daemon=True
        )
        told: list[Told] = []
        with STARTING:
            life.start()
            theirs.close()
        # now and then the machine outlives its disk for a moment: then it says so, and lets nobody in
        outlives = self.chance.random() < 0.2
        judged_until = float("inf")
        try:
            self._until_the_cut(ours, told)
            if outlives:
                freeze(life.pid or 0)
            else:
                judged_until = time.monotonic()
            self.disk.cut()
            if outlives:
                self.counts["outlived"] += 1
                os.kill(life.pid or 0, signal.SIGCONT)
                self._linger(ours, told)
        finally:
            with STARTING:
                life.kill()
                life.join()
            self._hear_out(ours, told)
            ours.close()
        self.counts["cuts"] += 1
        self.disk.take_off()
        self.disk.put_on()
        self._inspect(told, judged_until)

    def fill_once(self, figures: Counter[str]) -> None:
        """Scan until there is no room left, lose the power or get room, and go on."""
        with closing(Ordered(self.home.path)) as kiosk:
            for _ in range(SCANS_BEFORE):
                kiosk.present(self._next())
            for _ in range(SCANS_UNTIL_FULL):
                self.disk.fill()
                kiosk.present(self._next())
                if kiosk.outcome == "trouble":
                    break
            for _ in range(3):
                kiosk.present(self._next())
            figures[kiosk.outcome] += 1
            has_room = self.chance.random() < 0.5
            if has_room:
                self.disk.fill().unlink()
                for _ in range(3):
                    kiosk.present(self._next())
                figures[f"{kiosk.outcome} with room"] += 1
            freeze(kiosk.pid)
            self.disk.cut()
        self.counts["cuts"] += 1
        self.disk.take_off()
        self.disk.put_on()
        if not has_room:
            self.disk.fill().unlink()
        self._inspect(kiosk.told, float("inf"))

    def _next(self) -> str:
        self.serial += 1
        return self.park.ticket(self.serial)

    def _visitors(self) -> list[str]:
        """Who was cut off comes again, then somebody who is inside already, then new ones."""
        again = [self.in_flight] if self.in_flight else []
        spent = [text for outcome, text in self.answers.values() if outcome == "admitted"]
        again += [self.chance.choice(spent)] if spent else []
        first, self.serial = self.serial, self.serial + SCANS_OF_A_LIFE
        return again + [self.park.ticket(number) for number in range(first, self.serial)]

    def _until_the_cut(self, wire: Connection, told: list[Told]) -> None:
        if self.chance.random() < 0.1:
            time.sleep(self.chance.uniform(0, 0.15))  # while it starts
            return
        for told_of in ("ready", *["answer"] * self.chance.randrange(SCANS_OF_A_LIFE // 2)):
            assert hear_until(wire, told_of, told), "the kiosk died by itself"
        time.sleep(self.chance.uniform(0, 1.5 / wired.SCANS_A_SECOND))
        if self.chance.random() < 0.3:
            # some of what waits in memory reaches the disk before the rest, in whatever order
            for _ in range(self.chance.randint(1, 4)):
                for file in self.home.kiosk.glob("*.db*"):
                    write_out(file, self.chance.randrange(64) * 4096, self.chance.randint(1, 16) * 4096)

    def _linger(self, wire: Connection, told: list[Told]) -> None:
        deadline = time.monotonic() + 0.3
        while (left := deadline - time.monotonic()) > 0 and wire.poll(left):
            try:
                told.append(wire.recv())
            except EOFError:
                return

    def _hear_out(self, wire: Connection, told: list[Told]) -> None:
        try:
            while wire.poll(0):
                told.append(wire.recv())
        except EOFError:
            return

    def _take_down(self, told: list[Told], judged_until: float, entries: dict[str, Entry]) -> None:
        """Remember what was told; what came while the disk went counts as far as it is there."""
        self.in_flight, last = None, None
        for kind, what, at in told:
            self.counts[kind] += 1
            key = what[0] if isinstance(what, tuple) else what
            if kind in ("pulse", "answer") and at >= judged_until and key not in entries:
                self.counts["undecided"] += 1
                continue
            match kind, what:
                case "scan", str(text):
                    self.in_flight = text
                case "pulse", str(cause):
                    self.pulses[cause] += 1
                case "answer", (str(key), str(outcome), str(), str(text)):
                    self.answers[key] = (outcome, text)
                    self.in_flight, last = None, text
                case "trouble", _ if self.in_flight:
                    self.unsettled[self.in_flight] += 1
                case "bug", str(trace):
                    self.faults.append(trace)
                case _:
                    pass
        self.unsettled.update(text for text in (self.in_flight, last) if text)

    def _inspect(self, told: list[Told], judged_until: float) -> None:
        """Lay what was told beside what is on the disk."""
        entries: dict[str, Entry] = {}
        pending = 0
        try:
            with open_reader(self.home) as memory:
                self.faults += memory.journal.verify()
                entries = {entry.id: entry for entry in memory.journal.between(0, 2**40)}
                pending = memory.deliveries.pending_count()
        except EnvironmentalError as error:
            self.faults.append(f"it cannot be read: {error}")
        self._take_down(told, judged_until, entries)
        admitted = {key: permit for key, entry in entries.items() if (permit := _admitted_permit(entry)) is not None}
        losses = [f"a pulse without an entry: {cause}" for cause in self.pulses if cause not in admitted]
        losses += [f"an answer was lost: {key}" for key in self.answers if key not in entries]
        self.lost += len(losses)
        self.faults += losses
        self.faults += [f"an entry is gone that was on the disk: {key}" for key in self.held - entries.keys()]
        uses = Counter(admitted.values())
        self.faults += [f"a ticket was admitted {count} times" for count in uses.values() if count > 1]
        self.faults += [
            f"an admission with {self.pulses[key]} pulses: {key}"
            for key, (outcome, text) in self.answers.items()
            if outcome == "admitted" and not 1 <= self.pulses[key] <= 1 + self.unsettled[text]
        ]
        if pending != len(entries):
            self.faults.append(f"{len(entries)} entries, of which {pending} wait to be sent")
        if any(entry.key.chain != 1 for entry in entries.values()):
            self.faults.append("a power cut was taken for damage: a second chain was opened")
        self.held |= entries.keys()


def _admitted_permit(entry: Entry) -> bytes | None:
    match entry.body:
        case DecisionBody(outcome=Outcome.ADMITTED, permit=permit):
            return permit
        case _:
            return None


def freeze(pid: int) -> None:
    """Stop a process between two system calls."""
    os.kill(pid, signal.SIGSTOP)
    deadline = time.monotonic() + ANSWER_SECONDS
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "TZ":
        assert time.monotonic() < deadline, "the kiosk does not stop"
        time.sleep(0.001)


@pytest.fixture
def lanes(tmp_path: Path) -> Iterator[list[Lane]]:
    try:
        with disks(tmp_path, LANES) as made:
            yield [Lane(disk=disk, chance=random.Random(SEED + place)) for place, disk in enumerate(made)]
    except NoDiskError as error:
        pytest.skip(f"the power cannot be cut here, for there is no disk of its own to be had: {error}")


def test_what_was_answered_before_the_power_went_is_on_the_disk(
    lanes: list[Lane], size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    cuts, began = size(12, 1000), time.monotonic()
    _cut(lanes, cuts)
    counts, lost = _sum(lanes)
    faults = [fault for lane in lanes for fault in lane.faults]
    figure(
        f"{counts['cuts']} cuts in {time.monotonic() - began:.0f} s, {counts['answer']} answers, {counts['pulse']} "
        f"pulses, {counts['undecided']} of them while the disk went; {counts['outlived']} times the machine outlived "
        f"its disk, {counts['trouble']} sentences; lost: {lost}, faults: {len(faults)}"
    )
    assert faults == []
    assert counts["cuts"] == cuts
    assert counts["answer"] > 2 * cuts


def test_a_full_disk_lets_nobody_in_and_room_makes_the_gate_go_on(
    lanes: list[Lane], size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    lane, figures, times = lanes[0], Counter[str](), size(3, 60)
    for number in range(times):
        if number % 10 == 0:
            lane.renew()
        lane.fill_once(figures)
    figure(f"{times} times full: {dict(figures)}; {lane.counts['pulse']} pulses, faults: {len(lane.faults)}")
    assert lane.faults == []
    assert figures["trouble"] == times
    assert figures["trouble with room"] == 0


@pytest.mark.torture
def test_the_rig_finds_a_journal_that_does_not_wait_for_the_disk(
    lanes: list[Lane], figure: Callable[[str], None]
) -> None:
    for lane in lanes:
        lane.is_weak = True
    _cut(lanes, 6, of_an_image=1)
    counts, lost = _sum(lanes)
    figure(f"with synchronous=NORMAL {lost} answers and pulses were lost of {counts['answer'] + counts['pulse']}")
    assert lost > 0


def _cut(lanes: list[Lane], cuts: int, of_an_image: int = CUTS_OF_AN_IMAGE) -> None:
    """So many cuts, shared among the lanes."""
    stop = threading.Event()

    def work(lane: Lane, share: int) -> None:
        for number in range(share):
            if stop.is_set():
                return
            if number % of_an_image == 0:
                lane.renew()
            lane.cut_once()

    with ThreadPoolExecutor(len(lanes)) as pool:
        try:
            shares = [cuts // len(lanes) + (place < cuts % len(lanes)) for place in range(len(lanes))]
            for done in [pool.submit(work, *each) for each in zip(lanes, shares, strict=True)]:
                done.result()
        finally:
            stop.set()


def _sum(lanes: list[Lane]) -> tuple[Counter[str], int]:
    counts = Counter[str]()
    for lane in lanes:
        counts.update(lane.counts)
    return counts, sum(lane.lost for lane in lanes)
