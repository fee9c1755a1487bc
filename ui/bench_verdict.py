"""How fast, how large and how steady a verdict is at any number of permits, measured on the product's own path.

It stands in `ui` because only here a checkpoint is put together, and it does nothing a kiosk does not do: a snapshot is
built as a registry builds it, installed as sync installs it, scanned as a gate scans, and changed by signed pages that
are read, verified and applied as sync does that, by a second thread under the same right of way.

Each figure names what is in it. Times of a disk mean little elsewhere, so a raw fdatasync of the same folder is
measured between the scans of the same run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kiosk.checkpoint import Checkpoint
from kiosk.clock import SystemClock, machine_seconds
from kiosk.devices.barrier import SimulatedBarrier
from kiosk.errors import EnvironmentalError
from kiosk.facts import Scan
from kiosk.rules.codes import typed_code
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.moment import Floor
from kiosk.rules.permit import permit_id
from kiosk.rules.ticket import CTI_BYTES
from kiosk.rules.words import LaneDirection, Outcome, Source
from kiosk.store.delivery import Deliveries
from kiosk.store.home import DeviceRecord, Home
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies
from kiosk.store.replica import ReplicaReader, Replicas, build_snapshot
from kiosk.store.revocations import Revocations
from sync.protocol import MOST_ROWS, ChangesPage, SignedBody, write
from sync.pulling import read_signed_page
from sync.signing import SignatureKind, keys_by_id, public_half, sign_body
from ui.bench_park import GATE, PARK, BenchPark, delta_rows, in_pages, random_ctis
from ui.bench_times import Times, memory, only_hashing, raw_flush

MEMORY_DISK = Path("/dev/shm")  # noqa: S108  (the kernel's own file system in memory: nothing there is ever flushed)
EPOCH = 1
WARM_SCANS = 200
SHOWN_TICKETS = 100_000
BYTES_A_PERMIT = 400  # of snapshot, replica, LMDB and what a delta writes, at their largest
_SPOKEN = {"with_flush": "with the disk's flush", "without_flush": "without it, the journal in memory"}
_PEER = Path(__file__).with_name("bench_peer_lmdb.py")

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How much to measure."""

    permits: int = 1_000_000
    lookups: int = 20_000
    scans: int = 2_000
    delta: int = 200_000
    personal: int = 20_000
    peer: Path | None = None
    """A Python that has LMDB."""


@dataclass(frozen=True, slots=True)
class _Scans:
    """Admissions, measured twice: up to the pulse, which is all that anybody waits for, and with the pulse's entry."""

    verdict: Times = field(default_factory=Times)
    whole: Times = field(default_factory=Times)

    def report(self) -> dict[str, Any]:
        return {"verdict": self.verdict.report(), "whole": self.whole.report()}


