"""Who waits at the registry: woken by what is new, by nothing else, and without a thread each."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from kiosk.errors import EnvironmentalError
from sync.registry.urgent import Waiting
from sync.revocation_log import UrgentReply

KNOWN = UrgentReply(revocations=3, set=1)
MORE = UrgentReply(revocations=4, set=1)


class Heads:
    """A database's heads; how often they were looked at, and by how many threads at once."""

    def __init__(self) -> None:
        self.of_park = {7: KNOWN, 12: KNOWN}
        self.looks = 0
        self.fails = False

    def __call__(self) -> dict[int, UrgentReply]:
        self.looks += 1
        if self.fails:
            raise EnvironmentalError("away")
        return dict(self.of_park)


def run(work: Callable[[Heads, Waiting], Coroutine[Any, Any, None]]) -> None:
    async def all_of_it() -> None:
        heads = Heads()
        await work(heads, Waiting(heads, every_seconds=0.02))

    asyncio.run(all_of_it())


def test_what_is_new_already_is_told_at_once() -> None:
    async def work(heads: Heads, waiting: Waiting) -> None:
        heads.of_park[7] = MORE
        assert await waiting.newer(7, KNOWN, 25) == MORE
        assert heads.looks == 1

    run(work)


def test_nothing_new_is_told_after_the_wait() -> None:
    async def work(_heads: Heads, waiting: Waiting) -> None:
        assert await waiting.newer(7, KNOWN, 0.2) == KNOWN
        assert await waiting.newer(99, KNOWN, 0.1) == UrgentReply(revocations=0, set=0)
        assert waiting.count == 0

    run(work)


def test_only_the_park_that_moved_is_woken() -> None:
    async def work(heads: Heads, waiting: Waiting) -> None:
        here = asyncio.create_task(waiting.newer(7, KNOWN, 20))
        there = asyncio.create_task(waiting.newer(12, KNOWN, 0.5))
        await asyncio.sleep(0.1)
        heads.of_park[7] = MORE
        assert await asyncio.wait_for(here, 5) == MORE
        assert await there == KNOWN

    run(work)


def test_five_hundred_who_wait_cost_one_look_a_moment_and_no_thread() -> None:
    async def work(heads: Heads, waiting: Waiting) -> None:
        tasks = [asyncio.create_task(waiting.newer(7, KNOWN, 20)) for _ in range(500)]
        while waiting.count < 500:  # noqa: ASYNC110  (nothing tells when all of them wait)
            await asyncio.sleep(0.01)
        before = heads.looks
        await asyncio.sleep(0.5)
        assert heads.looks - before < 40
        assert threading.active_count() < 60  # the pool's own threads
        heads.of_park[7] = MORE
        assert set(await asyncio.gather(*tasks)) == {MORE}

    run(work)


def test_a_database_that_is_away_for_a_moment_ends_no_wait() -> None:
    async def work(heads: Heads, waiting: Waiting) -> None:
        task = asyncio.create_task(waiting.newer(7, KNOWN, 20))
        await asyncio.sleep(0.1)
        heads.fails = True
        await asyncio.sleep(0.1)
        heads.fails, heads.of_park[7] = False, MORE
        assert await asyncio.wait_for(task, 5) == MORE

    run(work)


def test_when_the_server_stops_nobody_waits_on() -> None:
    async def work(_heads: Heads, waiting: Waiting) -> None:
        task = asyncio.create_task(waiting.newer(7, KNOWN, 20))
        await asyncio.sleep(0.1)
        waiting.end()
        assert await asyncio.wait_for(task, 1) == KNOWN

    run(work)
