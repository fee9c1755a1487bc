"""Several gates of one park over days, parties and cut lines, beside fingers that count.

What `test_model.py` does to two gates and their files, this does to the rules of four lanes at three gates: real
checkpoints over stores in memory, so that a million steps can be walked. Heads admitted never exceed the right at one
gate, nor a share of a quota at one lane; inside are entries less exits; excess over gates that were alone is what the
registry calls conflicts; every pulse has one cause.
"""

import logging
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.rules.entries import ActBody, Entry, Use
from kiosk.rules.standing import Inside, inside, settled
from kiosk.rules.words import ActKind, Direction
from sync.registry.uses import Conflict, conflicts_of
from tests.support.memory_kiosk import MemoryJournal, MemoryReplica
from tests.support.several_gates import walk

SEEDS = (2026, 1991)


def test_at_no_gate_does_anybody_go_in_beyond_the_right_and_over_all_gates_every_excess_is_found(
    size: Callable[[int, int], int], figure: Callable[[str], None]
) -> None:
    steps, began = size(8_000, 1_000_000), time.monotonic()
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(len(SEEDS), mp_context=context) as pool:
        walks = list(pool.map(_walk, SEEDS, [steps // len(SEEDS)] * len(SEEDS)))
    events: Counter[str] = sum((events for events, _ in walks), Counter())
    seconds = time.monotonic() - began
    figure(f"{steps} steps in {seconds:.0f} s on {os.cpu_count()} cores, {_told(events)}")
    assert [fault for _, faults in walks for fault in faults] == []
    wanted = ("heads in conflict", "conflicts weighed", "full", "barrier_in_trouble", "override", "doubt", "cut_off")
    assert all(events[name] for name in wanted)


def _walk(seed: int, steps: int) -> tuple[Counter[str], list[str]]:
    logging.disable(logging.CRITICAL)  # thousands of lines of barriers that would not move
    return walk(seed, steps)


def _told(events: Counter[str]) -> str:
    sums = ("parks", "days", "tickets", "pulses", "heads in conflict", "conflicts weighed")
    told = [f"{events[name]} {name}" for name in sums]
    told += [f"{name.replace('_', ' ')} {count}" for name, count in events.most_common() if name not in sums]
    return ", ".join(told)


# ---- the rig can fail ------------------------------------------------------------------------------------------------


def _days_are_counted_as_each_gate_counted_them() -> Any:
    return patch("kiosk.facts.numbered", lambda uses, *_: uses)


def _other_gates_are_not_heard() -> Any:
    return patch.object(MemoryReplica, "uses", lambda *_: [])


def _annulments_are_not_heeded() -> Any:
    def heedless(entries: Iterable[Entry], heard: Iterable[Use]) -> tuple[Use, ...]:
        kept = [one for one in entries if not (isinstance(one.body, ActBody) and one.body.act is ActKind.ANNUL)]
        return settled(kept, heard)

    return patch("kiosk.facts.settled", heedless)


def _whoever_left_is_inside_still() -> Any:
    def stuck(uses: Sequence[Use]) -> Inside | None:
        return inside([use for use in uses if use.direction is Direction.ENTRY])

    return patch("kiosk.rules.admission.inside", stuck)


def _what_is_owed_is_forgotten() -> Any:
    return patch.object(MemoryJournal, "unpulsed", lambda *_, **__: None)


def _every_answer_moves_the_barrier() -> Any:
    return patch("kiosk.pulsing.moves_barrier", lambda _: True)


def _shares_are_not_heeded() -> Any:
    return patch("kiosk.rules.limits.over", lambda *_: None)


def _the_registry_overlooks_a_conflict() -> Any:
    def kind(*given: Any) -> list[Conflict]:
        return conflicts_of(*given)[:1]

    return patch("tests.support.several_gates.conflicts_of", kind)


def _the_registry_finds_conflicts_everywhere() -> Any:
    def strict(permit: bytes, entries: Any, uses: Sequence[Use], policy: Any) -> list[Conflict]:
        return conflicts_of(permit, entries, [use for use in uses if use.direction is Direction.ENTRY], policy)

    return patch("tests.support.several_gates.conflicts_of", strict)


@pytest.mark.parametrize(
    "planted",
    [
        _days_are_counted_as_each_gate_counted_them,
        _other_gates_are_not_heard,
        _annulments_are_not_heeded,
        _whoever_left_is_inside_still,
        _what_is_owed_is_forgotten,
        _every_answer_moves_the_barrier,
        _shares_are_not_heeded,
        _the_registry_overlooks_a_conflict,
        _the_registry_finds_conflicts_everywhere,
    ],
)
@pytest.mark.torture
def test_the_walk_finds(planted: Callable[[], Any], figure: Callable[[str], None]) -> None:
    with planted():
        events, faults = walk(7, 12_000)
    assert faults, "twelve thousand steps did not find the planted fault"
    figure(f"after {events['parks']} parks: {faults[0][:160]}")
