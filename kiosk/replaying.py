"""A journal decided again: each of its decisions by the set it names, counted, and none left out without a word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kiosk.errors import EnvironmentalError
from kiosk.rules.entries import DecisionBody, Entry
from kiosk.rules.policy import DAY_SECONDS, PolicySet
from kiosk.rules.replay import Undecidable, replay
from kiosk.store.journal import Journal
from kiosk.store.policies import Policies

_FOR_EVER = 2**62
MOST_TOLD = 1000


@dataclass(kw_only=True, slots=True)
class Tally:
    """What became of deciding again; of very many differences the first are told, and all are counted."""

    decisions: int = 0
    same: int = 0
    different: int = 0
    undecidable: dict[Undecidable, int] = field(default_factory=lambda: dict.fromkeys(Undecidable, 0))
    differences: list[str] = field(default_factory=list)


def decisions(journal: Journal, *, days: int, since_at: int | None = None) -> Iterator[Entry]:
    """The decisions since this time, or of so many days before the newest one: a dead kiosk's journal has them too."""
    if since_at is None:
        newest = next(iter(journal.latest(1)), None)
        since_at = 0 if newest is None else max(0, newest.at - days * DAY_SECONDS)
    return (entry for entry in journal.between(since_at, _FOR_EVER) if isinstance(entry.body, DecisionBody))


def replay_all(entries: Iterable[Entry], policies: Policies) -> Tally:
    """Every one of these decisions, made again."""
    tally, sets = Tally(), _Sets(policies)
    for entry in entries:
        if not isinstance(entry.body, DecisionBody):
            continue
        tally.decisions += 1
        policy = sets.of(entry.policy)
        if isinstance(policy, Undecidable):
            tally.undecidable[policy] += 1
            continue
        again = replay(entry, entry.body, policy)
        if again.undecidable is not None:
            tally.undecidable[again.undecidable] += 1
        elif again.differences:
            tally.different += 1
            tally.differences += again.differences[: max(0, MOST_TOLD - len(tally.differences))]
        else:
            tally.same += 1
    return tally


class _Sets:
    """The sets by digest, each read once."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._read: dict[bytes, PolicySet | Undecidable] = {}

    def of(self, digest: bytes) -> PolicySet | Undecidable:
        if digest not in self._read:
            self._read[digest] = self._load(digest)
        return self._read[digest]

    def _load(self, digest: bytes) -> PolicySet | Undecidable:
        try:
            return self._policies.get(digest) or Undecidable.SET_GONE
        except EnvironmentalError:
            return Undecidable.SET_UNREADABLE
