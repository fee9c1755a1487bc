"""Which entries travel together, so that one the registry cannot take never holds up the others.

An entry that was in a failed batch is only sent with others of the same history, in batches half the size each time,
until the bad one travels alone. Entries that never failed always travel first and in full batches.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from kiosk.rules.entries import EntryKey
from sync.protocol import MOST_ENTRIES

MOST_BATCH_BYTES = 2 * 1024 * 1024


class Sendable(Protocol):
    """What this module needs to know of an entry."""

    @property
    def key(self) -> EntryKey:
        """Which entry."""
        ...

    @property
    def core(self) -> bytes:
        """Its permanent part."""
        ...

    @property
    def private(self) -> bytes | None:
        """Its erasable part."""
        ...


Item = TypeVar("Item", bound=Sendable)


class Batches:
    """How often each waiting entry was in a failed batch, in this run of the program."""

    def __init__(self, most: int = MOST_ENTRIES) -> None:
        self._most = most
        self._failures: dict[EntryKey, int] = {}

    def next(self, waiting: Sequence[Item]) -> list[Item]:
        """The next batch out of these, in their order: entries that failed equally often, and not too many."""
        if not waiting:
            return []
        history = min(self._failures.get(item.key, 0) for item in waiting)
        most, room = max(1, self._most >> history), MOST_BATCH_BYTES
        batch: list[Item] = []
        for item in waiting:
            if self._failures.get(item.key, 0) != history:
                continue
            room -= 2 * (len(item.core) + len(item.private or b""))
            if len(batch) == most or (batch and room < 0):
                break
            batch.append(item)
        return batch

    def failed(self, keys: Iterable[EntryKey]) -> None:
        """These travelled together and did not arrive."""
        for key in keys:
            self._failures[key] = self._failures.get(key, 0) + 1

    def settled(self, keys: Sequence[EntryKey]) -> None:
        """These arrived; what failed as often as they did may travel in batches twice the size again."""
        histories = {self._failures.pop(key, 0) for key in keys} - {0}
        for key, count in self._failures.items():
            if count in histories:
                self._failures[key] = count - 1
