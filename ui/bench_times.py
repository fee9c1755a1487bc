"""What every bench measures with: durations, a disk's bare flush, a process's memory."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_PAGE = bytes(64)


@dataclass(slots=True)
class Times:
    """Durations of one thing that was done many times, in nanoseconds."""

    taken: list[int] = field(default_factory=list)
    processor_ns: int | None = None
    """What this thread took of a processor for all of them, where that was measured; the rest is waiting."""

    @contextmanager
    def one(self) -> Iterator[None]:
        """Measure what is done inside."""
        spent, begun = time.thread_time_ns(), time.perf_counter_ns()
        yield
        self.taken.append(time.perf_counter_ns() - begun)
        self.processor_ns = (self.processor_ns or 0) + time.thread_time_ns() - spent

    def quantile(self, part: float) -> float:
        """The duration that this part of all stays below, in microseconds."""
        ordered = sorted(self.taken)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] / 1000

    def report(self) -> dict[str, float | int]:
        """Count, median, p99 and the longest in microseconds, and the processor's share where that was measured."""
        named = {"p50_us": self.quantile(0.5), "p99_us": self.quantile(0.99), "max_us": max(self.taken) / 1000}
        if self.processor_ns is not None:
            named["processor_mean_us"] = self.processor_ns / len(self.taken) / 1000
        return {"count": len(self.taken), **{name: round(value, 1) for name, value in named.items()}}


@contextmanager
def raw_flush(folder: Path) -> Iterator[Callable[[], None]]:
    """What the disk alone takes for as many bytes as an entry's commit writes."""
    descriptor = os.open(folder / "raw", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    page = os.urandom(4096)

    def flush() -> None:
        os.write(descriptor, page)
        os.fdatasync(descriptor)

    try:
        yield flush
    finally:
        os.close(descriptor)


def only_hashing(microseconds: float, count: int) -> Times:
    """What this machine, as loaded as it is, makes of work that waits for nothing and takes about so long."""
    rounds = 1000
    probe = Times()
    for _ in range(20):
        with probe.one():
            _hash(rounds)
    rounds = max(1, round(rounds * microseconds / probe.quantile(0.5)))
    times = Times()
    for _ in range(count):
        with times.one():
            _hash(rounds)
    return times


def _hash(rounds: int) -> None:
    for _ in range(rounds):
        hashlib.sha256(_PAGE).digest()


def memory(name: str) -> int:
    """A figure of this process's memory, as `VmRSS` or `VmHWM`, in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0
