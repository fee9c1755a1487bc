"""How often rangers decided without the rules today, and who: always visible, so it must cost next to nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.rules.acts import is_against_the_rules
from kiosk.rules.entries import ActBody, Entry
from kiosk.rules.policy import DAY_SECONDS, Policy
from kiosk.store.journal import Head, Journal

_PAGE = 256
_NAMED = 2
_SHORT_NAME = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Overrides:
    """The overrides of a day, openings by hand included, by person; `usual` is the park's own figure, 0 for none."""

    by: tuple[tuple[str, int], ...] = ()
    usual: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(count for _, count in self.by)

    @property
    def is_unusual(self) -> bool:
        """Whether there are more than the park is used to; nothing is forbidden by it."""
        return 0 < self.usual < self.total

    def short(self) -> str:
        """For a small tile: who made the most, by the first word of their names."""
        shown = [f"{name.split()[0][:_SHORT_NAME]}\u00a0{count}" for name, count in self.by[:_NAMED]]
        return ", ".join(shown) + (" …" if len(self.by) > _NAMED else "")

    def as_dict(self) -> dict[str, Any]:
        """As commands print them."""
        return {"total": self.total, "by": dict(self.by), "usual": self.usual or None}

    def line(self) -> str:
        """For a person: how many, of how many that are usual, and by whom."""
        people = ", ".join(f"{name} {count}" for name, count in self.by)
        usual = f" (usual here: up to {self.usual})" if self.usual else ""
        return f"overrides today: {self.total}{usual}" + (f", by {people}" if people else "")


NONE = Overrides()


class OverridesToday:
    """Counts a day's overrides once, and after that only what was written since; for one thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._midnight: int | None = None
        self._head: Head | None = None
        self._by: Counter[str] = Counter()

    def today(self, now: int, policy: Policy) -> Overrides:
        """Those of the park's local day, the most by one person first."""
        midnight = policy.local_day(now) * DAY_SECONDS - policy.utc_offset_minutes * 60
        return Overrides(by=_ordered(self.by_person(midnight, now)), usual=policy.overrides_per_day)

    def by_person(self, midnight: int, now: int) -> Mapping[str, int]:
        """Overrides since this midnight, in Unix seconds, by whoever did them."""
        head = self._journal.head()
        if midnight != self._midnight or self._head is None:
            self._midnight = midnight
            self._by = Counter(who for entry in self._journal.between(midnight, now + 1) if (who := _who(entry)))
        elif head != self._head:
            self._by += self._written_since(self._head)
        self._head = head
        return self._by

    def _written_since(self, head: Head) -> Counter[str]:
        found: Counter[str] = Counter()
        chain, n = head.chain, head.n
        while keys := self._journal.keys_after(chain, n, _PAGE):
            entries = (self._journal.get(str(key)) for key in keys)
            found += Counter(who for entry in entries if entry is not None and (who := _who(entry)))
            chain, n = keys[-1].chain, keys[-1].n
        return found


def _ordered(by: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(by.items(), key=lambda item: (-item[1], item[0])))


def _who(entry: Entry) -> str | None:
    if isinstance(entry.body, ActBody) and is_against_the_rules(entry):
        return entry.body.by or "device"
    return None
