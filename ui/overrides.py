"""How often rangers decided against the rules today: always visible, so it must cost next to nothing to know."""

from kiosk.rules.entries import ActBody, Entry
from kiosk.rules.words import ActKind
from kiosk.store.journal import Head, Journal

_PAGE = 256


class OverridesToday:
    """Counts a day's overrides once, and after that only what was written since; for one thread."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._midnight: int | None = None
        self._head: Head | None = None
        self._count = 0

    def count(self, midnight: int, now: int) -> int:
        """Overrides since this midnight, in Unix seconds."""
        head = self._journal.head()
        if midnight != self._midnight or self._head is None:
            self._midnight = midnight
            self._count = sum(map(_is_override, self._journal.between(midnight, now + 1)))
        elif head != self._head:
            self._count += self._written_since(self._head)
        self._head = head
        return self._count

    def _written_since(self, head: Head) -> int:
        found, chain, n = 0, head.chain, head.n
        while keys := self._journal.keys_after(chain, n, _PAGE):
            entries = (self._journal.get(str(key)) for key in keys)
            found += sum(_is_override(entry) for entry in entries if entry is not None)
            chain, n = keys[-1].chain, keys[-1].n
        return found


def _is_override(entry: Entry) -> bool:
    return isinstance(entry.body, ActBody) and entry.body.act is ActKind.OVERRIDE
