"""A kiosk started on damaged files, ten thousand times for each kind: nobody is let in wrongly, and nothing escapes.

A spent, expired or forged ticket is never admitted, nor a revoked one: the list of these is kept twice. Whatever else
goes wrong ends in a sentence.
"""

import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.store import owed
from kiosk.store.journal import Journal
from kiosk.store.mark import MarkFile
from kiosk.store.revocations import Revocations
from tests.support.crashing_kiosk import make_folder_of_tests
from tests.support.damaged_kiosk import Findings, original, try_out

HALVES = 2


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    made = make_folder_of_tests(tmp_path)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.parametrize("what", ["journal", "permits", "sync", "revocations", "keys"])
def test_no_damage_lets_anybody_in_wrongly_or_ends_the_program(
    what: str, folder: Path, size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    cases = size(50, 2_000 if what == "keys" else 10_000)
    findings = _in_halves(what, folder, cases, figure)
    assert findings.wrong == []
    assert findings.uncaught == []
    # a page of an earlier state, which a disk leaves that acknowledges a write and loses it, has a sound MAC
    assert findings.lost_writes == []
    assert findings.answers["fresh: ok"] + findings.answers["fresh: unlisted"] > 0


def _in_halves(what: str, folder: Path, cases: int, figure: Callable[[str], None]) -> Findings:
    began, context = time.monotonic(), multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(HALVES, mp_context=context) as pool:
        jobs = [pool.submit(_some, what, cases // HALVES, seed, folder / str(seed)) for seed in range(HALVES)]
        findings = Findings()
        for job in jobs:
            findings += job.result()
    seconds = time.monotonic() - began
    told = ", ".join(f"{name} {count}" for name, count in sorted(findings.answers.items()) if count)
    figure(
        f"{cases} damaged starts in {seconds:.0f} s, {len(findings.wrong)} wrong admissions, "
        f"{len(findings.lost_writes)} more after a lost write, {len(findings.uncaught)} uncaught; {told}"
    )
    return findings


def _some(what: str, cases: int, seed: int, folder: Path) -> Findings:
    folder.mkdir()
    # SQLCipher writes a line to the terminal for each page it cannot open
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    return try_out(original(folder), what, cases, random.Random(f"{what} {seed}"), folder)


# ---- the rig can fail ------------------------------------------------------------------------------------------------


@contextmanager
def _nothing_is_known_of_the_head() -> Iterator[None]:
    """A journal that nobody compares with the head it once had, by the mark or by what the registry confirmed."""
    with (
        patch.object(MarkFile, "read", lambda *_: None),
        patch.object(owed, "told_to_registry", lambda *_: None),
        patch.object(Journal, "expect", lambda *_: None),
    ):
        yield


def _nothing_was_lost() -> Any:
    """A mended journal that says nothing of what it could not carry over."""
    return patch.object(Journal, "lost_uses_at", lambda _, is_told_back=True: None)


def _no_log_is_asked() -> Any:
    """A gate that knows of revocations by its replica alone."""
    return patch.object(Revocations, "find", lambda *_: None)


@pytest.mark.torture
@pytest.mark.parametrize(
    ("planted", "what"),
    [(_nothing_is_known_of_the_head, "journal"), (_nothing_was_lost, "journal"), (_no_log_is_asked, "permits")],
)
def test_the_rig_finds(planted: Callable[[], Any], what: str, folder: Path, figure: Callable[[str], None]) -> None:
    first = original(folder)
    chance = random.Random(1)
    with planted():
        for round_ in range(1, 21):
            findings = try_out(first, what, 20, chance, folder)
            if findings.wrong:
                figure(f"after {20 * round_} damaged starts: {findings.wrong[0]}")
                return
    pytest.fail("four hundred damaged files did not find the planted fault")
