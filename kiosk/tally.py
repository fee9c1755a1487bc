"""What this lane has counted of its quotas: the journal folded in memory, brought up to its head before each decision.

The journal is the record and this a copy of what it amounts to: made anew by each process, and read on from where it
stood whenever it is asked, inside the transaction that decides. So no crash and no other process leaves it behind.
"""

from dataclasses import replace

from kiosk.rules.entries import ChainBody, Place
from kiosk.rules.facts import Facts
from kiosk.rules.limits import VISITOR, counting_since, tallied
from kiosk.rules.policy import PolicySet, Product
from kiosk.rules.quota import Passage, Tally, bring_forward, date
from kiosk.store.journal import Journal

_NOTHING_READ = (0, 0)


class Tallies:
    """The passages through one lane, as far back as its quotas reach."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._passages: dict[str, Passage] = {}
        self._read = _NOTHING_READ
        self._since: int | None = None
        self._place: tuple[int, int, int] | None = None

    def counted(self, facts: Facts, policy: PolicySet) -> Facts:
        """The facts with what was counted of the quotas that their right falls under."""
        right, place, moment = facts.right, facts.place, facts.moment
        if right is None or not policy.tables.quotas:
            return facts
        product = policy.product_of(right.product) or VISITOR
        self._bring_up(policy, place, moment.earliest)
        if moment.earliest == moment.latest:
            date(self._passages, moment.now)  # whatever is in the journal happened before
        return replace(
            facts,
            tallies=self._tallied(policy, product, facts),
            tallies_lost_at=self._lost_at(),
        )

    def _tallied(self, policy: PolicySet, product: Product, facts: Facts) -> tuple[Tally, ...]:
        passages = tuple(self._passages.values())
        return tallied(policy, product, facts.place, passages, facts.moment.earliest, facts.moment.latest)

    def _bring_up(self, policy: PolicySet, place: Place, at: int) -> None:
        since = counting_since(policy, at)
        lane = (place.park, place.gate, place.lane)
        if self._since is None or since < self._since or lane != self._place:
            self._passages, self._since, self._place = {}, since, lane
            self._read = self._journal.before(since) or _NOTHING_READ
            for entry in self._journal.moves_of_others(since):
                bring_forward(self._passages, entry, place)
        head = self._journal.head()
        for entry in self._journal.moves_after(*self._read):
            bring_forward(self._passages, entry, place)
        self._read = max(self._read, (head.chain, head.n))
        if since > self._since:
            self._passages = {name: each for name, each in self._passages.items() if each.latest >= since}
            self._since = since

    def _lost_at(self) -> int | None:
        """Until when entries of this lane are missing here, told back by the registry or not."""
        lost = [self._journal.lost_uses_at()]
        lost += [
            max(entry.at, entry.body.lost_until or 0)
            for entry in self._journal.renewals
            if isinstance(entry.body, ChainBody) and entry.body.gaps
        ]
        return max((at for at in lost if at is not None), default=None)
