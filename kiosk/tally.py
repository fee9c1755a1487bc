"""What this lane has counted of its quotas: the journal folded in memory, brought up to its head before each decision.

The journal is the record and this a copy of what it amounts to: made anew by each process, and read on from where it
stood whenever it is asked, inside the transaction that decides. So no crash and no other process leaves it behind.
"""

from dataclasses import replace

from kiosk.rules.entries import Place
from kiosk.rules.facts import Facts
from kiosk.rules.limits import VISITOR, counting_since
from kiosk.rules.passages import Passages
from kiosk.rules.policy import PolicySet
from kiosk.rules.running import RunningTallies
from kiosk.store.journal import Journal

_NOTHING_READ = (0, 0)


class Tallies:
    """The passages through one lane, as far back as its quotas reach."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._passages: Passages | None = None
        self._read = _NOTHING_READ
        self._since: int | None = None
        self._place: tuple[int, int, int] | None = None
        self._policy: PolicySet | None = None
        self._running: RunningTallies | None = None

    def counted(self, facts: Facts, policy: PolicySet) -> Facts:
        """The facts with what was counted of the quotas that their right falls under."""
        right, place, moment = facts.right, facts.place, facts.moment
        if right is None or not policy.tables.quotas:
            return facts
        product = policy.product_of(right.product) or VISITOR
        passages = self._brought_up(policy, place, moment.earliest)
        if moment.earliest == moment.latest:
            passages.date(moment.now)  # whatever is in the journal happened before
        return replace(
            facts,
            tallies=self._running_of(policy, passages, place).of(product, moment.earliest, moment.latest),
            tallies_lost_at=self._journal.entries_lost_at(),
        )

    def _brought_up(self, policy: PolicySet, place: Place, at: int) -> Passages:
        since = counting_since(policy, at)
        lane = (place.park, place.gate, place.lane)
        if self._passages is None or self._since is None or since < self._since or lane != self._place:
            self._passages, self._since, self._place = Passages(place), since, lane
            self._read = self._journal.before(since) or _NOTHING_READ
            self._running = None
            for entry in self._journal.moves_of_others(since):
                self._passages.bring_forward(entry)
        head = self._journal.head()
        for entry in self._journal.moves_after(*self._read):
            self._passages.bring_forward(entry)
        self._read = max(self._read, (head.chain, head.n))
        if since > self._since:
            self._passages.forget_before(since)
            self._since = since
        return self._passages

    def _running_of(self, policy: PolicySet, passages: Passages, place: Place) -> RunningTallies:
        if self._running is None or self._policy is not policy:
            self._running, self._policy = RunningTallies(policy, place, passages), policy
        return self._running