class VerdictBench:
    """One run in a scratch folder; `tell` hears where it is, because it takes a while."""

    def __init__(self, folder: Path, plan: Plan, tell: Tell) -> None:
        self._folder, self._plan, self._tell = folder, plan, tell
        self._now = machine_seconds()
        self._park = BenchPark(self._now)
        self._home = Home(folder / "data")
        self._record = DeviceRecord(
            device=1,
            park=PARK,
            gate=GATE,
            lane=1,
            direction=LaneDirection.ENTRY,
            registry="http://127.0.0.1:1",
            root_sha256=bytes(32),
            enrolled_at=self._now,
            poll_after_seconds=10,
        )
        self._figures: dict[str, Any] = {"permits": plan.permits}
        self._barrier = SimulatedBarrier(clock=time.perf_counter)

    def run(self) -> dict[str, Any]:
        """Every figure of the run."""
        self._need_room()
        self._home.save_device(self._record)
        Policies(self._home).stage(self._park.set_bytes())
        known = self._build()
        self._look_up(known)
        self._measure_peer(known)
        self._measure_personal()
        self._tell_so_far("snapshot", "replica", "lookup", "memory", "lmdb")
        sample = random.sample(known, min(len(known), SHOWN_TICKETS))
        changed = list(set(known[: self._plan.delta + SHOWN_TICKETS]) - set(sample))
        del known
        with ExitStack() as stack:
            homes = {"with_flush": self._home}
            if MEMORY_DISK.is_dir() and os.access(MEMORY_DISK, os.W_OK):
                beside = stack.enter_context(tempfile.TemporaryDirectory(prefix="qaqpa-bench-", dir=MEMORY_DISK))
                homes["without_flush"] = Home(Path(beside) / "data")
            self._scan_all(homes, self._texts(sample), changed)
        return self._figures

    # ---- the replica ------------------------------------------------------------------------------------------------

    def _build(self) -> list[bytes]:
        plan, path = self._plan, self._folder / "snapshot.db"
        known = list(random_ctis(plan.permits))
        self._tell(f"building a snapshot of {plan.permits:,} permits")
        rows = self._watched(self._park.rows(iter(known)), plan.permits)
        begun = time.perf_counter()
        tally = build_snapshot(path, PARK, EPOCH, "0", rows)
        self._figures["snapshot"] = {
            "build_seconds": round(time.perf_counter() - begun, 1),
            "bytes": path.stat().st_size,
        }
        assert tally.count == plan.permits
        self._tell("installing it")
        with closing(Replicas(self._home)) as replicas:
            begun = time.perf_counter()
            self._install(replicas, path)
            seconds = time.perf_counter() - begun
            reader = replicas.current()
            assert reader is not None
            self._figures["replica"] = {
                "install_seconds": round(seconds, 1),
                "bytes": reader.path.stat().st_size,
                "bytes_per_permit": round(reader.path.stat().st_size / plan.permits, 2),
            }
        return known

    def _install(self, replicas: Replicas, path: Path, cursor: str = "0") -> None:
        replicas.install(path, park=PARK, epoch=EPOCH, cursor=cursor, signed_at=self._now)

    def _measure_personal(self) -> None:
        self._tell("measuring permits with personal parts")
        count, path, home = self._plan.personal, self._folder / "personal.db", Home(self._folder / "personal")
        home.save_device(self._record)
        build_snapshot(path, PARK, EPOCH, "0", self._park.personal_rows(count))
        with closing(Replicas(home)) as replicas:
            self._install(replicas, path)
            reader = replicas.current()
            assert reader is not None
            self._figures["replica"]["bytes_per_permit_with_personal"] = round(reader.path.stat().st_size / count, 1)

    # ---- the look-up ------------------------------------------------------------------------------------------------

    def _look_up(self, known: list[bytes]) -> None:
        self._tell("looking permits up")
        found, missed = Times(), Times()
        with closing(Replicas(self._home, readonly=True)) as replicas:
            reader = replicas.current()
            assert reader is not None
            for cti in random.sample(known, min(len(known), self._plan.lookups)):
                with found.one():
                    permit = _find(reader, cti)
                assert permit is not None
            for cti in random_ctis(self._plan.lookups // 4):
                with missed.one():
                    _find(reader, cti)
            self._figures["lookup"] = {"known": found.report(), "unknown": missed.report()}
        chosen = random.sample(known, min(len(known), self._plan.lookups))
        # in a process of its own: this one holds every identity of the park
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            self._figures["memory"] = alone.submit(_memory_of_look_ups, self._home.path, chosen).result()

    def _measure_peer(self, known: list[bytes]) -> None:
        python = self._plan.peer
        if python is None or not python.exists():
            self._figures["lmdb"] = None
            return
        self._tell("LMDB: the same keys")
        keys, sample = self._folder / "keys", self._folder / "sample"
        with keys.open("wb") as file:
            file.writelines(permit_id(cti) for cti in known)
        chosen = random.sample(known, min(len(known), self._plan.lookups))
        sample.write_bytes(b"".join(permit_id(cti) for cti in chosen))
        command = [python, _PEER, keys, sample, self._folder / "lmdb"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise EnvironmentalError(f"LMDB could not be measured: {ended.stderr.strip().splitlines()[-1:]}")
        self._figures["lmdb"] = json.loads(ended.stdout)
        for path in (keys, sample):
            path.unlink()
        shutil.rmtree(self._folder / "lmdb")

    # ---- the scan ---------------------------------------------------------------------------------------------------

    def _texts(self, ctis: Sequence[bytes]) -> Iterator[str]:
        """Tickets, each signed when it is shown and shown once; when these have run out, such as the replica lacks."""
        yield from map(self._park.ticket, ctis)
        while True:
            yield self._park.ticket(os.urandom(CTI_BYTES))

    def _scan_all(self, homes: dict[str, Home], texts: Iterator[str], changed: list[bytes]) -> None:
        self._figures["scan"], self._figures["delta"] = {}, {"rows": self._plan.delta}
        raw = Times()
        for name, home in homes.items():
            self._tell(f"scanning {_SPOKEN[name]}")
            with self._gate(home) as gate:
                self._scan(gate, texts, WARM_SCANS)
                with raw_flush(self._folder) as flush:
                    scans = self._scan(gate, texts, self._plan.scans, beside=partial(_timed, raw, flush))
            self._figures["scan"][name] = scans.report()
        self._figures["scan"]["raw_fdatasync"] = raw.report()
        median = self._figures["scan"]["without_flush"]["verdict"]["p50_us"]
        self._figures["scan"]["only_hashing"] = only_hashing(median, self._plan.scans).report()
        for measured in self._figures["scan"]["with_flush"].values():
            for part in ("p50", "p99"):
                measured[f"{part}_to_raw"] = round(measured[f"{part}_us"] / raw.report()[f"{part}_us"], 2)
        self._tell_so_far("scan")
        for name, home in homes.items():
            self._figures["delta"][name] = self._apply_under_scans(home, texts, changed, name)
            self._tell_so_far("delta")
        self._swap(homes["with_flush"], texts)

    def _scan(
        self,
        gate: Checkpoint,
        texts: Iterator[str],
        count: int | None,
        *,
        until: threading.Event | None = None,
        beside: Callable[[], None] = lambda: None,
    ) -> _Scans:
        scans = _Scans()
        while (len(scans.whole.taken) < count) if count is not None else not (until and until.is_set()):
            scan = Scan(text=next(texts), source=Source.CAMERA)
            begun = time.perf_counter()
            with scans.whole.one():
                entry = gate.scan(scan)
            assert isinstance(entry, Entry)
            assert isinstance(entry.body, DecisionBody)
            assert entry.body.outcome is Outcome.ADMITTED
            scans.verdict.taken.append(int((self._barrier.pulses[-1].at - begun) * 1e9))
            gate.settle()  # as a kiosk does when nobody stands at the gate
            beside()
        return scans

    @contextmanager
    def _gate(self, home: Home) -> Iterator[Checkpoint]:
        """A checkpoint over the one replica, whose journal lies in this home."""
        if home is not self._home:
            home.save_device(self._record)
        with ExitStack() as stack:
            journal = stack.enter_context(closing(Journal.open(home, self._record.device)))
            yield Checkpoint(
                record=self._record,
                journal=journal,
                replicas=stack.enter_context(closing(Replicas(self._home))),
                revocations=stack.enter_context(closing(Revocations(self._home))),
                policies=Policies(self._home),
                deliveries=stack.enter_context(closing(Deliveries(home, journal))),
                clock=SystemClock(Floor(trusted=0, signed=self._now - 60)),
                barrier=self._barrier,
            )

    # ---- what sync does meanwhile -----------------------------------------------------------------------------------

    def _apply_under_scans(self, home: Home, texts: Iterator[str], changed: list[bytes], name: str) -> dict[str, Any]:
        self._tell(f"{self._plan.delta:,} rows of changes under continuous scanning {_SPOKEN[name]}")
        share = [changed.pop() for _ in range(min(len(changed), self._plan.delta // 5))]
        pages = list(self._pages(delta_rows(self._park, share, self._plan.delta)))
        with self._gate(home) as gate:
            before = self._scan(gate, texts, self._plan.scans)
            ended, failures = threading.Event(), []
            begun = time.perf_counter()

            def apply() -> None:
                try:
                    self._apply(gate, pages)
                except Exception as error:  # noqa: BLE001  told by the thread that waits
                    failures.append(error)
                finally:
                    ended.set()

            thread = threading.Thread(target=apply, name="sync")
            thread.start()
            during = self._scan(gate, texts, None, until=ended)
            thread.join()
            seconds = time.perf_counter() - begun
        if failures:
            raise failures[0]
        with closing(Replicas(self._home)) as replicas:
            reader = replicas.current()
            assert reader is not None
            size = reader.path.stat().st_size
        return {
            "seconds": round(seconds, 1),
            "scans_before": before.report(),
            "scans_during": during.report(),
            "added_p50_us": round(during.whole.quantile(0.5) - before.whole.quantile(0.5), 1),
            "added_p99_us": round(during.whole.quantile(0.99) - before.whole.quantile(0.99), 1),
            "replica_bytes_after": size,
        }

    def _pages(self, rows: Iterator[list[object]]) -> Iterator[SignedBody]:
        for page in in_pages(rows, MOST_ROWS):
            message = ChangesPage(
                park=PARK, epoch=EPOCH, after="0", next="0", head="0", more=True, signed_at=self._now, rows=page
            )
            data = write(message)
            yield SignedBody(data=data, signature=sign_body(SignatureKind.CHANGES, self._park.online, data))

    def _apply(self, gate: Checkpoint, pages: list[SignedBody]) -> None:
        keys = keys_by_id([public_half(self._park.online)])
        with closing(Replicas(self._home, right_of_way=gate.right_of_way)) as replicas:
            while pages:
                page = read_signed_page(pages.pop(), keys, gate.right_of_way.give_way)
                replicas.apply(page.rows, cursor=page.next, signed_at=page.signed_at)

    def _swap(self, home: Home, texts: Iterator[str]) -> None:
        """A whole new snapshot under scans: how long it takes, and what the scans notice of it."""
        self._tell("installing the snapshot again under continuous scanning")
        path = self._folder / "snapshot.db"
        with self._gate(home) as gate:
            ended, taken = threading.Event(), Times()

            def install() -> None:
                with closing(Replicas(self._home, right_of_way=gate.right_of_way)) as replicas, taken.one():
                    self._install(replicas, path)
                ended.set()

            thread = threading.Thread(target=install, name="sync")
            thread.start()
            during = self._scan(gate, texts, None, until=ended)
            thread.join()
        self._figures["swap"] = {"seconds": round(taken.taken[0] / 1e9, 1), "scans_during": during.report()}

    # ---- around it --------------------------------------------------------------------------------------------------

    def _tell_so_far(self, *sections: str) -> None:
        """A run that is stopped after an hour has told what it knew."""
        for section in sections:
            self._tell(f"  {section}: {json.dumps(self._figures[section])}")

    def _need_room(self) -> None:
        free = shutil.disk_usage(self._folder).free
        needed = self._plan.permits * BYTES_A_PERMIT + (256 << 20)
        if free < needed:
            raise EnvironmentalError(
                f"{self._folder} has {free >> 20} MiB free and this takes {needed >> 20} MiB: name another folder with "
                "--data, or fewer --permits"
            )

    def _watched(self, rows: Iterator[list[object]], total: int) -> Iterator[list[object]]:
        told = time.monotonic()
        for place, row in enumerate(rows):
            if place % 10_000 == 0 and time.monotonic() - told > 5:
                self._tell(f"  {100 * place // total} %")
                told = time.monotonic()
            yield row


def _find(reader: ReplicaReader, cti: bytes) -> object:
    """As a scan does it: from a ticket's identity, with both digests."""
    return reader.find(permit_id(cti), typed_code(cti))


def _timed(times: Times, work: Callable[[], None]) -> None:
    with times.one():
        work()


def _memory_of_look_ups(folder: Path, ctis: list[bytes]) -> dict[str, int]:
    """The memory of a process that looks these permits up: before, after, and at its largest."""
    before = memory("VmRSS")
    with closing(Replicas(Home(folder), readonly=True)) as replicas:
        reader = replicas.current()
        assert reader is not None
        for cti in ctis:
            _find(reader, cti)
        return {"before_bytes": before, "after_bytes": memory("VmRSS"), "peak_bytes": memory("VmHWM")}
