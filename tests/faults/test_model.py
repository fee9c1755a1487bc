"""Two gates and a registry walked at random through scans, crashes, cut lines and failing disks, beside an account.

The account counts heads and answers by itself; at the end of each life of a data folder it is laid beside the journals,
the registry and the pulses: nothing lost, nothing doubled, no pulse without its one cause, conflicts = excess heads.
"""

import multiprocessing
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.rules.entries import Entry
from kiosk.rules.receipts import Receipt, ReceiptResult
from kiosk.store.delivery import Deliveries
from kiosk.store.journal import Journal, WireEntry
from tests.support.commits import failing_commits
from tests.support.crashing_kiosk import make_folder_of_tests
from tests.support.two_gates import walk

SEEDS = (2026, 1991)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = make_folder_of_tests(tmp_path)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_nothing_is_lost_and_nothing_doubled_whatever_happens_at_two_gates(
    folder: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    steps, began = size(3_000, 1_000_000), time.monotonic()
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(len(SEEDS), mp_context=context) as pool:
        walks = list(pool.map(_walk, SEEDS, [str(folder)] * len(SEEDS), [steps // len(SEEDS)] * len(SEEDS)))
    events: Counter[str] = sum((events for events, _ in walks), Counter())
    seconds = time.monotonic() - began
    figure(f"{steps} steps in {seconds:.0f} s on {os.cpu_count()} cores, {_told(events)}")
    assert [fault for _, faults in walks for fault in faults] == []
    wanted = ("heads in conflict", "crash_at_the_barrier", "commit_fails", "cycle_in_trouble", "override")
    assert all(events[name] for name in wanted)


def _walk(seed: int, folder: str, steps: int) -> tuple[Counter[str], list[str]]:
    with failing_commits() as commits:
        return walk(Path(folder), seed, steps, commits)


def _told(events: Counter[str]) -> str:
    sums = ("entries", "lives", "heads in conflict")
    told = [f"{events[name]} {name}" for name in sums]
    told += [f"{name.replace('_', ' ')} {count}" for name, count in events.most_common() if name not in sums]
    return ", ".join(told)


# ---- the rig can fail ------------------------------------------------------------------------------------------------


def _sent_is_settled() -> Any:
    """An entry is taken for delivered when it is sent, not when its receipt comes."""
    honest = Deliveries.pending

    def hasty(deliveries: Deliveries, size: int) -> list[WireEntry]:
        waiting = honest(deliveries, size)
        deliveries.settle([Receipt(id=str(entry.key), result=ReceiptResult.ACCEPTED) for entry in waiting])
        return waiting

    return patch.object(Deliveries, "pending", hasty)


def _nothing_is_read_again() -> Any:
    """An admission that owes its pulse is decided anew."""
    return patch.object(Journal, "unpulsed", lambda *_, **__: None)


def _uses_are_forgotten() -> Any:
    """A journal that loses the newest of several entries of a permit."""
    honest = Journal.of_permit

    def forgetful(journal: Journal, permit: bytes, *rest: Any) -> Sequence[Entry]:
        return honest(journal, permit, *rest)[:1]

    return patch.object(Journal, "of_permit", forgetful)


@pytest.mark.torture
@pytest.mark.parametrize("planted", [_sent_is_settled, _nothing_is_read_again, _uses_are_forgotten])
def test_the_walk_finds(planted: Callable[[], Any], folder: Path, figure: Callable[[str], None]) -> None:
    with planted(), failing_commits() as commits:
        for life in range(1, 11):
            _, faults = walk(folder, life, 400, commits, lifetime=400)
            if faults:
                figure(f"after {life} lives of 400 steps: {faults[0]}")
                return
    pytest.fail("ten lives did not find the planted fault")
