"""A whole kiosk that can die at any call: the files as they lie at that moment go on in another folder.

What an operating system keeps of a killed process is what its files hold then: no destructor runs, no WAL is emptied.
It is put together by the same code as `qaqpa run`; only its clock and its line are given from outside.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

from kiosk.checkpoint import Checkpoint
from kiosk.clock import Clock
from kiosk.devices.barrier import BarrierError, Contactless
from kiosk.errors import QaqpaError
from kiosk.rules.words import BarrierPosition
from kiosk.store.home import Home
from kiosk.store.journal import Journal
from kiosk.store.reserve import Reserve
from sync.engine import SyncEngine
from ui import assembly
from ui.assembly import Kiosk, SyncEnd

RESERVE_BYTES = 64 * 1024


class DiedError(BaseException):
    """The process ended here; no `except Exception` of the program may notice."""


@dataclass
class Boom(Contactless):
    """A barrier that remembers its pulses beyond the life of the kiosk; it can refuse one, or be the last thing."""

    die: Callable[[], NoReturn]
    pulses: Counter[str] = field(default_factory=Counter)
    refuses: bool = False
    dies: str = ""
    last: str = ""

    def pulse(self, milliseconds: int, cause: str) -> None:
        """Count a pulse of this cause."""
        self.last = cause
        if self.refuses:
            raise BarrierError("The barrier does not answer")
        if self.dies == "before":
            self.die()
        self.pulses[cause] += 1
        if self.dies == "after":
            self.die()

    def position(self) -> BarrierPosition:
        """Closed, for all that anybody can see."""
        return BarrierPosition.CLOSED

    def hold(self, held: bool) -> None:
        """Nobody sees that either."""


class CrashingKiosk:
    """A kiosk in a folder; after `die` it goes on in the next one."""

    def __init__(self, home: Home, *, clock: Clock, registry: Any) -> None:
        self.home, self.clock, self.registry = home, clock, registry
        self.boom = Boom(die=self.die)
        self.lives = 0
        self._stack = ExitStack()
        self._parts: tuple[Kiosk, SyncEnd | None] | None = None

    def open(self, *, has_sync: bool = True) -> None:
        """Begin a life, as `qaqpa run` does; without its sync thread it starts twice as fast."""
        stack = ExitStack()
        try:
            with _given(self.clock, self.registry):
                kiosk = stack.enter_context(assembly.open_checkpoint(self.home, purpose="test", barrier=self.boom))
                end = None
                if has_sync:
                    end = stack.enter_context(assembly.open_sync(self.home, clock=self.clock))
        except BaseException:
            stack.close()
            raise
        self._stack, self._parts = stack, (kiosk, end)

    def close(self) -> None:
        """End a life in order."""
        self._stack.close()
        self._parts = None

    @property
    def checkpoint(self) -> Checkpoint:
        """The gate's judgement."""
        return self._live[0].checkpoint

    @property
    def journal(self) -> Journal:
        """The journal that the checkpoint writes."""
        return self._live[0].memory.journal

    @property
    def memory(self) -> assembly.Memory:
        """What the checkpoint reads and writes."""
        return self._live[0].memory

    @property
    def engine(self) -> SyncEngine:
        """The engine of the sync thread, on connections of its own."""
        end = self._live[1]
        assert end is not None, "the kiosk has no sync thread"
        return end.engine

    @property
    def _live(self) -> tuple[Kiosk, SyncEnd | None]:
        assert self._parts is not None, "the kiosk is not open"
        return self._parts

    def die(self) -> NoReturn:
        """The files as they are now are what is left."""
        self._leave()
        raise DiedError

    def come_back(self) -> None:
        """Begin the next life on what the last one left."""
        with suppress(QaqpaError):
            self._stack.close()
        for path in (self.home.path, self.home.keys):
            shutil.rmtree(path)
        self.home = self._next()
        self.lives += 1
        self.boom.dies = ""
        self.open()

    def _leave(self) -> None:
        copy_home(self.home, self._next())

    def _next(self) -> Home:
        stem = self.home.path.name.partition("~")[0]
        return Home(self.home.path.with_name(f"{stem}~{self.lives + 1}"))


def copy_home(home: Home, to: Home) -> None:
    """A data folder with its keys, as a process leaves it that is killed: -shm is memory, and ends with it."""
    ignored = shutil.ignore_patterns("*-shm")
    shutil.copytree(home.path, to.path, ignore=ignored)
    shutil.copytree(home.keys, to.keys)


@contextmanager
def _given(clock: Clock, registry: Any) -> Iterator[None]:
    with (
        patch.object(assembly, "SystemClock", lambda *_: clock),
        # 32 MiB would be made anew for each of ten thousand starts
        patch.object(assembly, "Reserve", lambda home: Reserve(home, size_bytes=RESERVE_BYTES)),
        patch("sync.client.HttpRegistry", lambda *_, **__: registry),
    ):
        yield


def make_folder_of_tests(folder: Path) -> Path:
    """A folder in memory where the machine has one: how durable a disk is, other rigs show."""
    memory = Path("/dev/shm")
    if not memory.is_dir():
        return folder
    import tempfile

    return Path(tempfile.mkdtemp(prefix="qaqpa-", dir=memory))
