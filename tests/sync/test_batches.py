import random
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from kiosk.rules.entries import EntryKey
from sync.batches import MOST_BATCH_BYTES, Batches


@dataclass(frozen=True)
class Waiting:
    key: EntryKey
    core: bytes = b"core"
    private: bytes | None = None


def entries(count: int) -> list[Waiting]:
    return [Waiting(EntryKey(device=1, chain=1, n=n)) for n in range(1, count + 1)]


def sent_until_quiet(waiting: list[Waiting], poison: set[int], most: int = 500) -> tuple[set[int], int]:
    """Send as the push half does, against a registry that takes no batch with a poisonous entry in it."""
    batches, attempts, tries = Batches(most), dict.fromkeys(waiting, 0), 0
    arrived: set[int] = set()
    alone: set[Waiting] = set()
    while True:
        left = [item for item in waiting if item.key.n not in arrived and item not in alone]
        left.sort(key=lambda item: (attempts[item], item.key.n))
        batch = batches.next(left[:500])
        if not batch:
            return arrived, tries
        tries += 1
        keys = [item.key for item in batch]
        if poison & {key.n for key in keys}:
            batches.failed(keys)
            for item in batch:
                attempts[item] += 1
            if len(batch) == 1:
                alone.update(batch)
        else:
            batches.settled(keys)
            arrived |= {key.n for key in keys}


def test_entries_that_never_failed_travel_in_full_batches() -> None:
    assert len(Batches().next(entries(1200))) == 500


def test_nothing_waits_nothing_travels() -> None:
    assert Batches().next([]) == []


def test_a_failed_batch_is_halved_and_others_go_before_it() -> None:
    batches, waiting = Batches(), entries(600)
    batches.failed([item.key for item in waiting[:500]])
    assert batches.next(waiting) == waiting[500:]
    assert batches.next(waiting[:500]) == waiting[:250]


def test_a_poisonous_entry_first_in_the_queue_holds_up_no_other() -> None:
    arrived, tries = sent_until_quiet(entries(5000), {1})
    assert arrived == set(range(2, 5001))
    assert tries < 45


def test_size_in_bytes_bounds_a_batch_and_one_large_entry_still_travels() -> None:
    large = [Waiting(EntryKey(device=1, chain=1, n=n), core=bytes(MOST_BATCH_BYTES // 4)) for n in (1, 2, 3)]
    assert len(Batches().next(large)) == 2
    huge = [Waiting(EntryKey(device=1, chain=1, n=1), core=bytes(MOST_BATCH_BYTES))]
    assert len(Batches().next(huge)) == 1


@given(st.integers(1, 120), st.randoms(use_true_random=False))
def test_whatever_is_poisonous_all_others_arrive(count: int, rng: random.Random) -> None:
    poison = {n for n in range(1, count + 1) if rng.random() < 0.1}
    arrived, _ = sent_until_quiet(entries(count), poison, most=32)
    assert arrived == set(range(1, count + 1)) - poison
