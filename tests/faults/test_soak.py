"""One kiosk process through a hundred thousand scans with faults: its memory, file handles and logs stay as they were.

It lives in a process of its own, so that what is measured is the kiosk's and not the test run's.
"""

import logging
import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

import pytest

from kiosk.store.replica import ReplicaReader
from tests.support.commits import failing_commits
from tests.support.crashing_kiosk import make_folder_of_tests
from tests.support.long_life import Life, LongLife

SEED = 2026
MOST_GROWTH = 0.05
LARGEST_WAL_BYTES = 8 * 1024 * 1024


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = make_folder_of_tests(tmp_path)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_a_long_life_with_faults_costs_no_more_memory_handles_or_log(
    folder: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    scans, began = size(1_200, 100_000), time.monotonic()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        life = pool.submit(_live, folder, scans, size(100, 5_000)).result()
    seconds = time.monotonic() - began
    warm = life.samples[len(life.samples) // 5 :]  # until then caches fill
    first, last = warm[0], warm[-1]
    growth = last.resident_kib / first.resident_kib - 1
    wal = max(sample.wal_bytes for sample in life.samples)
    handles = sorted({sample.descriptors for sample in warm})
    events = ", ".join(f"{name} {count}" for name, count in sorted(life.events.items()))
    figure(
        f"{scans} scans in {seconds:.0f} s: resident {first.resident_kib >> 10} MiB after {first.scans}, "
        f"{last.resident_kib >> 10} MiB at the end ({growth:+.1%}), open files {handles}, "
        f"largest WAL {wal / 2**20:.1f} MiB, folder {last.folder_bytes / 2**20:.0f} MiB; {events}"
    )
    assert life.faults == []
    assert growth < MOST_GROWTH * size(2, 1)  # in a short life the caches are filling all along
    assert len(handles) == 1
    assert wal <= LARGEST_WAL_BYTES
    assert life.events["snapshots installed"]
    assert life.events["replicas damaged"]


def _live(folder: Path, scans: int, sample_every: int) -> Life:
    logging.disable(logging.CRITICAL)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # SQLCipher tells the terminal of each page it cannot open
    with failing_commits() as commits:
        return LongLife(folder, SEED, commits).run(scans, sample_every=sample_every)


@pytest.mark.torture
def test_the_rig_finds_a_reader_that_is_never_given_back(folder: Path, figure: Callable[[str], None]) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        life = pool.submit(_live_with_a_leak, folder).result()
    handles = [sample.descriptors for sample in life.samples]
    figure(f"open files over {life.samples[-1].scans} scans: {handles[0]} to {handles[-1]}")
    assert handles[-1] > handles[1]


def _live_with_a_leak(folder: Path) -> Life:
    kept: list[ReplicaReader] = []

    def keep(reader: ReplicaReader) -> None:
        kept.append(reader)

    with patch.object(ReplicaReader, "close", keep):
        return _live(folder, 800, 100)
