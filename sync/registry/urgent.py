"""Who waits at the registry for something new: none of them holds a thread or a database connection while it waits.

One look a moment at the heads of all parks serves everybody, so that several registry processes over one database
need not know of each other; while nobody waits, nobody looks.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool

from kiosk.errors import QaqpaError
from sync.revocation_log import UrgentReply

LOOK_SECONDS = 0.5
NOTHING = UrgentReply(revocations=0, set=0)

Heads = Mapping[int, UrgentReply]
_log = logging.getLogger("qaqpa.registry")


class Waiting:
    """The kiosks that wait, in one event loop."""

    def __init__(self, look: Callable[[], Heads], *, every_seconds: float = LOOK_SECONDS) -> None:
        self._look, self._every_seconds = look, every_seconds
        self._heads: Heads = {}
        self._moved = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._is_ended = False
        self.count = 0

    async def newer(self, park: int, known: UrgentReply, seconds: float) -> UrgentReply:
        """The park's heads as soon as one is further than what is known, or after so many seconds as they then are."""
        heads = (await run_in_threadpool(self._look)).get(park, NOTHING)
        if seconds <= 0 or _is_newer(heads, known):
            return heads
        self.count += 1
        try:
            async with asyncio.timeout(seconds):
                while not (_is_newer(heads, known) or self._is_ended):
                    if self._looking is None or self._looking.done():
                        self._looking = asyncio.create_task(self._keep_looking())
                    await self._moved.wait()
                    heads = self._heads.get(park, NOTHING)
        except TimeoutError:
            pass
        finally:
            self.count -= 1
        return heads

    def end(self) -> None:
        """Let nobody wait any more: the server is stopping."""
        self._is_ended = True
        self._moved.set()

    async def _keep_looking(self) -> None:
        while self.count and not self._is_ended:
            await asyncio.sleep(self._every_seconds)
            try:
                heads = await run_in_threadpool(self._look)
            except QaqpaError as error:
                _log.warning("whoever waits hears nothing for the moment: %s", error)
                continue
            if heads != self._heads:
                self._heads, moved = heads, self._moved
                if not self._is_ended:
                    self._moved = asyncio.Event()
                moved.set()


def _is_newer(heads: UrgentReply, known: UrgentReply) -> bool:
    return heads.revocations > known.revocations or heads.set > known.set
